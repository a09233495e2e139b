//! CWT-V: signatures, and disclosures put back where they belong.

mod application;
mod header_claims;

use mimicred_claims::{Key, Map, Value};
use mimicred_sd_cwt::{Code, UnverifiedPresentation};

use crate::tokens::*;

fn with_element(content: &[u8]) -> Draft {
    Draft::with(|draft| {
        let digest = draft.disclose(content);
        put(&mut draft.claims, 501, array(vec![digest]));
    })
}

/// CWT-V-001, CWT-P-006: where the SD-CWT is.
#[test]
fn the_sd_cwt_is_in_the_protected_header() {
    let token = Draft::new().token();
    let kcwt = |octets: Vec<u8>| Draft::with(|draft| draft.raw.kcwt = Some(octets)).refused();
    assert_eq!(kcwt(bstr(&token)), Code::Structure);
    assert_eq!(kcwt([&[0x82], &token[..], &token[..]].concat()), Code::Structure);
    let missing = Draft::with(|draft| draft.raw.kbt_protected = Some(hex("a2 01 32 10 19 0126")));
    assert_eq!(missing.refused(), Code::Header);
}

/// CWT-V-002, CWT-V-006, CWT-V-007, CWT-P-019: signatures by the right keys, over everything.
#[test]
fn signatures_cover_everything() {
    let (holder, stranger) = (mimicred_keys::IssuerKey::new(secret(mimicred_keys::Algorithm::Ed25519, 2)), issuer_key());
    let draft = Draft::with(|draft| {
        draft.redact(&content(1, &[Value::from("a"), Value::Int(501)]));
        draft.redact(&content(2, &[Value::from("b"), Value::Int(502)]));
    });
    assert!(draft.verify().is_ok());
    let by_issuer = draft.presentation_signed_by(&stranger);
    assert_eq!(verify(&by_issuer, |_| {}).unwrap_err(), Code::SignatureHolder);
    let forged = Draft { raw: Raw { kcwt: Some(draft.token_signed_by(&holder)), ..Raw::default() }, ..draft.clone() };
    assert_eq!(forged.refused(), Code::SignatureIssuer);

    // One disclosure dropped, one edited, two exchanged, without a new signature of the Holder.
    let signed = draft.presentation();
    let edit = |change: fn(&mut Draft)| {
        let mut changed = draft.clone();
        change(&mut changed);
        let other = changed.presentation();
        let signature = &signed[signed.len() - 64..];
        [&other[..other.len() - 64], signature].concat()
    };
    let changes: [fn(&mut Draft); 4] = [
        |draft| drop(draft.disclosures.pop()),
        |draft| draft.disclosures.reverse(),
        |draft| draft.disclosures[0][20] ^= 1,
        |draft| draft.disclosures.push(bstr(&content(3, &[]))),
    ];
    for change in changes {
        assert_eq!(verify(&edit(change), |_| {}).unwrap_err(), Code::SignatureHolder);
    }
}

