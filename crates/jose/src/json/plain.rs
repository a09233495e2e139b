//! Text without anything to escape, which is most of it: looked through many octets at a time.

/// How many octets come before the first quote, backslash or control character.
#[inline]
pub(super) fn plain_len(octets: &[u8]) -> usize {
    // Most texts are short: a few octets first.
    let (few, octets) = octets.split_at_checked(24).unwrap_or((octets, &[]));
    if let Some(at) = first_special(few) {
        return at;
    }
    let (chunks, _) = octets.as_chunks();
    let at = chunks.iter().take_while(|chunk| is_clean(chunk)).count() * CHUNK;
    let rest = octets.get(at..).unwrap_or_default();
    few.len() + at + first_special(rest).unwrap_or(rest.len())
}

/// Whether there is no quote, backslash or control character.
#[inline]
pub(super) fn is_plain(octets: &[u8]) -> bool {
    if let Some(least) = least(octets, beside_special) {
        return least > 0;
    }
    match octets.last_chunk::<8>() {
        Some(last) => octets.as_chunks().0.iter().chain([last]).all(|word| marks(word) == 0),
        None => !octets.iter().any(|octet| is_special(*octet)),
    }
}

/// Whether there is no quote, backslash or control character, and nothing but ASCII.
#[inline]
pub(super) fn is_plain_ascii(octets: &[u8]) -> bool {
    let inside = |octet: u8| beside_special(octet).min(0x80_u8.saturating_sub(octet));
    least(octets, inside).map_or_else(|| octets.is_ascii() && is_plain(octets), |least| least > 0)
}

/// Whether no octet comes before the first character of base64url, behind the last, or is a backslash, which is between them: said of
/// all of them at once, the length being known.
#[inline]
pub(super) fn is_like_base64url<const N: usize>(octets: &[u8; N]) -> bool {
    let inside = |octet: u8| (b'z' - b'-' + 1).saturating_sub(octet.wrapping_sub(b'-')).min(octet ^ b'\\');
    least(octets, inside).unwrap_or_else(|| octets.iter().fold(u8::MAX, |least, octet| least.min(inside(*octet)))) > 0
}

const CHUNK: usize = 32;

#[inline]
fn is_clean(chunk: &[u8; CHUNK]) -> bool {
    // To the end of it, as in `least`.
    chunk.iter().fold(u8::MAX, |least, octet| least.min(beside_special(*octet))) > 0
}

/// The smallest of the numbers of all octets; no answer for a few of them.
///
/// To the end, whatever comes, and in each place of a part by itself: that can be done for all places at once, and the smallest of many
/// numbers is found more quickly than whether any of many things is true.
#[inline(always)]
fn least(octets: &[u8], number: impl Fn(u8) -> u8) -> Option<u8> {
    // What is left over at the end is looked at together with what comes before it.
    let last = octets.last_chunk::<16>()?;
    let mut least = [u8::MAX; 16];
    for part in octets.as_chunks().0.iter().chain([last]) {
        least.iter_mut().zip(part).for_each(|(least, octet)| *least = (*least).min(number(*octet)));
    }
    Some(least.iter().fold(u8::MAX, |least, octet| least.min(*octet)))
}

/// Where the first of them is: eight at a time.
#[inline]
fn first_special(octets: &[u8]) -> Option<usize> {
    let (words, tail) = octets.as_chunks::<8>();
    for (word, at) in words.iter().zip((0..).step_by(8)) {
        let marks = marks(word);
        if marks != 0 {
            return usize::try_from(marks.trailing_zeros() / 8).ok().map(|n| at + n);
        }
    }
    let before = octets.len() - tail.len();
    tail.iter().position(|octet| is_special(*octet)).map(|n| before + n)
}

/// The high bit of each octet that is one of them, the first octet's in the lowest place.
///
/// A subtraction borrows from a high bit where an octet is too small. What lies above the first such octet may be marked wrongly.
#[inline]
fn marks(word: &[u8; 8]) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let word = u64::from_le_bytes(*word);
    let below = |word: u64, least: u64| word.wrapping_sub(EACH * least) & !word;
    (below(word, 0x20) | below(word ^ (EACH * 0x22), 1) | below(word ^ (EACH * 0x5c), 1)) & (EACH << 7)
}

/// How far an octet is from being one of them, in some way: zero for one that is.
#[inline]
fn beside_special(octet: u8) -> u8 {
    octet.saturating_sub(0x1f).min(octet ^ b'"').min(octet ^ b'\\')
}

#[inline]
fn is_special(octet: u8) -> bool {
    (octet < 0x20) | (octet == b'"') | (octet == b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64url_is_plain_and_so_is_what_is_like_it() {
        for octet in 0..=255 {
            for at in 0..43 {
                let mut octets = [b'x'; 43];
                octets[at] = octet;
                let is_of_base64url = octet.is_ascii_alphanumeric() || octet == b'-' || octet == b'_';
                assert!(is_like_base64url(&octets) || !is_of_base64url, "{octet}");
                assert!(is_plain_ascii(&octets) || !is_like_base64url(&octets), "{octet}");
            }
        }
    }

    #[test]
    fn the_first_special_octet_is_found_wherever_it_stands() {
        for len in 0..100 {
            assert_eq!(plain_len(&vec![b'x'; len]), len);
            assert!(is_plain(&vec![b'x'; len]));
            assert!(is_plain_ascii(&vec![b'x'; len]));
            for at in 0..len {
                let mut octets = vec![b'x'; len];
                octets[at] = 0x80;
                assert!(is_plain(&octets));
                assert!(!is_plain_ascii(&octets));
                for special in [b'"', b'\\', 0, 0x1f] {
                    let mut octets = vec![0x7f; len];
                    octets[at] = special;
                    assert!(!is_plain(&octets));
                    assert!(!is_plain_ascii(&octets));
                    octets[len - 1] = special;
                    assert_eq!(plain_len(&octets), at);
                }
            }
        }
        // Whatever is beside it: every octet, in every place of a word.
        for (octet, n) in (0..=255).flat_map(|octet| (0..8).map(move |n| (octet, n))) {
            for others in [0x20, 0x21, 0x23, 0x5b, 0x5d, 0x7f, 0x80, 0xff] {
                let mut octets = [others; 8];
                octets[n] = octet;
                assert_eq!(plain_len(&octets), if is_special(octet) { n } else { 8 }, "{octet} among {others}");
                assert_eq!(is_plain(&octets), !is_special(octet), "{octet} among {others}");
            }
        }
    }
}
