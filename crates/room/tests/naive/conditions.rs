//! Predicates (mimi-mls.md 3.4.2, "Predicate evaluation"), said again in the slowest way.
//!
//! Where the text is open, the reading:
//! - Only texts and numbers have an order; a bool is neither less nor greater than another.
//! - `contains` asks of an array whether one of its elements is the value; everything else wants a scalar. What is none (a map,
//!   an array, `null`, octets, a CBOR float that is no date) meets `exists` and nothing else.
//! - A host is that of a URI with `//`, of a mail address (behind the last `@`), or the whole text; letters, digits, `-` and
//!   `.`, compared without regard to case as DNS does. A port and what stands before an `@` in an authority are not part of it.
//! - An attestation is a path that ends in `age_equal_or_over` and a decimal, as text or as an integer key: a mere "18"
//!   somewhere else could be anything. Elsewhere a date is looked for, as text or under tag 1004.
//! - `max_age_years` has no definition of its own: it is `min_age_years` turned round, and whatever leaves a doubt fails. An
//!   attestation "at least m" says nothing about the other end. Who is not born yet has no age, and neither has who was born in
//!   a year before 1 or is less than 0 years old.
//! - 29 February counts from 1 March in years without one; a leap year has the day itself.

use std::cmp::Ordering;

use crate::data::{Condition, Key, Path, Value, Wanted};

const DAY: i64 = 86_400;

/// Whether the value that stands at `path` meets the condition, in a presentation made at `issued_at`.
pub(crate) fn meets(condition: &Condition, path: &Path, value: &Value, issued_at: i64) -> bool {
    match condition {
        Condition::Exists => true,
        Condition::Equal(wanted) => same(value, wanted),
        Condition::OneOf(all) => all.iter().any(|wanted| same(value, wanted)),
        Condition::LessThan(wanted) => order(value, wanted) == Some(Ordering::Less),
        Condition::GreaterThan(wanted) => order(value, wanted) == Some(Ordering::Greater),
        Condition::LessThanOrEqual(wanted) => matches!(order(value, wanted), Some(Ordering::Less | Ordering::Equal)),
        Condition::GreaterThanOrEqual(wanted) => matches!(order(value, wanted), Some(Ordering::Greater | Ordering::Equal)),
        Condition::Contains(wanted) => match value {
            Value::List(elements) => elements.iter().any(|element| same(element, wanted)),
            _ => texts(value, wanted).is_some_and(|(have, want)| have.contains(&want)),
        },
        Condition::StartsWith(wanted) => texts(value, wanted).is_some_and(|(have, want)| have.starts_with(&want)),
        Condition::EndsWith(wanted) => texts(value, wanted).is_some_and(|(have, want)| have.ends_with(&want)),
        Condition::HostEqual(wanted) => {
            texts(value, wanted).is_some_and(|(have, want)| host(&have).is_some_and(|host| host.eq_ignore_ascii_case(&want)))
        }
        Condition::MinAge(years) => at_least(path, value, i64::from(*years), issued_at),
        Condition::MaxAge(years) => at_most(path, value, i64::from(*years), issued_at),
    }
}

/// The value as a JSON scalar: tags of dates are taken off, a map or an array is none.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Scalar {
    Text(String),
    Bool(bool),
    Number(Exact),
}

pub(crate) fn scalar(value: &Value) -> Option<Scalar> {
    match value {
        Value::Text(text) => Some(Scalar::Text(text.clone())),
        Value::Bool(b) => Some(Scalar::Bool(*b)),
        Value::Int(n) => Some(Scalar::Number(Exact::of(&n.to_string()))),
        Value::Decimal(text) => Some(Scalar::Number(Exact::of(text))),
        Value::Tag(0 | 1004, inner) => matches!(**inner, Value::Text(_)).then(|| scalar(inner)).flatten(),
        Value::Tag(1, inner) => match **inner {
            Value::Int(_) => scalar(inner),
            // The generator's floats have few digits: their shortest spelling is exact.
            Value::Float(float) => Some(Scalar::Number(Exact::of(&float.to_string()))),
            _ => None,
        },
        _ => None,
    }
}

fn wanted(wanted: &Wanted) -> Scalar {
    match wanted {
        Wanted::Text(text) => Scalar::Text(text.clone()),
        Wanted::Bool(b) => Scalar::Bool(*b),
        Wanted::Number(text) => Scalar::Number(Exact::of(text)),
    }
}

fn same(value: &Value, other: &Wanted) -> bool {
    scalar(value) == Some(wanted(other))
}

fn order(value: &Value, other: &Wanted) -> Option<Ordering> {
    match (scalar(value)?, wanted(other)) {
        (Scalar::Text(have), Scalar::Text(want)) => Some(have.as_bytes().cmp(want.as_bytes())),
        (Scalar::Number(have), Scalar::Number(want)) => Some(have.order(&want)),
        _ => None,
    }
}

fn texts(value: &Value, other: &Wanted) -> Option<(String, String)> {
    match (scalar(value)?, wanted(other)) {
        (Scalar::Text(have), Scalar::Text(want)) => Some((have, want)),
        _ => None,
    }
}

