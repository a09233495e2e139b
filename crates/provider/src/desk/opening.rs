//! Opening what custodians keep, in the modes `sealed` and `threshold`.
//!
//! An opening is entered in the log first ([`Desk::enter_opening`]). Custodians get the log and the record ([`Desk::opening`]), sign the
//! head of the log, do their part, and send both back ([`Desk::add_countersignature`], [`Desk::open`]). In the mode `sealed` that gives the
//! account. In the mode `threshold` it gives a point, which is filed; [`Desk::accounts_by_reports`] finds the accounts of which enough
//! points are there, from pseudonyms that were reported in different rooms by different people.

use mimicred_escrow::{
    Binding, CaseReference, Countersignature, Custody, Log, Mode, PartialDecryption, Purpose, Reported, Row as Point,
    SealedRecord, interpolate,
};
use mimicred_keys::PublicKey;

use super::{Desk, Verdict};
use crate::config::Escrow;
use crate::database::{Transaction, first, transact};
use crate::{Code, Error};

/// More pseudonyms with one tag than this are not looked at together.
const MOST_POINTS: usize = 64;

/// What custodians get to see of an opening.
pub struct Opening {
    /// The log, with the opening in it.
    pub log: Log,
    /// The number of the opening in it.
    pub entry: u64,
    /// What is to be opened.
    pub record: SealedRecord,
    /// What it is sealed for.
    pub binding: Binding,
}

/// What came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// The name of the account.
    Account(String),
    /// A point, by the tag of an account that is not known, and how many points there are of it.
    Point {
        /// What all points of one account have in common, and nothing else.
        tag: [u8; 16],
        /// Points of it that are filed.
        points: u64,
    },
}

impl Desk {
    /// Enters in the log that the record of this pseudonym is to be opened; tells the number of the entry.
    ///
    /// # Errors
    /// [`Code::PseudonymUnknown`]; [`Code::EscrowUnsupported`] in a mode without custodians; [`Code::ReportUnknown`] in the mode `threshold`
    /// if no report about it was upheld; [`Code::OpeningRefused`]; those of the store.
    pub fn enter_opening(
        &mut self,
        uri: &str,
        custody: &Custody,
        case: &CaseReference,
        purpose: Purpose,
        now: i64,
    ) -> Result<u64, Error> {
        let (mode, handle) = (self.mode()?, self.keys.handle(uri));
        transact(&mut *self.database, |transaction| {
            let (record, binding) = record(transaction, mode, &handle)?;
            if mode == Mode::Threshold && reports(transaction, &handle)?.is_empty() {
                return Err(Error::new(Code::ReportUnknown).note("no report about it was upheld"));
            }
            let mut log = log(transaction)?;
            let now = u64::try_from(now).unwrap_or(0);
            let entry = log.append(custody, now, record.digest(&binding), case.clone(), purpose).map_err(refused)?.index();
            keep(transaction, &log, entry)?;
            Ok(entry)
        })
    }

    /// What custodians need for an opening that was entered.
    ///
    /// # Errors
    /// [`Code::PseudonymUnknown`], [`Code::EscrowUnsupported`], [`Code::OpeningRefused`] if the entry is of another record; those of the store.
    pub fn opening(&mut self, uri: &str, entry: u64) -> Result<Opening, Error> {
        let (mode, handle) = (self.mode()?, self.keys.handle(uri));
        transact(&mut *self.database, |transaction| {
            let (record, binding) = record(transaction, mode, &handle)?;
            let log = log(transaction)?;
            if log.entry(entry).is_none_or(|entry| *entry.record() != record.digest(&binding)) {
                return Err(Error::new(Code::OpeningRefused).note("the entry is of another record"));
            }
            Ok(Opening { log, entry, record, binding })
        })
    }

    /// Files the signature of a custodian under an entry of the log.
    ///
    /// # Errors
    /// [`Code::OpeningRefused`]; those of the store.
    pub fn add_countersignature(&mut self, custody: &Custody, countersignature: &Countersignature) -> Result<(), Error> {
        transact(&mut *self.database, |transaction| {
            let mut log = log(transaction)?;
            log.add(custody, countersignature.clone()).map_err(refused)?;
            keep(transaction, &log, countersignature.entry())
        })
    }

    /// The log of all openings.
    ///
    /// # Errors
    /// [`Code::StoreDamaged`]; those of the store.
    pub fn log(&mut self) -> Result<Log, Error> {
        transact(&mut *self.database, log)
    }

    /// The numbers of the entries by which something was opened.
    ///
    /// # Errors
    /// Those of the store.
    pub fn opened_entries(&mut self) -> Result<Vec<u64>, Error> {
        transact(&mut *self.database, |transaction| {
            let rows = transaction.query("SELECT entry FROM openings WHERE opened <> 0 ORDER BY entry", &[])?;
            rows.into_iter().map(|mut row| row.count()).collect()
        })
    }

