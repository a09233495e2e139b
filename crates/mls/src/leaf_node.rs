//! The LeafNode of RFC 9420 7.2, read without an MLS library: what a member is in the tree, or will be once it is added.
//!
//! Reading says nothing about who made a leaf; [`LeafNode::verify_signature`] says that the holder of its key did, and nothing
//! more: lifetime, capabilities and credential are for others to judge. The signature is checked over the octets received.
//!
//! ```
//! use mimicred_keys::{Algorithm, Family, LeafKey, SecretKey, SystemRandom, ToBeSigned};
//! use mimicred_mls::signing::sign_content;
//! use mimicred_mls::tls::Writer;
//! use mimicred_mls::{Credential, LeafNode, LeafNodeSource};
//!
//! // Another client's leaf, as it stands in a group after an Update.
//! let key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
//! let credential = Credential::SdCwt(b"an SD-KBT".to_vec());
//! let unsigned = Writer::new()
//!     .vector(&[9; 32]) // encryption_key
//!     .vector(key.public().octets())
//!     .octets(&credential.encode()?)
//!     .list([1], Writer::u16) // versions
//!     .list([1, 2, 3], Writer::u16) // cipher_suites
//!     .list([6], Writer::u16) // extensions
//!     .list([8], Writer::u16) // proposals
//!     .list([5], Writer::u16) // credentials
//!     .u8(2) // update
//!     .vector(b"\x00\x06\x09\x08\x00\x01\x05\x04\x00\x22\xd0\x50") // extensions: app_data_dictionary
//!     .finish()?;
//! let tbs = Writer::new().octets(&unsigned).vector(b"a group id").u32(3).finish()?;
//! let signature = key.sign(&ToBeSigned::new(Family::Mls, sign_content(b"LeafNodeTBS", &tbs)?)?)?;
//! let octets = Writer::new().octets(&unsigned).vector(signature.as_bytes()).finish()?;
//!
//! let leaf = LeafNode::decode(&octets)?;
//! assert_eq!(&leaf.signature_key()?, key.public());
//! assert_eq!(leaf.credential(), &credential);
//! assert_eq!(leaf.source(), &LeafNodeSource::Update);
//! assert_eq!(leaf.capabilities().credentials, [5]);
//! assert!(leaf.app_components()?.is_some_and(|components| components.contains(0xd050)));
//!
//! leaf.verify_signature(Some((b"a group id", 3)))?;
//! assert!(leaf.verify_signature(Some((b"a group id", 4))).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod capabilities;
mod extensions;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use std::fmt;

use mimicred_keys::{Algorithm, Family, PublicKey};

pub use capabilities::Capabilities;
pub use extensions::{APP_DATA_DICTIONARY, Extension, Extensions};

use crate::component::{APP_COMPONENTS, AppComponents};
use crate::credential::Credential;
use crate::error::{Code, Error};
use crate::signing::sign_content;
use crate::tls::{Reader, Writer};

const LABEL: &[u8] = b"LeafNodeTBS";
/// Post-quantum suites have keys of a few thousand octets; such leaves can be read, though not verified.
pub(crate) const MAX_KEY: usize = 4096;
/// The same for their signatures.
pub(crate) const MAX_SIGNATURE: usize = 8192;
/// The longest hash of any suite.
const MAX_HASH: usize = 64;

/// A leaf as received.
#[derive(Clone, PartialEq, Eq)]
pub struct LeafNode {
    /// As received: the signature covers the first `unsigned` of these octets.
    octets: Vec<u8>,
    unsigned: usize,
    encryption_key: Vec<u8>,
    signature_key: Vec<u8>,
    credential: Credential,
    capabilities: Capabilities,
    source: LeafNodeSource,
    extensions: Extensions,
    signature: Vec<u8>,
}

/// How a leaf came into its place, and what belongs to that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeafNodeSource {
    /// It came with a KeyPackage; the signature does not say into which group.
    KeyPackage {
        /// The first second of its lifetime, since 1970.
        not_before: u64,
        /// The last second of its lifetime.
        not_after: u64,
    },
    /// By an Update proposal.
    Update,
    /// By a Commit of its own.
    Commit {
        /// The hash of the nodes above it that the Commit changed.
        parent_hash: Vec<u8>,
    },
}

impl LeafNodeSource {
    /// The name in RFC 9420.
    pub fn name(&self) -> &'static str {
        match self {
            Self::KeyPackage { .. } => "key_package",
            Self::Update => "update",
            Self::Commit { .. } => "commit",
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let place = reader.clone();
        Ok(match reader.u8()? {
            1 => Self::KeyPackage { not_before: reader.u64()?, not_after: reader.u64()? },
            2 => Self::Update,
            3 => Self::Commit { parent_hash: reader.vector(MAX_HASH)?.to_vec() },
            other => return Err(place.error(Code::LeafSourceUnknown).note(other.to_string())),
        })
    }
}

