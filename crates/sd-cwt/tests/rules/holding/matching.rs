//! CWT-H-006 and CWT-H-008 to CWT-H-012: what the Issuer signed and what it sent are one to one.

use mimicred_claims::{Digest, Map, Value};
use mimicred_sd_cwt::Code;

use crate::tokens::*;

/// 501: {"record": redacted {"region" redacted, "country" redacted}}, and a decoy: disclosures region, country, record, decoy.
fn nested() -> Draft {
    Draft::with(|draft| {
        let mut record = Map::new();
        record.redacted.push(draft.hide(&content(1, &[Value::from("ca"), Value::from("region")])));
        record.redacted.push(draft.hide(&content(2, &[Value::from("us"), Value::from("country")])));
        let mut outer = Map::new();
        outer.redacted.push(draft.hide(&content(3, &[Value::Map(record), Value::from("record")])));
        put(&mut draft.claims, 501, Value::Map(outer));
        draft.redact(&content(4, &[]));
    })
}

fn permutations(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![vec![]];
    }
    let longer = |shorter: Vec<usize>| (0..n).map(move |at| [&shorter[..at], &[n - 1], &shorter[at..]].concat());
    permutations(n - 1).into_iter().flat_map(longer).collect()
}

/// CWT-H-008, CWT-I-013, CWT-D-004: without any one of them some digest stays alone.
#[test]
fn every_digest_has_its_disclosure() {
    assert!(nested().accept().is_ok());
    for n in 0..4 {
        let mut draft = nested();
        draft.disclosures.remove(n);
        assert_eq!(draft.accept().unwrap_err(), Code::DigestUnmatched, "without disclosure {n}");
    }
    // A digest that is no hash of anything (CWT-D-003).
    let random = Draft::with(|draft| draft.claims.redacted.push(Digest::copied(&[7; 32])));
    assert_eq!(random.accept().unwrap_err(), Code::DigestUnmatched);
}

/// CWT-H-009: one of each kind that no digest is for.
#[test]
fn every_disclosure_has_its_digest() {
    for stray in [content(9, &[]), content(9, &[Value::Null]), content(9, &[Value::Null, Value::from("more")])] {
        let mut draft = nested();
        draft.disclosures.push(bstr(&stray));
        assert_eq!(draft.accept().unwrap_err(), Code::DisclosureUnmatched);
    }
}

/// CWT-H-010: through all levels, in whatever order they come.
#[test]
fn matching_follows_nesting_in_any_order() {
    let draft = nested();
    let expected = draft.accept().unwrap();
    assert_eq!(expected.claims().at(&"501.record.region".parse().unwrap()), Some(&Value::from("ca")));
    let orders = permutations(4);
    assert_eq!(orders.len(), 24);
    for order in orders {
        let mut shuffled = draft.clone();
        shuffled.disclosures = order.iter().map(|n| draft.disclosures[*n].clone()).collect();
        assert_eq!(shuffled.accept().unwrap().claims(), expected.claims(), "{order:?}");
    }
    // A child whose parent is nowhere, not even as a digest.
    let orphan = Draft::with(|draft| {
        let mut record = Map::new();
        record.redacted.push(draft.hide(&content(1, &[Value::from("ca"), Value::from("region")])));
    });
    assert_eq!(orphan.accept().unwrap_err(), Code::DisclosureUnmatched);
}

