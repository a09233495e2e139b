use super::*;
use crate::policy::{CwtPath, JwtPath};

fn map(entries: Vec<(Key<'static>, Value<'static>)>) -> Map<'static> {
    Map::from_entries(entries).unwrap()
}

fn text(name: &'static str, value: Value<'static>) -> (Key<'static>, Value<'static>) {
    (Key::from(name), value)
}

fn attribute(oid: &str, general_name: Option<u8>, value: &str) -> Attribute {
    Attribute { oid: oid.to_owned(), general_name, value: value.to_owned() }
}

fn places(evidence: &Evidence) -> Vec<String> {
    evidence.subject_claims().iter().map(|claim| claim.place.clone()).collect()
}

/// mimi-mls.md 3.4.2 point 9: what never counts as a claim about the subject, and what does.
#[test]
fn technical_claims_are_left_out() {
    let technical: Vec<_> =
        ["iss", "iat", "nbf", "exp", "aud", "jti", "cnf", "nonce", "vct", "typ", "status", "sub", "mimi_user", "_sd_alg"]
            .into_iter()
            .map(|name| text(name, Value::from("x")))
            .chain([text("email", Value::from("x")), text("address", Value::Map(map(vec![text("country", Value::from("DE"))])))])
            .chain([
                text("list", Value::Array(vec![Value::from("a"), Value::Map(map(vec![]))])),
                text("none", Value::Array(vec![])),
            ])
            .collect();
    let jwt = Evidence::of_jwt(map(technical));
    assert_eq!(places(&jwt), ["email", "address.country", "list[0]", "list[1]", "none"]);

    let technical = [1, 2, 3, 4, 5, 6, 7, 8, 11, 39, 65535].map(|key| (Key::Int(key), Value::from("x")));
    let cwt = technical.into_iter().chain([
        text("mimi_user", Value::from("x")),
        (Key::Int(179), Value::from("x")),
        text("iss", Value::from("x")),
    ]);
    let cwt = Evidence::of_cwt(map(cwt.collect()));
    assert_eq!(places(&cwt), ["179", "iss"]);
    assert_eq!(cwt.subject_claims()[0].name, Some("email"));

    let certificate = Evidence::of_certificate(
        vec![
            attribute("2.5.29.17", Some(6), "mimi://a.example/p/x"),
            attribute("2.5.29.17", Some(6), "https://a.example/"),
            attribute("2.5.29.17", Some(1), "alice@a.example"),
            attribute("2.5.4.3", None, "Alice"),
            attribute("1.2.3.4", None, "#0500"),
        ],
        None,
    );
    assert_eq!(places(&certificate), ["2.5.29.17", "2.5.29.17", "2.5.4.3", "1.2.3.4"]);
}

#[test]
fn certificates_are_addressed_by_oid_and_kind_of_name() {
    let certificate = Evidence::of_certificate(
        vec![
            attribute("2.5.29.17", Some(1), "alice@a.example"),
            attribute("2.5.29.17", Some(2), "a.example"),
            attribute("2.5.4.3", None, "Alice"),
        ],
        Some("mimi://a.example/u/alice".parse().unwrap()),
    );
    let at = |oid: &str, general_name_tag| {
        let path = PolicyPath::X509(X509Path { oid: oid.parse().unwrap(), general_name_tag });
        certificate.at(&path).into_iter().map(|found| found.value.as_text().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(at("2.5.29.17", Some(1)), ["alice@a.example"]);
    assert_eq!(at("2.5.29.17", None), ["alice@a.example", "a.example"]);
    assert_eq!(at("2.5.4.3", None), ["Alice"]);
    assert!(at("2.5.4.4", None).is_empty() && at("2.5.29.17", Some(6)).is_empty());
    assert_eq!(certificate.subject(), Some("mimi://a.example/u/alice"));
    let other_family = PolicyPath::Jwt(JwtPath::of_names(&["2.5.4.3"]).unwrap());
    assert!(certificate.at(&other_family).is_empty());
}

#[test]
fn tokens_are_addressed_by_their_own_family() {
    let claims =
        || map(vec![text("sub", Value::from("s")), (Key::Int(2), Value::from("t")), text("mimi_user", Value::from("u"))]);
    let (jwt, cwt) = (Evidence::of_jwt(claims()), Evidence::of_cwt(claims()));
    assert_eq!((jwt.subject(), cwt.subject()), (Some("s"), Some("t")));
    assert_eq!((jwt.identifiers(), cwt.identifiers()), (vec!["s", "u"], vec!["t", "u"]));
    let path = PolicyPath::Cwt(CwtPath::of_keys(&[Key::Int(2)]).unwrap());
    assert!(jwt.at(&path).is_empty());
    assert_eq!(cwt.at(&path).len(), 1);
}

/// A rule covers what it names and everything below, not what is beside or above.
#[test]
fn rules_cover_what_is_below_their_path() {
    let jwt = Evidence::of_jwt(map(vec![text(
        "address",
        Value::Map(map(vec![text("country", Value::from("DE")), text("city", Value::from("B"))])),
    )]));
    let claims = jwt.subject_claims();
    let covered = |names: &[&str]| {
        let path = PolicyPath::Jwt(JwtPath::of_names(names).unwrap());
        claims.iter().filter(|claim| claim.is_under(&path)).count()
    };
    assert_eq!(
        (covered(&["address"]), covered(&["address", "city"]), covered(&["address", "city", "x"]), covered(&["name"])),
        (2, 1, 0, 0)
    );
}

#[test]
fn debug_shows_no_values() {
    let certificate = Evidence::of_certificate(vec![attribute("2.5.4.3", None, "Alice")], None);
    let token = Evidence::of_jwt(map(vec![text("name", Value::from("Alice"))]));
    for evidence in [certificate, token] {
        assert!(!format!("{evidence:?}").contains("Alice"));
    }
}
