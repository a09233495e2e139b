//! How handshakes travel so that the hub can follow the group and follower providers cannot (mimi-mls 2.8).
//!
//! A PublicMessage shows the leaves that it touches to every provider on its way, and a hub cannot follow PrivateMessages. So a member
//! wraps her PublicMessage: members open it with a key that they export from the epoch, and the hub with its own. Who comes in by an
//! external commit shares no key with the members; she seals hers to the hub, which checks it and seals it again for each of them.
//!
//! On the wire both are MLSMessages of a private wire format.
//!
//! ```
//! use mimicred_keys::SystemRandom;
//! use mimicred_mls::Suite;
//! use mimicred_mls::handshake::{Handshake, HandshakeKey, HubKey, WrappedHandshake};
//!
//! let suite = Suite::X25519Aes128Ed25519;
//! let hub = HubKey::generate(suite, &mut SystemRandom)?;
//! let exported = HandshakeKey::new(vec![7; 16]); // `Group::handshake_key`, the same for all members of an epoch
//! let place = (&b"a group id"[..], 7);
//! let wrapped = WrappedHandshake::wrap(suite, place, &exported, hub.public(), b"a PublicMessage", &mut SystemRandom)?;
//!
//! let Handshake::Wrapped(received) = Handshake::decode(&wrapped.to_message()?)? else { return Err("of another kind".into()) };
//! assert_eq!(received.open(suite, &exported)?, b"a PublicMessage");
//! assert_eq!(received.open_as_hub(suite, &hub)?, b"a PublicMessage");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(test)]
mod tests;

use std::fmt;

use mimicred_keys::Random;
use mimicred_keys::aead::{self, Aead};
use mimicred_keys::hpke::{KeyPair, Sealed};
use zeroize::Zeroizing;

use crate::error::{Code, Error};
use crate::sealed::RecipientKey;
use crate::signing::sign_content;
use crate::suite::Suite;
use crate::tls::{Reader, Writer};

/// The label of the exporter and of the seal of a wrapped handshake.
pub const WRAP_LABEL: &str = "mimi handshake v1";
const SEAL_LABEL: &[u8] = b"mimi external commit v1";
const MLS10: u16 = 1;
/// Private wire formats (RFC 9420 17.2), ours.
const WRAPPED: u16 = 0xF0D0;
const SEALED: u16 = 0xF0D1;
const MAX_GROUP_ID: usize = 256;
const MAX_KEM_OUTPUT: usize = 256;
const MAX_SEALED_KEY: usize = 256;
/// The largest handshake that is carried: a commit that adds thousands.
pub const MAX_HANDSHAKE: usize = 16 * 1024 * 1024;

/// What was sent to the group as a handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handshake {
    /// Wrapped, for members and hub.
    Wrapped(WrappedHandshake),
    /// Sealed to one key.
    Sealed(SealedHandshake),
    /// An MLSMessage as it is, whatever is in it.
    Clear(Vec<u8>),
}

impl Handshake {
    /// Reads one that fills the whole input. What does not begin as one of the two private formats is left as it is.
    ///
    /// # Errors
    /// `mls/limit`, and those of [`Reader`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        if octets.len() > MAX_HANDSHAKE {
            return Err(Error::new(Code::Limit));
        }
        let mut reader = Reader::new(octets);
        let handshake = match (reader.u16(), reader.u16()) {
            (Ok(MLS10), Ok(WRAPPED)) => Self::Wrapped(WrappedHandshake::read(&mut reader)?),
            (Ok(MLS10), Ok(SEALED)) => Self::Sealed(SealedHandshake::read(&mut reader)?),
            _ => return Ok(Self::Clear(octets.to_vec())),
        };
        reader.finish()?;
        Ok(handshake)
    }
}

/// The key of an epoch's wrapped handshakes: MLS-Exporter("mimi handshake v1", "", AEAD key length).
#[derive(Clone)]
pub struct HandshakeKey(Zeroizing<Vec<u8>>);

impl HandshakeKey {
    /// Takes what was exported.
    pub fn new(exported: Vec<u8>) -> Self {
        Self(Zeroizing::new(exported))
    }
}

/// The hub's key pair, listed in the GroupContext (external_receivers). The secret is wiped when dropped.
#[derive(Clone, Debug)]
pub struct HubKey(KeyPair);

