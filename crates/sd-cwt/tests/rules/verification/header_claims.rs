//! CWT-V-028, CWT-V-029: the CWT Claims header, 15, is half of the claims.

use mimicred_claims::{Digest, Key, Map, Value};
use mimicred_sd_cwt::{Code, DisclosureState, Status, UnverifiedPresentation};

use crate::tokens::*;

/// A draft with these claims in header 15.
fn with(claims: Vec<(i128, Value<'static>)>) -> Draft {
    with_map(map(claims), |_| {})
}

fn with_map(claims: Map<'static>, change: impl FnOnce(&mut Draft)) -> Draft {
    Draft::with(|draft| {
        change(draft);
        draft.raw.protected = Some(with_header_claims(draft, |map| *map = claims));
    })
}

/// CWT-V-028: what stands there counts like what stands in the payload.
#[test]
fn claims_of_the_header_count() {
    let verified = with(vec![(501, Value::from("x"))]).verify().unwrap();
    assert_eq!(verified.int(501), Some(&Value::from("x")));
    assert_eq!(verified.int(500), Some(&Value::from(true)));
    assert!(with(vec![]).verify().is_ok());
    // Those that a token must have, too: iss and sub.
    for key in [1, 2] {
        let moved = Draft::with(|draft| {
            let value = draft.claims.remove(&Key::Int(key)).unwrap();
            put(&mut draft.protected, 15, Value::Map(map(vec![(key, value)])));
        });
        assert!(moved.verify().is_ok() && moved.accept().is_ok(), "{key}");
        let octets = moved.presentation();
        assert_eq!(UnverifiedPresentation::parse(&octets).unwrap().issuer(), Some(ISSUER));
    }
    let of_another = Draft::with(|draft| {
        take(&mut draft.claims, 1);
        put(&mut draft.protected, 15, Value::Map(map(vec![(1, Value::from("https://b.example"))])));
    });
    assert_eq!(of_another.refused(), Code::IssuerUntrusted);
    // And the audience.
    let for_another = with(vec![(3, Value::from("federation"))]);
    assert_eq!(for_another.refused(), Code::Audience);
    assert!(for_another.verify_with(|expected| expected.audience_of_token = Some("federation")).is_ok());
}

/// CWT-V-028, CWT-I-027: a claim in both is the same in both, once all is disclosed.
#[test]
fn both_say_the_same() {
    assert_eq!(with(vec![(500, Value::from(true))]).verify(), Draft::new().verify());
    for (key, other) in
        [(500, Value::from(false)), (500, Value::Int(1)), (1, Value::from("https://b.example")), (4, Value::Int(2001))]
    {
        assert_eq!(with(vec![(key, other.clone())]).refused(), Code::ClaimCollision, "{key}");
        assert_eq!(with(vec![(key, other)]).accept().unwrap_err(), Code::ClaimCollision, "{key}");
    }
    // One redacted, each with its own salt, or both.
    let redacted = |in_header: &'static str, also_in_payload: Option<&'static str>| {
        Draft::with(|draft| {
            let mut header = Map::new();
            header.redacted.push(draft.hide(&content(1, &[Value::from(in_header), Value::Int(501)])));
            match also_in_payload {
                Some(value) => draft.redact(&content(2, &[Value::from(value), Value::Int(501)])),
                None => put(&mut draft.claims, 501, Value::from("x")),
            }
            draft.raw.protected = Some(with_header_claims(draft, |map| *map = header));
        })
    };
    for (draft, is_right) in [
        (redacted("x", None), true),
        (redacted("y", None), false),
        (redacted("x", Some("x")), true),
        (redacted("x", Some("y")), false),
    ] {
        let expected = if is_right { Ok(Value::from("x")) } else { Err(Code::ClaimCollision) };
        assert_eq!(draft.verify().map(|claims| claims.int(501).unwrap().clone()), expected);
        assert_eq!(draft.accept().map(|held| held.claims().int(501).unwrap().clone()), expected);
    }
    // With one of them withheld nobody can compare.
    let mut withheld = redacted("y", None);
    withheld.disclosures.clear();
    assert_eq!(withheld.verify().unwrap().int(501), Some(&Value::from("x")));
}

/// CWT-V-028: disclosures land there, at any depth, and share one space of digests with the payload.
#[test]
fn disclosures_land_in_the_header() {
    let draft = Draft::with(|draft| {
        let region = draft.hide(&content(1, &[Value::from("ca"), Value::from("region")]));
        let mut location = Map::new();
        location.redacted.push(region);
        let mut header = Map::new();
        header.redacted.push(draft.hide(&content(2, &[Value::Map(location), Value::Int(501)])));
        header.redacted.push(Digest::copied(&[7; 32]));
        draft.redact(&content(3, &[Value::from("z"), Value::Int(502)]));
        draft.raw.protected = Some(with_header_claims(draft, |map| *map = header));
    });
    let verified = draft.verify().unwrap();
    assert_eq!(verified.at(&"501.region".parse().unwrap()), Some(&Value::from("ca")));
    assert_eq!(verified.int(502), Some(&Value::from("z")));
    assert!(verified.redacted.is_empty());
    let octets = draft.presentation();
    let inspection = UnverifiedPresentation::parse(&octets).unwrap().inspect().unwrap();
    let of_header = inspection.header_claims.unwrap();
    assert_eq!(of_header.iter().map(|node| node.status).collect::<Vec<_>>(), [Status::Disclosed(1), Status::Redacted]);
    assert_eq!(inspection.disclosures[0].state, DisclosureState::Referenced("501.region".parse().unwrap()));
    // CWT-V-017: a digest in both.
    let twice = with_map(
        {
            let mut header = Map::new();
            header.redacted.push(Digest::copied(&[7; 32]));
            header
        },
        |draft| draft.claims.redacted.push(Digest::copied(&[7; 32])),
    );
    assert_eq!(twice.refused(), Code::DigestDuplicate);
}

/// CWT-V-029: the confirmation key is the one in the payload.
#[test]
fn cnf_is_in_the_payload() {
    let key = || cnf(holder_key().public());
    let only_in_header = Draft::with(|draft| {
        take(&mut draft.claims, 8);
        put(&mut draft.protected, 15, Value::Map(map(vec![(8, key())])));
    });
    assert_eq!(only_in_header.refused(), Code::ClaimMissing);
    assert_eq!(only_in_header.accept().unwrap_err(), Code::ClaimMissing);
    assert!(with(vec![(8, key())]).verify().is_ok());
    assert_eq!(with(vec![(8, cnf(issuer_key().public()))]).refused(), Code::ClaimCollision);
}

/// CWT-V-023, CWT-I-018, trap 7: what is never redacted, is not redacted there either.
#[test]
fn what_is_never_redacted_stays_visible_there() {
    for key in [1, 3, 4, 5, 6, 7, 8, 39] {
        let disclosed = Draft::with(|draft| {
            if !matches!(key, 1 | 8) {
                draft.claims.remove(&Key::Int(key));
            }
            let digest = draft.hide(&content(1, &[Value::Int(2000), Value::Int(key)]));
            draft.raw.protected = Some(with_header_claims(draft, |map| map.redacted.push(digest)));
        });
        assert_eq!(disclosed.refused(), Code::RedactionForbidden, "{key}");
        assert_eq!(disclosed.accept().unwrap_err(), Code::RedactionForbidden, "{key}");
    }
    let inside = with(vec![(3, array(vec![Value::Redacted(Digest::copied(&[7; 32]))]))]);
    assert_eq!(inside.refused(), Code::RedactionForbidden);
    // An expiry that is disclosed beside the clear one of the payload, and says the same.
    let beside = Draft::with(|draft| {
        let digest = draft.hide(&content(1, &[Value::Int(2000), Value::Int(4)]));
        draft.raw.protected = Some(with_header_claims(draft, |map| map.redacted.push(digest)));
    });
    assert_eq!(beside.refused(), Code::RedactionForbidden);
    // Deeper they are claims like others.
    let nested = Draft::with(|draft| {
        let digest = draft.hide(&content(1, &[Value::Int(2000), Value::Int(4)]));
        let mut inner = Map::new();
        inner.redacted.push(digest);
        draft.raw.protected = Some(with_header_claims(draft, |map| put(map, 501, Value::Map(inner))));
    });
    assert_eq!(nested.verify().unwrap().at(&"501.4".parse().unwrap()), Some(&Value::Int(2000)));
}

/// CWT-V-024, CWT-Y-012: claims there have their types.
#[test]
fn claims_of_the_header_have_their_types() {
    for (key, bad) in [(7, Value::from("cti")), (11, Value::Int(-1)), (39, Value::from("nonce")), (4, Value::from("2000"))] {
        let draft = Draft::with(|draft| {
            draft.claims.remove(&Key::Int(key));
            put(&mut draft.protected, 15, Value::Map(map(vec![(key, bad)])));
        });
        assert_eq!(draft.refused(), Code::ClaimType, "{key}");
    }
}

/// CWT-E-013, CWT-E-019: it is a Claims Map by all rules, and nothing but a map.
#[test]
fn the_header_is_a_claims_map() {
    let raw = |octets: &str| {
        let draft = Draft::new();
        let protected = with_raw_entry(&draft.protected, 15, Some(&hex(octets)));
        Draft::with(|draft| draft.raw.protected = Some(protected)).verify().err()
    };
    let digest = "07".repeat(32);
    assert_eq!(raw(&format!("a1 f83b 81 5820 {digest}")), None);
    assert_eq!(raw(&format!("a1 1901f5 81 d83c 5820 {digest}")), None);
    for (octets, code) in [
        ("80", Code::Header),
        ("f6", Code::Header),
        ("41 a0", Code::Header),
        ("a1 41 01 00", Code::CborForbidden),
        ("a1 f9 3e00 00", Code::CborForbidden),
        ("a1 f5 00", Code::CborForbidden),
        ("a1 f8 3a 00", Code::CborForbidden),
        ("a1 1901f5 a1 41 01 00", Code::CborForbidden),
        ("a1 1901f5 d83a 00", Code::CborForbidden),
        ("a1 1901f5 d83c 41 07", Code::CborForbidden),
        ("a1 f83b 81 41 07", Code::Structure),
        ("bf ff", Code::CborForbidden),
        ("a2 1901f5 00 1901f5 00", Code::CborMalformed),
    ] {
        assert_eq!(raw(octets), Some(code), "{octets}");
    }
    // In the unprotected header it is not even looked at.
    let claims = Value::Map(map(vec![(4, Value::Int(2000))]));
    assert_eq!(Draft::with(|draft| put(&mut draft.unprotected, 15, claims)).refused(), Code::Header);
    // It may be critical (CWT-E-029).
    let critical = Draft::with(|draft| {
        put(&mut draft.protected, 2, array(vec![Value::Int(15)]));
        put(&mut draft.protected, 15, Value::Map(map(vec![(501, Value::from("x"))])));
    });
    assert!(critical.verify().is_ok());
    // The Issuer's signature covers it.
    let signed = with(vec![(501, Value::from("x"))]);
    let (token, other) = (signed.token(), with(vec![(501, Value::from("y"))]).token());
    let forged = [&other[..other.len() - 64], &token[token.len() - 64..]].concat();
    assert_eq!(Draft::with(|draft| draft.raw.kcwt = Some(forged)).refused(), Code::SignatureIssuer);
}
