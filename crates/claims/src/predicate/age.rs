//! How old somebody is, from the four kinds of claim that say so. No clock: the day is an argument.

use crate::{ClaimPath, Key, Step, Value};

/// The claim that maps ages to whether they are reached.
const OVER: &str = "age_equal_or_over";
/// The claim with the age in whole years.
const IN_YEARS: &str = "age_in_years";
/// The claim with the year of birth.
const BIRTH_YEAR: &str = "age_birth_year";
const SECONDS_PER_DAY: i64 = 86_400;

/// A UTC calendar day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    year: i64,
    month: i64,
    day: i64,
}

impl Day {
    /// The UTC day of a moment given in seconds since 1970-01-01T00:00Z.
    ///
    /// ```
    /// use mimicred_claims::Day;
    ///
    /// assert_eq!(Some(Day::of(1_709_164_800)), Day::parse("2024-02-29"));
    /// assert_eq!(Some(Day::of(-1)), Day::parse("1969-12-31"));
    /// ```
    pub fn of(seconds: i64) -> Self {
        // Days are counted from 0000-03-01, so that a leap day ends a year of 400-year, 100-year and 4-year cycles.
        let days = seconds.div_euclid(SECONDS_PER_DAY) + 719_468;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self { year, month, day }
    }

    /// The day that a full date `YYYY-MM-DD` names; `None` for a day that does not exist and for the year 0, by which OIDC marks a
    /// birthdate without its year.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let well_formed = bytes.len() == 10
            && bytes.iter().enumerate().all(|(n, b)| if matches!(n, 4 | 7) { *b == b'-' } else { b.is_ascii_digit() });
        if !well_formed {
            return None;
        }
        let part = |range: std::ops::Range<usize>| text.get(range)?.parse::<i64>().ok();
        let (year, month, day) = (part(0..4)?, part(5..7)?, part(8..10)?);
        let exists = year > 0 && (1..=12).contains(&month) && (1..=length(year, month)).contains(&day);
        exists.then_some(Self { year, month, day })
    }

    /// The day itself `years` later; a 29 February counts from 1 March in years that have none.
    fn anniversary(self, years: i64) -> Self {
        let year = self.year + years;
        if self.day > length(year, self.month) { Self { year, month: self.month + 1, day: 1 } } else { Self { year, ..self } }
    }
}

fn length(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// What a claim may say about an age, by where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AgeSource {
    /// Whether this many years are reached.
    Reached(u64),
    /// The age in years.
    InYears,
    /// The year of birth.
    BirthYear,
    /// The day of birth.
    BirthDate,
}

impl AgeSource {
    /// What a claim at this path may say: `age_equal_or_over.N`, `age_in_years`, `age_birth_year`, at any other path a date of birth.
    /// Nothing below `age_equal_or_over` where no number follows.
    ///
    /// ```
    /// use mimicred_claims::AgeSource;
    ///
    /// assert_eq!(AgeSource::of(&"age_equal_or_over.18".parse()?), Some(AgeSource::Reached(18)));
    /// assert_eq!(AgeSource::of(&"age_equal_or_over.adult".parse()?), None);
    /// assert_eq!(AgeSource::of(&"birthdate".parse()?), Some(AgeSource::BirthDate));
    /// # Ok::<(), mimicred_claims::Error>(())
    /// ```
    pub fn of(path: &ClaimPath) -> Option<Self> {
        let mut steps = path.steps().iter().rev();
        let (last, above) = (steps.next().and_then(name), steps.next().and_then(name));
        if above.as_deref() == Some(OVER) {
            let last = last.filter(|last| last.bytes().all(|b| b.is_ascii_digit()))?;
            return last.parse().ok().map(AgeSource::Reached);
        }
        Some(match last.as_deref() {
            Some(IN_YEARS) => AgeSource::InYears,
            Some(BIRTH_YEAR) => AgeSource::BirthYear,
            _ => AgeSource::BirthDate,
        })
    }
}

/// What a claim at some path says about an age.
enum Statement {
    /// This many years are reached: so much is certain.
    Reached(u64),
    /// The age in years.
    Years(i128),
    /// The year of birth.
    BornIn(i128),
    /// The day of birth.
    BornOn(Day),
}

fn statement(path: &ClaimPath, value: &Value<'_>) -> Option<Statement> {
    match (AgeSource::of(path)?, value) {
        (AgeSource::Reached(years), Value::Bool(true)) => Some(Statement::Reached(years)),
        // `false` says that the issuer does not attest it, not that the person is younger.
        (AgeSource::Reached(_), _) => None,
        (AgeSource::InYears, value) => value.as_int().filter(|years| *years >= 0).map(Statement::Years),
        (AgeSource::BirthYear, value) => value.as_int().filter(|year| *year > 0).map(Statement::BornIn),
        (AgeSource::BirthDate, Value::Text(text)) => Day::parse(text).map(Statement::BornOn),
        (AgeSource::BirthDate, Value::Tag(1004, inner)) => Day::parse(inner.as_text()?).map(Statement::BornOn),
        (AgeSource::BirthDate, _) => None,
    }
}

/// Whether whatever stands at this path is read as a date of birth, because no other source of an age is called so.
pub(super) fn is_birthdate(path: &ClaimPath) -> bool {
    let mut steps = path.steps().iter().rev();
    let (last, above) = (steps.next().and_then(name), steps.next().and_then(name));
    above.as_deref() != Some(OVER) && !matches!(last.as_deref(), Some(IN_YEARS | BIRTH_YEAR))
}

fn name(step: &Step) -> Option<String> {
    match step {
        Step::Key(Key::Text(text)) => Some(text.clone().into_owned()),
        Step::Key(Key::Int(number)) => Some(number.to_string()),
        Step::Index(_) | Step::Every => None,
    }
}

/// Whether the claim proves an age of `years` or more on `today`.
pub(super) fn is_at_least(years: u16, path: &ClaimPath, value: &Value<'_>, today: Day) -> bool {
    match statement(path, value) {
        Some(Statement::Reached(reached)) => reached >= u64::from(years),
        Some(Statement::Years(age)) => age >= i128::from(years),
        // Born on the last day of that year, the person is this old at least.
        Some(Statement::BornIn(year)) => i128::from(today.year) - year > i128::from(years),
        Some(Statement::BornOn(day)) => day.anniversary(i64::from(years)) <= today,
        None => false,
    }
}

/// Whether the claim proves an age of `years` or less on `today`.
pub(super) fn is_at_most(years: u16, path: &ClaimPath, value: &Value<'_>, today: Day) -> bool {
    match statement(path, value) {
        Some(Statement::Years(age)) => age <= i128::from(years),
        // Born on the first day of that year, the person is this old at most.
        Some(Statement::BornIn(year)) => (0..=i128::from(years)).contains(&(i128::from(today.year) - year)),
        Some(Statement::BornOn(day)) => day <= today && day.anniversary(i64::from(years) + 1) > today,
        // Having reached some age never proves an upper bound.
        Some(Statement::Reached(_)) | None => false,
    }
}
