//! Steps 6 and 7: that the leaf's key made it, for this room, epoch and moment, and that it comes for the first time.

use mimicred_uri::MimiUri;

use super::content::Content;
use super::ladder::Ladder;
use super::{Scene, freshness};
use crate::Error;
use crate::credential::{Fault, Opened};
use crate::replay::{Origin, ReplayStore, Seen, Use};
use crate::snapshot::{Expected, SnapshotLeaf};
use crate::verdict::VerdictCode;

/// Step 6. A token's own key binding was verified with it; a CredentialPresentation around it must hold besides.
pub(super) fn possession(content: &Content, opened: &Opened, scene: &Scene<'_>, ladder: &mut Ladder) -> bool {
    let Some(proof) = content.proof() else {
        match content {
            Content::Bare(_) => ladder.mark(VerdictCode::BindingImplicit),
            _ => ladder.pass(),
        }
        return true;
    };
    let key = scene.leaf.map_or(&opened.holder, SnapshotLeaf::key);
    // Where the room is waived, the bundle's own word completes what was signed.
    let room_uri = scene.snapshot.room_uri().or(proof.room_uri.as_ref());
    let Some(context) = room_uri.and_then(|room_uri| scene.snapshot.context(room_uri)) else {
        ladder.waive();
        return true;
    };
    match proof.presentation.verify(key, &context) {
        Ok(()) => {
            ladder.pass();
            true
        }
        Err(e) => {
            ladder.fault(Fault::of(6, VerdictCode::BindingInvalid, &e));
            false
        }
    }
}

/// Step 7: audience, nonce, freshness, replay.
pub(super) fn binding(
    content: &Content,
    opened: &Opened,
    scene: &Scene<'_>,
    replay: &mut dyn ReplayStore,
    ladder: &mut Ladder,
) -> Result<bool, Error> {
    if matches!(content, Content::Bare(_)) {
        // A bare chain says neither for whom nor when: only the message around it does.
        for _ in ["audience", "nonce", "freshness", "replay"] {
            ladder.skip();
        }
        return Ok(true);
    }
    let room_uri = scene.snapshot.room_uri();
    match (room_uri, &opened.bound) {
        (None, _) => ladder.waive(),
        // The signature over the room's URI has been verified.
        (Some(_), None) => ladder.pass(),
        (Some(room), Some(bound)) if bound.audience == room.as_str() => ladder.pass(),
        (Some(_), Some(_)) => {
            ladder.fail(VerdictCode::AudienceMismatch, None);
            return Ok(false);
        }
    }
    let outer = content.proof().map(|proof| &proof.presentation);
    match scene.snapshot.nonce(scene.leaf.map(SnapshotLeaf::key), scene.arrival.challenge.as_ref())? {
        Expected::Waived => ladder.waive(),
        Expected::NotAsked => {
            ladder.fail(VerdictCode::UnknownToMe, Some("it answers a request that is not ours".into()));
            return Ok(false);
        }
        Expected::Nonce(nonce) => {
            let inner_holds = opened.bound.as_ref().is_none_or(|bound| bound.nonce.is(&nonce));
            if !inner_holds || outer.is_some_and(|outer| outer.nonce() != nonce) {
                ladder.fail(VerdictCode::NonceMismatch, None);
                return Ok(false);
            }
            ladder.pass();
        }
    }
    let made_at = outer.map_or(Ok(opened.at), |outer| i64::try_from(outer.issued_at())).unwrap_or(i64::MAX);
    let skew = scene.snapshot.policy().known().map_or(0, |policy| i64::from(policy.max_clock_skew));
    let over = opened.bound.as_ref().and_then(|bound| bound.expires);
    let clock = mimicred_claims::Clock { now: scene.arrival.received_at.saturating_sub(skew), leeway: 0 };
    let judged = freshness::check(made_at, scene, scene.settings)
        .and_then(|()| freshness::check(opened.at, scene, scene.settings))
        .and_then(|()| {
            if over.is_some_and(|over| clock.is_expired(over)) {
                Err((VerdictCode::Stale, "its key binding has expired"))
            } else {
                Ok(())
            }
        });
    if let Err((code, note)) = judged {
        ladder.fail(code, Some(note.to_owned()));
        return Ok(false);
    }
    ladder.pass();
    let Some(leaf) = scene.leaf else {
        ladder.waive();
        return Ok(true);
    };
    let nonce = match (&opened.bound, outer) {
        (Some(bound), _) => bound.nonce.octets(),
        (None, Some(outer)) => outer.nonce(),
        (None, None) => &[],
    };
    let audience = opened.bound.as_ref().map(|bound| bound.audience.as_str());
    let proven = room_uri.or_else(|| content.proof()?.room_uri.as_ref()).map(MimiUri::as_str);
    let audience = audience.or(proven).unwrap_or_default();
    let presented = Use { audience, nonce, token_hash: &opened.token_hash, leaf_key: leaf.key() };
    let origin = Origin { epoch: scene.arrival.epoch, leaf: scene.arrival.sender };
    let keep_until = freshness::keep_until(made_at, scene, scene.settings);
    if replay.record(&presented, origin, keep_until)? == Seen::Replayed {
        ladder.fail(VerdictCode::Replayed, None);
        return Ok(false);
    }
    ladder.pass();
    Ok(true)
}
