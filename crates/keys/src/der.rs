//! As much DER as keys and the classifier need: definite, minimal lengths, and nothing that has to be guessed.

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const SEQUENCE: u8 = 0x30;
/// `[0]`, constructed.
pub(crate) const CONTEXT_0: u8 = 0xa0;
/// `[1]`, constructed.
pub(crate) const CONTEXT_1: u8 = 0xa1;
/// `[1]`, primitive: an implicitly tagged BIT STRING.
pub(crate) const CONTEXT_1_PRIMITIVE: u8 = 0x81;

/// Takes the content of one element with this tag from the front of `input`.
pub(crate) fn take<'a>(tag: u8, input: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (&first, rest) = input.split_first()?;
    let (&length, rest) = rest.split_first()?;
    let (length, rest) = match length {
        0..=0x7f => (usize::from(length), rest),
        // 0x80 is the indefinite form; more than four octets of length are beyond every limit of ours.
        0x81..=0x84 => {
            let (octets, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
            let value =
                octets.iter().try_fold(0usize, |value, octet| value.checked_mul(256)?.checked_add(usize::from(*octet)))?;
            // Minimal: no leading zero octet, and the short form where it fits.
            if octets.first() == Some(&0) || value < 0x80 {
                return None;
            }
            (value, rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    if first != tag {
        return None;
    }
    *input = rest;
    Some(content)
}

/// The content of the one element with this tag that `input` consists of.
pub(crate) fn only(tag: u8, mut input: &[u8]) -> Option<&[u8]> {
    let content = take(tag, &mut input)?;
    input.is_empty().then_some(content)
}

/// One element.
pub(crate) fn element(tag: u8, content: &[&[u8]]) -> Vec<u8> {
    let length: usize = content.iter().map(|part| part.len()).sum();
    let octets = length.to_be_bytes();
    let significant = octets.iter().position(|octet| *octet != 0).and_then(|from| octets.get(from..)).unwrap_or(&[0]);
    let mut out = Vec::with_capacity(length + 2 + significant.len());
    out.push(tag);
    if length >= 0x80 {
        out.push(0x80 | u8::try_from(significant.len()).unwrap_or(8));
    }
    out.extend_from_slice(significant);
    content.iter().for_each(|part| out.extend_from_slice(part));
    out
}

#[cfg(test)]
mod tests;
