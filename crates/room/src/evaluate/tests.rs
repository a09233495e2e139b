//! Points 1 to 10 of mimi-mls.md 3.4.2: one case that passes and one that breaks each rule.

mod hostile;
mod made;

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

/// Point 7 asks presentations for information too, where nothing that counts meets a rule: their values would be shown together.
#[test]
fn marked_presentations_are_about_one_person_too() {
    let rules = || policy(vec![rule(&["name"], Optionality::Required), rule(&["email"], Optionality::Required)]);
    let entry = issuer(&[]);
    let name = jwt(&[("name", value("Alice")), ("sub", value("mimi://a.example/u/alice"))]);
    for (sub, expected) in
        [("mimi://a.example/u/alice", VerdictCode::BindingImplicit), ("mimi://a.example/u/bob", VerdictCode::MixedSubjects)]
    {
        let email = cwt(&[("email", value("x@a.example")), ("sub", value(sub))]);
        let marked = Presented { code: VerdictCode::BindingImplicit, ..presented(&email, &entry, 2) };
        assert_eq!(judge(rules(), &[presented(&name, &entry, 1), marked]).code, expected);
    }
}

/// Point 7: one token, or tokens that disclose the same `sub`.
#[test]
fn required_claims_are_about_one_person() {
    let rules = || policy(vec![rule(&["name"], Optionality::Required), rule(&["email"], Optionality::Required)]);
    let alice = "mimi://a.example/u/alice";
    let own = "mimi://a.example/p/x";
    let entry = issuer(&[]);
    let name = |sub: Option<&str>| {
        let sub = sub.map(|sub| ("sub", value(sub)));
        jwt(&[("name", value("Alice"))].into_iter().chain(sub).collect::<Vec<_>>())
    };
    let email = |sub: Option<&str>| {
        let sub = sub.map(|sub| ("sub", value(sub)));
        cwt(&[("email", value("x@a.example"))].into_iter().chain(sub).collect::<Vec<_>>())
    };
    let mixed = VerdictCode::MixedSubjects;
    for (name_of, email_of, tokens, issuers, expected) in [
        (None, None, (1, 1), ("i", "i"), VerdictCode::Ok),
        (None, None, (1, 2), ("i", "i"), mixed),
        (Some(alice), Some(alice), (1, 2), ("i", "j"), VerdictCode::Ok),
        (Some(alice), Some("mimi://a.example/u/bob"), (1, 2), ("i", "i"), mixed),
        (Some(alice), None, (1, 2), ("i", "i"), mixed),
        (Some(own), Some(own), (1, 2), ("i", "i"), VerdictCode::Ok),
        (Some(own), Some(own), (1, 2), ("i", "j"), mixed),
        (Some("mimi://a.example/d/x"), Some("mimi://a.example/d/x"), (1, 2), ("i", "j"), mixed),
    ] {
        let (name, email) = (name(name_of), email(email_of));
        let both = [
            Presented { issuer: issuers.0, ..presented(&name, &entry, tokens.0) },
            Presented { issuer: issuers.1, ..presented(&email, &entry, tokens.1) },
        ];
        assert_eq!(judge(rules(), &both).code, expected, "{name_of:?} {email_of:?} {tokens:?} {issuers:?}");
    }
    // One that has it all settles it, whoever else is there.
    let all = jwt(&[("name", value("Alice")), ("email", value("x@a.example"))]);
    let other = name(Some("mimi://a.example/u/bob"));
    assert_eq!(judge(rules(), &[presented(&other, &entry, 2), presented(&all, &entry, 1)]).code, VerdictCode::Ok);
    // A certificate's subject is its user URI.
    let certificate = x509(&[("2.5.4.3", None, "Alice")], Some(alice));
    let token = email(Some(alice));
    assert_eq!(judge(rules(), &[presented(&certificate, &entry, 1), presented(&token, &entry, 2)]).code, VerdictCode::Ok);
}

/// Point 7: a URI that an issuer vouches to be a real identity's names a person, even if it is the sender's own; and what a token
/// discloses as its subject in one presentation it says in all.
#[test]
fn real_names_and_tokens_name_a_person() {
    let rules = policy(vec![rule(&["name"], Optionality::Required), rule(&["email"], Optionality::Required)]);
    let rules = PolicyState::of_policy(rules);
    let entry = issuer(&[]);
    let own = "mimi://a.example/p/x";
    let (name, email) =
        (jwt(&[("name", value("Alice")), ("sub", value(own))]), cwt(&[("email", value("x@a.example")), ("sub", value(own))]));
    let both = [presented(&name, &entry, 1), Presented { issuer: "https://id.b.example", ..presented(&email, &entry, 2) }];
    for (kind, expected) in [
        (MemberKind::Real, VerdictCode::Ok),
        (MemberKind::Pseudonym, VerdictCode::MixedSubjects),
        (MemberKind::Unspecified, VerdictCode::MixedSubjects),
    ] {
        let member = member(kind, x509(&[], None));
        assert_eq!(evaluate(&rules, Some(&member), &both, MISSING).code, expected, "{kind:?}");
    }
    let alice = ("sub", value("mimi://a.example/u/alice"));
    let (unnamed, named) = (jwt(&[("name", value("Alice"))]), jwt(&[alice.clone()]));
    let email = cwt(&[("email", value("x@a.example")), alice]);
    let judge = |all: &[Presented<'_>]| evaluate(&rules, Some(&pseudonym()), all, MISSING).code;
    let (first, second) = (presented(&unnamed, &entry, 1), presented(&email, &entry, 2));
    assert_eq!(judge(&[first.clone(), second.clone()]), VerdictCode::MixedSubjects);
    assert_eq!(judge(&[first, second, presented(&named, &entry, 1)]), VerdictCode::Ok);
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
