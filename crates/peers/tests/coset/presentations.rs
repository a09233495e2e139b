//! SD-CWT and KBT.

use coset::cbor::Value as TheirValue;
use coset::cwt::{ClaimsSet, ClaimsSetBuilder, Timestamp};
use coset::{
    AsCborValue, CborSerializable, CoseKeyBuilder, CoseSign1, CoseSign1Builder, HeaderBuilder, Label, RegisteredLabelWithPrivate,
    TaggedCborSerializable, iana,
};
use mimicred_claims::{Clock, Key, Map, Redaction, RedactionPlan, Selection, Value};
use mimicred_cose::cwt;
use mimicred_keys::{Algorithm, IssuerKey, LeafKey, SystemRandom};
use mimicred_peers::{OpenSslKey, verify_fixed};
use mimicred_sd_cwt::{
    AcceptExpectations, Binding, Expectations, Held, KeyBinding, Nonce, TrustedIssuer, UnverifiedPresentation,
};

use crate::ALGORITHMS;

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
