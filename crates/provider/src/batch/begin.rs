//! From requests to an accepted batch.

use mimicred_keys::Random;
use mimicred_x509::IssuanceBinding;

use super::collect::{Asked, collect};
use super::{Batch, piece};
use crate::account::{AccountId, AccountState, Known};
use crate::config::Format;
use crate::database::{Transaction, Value, first, transact};
use crate::keys::{Secret, tag};
use crate::time::{HOUR, day, hour, validity};
use crate::{Code, Error, Provider, UnverifiedProof};

impl Provider {
    /// A nonce for one batch of this account. It is in the store as a keyed hash only.
    ///
    /// # Errors
    /// [`Code::AccountUnknown`], also for one that may do nothing; those of the store.
    pub fn nonce(&mut self, account: &str, now: i64, random: &mut dyn Random) -> Result<[u8; 32], Error> {
        let mut nonce = [0; 32];
        random.fill(&mut nonce)?;
        let tag = tag(&self.secrets.nonces, &nonce);
        let expires = (hour(now) + i64::from(self.config.nonce_hours)) * HOUR;
        transact(&mut *self.database, |transaction| {
            let known = Known::named(transaction, account)?;
            if known.state != AccountState::Active {
                return Err(Code::AccountUnknown.into());
            }
            let insert = "INSERT INTO nonces (tag, account, expires) VALUES ($1, $2, $3)";
            transaction.execute(insert, &[(&tag).into(), (&known.id).into(), expires.into()])?;
            Ok(())
        })?;
        Ok(nonce)
    }

    /// Takes the requests of a batch: all of them, or none. Called again with the same nonce and the same requests, in any order, it
    /// gives the batch that it gave before, as long as that was not acknowledged.
    ///
    /// # Errors
    /// [`Code::NonceUnknown`], [`Code::ProofInvalid`] and [`Code::ProofMalformed`] with the number of the request, [`Code::KeyReused`],
    /// [`Code::BatchSize`], [`Code::BatchDiffers`], [`Code::Refused`] if the account may not have so many; those of the store. Nothing was
    /// used up then, the nonce neither.
    pub fn begin(
        &mut self,
        nonce: &[u8],
        requests: impl IntoIterator<Item = Result<UnverifiedProof, Error>>,
        now: i64,
        random: &mut dyn Random,
    ) -> Result<Batch, Error> {
        let id = tag(&self.secrets.nonces, nonce);
        // Before anything is read: whoever has no nonce costs no more than this.
        transact(&mut *self.database, |transaction| match accepted(transaction, &id)? {
            Some(_) => Ok(()),
            None => waiting(transaction, &id, now).map(|_| ()),
        })?;
        let binding = IssuanceBinding { issuer: &self.config.issuer, nonce };
        let asked = collect(requests, &binding, &self.secrets.seen, self.config.batch)?;
        self.accept(&id, &Prepared::new(&self.secrets.seen, &id, asked, random)?, now)
    }

    /// The batch that a nonce began, if it was accepted and not acknowledged.
    ///
    /// # Errors
    /// Those of the store.
    pub fn batch(&mut self, nonce: &[u8]) -> Result<Option<Batch>, Error> {
        let id = tag(&self.secrets.nonces, nonce);
        transact(&mut *self.database, |transaction| Ok(accepted(transaction, &id)?.map(|(batch, _)| batch)))
    }

