//! CWT-Y: types, and claims of a registered type.

use mimicred_claims::Value;
use mimicred_sd_cwt::{Code, TypeRule, UnverifiedPresentation, UnverifiedSdCwt};

use crate::tokens::*;

/// CWT-Y-001, CWT-Y-004, CWT-Y-005, CWT-H-017.
#[test]
fn the_type_of_an_sd_cwt() {
    for typ in [Value::Int(293), Value::from("application/sd-cwt"), Value::from("Application/SD-CWT")] {
        let draft = Draft::with(|draft| put(&mut draft.protected, 16, typ));
        assert!(draft.verify().is_ok() && draft.accept().is_ok());
    }
    for typ in [
        Value::Int(294),
        Value::Int(61),
        Value::from("application/cwt"),
        Value::from("sd-cwt"),
        Value::from("application/sd+cwt"),
        Value::from("application/sd-cwt; v=1"),
        Value::from("application/example+sd-cwt"),
        bytes(b"application/sd-cwt"),
    ] {
        let draft = Draft::with(|draft| put(&mut draft.protected, 16, typ.clone()));
        assert_eq!(draft.refused(), Code::TypeMismatch, "{typ:?}");
        assert_eq!(draft.accept().unwrap_err(), Code::TypeMismatch, "{typ:?}");
    }
    let without = |change: fn(&mut Draft)| {
        Draft::with(|draft| {
            take(&mut draft.protected, 16);
            change(draft);
        })
    };
    assert_eq!(without(|_| {}).refused(), Code::TypeMismatch);
    assert_eq!(without(|draft| put(&mut draft.unprotected, 16, Value::Int(293))).refused(), Code::TypeMismatch);
    assert_eq!(without(|draft| put(&mut draft.protected, 3, Value::Int(293))).refused(), Code::TypeMismatch);
}

/// CWT-Y-003, CWT-Y-006: a specific type is known to whoever asks for it, and is an SD-CWT with all its rules.
#[test]
fn a_specific_type_must_be_known() {
    let typ = "application/example+sd-cwt";
    let mut draft = Draft::with(|draft| put(&mut draft.protected, 16, Value::from(typ)));
    let code = |draft: &Draft, known: &str| {
        let octets = draft.token();
        let token = UnverifiedSdCwt::parse(&octets).unwrap().with_type_rule(TypeRule::Exactly(known.to_owned()));
        let issuers = [trusted(ISSUER, issuer_key().public())];
        let clock = mimicred_claims::Clock { now: NOW, leeway: 0 };
        let holder = holder_key();
        let expected = mimicred_sd_cwt::AcceptExpectations { issuers: &issuers, confirmation_key: holder.public(), clock };
        token.accept(&expected).map(drop).map_err(|error| error.code())
    };
    assert_eq!(code(&draft, typ), Ok(()));
    assert_eq!(code(&draft, "application/EXAMPLE+sd-cwt"), Ok(()));
    assert_eq!(code(&draft, "application/other+sd-cwt"), Err(Code::TypeMismatch));
    assert_eq!(code(&Draft::new(), typ), Err(Code::TypeMismatch));
    take(&mut draft.claims, 8);
    assert_eq!(code(&draft, typ), Err(Code::ClaimMissing));
    let octets = draft.presentation();
    assert!(UnverifiedPresentation::parse(&octets).unwrap().with_type_rule(TypeRule::default()).issuer().is_some());
}

/// CWT-Y-002, CWT-P-007.
#[test]
fn the_type_of_a_kbt() {
    for typ in [Value::Int(294), Value::from("application/kb+cwt")] {
        assert!(Draft::with(|draft| put(&mut draft.kbt_protected, 16, typ)).verify().is_ok());
    }
    for typ in [Value::Int(293), Value::from("kb+cwt"), Value::from("application/sd-kbt"), Value::Null] {
        assert_eq!(Draft::with(|draft| put(&mut draft.kbt_protected, 16, typ)).refused(), Code::TypeMismatch);
    }
    let unprotected = Draft::with(|draft| {
        take(&mut draft.kbt_protected, 16);
        put(&mut draft.kbt_unprotected, 16, Value::Int(294));
    });
    assert_eq!(unprotected.refused(), Code::TypeMismatch);
    assert_eq!(Draft::with(|draft| take(&mut draft.kbt_protected, 16)).refused(), Code::TypeMismatch);
}

/// CWT-Y-011, CWT-P-001: the wrong way round.
#[test]
fn token_and_kbt_are_not_exchanged() {
    let nested = Draft::with(|draft| draft.raw.kcwt = Some(Draft::new().presentation()));
    assert_eq!(nested.refused(), Code::TypeMismatch);
    assert_eq!(verify(&Draft::new().token(), |_| {}).unwrap_err(), Code::TypeMismatch);
    assert_eq!(accept(&Draft::new().presentation(), holder_key().public()).unwrap_err(), Code::TypeMismatch);
}

/// CWT-Y-008, CWT-Y-010, CWT-Y-012, CWT-V-024, in clear and by disclosure.
#[test]
fn registered_claims_have_their_types() {
    for (key, bad) in [
        (2, Value::Int(5)),
        (7, Value::from("cti")),
        (11, Value::Int(65536)),
        (11, Value::Int(-1)),
        (11, Value::Float(1.5)),
        (11, bytes(b"vct")),
        (39, Value::from("cnonce")),
    ] {
        let clear = Draft::with(|draft| put(&mut draft.claims, key, bad.clone()));
        assert_eq!(clear.refused(), Code::ClaimType, "{key}");
        if matches!(key, 2 | 11) {
            let disclosed = Draft::with(|draft| {
                draft.claims.remove(&mimicred_claims::Key::Int(key));
                draft.redact(&content(1, &[bad.clone(), Value::Int(key)]));
            });
            assert_eq!(disclosed.refused(), Code::ClaimType, "{key} disclosed");
        }
    }
    assert_eq!(Draft::with(|draft| put(&mut draft.claims, 1, bytes(b"i"))).refused(), Code::ClaimType);
    for (key, good) in [(7, bytes(b"cti")), (11, Value::Int(65000)), (11, Value::from("https://t.example")), (39, bytes(b"n"))] {
        assert!(Draft::with(|draft| put(&mut draft.claims, key, good)).verify().is_ok(), "{key}");
    }
}
