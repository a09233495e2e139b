//! Evidence, rules and policies, made in a line each.

use mimicred_claims::{Key, Map, Value};
use mimicred_cose::cwt;
use mimicred_x509::Attribute;

use crate::evaluate::*;
use crate::policy::{ClaimPredicate, ClaimRule, CwtPath, IssuerAnchor, JwtPath, NonceMode, PolicyPath, X509Path};

pub(super) const NOW: i64 = 1_790_000_000; // 2026-09-21
pub(super) const MISSING: VerdictCode = VerdictCode::MissingReveal;

pub(super) fn value(text: &str) -> Value<'static> {
    Value::from(text.to_owned())
}

pub(super) fn map(entries: &[(&'static str, Value<'static>)]) -> Map<'static> {
    Map::from_entries(entries.iter().map(|(key, value)| (Key::from(*key), value.clone())).collect()).unwrap()
}

pub(super) fn jwt(entries: &[(&'static str, Value<'static>)]) -> Evidence {
    Evidence::of_jwt(map(entries))
}

pub(super) fn cwt(entries: &[(&'static str, Value<'static>)]) -> Evidence {
    Evidence::of_cwt(cwt::from_names(map(entries)).unwrap())
}

pub(super) fn x509(entries: &[(&str, Option<u8>, &str)], user: Option<&str>) -> Evidence {
    let attributes = entries.iter().map(|(oid, general_name, value)| Attribute {
        oid: (*oid).to_owned(),
        general_name: *general_name,
        value: (*value).to_owned(),
    });
    Evidence::of_certificate(attributes.collect(), user.map(|user| user.parse().unwrap()))
}

pub(super) fn paths(names: &[&str]) -> Vec<PolicyPath> {
    names
        .iter()
        .flat_map(|name| {
            let oid = match *name {
                "name" => Some(("2.5.4.3", None)),
                "email" => Some(("2.5.29.17", Some(1))),
                _ => None,
            };
            let steps: Vec<&str> = name.split('.').collect();
            let jwt = PolicyPath::Jwt(JwtPath::of_names(&steps).unwrap());
            let cwt = cwt::key_for_name(name).map(|key| PolicyPath::Cwt(CwtPath::of_keys(&[Key::Int(key)]).unwrap()));
            let x509 =
                oid.map(|(oid, general_name_tag)| PolicyPath::X509(X509Path { oid: oid.parse().unwrap(), general_name_tag }));
            [Some(jwt), cwt, x509].into_iter().flatten()
        })
        .collect()
}

pub(super) fn rule(names: &[&str], presence: Optionality) -> ClaimRule {
    ClaimRule {
        claim_name: names[0].to_owned(),
        paths: paths(names),
        presence,
        predicates: Vec::new(),
        visible_to_roles: Vec::new(),
    }
}

pub(super) fn with(mut rule: ClaimRule, predicate: ClaimPredicate) -> ClaimRule {
    rule.predicates.push(predicate);
    rule
}

pub(super) fn policy(rules: Vec<ClaimRule>) -> RoomDisclosurePolicy {
    RoomDisclosurePolicy {
        pseudonyms: Optionality::Optional,
        identity_reveal: Optionality::Optional,
        accepted_formats: crate::testing::FORMATS.to_vec(),
        claim_rules: rules,
        unlisted_claims: Optionality::Optional,
        trusted_issuers: Vec::new(),
        allow_local_trust: false,
        max_presentation_age: 300,
        max_clock_skew: 60,
        disclosure_deadline: 0,
        nonce_mode: NonceMode::GroupExporter,
        visible_to_roles: Vec::new(),
        franking_allowed: false,
    }
}

pub(super) fn issuer(claim_names: &[&str]) -> TrustedIssuer {
    TrustedIssuer {
        issuer: "https://id.a.example".to_owned(),
        subject_domains: Vec::new(),
        formats: Vec::new(),
        anchors: Vec::<IssuerAnchor>::new(),
        claim_names: claim_names.iter().map(|name| (*name).to_owned()).collect(),
    }
}

pub(super) fn member(kind: MemberKind, evidence: Evidence) -> Member {
    Member {
        user: "mimi://a.example/p/x".parse().unwrap(),
        client: Some("mimi://a.example/d/x".parse().unwrap()),
        kind,
        role: None,
        evidence,
    }
}

pub(super) fn pseudonym() -> Member {
    member(MemberKind::Pseudonym, x509(&[("2.5.29.17", Some(6), "mimi://a.example/p/x")], None))
}

pub(super) fn presented<'a>(evidence: &'a Evidence, entry: &'a TrustedIssuer, token: u8) -> Presented<'a> {
    let (entries, token_hash) = (vec![entry], [token; 32]);
    Presented { evidence, entries, code: VerdictCode::Ok, issued_at: NOW, token_hash, issuer: "https://id.a.example" }
}

pub(super) fn judge(policy: RoomDisclosurePolicy, presented: &[Presented<'_>]) -> Evaluation {
    evaluate(&PolicyState::of_policy(policy), Some(&pseudonym()), presented, MISSING)
}

pub(super) fn code(policy: RoomDisclosurePolicy, evidences: &[&Evidence]) -> VerdictCode {
    let entry = issuer(&[]);
    // All of one token, so that they are about one person.
    let presented: Vec<_> = evidences.iter().map(|evidence| presented(evidence, &entry, 1)).collect();
    judge(policy, &presented).code
}