    /// The point of no return.
    fn accept(&mut self, id: &[u8; 32], prepared: &Prepared, now: i64) -> Result<Batch, Error> {
        let Prepared { total, fingerprint, salt, seen, work } = prepared;
        let (limits, formats) = (self.config.limits, Format::bits(&self.config.formats));
        let (from, until) = validity(now, self.config.period_days, self.config.lifetime_days);
        transact(&mut *self.database, |transaction| {
            if let Some((batch, known)) = accepted(transaction, id)? {
                return if known == *fingerprint { Ok(batch) } else { Err(Code::BatchDiffers.into()) };
            }
            let account = waiting(transaction, id, now)?;
            transaction.execute("DELETE FROM nonces WHERE tag = $1", &[id.into()])?;
            let known = Known::numbered(transaction, &account)?;
            let standing = known.standing(transaction, now)?;
            let bucket = limits.take(limits.refill(known.bucket, hour(now)), standing, *total);
            let Some(bucket) = bucket.filter(|_| known.state == AccountState::Active) else { return Err(Code::Refused.into()) };
            let tokens = i64::try_from(bucket.tokens).unwrap_or(i64::MAX);
            let update = "UPDATE accounts SET tokens = $1, refilled = $2 WHERE id = $3";
            transaction.execute(update, &[tokens.into(), bucket.refilled.into(), (&account).into()])?;

            // mimi-mls.md 4.5 B-4 and B-22: every key is a fresh one.
            let marked = transaction.insert_new("seen", &["tag"], 1, seen)?;
            if marked.contains(&false) {
                return Err(Code::KeyReused.into());
            }
            transaction.insert("work", &["piece", "batch", "count", "keys"], work)?;
            let count = i64::try_from(*total).unwrap_or(i64::MAX);
            let insert = "INSERT INTO batches (id, account, formats, total, fingerprint, salt, valid_from, valid_until) \
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
            let account: Value = (&account).into();
            let values = [id.into(), account.clone(), formats.into(), count.into(), fingerprint.into(), salt.into()];
            transaction.execute(insert, &[&values[..], &[from.into(), until.into()]].concat())?;
            let live = "INSERT INTO live (account, day, pseudonyms) VALUES ($1, $2, $3) \
                ON CONFLICT (account, day) DO UPDATE SET pseudonyms = live.pseudonyms + excluded.pseudonyms";
            transaction.execute(live, &[account, day(until).into(), count.into()])?;
            let (batch, _) = accepted(transaction, id)?.ok_or(Code::StoreDamaged)?;
            Ok(batch)
        })
    }
}

/// What a batch will have in the store.
struct Prepared {
    total: u64,
    /// The same for the same keys in any order, and for no others that anybody could find.
    fingerprint: [u8; 32],
    /// Of what its credentials will be sealed under.
    salt: [u8; 32],
    /// Rows that mark its keys as seen, in the order in which they will lie.
    seen: Vec<Vec<Value>>,
    /// Its pieces, each of some keys in random order.
    work: Vec<Vec<Value>>,
}

impl Prepared {
    fn new(seen: &Secret, id: &[u8; 32], asked: Vec<Asked>, random: &mut dyn Random) -> Result<Self, Error> {
        let total = u64::try_from(asked.len()).unwrap_or(u64::MAX);
        let mut salt = [0; 32];
        random.fill(&mut salt)?;
        let mut tags: Vec<[u8; 32]> = asked.iter().map(|asked| asked.tag).collect();
        tags.sort_unstable();
        let fingerprint = tag(seen, &[b"fingerprint", &id[..], tags.as_flattened()].concat());
        let seen = tags.iter().map(|tag| vec![tag.into()]).collect();

        let mut lots = vec![[0; 16]; asked.len()];
        random.fill(lots.as_flattened_mut())?;
        let mut keys: Vec<([u8; 16], Vec<u8>)> = lots.into_iter().zip(asked.into_iter().map(|asked| asked.key)).collect();
        keys.sort_unstable();
        let pieces = keys.chunks(piece::KEYS).map(|some| {
            let packed = piece::pack(some.iter().map(|(_, key)| key.as_slice()));
            work_row(id, packed, some.len(), random)
        });
        Ok(Self { total, fingerprint, salt, seen, work: pieces.collect::<Result<_, _>>()? })
    }
}

/// A row of `work`: so many keys that have no credential yet.
pub(super) fn work_row(id: &[u8; 32], keys: Vec<u8>, count: usize, random: &mut dyn Random) -> Result<Vec<Value>, Error> {
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    Ok(vec![piece::number(random)?.into(), id.into(), count.into(), keys.into()])
}

/// The account that has this nonce and did not use it.
fn waiting(transaction: &mut dyn Transaction, id: &[u8; 32], now: i64) -> Result<AccountId, Error> {
    let nonce = "SELECT account FROM nonces WHERE tag = $1 AND expires > $2";
    let row = first(transaction, nonce, &[id.into(), now.into()])?;
    row.map_or_else(|| Err(Code::NonceUnknown.into()), |mut row| row.array())
}

/// The batch of this number, and its fingerprint.
fn accepted(transaction: &mut dyn Transaction, id: &[u8; 32]) -> Result<Option<(Batch, [u8; 32])>, Error> {
    let batch = "SELECT account, formats, total, valid_from, valid_until, fingerprint FROM batches WHERE id = $1";
    let Some(mut row) = first(transaction, batch, &[id.into()])? else { return Ok(None) };
    let batch = Batch {
        id: *id,
        account: row.array()?,
        formats: Format::of_bits(row.int()?)?,
        total: row.count()?,
        valid: (row.int()?, row.int()?),
    };
    Ok(Some((batch, row.array()?)))
}
