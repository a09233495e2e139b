//! The points of mimi-mls.md 3.4.2, one after the other, each as it is written there.
//!
//! Where the text is open, the reading:
//! - The overall code is that of the first point that is broken, and within a point that of the first rule. What became of each
//!   rule is told even where point 2, 3 or 4 has decided.
//! - An informational presentation meets no required rule, and yet "the code stands where `ok` would": a required rule that
//!   nothing but such presentations would meet is not met, `not_vouched` with the code of the first of them, and if nothing
//!   else is broken that code is the overall one, not `missing_required_claim`. They are held to the other points like all
//!   presentations.
//! - The room names no issuer of a presentation without entries: nothing but its informational code restricts it.
//! - What is said by an issuer who may not vouch for the claim counts for nothing: it meets no rule, and its predicates are not
//!   asked (`not_vouched`, `issuer_untrusted`). Against points 5, 9 and 10 it counts.
//! - A required or optional rule is met by one value at one of the paths that meets all its predicates. An optional rule asks
//!   that of each presentation that shows the claim.
//! - Point 7 is about tokens: what one presentation of a token discloses as `sub` is said by the token. The leaf's own URI is
//!   that of its user unless its issuer marks it as real, and that of its client always.
//! - Point 10: two presentations disagree if they have values at the same path and none in common, or values at any paths and
//!   none in common. The alternatives of a rule that asks for an age say different things of one age: there only what says the
//!   same kind of thing (two dates, two years) is compared. One claim may well have several values (in a certificate).
//! - With nothing broken the code is that of the presentations that count, `ok_lapsed` before `ok`; if none counts, that of the
//!   first.

use crate::conditions::{meets, scalar, source};
use crate::data::{Answer, Case, Condition, Kind, Leaf, Need, Path, Policy, Presentation, Rule, State, Value};
use crate::places;

pub(crate) fn judge(case: &Case) -> Answer {
    let only = |code| Answer { code, rules: Vec::new() };
    // 1
    let policy = match &case.state {
        State::Missing => return only("policy_missing"),
        State::Unsupported => return only("policy_unsupported"),
        State::Known(policy) => policy,
    };
    let Some(leaf) = &case.leaf else { return only("leaf_unverified") };
    let all = case.presentations.as_slice();
    let judged: Vec<Judged> = policy.rules.iter().map(|rule| judge_rule(rule, leaf, all)).collect();
    let first = |code: &str| judged.iter().find_map(|judged| judged.code.filter(|found| *found == code));
    let of_required = || {
        judged.iter().find(|judged| judged.need == Need::Required && judged.outcome == "violated").and_then(|judged| judged.code)
    };
    let not_met = || {
        judged
            .iter()
            .find(|judged| judged.need == Need::Required && judged.outcome == "not_vouched")
            .and_then(|judged| judged.code)
    };
    let code = None
        .or_else(|| point_2(policy, leaf))
        .or_else(|| point_3(policy, case))
        .or_else(|| point_4(policy, all))
        .or_else(|| first("forbidden_claim")) // 5
        .or_else(of_required) // 6
        .or_else(|| (!is_one_subject(policy, leaf, all)).then_some("mixed_subjects")) // 7
        .or_else(|| first("predicate_failed")) // 8
        .or_else(|| shows_unlisted(policy, leaf, all).then_some("unlisted_claim")) // 9
        .or_else(|| judged.iter().any(|judged| judged.is_contradicted).then_some("conflicting_claims")) // 10
        .or_else(not_met)
        .unwrap_or_else(|| in_place_of_ok(all));
    let rules = judged.into_iter().zip(&policy.rules).map(|(judged, rule)| {
        let (outcome, code) = match (judged.is_contradicted, judged.outcome) {
            (true, "kept" | "not_vouched") => ("violated", Some("conflicting_claims")),
            _ => (judged.outcome, judged.code),
        };
        (rule.name.clone(), outcome, code)
    });
    Answer { code, rules: rules.collect() }
}

/// With 3.3: only an issuer's word counts, for either answer.
fn point_2(policy: &Policy, leaf: &Leaf) -> Option<&'static str> {
    if policy.pseudonyms == Need::Forbidden && leaf.kind != Kind::Real {
        return Some("pseudonym_forbidden");
    }
    if policy.pseudonyms == Need::Required && leaf.kind != Kind::Pseudonym {
        return Some("pseudonym_required");
    }
    None
}

