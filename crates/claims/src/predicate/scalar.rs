//! JSON scalars with exact decimal numbers.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::Value;

/// Largest exponent that is read, either way: far beyond any claim, far below overflow.
const MAX_EXPONENT: i64 = 1 << 40;
/// Tags whose content stands for itself: date-time text (0), full date text (1004).
const TEXT_DATES: [u64; 2] = [0, 1004];
/// Tag of seconds since 1970.
const EPOCH_DATE: u64 = 1;

/// A text, a number, `true` or `false`.
///
/// ```
/// use mimicred_claims::{Number, Scalar, Value};
///
/// assert_eq!(Scalar::from_value(&Value::Int(100)), Number::parse("1e2").map(Scalar::Number));
/// assert_eq!(Scalar::from_value(&Value::Null), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scalar<'a> {
    /// Text.
    Text(Cow<'a, str>),
    /// A number of any size and precision.
    Number(Number),
    /// `true` or `false`.
    Bool(bool),
}

impl<'a> Scalar<'a> {
    /// The scalar that a claim value is or stands for: text, integers, JSON numbers, booleans, and the CBOR dates of tags 0, 1 and
    /// 1004. Anything else, other CBOR floats included, has none.
    pub fn from_value(value: &'a Value<'_>) -> Option<Self> {
        match value {
            Value::Text(text) => Some(Scalar::Text(Cow::Borrowed(text))),
            Value::Bool(b) => Some(Scalar::Bool(*b)),
            Value::Int(number) => Some(Scalar::Number(Number::from(*number))),
            Value::Decimal(text) => Number::parse(text).map(Scalar::Number),
            Value::Tag(tag, inner) => match &**inner {
                Value::Text(text) if TEXT_DATES.contains(tag) => Some(Scalar::Text(Cow::Borrowed(text))),
                Value::Int(number) if *tag == EPOCH_DATE => Some(Scalar::Number(Number::from(*number))),
                Value::Float(float) if *tag == EPOCH_DATE => Number::from_float(*float).map(Scalar::Number),
                _ => None,
            },
            _ => None,
        }
    }

    /// A copy that borrows nothing.
    pub fn into_owned(self) -> Scalar<'static> {
        match self {
            Scalar::Text(text) => Scalar::Text(Cow::Owned(text.into_owned())),
            Scalar::Number(number) => Scalar::Number(number),
            Scalar::Bool(b) => Scalar::Bool(b),
        }
    }
}

/// An exact decimal number, kept in its only form: the sign, the digits from the first to the last that is not 0, and where the
/// decimal point stands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Number {
    negative: bool,
    digits: String,
    /// The value is 0.DIGITS times ten to this power.
    point: i64,
}

impl Number {
    /// The number that a JSON number text writes (RFC 8259 6); `None` for anything else and for absurd exponents.
    ///
    /// ```
    /// use mimicred_claims::Number;
    ///
    /// assert_eq!(Number::parse("-1.50"), Number::parse("-15e-1"));
    /// assert!(Number::parse("0.1") < Number::parse("0.10000000000000000000001"));
    /// assert_eq!(Number::parse("01"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, read_exponent(exponent)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((whole, fraction)) if is_digits(fraction) => (whole, fraction),
            Some(_) => return None,
            None => (mantissa, ""),
        };
        if !is_digits(whole) || (whole.len() > 1 && whole.starts_with('0')) {
            return None;
        }
        let all = format!("{whole}{fraction}");
        let significant = all.trim_start_matches('0');
        let leading = i64::try_from(all.len() - significant.len()).ok()?;
        let digits = significant.trim_end_matches('0').to_owned();
        if digits.is_empty() {
            return Some(Self { negative: false, digits, point: 0 });
        }
        let point = i64::try_from(whole.len()).ok()? - leading + exponent;
        Some(Self { negative, digits, point })
    }

    /// The exact value of a finite float.
    fn from_float(float: f64) -> Option<Self> {
        // 1074 places write the smallest float in full.
        if float.is_finite() { Self::parse(&format!("{float:.1074}")) } else { None }
    }

    fn magnitude(&self, other: &Self) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self.point.cmp(&other.point).then_with(|| self.digits.cmp(&other.digits)),
        }
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn read_exponent(text: &str) -> Option<i64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !is_digits(unsigned) {
        return None;
    }
    text.parse().ok().filter(|exponent: &i64| exponent.abs() <= MAX_EXPONENT)
}

impl From<i128> for Number {
    fn from(number: i128) -> Self {
        let text = number.unsigned_abs().to_string();
        let digits = text.trim_end_matches('0').to_owned();
        let point = if digits.is_empty() { 0 } else { i64::try_from(text.len()).unwrap_or(0) };
        Self { negative: number < 0, digits, point }
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => self.magnitude(other),
            (true, true) => other.magnitude(self),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
