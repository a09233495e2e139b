//! JWT-I, JWT-D: what the Issuer writes, and what it refuses to.

use crate::support::*;
use mimicred_claims::{Key, Map, Redaction, RedactionPlan, Selection, Value};
use mimicred_jose::jws::AlgorithmName;
use mimicred_keys::{Algorithm, Error as KeysError, HashAlgorithm, IssuerKey, LeafKey, Random};
use mimicred_sd_jwt::{
    AcceptExpectations, Code, DEFAULT_TYPE, Held, Issuer, KeyBinding, TrustedIssuer, TypeRule, UnverifiedSdJwt,
};

const CLAIMS: &str = r#"{"iss":"https://id.a.example","sub":"mimi://a.example/u/alice","exp":1883000000,"name":"Alice",
    "address":{"street":"Main 1","country":"DE"},"nationalities":["DE","FR"],"empty":{},"list":[]}"#;

fn all() -> RedactionPlan {
    RedactionPlan::new(Redaction::All)
}

/// JWT-I-002, JWT-I-003, JWT-I-019: a claim leaves its object, its digest joins that object's `_sd`; an element is replaced where
/// it stands.
#[test]
fn redacted_claims_leave_digests() {
    let token = issue(CLAIMS, &plan(&["name", "address.street", "nationalities[1]"]));
    let (payload, disclosures) = decoded(token.as_str());
    let payload = read(&payload);
    assert!(payload.text("name").is_none());
    assert_eq!(digests(&payload).len(), 1);
    let address = payload.text("address").unwrap().as_map().unwrap();
    assert_eq!((address.len(), digests(address).len()), (2, 1), "country, and _sd");
    let nationalities = payload.text("nationalities").unwrap().as_array().unwrap();
    assert_eq!(nationalities[0], Value::from("DE"));
    assert_eq!(nationalities[1].as_map().unwrap().len(), 1);
    assert_eq!(disclosures.len(), 3);

    // The digests are those of the texts that are sent.
    let texts: Vec<_> = token.as_str().split('~').skip(1).filter(|text| !text.is_empty()).map(digest).collect();
    let element = nationalities[1].as_map().unwrap().text("...").unwrap().as_text().unwrap().to_owned();
    let mut found = [digests(&payload), digests(address), vec![element]].concat();
    found.sort();
    assert_eq!(found, {
        let mut texts = texts;
        texts.sort();
        texts
    });
    assert_eq!(processed_in_full(token.as_str()), processed(&read(CLAIMS)));
}

