//! What both make of the same marked claims set, with every hash, and of claims in the protected header.

use cbor2::Value as Cbor;
use cose2::Sign1Message;
use mimicred_claims::{Redaction, RedactionPlan, Selection};
use mimicred_keys::{Algorithm, HashAlgorithm, IssuerKey, SystemRandom};
use mimicred_sd_cwt::{Code, Issuance, Issuer, Preissuance};
use openssl::hash::{MessageDigest, hash};
use sd_cwt_peer::{
    HEADER_CWT_CLAIMS, IssueResult, RedactionHasher, RestoreMode, TO_BE_DECOY_TAG, TO_BE_REDACTED_TAG, issue_from_preissuance,
    set_disclosures, set_sd_alg, set_sd_cwt_typ,
};

use crate::cast::{Cast, HeadIncluded, Signer, id};
use crate::claims::{ISSUER, NOW, SUBJECT, assert_equal, claims, entries, everything_marked, ours, without_cnf};
use crate::roles::{they_present, they_restore, they_verify, we_present, we_verify, with_cnf};

/// The Redacted Claim Hash over the encoded byte string by any hash, computed by OpenSSL over what the peer encodes.
struct By(HashAlgorithm);

impl RedactionHasher for By {
    fn algorithm(&self) -> i64 {
        match self.0 {
            HashAlgorithm::Sha256 => -16,
            HashAlgorithm::Sha384 => -43,
            HashAlgorithm::Sha512 => -44,
        }
    }

    fn digest(&self, content: &[u8]) -> Vec<u8> {
        let hashing = match self.0 {
            HashAlgorithm::Sha256 => MessageDigest::sha256(),
            HashAlgorithm::Sha384 => MessageDigest::sha384(),
            HashAlgorithm::Sha512 => MessageDigest::sha512(),
        };
        hash(hashing, &cbor2::to_vec(&Cbor::Bytes(content.to_vec())).unwrap()).unwrap().to_vec()
    }
}

fn tag(tag: u64, value: Cbor) -> Cbor {
    Cbor::Tag(tag, Box::new(value))
}

fn marked(value: impl Into<Cbor>) -> Cbor {
    tag(TO_BE_REDACTED_TAG, value.into())
}

fn decoy(number: u64) -> Cbor {
    tag(TO_BE_DECOY_TAG, number.into())
}

/// Redactions inside redactions, beside what stays visible, under a foreign tag; decoys in every kind of place.
fn nested() -> Cbor {
    let location =
        Cbor::Map(vec![(1.into(), "us".into()), (marked(2), "co".into()), (marked(3), "80302".into()), (decoy(1), Cbor::Null)]);
    let inspection = Cbor::Map(vec![
        (500.into(), true.into()),
        (502.into(), 1_549_560_720.into()),
        (marked(501), "DCBA-101777".into()),
        (marked(503), location),
    ]);
    Cbor::Map(vec![
        (1.into(), ISSUER.into()),
        (marked(2), SUBJECT.into()),
        (6.into(), NOW.into()),
        (504.into(), Cbor::Array(vec![decoy(2), marked(inspection.clone()), inspection_without_decoys(), decoy(3)])),
        (505.into(), tag(1000, Cbor::Array(vec![marked(Cbor::Null), marked(false), marked(""), 7.into()]))),
        (marked("empty"), Cbor::Map(vec![(decoy(4), Cbor::Null)])),
        (506.into(), Cbor::Array(vec![decoy(5), decoy(6)])),
        (decoy(7), Cbor::Null),
    ])
}

fn inspection_without_decoys() -> Cbor {
    Cbor::Map(vec![(marked(501), "EFGH-789012".into()), (marked(503), Cbor::Array(vec![marked("nv"), marked(89_155)]))])
}

/// The same without marks and decoys.
fn plain(value: &Cbor) -> Cbor {
    match value {
        Cbor::Map(all) => {
            let kept = all.iter().filter(|(key, _)| !matches!(key, Cbor::Tag(TO_BE_DECOY_TAG, _)));
            Cbor::Map(kept.map(|(key, value)| (unmarked(key), plain(value))).collect())
        }
        Cbor::Array(all) => {
            let kept = all.iter().filter(|element| !matches!(element, Cbor::Tag(TO_BE_DECOY_TAG, _)));
            Cbor::Array(kept.map(|element| plain(&unmarked(element))).collect())
        }
        Cbor::Tag(number, inner) => tag(*number, plain(inner)),
        other => other.clone(),
    }
}

fn unmarked(value: &Cbor) -> Cbor {
    match value {
        Cbor::Tag(TO_BE_REDACTED_TAG, inner) => (**inner).clone(),
        other => other.clone(),
    }
}

