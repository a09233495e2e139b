//! Who and what plays in the vectors of MLS.

use mimicred_keys::{Algorithm, Family, ToBeSigned, sha256};

use super::tls::{Tls, vector};
use crate::cast;
use crate::object::{Object, unhex};
use crate::sign::FixedKey;

pub(super) const ROOM: &str = "mimi://hub.example/r/clubhouse";
pub(super) const OTHER_ROOM: &str = "mimi://hub.example/r/elsewhere";
pub(super) const USER: &str = "mimi://a.example/p/crazykoala75";
pub(super) const CLIENT: &str = "mimi://a.example/d/ZmVkY2JhOTg3NjU0MzIxMA";
pub(super) const GROUP: [u8; 16] = [1; 16];
pub(super) const EPOCH: u64 = 7;
/// Now, as an unsigned number.
pub(super) const NOW: u64 = 1_790_000_000;
/// A credential of type x509 with one certificate of five octets, which is none.
pub(super) const X509: [u8; 9] = [0, 2, 6, 5, 0x30, 3, 2, 1, 0];
/// An SD-JWT with key binding, as short as can be: `{}` and `[1]`.
pub(super) const SD_JWT: &str = "e30.e30.AA~WzFd~e30.e30.AA";

/// The leaf key of the sender.
pub(super) fn leaf() -> FixedKey {
    cast::key(Algorithm::Ed25519, "holder")
}

pub(super) fn leaf_p256() -> FixedKey {
    cast::key(Algorithm::P256, "holder")
}

/// The leaf key of somebody else.
pub(super) fn mallory() -> FixedKey {
    cast::key(Algorithm::Ed25519, "mallory")
}

/// The leaf key of another pseudonym of hers.
pub(super) fn other_pseudonym() -> FixedKey {
    cast::key(Algorithm::Ed25519, "second pseudonym")
}

/// SignContent of RFC 9420 5.1.2.
pub(super) fn sign_content(label: &[u8], content: &[u8]) -> Vec<u8> {
    [vector(&[b"MLS 1.0 ", label].concat()), vector(content)].concat()
}

/// ComponentOperationLabel of draft-ietf-mls-extensions.
pub(super) fn component_label(component: u16, label: &[u8]) -> Vec<u8> {
    [vector(b"MLS Component"), component.to_be_bytes().to_vec(), vector(label)].concat()
}

/// SignWithLabel of RFC 9420 5.1.2.
pub(super) fn sign(key: &FixedKey, label: &[u8], content: &[u8]) -> Vec<u8> {
    let to_be_signed = ToBeSigned::new(Family::Mls, sign_content(label, content));
    to_be_signed.ok().and_then(|to_be_signed| key.sign(&to_be_signed)).unwrap_or_default()
}

/// The structure, and what of it is signed: for the intermediates of a case.
pub(super) fn signed(structure: &Tls, label: &[u8], content: &[u8]) -> Object {
    let to_be_signed = sign_content(label, content);
    structure.lines().hex("to_be_signed", &to_be_signed).hex("to_be_signed_sha256", &sha256(&to_be_signed))
}

/// Octets that are written in the source.
pub(super) fn octets(digits: &str) -> Vec<u8> {
    unhex(digits).unwrap_or_else(|| unreachable!("not hexadecimal digits: {digits}"))
}

/// Whatever cannot fail with inputs that are written here.
pub(super) fn sure<T, E: std::fmt::Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| unreachable!("{error}"))
}