    /// Opens a record with the parts of the custodians. In the mode `threshold` the key of the pseudonym, from its certificate, shows that
    /// the point is that of this pseudonym.
    ///
    /// # Errors
    /// [`Code::OpeningRefused`] if a part is wrong or too few are there, with the reason, and for a point of another key; those of
    /// [`Desk::opening`].
    pub fn open(
        &mut self,
        uri: &str,
        entry: u64,
        custody: &Custody,
        partials: &[PartialDecryption],
        key: Option<&PublicKey>,
    ) -> Result<Opened, Error> {
        let opening = self.opening(uri, entry)?;
        let content = custody.open(&opening.record, &opening.binding, partials).map_err(refused)?;
        let handle = opening.binding.handle;
        transact(&mut *self.database, |transaction| {
            let opened = "UPDATE openings SET opened = 1 WHERE entry = $1";
            transaction.execute(opened, &[i64::try_from(entry).unwrap_or(i64::MAX).into()])?;
            match opening.binding.mode {
                Mode::Sealed => {
                    let account = content.as_slice().try_into().map_err(|_| Error::new(Code::EscrowDamaged))?;
                    Ok(Opened::Account(name(transaction, &account)?))
                }
                Mode::Threshold => {
                    let point = Point::parse(&content).map_err(|cause| Error::new(Code::EscrowDamaged).because(cause))?;
                    let key = key.ok_or_else(|| Error::new(Code::OpeningRefused).note("the key of the pseudonym is needed"))?;
                    if !point.is_of(&key.to_spki_der()) {
                        return Err(Error::new(Code::OpeningRefused).note("the point is of another key"));
                    }
                    let file = "INSERT INTO points (handle, tag, point) VALUES ($1, $2, $3) ON CONFLICT (handle) DO NOTHING";
                    transaction.execute(file, &[(&handle).into(), point.tag().into(), content.to_vec().into()])?;
                    let points = "SELECT COUNT(*) FROM points WHERE tag = $1";
                    let points = first(transaction, points, &[point.tag().into()])?.map_or(Ok(0), |mut row| row.count())?;
                    Ok(Opened::Point { tag: *point.tag(), points })
                }
            }
        })
    }

    /// The names of accounts of which enough pseudonyms have upheld reports, each from another room and by another reporter.
    ///
    /// # Errors
    /// [`Code::EscrowUnsupported`] in another mode than `threshold`; [`Code::OpeningRefused`] if points do not fit together: then whoever
    /// issued them cheated; those of the store.
    pub fn accounts_by_reports(&mut self) -> Result<Vec<String>, Error> {
        if self.mode()? != Mode::Threshold {
            return Err(Error::new(Code::EscrowUnsupported).note(format!("escrow mode {}", self.config.escrow.name())));
        }
        let threshold = self.config.distinct_reports;
        transact(&mut *self.database, |transaction| {
            let tags = "SELECT tag FROM points GROUP BY tag HAVING COUNT(*) >= $1 ORDER BY tag";
            let tags = transaction.query(tags, &[i64::from(threshold).into()])?;
            let mut names = Vec::new();
            for mut tag in tags {
                let points = "SELECT handle, point FROM points WHERE tag = $1 ORDER BY handle";
                let mut candidates = Vec::new();
                for mut row in transaction.query(points, &[tag.octets()?.into()])?.into_iter().take(MOST_POINTS) {
                    let handle: [u8; 32] = row.array()?;
                    let point = row.octets()?;
                    candidates.push((point, reports(transaction, &handle)?));
                }
                let Some(chosen) = distinct(&candidates, usize::from(threshold)) else { continue };
                let reported = chosen.into_iter().map(|((point, _), (room, reporter))| {
                    let row = Point::parse(point).map_err(|cause| Error::new(Code::StoreDamaged).because(cause))?;
                    Ok(Reported { row, room, reporter })
                });
                let account = interpolate(threshold, &reported.collect::<Result<Vec<_>, Error>>()?).map_err(refused)?;
                names.push(name(transaction, &account)?);
            }
            Ok(names)
        })
    }

    fn mode(&self) -> Result<Mode, Error> {
        match self.config.escrow {
            Escrow::Sealed => Ok(Mode::Sealed),
            Escrow::Threshold => Ok(Mode::Threshold),
            mode => Err(Error::new(Code::EscrowUnsupported).note(format!("escrow mode {}", mode.name()))),
        }
    }
}

/// Room and reporter of a report, as digests.
type Evidence = ([u8; 32], [u8; 32]);

/// A point, and the reports about its pseudonym.
type Candidate = (Vec<u8>, Vec<Evidence>);

/// More than this is not tried: whether there is such a choice is a hard question, and who reports may pose it.
const MOST_STEPS: u32 = 100_000;