/// CWT-V-004, CWT-V-005, CWT-P-003.
#[test]
fn the_list_of_disclosures() {
    for (octets, code) in [
        ("80", Code::Structure),
        ("81 81 00", Code::Structure),
        ("81 60", Code::Structure),
        ("42 81 40", Code::Structure),
        ("a0", Code::Structure),
        ("81 58 01 80", Code::CborForbidden), // trap 2: not the shortest head
    ] {
        assert_eq!(Draft::with(|draft| draft.raw.sd_claims = Some(hex(octets))).refused(), code, "{octets}");
    }
    let encrypted = |value| Draft::with(|draft| put(&mut draft.unprotected, 171, value));
    let entry = array(vec![bytes(&[0; 12]), bytes(&[0; 20]), bytes(&[0; 16])]);
    assert_eq!(encrypted(array(vec![])).refused(), Code::Structure);
    assert_eq!(encrypted(bytes(b"")).refused(), Code::Structure);
    assert!(encrypted(array(vec![entry])).verify().is_ok());
    // CWT-A-001, CWT-A-005, CWT-A-006, CWT-A-023.
    assert_eq!(Draft::with(|draft| put(&mut draft.protected, 171, array(vec![]))).refused(), Code::Header);
    assert_eq!(Draft::with(|draft| put(&mut draft.protected, 17, array(vec![]))).refused(), Code::Header);
    assert_eq!(Draft::with(|draft| put(&mut draft.unprotected, 172, Value::Int(1))).refused(), Code::Header);
    for (value, is_right) in
        [(Value::Int(65535), true), (Value::Int(65536), false), (Value::Int(-1), false), (Value::Null, false)]
    {
        let expected = if is_right { None } else { Some(Code::Header) };
        assert_eq!(Draft::with(|draft| put(&mut draft.protected, 172, value)).verify().err(), expected);
    }
    let claims = Value::Map(map(vec![(4, Value::Int(2000))]));
    assert_eq!(Draft::with(|draft| put(&mut draft.unprotected, 15, claims)).refused(), Code::Header);
}

/// CWT-V-031, CWT-H-006, CWT-I-004, CWT-I-005.
#[test]
fn the_hash_is_the_protected_one() {
    assert!(Draft::with(|draft| take(&mut draft.protected, 170)).verify().is_ok());
    for id in [-15, -14, -7, 9999] {
        assert_eq!(Draft::with(|draft| put(&mut draft.protected, 170, Value::Int(id))).refused(), Code::AlgUnsupported);
    }
    assert_eq!(Draft::with(|draft| put(&mut draft.protected, 170, Value::from("sha-256"))).refused(), Code::Header);
    let moved = Draft::with(|draft| {
        take(&mut draft.protected, 170);
        put(&mut draft.unprotected, 170, Value::Int(-16));
    });
    assert_eq!(moved.refused(), Code::Header);
    // No sd_alg is SHA-256, and label 18 of earlier drafts is just an unknown header.
    let old = Draft::with(|draft| {
        take(&mut draft.protected, 170);
        put(&mut draft.protected, 18, Value::Int(-44));
        draft.redact(&content(1, &[Value::from("a"), Value::Int(501)]));
    });
    assert_eq!(old.verify().unwrap().int(501), Some(&Value::from("a")));
}

/// CWT-V-014 to CWT-V-017.
#[test]
fn every_disclosure_has_one_digest() {
    let draft = Draft::with(|draft| draft.redact(&content(1, &[Value::from("a"), Value::Int(501)])));
    assert_eq!(draft.verify().unwrap().int(501), Some(&Value::from("a")));
    let change = |change: fn(&mut Draft)| {
        let mut draft = draft.clone();
        change(&mut draft);
        draft.refused()
    };
    let edited = |draft: &mut Draft| draft.disclosures[0] = bstr(&content(1, &[Value::from("b"), Value::Int(501)]));
    assert_eq!(change(edited), Code::DisclosureUnmatched);
    // CWT-P-002: the same value in another encoding is another disclosure.
    let wider =
        |draft: &mut Draft| draft.disclosures[0] = bstr(&[&hex("83 50")[..], &[1; 16], &hex("78 01 61 19 01f5")].concat());
    assert_eq!(change(wider), Code::DisclosureUnmatched);
    assert_eq!(change(|draft| draft.disclosures.push(bstr(&content(2, &[Value::Null])))), Code::DisclosureUnmatched);
    assert_eq!(change(|draft| draft.disclosures.push(draft.disclosures[0].clone())), Code::DigestDuplicate);
    let twice = |draft: &mut Draft| {
        let digest = draft.claims.redacted[0].clone();
        let mut inner = Map::new();
        inner.redacted.push(digest);
        put(&mut draft.claims, 502, Value::Map(inner));
    };
    assert_eq!(change(twice), Code::DigestDuplicate);
    // Also if nothing discloses it.
    let undisclosed = |draft: &mut Draft| {
        draft.disclosures.clear();
        draft.claims.redacted.push(draft.claims.redacted[0].clone());
    };
    assert_eq!(change(undisclosed), Code::DigestDuplicate);
}

