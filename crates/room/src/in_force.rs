//! Which reveals count now, and what has ended the others (mimi-mls.md 3.5.3 "In force", 3.4.2).
//!
//! A reveal counts as long as the leaf that made it stays, with the same signature key and user URI. Removal, another key or another
//! URI ends it, and coming back with the same key does not revive it. Nothing else does: a token that expires or is revoked later, and
//! a policy that asks for something else, leave it as it was judged, because what counts are the policy of its message's epoch and the
//! status at its arrival. Who wants to know more asks for a new one. What was accepted as `ok_lapsed` stays so.
//!
//! Of a message that was refused nothing is kept but its code (mimi-mls.md 6 row 36).

mod ended;
mod reveal;
mod standing;

pub use ended::{End, EndedReveal};
pub use reveal::{RevealInForce, RevealSource};
pub use standing::{Refused, Standing};

use std::collections::{BTreeMap, VecDeque};

use crate::sittings::Sitting;
use crate::snapshot::{EpochSnapshot, SnapshotLeaf};
use crate::verdict::{Acceptable, Verdict, VerdictCode};
use crate::verify::Arrival;

/// The most messages of one leaf whose reveals are kept; the oldest goes first.
pub const MAX_REVEALS: usize = 64;
/// The most ends that are remembered of a room; the oldest goes first.
pub const MAX_ENDED: usize = 256;

/// The reveals of one room.
#[derive(Debug, Default)]
pub(crate) struct InForce {
    records: BTreeMap<Sitting, Record>,
    ended: VecDeque<EndedReveal>,
}

/// What is kept of one sitting.
#[derive(Debug, Default)]
struct Record {
    reveals: Vec<RevealInForce>,
    refused: Option<Refused>,
}

impl InForce {
    /// Ends all that was revealed in a sitting.
    pub(crate) fn end(&mut self, sitting: Sitting, why: End, at: i64) {
        for reveal in self.records.remove(&sitting).unwrap_or_default().reveals {
            self.note_end(sitting, &reveal, why, at);
        }
    }

    /// Takes down what came of a message. `over` says why whoever sent it has gone meanwhile.
    pub(crate) fn record(
        &mut self,
        sitting: Sitting,
        over: Option<End>,
        snapshot: &EpochSnapshot,
        arrival: &Arrival<'_>,
        verdict: &Verdict,
    ) {
        if verdict.code.acceptable() == Acceptable::No {
            if over.is_none() {
                let refused = Refused { code: verdict.code, epoch: arrival.epoch, at: arrival.received_at };
                self.records.entry(sitting).or_default().refused = Some(refused);
            }
            return;
        }
        let Some(mut new) = RevealInForce::of(snapshot, arrival, verdict) else { return };
        if let Some(why) = over {
            self.note_end(sitting, &new, why, arrival.received_at);
            return;
        }
        let record = self.records.entry(sitting).or_default();
        // The same message once more says nothing new, and refreshes nothing.
        if record.reveals.iter().any(|known| known.is_same(&new)) {
            return;
        }
        let mut superseded = Vec::new();
        let mut kept = Vec::with_capacity(record.reveals.len().saturating_add(1));
        let mut is_superseded = false;
        for mut known in record.reveals.drain(..) {
            if known.is_newer_than(&new) {
                is_superseded |= new.give_way_to(&known);
            } else if known.give_way_to(&new) {
                superseded.push(known);
                continue;
            }
            kept.push(known);
        }
        if is_superseded {
            superseded.push(new);
        } else {
            kept.push(new);
        }
        if kept.len() > MAX_REVEALS {
            superseded.push(kept.remove(0));
        }
        record.reveals = kept;
        for reveal in superseded {
            self.note_end(sitting, &reveal, End::Superseded, arrival.received_at);
        }
    }

    /// What is in force of a sitting.
    pub(crate) fn reveals(&self, sitting: Sitting) -> &[RevealInForce] {
        self.records.get(&sitting).map(|record| record.reveals.as_slice()).unwrap_or_default()
    }

    /// What the last refused message of a sitting was refused for.
    pub(crate) fn refused(&self, sitting: Sitting) -> Option<Refused> {
        self.records.get(&sitting)?.refused
    }

    /// What has ended, the last at the end.
    pub(crate) fn ended(&self) -> impl Iterator<Item = &EndedReveal> {
        self.ended.iter()
    }

    /// What a member has come to whose code without any reveal is this one (mimi-mls.md 3.4.2).
    pub(crate) fn code(
        &self,
        sitting: Sitting,
        absent: VerdictCode,
        snapshot: &EpochSnapshot,
        leaf: &SnapshotLeaf,
    ) -> VerdictCode {
        standing::code(self.reveals(sitting), absent, snapshot, leaf)
    }

    fn note_end(&mut self, sitting: Sitting, reveal: &RevealInForce, why: End, at: i64) {
        if self.ended.len() >= MAX_ENDED {
            self.ended.pop_front();
        }
        self.ended.push_back(EndedReveal {
            leaf: sitting.leaf,
            user: reveal.user().map(str::to_owned),
            epoch: reveal.epoch(),
            since: reveal.since(),
            code: reveal.code(),
            ended_at: at,
            why,
        });
    }
}
