//! What the interop contract needs of each role, CWT-C; the program itself is tried in `cli/tests/interop`.

use mimicred_claims::{Clock, Limits, Value};
use mimicred_cose::cwt;
use mimicred_keys::{Algorithm, IssuerKey};
use mimicred_sd_cwt::{
    AudienceRule, Binding, Code, Confirmation, Expectations, Held, Issuance, KeyBinding, Nonce, UnverifiedPresentation,
    UnvouchedClaims,
};

use crate::issuance::{Counting, claims, issuer, plan};
use crate::tokens::*;

/// CWT-C-004: an Issuer who says what time it is refuses claims that do not hold then; without a clock only their order counts.
#[test]
fn an_issuer_with_a_clock_refuses_claims_of_another_time() {
    let plan = plan(&["502"]);
    let holder = holder_key();
    let issue = |clock: Option<i64>, nbf: Option<i64>| {
        let mut claims = claims();
        if let Some(nbf) = nbf {
            put(&mut claims, cwt::NBF, Value::Int(nbf.into()));
        }
        let issuance = Issuance::new(claims, Confirmation::Key(holder.public()), &plan);
        let issuance = match clock {
            Some(now) => issuance.with_clock(Clock { now, leeway: 0 }),
            None => issuance,
        };
        issuer().prepare_issuance(issuance, &mut Counting(0)).map(drop).map_err(|error| error.code())
    };
    // exp is 2000 and iat 600; neither nbf nor exp has leeway.
    assert_eq!(issue(Some(1999), None), Ok(()));
    assert_eq!(issue(Some(2000), None), Err(Code::Time));
    assert_eq!(issue(Some(500), Some(500)), Ok(()));
    assert_eq!(issue(Some(499), Some(500)), Err(Code::Time));
    assert_eq!(issue(None, Some(500)), Ok(()));
    // That it was issued in the future is the Issuer's affair.
    assert_eq!(issue(Some(100), None), Ok(()));
}

/// `sub` in clear, 501 with an array of two in it, 502, and a decoy, each with a salt of its own.
fn nested() -> (Draft, Held) {
    let draft = Draft::with(|draft| {
        let first = draft.disclose(&content(1, &[Value::from("first")]));
        let second = draft.disclose(&content(2, &[Value::from("second")]));
        draft.redact(&content(3, &[array(vec![first, second]), Value::Int(501)]));
        draft.redact(&content(4, &[Value::Null, Value::Int(502)]));
        draft.redact(&content(5, &[]));
    });
    let held = draft.accept().unwrap();
    (draft, held)
}

fn presented(held: &Held, salts: &[u8]) -> Result<(Vec<String>, Value<'static>), Code> {
    let salts: Vec<_> = salts.iter().map(|salt| [*salt; 16]).collect();
    let salts: Vec<&[u8]> = salts.iter().map(|salt| &salt[..]).collect();
    let binding = Binding { audience: AUDIENCE, nonce: Some(NONCE), issued_at: NOW };
    let prepared = held.prepare_by_salts(&salts, &binding).map_err(|error| error.code())?;
    let revealed = prepared.revealed().iter().map(ToString::to_string).collect();
    let presentation = prepared.sign(&holder_key()).unwrap();
    Ok((revealed, Value::Map(verify(presentation.as_bytes(), |_| {})?)))
}

/// CWT-C-006, CWT-P-005, CWT-D-009: exactly what is named, with what it stands in; a decoy only if it is named.
#[test]
fn disclosures_are_chosen_by_their_salts() {
    let (_, held) = nested();
    let names = |salts: &[u8]| presented(&held, salts).unwrap().0;
    assert_eq!(names(&[]), [""; 0]);
    assert_eq!(names(&[2]), ["501[1]", "501"]);
    assert_eq!(names(&[2, 3, 2]), ["501[1]", "501"]);
    assert_eq!(names(&[4, 1]), ["501[0]", "501", "502"]);
    // By path the elements would come along.
    let (names, claims) = presented(&held, &[3]).unwrap();
    assert_eq!(names, ["501"]);
    assert_eq!(claims.as_map().unwrap().int(501), Some(&array(vec![])));
    // The Verifier accepts the decoy, and it is no claim.
    let (names, claims) = presented(&held, &[5]).unwrap();
    assert_eq!(names, [""; 0]);
    assert_eq!(claims, presented(&held, &[]).unwrap().1);
}

