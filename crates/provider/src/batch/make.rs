//! From an accepted batch to credentials that the store knows.

use std::sync::mpsc::sync_channel;

use mimicred_keys::{PublicKey, Random};
use rayon::prelude::*;

use super::begin::work_row;
use super::{Batch, Progress, piece};
use crate::account::{AccountState, Known};
use crate::credential::{Made, Template};
use crate::database::{Database, Value, first, transact};
use crate::keys::{Secret, seal};
use crate::provider::RandomSource;
use crate::time::day;
use crate::{Code, Error, Provider};

/// So many pieces are read at once. Of the credentials, those of a few are in memory: what each thread makes, one that waits, and one that is
/// being filed.
const PIECES: usize = 64;

/// Keys that wait for their credentials.
struct Piece {
    number: i64,
    /// As [`piece::pack`] put them together.
    keys: Vec<u8>,
}

impl Piece {
    fn make(&self, template: &Template<'_>, random: &mut dyn Random) -> Result<Vec<Made>, Error> {
        let mut make = |key: &[u8]| {
            let key = PublicKey::from_spki_der(key).map_err(|cause| Error::new(Code::StoreDamaged).because(cause))?;
            template.make(&key, random)
        };
        piece::unpack(&self.keys)?.into_iter().map(&mut make).collect()
    }
}

/// How a piece was filed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Filed {
    Ours,
    /// Another process was quicker, and what was made for it here is thrown away.
    Theirs,
}

impl Provider {
    /// Makes what is left of a batch. It may be interrupted anywhere, and be run again or by several processes at once.
    ///
    /// # Errors
    /// [`Code::Refused`] if the account was suspended since; [`Code::IssueFailed`], [`Code::CryptoFailed`]; those of the store. What was
    /// made until then stays made.
    pub fn make(&mut self, batch: &Batch, random: &RandomSource<'_>, progress: &mut Progress<'_>) -> Result<(), Error> {
        let outbox = &self.secrets.outbox;
        let (known, key) = transact(&mut *self.database, |transaction| {
            Ok((Known::numbered(transaction, &batch.account)?, batch.key(outbox, transaction)?))
        })?;
        if known.state != AccountState::Active {
            return Err(Code::Refused.into());
        }
        let claims = self.claims_of(&known)?;
        let common = (&self.ca, &self.secrets.desk, &self.keeper);
        let template = Template::new(&self.config, &self.keys, common, &batch.formats, batch.account, claims, batch.valid)?;
        let mut own = random();
        loop {
            let (left, pieces) = some_of(&mut *self.database, batch, &mut *own)?;
            let mut done = batch.total.saturating_sub(left);
            progress(done, batch.total);
            let Some(key) = key.as_ref().filter(|_| !pieces.is_empty()) else { return Ok(()) };
            let (database, progress) = (&mut *self.database, &mut *progress);
            // While some are being filed, the next ones are made. Filing has a thread of its own: were it waited for by one that makes, or
            // the other way, a pool with no more threads than these would stand still.
            std::thread::scope(|scope| {
                let (sender, receiver) = sync_channel::<Result<(&Piece, Vec<Made>), Error>>(1);
                let filing = scope.spawn(move || {
                    let mut own = random();
                    for made in receiver {
                        let (piece, made) = made?;
                        if file(database, batch, key, piece, &made, &mut *own)? == Filed::Theirs {
                            // Where one is theirs, the next ones will be.
                            break;
                        }
                        done += u64::try_from(made.len()).unwrap_or(0);
                        progress(done.min(batch.total), batch.total);
                    }
                    Ok::<(), Error>(())
                });
                let make = |random: &mut Box<dyn Random>, piece: &'_ Piece| piece.make(&template, &mut **random);
                // When nobody takes any more, there is no need of it.
                let _ = pieces
                    .par_iter()
                    .try_for_each_init(random, |random, piece| sender.send(make(random, piece).map(|made| (piece, made))));
                drop(sender);
                filing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })?;
        }
    }
}

