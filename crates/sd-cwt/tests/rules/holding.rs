//! CWT-H: what a Holder refuses to keep.

mod expectations;
mod matching;
mod policy;

use mimicred_claims::{Key, Value};
use mimicred_sd_cwt::Code;

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

/// CWT-H-004, CWT-H-007.
#[test]
fn dates_and_nonce() {
    assert_eq!(code(|draft| put(&mut draft.claims, 4, Value::Int(1000))), Some(Code::Time));
    assert_eq!(code(|draft| drop(draft.claims.remove(&Key::Int(6)).and(draft.claims.remove(&Key::Int(5))))), None);
    let future = |draft: &mut Draft| {
        put(&mut draft.claims, 5, Value::Int(1001));
        put(&mut draft.claims, 6, Value::Int(1001));
    };
    assert_eq!(code(future), Some(Code::Time));
    assert_eq!(code(|draft| put(&mut draft.claims, 39, bytes(b"never sent"))), Some(Code::Nonce));
}

/// CWT-H-008 to CWT-H-012, CWT-D-002 to CWT-D-004, CWT-I-030.
#[test]
fn digests_and_disclosures_are_one_to_one() {
    let redact_two = |draft: &mut Draft| {
        let child = draft.disclose(&content(1, &[Value::from("x")]));
        draft.redact(&content(2, &[array(vec![child]), Value::Int(501)]));
        draft.redact(&content(3, &[]));
    };
    assert_eq!(code(redact_two), None);
    // Without its parent the child is unmatched too; what is missing counts more.
    for n in 0..3 {
        let refused = code(|draft| {
            redact_two(draft);
            draft.disclosures.remove(n);
        });
        assert_eq!(refused, Some(Code::DigestUnmatched), "without disclosure {n}");
    }
    let orphan = |draft: &mut Draft| {
        redact_two(draft);
        draft.disclosures.remove(1);
        draft.claims.redacted.remove(0);
    };
    assert_eq!(code(orphan), Some(Code::DisclosureUnmatched));
    let stray = |draft: &mut Draft| drop(draft.disclose(&content(1, &[])));
    assert_eq!(code(stray), Some(Code::DisclosureUnmatched));
    let repeated = |draft: &mut Draft| {
        redact_two(draft);
        draft.disclosures.push(draft.disclosures[0].clone());
    };
    assert_eq!(code(repeated), Some(Code::DigestDuplicate));
    let two_decoys = |draft: &mut Draft| {
        draft.redact(&content(1, &[]));
        draft.redact(&content(1, &[]));
    };
    assert_eq!(code(two_decoys), Some(Code::DigestDuplicate));
    let same_salt = |draft: &mut Draft| {
        draft.redact(&content(1, &[Value::from("a"), Value::Int(501)]));
        draft.redact(&content(1, &[Value::from("b"), Value::Int(502)]));
    };
    assert_eq!(code(same_salt), Some(Code::DisclosureMalformed));
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
