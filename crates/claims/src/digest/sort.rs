//! Digests that are just made, in the order in which they are to stand: sorted by how they begin, which tells most of them apart. That
//! is one number for each, so that numbers are moved and not digests.

use super::Digest;

/// The digests of one map, as they are made; sorted when all of them are there.
///
/// ```
/// use mimicred_claims::{Digest, NewDigests};
///
/// let mut digests = NewDigests::with_capacity(2);
/// digests.push(b"second");
/// digests.push(b"first.");
/// assert_eq!(digests.sorted(), [Digest::from(b"first."), Digest::from(b"second")]);
/// ```
#[derive(Debug, Default)]
pub struct NewDigests {
    /// One after the other, all of the length of the first.
    octets: Vec<u8>,
    len: usize,
    /// How each begins, above its position.
    numbers: Vec<u64>,
    /// Those of another length.
    odd: Vec<Digest<'static>>,
}

impl NewDigests {
    /// None yet, with room for so many.
    pub fn with_capacity(count: usize) -> Self {
        Self { numbers: Vec::with_capacity(count), ..Self::default() }
    }

    /// Adds one.
    #[inline(always)]
    pub fn push(&mut self, digest: &[u8]) {
        if self.numbers.is_empty() {
            self.len = digest.len();
            self.octets.reserve(digest.len() * self.numbers.capacity());
        }
        if digest.len() != self.len {
            return self.odd.push(Digest::copied(digest));
        }
        self.octets.extend_from_slice(digest);
        self.numbers.push(prefix(digest));
    }

    /// All of them, sorted bytewise (JWT-I-007, CWT-I-031).
    pub fn sorted(mut self) -> Vec<Digest<'static>> {
        let positions = (1 << (usize::BITS - self.numbers.len().leading_zeros())) - 1;
        let len = self.len;
        let octets = std::mem::take(&mut self.octets);
        let at = |n: usize| Digest::copied(octets.get(n * len..(n + 1) * len).unwrap_or_default());
        if self.odd.is_empty() {
            self.numbers.iter_mut().zip(0..).for_each(|(number, n)| *number = (*number & !positions) | n);
            self.numbers.sort_unstable();
            let is_alike = |pair: &[u64]| pair.iter().fold(0, |differing, number| differing ^ number) <= positions;
            if !self.numbers.windows(2).any(is_alike) {
                return self
                    .numbers
                    .into_iter()
                    .map(|number| usize::try_from(number & positions).map_or_else(|_| at(0), at))
                    .collect();
            }
        }
        let mut digests: Vec<_> = (0..self.numbers.len()).map(at).chain(self.odd).collect();
        digests.sort_unstable_by(|a, b| a.prefix().cmp(&b.prefix()).then_with(|| a.cmp(b)));
        digests
    }
}

/// The first octets as a number.
#[inline]
pub(super) fn prefix(octets: &[u8]) -> u64 {
    match octets.first_chunk() {
        Some(first) => u64::from_be_bytes(*first),
        None => {
            let mut padded = [0; 8];
            padded.iter_mut().zip(octets).for_each(|(into, from)| *into = *from);
            u64::from_be_bytes(padded)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::SHORT;
    use super::*;

    fn digests(count: usize, octet: impl Fn(usize, usize) -> usize) -> Vec<Digest<'static>> {
        let of = |n| Digest::from((0..32).map(|i| u8::try_from(octet(n, i) % 256).unwrap()).collect::<Vec<_>>());
        (0..count).map(of).collect()
    }

    /// JWT-I-007: texts of a SHA-256, and every length around the longest that is kept in place; most of them begin alike.
    #[test]
    fn digests_come_out_as_they_went_in_whatever_their_length() {
        for len in [1, 31, 32, 33, 43, SHORT - 1, SHORT, SHORT + 1, 64, 86] {
            for alike in [0, 7, 8, 12] {
                let octet = |n: usize, i: usize| if i < alike { 97 } else { (n * 7919 + i * 31).to_le_bytes()[0] | 1 };
                let made: Vec<Vec<u8>> = (0..90).map(|n| (0..len).map(|i| octet(n, i)).collect()).collect();
                let mut digests = NewDigests::default();
                made.iter().for_each(|digest| digests.push(digest));
                let mut expected = made;
                expected.sort();
                let sorted = digests.sorted();
                assert!(sorted.iter().map(|digest| digest.to_vec()).eq(expected.iter().cloned()), "{len} {alike}");
                assert!(sorted.iter().zip(&expected).all(|(kept, octets)| *kept == Digest::copied(octets)));
            }
        }
    }

    /// JWT-I-007, CWT-I-031: few and many, spread evenly and not at all, equal ones, and of lengths below that of a prefix.
    #[test]
    fn digests_are_sorted_by_their_octets() {
        let mixed = |n: usize, i: usize| (n * 7919 + i * 104_729) ^ (n >> 3);
        for count in [0, 1, 2, 3, 20, 21, 100, 1000, 1025] {
            for made in [
                digests(count, mixed),
                digests(count, |n, i| if i < 31 { 7 } else { mixed(n, i) }),
                digests(count, |n, i| if i == 0 { 255 } else { mixed(n, i) }),
                digests(count, |n, _| n),
                (0..count).map(|n| Digest::copied(&n.to_be_bytes()[8 - n % 9..])).collect(),
            ] {
                let mut expected: Vec<Vec<u8>> = made.iter().map(|digest| digest.to_vec()).collect();
                expected.sort();
                let mut digests = NewDigests::with_capacity(count / 2);
                made.iter().for_each(|digest| digests.push(digest));
                assert!(digests.sorted().iter().map(|digest| digest.to_vec()).eq(expected));
            }
        }
    }
}
