//! How likely chance alone is, so that random values are never taken for a pattern.
//!
//! A check that calls something "not random" may be wrong in at most one of a thousand million batches that are random: 10^-9 for
//! each check and field. The bounds are proven ones (union bound, Hoeffding, Chernoff, Markov), so that the true rate is lower.

/// Bits of surprise at which a part of a check speaks: four parts at 2^-32 are below 10^-9.
pub(crate) const BITS: u32 = 32;
/// The same as a natural logarithm, for one of four parts.
pub(crate) const LN_PART: f64 = -22.2;
/// The natural logarithm of 10^-9, for a check with one part.
pub(crate) const LN_CHECK: f64 = -20.73;

/// A count as a number to reckon with.
pub(crate) fn real(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

/// The number of bits that a number has, at least 1.
fn bits_of(number: usize) -> u32 {
    (usize::BITS - number.leading_zeros()).max(1)
}

/// What random octets of one length, as numbers, have in common that chance does not explain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pattern {
    /// Two of them lie close together.
    Close,
    /// Bits at the same places are the same, or nearly so.
    Bits,
}

/// Looks for a pattern in values of one length, whose first `fixed` bits may be anything.
///
/// With n values of B free bits each:
/// - a pair closer than 2^(B-m): at most C(n,2) 2 2^-m, so m >= 33 + log2 C(n,2);
/// - all alike in the first or the last w bits: 2 2^(-w(n-1)), so w(n-1) >= 33;
/// - all alike in one of L octets: L 2^(-8(n-1)), so 8(n-1) >= 32 + log2 L;
/// - a bit that is 1 too often or too seldom, by t from n/2: 2 B exp(-2 t^2/n) after Hoeffding.
pub(crate) fn pattern(values: &[&[u8]], fixed: u32) -> Option<Pattern> {
    let n = values.len();
    let length = values.first()?.len();
    let whole = u32::try_from(length).ok()?.checked_mul(8)?;
    let free = whole.checked_sub(fixed)?;
    if n < 2 || values.iter().any(|value| value.len() != length) {
        return None;
    }
    let mut sorted: Vec<&[u8]> = values.to_vec();
    sorted.sort_unstable();
    let pairs = n.saturating_mul(n - 1) / 2;
    let needed = BITS + 1 + bits_of(pairs);
    let is_close = |pair: &[&[u8]]| match pair {
        [low, high] => free.saturating_sub(difference_bits(low, high)) >= needed,
        _ => false,
    };
    if free > needed && sorted.windows(2).any(is_close) {
        return Some(Pattern::Close);
    }
    let others = u32::try_from(n - 1).unwrap_or(u32::MAX);
    let (first, last) = (sorted.first()?, sorted.last()?);
    let prefix = shared_prefix(first, last).saturating_sub(fixed);
    let suffix = sorted.iter().map(|value| shared_suffix(first, value)).min().unwrap_or_default().min(free);
    if prefix.max(suffix).saturating_mul(others) > BITS {
        return Some(Pattern::Bits);
    }
    let skipped = usize::try_from(fixed.div_ceil(8)).unwrap_or_default();
    let alike = |place: usize| values.iter().all(|value| value.get(place) == first.get(place));
    if others.saturating_mul(8) >= BITS + bits_of(length) && (skipped..length).any(alike) {
        return Some(Pattern::Bits);
    }
    let limit = (real(n) / 2.0 * ((2.0 * f64::from(free)).ln() - LN_PART)).sqrt();
    let leans = |bit: u32| {
        let ones = values.iter().filter(|value| bit_of(value, bit)).count();
        (real(ones) - real(n) / 2.0).abs() > limit
    };
    (limit < real(n) / 2.0 && (fixed..whole).any(leans)).then_some(Pattern::Bits)
}

fn bit_of(value: &[u8], bit: u32) -> bool {
    let octet = usize::try_from(bit / 8).ok().and_then(|place| value.get(place)).copied().unwrap_or_default();
    octet & (0x80 >> (bit % 8)) != 0
}

/// How many first bits two values share.
fn shared_prefix(a: &[u8], b: &[u8]) -> u32 {
    let mut bits = 0;
    for (a, b) in a.iter().zip(b) {
        match (a ^ b).leading_zeros() {
            8 => bits += 8,
            some => return bits + some,
        }
    }
    bits
}

