//! Steps 6 and 7: that the leaf's key made it, for this room, epoch and moment; and by what it is known if it comes again.

use mimicred_uri::MimiUri;

use super::content::Content;
use super::ladder::Ladder;
use super::{Scene, freshness};
use crate::Error;
use crate::credential::{Fault, Opened};
use crate::replay::Use;
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

/// What step 7 found, but for replays.
pub(super) struct Bound {
    /// Until when the use must be remembered; nothing where there is none to file.
    pub(super) keep_until: Option<i64>,
}

/// Step 7: audience, nonce, freshness; nothing if one of them fails.
pub(super) fn binding(
    content: &Content,
    opened: &Opened,
    scene: &Scene<'_>,
    ladder: &mut Ladder,
) -> Result<Option<Bound>, Error> {
    if matches!(content, Content::Bare(_)) {
        // A bare chain says neither for whom nor when: only the message around it does.
        for _ in ["audience", "nonce", "freshness", "replay"] {
            ladder.skip();
        }
        return Ok(Some(Bound { keep_until: None }));
    }
    let room_uri = scene.snapshot.room_uri();
    match (room_uri, &opened.bound) {
        (None, _) => ladder.waive(),
        // The signature over the room's URI has been verified.
        (Some(_), None) => ladder.pass(),
        (Some(room), Some(bound)) if bound.audience == room.as_str() => ladder.pass(),
        (Some(_), Some(_)) => {
            ladder.fail(VerdictCode::AudienceMismatch, None);
            return Ok(None);
        }
    }
    let outer = content.proof().map(|proof| &proof.presentation);
    match scene.snapshot.nonce(scene.leaf.map(SnapshotLeaf::key), scene.arrival.challenge.as_ref())? {
        Expected::Waived => ladder.waive(),
        Expected::NotAsked => {
            ladder.fail(VerdictCode::UnknownToMe, Some("it answers a request that is not ours".into()));
            return Ok(None);
        }
        Expected::Nonce(nonce) => {
            let inner_holds = opened.bound.as_ref().is_none_or(|bound| bound.nonce.is(&nonce));
            if !inner_holds || outer.is_some_and(|outer| outer.nonce() != nonce) {
                ladder.fail(VerdictCode::NonceMismatch, None);
                return Ok(None);
            }
            ladder.pass();
        }
    }
    let made_at = outer.map_or(Ok(opened.at), |outer| i64::try_from(outer.issued_at())).unwrap_or(i64::MAX);
    let skew = scene.snapshot.policy().known().map_or(0, |policy| i64::from(policy.max_clock_skew));
    let over = opened.bound.as_ref().and_then(|bound| bound.expires);
    let clock = mimicred_claims::Clock { now: scene.arrival.received_at.saturating_sub(skew), leeway: 0 };
    let judged = freshness::check(made_at, scene, scene.common.settings)
        .and_then(|()| freshness::check(opened.at, scene, scene.common.settings))
        .and_then(|()| {
            if over.is_some_and(|over| clock.is_expired(over)) {
                Err((VerdictCode::Stale, "its key binding has expired"))
            } else {
                Ok(())
            }
        });
    if let Err((code, note)) = judged {
        ladder.fail(code, Some(note.to_owned()));
        return Ok(None);
    }
    ladder.pass();
    if scene.leaf.is_none() {
        ladder.waive();
        return Ok(Some(Bound { keep_until: None }));
    }
    Ok(Some(Bound { keep_until: Some(freshness::keep_until(made_at, scene, scene.common.settings)) }))
}

/// What the replay store is asked about; nothing without a leaf.
pub(super) fn the_use<'u>(content: &'u Content, opened: &'u Opened, scene: &Scene<'u>) -> Option<Use<'u>> {
    let leaf_key = scene.leaf?.key();
    let proof = content.proof();
    let nonce = match (&opened.bound, proof) {
        (Some(bound), _) => bound.nonce.octets(),
        (None, Some(outer)) => outer.presentation.nonce(),
        (None, None) => &[],
    };
    let audience = opened.bound.as_ref().map(|bound| bound.audience.as_str());
    let proven = || scene.snapshot.room_uri().or(proof?.room_uri.as_ref()).map(MimiUri::as_str);
    let audience = audience.or_else(proven).unwrap_or_default();
    Some(Use { audience, nonce, token_hash: &opened.token_hash, leaf_key })
}