/// CWT-V-013: the forms are tested with the disclosures; this is one of them in a signed token.
#[test]
fn malformed_disclosures_are_refused() {
    assert_eq!(Draft::with(|draft| draft.redact(&hex("80"))).refused(), Code::DisclosureMalformed);
    let swapped = content(1, &[Value::Int(501), Value::from(true)]);
    assert_eq!(Draft::with(|draft| draft.redact(&swapped)).refused(), Code::DisclosureMalformed);
}

/// CWT-V-018, CWT-D-010: the kind fits the place.
#[test]
fn the_kind_of_a_disclosure_fits_its_place() {
    let (element, claim, decoy) = (content(1, &[Value::Null]), content(1, &[Value::Null, Value::Int(502)]), content(1, &[]));
    assert_eq!(Draft::with(|draft| draft.redact(&element)).refused(), Code::DisclosureMalformed);
    assert_eq!(with_element(&claim).refused(), Code::DisclosureMalformed);
    assert_eq!(with_element(&element).verify().unwrap().int(501), Some(&array(vec![Value::Null])));
    assert_eq!(with_element(&decoy).verify().unwrap().int(501), Some(&array(vec![])));
    assert_eq!(Draft::with(|draft| draft.redact(&decoy)).verify(), Draft::new().verify());
    assert_eq!(Draft::with(|draft| drop(draft.disclose(&decoy))).refused(), Code::DisclosureUnmatched);
}

/// CWT-V-019, CWT-H-016.
#[test]
fn a_disclosed_claim_replaces_nothing() {
    let draft = Draft::with(|draft| draft.redact(&content(1, &[Value::from(false), Value::Int(500)])));
    assert_eq!(draft.refused(), Code::ClaimCollision);
    assert_eq!(draft.accept().unwrap_err(), Code::ClaimCollision);
    let two = Draft::with(|draft| {
        draft.redact(&content(1, &[Value::from("a"), Value::Int(501)]));
        draft.redact(&content(2, &[Value::from("b"), Value::Int(501)]));
    });
    assert_eq!(two.refused(), Code::ClaimCollision);
    // Keys are compared by value, not by spelling: 18 01f5 of two octets and 19 01f5.
    let spelled = Draft::with(|draft| {
        draft.redact(&[&hex("83 50")[..], &[1; 16], &hex("f5 1a 000001f4")].concat());
    });
    assert_eq!(spelled.refused(), Code::ClaimCollision);
    // The same key in another map is another claim.
    let elsewhere = Draft::with(|draft| {
        let Value::Redacted(digest) = draft.disclose(&content(1, &[Value::Int(7), Value::Int(500)])) else { unreachable!() };
        let mut inner = Map::new();
        inner.redacted.push(digest);
        put(&mut draft.claims, 501, Value::Map(inner));
    });
    assert_eq!(elsewhere.verify().unwrap().at(&"501.500".parse().unwrap()), Some(&Value::Int(7)));
}

