//! Batches: from requests to credentials, so that a crash at any moment loses nothing and gives nothing away.
//!
//! 1. [`Provider::begin`] reads and verifies every request of the batch. If all are good, and the account may have so many, then in one
//!    transaction the nonce is used up, the limits are charged and the keys are marked as seen: that is the point from which on the batch
//!    will be finished. Before it the store knows nothing of it.
//! 2. [`Provider::make`] makes the credentials, a piece of the batch at a time. The credentials of a piece and what the store knows of them
//!    are written in one transaction; whoever runs it again goes on where it ended, and several processes may do so together.
//! 3. [`Provider::hand_over`] gives the credentials out, in random order; as often as it is asked to.
//! 4. [`Provider::acknowledge`] forgets what had to be kept for that: the credentials, and whose they are.
//!
//! Of the keys all are in memory at first; of the credentials, which are some hundred times as much, only those of a few pieces.
//!
//! Credentials that nobody has yet lie in the store under a key of their batch alone. When that key is forgotten, they are noise, wherever
//! a file system or a server may have kept them.

pub(crate) mod begin;
mod collect;
mod deliver;
mod make;
mod piece;

use crate::Error;
use crate::account::AccountId;
use crate::config::Format;
use crate::database::{Transaction, first};
use crate::keys::{Secret, tag};

/// A batch that was accepted: it is charged for, and will be finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    id: [u8; 32],
    account: AccountId,
    formats: Vec<Format>,
    total: u64,
    valid: (i64, i64),
}

impl Batch {
    /// How many pseudonyms it has.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// From when until when its credentials are valid, in seconds since 1970.
    pub fn validity(&self) -> (i64, i64) {
        self.valid
    }

    /// What its credentials are sealed under, if it was not acknowledged: made of a secret of the provider and of what lies with the batch.
    fn key(&self, outbox: &Secret, transaction: &mut dyn Transaction) -> Result<Option<Secret>, Error> {
        let row = first(transaction, "SELECT salt FROM batches WHERE id = $1", &[(&self.id).into()])?;
        row.map(|mut row| Ok(Secret::new(tag(outbox, &row.array::<32>()?)))).transpose()
    }
}

/// Is told how much is done of how much.
pub type Progress<'p> = dyn FnMut(u64, u64) + Send + 'p;
