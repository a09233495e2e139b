//! As much DER as is needed to measure certificates and to look into one extension.

/// An element as received.
pub(super) struct Element<'a> {
    pub(super) tag: u8,
    /// Tag, length and contents.
    pub(super) whole: &'a [u8],
    pub(super) contents: &'a [u8],
}

/// Takes the first element of the input, whose length is minimal or not.
pub(super) fn take<'a>(input: &mut &'a [u8]) -> Option<Element<'a>> {
    let (&[tag, first], rest) = input.split_first_chunk::<2>()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x83 => {
            let (octets, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            (octets.iter().fold(0, |length, octet| length << 8 | usize::from(*octet)), rest)
        }
        _ => return None,
    };
    let (contents, rest) = rest.split_at_checked(length)?;
    let whole = input.get(..input.len() - rest.len())?;
    *input = rest;
    Some(Element { tag, whole, contents })
}

/// The elements inside one.
pub(super) fn inside(element: &[u8]) -> Vec<Element<'_>> {
    let mut input = element;
    let contents = take(&mut input).map(|element| element.contents).unwrap_or_default();
    let mut rest = contents;
    std::iter::from_fn(|| take(&mut rest)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_taken_one_by_one_and_never_past_the_end() {
        let found: Vec<(u8, usize)> = inside(&[0x30, 5, 0x02, 1, 7, 0x05, 0]).iter().map(|e| (e.tag, e.whole.len())).collect();
        assert_eq!(found, [(2, 3), (5, 2)]);
        let long = [&[0x04, 0x81, 0x80][..], &[7; 128]].concat();
        assert_eq!(take(&mut long.as_slice()).unwrap().contents.len(), 128);
        for bad in [&[][..], &[0x30], &[0x30, 2, 0], &[0x30, 0x80], &[0x30, 0x84, 0, 0, 0, 0], &[0x30, 0x82, 0]] {
            assert!(take(&mut { bad }).is_none(), "{bad:02x?}");
        }
    }
}
