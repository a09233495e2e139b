//! A hash for tables of what strangers choose: under a random key, so that nobody can choose what meets in one place, and of few
//! steps, for there are tables with a line for each claim.
//!
//! On wasm32 the standard library has no randomness, and the key can be foreseen. What is found in a table is compared in full wherever
//! it decides, so that a stranger gains nothing there but time: tables that she fills on purpose are as slow as lists, within
//! [`Limits`](crate::Limits).

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash, Hasher};

/// Makes hashers under one random key.
#[derive(Clone)]
pub(crate) struct Keyed(u64, u64);

impl Keyed {
    pub(crate) fn new() -> Self {
        let random = RandomState::new();
        Self(random.hash_one(0), random.hash_one(1))
    }
}

/// What a table keeps in place of octets: both halves are hashes under a key each, so that nobody makes two octet strings with the
/// same one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fingerprint(u64, u64);

impl Keyed {
    #[inline]
    pub(crate) fn fingerprint(&self, octets: &[u8]) -> Fingerprint {
        let mut halves = (self.build_hasher(), Keyed(!self.1, self.0).build_hasher());
        halves.0.write(octets);
        halves.1.write(octets);
        Fingerprint(halves.0.finish(), halves.1.finish())
    }
}

impl Hash for Fingerprint {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0);
    }
}

/// Takes a fingerprint for its own hash.
#[derive(Clone, Default)]
pub(crate) struct AsItIs(u64);

impl Hasher for AsItIs {
    /// Fingerprints do not come this way.
    fn write(&mut self, octets: &[u8]) {
        octets.iter().for_each(|octet| self.0 = self.0.rotate_left(8) ^ u64::from(*octet));
    }

    #[inline]
    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
}

impl BuildHasher for Keyed {
    type Hasher = Folding;

    #[inline]
    fn build_hasher(&self) -> Folding {
        Folding { key: self.clone(), folded: 0 }
    }
}

/// Multiplies what comes by the key, and folds the product in half.
pub(crate) struct Folding {
    key: Keyed,
    folded: u64,
}

impl Folding {
    #[inline]
    fn fold(&mut self, high: u64, low: u64) {
        let product = u128::from(high ^ self.key.0 ^ self.folded) * u128::from(low ^ self.key.1);
        let [high, low] = halves(&product.to_be_bytes());
        self.folded = high ^ low;
    }
}

impl Hasher for Folding {
    #[inline]
    fn write(&mut self, octets: &[u8]) {
        let (whole, rest) = octets.as_chunks::<16>();
        for chunk in whole {
            let [high, low] = halves(chunk);
            self.fold(high, low);
        }
        // The length tells apart what begins and ends alike.
        let len = u64::try_from(octets.len()).unwrap_or(u64::MAX);
        match (rest.first_chunk::<8>(), rest.last_chunk::<8>()) {
            (Some(first), Some(last)) => self.fold(u64::from_be_bytes(*first), u64::from_be_bytes(*last) ^ len),
            _ if rest.is_empty() => {}
            _ => {
                let mut padded = [0; 8];
                padded.iter_mut().zip(rest).for_each(|(into, from)| *into = *from);
                self.fold(u64::from_be_bytes(padded), len);
            }
        }
    }

    #[inline]
    fn write_u8(&mut self, number: u8) {
        self.write_u64(number.into());
    }

    #[inline]
    fn write_u64(&mut self, number: u64) {
        self.fold(0, number);
    }

    #[inline]
    fn write_usize(&mut self, number: usize) {
        self.write_u64(u64::try_from(number).unwrap_or(u64::MAX));
    }

    #[inline]
    fn write_u128(&mut self, number: u128) {
        self.write(&number.to_be_bytes());
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.folded
    }
}

#[inline]
fn halves(octets: &[u8; 16]) -> [u64; 2] {
    let number = u128::from_be_bytes(*octets);
    let low = u64::try_from(number & u128::from(u64::MAX)).unwrap_or_default();
    [u64::try_from(number >> 64).unwrap_or_default(), low]
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// Not how good it is, but that nothing falls together by construction: zeros, lengths, the order of chunks.
    #[test]
    fn what_differs_hashes_differently() {
        let keyed = Keyed::new();
        let chunk = |n: u8| [n; 16];
        let mut inputs: Vec<Vec<u8>> = (0..40).map(|len| vec![0; len]).collect();
        inputs.push([chunk(1), chunk(2)].concat());
        inputs.push([chunk(2), chunk(1)].concat());
        inputs.extend((0..=255).map(|n| vec![n]));
        let hashes: HashSet<u64> = inputs.iter().map(|input| keyed.hash_one(input.as_slice())).collect();
        // The single zero is there twice.
        assert_eq!(hashes.len(), inputs.len() - 1);
        assert_ne!(keyed.hash_one(b"a".as_slice()), Keyed::new().hash_one(b"a".as_slice()));
        let Fingerprint(first, second) = keyed.fingerprint(&[7; 32]);
        assert_ne!(first, second);
    }
}
