//! What the best single guess comes to, by arithmetic: the oracle of the simulation, where every moment is like every other.
//!
//! Let the other rooms come at a rate L, and let A(x) be the length of all delays that are likelier than x. The guess is right if no
//! other room has a likelier delay than the true one, so it is with probability E[exp(-L A(D))]:
//!
//! - exponential of mean m: A(x) = x, so 1 / (1 + L m);
//! - uniform up to m, and slots of m: all are equally likely, so E[1 / (1 + N)] with N of a Poisson distribution of mean L m, which is
//!   (1 - exp(-L m)) / (L m);
//! - log-normal: on the scale of the logarithm likelier delays are within v around the logarithm of the mode, so A = 2 mode sinh(v), and
//!   the integral is taken over v.
//!
//! That the longest delays are cut off changes less than the last digit shown.

use super::Delay;

/// The probability that the best single guess is right, with other rooms at this rate per second.
pub(super) fn success(delay: &Delay, rate: f64) -> f64 {
    if rate <= 0.0 {
        return 1.0;
    }
    match (delay, delay.logarithm()) {
        (_, Some((mu, sigma))) => log_normal(mu, sigma, rate),
        (Delay::Exponential { mean }, _) => 1.0 / (1.0 + rate * f64::from(*mean)),
        (Delay::Uniform { max: span } | Delay::Batch { slot: span }, _) => shared(rate * f64::from(*span)),
        (Delay::None | Delay::LogNormal { .. }, None) => f64::NAN,
    }
}

/// E[1 / (1 + N)] for a Poisson distribution of this mean.
fn shared(mean: f64) -> f64 {
    -(-mean).exp_m1() / mean
}

fn log_normal(mu: f64, sigma: f64, rate: f64) -> f64 {
    const STEPS: u32 = 4_000;
    let mode = (mu - sigma * sigma).exp();
    // Of both delays at distance v the density of the logarithm, around the mode's.
    let at = |v: f64| {
        let density = |z: f64| (-0.5 * z * z).exp() / (sigma * (2.0 * std::f64::consts::PI).sqrt());
        let both = density((v - sigma * sigma) / sigma) + density((v + sigma * sigma) / sigma);
        both * (-rate * 2.0 * mode * v.sinh()).exp()
    };
    // Substituting v = exp(s) takes the many orders of magnitude on which the exponential may fall.
    let (from, to) = ((1e-13_f64).ln(), (sigma * sigma + 9.0 * sigma).ln());
    let step = (to - from) / f64::from(STEPS);
    (0..STEPS)
        .map(|n| {
            let v = (from + (f64::from(n) + 0.5) * step).exp();
            at(v) * v * step
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: a rate of one in 100 seconds.
    #[test]
    fn closed_forms() {
        let near = |value: f64, expected: f64| assert!((value - expected).abs() < 1e-5, "{value} {expected}");
        near(success(&Delay::Exponential { mean: 100 }, 0.01), 0.5);
        near(success(&Delay::Exponential { mean: 900 }, 0.01), 0.1);
        near(success(&Delay::Uniform { max: 100 }, 0.01), 1.0 - 0.367_879);
        near(success(&Delay::Batch { slot: 1_000 }, 0.01), 0.1 * (1.0 - 0.000_045));
        near(success(&Delay::Uniform { max: 100 }, 0.0), 1.0);
    }

    /// Nearly no others: nearly 1. Very many: the density at the mode, divided by the rate.
    #[test]
    fn the_log_normal_integral_has_its_limits() {
        for (median, sigma) in [(3_600, 2.0), (60, 0.5), (86_400, 4.0)] {
            let people = Delay::LogNormal { median, sigma };
            assert!((success(&people, 1e-30) - 1.0).abs() < 1e-4, "{}", success(&people, 1e-30));
            let rate = 1e7 / people.mode();
            let limit = people.density(people.mode()) / rate;
            assert!((success(&people, rate) / limit - 1.0).abs() < 1e-3);
        }
    }
}
