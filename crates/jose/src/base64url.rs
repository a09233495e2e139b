//! Strict base64url (RFC 4648 section 5 without padding; JWT-E-005).
//!
//! One octet string has exactly one text: no padding, no whitespace, no other alphabet, and the unused bits of the last character
//! are zero. So equal digests of decoded octets mean equal texts.

mod decoded;
mod texts;

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
use std::sync::LazyLock;

use base64::Engine;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
use base64::engine::general_purpose::NO_PAD;
use base64::engine::general_purpose::STANDARD;
use mimicred_error::At;

use crate::{Code, Error};

pub use decoded::Decoded;
pub use texts::Texts;

/// Octets to base64url.
///
/// ```
/// assert_eq!(mimicred_jose::base64url::encode(b"\xfb\xff"), "-_8");
/// ```
pub fn encode(octets: &[u8]) -> String {
    // The alphabet is ASCII.
    String::from_utf8(encode_ascii(octets)).unwrap_or_default()
}

/// Octets to base64url, as the octets of its ASCII text: what digests are compared as.
///
/// ```
/// assert_eq!(mimicred_jose::base64url::encode_ascii(b"{}"), b"e30");
/// ```
pub fn encode_ascii(octets: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    encode_into(octets, &mut text);
    text
}

/// The same at the end of `text`.
///
/// ```
/// let mut text = b"e30.".to_vec();
/// mimicred_jose::base64url::encode_into(b"{}", &mut text);
/// assert_eq!(text, b"e30.e30");
/// ```
pub fn encode_into(octets: &[u8], text: &mut Vec<u8>) {
    let start = text.len();
    text.resize(start + encoded_len(octets.len()), 0);
    encode_to(octets, text.get_mut(start..).unwrap_or_default());
}

/// How many characters so many octets have.
pub(crate) const fn encoded_len(octets: usize) -> usize {
    octets / 3 * 4
        + match octets % 3 {
            0 => 0,
            1 => 2,
            _ => 3,
        }
}

/// A digest in its text form: 43, 64 or 86 characters of ASCII, in place.
///
/// ```
/// let text = mimicred_jose::base64url::encode_digest(&[0; 32], |text| text.len());
/// assert_eq!(text, 43);
/// ```
pub fn encode_digest<T>(digest: &[u8], then: impl FnOnce(&[u8]) -> T) -> T {
    // Room for SHA-512; what is longer is none of ours.
    let mut room = [0; encoded_len(64)];
    match room.get_mut(..encoded_len(digest.len())) {
        Some(text) => {
            encode_to(digest, text);
            then(text)
        }
        None => then(&encode_ascii(digest)),
    }
}

/// Octet strings of one length, each to base64url: many of them at a time.
///
/// ```
/// let mut texts = Vec::new();
/// mimicred_jose::base64url::encode_each([*b"fo", *b"ob"], |text| texts.push(text.to_vec()));
/// assert_eq!(texts, [b"Zm8", b"b2I"]);
/// ```
#[inline]
pub fn encode_each<const N: usize>(items: impl IntoIterator<Item = [u8; N]>, mut each: impl FnMut(&[u8])) {
    const { assert!(N > 0, "nothing has no characters") };
    /// A multiple of three.
    const ROOM: usize = 1056;
    // With zeros behind it up to a multiple of three, an item has its own characters, and then others that nobody looks at.
    let (padded, characters) = (N.next_multiple_of(3), N.div_ceil(3) * 4);
    let mut items = items.into_iter();
    if padded > ROOM {
        // Too long for that.
        return items.for_each(|item| each(&encode_ascii(&item)));
    }
    let (mut octets, mut text) = ([0; ROOM], [0; ROOM / 3 * 4]);
    loop {
        // The zeros behind each stay.
        let places = octets.chunks_exact_mut(padded).filter_map(|place| place.first_chunk_mut());
        let count = places.zip(&mut items).map(|(place, item)| *place = item).count();
        let (Some(octets), Some(text)) = (octets.get(..count * padded), text.get_mut(..count * characters)) else { return };
        if octets.is_empty() {
            return;
        }
        encode_to(octets, text);
        text.chunks_exact(characters).for_each(|text| each(text.get(..encoded_len(N)).unwrap_or_default()));
    }
}

