//! coset: COSE_Sign1, COSE_Key, CWT claims and whole presentations, both ways. coset signs and verifies through closures; here
//! OpenSSL is in them.
#![cfg(test)]

use std::borrow::Cow;

use coset::cbor::Value as TheirValue;
use coset::cwt::{ClaimsSet, ClaimsSetBuilder, Timestamp};
use coset::iana::{self, EnumI64};
use coset::{
    CborSerializable, CoseSign1, CoseSign1Builder, HeaderBuilder, Label, RegisteredLabelWithPrivate, TaggedCborSerializable,
};
use mimicred_claims::{Key, Map, Value};
use mimicred_cose::cbor::{self, Dialect, Limits};
use mimicred_cose::header::Header;
use mimicred_cose::sign1::{CwtTag, PreparedSign1, Sign1};
use mimicred_cose::{Code, cwt};
use mimicred_keys::{Algorithm, IssuerKey, SecretKey};
use mimicred_peers::{OpenSslKey, verify_fixed};

mod keys;
mod presentations;

/// Algorithm, its fully specified identifier (RFC 9864), and the polymorphic one of RFC 9053.
const ALGORITHMS: [(Algorithm, iana::Algorithm, iana::Algorithm); 4] = [
    (Algorithm::Ed25519, iana::Algorithm::Ed25519, iana::Algorithm::EdDSA),
    (Algorithm::P256, iana::Algorithm::ESP256, iana::Algorithm::ES256),
    (Algorithm::P384, iana::Algorithm::ESP384, iana::Algorithm::ES384),
    (Algorithm::P521, iana::Algorithm::ESP512, iana::Algorithm::ES512),
];

fn bytes(octets: &[u8]) -> Value<'static> {
    Value::Bytes(Cow::Owned(octets.to_vec()))
}

fn map(entries: Vec<(Key<'static>, Value<'static>)>) -> Value<'static> {
    Value::Map(Map::from_entries(entries).unwrap())
}

fn parsed(octets: &[u8]) -> Map<'_> {
    match cbor::parse(octets, Dialect::Plain, &Limits::DEFAULT).unwrap() {
        Value::Map(map) => map,
        other => panic!("{other:?}"),
    }
}

/// A message of ours: protected algorithm, critical type and a text label; unprotected key identifier.
fn our_message(secret: SecretKey, algorithm: iana::Algorithm, payload: &[u8]) -> Vec<u8> {
    let protected = map(vec![
        (Key::Int(1), Value::Int(algorithm.to_i64().into())),
        (Key::Int(2), Value::Array(vec![Value::Int(16)])),
        (Key::Int(16), Value::Int(293)),
        (Key::from("note"), Value::from("Zoë")),
    ]);
    let unprotected = cbor::write(&map(vec![(Key::Int(4), bytes(b"kid-1"))])).unwrap();
    let protected = cbor::write(&protected).unwrap();
    let prepared = PreparedSign1::new(&protected, payload).unwrap();
    let signature = IssuerKey::new(secret).sign(prepared.to_be_signed()).unwrap();
    prepared.encode(&unprotected, signature.as_bytes())
}

#[test]
fn coset_reads_and_openssl_verifies_a_sign1_of_ours_in_every_algorithm() {
    for (algorithm, id, _) in ALGORITHMS {
        let pair = OpenSslKey::generate(algorithm).unwrap();
        let message = our_message(pair.secret().unwrap(), id, b"payload");

        let read = CoseSign1::from_tagged_slice(&message).unwrap();
        assert_eq!(read.payload.as_deref(), Some(&b"payload"[..]));
        assert_eq!(read.protected.header.alg, Some(RegisteredLabelWithPrivate::Assigned(id)));
        assert_eq!(read.protected.header.crit, [RegisteredLabelWithPrivate::Assigned(iana::HeaderParameter::ObjectContentType)]);
        let rest = [(Label::Int(16), TheirValue::from(293)), (Label::Text("note".to_owned()), TheirValue::from("Zoë"))];
        assert_eq!(read.protected.header.rest, rest);
        assert_eq!(read.unprotected.key_id, b"kid-1");

        let key = pair.public().unwrap();
        let verify = |read: &CoseSign1, aad: &[u8]| {
            read.verify_signature(aad, |signature, data| match verify_fixed(&key, data, signature).unwrap_or(false) {
                true => Ok(()),
                false => Err(()),
            })
        };
        assert_eq!(verify(&read, b""), Ok(()), "{algorithm}");
        assert_eq!(verify(&read, b"other"), Err(()), "external data");
        let mut changed = read.clone();
        changed.payload = Some(b"Payload".to_vec());
        assert_eq!(verify(&changed, b""), Err(()));

        // Written again by coset from its own values, the protected header comes out in our octets: ours are deterministic.
        let (again, received) = (read.protected.header.clone().to_vec().unwrap(), read.protected.original_data.clone());
        assert_eq!(Some(again), received);
        assert_eq!(read.to_tagged_vec().unwrap(), message);
    }
}

