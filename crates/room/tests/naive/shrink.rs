//! What is left of a case that two evaluators disagree about, when everything that does not matter is taken away.

use crate::data::{Case, Shown, State};

pub(crate) fn shrink(case: &Case, disagree: &dyn Fn(&Case) -> bool) -> Case {
    let mut smallest = case.clone();
    loop {
        let Some(smaller) = smaller(&smallest).into_iter().find(|candidate| disagree(candidate)) else { return smallest };
        smallest = smaller;
    }
}

/// The case without one of its parts, in every way.
fn smaller(case: &Case) -> Vec<Case> {
    let mut all = Vec::new();
    let mut without = |change: &dyn Fn(&mut Case)| {
        let mut changed = case.clone();
        change(&mut changed);
        all.push(changed);
    };
    for n in 0..case.presentations.len() {
        without(&|case| drop(case.presentations.remove(n)));
        for claim in 0..count(&case.presentations[n].shown) {
            without(&|case| remove(&mut case.presentations[n].shown, claim));
        }
    }
    for claim in 0..case.leaf.as_ref().map_or(0, |leaf| count(&leaf.shown)) {
        without(&|case| case.leaf.iter_mut().for_each(|leaf| remove(&mut leaf.shown, claim)));
    }
    let State::Known(policy) = &case.state else { return all };
    let change_rules = |case: &mut Case, change: &dyn Fn(&mut Vec<crate::data::Rule>)| {
        if let State::Known(policy) = &mut case.state {
            change(&mut policy.rules);
        }
    };
    for (n, rule) in policy.rules.iter().enumerate() {
        without(&|case| change_rules(case, &|rules| drop(rules.remove(n))));
        for path in 0..if rule.paths.len() > 1 { rule.paths.len() } else { 0 } {
            without(&|case| change_rules(case, &|rules| drop(rules[n].paths.remove(path))));
        }
        for condition in 0..rule.conditions.len() {
            without(&|case| change_rules(case, &|rules| drop(rules[n].conditions.remove(condition))));
        }
    }
    all
}

fn count(shown: &Shown) -> usize {
    match shown {
        Shown::Jwt(claims) | Shown::Cwt(claims) => claims.len(),
        Shown::X509 { names, .. } => names.len(),
    }
}

fn remove(shown: &mut Shown, n: usize) {
    match shown {
        Shown::Jwt(claims) | Shown::Cwt(claims) => drop(claims.remove(n)),
        Shown::X509 { names, .. } => drop(names.remove(n)),
    }
}
