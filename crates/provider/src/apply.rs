//! Carrying out what the desk ordered, for many accounts at a time and in no order.

use std::collections::{BTreeMap, BTreeSet};

use mimicred_keys::Random;

use crate::account::{AccountId, AccountState, Known, set_state};
use crate::credential::below;
use crate::database::{Transaction, successor, transact};
use crate::desk::{PseudonymState, Reach, Remedy, change};
use crate::escrow::Keeper;
use crate::time::day;
use crate::{Code, Config, Error, Provider, Urgency};

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
    /// Rows that could not be opened: orders that stay, and pseudonyms of which nobody can say whose they are.
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
        let (keeper, plan) = (&self.keeper, Plan::new(&self.config, now));
        transact(&mut *self.database, |transaction| {
            let mut applied = Applied::default();
            let todo = orders(transaction, keeper, now, &mut applied)?;
            carry_out(transaction, keeper, &todo, &plan, &mut applied, random)?;
            Ok(applied)
        })
    }

    /// Does at once to an account, by its name, what could be ordered by one of its pseudonyms. Where nothing leads from pseudonyms to their
    /// account without custodians, or at all, its pseudonyms count until they expire.
    ///
    /// # Errors
    /// [`Code::AccountUnknown`], also for a deleted one; those of the store. Then nothing was done.
    pub fn act(
        &mut self,
        account: &str,
        remedy: Remedy,
        reach: Reach,
        urgency: Urgency,
        now: i64,
        random: &mut dyn Random,
    ) -> Result<Applied, Error> {
        let (keeper, plan) = (&self.keeper, Plan::new(&self.config, now));
        transact(&mut *self.database, |transaction| {
            let known = Known::named(transaction, account)?;
            if known.state == AccountState::Deleted {
                return Err(Code::AccountUnknown.into());
            }
            let accounts = reached(transaction, &known.id, reach)?;
            let todo = accounts.into_iter().map(|account| (account, Todo { remedy, urgency })).collect();
            let mut applied = Applied::default();
            carry_out(transaction, keeper, &todo, &plan, &mut applied, random)?;
            Ok(applied)
        })
    }
}

/// How remedies reach pseudonyms.
struct Plan {
    /// Whether they do at all.
    leads_to_accounts: bool,
    /// When changes of status are published.
    slot: i64,
    spread: u32,
}

impl Plan {
    fn new(config: &Config, now: i64) -> Self {
        let leads_to_accounts = config.escrow.leads_to_accounts();
        Self { leads_to_accounts, slot: crate::status::slot(config, now), spread: config.status.spread }
    }
}

fn carry_out(
    transaction: &mut dyn Transaction,
    keeper: &Keeper,
    todo: &BTreeMap<AccountId, Todo>,
    plan: &Plan,
    applied: &mut Applied,
    random: &mut dyn Random,
) -> Result<(), Error> {
    for (account, Todo { remedy, .. }) in todo {
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
    let is_for_accounts_only = todo.values().all(|todo| todo.remedy == Remedy::SuspendAccount);
    if is_for_accounts_only || !plan.leads_to_accounts {
        return Ok(());
    }
    for (handle, account) in pseudonyms_of(transaction, keeper, todo, applied)? {
        let Some(Todo { remedy, urgency }) = todo.get(&account) else { continue };
        let state = match remedy {
            Remedy::SuspendAccount => continue,
            Remedy::SuspendEverywhere | Remedy::DeleteAccount => PseudonymState::Suspended,
            Remedy::Reinstate => PseudonymState::Live,
        };
        // Each with a publication of its own choice, so that they do not show together what they have in common (B-18).
        let slot = plan.slot + 1 + i64::from(below(plan.spread, random)?);
        change(transaction, &handle, state, *urgency, slot)?;
        applied.pseudonyms += 1;
    }
    Ok(())
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
        let reach = if is_related { Reach::Related } else { Reach::Account };
        for account in reached(transaction, &account, reach)? {
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

/// The account, and those that are related to it if they are meant as well.
fn reached(transaction: &mut dyn Transaction, account: &AccountId, reach: Reach) -> Result<BTreeSet<AccountId>, Error> {
    let mut accounts = BTreeSet::from([*account]);
    if reach == Reach::Related {
        let related = "SELECT DISTINCT theirs.account FROM related AS mine JOIN related AS theirs ON theirs.tag = mine.tag \
            WHERE mine.account = $1";
        for mut row in transaction.query(related, &[account.into()])? {
            accounts.insert(row.array()?);
        }
    }
    Ok(accounts)
}

/// The pseudonyms of these accounts. Where rows are sealed, every one is opened for it, once for all accounts.
fn pseudonyms_of(
    transaction: &mut dyn Transaction,
    keeper: &Keeper,
    todo: &BTreeMap<AccountId, Todo>,
    applied: &mut Applied,
) -> Result<Vec<([u8; 32], AccountId)>, Error> {
    let mut found = Vec::new();
    let some = "SELECT handle, escrow FROM pseudonyms WHERE handle >= $1 ORDER BY handle LIMIT $2";
    let mut next = Some([0; 32]);
    while let Some(from) = next.take() {
        for mut row in transaction.query(some, &[(&from).into(), SOME.into()])? {
            let handle: [u8; 32] = row.array()?;
            next = successor(handle);
            match keeper.account(&row.octets()?, &handle) {
                Ok(account) if todo.contains_key(&account) => found.push((handle, account)),
                Ok(_) => {}
                Err(error) if error.code() == Code::EscrowDamaged => applied.failed += 1,
                Err(error) => return Err(error),
            }
        }
    }
    Ok(found)
}
