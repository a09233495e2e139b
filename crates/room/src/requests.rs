//! Requests for reveals that are open in a room: who was asked, until when, and who has answered (mimi-mls.md 3.5.1, 3.5.2, 3.4.2).
//!
//! Whoever sat in the room in the epoch of a request has received it, and may answer it as long as she keeps her seat. In a room of
//! nonce mode `challenge` an answer is bound to the request's nonce, and all members who know the request can verify it, not only the
//! one who asked; to others it is `unknown_to_me`. The first message whose answer holds up to step 7 uses the challenge up for its
//! leaf: the presentations of that message share it, the same message once more is nothing new, and any other is `replayed`.

mod carriage;
mod peek;
mod received;
mod single_use;

pub use carriage::{RequestMessage, request_content};
pub use received::ReceivedRequest;

pub(crate) use peek::{Peeked, fingerprint};
pub(crate) use received::{Wanted, judge};
pub(crate) use single_use::SingleUse;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use mimicred_mls::content::MessageId;
use mimicred_mls::nonce::challenge_nonce;

use crate::policy::{DisclosureFormat, Optionality, RoomDisclosurePolicy};
use crate::sittings::{Sitting, Sittings};
use crate::snapshot::{Asked, EpochSnapshot};
use crate::verify::{Arrival, Settings};
use crate::{Code, Error};

/// The most requests of our own that are kept; one is kept until no answer to it can come any more.
pub const MAX_OWN_REQUESTS: usize = 1024;
/// The most requests of one other leaf that are kept.
pub const MAX_REQUESTS_OF_LEAF: usize = 256;
/// The most requests of all other leaves that are kept.
pub const MAX_RECEIVED_REQUESTS: usize = 1024;

/// What to ask the other members.
#[derive(Clone, Copy, Debug)]
pub struct Question<'q> {
    /// Labels of the room's policy; none means all that it requires.
    pub claim_names: &'q [String],
    /// In which forms; none means any that the room accepts.
    pub formats: &'q [DisclosureFormat],
    /// Until when an answer counts.
    pub not_after: i64,
}

/// Who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asker {
    /// This client.
    Me,
    /// Another member.
    Other,
}

/// The requests of one room.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    kept: Vec<Kept>,
    /// Who has left a request of ours unanswered that is not kept any more.
    unanswered: BTreeSet<Sitting>,
}

/// One request.
pub(crate) struct Kept {
    pub(crate) asker: Asker,
    /// The leaf that asked.
    pub(crate) leaf: u32,
    pub(crate) epoch: u64,
    pub(crate) nonce: Option<[u8; 32]>,
    pub(crate) not_after: i64,
    pub(crate) message_id: Option<MessageId>,
    /// From then on no answer may be made any more.
    over: i64,
    /// From then on none may come.
    gone: i64,
    /// Which message has used it up.
    used: BTreeMap<Sitting, [u8; 32]>,
    /// Who has made a reveal since that was accepted.
    heard: BTreeSet<Sitting>,
}

impl Kept {
    /// A request that was sent or received in an epoch.
    pub(crate) fn new(asker: Asker, leaf: u32, snapshot: &EpochSnapshot, settings: Settings, not_after: i64) -> Self {
        let (skew, age) = snapshot
            .policy()
            .known()
            .map_or((0, 0), |policy| (i64::from(policy.max_clock_skew), i64::from(policy.max_presentation_age)));
        let over = not_after.saturating_add(skew);
        let gone = over.saturating_add(age).saturating_add(settings.max_queue.into());
        Self {
            asker,
            leaf,
            epoch: snapshot.epoch(),
            nonce: None,
            not_after,
            message_id: None,
            over,
            gone,
            used: BTreeMap::new(),
            heard: BTreeSet::new(),
        }
    }

    /// Whether somebody has received it, and has sat in her place ever since.
    fn is_for(&self, sitting: Sitting) -> bool {
        sitting.leaf != self.leaf && sitting.since <= self.epoch
    }
}

