//! The printed tokens of RFC 9901, where they are present.

use std::path::Path;

use crate::support::{expectations, read, refused, verify_as};
use mimicred_claims::{Clock, Limits};
use mimicred_jose::{Jwk, json};
use mimicred_sd_jwt::serialization::to_json;
use mimicred_sd_jwt::{
    AcceptExpectations, Code, Error, Expectations, Held, JsonForm, JsonSdJwt, KeyBinding, TrustedIssuer, TypeRule,
};

const ISSUER: &str = "https://issuer.example.com";
const AUDIENCE: &str = "https://verifier.example.org";
const BOUND_AT: i64 = 1_748_537_243;

fn file(name: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors/rfc9901").join(name);
    let text = std::fs::read_to_string(path).ok();
    if text.is_none() {
        // Straight to the stream: the test harness swallows what passing tests print.
        let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("skipped: rfc9901/{name} not present\n"));
    }
    text
}

fn issuers() -> Option<Vec<TrustedIssuer>> {
    let jwk = file("issuer.jwk")?;
    let key = Jwk::parse_public(&read(&jwk)).unwrap().public;
    Some(vec![TrustedIssuer { issuer: ISSUER.into(), key }])
}

/// As verified, sorted where the order of restored members is ours.
fn check(text: &str, expected: &Expectations<'_>) -> Result<String, Error> {
    verify_as(text, TypeRule::AnySdJwt, expected).map(|claims| json::write_map(&claims).unwrap())
}

/// RFC 9901 section 5.1: the Issuer's token with all disclosures, decoyless.
#[test]
fn section_5_1_issued() {
    let (Some(token), Some(issuers)) = (file("5.1-issued.sdjwt"), issuers()) else { return };
    let mut expected = expectations(&issuers, KeyBinding::NotExpected);
    expected.clock = Clock { now: BOUND_AT, leeway: 0 };
    let claims = verify_as(&token, TypeRule::AnySdJwt, &expected).unwrap();
    let shown = json::write_map(&claims).unwrap();
    for member in [
        r#""sub":"user_42""#,
        r#""given_name":"John""#,
        r#""family_name":"Doe""#,
        r#""email":"johndoe@example.com""#,
        r#""phone_number":"+1-202-555-0101""#,
        r#""phone_number_verified":true"#,
        r#""address":{"street_address":"123 Main St","locality":"Anytown","region":"Anystate","country":"US"}"#,
        r#""birthdate":"1940-01-01""#,
        r#""updated_at":1570000000"#,
        r#""nationalities":["US","DE"]"#,
    ] {
        assert!(shown.contains(member), "{member} in {shown}");
    }
    // iss, iat, exp, sub, nationalities, cnf and the eight disclosed ones.
    assert_eq!(claims.len(), 14);

    // The Holder of the key in its cnf would accept it.
    let cnf = claims.text("cnf").unwrap().as_map().unwrap().text("jwk").unwrap();
    let key = Jwk::parse_public(cnf.as_map().unwrap()).unwrap().public;
    let held =
        Held::accept(&token, &AcceptExpectations { issuers: &issuers, confirmation_key: &key, clock: expected.clock }).unwrap();
    assert_eq!(held.disclosed().len(), 10);
    expected.clock.now = 1_883_000_000;
    assert_eq!(refused(check(&token, &expected)), Code::Time);
}

