//! The hash of a token: its name in `_sd_alg`, and the digest of a disclosure text.

use std::borrow::Cow;

use mimicred_claims::{Digest, Map, Value};
use mimicred_error::At;
use mimicred_jose::base64url;
use mimicred_keys::{HashAlgorithm, sha256};

use crate::marks::SD_ALG;
use crate::{Code, Error};

/// Takes `_sd_alg` out of the payload. The name is case-sensitive (JWT-E-015), the truncated hashes of the registry are not
/// accepted (JWT-V-003), and without it the hash is SHA-256.
pub(crate) fn take_hash(payload: &mut Map<'_>) -> Result<HashAlgorithm, Error> {
    let Some(name) = payload.remove(&SD_ALG.into()) else { return Ok(HashAlgorithm::Sha256) };
    let place = At::Field(Cow::Borrowed(SD_ALG));
    let Value::Text(name) = name else { return Err(Error::new(Code::ReservedName).at(place)) };
    HashAlgorithm::ALL.into_iter().find(|hash| hash.name() == name).ok_or_else(|| Error::new(Code::AlgUnsupported).at(place))
}

/// The digests of these texts, each as it stands in a token, in their order.
#[inline]
pub(crate) fn digests<'t>(hash: HashAlgorithm, texts: impl IntoIterator<Item = &'t [u8]>, mut each: impl FnMut(&[u8])) {
    let texts = texts.into_iter();
    match hash {
        // The usual ones are hashed some at a time, and then written together.
        HashAlgorithm::Sha256 => base64url::encode_each(texts.map(sha256), each),
        _ => texts.for_each(|text| each(&digest(hash, text))),
    }
}

/// The digest over the ASCII of a text, as the ASCII of its base64url (JWT-E-011, JWT-P-005).
pub(crate) fn digest(hash: HashAlgorithm, text: &[u8]) -> Digest<'static> {
    match hash {
        // The usual one, of a length that the compiler knows.
        HashAlgorithm::Sha256 => base64url::encode_digest(&sha256(text), Digest::copied),
        _ => base64url::encode_digest(&hash.digest(text), Digest::copied),
    }
}
