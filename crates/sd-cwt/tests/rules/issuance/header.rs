//! The protected header of what is issued.

use mimicred_claims::{Map, Redaction, RedactionPlan};
use mimicred_cose::AlgorithmId;
use mimicred_keys::{Algorithm, HashAlgorithm, IssuerKey};
use mimicred_sd_cwt::{Code, Confirmation, Error, Issuance, Issuer, SdCwt};

use super::*;

fn issue_by(issuer: &Issuer, key: &IssuerKey) -> Result<SdCwt, Code> {
    let prepared = issuer.prepare(claims(), holder_key().public(), &plan(&["500"]), &mut Counting(0));
    prepared.and_then(|prepared| prepared.sign(key)).map_err(|error| error.code())
}

/// The header, and whether the Holder takes the token.
fn header_of(issuer: &Issuer, key: &IssuerKey) -> Vec<u8> {
    let token = issue_by(issuer, key).unwrap();
    hold(&token);
    sign1(&token).protected().to_vec()
}

/// CWT-I-001, CWT-I-002, CWT-I-003, CWT-E-031: the header as it is written.
#[test]
fn the_header_is_as_preferred() {
    for (algorithm, expected) in [
        (Algorithm::Ed25519, "a3 01 32 10 19 0125 18aa 2f"),
        (Algorithm::P256, "a3 01 28 10 19 0125 18aa 2f"),
        (Algorithm::P384, "a3 01 38 32 10 19 0125 18aa 38 2a"),
        (Algorithm::P521, "a3 01 38 33 10 19 0125 18aa 38 2b"),
    ] {
        let key = IssuerKey::new(secret(algorithm, 1));
        assert_eq!(header_of(&Issuer::new(key.public()), &key), hex(expected), "{algorithm}");
    }
}

/// CWT-I-001, CWT-Y-006, CWT-Y-007: types that are an SD-CWT, and none that is a plain CWT.
#[test]
fn the_type_is_one_of_an_sd_cwt() {
    let named = issuer().with_type("application/sd-cwt");
    assert_eq!(
        header_of(&named, &issuer_key()),
        [hex("a3 01 32 10 72"), b"application/sd-cwt".to_vec(), hex("18aa 2f")].concat()
    );
    assert!(issue_by(&issuer().with_type("application/example+sd-cwt"), &issuer_key()).is_ok());
    for typ in ["sd-cwt", "application/cwt", "application/example+cwt", "application/+sd-cwt", "application/a b+sd-cwt"] {
        assert_eq!(issue_by(&issuer().with_type(typ), &issuer_key()).unwrap_err(), Code::TypeMismatch, "{typ}");
    }
    // All rules hold for the more specific type: without cnf there is no token.
    let issuance = |plan| Issuance::new(claims(), Confirmation::InClaims, plan);
    let prepared = issuer().with_type("application/example+sd-cwt").prepare_issuance(issuance(&plan(&[])), &mut Broken);
    assert_eq!(prepared.unwrap_err().code(), Code::ClaimMissing);
    // A receiver looks for the type in the protected header only.
    let without = Draft::with(|draft| take(&mut draft.protected, 16));
    assert_eq!(without.accept().unwrap_err(), Code::TypeMismatch);
    let unprotected = Draft::with(|draft| {
        take(&mut draft.protected, 16);
        put(&mut draft.unprotected, 16, Value::Int(293));
    });
    assert_eq!(unprotected.accept().unwrap_err(), Code::TypeMismatch);
}

/// Trap 29, CWT-I-003: the deprecated identifiers on request, and only those of the key.
#[test]
fn the_algorithm_is_one_of_the_key() {
    for (algorithm, id, expected) in [
        (Algorithm::Ed25519, AlgorithmId::EdDsa, "01 27"),
        (Algorithm::P256, AlgorithmId::Es256, "01 26"),
        (Algorithm::P384, AlgorithmId::Es384, "01 38 22"),
        (Algorithm::P521, AlgorithmId::Es512, "01 38 23"),
    ] {
        let key = IssuerKey::new(secret(algorithm, 1));
        let header = header_of(&Issuer::new(key.public()).with_algorithm(id), &key);
        let expected = hex(expected);
        assert_eq!(header[1..=expected.len()], expected, "{algorithm}");
        for other in AlgorithmId::ALL.into_iter().filter(|id| id.algorithm() != algorithm) {
            let refused = issue_by(&Issuer::new(key.public()).with_algorithm(other), &key).unwrap_err();
            assert_eq!(refused, Code::AlgUnsupported, "{other} with {algorithm}");
        }
    }
    // HMAC 256/256, and the reserved number.
    for id in [5, 0] {
        assert_eq!(Error::from(AlgorithmId::from_id(id).unwrap_err()).code(), Code::AlgUnsupported, "{id}");
    }
}

/// CWT-I-004: SHA-256 is what is meant without `sd_alg`, and the digests are the same; elsewhere it is not honoured.
#[test]
fn the_hash_need_not_be_named_if_it_is_sha_256() {
    let (named, implied) = (issuer(), issuer().without_default_hash());
    let (named, implied) = (issue_by(&named, &issuer_key()).unwrap(), issue_by(&implied, &issuer_key()).unwrap());
    assert_eq!(sign1(&implied).protected(), hex("a2 01 32 10 19 0125"));
    assert_eq!(payload(&named), payload(&implied));
    hold(&implied);
    // The others are always named.
    let named = issuer().with_hash(HashAlgorithm::Sha384).without_default_hash();
    assert_eq!(header_of(&named, &issuer_key()), hex("a3 01 32 10 19 0125 18aa 38 2a"));

    let unprotected = Draft::with(|draft| {
        take(&mut draft.protected, 170);
        put(&mut draft.unprotected, 170, Value::Int(-16));
    });
    assert_eq!(unprotected.accept().unwrap_err(), Code::Header);
}