/// How many last bits two values share.
fn shared_suffix(a: &[u8], b: &[u8]) -> u32 {
    let mut bits = 0;
    for (a, b) in a.iter().rev().zip(b.iter().rev()) {
        match (a ^ b).trailing_zeros() {
            8.. => bits += 8,
            some => return bits + some,
        }
    }
    bits
}

/// The bits of the difference of two numbers of one length, the lower first.
fn difference_bits(low: &[u8], high: &[u8]) -> u32 {
    let mut borrow = 0_i16;
    let mut highest = 0;
    for (place, (low, high)) in (0_u32..).zip(low.iter().rev().zip(high.iter().rev())) {
        let mut digit = i16::from(*high) - i16::from(*low) - borrow;
        borrow = i16::from(digit < 0);
        digit += 256 * borrow;
        if digit > 0 {
            highest = place * 8 + (i16::BITS - digit.leading_zeros());
        }
    }
    highest
}

/// The natural logarithm of the chance that a random order of these values rises or falls all the way; equal values may stand in any
/// order among themselves: 2 times the product of their numbers' factorials, divided by n!.
pub(crate) fn ln_monotone<T: Ord + Copy>(values: &[T]) -> Option<f64> {
    let rises = values.is_sorted();
    let falls = values.iter().rev().is_sorted();
    if !rises && !falls || values.first() == values.last() {
        return None;
    }
    let ln_factorial = |n: usize| (2..=n).map(|i| real(i).ln()).sum::<f64>();
    let equal: f64 = values.chunk_by(|a, b| a == b).map(|run| ln_factorial(run.len())).sum();
    Some(2.0_f64.ln() + equal - ln_factorial(values.len()))
}

/// A bound on the natural logarithm of the chance that at least `count` of `trials` happen, each with at most this probability, after
/// Chernoff: exp(-n D(c/n || p)). It holds for events of which one makes the others less likely, too.
pub(crate) fn ln_at_least(count: usize, trials: usize, probability: f64) -> f64 {
    let share = real(count) / real(trials.max(1));
    if share <= probability || probability <= 0.0 {
        return 0.0;
    }
    -real(trials) * divergence(share.min(1.0), probability)
}

/// The same for at most `count`.
pub(crate) fn ln_at_most(count: usize, trials: usize, probability: f64) -> f64 {
    let share = real(count) / real(trials.max(1));
    if share >= probability || probability >= 1.0 {
        return 0.0;
    }
    -real(trials) * divergence(share, probability)
}

fn divergence(share: f64, probability: f64) -> f64 {
    let part = |x: f64, y: f64| if x > 0.0 { x * (x / y).ln() } else { 0.0 };
    part(share, probability) + part(1.0 - share, 1.0 - probability)
}

/// A bound on the natural logarithm of the chance that a random order has so many rising pairs too many or too few. The pairs that rise
/// are a sum of independent uniform numbers from 0 to i-1, for i to n. Such a number is sub-Gaussian with its own variance: with
/// g(y) = y coth y, which is concave in y^2 and begins with slope 1/3, the derivative of ln(sinh ax / sinh x) is (g(ax) - g(x))/x, at
/// most (a^2-1) x/3. So: 2 exp(-t^2 / 2V), V = n(n-1)(2n+5)/72.
pub(crate) fn ln_inversions<T: Ord + Copy>(values: &[T]) -> f64 {
    let n = values.len();
    let mut distinct = values.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    if n < 2 || distinct.len() != n {
        return 0.0;
    }
    // A Fenwick tree counts, for each value, how many before it are lower.
    let mut tree = vec![0_usize; n + 1];
    let mut rising = 0_usize;
    for value in values {
        let rank = distinct.binary_search(value).unwrap_or_default() + 1;
        let mut place = rank;
        while place > 0 {
            rising += tree.get(place).copied().unwrap_or_default();
            place &= place - 1;
        }
        let mut place = rank;
        while let Some(count) = tree.get_mut(place) {
            *count += 1;
            place += place & place.wrapping_neg();
        }
    }
    let n = real(n);
    let middle = n * (n - 1.0) / 4.0;
    let variance = n * (n - 1.0) * (2.0 * n + 5.0) / 72.0;
    let away = real(rising) - middle;
    2.0_f64.ln() - away * away / (2.0 * variance)
}

#[cfg(test)]
mod tests;