/// How many keys of a batch have no credential, and some of them: those that follow a random number, and then those before it, so that
/// processes that work on one batch seldom take the same.
fn some_of(database: &mut dyn Database, batch: &Batch, random: &mut dyn Random) -> Result<(u64, Vec<Piece>), Error> {
    let start = piece::number(random)?;
    let id: Value = (&batch.id).into();
    transact(database, |transaction| {
        let left = "SELECT CAST(COALESCE(SUM(count), 0) AS BIGINT) FROM work WHERE batch = $1";
        let left = first(transaction, left, std::slice::from_ref(&id))?.map_or(Ok(0), |mut row| row.count())?;
        let mut pieces = Vec::new();
        for (from, to) in [(start, i64::MAX), (0, start)] {
            let some = "SELECT piece, keys FROM work WHERE batch = $1 AND piece >= $2 AND piece < $3 ORDER BY piece LIMIT $4";
            let room = i64::try_from(PIECES - pieces.len()).unwrap_or(0);
            for mut row in transaction.query(some, &[id.clone(), from.into(), to.into(), room.into()])? {
                pieces.push(Piece { number: row.int()?, keys: row.octets()? });
            }
        }
        Ok((left, pieces))
    })
}

/// Files the credentials of a piece, each with what the store knows of it, unless another process was quicker.
fn file(
    database: &mut dyn Database,
    batch: &Batch,
    key: &Secret,
    piece: &Piece,
    made: &[Made],
    random: &mut dyn Random,
) -> Result<Filed, Error> {
    let until: Value = day(batch.valid.1).into();
    // Rows are written in the order in which they lie, which is not that of the answer.
    let mut sorted: Vec<usize> = (0..made.len()).collect();
    sorted.sort_unstable_by_key(|n| made.get(*n).map(|made| made.handle));
    let places: Vec<Vec<Value>> =
        made.iter().map(|made| vec![i64::from(made.list).into(), i64::from(made.place).into(), 0.into(), 0.into()]).collect();
    transact(database, |transaction| {
        // Whoever was suspended since gets no more of it.
        if Known::numbered(transaction, &batch.account)?.state != AccountState::Active {
            return Err(Code::Refused.into());
        }
        let ours = "DELETE FROM work WHERE batch = $1 AND piece = $2";
        if transaction.execute(ours, &[(&batch.id).into(), piece.number.into()])? != 1 {
            return Ok(Filed::Theirs);
        }
        let taken = transaction.insert_new("places", &["list", "place", "clears", "decoy"], 2, &places)?;
        let has_place = |n: &usize| taken.get(*n) == Some(&true);
        let rows: Vec<Vec<Value>> = sorted
            .iter()
            .filter(|n| has_place(n))
            .filter_map(|n| made.get(*n))
            .map(|made| {
                let (list, place) = (i64::from(made.list).into(), i64::from(made.place).into());
                let serial = made.serial.clone().into();
                vec![(&made.handle).into(), until.clone(), 0.into(), serial, list, place, made.escrow.clone().into()]
            })
            .collect();
        transaction.insert("pseudonyms", &["handle", "until", "state", "serial", "list", "place", "escrow"], &rows)?;

        let answers: Vec<&str> =
            made.iter().enumerate().filter(|(n, _)| has_place(n)).map(|(_, made)| made.answer.as_str()).collect();
        if !answers.is_empty() {
            let number = piece::number(random)?;
            let sealed = seal(key, answers.join("\n").as_bytes(), &piece::place(&batch.id, number), random)?;
            let count = i64::try_from(answers.len()).unwrap_or(i64::MAX);
            let row = vec![number.into(), (&batch.id).into(), count.into(), sealed.into()];
            transaction.insert("outbox", &["piece", "batch", "count", "credentials"], &[row])?;
        }
        // A place of a status list that was taken already: that key gets another credential.
        let again = piece::unpack(&piece.keys)?.into_iter().enumerate().filter(|(n, _)| !has_place(n));
        let again: Vec<&[u8]> = again.map(|(_, key)| key).collect();
        if !again.is_empty() {
            let row = work_row(&batch.id, piece::pack(again.iter().copied()), again.len(), random)?;
            transaction.insert("work", &["piece", "batch", "count", "keys"], &[row])?;
        }
        Ok(Filed::Ours)
    })
}
