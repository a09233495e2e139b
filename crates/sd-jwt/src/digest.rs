//! The hash of a token: its name in `_sd_alg`, and the digest of a disclosure text.

use std::borrow::Cow;

use mimicred_claims::{Digest, Map, Value};
use mimicred_error::At;
use mimicred_jose::base64url;
use mimicred_keys::{Algorithm, HashAlgorithm};

use crate::marks::SD_ALG;
use crate::{Code, Error};

/// The name of a hash in the IANA registry, as `_sd_alg` has it.
pub(crate) fn hash_name(hash: HashAlgorithm) -> &'static str {
    match hash {
        HashAlgorithm::Sha256 => "sha-256",
        HashAlgorithm::Sha384 => "sha-384",
        HashAlgorithm::Sha512 => "sha-512",
    }
}

/// The hash whose collision resistance matches a signature algorithm's (JWT-I-011).
pub(crate) fn hash_for(algorithm: Algorithm) -> HashAlgorithm {
    match algorithm {
        Algorithm::Ed25519 | Algorithm::P256 => HashAlgorithm::Sha256,
        Algorithm::P384 => HashAlgorithm::Sha384,
        Algorithm::P521 => HashAlgorithm::Sha512,
    }
}

/// Takes `_sd_alg` out of the payload. The name is case-sensitive (JWT-E-015), the truncated hashes of the registry are not
/// accepted (JWT-V-003), and without it the hash is SHA-256.
pub(crate) fn take_hash(payload: &mut Map<'_>) -> Result<HashAlgorithm, Error> {
    let Some(name) = payload.remove(&SD_ALG.into()) else { return Ok(HashAlgorithm::Sha256) };
    let place = At::Field(Cow::Borrowed(SD_ALG));
    let Value::Text(name) = name else { return Err(Error::new(Code::ReservedName).at(place)) };
    let known = [HashAlgorithm::Sha256, HashAlgorithm::Sha384, HashAlgorithm::Sha512];
    known.into_iter().find(|hash| hash_name(*hash) == name).ok_or_else(|| Error::new(Code::AlgUnsupported).at(place))
}

/// The digest over the ASCII of a text, as the ASCII of its base64url (JWT-E-011, JWT-P-005).
pub(crate) fn digest(hash: HashAlgorithm, text: &str) -> Digest<'static> {
    Cow::Owned(base64url::encode_ascii(&hash.digest(text.as_bytes())))
}