fn we_issue_marked(cast: &Cast, preissued: &Cbor, hash: HashAlgorithm) -> Vec<u8> {
    let (key, holder) = (IssuerKey::new(cast.issuer.secret().unwrap()), cast.holder.public().unwrap());
    let octets = cbor2::to_vec(preissued).unwrap();
    let (claims, plan) = Preissuance::parse(&octets).unwrap().into_parts();
    let prepared = Issuer::new(key.public()).with_hash(hash).prepare(claims, &holder, &plan, &mut SystemRandom).unwrap();
    prepared.sign(&key).unwrap().into_bytes()
}

/// The peer's part of issuing.
fn they_redact(preissued: Cbor, salts_from: u8, hasher: &dyn RedactionHasher) -> IssueResult {
    let mut counter = salts_from;
    let mut salts = move || {
        counter += 1;
        [counter; 16]
    };
    issue_from_preissuance(preissued, &mut salts, hasher).unwrap()
}

/// A token of the peer with claims in its header, if there are any.
fn they_issue_parts(cast: &Cast, payload: &IssueResult, header: Option<&IssueResult>, hasher: &dyn RedactionHasher) -> Vec<u8> {
    let mut message = Sign1Message::new(Some(cbor2::to_vec(&payload.value).unwrap()));
    set_sd_cwt_typ(&mut message.protected);
    set_sd_alg(&mut message.protected, hasher.algorithm());
    let mut disclosures = payload.disclosures.as_slice().to_vec();
    if let Some(header) = header {
        message.protected.insert(HEADER_CWT_CLAIMS, header.value.clone());
        disclosures.extend_from_slice(header.disclosures.as_slice());
    }
    set_disclosures(&mut message.unprotected, &disclosures);
    let id = id(cast.issuer.public().unwrap().algorithm());
    message.sign_and_encode(&Signer { key: &cast.issuer, id }, None).unwrap()
}

const HASHES: [HashAlgorithm; 3] = [HashAlgorithm::Sha256, HashAlgorithm::Sha384, HashAlgorithm::Sha512];

/// CWT-I-012, CWT-I-013, CWT-D-005, CWT-E-022, with each hash of CWT-I-005: the peer's Holder finds every digest and every decoy.
#[test]
fn what_we_make_of_marks_the_peer_restores() {
    let cast = Cast::new(Algorithm::P256, Algorithm::Ed25519);
    for hash in HASHES {
        for (preissued, decoys) in [(nested(), 7), (everything_marked(&claims()), 1)] {
            let token = we_issue_marked(&cast, &preissued, hash);
            let report = they_restore(&cast, &token, RestoreMode::Holder, &By(hash)).unwrap();
            assert_equal(&without_cnf(&report.value), &plain(&preissued));
            assert_eq!((report.decoys, report.removed_redactions), (decoys, 0), "{hash:?}");
            let none = they_redact(preissued.clone(), 0, &By(hash));
            assert_eq!(report.disclosed + report.decoys, none.disclosures.as_slice().len(), "as many as the peer makes");
        }
    }
}

/// The same the other way round.
#[test]
fn what_the_peer_makes_of_marks_we_hold_and_verify() {
    let cast = Cast::new(Algorithm::P256, Algorithm::Ed25519);
    for hash in HASHES {
        for preissued in [nested(), everything_marked(&claims())] {
            let payload = they_redact(with_cnf(&preissued, &cast.holder), 0, &By(hash));
            let token = they_issue_parts(&cast, &payload, None, &By(hash));
            // To hold it, every digest must have its disclosure (CWT-H-008).
            let presentation = we_present(&cast, &token, &Selection::All);
            assert_equal(&we_verify(&cast, &presentation).unwrap(), &plain(&preissued));
            let presentation = they_present(&cast, &token, |_| true);
            assert_equal(&we_verify(&cast, &presentation).unwrap(), &plain(&preissued));
        }
    }
}

