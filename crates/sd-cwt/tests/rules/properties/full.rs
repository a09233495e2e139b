//! A small presentation that has one of everything.

use mimicred_claims::{Map, Value};
use mimicred_keys::Algorithm;

use crate::tokens::*;

/// Claims of each type; disclosures in a map, in an array, under a tag, one in the other three deep, a disclosed decoy; and
/// digests that nothing discloses. The contents of the disclosures go through `edit` before they are hashed.
pub(super) fn full_with(issuer: Algorithm, holder: Algorithm, mut edit: impl FnMut(Vec<u8>) -> Vec<u8>) -> Draft {
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
        let redacting = |digest: Value<'static>| {
            let Value::Redacted(digest) = digest else { unreachable!() };
            let mut map = Map::new();
            map.redacted.push(digest);
            map
        };
        // 501 holds "a", which holds an element.
        let element = disclose(draft, &[Value::from("x")]);
        let inner = disclose(draft, &[array(vec![Value::Int(1), element]), Value::from("a")]);
        let outer = disclose(draft, &[Value::Map(redacting(inner)), Value::Int(501)]);
        let decoy = disclose(draft, &[]);
        let tagged = disclose(draft, &[Value::from(false)]);
        let tagged = Value::Tag(4, Box::new(array(vec![tagged, decoy, digest(b"unknown")])));
        put(&mut draft.claims, 502, tagged);
        let Value::Redacted(outer) = outer else { unreachable!() };
        let Value::Redacted(unknown) = digest(b"another") else { unreachable!() };
        draft.claims.redacted.extend([outer, unknown]);
    })
}

pub(super) fn full(issuer: Algorithm, holder: Algorithm) -> Draft {
    full_with(issuer, holder, |content| content)
}

#[test]
fn it_passes() {
    let claims = full(Algorithm::P384, Algorithm::P256).verify_with(|_| {}).unwrap();
    assert_eq!(claims.at(&"501.a[1]".parse().unwrap()), Some(&Value::from("x")));
    assert_eq!(claims.int(502), Some(&Value::Tag(4, Box::new(array(vec![Value::from(false)])))));
}
