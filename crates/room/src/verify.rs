//! From a message to a [`Verdict`]: the ten steps of mimi-mls.md 3.5.3, for every format.
//!
//! Step 0 was taken when the leaf entered its snapshot. Here come 1 and 2 for the message, 3 to 7 and the subject check of 8 for
//! each presentation, the room's policy for all of them together, and status last.

mod bound;
mod carriage;
mod conclude;
mod content;
mod freshness;
mod item;
mod ladder;
mod offer;
mod status;

use mimicred_mls::DisclosureBundle;
use mimicred_sd_cwt::DisclosureKey;

use crate::credential::StatusLists;
use crate::replay::ReplayStore;
use crate::snapshot::{Asked, Challenge, EpochSnapshot, SnapshotLeaf, Snapshots, Waivable};
use crate::trust::TrustStore;
use crate::verdict::{Check, Outcome, Verdict, VerdictCode};
use crate::{Error, evaluate};

use ladder::check;

/// A message that the MLS library has authenticated, and when it came.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    /// The index of the leaf that sent it.
    pub sender: u32,
    /// Its epoch.
    pub epoch: u64,
    /// The verifier's clock, when the message arrived.
    pub received_at: i64,
    /// The hub's timestamp, if there is one. It can only tighten.
    pub accepted_at: Option<i64>,
    /// The request that it answers, where the room demands that.
    pub challenge: Option<Challenge<'a>>,
}

