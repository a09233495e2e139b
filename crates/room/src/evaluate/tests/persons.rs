//! Point 7: the required claims are about one person.

use super::*;

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
    let (unnamed, named) = (jwt(&[("name", value("Alice"))]), jwt(std::slice::from_ref(&alice)));
    let email = cwt(&[("email", value("x@a.example")), alice]);
    let judge = |all: &[Presented<'_>]| evaluate(&rules, Some(&pseudonym()), all, MISSING).code;
    let (first, second) = (presented(&unnamed, &entry, 1), presented(&email, &entry, 2));
    assert_eq!(judge(&[first.clone(), second.clone()]), VerdictCode::MixedSubjects);
    assert_eq!(judge(&[first, second, presented(&named, &entry, 1)]), VerdictCode::Ok);
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
