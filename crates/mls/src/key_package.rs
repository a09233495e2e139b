//! The KeyPackage of RFC 9420 10, read without an MLS library: for looking at it, and for naming it by its reference.
//!
//! Whoever wants to add its owner to a group needs a `group::KeyPackage`, which stands for more checks than the signatures.
//!
//! ```
//! use mimicred_keys::{Algorithm, Family, HashAlgorithm, LeafKey, SecretKey, SystemRandom, ToBeSigned};
//! use mimicred_mls::signing::sign_content;
//! use mimicred_mls::tls::Writer;
//! use mimicred_mls::{Credential, KeyPackageView};
//!
//! # let key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
//! let sign = |label: &[u8], tbs: &[u8]| -> Result<Vec<u8>, Box<dyn std::error::Error>> {
//!     let signature = key.sign(&ToBeSigned::new(Family::Mls, sign_content(label, tbs)?)?)?;
//!     Ok(Writer::new().octets(tbs).vector(signature.as_bytes()).finish()?)
//! };
//! # let credential = Credential::SdCwt(b"an SD-KBT".to_vec());
//! # let leaf = Writer::new().vector(&[9; 32]).vector(key.public().octets()).octets(&credential.encode()?);
//! # let leaf = leaf.list([1], Writer::u16).list([1], Writer::u16).vector(&[]).vector(&[]).list([5], Writer::u16);
//! # let leaf = leaf.u8(1).u64(1_789_948_800).u64(1_792_368_000).vector(&[]).finish()?;
//! let unsigned = Writer::new()
//!     .u16(1) // mls10
//!     .u16(0x0001) // cipher_suite
//!     .vector(&[8; 32]) // init_key
//!     .octets(&sign(b"LeafNodeTBS", &leaf)?)
//!     .vector(b"") // extensions
//!     .finish()?;
//! let octets = sign(b"KeyPackageTBS", &unsigned)?;
//!
//! let key_package = KeyPackageView::decode(&octets)?;
//! key_package.verify_signature()?;
//! assert_eq!(key_package.leaf_node().credential(), &credential);
//! assert_eq!(key_package.reference(HashAlgorithm::Sha256)?.len(), 32);
//!
//! // The same as an MLSMessage.
//! assert_eq!(KeyPackageView::decode(&[b"\x00\x01\x00\x05", &octets[..]].concat())?, key_package);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(test)]
mod tests;

use std::fmt;

use mimicred_keys::{Algorithm, Family, Hash, HashAlgorithm};

use crate::error::{Code, Error};
use crate::leaf_node::{Extensions, LeafNode, LeafNodeSource, MAX_KEY, MAX_SIGNATURE, between};
use crate::signing::sign_content;
use crate::suite::Suite;
use crate::tls::{Reader, Writer};

const LABEL: &[u8] = b"KeyPackageTBS";
const REFERENCE_LABEL: &[u8] = b"MLS 1.0 KeyPackage Reference";
const MLS10: u16 = 1;
/// How an MLSMessage with a KeyPackage begins: its version, its wire format, and the first octet of the KeyPackage's version. A
/// bare KeyPackage with as many octets in common would be one of suite 5 with an empty init_key, which is refused.
const MESSAGE: [u8; 5] = [0, 1, 0, 5, 0];

/// A KeyPackage as received, of version mls10.
#[derive(Clone, PartialEq, Eq)]
pub struct KeyPackageView {
    /// As received: the signature covers the first `unsigned` of these octets, the reference all of them.
    octets: Vec<u8>,
    unsigned: usize,
    cipher_suite: u16,
    init_key: Vec<u8>,
    leaf_node: LeafNode,
    extensions: Extensions,
    signature: Vec<u8>,
}

