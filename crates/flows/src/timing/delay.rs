//! How long it takes from the reveal in R1 to the creation of R2.

use std::fmt;
use std::str::FromStr;

use super::normal;
use crate::{Code, Error};

/// The law of the delay. Spans are in seconds.
///
/// Written `none`, `exp:1h`, `uniform:1d`, `batch:6h` or `lognormal:1h:2`, spans like `90d`, `12h`, `30m` or `45s`.
///
/// ```
/// use mimicred_flows::timing::Delay;
///
/// assert_eq!("exp:90m".parse::<Delay>()?, Delay::Exponential { mean: 5_400 });
/// assert_eq!(Delay::Exponential { mean: 7_200 }.to_string(), "exp:2h");
/// assert!("exp".parse::<Delay>().is_err());
/// # Ok::<(), mimicred_flows::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Delay {
    /// Software answers at once: log-normal, median 2 seconds, sigma 0.5.
    None,
    /// Without memory: the chance that it ends now is always the same.
    Exponential {
        /// The mean.
        mean: u32,
    },
    /// Any delay up to a longest one is equally likely.
    Uniform {
        /// The longest.
        max: u32,
    },
    /// Every new room, cover included, is created at the next of fixed slots.
    Batch {
        /// From one slot to the next.
        slot: u32,
    },
    /// People: the logarithm of the delay is normal.
    LogNormal {
        /// Half of all delays are shorter.
        median: u32,
        /// The standard deviation of the natural logarithm.
        sigma: f64,
    },
}

/// The part of every law that is kept: longer delays than this quantile do not occur.
const KEPT: f64 = 0.9999;
/// Ten years, in seconds: no span is longer.
const LONGEST: u32 = 315_360_000;
const SIGMAS: std::ops::RangeInclusive<f64> = 0.1..=5.0;

/// What the laws come down to.
#[derive(Clone, Copy, Debug)]
enum Law {
    Exponential(f64),
    Uniform(f64),
    /// Mean and standard deviation of the logarithm.
    LogNormal(f64, f64),
}

impl Delay {
    /// The number of seconds that makes this law longer or shorter without changing its form, and what it is called; nothing where
    /// nobody chose one.
    pub fn scale(&self) -> Option<(f64, &'static str)> {
        match *self {
            Delay::None => None,
            Delay::Exponential { mean } => Some((mean.into(), "mean")),
            Delay::Uniform { max } => Some((max.into(), "longest delay")),
            Delay::Batch { slot } => Some((slot.into(), "slot")),
            Delay::LogNormal { median, .. } => Some((median.into(), "median")),
        }
    }

    fn law(&self) -> Law {
        match *self {
            Delay::None => Law::LogNormal(2.0_f64.ln(), 0.5),
            Delay::Exponential { mean } => Law::Exponential(mean.into()),
            // Over one slot, the time to its end is uniform.
            Delay::Uniform { max: span } | Delay::Batch { slot: span } => Law::Uniform(span.into()),
            Delay::LogNormal { median, sigma } => Law::LogNormal(f64::from(median).ln(), sigma),
        }
    }

    /// The delay that a share `p` of all stays below.
    pub(super) fn quantile(&self, p: f64) -> f64 {
        match self.law() {
            Law::Uniform(max) => p * max,
            Law::Exponential(mean) => -mean * (-p * KEPT).ln_1p(),
            Law::LogNormal(_, _) if p <= 0.0 => 0.0,
            Law::LogNormal(mu, sigma) => (mu + sigma * normal::quantile(p * KEPT)).exp(),
        }
    }

    /// The probability density at a delay, per second.
    pub(super) fn density(&self, delay: f64) -> f64 {
        match self.law() {
            Law::Uniform(max) if delay > max => 0.0,
            Law::Uniform(max) => 1.0 / max,
            Law::Exponential(mean) => (-delay / mean).exp() / mean,
            Law::LogNormal(_, _) if delay <= 0.0 => 0.0,
            Law::LogNormal(mu, sigma) => {
                let z = (delay.ln() - mu) / sigma;
                (-0.5 * z * z).exp() / (delay * sigma * (2.0 * std::f64::consts::PI).sqrt())
            }
        }
    }

    /// The likeliest delay.
    pub(super) fn mode(&self) -> f64 {
        match self.law() {
            Law::Exponential(_) | Law::Uniform(_) => 0.0,
            Law::LogNormal(mu, sigma) => (mu - sigma * sigma).exp(),
        }
    }

    /// Mean and standard deviation of the logarithm, of a log-normal law.
    pub(super) fn logarithm(&self) -> Option<(f64, f64)> {
        match self.law() {
            Law::LogNormal(mu, sigma) => Some((mu, sigma)),
            Law::Exponential(_) | Law::Uniform(_) => None,
        }
    }

