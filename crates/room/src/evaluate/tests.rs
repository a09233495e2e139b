//! Points 1 to 10 of mimi-mls.md 3.4.2: one case that passes and one that breaks each rule.

mod conflicts;
mod hostile;
mod made;
mod persons;

use mimicred_claims::Value;

use super::*;
use crate::policy::{ClaimPredicate, PolicyScalar};
use made::*;

/// Point 1.
#[test]
fn policy_and_leaf_come_first() {
    let known = PolicyState::of_policy(policy(vec![]));
    let of = |policy: &PolicyState, member: Option<&Member>| evaluate(policy, member, &[], MISSING).code;
    assert_eq!(of(&known, Some(&pseudonym())), VerdictCode::Ok);
    assert_eq!(of(&PolicyState::Missing, None), VerdictCode::PolicyMissing);
    assert_eq!(of(&PolicyState::Unsupported, None), VerdictCode::PolicyUnsupported);
    assert_eq!(of(&known, None), VerdictCode::LeafUnverified);
}

/// Point 2, with the order of trust of 3.3: a mere `/u/` proves neither.
#[test]
fn kinds() {
    use MemberKind::{Pseudonym, Real, Unspecified};
    for (pseudonyms, kind, code) in [
        (Optionality::Optional, Unspecified, VerdictCode::Ok),
        (Optionality::Forbidden, Real, VerdictCode::Ok),
        (Optionality::Forbidden, Pseudonym, VerdictCode::PseudonymForbidden),
        (Optionality::Forbidden, Unspecified, VerdictCode::PseudonymForbidden),
        (Optionality::Required, Pseudonym, VerdictCode::Ok),
        (Optionality::Required, Real, VerdictCode::PseudonymRequired),
        (Optionality::Required, Unspecified, VerdictCode::PseudonymRequired),
    ] {
        let policy = PolicyState::of_policy(RoomDisclosurePolicy { pseudonyms, ..policy(vec![]) });
        let member = member(kind, x509(&[], None));
        assert_eq!(evaluate(&policy, Some(&member), &[], MISSING).code, code, "{pseudonyms:?} {kind:?}");
    }
}

/// Point 3.
#[test]
fn reveals() {
    let evidence = jwt(&[("name", value("Alice"))]);
    for (identity_reveal, reveals, expected) in [
        (Optionality::Optional, false, VerdictCode::Ok),
        (Optionality::Optional, true, VerdictCode::Ok),
        (Optionality::Required, true, VerdictCode::Ok),
        (Optionality::Required, false, MISSING),
        (Optionality::Forbidden, false, VerdictCode::Ok),
        (Optionality::Forbidden, true, VerdictCode::RevealForbidden),
    ] {
        let policy = RoomDisclosurePolicy { identity_reveal, ..policy(vec![]) };
        let shown: &[&Evidence] = if reveals { &[&evidence] } else { &[] };
        assert_eq!(code(policy, shown), expected, "{identity_reveal:?} {reveals}");
    }
}

/// Point 5: at the path, below it, and in the leaf credential; in all families.
#[test]
fn forbidden_claims() {
    let forbidden = |name: &str| policy(vec![rule(&[name], Optionality::Forbidden)]);
    let address = jwt(&[("address", Value::Map(map(&[("country", value("DE"))])))]);
    for (policy, evidence, expected) in [
        (forbidden("name"), jwt(&[("email", value("x@a.example"))]), VerdictCode::Ok),
        (forbidden("name"), jwt(&[("name", value("Alice"))]), VerdictCode::ForbiddenClaim),
        (forbidden("name"), jwt(&[("name", Value::Null)]), VerdictCode::ForbiddenClaim),
        (forbidden("name"), cwt(&[("name", value("Alice"))]), VerdictCode::ForbiddenClaim),
        (forbidden("name"), x509(&[("2.5.4.3", None, "Alice")], None), VerdictCode::ForbiddenClaim),
        (forbidden("email"), x509(&[("2.5.29.17", Some(1), "x@a.example")], None), VerdictCode::ForbiddenClaim),
        (forbidden("address"), address.clone(), VerdictCode::ForbiddenClaim),
        (forbidden("address.country"), address.clone(), VerdictCode::ForbiddenClaim),
        (forbidden("address.locality"), address, VerdictCode::Ok),
    ] {
        assert_eq!(code(policy.clone(), &[&evidence]), expected, "{policy:?}");
        // What the leaf credential always shows counts too.
        let member = member(MemberKind::Pseudonym, evidence);
        assert_eq!(evaluate(&PolicyState::of_policy(policy), Some(&member), &[], MISSING).code, expected);
    }
}