#[test]
fn we_read_and_verify_a_sign1_of_coset_in_every_algorithm_and_under_either_identifier() {
    for (algorithm, fully_specified, polymorphic) in ALGORITHMS {
        for id in [fully_specified, polymorphic] {
            let pair = OpenSslKey::generate(algorithm).unwrap();
            let protected = HeaderBuilder::new().algorithm(id).value(16, TheirValue::from("application/sd-cwt")).build();
            let unprotected = HeaderBuilder::new().key_id(b"kid-1".to_vec()).build();
            let message = CoseSign1Builder::new()
                .protected(protected)
                .unprotected(unprotected)
                .payload(b"payload".to_vec())
                .create_signature(b"", |data| pair.sign_fixed(data).unwrap())
                .build();
            let octets = message.clone().to_tagged_vec().unwrap();

            let read = Sign1::parse(&octets, CwtTag::Refused, &Limits::DEFAULT).unwrap();
            assert_eq!(read.payload(), b"payload");
            assert_eq!(read.sig_structure(), message.tbs_data(b""));
            let protected = Header::read(read.protected(), &[], &Limits::DEFAULT).unwrap();
            let unprotected = Header::read(read.unprotected(), &[], &Limits::DEFAULT).unwrap();
            assert_eq!(protected.algorithm().unwrap().id(), id.to_i64());
            assert_eq!(protected.get(16), Some(&Value::from("application/sd-cwt")));
            assert_eq!(unprotected.key_id().unwrap(), Some(&b"kid-1"[..]));
            read.verify(protected.algorithm().unwrap(), &pair.public().unwrap()).unwrap();

            let other = OpenSslKey::generate(algorithm).unwrap().public().unwrap();
            let refused = read.verify(protected.algorithm().unwrap(), &other).unwrap_err();
            assert_eq!(refused.code(), Code::SignatureInvalid, "{algorithm}");
        }
    }
}

/// CWT-E-003, CWT-E-006: without the tag, or with the payload elsewhere, it is not what a credential is.
#[test]
fn we_refuse_an_untagged_or_detached_sign1_of_coset() {
    let message = CoseSign1Builder::new()
        .protected(HeaderBuilder::new().algorithm(iana::Algorithm::ESP256).build())
        .payload(b"payload".to_vec())
        .signature(vec![7; 64])
        .build();
    let parse = |octets: &[u8]| Sign1::parse(octets, CwtTag::Tolerated, &Limits::DEFAULT).map(drop).map_err(|e| e.code());
    assert_eq!(parse(&message.clone().to_tagged_vec().unwrap()), Ok(()));
    assert_eq!(parse(&message.clone().to_vec().unwrap()), Err(Code::Structure));
    let detached = CoseSign1 { payload: None, ..message };
    assert_eq!(parse(&detached.to_tagged_vec().unwrap()), Err(Code::Structure));
}

