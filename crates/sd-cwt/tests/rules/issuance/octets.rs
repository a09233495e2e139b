//! The octets that come out, and what is never printed.

use mimicred_claims::{Key, Map, Redaction, RedactionPlan};
use mimicred_cose::cbor::{self, Reader};
use mimicred_keys::{Algorithm, HashAlgorithm, IssuerKey};
use mimicred_sd_cwt::{Code, Error, Issuance, SaltSource, Salted};

use super::*;

/// CWT-E-031, CWT-I-031: the same input gives the same octets, whatever its order; with redactions but for the order of the
/// disclosures, which may be any (CWT-I-032).
#[test]
fn issuing_is_reproducible() {
    let reversed = || {
        let mut reversed = claims().into_entries();
        reversed.reverse();
        Map::from_entries(reversed).unwrap()
    };
    let none = RedactionPlan::new(Redaction::None);
    assert_eq!(issue(claims(), &none).unwrap(), issue(reversed(), &none).unwrap());

    struct ByKey;
    impl SaltSource for ByKey {
        fn salt(&mut self, salted: &Salted<'_>) -> Result<[u8; 16], Error> {
            let Salted::Claim(Key::Int(key), _) = salted else { unreachable!() };
            Ok(key.to_be_bytes())
        }
    }
    let plan = plan(&["2", "500", "502", "503"]);
    let issue = |claims| {
        let holder = holder_key();
        let issuance = Issuance::new(claims, holder.public(), &plan);
        issuer().prepare_with_salts(issuance, &mut ByKey).unwrap().sign(&issuer_key()).unwrap()
    };
    let (one, other) = (issue(claims()), issue(reversed()));
    assert_eq!(sign1(&one).payload(), sign1(&other).payload());
    assert_eq!(sign1(&one).signature(), sign1(&other).signature());
    let (mut one, mut other) = (disclosures(&one), disclosures(&other));
    one.sort();
    other.sort();
    assert_eq!(one, other);
}

/// CWT-E-001: no indefinite length anywhere, the inside of byte strings included. `skip` refuses them.
#[test]
fn lengths_are_definite() {
    let token = issue(claims(), &RedactionPlan::new(Redaction::All).with_min_digests(12)).unwrap();
    let is_definite =
        |octets: &[u8]| Reader::new(octets, &cbor::Limits::DEFAULT).unwrap().skip().is_ok_and(|item| item == octets);
    let sign1 = sign1(&token);
    assert!(is_definite(token.as_bytes()) && is_definite(sign1.protected()) && is_definite(sign1.payload()));
    assert!(disclosures(&token).iter().all(|content| is_definite(content)));
    assert!(!is_definite(&hex("9fff")) && !is_definite(&hex("a1015f4101ff")));
}

#[test]
fn another_key_does_not_sign() {
    let prepare = || issuer().prepare(claims(), holder_key().public(), &plan(&[]), &mut Counting(0)).unwrap();
    let other = IssuerKey::new(secret(Algorithm::Ed25519, 9));
    assert_eq!(prepare().sign(&other).unwrap_err().code(), Code::KeyMismatch);
    let signature = other.sign(prepare().to_be_signed()).unwrap();
    assert_eq!(prepare().finish(signature.as_bytes()).unwrap_err().code(), Code::SignatureIssuer);
    let signature = issuer_key().sign(prepare().to_be_signed()).unwrap();
    assert!(prepare().finish(signature.as_bytes()).is_ok());
}

/// What is to be hidden is in no log.
#[test]
fn nothing_secret_is_printed() {
    let (claims, plan) = (claims(), plan(&["500"]));
    let holder = holder_key();
    let issuance = Issuance::new(claims, holder.public(), &plan);
    let issuer = issuer().with_kid(*b"kid").with_hash(HashAlgorithm::Sha512);
    assert!(!format!("{issuance:?}").contains("subject"));
    assert!(format!("{issuer:?}").contains("Sha512"));
    let prepared = issuer.prepare_issuance(issuance, &mut Constant).unwrap();
    assert!(!format!("{prepared:?}").contains("7, 7, 7"));
}
