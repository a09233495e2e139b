//! Nonces that tie a reveal to a room, an epoch and a leaf (spec: mimi-mls 3.5.2).
//!
//! The root of an epoch comes from the MLS exporter; a group gives it out directly (`EpochView::nonce_root`), and
//! [`exporter_root`] derives it from an exporter secret for tools that hold one. Both nonces are 32 octets.

use mimicred_keys::{HashAlgorithm, hkdf_expand, sha256};

use crate::error::{Code, Error};
use crate::signing::PREFIX;
use crate::tls::Writer;

/// The label of the MLS exporter for the root of an epoch's nonces; the context is empty, the length 32.
pub const ROOT_LABEL: &str = "mimi disclosure nonce v1";

/// `nonce_mode` group_exporter: the nonce of one leaf, from the root of the message's epoch.
///
/// `leaf_key` is the leaf's raw SignaturePublicKey; `hash` is that of the group's suite.
///
/// ```
/// use mimicred_keys::HashAlgorithm;
/// use mimicred_mls::nonce::disclosure_nonce;
///
/// let nonce = disclosure_nonce(HashAlgorithm::Sha256, &[7; 32], &[2; 32])?;
/// assert_eq!(nonce[..4], [0x87, 0x20, 0x98, 0x70]);
/// # Ok::<(), mimicred_mls::Error>(())
/// ```
pub fn disclosure_nonce(hash: HashAlgorithm, root: &[u8; 32], leaf_key: &[u8]) -> Result<[u8; 32], Error> {
    to_nonce(&expand_with_label(hash, root, "disclosure nonce", leaf_key, 32)?)
}

/// `nonce_mode` challenge: the answer of one leaf, in one epoch, to the nonce of a DisclosureRequest.
///
/// ```
/// let nonce = mimicred_mls::nonce::challenge_nonce(&[1; 16], 7, &[0xbb; 32], &[2; 32])?;
/// assert_eq!(nonce[..4], [0xce, 0x2b, 0xa5, 0x78]);
/// # Ok::<(), mimicred_mls::Error>(())
/// ```
pub fn challenge_nonce(group_id: &[u8], epoch: u64, request_nonce: &[u8], leaf_key: &[u8]) -> Result<[u8; 32], Error> {
    let input = challenge_input(group_id, epoch, request_nonce, leaf_key)?;
    Ok(sha256(&input))
}

/// `MLS-Exporter("mimi disclosure nonce v1", "", 32)` from an exporter secret (RFC 9420 section 8.5).
///
/// ```
/// use mimicred_keys::HashAlgorithm;
///
/// let root = mimicred_mls::nonce::exporter_root(HashAlgorithm::Sha256, &[5; 32])?;
/// assert_eq!(root[..4], [0x09, 0xe6, 0xe4, 0x92]);
/// # Ok::<(), mimicred_mls::Error>(())
/// ```
pub fn exporter_root(hash: HashAlgorithm, exporter_secret: &[u8]) -> Result<[u8; 32], Error> {
    to_nonce(&exporter(hash, exporter_secret, ROOT_LABEL, b"", 32)?)
}

/// `MLS-Exporter(Label, Context, Length)` of RFC 9420 section 8.5.
pub(crate) fn exporter(
    hash: HashAlgorithm,
    exporter_secret: &[u8],
    label: &str,
    context: &[u8],
    length: usize,
) -> Result<Vec<u8>, Error> {
    let derived = expand_with_label(hash, exporter_secret, label, b"", hash.len())?;
    expand_with_label(hash, &derived, "exported", &hash.digest(context), length)
}

fn challenge_input(group_id: &[u8], epoch: u64, request_nonce: &[u8], leaf_key: &[u8]) -> Result<Vec<u8>, Error> {
    Writer::new().vector(b"mimi challenge v1").vector(group_id).u64(epoch).vector(request_nonce).vector(leaf_key).finish()
}

/// `ExpandWithLabel(Secret, Label, Context, Length)` of RFC 9420 section 8.
pub(crate) fn expand_with_label(
    hash: HashAlgorithm,
    secret: &[u8],
    label: &str,
    context: &[u8],
    length: usize,
) -> Result<Vec<u8>, Error> {
    let info = kdf_label(label, context, length)?;
    Ok(hkdf_expand(hash, secret, &info, length)?.to_vec())
}

fn kdf_label(label: &str, context: &[u8], length: usize) -> Result<Vec<u8>, Error> {
    let length = u16::try_from(length).map_err(|_| Error::new(Code::Limit))?;
    Writer::new().u16(length).vector(&[PREFIX, label.as_bytes()].concat()).vector(context).finish()
}

fn to_nonce(octets: &[u8]) -> Result<[u8; 32], Error> {
    octets.try_into().map_err(|_| Error::new(Code::Limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    }

    #[test]
    fn vector_root_of_an_epoch() {
        let root = exporter_root(HashAlgorithm::Sha256, &[5; 32]).unwrap();
        assert_eq!(root.to_vec(), hex("09e6e492a4d36ccc2abf297dce82763f35b8b9a3d9e0cff6eda8e5276a474476"));
    }

    #[test]
    fn vector_exporter_nonce() {
        let info = kdf_label("disclosure nonce", &[2; 32], 32).unwrap();
        assert_eq!(info, [&b"\x00\x20\x18MLS 1.0 disclosure nonce\x20"[..], &[2; 32]].concat());
        let nonce = disclosure_nonce(HashAlgorithm::Sha256, &[7; 32], &[2; 32]).unwrap();
        assert_eq!(nonce.to_vec(), hex("8720987091c3de2987d40883deab675c8bb21d87e77361ffee00be8835c7863e"));
    }

    #[test]
    fn vector_challenge_nonce() {
        let input = challenge_input(&[1; 16], 7, &[0xbb; 32], &[2; 32]).unwrap();
        assert_eq!(input.len(), 109);
        assert!(input.starts_with(b"\x11mimi challenge v1\x10\x01"));
        let nonce = challenge_nonce(&[1; 16], 7, &[0xbb; 32], &[2; 32]).unwrap();
        assert_eq!(nonce.to_vec(), hex("ce2ba578cf10d6fb3cf3050eed299cc760d52b033e852208ebc7c807fb6e7881"));
    }

    #[test]
    fn every_input_counts() {
        let base = challenge_nonce(&[1; 16], 7, &[0xbb; 32], &[2; 32]).unwrap();
        let others = [
            challenge_nonce(&[3; 16], 7, &[0xbb; 32], &[2; 32]).unwrap(),
            challenge_nonce(&[1; 16], 8, &[0xbb; 32], &[2; 32]).unwrap(),
            challenge_nonce(&[1; 16], 7, &[0xbc; 32], &[2; 32]).unwrap(),
            challenge_nonce(&[1; 16], 7, &[0xbb; 32], &[4; 32]).unwrap(),
        ];
        assert!(others.iter().all(|other| *other != base));
        let exporter = disclosure_nonce(HashAlgorithm::Sha256, &[7; 32], &[2; 32]).unwrap();
        assert_ne!(exporter, disclosure_nonce(HashAlgorithm::Sha256, &[7; 32], &[3; 32]).unwrap());
        assert_ne!(exporter, disclosure_nonce(HashAlgorithm::Sha256, &[8; 32], &[2; 32]).unwrap());
        assert_ne!(exporter, disclosure_nonce(HashAlgorithm::Sha384, &[7; 32], &[2; 32]).unwrap());
    }
}
