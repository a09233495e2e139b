//! The policies in `examples/policies`: each can be used, and does what it is there to show.
#![cfg(test)]

use std::path::{Path, PathBuf};
use std::process::Command;

use mimicred_claims::{Key, Map, Value};
use mimicred_cose::cwt;
use mimicred_room::policy::{DisclosureFormat, RoomDisclosurePolicy};
use mimicred_room::{Evidence, Member, MemberKind, PolicyState, Presented, VerdictCode, evaluate};
use mimicred_x509::Attribute;

const NOW: i64 = 1_790_000_000; // 2026-09-21

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/policies").join(name)
}

fn example(name: &str) -> RoomDisclosurePolicy {
    RoomDisclosurePolicy::from_toml(&std::fs::read_to_string(path(name)).unwrap()).unwrap()
}

fn map(claims: &[(&'static str, Value<'static>)]) -> Map<'static> {
    Map::from_entries(claims.iter().map(|(key, value)| (Key::from(*key), value.clone())).collect()).unwrap()
}

/// The same claims as both tokens show them.
fn tokens(claims: &[(&'static str, Value<'static>)]) -> [Evidence; 2] {
    [Evidence::of_jwt(map(claims)), Evidence::of_cwt(cwt::from_names(map(claims)).unwrap())]
}

fn text(text: &str) -> Value<'static> {
    Value::from(text.to_owned())
}

fn certificate(attributes: &[(&str, Option<u8>, &str)]) -> Evidence {
    let attributes = attributes.iter().map(|(oid, general_name, value)| Attribute {
        oid: (*oid).to_owned(),
        general_name: *general_name,
        value: (*value).to_owned(),
    });
    Evidence::of_certificate(attributes.collect(), None)
}

fn member(kind: MemberKind, evidence: Evidence) -> Member {
    Member { user: "mimi://a.example/p/x".parse().unwrap(), client: None, kind, role: None, evidence }
}

fn nothing() -> Evidence {
    certificate(&[])
}

/// What a member of this kind gets for revealing this, by the first issuer of the room that may vouch in this format.
fn code(policy: &RoomDisclosurePolicy, kind: MemberKind, evidence: Option<&Evidence>) -> VerdictCode {
    let state = PolicyState::of_policy(policy.clone());
    let presented = evidence.map(|evidence| Presented {
        evidence,
        entries: policy.trusted_issuers.iter().filter(|entry| entry.formats.contains(&evidence.format())).collect(),
        code: VerdictCode::Ok,
        issued_at: NOW,
        token_hash: [1; 32],
        issuer: "issuer",
    });
    evaluate(&state, Some(&member(kind, nothing())), presented.as_slice(), VerdictCode::Pending).code
}

#[test]
fn each_can_be_used() {
    for name in ["support-group.toml", "newsroom.toml", "company-room.toml", "open-forum.toml"] {
        let output = Command::new(env!("CARGO_BIN_EXE_mimicred")).args(["policy", "check"]).arg(path(name)).output().unwrap();
        assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stdout.starts_with(b"usable: "), "{name}");
        let policy = example(name);
        // Whoever vouches for nobody's leaf lets nobody in.
        let leaves =
            |format| policy.trusted_issuers.iter().any(|entry| entry.vouches_for("leaf") && entry.formats.contains(&format));
        assert!(leaves(DisclosureFormat::MlsCredential), "{name}");
    }
}

#[test]
fn the_support_group_asks_for_age_and_takes_no_name() {
    let policy = example("support-group.toml");
    let pseudonym = |claims: &[(&'static str, Value<'static>)]| {
        tokens(claims).map(|evidence| code(&policy, MemberKind::Pseudonym, Some(&evidence)))
    };
    let over = |age: &'static str, answer: bool| ("age_equal_or_over", Value::Map(map(&[(age, Value::Bool(answer))])));
    assert_eq!(pseudonym(&[over("18", true)]), [VerdictCode::Ok; 2]);
    assert_eq!(pseudonym(&[over("18", false)]), [VerdictCode::PredicateFailed; 2]);
    assert_eq!(pseudonym(&[("birthdate", text("2008-09-21"))]), [VerdictCode::Ok; 2]);
    assert_eq!(pseudonym(&[("birthdate", text("2008-09-22"))]), [VerdictCode::PredicateFailed; 2]);
    for name in ["name", "given_name", "family_name", "middle_name", "nickname", "preferred_username"] {
        assert_eq!(pseudonym(&[over("18", true), (name, text("Alice"))]), [VerdictCode::ForbiddenClaim; 2], "{name}");
    }
    assert_eq!(pseudonym(&[over("18", true), ("email", text("alice@a.example"))]), [VerdictCode::UnlistedClaim; 2]);
    let [adult, _] = tokens(&[over("18", true)]);
    assert_eq!(code(&policy, MemberKind::Unspecified, Some(&adult)), VerdictCode::PseudonymRequired);
    assert_eq!(code(&policy, MemberKind::Pseudonym, None), VerdictCode::Pending);
    // Nor may the leaf's certificate show a name.
    let named = member(MemberKind::Pseudonym, certificate(&[("2.5.4.3", None, "Alice")]));
    let entry = &policy.trusted_issuers[0];
    let shown = Presented {
        evidence: &adult,
        entries: vec![entry],
        code: VerdictCode::Ok,
        issued_at: NOW,
        token_hash: [1; 32],
        issuer: "issuer",
    };
    let evaluation = evaluate(&PolicyState::of_policy(policy.clone()), Some(&named), &[shown], VerdictCode::Pending);
    assert_eq!(evaluation.code, VerdictCode::ForbiddenClaim);
    // An attestation stands before the birthdate: senders show the first that they have.
    let paths: Vec<_> = policy.claim_rules[0].paths.iter().map(|path| format!("{path:?}")).collect();
    let first = |name: &str| paths.iter().position(|path| path.contains(name)).unwrap();
    assert!(first("age_equal_or_over") < first("birthdate"));
}

