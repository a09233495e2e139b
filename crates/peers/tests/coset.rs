//! coset: COSE_Sign1, COSE_Key, CWT claims and whole presentations, both ways. coset signs and verifies through closures; here OpenSSL is in them.
#![cfg(test)]

use std::borrow::Cow;

use coset::cbor::Value as TheirValue;
use coset::cwt::{ClaimsSet, ClaimsSetBuilder, Timestamp};
use coset::iana::{self, EnumI64};
use coset::{
    AsCborValue, CborSerializable, CoseKey as TheirKey, CoseKeyBuilder, CoseSign1, CoseSign1Builder, HeaderBuilder, Label,
    RegisteredLabelWithPrivate, TaggedCborSerializable,
};
use mimicred_claims::{Clock, Key, Map, Redaction, RedactionPlan, Selection, Value};
use mimicred_cose::cbor::{self, Dialect, Limits};
use mimicred_cose::header::Header;
use mimicred_cose::sign1::{self, CwtTag, Sign1};
use mimicred_cose::{Code, CoseKey, cwt, key};
use mimicred_keys::{Algorithm, IssuerKey, LeafKey, SecretKey, SystemRandom};
use mimicred_peers::{OpenSslKey, verify_fixed};
use mimicred_sd_cwt::{
    AcceptExpectations, Binding, Expectations, Held, KeyBinding, Nonce, TrustedIssuer, UnverifiedPresentation,
};

/// Algorithm, its fully specified identifier (RFC 9864), and the polymorphic one of RFC 9053.
const ALGORITHMS: [(Algorithm, iana::Algorithm, iana::Algorithm); 4] = [
    (Algorithm::Ed25519, iana::Algorithm::Ed25519, iana::Algorithm::EdDSA),
    (Algorithm::P256, iana::Algorithm::ESP256, iana::Algorithm::ES256),
    (Algorithm::P384, iana::Algorithm::ESP384, iana::Algorithm::ES384),
    (Algorithm::P521, iana::Algorithm::ESP512, iana::Algorithm::ES512),
];

fn curve(algorithm: Algorithm) -> iana::EllipticCurve {
    match algorithm {
        Algorithm::Ed25519 => iana::EllipticCurve::Ed25519,
        Algorithm::P256 => iana::EllipticCurve::P_256,
        Algorithm::P384 => iana::EllipticCurve::P_384,
        Algorithm::P521 => iana::EllipticCurve::P_521,
    }
}

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