fn point_3(policy: &Policy, case: &Case) -> Option<&'static str> {
    if case.presentations.is_empty() && policy.reveal == Need::Required {
        return Some(case.absent);
    }
    if !case.presentations.is_empty() && policy.reveal == Need::Forbidden {
        return Some("reveal_forbidden");
    }
    None
}

fn point_4(policy: &Policy, all: &[Presentation]) -> Option<&'static str> {
    all.iter().any(|presentation| !policy.formats.contains(&presentation.shown.family())).then_some("format_not_accepted")
}

fn in_place_of_ok(all: &[Presentation]) -> &'static str {
    for wanted in ["ok_lapsed", "ok"] {
        if all.iter().any(|presentation| presentation.code == wanted) {
            return wanted;
        }
    }
    all.first().map_or("ok", |presentation| presentation.code)
}

fn counts(presentation: &Presentation) -> bool {
    presentation.code == "ok" || presentation.code == "ok_lapsed"
}

fn may_vouch(presentation: &Presentation, rule: &Rule) -> bool {
    let unnamed = presentation.entries.is_empty() && !counts(presentation);
    unnamed || presentation.entries.iter().any(|names| names.is_empty() || names.contains(&rule.name))
}

/// The values that a presentation has for a rule, each with its path, in the order of the paths.
fn values<'r>(presentation: &Presentation, rule: &'r Rule) -> Vec<(&'r Path, Value)> {
    let mut all = Vec::new();
    for path in &rule.paths {
        for value in places::at(&presentation.shown, path) {
            all.push((path, value));
        }
    }
    all
}

fn shows(presentation: &Presentation, rule: &Rule) -> bool {
    !values(presentation, rule).is_empty()
}

/// Whether one of the values meets all conditions.
fn holds(presentation: &Presentation, rule: &Rule) -> bool {
    values(presentation, rule)
        .iter()
        .any(|(path, value)| rule.conditions.iter().all(|condition| meets(condition, path, value, presentation.issued_at)))
}

struct Judged {
    need: Need,
    outcome: &'static str,
    code: Option<&'static str>,
    is_contradicted: bool,
}

fn judge_rule(rule: &Rule, leaf: &Leaf, all: &[Presentation]) -> Judged {
    let (outcome, code) = match rule.need {
        Need::Forbidden => point_5(rule, leaf, all),
        Need::Required => point_6(rule, all),
        Need::Optional => point_8(rule, all),
    };
    Judged { need: rule.need, outcome, code, is_contradicted: rule.need != Need::Forbidden && is_contradicted(rule, all) }
}

type Outcome = (&'static str, Option<&'static str>);

fn point_5(rule: &Rule, leaf: &Leaf, all: &[Presentation]) -> Outcome {
    let leaf_shows = rule.paths.iter().any(|path| !places::at(&leaf.shown, path).is_empty());
    if leaf_shows || all.iter().any(|p| shows(p, rule)) { ("violated", Some("forbidden_claim")) } else { ("kept", None) }
}

fn point_6(rule: &Rule, all: &[Presentation]) -> Outcome {
    let allowed: Vec<_> = all.iter().filter(|p| may_vouch(p, rule) && shows(p, rule)).collect();
    let meeting: Vec<_> = allowed.iter().filter(|p| holds(p, rule)).collect();
    if meeting.iter().any(|p| counts(p)) {
        return ("kept", None);
    }
    match (allowed.is_empty(), meeting.first()) {
        (_, Some(informational)) => ("not_vouched", Some(informational.code)),
        (true, None) => ("violated", Some("missing_required_claim")),
        (false, None) => ("violated", Some("predicate_failed")),
    }
}

fn point_8(rule: &Rule, all: &[Presentation]) -> Outcome {
    let shown: Vec<_> = all.iter().filter(|p| shows(p, rule)).collect();
    let heard: Vec<_> = shown.iter().filter(|p| may_vouch(p, rule)).collect();
    if shown.is_empty() {
        return ("not_shown", None);
    }
    if heard.iter().any(|p| !holds(p, rule)) {
        return ("violated", Some("predicate_failed"));
    }
    if heard.iter().any(|p| counts(p)) {
        return ("kept", None);
    }
    ("not_vouched", Some(heard.first().map_or("issuer_untrusted", |informational| informational.code)))
}