/// RFC 9901 section 5.2: the presentation with key binding, and the processed payload printed in the RFC.
#[test]
fn section_5_2_presented() {
    let (Some(token), Some(issuers)) = (file("5.2-presented.sdjwt"), issuers()) else { return };
    let bound = |audience: &'static str, nonce: &'static str, now: i64| Expectations {
        issuers: &issuers,
        audience_of_token: None,
        key_binding: KeyBinding::Required { audience, nonce, max_age: Some(60) },
        clock: Clock { now, leeway: 0 },
        limits: Limits::DEFAULT,
    };
    let expected = r#"{"iss":"https://issuer.example.com","iat":1683000000,"exp":1883000000,"sub":"user_42","nationalities":["US"],"cnf":{"jwk":{"kty":"EC","crv":"P-256","x":"TCAER19Zvu3OHF4j4W4vfSVoHIP1ILilDls7vCeGemc","y":"ZxjiWWbZMQGHVWKVQ4hbSIirsVfuecCE6t4jT9F2HZQ"}},"#;
    let shown = check(&token, &bound(AUDIENCE, "1234567890", BOUND_AT)).unwrap();
    let disclosed = shown.strip_prefix(expected).unwrap_or_else(|| panic!("{shown}")).trim_end_matches('}');
    let mut disclosed: Vec<_> = disclosed.split(",\"").map(|member| member.trim_start_matches('"')).collect();
    disclosed.sort_unstable();
    let address = ["country\":\"US\"", "locality\":\"Anytown\"", "region\":\"Anystate\""];
    let names = ["address\":{\"street_address\":\"123 Main St\"", "family_name\":\"Doe\"", "given_name\":\"John\""];
    let mut wanted: Vec<_> = address.into_iter().chain(names).map(str::to_owned).collect();
    wanted.sort_unstable();
    assert_eq!(disclosed.iter().map(|member| member.trim_end_matches('}')).collect::<Vec<_>>(), wanted);

    assert_eq!(refused(check(&token, &bound("https://other.example", "1234567890", BOUND_AT))), Code::Audience);
    assert_eq!(refused(check(&token, &bound(AUDIENCE, "1234567891", BOUND_AT))), Code::Nonce);
    assert_eq!(refused(check(&token, &bound(AUDIENCE, "1234567890", BOUND_AT + 61))), Code::Time);
    assert_eq!(refused(check(&token, &bound(AUDIENCE, "1234567890", BOUND_AT - 1))), Code::Time);
    assert_eq!(refused(check(&token, &expectations(&issuers, KeyBinding::NotExpected))), Code::KbUnexpected);
}

/// RFC 9901 appendix A.1: decoys at two levels, escaped text in the disclosures, nothing bound.
#[test]
fn appendix_a_1_issued() {
    let (Some(token), Some(issuers)) = (file("a1-issued.sdjwt"), issuers()) else { return };
    let mut expected = expectations(&issuers, KeyBinding::NotExpected);
    expected.clock = Clock { now: BOUND_AT, leeway: 0 };
    let shown = check(&token, &expected).unwrap();
    let clear = r#"{"iss":"https://issuer.example.com","iat":1683000000,"exp":1883000000,"address":{"#;
    let address = shown.strip_prefix(clear).unwrap_or_else(|| panic!("{shown}"));
    assert!([r#""region":"港区","country":"JP"}}"#, r#""country":"JP","region":"港区"}}"#].contains(&address), "{address}");

    expected.key_binding = KeyBinding::Required { audience: AUDIENCE, nonce: "1234567890", max_age: None };
    assert_eq!(refused(check(&token, &expected)), Code::KbMissing);
}

/// RFC 9901 section 8.2: the flattened JSON serialization, issued and presented. What is read is written again as it was printed, but
/// for white space (JWT-J-001, JWT-J-006).
#[test]
fn section_8_2_flattened() {
    let (Some(issued), Some(presented), Some(issuers)) =
        (file("8.2-flattened-issued.json"), file("8.2-flattened-presented.json"), issuers())
    else {
        return;
    };
    let printed = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let mut expected = expectations(&issuers, KeyBinding::NotExpected);
    expected.clock = Clock { now: BOUND_AT, leeway: 0 };
    let read = JsonSdJwt::parse(&issued).unwrap();
    assert_eq!(to_json(read.as_compact(), JsonForm::Flattened).unwrap(), printed(&issued));
    let claims = verify_as(read.as_compact(), TypeRule::AnySdJwt, &expected).unwrap();
    for (name, value) in [("sub", "john_doe_42"), ("given_name", "John"), ("family_name", "Doe"), ("birthdate", "1940-01-01")] {
        assert_eq!(claims.text(name).and_then(|value| value.as_text()), Some(value), "{name}");
    }

    let read = JsonSdJwt::parse(&presented).unwrap();
    assert_eq!(to_json(read.as_compact(), JsonForm::Flattened).unwrap(), printed(&presented));
    expected.key_binding = KeyBinding::Required { audience: AUDIENCE, nonce: "1234567890", max_age: Some(60) };
    let claims = verify_as(read.as_compact(), TypeRule::AnySdJwt, &expected).unwrap();
    assert!(claims.text("given_name").is_some() && claims.text("birthdate").is_none());
    let changed = presented.replacen("\"kb_jwt\": \"", "\"kb_jwt\": \"e", 1);
    let read = JsonSdJwt::parse(&changed).unwrap();
    assert!(verify_as(read.as_compact(), TypeRule::AnySdJwt, &expected).is_err());
}
