//! Time: `--now`, `--leeway`, spans, and how moments are printed. The only place that reads the clock.

use std::str::FromStr;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use clap::Args;
use mimicred_claims::Clock;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::error::{Code, Error, Failure};
use crate::out::counted;

/// The moment of a command.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct NowArgs {
    /// Take this for the present moment: seconds since 1970, or a date like 2026-09-21T12:00:00Z.
    #[arg(long, value_name = "TIME", help_heading = "Time")]
    now: Option<Moment>,
}

/// The moment at which a command judges, and its tolerance.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct TimeArgs {
    #[command(flatten)]
    now: NowArgs,
    /// Tolerate clocks that differ by this many seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 0, help_heading = "Time")]
    leeway: u32,
}

impl NowArgs {
    /// Whether the system's clock says what time it is, and not the user.
    pub(crate) fn is_by_the_clock(&self) -> bool {
        self.now.is_none()
    }

    /// Seconds since 1970.
    ///
    /// # Errors
    /// `cli/clock-unusable`.
    pub(crate) fn seconds(&self) -> Result<i64, Failure> {
        match self.now {
            Some(Moment(seconds)) => Ok(seconds),
            None => Moment::by_the_clock().map(|Moment(seconds)| seconds),
        }
    }
}

impl TimeArgs {
    /// The moment and the tolerance.
    ///
    /// # Errors
    /// `cli/clock-unusable`.
    pub(crate) fn clock(&self) -> Result<Clock, Failure> {
        Ok(Clock { now: self.now.seconds()?, leeway: self.leeway })
    }
}

/// Seconds since 1970-01-01T00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment(pub(crate) i64);

impl Moment {
    /// What the system's clock says.
    ///
    /// # Errors
    /// `cli/clock-unusable`.
    pub(crate) fn by_the_clock() -> Result<Self, Failure> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).ok();
        let seconds = since.and_then(|since| i64::try_from(since.as_secs()).ok());
        seconds.map(Moment).ok_or_else(|| Failure::new(Code::ClockUnusable))
    }
}

impl FromStr for Moment {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if let Ok(seconds) = text.parse() {
            return Ok(Moment(seconds));
        }
        OffsetDateTime::parse(text, &Rfc3339)
            .map(|date| Moment(date.unix_timestamp()))
            .map_err(|_| Error::new(Code::TimeMalformed))
    }
}

/// How long something takes, whatever time it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// Whole seconds since it was started.
    pub(crate) fn seconds(self) -> u64 {
        self.0.elapsed().as_secs()
    }
}

/// A span in seconds, written like 90d, 12h, 30m, 45s or 45.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span(pub(crate) u32);

impl FromStr for Span {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let malformed = || Error::new(Code::TimeMalformed);
        let (number, unit) = match text.char_indices().last() {
            Some((at, 'd')) => (text.get(..at), 86_400),
            Some((at, 'h')) => (text.get(..at), 3_600),
            Some((at, 'm')) => (text.get(..at), 60),
            Some((at, 's')) => (text.get(..at), 1),
            _ => (Some(text), 1),
        };
        let number = number.filter(|number| number.bytes().all(|c| c.is_ascii_digit())).ok_or_else(malformed)?;
        let seconds = number.parse::<u32>().ok().and_then(|number| number.checked_mul(unit)).ok_or_else(malformed)?;
        Ok(Span(seconds))
    }
}

/// `2026-09-21T12:00:00Z`, or the bare number if no calendar reaches that far.
pub(crate) fn date(seconds: i128) -> String {
    i64::try_from(seconds)
        .ok()
        .and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok())
        .and_then(|date| date.format(&Rfc3339).ok())
        .unwrap_or_else(|| seconds.to_string())
}

/// A span for people, in its largest whole unit: `5 minutes`, `3 days`.
pub(crate) fn span(seconds: u128) -> String {
    const UNITS: [(u128, &str); 4] = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let (unit, name) = UNITS.into_iter().find(|(unit, _)| seconds >= *unit).unwrap_or((1, "second"));
    counted(u64::try_from(seconds / unit).unwrap_or(u64::MAX), name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_seconds_or_rfc_3339() {
        assert_eq!("1790000000".parse::<Moment>().unwrap(), Moment(1_790_000_000));
        assert_eq!("2026-09-21T14:13:20Z".parse::<Moment>().unwrap(), Moment(1_790_000_000));
        assert_eq!("2026-09-21T16:13:20+02:00".parse::<Moment>().unwrap(), Moment(1_790_000_000));
        assert_eq!("-1".parse::<Moment>().unwrap(), Moment(-1));
        for bad in ["", "tomorrow", "2026-09-21", "2026-09-21T14:13:20", "99999999999999999999"] {
            assert!(bad.parse::<Moment>().is_err(), "{bad}");
        }
    }

    #[test]
    fn spans_have_one_unit() {
        assert_eq!("90d".parse::<Span>().unwrap(), Span(7_776_000));
        assert_eq!("45".parse::<Span>().unwrap(), Span(45));
        for bad in ["", "d", "-1d", "+1d", "1.5h", "1w", "99999d9", "4294967295d"] {
            assert!(bad.parse::<Span>().is_err(), "{bad}");
        }
    }

    #[test]
    fn moments_and_spans_are_printed_for_people() {
        assert_eq!(date(1_790_000_000), "2026-09-21T14:13:20Z");
        assert_eq!(date(i128::MAX), i128::MAX.to_string());
        assert_eq!(span(0), "0 seconds");
        assert_eq!(span(60), "1 minute");
        assert_eq!(span(200_000), "2 days");
    }
}