/// Everything a Holder sees, members sorted as in the input.
fn processed_in_full(token: &str) -> String {
    let held = accept(token).unwrap();
    let order: Vec<_> = read(CLAIMS).iter().map(|(key, _)| key.to_string()).collect();
    let mut entries = held.claims().clone().into_entries();
    entries.sort_by_key(|(key, _)| order.iter().position(|name| *name == key.to_string()));
    let sorted = Map::from_entries(entries).unwrap();
    let address = sorted.text("address").unwrap().as_map().unwrap();
    assert_eq!((address.len(), address.text("street"), address.text("country")), (2, Some(&"Main 1".into()), Some(&"DE".into())));
    processed(&sorted).replace(r#"{"country":"DE","street":"Main 1"}"#, r#"{"street":"Main 1","country":"DE"}"#)
}

/// JWT-I-013: built from the inside out. Nothing of a child is in its parent's disclosure.
#[test]
fn no_clear_child_leaks_into_its_parent() {
    let token = issue(CLAIMS, &all());
    let (payload, disclosures) = decoded(token.as_str());
    for hidden in ["Alice", "Main 1", "street", "country", "FR", "nationalities", "mimi://a.example/u/alice"] {
        assert!(!payload.contains(hidden), "{hidden}");
        let holders = disclosures.iter().filter(|text| text.contains(hidden)).count();
        assert_eq!(holders, 1, "{hidden} stands in its own disclosure and in no other");
    }
    // street, country, address, DE, FR, nationalities, sub, name, empty, list
    assert_eq!(disclosures.len(), 10);
    assert!(disclosures.iter().any(|text| text.ends_with(r#","empty",{}]"#)));
    assert!(disclosures.iter().any(|text| text.ends_with(r#","list",[]]"#)));
    assert_eq!(processed_in_full(token.as_str()), processed(&read(CLAIMS)));
}

/// JWT-I-007: sorted, decoys included, at every level.
#[test]
fn digests_are_sorted() {
    let token = issue(CLAIMS, &plan(&["name", "sub", "address", "address.street", "address.country"]).with_min_digests(6));
    let (payload, disclosures) = decoded(token.as_str());
    let payload = read(&payload);
    assert_eq!(digests(&payload).len(), 6);
    assert!(digests(&payload).is_sorted());
    let address = disclosures.iter().find(|text| text.contains("\"address\"")).unwrap();
    let Value::Array(fields) = mimicred_jose::json::parse(address, &mimicred_jose::json::Limits::DEFAULT).unwrap() else {
        panic!()
    };
    let digests = digests(fields[2].as_map().unwrap());
    assert_eq!(digests.len(), 6);
    assert!(digests.is_sorted());
}

/// JWT-I-012, JWT-Y-006: nothing redacted, no `_sd`. Demand 9: it is a credential all the same.
#[test]
fn nothing_redacted() {
    for plan in [RedactionPlan::new(Redaction::None), plan(&[])] {
        let token = issue(CLAIMS, &plan);
        let (payload, disclosures) = decoded(token.as_str());
        assert!(!payload.contains("\"_sd\""), "{payload}");
        assert!(disclosures.is_empty());
        assert!(token.as_str().ends_with('~'));
        assert!(accept(token.as_str()).is_ok());
    }
}

/// JWT-I-004, pitfall 72: 16 octets each, none twice, drawn at once; a random source that repeats itself is noticed.
#[test]
fn salts_are_fresh() {
    let issuer = Issuer::new(issuer_key().public());
    let mut random = Counting::default();
    let prepared = issuer.prepare(read(CLAIMS), None, &all(), &mut random).unwrap();
    assert_eq!(random.fills, 1);
    let token = prepared.sign(&issuer_key()).unwrap();
    let salts: Vec<String> = decoded(token.as_str()).1.iter().map(|text| text[2..24].to_owned()).collect();
    assert!(salts.iter().all(|salt| mimicred_jose::base64url::decode(salt).unwrap().len() == 16));
    let distinct: std::collections::HashSet<_> = salts.iter().collect();
    assert_eq!(distinct.len(), salts.len());

    struct Constant;
    impl Random for Constant {
        fn fill(&mut self, out: &mut [u8]) -> Result<(), KeysError> {
            out.fill(7);
            Ok(())
        }
    }
    assert_eq!(refused(issuer.prepare(read(CLAIMS), None, &all(), &mut Constant)), Code::SaltRepeated);
    struct Broken;
    impl Random for Broken {
        fn fill(&mut self, _: &mut [u8]) -> Result<(), KeysError> {
            Err(mimicred_keys::Code::BackendFailed.into())
        }
    }
    assert_eq!(refused(issuer.prepare(read(CLAIMS), None, &all(), &mut Broken)), Code::Keys);
    let decoys_only = RedactionPlan::new(Redaction::None).with_min_digests(4);
    assert_eq!(refused(issuer.prepare(read(CLAIMS), None, &decoys_only, &mut Constant)), Code::SaltRepeated);
}

/// JWT-I-008: at any depth, also when nothing is redacted.
#[test]
fn reserved_names_are_refused() {
    for claims in [
        r#"{"_sd":["x"]}"#,
        r#"{"...":"x"}"#,
        r#"{"_sd_alg":"sha-256"}"#,
        r#"{"a":{"_sd":[]}}"#,
        r#"{"a":[[{"...":"x"}]]}"#,
        r#"{"a":[{"b":{"_sd_alg":1}}]}"#,
    ] {
        assert_eq!(refused(try_issue(claims, &RedactionPlan::new(Redaction::None))), Code::ReservedName, "{claims}");
    }
    let mut marked = Map::new();
    marked.redacted.push(b"digest".into());
    let inner = Map::from_entries(vec![(Key::from("a"), Value::Array(vec![Value::Redacted(b"d".into())]))]);
    for claims in [marked, inner.unwrap()] {
        let issuer = Issuer::new(issuer_key().public());
        assert_eq!(refused(issuer.prepare(claims, None, &all(), &mut Counting::default())), Code::ReservedName);
    }
}

/// JWT-I-014, JWT-I-015: what validity hangs on stays visible, under `All` too.
#[test]
fn what_must_stay_visible_does() {
    let claims = r#"{"iss":"https://id.a.example","aud":["x"],"exp":1883000000,"nbf":1,"iat":1,"vct":"v","status":{"a":1},"name":"Alice"}"#;
    for path in ["iss", "aud", "exp", "nbf", "cnf", "vct", "status", "status.a", "cnf.jwk"] {
        assert_eq!(refused(try_issue(claims, &plan(&[path]))), Code::RedactionForbidden, "{path}");
    }
    let (payload, disclosures) = decoded(issue(claims, &all()).as_str());
    let mut visible: Vec<_> = read(&payload).iter().map(|(key, _)| key.to_string()).collect();
    visible.sort();
    assert_eq!(visible, ["_sd", "_sd_alg", "aud", "cnf", "exp", "iss", "nbf", "status", "vct"]);
    assert_eq!(disclosures.len(), 2, "iat and name");
    assert_eq!(refused(try_issue(claims, &plan(&["nickname"]))), Code::PathUnmatched);
}

/// JWT-I-001, JWT-I-010, JWT-I-011, JWT-I-016: header and hash for every key.
#[test]
fn header_and_hash_follow_the_key() {
    for (algorithm, alg, hash) in [
        (Algorithm::Ed25519, "EdDSA", "sha-256"),
        (Algorithm::P256, "ES256", "sha-256"),
        (Algorithm::P384, "ES384", "sha-384"),
        (Algorithm::P521, "ES512", "sha-512"),
    ] {
        let key = IssuerKey::new(secret(algorithm, 5));
        let leaf = leaf_key();
        let prepare = |issuer: Issuer| {
            issuer.prepare(read(CLAIMS), Some(leaf.public()), &all().with_min_digests(20), &mut Counting::default())
        };
        let prepared = || prepare(Issuer::new(key.public())).unwrap();
        let token = prepared().sign(&key).unwrap();
        let header = UnverifiedSdJwt::parse(token.as_str()).unwrap().header().clone();
        assert_eq!((header.alg(), header.typ(), header.kid()), (alg, Some(DEFAULT_TYPE), None));
        let (payload, disclosures) = decoded(token.as_str());
        assert_eq!(read(&payload).text("_sd_alg"), Some(&Value::from(hash)));

        let issuers = [TrustedIssuer { issuer: ISS.into(), key: key.public().clone() }];
        let expected = AcceptExpectations { issuers: &issuers, confirmation_key: leaf.public(), clock: clock() };
        let held = Held::accept(token.as_str(), &expected).unwrap();
        assert_eq!(held.disclosed().len(), disclosures.len());
        // JWT-P-005: the Holder binds with the hash of the token.
        let binding = mimicred_sd_jwt::Binding { audience: ROOM, nonce: NONCE, issued_at: NOW };
        let presentation = held.prepare(&Selection::None, &binding).unwrap().sign(&leaf).unwrap();
        assert!(verify_as(presentation.as_str(), TypeRule::AnySdJwt, &expectations(&issuers, required())).is_ok());

        // In two steps, the signature made elsewhere; a wrong one is noticed.
        let signature = key.sign(prepared().to_be_signed()).unwrap();
        assert!(Held::accept(prepared().finish(signature.as_bytes()).unwrap().as_str(), &expected).is_ok());
        assert_eq!(refused(prepared().finish(&vec![1; algorithm.signature_len()])), Code::SignatureIssuer);
        assert_eq!(refused(prepared().sign(&IssuerKey::new(secret(algorithm, 6)))), Code::KeyMismatch);

        let other_hash = prepare(Issuer::new(key.public()).with_hash(HashAlgorithm::Sha384)).unwrap().sign(&key).unwrap();
        assert!(Held::accept(other_hash.as_str(), &expected).is_ok());
    }
    let key = issuer_key();
    let issuer =
        || Issuer::new(key.public()).with_kid("2026-1").with_type("example+sd-jwt").with_algorithm_name(AlgorithmName::Ed25519);
    let token = issuer().prepare(read(CLAIMS), None, &all(), &mut Counting::default()).unwrap().sign(&key).unwrap();
    let header = UnverifiedSdJwt::parse(token.as_str()).unwrap().header().clone();
    assert_eq!((header.alg(), header.typ(), header.kid()), ("Ed25519", Some("example+sd-jwt"), Some("2026-1")));
    let with = |issuer: Issuer| refused(issuer.prepare(read(CLAIMS), None, &all(), &mut Counting::default()));
    for typ in ["JWT", "kb+jwt", "+sd-jwt", ""] {
        assert_eq!(with(issuer().with_type(typ)), Code::TypeMismatch, "{typ}");
    }
    assert_eq!(with(issuer().with_algorithm_name(AlgorithmName::Es256)), Code::AlgUnsupported);
}

/// JWT-I-018.
#[test]
fn the_confirmation_key_is_public_and_given_once() {
    let leaf = leaf_key();
    let prepare = |claims: &str, key| {
        Issuer::new(issuer_key().public()).prepare(
            read(claims),
            key,
            &RedactionPlan::new(Redaction::None),
            &mut Counting::default(),
        )
    };
    let own = format!(r#"{{"iss":"{ISS}",{}}}"#, cnf(leaf.public()));
    assert!(prepare(&own, None).is_ok());
    assert_eq!(refused(prepare(&own, Some(leaf.public()))), Code::ConfirmationTwice);
    let private = format!(r#"{{"cnf":{{"jwk":{}}}}}"#, *mimicred_jose::jwk::secret_text(&secret(Algorithm::Ed25519, 2)));
    assert_eq!(refused(prepare(&private, None)), Code::Confirmation);
    for unusable in ["{}", r#"{"jku":"https://a.example/keys"}"#, r#"{"kid":1}"#, r#"{"jwk":1}"#, "1"] {
        assert_eq!(refused(prepare(&format!(r#"{{"cnf":{unusable}}}"#), None)), Code::Confirmation, "{unusable}");
    }
    assert!(prepare(r#"{"cnf":{"kid":"1"}}"#, None).is_ok(), "for who knows the key by this name");

    let token = issue(CLAIMS, &all());
    let (payload, _) = decoded(token.as_str());
    assert!(payload.contains(&cnf(leaf.public())) && !payload.contains("\"d\""));
    // A P-256 key, as its owner's leaf.
    let p256 = LeafKey::new(secret(Algorithm::P256, 4)).unwrap();
    let token = prepare(CLAIMS, Some(p256.public())).unwrap().sign(&issuer_key()).unwrap();
    let expected = AcceptExpectations { issuers: &trusted(), confirmation_key: p256.public(), clock: clock() };
    assert!(Held::accept(token.as_str(), &expected).is_ok());
    assert_eq!(refused(accept(token.as_str())), Code::Confirmation);
}

#[test]
fn values_must_fit() {
    let with = |name: &'static str, value: Value<'static>| {
        let claims = Map::from_entries(vec![(Key::from(name), value)]).unwrap();
        refused(Issuer::new(issuer_key().public()).prepare(claims, None, &all(), &mut Counting::default()))
    };
    assert_eq!(with("a", Value::Bytes(std::borrow::Cow::Borrowed(b"x"))), Code::Unwritable);
    assert_eq!(with("a", Value::Float(f64::NAN)), Code::Unwritable);
    assert_eq!(with("exp", Value::from("tomorrow")), Code::ClaimType);
    let deep = (0..40).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
    assert_eq!(with("a", deep), Code::Limit);
    let numbered = Map::from_entries(vec![(Key::Int(1), Value::Null)]).unwrap();
    let issuer = Issuer::new(issuer_key().public());
    for plan in [all(), RedactionPlan::new(Redaction::None)] {
        assert_eq!(refused(issuer.prepare(numbered.clone(), None, &plan, &mut Counting::default())), Code::Unwritable);
    }
}

/// JWT-D-001, JWT-D-002, JWT-D-003, JWT-D-004, JWT-D-005, JWT-D-006: decoys look like digests, fill up to the minimum, and have no disclosure.
#[test]
fn decoys() {
    let token = issue(CLAIMS, &plan(&["name", "address.street"]).with_min_digests(5));
    let (payload, disclosures) = decoded(token.as_str());
    assert_eq!(disclosures.len(), 2);
    let payload = read(&payload);
    let all = [digests(&payload), digests(payload.text("address").unwrap().as_map().unwrap())].concat();
    assert_eq!(all.len(), 10);
    assert!(all.iter().all(|digest| mimicred_jose::base64url::decode(digest).unwrap().len() == 32));
    let held = accept(token.as_str()).unwrap();
    assert_eq!(held.disclosed().len(), 2);
    let verified = verify_as(token.as_str(), TypeRule::AnySdJwt, &expectations(&trusted(), KeyBinding::NotExpected)).unwrap();
    assert_eq!(verified.text("name"), Some(&Value::from("Alice")));
    // The same number of digests whether there is one claim or three.
    let digests_of = |paths: &[&str]| digests(&read(&decoded(issue(CLAIMS, &plan(paths).with_min_digests(5)).as_str()).0)).len();
    assert_eq!(digests_of(&["name"]), digests_of(&["name", "sub", "empty"]));
    assert_eq!(digests_of(&[]), 5);
}

/// JWT-I-005: salts and redacted values stay out of logs.
#[test]
fn nothing_secret_is_printed() {
    let prepared = Issuer::new(issuer_key().public())
        .prepare(read(CLAIMS), Some(leaf_key().public()), &all(), &mut Counting::default())
        .unwrap();
    let shown = format!("{prepared:?}");
    let token = prepared.sign(&issuer_key()).unwrap();
    let held = accept(token.as_str()).unwrap();
    let binding = mimicred_sd_jwt::Binding { audience: ROOM, nonce: NONCE, issued_at: NOW };
    let prepared = held.prepare(&Selection::All, &binding).unwrap();
    let shown = format!("{shown} {token:?} {held:?} {prepared:?} {:?}", UnverifiedSdJwt::parse(token.as_str()).unwrap());
    let presentation = prepared.sign(&leaf_key()).unwrap();
    let shown = format!("{shown} {presentation:?}");
    for secret in token.as_str().split('~').skip(1).filter(|text| !text.is_empty()).chain(["Alice", "Main 1", "FR"]) {
        assert!(!shown.contains(secret), "{shown}");
    }
}