/// Point 6: some presentation has it, the leaf credential alone does not count.
#[test]
fn required_claims() {
    let required = || policy(vec![rule(&["name", "nickname"], Optionality::Required)]);
    for (evidence, expected) in [
        (jwt(&[("name", value("Alice"))]), VerdictCode::Ok),
        (jwt(&[("nickname", value("Al"))]), VerdictCode::Ok),
        (cwt(&[("name", value("Alice"))]), VerdictCode::Ok),
        (x509(&[("2.5.4.3", None, "Alice")], None), VerdictCode::Ok),
        (jwt(&[("email", value("x@a.example"))]), VerdictCode::MissingRequiredClaim),
    ] {
        assert_eq!(code(required(), &[&evidence]), expected);
        let member = member(MemberKind::Pseudonym, evidence);
        let alone = evaluate(&PolicyState::of_policy(required()), Some(&member), &[], MISSING);
        assert_eq!(alone.code, VerdictCode::MissingRequiredClaim, "the leaf credential meets no required rule");
    }
}

/// Point 6: a value that meets no predicate, and an alternative that does.
#[test]
fn predicates_of_required_claims() {
    let adult = || {
        policy(vec![with(rule(&["age_equal_or_over.18", "birthdate"], Optionality::Required), ClaimPredicate::MinAgeYears(18))])
    };
    let over = |reached: bool| ("age_equal_or_over", Value::Map(map(&[("18", Value::Bool(reached))])));
    for (evidence, expected) in [
        (jwt(&[over(true)]), VerdictCode::Ok),
        (jwt(&[over(false)]), VerdictCode::PredicateFailed),
        (jwt(&[over(false), ("birthdate", value("1990-01-01"))]), VerdictCode::Ok),
        (jwt(&[("birthdate", value("2008-09-21"))]), VerdictCode::Ok),
        (jwt(&[("birthdate", value("2008-09-22"))]), VerdictCode::PredicateFailed),
        (jwt(&[]), VerdictCode::MissingRequiredClaim),
    ] {
        assert_eq!(code(adult(), &[&evidence]), expected, "{evidence:?}");
    }
    // All of several predicates must hold of one value.
    let between = with(
        with(rule(&["level"], Optionality::Required), ClaimPredicate::GreaterThan(PolicyScalar::integer(2))),
        ClaimPredicate::LessThan(PolicyScalar::integer(5)),
    );
    for (level, expected) in [(3, VerdictCode::Ok), (2, VerdictCode::PredicateFailed), (5, VerdictCode::PredicateFailed)] {
        assert_eq!(code(policy(vec![between.clone()]), &[&jwt(&[("level", Value::Int(level))])]), expected);
    }
}

/// Point 4: what comes in a format that the room does not take spoils the whole, and is judged by its rules all the same.
#[test]
fn formats() {
    use crate::policy::DisclosureFormat::{MlsCredential, SdJwtKb, SdKbt};
    let evidences = [(jwt(&[]), SdJwtKb), (cwt(&[]), SdKbt), (x509(&[], None), MlsCredential)];
    for accepted in [MlsCredential, SdJwtKb, SdKbt] {
        for (evidence, format) in &evidences {
            let only = || RoomDisclosurePolicy {
                accepted_formats: vec![accepted],
                ..policy(vec![rule(&["name"], Optionality::Optional)])
            };
            let expected = if accepted == *format { VerdictCode::Ok } else { VerdictCode::FormatNotAccepted };
            assert_eq!(code(only(), &[evidence]), expected, "{accepted:?} {format:?}");
            let entry = issuer(&[]);
            assert_eq!(judge(only(), &[presented(evidence, &entry, 1)]).rules[0].outcome, RuleOutcome::NotShown);
        }
    }
}

