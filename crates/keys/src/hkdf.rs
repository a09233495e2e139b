//! HMAC (RFC 2104) and HKDF (RFC 5869). What they give is wiped when dropped.

use zeroize::Zeroizing;

use crate::backend::HmacKey;
use crate::{Code, Error, HashAlgorithm};

/// The HMAC of `data` under `key`.
///
/// ```
/// use mimicred_keys::{HashAlgorithm, hmac};
///
/// let tag = hmac(HashAlgorithm::Sha256, b"Jefe", b"what do ya want for nothing?"); // RFC 4231 4.3
/// assert_eq!(tag[..4], [0x5b, 0xdc, 0xc1, 0x46]);
/// ```
pub fn hmac(algorithm: HashAlgorithm, key: &[u8], data: &[u8]) -> Zeroizing<Vec<u8>> {
    HmacKey::new(algorithm, key).sign(&[data])
}

/// HKDF-Extract: a pseudorandom key of the hash's length.
///
/// ```
/// use mimicred_keys::{HashAlgorithm, hkdf_expand, hkdf_extract};
///
/// let key = hkdf_extract(HashAlgorithm::Sha256, b"salt", b"input keying material");
/// assert_eq!(hkdf_expand(HashAlgorithm::Sha256, &key, b"what for", 42)?.len(), 42);
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
pub fn hkdf_extract(algorithm: HashAlgorithm, salt: &[u8], input: &[u8]) -> Zeroizing<Vec<u8>> {
    hmac(algorithm, salt, input)
}

/// HKDF-Expand: `length` octets from a pseudorandom key.
///
/// # Errors
/// `keys/length-invalid` for more than 255 times the hash's length.
pub fn hkdf_expand(
    algorithm: HashAlgorithm,
    pseudorandom_key: &[u8],
    info: &[u8],
    length: usize,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    if length > 255 * algorithm.len() {
        return Err(Error::new(Code::LengthInvalid).note("more output than HKDF gives"));
    }
    let key = HmacKey::new(algorithm, pseudorandom_key);
    // The last block may be longer than what is left; with room for it nothing is copied about.
    let mut out = Zeroizing::new(Vec::with_capacity(length + algorithm.len()));
    let mut previous = Zeroizing::new(Vec::new());
    for counter in 1..=255u8 {
        if out.len() >= length {
            break;
        }
        previous = key.sign(&[&previous, info, &[counter]]);
        out.extend_from_slice(&previous);
    }
    out.truncate(length);
    Ok(out)
}

#[cfg(test)]
mod tests;
