//! CWT-V-023 to CWT-V-027, CWT-V-033: the claims that come out, and what must not.

use mimicred_claims::{Digest, Key, Map, Redaction, RedactionPlan, Selection, Value};
use mimicred_keys::SystemRandom;
use mimicred_sd_cwt::{Binding, Code, Issuer, UnverifiedPresentation};

use crate::tokens::*;

/// CWT-V-023, CWT-I-018, CWT-I-019, trap 7: at the top level only.
#[test]
fn some_claims_never_come_by_disclosure() {
    for key in [1, 3, 4, 5, 6, 7, 8, 39] {
        let draft = Draft::with(|draft| {
            // iss and cnf have to stand in clear too, or the token fails earlier.
            if !matches!(key, 1 | 8) {
                draft.claims.remove(&Key::Int(key));
            }
            draft.redact(&content(1, &[Value::Null, Value::Int(key)]));
        });
        assert_eq!(draft.refused(), Code::RedactionForbidden, "{key}");
        assert_eq!(draft.accept().unwrap_err(), Code::RedactionForbidden, "{key}");
        let nested = Draft::with(|draft| {
            let mut inner = Map::new();
            inner.redacted.push(draft.hide(&content(1, &[Value::Null, Value::Int(key)])));
            put(&mut draft.claims, 501, Value::Map(inner));
        });
        assert!(nested.verify().is_ok() && nested.accept().is_ok(), "{key} nested");
    }
    let sub = Draft::with(|draft| {
        take(&mut draft.claims, 2);
        draft.redact(&content(1, &[Value::from("subject"), Value::Int(2)]));
    });
    assert_eq!(sub.verify().unwrap().int(2), Some(&Value::from("subject")));
    // Nor is a part of them redacted.
    for key in [3, 4, 5, 6, 7, 39] {
        let elements = Draft::with(|draft| put(&mut draft.claims, key, array(vec![Value::Redacted(Digest::copied(&[0; 32]))])));
        assert_eq!(elements.refused(), Code::RedactionForbidden, "{key}");
    }
}

/// CWT-V-024.
#[test]
fn a_disclosed_claim_has_the_type_of_its_key() {
    let disclosed = |key: i128, value: Value<'static>| {
        let draft = Draft::with(|draft| {
            draft.claims.remove(&Key::Int(key));
            draft.redact(&content(1, &[value, Value::Int(key)]));
        });
        draft.verify().map(drop)
    };
    assert_eq!(disclosed(2, Value::from("subject")), Ok(()));
    assert_eq!(disclosed(2, Value::Int(5)), Err(Code::ClaimType));
    assert_eq!(disclosed(2, bytes(b"subject")), Err(Code::ClaimType));
    assert_eq!(disclosed(11, Value::Int(65535)), Ok(()));
    assert_eq!(disclosed(11, Value::Int(65536)), Err(Code::ClaimType));
}

/// CWT-I-017, trap 8: `sub` that is certainly missing is missed; `sub` that may be redacted is not, though a Holder knows better.
#[test]
fn sub_is_there_or_may_be_redacted() {
    let mut draft = Draft::with(|draft| take(&mut draft.claims, 2));
    assert_eq!(draft.refused(), Code::ClaimMissing);
    draft.redact(&content(1, &[Value::from("x"), Value::Int(501)]));
    assert_eq!(draft.refused(), Code::ClaimMissing, "everything is disclosed");
    assert_eq!(draft.accept().unwrap_err(), Code::ClaimMissing);
    draft.disclosures.clear();
    assert!(draft.verify().is_ok());
}

/// CWT-V-025, CWT-V-027: digests left over go, and what held them stays.
#[test]
fn emptied_maps_and_arrays_stay() {
    let digest = |n| Digest::copied(&[n; 32]);
    let draft = Draft::with(|draft| {
        let mut map = Map::new();
        map.redacted.push(digest(1));
        put(&mut draft.claims, 501, Value::Map(map));
        put(&mut draft.claims, 502, array(vec![Value::Redacted(digest(2)), Value::Redacted(digest(3))]));
        let tagged = Value::Tag(4000, Box::new(array(vec![Value::from("x"), Value::Redacted(digest(4))])));
        put(&mut draft.claims, 503, tagged);
        draft.claims.redacted.push(digest(5));
    });
    let claims = draft.verify().unwrap();
    assert_eq!(claims.int(501), Some(&Value::Map(Map::new())));
    assert_eq!(claims.int(502), Some(&array(vec![])));
    assert_eq!(claims.int(503), Some(&Value::Tag(4000, Box::new(array(vec![Value::from("x")])))));
    assert!(claims.redacted.is_empty());
}