fn is_contradicted(rule: &Rule, all: &[Presentation]) -> bool {
    all.iter().enumerate().any(|(n, one)| all[n + 1..].iter().any(|other| disagree(rule, one, other)))
}

fn disagree(rule: &Rule, one: &Presentation, other: &Presentation) -> bool {
    let asks_age = rule.conditions.iter().any(|condition| matches!(condition, Condition::MinAge(_) | Condition::MaxAge(_)));
    let (one, other) = (values(one, rule), values(other, rule));
    let nothing_in_common = |is_compared: &dyn Fn(&Path) -> bool| {
        let one: Vec<&Value> = one.iter().filter(|(path, _)| is_compared(path)).map(|(_, value)| value).collect();
        let other: Vec<&Value> = other.iter().filter(|(path, _)| is_compared(path)).map(|(_, value)| value).collect();
        !one.is_empty() && !other.is_empty() && !one.iter().any(|one| other.iter().any(|other| is_same(one, other)))
    };
    rule.paths.iter().any(|path| {
        let comparable = |other: &Path| if asks_age { source(other) == source(path) } else { true };
        nothing_in_common(&|other| other == path) || nothing_in_common(&comparable)
    })
}

fn is_same(one: &Value, other: &Value) -> bool {
    match (scalar(one), scalar(other)) {
        (Some(one), Some(other)) => one == other,
        (None, None) => is_same_tree(one, other),
        _ => false,
    }
}

/// The order of a map's members says nothing.
fn is_same_tree(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Map(one), Value::Map(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.iter().any(|(name, other)| name == key && is_same_tree(value, other)))
        }
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same_tree(one, other))
        }
        (Value::Tag(tag, one), Value::Tag(other_tag, other)) => tag == other_tag && is_same_tree(one, other),
        _ => one == other,
    }
}

/// Point 7: some choice of one presentation for each required rule is about one person.
fn is_one_subject(policy: &Policy, leaf: &Leaf, all: &[Presentation]) -> bool {
    let mut choices: Vec<Vec<&Presentation>> = vec![Vec::new()];
    for rule in policy.rules.iter().filter(|rule| rule.need == Need::Required) {
        let meeting: Vec<_> = all.iter().filter(|p| may_vouch(p, rule) && holds(p, rule)).collect();
        let counting: Vec<_> = meeting.iter().copied().filter(|p| counts(p)).collect();
        let meeting = if counting.is_empty() { meeting } else { counting };
        choices = choices.iter().flat_map(|chosen| meeting.iter().map(|p| [chosen.as_slice(), &[*p]].concat())).collect();
    }
    choices.iter().any(|chosen| is_about_one(chosen, leaf, all))
}

fn is_about_one(chosen: &[&Presentation], leaf: &Leaf, all: &[Presentation]) -> bool {
    let Some(first) = chosen.first() else { return true };
    if chosen.iter().all(|p| p.token == first.token) {
        return true;
    }
    let subjects: Vec<_> = chosen.iter().map(|p| subject_of_token(p.token, all)).collect();
    let Some(Some(person)) = subjects.first() else { return false };
    let same = subjects.iter().all(|subject| subject.as_ref() == Some(person));
    let one_issuer = chosen.iter().all(|p| p.issuer == first.issuer);
    let own = (*person == leaf.user && leaf.kind != Kind::Real) || Some(person) == leaf.client.as_ref();
    same && (one_issuer || !own)
}

/// The `sub` that a token discloses, in whichever of its presentations.
fn subject_of_token(token: u8, all: &[Presentation]) -> Option<String> {
    all.iter().filter(|p| p.token == token).find_map(|p| places::subject(&p.shown))
}

/// Point 9.
fn shows_unlisted(policy: &Policy, leaf: &Leaf, all: &[Presentation]) -> bool {
    let paths: Vec<Path> = policy.rules.iter().flat_map(|rule| rule.paths.clone()).collect();
    let shown = all.iter().map(|p| &p.shown).chain([&leaf.shown]);
    policy.unlisted == Need::Forbidden && shown.into_iter().any(|shown| places::shows_other_than(shown, &paths))
}