impl HubKey {
    /// A fresh one.
    ///
    /// # Errors
    /// `mls/crypto` when the source of randomness fails.
    pub fn generate(suite: Suite, random: &mut dyn Random) -> Result<Self, Error> {
        Ok(Self(suite.hpke().kem.generate_key_pair(random)?))
    }

    /// The one of a secret key that was kept.
    ///
    /// # Errors
    /// `mls/crypto` for what is no secret key of the suite.
    ///
    /// ```
    /// use mimicred_mls::{Suite, handshake::HubKey};
    ///
    /// let key = HubKey::from_secret(Suite::X25519Aes128Ed25519, &[0x0b; 32])?;
    /// assert_eq!(key.public()[..4], [0x73, 0xb2, 0xd8, 0xb7]);
    /// assert!(HubKey::from_secret(Suite::X25519Aes128Ed25519, &[0x0b; 31]).is_err());
    /// # Ok::<(), mimicred_mls::Error>(())
    /// ```
    pub fn from_secret(suite: Suite, secret: &[u8]) -> Result<Self, Error> {
        Ok(Self(suite.hpke().kem.key_pair_of(secret)?))
    }

    /// The public key.
    pub fn public(&self) -> &[u8] {
        self.0.public()
    }
}

/// `WrappedHandshake`.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedHandshake {
    /// The group.
    pub group_id: Vec<u8>,
    /// The epoch in which the handshake was made.
    pub epoch: u64,
    hub_sealed_key: Sealed,
    nonce: [u8; Aead::NONCE_LEN],
    ciphertext: Vec<u8>,
}

impl WrappedHandshake {
    /// Wraps a message for the members of this group in this epoch, and for the owner of `hub_key`.
    ///
    /// # Errors
    /// `mls/crypto` for a hub key that is none of the suite.
    pub fn wrap(
        suite: Suite,
        (group_id, epoch): (&[u8], u64),
        key: &HandshakeKey,
        hub_key: &[u8],
        message: &[u8],
        random: &mut dyn Random,
    ) -> Result<Self, Error> {
        let place = place(group_id, epoch)?;
        let hpke = suite.hpke();
        let hub_sealed_key = hpke.seal(hub_key, &sign_content(WRAP_LABEL.as_bytes(), &place)?, b"", &key.0, random)?;
        let mut nonce = [0; Aead::NONCE_LEN];
        random.fill(&mut nonce)?;
        let ciphertext = aead::seal(hpke.aead, &key.0, &nonce, &place, message)?;
        Ok(Self { group_id: group_id.to_vec(), epoch, hub_sealed_key, nonce, ciphertext })
    }

    /// Opens it as a member of its epoch.
    ///
    /// # Errors
    /// `mls/handshake-unreadable`.
    pub fn open(&self, suite: Suite, key: &HandshakeKey) -> Result<Vec<u8>, Error> {
        let place = place(&self.group_id, self.epoch)?;
        aead::open(suite.hpke().aead, &key.0, &self.nonce, &place, &self.ciphertext).map_err(unreadable)
    }

    /// Opens it as the hub.
    ///
    /// # Errors
    /// `mls/handshake-unreadable`.
    pub fn open_as_hub(&self, suite: Suite, hub: &HubKey) -> Result<Vec<u8>, Error> {
        let info = sign_content(WRAP_LABEL.as_bytes(), &place(&self.group_id, self.epoch)?)?;
        let key = suite.hpke().open(hub.0.secret(), &info, b"", &self.hub_sealed_key).map_err(unreadable)?;
        self.open(suite, &HandshakeKey::new(key))
    }

    /// As an MLSMessage of a private wire format.
    ///
    /// # Errors
    /// `mls/limit` for what is longer than any vector.
    pub fn to_message(&self) -> Result<Vec<u8>, Error> {
        let Sealed { encapsulated, ciphertext } = &self.hub_sealed_key;
        Writer::new()
            .u16(MLS10)
            .u16(WRAPPED)
            .vector(&self.group_id)
            .u64(self.epoch)
            .vector(encapsulated)
            .vector(ciphertext)
            .vector(&self.nonce)
            .vector(&self.ciphertext)
            .finish()
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let group_id = reader.vector(MAX_GROUP_ID)?.to_vec();
        let epoch = reader.u64()?;
        let hub_sealed_key = read_sealed(reader, MAX_SEALED_KEY)?;
        let at = reader.clone();
        let nonce = reader.vector(Aead::NONCE_LEN)?;
        let nonce = nonce.try_into().map_err(|_| at.error(Code::HandshakeNonce))?;
        let ciphertext = reader.vector(MAX_HANDSHAKE)?.to_vec();
        Ok(Self { group_id, epoch, hub_sealed_key, nonce, ciphertext })
    }
}