/// Points 4 and 6: only an issuer that may vouch for the claim meets the rule.
#[test]
fn issuers_vouch_for_what_they_may() {
    let evidence = jwt(&[("name", value("Alice")), ("email", value("x@a.example"))]);
    let rules = || vec![rule(&["name"], Optionality::Required), rule(&["email"], Optionality::Optional)];
    for (names, expected, email) in [
        (&[][..], VerdictCode::Ok, RuleOutcome::Kept),
        (&["name"], VerdictCode::Ok, RuleOutcome::NotVouched),
        (&["email"], VerdictCode::MissingRequiredClaim, RuleOutcome::Kept),
        (&["leaf"], VerdictCode::MissingRequiredClaim, RuleOutcome::NotVouched),
    ] {
        let entry = issuer(names);
        let evaluation = judge(policy(rules()), &[presented(&evidence, &entry, 1)]);
        assert_eq!((evaluation.code, evaluation.rules[1].outcome), (expected, email), "{names:?}");
    }
}

/// A presentation with an informational code meets no required rule: its code stands where `ok` would.
#[test]
fn marked_presentations_never_make_it_ok() {
    let evidence = jwt(&[("name", value("Alice"))]);
    let empty = jwt(&[]);
    let entry = issuer(&[]);
    let marked = |evidence, code| Presented { code, entries: Vec::new(), ..presented(evidence, &entry, 1) };
    let required = || policy(vec![rule(&["name"], Optionality::Required)]);
    for mark in [VerdictCode::IssuerLocalOnly, VerdictCode::BindingImplicit, VerdictCode::Vouched, VerdictCode::CheckWaived] {
        let evaluation = judge(required(), &[marked(&evidence, mark)]);
        assert_eq!((evaluation.code, evaluation.rules[0].outcome), (mark, RuleOutcome::NotVouched));
        assert_eq!(judge(required(), &[marked(&empty, mark)]).code, VerdictCode::MissingRequiredClaim);
        assert_eq!(judge(policy(vec![]), &[marked(&evidence, mark)]).code, mark);
        // With one that counts beside it, that one decides.
        let both = [marked(&evidence, mark), presented(&evidence, &entry, 1)];
        assert_eq!(judge(required(), &both).code, VerdictCode::Ok);
    }
    let lapsed = Presented { code: VerdictCode::OkLapsed, ..presented(&evidence, &entry, 1) };
    assert_eq!(judge(required(), &[lapsed.clone(), presented(&empty, &entry, 1)]).code, VerdictCode::OkLapsed);
}

/// An optional claim that only such a presentation shows is not kept either: the code says why. Its predicates count.
#[test]
fn marked_presentations_keep_no_optional_rule() {
    let rules = || {
        policy(vec![with(rule(&["email"], Optionality::Optional), ClaimPredicate::HostEqual(PolicyScalar::text("a.example")))])
    };
    let (good, bad) = (jwt(&[("email", value("x@a.example"))]), jwt(&[("email", value("x@b.example"))]));
    let entry = issuer(&[]);
    let marked =
        |evidence| Presented { code: VerdictCode::IssuerLocalOnly, entries: Vec::new(), ..presented(evidence, &entry, 1) };
    let report = |presented: &[Presented<'_>]| {
        let evaluation = judge(rules(), presented);
        (evaluation.code, evaluation.rules[0].outcome, evaluation.rules[0].code, evaluation.rules[0].presentation)
    };
    let mark = VerdictCode::IssuerLocalOnly;
    assert_eq!(report(&[marked(&good)]), (mark, RuleOutcome::NotVouched, Some(mark), Some(0)));
    assert_eq!(report(&[marked(&good), presented(&good, &entry, 1)]), (VerdictCode::Ok, RuleOutcome::Kept, None, Some(1)));
    let failed = VerdictCode::PredicateFailed;
    assert_eq!(report(&[marked(&bad)]), (failed, RuleOutcome::Violated, Some(failed), Some(0)));
}

