//! Sorting many digests, which are spread evenly: each is put about where it belongs at once, and then compared with its neighbours.

use super::Digest;

/// Below this many, comparing is quicker.
const FEW: usize = 32;
/// So many digests that begin with the same bits are made by nobody.
const CROWD: u32 = 16;

/// A digest by its first octets and its position: small, so that it is moved with ease.
type Entry = (u64, u32);

/// Sorts bytewise (JWT-I-007, CWT-I-031).
pub(crate) fn sort(digests: &mut Vec<Digest<'_>>) {
    let entries: Vec<Entry> = digests.iter().map(Digest::prefix).zip(0..).collect();
    let Some(mut sorted) = spread(&entries) else {
        return digests.sort_unstable_by(|a, b| a.prefix().cmp(&b.prefix()).then_with(|| a.cmp(b)));
    };
    let digest = |(_, n): Entry| usize::try_from(n).ok().and_then(|n| digests.get(n));
    // What is out of order is so by less than a crowd.
    for end in 1..sorted.len() {
        let mut n = end;
        while let Some([a, b]) = n.checked_sub(1).and_then(|before| sorted.get_mut(before..=n)) {
            if a.0 < b.0 || (a.0 == b.0 && digest(*a) <= digest(*b)) {
                break;
            }
            std::mem::swap(a, b);
            n -= 1;
        }
    }
    let mut digest =
        |(_, n): Entry| usize::try_from(n).ok().and_then(|n| digests.get_mut(n)).map(std::mem::take).unwrap_or_default();
    *digests = sorted.into_iter().map(&mut digest).collect();
}

/// The entries by their first bits; nothing for few of them, and for such as are not spread evenly.
fn spread(entries: &[Entry]) -> Option<Vec<Entry>> {
    if entries.len() < FEW {
        return None;
    }
    // Twice as many buckets as digests, and more.
    let bits = entries.len().ilog2() + 2;
    // The bits that differ: of text, not all of the first octet's do.
    let (least, most) = entries.iter().fold((u64::MAX, 0), |(least, most), (prefix, _)| (least.min(*prefix), most.max(*prefix)));
    let shift = (u64::BITS - most.wrapping_sub(least).leading_zeros()).saturating_sub(bits);
    let bucket = |(prefix, _): &Entry| usize::try_from((prefix - least) >> shift).unwrap_or(usize::MAX);
    let mut starts = vec![0_u32; 1 << bits];
    for entry in entries {
        *starts.get_mut(bucket(entry))? += 1;
    }
    let mut before = 0;
    for start in &mut starts {
        let count = std::mem::replace(start, before);
        if count > CROWD {
            return None;
        }
        before = before.checked_add(count)?;
    }
    let mut sorted = vec![(0, 0); entries.len()];
    for entry in entries {
        // Each has a bucket, and each bucket as many places as it has digests.
        let next = starts.get_mut(bucket(entry))?;
        *usize::try_from(*next).ok().and_then(|place| sorted.get_mut(place))? = *entry;
        *next += 1;
    }
    Some(sorted)
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
