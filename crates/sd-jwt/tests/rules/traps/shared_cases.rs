//! The shared cases of sd-jwt-python, where they are present: claims, what is disclosed, and the processed payload that results.

use std::path::PathBuf;

use super::yaml::{self, Node};
use crate::support::*;
use mimicred_claims::{ClaimPath, Clock, Map, Redaction, RedactionPlan, Selection, Value};
use mimicred_jose::{Jwk, json};
use mimicred_keys::{IssuerKey, LeafKey, SecretKey};
use mimicred_sd_jwt::{AcceptExpectations, Binding, Code, Expectations, Held, Issuer, KeyBinding, TrustedIssuer, TypeRule};

/// The cases with an expected result. The one that is written for the JSON serialization has the same result in every form.
const CASES: [&str; 10] = [
    "array_data_types",
    "array_full_sd",
    "array_none_disclosed",
    "array_of_objects",
    "array_of_scalars",
    "array_recursive_sd",
    "json_serialization_flattened",
    "key_binding",
    "no_sd",
    "object_data_types",
];

fn file(name: &str) -> Option<Node> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors/sd-jwt-python/testcases");
    let text = std::fs::read_to_string(folder.join(name)).ok();
    if text.is_none() {
        // Straight to the stream: the test harness swallows what passing tests print.
        let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("skipped: sd-jwt-python/{name} not present\n"));
    }
    Some(yaml::parse(&text?))
}

/// Names, keys, nonce and dates that all cases share.
struct Settings {
    issuer: String,
    verifier: String,
    issuer_key: IssuerKey,
    holder_key: LeafKey,
    nonce: String,
    iat: i64,
    exp: i64,
}

impl Settings {
    fn read() -> Option<Self> {
        let settings = file("settings.yml")?;
        let identifiers = settings.get("identifiers").unwrap();
        let keys = settings.get("key_settings").unwrap();
        let Some(Node::List(issuer_keys)) = keys.get("issuer_keys") else { panic!("a list of keys") };
        let date = |name: &str| settings.text(name).parse().unwrap();
        Some(Self {
            issuer: identifiers.text("issuer"),
            verifier: identifiers.text("verifier"),
            issuer_key: IssuerKey::new(secret_of(&issuer_keys[0].1)),
            holder_key: LeafKey::new(secret_of(keys.get("holder_key").unwrap())).unwrap(),
            nonce: settings.text("key_binding_nonce"),
            iat: date("iat"),
            exp: date("exp"),
        })
    }

