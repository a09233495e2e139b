//! Two evaluators of the room's policy, that share nothing: `mimicred_room::evaluate`, and one written from mimi-mls.md 3.4.2 alone,
//! slow and obvious, on data of its own. Random policies against random claims; where the two disagree one of them is wrong.

#![cfg(test)]

mod claims;
mod conditions;
mod convert;
mod coverage;
mod data;
mod judge;
mod places;
mod policies;
mod random;
mod shrink;
mod values;

use proptest::prelude::*;

use coverage::Coverage;
use data::{Case, State};
use random::Random;

/// Cases of the run whose coverage is counted.
const CASES: u64 = 12_000;

fn compare(seed: u64, case: &Case) {
    let disagree = |case: &Case| judge::judge(case) != convert::ask(case);
    if !disagree(case) {
        return;
    }
    let case = shrink::shrink(case, &disagree);
    let policy = match &case.state {
        State::Known(policy) => convert::json(policy),
        other => format!("{other:?}"),
    };
    panic!(
        "seed {seed}\npolicy {policy}\nleaf {:#?}\npresentations {:#?}\nnaive {:?}\ncrate {:?}",
        case.leaf,
        case.presentations,
        judge::judge(&case),
        convert::ask(&case)
    );
}

/// The same cases on every run, and enough of every kind: a generator that never makes what a rule is about proves nothing.
#[test]
fn both_evaluators_agree_on_every_kind_of_case() {
    let mut coverage = Coverage::default();
    for seed in 0..CASES {
        let case = claims::case(&mut Random::new(seed));
        compare(seed, &case);
        coverage.count(&case);
    }
    coverage.check();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Other cases on every run.
    #[test]
    fn both_evaluators_agree_on_any_case(seed: u64) {
        compare(seed, &claims::case(&mut Random::new(seed)));
    }
}