/// Point 8: an optional claim may be left out, and must hold if it is there.
#[test]
fn optional_claims() {
    let rules = || {
        policy(vec![with(rule(&["email"], Optionality::Optional), ClaimPredicate::HostEqual(PolicyScalar::text("a.example")))])
    };
    for (evidence, expected, outcome) in [
        (jwt(&[("email", value("x@a.example"))]), VerdictCode::Ok, RuleOutcome::Kept),
        (jwt(&[("name", value("Alice"))]), VerdictCode::Ok, RuleOutcome::NotShown),
        (jwt(&[("email", value("x@b.example"))]), VerdictCode::PredicateFailed, RuleOutcome::Violated),
    ] {
        let entry = issuer(&[]);
        let evaluation = judge(rules(), &[presented(&evidence, &entry, 1)]);
        assert_eq!((evaluation.code, evaluation.rules[0].outcome), (expected, outcome));
    }
}

/// Point 9: what no rule names may not be shown, neither in a presentation nor in the leaf credential.
#[test]
fn unlisted_claims() {
    let strict = || RoomDisclosurePolicy {
        unlisted_claims: Optionality::Forbidden,
        ..policy(vec![rule(&["name"], Optionality::Optional), rule(&["address.country"], Optionality::Optional)])
    };
    let address = |name: &'static str| ("address", Value::Map(map(&[(name, value("DE"))])));
    for (evidence, expected) in [
        (jwt(&[("name", value("Alice")), ("sub", value("s")), ("iss", value("i")), ("exp", Value::Int(1))]), VerdictCode::Ok),
        (jwt(&[address("country")]), VerdictCode::Ok),
        (jwt(&[address("locality")]), VerdictCode::UnlistedClaim),
        (jwt(&[("email", value("x"))]), VerdictCode::UnlistedClaim),
        (cwt(&[("name", value("Alice"))]), VerdictCode::Ok),
        (cwt(&[("email", value("x"))]), VerdictCode::UnlistedClaim),
        (x509(&[("2.5.4.3", None, "Alice"), ("2.5.29.17", Some(6), "mimi://a.example/p/x")], None), VerdictCode::Ok),
        (x509(&[("2.5.4.10", None, "A Ltd")], None), VerdictCode::UnlistedClaim),
    ] {
        assert_eq!(code(strict(), &[&evidence]), expected, "{evidence:?}");
        let member = member(MemberKind::Pseudonym, evidence);
        assert_eq!(evaluate(&PolicyState::of_policy(strict()), Some(&member), &[], MISSING).code, expected);
    }
    assert_eq!(code(policy(vec![]), &[&jwt(&[("email", value("x"))])]), VerdictCode::Ok);
    // A rule looks through tags, and so does what is asked of it.
    let tagged = |name| jwt(&[("address", Value::Tag(999, Box::new(Value::Map(map(&[(name, value("DE"))])))))]);
    assert_eq!(code(strict(), &[&tagged("country")]), VerdictCode::Ok);
    assert_eq!(code(strict(), &[&tagged("locality")]), VerdictCode::UnlistedClaim);
    let entry = issuer(&[]);
    let list = jwt(&[("name", value("Alice")), ("nested", Value::Map(map(&[("list", Value::Array(vec![Value::Null]))])))]);
    assert_eq!(judge(strict(), &[presented(&list, &entry, 1)]).note.as_deref(), Some("nested.list[0]"));
}

/// The first point that is broken gives the code; every rule is reported all the same.
#[test]
fn points_come_in_their_order() {
    let rules = vec![
        with(rule(&["email"], Optionality::Optional), ClaimPredicate::Equal(PolicyScalar::text("z"))),
        rule(&["nickname"], Optionality::Required),
        rule(&["name"], Optionality::Forbidden),
    ];
    let evidence = jwt(&[("name", value("Alice")), ("email", value("x"))]);
    let entry = issuer(&[]);
    let evaluation = judge(policy(rules), &[presented(&evidence, &entry, 1)]);
    assert_eq!((evaluation.code, evaluation.note.as_deref()), (VerdictCode::ForbiddenClaim, Some("name")));
    let codes: Vec<_> = evaluation.rules.iter().map(|rule| rule.code.unwrap()).collect();
    assert_eq!(codes, [VerdictCode::PredicateFailed, VerdictCode::MissingRequiredClaim, VerdictCode::ForbiddenClaim]);
}