/// `SealedHandshake`.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedHandshake {
    /// The group.
    pub group_id: Vec<u8>,
    /// The epoch for which the handshake was made.
    pub epoch: u64,
    sealed: Sealed,
}

impl SealedHandshake {
    /// Seals a message to the hub's key, or to the recipient key of one member's leaf.
    ///
    /// # Errors
    /// `mls/crypto` for a key that is none of the suite.
    pub fn seal(
        suite: Suite,
        (group_id, epoch): (&[u8], u64),
        recipient_key: &[u8],
        message: &[u8],
        random: &mut dyn Random,
    ) -> Result<Self, Error> {
        let info = sign_content(SEAL_LABEL, &place(group_id, epoch)?)?;
        let sealed = suite.hpke().seal(recipient_key, &info, b"", message, random)?;
        Ok(Self { group_id: group_id.to_vec(), epoch, sealed })
    }

    /// Opens it as the hub.
    ///
    /// # Errors
    /// `mls/handshake-unreadable`.
    pub fn open_as_hub(&self, suite: Suite, hub: &HubKey) -> Result<Vec<u8>, Error> {
        self.open_with(suite, &hub.0)
    }

    /// Opens it as a member, with the key behind her leaf's disclosure_recipients.
    ///
    /// # Errors
    /// `mls/handshake-unreadable`: it may be sealed to another member.
    pub fn open(&self, suite: Suite, key: &RecipientKey) -> Result<Vec<u8>, Error> {
        self.open_with(suite, key.pair())
    }

    fn open_with(&self, suite: Suite, pair: &KeyPair) -> Result<Vec<u8>, Error> {
        let info = sign_content(SEAL_LABEL, &place(&self.group_id, self.epoch)?)?;
        suite.hpke().open(pair.secret(), &info, b"", &self.sealed).map_err(unreadable)
    }

    /// As an MLSMessage of a private wire format.
    ///
    /// # Errors
    /// `mls/limit` for what is longer than any vector.
    pub fn to_message(&self) -> Result<Vec<u8>, Error> {
        Writer::new()
            .u16(MLS10)
            .u16(SEALED)
            .vector(&self.group_id)
            .u64(self.epoch)
            .vector(&self.sealed.encapsulated)
            .vector(&self.sealed.ciphertext)
            .finish()
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let group_id = reader.vector(MAX_GROUP_ID)?.to_vec();
        let epoch = reader.u64()?;
        Ok(Self { group_id, epoch, sealed: read_sealed(reader, MAX_HANDSHAKE)? })
    }
}

/// `HPKECiphertext`.
fn read_sealed(reader: &mut Reader<'_>, limit: usize) -> Result<Sealed, Error> {
    Ok(Sealed { encapsulated: reader.vector(MAX_KEM_OUTPUT)?.to_vec(), ciphertext: reader.vector(limit)?.to_vec() })
}

/// Group and epoch: the context of every seal, and what a wrapped handshake authenticates beside itself.
fn place(group_id: &[u8], epoch: u64) -> Result<Vec<u8>, Error> {
    Writer::new().vector(group_id).u64(epoch).finish()
}

fn unreadable(error: mimicred_keys::Error) -> Error {
    Error::new(Code::HandshakeUnreadable).because(error)
}

impl fmt::Debug for HandshakeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandshakeKey").finish_non_exhaustive()
    }
}

/// What a follower sees: epoch and size.
impl fmt::Debug for WrappedHandshake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WrappedHandshake(epoch {}, {} octets)", self.epoch, self.ciphertext.len())
    }
}

impl fmt::Debug for SealedHandshake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedHandshake(epoch {}, {} octets)", self.epoch, self.sealed.ciphertext.len())
    }
}