/// CWT-C-006: a salt that names nothing, whatever its length; it is not repeated in the error.
#[test]
fn a_salt_that_names_nothing_is_refused() {
    let (_, held) = nested();
    assert_eq!(presented(&held, &[1, 6]).unwrap_err(), Code::SaltUnmatched);
    let binding = Binding { audience: AUDIENCE, nonce: None, issued_at: NOW };
    for odd in [&[][..], &[1; 15], &[1; 17]] {
        assert_eq!(held.prepare_by_salts(&[odd], &binding).unwrap_err().code(), Code::SaltUnmatched);
    }
    let error = held.prepare_by_salts(&[&[1; 16], b"\x5a\x5a\x5a"], &binding).unwrap_err();
    assert!(error.to_string().contains("number 2 of 2") && !error.to_string().contains("5a"), "{error}");
}

fn expected<'e>(audience: &'e str, audience_of_token: Option<&'e str>) -> Expectations<'e> {
    Expectations {
        issuers: &[],
        audience_of_token,
        key_binding: KeyBinding::Required { audience, nonce: Nonce::Any, max_age: None },
        clock: Clock { now: NOW, leeway: 0 },
        limits: Limits::DEFAULT,
    }
}

fn under(draft: &Draft, rule: AudienceRule, expected: &Expectations<'_>) -> Result<(), Code> {
    let octets = draft.presentation();
    let issuers = [trusted(ISSUER, issuer_key().public())];
    let presentation = UnverifiedPresentation::parse(&octets).map_err(|error| error.code())?.with_audience_rule(rule);
    let verified = presentation.verify(&Expectations { issuers: &issuers, ..*expected }).map_err(|error| error.code())?;
    if rule != AudienceRule::Unmatched {
        assert_eq!(verified.audience(), Some(AUDIENCE));
    }
    Ok(())
}

