//! How a token names the Holder's key.

use mimicred_claims::{Redaction, RedactionPlan};
use mimicred_cose::key;
use mimicred_sd_cwt::{Confirmation, NamedKey};

use super::*;

/// CWT-I-015, CWT-K-007: `cnf` in every form that we write, and those that are refused.
#[test]
fn the_holder_is_named_by_key_or_thumbprint() {
    let holder = holder_key();
    let issue = |claims: Map<'static>, confirmation: Confirmation<'_>| {
        let none = RedactionPlan::new(Redaction::None);
        let prepared = issuer().prepare(claims, confirmation, &none, &mut Broken);
        prepared.and_then(|prepared| prepared.sign(&issuer_key())).map_err(|error| error.code())
    };
    let with_cnf = |cnf: Value<'static>| {
        let mut claims = claims();
        put(&mut claims, 8, cnf);
        claims
    };
    let member = |member, value| Value::Map(map(vec![(member, value)]));
    let thumbprint = key::thumbprint_sha256(holder.public());
    let (by_key, by_thumbprint) = (cnf(holder.public()), member(5, bytes(&thumbprint)));

    let token = issue(claims(), holder.public().into()).unwrap();
    assert_eq!(payload(&token).int(8), Some(&by_key));
    let token = issue(claims(), Confirmation::thumbprint_of(holder.public())).unwrap();
    assert_eq!(payload(&token).int(8), Some(&by_thumbprint));
    hold(&token);
    for given in [by_key.clone(), by_thumbprint] {
        let token = issue(with_cnf(given.clone()), Confirmation::InClaims).unwrap();
        assert_eq!(payload(&token).int(8), Some(&given));
        hold(&token);
    }
    // Twice, and not at all.
    assert_eq!(issue(with_cnf(by_key.clone()), holder.public().into()).unwrap_err(), Code::Preissue);
    assert_eq!(issue(claims(), Confirmation::InClaims).unwrap_err(), Code::ClaimMissing);
    let private = member(
        1,
        Value::Map({
            let mut private = key::public_members(holder.public());
            private.insert(Key::Int(-4), bytes(&[1; 32])).unwrap();
            private
        }),
    );
    // COSE wants a byte string for the identifier of a key; appendix C of the draft prints a text (trap 30).
    let with_text_kid = member(
        1,
        Value::Map({
            let mut key = key::public_members(holder.public());
            key.insert(Key::Int(2), Value::from("kid")).unwrap();
            key
        }),
    );
    for refused in [
        Value::Null,
        Value::Map(Map::new()),
        with_text_kid,
        member(5, bytes(&thumbprint[..31])),
        member(5, Value::from("thumbprint")),
        member(3, bytes(b"kid")),
        member(1, Value::Map(Map::new())),
        private,
        Value::Map(map(vec![(1, Value::Map(key::public_members(holder.public()))), (5, bytes(&thumbprint))])),
    ] {
        assert_eq!(issue(with_cnf(refused.clone()), Confirmation::InClaims).unwrap_err(), Code::Confirmation, "{refused:?}");
    }
}

/// CWT-I-028: whoever asks is asked before each token, with the key as the token will name it; a refusal stops issuance.
#[test]
fn the_holder_must_have_the_key() {
    let (proven, other) = (holder_key(), issuer_key());
    let thumbprint = key::thumbprint_sha256(proven.public());
    let known = proven.public().clone();
    let issuer = issuer().with_possession(move |named| match named {
        NamedKey::Key(key) => *key == known,
        NamedKey::Thumbprint(named) => *named == thumbprint,
        _ => false,
    });
    let issue = |claims: Map<'static>, confirmation: Confirmation<'_>| {
        issuer
            .prepare(claims, confirmation, &RedactionPlan::new(Redaction::None), &mut Broken)
            .map(drop)
            .map_err(|error| error.code())
    };
    assert_eq!(issue(claims(), proven.public().into()), Ok(()));
    assert_eq!(issue(claims(), Confirmation::thumbprint_of(proven.public())), Ok(()));
    assert_eq!(issue(claims(), other.public().into()), Err(Code::Confirmation));
    assert_eq!(issue(claims(), Confirmation::thumbprint_of(other.public())), Err(Code::Confirmation));
    for (key, expected) in [(proven.public(), Ok(())), (other.public(), Err(Code::Confirmation))] {
        let mut claims = claims();
        put(&mut claims, 8, cnf(key));
        assert_eq!(issue(claims, Confirmation::InClaims), expected);
    }
}
