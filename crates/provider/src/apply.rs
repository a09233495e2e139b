//! Carrying out what the desk ordered, for many accounts at a time and in no order.

use std::collections::{BTreeMap, BTreeSet};

use mimicred_keys::Random;

use crate::account::{AccountId, AccountState, Known, set_state};
use crate::credential::below;
use crate::database::{Transaction, transact};
use crate::desk::{PseudonymState, Remedy, change};
use crate::escrow::Keeper;
use crate::time::day;
use crate::{Code, Error, Provider, Urgency};

/// So many rows are looked at at a time.
const SOME: i64 = 1000;

/// How much was done; not with whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Orders that were carried out.
    pub orders: u64,
    /// Accounts that they changed.
    pub accounts: u64,
    /// Pseudonyms that they changed.
    pub pseudonyms: u64,
    /// Orders that wait for another day.
    pub waiting: u64,
    /// Orders whose rows could not be opened; they stay.
    pub failed: u64,
}

/// What is to be done with one account.
#[derive(Clone, Copy)]
struct Todo {
    remedy: Remedy,
    urgency: Urgency,
}

impl Provider {
    /// Carries out the orders of earlier days, and urgent ones, all at once. Whoever ordered is told numbers only.
    ///
    /// # Errors
    /// Those of the store; then nothing was done.
    pub fn apply(&mut self, now: i64, random: &mut dyn Random) -> Result<Applied, Error> {
        let spread = self.config.status.spread;
        let slot = crate::status::slot(&self.config, now);
        let keeper = &self.keeper;
        transact(&mut *self.database, |transaction| {
            let mut applied = Applied::default();
            let todo = orders(transaction, keeper, now, &mut applied)?;
            for (account, Todo { remedy, .. }) in &todo {
                let known = Known::numbered(transaction, account)?;
                let state = match remedy {
                    Remedy::SuspendAccount | Remedy::SuspendEverywhere => AccountState::Suspended,
                    Remedy::DeleteAccount => AccountState::Deleted,
                    Remedy::Reinstate => AccountState::Active,
                };
                if known.state != AccountState::Deleted && known.state != state {
                    set_state(transaction, &known, state)?;
                    applied.accounts += 1;
                }
            }
            for (handle, account) in pseudonyms_of(transaction, keeper, &todo)? {
                let Some(Todo { remedy, urgency }) = todo.get(&account) else { continue };
                let state = match remedy {
                    Remedy::SuspendAccount => continue,
                    Remedy::SuspendEverywhere | Remedy::DeleteAccount => PseudonymState::Suspended,
                    Remedy::Reinstate => PseudonymState::Live,
                };
                // Each with a publication of its own choice, so that they do not show together what they have in common (B-18).
                let slot = slot + 1 + i64::from(below(spread, random)?);
                change(transaction, &handle, state, *urgency, slot)?;
                applied.pseudonyms += 1;
            }
            Ok(applied)
        })
    }
}

/// What is to be done with which account, and forgets the orders.
fn orders(
    transaction: &mut dyn Transaction,
    keeper: &Keeper,
    now: i64,
    applied: &mut Applied,
) -> Result<BTreeMap<AccountId, Todo>, Error> {
    let orders = "SELECT orders.handle, orders.remedy, orders.related, orders.urgent, orders.day, pseudonyms.escrow FROM orders \
        JOIN pseudonyms ON pseudonyms.handle = orders.handle ORDER BY orders.handle";
    let mut todo = BTreeMap::new();
    for mut row in transaction.query(orders, &[])? {
        let handle: [u8; 32] = row.array()?;
        let remedy = Remedy::of(row.int()?)?;
        let (is_related, is_urgent, ordered) = (row.int()? != 0, row.int()? != 0, row.int()?);
        if ordered >= day(now) && !is_urgent {
            applied.waiting += 1;
            continue;
        }
        let account = match keeper.account(&row.octets()?, &handle) {
            Ok(account) => account,
            Err(error) if error.code() == Code::EscrowDamaged => {
                applied.failed += 1;
                continue;
            }
            Err(error) => return Err(error),
        };
        let urgency = if is_urgent { Urgency::Emergency } else { Urgency::Ordinary };
        let mut accounts = BTreeSet::from([account]);
        if is_related {
            accounts.extend(related(transaction, &account)?);
        }
        for account in accounts {
            todo.entry(account)
                .and_modify(|todo| *todo = heavier(*todo, Todo { remedy, urgency }))
                .or_insert(Todo { remedy, urgency });
        }
        transaction.execute("DELETE FROM orders WHERE handle = $1", &[(&handle).into()])?;
        applied.orders += 1;
    }
    Ok(todo)
}

/// Of two orders for one account by two pseudonyms, the one that does more; reinstating yields to everything.
fn heavier(one: Todo, other: Todo) -> Todo {
    let weight = |todo: &Todo| match todo.remedy {
        Remedy::Reinstate => 0,
        Remedy::SuspendAccount => 1,
        Remedy::SuspendEverywhere => 2,
        Remedy::DeleteAccount => 3,
    };
    let is_urgent = one.urgency == Urgency::Emergency || other.urgency == Urgency::Emergency;
    let urgency = if is_urgent { Urgency::Emergency } else { Urgency::Ordinary };
    Todo { urgency, ..if weight(&other) > weight(&one) { other } else { one } }
}

fn related(transaction: &mut dyn Transaction, account: &AccountId) -> Result<Vec<AccountId>, Error> {
    let related = "SELECT DISTINCT theirs.account FROM related AS mine JOIN related AS theirs ON theirs.tag = mine.tag \
        WHERE mine.account = $1";
    transaction.query(related, &[account.into()])?.into_iter().map(|mut row| row.array()).collect()
}

/// The pseudonyms of these accounts. Where rows are sealed, every one is opened for it, once for all accounts.
fn pseudonyms_of(
    transaction: &mut dyn Transaction,
    keeper: &Keeper,
    todo: &BTreeMap<AccountId, Todo>,
) -> Result<Vec<([u8; 32], AccountId)>, Error> {
    let mut found = Vec::new();
    if todo.values().all(|todo| todo.remedy == Remedy::SuspendAccount) {
        return Ok(found);
    }
    let mut last: Option<[u8; 32]> = None;
    loop {
        let some = match last {
            None => "SELECT handle, escrow FROM pseudonyms WHERE handle >= $1 ORDER BY handle LIMIT $2",
            Some(_) => "SELECT handle, escrow FROM pseudonyms WHERE handle > $1 ORDER BY handle LIMIT $2",
        };
        let rows = transaction.query(some, &[(&last.unwrap_or([0; 32])).into(), SOME.into()])?;
        if rows.is_empty() {
            return Ok(found);
        }
        for mut row in rows {
            let handle: [u8; 32] = row.array()?;
            last = Some(handle);
            match keeper.account(&row.octets()?, &handle) {
                Ok(account) if todo.contains_key(&account) => found.push((handle, account)),
                _ => {}
            }
        }
    }
}
