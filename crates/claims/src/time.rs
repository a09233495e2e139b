//! Dates of tokens, compared without losing precision, and the clock they are compared with.

use std::cmp::Ordering;

use crate::{Code, Error, Value};

/// Largest magnitude of a fractional date: 2^53 (CWT-E-025).
const MAX_FRACTIONAL: f64 = 9_007_199_254_740_992.0;

/// Seconds since 1970-01-01T00:00Z, as an integer or with a fraction. Comparison is exact (CWT-T-018).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Date {
    /// Whole seconds.
    Int(i128),
    /// Seconds with a fraction: finite, within ±2^53.
    Float(f64),
}

impl Date {
    /// The date in a claim value: an integer, or a finite number within ±2^53 (CWT-E-024, CWT-E-025, JWT-T-002).
    ///
    /// # Errors
    /// [`Code::DateMalformed`].
    pub fn from_value(value: &Value<'_>) -> Result<Self, Error> {
        let float = match value {
            Value::Int(seconds) => return Ok(Date::Int(*seconds)),
            Value::Float(seconds) => *seconds,
            Value::Decimal(text) => text.parse().map_err(|_| Error::new(Code::DateMalformed))?,
            _ => return Err(Error::new(Code::DateMalformed)),
        };
        if float.is_finite() && float.abs() <= MAX_FRACTIONAL {
            Ok(Date::Float(float))
        } else {
            Err(Error::new(Code::DateMalformed))
        }
    }
}

impl From<i64> for Date {
    fn from(seconds: i64) -> Self {
        Date::Int(seconds.into())
    }
}

impl PartialOrd for Date {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Date::Int(a), Date::Int(b)) => Some(a.cmp(b)),
            (Date::Float(a), Date::Float(b)) => a.partial_cmp(b),
            (Date::Int(a), Date::Float(b)) => compare(*a, *b),
            (Date::Float(a), Date::Int(b)) => compare(*b, *a).map(Ordering::reverse),
        }
    }
}

/// Compares exactly: the float's whole part is an integer below 2^54, its fraction breaks ties.
fn compare(int: i128, float: f64) -> Option<Ordering> {
    let floor = float.floor();
    // The magnitude was checked when the date was made, so the decimal text of the whole part is exact.
    let whole: i128 = format!("{floor:.0}").parse().ok()?;
    Some(int.cmp(&whole).then(if float > floor { Ordering::Less } else { Ordering::Equal }))
}

/// The moment at which a token is judged, and the tolerance of comparisons with it.
///
/// Leeway applies to comparisons with `now` only, never between two dates of tokens (CWT-T-017).
///
/// ```
/// use mimicred_claims::{Clock, Date};
///
/// let clock = Clock { now: 1_700_000_000, leeway: 0 };
/// assert!(clock.is_expired(Date::from(1_700_000_000)));
/// assert!(!clock.is_expired(Date::from(1_700_000_001)));
/// assert!(clock.is_premature(Date::Float(1_700_000_000.5)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// Seconds since 1970-01-01T00:00Z.
    pub now: i64,
    /// Tolerance in seconds.
    pub leeway: u32,
}

impl Clock {
    /// Whether something valid before `exp` is over: `now - leeway >= exp` (JWT-T-001, CWT-T-014).
    pub fn is_expired(&self, exp: Date) -> bool {
        Date::Int(i128::from(self.now) - i128::from(self.leeway)) >= exp
    }

    /// Whether something valid from `nbf` has not begun: `now + leeway < nbf`.
    pub fn is_premature(&self, nbf: Date) -> bool {
        Date::Int(i128::from(self.now) + i128::from(self.leeway)) < nbf
    }

    /// Whether `then` lies more than `max_age` seconds (and the leeway) back.
    pub fn is_older(&self, then: Date, max_age: u64) -> bool {
        Date::Int(i128::from(self.now) - i128::from(self.leeway) - i128::from(max_age)) > then
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CWT-T-018: 2^53 as an integer equals 2^53 as a float; 2^53 + 1 is larger.
    #[test]
    fn integers_and_floats_compare_exactly() {
        let float = Date::Float(9_007_199_254_740_992.0);
        assert_eq!(Date::Int(1 << 53).partial_cmp(&float), Some(Ordering::Equal));
        assert!(Date::Int((1 << 53) + 1) > float);
        assert!(float < Date::Int((1 << 53) + 1));
        assert!(Date::Int(-2) < Date::Float(-1.5));
        assert!(Date::Int(-1) > Date::Float(-1.5));
        assert!(Date::Int(1 << 60) > float);
    }

    /// CWT-E-024, CWT-E-025, JWT-T-002.
    #[test]
    fn dates_are_finite_numbers() {
        for good in [
            Value::Int(-5),
            Value::Int(1 << 60),
            Value::Float(0.5),
            Value::Decimal("1683000000.5".into()),
            Value::Decimal("1e3".into()),
        ] {
            assert!(Date::from_value(&good).is_ok(), "{good:?}");
        }
        let too_large = 9_007_199_254_740_994.0;
        for bad in [
            Value::Null,
            Value::from("1683000000"),
            Value::Float(f64::NAN),
            Value::Float(f64::INFINITY),
            Value::Float(too_large),
            Value::Float(-too_large),
            Value::Decimal("1e400".into()),
            Value::Tag(1, Box::new(Value::Int(1))),
        ] {
            assert_eq!(Date::from_value(&bad).unwrap_err().code(), Code::DateMalformed, "{bad:?}");
        }
    }

    /// JWT-T-001 and CWT-T-014 at their boundaries.
    #[test]
    fn leeway_moves_both_boundaries() {
        let clock = Clock { now: 100, leeway: 10 };
        assert!(clock.is_expired(Date::Int(90)) && !clock.is_expired(Date::Int(91)));
        assert!(clock.is_premature(Date::Int(111)) && !clock.is_premature(Date::Int(110)));
        assert!(clock.is_older(Date::Int(84), 5) && !clock.is_older(Date::Int(85), 5));
    }
}