/// CWT-V-020, CWT-V-021, CWT-V-025 to CWT-V-027, CWT-P-004: any order, and what stays redacted leaves no trace.
#[test]
fn nested_disclosures_in_any_order() {
    let draft = Draft::with(|draft| {
        let Value::Redacted(region) = draft.disclose(&content(1, &[Value::from("ca"), Value::from("region")])) else {
            unreachable!()
        };
        let mut location = Map::from_entries(vec![(Key::from("country"), Value::from("us"))]).unwrap();
        location.redacted.push(region);
        location.redacted.push(vec![7; 32].into());
        let element = draft.disclose(&content(2, &[Value::Map(location)]));
        draft.redact(&content(3, &[array(vec![element, Value::Redacted(vec![8; 32].into())]), Value::Int(503)]));
    });
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let mut shuffled = draft.clone();
        shuffled.disclosures = order.iter().map(|n| draft.disclosures[*n].clone()).collect();
        let claims = shuffled.verify().unwrap();
        assert_eq!(claims.at(&"503[0].region".parse().unwrap()), Some(&Value::from("ca")));
        assert_eq!(claims.at(&"503[0].country".parse().unwrap()), Some(&Value::from("us")));
        assert_eq!(claims.at(&"503[1]".parse().unwrap()), None);
        assert!(claims.redacted.is_empty());
    }
    // CWT-P-005: a child without its parent.
    let mut orphan = draft.clone();
    orphan.disclosures.pop();
    assert_eq!(orphan.refused(), Code::DisclosureUnmatched);
    let mut nothing = draft.clone();
    nothing.disclosures.clear();
    assert_eq!(nothing.verify(), Draft::new().verify());
    let mut array_only = draft;
    array_only.disclosures.drain(..2);
    assert_eq!(array_only.verify().unwrap().int(503), Some(&array(vec![])));
}

/// CWT-V-022: the rules hold inside disclosed values.
#[test]
fn disclosed_values_obey_the_rules() {
    for (value, code) in [
        ("a1 41 01 00", Code::CborForbidden),
        ("d8 3a 00", Code::CborForbidden),
        ("a1 01 d8 3c 41 00", Code::CborForbidden),
        ("a2 01 00 01 00", Code::CborMalformed),
        ("81 d8 3c 41 00", Code::Structure),
    ] {
        let element = [&hex("82 50")[..], &[1; 16], &hex(value)].concat();
        assert_eq!(with_element(&element).refused(), code, "{value}");
    }
}

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
        let nested = Draft::with(|draft| {
            let Value::Redacted(digest) = draft.disclose(&content(1, &[Value::Null, Value::Int(key)])) else { unreachable!() };
            let mut inner = Map::new();
            inner.redacted.push(digest);
            put(&mut draft.claims, 501, Value::Map(inner));
        });
        assert!(nested.verify().is_ok(), "{key} nested");
    }
    let sub = Draft::with(|draft| {
        take(&mut draft.claims, 2);
        draft.redact(&content(1, &[Value::from("subject"), Value::Int(2)]));
    });
    assert_eq!(sub.verify().unwrap().int(2), Some(&Value::from("subject")));
    let elements = Draft::with(|draft| put(&mut draft.claims, 3, array(vec![Value::Redacted(vec![0; 32].into())])));
    assert_eq!(elements.refused(), Code::RedactionForbidden);
}

/// CWT-I-017, trap 8: sub that is certainly missing is missed; sub that may be redacted is not.
#[test]
fn sub_is_there_or_may_be_redacted() {
    let mut draft = Draft::with(|draft| take(&mut draft.claims, 2));
    assert_eq!(draft.refused(), Code::ClaimMissing);
    draft.claims.redacted.push(vec![7; 32].into());
    assert!(draft.verify().is_ok());
}

/// CWT-D-011, CWT-V-033: a decoy and an undisclosed claim look the same, and errors hold no values.
#[test]
fn nothing_shows_of_what_is_not_disclosed() {
    let with = |fields: &[Value<'static>]| {
        let mut draft = Draft::with(|draft| draft.redact(&content(1, fields)));
        draft.disclosures.clear();
        draft.verify()
    };
    assert_eq!(with(&[Value::from("a"), Value::Int(501)]), with(&[]));

    let draft = Draft::with(|draft| drop(draft.disclose(&content(0x5a, &[Value::from("secret value")]))));
    let octets = draft.presentation();
    let presentation = UnverifiedPresentation::parse(&octets).unwrap();
    let printed = format!("{presentation:?} {:?} {:?}", draft.accept().unwrap_err(), draft.verify().unwrap_err());
    assert!(!printed.contains("secret") && !printed.contains("5a5a") && !printed.contains("90, 90"));
}
