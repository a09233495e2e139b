//! Batches: from requests to credentials, so that a crash at any moment loses nothing and gives nothing away.
//!
//! 1. [`Provider::begin`] reads and verifies every request of the batch. If all are good, and the account may have so many, then in one
//!    transaction the nonce is used up, the limits are charged and the keys are marked as seen: that is the point from which on the batch
//!    will be finished. Before it nothing has happened.
//! 2. [`Provider::make`] makes the credentials, some at a time. A credential and what the store knows of it are written in one
//!    transaction; whoever runs it again goes on where it ended, and several processes may do so together.
//! 3. [`Provider::hand_over`] gives the credentials out, in random order; as often as it is asked to.
//! 4. [`Provider::acknowledge`] forgets what had to be kept for that: the credentials, and whose they are.
//!
//! Whatever the size of a batch, only some of it is in memory at a time.

pub(crate) mod begin;
mod deliver;
mod make;

use crate::account::AccountId;
use crate::config::Format;

/// So many requests, keys or credentials are in memory at once.
const SOME: usize = 2048;
/// The same as a number of the store.
const SOME_ROWS: i64 = 4096;

const COLLECTING: i64 = 0;
const ACCEPTED: i64 = 1;

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
}

/// Is told how much is done of how much.
pub type Progress<'p> = dyn FnMut(u64, u64) + 'p;