impl LeafNode {
    /// Reads a leaf that fills the whole input.
    ///
    /// # Errors
    /// Those of [`LeafNode::read`], and `mls/trailing-octets`.
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let leaf = Self::read(&mut reader)?;
        reader.finish()?;
        Ok(leaf)
    }

    /// Reads a leaf that is followed by something else.
    ///
    /// # Errors
    /// Those of [`Reader`] and of [`Credential::read`], `mls/leaf-source-unknown` and `mls/extension-duplicate`.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let start = reader.clone();
        let encryption_key = reader.vector(MAX_KEY)?.to_vec();
        let signature_key = reader.vector(MAX_KEY)?.to_vec();
        let credential = Credential::read(reader)?;
        let capabilities = Capabilities::read(reader)?;
        let source = LeafNodeSource::read(reader)?;
        let extensions = Extensions::read(reader)?;
        let unsigned = between(&start, reader).len();
        let signature = reader.vector(MAX_SIGNATURE)?.to_vec();
        let octets = between(&start, reader).to_vec();
        Ok(Self { octets, unsigned, encryption_key, signature_key, credential, capabilities, source, extensions, signature })
    }

    /// Whether the holder of the leaf's key made it, for the place it is in: group id and leaf index.
    ///
    /// A leaf out of a KeyPackage is signed for no place, and whatever is given is not looked at; the others are signed for
    /// theirs, and need it.
    ///
    /// # Errors
    /// `mls/leaf-signature-invalid`, `mls/leaf-group-missing`, `mls/leaf-key-form`.
    pub fn verify_signature(&self, group: Option<(&[u8], u32)>) -> Result<(), Error> {
        let key = self.signature_key()?;
        let tbs = Writer::new().octets(self.octets.get(..self.unsigned).unwrap_or_default());
        let tbs = match (&self.source, group) {
            (LeafNodeSource::KeyPackage { .. }, _) => tbs,
            (_, Some((group_id, leaf_index))) => tbs.vector(group_id).u32(leaf_index),
            (_, None) => return Err(Error::new(Code::LeafGroupMissing).note(self.source.name())),
        };
        key.verify(Family::Mls, &sign_content(LABEL, &tbs.finish()?)?, &self.signature)
            .map_err(|error| Error::new(Code::LeafSignatureInvalid).because(error))
    }

    /// The key that signs for this member. A leaf does not name the algorithm; the length of the key tells it (mimi-mls 1.3).
    ///
    /// # Errors
    /// `mls/leaf-key-form` unless it is an Ed25519, P-256 or P-384 key in the one form of RFC 9420 5.1.1.
    pub fn signature_key(&self) -> Result<PublicKey, Error> {
        public_key(&self.signature_key)
    }

    /// The octets of that key, in whatever form.
    pub fn signature_key_octets(&self) -> &[u8] {
        &self.signature_key
    }

    /// The HPKE key to which secrets are sent.
    pub fn encryption_key(&self) -> &[u8] {
        &self.encryption_key
    }

    /// Who the member says to be; not verified.
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    /// What the client understands.
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// How the leaf came into its place.
    pub fn source(&self) -> &LeafNodeSource {
        &self.source
    }

    /// The extensions.
    pub fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// The components that the client supports, if it says so.
    ///
    /// # Errors
    /// Those of [`Extensions::component`] and of [`AppComponents::decode`].
    pub fn app_components(&self) -> Result<Option<AppComponents>, Error> {
        self.extensions.component(APP_COMPONENTS)?.map(AppComponents::decode).transpose()
    }

    /// The signature.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// The leaf as received.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }
}

/// Sizes, and what is public anyway.
impl fmt::Debug for LeafNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LeafNode")
            .field("source", &self.source)
            .field("credential", &self.credential)
            .field("capabilities", &self.capabilities)
            .field("extensions", &self.extensions)
            .finish_non_exhaustive()
    }
}

/// A SignaturePublicKey whose algorithm nothing names: its length tells it (mimi-mls 1.3).
pub(crate) fn public_key(octets: &[u8]) -> Result<PublicKey, Error> {
    let malformed = || Error::new(Code::LeafKeyForm);
    let length = octets.len();
    let algorithm = [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384].into_iter().find(|it| it.public_len() == length);
    let algorithm = algorithm.ok_or_else(|| malformed().note(format!("{length} octets")))?;
    PublicKey::from_octets(algorithm, octets).map_err(|error| malformed().because(error))
}

/// What was taken between two places of one input.
pub(crate) fn between<'a>(start: &Reader<'a>, end: &Reader<'_>) -> &'a [u8] {
    let taken = end.offset().saturating_sub(start.offset());
    start.remaining().get(..taken).unwrap_or_default()
}
