//! Numbers for a simulation: a fast generator of our own, and what is drawn from it.
//!
//! It is no cryptography and nothing secret comes from it. xoshiro256** (Blackman and Vigna, 2018), filled by SplitMix64; the same
//! seed gives the same numbers on every platform.

use mimicred_keys::Random;

use crate::Error;

/// A [`Random`] that repeats itself: the same number, the same octets. For simulations; never for keys, salts or nonces.
///
/// ```
/// use mimicred_flows::timing::Repeatable;
/// use mimicred_keys::Random;
///
/// let (mut one, mut other) = ([0; 32], [0; 32]);
/// Repeatable::new(7).fill(&mut one)?;
/// Repeatable::new(7).fill(&mut other)?;
/// assert_eq!(one, other);
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Repeatable(u64);

impl Repeatable {
    /// The source that this number stands for.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }
}

impl Random for Repeatable {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), mimicred_keys::Error> {
        for chunk in out.chunks_mut(8) {
            for (octet, drawn) in chunk.iter_mut().zip(split_mix(&mut self.0).to_le_bytes()) {
                *octet = drawn;
            }
        }
        Ok(())
    }
}

fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// What a whole run is seeded with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seed(pub(super) u64);

impl Seed {
    pub(super) fn draw(random: &mut dyn Random) -> Result<Self, Error> {
        let mut octets = [0; 8];
        random.fill(&mut octets).map_err(|e| Error::step("a seed is drawn", e))?;
        Ok(Self(u64::from_le_bytes(octets)))
    }

    /// The stream of one row, told by its name: a row has the same figures whatever rows are beside it.
    pub(super) fn stream(self, name: &str) -> Stream {
        // FNV-1a, to make a number of the name.
        let hash = |hash: u64, octet: u8| (hash ^ u64::from(octet)).wrapping_mul(0x0000_0100_0000_01b3);
        let mut state = self.0 ^ name.bytes().fold(0xcbf2_9ce4_8422_2325, hash);
        Stream([split_mix(&mut state), split_mix(&mut state), split_mix(&mut state), split_mix(&mut state)])
    }
}

/// One stream of numbers.
#[derive(Clone, Debug)]
pub(super) struct Stream([u64; 4]);

impl Stream {
    fn next(&mut self) -> u64 {
        let [a, b, c, d] = self.0;
        let (c2, d2) = (c ^ a, d ^ b);
        self.0 = [a ^ d2, b ^ c2, c2 ^ (b << 17), d2.rotate_left(45)];
        b.wrapping_mul(5).rotate_left(7).wrapping_mul(9)
    }

    /// From 0 to 1, both excluded: 2^52 values, each in the middle of its cell.
    pub(super) fn unit(&mut self) -> f64 {
        (float(self.next() >> 12) + 0.5) / 4_503_599_627_370_496.0
    }

    /// From `low` to `high`.
    pub(super) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Whether something of this probability happens.
    pub(super) fn happens(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// One of so many, counted from 0.
    pub(super) fn below(&mut self, count: usize) -> usize {
        whole(self.unit() * size(count)).min(count.saturating_sub(1))
    }

    /// How many points a Poisson process has where so many are expected. Beyond 256 the normal distribution stands in for it.
    pub(super) fn poisson(&mut self, expected: f64) -> u64 {
        const EXACT: f64 = 256.0;
        const CHUNK: f64 = 16.0;
        if expected > EXACT {
            let drawn = expected + expected.sqrt() * super::normal::quantile(self.unit());
            return integer(drawn + 0.5);
        }
        let (mut count, mut rest) = (0, expected);
        while rest > 0.0 {
            let part = rest.min(CHUNK);
            rest -= part;
            let floor = (-part).exp();
            let mut product = self.unit();
            while product > floor {
                count += 1;
                product *= self.unit();
            }
        }
        count
    }
}

/// A count as a number to compute with: exact below 2^53, and nothing here comes near.
pub(super) fn float(count: u64) -> f64 {
    let high = u32::try_from(count >> 32).unwrap_or(u32::MAX);
    let low = u32::try_from(count & 0xffff_ffff).unwrap_or(u32::MAX);
    f64::from(high) * 4_294_967_296.0 + f64::from(low)
}

/// [`float`] of a length.
pub(super) fn size(count: usize) -> f64 {
    float(u64::try_from(count).unwrap_or(u64::MAX))
}

/// The whole part of a number; 0 of a negative one, at most 2^52 - 1.
pub(super) fn integer(number: f64) -> u64 {
    const SHIFT: f64 = 4_503_599_627_370_496.0;
    // Added to 2^52, a whole number is the mantissa.
    let bounded = number.floor().clamp(0.0, SHIFT - 1.0);
    (bounded + SHIFT).to_bits() & ((1 << 52) - 1)
}

/// [`integer`] as a length.
pub(super) fn whole(number: f64) -> usize {
    usize::try_from(integer(number)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SplitMix64 from 0, as its authors give it.
    #[test]
    fn the_generator_is_the_one_it_says() {
        let mut state = 0;
        assert_eq!(split_mix(&mut state), 0xe220_a839_7b1d_cdaf);
        assert_eq!(split_mix(&mut state), 0x6e78_9e6a_a1b9_65f4);
        // xoshiro256** from the state 1, 2, 3, 4.
        let mut stream = Stream([1, 2, 3, 4]);
        let drawn: Vec<u64> = (0..4).map(|_| stream.next()).collect();
        assert_eq!(drawn, [11_520, 0, 1_509_978_240, 1_215_971_899_390_074_240]);
    }

    #[test]
    fn numbers_go_to_floats_and_back() {
        for number in [0, 1, 255, 1 << 31, (1 << 52) - 1] {
            assert_eq!(integer(float(number)), number);
        }
        assert_eq!((integer(2.999), integer(-1.0)), (2, 0));
    }

    #[test]
    fn poisson_has_its_mean_and_variance() {
        let mut stream = Seed(1).stream("poisson");
        for expected in [0.3_f64, 5.0, 100.0, 1_000.0] {
            let drawn: Vec<f64> = (0..4_000).map(|_| float(stream.poisson(expected))).collect();
            let mean = drawn.iter().sum::<f64>() / 4_000.0;
            let variance = drawn.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 4_000.0;
            assert!((mean - expected).abs() < 4.0 * (expected / 4_000.0).sqrt(), "{expected}: {mean}");
            assert!((variance / expected - 1.0).abs() < 0.12, "{expected}: {variance}");
        }
        assert_eq!(stream.poisson(0.0), 0);
    }
}
