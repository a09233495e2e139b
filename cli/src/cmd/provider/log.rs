//! `mimicred provider --log FILE`: what was done and how it ended, one JSON object in a line, and nobody's names.
//!
//! By its types an [`Event`] holds nothing but words of this program and numbers without detail: what a user typed and what the store
//! keeps has no way into it. Times are whole hours, durations have three names, and nothing is counted but all there is, by its order of
//! magnitude. The size of a batch is told in no form: together with the store it would say whose batch it was. `spec-notes/abuse.md`
//! argues this, `schemas/provider-log.schema.json` lists every word.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use serde::Serialize;

use crate::error::{Code, Done, Error, Failure};
use crate::now::{Stopwatch, date};
use crate::out::Out;

const HOUR: i64 = 3600;

/// A log that is open, for one command that was begun.
pub(super) struct Log {
    file: File,
    began: Stopwatch,
    hour: i64,
}

/// What a command has to say of itself beyond that it was run.
#[derive(Default, Serialize)]
pub(super) struct Facts {
    /// What an opening was entered for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) purpose: Option<&'static str>,
    /// What somebody should look at.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) attention: Vec<&'static str>,
    /// How much there is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) counts: Option<Counts>,
}

/// All there is and all that waits, each by its order of magnitude.
#[derive(Clone, Copy, Serialize)]
pub(super) struct Counts {
    pub(super) accounts: Magnitude,
    pub(super) suspended_accounts: Magnitude,
    pub(super) pseudonyms: Magnitude,
    pub(super) suspended_pseudonyms: Magnitude,
    pub(super) changes_waiting: Magnitude,
    pub(super) orders_waiting: Magnitude,
    pub(super) open_reports: Magnitude,
}

/// A number rounded down to a power of ten; below ten it is 0, so that one more or less is not seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub(super) struct Magnitude(u64);

impl From<u64> for Magnitude {
    fn from(count: u64) -> Self {
        Self(count.checked_ilog10().filter(|digits| *digits > 0).map_or(0, |digits| 10_u64.pow(digits.min(10))))
    }
}

/// How long a command ran: too coarse to tell a batch of one from a batch of thousands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Took {
    /// Less than a minute.
    Seconds,
    /// Less than an hour.
    Minutes,
    /// An hour or more.
    Hours,
}

impl Took {
    fn of(seconds: u64) -> Self {
        match seconds {
            0..60 => Took::Seconds,
            60..3600 => Took::Minutes,
            _ => Took::Hours,
        }
    }
}

/// One line.
#[derive(Serialize)]
struct Event {
    version: u32,
    /// The hour in which the command began, at its beginning.
    hour: String,
    verb: &'static str,
    /// The exit status.
    exit: u8,
    /// Why it ended before it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    took: Took,
    /// The escrow mode, if there is a configuration that says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    escrow: Option<&'static str>,
    #[serde(flatten)]
    facts: Facts,
}

impl Log {
    const VERSION: u32 = 1;

    /// Opens a log before anything else is done; it is made if it is not there, for its owner only.
    ///
    /// # Errors
    /// `cli/log-unusable`: then nothing was done. `cli/usage` for a stream, in which messages for people would stand too, and they have
    /// names.
    pub(super) fn open(path: &Path, now: i64) -> Result<Self, Failure> {
        if path == Path::new("-") {
            let note = "the log is a file of its own: other output tells names";
            return Err(Failure::note(Code::Usage, note).hint("--log takes the name of a file or of a named pipe"));
        }
        let file = opened(path).map_err(|e| Error::new(Code::LogUnusable).note(path.display().to_string()).because(e))?;
        Ok(Self { file, began: Stopwatch::start(), hour: now - now.rem_euclid(HOUR) })
    }

    /// Writes the line of a command that ended. What it did is done: if the line cannot be written that is said, and changes nothing.
    pub(super) fn write(
        mut self,
        verb: &'static str,
        escrow: Option<&'static str>,
        result: &Result<Done, Failure>,
        facts: Facts,
        out: &mut Out,
    ) {
        let (exit, code) = match result {
            Ok(done) => (done.status(), None),
            Err(failure) => (failure.status(), Some(failure.code())),
        };
        let (hour, took) = (date(self.hour.into()), Took::of(self.began.seconds()));
        let event = Event { version: Self::VERSION, hour, verb, exit, code, took, escrow, facts };
        let written = serde_json::to_string(&event).map_err(std::io::Error::from).and_then(|mut line| {
            line.push('\n');
            // In one piece, so that lines of commands that run at the same time do not mix.
            self.file.write_all(line.as_bytes())
        });
        if written.is_err() {
            out.warning("note: the log could not be written; what was done is done");
        }
    }
}

/// How every line begins.
const BEGINS: &[u8] = b"{\"version\":";

/// Opens a file to append to, if it is a log or nothing yet: a store or a key file would be spoilt. A line that a full disk cut off is
/// ended, so that the next one stands by itself.
fn opened(path: &Path) -> std::io::Result<File> {
    let is_stream = path.metadata().is_ok_and(|known| !known.is_file() && !known.is_dir());
    let mut options = OpenOptions::new();
    options.append(true).create(true).read(!is_stream);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    if !is_stream && file.seek(SeekFrom::End(0))? > 0 {
        let mut begin = Vec::new();
        file.rewind()?;
        Read::by_ref(&mut file).take(u64::try_from(BEGINS.len()).unwrap_or(0)).read_to_end(&mut begin)?;
        if !BEGINS.starts_with(&begin) {
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, "a file of something else"));
        }
        let mut last = [0];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            file.write_all(b"\n")?;
        }
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lose_all_but_their_magnitude() {
        for (count, rounded) in [(0, 0), (1, 0), (9, 0), (10, 10), (99, 10), (100, 100), (12_345, 10_000)] {
            assert_eq!(Magnitude::from(count), Magnitude(rounded), "{count}");
        }
        assert_eq!(Magnitude::from(u64::MAX), Magnitude(10_000_000_000));
    }

    #[test]
    fn durations_have_three_names() {
        for (seconds, took) in
            [(0, Took::Seconds), (59, Took::Seconds), (60, Took::Minutes), (3599, Took::Minutes), (3600, Took::Hours)]
        {
            assert_eq!(Took::of(seconds), took, "{seconds}");
        }
    }

    #[test]
    fn a_line_that_was_cut_off_spoils_no_other() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log");
        std::fs::write(&path, "{\"version\":1,\"ho").unwrap();
        for _ in 0..2 {
            let mut out = Out::new(crate::out::Form::Human);
            Log::open(&path, 7201).unwrap().write("status", None, &Ok(Done::Accepted), Facts::default(), &mut out);
        }
        let line = "{\"version\":1,\"hour\":\"1970-01-01T02:00:00Z\",\"verb\":\"status\",\"exit\":0,\"took\":\"seconds\"}\n";
        assert_eq!(std::fs::read_to_string(&path).unwrap(), format!("{{\"version\":1,\"ho\n{line}{line}"));
        assert!(Log::open(directory.path(), 0).is_err());
    }

    #[test]
    fn no_other_file_is_written_to() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("store");
        for other in ["SQLite format 3\0 and so on", "{\"kty\":\"OKP\"}", "\n"] {
            std::fs::write(&path, other).unwrap();
            assert!(Log::open(&path, 0).is_err(), "{other}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), other);
        }
    }
}