/// CWT-I-005.
#[test]
fn the_hash_is_a_strong_one() {
    for (id, hash) in [(-16, HashAlgorithm::Sha256), (-43, HashAlgorithm::Sha384), (-44, HashAlgorithm::Sha512)] {
        let (by_id, by_name) = (issuer().with_hash_id(id).unwrap(), issuer().with_hash(hash));
        assert_eq!(header_of(&by_id, &issuer_key()), header_of(&by_name, &issuer_key()));
    }
    // SHA-256/64, SHA-1, a signature algorithm, nothing, and a number of the table of OpenSSL.
    for id in [-15, -14, -7, 9999, 4] {
        assert_eq!(issuer().with_hash_id(id).unwrap_err().code(), Code::AlgUnsupported, "{id}");
    }
}

/// Trap 30: the key identifier is a byte string, also when it looks like text.
#[test]
fn the_key_identifier_is_a_byte_string() {
    let header = header_of(&issuer().with_kid("https://issuer.example/cose-key3".as_bytes()), &issuer_key());
    assert_eq!(
        header,
        [hex("a4 01 32 04 58 20"), b"https://issuer.example/cose-key3".to_vec(), hex("10 19 0125 18aa 2f")].concat()
    );
}

/// Trap 8, CWT-I-016: a certificate stands for `iss`. RFC 9360: one as it is, several in an array.
#[test]
fn certificates_identify_the_issuer() {
    let without_iss = |issuer: &Issuer| {
        let mut claims = claims();
        take(&mut claims, 1);
        let prepared = issuer.prepare(claims, holder_key().public(), &RedactionPlan::new(Redaction::None), &mut Broken);
        prepared.and_then(|prepared| prepared.sign(&issuer_key())).map_err(|error| error.code())
    };
    assert_eq!(without_iss(&issuer()).unwrap_err(), Code::ClaimMissing);
    let chain = |certificates: &[&[u8]]| issuer().with_x5chain(certificates.iter().map(|der| der.to_vec()).collect());
    let one = without_iss(&chain(&[b"one"])).unwrap();
    assert_eq!(sign1(&one).protected(), hex("a4 01 32 10 19 0125 1821 43 6f6e65 18aa 2f"));
    let two = without_iss(&chain(&[b"one", b"two"])).unwrap();
    assert_eq!(sign1(&two).protected(), hex("a4 01 32 10 19 0125 1821 82 43 6f6e65 43 74776f 18aa 2f"));
    for empty in [chain(&[]), chain(&[b"one", b""])] {
        assert_eq!(without_iss(&empty).unwrap_err(), Code::Header);
    }
}

/// Trap 23, CWT-A-023, CWT-A-007: the Issuer may say how Holders encrypt, and names nothing that must not be used or that we do not
/// know; the token has no encrypted disclosures (CWT-I-030).
#[test]
fn the_encryption_of_disclosures_may_be_named() {
    for (id, expected) in [(1, "01"), (2, "02"), (29, "18 1d"), (30, "18 1e"), (31, "18 1f")] {
        let header = header_of(&issuer().with_aead(id), &issuer_key());
        assert_eq!(header, [hex("a4 01 32 10 19 0125 18aa 2f 18ac"), hex(expected)].concat());
        let token = issue_by(&issuer().with_aead(id), &issuer_key()).unwrap();
        assert!(!sign1(&token).unprotected().windows(2).any(|part| part == hex("18ab")));
    }
    let banned = (3..=14).chain([18, 19, 21, 22, 24, 25, 27, 28]);
    for id in banned.chain([0, 15, 16, 17, 20, 23, 26, 32, 65535]) {
        assert_eq!(issue_by(&issuer().with_aead(id), &issuer_key()).unwrap_err(), Code::AlgUnsupported, "{id}");
    }
}

/// CWT-E-031: everything at once, the labels in bytewise order.
#[test]
fn labels_are_in_order() {
    let issuer = issuer().with_aead(2).with_kid(*b"k").with_x5chain(vec![b"c".to_vec()]);
    let (none, in_header) = (RedactionPlan::new(Redaction::None), map(vec![(2, Value::from("subject"))]));
    let holder = holder_key();
    let issuance = Issuance::new(claims(), holder.public(), &none).with_header_claims(in_header, &none);
    let token = issuer.prepare_issuance(issuance, &mut Broken).unwrap().sign(&issuer_key()).unwrap();
    let expected = "a7 01 32 04 41 6b 0f a1 02 67 7375626a656374 10 19 0125 1821 41 63 18aa 2f 18ac 02";
    assert_eq!(sign1(&token).protected(), hex(expected));

    let holder = holder_key();
    let empty = Issuance::new(claims(), holder.public(), &none).with_header_claims(Map::new(), &none);
    let token = super::issuer().prepare_issuance(empty, &mut Broken).unwrap().sign(&issuer_key()).unwrap();
    assert_eq!(sign1(&token).protected(), hex("a4 01 32 0f a0 10 19 0125 18aa 2f"));
}
