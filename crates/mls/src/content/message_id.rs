//! The name of a message: a hash over who sent it, where to, and what (draft-ietf-mimi-content-08, Message ID).

use std::fmt;

use mimicred_error::At;
use mimicred_keys::sha256;

use crate::error::{Code, Error};

/// SHA-256 in the registry of named information hash algorithms (RFC 6920).
const SHA_256: u8 = 1;

/// A message id: the number of a hash algorithm, and the first 31 octets of a hash.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MessageId([u8; 32]);

impl MessageId {
    /// Takes a message id that was received.
    ///
    /// # Errors
    /// `mls/content-value-unknown` if it was made with another hash than SHA-256.
    pub fn from_octets(octets: [u8; 32]) -> Result<Self, Error> {
        match octets {
            [SHA_256, ..] => Ok(Self(octets)),
            [other, ..] => Err(Error::new(Code::ContentValueUnknown).note(format!("a message id of hash algorithm {other}"))),
        }
    }

    /// The id of the message with this content, which begins with this salt, sent by this user into this room.
    ///
    /// # Errors
    /// `mls/limit` for a URI of more than 65 535 octets.
    ///
    /// ```
    /// use mimicred_mls::content::MessageId;
    ///
    /// // The hash is over 0001 "s" 0001 "r", what is sent, and the salt again.
    /// let id = MessageId::compute("s", "r", b"content", &[0; 16])?;
    /// let hash = mimicred_keys::sha256(b"\x00\x01s\x00\x01rcontent\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    /// assert_eq!(id.as_bytes()[0], 1);
    /// assert_eq!(id.as_bytes()[1..], hash[..31]);
    /// # Ok::<(), mimicred_mls::Error>(())
    /// ```
    pub fn compute(sender_uri: &str, room_uri: &str, content: &[u8], salt: &[u8; 16]) -> Result<Self, Error> {
        let mut input = Vec::with_capacity(content.len().saturating_add(MAX_REST));
        for (uri, name) in [(sender_uri, "sender_uri"), (room_uri, "room_uri")] {
            let length = u16::try_from(uri.len()).map_err(|_| Error::new(Code::Limit).at(At::Field(name.into())))?;
            input.extend_from_slice(&length.to_be_bytes());
            input.extend_from_slice(uri.as_bytes());
        }
        input.extend_from_slice(content);
        input.extend_from_slice(salt);
        let mut id = [SHA_256; 32];
        for (to, from) in id.iter_mut().skip(1).zip(sha256(&input)) {
            *to = from;
        }
        Ok(Self(id))
    }

    /// The 32 octets.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// What is hashed beside the content, as a rule.
const MAX_REST: usize = 256;

/// In hexadecimal.
impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageId({self})")
    }
}
