//! CWT-K: the confirmation key and the issuer's.

use mimicred_claims::Value;
use mimicred_cose::key;
use mimicred_keys::Algorithm;
use mimicred_sd_cwt::Code;

use crate::tokens::*;

fn with_cnf(members: Vec<(i128, Value<'static>)>) -> Draft {
    Draft::with(|draft| put(&mut draft.claims, 8, Value::Map(map(members))))
}

fn cose_key(change: impl FnOnce(&mut mimicred_claims::Map<'static>)) -> Draft {
    let mut members = key::public_members(holder_key().public());
    change(&mut members);
    with_cnf(vec![(1, Value::Map(members))])
}

/// CWT-K-001, CWT-K-008, CWT-K-014: one COSE_Key; nothing by which a key would have to be found.
#[test]
fn cnf_names_one_key() {
    let ours = || Value::Map(key::public_members(holder_key().public()));
    let thumbprint = bytes(&key::thumbprint_sha256(holder_key().public()));
    assert!(with_cnf(vec![(1, ours())]).verify().is_ok());
    for members in [
        vec![],
        vec![(2, Value::Null)],
        vec![(3, bytes(b"kid"))],
        vec![(5, thumbprint.clone())],
        vec![(1, ours()), (2, Value::Null)],
        vec![(1, ours()), (5, thumbprint.clone())],
        vec![(1, bytes(b"key"))],
    ] {
        assert_eq!(with_cnf(members.clone()).refused(), Code::Confirmation, "{members:?}");
    }
    assert_eq!(Draft::with(|draft| put(&mut draft.claims, 8, Value::from("key"))).refused(), Code::Confirmation);
    assert_eq!(Draft::with(|draft| take(&mut draft.claims, 8)).refused(), Code::ClaimMissing);

    // CWT-H-005, CWT-K-007: the Holder knows her own key by its thumbprint.
    assert!(with_cnf(vec![(5, thumbprint)]).accept().is_ok());
    for wrong in [bytes(&[7; 32]), bytes(&[7; 31]), Value::from("thumbprint")] {
        assert_eq!(with_cnf(vec![(5, wrong)]).accept().unwrap_err(), Code::Confirmation);
    }
    assert_eq!(accept(&Draft::new().token(), issuer_key().public()).unwrap_err(), Code::Confirmation);
}

/// CWT-K-002, CWT-I-015: nothing in cnf is redacted.
#[test]
fn cnf_is_not_redacted() {
    let inside = Draft::with(|draft| {
        let mut members = map(vec![(1, Value::Map(key::public_members(holder_key().public())))]);
        members.redacted.push(vec![0; 32].into());
        put(&mut draft.claims, 8, Value::Map(members));
    });
    assert_eq!(inside.refused(), Code::RedactionForbidden);
}

/// CWT-K-003 to CWT-K-006.
#[test]
fn the_key_can_verify_signatures() {
    assert!(cose_key(|_| {}).verify().is_ok());
    let d = Value::Bytes(vec![7; 32].into());
    assert_eq!(cose_key(|key| put(key, -4, d)).refused(), Code::Confirmation);
    assert_eq!(cose_key(|key| put(key, -1, Value::Int(4))).refused(), Code::Confirmation, "X25519");
    assert_eq!(cose_key(|key| put(key, 1, Value::Int(4))).refused(), Code::Confirmation, "symmetric");
    assert_eq!(cose_key(|key| put(key, -2, bytes(&[7; 31]))).refused(), Code::Confirmation, "x of 31 octets");
    assert_eq!(cose_key(|key| put(key, -2, bytes(&[0; 32]))).refused(), Code::Confirmation, "small order");
    let operations = |operation| array(vec![Value::Int(operation)]);
    assert!(cose_key(|key| put(key, 4, operations(2))).verify().is_ok());
    assert_eq!(cose_key(|key| put(key, 4, operations(1))).refused(), Code::Confirmation);
}

fn bound_to(algorithm: Algorithm, alg: i128) -> Draft {
    Draft::with(|draft| {
        draft.holder = algorithm;
        put(&mut draft.claims, 8, cnf(secret(algorithm, 2).public()));
        put(&mut draft.kbt_protected, 1, Value::Int(alg));
    })
}

/// CWT-P-009, CWT-K-005, CWT-K-016: header and curve agree, in either spelling of the algorithm.
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
            assert_eq!(bound_to(algorithm, alg).verify().err(), expected, "KBT {algorithm} {alg}");
            let issued = Draft::with(|draft| {
                draft.issuer = algorithm;
                put(&mut draft.protected, 1, Value::Int(alg));
            });
            assert_eq!(issued.verify_with(|_| {}).err(), expected, "SD-CWT {algorithm} {alg}");
        }
    }
    for alg in [0, 5, -37, 9999] {
        assert_eq!(bound_to(Algorithm::P256, alg).refused(), Code::AlgUnsupported);
    }
    assert_eq!(Draft::with(|draft| put(&mut draft.kbt_protected, 1, Value::from("EdDSA"))).refused(), Code::Header);
    assert_eq!(Draft::with(|draft| take(&mut draft.protected, 1)).refused(), Code::Header);

    // A key that says -7 goes with a header that says -9; a key for ESP384 does not.
    let with_key_alg = |algorithm, key_alg, alg| {
        let mut draft = bound_to(algorithm, alg);
        let mut members = key::public_members(secret(algorithm, 2).public());
        put(&mut members, 3, Value::Int(key_alg));
        put(&mut draft.claims, 8, Value::Map(map(vec![(1, Value::Map(members))])));
        draft.verify().err()
    };
    assert_eq!(with_key_alg(Algorithm::P256, -7, -9), None);
    assert_eq!(with_key_alg(Algorithm::P384, -51, -35), None);
    assert_eq!(with_key_alg(Algorithm::P384, -51, -9), Some(Code::Confirmation));
}

/// CWT-V-003, CWT-K-015, CWT-H-001: who the issuer is, is the Verifier's to say.
#[test]
fn issuers_are_trusted_by_name_and_key() {
    let octets = Draft::new().presentation();
    let (ours, other) = (issuer_key(), mimicred_keys::IssuerKey::new(secret(Algorithm::Ed25519, 9)));
    let code = |issuers: &[mimicred_sd_cwt::TrustedIssuer]| verify_among(&octets, issuers, |_| {}).map(drop);
    assert_eq!(code(&[]), Err(Code::IssuerUntrusted));
    assert_eq!(code(&[trusted("https://b.example", ours.public())]), Err(Code::IssuerUntrusted));
    assert_eq!(code(&[trusted(ISSUER, other.public())]), Err(Code::SignatureIssuer));
    // Trusted issuer B signed, and the token says A.
    assert_eq!(code(&[trusted(ISSUER, other.public()), trusted("https://b.example", ours.public())]), Err(Code::IssuerUntrusted));
    // Several keys of one issuer.
    assert_eq!(code(&[trusted(ISSUER, other.public()), trusted(ISSUER, ours.public())]), Ok(()));
    // A key identifier changes nothing.
    let draft = Draft::with(|draft| put(&mut draft.protected, 4, bytes(b"https://attacker.example/key")));
    assert!(draft.verify().is_ok());
    // CWT-V-030.
    assert_eq!(Draft::with(|draft| take(&mut draft.claims, 1)).refused(), Code::ClaimMissing);
}
