//! Deterministic encoding (RFC 8949 4.2.1): whether octets are the only encoding of what they say.
//!
//! The readers of tokens take any encoding; formats that admit one only ask here first. What an item means is not looked at.

use mimicred_claims::Value;

use super::reader::{Head, Reader, forbidden, malformed, preferred_len};
use super::{Limits, float, write};
use crate::Error;

/// Checks that the input is exactly one item in deterministic encoding: heads as short as can be, definite lengths, floating-point
/// numbers as short as holds them, one NaN, and the keys of every map in the bytewise order of their encodings, each once. Of the
/// limits, depth counts as for [`parse`](super::parse).
///
/// # Errors
/// [`Code::CborForbidden`](crate::Code::CborForbidden) for another encoding, [`Code::CborMalformed`](crate::Code::CborMalformed) for
/// what is no CBOR, [`Code::Limit`](crate::Code::Limit); the place is the octet offset.
///
/// ```
/// use mimicred_cose::cbor::{Limits, check_deterministic};
///
/// check_deterministic(b"\xa2\x01\x18\x18\x61a\xf9\x3e\x00", &Limits::DEFAULT)?;
/// assert!(check_deterministic(b"\x18\x17", &Limits::DEFAULT).is_err());
/// # Ok::<(), mimicred_cose::Error>(())
/// ```
pub fn check_deterministic(input: &[u8], limits: &Limits) -> Result<(), Error> {
    let mut reader = Reader::new(input, limits)?;
    check_item(input, &mut reader, 0)?;
    reader.finish()
}

fn check_item(input: &[u8], reader: &mut Reader<'_>, level: usize) -> Result<(), Error> {
    reader.check_level(level)?;
    let head = reader.head()?;
    if head.major != 7 && reader.position().saturating_sub(head.offset) != preferred_len(head.argument) {
        return Err(forbidden(head.offset, "a number or length is not written in its shortest form"));
    }
    match head.major {
        2 => reader.take(head.argument).map(drop),
        3 => reader.utf8(head.argument).map(drop),
        4 => {
            for _ in 0..reader.count(head.argument, 1)? {
                check_item(input, reader, level + 1)?;
            }
            Ok(())
        }
        5 => check_entries(input, reader, &head, level),
        6 => check_item(input, reader, level + 1),
        7 => check_simple(input, reader, &head),
        _ => Ok(()),
    }
}

fn check_entries(input: &[u8], reader: &mut Reader<'_>, head: &Head, level: usize) -> Result<(), Error> {
    let mut before: Option<&[u8]> = None;
    for _ in 0..reader.count(head.argument, 2)? {
        let start = reader.position();
        check_item(input, reader, level + 1)?;
        let key = input.get(start..reader.position()).unwrap_or_default();
        match before {
            Some(before) if before == key => return Err(malformed(start, "a map has the same key twice")),
            Some(before) if before > key => return Err(forbidden(start, "the keys of a map are not in order")),
            _ => before = Some(key),
        }
        check_item(input, reader, level + 1)?;
    }
    Ok(())
}

/// Floating-point numbers are written anew: there is one way.
fn check_simple(input: &[u8], reader: &Reader<'_>, head: &Head) -> Result<(), Error> {
    let number = match head.info {
        24 if head.argument < 32 => return Err(malformed(head.offset, "a simple value below 32 in two octets")),
        25 => float::from_half(u16::try_from(head.argument).unwrap_or_default()),
        26 => f32::from_bits(u32::try_from(head.argument).unwrap_or_default()).into(),
        27 => f64::from_bits(head.argument),
        _ => return Ok(()),
    };
    if input.get(head.offset..reader.position()) == Some(write(&Value::Float(number))?.as_slice()) {
        return Ok(());
    }
    Err(forbidden(head.offset, "a floating-point number is not written in its shortest form"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    fn code(octets: &[u8]) -> Option<Code> {
        check_deterministic(octets, &Limits::DEFAULT).err().map(|error| error.code())
    }

    /// RFC 8949 appendix A, the rows in preferred serialization whose maps are in order.
    #[test]
    fn the_one_encoding_passes() {
        let items: [&[u8]; 16] = [
            b"\x00",
            b"\x17",
            b"\x18\x18",
            b"\x19\x03\xe8",
            b"\x1a\x00\x0f\x42\x40",
            b"\x1b\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\x3b\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\xf9\x3c\x00",
            b"\xfb\x3f\xf1\x99\x99\x99\x99\x99\x9a",
            b"\xfa\x47\xc3\x50\x00",
            b"\xf9\x7e\x00",
            b"\xf8\xff",
            b"\xc1\x1a\x51\x4b\x67\xb0",
            b"\xa2\x01\x02\x03\x04",
            b"\xa5\x61\x61\x61\x41\x61\x62\x61\x42\x61\x63\x61\x43\x61\x64\x61\x44\x61\x65\x61\x45",
            // RFC 8949 4.2.1, the keys of its example in order: 10, 100, -1, "z", "aa", [100], [-1], false.
            b"\xa8\x0a\x00\x18\x64\x00\x20\x00\x61z\x00\x62aa\x00\x81\x18\x64\x00\x81\x20\x00\xf4\x00",
        ];
        for item in items {
            assert_eq!(code(item), None, "{item:02x?}");
        }
    }

    #[test]
    fn other_encodings_are_forbidden() {
        let items: [&[u8]; 16] = [
            b"\x18\x17",
            b"\x19\x00\xff",
            b"\x1a\x00\x00\xff\xff",
            b"\x1b\x00\x00\x00\x00\xff\xff\xff\xff",
            b"\x38\x17",
            b"\x58\x01a",
            b"\x78\x01a",
            b"\x98\x00",
            b"\xb8\x00",
            b"\xd8\x01\x00",
            b"\xfa\x3f\xc0\x00\x00",
            b"\xfb\x3f\xf8\x00\x00\x00\x00\x00\x00",
            b"\xfa\x7f\xc0\x00\x00",
            b"\x9f\xff",
            // Keys in the order of RFC 7049 (shorter first), and simply the wrong way round.
            b"\xa2\x20\x00\x18\x64\x00",
            b"\x81\xa2\x02\x00\x01\x00",
        ];
        for item in items {
            assert_eq!(code(item), Some(Code::CborForbidden), "{item:02x?}");
        }
    }

    #[test]
    fn what_is_no_cbor_is_malformed() {
        let items: [&[u8]; 9] =
            [b"", b"\x18", b"\x62a", b"\x61\xff", b"\xa2\x01\x00\x01\x00", b"\x00\x00", b"\xf8\x1f", b"\xff", b"\x82\x00"];
        for item in items {
            assert_eq!(code(item), Some(Code::CborMalformed), "{item:02x?}");
        }
        let deep = [vec![0x81; 17], vec![0]].concat();
        assert_eq!(code(&deep), Some(Code::Limit));
        assert_eq!(code(&deep[1..]), None);
    }
}
