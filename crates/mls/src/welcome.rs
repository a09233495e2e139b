//! The Welcome of RFC 9420 12.4.3.1, read without an MLS library: for which KeyPackages it is, and nothing of what is in it.
//!
//! A committer who adds clients of several providers makes one Welcome; each provider gets one with its own clients' secrets only
//! (mimi-mls 2.8), so that none learns whom else the room took in. The encrypted GroupInfo is the same in all of them.
//!
//! ```
//! use mimicred_mls::Welcome;
//!
//! // For two KeyPackages, "ref1" and "ref2".
//! let message = b"\x00\x01\x00\x03\x00\x01\x16\x04ref1\x02k1\x02c1\x04ref2\x02k2\x02c2\x02gi";
//! let welcome = Welcome::decode(message)?;
//! assert!(welcome.references().eq([b"ref1", b"ref2"]));
//!
//! let filtered = welcome.only(|reference| reference == b"ref2").ok_or("nobody there")?;
//! assert_eq!(filtered.to_message()?, b"\x00\x01\x00\x03\x00\x01\x0b\x04ref2\x02k2\x02c2\x02gi");
//! assert!(welcome.only(|reference| reference == b"ref3").is_none());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeSet;
use std::fmt;

use mimicred_error::At;
use mimicred_keys::hpke::Sealed;

use crate::error::{Code, Error};
use crate::message::{MAX_MESSAGE, MessageView, read_header};
use crate::tls::{Reader, Writer};

const MLS10: u16 = 1;
/// The longest KeyPackageRef of any suite.
const MAX_REFERENCE: usize = 64;
/// An HPKE output of a post-quantum suite has a few thousand octets; the sealed GroupSecrets may hold path secret and PSKs.
const MAX_KEM_OUTPUT: usize = 4096;
const MAX_SECRETS: usize = 64 * 1024;
const MAX_ENTRIES: usize = 65_536;

/// A Welcome as received, each KeyPackage once.
#[derive(Clone, PartialEq, Eq)]
pub struct Welcome {
    cipher_suite: u16,
    secrets: Vec<EncryptedGroupSecrets>,
    encrypted_group_info: Vec<u8>,
}

/// `EncryptedGroupSecrets`.
#[derive(Clone, PartialEq, Eq)]
struct EncryptedGroupSecrets {
    new_member: Vec<u8>,
    encrypted: Sealed,
}

impl Welcome {
    /// Reads an MLSMessage with a Welcome that fills the whole input.
    ///
    /// # Errors
    /// `mls/message-malformed` for another message, `mls/version-unsupported`, and those of [`Welcome::read`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        if octets.len() > MAX_MESSAGE {
            return Err(Error::new(Code::Limit).at(At::Field("Welcome".into())));
        }
        let mut reader = Reader::new(octets);
        if read_header(&mut reader)? != MessageView::WELCOME {
            return Err(Error::new(Code::MessageMalformed).note("not an MLSMessage with a Welcome"));
        }
        let welcome = Self::read(&mut reader)?;
        reader.finish()?;
        Ok(welcome)
    }

    /// Reads a bare Welcome that is followed by something else.
    ///
    /// # Errors
    /// `mls/empty` without a new member or with an empty reference, `mls/value-duplicate` for one that is there twice, and those of
    /// [`Reader`].
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let cipher_suite = reader.u16()?;
        let (start, mut seen) = (reader.clone(), BTreeSet::new());
        let secrets = reader.list::<_, Error>(MAX_MESSAGE, MAX_ENTRIES, |inner| {
            let place = inner.clone();
            let entry = EncryptedGroupSecrets::read(inner)?;
            match entry.new_member.is_empty() {
                true => Err(place.error(Code::Empty).note("new_member")),
                false if !seen.insert(entry.new_member.clone()) => Err(place.error(Code::ValueDuplicate).note("new_member")),
                false => Ok(entry),
            }
        })?;
        if secrets.is_empty() {
            return Err(start.error(Code::Empty).note("secrets"));
        }
        let encrypted_group_info = reader.vector(MAX_MESSAGE)?.to_vec();
        Ok(Self { cipher_suite, secrets, encrypted_group_info })
    }

    /// The number of the group's suite.
    pub fn cipher_suite(&self) -> u16 {
        self.cipher_suite
    }

    /// The KeyPackageRefs of the new members.
    pub fn references(&self) -> impl Iterator<Item = &[u8]> {
        self.secrets.iter().map(|entry| entry.new_member.as_slice())
    }

    /// The same Welcome for some of its new members; nothing if it is for none of them.
    pub fn only(&self, mut belongs: impl FnMut(&[u8]) -> bool) -> Option<Self> {
        let secrets: Vec<_> = self.secrets.iter().filter(|entry| belongs(&entry.new_member)).cloned().collect();
        let filtered = Self { secrets, encrypted_group_info: self.encrypted_group_info.clone(), cipher_suite: self.cipher_suite };
        (!filtered.secrets.is_empty()).then_some(filtered)
    }

    /// Whether both are parts of one Welcome: of one suite, with the same GroupInfo.
    pub fn has_group_info_of(&self, other: &Self) -> bool {
        self.cipher_suite == other.cipher_suite && self.encrypted_group_info == other.encrypted_group_info
    }

    /// The Welcome as an MLSMessage.
    ///
    /// # Errors
    /// `mls/limit` for what is longer than any vector.
    pub fn to_message(&self) -> Result<Vec<u8>, Error> {
        self.write(Writer::new().u16(MLS10).u16(MessageView::WELCOME)).finish()
    }

    /// The bare Welcome.
    pub(crate) fn write(&self, writer: Writer) -> Writer {
        writer
            .u16(self.cipher_suite)
            .list(&self.secrets, |writer, entry| {
                let Sealed { encapsulated, ciphertext } = &entry.encrypted;
                writer.vector(&entry.new_member).vector(encapsulated).vector(ciphertext)
            })
            .vector(&self.encrypted_group_info)
    }
}

impl EncryptedGroupSecrets {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self {
            new_member: reader.vector(MAX_REFERENCE)?.to_vec(),
            encrypted: Sealed {
                encapsulated: reader.vector(MAX_KEM_OUTPUT)?.to_vec(),
                ciphertext: reader.vector(MAX_SECRETS)?.to_vec(),
            },
        })
    }
}

/// Numbers only.
impl fmt::Debug for Welcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (members, size) = (self.secrets.len(), self.encrypted_group_info.len());
        write!(f, "Welcome(suite 0x{:04x}, {members} new members, GroupInfo of {size} octets)", self.cipher_suite)
    }
}