/// CWT-I-027, CWT-V-028: claims in the protected header, redacted there or not, in both directions.
#[test]
fn claims_in_the_header_pass_both_ways() {
    let cast = Cast::new(Algorithm::P256, Algorithm::Ed25519);
    let payload = map! { 1 => ISSUER, 2 => SUBJECT, 6 => NOW };
    let in_header = Cbor::Map(vec![(marked(2), SUBJECT.into()), (1.into(), ISSUER.into()), (marked("note"), "x".into())]);
    let all = map! { 1 => ISSUER, 2 => SUBJECT, 6 => NOW, "note" => "x" };

    let (key, holder) = (IssuerKey::new(cast.issuer.secret().unwrap()), cast.holder.public().unwrap());
    let (none, octets) = (RedactionPlan::new(Redaction::None), cbor2::to_vec(&in_header).unwrap());
    let (claims, plan) = Preissuance::parse(&octets).unwrap().into_parts();
    let issuance = Issuance::new(ours(&payload), &holder, &none).with_header_claims(claims, &plan);
    let issuer = Issuer::new(key.public());
    let token = issuer.prepare_issuance(issuance, &mut SystemRandom).unwrap().sign(&key).unwrap().into_bytes();
    let report = they_restore(&cast, &token, RestoreMode::Holder, &HeadIncluded).unwrap();
    assert_equal(&without_cnf(&report.value), &payload);
    assert_equal(&report.protected_claims.unwrap(), &plain(&in_header));
    assert_equal(&we_verify(&cast, &we_present(&cast, &token, &Selection::All)).unwrap(), &all);

    let payload = they_redact(with_cnf(&payload, &cast.holder), 0, &HeadIncluded);
    let header = they_redact(in_header, 100, &HeadIncluded);
    let token = they_issue_parts(&cast, &payload, Some(&header), &HeadIncluded);
    assert_equal(&we_verify(&cast, &we_present(&cast, &token, &Selection::All)).unwrap(), &all);
    // One text in the payload, another one in the header.
    let header = they_redact(Cbor::Map(vec![(marked(2), "another".into())]), 100, &HeadIncluded);
    let token = they_issue_parts(&cast, &payload, Some(&header), &HeadIncluded);
    let presentation = they_present(&cast, &token, |_| true);
    assert_eq!(we_verify(&cast, &presentation).unwrap_err(), Code::ClaimCollision);
}

/// CWT-I-022, CWT-I-023, CWT-I-024, CWT-D-006, CWT-D-007 and trap 18: what one refuses to issue the other refuses too.
#[test]
fn both_refuse_the_same_marks() {
    let set = |key: Cbor, value: Cbor| Cbor::Map(vec![(1.into(), ISSUER.into()), (2.into(), SUBJECT.into()), (key, value)]);
    let array = |element: Cbor| set(501.into(), Cbor::Array(vec![element]));
    for (what, preissued) in [
        ("a mark on the value of a claim", set(501.into(), marked("x"))),
        ("a decoy as the value of a claim", set(501.into(), decoy(1))),
        ("a mark on a mark", set(marked(marked(501)), 1.into())),
        ("a mark on a decoy", set(marked(decoy(1)), Cbor::Null)),
        ("a decoy that is a mark", set(tag(TO_BE_DECOY_TAG, marked(1)), Cbor::Null)),
        ("a mark on a mark in an array", array(marked(marked("x")))),
        ("a mark inside another tag in an array", array(tag(1, marked("x")))),
        ("octets for a key", set(marked(Cbor::Bytes(vec![1])), 1.into())),
        ("a fraction for a key", set(marked(1.5), 1.into())),
        ("another tag on a key", set(tag(1, 501.into()), 1.into())),
        ("decoy 0", array(decoy(0))),
        ("decoy -1", array(tag(TO_BE_DECOY_TAG, (-1).into()))),
        ("decoy \"a\"", array(tag(TO_BE_DECOY_TAG, "a".into()))),
        ("a decoy with a value", set(decoy(1), 1.into())),
        ("a key twice, once marked", set(marked(2), SUBJECT.into())),
        ("a decoy twice", Cbor::Map([entries(&array(decoy(1))), &[(decoy(1), Cbor::Null)]].concat())),
        ("redacted already", array(tag(60, Cbor::Bytes(vec![0; 32])))),
        ("the whole set marked", marked(set(501.into(), 1.into()))),
    ] {
        let octets = cbor2::to_vec(&preissued).unwrap();
        assert_eq!(Preissuance::parse(&octets).unwrap_err().code(), Code::Preissue, "{what}");
        let mut salts = || [1; 16];
        assert!(issue_from_preissuance(preissued, &mut salts, &HeadIncluded).is_err(), "{what}");
    }
}

/// CWT-I-004: without `sd_alg` both take SHA-256.
#[test]
fn the_default_hash_need_not_be_named() {
    let cast = Cast::new(Algorithm::P256, Algorithm::Ed25519);
    let (key, holder) = (IssuerKey::new(cast.issuer.secret().unwrap()), cast.holder.public().unwrap());
    let issuer = Issuer::new(key.public()).without_default_hash();
    let plan = RedactionPlan::new(Redaction::All).with_min_digests(20);
    let token = issuer.prepare(ours(&claims()), &holder, &plan, &mut SystemRandom).unwrap().sign(&key).unwrap().into_bytes();
    let presentation = we_present(&cast, &token, &Selection::All);
    assert_equal(&they_verify(&cast, &presentation).unwrap(), &claims());
    assert_eq!(sd_cwt_peer::sd_alg(&Sign1Message::from_slice(&token).unwrap().protected).unwrap(), None);
}