impl Requests {
    /// Keeps a request.
    ///
    /// # Errors
    /// `room/request-limit`, `room/request-reused`.
    pub(crate) fn keep(&mut self, request: Kept) -> Result<(), Error> {
        if request.nonce.is_some() && self.kept.iter().any(|kept| kept.nonce == request.nonce) {
            return Err(Code::RequestReused.into());
        }
        let of = |asker| self.kept.iter().filter(move |kept| kept.asker == asker);
        let full = match request.asker {
            Asker::Me => of(Asker::Me).count() >= MAX_OWN_REQUESTS,
            Asker::Other => {
                of(Asker::Other).count() >= MAX_RECEIVED_REQUESTS
                    || of(Asker::Other).filter(|kept| kept.leaf == request.leaf).count() >= MAX_REQUESTS_OF_LEAF
            }
        };
        if full {
            return Err(Code::RequestLimit.into());
        }
        self.kept.push(request);
        Ok(())
    }

    /// The request of ours with this nonce.
    pub(crate) fn own_mut(&mut self, nonce: &[u8; 32]) -> Option<&mut Kept> {
        self.kept.iter_mut().find(|kept| kept.asker == Asker::Me && kept.nonce.as_ref() == Some(nonce))
    }

    /// The request that a message answers: the one that it names, or the one whose nonce is in it; among those that its sender
    /// has received. Nothing if it answers none that we know.
    pub(crate) fn answered_by(
        &mut self,
        peeked: &Peeked,
        sitting: Sitting,
        snapshot: &EpochSnapshot,
        arrival: &Arrival<'_>,
    ) -> Option<&mut Kept> {
        let key = snapshot.leaf(sitting.leaf)?.key();
        let mut candidates =
            self.kept.iter_mut().filter(|kept| kept.nonce.is_some() && kept.epoch <= arrival.epoch && kept.is_for(sitting));
        let named = |kept: &Kept| kept.message_id.is_some() && kept.message_id == peeked.in_reply_to;
        let fits = |kept: &Kept| {
            let nonce = kept.nonce.as_ref().map(|nonce| challenge_nonce(snapshot.group_id(), arrival.epoch, nonce, key.octets()));
            nonce.and_then(Result::ok).is_some_and(|nonce| peeked.has_nonce(&nonce))
        };
        let mut found = None;
        for candidate in candidates.by_ref() {
            if named(candidate) {
                return Some(candidate);
            }
            // What names another request answers that one.
            let is_free = peeked.in_reply_to.is_none() || candidate.message_id.is_none();
            if found.is_none() && is_free && fits(candidate) {
                found = Some(candidate);
            }
        }
        found
    }

    /// Somebody has made a reveal that was accepted.
    pub(crate) fn hear(&mut self, sitting: Sitting, epoch: u64) {
        self.unanswered.remove(&sitting);
        for kept in self.kept.iter_mut().filter(|kept| kept.asker == Asker::Me && kept.epoch <= epoch && kept.is_for(sitting)) {
            kept.heard.insert(sitting);
        }
    }

    /// Whether somebody has left a request of ours unanswered.
    pub(crate) fn asked(&self, sitting: Sitting, now: i64) -> Asked {
        let ran_out = |kept: &Kept| kept.asker == Asker::Me && now > kept.over;
        let left = |kept: &Kept| ran_out(kept) && kept.is_for(sitting) && !kept.heard.contains(&sitting);
        if self.unanswered.contains(&sitting) || self.kept.iter().any(left) { Asked::Unanswered } else { Asked::NotYet }
    }

    /// Drops requests to which no answer can come any more; of ours it is kept who has not answered.
    pub(crate) fn settle(&mut self, sittings: &Sittings, now: i64) {
        let (gone, kept): (Vec<Kept>, Vec<Kept>) = std::mem::take(&mut self.kept).into_iter().partition(|kept| now > kept.gone);
        self.kept = kept;
        for request in gone.iter().filter(|request| request.asker == Asker::Me) {
            let left = sittings.everybody().filter(|who| request.is_for(*who) && !request.heard.contains(who));
            self.unanswered.extend(left);
        }
    }

    /// Somebody has gone.
    pub(crate) fn end(&mut self, sitting: Sitting) {
        self.unanswered.remove(&sitting);
    }
}

/// Labels that may be asked for: those that the policy does not forbid.
fn label_may_be_shown(policy: &RoomDisclosurePolicy, label: &str) -> bool {
    let rule = policy.claim_rules.iter().find(|rule| rule.claim_name == label);
    rule.is_some_and(|rule| rule.presence != Optionality::Forbidden)
}

/// Without the nonce, and without who has answered with what.
impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept")
            .field("asker", &self.asker)
            .field("leaf", &self.leaf)
            .field("epoch", &self.epoch)
            .field("not_after", &self.not_after)
            .field("used", &self.used.len())
            .finish_non_exhaustive()
    }
}
