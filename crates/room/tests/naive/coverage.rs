//! How often a run came upon what the rules are about.

use std::collections::BTreeMap;

use crate::claims::LEAP_DAY;
use crate::conditions::{date, meets, source};
use crate::data::{Case, Condition, Need, State};
use crate::judge::judge;
use crate::places;

#[derive(Default)]
pub(crate) struct Coverage {
    codes: BTreeMap<String, usize>,
    outcomes: BTreeMap<String, usize>,
    conditions: BTreeMap<String, usize>,
}

/// What `evaluate` can say of the whole.
const CODES: [&str; 22] = [
    "ok",
    "ok_lapsed",
    "pending",
    "unknown_to_me",
    "missing_reveal",
    "issuer_local_only",
    "binding_implicit",
    "vouched",
    "check_waived",
    "policy_missing",
    "policy_unsupported",
    "leaf_unverified",
    "pseudonym_forbidden",
    "pseudonym_required",
    "reveal_forbidden",
    "format_not_accepted",
    "forbidden_claim",
    "missing_required_claim",
    "predicate_failed",
    "mixed_subjects",
    "unlisted_claim",
    "conflicting_claims",
];
/// What it can say of one rule.
const OUTCOMES: [&str; 20] = [
    "Forbidden kept",
    "Forbidden violated forbidden_claim",
    "Required kept",
    "Required violated missing_required_claim",
    "Required violated predicate_failed",
    "Required violated conflicting_claims",
    "Required not_vouched issuer_local_only",
    "Required not_vouched binding_implicit",
    "Required not_vouched vouched",
    "Required not_vouched check_waived",
    "Optional kept",
    "Optional not_shown",
    "Optional violated predicate_failed",
    "Optional violated conflicting_claims",
    "Optional not_vouched issuer_untrusted",
    "Optional not_vouched issuer_local_only",
    "Optional not_vouched binding_implicit",
    "Optional not_vouched vouched",
    "Optional not_vouched check_waived",
    "several required rules, several tokens: kept",
];
const OPERATIONS: [&str; 11] = [
    "Equal",
    "LessThan",
    "LessThanOrEqual",
    "GreaterThan",
    "GreaterThanOrEqual",
    "Contains",
    "StartsWith",
    "EndsWith",
    "OneOf",
    "HostEqual",
    "Exists",
];
/// Eighteen years after 29 February 2008, which 2026 does not have.
const EIGHTEEN: [&str; 2] = ["on 28 February 2026", "on 1 March 2026"];
/// Fewest times for each of the above.
const ENOUGH: usize = 20;

fn add(map: &mut BTreeMap<String, usize>, name: String) {
    *map.entry(name).or_default() += 1;
}

impl Coverage {
    pub(crate) fn count(&mut self, case: &Case) {
        let answer = judge(case);
        add(&mut self.codes, answer.code.to_owned());
        let State::Known(policy) = &case.state else { return };
        for ((_, outcome, code), rule) in answer.rules.iter().zip(&policy.rules) {
            let words = [Some(format!("{:?}", rule.need)), Some((*outcome).to_owned()), code.map(str::to_owned)];
            add(&mut self.outcomes, words.into_iter().flatten().collect::<Vec<_>>().join(" "));
        }
        let required = policy.rules.iter().filter(|rule| rule.need == Need::Required).count();
        let tokens = case.presentations.iter().map(|p| p.token).collect::<std::collections::BTreeSet<_>>().len();
        if answer.code == "ok" && required > 1 && tokens > 1 {
            add(&mut self.outcomes, "several required rules, several tokens: kept".to_owned());
        }
        self.count_conditions(case);
    }

    /// Each condition on each value that it is asked of.
    fn count_conditions(&mut self, case: &Case) {
        let State::Known(policy) = &case.state else { return };
        for rule in &policy.rules {
            for (presentation, path) in case.presentations.iter().flat_map(|p| rule.paths.iter().map(move |path| (p, path))) {
                for value in places::at(&presentation.shown, path) {
                    for condition in &rule.conditions {
                        let name = match condition {
                            Condition::MinAge(_) => format!("MinAge {}", word(&source(path))),
                            Condition::MaxAge(_) => format!("MaxAge {}", word(&source(path))),
                            other => word(other),
                        };
                        let holds = meets(condition, path, &value, presentation.issued_at);
                        add(&mut self.conditions, format!("{name} {holds}"));
                        let is_leapling = date(&value) == Some((2008, 2, 29));
                        let day = LEAP_DAY.iter().position(|moment| *moment == presentation.issued_at);
                        if let (true, Condition::MinAge(18), Some(day)) = (is_leapling, condition, day) {
                            add(&mut self.conditions, format!("{} {holds}", EIGHTEEN[day]));
                        }
                    }
                }
            }
        }
    }

    /// Fails if something has not come up often enough. `cargo test -- --nocapture` shows the counts.
    pub(crate) fn check(&self) {
        for (name, count) in self.codes.iter().chain(&self.outcomes).chain(&self.conditions) {
            println!("{count:8} {name}");
        }
        let enough = |map: &BTreeMap<String, usize>, name: &str| {
            let count = map.get(name).copied().unwrap_or_default();
            assert!(count >= ENOUGH, "{name}: {count} times only");
        };
        for code in CODES {
            enough(&self.codes, code);
        }
        assert_eq!(self.codes.len(), CODES.len(), "codes that this list lacks: {:?}", self.codes.keys());
        for outcome in OUTCOMES {
            enough(&self.outcomes, outcome);
        }
        assert_eq!(self.outcomes.len(), OUTCOMES.len(), "outcomes that this list lacks: {:?}", self.outcomes.keys());
        let age =
            ["InYears", "BirthYear", "Date"].map(|source| [format!("MinAge {source}"), format!("MaxAge {source}")]).concat();
        let both = OPERATIONS[..10].iter().map(|name| (*name).to_owned()).chain(age).chain(["MinAge Attestation".to_owned()]);
        for name in both {
            enough(&self.conditions, &format!("{name} true"));
            enough(&self.conditions, &format!("{name} false"));
        }
        enough(&self.conditions, &format!("{} false", EIGHTEEN[0]));
        enough(&self.conditions, &format!("{} true", EIGHTEEN[1]));
        enough(&self.conditions, "Exists true");
        enough(&self.conditions, "MaxAge Attestation false");
        assert!(!self.conditions.contains_key("MaxAge Attestation true"), "an attestation has no upper end");
    }
}

/// The name of a variant.
fn word(thing: &impl std::fmt::Debug) -> String {
    format!("{thing:?}").chars().take_while(|c| c.is_alphanumeric()).collect()
}
