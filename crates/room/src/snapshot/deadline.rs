//! Since when the room has required what it requires (mimi-mls.md 3.4.2, "Deadline", and 6 row 37: a rule newly required starts a
//! new deadline).
//!
//! A reveal that was enough before is judged by the policy of its own epoch; what is asked anew, everybody gets the time of a
//! deadline to answer. New is `identity_reveal`, a label that was not required before, and a required rule that asks for more: one
//! with another predicate, or with a path less. A rule that is dropped or loosened starts nothing, and neither do paths in
//! another order; one that was away for an epoch is new.

use std::collections::{HashMap, HashSet};

use mimicred_claims::{ClaimPath, Predicate};

use crate::evaluate::PolicyState;
use crate::policy::{ClaimPredicate, ClaimRule, Optionality, PolicyPath, RoomDisclosurePolicy, X509Path};

/// The moment from which the deadline for what `policy` requires runs, given the policy before it and its moment; nothing if a
/// reveal is not required.
pub(super) fn required_since(policy: &PolicyState, before: Option<(&PolicyState, i64)>, now: i64) -> Option<i64> {
    let policy = policy.known().filter(|policy| policy.identity_reveal == Optionality::Required)?;
    let before = before.and_then(|(before, since)| Some((before.known()?, since)));
    match before {
        Some((before, since)) if asks_no_more(policy, before) => Some(since),
        _ => Some(now),
    }
}

fn asks_no_more(policy: &RoomDisclosurePolicy, before: &RoomDisclosurePolicy) -> bool {
    let required = |policy: &'_ RoomDisclosurePolicy| policy.identity_reveal == Optionality::Required;
    let before: HashMap<&str, &ClaimRule> = before
        .claim_rules
        .iter()
        .filter(|rule| required(before) && rule.presence == Optionality::Required)
        .map(|rule| (rule.claim_name.as_str(), rule))
        .collect();
    let mut rules = policy.claim_rules.iter().filter(|rule| rule.presence == Optionality::Required);
    rules.all(|rule| before.get(rule.claim_name.as_str()).is_some_and(|before| *before == rule || is_no_stricter(rule, before)))
}

/// Whether whatever met the rule before meets it still.
fn is_no_stricter(rule: &ClaimRule, before: &ClaimRule) -> bool {
    places(before).is_subset(&places(rule)) && predicates(rule).is_subset(&predicates(before))
}

/// Where a claim may stand, whatever the spelling of the path.
#[derive(PartialEq, Eq, Hash)]
enum Place<'r> {
    Jwt(&'r ClaimPath),
    Cwt(&'r ClaimPath),
    X509(&'r X509Path),
    Other(u8, &'r [u8]),
}

fn place(path: &PolicyPath) -> Place<'_> {
    match path {
        PolicyPath::Jwt(path) => Place::Jwt(path.steps()),
        PolicyPath::Cwt(path) => Place::Cwt(path.steps()),
        PolicyPath::X509(path) => Place::X509(path),
        PolicyPath::Other { family, path } => Place::Other(*family, path),
    }
}

fn places(rule: &ClaimRule) -> HashSet<Place<'_>> {
    rule.paths.iter().map(place).collect()
}

fn predicates(rule: &ClaimRule) -> HashSet<Predicate<'static>> {
    rule.predicates.iter().map(ClaimPredicate::predicate).collect()
}
