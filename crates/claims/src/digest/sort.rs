//! Sorting many digests by how they begin, which tells most of them apart: one number for each, so that numbers are moved and not
//! digests.

use super::Digest;

/// Below this many, comparing them is quicker.
const FEW: usize = 32;

/// Sorts bytewise (JWT-I-007, CWT-I-031).
pub(crate) fn sort(digests: &mut Vec<Digest<'_>>) {
    if digests.len() < FEW {
        return digests.sort_unstable_by(|a, b| a.prefix().cmp(&b.prefix()).then_with(|| a.cmp(b)));
    }
    // The upper bits are those of the digest, the lower ones its position.
    let positions = (1 << (usize::BITS - digests.len().leading_zeros())) - 1;
    let mut numbers: Vec<u64> = digests.iter().zip(0..).map(|(digest, n)| (digest.prefix() & !positions) | n).collect();
    numbers.sort_unstable();
    let is_alike = |pair: &[u64]| pair.iter().fold(0, |differing, number| differing ^ number) <= positions;
    if numbers.windows(2).any(is_alike) {
        return digests.sort_unstable();
    }
    let mut take = |number| usize::try_from(number & positions).ok().and_then(|n| digests.get_mut(n)).map(std::mem::take);
    *digests = numbers.into_iter().filter_map(&mut take).collect();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digests(count: usize, octet: impl Fn(usize, usize) -> usize) -> Vec<Digest<'static>> {
        let of = |n| Digest::from((0..32).map(|i| u8::try_from(octet(n, i) % 256).unwrap()).collect::<Vec<_>>());
        (0..count).map(of).collect()
    }

    /// JWT-I-007, CWT-I-031: few and many, spread evenly and not at all, equal ones, and of lengths below that of a prefix.
    #[test]
    fn digests_are_sorted_by_their_octets() {
        let mixed = |n: usize, i: usize| (n * 7919 + i * 104_729) ^ (n >> 3);
        for count in [0, 1, 2, FEW - 1, FEW, FEW + 1, 100, 1000, 1025] {
            for made in [
                digests(count, mixed),
                digests(count, |n, i| if i < 31 { 7 } else { mixed(n, i) }),
                digests(count, |n, i| if i == 0 { 255 } else { mixed(n, i) }),
                digests(count, |n, _| n),
                (0..count).map(|n| Digest::copied(&n.to_be_bytes()[8 - n % 9..])).collect(),
            ] {
                let mut expected: Vec<Vec<u8>> = made.iter().map(|digest| digest.to_vec()).collect();
                expected.sort();
                let mut sorted = made;
                sort(&mut sorted);
                assert!(sorted.iter().map(|digest| digest.to_vec()).eq(expected));
            }
        }
    }
}
