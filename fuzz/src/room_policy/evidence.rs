//! Members and what they show, for policies to be evaluated on.

use std::sync::LazyLock;

use mimicred_claims::{Key, Map, Value};
use mimicred_cose::cwt;
use mimicred_room::{Evidence, Member, MemberKind, PolicyState, Presented, VerdictCode, evaluate};
use mimicred_x509::Attribute;

use crate::cast::{ISSUER, NOW};

/// Evaluates a policy on everybody and everything, twice: there is an answer, and one only.
pub(super) fn evaluate_all(policy: &PolicyState) {
    let everything: Vec<&Evidence> = EVIDENCE.iter().collect();
    let mut shown: Vec<Vec<&Evidence>> = EVIDENCE.iter().map(|evidence| vec![evidence]).collect();
    shown.extend([Vec::new(), everything]);
    for member in MEMBERS.iter().map(Some).chain([None]) {
        for shown in &shown {
            for code in [VerdictCode::Ok, VerdictCode::OkLapsed, VerdictCode::IssuerLocalOnly] {
                once(policy, member, shown, code);
            }
        }
    }
}

fn once(policy: &PolicyState, member: Option<&Member>, shown: &[&Evidence], code: VerdictCode) {
    let entries = || policy.known().map(|policy| policy.trusted_issuers.iter().collect()).unwrap_or_default();
    let presented: Vec<Presented<'_>> = (0_u8..)
        .zip(shown)
        .map(|(n, evidence)| Presented {
            evidence,
            entries: if code == VerdictCode::IssuerLocalOnly { Vec::new() } else { entries() },
            code,
            issued_at: NOW,
            token_hash: [n; 32],
            issuer: ISSUER,
        })
        .collect();
    let evaluation = evaluate(policy, member, &presented, VerdictCode::MissingReveal);
    assert_eq!(evaluation, evaluate(policy, member, &presented, VerdictCode::MissingReveal));
    let early = match policy {
        PolicyState::Missing => Some(VerdictCode::PolicyMissing),
        PolicyState::Unsupported => Some(VerdictCode::PolicyUnsupported),
        PolicyState::Known(_) if member.is_none() => Some(VerdictCode::LeafUnverified),
        PolicyState::Known(policy) => {
            assert_eq!(evaluation.rules.len(), policy.claim_rules.len());
            None
        }
    };
    assert!(early.is_none_or(|early| early == evaluation.code && evaluation.rules.is_empty()));
}

/// One of each format; with all shapes that a claim can have.
static EVIDENCE: LazyLock<[Evidence; 3]> = LazyLock::new(|| {
    let attribute = |oid: &str, general_name, value: &str| Attribute { oid: oid.into(), general_name, value: value.into() };
    let attributes = vec![
        attribute("2.5.4.3", None, "Alice Adams"),
        attribute("2.5.4.6", None, "CH"),
        attribute("2.5.29.17", Some(1), "alice@a.example"),
        attribute("2.5.29.17", Some(6), "mimi://a.example/u/alice"),
    ];
    let cwt = cwt::from_names(claims()).expect("names without a number stay");
    let user = "mimi://a.example/u/alice".parse().expect("a URI");
    [Evidence::of_jwt(claims()), Evidence::of_cwt(cwt), Evidence::of_certificate(attributes, Some(user))]
});

static MEMBERS: LazyLock<[Member; 3]> = LazyLock::new(|| {
    [MemberKind::Pseudonym, MemberKind::Real, MemberKind::Unspecified].map(|kind| Member {
        user: "mimi://a.example/p/x".parse().expect("a URI"),
        client: None,
        kind,
        role: Some(2),
        evidence: EVIDENCE[2].clone(),
    })
});

fn claims() -> Map<'static> {
    let address = map(vec![("country", "CH".into()), ("", Value::Array(vec![Value::Null, Value::Bool(true)]))]);
    map(vec![
        ("sub", "mimi://a.example/u/alice".into()),
        ("name", "Alice Adams".into()),
        ("email", "alice@a.example".into()),
        ("birthdate", "1990-05-17".into()),
        ("age", Value::Int(36)),
        ("height", Value::Decimal("1.70".into())),
        ("address", Value::Map(address)),
        ("groups", Value::Array(vec!["a".into(), Value::Array(Vec::new())])),
    ])
}

fn map(entries: Vec<(&'static str, Value<'static>)>) -> Map<'static> {
    Map::from_entries(entries.into_iter().map(|(name, value)| (Key::from(name), value)).collect()).expect("names that differ")
}