/// A message of ours: protected algorithm, critical content type and a text label; unprotected key identifier.
fn our_message(secret: SecretKey, algorithm: iana::Algorithm, payload: &[u8]) -> Vec<u8> {
    let protected = map(vec![
        (Key::Int(1), Value::Int(algorithm.to_i64().into())),
        (Key::Int(2), Value::Array(vec![Value::Int(16)])),
        (Key::Int(16), Value::Int(293)),
        (Key::from("note"), Value::from("Zoë")),
    ]);
    let unprotected = cbor::write(&map(vec![(Key::Int(4), bytes(b"kid-1"))])).unwrap();
    let protected = cbor::write(&protected).unwrap();
    let to_be_signed = sign1::to_be_signed(&protected, payload).unwrap();
    let signature = IssuerKey::new(secret).sign(&to_be_signed).unwrap();
    sign1::encode(&protected, &unprotected, payload, signature.as_bytes())
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

/// What stands in coset's key under a label.
fn param(key: &TheirKey, label: i64) -> Option<&TheirValue> {
    key.params.iter().find(|(known, _)| *known == Label::Int(label)).map(|(_, value)| value)
}

#[test]
fn coset_reads_our_cose_keys_public_and_private() {
    for (algorithm, ..) in ALGORITHMS {
        let pair = OpenSslKey::generate(algorithm).unwrap();
        let secret = pair.secret().unwrap();
        let public = TheirKey::from_slice(&key::public_octets(secret.public())).unwrap();
        let private = TheirKey::from_slice(&key::secret_octets(&secret)).unwrap();
        for read in [&public, &private] {
            assert_eq!(param(read, -1), Some(&TheirValue::from(curve(algorithm).to_i64())));
            match algorithm {
                Algorithm::Ed25519 => {
                    assert_eq!(read.kty, coset::KeyType::Assigned(iana::KeyType::OKP));
                    let raw = pair.pkey().raw_public_key().unwrap();
                    assert_eq!(param(read, -2), Some(&TheirValue::Bytes(raw)));
                }
                _ => {
                    // OpenSSL's SubjectPublicKeyInfo ends in the point, which is what coset makes of the coordinates.
                    let point = read.to_sec1_octet_string().unwrap();
                    assert!(pair.pkey().public_key_to_der().unwrap().ends_with(&point), "{algorithm}");
                }
            }
        }
        assert_eq!(param(&public, -4), None);
        let scalar = match algorithm {
            Algorithm::Ed25519 => pair.pkey().raw_private_key().unwrap(),
            _ => {
                let length = i32::try_from(algorithm.coordinate_len()).unwrap();
                pair.pkey().ec_key().unwrap().private_key().to_vec_padded(length).unwrap()
            }
        };
        assert_eq!(param(&private, -4), Some(&TheirValue::Bytes(scalar)));
    }
}

#[test]
fn we_read_the_cose_keys_of_coset_public_private_and_compressed() {
    for (algorithm, id, _) in ALGORITHMS {
        let pair = OpenSslKey::generate(algorithm).unwrap();
        let spki = pair.pkey().public_key_to_der().unwrap();
        let length = algorithm.coordinate_len();
        let builders = match algorithm {
            Algorithm::Ed25519 => {
                let with_x = || {
                    let x = TheirValue::Bytes(pair.pkey().raw_public_key().unwrap());
                    CoseKeyBuilder::new_okp_key().param(-1, TheirValue::from(6)).param(-2, x)
                };
                let d = TheirValue::Bytes(pair.pkey().raw_private_key().unwrap());
                vec![(with_x(), false), (with_x().param(-4, d), true)]
            }
            _ => {
                let (x, y) = spki[spki.len() - 2 * length..].split_at(length);
                let ec = pair.pkey().ec_key().unwrap();
                let d = ec.private_key().to_vec_padded(i32::try_from(length).unwrap()).unwrap();
                let is_odd = y.last().unwrap() % 2 == 1;
                let (x, y) = (x.to_vec(), y.to_vec());
                vec![
                    (CoseKeyBuilder::new_ec2_pub_key(curve(algorithm), x.clone(), y.clone()), false),
                    (CoseKeyBuilder::new_ec2_pub_key_y_sign(curve(algorithm), x.clone(), is_odd), false),
                    (CoseKeyBuilder::new_ec2_priv_key(curve(algorithm), x, y, d), true),
                ]
            }
        };
        for (builder, is_private) in builders {
            let operation = if is_private { iana::KeyOperation::Sign } else { iana::KeyOperation::Verify };
            let built = builder.key_id(b"kid-1".to_vec()).algorithm(id).add_key_op(operation).build();
            let octets = built.to_vec().unwrap();
            let read = CoseKey::from_octets(&octets).unwrap();
            assert_eq!(read.public.to_spki_der(), spki, "{algorithm}");
            assert_eq!(read.kid.as_deref(), Some(&b"kid-1"[..]));
            assert_eq!(read.alg.map(|alg| alg.id()), Some(id.to_i64()));
            assert_eq!(read.secret.map(|secret| secret.public().to_spki_der()), is_private.then(|| spki.clone()));
            // CWT-K-003
            assert_eq!(CoseKey::public_from_octets(&octets).is_err(), is_private);
        }
    }
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

const ISSUER: &str = "https://id.a.example";
const SUBJECT: &str = "mimi://a.example/p/crazykoala75";
const ROOM: &str = "mimi://hub.example/r/clubhouse";
const NOW: i64 = 1_790_000_000;
const CLOCK: Clock = Clock { now: NOW, leeway: 0 };

fn openssl_verifies(message: &CoseSign1, pair: &OpenSslKey) -> bool {
    let key = pair.public().unwrap();
    message
        .verify_signature(b"", |signature, data| if verify_fixed(&key, data, signature).unwrap() { Ok(()) } else { Err(()) })
        .is_ok()
}

/// What stands in coset's header under a label that it has no field for.
fn header(header: &coset::Header, label: i64) -> Option<&TheirValue> {
    header.rest.iter().find(|(known, _)| *known == Label::Int(label)).map(|(_, value)| value)
}

/// The SD-CWT stands in the KBT's protected header as an item of its own (CWT-P-006), which coset can therefore read.
#[test]
fn coset_reads_and_openssl_verifies_our_sd_cwt_and_kbt() {
    let pairs =
        [(Algorithm::P256, Algorithm::Ed25519), (Algorithm::Ed25519, Algorithm::P256), (Algorithm::P384, Algorithm::P384)];
    for (issuer_algorithm, holder_algorithm) in pairs {
        let assigned = |wanted: Algorithm| {
            let (_, id, _) = ALGORITHMS.into_iter().find(|(algorithm, ..)| *algorithm == wanted).unwrap();
            Some(RegisteredLabelWithPrivate::Assigned(id))
        };
        let (issuer, holder) = (OpenSslKey::generate(issuer_algorithm).unwrap(), OpenSslKey::generate(holder_algorithm).unwrap());
        let (issuer_key, leaf_key) = (IssuerKey::new(issuer.secret().unwrap()), LeafKey::new(holder.secret().unwrap()).unwrap());
        let claims = vec![
            (Key::Int(cwt::ISS), Value::from(ISSUER)),
            (Key::Int(cwt::SUB), Value::from(SUBJECT)),
            (Key::Int(170), Value::from("Zoë")),
        ];
        let prepared = mimicred_sd_cwt::Issuer::new(issuer_key.public()).with_kid(b"key-1".to_vec()).prepare(
            Map::from_entries(claims).unwrap(),
            leaf_key.public(),
            &RedactionPlan::new(Redaction::All),
            &mut SystemRandom,
        );
        let token = prepared.unwrap().sign(&issuer_key).unwrap();
        let issuers = [TrustedIssuer { issuer: ISSUER.to_owned(), key: issuer.public().unwrap() }];
        let expected = AcceptExpectations { issuers: &issuers, confirmation_key: leaf_key.public(), clock: CLOCK };
        let held = Held::accept(token.as_bytes(), &expected).unwrap();
        let binding = Binding { audience: ROOM, nonce: Some(b"nonce"), issued_at: NOW };
        let presentation = held.prepare(&Selection::All, &binding).unwrap().sign(&leaf_key).unwrap();

        let kbt = CoseSign1::from_tagged_slice(presentation.as_bytes()).unwrap();
        assert!(openssl_verifies(&kbt, &holder));
        assert_eq!(kbt.protected.header.alg, assigned(holder_algorithm));
        assert_eq!(header(&kbt.protected.header, 16), Some(&TheirValue::from(294)));
        assert!(kbt.unprotected.is_empty());
        let bound = ClaimsSetBuilder::new()
            .audience(ROOM.to_owned())
            .issued_at(Timestamp::WholeSeconds(NOW))
            .claim(iana::CwtClaimName::CNonce, TheirValue::Bytes(b"nonce".to_vec()))
            .build();
        assert_eq!(ClaimsSet::from_slice(&kbt.payload.unwrap()).unwrap(), bound);

        let Some(TheirValue::Tag(18, inner)) = header(&kbt.protected.header, 13) else { panic!("no COSE_Sign1 in kcwt") };
        let inner = CoseSign1::from_cbor_value((**inner).clone()).unwrap();
        assert!(openssl_verifies(&inner, &issuer));
        assert_eq!(inner.protected.header.alg, assigned(issuer_algorithm));
        assert_eq!(inner.protected.header.key_id, b"key-1");
        assert_eq!(header(&inner.protected.header, 16), Some(&TheirValue::from(293)));
        // SHA-256 is -16, SHA-384 is -43.
        let hash = if issuer_algorithm == Algorithm::P384 { -43 } else { -16 };
        assert_eq!(header(&inner.protected.header, 170), Some(&TheirValue::from(hash)));
        let Some(TheirValue::Array(disclosures)) = header(&inner.unprotected, 17) else { panic!("no disclosures") };
        assert_eq!(disclosures.len(), 2);
        assert!(disclosures.iter().all(TheirValue::is_bytes));
    }
}

#[test]
fn we_accept_an_sd_cwt_and_kbt_of_coset() {
    let (issuer, holder) = (OpenSslKey::generate(Algorithm::P256).unwrap(), OpenSslKey::generate(Algorithm::P256).unwrap());
    let spki = holder.pkey().public_key_to_der().unwrap();
    let (x, y) = spki[spki.len() - 64..].split_at(32);
    let cose_key = CoseKeyBuilder::new_ec2_pub_key(iana::EllipticCurve::P_256, x.to_vec(), y.to_vec()).build();
    let claims = ClaimsSetBuilder::new()
        .issuer(ISSUER.to_owned())
        .subject(SUBJECT.to_owned())
        .claim(iana::CwtClaimName::Cnf, TheirValue::Map(vec![(TheirValue::from(1), cose_key.to_cbor_value().unwrap())]))
        .text_claim("nickname".to_owned(), TheirValue::from("Zoë"))
        .build();
    let signed = |typ: i64, kcwt: Option<TheirValue>, claims: ClaimsSet, pair: &OpenSslKey| {
        let protected = HeaderBuilder::new().algorithm(iana::Algorithm::ESP256).value(16, TheirValue::from(typ));
        let protected = match kcwt {
            Some(kcwt) => protected.value(13, kcwt),
            None => protected,
        };
        let message = CoseSign1Builder::new().protected(protected.build()).payload(claims.to_vec().unwrap());
        message.create_signature(b"", |data| pair.sign_fixed(data).unwrap()).build()
    };
    let token = signed(293, None, claims, &issuer);
    let token = TheirValue::Tag(18, Box::new(token.to_cbor_value().unwrap()));
    let bound = ClaimsSetBuilder::new()
        .audience(ROOM.to_owned())
        .issued_at(Timestamp::WholeSeconds(NOW))
        .claim(iana::CwtClaimName::CNonce, TheirValue::Bytes(b"nonce".to_vec()))
        .build();
    let presentation = signed(294, Some(token), bound, &holder).to_tagged_vec().unwrap();

    let issuers = [TrustedIssuer { issuer: ISSUER.to_owned(), key: issuer.public().unwrap() }];
    let expected = Expectations {
        issuers: &issuers,
        audience_of_token: None,
        key_binding: KeyBinding::Required { audience: ROOM, nonce: Nonce::Exactly(b"nonce"), max_age: Some(60) },
        clock: CLOCK,
        limits: mimicred_claims::Limits::DEFAULT,
    };
    let received = UnverifiedPresentation::parse(&presentation).unwrap();
    let verified = received.verify(&expected).unwrap();
    assert_eq!(verified.claims().int(cwt::SUB), Some(&Value::from(SUBJECT)));
    assert_eq!(verified.claims().text("nickname"), Some(&Value::from("Zoë")));
    assert_eq!(verified.confirmation_key().unwrap().to_spki_der(), spki);
}

/// Why coset does not read for us: its values have no simple(59), the key under which an SD-CWT keeps its redacted claims, and it
/// cannot tell an indefinite length, which SD-CWT bans (CWT-E-002), from a definite one.
#[test]
fn coset_cannot_read_redacted_claims_and_does_not_see_indefinite_lengths() {
    let mut claims = Map::from_entries(vec![(Key::Int(cwt::ISS), Value::from("https://id.a.example"))]).unwrap();
    assert!(ClaimsSet::from_slice(&cbor::write(&Value::Map(claims.clone())).unwrap()).is_ok());
    claims.redacted.push(Cow::Owned(vec![7; 32]));
    let redacted = cbor::write(&Value::Map(claims)).unwrap();
    assert!(cbor::parse(&redacted, Dialect::Claims { digest_len: 32 }, &Limits::DEFAULT).is_ok());
    assert!(ClaimsSet::from_slice(&redacted).is_err());

    // {_ 1: "a"}
    let indefinite = b"\xbf\x01\x61a\xff";
    assert_eq!(ClaimsSet::from_slice(indefinite).unwrap().issuer.as_deref(), Some("a"));
    assert_eq!(cbor::parse(indefinite, Dialect::Plain, &Limits::DEFAULT).unwrap_err().code(), Code::CborForbidden);
}
