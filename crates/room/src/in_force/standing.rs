//! What a member has come to so far, in the policy of now.

use super::RevealInForce;
use crate::evaluate::{PolicyState, evaluate};
use crate::policy::{Optionality, RoomDisclosurePolicy};
use crate::snapshot::{EpochSnapshot, SnapshotLeaf};
use crate::verdict::VerdictCode;

/// A member as a list of participants shows her.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'r> {
    /// The leaf index.
    pub leaf: u32,
    /// Whether she satisfies the room now: `ok` or `ok_lapsed`; `pending`, `unknown_to_me`, `missing_reveal` or
    /// `missing_required_claim` for what lacks; another code for what cannot be.
    pub code: VerdictCode,
    /// What she has revealed and is in force, the last at the end.
    pub reveals: &'r [RevealInForce],
    /// What her last message was refused for that was: no proof of malice (mimi-mls.md 6 row 36).
    pub refused: Option<Refused>,
}

/// All that is kept of a refused message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub code: VerdictCode,
    /// The epoch of the message.
    pub epoch: u64,
    /// When it came.
    pub at: i64,
}

/// What stands, where `absent` is the code of a member who has revealed nothing.
pub(super) fn code(reveals: &[RevealInForce], absent: VerdictCode, snapshot: &EpochSnapshot, leaf: &SnapshotLeaf) -> VerdictCode {
    let lacks = matches!(
        absent,
        VerdictCode::Pending | VerdictCode::UnknownToMe | VerdictCode::MissingReveal | VerdictCode::MissingRequiredClaim
    );
    let Some(policy) = snapshot.policy().known().filter(|_| lacks) else { return absent };
    let meeting = || reveals.iter().filter(|reveal| reveal.meets(policy)).map(RevealInForce::code);
    let Some(first) = meeting().next() else {
        let has_revealed = reveals.iter().any(RevealInForce::is_accepted);
        return match absent {
            // What lacks is not a reveal, but something in it.
            VerdictCode::MissingReveal if has_revealed => VerdictCode::MissingRequiredClaim,
            absent => absent,
        };
    };
    match by_leaf_alone(policy, leaf) {
        VerdictCode::Ok => meeting().find(|code| *code == VerdictCode::Ok).unwrap_or(first),
        violation => violation,
    }
}

/// What the leaf's own credential violates, whatever else is required.
fn by_leaf_alone(policy: &RoomDisclosurePolicy, leaf: &SnapshotLeaf) -> VerdictCode {
    let mut policy = policy.clone();
    policy.identity_reveal = Optionality::Optional;
    for rule in policy.claim_rules.iter_mut().filter(|rule| rule.presence == Optionality::Required) {
        rule.presence = Optionality::Optional;
    }
    evaluate(&PolicyState::Known(Box::new(policy)), leaf.member(), &[], VerdictCode::Ok).code
}
