//! As much DER as requests, revocation lists and what is around rcgen's certificates need.

mod time;

pub(crate) use time::take_time;

pub(crate) const BOOLEAN: u8 = 0x01;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const UTF8_STRING: u8 = 0x0c;
pub(crate) const UTC_TIME: u8 = 0x17;
pub(crate) const GENERALIZED_TIME: u8 = 0x18;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;
/// `[0]`, constructed.
pub(crate) const CONTEXT_0: u8 = 0xa0;

/// One element with this tag around these octets.
pub(crate) fn element(tag: u8, content: &[&[u8]]) -> Vec<u8> {
    let length: usize = content.iter().map(|part| part.len()).sum();
    let mut out = vec![tag];
    match u8::try_from(length) {
        Ok(short @ 0..=0x7f) => out.push(short),
        _ => {
            let octets = length.to_be_bytes();
            let significant: Vec<u8> = octets.iter().copied().skip_while(|octet| *octet == 0).collect();
            out.push(0x80 | u8::try_from(significant.len()).unwrap_or(8));
            out.extend(significant);
        }
    }
    for part in content {
        out.extend_from_slice(part);
    }
    out
}

/// A BIT STRING of whole octets.
pub(crate) fn bit_string(octets: &[u8]) -> Vec<u8> {
    element(BIT_STRING, &[&[0], octets])
}

/// An element as received.
pub(crate) struct Element<'a> {
    /// Tag, length and contents.
    pub(crate) whole: &'a [u8],
    pub(crate) contents: &'a [u8],
}

/// Takes the first element of `input`, if it has this tag and a minimal length.
pub(crate) fn take<'a>(input: &mut &'a [u8], tag: u8) -> Option<Element<'a>> {
    let (head, rest) = input.split_at_checked(2)?;
    let (first, length) = (*head.first()?, *head.last()?);
    let (length, rest) = match length {
        0..=0x7f => (usize::from(length), rest),
        _ => {
            // Up to 16 MiB, which is more than anything here may have.
            let (octets, rest) = rest.split_at_checked(usize::from(length & 0x7f)).filter(|(octets, _)| octets.len() <= 3)?;
            let length = octets.iter().fold(0, |length, octet| length << 8 | usize::from(*octet));
            (Some(length).filter(|length| *length > 0x7f && octets.first() != Some(&0))?, rest)
        }
    };
    let (contents, rest) = rest.split_at_checked(length)?;
    let whole = input.get(..input.len() - rest.len())?;
    *input = rest;
    (first == tag).then_some(Element { whole, contents })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_taken_and_nothing_else() {
        for len in [0, 1, 127, 128, 255, 256, 65_535, 65_536] {
            let written = [element(SEQUENCE, &[&vec![7; len]]), vec![9]].concat();
            let mut input = written.as_slice();
            let taken = take(&mut input, SEQUENCE).unwrap();
            assert_eq!((taken.contents, taken.whole.len() + 1, input), (vec![7; len].as_slice(), written.len(), [9].as_slice()));
            assert!(take(&mut written.as_slice(), SET).is_none());
            assert!(take(&mut written.get(..len).unwrap(), SEQUENCE).is_none(), "cut off");
        }
        for bad in [
            &[][..],
            &[0x30],
            &[0x30, 1],
            &[0x30, 0x80],
            &[0x30, 0x81, 1, 7],
            &[0x30, 0x82, 0, 1, 7],
            &[0x30, 0x83, 0, 0, 1, 7],
            &[0x30, 0x84, 0, 0, 0, 1, 7],
        ] {
            assert!(take(&mut { bad }, SEQUENCE).is_none(), "{bad:02x?}");
        }
    }

    #[test]
    fn lengths_are_minimal() {
        assert_eq!(element(SEQUENCE, &[]), [0x30, 0]);
        assert_eq!(element(SEQUENCE, &[&[1, 2], &[3]]), [0x30, 3, 1, 2, 3]);
        assert_eq!(element(SEQUENCE, &[&[0; 127]])[..2], [0x30, 0x7f]);
        assert_eq!(element(SEQUENCE, &[&[0; 128]])[..3], [0x30, 0x81, 0x80]);
        assert_eq!(element(SEQUENCE, &[&[0; 255]])[..3], [0x30, 0x81, 0xff]);
        assert_eq!(element(SEQUENCE, &[&[0; 256]])[..4], [0x30, 0x82, 1, 0]);
    }

    #[test]
    fn bit_strings_have_no_unused_bits() {
        assert_eq!(bit_string(&[0xaa]), [0x03, 2, 0, 0xaa]);
    }
}
