//! Policies and credentials as large as they can be. Whoever compares each with each is not done within a day.

use mimicred_claims::{Key, Map, Value};
use mimicred_x509::Attribute;

use super::*;
use crate::policy::{ClaimRule, JwtPath, PolicyPath};

/// A rule with as many paths as a policy has room for.
fn wide(label: &str, paths: impl Iterator<Item = Vec<String>>) -> ClaimRule {
    let path = |steps: Vec<String>| {
        let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
        PolicyPath::Jwt(JwtPath::of_names(&steps).unwrap())
    };
    ClaimRule { claim_name: label.to_owned(), paths: paths.map(path).collect(), ..rule(&["name"], Optionality::Optional) }
}

fn many(count: usize, text: impl Fn(usize) -> (String, Value<'static>)) -> Map<'static> {
    let entries = (0..count).map(text).map(|(name, value)| (Key::Text(name.into()), value));
    Map::from_entries(entries.collect()).unwrap()
}

/// 30 000 paths, and 8 presentations of 10 000 claims each, at the top and further down.
#[test]
fn paths_and_claims_add_up() {
    let (paths, claims, presentations) = (30_000, 10_000, 8);
    let rules = (0..30).map(|rule| {
        wide(
            &format!("rule{rule}"),
            (0..paths / 30).map(|n| {
                let name = format!("c{}", 30 * n + rule);
                if n % 2 == 0 { vec![name] } else { vec!["deep".to_owned(), name] }
            }),
        )
    });
    let policy = RoomDisclosurePolicy { unlisted_claims: Optionality::Forbidden, ..policy(rules.collect()) };
    let all = |n: usize| (format!("c{n}"), Value::from("x"));
    let deep = Value::Map(many(paths, all));
    let flat = many(claims, all).into_entries();
    let flat =
        flat.into_iter().filter(|(name, _)| matches!(name, Key::Text(name) if name[1..].parse::<usize>().unwrap() / 30 % 2 == 0));
    let entries: Vec<_> = flat.collect();
    let evidence = Evidence::of_jwt(Map::from_entries(entries.clone()).unwrap());
    let entry = issuer(&[]);
    let presented: Vec<_> = (0..presentations).map(|_| presented(&evidence, &entry, 1)).collect();
    assert_eq!(judge(policy.clone(), &presented).code, VerdictCode::Ok);
    let with_deep = Evidence::of_jwt(Map::from_entries([entries, vec![(Key::from("deep"), deep)]].concat()).unwrap());
    let evaluation = judge(policy, &[super::presented(&with_deep, &entry, 1)]);
    assert_eq!((evaluation.code, evaluation.note.as_deref()), (VerdictCode::UnlistedClaim, Some("deep.c0")));
}

/// 32 certificates, each with as many names as fit into one, none of them in two; for several rules about them.
#[test]
fn names_of_certificates_are_not_compared_with_each_other() {
    let evidences: Vec<_> = (0..32)
        .map(|n| {
            let name = |k: usize| Attribute { oid: "2.5.4.3".to_owned(), general_name: None, value: format!("{n} {k}") };
            let shared = Attribute { oid: "2.5.4.3".to_owned(), general_name: None, value: "Alice".to_owned() };
            Evidence::of_certificate((0..1100).map(name).chain([shared]).collect(), None)
        })
        .collect();
    let rules = (0..4).map(|n| ClaimRule { claim_name: format!("name{n}"), ..rule(&["name"], Optionality::Optional) });
    let entry = issuer(&[]);
    let presented: Vec<_> = evidences.iter().map(|evidence| presented(evidence, &entry, 1)).collect();
    assert_eq!(judge(policy(rules.collect()), &presented).code, VerdictCode::Ok);
}