impl KeyPackageView {
    /// Reads a KeyPackage, or an MLSMessage with a KeyPackage, that fills the whole input.
    ///
    /// # Errors
    /// Those of [`KeyPackageView::read`], and `mls/trailing-octets`.
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        if octets.starts_with(&MESSAGE) {
            reader.octets(4)?;
        }
        let key_package = Self::read(&mut reader)?;
        reader.finish()?;
        Ok(key_package)
    }

    /// Reads an MLSMessage with a KeyPackage that fills the whole input, and nothing else.
    ///
    /// # Errors
    /// `mls/message-malformed` if the input is no such message, and those of [`KeyPackageView::decode`].
    pub fn decode_message(octets: &[u8]) -> Result<Self, Error> {
        if octets.starts_with(&MESSAGE) {
            Self::decode(octets)
        } else {
            Err(Error::new(Code::MessageMalformed).note("not an MLSMessage with a KeyPackage"))
        }
    }

    /// Reads a bare KeyPackage that is followed by something else.
    ///
    /// # Errors
    /// `mls/version-unsupported`, `mls/empty` for the init_key, and those of [`Reader`] and [`LeafNode::read`].
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let start = reader.clone();
        let version = reader.u16()?;
        if version != MLS10 {
            return Err(start.error(Code::VersionUnsupported).note(format!("MLS version 0x{version:04x}")));
        }
        let cipher_suite = reader.u16()?;
        let place = reader.clone();
        let init_key = reader.vector(MAX_KEY)?.to_vec();
        if init_key.is_empty() {
            return Err(place.error(Code::Empty).note("init_key"));
        }
        let leaf_node = LeafNode::read(reader)?;
        let extensions = Extensions::read(reader)?;
        let unsigned = between(&start, reader).len();
        let signature = reader.vector(MAX_SIGNATURE)?.to_vec();
        let octets = between(&start, reader).to_vec();
        Ok(Self { octets, unsigned, cipher_suite, init_key, leaf_node, extensions, signature })
    }

    /// Whether the holder of the leaf's key made both the leaf and the KeyPackage. Nothing else is checked.
    ///
    /// # Errors
    /// `mls/key-package-invalid` for its own signature, a leaf that is not for KeyPackages, or a key that is not of the suite;
    /// those of [`LeafNode::verify_signature`]; `mls/suite-unsupported` for suites other than 0x0001, 0x0002, 0x0003 and 0x0007.
    pub fn verify_signature(&self) -> Result<(), Error> {
        let invalid = || Error::new(Code::KeyPackageInvalid);
        let algorithm = self.signature_algorithm()?;
        // RFC 9420 7.3; with another source its signature would need a group.
        if !matches!(self.leaf_node.source(), LeafNodeSource::KeyPackage { .. }) {
            return Err(invalid().note(format!("leaf_node_source is {}", self.leaf_node.source().name())));
        }
        let key = self.leaf_node.signature_key()?;
        if key.algorithm() != algorithm {
            return Err(invalid().note(format!("a leaf key for {} in suite 0x{:04x}", key.algorithm(), self.cipher_suite)));
        }
        self.leaf_node.verify_signature(None)?;
        let tbs = self.octets.get(..self.unsigned).unwrap_or_default();
        key.verify(Family::Mls, &sign_content(LABEL, tbs)?, &self.signature).map_err(|error| invalid().because(error))
    }

    /// The KeyPackageRef, with the hash of the KeyPackage's suite.
    pub fn reference(&self, hash: HashAlgorithm) -> Result<Hash, Error> {
        Ok(hash.digest(&Writer::new().vector(REFERENCE_LABEL).vector(&self.octets).finish()?))
    }

    /// The suite it is for.
    ///
    /// # Errors
    /// `mls/suite-unsupported`.
    pub fn suite(&self) -> Result<Suite, Error> {
        Suite::from_number(self.cipher_suite)
    }

    /// The number of the suite.
    pub fn cipher_suite(&self) -> u16 {
        self.cipher_suite
    }

    /// The HPKE key to which a Welcome is sent.
    pub fn init_key(&self) -> &[u8] {
        &self.init_key
    }

    /// The leaf to be.
    pub fn leaf_node(&self) -> &LeafNode {
        &self.leaf_node
    }

    /// The extensions of the KeyPackage; those of the leaf are the leaf's.
    pub fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// The signature.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// The KeyPackage as an MLSMessage.
    pub fn to_message(&self) -> Vec<u8> {
        let [header @ .., _] = MESSAGE;
        [&header[..], &self.octets].concat()
    }

    /// The KeyPackage as received, without what makes it an MLSMessage.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// RFC 9420 17.1, as far as the algorithms go that leaf keys can have.
    fn signature_algorithm(&self) -> Result<Algorithm, Error> {
        match self.cipher_suite {
            0x0007 => Ok(Algorithm::P384),
            _ => self.suite().map(Suite::signature_algorithm),
        }
    }
}

/// Sizes, and what is public anyway.
impl fmt::Debug for KeyPackageView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPackageView")
            .field("cipher_suite", &self.cipher_suite)
            .field("leaf_node", &self.leaf_node)
            .field("extensions", &self.extensions)
            .finish_non_exhaustive()
    }
}
