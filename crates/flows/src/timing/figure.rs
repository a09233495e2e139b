//! Figures with their 95 % interval.

use serde::Serialize;

use super::stream::float;

/// The normal distribution's 97.5 % quantile.
const Z: f64 = 1.959_963_984_540_054;

/// What is left of a number in a report: on no platform do its logarithms change these digits.
pub(super) fn six_digits(value: f64) -> f64 {
    // What is written so can be read.
    format!("{value:.5e}").parse().unwrap_or(value)
}

/// Student's 97.5 % quantile, by its expansion around the normal distribution's: good to a hundredth from four degrees of freedom on.
pub(super) fn student(freedom: f64) -> f64 {
    let power = |n| Z.powi(n);
    let first = (power(3) + Z) / 4.0;
    let second = (5.0 * power(5) + 16.0 * power(3) + 3.0 * Z) / 96.0;
    let third = (3.0 * power(7) + 19.0 * power(5) + 17.0 * power(3) - 15.0 * Z) / 384.0;
    Z + first / freedom + second / (freedom * freedom) + third / (freedom * freedom * freedom)
}

/// An estimate and the interval in which the truth is with 95 % confidence.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// The estimate.
    pub value: f64,
    /// The interval begins here.
    pub low: f64,
    /// The interval ends here.
    pub high: f64,
}

impl Figure {
    /// A share of `hits` in `count`: Wilson's interval.
    pub(super) fn share(hits: u64, count: u64) -> Self {
        let (hits, count) = (float(hits), float(count.max(1)));
        let value = hits / count;
        let weight = 1.0 + Z * Z / count;
        let centre = (value + Z * Z / (2.0 * count)) / weight;
        let half = Z / weight * (value * (1.0 - value) / count + Z * Z / (4.0 * count * count)).sqrt();
        Self::probability(value, centre - half, centre + half)
    }

    /// An estimate of a probability, with its interval inside 0 and 1.
    pub(super) fn probability(value: f64, low: f64, high: f64) -> Self {
        // Both may differ from what they stand for by a rounding.
        let value = value.clamp(0.0, 1.0);
        Self { value: six_digits(value), low: six_digits(low.clamp(0.0, value)), high: six_digits(high.clamp(value, 1.0)) }
    }
}

/// A mean of probabilities that come one by one.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mean {
    count: u64,
    mean: f64,
    /// The sum of the squares around the mean (Welford).
    squares: f64,
}

impl Mean {
    pub(super) fn add(&mut self, value: f64) {
        self.count += 1;
        let off = value - self.mean;
        self.mean += off / float(self.count);
        self.squares += off * (value - self.mean);
    }

    pub(super) fn value(&self) -> f64 {
        self.mean
    }

    /// The mean with the interval of the normal distribution.
    pub(super) fn figure(&self) -> Figure {
        let count = float(self.count.max(1));
        let half = Z * (self.squares / (count * (count - 1.0).max(1.0))).sqrt();
        Figure::probability(self.mean, self.mean - half, self.mean + half)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wilson's interval of 10 in 100, and of 0 in 10: (0 + z²/20 ± z²/20) / (1 + z²/10), with z² = 3.841.
    #[test]
    fn intervals_are_those_of_the_books() {
        let tenth = Figure::share(10, 100);
        assert!((tenth.low - 0.0552).abs() < 1e-4 && (tenth.high - 0.1744).abs() < 1e-4, "{tenth:?}");
        let none = Figure::share(0, 10);
        assert!(none.low == 0.0 && (none.high - 0.3841 / 1.3841).abs() < 1e-4, "{none:?}");
        for (freedom, quantile) in [(4.0, 2.776), (9.0, 2.262), (29.0, 2.045)] {
            assert!((student(freedom) - quantile).abs() < 0.01, "{freedom}");
        }
        // 0, 1, 0, 1: mean 1/2, variance 1/3, standard error the root of 1/12.
        let mut mean = Mean::default();
        [0.0, 1.0, 0.0, 1.0].into_iter().for_each(|value| mean.add(value));
        assert!((mean.squares - 1.0).abs() < 1e-12);
        assert_eq!(mean.figure().low, 0.0);
        assert!((mean.figure().value - 0.5).abs() < 1e-12);
    }
}
