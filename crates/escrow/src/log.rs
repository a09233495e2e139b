//! The opening log: who wanted what opened, when and for which case, before it was.
//!
//! Each entry holds the head of the one before, so that the last head stands for all of them. Custodians sign a head before anything is
//! opened by it, and remember the last one that they signed ([`Memory`]): entries that are dropped, changed or swapped later are seen by
//! the first custodian who is asked again, and by whoever compares the log with what custodians remember.
//!
//! As text, a line is an entry in base64url and the countersignatures of its head, with single spaces between; each line ends with a
//! line feed.

mod audit;
mod countersignature;
mod entry;
mod memory;

pub use audit::{AuditReport, Finding, audit};
pub use countersignature::Countersignature;
pub use entry::{CaseReference, LogEntry, Purpose};
pub use memory::Memory;

use mimicred_error::At;
use mimicred_jose::base64url;

use crate::octets::labelled_digest;
use crate::{Code, CustodianShare, Custody, Error};

/// The most entries that are read.
pub const ENTRIES_MAX: usize = 65_536;

/// The opening log, as somebody gives it: whether it is whole is for [`Log::verify`] and [`audit`] to say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    entry: LogEntry,
    countersignatures: Vec<Countersignature>,
}

/// An entry of 147 octets in base64url, and sixteen countersignatures of at most 346 characters, make less.
const LINE_MAX: usize = 8192;

impl Log {
    /// A log without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads a log.
    ///
    /// # Errors
    /// [`Code::LogLimit`]; with the line, [`Code::LogMalformed`], [`Code::EntryMalformed`] and [`Code::CountersignatureMalformed`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.is_empty() {
            return Ok(Self::new());
        }
        let whole = text.strip_suffix('\n').ok_or(Code::LogMalformed)?;
        let mut lines = Vec::new();
        for (n, line) in whole.split('\n').enumerate() {
            if n == ENTRIES_MAX || line.len() > LINE_MAX {
                return Err(Error::new(Code::LogLimit).at(At::Line(n + 1, 1)));
            }
            lines.push(read_line(line).map_err(|error| error.at(At::Line(n + 1, 1)))?);
        }
        Ok(Self { lines })
    }

    /// The log as text.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for line in &self.lines {
            text.push_str(&base64url::encode(&line.entry.to_octets()));
            for countersignature in &line.countersignatures {
                text.push(' ');
                text.push_str(countersignature.as_str());
            }
            text.push('\n');
        }
        text
    }

    /// How many entries there are.
    pub fn len(&self) -> u64 {
        u64::try_from(self.lines.len()).unwrap_or(u64::MAX)
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The entry of this number, counted from 0.
    pub fn entry(&self, index: u64) -> Option<&LogEntry> {
        self.line(index).map(|line| &line.entry)
    }

    /// The countersignatures of an entry, as they came.
    pub fn countersignatures(&self, index: u64) -> &[Countersignature] {
        self.line(index).map(|line| line.countersignatures.as_slice()).unwrap_or_default()
    }

    /// The head: that of the last entry, or what the first one will follow.
    pub fn head(&self, custody: &Custody) -> [u8; 32] {
        self.lines.last().map_or_else(|| start(custody), |line| line.entry.head())
    }

    /// Enters that a record is to be opened; gives the entry, which the custodians sign next. Keep the log before it is sent to them.
    ///
    /// `now` is in seconds since 1970 and is entered as the hour it is in, but never as one before the entry before.
    ///
    /// # Errors
    /// [`Code::LogLimit`].
    pub fn append(
        &mut self,
        custody: &Custody,
        now: u64,
        record: [u8; 32],
        case: CaseReference,
        purpose: Purpose,
    ) -> Result<&LogEntry, Error> {
        if self.lines.len() >= ENTRIES_MAX {
            return Err(Code::LogLimit.into());
        }
        let previous = self.head(custody);
        let not_before = self.lines.last().map_or(0, |line| line.entry.at());
        let entry = LogEntry::new(self.len(), previous, now.max(not_before), record, case, purpose);
        self.lines.push(Line { entry, countersignatures: Vec::new() });
        self.lines.last().map(|line| &line.entry).ok_or_else(|| Code::EntryMissing.into())
    }

    /// Puts a countersignature to its entry; one that is there already stays alone.
    ///
    /// # Errors
    /// [`Code::EntryMissing`], [`Code::CountersignatureInvalid`].
    pub fn add(&mut self, custody: &Custody, countersignature: Countersignature) -> Result<(), Error> {
        let index = usize::try_from(countersignature.entry()).map_err(|_| Code::EntryMissing)?;
        let line = self.lines.get_mut(index).ok_or(Code::EntryMissing)?;
        countersignature.verify(custody, &line.entry)?;
        if !line.countersignatures.iter().any(|other| other.custodian() == countersignature.custodian()) {
            line.countersignatures.push(countersignature);
        }
        Ok(())
    }

    /// Checks that the entries are a chain which begins with this custody.
    ///
    /// # Errors
    /// [`Code::LogBroken`] with the number of the first entry that does not follow.
    pub fn verify(&self, custody: &Custody) -> Result<(), Error> {
        match self.breaks(custody).next() {
            None => Ok(()),
            Some(n) => Err(Error::new(Code::LogBroken).at(At::Item(n))),
        }
    }

    /// The entries that do not follow from the one before, as that one stands.
    fn breaks(&self, custody: &Custody) -> impl Iterator<Item = usize> {
        let mut expected = (0, start(custody), 0);
        self.lines.iter().enumerate().filter_map(move |(n, Line { entry, .. })| {
            let (index, previous, not_before) = expected;
            expected = (index + 1, entry.head(), entry.at());
            let follows = entry.index() == index && *entry.previous() == previous && entry.at() >= not_before;
            (!follows).then_some(n)
        })
    }

    /// The head after so many entries.
    fn head_after(&self, entries: u64, custody: &Custody) -> Option<[u8; 32]> {
        match entries.checked_sub(1) {
            None => Some(start(custody)),
            Some(last) => self.entry(last).map(LogEntry::head),
        }
    }

    /// Checks that at least as many custodians as the threshold have signed the entry's head, and that nothing else is there.
    pub(crate) fn check_countersigned(&self, index: u64, custody: &Custody) -> Result<(), Error> {
        let line = self.line(index).ok_or(Code::EntryMissing)?;
        for (n, countersignature) in line.countersignatures.iter().enumerate() {
            countersignature.verify(custody, &line.entry).map_err(|error| error.at(At::Item(n)))?;
        }
        let signed = line.countersigned_by(custody).len();
        if signed < usize::from(custody.threshold()) {
            return Err(Error::new(Code::CountersignaturesLacking).note(format!("{signed} of {}", custody.threshold())));
        }
        Ok(())
    }

    fn line(&self, index: u64) -> Option<&Line> {
        self.lines.get(usize::try_from(index).ok()?)
    }
}

