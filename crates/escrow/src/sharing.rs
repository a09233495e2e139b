//! Polynomials over the scalars of P-256: what a secret is shared by (Shamir) and found again (Lagrange).

use mimicred_keys::Error;
use mimicred_keys::group::Scalar;

/// The value at `x` of the polynomial with these coefficients, the constant one first.
pub(crate) fn evaluate(coefficients: &[Scalar], x: &Scalar) -> Scalar {
    coefficients.iter().rev().fold(Scalar::from_u64(0), |value, coefficient| value.mul(x).add(coefficient))
}

/// By how much the value at each of `xs` counts in the value at `at`, for polynomials of a degree below the number of `xs`.
///
/// Fails if two of them are the same, which the caller has excluded.
pub(crate) fn weights(xs: &[Scalar], at: &Scalar) -> Result<Vec<Scalar>, Error> {
    let weight = |n: usize, x: &Scalar| {
        let one = || (Scalar::from_u64(1), Scalar::from_u64(1));
        let others = xs.iter().enumerate().filter(|(other, _)| *other != n);
        let (above, below) =
            others.fold(one(), |(above, below), (_, other)| (above.mul(&at.sub(other)), below.mul(&x.sub(other))));
        Ok(above.mul(&below.invert()?))
    };
    xs.iter().enumerate().map(|(n, x)| weight(n, x)).collect()
}

/// The value at `at` of the polynomial of least degree through these points.
pub(crate) fn interpolate(xs: &[Scalar], ys: &[&Scalar], at: &Scalar) -> Result<Scalar, Error> {
    let weights = weights(xs, at)?;
    Ok(weights.iter().zip(ys).fold(Scalar::from_u64(0), |value, (weight, y)| value.add(&weight.mul(y))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scalars<const N: usize>(numbers: [u64; N]) -> [Scalar; N] {
        numbers.map(Scalar::from_u64)
    }

    /// f(x) = 5 + 3x + 2x²: f(1) = 10, f(2) = 19, f(3) = 32, f(4) = 49.
    #[test]
    fn a_parabola_goes_through_three_points() {
        let coefficients = scalars([5, 3, 2]);
        let [ten, nineteen, thirty_two] = scalars([10, 19, 32]);
        let xs = scalars([1, 2, 3]);
        for (x, y) in xs.iter().zip([&ten, &nineteen, &thirty_two]) {
            assert_eq!(evaluate(&coefficients, x), *y);
        }
        let at = |x| interpolate(&xs, &[&ten, &nineteen, &thirty_two], &Scalar::from_u64(x)).unwrap();
        assert_eq!(at(0), Scalar::from_u64(5));
        assert_eq!(at(4), Scalar::from_u64(49));
        assert_eq!(at(2), nineteen);
        // Weights at 0 for 1, 2, 3 are 3, -3, 1.
        let [three, one] = scalars([3, 1]);
        assert_eq!(weights(&xs, &Scalar::from_u64(0)).unwrap(), [three.clone(), three.negate(), one]);
    }

    #[test]
    fn the_same_x_twice_is_an_error() {
        assert!(weights(&scalars([1, 2, 1]), &Scalar::from_u64(0)).is_err());
    }
}