#[test]
fn the_newsroom_asks_nothing_and_shows_editors_what_it_gets() {
    let policy = example("newsroom.toml");
    assert_eq!(code(&policy, MemberKind::Pseudonym, None), VerdictCode::Ok);
    assert_eq!(code(&policy, MemberKind::Real, None), VerdictCode::Ok);
    let source = |claims: &[(&'static str, Value<'static>)]| {
        tokens(claims).map(|evidence| code(&policy, MemberKind::Pseudonym, Some(&evidence)))
    };
    assert_eq!(source(&[("name", text("Alice")), ("organization", text("The Example Times"))]), [VerdictCode::Ok; 2]);
    assert_eq!(source(&[("organization", text("the example times"))]), [VerdictCode::PredicateFailed; 2]);
    let address = Value::Map(map(&[("country", text("DE"))]));
    for claim in [("address", address), ("phone_number", text("+49")), ("birthdate", text("1990-01-01"))] {
        assert_eq!(source(std::slice::from_ref(&claim)), [VerdictCode::ForbiddenClaim; 2], "{}", claim.0);
    }
    assert_eq!(policy.visible_to_roles, [3, 4]);
    assert_eq!(policy.nonce_mode.name(), Some("challenge"));
}

/// The address has to end in @corp.example: neither another company whose name ends so, nor a host that goes on behind it.
#[test]
fn the_company_room_takes_addresses_of_the_company() {
    let policy = example("company-room.toml");
    let cases = [
        ("alice@corp.example", VerdictCode::Ok),
        ("mallory@corp.example.evil", VerdictCode::PredicateFailed),
        ("alice@evil-corp.example", VerdictCode::PredicateFailed),
        ("alice@sub.corp.example", VerdictCode::PredicateFailed),
        ("corp.example", VerdictCode::PredicateFailed),
        ("alice@CORP.example", VerdictCode::PredicateFailed),
        ("alice@corp.example ", VerdictCode::PredicateFailed),
    ];
    for (address, expected) in cases {
        let [jwt, cwt] = tokens(&[("email", text(address))]);
        for evidence in [jwt, cwt, certificate(&[("2.5.29.17", Some(1), address)])] {
            assert_eq!(code(&policy, MemberKind::Real, Some(&evidence)), expected, "{address}");
            // A pseudonym is refused before anything else is looked at.
            assert_eq!(code(&policy, MemberKind::Pseudonym, Some(&evidence)), VerdictCode::PseudonymForbidden);
        }
    }
    // A web address in the place of a mail address is none.
    let web = certificate(&[("2.5.29.17", Some(6), "https://alice@corp.example")]);
    assert_eq!(code(&policy, MemberKind::Real, Some(&web)), VerdictCode::MissingRequiredClaim);
    assert_eq!(code(&policy, MemberKind::Real, None), VerdictCode::Pending);
}

#[test]
fn the_open_forum_takes_no_reveal() {
    let policy = example("open-forum.toml");
    for kind in [MemberKind::Pseudonym, MemberKind::Real, MemberKind::Unspecified] {
        assert_eq!(code(&policy, kind, None), VerdictCode::Ok);
        for evidence in tokens(&[("name", text("Alice"))]) {
            assert_eq!(code(&policy, kind, Some(&evidence)), VerdictCode::RevealForbidden);
        }
    }
    // What a leaf shows of its member is no way around it.
    let shown = member(MemberKind::Real, certificate(&[("2.5.4.3", None, "Alice")]));
    let evaluation = evaluate(&PolicyState::of_policy(policy), Some(&shown), &[], VerdictCode::Pending);
    assert_eq!(evaluation.code, VerdictCode::UnlistedClaim);
}
