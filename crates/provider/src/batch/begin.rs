//! From requests to an accepted batch.

use mimicred_keys::{PublicKey, Random};
use mimicred_x509::IssuanceBinding;
use rayon::prelude::*;

use super::{ACCEPTED, Batch, COLLECTING, SOME, SOME_ROWS};
use crate::account::{AccountId, AccountState, Known};
use crate::config::Format;
use crate::database::{Transaction, Value, first, successor, transact};
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
        let known = transact(&mut *self.database, |transaction| opened(transaction, &id, now))?;
        let mut token = [0; 32];
        random.fill(&mut token)?;
        let mut collected = Collected { id, total: 0, sum: [0; 32], token, keeps: known.is_none() };
        if known.is_none() {
            let formats = Format::bits(&self.config.formats);
            let valid = validity(now, self.config.period_days, self.config.lifetime_days);
            transact(&mut *self.database, |transaction| start(transaction, &id, &token, formats, hour(now), valid))?;
        }
        let result = self.collect(nonce, requests, &mut collected, random).and_then(|()| match &known {
            Some((batch, fingerprint)) if *fingerprint == collected.sum => Ok(batch.clone()),
            Some(_) => Err(Code::BatchDiffers.into()),
            None => self.accept(&collected, now),
        });
        if result.is_err() && known.is_none() {
            // If that fails, the next batch of this nonce sweeps it up.
            let _ = transact(&mut *self.database, |transaction| {
                if is_ours(transaction, &id, &token)? { discard(transaction, &id) } else { Ok(()) }
            });
        }
        result
    }

    /// The batch that a nonce began, if it was accepted and not acknowledged.
    ///
    /// # Errors
    /// Those of the store.
    pub fn batch(&mut self, nonce: &[u8]) -> Result<Option<Batch>, Error> {
        let id = tag(&self.secrets.nonces, nonce);
        transact(&mut *self.database, |transaction| Ok(accepted(transaction, &id)?.map(|(batch, _)| batch)))
    }

    /// Verifies the requests and files their keys.
    fn collect(
        &mut self,
        nonce: &[u8],
        requests: impl IntoIterator<Item = Result<UnverifiedProof, Error>>,
        collected: &mut Collected,
        random: &mut dyn Random,
    ) -> Result<(), Error> {
        let mut requests = requests.into_iter();
        let (seen, most) = (self.secrets.seen.clone(), self.config.batch);
        loop {
            let mut some = Vec::with_capacity(SOME);
            for request in requests.by_ref().take(SOME) {
                some.push(request?);
            }
            if some.is_empty() {
                break;
            }
            let binding = IssuanceBinding { issuer: &self.config.issuer, nonce };
            let verified: Vec<Result<PublicKey, Error>> = some.par_iter().map(|request| request.verify(&binding)).collect();
            let mut rows = Vec::with_capacity(some.len());
            for (n, key) in verified.into_iter().enumerate() {
                let number = usize::try_from(collected.total).unwrap_or(usize::MAX).saturating_add(n);
                let key = key.map_err(|error| error.at(mimicred_error::At::Item(number)))?.to_spki_der();
                add(&mut collected.sum, &fingerprint(&seen, &collected.id, &key));
                let mut item = [0; 16];
                random.fill(&mut item)?;
                rows.push((item, key));
            }
            collected.total += u64::try_from(rows.len()).unwrap_or(u64::MAX);
            if collected.total > most {
                return Err(Error::new(Code::BatchSize).note(format!("more than {most}")));
            }
            if collected.keeps {
                rows.sort_unstable();
                let (id, token) = (collected.id, collected.token);
                let values: Vec<Vec<Value>> =
                    rows.into_iter().map(|(item, key)| vec![(&id).into(), (&item).into(), key.into()]).collect();
                transact(&mut *self.database, |transaction| {
                    if !is_ours(transaction, &id, &token)? {
                        return Err(taken_over());
                    }
                    transaction.execute_each("INSERT INTO work (batch, item, key) VALUES ($1, $2, $3)", &values)
                })?;
            }
        }
        if collected.total == 0 { Err(Error::new(Code::BatchSize).note("no request")) } else { Ok(()) }
    }

    /// The point of no return.
    fn accept(&mut self, collected: &Collected, now: i64) -> Result<Batch, Error> {
        let Collected { id, total, sum, token, .. } = collected;
        let (limits, seen) = (self.config.limits, self.secrets.seen.clone());
        transact(&mut *self.database, |transaction| {
            if !is_ours(transaction, id, token)? {
                return Err(taken_over());
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

            if mark_seen(transaction, id, &seen)? != *total {
                return Err(taken_over());
            }
            let count = i64::try_from(*total).unwrap_or(i64::MAX);
            let update = "UPDATE batches SET state = $1, total = $2, fingerprint = $3 WHERE id = $4 AND state = $5";
            let values = [ACCEPTED.into(), count.into(), sum.into(), id.into(), COLLECTING.into()];
            if transaction.execute(update, &values)? != 1 {
                return Err(Code::NonceUnknown.into());
            }
            let (batch, _) = accepted(transaction, id)?.ok_or(Code::StoreDamaged)?;
            let live = "INSERT INTO live (account, day, pseudonyms) VALUES ($1, $2, $3) \
                ON CONFLICT (account, day) DO UPDATE SET pseudonyms = live.pseudonyms + excluded.pseudonyms";
            transaction.execute(live, &[(&account).into(), day(batch.valid.1).into(), count.into()])?;
            Ok(batch)
        })
    }
}

