//! CWT-P and CWT-T: the KBT, its claims, audience, nonce and dates; and every bit of it.

use mimicred_claims::{Clock, Selection, Value};
use mimicred_keys::{Algorithm, LeafKey};
use mimicred_sd_cwt::{Binding, Code, KeyBinding, Nonce, UnverifiedPresentation};

use crate::tokens::*;

const BINDING: Binding<'_> = Binding { audience: AUDIENCE, nonce: Some(NONCE), issued_at: 900 };

fn kbt(change: impl FnOnce(&mut mimicred_claims::Map<'static>)) -> Draft {
    Draft::with(|draft| change(&mut draft.kbt_claims))
}

fn issued() -> Draft {
    Draft::with(|draft| {
        put(&mut draft.unprotected, -65600, Value::from("kept"));
        let Value::Redacted(region) = draft.disclose(&content(1, &[Value::from("ca"), Value::from("region")])) else {
            unreachable!()
        };
        let mut location = mimicred_claims::Map::new();
        location.redacted.push(region);
        draft.redact(&content(2, &[Value::Map(location), Value::Int(503)]));
        draft.redact(&content(3, &[Value::from("x"), Value::Int(504)]));
        draft.redact(&content(4, &[]));
    })
}

/// CWT-P-001 to CWT-P-006, CWT-P-008, CWT-D-009: what the Holder makes.
#[test]
fn the_holder_presents_what_she_chose() {
    let held = issued().accept().unwrap();
    let present = |selection| {
        let prepared = held.prepare(&selection, &BINDING).unwrap();
        let revealed: Vec<_> = prepared.revealed().iter().map(ToString::to_string).collect();
        let presentation = prepared.sign(&holder_key()).unwrap();
        assert_eq!(presentation.revealed().len(), revealed.len());
        (revealed, presentation.into_bytes())
    };
    let (revealed, nothing) = present(Selection::None);
    assert!(revealed.is_empty());
    assert_eq!(verify(&nothing, |_| {}), Draft::new().verify());
    // CWT-P-003: with nothing disclosed there is no list, and the other header stays.
    let kcwt = Draft { disclosures: vec![], claims: issued().claims, ..issued() }.token();
    assert!(nothing.windows(kcwt.len()).any(|window| window == kcwt));

    let (revealed, region) = present(Selection::Paths(vec!["503.region".parse().unwrap()]));
    assert_eq!(revealed, ["503.region", "503"]);
    let claims = verify(&region, |_| {}).unwrap();
    assert_eq!(claims.at(&"503.region".parse().unwrap()), Some(&Value::from("ca")));
    assert_eq!(claims.int(504), None);

    // All but decoys.
    let (revealed, all) = present(Selection::All);
    assert_eq!(revealed.len(), 3);
    assert!(verify(&all, |_| {}).unwrap().int(504).is_some());
    let disclosures = issued().disclosures;
    for (n, is_there) in [(0, true), (1, true), (2, true), (3, false)] {
        assert_eq!(all.windows(disclosures[n].len()).any(|window| window == disclosures[n]), is_there, "{n}");
    }
    let unmatched = held.prepare(&Selection::Paths(vec!["999".parse().unwrap()]), &BINDING).unwrap_err();
    assert_eq!(unmatched.code(), Code::PathUnmatched);
}

/// Two steps, and the right key.
#[test]
fn a_signature_made_elsewhere_is_verified() {
    let held = issued().accept().unwrap();
    let prepare = || held.prepare(&Selection::None, &BINDING).unwrap();
    let signature = holder_key().sign(prepare().to_be_signed()).unwrap();
    let finished = prepare().finish(signature.as_bytes()).unwrap();
    assert!(verify(finished.as_bytes(), |_| {}).is_ok());
    assert_eq!(prepare().finish(&[0; 64]).unwrap_err().code(), Code::SignatureHolder);
    let other = LeafKey::new(secret(Algorithm::Ed25519, 9)).unwrap();
    assert_eq!(prepare().sign(&other).unwrap_err().code(), Code::KeyMismatch);
    // CWT-P-015.
    for (issued_at, expected) in [(599, Some(Code::Time)), (600, None), (1999, None), (2000, Some(Code::Time))] {
        let prepared = held.prepare(&Selection::None, &Binding { issued_at, ..BINDING });
        assert_eq!(prepared.err().map(|error| error.code()), expected, "{issued_at}");
    }
    let long = "x".repeat(3000);
    let prepared = held.prepare(&Selection::None, &Binding { audience: &long, ..BINDING });
    assert_eq!(prepared.unwrap_err().code(), Code::Limit);
}

/// CWT-P-010 to CWT-P-014, CWT-P-016, CWT-P-017, CWT-P-021, CWT-V-032.
#[test]
fn the_claims_of_a_kbt() {
    assert_eq!(kbt(|claims| put(claims, 1, Value::from(ISSUER))).refused(), Code::ClaimForbidden);
    assert_eq!(kbt(|claims| put(claims, 2, Value::from("subject"))).refused(), Code::ClaimForbidden);
    assert_eq!(kbt(|claims| take(claims, 3)).refused(), Code::ClaimMissing);
    assert_eq!(kbt(|claims| put(claims, 3, Value::Int(5))).refused(), Code::ClaimType);
    assert_eq!(kbt(|claims| put(claims, 3, array(vec![]))).refused(), Code::ClaimType);
    assert_eq!(kbt(|claims| take(claims, 6)).refused(), Code::ClaimMissing);
    assert_eq!(kbt(|claims| put(claims, 6, Value::from("900"))).refused(), Code::ClaimType);
    assert_eq!(kbt(|claims| put(claims, 7, Value::from("cti"))).refused(), Code::ClaimType);
    assert!(kbt(|claims| put(claims, 7, bytes(b"cti"))).verify().is_ok());
    assert!(kbt(|claims| put(claims, 7000, Value::from("more"))).verify().is_ok());
    assert_eq!(kbt(|claims| put(claims, 39, Value::from("nonce"))).refused(), Code::ClaimType);
    assert_eq!(kbt(|claims| put(claims, 39, Value::Int(1))).refused(), Code::ClaimType);

    let header = |draft: &mut Draft| put(&mut draft.kbt_protected, 15, Value::Map(mimicred_claims::Map::new()));
    assert_eq!(Draft::with(header).refused(), Code::Header);

    // cti alone: no age, so nobody who limits the age takes it.
    let by_cti = |change: fn(&mut mimicred_claims::Map<'static>)| {
        kbt(|claims| {
            take(claims, 6);
            put(claims, 7, bytes(b"cti"));
            change(claims);
        })
    };
    let ageless = |expected: &mut mimicred_sd_cwt::Expectations<'_>| {
        expected.key_binding = KeyBinding::Required { audience: AUDIENCE, nonce: Nonce::Exactly(NONCE), max_age: None };
    };
    assert!(by_cti(|_| {}).verify_with(ageless).is_ok());
    assert_eq!(by_cti(|_| {}).refused(), Code::ClaimMissing);
    assert_eq!(by_cti(|claims| put(claims, 4, Value::Int(1500))).verify_with(ageless).unwrap_err(), Code::Time);
    assert_eq!(by_cti(|claims| put(claims, 5, Value::Int(600))).verify_with(ageless).unwrap_err(), Code::Time);
}

