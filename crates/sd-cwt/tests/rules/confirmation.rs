//! CWT-K: the confirmation key, and algorithms and their keys.

mod issuers;
mod known;

use mimicred_claims::{Digest, Map, Value};
use mimicred_cose::key;
use mimicred_keys::Algorithm;
use mimicred_sd_cwt::Code;

use crate::tokens::*;

fn with_cnf(members: Vec<(i128, Value<'static>)>) -> Draft {
    Draft::with(|draft| put(&mut draft.claims, 8, Value::Map(map(members))))
}

/// Bound to a COSE_Key of this algorithm with a change, and signed by it.
fn cose_key(algorithm: Algorithm, change: impl FnOnce(&mut Map<'static>)) -> Draft {
    let mut members = key::public_members(secret(algorithm, 2).public());
    change(&mut members);
    let alg = mimicred_cose::AlgorithmId::for_key(algorithm).id();
    Draft::with(|draft| {
        draft.holder = algorithm;
        put(&mut draft.claims, 8, Value::Map(map(vec![(1, Value::Map(members))])));
        put(&mut draft.kbt_protected, 1, Value::Int(alg.into()));
    })
}

/// CWT-K-001: exactly one, in a map. What `cnf` has beside it and we do not know, is no key.
#[test]
fn cnf_names_one_key() {
    let ours = || Value::Map(key::public_members(holder_key().public()));
    let thumbprint = || bytes(&key::thumbprint_sha256(holder_key().public()));
    assert!(with_cnf(vec![(1, ours())]).verify().is_ok());
    assert!(with_cnf(vec![(1, ours()), (99, Value::Null)]).verify().is_ok());
    for members in [
        vec![],
        vec![(99, Value::Null)],
        vec![(2, Value::Null)],
        vec![(1, ours()), (2, Value::Null)],
        vec![(1, ours()), (3, bytes(b"kid"))],
        vec![(1, ours()), (5, thumbprint())],
        vec![(3, bytes(b"kid")), (5, thumbprint())],
        vec![(1, bytes(b"key"))],
    ] {
        assert_eq!(with_cnf(members.clone()).refused(), Code::Confirmation, "{members:?}");
        assert_eq!(with_cnf(members.clone()).accept().unwrap_err(), Code::Confirmation, "{members:?}");
    }
    for cnf in [Value::from("key"), Value::Null, array(vec![ours()])] {
        assert_eq!(Draft::with(|draft| put(&mut draft.claims, 8, cnf)).refused(), Code::Confirmation);
    }
}

/// CWT-V-006, CWT-I-015: it must be there.
#[test]
fn cnf_must_be_there() {
    let missing = Draft::with(|draft| take(&mut draft.claims, 8));
    assert_eq!(missing.refused(), Code::ClaimMissing);
    assert_eq!(missing.accept().unwrap_err(), Code::ClaimMissing);
}

/// CWT-K-002, CWT-I-015: nothing in `cnf` is redacted.
#[test]
fn cnf_is_not_redacted() {
    let redacted = |members: &mut Map<'static>| members.redacted.push(Digest::copied(&[7; 32]));
    let inside = Draft::with(|draft| {
        let mut members = map(vec![(1, Value::Map(key::public_members(holder_key().public())))]);
        redacted(&mut members);
        put(&mut draft.claims, 8, Value::Map(members));
    });
    assert_eq!(inside.refused(), Code::RedactionForbidden);
    assert_eq!(inside.accept().unwrap_err(), Code::RedactionForbidden);
    assert_eq!(cose_key(Algorithm::Ed25519, redacted).refused(), Code::RedactionForbidden);
    let element = array(vec![Value::Redacted(Digest::copied(&[7; 32]))]);
    assert_eq!(cose_key(Algorithm::Ed25519, |key| put(key, 4, element.clone())).refused(), Code::RedactionForbidden);
    // Nor behind a tag, in a member that nobody knows.
    let tagged = Value::Tag(4000, Box::new(element));
    assert_eq!(cose_key(Algorithm::Ed25519, |key| put(key, 99, tagged)).refused(), Code::RedactionForbidden);
}

/// CWT-K-003.
#[test]
fn cnf_has_no_private_part() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
        assert!(cose_key(algorithm, |_| {}).verify().is_ok());
        let d = bytes(&secret(algorithm, 2).octets());
        assert_eq!(cose_key(algorithm, |key| put(key, -4, d)).refused(), Code::Confirmation);
    }
}

/// CWT-K-004, trap 33: a key of a kind that can sign, and a point of its curve. X25519 is number 4, and Ed25519 number 6.
#[test]
fn the_key_can_verify_signatures() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384, Algorithm::P521] {
        assert!(cose_key(algorithm, |_| {}).verify().is_ok(), "{algorithm}");
    }
    let ed25519 = |label, value| cose_key(Algorithm::Ed25519, |key| put(key, label, value)).refused();
    assert_eq!(ed25519(-1, Value::Int(4)), Code::Confirmation, "X25519");
    assert_eq!(ed25519(-1, Value::Int(7)), Code::Confirmation, "Ed448, which we do not have");
    assert_eq!(ed25519(1, Value::Int(4)), Code::Confirmation, "symmetric");
    assert_eq!(ed25519(-2, bytes(&[7; 31])), Code::Confirmation, "x of 31 octets");
    assert_eq!(ed25519(-2, bytes(&[0; 32])), Code::Confirmation, "small order");
    let symmetric = map(vec![(1, Value::Int(4)), (-1, bytes(&[7; 32]))]);
    assert_eq!(with_cnf(vec![(1, Value::Map(symmetric))]).refused(), Code::Confirmation);
    let p256 = |label, value| cose_key(Algorithm::P256, |key| put(key, label, value)).refused();
    assert_eq!(p256(-3, bytes(&[7; 32])), Code::Confirmation, "off the curve");
    assert_eq!(p256(-2, bytes(&[7; 31])), Code::Confirmation, "x of 31 octets");
    assert_eq!(p256(-1, Value::Int(2)), Code::Confirmation, "another curve");
}