/// What was read of a batch so far.
struct Collected {
    id: [u8; 32],
    total: u64,
    /// The sum of a keyed hash of each key: the same for the same keys in any order, and for no others that anybody could find.
    sum: [u8; 32],
    /// Whose turn it is, while requests are collected: another process that begins with the same nonce takes the batch over.
    token: [u8; 32],
    /// Whether the keys go into the store; not if they are there.
    keeps: bool,
}

/// The batch that this nonce began, or nothing if it may begin one.
fn opened(transaction: &mut dyn Transaction, id: &[u8; 32], now: i64) -> Result<Option<(Batch, [u8; 32])>, Error> {
    if let Some(batch) = accepted(transaction, id)? {
        return Ok(Some(batch));
    }
    waiting(transaction, id, now)?;
    Ok(None)
}

/// The account that has this nonce and did not use it.
fn waiting(transaction: &mut dyn Transaction, id: &[u8; 32], now: i64) -> Result<AccountId, Error> {
    let nonce = "SELECT account FROM nonces WHERE tag = $1 AND expires > $2";
    let row = first(transaction, nonce, &[id.into(), now.into()])?;
    row.map_or_else(|| Err(Code::NonceUnknown.into()), |mut row| row.array())
}

/// The batch of this number that was accepted, and its fingerprint.
pub(super) fn accepted(transaction: &mut dyn Transaction, id: &[u8; 32]) -> Result<Option<(Batch, [u8; 32])>, Error> {
    let batch = "SELECT account, formats, total, valid_from, valid_until, fingerprint FROM batches WHERE id = $1 AND state = $2";
    let Some(mut row) = first(transaction, batch, &[id.into(), ACCEPTED.into()])? else { return Ok(None) };
    let batch = Batch {
        id: *id,
        account: row.array()?,
        formats: Format::of_bits(row.int()?)?,
        total: row.count()?,
        valid: (row.int()?, row.int()?),
    };
    Ok(Some((batch, row.array()?)))
}

/// A batch that is being collected, in place of one that was not finished.
fn start(
    transaction: &mut dyn Transaction,
    id: &[u8; 32],
    token: &[u8; 32],
    formats: i64,
    begun: i64,
    (from, until): (i64, i64),
) -> Result<(), Error> {
    discard(transaction, id)?;
    let Some(mut row) = first(transaction, "SELECT account FROM nonces WHERE tag = $1", &[id.into()])? else {
        return Err(Code::NonceUnknown.into());
    };
    let account: AccountId = row.array()?;
    let insert = "INSERT INTO batches (id, account, formats, state, total, fingerprint, begun, valid_from, valid_until) \
        VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8)";
    let values =
        [id.into(), (&account).into(), formats.into(), COLLECTING.into(), token.into(), begun.into(), from.into(), until.into()];
    transaction.execute(insert, &values)?;
    Ok(())
}

