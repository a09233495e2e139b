//! josekit, which signs with OpenSSL: JWS, JWK and key binding, both ways.
#![cfg(test)]
#![allow(clippy::disallowed_types, reason = "the peer's own types")]

use std::time::{Duration, UNIX_EPOCH};

use josekit::jwk::alg::ec::{EcCurve, EcKeyPair};
use josekit::jwk::alg::ed::{EdCurve, EdKeyPair};
use josekit::jwk::{Jwk as TheirJwk, KeyPair};
use josekit::jws::{self, JwsHeader, JwsSigner, JwsVerifier};
use josekit::jwt::{self, JwtPayload};
use mimicred_claims::{Clock, Key, Limits, Map, Redaction, RedactionPlan, Selection, Value};
use mimicred_jose::{Jwk, base64url, json, jwk, jws as ours};
use mimicred_keys::{Algorithm, IssuerKey, LeafKey, PublicKey, SecretKey, SystemRandom, pem};
use mimicred_sd_jwt::{
    AcceptExpectations, Binding, Code, Expectations, Held, Issuer, KeyBinding, TrustedIssuer, UnverifiedPresentation,
};
use openssl::hash::{MessageDigest, hash};

const ALGORITHMS: [Algorithm; 4] = [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384, Algorithm::P521];

/// The algorithm's name, spelled here and not taken from our own table.
fn name(algorithm: Algorithm) -> &'static str {
    match algorithm {
        Algorithm::Ed25519 => "EdDSA",
        Algorithm::P256 => "ES256",
        Algorithm::P384 => "ES384",
        Algorithm::P521 => "ES512",
    }
}

fn their_signer(algorithm: Algorithm, jwk: &TheirJwk) -> Box<dyn JwsSigner> {
    match algorithm {
        Algorithm::Ed25519 => Box::new(jws::EdDSA.signer_from_jwk(jwk).unwrap()),
        Algorithm::P256 => Box::new(jws::ES256.signer_from_jwk(jwk).unwrap()),
        Algorithm::P384 => Box::new(jws::ES384.signer_from_jwk(jwk).unwrap()),
        Algorithm::P521 => Box::new(jws::ES512.signer_from_jwk(jwk).unwrap()),
    }
}

fn their_verifier(algorithm: Algorithm, jwk: &TheirJwk) -> Box<dyn JwsVerifier> {
    match algorithm {
        Algorithm::Ed25519 => Box::new(jws::EdDSA.verifier_from_jwk(jwk).unwrap()),
        Algorithm::P256 => Box::new(jws::ES256.verifier_from_jwk(jwk).unwrap()),
        Algorithm::P384 => Box::new(jws::ES384.verifier_from_jwk(jwk).unwrap()),
        Algorithm::P521 => Box::new(jws::ES512.verifier_from_jwk(jwk).unwrap()),
    }
}

fn their_key_pair(algorithm: Algorithm) -> Box<dyn KeyPair> {
    match algorithm {
        Algorithm::Ed25519 => Box::new(EdKeyPair::generate(EdCurve::Ed25519).unwrap()),
        Algorithm::P256 => Box::new(EcKeyPair::generate(EcCurve::P256).unwrap()),
        Algorithm::P384 => Box::new(EcKeyPair::generate(EcCurve::P384).unwrap()),
        Algorithm::P521 => Box::new(EcKeyPair::generate(EcCurve::P521).unwrap()),
    }
}

/// josekit's reading of a private key, from the text of a JWK.
fn their_key_pair_from_jwk(algorithm: Algorithm, text: &str) -> Box<dyn KeyPair> {
    let jwk = TheirJwk::from_bytes(text).unwrap();
    match algorithm {
        Algorithm::Ed25519 => Box::new(EdKeyPair::from_jwk(&jwk).unwrap()),
        _ => Box::new(EcKeyPair::from_jwk(&jwk).unwrap()),
    }
}

fn our_jwk(text: &str) -> Result<Jwk, mimicred_jose::Error> {
    Jwk::parse(json::parse(text, &json::Limits::DEFAULT).unwrap().as_map().unwrap())
}

fn our_public_text(key: &SecretKey) -> String {
    json::write_map(&jwk::public_members(key.public())).unwrap()
}

fn our_jws(key: &SecretKey, typ: &'static str, payload: &str) -> String {
    let alg = Value::from(name(key.algorithm()));
    let header = Map::from_entries(vec![(Key::from("alg"), alg), (Key::from("typ"), Value::from(typ))]).unwrap();
    let to_be_signed = ours::prepare(&header, payload).unwrap();
    let signature = IssuerKey::new(key.clone()).sign(&to_be_signed).unwrap();
    ours::finish(to_be_signed, signature.as_bytes())
}

