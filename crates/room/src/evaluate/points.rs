//! Points 5 to 10.
//!
//! What hostile members and administrators can make of this: a bundle has at most 32 presentations in 1 MiB, a certificate 16 KiB,
//! a policy 256 KiB. Each credential is looked through once for all rules ([`Places`]), so claims and paths add up. What is left
//! is the product of a rule's predicates and the values at its paths: one value for each path of a token, and for a certificate as
//! many names as its CA wrote into 16 KiB.

use mimicred_claims::{ClaimPath, Predicate, Value};

use super::conflicts::is_contradicted;
use super::places::{Alternative, Places, Sight};
use super::subject::{Choice, one_subject};
use super::{Member, Presented, RuleOutcome, RuleReport, day};
use crate::VerdictCode;
use crate::policy::{ClaimPredicate, ClaimRule, Optionality, PolicyPath, RoomDisclosurePolicy};

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

/// What the presentations show, each beside what the policy finds in it.
struct Scene<'s> {
    presented: &'s [Presented<'s>],
    sights: Vec<Sight<'s>>,
    leaf: Option<Sight<'s>>,
}

pub(super) fn rules(policy: &RoomDisclosurePolicy, member: Option<&Member>, presented: &[Presented<'_>]) -> Findings {
    let places = Places::of(policy);
    let scene = Scene {
        presented,
        sights: presented.iter().map(|presented| places.look_at(presented.evidence)).collect(),
        leaf: member.map(|member| places.look_at(&member.evidence)),
    };
    let mut breaches = Vec::new();
    let mut reports = Vec::new();
    // For each required rule, the presentations that meet it.
    let mut choices: Vec<Choice> = Vec::new();
    let mut marked = None;
    for (n, rule) in policy.claim_rules.iter().enumerate() {
        let rule = Rule { rule, paths: places.of_rule(n), predicates: predicates(rule) };
        let mut finding = match rule.rule.presence {
            Optionality::Forbidden => rule.forbidden(&scene),
            Optionality::Required => {
                let (finding, choice) = rule.required(&scene);
                choices.extend(choice);
                finding
            }
            Optionality::Optional | Optionality::Other(_) => rule.optional(&scene),
        };
        let label = &rule.rule.claim_name;
        if let (RuleOutcome::Violated, Some(code)) = (finding.outcome, finding.code) {
            breaches.push(Breach { point: finding.point, code, note: label.clone() });
        }
        if rule.rule.presence == Optionality::Required && finding.outcome == RuleOutcome::NotVouched {
            marked = marked.or(finding.code);
        }
        // Point 10. A rule has one outcome: a conflict comes after what else is wrong with it.
        if rule.rule.presence != Optionality::Forbidden && is_contradicted(rule.rule, rule.paths, &scene.sights) {
            breaches.push(Breach { point: 10, code: VerdictCode::ConflictingClaims, note: label.clone() });
            if finding.outcome != RuleOutcome::Violated {
                (finding.outcome, finding.code) = (RuleOutcome::Violated, Some(VerdictCode::ConflictingClaims));
            }
        }
        let Finding { outcome, code, by: presentation, .. } = finding;
        let presence = rule.rule.presence.name().unwrap_or("unknown");
        reports.push(RuleReport { claim_name: label.clone(), presence, outcome, code, presentation });
    }
    // Point 7 only makes sense of rules that are all met.
    let all_met = !breaches.iter().any(|breach| breach.point == 6);
    if all_met && !one_subject(&choices, member, presented) {
        breaches.push(Breach { point: 7, code: VerdictCode::MixedSubjects, note: String::new() });
    }
    breaches.extend(unlisted(policy, &places, member, presented));
    breaches.sort_by_key(|breach| breach.point);
    let first = breaches.into_iter().next();
    // Required rules that only presentations with an informational code meet: their code, where `ok` would stand.
    let code = first.as_ref().map(|breach| breach.code).or(marked);
    Findings { code, note: first.map(|breach| breach.note).filter(|note| !note.is_empty()), rules: reports }
}

/// What became of a rule, by which point, and which presentation decided it.
struct Finding {
    point: u8,
    outcome: RuleOutcome,
    code: Option<VerdictCode>,
    by: Option<usize>,
}

/// A rule, ready to be asked.
struct Rule<'p> {
    rule: &'p ClaimRule,
    paths: &'p [Alternative],
    predicates: Vec<Predicate<'static>>,
}

fn predicates(rule: &ClaimRule) -> Vec<Predicate<'static>> {
    rule.predicates.iter().map(ClaimPredicate::predicate).collect()
}

/// The steps of one of a rule's paths; a path into a certificate has none.
pub(super) fn steps(rule: &ClaimRule, path: Alternative) -> Option<&ClaimPath> {
    match rule.paths.get(path.nth)? {
        PolicyPath::Jwt(path) => Some(path.steps()),
        PolicyPath::Cwt(path) => Some(path.steps()),
        _ => None,
    }
}