/// CWT-V-011, CWT-V-012, CWT-P-020, trap 14.
#[test]
fn audiences() {
    let texts = |texts: &[&'static str]| array(texts.iter().map(|text| Value::from(*text)).collect());
    assert_eq!(kbt(|claims| put(claims, 3, Value::from("mimi://hub.example/r/other"))).refused(), Code::Audience);
    assert!(kbt(|claims| put(claims, 3, texts(&[AUDIENCE]))).verify().is_ok());
    // Another recipient besides could reuse it.
    assert_eq!(kbt(|claims| put(claims, 3, texts(&[AUDIENCE, "other"]))).refused(), Code::Audience);
    let token = |aud: Value<'static>| Draft::with(|draft| put(&mut draft.claims, 3, aud));
    assert_eq!(token(Value::from("federation")).refused(), Code::Audience);
    assert_eq!(token(Value::from(AUDIENCE)).refused(), Code::Audience);
    let ours = |expected: &mut mimicred_sd_cwt::Expectations<'_>| expected.audience_of_token = Some("federation");
    assert!(token(Value::from("federation")).verify_with(ours).is_ok());
    assert!(token(texts(&["other", "federation"])).verify_with(ours).is_ok());
    assert_eq!(token(Value::from("other")).verify_with(ours).unwrap_err(), Code::Audience);
    assert_eq!(token(Value::Int(1)).verify_with(ours).unwrap_err(), Code::ClaimType);
    assert!(Draft::new().verify_with(ours).is_ok());
}

/// CWT-V-008, CWT-V-009, trap 12: three policies.
#[test]
fn nonces() {
    let with = |nonce| {
        move |expected: &mut mimicred_sd_cwt::Expectations<'_>| {
            expected.key_binding = KeyBinding::Required { audience: AUDIENCE, nonce, max_age: None };
        }
    };
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
        assert_eq!(draft.verify_with(with(nonce)).err(), expected, "{nonce:?}");
    }
}

