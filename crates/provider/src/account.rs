//! Accounts: who may have pseudonyms.

use mimicred_claims::{Key, Map, Value as Claim, is_about_token};
use mimicred_jose::json;
use mimicred_keys::Random;

use crate::database::{Row, Transaction, Value, first, transact};
use crate::keys::{open, seal, tag};
use crate::limits::{Bucket, Standing};
use crate::time::{day, hour};
use crate::{Code, Error, Provider};

/// Longest text of claims.
const MAX_CLAIMS: usize = 8 << 10;
const LIMITS: json::Limits = json::Limits { octets: MAX_CLAIMS, depth: 8, values: 256 };
/// Claims by which accounts are related.
const RELATING: [&str; 2] = ["email", "phone_number"];

/// How an account calls itself in the store.
pub(crate) type AccountId = [u8; 16];

/// Whether an account may do anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// It may.
    Active,
    /// It may not, until it is reinstated.
    Suspended,
    /// It is gone; its name is not given again.
    Deleted,
}

impl AccountState {
    /// Its name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            AccountState::Active => "active",
            AccountState::Suspended => "suspended",
            AccountState::Deleted => "deleted",
        }
    }

    pub(crate) const fn number(self) -> i64 {
        match self {
            AccountState::Active => 0,
            AccountState::Suspended => 1,
            AccountState::Deleted => 2,
        }
    }

    pub(crate) fn of(number: i64) -> Result<Self, Error> {
        match number {
            0 => Ok(AccountState::Active),
            1 => Ok(AccountState::Suspended),
            2 => Ok(AccountState::Deleted),
            _ => Err(Code::StoreDamaged.into()),
        }
    }
}

/// An account, as its provider sees it: counts, and not which pseudonyms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// The day it was made, in days since 1970.
    pub created_day: i64,
    /// Whether it may do anything.
    pub state: AccountState,
    /// What others think of it.
    pub reputation: i64,
    /// Pseudonyms that have not expired.
    pub live: u64,
    /// How many it could get now, by its bucket alone.
    pub ready: u64,
}

/// An account within a transaction.
pub(crate) struct Known {
    pub(crate) id: AccountId,
    pub(crate) name: String,
    pub(crate) created: i64,
    pub(crate) state: AccountState,
    pub(crate) reputation: i64,
    pub(crate) bucket: Bucket,
    pub(crate) claims: Vec<u8>,
}

const COLUMNS: &str = "id, name, created, state, reputation, tokens, refilled, claims";

impl Known {
    fn of(mut row: Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.array()?,
            name: row.text()?,
            created: row.int()?,
            state: AccountState::of(row.int()?)?,
            reputation: row.int()?,
            bucket: Bucket { tokens: row.count()?, refilled: row.int()? },
            claims: row.octets()?,
        })
    }

    pub(crate) fn named(transaction: &mut dyn Transaction, name: &str) -> Result<Self, Error> {
        let row = first(transaction, &format!("SELECT {COLUMNS} FROM accounts WHERE name = $1"), &[name.into()])?;
        row.map_or_else(|| Err(Code::AccountUnknown.into()), Self::of)
    }

    pub(crate) fn numbered(transaction: &mut dyn Transaction, id: &AccountId) -> Result<Self, Error> {
        let row = first(transaction, &format!("SELECT {COLUMNS} FROM accounts WHERE id = $1"), &[id.into()])?;
        row.map_or_else(|| Err(Code::StoreDamaged.into()), Self::of)
    }

    /// How it stands at this time.
    pub(crate) fn standing(&self, transaction: &mut dyn Transaction, now: i64) -> Result<Standing, Error> {
        let live = "SELECT CAST(COALESCE(SUM(pseudonyms), 0) AS BIGINT) FROM live WHERE account = $1 AND day > $2";
        let live = first(transaction, live, &[(&self.id).into(), day(now).into()])?;
        let live = live.map_or(Ok(0), |mut row| row.count())?;
        let age_days = u64::try_from(day(now).saturating_sub(self.created)).unwrap_or(0);
        Ok(Standing { live, age_days, reputation: self.reputation })
    }
}

impl Provider {
    /// Makes an account; `claims` is one JSON object of what tokens may say of its owner.
    ///
    /// # Errors
    /// [`Code::AccountExists`], [`Code::AccountUnusable`]; those of the store.
    pub fn add_account(&mut self, name: &str, claims: &str, now: i64, random: &mut dyn Random) -> Result<(), Error> {
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if !(1..=64).contains(&name.len()) || !name.chars().all(is_name) {
            return Err(Error::new(Code::AccountUnusable).note("its name"));
        }
        let read = read_claims(claims, self.config.digests)?;
        let mut id = AccountId::default();
        random.fill(&mut id)?;
        let sealed = seal(&self.secrets.claims, claims.as_bytes(), &id, random)?;
        let related: Vec<[u8; 32]> = relating(&read).iter().map(|text| tag(&self.secrets.related, text.as_bytes())).collect();
        let bucket = self.config.limits.full(hour(now));
        transact(&mut *self.database, |transaction| {
            let insert = "INSERT INTO accounts (id, name, created, state, reputation, tokens, refilled, claims) \
                VALUES ($1, $2, $3, 0, 0, $4, $5, $6) ON CONFLICT (name) DO NOTHING";
            let tokens = i64::try_from(bucket.tokens).unwrap_or(i64::MAX);
            let values: [Value; 6] =
                [(&id).into(), name.into(), day(now).into(), tokens.into(), bucket.refilled.into(), sealed.clone().into()];
            if transaction.execute(insert, &values)? == 0 {
                return Err(Code::AccountExists.into());
            }
            for tag in &related {
                transaction.execute("INSERT INTO related (tag, account) VALUES ($1, $2)", &[tag.into(), (&id).into()])?;
            }
            Ok(())
        })
    }

