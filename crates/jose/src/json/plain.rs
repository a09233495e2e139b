//! Text without anything to escape, which is most of it: looked through many octets at a time.

/// How many octets come before the first quote, backslash or control character.
#[inline]
pub(super) fn plain_len(octets: &[u8]) -> usize {
    let (chunks, _) = octets.as_chunks::<32>();
    // To the end of each chunk, whatever comes: that can be done for all of them at once.
    let clean = |chunk: &&[u8; 32]| !chunk.iter().fold(false, |any, octet| any | is_special(*octet));
    let at = chunks.iter().take_while(clean).count() * 32;
    let rest = octets.get(at..).unwrap_or_default();
    at + rest.iter().position(|octet| is_special(*octet)).unwrap_or(rest.len())
}

#[inline]
fn is_special(octet: u8) -> bool {
    (octet < 0x20) | (octet == b'"') | (octet == b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_special_octet_is_found_wherever_it_stands() {
        for len in 0..100 {
            assert_eq!(plain_len(&vec![b'x'; len]), len);
            for at in 0..len {
                for special in [b'"', b'\\', 0, 0x1f] {
                    let mut octets = vec![0x7f; len];
                    octets[at] = special;
                    octets[len - 1] = special;
                    assert_eq!(plain_len(&octets), at);
                }
            }
        }
        assert_eq!(plain_len(&[0x20, 0x21, 0x23, 0x5b, 0x5d, 0x7f, 0x80, 0xff]), 8);
    }
}