/// CWT-T: the rules are tested by themselves at every boundary; here each side of a whole presentation once.
#[test]
fn dates_of_token_and_kbt() {
    let token = |key: i128, value: i128| Draft::with(|draft| put(&mut draft.claims, key, Value::Int(value)));
    let binding = |key: i128, value: i128| kbt(|claims| put(claims, key, Value::Int(value)));
    for (draft, expected) in [
        (token(5, 600), None), // CWT-T-001
        (token(5, 601), Some(Code::Time)),
        (token(6, 2000), Some(Code::Time)), // CWT-T-003
        (token(4, 1001), None),             // CWT-T-014
        (token(4, 1000), Some(Code::Time)),
        (token(6, 900), None), // CWT-T-010
        (token(6, 901), Some(Code::Time)),
        (binding(5, 900), None), // CWT-T-006
        (binding(5, 901), Some(Code::Time)),
        (binding(5, 500), None), // CWT-T-009
        (binding(5, 499), Some(Code::Time)),
        (binding(4, 2000), None), // CWT-T-008
        (binding(4, 2001), Some(Code::Time)),
        (binding(4, 1001), None), // CWT-T-014
        (binding(4, 1000), Some(Code::Time)),
        (binding(6, 1000), None), // CWT-T-016
        (binding(6, 1001), Some(Code::Time)),
    ] {
        assert_eq!(draft.verify().err(), expected);
    }
    let at = |now, leeway| Draft::new().verify_with(|expected| expected.clock = Clock { now, leeway }).err();
    // 600 seconds of age at most; exp of the token ends the presentation too (CWT-T-015).
    assert_eq!(
        (at(1500, 0), at(1501, 0), at(1501, 1), at(899, 0), at(899, 1)),
        (None, Some(Code::Time), None, Some(Code::Time), None)
    );
    assert_eq!(at(2000, 0), Some(Code::Time));
    // CWT-T-017: leeway does not help a contradiction.
    let contradiction = token(5, 601);
    assert_eq!(contradiction.verify_with(|expected| expected.clock.leeway = 60).unwrap_err(), Code::Time);
    // CWT-E-024 in a token.
    let tagged = Draft::with(|draft| put(&mut draft.claims, 4, Value::Tag(1, Box::new(Value::Int(2000)))));
    assert_eq!(tagged.refused(), Code::ClaimType);
    // An expired token is not saved by a fresh KBT.
    let expired = Draft::with(|draft| {
        put(&mut draft.claims, 4, Value::Int(950));
        put(&mut draft.kbt_claims, 4, Value::Int(5000));
    });
    assert_eq!(expired.refused(), Code::Time);
}

/// A room judges a presentation at the time of its own making, and its freshness by other means.
#[test]
fn a_presentation_is_valid_at_its_own_time() {
    let octets = Draft::new().presentation();
    let bound_at = UnverifiedPresentation::parse(&octets).unwrap().bound_at().unwrap();
    assert_eq!(bound_at, 900);
    let at_its_time = |expected: &mut mimicred_sd_cwt::Expectations<'_>| {
        expected.clock = Clock { now: bound_at, leeway: 0 };
        expected.key_binding = KeyBinding::Required { audience: AUDIENCE, nonce: Nonce::Exactly(NONCE), max_age: None };
    };
    assert!(verify(&octets, at_its_time).is_ok());
    assert!(kbt(|claims| put(claims, 6, Value::Float(899.5))).verify_with(at_its_time).is_ok());
}

/// Whichever bit of a presentation is turned over, it is refused.
#[test]
fn every_bit_counts() {
    let draft = Draft::with(|draft| {
        take(&mut draft.claims, 500);
        draft.redact(&content(1, &[Value::from(true), Value::Int(500)]));
    });
    let good = draft.presentation();
    assert!(verify(&good, |_| {}).is_ok());
    for at in 0..good.len() {
        for bit in 0..8_u32 {
            let mut changed = good.clone();
            changed[at] ^= 1_u8 << bit;
            assert!(verify(&changed, |_| {}).is_err(), "octet {at}, bit {bit}");
        }
    }
}
