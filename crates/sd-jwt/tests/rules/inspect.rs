//! The view of unverified content.

use crate::support::*;
use mimicred_claims::{Date, Key, Value};
use mimicred_jose::jwk;
use mimicred_sd_jwt::{Code, Content, DisclosureState, Label, Node, Status, UnverifiedPresentation, UnverifiedSdJwt};

fn find<'n>(nodes: &'n [Node], name: &str) -> &'n Node {
    nodes.iter().find(|node| matches!(&node.label, Label::Key(key) if key.to_string() == name)).unwrap()
}

#[test]
fn each_claim_with_its_status_and_each_disclosure_with_its_place() {
    let city = disclosure(r#"["s1","city","Berlin"]"#);
    let address = disclosure(&format!(r#"["s2","address",{{"country":"DE","_sd":["decoy1","{}"]}}]"#, digest(&city)));
    let element = disclosure(r#"["s3","FR"]"#);
    let stray = disclosure(r#"["s4","stray",1]"#);
    let broken = disclosure(r#"["s5"]"#);
    let misplaced = disclosure(r#"["s6","misplaced",1]"#);
    let members = format!(
        r#""iat":5,"exp":1683000000.5,"_sd":["decoy2","{}"],"n":["DE",{{"...":"{}"}},{{"...":"decoy3"}},{{"...":"{}"}}],"_sd_alg":"sha-256""#,
        digest(&address),
        digest(&element),
        digest(&misplaced),
    );
    let text = bind(&token(&members, &[&city, &address, &element, &stray, &broken, &city, &misplaced]));
    let presentation = UnverifiedPresentation::parse(&text).unwrap();
    let inspection = presentation.inspect().unwrap();

    assert_eq!(inspection.hash, "sha-256");
    assert_eq!(inspection.header.text("alg"), Some(&Value::from("EdDSA")));
    assert_eq!(inspection.confirmation_thumbprint, Some(jwk::thumbprint(leaf_key().public())));
    assert_eq!(inspection.dates, [("iat", Date::Int(5)), ("exp", Date::Float(1_683_000_000.5))]);
    let binding = inspection.key_binding.as_ref().unwrap();
    assert_eq!(binding.claims.text("aud"), Some(&Value::from(ROOM)));
    assert_eq!(binding.header.text("typ"), Some(&Value::from("kb+jwt")));

    assert_eq!(find(&inspection.claims, "iss").status, Status::Permanent);
    let shown = find(&inspection.claims, "address");
    assert_eq!(shown.status, Status::Disclosed(1));
    let Content::Map(inside) = &shown.content else { panic!("a map") };
    assert_eq!(find(inside, "country").status, Status::Disclosed(1), "came with its parent");
    assert_eq!(find(inside, "city").status, Status::Disclosed(0));
    let Content::Array(elements) = &find(&inspection.claims, "n").content else { panic!("an array") };
    assert_eq!(
        elements.iter().map(|node| node.status).collect::<Vec<_>>(),
        [Status::Permanent, Status::Disclosed(2), Status::Redacted, Status::Redacted]
    );
    let unnamed: Vec<_> = inspection.claims.iter().filter(|node| node.label == Label::Unnamed).collect();
    assert_eq!(unnamed.len(), 1);
    assert_eq!(unnamed[0].content, Content::Digest("decoy2".to_owned()));

    let states: Vec<_> = inspection.disclosures.iter().map(|disclosure| disclosure.state.clone()).collect();
    let at = |path: &str| DisclosureState::Referenced(path.parse().unwrap());
    assert_eq!(
        states,
        [
            at("address.city"),
            at("address"),
            at("n[1]"),
            DisclosureState::Unreferenced,
            DisclosureState::Unreadable(Code::DisclosureMalformed.slug()),
            DisclosureState::Repeated,
            DisclosureState::Misplaced,
        ]
    );
    assert_eq!(inspection.disclosures[0].name, Some(Key::from("city")));
    assert_eq!(inspection.disclosures[2].name, None);
    assert_eq!(inspection.disclosures[0].digest, digest(&city));
    // Shown on purpose, but not by a log.
    let logged = format!("{inspection:?}");
    assert!(!logged.contains("Berlin") && !logged.contains("\"s1\""), "{logged}");
}

#[test]
fn a_token_without_anything_redacted() {
    let text = token(r#""a":{"b":[1]}"#, &[]);
    let received = UnverifiedSdJwt::parse(&text).unwrap();
    assert_eq!(received.issuer(), Some(ISS));
    let inspection = received.inspect().unwrap();
    assert!(inspection.disclosures.is_empty() && inspection.key_binding.is_none() && inspection.dates.is_empty());
    assert!(inspection.claims.iter().all(|node| node.status == Status::Permanent));
    let chain = |depth: usize| format!(r#""a":{}1{}"#, "[".repeat(depth), "]".repeat(depth));
    let inspect = |members: &str| UnverifiedSdJwt::parse(&token(members, &[])).unwrap().inspect().map(drop);
    assert!(inspect(&chain(15)).is_ok());
    assert_eq!(refused(inspect(&chain(16))), Code::Limit);
    assert_eq!(refused(inspect(r#""_sd_alg":"md5""#)), Code::AlgUnsupported);
}
