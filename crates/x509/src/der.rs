//! As much DER writing as a certificate needs around what rcgen writes.

pub(crate) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const SEQUENCE: u8 = 0x30;

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

#[cfg(test)]
mod tests {
    use super::*;

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