/// What a message reveals, by its media type.
#[derive(Clone, Copy, Debug)]
pub enum Reveal<'a> {
    /// The application data of the message, as the group gave them out: whatever its carriage, in a room that lists media types. The
    /// verdict on a message that reveals nothing at all is `format_not_accepted`;
    /// [`Carried::decode`](mimicred_mls::carriage::Carried::decode) tells those apart before.
    ApplicationData(&'a [u8]),
    /// `application/mimi-disclosure-bundle`.
    Bundle(&'a [u8]),
    /// `application/mimi-disclosure-sealed`, sealed to us among others: what came of opening it with our leaf's own key.
    Sealed(Result<&'a DisclosureBundle, &'a mimicred_mls::Error>),
    /// `application/mimi-content`; the items of the verdict have the numbers of its parts, counted depth first.
    MimiContent(&'a [u8]),
    /// A CredentialPresentation outside a bundle, as it may lie in a file.
    CredentialPresentation(&'a [u8]),
    /// `application/mls-credential`: a bare Credential.
    Credential(&'a [u8]),
    /// `application/sd-jwt`: a bare SD-JWT+KB.
    SdJwt(&'a str),
    /// `application/kb+cwt`: a bare SD-KBT.
    SdKbt(&'a [u8]),
}

/// Local settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How long a message may have waited for us, in seconds.
    pub max_queue: u32,
}

impl Default for Settings {
    /// Seven days.
    fn default() -> Self {
        Self { max_queue: 7 * 86_400 }
    }
}

/// Everything that the verifier brings.
pub struct Verifier<'v> {
    /// Whom it trusts.
    pub trust: &'v TrustStore,
    /// What it has seen.
    pub replay: &'v mut dyn ReplayStore,
    /// The status lists and revocation lists that it holds.
    pub status: &'v dyn StatusLists,
    /// Its keys for encrypted disclosures of SD-CWTs. What none of them serves stays closed and is no fault.
    pub disclosure_keys: &'v [DisclosureKey],
    /// Its settings.
    pub settings: Settings,
}

/// What all checks of one message look at.
struct Scene<'s> {
    snapshot: &'s EpochSnapshot,
    leaf: Option<&'s SnapshotLeaf>,
    is_current: bool,
    arrival: &'s Arrival<'s>,
    trust: &'s TrustStore,
    disclosure_keys: &'s [DisclosureKey],
    settings: Settings,
}

impl Scene<'_> {
    fn waives(&self, input: Waivable) -> bool {
        self.snapshot.waived().contains(&input)
    }
}

/// Verifies what a member revealed.
///
/// # Errors
/// `room/replay-store` when the replay store fails: then nothing may be concluded.
pub fn verify(
    snapshots: &Snapshots,
    arrival: &Arrival<'_>,
    reveal: Reveal<'_>,
    verifier: &mut Verifier<'_>,
) -> Result<Verdict, Error> {
    let Some(snapshot) = snapshots.of(arrival.epoch) else {
        let gone =
            check(1, "sender", Outcome::Failed, Some(VerdictCode::Stale), Some("no snapshot of this epoch is kept".into()));
        return Ok(conclude::refused(None, None, arrival, vec![gone]));
    };
    let is_current = snapshots.current().is_some_and(|current| current.epoch() == snapshot.epoch());
    let leaf = snapshot.leaf(arrival.sender);
    let (trust, disclosure_keys, settings) = (verifier.trust, verifier.disclosure_keys, verifier.settings);
    let scene = Scene { snapshot, leaf, is_current, arrival, trust, disclosure_keys, settings };
    let mut checks = Vec::new();
    if let Err(refusal) = sender(&scene, &mut checks) {
        checks.push(refusal);
        return Ok(conclude::refused(Some(snapshot), leaf, arrival, checks));
    }
    let items = match carriage::items(&scene, reveal, &mut checks) {
        Ok(items) => items,
        Err(refusal) => {
            checks.push(refusal);
            return Ok(conclude::refused(Some(snapshot), leaf, arrival, checks));
        }
    };
    let mut examined = Vec::with_capacity(items.len());
    let bound = offer::bind(&items, &scene);
    for (item, bound) in items.iter().zip(bound) {
        examined.push(match bound {
            Some(bound) => bound,
            None => item::examine(item, &scene, verifier.replay)?,
        });
    }
    Ok(conclude::conclude(&scene, checks, examined, verifier.status))
}

/// Steps 0 and 1, and whether the room has a policy to judge by.
fn sender(scene: &Scene<'_>, checks: &mut Vec<Check>) -> Result<(), Check> {
    let failed = |step, name, code, note: Option<String>| Err(check(step, name, Outcome::Failed, Some(code), note));
    let policy = match scene.snapshot.policy() {
        _ if scene.waives(Waivable::Policy) => check(0, "room policy", Outcome::Waived, None, None),
        evaluate::PolicyState::Missing => return failed(0, "room policy", VerdictCode::PolicyMissing, None),
        evaluate::PolicyState::Unsupported => return failed(0, "room policy", VerdictCode::PolicyUnsupported, None),
        evaluate::PolicyState::Known(_) => check(0, "room policy", Outcome::Passed, None, None),
    };
    checks.push(policy);
    // Without a trust store nobody's credential can be verified, the leaf's neither.
    if scene.waives(Waivable::Leaf) || scene.waives(Waivable::Trust) {
        checks.push(check(0, "leaf credential", Outcome::Waived, None, None));
        checks.push(check(1, "sender", Outcome::Waived, None, None));
        return Ok(());
    }
    if let Some(fault) = scene.snapshot.leaf_fault(scene.arrival.sender) {
        return failed(0, "leaf credential", VerdictCode::LeafUnverified, Some(fault.to_owned()));
    }
    let Some(leaf) = scene.leaf else {
        return failed(1, "sender", VerdictCode::Stale, Some("nobody sat at this leaf in that epoch".into()));
    };
    if let crate::snapshot::LeafStanding::Unverified { code, note } = leaf.standing() {
        return failed(0, "leaf credential", VerdictCode::LeafUnverified, Some(format!("{note} ({code})")));
    }
    checks.push(check(0, "leaf credential", Outcome::Passed, None, None));
    checks.push(check(1, "sender", Outcome::Passed, None, None));
    Ok(())
}

/// The verdict on a member who has revealed nothing so far.
///
/// # Errors
/// `room/snapshot-refused` when the snapshot has no such leaf.
pub fn without_reveal(snapshot: &EpochSnapshot, leaf: u32, now: i64, asked: Asked) -> Result<Verdict, Error> {
    let seen = snapshot.leaf(leaf).ok_or_else(|| Error::new(crate::Code::SnapshotRefused).note("nobody sits at this leaf"))?;
    let arrival = Arrival { sender: leaf, epoch: snapshot.epoch(), received_at: now, accepted_at: None, challenge: None };
    let (nobody, settings) = (TrustStore::new(), Settings::default());
    let (leaf, disclosure_keys) = (Some(seen), &[]);
    let scene = Scene { snapshot, leaf, is_current: true, arrival: &arrival, trust: &nobody, disclosure_keys, settings };
    let mut checks = Vec::new();
    if let Err(refusal) = sender(&scene, &mut checks) {
        checks.push(refusal);
        return Ok(conclude::refused(Some(snapshot), Some(seen), &arrival, checks));
    }
    Ok(conclude::absent(&scene, checks, asked))
}

#[cfg(test)]
mod tests;
