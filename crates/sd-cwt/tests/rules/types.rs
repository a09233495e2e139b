//! CWT-Y: types, and claims of a registered type.

use mimicred_claims::{Clock, Key, Limits, Value};
use mimicred_sd_cwt::{
    AcceptExpectations, Code, Expectations, KeyBinding, Nonce, TypeRule, UnverifiedPresentation, UnverifiedSdCwt, Vct, VctRule,
};

use crate::tokens::*;

/// What a Verifier says that reads presentations in this way.
fn verify_as(
    draft: &Draft,
    reading: impl for<'a> FnOnce(UnverifiedPresentation<'a>) -> UnverifiedPresentation<'a>,
) -> Result<(), Code> {
    let octets = draft.presentation();
    let issuers = [trusted(ISSUER, issuer_key().public())];
    let expected = Expectations {
        issuers: &issuers,
        audience_of_token: None,
        key_binding: KeyBinding::Required { audience: AUDIENCE, nonce: Nonce::Exactly(NONCE), max_age: None },
        clock: Clock { now: NOW, leeway: 0 },
        limits: Limits::DEFAULT,
    };
    let received = reading(UnverifiedPresentation::parse(&octets).map_err(|error| error.code())?);
    received.verify(&expected).map(drop).map_err(|error| error.code())
}

/// What a Holder says that reads tokens in this way.
fn accept_as(draft: &Draft, reading: impl for<'a> FnOnce(UnverifiedSdCwt<'a>) -> UnverifiedSdCwt<'a>) -> Result<(), Code> {
    let octets = draft.token();
    let issuers = [trusted(ISSUER, issuer_key().public())];
    let holder = holder_key();
    let clock = Clock { now: NOW, leeway: 0 };
    let expected = AcceptExpectations { issuers: &issuers, confirmation_key: holder.public(), clock };
    let received = reading(UnverifiedSdCwt::parse(&octets).map_err(|error| error.code())?);
    received.accept(&expected).map(drop).map_err(|error| error.code())
}

fn typed(typ: Value<'static>) -> Draft {
    Draft::with(|draft| put(&mut draft.protected, 16, typ))
}

/// CWT-Y-001, CWT-Y-004, CWT-Y-005, CWT-H-017, trap 16: the number or the whole media type, protected; a bare `sd-cwt` is none.
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

/// CWT-Y-003, CWT-Y-004, CWT-Y-006: a specific type is known to whoever asks for it, and is an SD-CWT with all its rules.
#[test]
fn a_specific_type_must_be_known() {
    let example = "application/example+sd-cwt";
    let mut draft = typed(Value::from(example));
    let code = |draft: &Draft, rule: TypeRule| {
        let verified = verify_as(draft, |received| received.with_type_rule(rule.clone()));
        assert_eq!(accept_as(draft, |received| received.with_type_rule(rule)), verified, "Holder and Verifier agree");
        verified
    };
    let exactly = |known: &str| TypeRule::Exactly(known.to_owned());
    assert_eq!(code(&draft, exactly(example)), Ok(()));
    assert_eq!(code(&draft, exactly("application/EXAMPLE+sd-cwt")), Ok(()));
    assert_eq!(code(&draft, exactly("application/other+sd-cwt")), Err(Code::TypeMismatch));
    assert_eq!(code(&Draft::new(), exactly(example)), Err(Code::TypeMismatch));
    let any_of = || TypeRule::SdCwtOrAnyOf(vec!["application/other+sd-cwt".to_owned(), example.to_owned()]);
    assert_eq!(code(&draft, any_of()), Ok(()));
    assert_eq!(code(&Draft::new(), any_of()), Ok(()));
    assert_eq!(code(&typed(Value::from("application/third+sd-cwt")), any_of()), Err(Code::TypeMismatch));
    assert_eq!(code(&draft, TypeRule::SdCwtOrAnyOf(vec![])), Err(Code::TypeMismatch));
    // Asking for what is no type of an SD-CWT does not make it one.
    for strange in ["application/cwt", "application/example+cwt", "example+sd-cwt", "application/example+sd-cwt; v=1", "sd-cwt"] {
        assert_eq!(code(&typed(Value::from(strange)), exactly(strange)), Err(Code::TypeMismatch), "{strange}");
    }
    take(&mut draft.claims, 8);
    assert_eq!(code(&draft, exactly(example)), Err(Code::ClaimMissing));
}

/// CWT-Y-001, and the drafts before -04, whose name for it is read by whoever asks.
#[test]
fn the_early_name_is_read_on_demand_only() {
    let early = typed(Value::from("application/sd+cwt"));
    assert_eq!(verify_as(&early, |received| received), Err(Code::TypeMismatch));
    assert_eq!(verify_as(&early, |received| received.with_type_rule(TypeRule::SdCwtOrEarlyDrafts)), Ok(()));
    assert_eq!(accept_as(&early, |received| received.with_type_rule(TypeRule::SdCwtOrEarlyDrafts)), Ok(()));
    assert_eq!(verify_as(&Draft::new(), |received| received.with_type_rule(TypeRule::SdCwtOrEarlyDrafts)), Ok(()));
    for typ in ["sd+cwt", "application/sd-kbt", "application/example+sd-cwt", "application/cwt"] {
        let draft = typed(Value::from(typ));
        assert_eq!(verify_as(&draft, |received| received.with_type_rule(TypeRule::SdCwtOrEarlyDrafts)), Err(Code::TypeMismatch));
    }
}

