//! The desk: where reports come in, a person decides, and remedies are ordered.
//!
//! It works with [`DeskKeys`] only. It finds the row of a pseudonym that it was told of, and sees what was said about that one; it cannot
//! go from there to an account or to another pseudonym, whatever the escrow mode. What concerns an account it orders, and
//! [`crate::Provider::apply`] carries it out.

mod opening;
mod remedy;
mod reports;

use crate::database::{Database, Transaction, first, transact};
use crate::keys::DeskKeys;
use crate::{Code, Config, Error, Urgency};

pub use opening::{Opened, Opening};
pub use remedy::{Reach, Remedy};
pub use reports::{Case, Report, ReportId, Signal, Verdict};

/// The desk.
pub struct Desk {
    pub(crate) config: Config,
    pub(crate) keys: DeskKeys,
    pub(crate) database: Box<dyn Database>,
}

/// Whether a pseudonym counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PseudonymState {
    /// It does.
    Live,
    /// It does not.
    Suspended,
}

impl PseudonymState {
    /// Its name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            PseudonymState::Live => "live",
            PseudonymState::Suspended => "suspended",
        }
    }

    pub(crate) const fn number(self) -> i64 {
        match self {
            PseudonymState::Live => 0,
            PseudonymState::Suspended => 1,
        }
    }

    fn of(number: i64) -> Result<Self, Error> {
        match number {
            0 => Ok(PseudonymState::Live),
            1 => Ok(PseudonymState::Suspended),
            _ => Err(Code::StoreDamaged.into()),
        }
    }
}

/// What the desk sees of a pseudonym.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pseudonym {
    /// Whether it counts.
    pub state: PseudonymState,
    /// The day on which it ends, in days since 1970.
    pub until_day: i64,
    /// What reports about it weigh that were not dismissed.
    pub weight: u64,
    /// Whether something waits to be done with its account.
    pub is_ordered: bool,
    /// Whether a change of its status waits to be published.
    pub is_changing: bool,
}

impl Desk {
    /// A desk at this store, which was opened with the keys' [`DeskKeys::key_check`].
    pub fn new(config: Config, keys: DeskKeys, database: Box<dyn Database>) -> Self {
        Self { config, keys, database }
    }

    /// The store.
    pub fn database(&mut self) -> &mut dyn Database {
        &mut *self.database
    }

    /// What is known of a pseudonym, by its URI.
    ///
    /// # Errors
    /// [`Code::PseudonymUnknown`]; those of the store.
    pub fn pseudonym(&mut self, uri: &str) -> Result<Pseudonym, Error> {
        let handle = self.keys.handle(uri);
        transact(&mut *self.database, |transaction| {
            let row = "SELECT state, until FROM pseudonyms WHERE handle = $1";
            let mut row = first(transaction, row, &[(&handle).into()])?.ok_or(Code::PseudonymUnknown)?;
            let (state, until_day) = (PseudonymState::of(row.int()?)?, row.int()?);
            let weight = "SELECT CAST(COALESCE(SUM(weight), 0) AS BIGINT) FROM reports WHERE handle = $1 AND verdict <> $2";
            let values = [(&handle).into(), Verdict::Dismissed.number().into()];
            let weight = first(transaction, weight, &values)?.map_or(Ok(0), |mut row| row.count())?;
            let mut has = |table: &str| {
                let row = format!("SELECT COUNT(*) FROM {table} WHERE handle = $1");
                Ok::<_, Error>(first(transaction, &row, &[(&handle).into()])?.map_or(Ok(0), |mut row| row.int())? > 0)
            };
            Ok(Pseudonym { state, until_day, weight, is_ordered: has("orders")?, is_changing: has("changes")? })
        })
    }

    /// Suspends a pseudonym, or lets it count again. It is published among decoys with the next publication, or at once.
    ///
    /// # Errors
    /// [`Code::PseudonymUnknown`]; those of the store.
    pub fn set_state(&mut self, uri: &str, state: PseudonymState, urgency: Urgency, now: i64) -> Result<(), Error> {
        let (handle, slot) = (self.keys.handle(uri), crate::status::slot(&self.config, now));
        transact(&mut *self.database, |transaction| change(transaction, &handle, state, urgency, slot + 1))
    }
}

/// Changes the state of a pseudonym, and files that for a publication. What was filed before and not published is replaced.
pub(crate) fn change(
    transaction: &mut dyn Transaction,
    handle: &[u8; 32],
    state: PseudonymState,
    urgency: Urgency,
    slot: i64,
) -> Result<(), Error> {
    let update = "UPDATE pseudonyms SET state = $1 WHERE handle = $2";
    if transaction.execute(update, &[state.number().into(), handle.into()])? == 0 {
        return Err(Code::PseudonymUnknown.into());
    }
    let file = "INSERT INTO changes (handle, value, slot, urgent) VALUES ($1, $2, $3, $4) ON CONFLICT (handle) DO UPDATE \
        SET value = excluded.value, slot = excluded.slot, urgent = excluded.urgent";
    let urgent = i64::from(urgency == Urgency::Emergency);
    transaction.execute(file, &[handle.into(), state.number().into(), slot.into(), urgent.into()])?;
    Ok(())
}
