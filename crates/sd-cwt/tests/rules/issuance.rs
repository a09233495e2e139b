//! CWT-I and CWT-D: what an Issuer makes, and refuses to make.

use mimicred_claims::{Key, Map, Redaction, RedactionPlan, Value};
use mimicred_cose::cbor::{self, Dialect};
use mimicred_cose::sign1::{CwtTag, Sign1};
use mimicred_keys::{Algorithm, HashAlgorithm, IssuerKey, Random};
use mimicred_sd_cwt::{Code, Held, Issuer, SdCwt};

use crate::tokens::*;

/// Octets that count up, so that no salt comes twice.
struct Counting(u64);

impl Random for Counting {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), mimicred_keys::Error> {
        for chunk in out.chunks_mut(8) {
            self.0 += 1;
            chunk.copy_from_slice(&self.0.to_be_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

struct Constant;

impl Random for Constant {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), mimicred_keys::Error> {
        out.fill(7);
        Ok(())
    }
}

struct Broken;

impl Random for Broken {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), mimicred_keys::Error> {
        Err(mimicred_keys::Code::BackendFailed.into())
    }
}

fn claims() -> Map<'static> {
    let address = Map::from_entries(vec![(Key::from("country"), Value::from("us")), (Key::Int(2), Value::from("x"))]).unwrap();
    map(vec![
        (1, Value::from(ISSUER)),
        (2, Value::from("subject")),
        (4, Value::Int(2000)),
        (6, Value::Int(600)),
        (500, Value::from(true)),
        (502, array(vec![Value::Int(1), Value::Null])),
        (503, Value::Map(address)),
    ])
}

fn plan(paths: &[&str]) -> RedactionPlan {
    RedactionPlan::new(Redaction::Paths(paths.iter().map(|path| path.parse().unwrap()).collect()))
}

fn issue(claims: Map<'static>, plan: &RedactionPlan) -> Result<SdCwt, Code> {
    let prepared = Issuer::new(issuer_key().public()).prepare(claims, holder_key().public(), plan, &mut Counting(0));
    prepared.and_then(|prepared| prepared.sign(&issuer_key())).map_err(|error| error.code())
}

fn held(plan: &RedactionPlan) -> Held {
    accept(issue(claims(), plan).unwrap().as_bytes(), holder_key().public()).unwrap()
}

fn payload(token: &SdCwt) -> Map<'static> {
    let sign1 = Sign1::parse(token.as_bytes(), CwtTag::Refused, &cbor::Limits::DEFAULT).unwrap();
    let claims = Dialect::Claims { digest_len: 32 };
    cbor::parse(sign1.payload(), claims, &cbor::Limits::DEFAULT).unwrap().as_map().unwrap().clone().into_owned()
}

/// CWT-I-001 to CWT-I-003, CWT-I-014, CWT-I-034: the header as it is written.
#[test]
fn the_header_is_as_preferred() {
    for (algorithm, expected) in [
        (Algorithm::Ed25519, "a3 01 32 10 19 0125 18aa 2f"),
        (Algorithm::P256, "a3 01 28 10 19 0125 18aa 2f"),
        (Algorithm::P384, "a3 01 38 32 10 19 0125 18aa 38 2a"),
        (Algorithm::P521, "a3 01 38 33 10 19 0125 18aa 38 2b"),
    ] {
        let key = IssuerKey::new(secret(algorithm, 1));
        let plan = RedactionPlan::new(Redaction::None);
        let prepared = Issuer::new(key.public()).prepare(claims(), holder_key().public(), &plan, &mut Broken).unwrap();
        let token = prepared.sign(&key).unwrap();
        let sign1 = Sign1::parse(token.as_bytes(), CwtTag::Refused, &cbor::Limits::DEFAULT).unwrap();
        assert_eq!(sign1.protected(), hex(expected), "{algorithm}");
        assert_eq!(sign1.unprotected(), hex("a0"));
        assert!(accept(token.as_bytes(), holder_key().public()).is_ok(), "{algorithm}");
    }
    let issuer = Issuer::new(issuer_key().public()).with_kid(*b"k").with_hash(HashAlgorithm::Sha512);
    let token = |issuer: &Issuer| {
        let prepared = issuer.prepare(claims(), holder_key().public(), &plan(&["500"]), &mut Counting(0)).unwrap();
        prepared.sign(&issuer_key()).unwrap()
    };
    let named = token(&issuer.clone().with_type("application/sd-cwt"));
    let sign1 = Sign1::parse(named.as_bytes(), CwtTag::Refused, &cbor::Limits::DEFAULT).unwrap();
    assert_eq!(sign1.protected(), [hex("a4 01 32 04 41 6b 10 72"), b"application/sd-cwt".to_vec(), hex("18aa 38 2b")].concat());
    assert!(accept(named.as_bytes(), holder_key().public()).is_ok());
    for typ in ["sd-cwt", "application/cwt", "application/+sd-cwt", "application/a b+sd-cwt"] {
        let prepared = issuer.clone().with_type(typ).prepare(claims(), holder_key().public(), &plan(&["500"]), &mut Counting(0));
        assert_eq!(prepared.unwrap_err().code(), Code::TypeMismatch, "{typ}");
    }
}

