//! Sorting many digests, which are spread evenly: each is put about where it belongs at once, and then compared with its neighbours.

use super::Digest;

/// Below this many, comparing is quicker.
const FEW: usize = 32;
/// So many digests that begin with the same bits are made by nobody.
const CROWD: u32 = 16;

/// Sorts bytewise (JWT-I-007, CWT-I-031).
pub(crate) fn sort(digests: &mut Vec<Digest<'_>>) {
    let Some(mut starts) = starts(digests) else {
        return digests.sort_unstable_by(|a, b| a.prefix().cmp(&b.prefix()).then_with(|| a.cmp(b)));
    };
    let mut sorted: Vec<Digest<'_>> = std::iter::repeat_with(Digest::default).take(digests.len()).collect();
    let bits = starts.len().ilog2();
    for digest in std::mem::take(digests) {
        // Each has a bucket, and each bucket as many places as it has digests.
        let Some(next) = starts.get_mut(bucket(&digest, bits)) else { continue };
        if let Some(place) = usize::try_from(*next).ok().and_then(|place| sorted.get_mut(place)) {
            *place = digest;
        }
        *next += 1;
    }
    // What is out of order is so by less than a crowd.
    for end in 1..sorted.len() {
        let mut n = end;
        while let Some([a, b]) = n.checked_sub(1).and_then(|before| sorted.get_mut(before..=n)) {
            if a.prefix() < b.prefix() || (a.prefix() == b.prefix() && *a <= *b) {
                break;
            }
            std::mem::swap(a, b);
            n -= 1;
        }
    }
    *digests = sorted;
}

/// Where the digests of each bucket start, as many as digests begin with the same bits; nothing for few digests, and for such as are
/// not spread evenly.
fn starts(digests: &[Digest<'_>]) -> Option<Vec<u32>> {
    if digests.len() < FEW {
        return None;
    }
    // Twice as many buckets as digests, and more.
    let bits = digests.len().ilog2() + 2;
    let mut starts = vec![0_u32; 1 << bits];
    for digest in digests {
        *starts.get_mut(bucket(digest, bits))? += 1;
    }
    let mut before = 0;
    for start in &mut starts {
        let count = std::mem::replace(start, before);
        if count > CROWD {
            return None;
        }
        before = before.checked_add(count)?;
    }
    Some(starts)
}

#[inline]
fn bucket(digest: &Digest<'_>, bits: u32) -> usize {
    usize::try_from(digest.prefix() >> (u64::BITS - bits)).unwrap_or(usize::MAX)
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