/// CWT-K-005, trap 29: what the key says of its use, the header may say in the other spelling of the same algorithm.
#[test]
fn the_key_is_for_the_kbts_algorithm() {
    let with_alg = |algorithm, key_alg, alg| {
        let mut draft = cose_key(algorithm, |key| put(key, 3, Value::Int(key_alg)));
        put(&mut draft.kbt_protected, 1, Value::Int(alg));
        draft.verify().err()
    };
    for (algorithm, new, old) in
        [(Algorithm::P256, -9, -7), (Algorithm::P384, -51, -35), (Algorithm::P521, -52, -36), (Algorithm::Ed25519, -19, -8)]
    {
        for (key_alg, alg) in [(new, new), (new, old), (old, new), (old, old)] {
            assert_eq!(with_alg(algorithm, key_alg, alg), None, "{algorithm}: {key_alg}, {alg}");
        }
    }
    assert_eq!(with_alg(Algorithm::P384, -51, -9), Some(Code::Confirmation));
    assert_eq!(with_alg(Algorithm::P256, -51, -9), Some(Code::Confirmation), "no algorithm of the key");
    let operations = |operations: &[i128]| array(operations.iter().map(|operation| Value::Int(*operation)).collect());
    let with_operations = |allowed: &[i128]| cose_key(Algorithm::P256, |key| put(key, 4, operations(allowed))).verify().err();
    assert_eq!(with_operations(&[2]), None);
    assert_eq!(with_operations(&[7, 2]), None);
    assert_eq!(with_operations(&[1]), Some(Code::Confirmation));
    assert_eq!(with_operations(&[]), Some(Code::Confirmation));
}

/// CWT-K-006: both forms of a point.
#[test]
fn a_point_may_be_compressed() {
    let y_of = |n| secret(Algorithm::P256, n).public().y().unwrap().last().unwrap() % 2 == 1;
    // One key whose y is even and one whose y is odd.
    let (even, odd) = ((1..).find(|n| !y_of(*n)).unwrap(), (1..).find(|n| y_of(*n)).unwrap());
    for (n, sign) in [(even, false), (odd, true)] {
        let compressed = |sign| {
            let mut members = key::public_members(secret(Algorithm::P256, n).public());
            put(&mut members, -3, Value::Bool(sign));
            let mut draft = cose_key(Algorithm::P256, |_| {});
            put(&mut draft.claims, 8, Value::Map(map(vec![(1, Value::Map(members))])));
            let octets = draft.presentation_signed_by(&mimicred_keys::IssuerKey::new(secret(Algorithm::P256, n)));
            verify(&octets, |_| {}).err()
        };
        assert_eq!(compressed(sign), None, "{sign}");
        assert_eq!(compressed(!sign), Some(Code::SignatureHolder), "the other point");
    }
    for missing in [Algorithm::P256, Algorithm::P384] {
        assert_eq!(cose_key(missing, |key| take(key, -3)).refused(), Code::Confirmation);
    }
}

/// CWT-P-009, CWT-K-016, trap 29: header and curve agree, in either spelling of the algorithm, in KBT and token.
#[test]
fn algorithms_are_bound_to_curves() {
    for (algorithm, right) in [
        (Algorithm::Ed25519, [-19, -8]),
        (Algorithm::P256, [-9, -7]),
        (Algorithm::P384, [-51, -35]),
        (Algorithm::P521, [-52, -36]),
    ] {
        for alg in [-19, -8, -9, -7, -51, -35, -52, -36] {
            let expected = if right.contains(&alg) { None } else { Some(Code::AlgUnsupported) };
            let mut bound = cose_key(algorithm, |_| {});
            put(&mut bound.kbt_protected, 1, Value::Int(alg));
            assert_eq!(bound.verify().err(), expected, "KBT {algorithm} {alg}");
            let issued = Draft::with(|draft| {
                draft.issuer = algorithm;
                put(&mut draft.protected, 1, Value::Int(alg));
            });
            assert_eq!(issued.verify_with(|_| {}).err(), expected, "SD-CWT {algorithm} {alg}");
        }
    }
    for alg in [0, 5, -37, 9999] {
        assert_eq!(Draft::with(|draft| put(&mut draft.kbt_protected, 1, Value::Int(alg))).refused(), Code::AlgUnsupported);
        assert_eq!(Draft::with(|draft| put(&mut draft.protected, 1, Value::Int(alg))).refused(), Code::AlgUnsupported);
    }
    for alg in [Value::from("EdDSA"), Value::Null] {
        assert_eq!(Draft::with(|draft| put(&mut draft.kbt_protected, 1, alg.clone())).refused(), Code::Header);
        assert_eq!(Draft::with(|draft| put(&mut draft.protected, 1, alg)).refused(), Code::Header);
    }
    // Only where it is protected.
    let of_token = Draft::with(|draft| {
        take(&mut draft.protected, 1);
        put(&mut draft.unprotected, 1, Value::Int(-19));
    });
    let of_kbt = Draft::with(|draft| {
        take(&mut draft.kbt_protected, 1);
        put(&mut draft.kbt_unprotected, 1, Value::Int(-19));
    });
    assert_eq!((of_token.refused(), of_kbt.refused()), (Code::Header, Code::Header));
}