/// CWT-I-006, CWT-I-007, CWT-I-010 to CWT-I-013, CWT-I-019, CWT-I-031, CWT-I-033.
#[test]
fn claims_are_redacted_where_they_stand() {
    let paths = ["500", "502[1]", "503", "503.country", "503.2"];
    let token = issue(claims(), &plan(&paths)).unwrap();
    let payload = payload(&token);
    assert_eq!(payload.redacted.len(), 2, "500 and 503");
    assert!(payload.redacted.is_sorted());
    assert!(matches!(payload.int(502).unwrap().as_array().unwrap(), [Value::Int(1), Value::Redacted(_)]));
    assert!(payload.int(500).is_none() && payload.int(503).is_none());
    // The nested claims are in no clear text of the token but their own disclosures.
    let held = accept(token.as_bytes(), holder_key().public()).unwrap();
    assert_eq!(held.disclosed().len(), 5);
    assert_eq!(held.claims().at(&"503.country".parse().unwrap()), Some(&Value::from("us")));
    assert_eq!(held.claims().at(&"502[1]".parse().unwrap()), Some(&Value::Null));
    let parent = held.disclosed().iter().position(|disclosed| disclosed.path.to_string() == "503");
    let child = held.disclosed().iter().find(|disclosed| disclosed.path.to_string() == "503.country").unwrap();
    assert_eq!(child.parent, parent);
}

/// CWT-I-012 as a whole: nothing of a redacted claim stands in what is signed.
#[test]
fn redacted_values_are_not_in_the_signed_part() {
    let token = issue(claims(), &RedactionPlan::new(Redaction::All)).unwrap();
    let visible = payload(&token);
    assert_eq!(visible.iter().map(|(key, _)| key.to_string()).collect::<Vec<_>>(), ["1", "4", "6", "8"]);
    assert_eq!(held(&RedactionPlan::new(Redaction::All)).disclosed().len(), 8, "2, 500, 502 and its two, 503 and its two");
}

/// CWT-D-001 to CWT-D-004.
#[test]
fn decoys_have_disclosures_that_the_holder_gets() {
    let held = held(&plan(&["500"]).with_min_digests(4));
    assert_eq!(held.disclosed().len(), 4);
    assert_eq!(held.disclosed().iter().filter(|disclosed| disclosed.decoy).count(), 3);
}

