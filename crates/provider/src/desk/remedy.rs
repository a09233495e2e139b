//! What can be done with the account behind a pseudonym.

use super::Desk;
use crate::database::transact;
use crate::time::day;
use crate::{Code, Error, Urgency};

/// A remedy that needs the provider of the account; what a hub does alone is not among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// The account may do nothing more; its pseudonyms stay where they are.
    SuspendAccount,
    /// The account and all its pseudonyms: every hub that looks at status removes them from its rooms, and nobody is told which rooms.
    SuspendEverywhere,
    /// The account is deleted, and all its pseudonyms are suspended.
    DeleteAccount,
    /// The account and all its pseudonyms count again.
    Reinstate,
}

impl Remedy {
    /// Every remedy.
    pub const ALL: [Remedy; 4] = [Remedy::SuspendAccount, Remedy::SuspendEverywhere, Remedy::DeleteAccount, Remedy::Reinstate];

    /// Its name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Remedy::SuspendAccount => "suspend-account",
            Remedy::SuspendEverywhere => "suspend-everywhere",
            Remedy::DeleteAccount => "delete-account",
            Remedy::Reinstate => "reinstate",
        }
    }

    pub(crate) const fn number(self) -> i64 {
        match self {
            Remedy::SuspendAccount => 0,
            Remedy::SuspendEverywhere => 1,
            Remedy::DeleteAccount => 2,
            Remedy::Reinstate => 3,
        }
    }

    pub(crate) fn of(number: i64) -> Result<Self, Error> {
        Remedy::ALL.into_iter().find(|remedy| remedy.number() == number).ok_or_else(|| Code::StoreDamaged.into())
    }
}

/// Whom a remedy concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The account.
    Account,
    /// The account, and those that have an email address or a telephone number in common with it.
    Related,
}

impl Desk {
    /// Orders a remedy for the account behind a pseudonym. It replaces what was ordered by the same pseudonym and not done.
    ///
    /// # Errors
    /// [`Code::PseudonymUnknown`]; [`Code::EscrowUnsupported`] where nothing leads from a pseudonym to its account without custodians, or at
    /// all; those of the store.
    pub fn order(&mut self, uri: &str, remedy: Remedy, reach: Reach, urgency: Urgency, now: i64) -> Result<(), Error> {
        let mode = self.config.escrow;
        if !mode.leads_to_accounts() {
            return Err(Error::new(Code::EscrowUnsupported).note(format!("escrow mode {}", mode.name())));
        }
        self.pseudonym(uri)?;
        let handle = self.keys.handle(uri);
        transact(&mut *self.database, |transaction| {
            let insert = "INSERT INTO orders (handle, remedy, related, urgent, day) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (handle) \
                DO UPDATE SET remedy = excluded.remedy, related = excluded.related, urgent = excluded.urgent, day = excluded.day";
            let related = i64::from(reach == Reach::Related);
            let urgent = i64::from(urgency == Urgency::Emergency);
            let values = [(&handle).into(), remedy.number().into(), related.into(), urgent.into(), day(now).into()];
            transaction.execute(insert, &values)?;
            Ok(())
        })
    }
}
