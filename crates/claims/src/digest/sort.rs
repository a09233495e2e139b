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
            sort(&mut self.numbers);
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

/// Sorts numbers of which most differ in their first two octets, as those of digests do: these are spread by each of the two, the second
/// first, and what is still out of order then is near its place.
fn sort(numbers: &mut [u64]) {
    /// With fewer, counting octets costs more than it saves; with more, too many have both octets alike.
    const WORTH: std::ops::RangeInclusive<usize> = 128..=8192;
    if WORTH.contains(&numbers.len()) {
        // How many have each octet.
        let (mut first, mut second) = ([0; 256], [0; 256]);
        for [a, b, ..] in numbers.iter().map(|number| number.to_be_bytes()) {
            first.get_mut(usize::from(a)).into_iter().for_each(|count| *count += 1);
            second.get_mut(usize::from(b)).into_iter().for_each(|count| *count += 1);
        }
        let mut spread = vec![0; numbers.len()];
        spread_by(numbers, &mut spread, second, |[_, second, ..]| second);
        spread_by(&spread, numbers, first, |[first, ..]| first);
        if settle(numbers).is_some() {
            return;
        }
    }
    numbers.sort_unstable();
}

/// Orders by one octet, which so many have; those in which it is the same stay in their order.
#[inline]
fn spread_by(from: &[u64], into: &mut [u64], counts: [usize; 256], octet: impl Fn([u8; 8]) -> u8) {
    // Where the next of them goes.
    let mut places = counts;
    places.iter_mut().fold(0, |start, place| start + std::mem::replace(place, start));
    for number in from {
        if let Some(place) = places.get_mut(usize::from(octet(number.to_be_bytes()))) {
            into.get_mut(*place).into_iter().for_each(|into| *into = *number);
            *place += 1;
        }
    }
}

/// Moves each number to its place among those before it, unless that takes more steps than any digests would that nobody chose: then
/// they are as far as they have come.
fn settle(numbers: &mut [u64]) -> Option<()> {
    let mut steps = numbers.len() * 4;
    for from in 0..numbers.len() {
        let mut at = from;
        while let Some([before, number]) = at.checked_sub(1).and_then(|before| numbers.get_mut(before..=at))
            && before > number
        {
            std::mem::swap(before, number);
            at -= 1;
            steps = steps.checked_sub(1)?;
        }
    }
    Some(())
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
    use proptest::prelude::*;

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
    /// JWT-I-007, CWT-I-031: chosen to be all in the wrong order, which is given up in time.
    #[test]
    fn numbers_that_begin_alike_are_sorted_all_the_same() {
        for count in [127_u64, 128, 1000, 8192, 8193] {
            let mut backwards: Vec<u64> = (0..count).rev().collect();
            let settled = settle(&mut backwards.clone());
            assert!(settled.is_none(), "{count}");
            sort(&mut backwards);
            assert!(backwards.into_iter().eq(0..count));
        }
    }

    proptest! {
        /// JWT-I-007, CWT-I-031: spread evenly, as characters are, and hardly at all.
        #[test]
        fn numbers_are_sorted_as_by_an_ordinary_sort(made in prop::collection::vec(any::<u64>(), 0..2000), mask in any::<u64>()) {
            for mask in [u64::MAX, 0x3f3f_3f3f_3f3f_3f3f, 0x0101_0000_0000_ffff, mask] {
                let mut numbers: Vec<u64> = made.iter().map(|number| number & mask).collect();
                let mut expected = numbers.clone();
                expected.sort();
                sort(&mut numbers);
                prop_assert_eq!(numbers, expected);
            }
        }
    }
}
