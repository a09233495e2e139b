//! Strict base64url (RFC 4648 section 5 without padding; JWT-E-005).
//!
//! One octet string has exactly one text: no padding, no whitespace, no other alphabet, and the unused bits of the last character
//! are zero. So equal digests of decoded octets mean equal texts.

use mimicred_error::At;

use crate::{Code, Error};

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

/// `text` has room for exactly as many characters as there are.
fn encode_to(octets: &[u8], text: &mut [u8]) {
    let (groups, rest) = octets.as_chunks::<3>();
    let (targets, last) = text.as_chunks_mut::<4>();
    for (&[a, b, c], target) in groups.iter().zip(targets) {
        let [first, second] = pair((u16::from(a) << 4) | (u16::from(b) >> 4));
        let [third, fourth] = pair((u16::from(b) << 8) | u16::from(c));
        *target = [first, second, third, fourth];
    }
    match (rest, last) {
        (&[a], [first, second]) => [*first, *second] = [character(a >> 2), character((a & 0x03) << 4)],
        (&[a, b], [first, second, third]) => {
            let middle = ((a & 0x03) << 4) | (b >> 4);
            [*first, *second, *third] = [character(a >> 2), character(middle), character((b & 0x0f) << 2)];
        }
        _ => {}
    }
}

/// Octets to padded base64 with the standard alphabet, as `x5c` has it (RFC 7515 section 4.1.6).
///
/// ```
/// assert_eq!(mimicred_jose::base64url::encode_standard(b"\xfb\xff"), "+/8=");
/// ```
pub fn encode_standard(octets: &[u8]) -> String {
    let standard = |character: char| match character {
        '-' => '+',
        '_' => '/',
        other => other,
    };
    let mut text: String = encode(octets).chars().map(standard).collect();
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
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
    decode_with(&URL_VALUES, text, octets)
}

/// Padded base64 with the standard alphabet, as `x5c` has it; as strict as [`decode`].
pub(crate) fn decode_standard(text: &str) -> Result<Vec<u8>, Error> {
    let bare = match text.len() % 4 {
        0 => text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text),
        _ => return Err(malformed(text.len())),
    };
    let mut octets = Vec::new();
    decode_with(&STANDARD_VALUES, bare, &mut octets)?;
    Ok(octets)
}

fn decode_with(values: &[u8; 256], text: &str, octets: &mut Vec<u8>) -> Result<(), Error> {
    let value = |character: u8| u32::from(values.get(usize::from(character)).copied().unwrap_or(NONE));
    let (groups, rest) = text.as_bytes().as_chunks::<4>();
    let start = octets.len();
    octets.resize(start + groups.len() * 3, 0);
    let (targets, _) = octets.get_mut(start..).unwrap_or_default().as_chunks_mut::<3>();
    // Every invalid character has a bit above the sixth set, so one look at the end tells whether there was any.
    let mut seen = 0;
    for (&[a, b, c, d], target) in groups.iter().zip(targets) {
        let (a, b, c, d) = (value(a), value(b), value(c), value(d));
        seen |= a | b | c | d;
        let [_, x, y, z] = ((a << 18) | (b << 12) | (c << 6) | d).to_be_bytes();
        *target = [x, y, z];
    }
    let trailing_bits = match *rest {
        [] => 0,
        [a, b] => {
            let (a, b) = (value(a), value(b));
            seen |= a | b;
            let [_, _, _, x] = ((a << 2) | (b >> 4)).to_be_bytes();
            octets.push(x);
            b & 0x0f
        }
        [a, b, c] => {
            let (a, b, c) = (value(a), value(b), value(c));
            seen |= a | b | c;
            let [_, _, x, y] = ((a << 10) | (b << 4) | (c >> 2)).to_be_bytes();
            octets.extend([x, y]);
            c & 0x03
        }
        _ => return Err(first_invalid(values, text).note("a length that no octet string has")),
    };
    if seen > 0x3f {
        return Err(first_invalid(values, text));
    }
    if trailing_bits != 0 {
        return Err(malformed(text.len().saturating_sub(1)).note("the last character has stray bits"));
    }
    Ok(())
}

fn first_invalid(values: &[u8; 256], text: &str) -> Error {
    let is_invalid = |character: &u8| values.get(usize::from(*character)).is_none_or(|value| *value == NONE);
    malformed(text.bytes().position(|character| is_invalid(&character)).unwrap_or(text.len()))
}

fn malformed(offset: usize) -> Error {
    Error::new(Code::B64Malformed).at(At::Offset(offset))
}

/// The characters of the lower twelve bits.
#[inline]
fn pair(bits: u16) -> [u8; 2] {
    PAIRS.get(usize::from(bits & 0xfff)).copied().unwrap_or_default()
}

/// The character of the lower six bits.
#[inline]
fn character(bits: u8) -> u8 {
    ALPHABET.get(usize::from(bits & 0x3f)).copied().unwrap_or_default()
}

const ALPHABET: [u8; 64] = *b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// Two characters at a time.
static PAIRS: [[u8; 2]; 4096] = pairs();

#[expect(clippy::indexing_slicing, reason = "runs at compile time only, where a mistake does not compile")]
const fn pairs() -> [[u8; 2]; 4096] {
    let mut pairs = [[0; 2]; 4096];
    let mut bits = 0;
    while bits < 4096 {
        pairs[bits] = [ALPHABET[bits >> 6], ALPHABET[bits & 0x3f]];
        bits += 1;
    }
    pairs
}

/// Marks a character outside the alphabet.
const NONE: u8 = 0xff;
const URL_VALUES: [u8; 256] = values(b'-', b'_');
const STANDARD_VALUES: [u8; 256] = values(b'+', b'/');

/// The value of each character, for an alphabet whose last two characters are these.
#[expect(
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "runs at compile time only, where a mistake does not compile"
)]
const fn values(last_but_one: u8, last: u8) -> [u8; 256] {
    let mut values = [NONE; 256];
    let mut n = 0;
    while n < 62 {
        values[ALPHABET[n as usize] as usize] = n;
        n += 1;
    }
    values[last_but_one as usize] = 62;
    values[last as usize] = 63;
    values
}

#[cfg(test)]
mod tests;
