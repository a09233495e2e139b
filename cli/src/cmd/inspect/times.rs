//! Dates against now, in words.

use mimicred_claims::{Clock, Date, Key, Value};
use mimicred_cose::cwt;

use super::known::Note;
use crate::now::{date, span};

/// What a date says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Until then.
    Expiry,
    /// From then on.
    Beginning,
    /// Made then.
    Issuance,
    /// It was so then.
    Moment,
}

impl Meaning {
    /// That of a claim: by its name in a JWT, by its number in a CWT.
    pub(super) fn of(claim: &Key<'_>) -> Option<Self> {
        Some(match claim {
            Key::Int(cwt::EXP) => Meaning::Expiry,
            Key::Int(cwt::NBF) => Meaning::Beginning,
            Key::Int(cwt::IAT) => Meaning::Issuance,
            Key::Int(188) => Meaning::Moment,
            Key::Int(_) => return None,
            Key::Text(name) => match &**name {
                "exp" => Meaning::Expiry,
                "nbf" => Meaning::Beginning,
                "iat" => Meaning::Issuance,
                "updated_at" => Meaning::Moment,
                _ => return None,
            },
        })
    }
}

/// What the date in a claim means at `now`: `2026-09-21T14:13:20Z, expired 3 hours ago`.
pub(super) fn note(meaning: Meaning, value: &Value<'_>, now: i64) -> Note {
    let Ok(moment) = Date::from_value(value) else { return Note::Warning("no date".to_owned()) };
    let clock = Clock { now, leeway: 0 };
    let seconds = whole(moment);
    let (ago, ahead, left) = match (seconds - i128::from(now)).unsigned_abs() {
        0 => ("just now".to_owned(), "in less than a second".to_owned(), "less than a second".to_owned()),
        away => (format!("{} ago", span(away)), format!("in {}", span(away)), span(away)),
    };
    let is_past = seconds <= i128::from(now);
    let (words, is_fine) = match meaning {
        Meaning::Expiry if clock.is_expired(moment) => (format!("expired {ago}"), false),
        Meaning::Expiry => (format!("valid for {left}"), true),
        Meaning::Beginning if clock.is_premature(moment) => (format!("not valid yet: begins {ahead}"), false),
        Meaning::Beginning => (format!("began {ago}"), true),
        Meaning::Issuance if clock.is_premature(moment) => (format!("issued in the future, {ahead}"), false),
        Meaning::Issuance => (format!("issued {ago}"), true),
        Meaning::Moment if is_past => (ago, true),
        Meaning::Moment => (ahead, true),
    };
    let text = format!("{}, {words}", date(seconds));
    if is_fine { Note::Plain(text) } else { Note::Warning(text) }
}

/// A moment against now, of which nothing more is known.
pub(super) fn moment(seconds: i128, now: i64) -> String {
    match note(Meaning::Moment, &Value::Int(seconds), now) {
        Note::Plain(text) | Note::Warning(text) => text,
    }
}

/// The seconds without their fraction.
fn whole(date: Date) -> i128 {
    match date {
        Date::Int(seconds) => seconds,
        // A date within 2^53, so the decimal text of the whole part is exact.
        Date::Float(seconds) => format!("{:.0}", seconds.floor()).parse().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_790_000_000;

    fn says(meaning: Meaning, value: Value<'static>) -> (String, bool) {
        match note(meaning, &value, NOW) {
            Note::Plain(text) => (text, true),
            Note::Warning(text) => (text, false),
        }
    }

    #[test]
    fn dates_are_told_in_words() {
        for (meaning, seconds, words, is_fine) in [
            (Meaning::Expiry, 1_790_172_800, "2026-09-23T14:13:20Z, valid for 2 days", true),
            (Meaning::Expiry, 1_789_989_200, "2026-09-21T11:13:20Z, expired 3 hours ago", false),
            (Meaning::Expiry, 1_790_000_000, "2026-09-21T14:13:20Z, expired just now", false),
            (Meaning::Beginning, 1_790_000_000, "2026-09-21T14:13:20Z, began just now", true),
            (Meaning::Beginning, 1_790_000_001, "2026-09-21T14:13:21Z, not valid yet: begins in 1 second", false),
            (Meaning::Issuance, 1_789_999_940, "2026-09-21T14:12:20Z, issued 1 minute ago", true),
            (Meaning::Issuance, 1_790_000_300, "2026-09-21T14:18:20Z, issued in the future, in 5 minutes", false),
            (Meaning::Moment, 1_790_000_300, "2026-09-21T14:18:20Z, in 5 minutes", true),
        ] {
            assert_eq!(says(meaning, Value::Int(seconds)), (words.to_owned(), is_fine));
        }
    }

    /// CWT-E-024: what is no date is said to be none. A fraction of a second counts.
    #[test]
    fn fractions_and_what_is_no_date() {
        assert_eq!(says(Meaning::Expiry, Value::from("soon")), ("no date".to_owned(), false));
        assert_eq!(says(Meaning::Expiry, Value::Float(f64::NAN)), ("no date".to_owned(), false));
        assert_eq!(
            says(Meaning::Expiry, Value::Float(1_790_000_000.5)),
            ("2026-09-21T14:13:20Z, valid for less than a second".to_owned(), true)
        );
        assert!(!says(Meaning::Beginning, Value::Float(1_790_000_000.5)).1);
    }

    #[test]
    fn claims_that_are_dates_are_known_by_name_and_number() {
        assert_eq!(Meaning::of(&Key::from("nbf")), Some(Meaning::Beginning));
        assert_eq!(Meaning::of(&Key::Int(6)), Some(Meaning::Issuance));
        assert_eq!(Meaning::of(&Key::from("name")), None);
        assert_eq!(Meaning::of(&Key::Int(170)), None);
    }
}