    /// Whether its numbers mean anything.
    ///
    /// # Errors
    /// [`Code::DelayMalformed`].
    pub(super) fn check(&self) -> Result<(), Error> {
        let (span, sigma) = match *self {
            Delay::None => (1, 1.0),
            Delay::Exponential { mean: span } | Delay::Uniform { max: span } | Delay::Batch { slot: span } => (span, 1.0),
            Delay::LogNormal { median, sigma } => (median, sigma),
        };
        if span == 0 || span > LONGEST {
            return Err(Error::new(Code::DelayMalformed).note("a span is from one second to ten years"));
        }
        if !SIGMAS.contains(&sigma) {
            return Err(Error::new(Code::DelayMalformed).note("the sigma of a log-normal delay is from 0.1 to 5"));
        }
        Ok(())
    }
}

impl FromStr for Delay {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let malformed = || Error::new(Code::DelayMalformed);
        let mut parts = text.split(':');
        let (name, first, second) = (parts.next(), parts.next(), parts.next());
        let span = |text: &str| seconds(text).ok_or_else(malformed);
        let delay = match (name, first, second, parts.next()) {
            (Some("none"), None, None, None) => Delay::None,
            (Some("exp"), Some(mean), None, None) => Delay::Exponential { mean: span(mean)? },
            (Some("uniform"), Some(max), None, None) => Delay::Uniform { max: span(max)? },
            (Some("batch"), Some(slot), None, None) => Delay::Batch { slot: span(slot)? },
            (Some("lognormal"), Some(median), Some(sigma), None) => {
                Delay::LogNormal { median: span(median)?, sigma: sigma.parse().map_err(|_| malformed())? }
            }
            _ => return Err(malformed()),
        };
        delay.check()?;
        Ok(delay)
    }
}

impl fmt::Display for Delay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Delay::None => f.write_str("none"),
            Delay::Exponential { mean } => write!(f, "exp:{}", Span(mean)),
            Delay::Uniform { max } => write!(f, "uniform:{}", Span(max)),
            Delay::Batch { slot } => write!(f, "batch:{}", Span(slot)),
            Delay::LogNormal { median, sigma } => write!(f, "lognormal:{}:{sigma}", Span(median)),
        }
    }
}

const UNITS: [(u32, char); 4] = [(86_400, 'd'), (3_600, 'h'), (60, 'm'), (1, 's')];

/// A span in the largest unit that divides it.
struct Span(u32);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, letter) = UNITS.into_iter().find(|(unit, _)| self.0.is_multiple_of(*unit)).unwrap_or((1, 's'));
        write!(f, "{}{letter}", self.0 / unit)
    }
}

fn seconds(text: &str) -> Option<u32> {
    let (unit, _) = UNITS.into_iter().find(|(_, letter)| text.ends_with(*letter))?;
    let digits = text.get(..text.len().checked_sub(1)?)?;
    if digits.is_empty() || !digits.bytes().all(|c| c.is_ascii_digit()) {
        return None;
    }
    digits.parse::<u32>().ok()?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_are_read_and_written() {
        for text in ["none", "exp:1h", "exp:90m", "uniform:1d", "batch:6h", "lognormal:1h:2", "lognormal:45s:0.5"] {
            assert_eq!(text.parse::<Delay>().unwrap().to_string(), text);
        }
        assert_eq!("exp:24h".parse::<Delay>().unwrap().to_string(), "exp:1d");
        for bad in [
            "",
            "exp",
            "exp:",
            "exp:0s",
            "exp:1",
            "exp:1h:2",
            "exp:-1h",
            "exp:1.5h",
            "none:1h",
            "uniform:h",
            "lognormal:1h",
            "lognormal:1h:0",
            "lognormal:1h:6",
            "lognormal:1h:NaN",
            "lognormal:1h:2:3",
            "exp:9999d",
            "exp:4294967295d",
            "gauss:1h",
        ] {
            assert_eq!(bad.parse::<Delay>().unwrap_err().code(), Code::DelayMalformed, "{bad}");
        }
    }

    /// The median of an exponential law is ln 2 times its mean; a log-normal law has its mode at the median times exp(-sigma^2).
    #[test]
    fn laws_have_their_quantiles_and_modes() {
        let exponential = Delay::Exponential { mean: 1_000 };
        assert!((exponential.quantile(0.5 / KEPT) - 693.147).abs() < 0.001);
        assert!((exponential.density(0.0) - 0.001).abs() < 1e-12);
        let people = Delay::LogNormal { median: 3_600, sigma: 2.0 };
        assert!((people.quantile(0.5 / KEPT) - 3_600.0).abs() < 1e-6);
        assert!((people.mode() - 3_600.0 * (-4.0_f64).exp()).abs() < 1e-9);
        for off in [0.9, 1.1] {
            assert!(people.density(people.mode()) > people.density(people.mode() * off));
        }
        let uniform = Delay::Uniform { max: 100 };
        assert_eq!((uniform.density(50.0), uniform.density(100.5), uniform.quantile(0.25)), (0.01, 0.0, 25.0));
    }

    /// A density adds up to 1, by the rectangle rule.
    #[test]
    fn densities_add_up() {
        for delay in [Delay::None, Delay::Exponential { mean: 2 }, Delay::Uniform { max: 3 }] {
            let sum: f64 = (0..40_000).map(|n| delay.density((f64::from(n) + 0.5) / 1_000.0) / 1_000.0).sum();
            assert!((sum - 1.0).abs() < 1e-3, "{delay}: {sum}");
        }
    }
}