/// CWT-H-011: in one list, in two maps, in payload and header 15, in a disclosure; or the disclosure itself.
#[test]
fn no_digest_and_no_disclosure_is_there_twice() {
    let with = |place: fn(&mut Draft, Digest<'static>)| {
        Draft::with(|draft| {
            let digest = draft.hide(&content(1, &[Value::from("x"), Value::Int(501)]));
            draft.claims.redacted.push(digest.clone());
            place(draft, digest);
        })
    };
    assert!(with(|_, _| {}).accept().is_ok());
    let redacted = |digest| {
        let mut map = Map::new();
        map.redacted.push(digest);
        Value::Map(map)
    };
    let twice: [fn(&mut Draft, Digest<'static>); 4] = [
        |draft, digest| draft.claims.redacted.push(digest),
        |draft, digest| {
            let mut map = Map::new();
            map.redacted.push(digest);
            put(&mut draft.claims, 502, Value::Map(map));
        },
        |draft, digest| draft.raw.protected = Some(with_header_claims(draft, |claims| claims.redacted.push(digest))),
        |draft, _| draft.disclosures.push(draft.disclosures[0].clone()),
    ];
    for (n, place) in twice.into_iter().enumerate() {
        assert_eq!(with(place).accept().unwrap_err(), Code::DigestDuplicate, "{n}");
        assert_eq!(with(place).refused(), Code::DigestDuplicate, "{n}, for a Verifier");
    }
    let inside = Draft::with(|draft| {
        let digest = draft.hide(&content(1, &[Value::from("x"), Value::Int(501)]));
        draft.claims.redacted.push(digest.clone());
        draft.redact(&content(2, &[redacted(digest), Value::Int(502)]));
    });
    assert_eq!(inside.accept().unwrap_err(), Code::DigestDuplicate);
    // Any of them, those whose digests are further down too, sent once more, at once or later.
    for n in 0..4 {
        for at in [n, n + 1, 4] {
            let mut again = nested();
            again.disclosures.insert(at, nested().disclosures[n].clone());
            assert_eq!(again.accept().unwrap_err(), Code::DigestDuplicate, "disclosure {n} again as {at}");
            assert_eq!(again.refused(), Code::DigestDuplicate, "disclosure {n} again as {at}, for a Verifier");
        }
    }
}

/// CWT-H-011, CWT-D-002: two decoys of one salt are one.
#[test]
fn decoys_have_salts_of_their_own() {
    let decoys = |salts: [u8; 2]| Draft::with(|draft| salts.into_iter().for_each(|salt| draft.redact(&content(salt, &[]))));
    assert!(decoys([1, 2]).accept().is_ok());
    assert_eq!(decoys([1, 1]).accept().unwrap_err(), Code::DigestDuplicate);
}

/// CWT-H-012: whatever kind they are; a Verifier who gets one of the two cannot know.
#[test]
fn no_salt_is_used_twice() {
    let with = |first: &[Value<'static>], second: &[Value<'static>]| {
        Draft::with(|draft| {
            let element = draft.disclose(&content(1, first));
            put(&mut draft.claims, 502, array(vec![element]));
            draft.redact(&content(1, second));
        })
    };
    let claim = [Value::from("a"), Value::Int(501)];
    assert_eq!(with(&[Value::from("a")], &claim).accept().unwrap_err(), Code::DisclosureMalformed);
    assert_eq!(with(&[Value::from("a")], &[]).accept().unwrap_err(), Code::DisclosureMalformed);
    assert!(with(&[Value::from("a")], &claim).verify().is_ok());
}

/// CWT-H-006: as an Issuer names it, or does not.
#[test]
fn the_hash_of_the_digests_is_supported() {
    let with = |alg: Option<i128>| {
        let draft = Draft::with(|draft| {
            take(&mut draft.protected, 170);
            if let Some(alg) = alg {
                put(&mut draft.protected, 170, Value::Int(alg));
            }
            draft.redact(&content(1, &[Value::from("x"), Value::Int(501)]));
        });
        draft.accept().map(drop)
    };
    assert_eq!(with(Some(-16)), Ok(()));
    assert_eq!(with(None), Ok(()));
    for alg in [-9999, -15, -14, 0] {
        assert_eq!(with(Some(alg)), Err(Code::AlgUnsupported), "{alg}");
    }
}

/// CWT-H-016: restored claims take no place that is taken, and keep the rules for keys.
#[test]
fn restored_claims_collide_with_nothing() {
    let with = |disclosure: Vec<u8>| Draft::with(|draft| draft.redact(&disclosure)).accept().map(drop);
    assert_eq!(with(content(1, &[Value::from("x"), Value::Int(501)])), Ok(()));
    assert_eq!(with(content(1, &[Value::from("x"), Value::Int(500)])), Err(Code::ClaimCollision));
    let value = |octets: &str| [&hex("83 50")[..], &[1; 16], &hex(octets), &hex("19 01f5")].concat();
    assert_eq!(with(value("a1 f5 00")), Err(Code::CborForbidden), "a key that is no key");
    assert_eq!(with(value("a2 01 00 18 01 00")), Err(Code::CborMalformed), "a key twice");
}

/// A map with a member in clear, or none, and redacted ones of these names.
fn address(draft: &mut Draft, clear: Option<&'static str>, redacted: &[&'static str]) -> Value<'static> {
    let mut address = Map::from_entries(clear.map(|name| (name.into(), Value::from("us"))).into_iter().collect()).unwrap();
    for (salt, name) in (1..).zip(redacted) {
        address.redacted.push(draft.hide(&content(salt, &[Value::from("us"), Value::from(*name)])));
    }
    Value::Map(address)
}

/// CWT-H-016, CWT-V-019: nor in a map further down, be it in clear or disclosed itself.
#[test]
fn restored_claims_collide_with_nothing_further_down() {
    for (clear, redacted, expected) in [
        (Some("country"), &["region"][..], None),
        (Some("country"), &["country"], Some(Code::ClaimCollision)),
        (None, &["country", "region"], None),
        (None, &["country", "country"], Some(Code::ClaimCollision)),
    ] {
        let in_clear = Draft::with(|draft| {
            let address = address(draft, clear, redacted);
            put(&mut draft.claims, 503, array(vec![address]));
        });
        let disclosed = Draft::with(|draft| {
            let address = address(draft, clear, redacted);
            draft.redact(&content(9, &[array(vec![address]), Value::Int(503)]));
        });
        for draft in [in_clear, disclosed] {
            assert_eq!((draft.accept().err(), draft.verify().err()), (expected, expected), "{clear:?} {redacted:?}");
        }
    }
}

/// CWT-H-001: one bit of the payload, and nothing is believed any more.
#[test]
fn a_changed_payload_is_not_the_issuers() {
    let draft = Draft::new();
    let (token, payload) = (draft.token(), draft.payload());
    let start = token.windows(payload.len()).position(|window| window == payload).unwrap();
    // The last octet: the claim 500 is true, and then false.
    let mut flipped = token.clone();
    flipped[start + payload.len() - 1] ^= 1;
    assert!(accept(&token, holder_key().public()).is_ok());
    assert_eq!(accept(&flipped, holder_key().public()).unwrap_err(), Code::SignatureIssuer);
}