/// Forgets a batch that was not accepted.
fn discard(transaction: &mut dyn Transaction, id: &[u8; 32]) -> Result<(), Error> {
    if accepted(transaction, id)?.is_some() {
        return Ok(());
    }
    transaction.execute("DELETE FROM work WHERE batch = $1", &[id.into()])?;
    transaction.execute("DELETE FROM batches WHERE id = $1", &[id.into()])?;
    Ok(())
}

/// Forgets nonces that have expired, and batches that were begun by one and never accepted: nobody can finish them any more.
pub(crate) fn sweep(transaction: &mut dyn Transaction, now: i64) -> Result<(), Error> {
    transaction.execute("DELETE FROM nonces WHERE expires <= $1", &[now.into()])?;
    let batches = "DELETE FROM batches WHERE state = $1 AND id NOT IN (SELECT tag FROM nonces)";
    transaction.execute(batches, &[COLLECTING.into()])?;
    transaction.execute("DELETE FROM work WHERE batch NOT IN (SELECT id FROM batches)", &[])?;
    Ok(())
}

/// Whether a batch is being collected, and by nobody else.
fn is_ours(transaction: &mut dyn Transaction, id: &[u8; 32], token: &[u8; 32]) -> Result<bool, Error> {
    let ours = "SELECT COUNT(*) FROM batches WHERE id = $1 AND state = $2 AND fingerprint = $3";
    let ours = first(transaction, ours, &[id.into(), COLLECTING.into(), token.into()])?;
    Ok(ours.map_or(Ok(0), |mut row| row.int())? == 1)
}

fn taken_over() -> Error {
    Error::new(Code::BatchDiffers).note("another process began this batch anew")
}

/// Marks the keys of a batch as seen, if none of them was (mimi-mls.md 4.5 B-4, B-22); tells how many.
fn mark_seen(transaction: &mut dyn Transaction, id: &[u8; 32], seen: &Secret) -> Result<u64, Error> {
    let keys = "SELECT item, key FROM work WHERE batch = $1 AND item >= $2 ORDER BY item LIMIT $3";
    let mut count = 0;
    let mut next = Some([0; 16]);
    while let Some(from) = next.take() {
        let rows = transaction.query(keys, &[id.into(), (&from).into(), SOME_ROWS.into()])?;
        count += u64::try_from(rows.len()).unwrap_or(u64::MAX);
        let mut tags = Vec::with_capacity(rows.len());
        for mut row in rows {
            next = successor(row.array()?);
            tags.push(tag(seen, &row.octets()?));
        }
        tags.sort_unstable();
        let values: Vec<Vec<Value>> = tags.iter().map(|tag| vec![tag.into()]).collect();
        let marked = transaction.execute_each("INSERT INTO seen (tag) VALUES ($1) ON CONFLICT (tag) DO NOTHING", &values)?;
        if marked.contains(&0) {
            return Err(Code::KeyReused.into());
        }
    }
    Ok(count)
}

fn fingerprint(seen: &Secret, id: &[u8; 32], key: &[u8]) -> [u8; 32] {
    tag(seen, &[b"fingerprint", &id[..], key].concat())
}

/// Adds a number of 256 bits to another, whatever is carried over.
fn add(sum: &mut [u8; 32], number: &[u8; 32]) {
    let mut carry = 0;
    for (digit, more) in sum.iter_mut().zip(number).rev() {
        let total = u16::from(*digit) + u16::from(*more) + carry;
        let [high, low] = total.to_be_bytes();
        (*digit, carry) = (low, u16::from(high));
    }
}
