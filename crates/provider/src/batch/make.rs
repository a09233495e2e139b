//! From an accepted batch to credentials that the store knows.

use mimicred_keys::{PublicKey, Random};
use rayon::prelude::*;

use super::{Batch, Progress, SOME_ROWS};
use crate::account::{AccountState, Known};
use crate::credential::{Made, Template};
use crate::database::{Database, Value, first, transact};
use crate::keys::seal;
use crate::provider::RandomSource;
use crate::time::day;
use crate::{Code, Error, Provider};

/// So many credentials are filed in one transaction.
const PIECE: usize = 1024;

/// A key that waits for its credential.
struct Item {
    number: [u8; 16],
    key: Vec<u8>,
}

/// A credential, and its place in the answer.
struct Finished {
    made: Made,
    place: [u8; 16],
    sealed: Vec<u8>,
}

impl Provider {
    /// Makes what is left of a batch. It may be interrupted anywhere, and be run again or by several processes at once.
    ///
    /// # Errors
    /// [`Code::Refused`] if the account was suspended since; [`Code::IssueFailed`], [`Code::CryptoFailed`]; those of the store. What was
    /// made until then stays made.
    pub fn make(&mut self, batch: &Batch, random: &RandomSource<'_>, progress: &mut Progress<'_>) -> Result<(), Error> {
        let known = transact(&mut *self.database, |transaction| Known::numbered(transaction, &batch.account))?;
        if known.state != AccountState::Active {
            return Err(Code::Refused.into());
        }
        let claims = self.claims_of(&known)?;
        let common = (&self.ca, &self.secrets.desk, &self.keeper);
        let template = Template::new(&self.config, &self.keys, common, &batch.formats, batch.account, claims, batch.valid)?;
        let mut own = random();
        loop {
            let (left, items) = some_of(&mut *self.database, batch, &mut *own)?;
            progress(batch.total.saturating_sub(left), batch.total);
            if items.is_empty() {
                return Ok(());
            }
            let outbox = &self.secrets.outbox;
            let make = |item: &Item, random: &mut dyn Random| {
                let key = PublicKey::from_spki_der(&item.key).map_err(|cause| Error::new(Code::StoreDamaged).because(cause))?;
                let made = template.make(&key, random)?;
                let mut place = [0; 16];
                random.fill(&mut place)?;
                let sealed = seal(outbox, made.answer.as_bytes(), &[&batch.id[..], &place].concat(), random)?;
                Ok(Finished { made, place, sealed })
            };
            let database = &mut *self.database;
            // While some are being filed, the next ones are made.
            std::thread::scope(|scope| {
                let (sender, receiver) = std::sync::mpsc::sync_channel::<(&[Item], Vec<Finished>)>(1);
                let filing =
                    scope.spawn(move || receiver.iter().try_for_each(|(items, made)| file(database, batch, items, &made)));
                let mut result = Ok(());
                for (n, piece) in items.chunks(PIECE).enumerate() {
                    let made = piece.par_iter().map_init(random, |random, item| make(item, &mut **random));
                    result = made.collect::<Result<Vec<_>, Error>>().map(|made| {
                        // Whoever does not take it has failed, and says why below.
                        let _ = sender.send((piece, made));
                    });
                    if result.is_err() {
                        break;
                    }
                    let begun = u64::try_from(n * PIECE).unwrap_or(0);
                    progress((batch.total - left.min(batch.total) + begun).min(batch.total), batch.total);
                }
                drop(sender);
                filing.join().unwrap_or_else(|_| Err(Code::StoreIo.into())).and(result)
            })?;
        }
    }
}

/// How many keys of a batch have no credential, and some of them: those that follow a random number, so that processes that work on one
/// batch seldom take the same.
fn some_of(database: &mut dyn Database, batch: &Batch, random: &mut dyn Random) -> Result<(u64, Vec<Item>), Error> {
    let mut start = [0; 16];
    random.fill(&mut start)?;
    transact(database, |transaction| {
        let left = first(transaction, "SELECT COUNT(*) FROM work WHERE batch = $1", &[(&batch.id).into()])?;
        let left = left.map_or(Ok(0), |mut row| row.count())?;
        let some = "SELECT item, key FROM work WHERE batch = $1 AND item >= $2 ORDER BY item LIMIT $3";
        let mut rows = transaction.query(some, &[(&batch.id).into(), (&start).into(), SOME_ROWS.into()])?;
        if rows.is_empty() {
            rows = transaction.query(some, &[(&batch.id).into(), (&[0; 16]).into(), SOME_ROWS.into()])?;
        }
        let items = rows.into_iter().map(|mut row| Ok(Item { number: row.array()?, key: row.octets()? }));
        Ok((left, items.collect::<Result<_, Error>>()?))
    })
}

/// Files credentials, each with what the store knows of it, unless another process was quicker.
fn file(database: &mut dyn Database, batch: &Batch, items: &[Item], finished: &[Finished]) -> Result<(), Error> {
    let until = day(batch.valid.1);
    let id: Value = (&batch.id).into();
    transact(database, |transaction| {
        // Whoever was suspended since gets no more of it.
        if Known::numbered(transaction, &batch.account)?.state != AccountState::Active {
            return Err(Code::Refused.into());
        }
        let numbers: Vec<Vec<Value>> = items.iter().map(|item| vec![id.clone(), (&item.number).into()]).collect();
        let ours = transaction.execute_each("DELETE FROM work WHERE batch = $1 AND item = $2", &numbers)?;
        let ours = |n: &usize| ours.get(*n) == Some(&1);
        let mut mine: Vec<(&Item, &Finished)> =
            items.iter().zip(finished).enumerate().filter(|(n, _)| ours(n)).map(|(_, pair)| pair).collect();
        mine.sort_unstable_by_key(|(_, finished)| finished.made.handle);
        let places: Vec<Vec<Value>> = mine
            .iter()
            .map(|(_, Finished { made, .. })| vec![i64::from(made.list).into(), i64::from(made.place).into()])
            .collect();
        let take = "INSERT INTO places (list, place, value, decoy) VALUES ($1, $2, 0, 0) ON CONFLICT (list, place) DO NOTHING";
        let taken = transaction.execute_each(take, &places)?;
        // A place of a status list that was taken already: that key gets another credential.
        let (mut rows, mut outbox, mut again) = (Vec::new(), Vec::new(), Vec::new());
        for (((item, finished), taken), place) in mine.iter().zip(&taken).zip(places) {
            if *taken == 1 {
                let made = &finished.made;
                let mut row: Vec<Value> = vec![(&made.handle).into(), until.into(), made.serial.clone().into()];
                row.extend(place);
                row.push(made.escrow.clone().into());
                rows.push(row);
                outbox.push(vec![id.clone(), (&finished.place).into(), finished.sealed.clone().into()]);
            } else {
                again.push(vec![id.clone(), (&item.number).into(), item.key.clone().into()]);
            }
        }
        let insert =
            "INSERT INTO pseudonyms (handle, until, state, serial, list, place, escrow) VALUES ($1, $2, 0, $3, $4, $5, $6)";
        transaction.execute_each(insert, &rows)?;
        transaction.execute_each("INSERT INTO outbox (batch, place, credential) VALUES ($1, $2, $3)", &outbox)?;
        transaction.execute_each("INSERT INTO work (batch, item, key) VALUES ($1, $2, $3)", &again)?;
        Ok(())
    })
}
