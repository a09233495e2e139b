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

    /// Opens a record with the parts of the custodians.
    ///
    /// # Errors
    /// [`Code::OpeningRefused`] if a part is wrong or too few are there, with the reason; those of [`Desk::opening`].
    pub fn open(&mut self, uri: &str, entry: u64, custody: &Custody, partials: &[PartialDecryption]) -> Result<Opened, Error> {
        let opening = self.opening(uri, entry)?;
        let content = custody.open(&opening.record, &opening.binding, partials).map_err(refused)?;
        let handle = opening.binding.handle;
        transact(&mut *self.database, |transaction| match opening.binding.mode {
            Mode::Sealed => {
                let account = content.as_slice().try_into().map_err(|_| Error::new(Code::EscrowDamaged))?;
                Ok(Opened::Account(name(transaction, &account)?))
            }
            Mode::Threshold => {
                let point = Point::parse(&content).map_err(|cause| Error::new(Code::EscrowDamaged).because(cause))?;
                let file = "INSERT INTO points (handle, tag, point) VALUES ($1, $2, $3) ON CONFLICT (handle) DO NOTHING";
                transaction.execute(file, &[(&handle).into(), point.tag().into(), content.to_vec().into()])?;
                let points = "SELECT COUNT(*) FROM points WHERE tag = $1";
                let points = first(transaction, points, &[point.tag().into()])?.map_or(Ok(0), |mut row| row.count())?;
                Ok(Opened::Point { tag: *point.tag(), points })
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
                let reported = chosen.into_iter().map(|(point, (room, reporter))| {
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

/// So many points with a report each, no two from one room or by one reporter.
fn distinct(candidates: &[(Vec<u8>, Vec<Evidence>)], wanted: usize) -> Option<Vec<(&[u8], Evidence)>> {
    if wanted == 0 {
        return Some(Vec::new());
    }
    // With or without the first one. What is left shrinks, and a choice is tried only while enough are left.
    let ((point, reports), rest) = candidates.split_first()?;
    if candidates.len() < wanted {
        return None;
    }
    for report in reports {
        let others: Vec<(Vec<u8>, Vec<Evidence>)> = rest
            .iter()
            .map(|(point, reports)| {
                let reports = reports.iter().filter(|other| other.0 != report.0 && other.1 != report.1).copied();
                (point.clone(), reports.collect::<Vec<_>>())
            })
            .filter(|(_, reports)| !reports.is_empty())
            .collect();
        let Some(found) = distinct(&others, wanted - 1) else { continue };
        let mut chosen = vec![(point.as_slice(), *report)];
        for (other, evidence) in found {
            let (own, _) = rest.iter().find(|(own, _)| own.as_slice() == other)?;
            chosen.push((own.as_slice(), evidence));
        }
        return Some(chosen);
    }
    distinct(rest, wanted)
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
    let insert = "INSERT INTO openings (entry, line) VALUES ($1, $2) ON CONFLICT (entry) DO UPDATE SET line = excluded.line";
    transaction.execute(insert, &[i64::try_from(entry).unwrap_or(i64::MAX).into(), line.into()])?;
    Ok(())
}

fn refused(cause: mimicred_escrow::Error) -> Error {
    Error::new(Code::OpeningRefused).because(cause)
}