/// CWT-I-015 to CWT-I-018, CWT-I-020, CWT-I-029 and the types of claims.
#[test]
fn claims_that_are_not_issued() {
    let code = |change: &dyn Fn(&mut Map<'static>)| {
        let mut claims = claims();
        change(&mut claims);
        issue(claims, &plan(&["500"])).err()
    };
    assert_eq!(code(&|_| {}), None);
    assert_eq!(code(&|claims| take(claims, 1)), Some(Code::ClaimMissing));
    assert_eq!(code(&|claims| take(claims, 2)), Some(Code::ClaimMissing));
    assert_eq!(code(&|claims| put(claims, 8, Value::Null)), Some(Code::Preissue));
    assert_eq!(code(&|claims| put(claims, 4, Value::Int(600))), Some(Code::Time));
    assert_eq!(code(&|claims| put(claims, 5, Value::Int(601))), Some(Code::Time));
    for (key, value) in [
        (1, Value::Int(1)),
        (2, Value::Null),
        (3, Value::Null),
        (4, Value::from("2000")),
        (7, Value::from("cti")),
        (11, Value::Int(65536)),
        (39, Value::from("cnonce")),
    ] {
        assert_eq!(code(&|claims| put(claims, key, value.clone())), Some(Code::ClaimType), "{key}");
    }
    // CWT-I-026 and what no token can hold.
    let mut marked = Map::new();
    marked.redacted.push(vec![0; 32].into());
    let long = Map::from_entries(vec![(Key::Text("a".repeat(256).into()), Value::Null)]).unwrap();
    for value in [
        Value::Map(marked),
        Value::Map(long),
        array(vec![Value::Redacted(vec![0; 32].into())]),
        Value::Tag(58, Box::new(Value::Null)),
        Value::Tag(60, Box::new(Value::Null)),
        Value::Tag(62, Box::new(Value::Int(1))),
        Value::Simple(59),
        Value::Int(1 << 64),
        Value::Decimal("1e999".into()),
    ] {
        assert_eq!(code(&|claims| put(claims, 501, value.clone())), Some(Code::Preissue), "{value:?}");
    }
    let deep = (0..20).fold(Value::Null, |inner, _| array(vec![inner]));
    assert_eq!(code(&|claims| put(claims, 501, deep.clone())), Some(Code::Limit));

    for path in ["1", "3", "4", "5", "6", "7", "8", "8.1", "39", "65535"] {
        assert_eq!(issue(claims(), &plan(&[path])).unwrap_err(), Code::RedactionForbidden, "{path}");
    }
    assert_eq!(issue(claims(), &plan(&["999"])).unwrap_err(), Code::PathUnmatched);
    assert!(issue(claims(), &plan(&["2"])).is_ok());
}

/// CWT-I-008, CWT-D-002: salts are never the same, and a random source that fails stops the Issuer.
#[test]
fn salts_are_fresh() {
    let prepare = |random: &mut dyn Random, paths: &[&str]| {
        let issuer = Issuer::new(issuer_key().public());
        issuer.prepare(claims(), holder_key().public(), &plan(paths), random).map(drop).map_err(|error| error.code())
    };
    assert_eq!(prepare(&mut Constant, &["500"]), Ok(()));
    assert_eq!(prepare(&mut Constant, &["500", "503"]), Err(Code::SaltRepeated));
    assert_eq!(prepare(&mut Broken, &["500"]), Err(Code::Keys));

    let many = map(vec![(1, Value::from(ISSUER)), (2, Value::from("s")), (500, array((0..1000).map(Value::Int).collect()))]);
    let token = issue(many, &RedactionPlan::new(Redaction::Paths(vec!["500[]".parse().unwrap()]))).unwrap();
    let held = accept(token.as_bytes(), holder_key().public()).unwrap();
    assert_eq!(held.disclosed().len(), 1000);
}

/// CWT-E-031: the same input gives the same octets, whatever its order.
#[test]
fn issuing_is_reproducible() {
    let mut reversed = claims().into_entries();
    reversed.reverse();
    let reversed = Map::from_entries(reversed).unwrap();
    let plan = RedactionPlan::new(Redaction::None);
    assert_eq!(issue(claims(), &plan).unwrap(), issue(reversed, &plan).unwrap());
}

#[test]
fn another_key_does_not_sign() {
    let prepare = || {
        let issuer = Issuer::new(issuer_key().public());
        issuer.prepare(claims(), holder_key().public(), &plan(&[]), &mut Counting(0)).unwrap()
    };
    let other = IssuerKey::new(secret(Algorithm::Ed25519, 9));
    assert_eq!(prepare().sign(&other).unwrap_err().code(), Code::KeyMismatch);
    let signature = other.sign(prepare().to_be_signed()).unwrap();
    assert_eq!(prepare().finish(signature.as_bytes()).unwrap_err().code(), Code::SignatureIssuer);
    let signature = issuer_key().sign(prepare().to_be_signed()).unwrap();
    assert!(prepare().finish(signature.as_bytes()).is_ok());
}
