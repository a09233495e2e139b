//! One message on its way to its verdict, in parts that may be done for many messages at once: all but the question whether it comes for
//! the first time looks at nothing but the message.

use mimicred_keys::Unsettled;
use mimicred_sd_cwt::DisclosureKey;

use super::carriage::{self, Item};
use super::item::{self, Examined, Filed};
use super::ladder::check;
use super::{Arrival, Reveal, Settings, conclude, offer};
use crate::credential::{Anchored, Opened, StatusLists};
use crate::replay::Seen;
use crate::snapshot::{EpochSnapshot, LeafStanding, SnapshotLeaf, Snapshots, Waivable};
use crate::trust::TrustStore;
use crate::verdict::{Check, Outcome, Verdict, VerdictCode};
use crate::{Error, evaluate};

/// What all messages of one verification share.
#[derive(Clone, Copy)]
pub(super) struct Common<'s> {
    pub(super) trust: &'s TrustStore,
    pub(super) anchored: &'s Anchored,
    pub(super) disclosure_keys: &'s [DisclosureKey],
    pub(super) settings: Settings,
}

/// What all checks of one message look at.
pub(super) struct Scene<'s> {
    pub(super) snapshot: &'s EpochSnapshot,
    pub(super) leaf: Option<&'s SnapshotLeaf>,
    pub(super) is_current: bool,
    pub(super) arrival: &'s Arrival<'s>,
    pub(super) common: Common<'s>,
}

impl Scene<'_> {
    pub(super) fn waives(&self, input: Waivable) -> bool {
        self.snapshot.waived().contains(&input)
    }
}

/// A message, as far as it has come.
pub(super) enum Message<'s> {
    /// It fails as a whole.
    Refused(Box<Verdict>),
    /// Its items are judged.
    Open(Open<'s>),
}

pub(super) struct Open<'s> {
    scene: Scene<'s>,
    checks: Vec<Check>,
    items: Vec<Item>,
    examined: Vec<Examined<'s>>,
}

impl<'s> Message<'s> {
    /// Steps 0 to 2, and the items that it carries.
    pub(super) fn read(snapshots: &'s Snapshots, arrival: &'s Arrival<'s>, reveal: Reveal<'_>, common: Common<'s>) -> Self {
        let Some(snapshot) = snapshots.of(arrival.epoch) else {
            let note = Some("no snapshot of this epoch is kept".into());
            let gone = check(1, "sender", Outcome::Failed, Some(VerdictCode::Stale), note);
            return Self::Refused(Box::new(conclude::refused(None, None, arrival, vec![gone])));
        };
        let is_current = snapshots.current().is_some_and(|current| current.epoch() == snapshot.epoch());
        let scene = Scene { snapshot, leaf: snapshot.leaf(arrival.sender), is_current, arrival, common };
        let mut checks = Vec::new();
        let items = sender(&scene, &mut checks).and_then(|()| carriage::items(&scene, reveal, &mut checks));
        match items {
            Ok(items) => Self::Open(Open { scene, checks, items, examined: Vec::new() }),
            Err(refusal) => {
                checks.push(refusal);
                Self::Refused(Box::new(conclude::refused(Some(snapshot), scene.leaf, arrival, checks)))
            }
        }
    }

    /// The items whose signatures can be checked with those of others, by their places.
    fn put_off(&self) -> Vec<(usize, Unsettled<Opened>)> {
        let Self::Open(open) = self else { return Vec::new() };
        let items = open.items.iter().enumerate();
        items.filter_map(|(place, item)| Some((place, item::put_off(&item.content, &open.scene)?))).collect()
    }

    /// Steps 3 to 7 but for replays; `opened` has the items whose signatures hold as it is known already.
    ///
    /// # Errors
    /// The nonce of this epoch cannot be derived.
    pub(super) fn climb(&mut self, mut opened: Vec<(usize, Opened)>) -> Result<(), Error> {
        let Self::Open(Open { scene, items, examined, .. }) = self else { return Ok(()) };
        let bound = offer::bind(items, scene);
        for (place, (item, bound)) in items.iter().zip(bound).enumerate() {
            let known = opened.iter().position(|(of, _)| *of == place).map(|n| opened.swap_remove(n).1);
            examined.push(match bound {
                Some(bound) => bound,
                None => item::examine(item, scene, known)?,
            });
        }
        Ok(())
    }

    /// What the replay store is to be asked about it.
    pub(super) fn to_be_filed(&self) -> Vec<Filed<'_>> {
        let Self::Open(Open { scene, items, examined, .. }) = self else { return Vec::new() };
        examined.iter().zip(items).filter_map(|(examined, item)| examined.to_be_filed(&item.content, scene)).collect()
    }

    /// The rest of step 7: what the store said, of each in their order.
    pub(super) fn filed(&mut self, seen: &mut impl Iterator<Item = Seen>) {
        let Self::Open(Open { scene, items, examined, .. }) = self else { return };
        for (examined, item) in examined.iter_mut().zip(items) {
            if examined.to_be_filed(&item.content, scene).is_some() {
                // A store that says nothing of it has not let it pass.
                examined.filed(seen.next().unwrap_or(Seen::Replayed));
            }
        }
    }

    /// Step 8 and 9, the policy, and the verdict.
    pub(super) fn conclude(self, lists: &dyn StatusLists) -> Verdict {
        match self {
            Self::Refused(verdict) => *verdict,
            Self::Open(Open { scene, checks, mut examined, .. }) => {
                examined.iter_mut().for_each(|examined| examined.check_subject(&scene));
                conclude::conclude(&scene, checks, examined, lists)
            }
        }
    }
}

/// Takes several messages up to the question whether they come for the first time, the signatures of all together.
pub(super) fn climb_together<'s>(
    snapshots: &'s Snapshots,
    messages: &'s [(Arrival<'s>, Reveal<'s>)],
    common: Common<'s>,
) -> Vec<Result<Message<'s>, Error>> {
    let messages: Vec<Message<'s>> =
        messages.iter().map(|(arrival, reveal)| Message::read(snapshots, arrival, *reveal, common)).collect();
    let (mut places, mut put_off) = (Vec::new(), Vec::new());
    for (n, message) in messages.iter().enumerate() {
        for (item, unsettled) in message.put_off() {
            places.push((n, item));
            put_off.push(unsettled);
        }
    }
    let mut opened: Vec<Vec<(usize, Opened)>> = messages.iter().map(|_| Vec::new()).collect();
    for ((n, item), settled) in places.into_iter().zip(Unsettled::settle_all(put_off)) {
        // One whose signatures do not hold is opened again by itself, which says what is wrong with it.
        if let (Some(of_message), Some(settled)) = (opened.get_mut(n), settled) {
            of_message.push((item, settled));
        }
    }
    let climb = |(mut message, opened): (Message<'s>, _)| message.climb(opened).map(|()| message);
    messages.into_iter().zip(opened).map(climb).collect()
}

/// Steps 0 and 1, and whether the room has a policy to judge by.
pub(super) fn sender(scene: &Scene<'_>, checks: &mut Vec<Check>) -> Result<(), Check> {
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
    if let LeafStanding::Unverified { code, note } = leaf.standing() {
        return failed(0, "leaf credential", VerdictCode::LeafUnverified, Some(format!("{note} ({code})")));
    }
    checks.push(check(0, "leaf credential", Outcome::Passed, None, None));
    checks.push(check(1, "sender", Outcome::Passed, None, None));
    Ok(())
}
