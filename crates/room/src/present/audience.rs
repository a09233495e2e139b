//! Who will be able to read a bundle, and what not everybody may (mimi-mls 3.5.5).

use crate::evidence::Evidence;
use crate::policy::{ClaimRule, RoomDisclosurePolicy};

/// Who will be able to read a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience<'r> {
    /// Every member: it is sent as it is.
    Room,
    /// Those of [`leaves_with_roles`](crate::EpochSnapshot::leaves_with_roles) for these roles: it is sealed to them (mimi-mls 3.5.5).
    Roles(&'r [u32]),
}

impl Audience<'_> {
    /// Whether all of them are among those who may see something; no roles means everybody may.
    pub(crate) fn is_within(self, visible_to_roles: &[u32]) -> bool {
        let allowed = |roles: &[u32]| !roles.is_empty() && roles.iter().all(|role| visible_to_roles.contains(role));
        visible_to_roles.is_empty() || matches!(self, Audience::Roles(roles) if allowed(roles))
    }

    /// Whether any of them may see a reveal at all.
    pub(crate) fn may_see_reveals(self, policy: &RoomDisclosurePolicy) -> bool {
        self.is_within(&policy.visible_to_roles)
    }

    /// The rules whose claims not all of them may see.
    pub(crate) fn restricted(self, policy: &RoomDisclosurePolicy) -> impl Iterator<Item = &ClaimRule> {
        policy.claim_rules.iter().filter(move |rule| !self.is_within(&rule.visible_to_roles))
    }
}

/// Why these members must not all see it.
pub(crate) fn shown_to_too_many<'e>(
    policy: &RoomDisclosurePolicy,
    audience: Audience<'_>,
    shown: impl Iterator<Item = &'e Evidence> + Clone,
) -> Option<String> {
    if !audience.may_see_reveals(policy) {
        return Some("in this room only some roles may see reveals".to_owned());
    }
    let mut seen = audience.restricted(policy).filter(|rule| {
        let mut claims = shown.clone().flat_map(Evidence::subject_claims);
        claims.any(|claim| rule.paths.iter().any(|path| claim.is_under(path)))
    });
    seen.next().map(|rule| format!("only some roles may see {}", rule.claim_name))
}