/// `text` has room for exactly as many characters as there are.
fn encode_to(octets: &[u8], text: &mut [u8]) {
    let written = url_safe().encode_slice(octets, text);
    debug_assert_eq!(written.ok(), Some(text.len()), "that is the only thing that could be wrong");
}

/// Octets to padded base64 with the standard alphabet, as `x5c` has it (RFC 7515 section 4.1.6).
///
/// ```
/// assert_eq!(mimicred_jose::base64url::encode_standard(b"\xfb\xff"), "+/8=");
/// ```
pub fn encode_standard(octets: &[u8]) -> String {
    STANDARD.encode(octets)
}

/// Base64url to octets.
///
/// # Errors
/// [`Code::B64Malformed`] with the offset of the first offending character.
///
/// ```
/// use mimicred_jose::base64url;
///
/// assert_eq!(base64url::decode("-_8")?, b"\xfb\xff");
/// assert!(base64url::decode("-_8=").is_err());
/// assert!(base64url::decode("-_9").is_err(), "trailing bits");
/// # Ok::<(), mimicred_jose::Error>(())
/// ```
pub fn decode(text: &str) -> Result<Vec<u8>, Error> {
    let mut octets = Vec::new();
    decode_into(text, &mut octets)?;
    Ok(octets)
}

/// Base64url to octets, at the end of `octets`, which is left in an unspecified state on error.
///
/// # Errors
/// As [`decode`].
///
/// ```
/// let mut octets = vec![1];
/// mimicred_jose::base64url::decode_into("Ag", &mut octets)?;
/// assert_eq!(octets, [1, 2]);
/// # Ok::<(), mimicred_jose::Error>(())
/// ```
pub fn decode_into(text: &str, octets: &mut Vec<u8>) -> Result<(), Error> {
    let start = octets.len();
    octets.resize(start + decoded_len(text.len()), 0);
    let room = octets.get_mut(start..).unwrap_or_default();
    url_safe().decode_slice(text, room).map(drop).map_err(|_| malformed(text))
}

/// Padded base64 with the standard alphabet, as `x5c` has it; as strict as [`decode`].
pub(crate) fn decode_standard(text: &str) -> Result<Vec<u8>, Error> {
    STANDARD.decode(text).map_err(|_| Code::B64Malformed.into())
}

/// How many octets so many characters have, if any.
const fn decoded_len(characters: usize) -> usize {
    characters / 4 * 3
        + match characters % 4 {
            0 | 1 => 0,
            2 => 1,
            _ => 2,
        }
}

/// Where a text goes wrong: at the first foreign character, or else at its end.
fn malformed(text: &str) -> Error {
    let malformed = |offset| Error::new(Code::B64Malformed).at(At::Offset(offset));
    let is_foreign = |character: u8| !character.is_ascii_alphanumeric() && character != b'-' && character != b'_';
    match text.bytes().position(is_foreign) {
        Some(offset) => malformed(offset),
        None if text.len() % 4 == 1 => malformed(text.len()).note("a length that no octet string has"),
        None => malformed(text.len().saturating_sub(1)).note("the last character has stray bits"),
    }
}

/// The engine for base64url; where the processor allows, it takes many characters at a time.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
fn url_safe() -> &'static impl Engine {
    static ENGINE: LazyLock<base64::engine::Simd> = LazyLock::new(|| base64::engine::Simd::url_safe(NO_PAD));
    &*ENGINE
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn url_safe() -> &'static impl Engine {
    &base64::engine::general_purpose::URL_SAFE_NO_PAD
}

#[cfg(test)]
mod tests;
