//! CWT-H: what a Holder refuses to keep.

mod expectations;
mod matching;
mod policy;

use mimicred_claims::{Clock, Value};
use mimicred_sd_cwt::{AcceptExpectations, Code, Held, UnverifiedSdCwt};

use crate::tokens::*;

fn code(change: impl FnOnce(&mut Draft)) -> Option<Code> {
    Draft::with(change).accept().err()
}

/// CWT-H-001, CWT-H-002.
#[test]
fn the_issuer_must_be_the_expected_one() {
    assert_eq!(code(|_| {}), None);
    assert_eq!(code(|draft| put(&mut draft.claims, 1, Value::from("https://b.example"))), Some(Code::IssuerUntrusted));
    let stranger = mimicred_keys::IssuerKey::new(secret(mimicred_keys::Algorithm::Ed25519, 9));
    let token = Draft::new().token_signed_by(&stranger);
    assert_eq!(accept(&token, holder_key().public()).unwrap_err(), Code::SignatureIssuer);
    assert_eq!(code(|draft| take(&mut draft.claims, 2)), Some(Code::ClaimMissing));
    let sub = |draft: &mut Draft| {
        take(&mut draft.claims, 2);
        draft.redact(&content(1, &[Value::from("subject"), Value::Int(2)]));
    };
    assert_eq!(code(sub), None);
    // What a Verifier must let pass, sub that may be redacted, a Holder knows better.
    let other = |draft: &mut Draft| {
        take(&mut draft.claims, 2);
        draft.redact(&content(1, &[Value::from("x"), Value::Int(501)]));
    };
    assert_eq!(code(other), Some(Code::ClaimMissing));
}

/// CWT-H-004: from 500 to 2000, and the clock's leeway.
#[test]
fn the_token_is_valid_now() {
    let issuers = [trusted(ISSUER, issuer_key().public())];
    let (holder, token) = (holder_key(), Draft::new().token());
    let at = |now, leeway| {
        let clock = Clock { now, leeway };
        let expected = AcceptExpectations { issuers: &issuers, confirmation_key: holder.public(), clock };
        Held::accept(&token, &expected).err().map(|error| error.code())
    };
    assert_eq!((at(500, 0), at(1999, 0)), (None, None));
    assert_eq!((at(499, 0), at(2000, 0)), (Some(Code::Time), Some(Code::Time)));
    assert_eq!((at(499, 1), at(2000, 1)), (None, None));
    // Likewise for a token that she takes up again.
    let stored = UnverifiedSdCwt::parse(&token).unwrap();
    let again = |now, leeway| stored.reopen(holder.public(), Clock { now, leeway }).err().map(|error| error.code());
    assert_eq!((again(500, 0), again(1999, 0)), (None, None));
    assert_eq!((again(499, 0), again(2000, 0)), (Some(Code::Time), Some(Code::Time)));
    assert_eq!((again(499, 1), again(2000, 1)), (None, None));
    assert_eq!(code(|draft| put(&mut draft.claims, 4, Value::Int(1000))), Some(Code::Time));
    assert_eq!(code(|draft| put(&mut draft.claims, 5, Value::Int(1001))), Some(Code::Time));
    // A token without dates is always valid.
    assert_eq!(code(|draft| [4, 5, 6].into_iter().for_each(|key| take(&mut draft.claims, key))), None);
}

/// CWT-H-018.
#[test]
fn encrypted_disclosures_are_not_for_holders() {
    let entry = array(vec![bytes(&[0; 12]), bytes(&[0; 20]), bytes(&[0; 16])]);
    assert_eq!(code(|draft| put(&mut draft.unprotected, 171, array(vec![entry]))), Some(Code::Structure));
}

#[test]
fn what_is_held_can_be_looked_at() {
    let held =
        Draft::with(|draft| draft.redact(&content(0x5a, &[Value::from("secret value"), Value::Int(501)]))).accept().unwrap();
    assert_eq!(held.issuer(), ISSUER);
    assert_eq!(held.confirmation_key(), holder_key().public());
    assert_eq!(held.claims().int(501), Some(&Value::from("secret value")));
    assert_eq!(held.disclosed()[0].path.to_string(), "501");
    assert!(!format!("{held:?}").contains("secret"));
}
