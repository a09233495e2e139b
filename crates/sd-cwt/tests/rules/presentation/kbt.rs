//! CWT-P-007 to CWT-P-018 and CWT-V-008 to CWT-V-012: what a Verifier wants of a KBT, however it was made.

use mimicred_claims::{Digest, Map, Value};
use mimicred_sd_cwt::{Code, Expectations, KeyBinding, Nonce};

use crate::tokens::*;

fn kbt(change: impl FnOnce(&mut Map<'static>)) -> Draft {
    Draft::with(|draft| change(&mut draft.kbt_claims))
}

fn texts(texts: &[&'static str]) -> Value<'static> {
    array(texts.iter().map(|text| Value::from(*text)).collect())
}

fn with_nonce(nonce: Nonce<'static>) -> impl FnOnce(&mut Expectations<'_>) {
    move |expected| expected.key_binding = KeyBinding::Required { audience: AUDIENCE, nonce, max_age: None }
}

/// CWT-P-010, CWT-V-032: the issuer and the subject are those of the token.
#[test]
fn a_kbt_has_neither_iss_nor_sub() {
    assert!(Draft::new().verify().is_ok());
    assert_eq!(kbt(|claims| put(claims, 1, Value::from(ISSUER))).refused(), Code::ClaimForbidden);
    assert_eq!(kbt(|claims| put(claims, 2, Value::from("subject"))).refused(), Code::ClaimForbidden);
}

/// CWT-P-011, CWT-V-032.
#[test]
fn a_kbt_names_its_verifier() {
    assert_eq!(kbt(|claims| take(claims, 3)).refused(), Code::ClaimMissing);
    for bad in [Value::Int(5), bytes(AUDIENCE.as_bytes()), array(vec![]), array(vec![Value::from(AUDIENCE), Value::Int(5)])] {
        assert_eq!(kbt(|claims| put(claims, 3, bad)).refused(), Code::ClaimType);
    }
}

/// CWT-P-012, CWT-P-013, CWT-P-014, CWT-V-032, CWT-T-004, CWT-T-005: `iat`, or `cti`, or both; without `iat` no other date.
#[test]
fn a_kbt_has_iat_or_cti() {
    let ageless = |draft: Draft| draft.verify_with(with_nonce(Nonce::Exactly(NONCE))).map(drop);
    let by_cti = |change: fn(&mut Map<'static>)| {
        kbt(|claims| {
            take(claims, 6);
            put(claims, 7, bytes(b"cti"));
            change(claims);
        })
    };
    assert_eq!(ageless(Draft::new()), Ok(()));
    assert_eq!(ageless(kbt(|claims| put(claims, 7, bytes(b"cti")))), Ok(()));
    assert_eq!(ageless(by_cti(|_| {})), Ok(()));
    assert_eq!(ageless(kbt(|claims| take(claims, 6))), Err(Code::ClaimMissing));
    assert_eq!(ageless(kbt(|claims| put(claims, 7, Value::from("cti")))), Err(Code::ClaimType));
    assert_eq!(ageless(by_cti(|claims| put(claims, 7, Value::Int(7)))), Err(Code::ClaimType));
    assert_eq!(ageless(by_cti(|claims| put(claims, 4, Value::Int(1500)))), Err(Code::Time));
    assert_eq!(ageless(by_cti(|claims| put(claims, 5, Value::Int(600)))), Err(Code::Time));
    assert_eq!(ageless(kbt(|claims| put(claims, 6, Value::from("900")))), Err(Code::ClaimType));
}

/// CWT-P-016: opaque octets, empty ones too.
#[test]
fn a_nonce_is_a_byte_string() {
    // Longer than any Holder here would sign, too.
    for good in [bytes(b""), bytes(&[0xff; 2049])] {
        assert!(kbt(|claims| put(claims, 39, good)).verify_with(with_nonce(Nonce::Any)).is_ok());
    }
    for bad in [Value::from("nonce"), Value::Int(1), Value::Null] {
        assert_eq!(kbt(|claims| put(claims, 39, bad)).verify_with(with_nonce(Nonce::Any)).unwrap_err(), Code::ClaimType);
    }
}

/// CWT-P-017, CWT-V-032: in neither header, with claims or without.
#[test]
fn a_kbt_has_no_cwt_claims_header() {
    for claims in [Map::new(), map(vec![(500, Value::Null)])] {
        let claims = Value::Map(claims);
        assert_eq!(Draft::with(|draft| put(&mut draft.kbt_protected, 15, claims.clone())).refused(), Code::Header);
        assert_eq!(Draft::with(|draft| put(&mut draft.kbt_unprotected, 15, claims)).refused(), Code::Header);
    }
}

/// CWT-P-018: in its claims and in both headers.
#[test]
fn a_kbt_has_no_marks_of_redaction() {
    let redacted = || {
        let mut map = Map::new();
        map.redacted.push(Digest::copied(&[7; 32]));
        Value::Map(map)
    };
    let element = || array(vec![Value::Redacted(Digest::copied(&[7; 32]))]);
    let tag = |tag| Value::Tag(tag, Box::new(Value::Int(1)));
    for mark in [redacted(), element(), tag(58), tag(62)] {
        assert_eq!(kbt(|claims| put(claims, 7000, mark.clone())).refused(), Code::CborForbidden);
        assert_eq!(Draft::with(|draft| put(&mut draft.kbt_protected, -65600, mark.clone())).refused(), Code::CborForbidden);
        assert_eq!(Draft::with(|draft| put(&mut draft.kbt_unprotected, -65600, mark)).refused(), Code::CborForbidden);
    }
    assert_eq!(kbt(|claims| claims.redacted.push(Digest::copied(&[7; 32]))).refused(), Code::CborForbidden);
}

/// CWT-P-021.
#[test]
fn a_kbt_may_have_other_claims() {
    assert!(kbt(|claims| put(claims, 7000, Value::from("more"))).verify().is_ok());
}

/// CWT-V-011, CWT-P-020, trap 14: one text, or an array of nothing but it. Another recipient besides could reuse it.
#[test]
fn the_kbt_is_for_this_verifier() {
    assert!(kbt(|claims| put(claims, 3, texts(&[AUDIENCE]))).verify().is_ok());
    for other in [
        Value::from("mimi://hub.example/r/other"),
        Value::from("MIMI://hub.example/r/r"),
        texts(&["mimi://hub.example/r/other"]),
        texts(&[AUDIENCE, "mimi://hub.example/r/other"]),
    ] {
        assert_eq!(kbt(|claims| put(claims, 3, other)).refused(), Code::Audience);
    }
}

/// CWT-V-012, trap 14: the token may be for a federation that the Verifier belongs to, beside others; the two audiences differ.
#[test]
fn the_token_is_for_this_verifier_too() {
    let token = |aud: Value<'static>| Draft::with(|draft| put(&mut draft.claims, 3, aud));
    let ours = |expected: &mut Expectations<'_>| expected.audience_of_token = Some("federation");
    assert!(token(Value::from("federation")).verify_with(ours).is_ok());
    assert!(token(texts(&["other", "federation"])).verify_with(ours).is_ok());
    assert!(Draft::new().verify_with(ours).is_ok(), "for everybody");
    for other in ["other", "Federation", "federation/"] {
        assert_eq!(token(Value::from(other)).verify_with(ours).unwrap_err(), Code::Audience, "{other}");
    }
    assert_eq!(token(texts(&["other"])).verify_with(ours).unwrap_err(), Code::Audience);
    for bad in [Value::Int(1), array(vec![]), array(vec![Value::Null])] {
        assert_eq!(token(bad).verify_with(ours).unwrap_err(), Code::ClaimType);
    }
    // Who is nobody to the Issuer gets none that is for somebody.
    assert_eq!(token(Value::from("federation")).refused(), Code::Audience);
    assert_eq!(token(Value::from(AUDIENCE)).refused(), Code::Audience);
}

/// CWT-V-008, CWT-V-009, trap 12: three policies.
#[test]
fn nonces() {
    let none = kbt(|claims| take(claims, 39));
    let empty = kbt(|claims| put(claims, 39, bytes(b"")));
    for (draft, nonce, expected) in [
        (&Draft::new(), Nonce::Exactly(NONCE), None),
        (&Draft::new(), Nonce::Exactly(b"another"), Some(Code::Nonce)),
        (&Draft::new(), Nonce::Any, None),
        (&Draft::new(), Nonce::Forbidden, Some(Code::Nonce)),
        (&none, Nonce::Exactly(NONCE), Some(Code::Nonce)),
        (&none, Nonce::Exactly(b""), Some(Code::Nonce)),
        (&none, Nonce::Any, None),
        (&none, Nonce::Forbidden, None),
        (&empty, Nonce::Exactly(b""), None),
        (&empty, Nonce::Forbidden, Some(Code::Nonce)),
    ] {
        assert_eq!(draft.verify_with(with_nonce(nonce)).err(), expected, "{nonce:?}");
    }
}

/// Trap 11: a nonce in the token is not the Verifier's, who neither checks nor refuses it.
#[test]
fn the_nonce_of_the_token_is_not_the_verifiers() {
    let both = Draft::with(|draft| put(&mut draft.claims, 39, bytes(b"of the issuer")));
    assert!(both.verify().is_ok());
    let only_inside = Draft::with(|draft| {
        put(&mut draft.claims, 39, bytes(NONCE));
        take(&mut draft.kbt_claims, 39);
    });
    assert_eq!(only_inside.refused(), Code::Nonce);
    assert!(only_inside.verify_with(with_nonce(Nonce::Forbidden)).is_ok());
}
