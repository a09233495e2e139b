//! A small token and a small presentation that have one of everything.

use mimicred_claims::{Map, Value};
use mimicred_cose::cbor;
use mimicred_keys::Algorithm;

use crate::tokens::*;

/// A token as issued: claims of each type, in the payload and in the header; disclosures in both, in an array, under a tag, one in
/// the other three deep, and a decoy. The contents of the disclosures go through `edit` before they are hashed.
pub(super) fn issued_with(issuer: Algorithm, holder: Algorithm, mut edit: impl FnMut(Vec<u8>) -> Vec<u8>) -> Draft {
    let alg = |algorithm| match algorithm {
        Algorithm::Ed25519 => -19,
        Algorithm::P256 => -9,
        Algorithm::P384 => -51,
        Algorithm::P521 => -52,
    };
    Draft::with(|draft| {
        (draft.issuer, draft.holder) = (issuer, holder);
        put(&mut draft.protected, 1, Value::Int(alg(issuer)));
        put(&mut draft.kbt_protected, 1, Value::Int(alg(holder)));
        put(&mut draft.claims, 8, cnf(secret(holder, 2).public()));
        put(&mut draft.claims, 500, array(vec![Value::Null, Value::Float(1.5), bytes(b"b"), Value::Simple(99)]));
        let mut salt = 0;
        let mut disclose = |draft: &mut Draft, fields: &[Value<'static>]| {
            salt += 1;
            draft.disclose(&edit(content(salt, fields)))
        };
        // 501 holds "a", which holds an element.
        let element = disclose(draft, &[Value::from("x")]);
        let inner = disclose(draft, &[array(vec![Value::Int(1), element]), Value::from("a")]);
        let outer = disclose(draft, &[Value::Map(redacting(inner)), Value::Int(501)]);
        draft.claims.redacted.extend(redacting(outer).redacted);
        let tagged = disclose(draft, &[Value::from(false)]);
        let decoy = disclose(draft, &[]);
        put(&mut draft.claims, 502, Value::Tag(4, Box::new(array(vec![tagged, decoy]))));
        let in_header = disclose(draft, &[Value::from("h"), Value::Int(503)]);
        let mut header = redacting(in_header);
        put(&mut header, 6, Value::Int(600));
        let header = cbor::write(&Value::Map(header)).unwrap();
        draft.raw.protected = Some(with_raw_entry(&draft.protected, 15, Some(&header)));
    })
}

/// How many disclosures it has.
pub(super) const DISCLOSURES: usize = 6;

pub(super) fn issued(issuer: Algorithm, holder: Algorithm) -> Draft {
    issued_with(issuer, holder, |content| content)
}

/// A presentation of such a token, in which something is not disclosed, and something is encrypted and stays closed.
pub(super) fn presented(issuer: Algorithm, holder: Algorithm) -> Draft {
    let mut draft = issued(issuer, holder);
    draft.claims.redacted.extend(redacting(digest(b"unknown")).redacted);
    put(&mut draft.unprotected, 171, array(vec![array(vec![bytes(&[1; 12]), bytes(b"closed"), bytes(&[2; 16])])]));
    draft
}

/// A map in which this digest is that of a redacted key.
fn redacting(digest: Value<'static>) -> Map<'static> {
    let Value::Redacted(digest) = digest else { unreachable!() };
    let mut map = Map::new();
    map.redacted.push(digest);
    map
}

#[test]
fn both_pass() {
    for draft in [issued(Algorithm::P384, Algorithm::P256), presented(Algorithm::P384, Algorithm::P256)] {
        let claims = draft.verify_with(|_| {}).unwrap();
        assert_eq!(claims.at(&"501.a[1]".parse().unwrap()), Some(&Value::from("x")));
        assert_eq!(claims.int(502), Some(&Value::Tag(4, Box::new(array(vec![Value::from(false)])))));
        assert_eq!(claims.int(503), Some(&Value::from("h")));
        assert_eq!(draft.disclosures.len(), DISCLOSURES);
    }
    assert!(issued(Algorithm::P384, Algorithm::P256).accept().is_ok());
}
