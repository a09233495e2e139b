//! Points 5 to 10.

use mimicred_claims::{Predicate, Scalar, Value};

use super::subject::{Choice, one_subject};
use super::{Member, Presented, RuleOutcome, RuleReport, day};
use crate::VerdictCode;
use crate::evidence::{Evidence, Found};
use crate::policy::{ClaimRule, Optionality, RoomDisclosurePolicy};

/// What came out of points 5 to 10.
pub(super) struct Findings {
    /// The first violation, in the order of the points.
    pub(super) code: Option<VerdictCode>,
    /// The claim of that violation.
    pub(super) note: Option<String>,
    pub(super) rules: Vec<RuleReport>,
}

/// A violation: its point, its code, its claim.
struct Breach {
    point: u8,
    code: VerdictCode,
    note: String,
}

pub(super) fn rules(policy: &RoomDisclosurePolicy, member: Option<&Member>, presented: &[Presented<'_>]) -> Findings {
    let mut breaches = Vec::new();
    let mut reports = Vec::new();
    // For each required rule, the presentations that meet it.
    let mut choices: Vec<Choice> = Vec::new();
    let mut marked = None;
    for rule in &policy.claim_rules {
        let (outcome, presentation, point) = match rule.presence {
            Optionality::Forbidden => (forbidden(rule, member, presented), None, 5),
            Optionality::Required => {
                let meeting = meeting(rule, presented);
                let outcome = required(rule, presented, &meeting);
                let by = meeting.first().copied();
                if let Some(first) = by {
                    choices.push(Choice { counting: meeting.iter().copied().filter(|n| is_counting(presented, *n)).collect() });
                    marked = marked.or_else(|| {
                        presented.get(first).filter(|_| choices.last().is_some_and(Choice::is_empty)).map(|p| p.code)
                    });
                }
                (outcome, by, 6)
            }
            Optionality::Optional | Optionality::Other(_) => {
                let (outcome, by) = optional(rule, presented);
                (outcome, by, 8)
            }
        };
        if let Outcome(RuleOutcome::Violated, Some(code)) = outcome {
            breaches.push(Breach { point, code, note: rule.claim_name.clone() });
        }
        let Outcome(outcome, code) = outcome;
        let presence = rule.presence.name().unwrap_or("unknown");
        reports.push(RuleReport { claim_name: rule.claim_name.clone(), presence, outcome, code, presentation });
    }
    // Point 7 only makes sense of rules that are all met.
    let all_met = !breaches.iter().any(|breach| breach.point == 6);
    if all_met && marked.is_none() && !one_subject(&choices, member, presented) {
        breaches.push(Breach { point: 7, code: VerdictCode::MixedSubjects, note: String::new() });
    }
    breaches.extend(unlisted(policy, member, presented));
    breaches.extend(conflicts(policy, presented));
    breaches.sort_by_key(|breach| breach.point);
    let first = breaches.into_iter().next();
    // Required rules that only presentations with an informational code meet: their code, where `ok` would stand.
    let code = first.as_ref().map(|breach| breach.code).or(marked);
    Findings { code, note: first.map(|breach| breach.note).filter(|note| !note.is_empty()), rules: reports }
}

/// What became of a rule, and the code that goes with it.
#[derive(Clone, Copy)]
struct Outcome(RuleOutcome, Option<VerdictCode>);

fn is_counting(presented: &[Presented<'_>], n: usize) -> bool {
    presented.get(n).is_some_and(Presented::counts)
}

/// Every value of a rule's claim in one credential, in the order of the rule's paths, with the number of the path.
fn values<'e>(rule: &ClaimRule, evidence: &'e Evidence) -> Vec<(usize, Found<'e>)> {
    rule.paths.iter().enumerate().flat_map(|(n, path)| evidence.at(path).into_iter().map(move |found| (n, found))).collect()
}

/// Point 5: no presentation shows it, and neither does the leaf credential.
fn forbidden(rule: &ClaimRule, member: Option<&Member>, presented: &[Presented<'_>]) -> Outcome {
    let leaf = member.map(|member| &member.evidence);
    let shown =
        presented.iter().map(|presented| presented.evidence).chain(leaf).any(|evidence| !values(rule, evidence).is_empty());
    if shown { Outcome(RuleOutcome::Violated, Some(VerdictCode::ForbiddenClaim)) } else { Outcome(RuleOutcome::Kept, None) }
}

fn holds(predicates: &[Predicate<'_>], found: &Found<'_>, presented: &Presented<'_>) -> bool {
    predicates.iter().all(|predicate| predicate.holds(&found.path, &found.value, day(presented)))
}

fn predicates(rule: &ClaimRule) -> Vec<Predicate<'static>> {
    rule.predicates.iter().filter_map(|predicate| predicate.predicate()).collect()
}

/// Whether the room lets the issuer vouch for this claim. An issuer that the room does not name at all has an informational code
/// already and is looked at to say what it would have been good for.
fn may_vouch(rule: &ClaimRule, presented: &Presented<'_>) -> bool {
    presented.vouches_for(&rule.claim_name) || (!presented.counts() && presented.entries.is_empty())
}

/// Point 6: the presentations with a value that meets every predicate, by an issuer who may vouch for it; those that count first.
///
/// Presentations with an informational code are looked at too, so that the verdict can say what they would have been good for:
/// they never make it `ok`.
fn meeting(rule: &ClaimRule, presented: &[Presented<'_>]) -> Vec<usize> {
    let predicates = predicates(rule);
    let meets = |presented: &Presented<'_>| {
        may_vouch(rule, presented)
            && values(rule, presented.evidence).iter().any(|(_, found)| holds(&predicates, found, presented))
    };
    let mut meeting: Vec<usize> = presented.iter().enumerate().filter(|(_, p)| meets(p)).map(|(n, _)| n).collect();
    meeting.sort_by_key(|n| !is_counting(presented, *n));
    meeting
}

fn required(rule: &ClaimRule, presented: &[Presented<'_>], meeting: &[usize]) -> Outcome {
    if let Some(first) = meeting.first() {
        return match presented.get(*first) {
            Some(marked) if !marked.counts() => Outcome(RuleOutcome::NotVouched, Some(marked.code)),
            _ => Outcome(RuleOutcome::Kept, None),
        };
    }
    let has_value = presented
        .iter()
        .filter(|presented| may_vouch(rule, presented))
        .any(|presented| !values(rule, presented.evidence).is_empty());
    let code = if has_value { VerdictCode::PredicateFailed } else { VerdictCode::MissingRequiredClaim };
    Outcome(RuleOutcome::Violated, Some(code))
}

/// Point 8: every presentation that shows the claim must meet the predicates, by one of its paths at least.
fn optional(rule: &ClaimRule, presented: &[Presented<'_>]) -> (Outcome, Option<usize>) {
    let predicates = predicates(rule);
    let mut outcome = (Outcome(RuleOutcome::NotShown, None), None);
    for (n, presented) in presented.iter().enumerate() {
        let values = values(rule, presented.evidence);
        if values.is_empty() {
            continue;
        }
        if !may_vouch(rule, presented) {
            if matches!(outcome.0, Outcome(RuleOutcome::NotShown, _)) {
                outcome = (Outcome(RuleOutcome::NotVouched, Some(VerdictCode::IssuerUntrusted)), Some(n));
            }
            continue;
        }
        if !values.iter().any(|(_, found)| holds(&predicates, found, presented)) {
            return (Outcome(RuleOutcome::Violated, Some(VerdictCode::PredicateFailed)), Some(n));
        }
        if !matches!(outcome.0, Outcome(RuleOutcome::Kept, _)) {
            outcome = (Outcome(RuleOutcome::Kept, None), Some(n));
        }
    }
    outcome
}

/// Point 9: with unlisted claims forbidden, every claim about the subject is named by some rule.
fn unlisted(policy: &RoomDisclosurePolicy, member: Option<&Member>, presented: &[Presented<'_>]) -> Option<Breach> {
    if policy.unlisted_claims != Optionality::Forbidden {
        return None;
    }
    let leaf = member.map(|member| &member.evidence);
    let all = presented.iter().map(|presented| presented.evidence).chain(leaf);
    let mut claims = all.flat_map(Evidence::subject_claims);
    let paths = || policy.claim_rules.iter().flat_map(|rule| &rule.paths);
    let unlisted = claims.find(|claim| !paths().any(|path| claim.is_under(path)))?;
    Some(Breach { point: 9, code: VerdictCode::UnlistedClaim, note: unlisted.place })
}

/// Point 10: two presentations that give one claim give it one value.
///
/// The alternatives of an age rule say different things of the same age, `true` and a birthdate for instance, so there only
/// values at the same path are compared.
fn conflicts(policy: &RoomDisclosurePolicy, presented: &[Presented<'_>]) -> Option<Breach> {
    let listed = policy.claim_rules.iter().filter(|rule| rule.presence != Optionality::Forbidden);
    let conflicting = listed.filter(|rule| {
        let is_age = rule.predicates.iter().any(|predicate| predicate.is_age());
        let given: Vec<_> = presented.iter().map(|presented| values(rule, presented.evidence)).collect();
        let pairs = given.iter().enumerate().flat_map(|(n, a)| given.iter().skip(n + 1).map(move |b| (a, b)));
        pairs.into_iter().any(|(a, b)| disagree(a, b, is_age))
    });
    conflicting.map(|rule| Breach { point: 10, code: VerdictCode::ConflictingClaims, note: rule.claim_name.clone() }).next()
}

/// Whether both have values, and none in common.
fn disagree(a: &[(usize, Found<'_>)], b: &[(usize, Found<'_>)], same_path_only: bool) -> bool {
    let mut compared = false;
    for (path_a, found_a) in a {
        for (path_b, found_b) in b {
            if same_path_only && path_a != path_b {
                continue;
            }
            compared = true;
            if same(&found_a.value, &found_b.value) {
                return false;
            }
        }
    }
    compared
}

/// Equal as JSON scalars across formats, or equal as they are.
fn same(a: &Value<'_>, b: &Value<'_>) -> bool {
    match (Scalar::from_value(a), Scalar::from_value(b)) {
        (Some(a), Some(b)) => a == b,
        (None, None) => a == b,
        _ => false,
    }
}
