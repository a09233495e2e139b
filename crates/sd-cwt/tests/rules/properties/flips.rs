//! Every bit counts.

use mimicred_cose::cbor::Limits;
use mimicred_cose::sign1::{CwtTag, Sign1};
use mimicred_keys::Algorithm;
use mimicred_sd_cwt::Code;

use super::full::{issued, presented};
use crate::tokens::*;

/// Where `part` is in `whole`.
fn place(whole: &[u8], part: &[u8]) -> std::ops::Range<usize> {
    let start = whole.windows(part.len()).position(|window| window == part).unwrap();
    start..start + part.len()
}

/// The octets, once for each bit of this range, with that bit changed.
fn flipped(octets: &[u8], range: std::ops::Range<usize>) -> impl Iterator<Item = (usize, Vec<u8>)> {
    let bits = range.flat_map(|at| (0..8).map(move |bit| (at, bit)));
    bits.map(|(at, bit)| {
        let mut changed = octets.to_vec();
        changed[at] ^= 1 << bit;
        (at, changed)
    })
}

/// A whole KBT, one bit at a time, by these keys.
fn every_bit_of_a_kbt(algorithm: Algorithm) {
    let draft = presented(algorithm, algorithm);
    let issuers = [trusted(ISSUER, secret(algorithm, 1).public())];
    let presentation = draft.presentation();
    let signature = place(&presentation, Sign1::parse(&presentation, CwtTag::Refused, &Limits::DEFAULT).unwrap().signature());
    assert!(verify_among(&presentation, &issuers, |_| {}).is_ok());
    for (at, changed) in flipped(&presentation, 0..presentation.len()) {
        let code = verify_among(&changed, &issuers, |_| {}).expect_err("every bit is signed");
        if signature.contains(&at) {
            assert_eq!(code, Code::SignatureHolder, "octet {at}");
        }
    }
}

/// CWT-V-002, CWT-V-007: no bit of a KBT can be changed.
#[test]
fn every_bit_of_a_kbt_by_ed25519() {
    every_bit_of_a_kbt(Algorithm::Ed25519);
}

/// CWT-V-002, CWT-V-007: no bit of a KBT can be changed.
#[test]
fn every_bit_of_a_kbt_by_p256() {
    every_bit_of_a_kbt(Algorithm::P256);
}

/// CWT-V-002, CWT-H-001: nor, with the Holder's help, any bit that the Issuer signed; what is still a token has a broken signature.
#[test]
fn every_bit_that_the_issuer_signed() {
    let draft = issued(Algorithm::Ed25519, Algorithm::Ed25519);
    let token = draft.token();
    let message = Sign1::parse(&token, CwtTag::Refused, &Limits::DEFAULT).unwrap();
    let mut broken = 0;
    for part in [message.protected(), message.payload(), message.signature()] {
        for (at, changed) in flipped(&token, place(&token, part)) {
            let held = accept(&changed, holder_key().public()).map(drop).unwrap_err();
            let mut changed_draft = draft.clone();
            changed_draft.raw.kcwt = Some(changed);
            let code = changed_draft.refused();
            assert_eq!(code, held, "octet {at}: Holder and Verifier agree");
            let is_early = matches!(
                code,
                Code::CborMalformed
                    | Code::CborForbidden
                    | Code::Structure
                    | Code::Header
                    | Code::TypeMismatch
                    | Code::AlgUnsupported
                    | Code::IssuerUntrusted
                    | Code::ClaimMissing
                    | Code::ClaimType
                    | Code::Limit
            );
            assert!(is_early || code == Code::SignatureIssuer, "octet {at}: {code:?}");
            if part == message.signature() {
                assert_eq!(code, Code::SignatureIssuer, "octet {at} of the signature");
            }
            broken += usize::from(code == Code::SignatureIssuer);
        }
    }
    assert!(broken > 1000, "{broken} broken signatures");
}

/// CWT-V-014, CWT-P-002: nor any bit of a disclosure.
#[test]
fn every_bit_of_the_disclosures() {
    let draft = issued(Algorithm::Ed25519, Algorithm::Ed25519);
    assert!(draft.verify().is_ok() && draft.accept().is_ok());
    for n in 0..draft.disclosures.len() {
        for (at, changed) in flipped(&draft.disclosures[n], 0..draft.disclosures[n].len()) {
            let mut changed_draft = draft.clone();
            changed_draft.disclosures[n] = changed;
            assert!(changed_draft.verify().is_err(), "octet {at} of disclosure {n}");
            assert!(changed_draft.accept().is_err(), "octet {at} of disclosure {n}, for the Holder");
        }
    }
}
