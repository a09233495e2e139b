//! Small random numbers from a seed: the same everywhere, so that a failing case can be made again.

pub(crate) struct Random(u64);

/// What a case is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mood {
    /// Mostly for what is accepted: usual values, and conditions that they meet.
    Friendly,
    /// For the boundaries: values on both sides of them, of other types, or missing.
    Wild,
}

impl Mood {
    pub(crate) fn is_friendly(self) -> bool {
        self == Mood::Friendly
    }
}

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// SplitMix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).expect("small")).expect("small")
    }

    pub(crate) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    pub(crate) fn one_of<T: Clone>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())].clone()
    }

    /// One of these, each as often as its weight says.
    pub(crate) fn weighted<T: Clone>(&mut self, all: &[(usize, T)]) -> T {
        let mut place = self.below(all.iter().map(|(weight, _)| weight).sum());
        for (weight, thing) in all {
            match place.checked_sub(*weight) {
                Some(rest) => place = rest,
                None => return thing.clone(),
            }
        }
        unreachable!("a place is below the sum")
    }
}