/// The host of a URI, of a mail address, or of nothing but a host.
fn host(text: &str) -> Option<String> {
    let is_scheme = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    };
    let found = match text.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => {
            let authority: String = rest.chars().take_while(|c| !"/?#".contains(*c)).collect();
            let with_port = authority.rsplit('@').next()?.to_owned();
            match with_port.rsplit_once(':') {
                Some((host, port)) if port.chars().all(|c| c.is_ascii_digit()) => host.to_owned(),
                _ => with_port,
            }
        }
        _ => match text.rsplit_once('@') {
            Some(("", _)) => return None,
            Some((_, host)) => host.to_owned(),
            None => text.to_owned(),
        },
    };
    let is_host = !found.is_empty() && found.chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c));
    is_host.then_some(found)
}

/// A decimal number: `digits` times ten to the minus `scale`. The generator's numbers are small.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exact {
    digits: i128,
    scale: u32,
}

impl Exact {
    fn of(text: &str) -> Self {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().expect("an exponent")),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: i128 = format!("{whole}{fraction}").parse().expect("digits");
        let scale = i32::try_from(fraction.len()).expect("short") - exponent;
        if scale < 0 {
            return Self { digits: digits * 10_i128.pow(scale.unsigned_abs()), scale: 0 };
        }
        Self { digits, scale: scale.unsigned_abs() }
    }

    fn order(&self, other: &Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        let at_scale = |number: &Self| number.digits * 10_i128.pow(scale - number.scale);
        at_scale(self).cmp(&at_scale(other))
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Self) -> bool {
        self.order(other) == Ordering::Equal
    }
}

/// A number written with digits alone.
fn decimal(text: &str) -> Option<i64> {
    if !text.is_empty() && text.chars().all(|c| c.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// The four sources of an age.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Source {
    /// "At least m years old": true or not.
    Attestation(i64),
    InYears,
    BirthYear,
    Date,
    /// None at all.
    Nothing,
}

pub(crate) fn source(path: &Path) -> Source {
    let (Path::Jwt(steps) | Path::Cwt(steps)) = path else { return Source::Date };
    let is_position = |key: &Key| matches!((path, key), (Path::Jwt(_), Key::Number(_)));
    if let [.., Key::Name("age_equal_or_over"), last] = steps.as_slice() {
        return match last {
            Key::Name(name) => decimal(name).map_or(Source::Nothing, Source::Attestation),
            Key::Number(n) if !is_position(last) && *n >= 0 => Source::Attestation(*n),
            Key::Number(_) => Source::Nothing,
        };
    }
    match steps.last() {
        Some(Key::Name("age_in_years")) => Source::InYears,
        Some(Key::Name("age_birth_year")) => Source::BirthYear,
        _ => Source::Date,
    }
}

fn at_least(path: &Path, value: &Value, years: i64, issued_at: i64) -> bool {
    match source(path) {
        Source::Attestation(m) => *value == Value::Bool(true) && m >= years,
        Source::InYears => integer(value).is_some_and(|age| age >= 0 && age >= years),
        // Born on the last day of that year, she would be the youngest she can be.
        Source::BirthYear => integer(value).is_some_and(|born| {
            let youngest = year_of(issued_at) - born - 1;
            born > 0 && youngest >= years
        }),
        Source::Date => date(value).is_some_and(|born| birthday(born, years) <= today(issued_at)),
        Source::Nothing => false,
    }
}

fn at_most(path: &Path, value: &Value, years: i64, issued_at: i64) -> bool {
    match source(path) {
        Source::Attestation(_) | Source::Nothing => false,
        Source::InYears => integer(value).is_some_and(|age| age >= 0 && age <= years),
        // Born on the first day of that year, she would be the oldest she can be.
        Source::BirthYear => integer(value).is_some_and(|born| {
            let oldest = year_of(issued_at) - born;
            born > 0 && oldest >= 0 && oldest <= years
        }),
        Source::Date => date(value).is_some_and(|born| {
            let today = today(issued_at);
            born <= today && birthday(born, years + 1) > today
        }),
    }
}

fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Int(n) => Some(*n),
        _ => None,
    }
}

pub(crate) type Date = (i64, i64, i64);

fn is_leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A full date; the year 0000 of OIDC says that the year is not told.
pub(crate) fn date(value: &Value) -> Option<Date> {
    let text = match value {
        Value::Text(text) => text.clone(),
        Value::Tag(1004, inner) => match &**inner {
            Value::Text(text) => text.clone(),
            _ => return None,
        },
        _ => return None,
    };
    let parts: Vec<&str> = text.split('-').collect();
    let &[year, month, day] = parts.as_slice() else { return None };
    let digits = |text: &str, count: usize| text.len() == count && text.chars().all(|c| c.is_ascii_digit());
    if !(digits(year, 4) && digits(month, 2) && digits(day, 2)) {
        return None;
    }
    let (year, month, day): (i64, i64, i64) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    let exists = year > 0 && (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
    exists.then_some((year, month, day))
}

/// The day on which somebody born then is so many years old. Who was born on 29 February is so on 1 March where there is no 29th;
/// where there is one, the 29th is the birthday itself.
fn birthday((year, month, day): Date, years: i64) -> Date {
    let year = year + years;
    if (month, day) == (2, 29) && !is_leap(year) { (year, 3, 1) } else { (year, month, day) }
}

/// The UTC day, by counting days from 1970.
fn today(seconds: i64) -> Date {
    let mut left = seconds.div_euclid(DAY);
    let (mut year, mut month) = (1970, 1);
    while left >= days_in(year, month) {
        left -= days_in(year, month);
        month += 1;
        if month > 12 {
            (year, month) = (year + 1, 1);
        }
    }
    (year, month, left + 1)
}

fn year_of(seconds: i64) -> i64 {
    today(seconds).0
}
