//! Point 10: one claim, one value.

use mimicred_claims::Value;

use super::*;

/// Point 10: one claim, one value, across formats; the alternatives of an age rule say different things of one age.
#[test]
fn conflicting_claims() {
    let rules = || policy(vec![rule(&["name"], Optionality::Optional)]);
    for (a, b, expected) in [
        (jwt(&[("name", value("Alice"))]), cwt(&[("name", value("Alice"))]), VerdictCode::Ok),
        (jwt(&[("name", value("Alice"))]), x509(&[("2.5.4.3", None, "Bob"), ("2.5.4.3", None, "Alice")], None), VerdictCode::Ok),
        (jwt(&[("name", value("Alice"))]), cwt(&[("name", value("Bob"))]), VerdictCode::ConflictingClaims),
        (jwt(&[("name", Value::Int(1))]), jwt(&[("name", Value::Decimal("1.0".into()))]), VerdictCode::Ok),
        (jwt(&[("name", Value::Int(1))]), jwt(&[("name", value("1"))]), VerdictCode::ConflictingClaims),
        (jwt(&[("name", Value::Null)]), jwt(&[("name", value("1"))]), VerdictCode::ConflictingClaims),
        (jwt(&[("email", value("x"))]), jwt(&[("email", value("y"))]), VerdictCode::Ok),
    ] {
        assert_eq!(code(rules(), &[&a, &b]), expected, "{a:?} {b:?}");
    }
    let ages =
        || policy(vec![with(rule(&["age_in_years", "birthdate"], Optionality::Optional), ClaimPredicate::MinAgeYears(18))]);
    let (years, other) = (jwt(&[("age_in_years", Value::Int(36))]), jwt(&[("age_in_years", Value::Int(37))]));
    let date = jwt(&[("birthdate", value("1990-01-01"))]);
    assert_eq!(code(ages(), &[&years, &date]), VerdictCode::Ok);
    assert_eq!(code(ages(), &[&years, &other]), VerdictCode::ConflictingClaims);
    // The same age in years, and two dates of birth: in one format and in two.
    let both = |date: &str| jwt(&[("age_in_years", Value::Int(36)), ("birthdate", value(date))]);
    assert_eq!(code(ages(), &[&both("1990-01-01"), &both("1990-01-01")]), VerdictCode::Ok);
    assert_eq!(code(ages(), &[&both("1990-01-01"), &both("1990-01-02")]), VerdictCode::ConflictingClaims);
    let in_cwt = |date: &str| cwt(&[("birthdate", Value::Tag(1004, Box::new(value(date))))]);
    assert_eq!(code(ages(), &[&date, &in_cwt("1990-01-01")]), VerdictCode::Ok);
    assert_eq!(code(ages(), &[&date, &in_cwt("1990-01-02")]), VerdictCode::ConflictingClaims);
}

/// Point 10: one place has one value, whatever else agrees; the rule says so itself, unless more is wrong with it.
#[test]
fn conflicts_are_told_by_their_rule() {
    let names = || rule(&["name", "nickname"], Optionality::Required);
    let said = |name: &str, nickname: &str| jwt(&[("name", value(name)), ("nickname", value(nickname))]);
    let (one, other) = (said("Alice", "Al"), said("Alicia", "Al"));
    let entry = issuer(&[]);
    let both = [presented(&one, &entry, 1), presented(&other, &entry, 1)];
    let evaluation = judge(policy(vec![names(), rule(&["email"], Optionality::Optional)]), &both);
    assert_eq!((evaluation.code, evaluation.note.as_deref()), (VerdictCode::ConflictingClaims, Some("name")));
    let outcomes: Vec<_> = evaluation.rules.iter().map(|rule| (rule.outcome, rule.code)).collect();
    assert_eq!(outcomes, [(RuleOutcome::Violated, Some(VerdictCode::ConflictingClaims)), (RuleOutcome::NotShown, None)]);
    let failing = with(names(), ClaimPredicate::StartsWith(PolicyScalar::text("B")));
    let evaluation = judge(policy(vec![failing]), &both);
    assert_eq!((evaluation.code, evaluation.rules[0].code), (VerdictCode::PredicateFailed, Some(VerdictCode::PredicateFailed)));
    // Members in another order are no other value.
    let address = |first: &'static str, second: &'static str| {
        jwt(&[("address", Value::Map(map(&[(first, value(first)), (second, value(second))])))])
    };
    let places = || policy(vec![rule(&["address"], Optionality::Optional)]);
    assert_eq!(code(places(), &[&address("a", "b"), &address("b", "a")]), VerdictCode::Ok);
    assert_eq!(code(places(), &[&address("a", "b"), &address("a", "c")]), VerdictCode::ConflictingClaims);
}