impl Line {
    /// The custodians whose countersignatures hold, each once.
    fn countersigned_by(&self, custody: &Custody) -> Vec<u8> {
        let valid = self.countersignatures.iter().filter(|one| one.verify(custody, &self.entry).is_ok());
        let mut custodians: Vec<u8> = valid.map(Countersignature::custodian).collect();
        custodians.sort_unstable();
        custodians.dedup();
        custodians
    }
}

impl CustodianShare {
    /// Signs the head of an entry; gives the countersignature, and the custodian's memory of the log, renewed. She looks at the case
    /// and the purpose before, which is hers to judge.
    ///
    /// # Errors
    /// [`Code::ShareForeign`]; those of [`Memory::check`]; [`Code::EntryMissing`].
    ///
    /// [The whole](crate#an-opening) as an example.
    pub fn countersign(
        &self,
        custody: &Custody,
        log: &Log,
        entry: u64,
        memory: &Memory,
    ) -> Result<(Countersignature, Memory), Error> {
        self.belongs_to(custody)?;
        memory.check(log, custody)?;
        let entry = log.entry(entry).ok_or(Code::EntryMissing)?;
        Ok((Countersignature::sign(self, entry)?, memory.renewed(entry)))
    }
}

/// What the first entry follows: a digest over the label `mimicred escrow log start 1`, a zero octet and the custody's digest.
fn start(custody: &Custody) -> [u8; 32] {
    labelled_digest("mimicred escrow log start 1", &[custody.digest()])
}

fn read_line(line: &str) -> Result<Line, Error> {
    let mut parts = line.split(' ');
    let entry = parts.next().and_then(|entry| base64url::decode(entry).ok()).ok_or(Code::LogMalformed)?;
    let entry = LogEntry::parse(&entry)?;
    let mut countersignatures: Vec<Countersignature> = Vec::new();
    for part in parts {
        let countersignature = Countersignature::parse(part)?;
        if countersignatures.iter().any(|other| other.custodian() == countersignature.custodian()) {
            return Err(Error::new(Code::LogMalformed).note(format!("custodian {} twice", countersignature.custodian())));
        }
        countersignatures.push(countersignature);
    }
    Ok(Line { entry, countersignatures })
}

#[cfg(test)]
mod tests;
