//! Predicates: what a room's policy may ask of a claim value.
//!
//! A claim value is first mapped to a JSON scalar ([`Scalar`]); what has no such form, or another type than the predicate's value,
//! meets no predicate but [`Predicate::Exists`]. Text is compared bytewise without any normalisation, numbers as exact decimals.

mod age;
mod scalar;

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::{ClaimPath, Value};

pub use age::{AgeSource, Day};
pub use scalar::{Number, Scalar};

/// One condition on a claim value.
///
/// ```
/// use mimicred_claims::{ClaimPath, Day, Predicate, Value};
///
/// let adult = Predicate::MinAgeYears(18);
/// let day = Day::of(1_790_000_000); // 2026-09-21
/// let path: ClaimPath = r#"age_equal_or_over."18""#.parse()?;
/// assert!(adult.holds(&path, &Value::from(true), day));
/// assert!(adult.holds(&"birthdate".parse()?, &Value::from("2008-09-21"), day));
/// assert!(!adult.holds(&"birthdate".parse()?, &Value::from("2008-09-22"), day));
/// # Ok::<(), mimicred_claims::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Predicate<'a> {
    /// The value is this one.
    Equal(Scalar<'a>),
    /// The value is less: bytewise for text, numerically for numbers; `true` and `false` have no order.
    LessThan(Scalar<'a>),
    /// The value is less or equal.
    LessThanOrEqual(Scalar<'a>),
    /// The value is greater.
    GreaterThan(Scalar<'a>),
    /// The value is greater or equal.
    GreaterThanOrEqual(Scalar<'a>),
    /// The text contains this text; an array contains this scalar as an element.
    Contains(Scalar<'a>),
    /// The text starts with this text.
    StartsWith(Scalar<'a>),
    /// The text ends with this text.
    EndsWith(Scalar<'a>),
    /// The value is one of these.
    OneOf(Vec<Scalar<'a>>),
    /// The person is at least so many years old on the given day.
    MinAgeYears(u16),
    /// The person is at most so many years old on the given day.
    MaxAgeYears(u16),
    /// The text is a URI, a mail address or a bare host name, and its host is this one (ASCII case ignored).
    HostEqual(Scalar<'a>),
    /// There is a value.
    Exists,
}

impl Predicate<'_> {
    /// Whether `value`, found at `path`, meets this predicate on `day` (the UTC day of the presentation).
    ///
    /// The path matters to the age predicates alone: they read `age_equal_or_over.N`, `age_in_years`, `age_birth_year` and, at any
    /// other path, a full date of birth.
    pub fn holds(&self, path: &ClaimPath, value: &Value<'_>, day: Day) -> bool {
        match self {
            Predicate::Exists => true,
            Predicate::MinAgeYears(years) => age::is_at_least(*years, path, value, day),
            Predicate::MaxAgeYears(years) => age::is_at_most(*years, path, value, day),
            Predicate::Contains(part) => match value.as_array() {
                Some(elements) => elements.iter().any(|element| Scalar::from_value(element).as_ref() == Some(part)),
                None => texts(value, part, |text, part| text.contains(part)),
            },
            Predicate::StartsWith(part) => texts(value, part, |text, part| text.starts_with(part)),
            Predicate::EndsWith(part) => texts(value, part, |text, part| text.ends_with(part)),
            Predicate::HostEqual(host) => {
                texts(value, host, |text, host| host_of(text).is_some_and(|found| found.eq_ignore_ascii_case(host)))
            }
            Predicate::Equal(other) => Scalar::from_value(value).as_ref() == Some(other),
            Predicate::OneOf(others) => Scalar::from_value(value).is_some_and(|scalar| others.contains(&scalar)),
            Predicate::LessThan(other) => orders(value, other, Ordering::is_lt),
            Predicate::LessThanOrEqual(other) => orders(value, other, Ordering::is_le),
            Predicate::GreaterThan(other) => orders(value, other, Ordering::is_gt),
            Predicate::GreaterThanOrEqual(other) => orders(value, other, Ordering::is_ge),
        }
    }

    /// Whether the age predicates read what stands at this path as a full date of birth, the most telling of the four sources.
    ///
    /// ```
    /// use mimicred_claims::Predicate;
    ///
    /// assert!(Predicate::reads_birthdate(&"birthdate".parse()?));
    /// assert!(!Predicate::reads_birthdate(&r#"age_equal_or_over."18""#.parse()?));
    /// assert!(!Predicate::reads_birthdate(&"age_birth_year".parse()?));
    /// # Ok::<(), mimicred_claims::Error>(())
    /// ```
    pub fn reads_birthdate(path: &ClaimPath) -> bool {
        age::is_birthdate(path)
    }

    /// A copy that borrows nothing.
    pub fn into_owned(self) -> Predicate<'static> {
        match self {
            Predicate::Equal(value) => Predicate::Equal(value.into_owned()),
            Predicate::LessThan(value) => Predicate::LessThan(value.into_owned()),
            Predicate::LessThanOrEqual(value) => Predicate::LessThanOrEqual(value.into_owned()),
            Predicate::GreaterThan(value) => Predicate::GreaterThan(value.into_owned()),
            Predicate::GreaterThanOrEqual(value) => Predicate::GreaterThanOrEqual(value.into_owned()),
            Predicate::Contains(value) => Predicate::Contains(value.into_owned()),
            Predicate::StartsWith(value) => Predicate::StartsWith(value.into_owned()),
            Predicate::EndsWith(value) => Predicate::EndsWith(value.into_owned()),
            Predicate::OneOf(values) => Predicate::OneOf(values.into_iter().map(Scalar::into_owned).collect()),
            Predicate::MinAgeYears(years) => Predicate::MinAgeYears(years),
            Predicate::MaxAgeYears(years) => Predicate::MaxAgeYears(years),
            Predicate::HostEqual(value) => Predicate::HostEqual(value.into_owned()),
            Predicate::Exists => Predicate::Exists,
        }
    }
}

/// Whether both are text and `test` holds of them.
fn texts(value: &Value<'_>, part: &Scalar<'_>, test: impl Fn(&str, &str) -> bool) -> bool {
    match (Scalar::from_value(value), part) {
        (Some(Scalar::Text(text)), Scalar::Text(part)) => test(&text, part),
        _ => false,
    }
}

/// Whether both are text or both numbers, and stand in the order asked for.
fn orders(value: &Value<'_>, other: &Scalar<'_>, test: impl Fn(Ordering) -> bool) -> bool {
    match (Scalar::from_value(value), other) {
        (Some(Scalar::Text(text)), Scalar::Text(other)) => test(text.as_bytes().cmp(other.as_bytes())),
        (Some(Scalar::Number(number)), Scalar::Number(other)) => test(number.cmp(other)),
        _ => false,
    }
}

/// The host that a URI, a mail address or a bare host name ends in. Whatever is not plainly one of the three has none.
fn host_of(text: &str) -> Option<&str> {
    let host = match text.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => {
            let authority = rest.split(['/', '?', '#']).next()?;
            let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
            host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit())).map_or(host, |(host, _)| host)
        }
        _ => match text.rsplit_once('@') {
            Some(("", _)) => return None,
            Some((_, host)) => host,
            None => text,
        },
    };
    let is_host = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
    is_host.then_some(host)
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

impl<'a> From<Cow<'a, str>> for Scalar<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Scalar::Text(text)
    }
}

#[cfg(test)]
mod tests;
