//! What a Holder expects of a token beside its being sound: subject, audience, nonce, key.

use mimicred_claims::{Clock, Selection, Value};
use mimicred_cose::key;
use mimicred_sd_cwt::{Binding, ClientNonce, Code, KnownKey, Limits, UnverifiedSdCwt};

use crate::judging::*;
use crate::tokens::*;

/// CWT-H-002: the subject is looked at when it is disclosed, wherever it stands.
#[test]
fn the_subject_is_the_expected_one() {
    let clear = Draft::new().token();
    let redacted = Draft::with(|draft| {
        take(&mut draft.claims, 2);
        draft.redact(&content(1, &[Value::from("subject"), Value::Int(2)]));
    })
    .token();
    let in_header = Draft::with(|draft| {
        take(&mut draft.claims, 2);
        put(&mut draft.protected, 15, Value::Map(map(vec![(2, Value::from("subject"))])));
    })
    .token();
    for token in [&clear, &redacted, &in_header] {
        assert_eq!(accept_as(token, |token| token.with_subject("subject")).map(drop), Ok(()));
        assert_eq!(accept_as(token, |token| token.with_subject("Subject")).unwrap_err(), Code::Subject);
        assert_eq!(accept_as(token, |token| token).map(drop), Ok(()), "any");
    }
    let missing = Draft::with(|draft| take(&mut draft.claims, 2)).token();
    assert_eq!(accept_as(&missing, |token| token.with_subject("subject")).unwrap_err(), Code::ClaimMissing);
    assert_eq!(accept_as(&missing, |token| token).unwrap_err(), Code::ClaimMissing);
}