/// So many points with a report each, no two from one room or by one reporter; nothing if there are none, or they are too hard to find.
fn distinct(candidates: &[Candidate], wanted: usize) -> Option<Vec<(&Candidate, Evidence)>> {
    fn extend<'c>(rest: &'c [Candidate], wanted: usize, chosen: &mut Vec<(&'c Candidate, Evidence)>, steps: &mut u32) -> bool {
        if chosen.len() == wanted {
            return true;
        }
        let Some((candidate, others)) = rest.split_first() else { return false };
        for report in &candidate.1 {
            let Some(left) = steps.checked_sub(1) else { return false };
            *steps = left;
            if chosen.iter().any(|(_, other)| other.0 == report.0 || other.1 == report.1) {
                continue;
            }
            chosen.push((candidate, *report));
            if extend(others, wanted, chosen, steps) {
                return true;
            }
            chosen.pop();
        }
        // Or without this one, if there are enough others.
        chosen.len() + others.len() >= wanted && extend(others, wanted, chosen, steps)
    }
    let mut chosen = Vec::new();
    extend(candidates, wanted, &mut chosen, &mut { MOST_STEPS }).then_some(chosen)
}

fn record(transaction: &mut dyn Transaction, mode: Mode, handle: &[u8; 32]) -> Result<(SealedRecord, Binding), Error> {
    let row = "SELECT escrow FROM pseudonyms WHERE handle = $1";
    let mut row = first(transaction, row, &[handle.into()])?.ok_or(Code::PseudonymUnknown)?;
    let record = SealedRecord::parse(&row.octets()?).map_err(|cause| Error::new(Code::EscrowDamaged).because(cause))?;
    Ok((record, Binding { mode, handle: *handle }))
}

/// The upheld reports about a pseudonym.
fn reports(transaction: &mut dyn Transaction, handle: &[u8; 32]) -> Result<Vec<Evidence>, Error> {
    let reports = "SELECT room, reporter FROM reports WHERE handle = $1 AND verdict = $2 ORDER BY room, reporter";
    let rows = transaction.query(reports, &[handle.into(), Verdict::Upheld.number().into()])?;
    rows.into_iter().map(|mut row| Ok((row.array()?, row.array()?))).collect()
}

fn name(transaction: &mut dyn Transaction, account: &[u8; 16]) -> Result<String, Error> {
    let name = "SELECT name FROM accounts WHERE id = $1";
    first(transaction, name, &[account.into()])?.map_or_else(|| Err(Code::EscrowDamaged.into()), |mut row| row.text())
}

fn log(transaction: &mut dyn Transaction) -> Result<Log, Error> {
    let lines = transaction.query("SELECT line FROM openings ORDER BY entry", &[])?;
    let mut text = String::new();
    for mut line in lines {
        text.push_str(&line.text()?);
        text.push('\n');
    }
    Log::parse(&text).map_err(|cause| Error::new(Code::StoreDamaged).note("the log of openings").because(cause))
}

/// Keeps one line of the log.
fn keep(transaction: &mut dyn Transaction, log: &Log, entry: u64) -> Result<(), Error> {
    let text = log.to_text();
    let line = usize::try_from(entry).ok().and_then(|entry| text.lines().nth(entry)).ok_or(Code::StoreIo)?;
    let insert =
        "INSERT INTO openings (entry, line, opened) VALUES ($1, $2, 0) ON CONFLICT (entry) DO UPDATE SET line = excluded.line";
    transaction.execute(insert, &[i64::try_from(entry).unwrap_or(i64::MAX).into(), line.into()])?;
    Ok(())
}

fn refused(cause: mimicred_escrow::Error) -> Error {
    Error::new(Code::OpeningRefused).because(cause)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(n: u8, reports: &[(u8, u8)]) -> Candidate {
        (vec![n], reports.iter().map(|(room, reporter)| ([*room; 32], [*reporter; 32])).collect())
    }

    fn chosen(candidates: &[Candidate], wanted: usize) -> Option<Vec<(u8, u8, u8)>> {
        let chosen = distinct(candidates, wanted)?;
        Some(chosen.into_iter().map(|((point, _), (room, reporter))| (point[0], room[0], reporter[0])).collect())
    }

    #[test]
    fn rooms_and_reporters_are_all_different() {
        let candidates = [candidate(1, &[(1, 1), (2, 2)]), candidate(2, &[(1, 1)]), candidate(3, &[(1, 3), (3, 3)])];
        // The first one has to take its second report, and the third one as well.
        assert_eq!(chosen(&candidates, 3), Some(vec![(1, 2, 2), (2, 1, 1), (3, 3, 3)]));
        assert_eq!(chosen(&candidates[..2], 3), None);
        // One may be left out.
        let candidates = [candidate(1, &[(9, 9)]), candidate(2, &[(9, 1)]), candidate(3, &[(1, 9)])];
        assert_eq!(chosen(&candidates, 2), Some(vec![(2, 9, 1), (3, 1, 9)]));
    }

    /// Whoever reports can make it hard; then nothing is opened, and soon.
    #[test]
    fn what_is_too_hard_is_given_up() {
        let many: Vec<(u8, u8)> = (0..8).flat_map(|room| (0..60).map(move |reporter| (room, reporter))).collect();
        let candidates: Vec<Candidate> = (0..64).map(|n| candidate(n, &many)).collect();
        assert_eq!(chosen(&candidates, 16), None);
        assert_eq!(chosen(&candidates, 8).map(|chosen| chosen.len()), Some(8));
    }
}