#[test]
fn josekit_accepts_a_jws_of_ours_in_every_algorithm() {
    for algorithm in ALGORITHMS {
        let key = SecretKey::generate(algorithm, &mut SystemRandom).unwrap();
        let text = our_jws(&key, "kb+jwt", r#"{"iat":1790000000,"name":"Zoë"}"#);

        let verifier = their_verifier(algorithm, &TheirJwk::from_bytes(our_public_text(&key)).unwrap());
        let (payload, header) = jws::deserialize_compact(&text, &*verifier).unwrap();
        assert_eq!(payload, r#"{"iat":1790000000,"name":"Zoë"}"#.as_bytes());
        assert_eq!(header.algorithm(), Some(name(algorithm)));
        assert_eq!(header.token_type(), Some("kb+jwt"));

        let other = SecretKey::generate(algorithm, &mut SystemRandom).unwrap();
        let verifier = their_verifier(algorithm, &TheirJwk::from_bytes(our_public_text(&other)).unwrap());
        assert!(jws::deserialize_compact(&text, &*verifier).is_err(), "{algorithm}: under another key");
    }
}

#[test]
fn we_accept_a_jws_of_josekit_in_every_algorithm() {
    for algorithm in ALGORITHMS {
        let pair = their_key_pair(algorithm);
        let mut header = JwsHeader::new();
        header.set_token_type("JWT");
        header.set_key_id("theirs");
        let signer = their_signer(algorithm, &pair.to_jwk_key_pair());
        let text = jws::serialize_compact(br#"{"iss":"https://issuer.example"}"#, &header, &*signer).unwrap();

        let received = ours::Compact::parse(&text).unwrap();
        received.verify(&our_jwk(&pair.to_jwk_public_key().to_string()).unwrap().public).unwrap();
        assert_eq!(received.payload(), br#"{"iss":"https://issuer.example"}"#);
        assert_eq!(received.header().alg(), name(algorithm));
        assert_eq!(received.header().typ(), Some("JWT"));
        assert_eq!(received.header().kid(), Some("theirs"));

        let other = our_jwk(&their_key_pair(algorithm).to_jwk_public_key().to_string()).unwrap();
        assert_eq!(received.verify(&other.public).unwrap_err().code(), mimicred_jose::Code::SignatureInvalid);
    }
}

/// Why `EdDSA` is the name that we write (RFC 9864 deprecates it): the fully specified one is unknown out there.
#[test]
fn josekit_knows_ed25519_as_eddsa_and_by_no_other_name() {
    let key = SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom).unwrap();
    let verifier = their_verifier(Algorithm::Ed25519, &TheirJwk::from_bytes(our_public_text(&key)).unwrap());
    assert!(jws::deserialize_compact(our_jws(&key, "JWT", "{}"), &*verifier).is_ok());

    let header = Map::from_entries(vec![(Key::from("alg"), Value::from("Ed25519"))]).unwrap();
    let to_be_signed = ours::prepare(&header, "{}").unwrap();
    let signature = IssuerKey::new(key.clone()).sign(&to_be_signed).unwrap();
    let text = ours::finish(to_be_signed, signature.as_bytes());
    assert!(ours::Compact::parse(&text).unwrap().verify(key.public()).is_ok());
    assert!(jws::deserialize_compact(&text, &*verifier).is_err());
}

#[test]
fn josekit_reads_a_private_jwk_of_ours_as_the_same_key() {
    for algorithm in ALGORITHMS {
        let key = SecretKey::generate(algorithm, &mut SystemRandom).unwrap();
        let pair = their_key_pair_from_jwk(algorithm, &jwk::secret_text(&key));
        // OpenSSL computes the public key and writes it: SubjectPublicKeyInfo must be the same octets (mimi-mls.md 1.3).
        assert_eq!(pair.to_der_public_key(), key.public().to_spki_der(), "{algorithm}");
        // What it signs with that key is ours to verify.
        let signer = their_signer(algorithm, &pair.to_jwk_key_pair());
        let text = jws::serialize_compact(b"{}", &JwsHeader::new(), &*signer).unwrap();
        ours::Compact::parse(&text).unwrap().verify(key.public()).unwrap();
    }
}

#[test]
fn we_read_a_private_jwk_of_josekit_as_the_same_key() {
    for algorithm in ALGORITHMS {
        let pair = their_key_pair(algorithm);
        let read = our_jwk(&pair.to_jwk_key_pair().to_string()).unwrap();
        assert_eq!(read.public.to_spki_der(), pair.to_der_public_key(), "{algorithm}");

        let text = our_jws(&read.secret.unwrap(), "JWT", "{}");
        let verifier = their_verifier(algorithm, &pair.to_jwk_public_key());
        jws::deserialize_compact(&text, &*verifier).unwrap();
    }
}

#[test]
fn public_jwks_are_the_same_members_on_both_sides() {
    for algorithm in ALGORITHMS {
        let pair = their_key_pair(algorithm);
        let theirs = pair.to_jwk_public_key();
        let read = our_jwk(&theirs.to_string()).unwrap();
        assert!(read.secret.is_none());
        let mut written = TheirJwk::from_bytes(json::write_map(&jwk::public_members(&read.public)).unwrap()).unwrap();
        // Ours has the required members and no more; josekit adds one of its own to Ed25519 keys.
        if algorithm == Algorithm::Ed25519 {
            written.set_key_use("sig");
        }
        assert_eq!(written, theirs, "{algorithm}");
    }
}

/// SEC1 is what OpenSSL calls traditional; Ed25519 has no such form.
#[test]
fn pem_and_pkcs8_files_of_josekit_and_of_ours_are_the_same_keys() {
    for algorithm in ALGORITHMS {
        let pair = their_key_pair(algorithm);
        let text = |pem: Vec<u8>| String::from_utf8(pem).unwrap();
        let mut private_files = vec![text(pair.to_pem_private_key())];
        if algorithm != Algorithm::Ed25519 {
            let again = EcKeyPair::from_pem(pair.to_pem_private_key(), None).unwrap();
            private_files.push(text(again.to_traditional_pem_private_key()));
        }
        for file in private_files {
            assert_eq!(SecretKey::from_pem(&file).unwrap().public().to_spki_der(), pair.to_der_public_key(), "{algorithm}");
        }
        let pkcs8 = pem::parse(&text(pair.to_pem_private_key())).unwrap();
        let secret = SecretKey::from_pkcs8_der(pkcs8.der()).unwrap();
        let public = PublicKey::from_pem(&text(pair.to_pem_public_key())).unwrap();
        assert_eq!(&public, secret.public());
        assert_eq!(public.to_pem(), text(pair.to_pem_public_key()), "one PEM text for one public key");

        let back: Box<dyn KeyPair> = match algorithm {
            Algorithm::Ed25519 => Box::new(EdKeyPair::from_pem(secret.to_pem().as_bytes()).unwrap()),
            _ => Box::new(EcKeyPair::from_pem(secret.to_pem().as_bytes(), None).unwrap()),
        };
        assert_eq!(back.to_der_private_key(), pair.to_der_private_key());
    }
}

/// JWT-K-002: a private key has no place where a public one belongs, whoever wrote it.
#[test]
fn a_private_jwk_of_josekit_is_refused_as_a_public_one() {
    for algorithm in ALGORITHMS {
        let text = their_key_pair(algorithm).to_jwk_key_pair().to_string();
        let value = json::parse(&text, &json::Limits::DEFAULT).unwrap();
        let refused = Jwk::parse_public(value.as_map().unwrap()).unwrap_err();
        assert_eq!(refused.code(), mimicred_jose::Code::JwkPrivate);
    }
}

const CLOCK: Clock = Clock { now: 1_790_000_000, leeway: 0 };
const ROOM: &str = "mimi://hub.example/r/clubhouse";

/// An SD-JWT of ours for this Holder, with the Issuer to trust for it.
fn issued(holder: &PublicKey) -> (String, [TrustedIssuer; 1]) {
    let key = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom).unwrap());
    let claims = vec![(Key::from("iss"), Value::from("https://id.a.example")), (Key::from("name"), Value::from("Zoë"))];
    let plan = RedactionPlan::new(Redaction::All);
    let prepared = Issuer::new(key.public()).prepare(Map::from_entries(claims).unwrap(), Some(holder), &plan, &mut SystemRandom);
    let trusted = TrustedIssuer { issuer: "https://id.a.example".to_owned(), key: key.public().clone() };
    (prepared.unwrap().sign(&key).unwrap().into_string(), [trusted])
}

/// The digest over all that comes before the KB-JWT, as OpenSSL sees it (JWT-P-005).
fn sd_hash(bound: &str) -> String {
    base64url::encode(&hash(MessageDigest::sha256(), bound.as_bytes()).unwrap())
}

const LEAVES: [Algorithm; 3] = [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384];

#[test]
fn josekit_accepts_a_key_binding_jwt_of_ours() {
    for algorithm in LEAVES {
        let holder = SecretKey::generate(algorithm, &mut SystemRandom).unwrap();
        let (token, issuers) = issued(holder.public());
        let expected = AcceptExpectations { issuers: &issuers, confirmation_key: holder.public(), clock: CLOCK };
        let held = Held::accept(&token, &expected).unwrap();
        let binding = Binding { audience: ROOM, nonce: "n-0S6_WzA2Mj", issued_at: CLOCK.now };
        let prepared = held.prepare(&Selection::All, &binding).unwrap();
        let presentation = prepared.sign(&LeafKey::new(holder.clone()).unwrap()).unwrap().into_string();

        let (_, kb_jwt) = presentation.rsplit_once('~').unwrap();
        let verifier = their_verifier(algorithm, &TheirJwk::from_bytes(our_public_text(&holder)).unwrap());
        let (payload, header) = jws::deserialize_compact(kb_jwt, &*verifier).unwrap();
        assert_eq!((header.token_type(), header.algorithm()), (Some("kb+jwt"), Some(name(algorithm))));
        let payload = JwtPayload::from_map(serde_json::from_slice::<serde_json::Map<_, _>>(&payload).unwrap()).unwrap();
        assert_eq!(payload.audience(), Some(vec![ROOM]));
        assert_eq!(payload.issued_at(), Some(UNIX_EPOCH + Duration::from_secs(1_790_000_000)));
        assert_eq!(payload.claim("nonce"), Some(&"n-0S6_WzA2Mj".into()));
        assert_eq!(payload.claim("sd_hash"), Some(&sd_hash(presentation.strip_suffix(kb_jwt).unwrap()).into()));
        assert_eq!(payload.claims_set().len(), 4, "and nothing else (JWT-P-006)");
    }
}

#[test]
fn we_accept_a_key_binding_jwt_of_josekit_and_refuse_it_over_other_disclosures() {
    for algorithm in LEAVES {
        let pair = their_key_pair(algorithm);
        let holder = our_jwk(&pair.to_jwk_public_key().to_string()).unwrap().public;
        let (token, issuers) = issued(&holder);

        let mut header = JwsHeader::new();
        header.set_token_type("kb+jwt");
        let bound_to = |text: &str| {
            let mut payload = JwtPayload::new();
            payload.set_audience(vec![ROOM]);
            payload.set_issued_at(&(UNIX_EPOCH + Duration::from_secs(1_790_000_000)));
            payload.set_claim("nonce", Some("n-0S6_WzA2Mj".into())).unwrap();
            payload.set_claim("sd_hash", Some(sd_hash(text).into())).unwrap();
            jwt::encode_with_signer(&payload, &header, &*their_signer(algorithm, &pair.to_jwk_key_pair())).unwrap()
        };
        let verify = |presentation: &str| {
            let expected = Expectations {
                issuers: &issuers,
                audience_of_token: None,
                key_binding: KeyBinding::Required { audience: ROOM, nonce: "n-0S6_WzA2Mj", max_age: Some(60) },
                clock: CLOCK,
                limits: Limits::DEFAULT,
            };
            let received = UnverifiedPresentation::parse(presentation).unwrap();
            let verified = received.verify(&expected).map_err(|e| e.code())?;
            Ok::<_, Code>((verified.claims().text("name").cloned().map(Value::into_owned), verified.confirmation_key().cloned()))
        };
        let presentation = format!("{token}{}", bound_to(&token));
        assert_eq!(verify(&presentation), Ok((Some(Value::from("Zoë")), Some(holder))));

        let (issuer_jwt, _) = token.split_once('~').unwrap();
        let without_disclosures = format!("{issuer_jwt}~");
        assert_eq!(verify(&format!("{token}{}", bound_to(&without_disclosures))), Err(Code::SdHash));
    }
}

/// What `spec-notes/dependencies.md` says of it: with josekit comes a second crypto stack, and nothing else of ours brings it.
#[test]
fn josekit_brings_openssl() {
    let lock = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.lock")).unwrap();
    let with_openssl = lock.split("[[package]]").filter(|package| package.contains("\n \"openssl\",\n"));
    let names: Vec<&str> = with_openssl.filter_map(|package| package.trim_start().lines().next()).collect();
    assert_eq!(names, [r#"name = "josekit""#, r#"name = "mimicred-peers""#]);
}