impl Rule<'_> {
    /// Point 5: no presentation shows it, and neither does the leaf credential.
    fn forbidden(&self, scene: &Scene<'_>) -> Finding {
        let by = scene.sights.iter().position(|sight| sight.shows(self.paths));
        let is_shown = by.is_some() || scene.leaf.as_ref().is_some_and(|sight| sight.shows(self.paths));
        match is_shown {
            true => Finding { point: 5, outcome: RuleOutcome::Violated, code: Some(VerdictCode::ForbiddenClaim), by },
            false => Finding { point: 5, outcome: RuleOutcome::Kept, code: None, by },
        }
    }

    /// Whether the room lets the issuer vouch for this claim. An issuer that the room does not name at all has an informational code
    /// already and is looked at to say what it would have been good for.
    fn may_vouch(&self, presented: &Presented<'_>) -> bool {
        presented.vouches_for(&self.rule.claim_name) || (!presented.counts() && presented.entries.is_empty())
    }

    /// Whether one of the values meets every predicate.
    fn holds(&self, presented: &Presented<'_>, sight: &Sight<'_>) -> bool {
        let of_certificate = ClaimPath::default();
        let meets = |path: Alternative, value: &Value<'_>| {
            let steps = steps(self.rule, path).unwrap_or(&of_certificate);
            self.predicates.iter().all(|predicate| predicate.holds(steps, value, day(presented)))
        };
        sight.values(self.paths).any(|(path, value)| meets(path, value))
    }

    /// The presentations that show the claim, by their number, and whether their issuer may vouch for it.
    fn shown<'s>(&'s self, scene: &'s Scene<'s>) -> impl Iterator<Item = (usize, &'s Presented<'s>, &'s Sight<'s>)> {
        let both = scene.presented.iter().zip(&scene.sights).enumerate();
        both.filter(|(_, (_, sight))| sight.shows(self.paths)).map(|(n, (presented, sight))| (n, presented, sight))
    }

    /// Point 6: the presentations with a value that meets every predicate, by an issuer who may vouch for it.
    ///
    /// Presentations with an informational code are looked at too, so that the verdict can say what they would have been good for:
    /// they meet no rule, and never make it `ok`. They are held to point 7 like all, where nothing that counts takes their place.
    fn required(&self, scene: &Scene<'_>) -> (Finding, Option<Choice>) {
        let mut has_value = false;
        let (mut counting, mut others) = (Vec::new(), Vec::new());
        for (n, presented, sight) in self.shown(scene).filter(|(_, presented, _)| self.may_vouch(presented)) {
            has_value = true;
            if self.holds(presented, sight) {
                if presented.counts() { &mut counting } else { &mut others }.push(n);
            }
        }
        let of_other = |n: &usize| scene.presented.get(*n).map(|presented| presented.code);
        let (outcome, code, by) = match (counting.first(), others.first()) {
            (Some(n), _) => (RuleOutcome::Kept, None, Some(*n)),
            (None, Some(n)) => (RuleOutcome::NotVouched, of_other(n), Some(*n)),
            (None, None) if has_value => (RuleOutcome::Violated, Some(VerdictCode::PredicateFailed), None),
            (None, None) => (RuleOutcome::Violated, Some(VerdictCode::MissingRequiredClaim), None),
        };
        let choice = if counting.is_empty() { others } else { counting };
        let choice = (!choice.is_empty()).then_some(Choice { meeting: choice });
        (Finding { point: 6, outcome, code, by }, choice)
    }

    /// Point 8: every presentation that shows the claim must meet the predicates, by one of its values at least.
    fn optional(&self, scene: &Scene<'_>) -> Finding {
        let mut kept = None;
        let mut not_vouched: Option<(VerdictCode, usize)> = None;
        let mut unheard = None;
        for (n, presented, sight) in self.shown(scene) {
            if !self.may_vouch(presented) {
                unheard = unheard.or(Some((VerdictCode::IssuerUntrusted, n)));
            } else if !self.holds(presented, sight) {
                let code = Some(VerdictCode::PredicateFailed);
                return Finding { point: 8, outcome: RuleOutcome::Violated, code, by: Some(n) };
            } else if presented.counts() {
                kept = kept.or(Some(n));
            } else {
                not_vouched = not_vouched.or(Some((presented.code, n)));
            }
        }
        let (outcome, code, by) = match (kept, not_vouched.or(unheard)) {
            (Some(n), _) => (RuleOutcome::Kept, None, Some(n)),
            (None, Some((code, n))) => (RuleOutcome::NotVouched, Some(code), Some(n)),
            (None, None) => (RuleOutcome::NotShown, None, None),
        };
        Finding { point: 8, outcome, code, by }
    }
}

/// Point 9: with unlisted claims forbidden, every claim about the subject is named by some rule.
fn unlisted(
    policy: &RoomDisclosurePolicy,
    places: &Places<'_>,
    member: Option<&Member>,
    presented: &[Presented<'_>],
) -> Option<Breach> {
    if policy.unlisted_claims != Optionality::Forbidden {
        return None;
    }
    let leaf = member.map(|member| &member.evidence);
    let mut all = presented.iter().map(|presented| presented.evidence).chain(leaf);
    let note = all.find_map(|evidence| places.first_unlisted(evidence))?;
    Some(Breach { point: 9, code: VerdictCode::UnlistedClaim, note })
}
