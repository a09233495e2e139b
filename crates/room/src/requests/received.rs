//! A request that came: whether its sender may ask, and what is to be answered.

use std::fmt;

use mimicred_mls::DisclosureRequest;
use mimicred_mls::component::CAN_REQUEST_DISCLOSURE;
use mimicred_mls::content::MessageId;
use mimicred_uri::MimiUri;

use super::carriage::{RequestMessage, unpack};
use super::label_may_be_shown;
use crate::evaluate::PolicyState;
use crate::policy::{DisclosureFormat, NonceMode, Optionality, RoomDisclosurePolicy};
use crate::snapshot::{Challenge, EpochSnapshot, SnapshotLeaf};
use crate::verify::Arrival;
use crate::{Code, Error};

/// A request of another member that may be answered.
#[derive(Clone, PartialEq, Eq)]
pub struct ReceivedRequest {
    /// The leaf that asks.
    pub leaf: u32,
    /// The user of that leaf.
    pub user: MimiUri,
    /// The epoch of the message.
    pub epoch: u64,
    /// The labels of the policy that are asked for: those that the room lets be shown, and that it requires if none is named.
    pub claim_names: Vec<String>,
    /// In which of the room's formats.
    pub formats: Vec<DisclosureFormat>,
    /// Until when an answer counts.
    pub not_after: i64,
    /// The message that an answer in a MIMI content names: [`ContentDraft::answering`](mimicred_mls::carriage::ContentDraft::answering).
    pub message_id: Option<MessageId>,
    pub(crate) nonce: Option<[u8; 32]>,
}

impl ReceivedRequest {
    /// What to make an answer with, in a room that wants answers to challenges: see
    /// [`EpochSnapshot::room_context`]; the snapshot is that of the epoch in which the answer is sent.
    pub fn challenge(&self) -> Option<Challenge<'_>> {
        self.nonce.as_ref().map(|nonce| Challenge { nonce, not_after: self.not_after })
    }
}

/// What somebody may ask for in a room.
pub(crate) struct Wanted {
    pub(crate) claim_names: Vec<String>,
    pub(crate) formats: Vec<DisclosureFormat>,
}

impl Wanted {
    /// What may be asked of the members in an epoch, by whoever sits at a leaf.
    ///
    /// # Errors
    /// `room/request-forbidden`, `room/request-unanswerable`.
    pub(crate) fn of(
        leaf: u32,
        claim_names: &[String],
        formats: &[DisclosureFormat],
        snapshot: &EpochSnapshot,
    ) -> Result<Self, Error> {
        if !snapshot.may(leaf, CAN_REQUEST_DISCLOSURE) {
            let known = snapshot.leaf(leaf).and_then(SnapshotLeaf::member).is_some();
            let note = if known { "the role of who asks does not let her" } else { "nobody knows who asks" };
            return Err(Error::new(Code::RequestForbidden).note(note));
        }
        let policy = known_policy(snapshot)?;
        if policy.identity_reveal == Optionality::Forbidden {
            return Err(unanswerable("the room forbids reveals"));
        }
        let required = policy.claim_rules.iter().filter(|rule| rule.presence == Optionality::Required);
        let wanted: Vec<String> = if claim_names.is_empty() {
            required.map(|rule| rule.claim_name.clone()).collect()
        } else {
            claim_names.iter().filter(|label| label_may_be_shown(policy, label)).cloned().collect()
        };
        if wanted.is_empty() && !claim_names.is_empty() {
            return Err(unanswerable("the room has no such claims to show"));
        }
        let accepted = policy.accepted_formats.iter().copied();
        let formats: Vec<_> = accepted.filter(|format| formats.is_empty() || formats.contains(format)).collect();
        if formats.is_empty() {
            return Err(unanswerable("the room accepts none of the formats"));
        }
        Ok(Self { claim_names: wanted, formats })
    }
}

/// The policy of an epoch.
pub(super) fn known_policy(snapshot: &EpochSnapshot) -> Result<&RoomDisclosurePolicy, Error> {
    match snapshot.policy() {
        PolicyState::Known(policy) => Ok(policy),
        PolicyState::Missing => Err(unanswerable("the room has no policy")),
        PolicyState::Unsupported => Err(unanswerable("the room's policy cannot be satisfied")),
    }
}

/// Judges what came by the snapshot of its epoch; nothing if it is no request.
pub(crate) fn judge(
    message: RequestMessage<'_>,
    arrival: &Arrival<'_>,
    snapshot: &EpochSnapshot,
) -> Result<Option<ReceivedRequest>, Error> {
    let Some(unpacked) = unpack(message, arrival.sender, snapshot)? else { return Ok(None) };
    let request = DisclosureRequest::decode(&unpacked.octets).map_err(|e| malformed(&e))?;
    let not_after = i64::try_from(request.not_after);
    let not_after = not_after.map_err(|_| Error::new(Code::RequestMalformed).note("not_after is beyond any calendar"))?;
    let Wanted { claim_names, formats } = Wanted::of(arrival.sender, &request.claim_names, &request.formats, snapshot)?;
    let is_challenge = known_policy(snapshot)?.nonce_mode == NonceMode::Challenge;
    if request.challenge.is_some() != is_challenge {
        let note = if is_challenge { "this room wants a nonce of 32 octets" } else { "this room wants no nonce" };
        return Err(Error::new(Code::RequestMalformed).note(note));
    }
    if arrival.received_at > not_after {
        return Err(unanswerable("it has run out"));
    }
    let member = snapshot.leaf(arrival.sender).and_then(SnapshotLeaf::member).ok_or(Code::RequestForbidden)?;
    Ok(Some(ReceivedRequest {
        leaf: arrival.sender,
        user: member.user.clone(),
        epoch: arrival.epoch,
        claim_names,
        formats,
        not_after,
        message_id: unpacked.message_id,
        nonce: request.challenge,
    }))
}

fn unanswerable(note: &'static str) -> Error {
    Error::new(Code::RequestUnanswerable).note(note)
}

pub(super) fn malformed(error: &mimicred_mls::Error) -> Error {
    use mimicred_error::Report;
    Error::new(Code::RequestMalformed).at(error.place().clone()).note(format!("{error} [{}]", error.slug()))
}

/// Without the nonce.
impl fmt::Debug for ReceivedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedRequest")
            .field("leaf", &self.leaf)
            .field("user", &self.user)
            .field("epoch", &self.epoch)
            .field("claim_names", &self.claim_names)
            .field("formats", &self.formats)
            .field("not_after", &self.not_after)
            .finish_non_exhaustive()
    }
}