#[test]
fn coset_reads_our_cwt_claims() {
    let claims = map(vec![
        (Key::Int(cwt::ISS), Value::from("https://id.a.example")),
        (Key::Int(cwt::SUB), Value::from("mimi://a.example/p/crazykoala75")),
        (Key::Int(cwt::AUD), Value::from("mimi://hub.example/r/clubhouse")),
        (Key::Int(cwt::EXP), Value::Int(1_790_000_000)),
        (Key::Int(cwt::NBF), Value::Float(1_780_000_000.5)),
        (Key::Int(cwt::IAT), Value::Int(-1)),
        (Key::Int(cwt::CTI), bytes(b"\x01\x02")),
        (Key::Int(cwt::CNONCE), bytes(b"nonce")),
        (Key::from("nickname"), Value::Array(vec![Value::from("Zoë"), Value::Null, Value::from(true)])),
    ]);
    let read = ClaimsSet::from_slice(&cbor::write(&claims).unwrap()).unwrap();
    let nickname = TheirValue::Array(vec![TheirValue::from("Zoë"), TheirValue::Null, TheirValue::from(true)]);
    let expected = ClaimsSetBuilder::new()
        .issuer("https://id.a.example".to_owned())
        .subject("mimi://a.example/p/crazykoala75".to_owned())
        .audience("mimi://hub.example/r/clubhouse".to_owned())
        .expiration_time(Timestamp::WholeSeconds(1_790_000_000))
        .not_before(Timestamp::FractionalSeconds(1_780_000_000.5))
        .issued_at(Timestamp::WholeSeconds(-1))
        .cwt_id(vec![1, 2])
        .claim(iana::CwtClaimName::CNonce, TheirValue::Bytes(b"nonce".to_vec()))
        .text_claim("nickname".to_owned(), nickname)
        .build();
    assert_eq!(read, expected);
}

#[test]
fn we_read_the_cwt_claims_of_coset() {
    let written = ClaimsSetBuilder::new()
        .issuer("https://id.a.example".to_owned())
        .expiration_time(Timestamp::WholeSeconds(1_790_000_000))
        .not_before(Timestamp::FractionalSeconds(1_780_000_000.25))
        .issued_at(Timestamp::WholeSeconds(-1))
        .claim(iana::CwtClaimName::CNonce, TheirValue::Bytes(b"nonce".to_vec()))
        .private_claim(-70_000, TheirValue::Map(vec![(TheirValue::from(1), TheirValue::from(u64::MAX))]))
        .text_claim("nickname".to_owned(), TheirValue::Array(vec![TheirValue::from("Zoë"), TheirValue::Null]))
        .build()
        .to_vec()
        .unwrap();
    let read = parsed(&written);
    assert_eq!(read.int(cwt::ISS), Some(&Value::from("https://id.a.example")));
    assert_eq!(read.int(cwt::EXP), Some(&Value::Int(1_790_000_000)));
    assert_eq!(read.int(cwt::NBF), Some(&Value::Float(1_780_000_000.25)));
    assert_eq!(read.int(cwt::IAT), Some(&Value::Int(-1)));
    assert_eq!(read.int(cwt::CNONCE), Some(&bytes(b"nonce")));
    assert_eq!(read.int(-70_000), Some(&map(vec![(Key::Int(1), Value::Int(i128::from(u64::MAX)))])));
    assert_eq!(read.text("nickname"), Some(&Value::Array(vec![Value::from("Zoë"), Value::Null])));
}

/// Why coset does not read for us: its values have no simple(59), the key under which an SD-CWT keeps its redacted claims, and it
/// cannot tell an indefinite length, which SD-CWT bans (CWT-E-002), from a definite one.
#[test]
fn coset_cannot_read_redacted_claims_and_does_not_see_indefinite_lengths() {
    let mut claims = Map::from_entries(vec![(Key::Int(cwt::ISS), Value::from("https://id.a.example"))]).unwrap();
    assert!(ClaimsSet::from_slice(&cbor::write(&Value::Map(claims.clone())).unwrap()).is_ok());
    claims.redacted.push(vec![7; 32].into());
    let redacted = cbor::write(&Value::Map(claims)).unwrap();
    assert!(cbor::parse(&redacted, Dialect::Claims { digest_len: 32 }, &Limits::DEFAULT).is_ok());
    assert!(ClaimsSet::from_slice(&redacted).is_err());

    // {_ 1: "a"}
    let indefinite = b"\xbf\x01\x61a\xff";
    assert_eq!(ClaimsSet::from_slice(indefinite).unwrap().issuer.as_deref(), Some("a"));
    assert_eq!(cbor::parse(indefinite, Dialect::Plain, &Limits::DEFAULT).unwrap_err().code(), Code::CborForbidden);
}
