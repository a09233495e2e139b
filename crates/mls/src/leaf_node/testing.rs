//! Leaves by hand, field by field.

use mimicred_keys::{Algorithm, Family, LeafKey, SecretKey, SystemRandom, ToBeSigned};

use super::{Extensions, LeafNode, LeafNodeSource};
use crate::signing::sign_content;
use crate::tls::Writer;

pub(crate) const CREDENTIAL: &[u8] = b"\x00\x05\x03kbt";
/// versions 1; cipher_suites 1, 2; extensions 6; no proposals; credentials 5, 0xF006.
pub(crate) const CAPABILITIES: &[u8] = b"\x02\x00\x01\x04\x00\x01\x00\x02\x02\x00\x06\x00\x04\x00\x05\xf0\x06";
pub(crate) const LIFETIME: &[u8] = b"\x01\x00\x00\x00\x00\x00\x00\x00\x05\x00\x00\x00\x00\x00\x00\x00\x09";
pub(crate) const UPDATE: &[u8] = b"\x02";
pub(crate) const COMMIT: &[u8] = b"\x03\x02\xaa\xbb";
/// The dictionary with app_components 0x0022 and 0xD050, then 0x0A0A with one octet.
pub(crate) const EXTENSIONS: &[u8] = b"\x10\x00\x06\x09\x08\x00\x01\x05\x04\x00\x22\xd0\x50\x0a\x0a\x01\x07";

/// The fields of a leaf as octets, each with its length where it has one.
#[derive(Clone)]
pub(crate) struct Fields {
    pub(crate) encryption_key: Vec<u8>,
    pub(crate) signature_key: Vec<u8>,
    pub(crate) credential: Vec<u8>,
    pub(crate) capabilities: Vec<u8>,
    pub(crate) source: Vec<u8>,
    pub(crate) extensions: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

impl Fields {
    /// A leaf without a valid signature.
    pub(crate) fn new() -> Self {
        Self {
            encryption_key: vector(b"hpke"),
            signature_key: vector(b"sig"),
            credential: CREDENTIAL.to_vec(),
            capabilities: CAPABILITIES.to_vec(),
            source: UPDATE.to_vec(),
            extensions: EXTENSIONS.to_vec(),
            signature: vector(b"signature"),
        }
    }

    /// A leaf of this source, signed with the key for a place given as octets.
    pub(crate) fn signed(key: &LeafKey, source: &[u8], place: &[u8]) -> Vec<u8> {
        let fields = Self { signature_key: vector(key.public().octets()), source: source.to_vec(), ..Self::new() };
        let signature = sign(key, b"LeafNodeTBS", &[fields.unsigned(), place.to_vec()].concat());
        [fields.unsigned(), vector(&signature)].concat()
    }

    pub(crate) fn unsigned(&self) -> Vec<u8> {
        let Self { encryption_key, signature_key, credential, capabilities, source, extensions, .. } = self;
        [encryption_key, signature_key, credential, capabilities, source, extensions].map(Vec::as_slice).concat()
    }

    pub(crate) fn octets(&self) -> Vec<u8> {
        [self.unsigned(), self.signature.clone()].concat()
    }
}

pub(crate) fn vector(content: &[u8]) -> Vec<u8> {
    Writer::new().vector(content).finish().unwrap()
}

pub(crate) fn leaf_key(algorithm: Algorithm) -> LeafKey {
    LeafKey::new(SecretKey::generate(algorithm, &mut SystemRandom).unwrap()).unwrap()
}

pub(crate) fn sign(key: &LeafKey, label: &[u8], tbs: &[u8]) -> Vec<u8> {
    let content = sign_content(label, tbs).unwrap();
    key.sign(&ToBeSigned::new(Family::Mls, content).unwrap()).unwrap().into_bytes()
}

/// A leaf written from what was read of it, with sd_jwt under either of its two numbers.
pub(crate) fn written(leaf: &LeafNode) -> [Vec<u8>; 2] {
    let credential = leaf.credential();
    [credential.encode(), credential.encode_for_leaf()].map(|credential| {
        let writer = Writer::new().vector(leaf.encryption_key()).vector(leaf.signature_key_octets()).octets(&credential.unwrap());
        let writer = leaf.capabilities().write(writer);
        let writer = match leaf.source() {
            LeafNodeSource::KeyPackage { not_before, not_after } => writer.u8(1).u64(*not_before).u64(*not_after),
            LeafNodeSource::Update => writer.u8(2),
            LeafNodeSource::Commit { parent_hash } => writer.u8(3).vector(parent_hash),
        };
        writer.octets(&written_extensions(leaf.extensions())).vector(leaf.signature()).finish().unwrap()
    })
}

pub(crate) fn written_extensions(extensions: &Extensions) -> Vec<u8> {
    extensions.write(Writer::new()).finish().unwrap()
}