    /// Issues these claims with everything tagged redacted, and lets the Holder accept the token.
    fn held(&self, claims: &Node) -> Held {
        let mut tagged = Vec::new();
        claims.tagged(&ClaimPath::default(), &mut tagged);
        let plan = RedactionPlan::new(Redaction::Paths(tagged.clone()));
        let fixed = format!(r#"{{"iss":"{}","iat":{},"exp":{}}}"#, self.issuer, self.iat, self.exp);
        let entries = read(&fixed).into_entries().into_iter().chain(read(&claims.json()).into_entries());
        let claims = Map::from_entries(entries.collect()).unwrap();
        let issuer = Issuer::new(self.issuer_key.public());
        let prepared = issuer.prepare(claims, Some(self.holder_key.public()), &plan, &mut Counting::default()).unwrap();
        let token = prepared.sign(&self.issuer_key).unwrap();
        let expected = AcceptExpectations {
            issuers: &self.trusted(),
            confirmation_key: self.holder_key.public(),
            clock: Clock { now: self.iat, leeway: 0 },
        };
        let held = Held::accept(token.as_str(), &expected).unwrap();
        assert_eq!(held.disclosed().len(), tagged.len(), "as many disclosures as tags");
        held
    }

    fn trusted(&self) -> Vec<TrustedIssuer> {
        vec![TrustedIssuer { issuer: self.issuer.clone(), key: self.issuer_key.public().clone() }]
    }

    /// What a Verifier is told when these paths are disclosed, without what the settings bring.
    fn presented(&self, held: &Held, paths: Vec<ClaimPath>) -> String {
        let binding = Binding { audience: &self.verifier, nonce: &self.nonce, issued_at: self.iat };
        let presentation = held.prepare(&Selection::Paths(paths), &binding).unwrap().sign(&self.holder_key).unwrap();
        let verify_at = |now: i64| {
            let issuers = self.trusted();
            let key_binding = KeyBinding::Required { audience: &self.verifier, nonce: &self.nonce, max_age: None };
            let expected = Expectations { clock: Clock { now, leeway: 0 }, ..expectations(&issuers, key_binding) };
            verify_as(presentation.as_str(), TypeRule::AnySdJwt, &expected)
        };
        assert_eq!(refused(verify_at(self.exp)), Code::Time);
        assert_eq!(refused(verify_at(self.iat - 1)), Code::Time);
        of_the_case(&verify_at(self.exp - 1).unwrap())
    }
}

fn secret_of(jwk: &Node) -> SecretKey {
    Jwk::parse(&read(&jwk.json())).unwrap().secret.unwrap()
}

/// The claims as sorted JSON, without what every token of these cases has.
fn of_the_case(claims: &Map<'static>) -> String {
    let entries = claims.clone().into_entries().into_iter();
    let rest = entries.filter(|(key, _)| !["iss", "iat", "exp", "cnf"].contains(&key.to_string().as_str())).collect();
    json::write(&sorted(Value::Map(Map::from_entries(rest).unwrap()))).unwrap()
}

fn sorted(value: Value<'static>) -> Value<'static> {
    match value {
        Value::Map(map) => {
            let mut entries: Vec<_> = map.into_entries().into_iter().map(|(key, value)| (key, sorted(value))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Map(Map::from_entries(entries).unwrap())
        }
        Value::Array(elements) => Value::Array(elements.into_iter().map(sorted).collect()),
        leaf => leaf,
    }
}

/// Trap 30: issue, present, verify, and compare the processed payload; salts differ, so octets cannot be compared. And with all of it
/// disclosed the input comes back. JWT-V-011, JWT-V-012, JWT-P-002.
#[test]
fn trap_30_processed_payloads() {
    let Some(settings) = Settings::read() else { return };
    assert_eq!((settings.iat, settings.exp, settings.nonce.as_str()), (1_683_000_000, 1_883_000_000, "1234567890"));
    for name in CASES {
        let Some(case) = file(&format!("{name}/specification.yml")) else { return };
        let claims = case.get("user_claims").unwrap();
        let held = settings.held(claims);
        let (root, mut chosen) = (ClaimPath::default(), Vec::new());
        claims.chosen(case.get("holder_disclosed_claims").unwrap(), &root, &mut chosen);
        let expected = case.get("expect_verified_user_claims").unwrap().json();
        assert_eq!(settings.presented(&held, chosen), expected, "{name}");
        let everything = held.disclosed().iter().map(|disclosed| disclosed.path.clone()).collect();
        assert_eq!(settings.presented(&held, everything), claims.json(), "{name}, all of it");
    }
}

/// Trap 30: header members of the wrong type, as such data may have them: refused, or passed by if nothing is known about them, and
/// no crash. JWT-E-020.
#[test]
fn trap_30_odd_header_members() {
    let with = |member: &str| verify_plain(&token_of(&HEADER.replacen('{', &format!("{{{member},"), 1), &payload(""), &[]));
    for member in [r#""kid":7"#, r#""kid":null"#, r#""cty":{}"#, r#""crit":"kid""#, r#""b64":true"#] {
        assert_eq!(with(member).unwrap_err().code(), Code::Header, "{member}");
    }
    for member in [r#""kid":"issuer-key-1""#, r#""x5c":7"#, r#""x5t":[]"#, r#""jwk":null"#, r#""foo":{"bar":[1]}"#] {
        assert!(with(member).is_ok(), "{member}");
    }
}

/// Trap 31: what YAML takes for a number, for text and for nothing.
#[test]
fn trap_31_types_of_scalars() {
    let document = "# a comment\nphone: +1-202-555-0101 # and another\nborn: \"1940-01-01\"\n'42': key\nquoted: '42'\n\
        list:\n  - !sd 42\n  - 3.14\n  - !sd \"foo\"\n  - True\n  - null\n  - [!sd \"a, b\", {c: d}]\n  - !sd\n    x: 1\n    !sd y:\n      z: a, b\n  - !sd k: v\n";
    let read = yaml::parse(document);
    let list = r#"[42,3.14,"foo",true,null,["a, b",{"c":"d"}],{"x":1,"y":{"z":"a, b"}},{"k":"v"}]"#;
    let expected = format!(r#"{{"42":"key","born":"1940-01-01","list":{list},"phone":"+1-202-555-0101","quoted":"42"}}"#);
    assert_eq!(read.json(), expected);
    let mut tagged = Vec::new();
    read.tagged(&ClaimPath::default(), &mut tagged);
    let tagged: Vec<_> = tagged.iter().map(ClaimPath::to_string).collect();
    assert_eq!(tagged, ["list[0]", "list[2]", "list[5][0]", "list[6]", "list[6].y", "list[7].k"]);
    // Without quotes it would be a date, which is neither text nor JSON.
    assert!(std::panic::catch_unwind(|| yaml::parse("born: 1940-01-01\n")).is_err());
}