fn has_marks(value: &Value<'_>) -> bool {
    match value {
        Value::Map(map) => !map.redacted.is_empty() || map.iter().any(|(_, value)| has_marks(value)),
        Value::Array(elements) => elements.iter().any(has_marks),
        Value::Tag(tag, inner) => [58, 60, 62].contains(tag) || has_marks(inner),
        Value::Simple(number) => *number == 59,
        Value::Redacted(_) => true,
        _ => false,
    }
}

/// CWT-V-026: no mark of redaction at any depth, whichever claims are disclosed; here every set of up to three of them.
#[test]
fn no_mark_is_left_whatever_is_disclosed() {
    let nested = |depth: usize| {
        (0..depth).fold(array(vec![Value::from("leaf"), Value::Null]), |inner, n| {
            let map = Map::from_entries(vec![(Key::from("in"), inner), (Key::Int(1), Value::Bool(n % 2 == 0))]).unwrap();
            array(vec![Value::Tag(4000, Box::new(Value::Map(map))), Value::Int(0)])
        })
    };
    let entries = vec![
        (Key::Int(1), Value::from(ISSUER)),
        (Key::Int(2), Value::from("subject")),
        (Key::Int(500), nested(3)),
        (Key::from("text"), nested(1)),
    ];
    let plan = RedactionPlan::new(Redaction::All).with_min_digests(3);
    let prepared = Issuer::new(issuer_key().public()).prepare(
        Map::from_entries(entries).unwrap(),
        holder_key().public(),
        &plan,
        &mut SystemRandom,
    );
    let token = prepared.unwrap().sign(&issuer_key()).unwrap();
    let held = accept(token.as_bytes(), holder_key().public()).unwrap();
    assert!(!has_marks(&Value::Map(held.claims().clone())));
    let paths: Vec<_> = held.disclosed().iter().filter(|d| !d.decoy).map(|d| d.path.clone()).collect();
    assert!(paths.len() > 15);
    let binding = Binding { audience: AUDIENCE, nonce: Some(NONCE), issued_at: 900 };
    for (a, b, c) in (0..paths.len()).map(|n| (n, (n * 7 + 3) % paths.len(), (n * 5 + 1) % paths.len())) {
        for chosen in [vec![], vec![a], vec![a, b], vec![a, b, c]] {
            let selection = Selection::Paths(chosen.iter().map(|n| paths[*n].clone()).collect());
            let presentation = held.prepare(&selection, &binding).unwrap().sign(&holder_key()).unwrap();
            let claims = verify(presentation.as_bytes(), |_| {}).unwrap();
            assert!(!has_marks(&Value::Map(claims)), "{selection:?}");
        }
    }
}

/// CWT-D-011: a decoy and an undisclosed claim look the same.
#[test]
fn a_decoy_looks_like_an_undisclosed_claim() {
    let with = |fields: &[Value<'static>]| {
        let mut draft = Draft::with(|draft| draft.redact(&content(1, fields)));
        draft.disclosures.clear();
        draft.verify()
    };
    assert_eq!(with(&[Value::from("a"), Value::Int(501)]), with(&[]));
}

/// CWT-V-033: what fails gives an error and nothing else, and the error tells no claim, salt or value; nor does what is printed of
/// a presentation that is not verified.
#[test]
fn nothing_of_a_failed_token_gets_out() {
    let draft = Draft::with(|draft| drop(draft.disclose(&content(0x5a, &[Value::from("secret value")]))));
    let octets = draft.presentation();
    let presentation = UnverifiedPresentation::parse(&octets).unwrap();
    let issuers = [trusted(ISSUER, issuer_key().public())];
    let error = presentation.verify(&crate::judging::usual(&issuers)).unwrap_err();
    let printed = format!("{presentation:?} {error:?} {error} {:?}", draft.accept().unwrap_err());
    assert_eq!(error.code(), Code::DisclosureUnmatched);
    for secret in ["secret", "5a5a", "90, 90", "ZZ"] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
}
