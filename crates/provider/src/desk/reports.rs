//! Reports: what others say about a pseudonym, and what a person decides about that.

use mimicred_keys::Random;

use super::Desk;
use crate::database::{Row, first, transact};
use crate::time::day;
use crate::{Abuse, Code, Error};

/// Most octets of a hub's name.
const MAX_HUB: usize = 253;

/// What leads somebody to report a pseudonym.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// A user complains. It may be a mistake, or malice.
    Report,
    /// A moderator removed it from a room, for reasons that nobody else knows.
    Kick,
    /// A moderator banned it from a room, for reasons that nobody else knows.
    Ban,
    /// The hub finds the rate or the pattern of what it does suspicious.
    Anomaly,
}

impl Signal {
    /// Every signal.
    pub const ALL: [Signal; 4] = [Signal::Report, Signal::Kick, Signal::Ban, Signal::Anomaly];

    /// Its name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Signal::Report => "report",
            Signal::Kick => "kick",
            Signal::Ban => "ban",
            Signal::Anomaly => "anomaly",
        }
    }

    /// The signal of this name.
    pub fn named(name: &str) -> Option<Self> {
        Signal::ALL.into_iter().find(|signal| signal.name() == name)
    }

    const fn number(self) -> i64 {
        match self {
            Signal::Report => 0,
            Signal::Kick => 1,
            Signal::Ban => 2,
            Signal::Anomaly => 3,
        }
    }

    fn of(number: i64) -> Result<Self, Error> {
        Signal::ALL.into_iter().find(|signal| signal.number() == number).ok_or_else(|| Code::StoreDamaged.into())
    }

    const fn weight(self, weights: &Abuse) -> u32 {
        match self {
            Signal::Report => weights.report,
            Signal::Kick => weights.kick,
            Signal::Ban => weights.ban,
            Signal::Anomaly => weights.anomaly,
        }
    }
}

/// What a person decided about a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing yet.
    Open,
    /// It is true.
    Upheld,
    /// It is not, or does not matter.
    Dismissed,
}

impl Verdict {
    /// Its name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Open => "open",
            Verdict::Upheld => "upheld",
            Verdict::Dismissed => "dismissed",
        }
    }

    pub(crate) const fn number(self) -> i64 {
        match self {
            Verdict::Open => 0,
            Verdict::Upheld => 1,
            Verdict::Dismissed => 2,
        }
    }

    fn of(number: i64) -> Result<Self, Error> {
        let all = [Verdict::Open, Verdict::Upheld, Verdict::Dismissed];
        all.into_iter().find(|verdict| verdict.number() == number).ok_or_else(|| Code::StoreDamaged.into())
    }
}

/// By what a report is called: random.
pub type ReportId = [u8; 16];

/// What is said about a pseudonym.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The URI of the pseudonym.
    pub pseudonym: String,
    /// What led to it.
    pub signal: Signal,
    /// The hub that says so.
    pub hub: String,
    /// Something that is the same for all reports from one room, and tells nothing else of it.
    pub room: [u8; 32],
    /// Something that is the same for all reports by one user in all rooms of the hub, and tells nothing else of her.
    pub reporter: [u8; 32],
}

/// A report that the desk has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// By what it is called.
    pub id: ReportId,
    /// By what its pseudonym is called at the desk.
    pub handle: [u8; 32],
    /// What led to it.
    pub signal: Signal,
    /// What it weighs.
    pub weight: u64,
    /// The hub that says so.
    pub hub: String,
    /// The day on which it came, in days since 1970.
    pub day: i64,
    /// What was decided.
    pub verdict: Verdict,
    /// What all reports about its pseudonym weigh that were not dismissed.
    pub total: u64,
}

impl Desk {
    /// Takes a report, if the pseudonym is one of ours. What one reporter says of one pseudonym in one room counts once.
    ///
    /// # Errors
    /// [`Code::PseudonymUnknown`], [`Code::ReportUnusable`]; those of the store.
    pub fn report(&mut self, report: &Report, now: i64, random: &mut dyn Random) -> Result<ReportId, Error> {
        if !(1..=MAX_HUB).contains(&report.hub.len()) {
            return Err(Error::new(Code::ReportUnusable).note("the name of the hub"));
        }
        self.pseudonym(&report.pseudonym)?;
        let handle = self.keys.handle(&report.pseudonym);
        let mut id = ReportId::default();
        random.fill(&mut id)?;
        let weight = i64::from(report.signal.weight(&self.config.abuse));
        transact(&mut *self.database, |transaction| {
            // Of two signals by one reporter the heavier one counts.
            let insert = "INSERT INTO reports (id, handle, signal, weight, room, reporter, hub, day, verdict) \
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0) ON CONFLICT (handle, room, reporter) DO UPDATE \
                SET signal = excluded.signal, weight = excluded.weight WHERE excluded.weight > reports.weight";
            let values = [
                (&id).into(),
                (&handle).into(),
                report.signal.number().into(),
                weight.into(),
                (&report.room).into(),
                (&report.reporter).into(),
                report.hub.as_str().into(),
                day(now).into(),
            ];
            transaction.execute(insert, &values)?;
            let filed = "SELECT id FROM reports WHERE handle = $1 AND room = $2 AND reporter = $3";
            let values = [(&handle).into(), (&report.room).into(), (&report.reporter).into()];
            first(transaction, filed, &values)?.map_or_else(|| Err(Code::StoreIo.into()), |mut row| row.array())
        })
    }

    /// The reports about which nothing was decided, those about the pseudonyms with most weight first.
    ///
    /// # Errors
    /// Those of the store.
    pub fn open_cases(&mut self, most: u32) -> Result<Vec<Case>, Error> {
        transact(&mut *self.database, |transaction| {
            let cases = "SELECT reports.id, reports.handle, reports.signal, reports.weight, reports.hub, reports.day, reports.verdict, \
                totals.total FROM reports JOIN (SELECT handle, CAST(SUM(weight) AS BIGINT) AS total FROM reports WHERE verdict <> 2 \
                GROUP BY handle) AS totals ON totals.handle = reports.handle WHERE reports.verdict = 0 \
                ORDER BY totals.total DESC, reports.handle, reports.id LIMIT $1";
            transaction.query(cases, &[i64::from(most).into()])?.into_iter().map(case).collect()
        })
    }

    /// Decides about a report.
    ///
    /// # Errors
    /// [`Code::ReportUnknown`]; those of the store.
    pub fn decide(&mut self, id: &ReportId, verdict: Verdict) -> Result<(), Error> {
        transact(&mut *self.database, |transaction| {
            let update = "UPDATE reports SET verdict = $1 WHERE id = $2";
            match transaction.execute(update, &[verdict.number().into(), id.into()])? {
                0 => Err(Code::ReportUnknown.into()),
                _ => Ok(()),
            }
        })
    }
}

fn case(mut row: Row) -> Result<Case, Error> {
    Ok(Case {
        id: row.array()?,
        handle: row.array()?,
        signal: Signal::of(row.int()?)?,
        weight: row.count()?,
        hub: row.text()?,
        day: row.int()?,
        verdict: Verdict::of(row.int()?)?,
        total: row.count()?,
    })
}