fn texts(names: &[&'static str]) -> Value<'static> {
    array(names.iter().map(|name| Value::from(*name)).collect())
}

/// Trap 14, CWT-C-008, CWT-V-011: the KBT is for the Verifier alone, for her among others, or for whomever; `aud` is there always.
#[test]
fn others_may_be_meant_if_the_verifier_says_so() {
    use AudienceRule::{Among, Only, Unmatched};
    let for_ = |aud: Value<'static>| Draft::with(|draft| put(&mut draft.kbt_claims, 3, aud));
    let ours = expected(AUDIENCE, None);
    for (aud, only, among) in [
        (Value::from(AUDIENCE), Ok(()), Ok(())),
        (texts(&[AUDIENCE]), Ok(()), Ok(())),
        (texts(&["other", AUDIENCE]), Err(Code::Audience), Ok(())),
        (Value::from("other"), Err(Code::Audience), Err(Code::Audience)),
        (texts(&["other"]), Err(Code::Audience), Err(Code::Audience)),
    ] {
        let draft = for_(aud);
        assert_eq!(under(&draft, Only, &ours), only);
        assert_eq!(under(&draft, Among, &ours), among);
        assert_eq!(under(&draft, Unmatched, &ours), Ok(()));
        assert_eq!(under(&draft, Unmatched, &expected("", None)), Ok(()));
    }
    for rule in [Only, Among, Unmatched] {
        let without = Draft::with(|draft| take(&mut draft.kbt_claims, 3));
        assert_eq!(under(&without, rule, &ours), Err(Code::ClaimMissing));
        for malformed in [Value::Int(5), array(vec![]), array(vec![Value::from(AUDIENCE), Value::Null])] {
            assert_eq!(under(&for_(malformed), rule, &ours), Err(Code::ClaimType));
        }
        // The audience of the token: one of several is enough under every rule, and it is compared unless none is.
        let token = |aud: Value<'static>| Draft::with(|draft| put(&mut draft.claims, 3, aud));
        let federation = expected(AUDIENCE, Some("federation"));
        assert_eq!(under(&token(texts(&["federation", "other"])), rule, &federation), Ok(()));
        let of_others = if rule == Unmatched { Ok(()) } else { Err(Code::Audience) };
        assert_eq!(under(&token(Value::from("other")), rule, &federation), of_others);
        assert_eq!(under(&token(Value::from("other")), rule, &ours), of_others);
        assert_eq!(under(&token(Value::Int(5)), rule, &federation), Err(Code::ClaimType));
    }
    assert_eq!(AudienceRule::default(), Only);
}

fn unvouched(octets: &[u8]) -> Result<UnvouchedClaims<'_>, Code> {
    let presentation = UnverifiedPresentation::parse(octets).map_err(|error| error.code())?;
    presentation.verify_all_but_issuer(&expected(AUDIENCE, None)).map_err(|error| error.code())
}

fn refused(change: impl FnOnce(&mut Draft)) -> Code {
    unvouched(&Draft::with(change).presentation()).unwrap_err()
}

/// CWT-C-009: whoever issued it; but not whatever is presented.
#[test]
fn everything_but_the_issuer_is_checked() {
    let by_a_stranger = |change: fn(&mut Draft)| {
        let mut draft = Draft::with(change);
        draft.raw.kcwt = Some(draft.token_signed_by(&IssuerKey::new(secret(Algorithm::Ed25519, 9))));
        draft
    };
    let octets = by_a_stranger(|_| {}).presentation();
    assert_eq!(verify(&octets, |_| {}).unwrap_err(), Code::SignatureIssuer);
    let claims = unvouched(&octets).unwrap();
    assert_eq!(claims.as_map().int(500), Some(&Value::from(true)));
    assert_eq!(claims.confirmation_key(), Some(holder_key().public()));
    assert!(claims.pending().is_empty());
    let sealed = crate::aead::hidden(|_| {}).presentation();
    assert_eq!(unvouched(&sealed).unwrap().pending().len(), 1);
    assert!(!format!("{claims:?}").contains("subject"));
    assert_eq!(claims.into_map().int(1), Some(&Value::from(ISSUER)));
    // Neither a name nor a signature of the right length is needed.
    assert!(unvouched(&by_a_stranger(|draft| take(&mut draft.claims, 1)).presentation()).is_ok());
    let mut unsigned = Draft::new();
    let token = unsigned.token();
    unsigned.raw.kcwt = Some([&token[..token.len() - 66], &[0x41, 0]].concat());
    assert!(unvouched(&unsigned.presentation()).is_ok());

    assert_eq!(refused(|draft| put(&mut draft.claims, 1, Value::Int(1))), Code::ClaimType);
    assert_eq!(refused(|draft| take(&mut draft.claims, 8)), Code::ClaimMissing);
    assert_eq!(refused(|draft| put(&mut draft.claims, 4, Value::Int(1000))), Code::Time);
    assert_eq!(refused(|draft| put(&mut draft.claims, 3, Value::from("other"))), Code::Audience);
    assert_eq!(refused(|draft| put(&mut draft.protected, 16, Value::Int(61))), Code::TypeMismatch);
    assert_eq!(refused(|draft| put(&mut draft.kbt_claims, 3, Value::from("other"))), Code::Audience);
    assert_eq!(refused(|draft| drop(draft.disclose(&content(1, &[])))), Code::DisclosureUnmatched);
    let by_another = Draft::new().presentation_signed_by(&IssuerKey::new(secret(Algorithm::Ed25519, 9)));
    assert_eq!(unvouched(&by_another).unwrap_err(), Code::SignatureHolder);
}
