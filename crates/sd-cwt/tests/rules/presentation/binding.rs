//! What the Holder says in a KBT beside audience and nonce, and that she looks at it before she signs.

use mimicred_claims::{Digest, Key, Map, Selection, Value};
use mimicred_sd_cwt::{
    Binding, BindingClaims, ClientNonce, Code, Held, KeyBinding, Nonce, Recipients, TypeRule, UnverifiedPresentation, VctRule,
};

use super::BINDING;
use crate::judging::*;
use crate::tokens::*;

fn make(claims: &BindingClaims<'_>) -> Result<Vec<u8>, Code> {
    make_of(&Draft::new().accept().unwrap(), &BINDING, claims)
}

fn make_of(held: &Held, binding: &Binding<'_>, claims: &BindingClaims<'_>) -> Result<Vec<u8>, Code> {
    let prepared = held.prepare_with(&Selection::None, binding, claims).map_err(|error| error.code())?;
    Ok(prepared.sign(&holder_key()).unwrap().into_bytes())
}

/// CWT-P-012, CWT-P-013, CWT-T-004: `iat`, or `cti`, or both; and neither is refused.
#[test]
fn a_kbt_is_dated_or_named() {
    let ageless = |octets: &[u8]| {
        let issuers = [trusted(ISSUER, issuer_key().public())];
        let mut expected = usual(&issuers);
        expected.key_binding = KeyBinding::Required { audience: AUDIENCE, nonce: Nonce::Exactly(NONCE), max_age: None };
        let verified = UnverifiedPresentation::parse(octets).unwrap().verify(&expected).unwrap();
        (verified.issued_at(), verified.binding_cti().map(<[u8]>::to_vec))
    };
    let dated = make(&BindingClaims::new()).unwrap();
    let both = make(&BindingClaims::new().with_cti(b"one")).unwrap();
    let named = make(&BindingClaims::new().with_cti(b"two").without_iat()).unwrap();
    assert_eq!(ageless(&dated), (Some(900), None));
    assert_eq!(ageless(&both), (Some(900), Some(b"one".to_vec())));
    assert_eq!(ageless(&named), (None, Some(b"two".to_vec())));
    assert_ne!(dated, both);
    assert_eq!(make(&BindingClaims::new().without_iat()), Err(Code::ClaimMissing));
    // Whoever limits the age wants to know it.
    assert_eq!(verify(&named, |_| {}).unwrap_err(), Code::ClaimMissing);
}

/// CWT-P-014, CWT-T-005: `exp` and `nbf` belong to `iat`.
#[test]
fn exp_and_nbf_need_iat() {
    let claims = BindingClaims::new;
    let verified = verify(&make(&claims().with_exp(1500).with_nbf(800)).unwrap(), |_| {});
    assert!(verified.is_ok());
    let ends = make(&claims().with_exp(950)).unwrap();
    assert_eq!(verify(&ends, |_| {}).unwrap_err(), Code::Time, "it is 1000");
    assert_eq!(make(&claims().with_cti(b"x").without_iat().with_exp(1500)), Err(Code::Time));
    assert_eq!(make(&claims().with_cti(b"x").without_iat().with_nbf(800)), Err(Code::Time));
}

/// CWT-P-015: the KBT is never valid when the token is not: 500 to 2000, issued at 600.
#[test]
fn a_kbt_does_not_outlive_its_token() {
    let held = Draft::new().accept().unwrap();
    let at = |issued_at, claims: BindingClaims<'_>| {
        let binding = Binding { issued_at, ..BINDING };
        held.prepare_with(&Selection::None, &binding, &claims).map(drop).map_err(|error| error.code())
    };
    let none = BindingClaims::new;
    for (issued_at, expected) in [(599, Err(Code::Time)), (600, Ok(())), (1999, Ok(())), (2000, Err(Code::Time))] {
        assert_eq!(at(issued_at, none()), expected, "{issued_at}");
    }
    assert_eq!(at(900, none().with_exp(2000)), Ok(()));
    assert_eq!(at(900, none().with_exp(2001)), Err(Code::Time));
    assert_eq!(at(900, none().with_nbf(500)), Ok(()));
    assert_eq!(at(900, none().with_nbf(499)), Err(Code::Time));
    assert_eq!(at(900, none().with_nbf(901)), Err(Code::Time));
}

