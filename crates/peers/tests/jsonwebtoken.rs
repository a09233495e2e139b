//! jsonwebtoken, the JWT library of most Rust services: JWS, JWK and thumbprints, both ways. It has no P-521.
#![cfg(test)]
#![allow(clippy::disallowed_types, reason = "the peer's own types")]

use jsonwebtoken::jwk::{Jwk as TheirJwk, ThumbprintHash};
use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation, decode, encode};
use mimicred_claims::{Key, Map, Value};
use mimicred_jose::{Jwk, json, jwk, jws as ours};
use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SystemRandom};
use serde_json::json;

const ALGORITHMS: [(Algorithm, &str, jsonwebtoken::Algorithm); 3] = [
    (Algorithm::Ed25519, "EdDSA", jsonwebtoken::Algorithm::EdDSA),
    (Algorithm::P256, "ES256", jsonwebtoken::Algorithm::ES256),
    (Algorithm::P384, "ES384", jsonwebtoken::Algorithm::ES384),
];

fn their_signing_key(key: &SecretKey) -> EncodingKey {
    match key.algorithm() {
        Algorithm::Ed25519 => EncodingKey::from_ed_der(&key.to_pkcs8_der()),
        _ => EncodingKey::from_ec_der(&key.to_pkcs8_der()),
    }
}

fn our_public_text(key: &SecretKey) -> String {
    json::write_map(&jwk::public_members(key.public())).unwrap()
}

fn their_jwk(key: &SecretKey) -> TheirJwk {
    serde_json::from_str(&our_public_text(key)).unwrap()
}

/// Year 2100: jsonwebtoken asks the clock.
const LATER: u64 = 4_102_444_800;

#[test]
fn jsonwebtoken_accepts_a_jws_of_ours_and_reads_the_same_claims() {
    for (algorithm, name, theirs) in ALGORITHMS {
        let key = SecretKey::generate(algorithm, &mut SystemRandom).unwrap();
        let header = Map::from_entries(vec![
            (Key::from("alg"), Value::from(name)),
            (Key::from("typ"), Value::from("kb+jwt")),
            (Key::from("kid"), Value::from("leaf")),
        ]);
        let claims = Map::from_entries(vec![
            (Key::from("exp"), Value::from(i128::from(LATER))),
            (Key::from("name"), Value::from("Zoë \"Z\" \u{1F600}\u{7}")),
            (Key::from("list"), Value::Array(vec![Value::from(true), Value::Null, Value::Decimal("1.50".into())])),
        ]);
        let to_be_signed = ours::prepare(&header.unwrap(), json::write_map(&claims.unwrap()).unwrap()).unwrap();
        let signature = IssuerKey::new(key.clone()).sign(&to_be_signed).unwrap();
        let text = ours::finish(to_be_signed, signature.as_bytes());

        let verifying = DecodingKey::from_jwk(&their_jwk(&key)).unwrap();
        let read = decode::<serde_json::Value>(&text, &verifying, &Validation::new(theirs)).unwrap();
        let expected = json!({"exp": LATER, "name": "Zoë \"Z\" \u{1F600}\u{7}", "list": [true, null, 1.5]});
        assert_eq!(read.claims, expected);
        assert_eq!((read.header.typ.as_deref(), read.header.kid.as_deref()), (Some("kb+jwt"), Some("leaf")));

        let other = DecodingKey::from_jwk(&their_jwk(&SecretKey::generate(algorithm, &mut SystemRandom).unwrap())).unwrap();
        assert!(decode::<serde_json::Value>(&text, &other, &Validation::new(theirs)).is_err(), "{name}: under another key");
    }
}

#[test]
fn we_accept_a_jws_of_jsonwebtoken_and_read_the_same_claims() {
    for (algorithm, name, theirs) in ALGORITHMS {
        let key = SecretKey::generate(algorithm, &mut SystemRandom).unwrap();
        let mut header = Header::new(theirs);
        header.kid = Some("theirs".to_owned());
        let claims = json!({"iss": "https://issuer.example", "exp": LATER, "text": "Zoë\t\u{1F600}", "minus": -7});
        let text = encode(&header, &claims, &their_signing_key(&key)).unwrap();

        let received = ours::Compact::parse(&text).unwrap();
        received.verify(key.public()).unwrap();
        assert_eq!(
            (received.header().alg(), received.header().typ(), received.header().kid()),
            (name, Some("JWT"), Some("theirs"))
        );
        let payload = json::parse_octets(received.payload(), &json::Limits::DEFAULT).unwrap();
        let payload = payload.as_map().unwrap();
        assert_eq!(payload.text("exp"), Some(&Value::Int(i128::from(LATER))));
        assert_eq!(payload.text("text"), Some(&Value::from("Zoë\t\u{1F600}")));
        assert_eq!(payload.text("minus"), Some(&Value::Int(-7)));
    }
}

/// jsonwebtoken derives the public key from our PKCS#8 itself.
#[test]
fn jsonwebtoken_finds_the_same_public_jwk_in_a_private_key_of_ours() {
    for (algorithm, _, theirs) in ALGORITHMS {
        let key = SecretKey::generate(algorithm, &mut SystemRandom).unwrap();
        let derived = TheirJwk::from_encoding_key(&their_signing_key(&key), theirs).unwrap();
        let read = json::parse(&serde_json::to_string(&derived).unwrap(), &json::Limits::DEFAULT).unwrap().into_owned();
        let read = Jwk::parse_public(read.as_map().unwrap()).unwrap();
        assert_eq!(&read.public, key.public(), "{algorithm}");
    }
}

#[test]
fn thumbprints_are_the_same_on_both_sides() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384, Algorithm::P521] {
        let key = SecretKey::generate(algorithm, &mut SystemRandom).unwrap();
        assert_eq!(their_jwk(&key).thumbprint(ThumbprintHash::SHA256).unwrap(), jwk::thumbprint(key.public()), "{algorithm}");
    }
}