/// CWT-Y-002, CWT-Y-004, CWT-P-007: the number or the whole media type, protected.
#[test]
fn the_type_of_a_kbt() {
    for typ in [Value::Int(294), Value::from("application/kb+cwt"), Value::from("Application/KB+CWT")] {
        assert!(Draft::with(|draft| put(&mut draft.kbt_protected, 16, typ)).verify().is_ok());
    }
    for typ in [
        Value::Int(293),
        Value::from("kb+cwt"),
        Value::from("application/sd-kbt"),
        Value::from("application/kb+cwt; v=1"),
        Value::from("application/example+kb+cwt"),
        bytes(b"application/kb+cwt"),
        Value::Null,
    ] {
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

/// A token with this claim in clear, and one in which it comes by a disclosure.
fn both_ways(key: i128, value: &Value<'static>) -> [Draft; 2] {
    let clear = Draft::with(|draft| put(&mut draft.claims, key, value.clone()));
    let disclosed = Draft::with(|draft| {
        draft.claims.remove(&Key::Int(key));
        draft.redact(&content(1, &[value.clone(), Value::Int(key)]));
    });
    [clear, disclosed]
}

/// CWT-Y-012, CWT-V-024: the types of iss, sub, cti and cnonce; sub by disclosure too.
#[test]
fn registered_claims_have_their_types() {
    for (key, bad) in [
        (1, bytes(b"i")),
        (1, Value::Int(1)),
        (2, Value::Int(5)),
        (2, bytes(b"s")),
        (7, Value::from("cti")),
        (7, Value::Int(1)),
        (39, Value::from("cnonce")),
        (39, Value::Null),
    ] {
        assert_eq!(both_ways(key, &bad)[0].refused(), Code::ClaimType, "{key}");
        assert_eq!(both_ways(key, &bad)[0].accept().map(drop), Err(Code::ClaimType), "{key}");
        if key == 2 {
            assert_eq!(both_ways(key, &bad)[1].refused(), Code::ClaimType, "{key} disclosed");
        }
    }
    for (key, good) in [(7, bytes(b"cti")), (39, bytes(b"n")), (39, bytes(b""))] {
        assert!(Draft::with(|draft| put(&mut draft.claims, key, good)).verify().is_ok(), "{key}");
    }
}

/// CWT-Y-008, CWT-Y-010, CWT-V-024, trap 9: vct is a number of 16 bits or text; octets only for whoever asks.
#[test]
fn vct_is_a_number_or_text() {
    for good in [Value::Int(0), Value::Int(65000), Value::Int(65535), Value::from("https://t.example"), Value::from("")] {
        for draft in both_ways(11, &good) {
            assert_eq!((draft.verify().err(), draft.accept().err()), (None, None), "{good:?}");
        }
    }
    let tagged = Value::Tag(1, Box::new(Value::Int(1)));
    for bad in [Value::Int(65536), Value::Int(-1), Value::Float(1.5), Value::Float(1.0), Value::Null, array(vec![]), tagged] {
        for draft in both_ways(11, &bad) {
            assert_eq!(draft.refused(), Code::ClaimType, "{bad:?}");
            assert_eq!(draft.accept().map(drop), Err(Code::ClaimType), "{bad:?}");
            assert_eq!(verify_as(&draft, |received| received.with_vct_rule(VctRule::ByteStringToo)), Err(Code::ClaimType));
        }
    }
    for draft in both_ways(11, &bytes(b"vct")) {
        assert_eq!(draft.refused(), Code::ClaimType);
        assert_eq!(draft.accept().map(drop), Err(Code::ClaimType));
        assert_eq!(verify_as(&draft, |received| received.with_vct_rule(VctRule::ByteStringToo)), Ok(()));
        assert_eq!(accept_as(&draft, |received| received.with_vct_rule(VctRule::ByteStringToo)), Ok(()));
    }
}

/// CWT-Y-009: a wanted type is compared octet for octet, and a number is no text.
#[test]
fn a_wanted_vct_is_compared_exactly() {
    let wanting = |draft: &Draft, vct: Vct<'static>| verify_as(draft, |received| received.with_vct(vct));
    for draft in both_ways(11, &Value::from("https://a/x")) {
        assert_eq!(wanting(&draft, Vct::Text("https://a/x")), Ok(()));
        for other in [Vct::Text("https://a/X"), Vct::Text("https://a/x/"), Vct::Text("HTTPS://a/x"), Vct::Number(1)] {
            assert_eq!(wanting(&draft, other), Err(Code::PolicyRefused), "{other:?}");
        }
    }
    for draft in both_ways(11, &Value::Int(65000)) {
        assert_eq!(wanting(&draft, Vct::Number(65000)), Ok(()));
        assert_eq!(wanting(&draft, Vct::Number(65001)), Err(Code::PolicyRefused));
        assert_eq!(wanting(&draft, Vct::Text("65000")), Err(Code::PolicyRefused));
    }
}