    /// What is known of an account.
    ///
    /// # Errors
    /// [`Code::AccountUnknown`]; those of the store.
    pub fn account(&mut self, name: &str, now: i64) -> Result<Account, Error> {
        let limits = self.config.limits;
        transact(&mut *self.database, |transaction| {
            let known = Known::named(transaction, name)?;
            let standing = known.standing(transaction, now)?;
            let ready = limits.refill(known.bucket, hour(now)).tokens / 1000;
            Ok(Account {
                name: known.name,
                created_day: known.created,
                state: known.state,
                reputation: known.reputation,
                live: standing.live,
                ready,
            })
        })
    }

    /// The names of accounts that come after this one, at most so many, in order.
    ///
    /// # Errors
    /// Those of the store.
    pub fn account_names(&mut self, after: &str, most: u32) -> Result<Vec<String>, Error> {
        transact(&mut *self.database, |transaction| {
            let names = "SELECT name FROM accounts WHERE name > $1 ORDER BY name LIMIT $2";
            let rows = transaction.query(names, &[after.into(), i64::from(most).into()])?;
            rows.into_iter().map(|mut row| row.text()).collect()
        })
    }

    /// The names of accounts that have an email address or telephone number in common with this one, in order.
    ///
    /// # Errors
    /// [`Code::AccountUnknown`]; those of the store.
    pub fn related_accounts(&mut self, name: &str) -> Result<Vec<String>, Error> {
        transact(&mut *self.database, |transaction| {
            let known = Known::named(transaction, name)?;
            let related = "SELECT DISTINCT accounts.name FROM related AS mine JOIN related AS theirs ON theirs.tag = mine.tag \
                JOIN accounts ON accounts.id = theirs.account WHERE mine.account = $1 AND theirs.account <> $1 ORDER BY accounts.name";
            let rows = transaction.query(related, &[(&known.id).into()])?;
            rows.into_iter().map(|mut row| row.text()).collect()
        })
    }

    /// Sets what others think of an account.
    ///
    /// # Errors
    /// [`Code::AccountUnknown`]; those of the store.
    pub fn set_reputation(&mut self, name: &str, reputation: i64) -> Result<(), Error> {
        transact(&mut *self.database, |transaction| {
            let update = "UPDATE accounts SET reputation = $1 WHERE name = $2";
            match transaction.execute(update, &[reputation.into(), name.into()])? {
                0 => Err(Code::AccountUnknown.into()),
                _ => Ok(()),
            }
        })
    }

    /// The claims of an account.
    pub(crate) fn claims_of(&self, known: &Known) -> Result<Map<'static>, Error> {
        let text = open(&self.secrets.claims, &known.claims, &known.id)?;
        let text = std::str::from_utf8(&text).map_err(|_| Error::new(Code::StoreDamaged))?;
        read_claims(text, self.config.digests).map_err(|cause| Error::new(Code::StoreDamaged).because(cause))
    }
}

/// Sets the state of an account that is not deleted. One that is deleted now loses its claims, its relations and what is being issued to it.
pub(crate) fn set_state(transaction: &mut dyn Transaction, known: &Known, state: AccountState) -> Result<(), Error> {
    if known.state == AccountState::Deleted {
        return Err(Code::AccountUnknown.into());
    }
    let id: Value = (&known.id).into();
    transaction.execute("UPDATE accounts SET state = $1 WHERE id = $2", &[state.number().into(), id.clone()])?;
    if state == AccountState::Deleted {
        transaction.execute("UPDATE accounts SET claims = $1 WHERE id = $2", &[Vec::new().into(), id.clone()])?;
        for table in ["work", "outbox"] {
            let forget = format!("DELETE FROM {table} WHERE batch IN (SELECT id FROM batches WHERE account = $1)");
            transaction.execute(&forget, std::slice::from_ref(&id))?;
        }
        for table in ["batches", "related", "nonces", "live"] {
            transaction.execute(&format!("DELETE FROM {table} WHERE account = $1"), std::slice::from_ref(&id))?;
        }
    }
    Ok(())
}

fn read_claims(text: &str, digests: usize) -> Result<Map<'static>, Error> {
    let unusable = |note: String| Error::new(Code::AccountUnusable).note(note);
    let claims = json::parse(text, &LIMITS).map_err(|cause| unusable("its claims".into()).because(cause))?;
    let Claim::Map(claims) = claims else { return Err(unusable("its claims are no object".into())) };
    let is_ours = |key: &&Key<'_>| matches!(key, Key::Text(name) if is_about_token(name));
    if let Some(Key::Text(name)) = claims.iter().map(|(key, _)| key).find(is_ours) {
        return Err(unusable(format!("{name} is said by the provider")));
    }
    if claims.len() > digests {
        return Err(unusable(format!("{} claims, where tokens have {digests} digests", claims.len())));
    }
    Ok(claims.into_owned())
}

/// What relates an account to others, each spelled in one way.
fn relating(claims: &Map<'_>) -> Vec<String> {
    let spelled = |name: &&str| {
        let text = claims.get(&Key::from(*name))?.as_text()?.trim().to_lowercase();
        let text = match *name {
            "phone_number" => text.chars().filter(|c| c.is_ascii_digit()).collect(),
            _ => text,
        };
        (!text.is_empty()).then(|| format!("{name}:{text}"))
    };
    RELATING.iter().filter_map(spelled).collect()
}
