//! Step 7, time: the freshness table of mimi-mls.md 3.5.2.

use super::{Scene, Settings};
use crate::verdict::VerdictCode;

/// Where the policy is waived: what policies have by default.
const DEFAULT_SKEW: i64 = 60;

/// Judges when a presentation was made; the note says which rule it breaks.
pub(super) fn check(made_at: i64, scene: &Scene<'_>, settings: Settings) -> Result<(), (VerdictCode, &'static str)> {
    let policy = scene.snapshot.policy().known();
    let skew = policy.map_or(DEFAULT_SKEW, |policy| i64::from(policy.max_clock_skew));
    let received = scene.arrival.received_at;
    if made_at > received.saturating_add(skew) {
        return Err((VerdictCode::NotYetValid, "made after it arrived"));
    }
    let max_age = policy.map(|policy| i64::from(policy.max_presentation_age));
    match max_age {
        Some(0) if !scene.is_current => return Err((VerdictCode::Stale, "this room takes reveals of the current epoch only")),
        Some(max_age) if max_age > 0 && received.saturating_sub(made_at) > max_age.saturating_add(settings.max_queue.into()) => {
            return Err((VerdictCode::Stale, "older than the room and a queue allow"));
        }
        _ => {}
    }
    if scene.arrival.challenge.is_some_and(|challenge| made_at > challenge.not_after.saturating_add(skew)) {
        return Err((VerdictCode::Stale, "made after the request had run out"));
    }
    let Some(accepted) = scene.arrival.accepted_at else {
        return Ok(());
    };
    if made_at > accepted.saturating_add(skew) {
        return Err((VerdictCode::NotYetValid, "made after the hub had accepted it"));
    }
    if max_age.is_some_and(|max_age| max_age > 0 && accepted.saturating_sub(made_at) > max_age) {
        return Err((VerdictCode::Stale, "older than the room allows when the hub accepted it"));
    }
    Ok(())
}

/// Until when a use must be remembered: as long as it could still be accepted, rounded up to the hour.
pub(super) fn keep_until(made_at: i64, scene: &Scene<'_>, settings: Settings) -> i64 {
    const HOUR: i64 = 3600;
    let policy = scene.snapshot.policy().known();
    let (age, skew) =
        policy.map_or((0, DEFAULT_SKEW), |policy| (policy.max_presentation_age.into(), policy.max_clock_skew.into()));
    let end = made_at.saturating_add(age).saturating_add(settings.max_queue.into()).saturating_add(skew);
    end.saturating_add(HOUR - 1).div_euclid(HOUR).saturating_mul(HOUR)
}