/// CWT-P-016: the Verifier's nonce is copied as it came, whatever it is.
#[test]
fn any_octets_may_be_the_nonce() {
    let held = Draft::new().accept().unwrap();
    for nonce in [&b""[..], &[0], &[0xff; 100], b"\xc3\x28"] {
        let octets = make_of(&held, &Binding { nonce: Some(nonce), ..BINDING }, &BindingClaims::new()).unwrap();
        let exactly = KeyBinding::Required { audience: AUDIENCE, nonce: Nonce::Exactly(nonce), max_age: None };
        let issuers = [trusted(ISSUER, issuer_key().public())];
        let expected = mimicred_sd_cwt::Expectations { key_binding: exactly, ..usual(&issuers) };
        assert!(verify_expecting(&octets, &expected, |presentation| presentation).is_ok());
    }
    let long = [0; 2049];
    assert_eq!(make_of(&held, &Binding { nonce: Some(&long), ..BINDING }, &BindingClaims::new()), Err(Code::Limit));
    assert_eq!(make(&BindingClaims::new().with_cti(&long)), Err(Code::Limit));
    let audience = "x".repeat(2049);
    assert_eq!(make_of(&held, &Binding { audience: &audience, ..BINDING }, &BindingClaims::new()), Err(Code::Limit));
}

/// CWT-P-021: other claims are welcome, and the last word on one counts.
#[test]
fn a_kbt_may_say_more() {
    let claims =
        BindingClaims::new().with_claim(Key::Int(7000), Value::from("less")).with_claim(Key::Int(7000), Value::from("more"));
    let octets = make(&claims).unwrap();
    assert!(verify(&octets, |_| {}).is_ok());
    let inspection = UnverifiedPresentation::parse(&octets).unwrap().inspect().unwrap();
    assert_eq!(inspection.key_binding.unwrap().claims.int(7000), Some(&Value::from("more")));
}

/// CWT-P-023, CWT-P-010, CWT-P-018: what a Verifier would refuse is not even signed.
#[test]
fn the_holder_looks_at_what_she_makes() {
    let with = |key: Key<'static>, value: Value<'static>| make(&BindingClaims::new().with_claim(key, value)).map(drop);
    let mut redacted = Map::new();
    redacted.redacted.push(Digest::copied(&[7; 32]));
    for (key, value, code) in [
        (Key::Int(1), Value::from(ISSUER), Code::ClaimForbidden),
        (Key::Int(2), Value::from("subject"), Code::ClaimForbidden),
        (Key::Int(3), Value::from("another"), Code::ClaimForbidden),
        (Key::Int(6), Value::Int(950), Code::ClaimForbidden),
        (Key::Int(39), bytes(b"another"), Code::ClaimForbidden),
        (Key::Int(7), Value::from("text"), Code::ClaimType),
        (Key::Int(4), Value::from("soon"), Code::ClaimType),
        (Key::Int(7000), Value::Map(redacted), Code::CborForbidden),
        (Key::Int(7000), Value::Tag(58, Box::new(Value::Null)), Code::CborForbidden),
        (Key::from(""), Value::Null, Code::CborForbidden),
    ] {
        assert_eq!(with(key.clone(), value), Err(code), "{key}");
    }
    assert_eq!(with(Key::Int(7000), Value::Null), Ok(()));
}

/// CWT-P-022, trap 11: a nonce between Holder and Issuer is for no third party, unless she says so; a Verifier who gets it does not
/// mind.
#[test]
fn a_token_with_a_nonce_is_not_for_third_parties() {
    let token = Draft::with(|draft| put(&mut draft.claims, 39, bytes(b"given"))).token();
    let given = [ClientNonce { issuer: ISSUER, nonce: b"given", fresh_until: NOW }];
    let held = accept_as(&token, |token| token.with_client_nonces(&given)).unwrap();
    let none = BindingClaims::new();
    assert_eq!(make_of(&held, &BINDING, &none), Err(Code::Nonce));
    let to_issuer = make_of(&held, &Binding { audience: ISSUER, ..BINDING }, &none);
    assert!(to_issuer.is_ok(), "the two-party case");
    let overridden = make_of(&held.clone().with_recipients(Recipients::Anyone), &BINDING, &none).unwrap();
    // The Verifier's nonce is that of the KBT; the one in the token is a claim like any other.
    assert_eq!(verify(&overridden, |_| {}).unwrap().int(39), Some(&bytes(b"given")));
    assert_eq!(make_of(&held.with_recipients(Recipients::IssuerOnly), &BINDING, &none), Err(Code::Nonce));
}

/// Whoever accepted a token under a rule presents it under that rule (CWT-P-023).
#[test]
fn a_rule_goes_with_the_token() {
    let token = Draft::with(|draft| {
        put(&mut draft.protected, 16, Value::from("application/a+sd-cwt"));
        put(&mut draft.claims, 11, bytes(b"vct"));
    })
    .token();
    let rule = TypeRule::Exactly("application/a+sd-cwt".to_owned());
    let held = accept_as(&token, |token| token.with_type_rule(rule.clone()).with_vct_rule(VctRule::ByteStringToo)).unwrap();
    let octets = make_of(&held, &BINDING, &BindingClaims::new()).unwrap();
    assert!(verify_as(&octets, |presentation| presentation.with_type_rule(rule).with_vct_rule(VctRule::ByteStringToo)).is_ok());
}