/// CWT-H-003.
#[test]
fn the_audience_is_acceptable() {
    let for_both = ["https://a.example", "https://b.example"];
    let texts = |texts: &[&'static str]| array(texts.iter().map(|text| Value::from(*text)).collect());
    for (aud, expected) in [
        (Some(Value::from("https://b.example")), None),
        (Some(texts(&["https://x.example", "https://a.example"])), None),
        (None, None),
        (Some(Value::from("https://x.example")), Some(Code::Audience)),
        (Some(texts(&["https://x.example"])), Some(Code::Audience)),
        (Some(Value::from("https://B.example")), Some(Code::Audience)),
        (Some(Value::Int(5)), Some(Code::ClaimType)),
    ] {
        let token = Draft::with(|draft| aud.into_iter().for_each(|aud| put(&mut draft.claims, 3, aud))).token();
        assert_eq!(accept_as(&token, |token| token.with_audiences(&for_both)).err(), expected);
    }
    let token = Draft::with(|draft| put(&mut draft.claims, 3, Value::from("https://x.example"))).token();
    assert!(accept_as(&token, |token| token).is_ok(), "any");
    assert_eq!(accept_as(&token, |token| token.with_audiences(&[])).unwrap_err(), Code::Audience);
}

/// CWT-H-007: one that she gave, to this Issuer, and still fresh.
#[test]
fn a_nonce_is_one_that_the_issuer_was_given() {
    let token = Draft::with(|draft| put(&mut draft.claims, 39, bytes(b"given"))).token();
    let with = |token: &[u8], nonces: &[ClientNonce<'_>]| {
        let issuers = [trusted(ISSUER, issuer_key().public())];
        let (holder, clock) = (holder_key(), Clock { now: NOW, leeway: 0 });
        let expected = mimicred_sd_cwt::AcceptExpectations { issuers: &issuers, confirmation_key: holder.public(), clock };
        let token = UnverifiedSdCwt::parse(token).unwrap();
        token.with_client_nonces(nonces).accept(&expected).map(drop).map_err(|error| error.code())
    };
    let given = ClientNonce { issuer: ISSUER, nonce: b"given", fresh_until: NOW };
    let other = ClientNonce { nonce: b"other", ..given };
    assert_eq!(with(&token, &[given]), Ok(()));
    assert_eq!(with(&token, &[other, given]), Ok(()));
    assert_eq!(with(&token, &[other]), Err(Code::Nonce), "unknown");
    assert_eq!(with(&token, &[]), Err(Code::Nonce), "never sent");
    assert_eq!(with(&token, &[ClientNonce { fresh_until: NOW - 1, ..given }]), Err(Code::Nonce), "stale");
    assert_eq!(with(&token, &[ClientNonce { fresh_until: i64::MAX, ..given }]), Ok(()));
    assert_eq!(with(&token, &[ClientNonce { issuer: "https://b.example", ..given }]), Err(Code::Nonce), "given to another");
    // Who gave a nonce gets it back (CWT-I-021).
    assert_eq!(with(&Draft::new().token(), &[given]), Err(Code::Nonce));
    assert_eq!(with(&Draft::new().token(), &[]), Ok(()));
    let text = Draft::with(|draft| put(&mut draft.claims, 39, Value::from("given"))).token();
    assert_eq!(with(&text, &[given]), Err(Code::ClaimType));

    // It was judged when the token came; a stored token is taken up again without it.
    let stored = UnverifiedSdCwt::parse(&token).unwrap();
    assert!(stored.reopen(holder_key().public(), Clock { now: NOW, leeway: 0 }).is_ok());
}

/// CWT-H-005, CWT-K-007, CWT-K-014: the key itself, its thumbprint, or an identifier that the Holder knows as that of her key.
#[test]
fn the_holder_knows_her_key_by_any_name() {
    let bound = |member, value| Draft::with(|draft| put(&mut draft.claims, 8, Value::Map(map(vec![(member, value)])))).token();
    let (own, other) = (holder_key().public().clone(), issuer_key().public().clone());
    let known = |key: &mimicred_keys::PublicKey| [KnownKey { key_id: Some(b"alice".to_vec()), key: key.clone() }];
    let (ours, theirs) = (known(&own), known(&other));

    let by_key = bound(1, Value::Map(key::public_members(&own)));
    assert!(accept_as(&by_key, |token| token).is_ok());
    assert_eq!(accept_by(&by_key, &other, |token| token).unwrap_err(), Code::Confirmation);

    let by_thumbprint = bound(5, bytes(&key::thumbprint_sha256(&own)));
    assert!(accept_as(&by_thumbprint, |token| token).is_ok());
    assert_eq!(accept_by(&by_thumbprint, &other, |token| token).unwrap_err(), Code::Confirmation);

    let by_key_id = bound(3, bytes(b"alice"));
    assert!(accept_as(&by_key_id, |token| token.with_known_keys(&ours)).is_ok());
    assert_eq!(accept_as(&by_key_id, |token| token.with_known_keys(&theirs)).unwrap_err(), Code::Confirmation);
    assert_eq!(accept_as(&by_key_id, |token| token).unwrap_err(), Code::Confirmation);
}

/// CWT-V-035 for Holders: wider and narrower limits.
#[test]
fn a_holder_may_set_limits() {
    let token = Draft::with(|draft| {
        for n in 1..4 {
            draft.redact(&content(n, &[]));
        }
    })
    .token();
    let within = |limits: Limits| UnverifiedSdCwt::parse_within(&token, &limits).map(drop).map_err(|error| error.code());
    assert_eq!(within(Limits { disclosures: 3, ..Limits::DEFAULT }), Ok(()));
    assert_eq!(within(Limits { disclosures: 2, ..Limits::DEFAULT }), Err(Code::Limit));
    let clock = Clock { now: NOW, leeway: 0 };
    let holder = holder_key();
    let held = |limits: Limits| {
        let token = UnverifiedSdCwt::parse_within(&token, &limits).unwrap();
        token.reopen(holder.public(), clock).map(drop).map_err(|error| error.code())
    };
    assert_eq!(held(Limits { digests: 3, ..Limits::DEFAULT }), Ok(()));
    assert_eq!(held(Limits { digests: 2, ..Limits::DEFAULT }), Err(Code::Limit));
}

/// CWT-E-026, CWT-E-027 for Holders: the depth that she chose is the one that counts, in clear and once disclosures are in place.
#[test]
fn a_holder_may_limit_depth() {
    let nested = |levels| (1..levels).fold(Value::Null, |inner, _| array(vec![inner]));
    let clear = |levels| Draft::with(|draft| put(&mut draft.claims, 501, nested(levels))).token();
    let disclosed = |levels| Draft::with(|draft| draft.redact(&content(1, &[nested(levels), Value::Int(501)]))).token();
    let held = |token: &[u8], depth| {
        let limits = Limits { depth, ..Limits::DEFAULT };
        let token = UnverifiedSdCwt::parse_within(token, &limits).map_err(|error| error.code())?;
        let held = token.reopen(holder_key().public(), Clock { now: NOW, leeway: 0 });
        let binding = Binding { audience: AUDIENCE, nonce: None, issued_at: NOW };
        // What she makes of it is made within the same limits.
        held.and_then(|held| held.prepare(&Selection::All, &binding)).map(drop).map_err(|error| error.code())
    };
    let tokens: [&dyn Fn(usize) -> Vec<u8>; 2] = [&clear, &disclosed];
    for token in tokens {
        assert_eq!((held(&token(16), 16), held(&token(17), 16)), (Ok(()), Err(Code::Limit)));
        assert_eq!((held(&token(17), 17), held(&token(18), 17)), (Ok(()), Err(Code::Limit)));
        assert_eq!((held(&token(4), 4), held(&token(5), 4)), (Ok(()), Err(Code::Limit)));
    }
}
