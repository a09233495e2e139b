//! CWT-V-013 to CWT-V-022: disclosures, and where they land.

use mimicred_claims::{Digest, Key, Map, Value};
use mimicred_sd_cwt::Code;

use crate::tokens::*;

fn with_element(content: &[u8]) -> Draft {
    Draft::with(|draft| {
        let digest = draft.disclose(content);
        put(&mut draft.claims, 501, array(vec![digest]));
    })
}

/// CWT-V-013, CWT-I-006, CWT-I-007, CWT-I-008: one definite-length array of one to three fields, a salt of 16 octets first, a key
/// last; each fault in a token that is signed with it.
#[test]
fn the_form_of_a_disclosure() {
    let salt = "50 01010101010101010101010101010101";
    let form = |octets: String| Draft::with(|draft| draft.redact(&hex(&octets))).verify().map(drop);
    assert_eq!(form(format!("83 {salt} f5 19 01f5")), Ok(()));
    assert_eq!(form(format!("83 {salt} f5 61 61")), Ok(()));
    assert_eq!(form(format!("81 {salt}")), Ok(()));
    for malformed in [
        "80".to_owned(),
        format!("84 {salt} f5 19 01f5 00"),
        "83 4f 010101010101010101010101010101 f5 19 01f5".to_owned(),
        "83 51 0101010101010101010101010101010101 f5 19 01f5".to_owned(),
        "83 70 61616161616161616161616161616161 f5 19 01f5".to_owned(),
        format!("83 {salt} f5 f9 3e00"),
        format!("83 {salt} f5 41 61"),
        format!("83 {salt} f5 f6"),
        format!("83 {salt} f5 19 01f5 00"),
        "a1 01 02".to_owned(),
        "f5".to_owned(),
        "40".to_owned(),
    ] {
        assert_eq!(form(malformed.clone()), Err(Code::DisclosureMalformed), "{malformed}");
    }
    assert_eq!(form(format!("9f {salt} f5 19 01f5 ff")), Err(Code::CborForbidden));
    assert_eq!(form(format!("83 {salt} f5")), Err(Code::CborMalformed), "cut off");
    assert_eq!(form(String::new()), Err(Code::CborMalformed));
}

/// Trap 22, CWT-I-006: salt, value, key. In the order of earlier drafts a number in the middle is no key; two texts exchanged are
/// another claim, which has another digest.
#[test]
fn the_order_of_fields() {
    let swapped = content(1, &[Value::Int(501), Value::from(true)]);
    assert_eq!(Draft::with(|draft| draft.redact(&swapped)).refused(), Code::DisclosureMalformed);
    let mut texts = Draft::with(|draft| draft.redact(&content(1, &[Value::from("value"), Value::from("key")])));
    assert_eq!(texts.verify().unwrap().text("key"), Some(&Value::from("value")));
    texts.disclosures = vec![bstr(&content(1, &[Value::from("key"), Value::from("value")]))];
    assert_eq!(texts.refused(), Code::DisclosureUnmatched);
}

/// Trap 20, trap 21: a value of null is a value; the number of fields alone tells what a disclosure is.
#[test]
fn null_is_a_value() {
    for value in [Value::Null, Value::from(false), Value::Int(0), Value::from(""), array(vec![]), Value::Map(Map::new())] {
        let element = with_element(&content(1, std::slice::from_ref(&value)));
        assert_eq!(element.verify().unwrap().int(501), Some(&array(vec![value.clone()])));
        let claim = Draft::with(|draft| draft.redact(&content(1, &[value.clone(), Value::Int(502)])));
        assert_eq!(claim.verify().unwrap().int(502), Some(&value));
    }
}

/// CWT-V-014, CWT-V-015, CWT-V-016, CWT-V-017, CWT-P-002, trap 6: each disclosure has one digest, and the Holder's own signature
/// helps none that has not. One left over makes the token invalid.
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
    let wider =
        |draft: &mut Draft| draft.disclosures[0] = bstr(&[&hex("83 50")[..], &[1; 16], &hex("78 01 61 19 01f5")].concat());
    assert_eq!(change(wider), Code::DisclosureUnmatched, "in another encoding");
    for stray in [content(2, &[]), content(2, &[Value::Null]), content(2, &[Value::Null, Value::Int(502)])] {
        let mut draft = draft.clone();
        draft.disclosures.push(bstr(&stray));
        assert_eq!(draft.refused(), Code::DisclosureUnmatched);
    }
    assert_eq!(change(|draft| draft.disclosures.push(draft.disclosures[0].clone())), Code::DigestDuplicate);
    let twice = |draft: &mut Draft| {
        let mut inner = Map::new();
        inner.redacted.push(draft.claims.redacted[0].clone());
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

/// CWT-V-018, CWT-D-010, trap 21: the kind fits the place.
#[test]
fn the_kind_of_a_disclosure_fits_its_place() {
    let (element, claim, decoy) = (content(1, &[Value::Null]), content(1, &[Value::Null, Value::Int(502)]), content(1, &[]));
    assert_eq!(Draft::with(|draft| draft.redact(&element)).refused(), Code::DisclosureMalformed);
    assert_eq!(with_element(&claim).refused(), Code::DisclosureMalformed);
    assert_eq!(with_element(&element).verify().unwrap().int(501), Some(&array(vec![Value::Null])));
    assert_eq!(with_element(&decoy).verify().unwrap().int(501), Some(&array(vec![])));
    assert_eq!(Draft::with(|draft| draft.redact(&decoy)).verify(), Draft::new().verify());
    assert_eq!(Draft::with(|draft| drop(draft.disclose(&decoy))).refused(), Code::DisclosureUnmatched);
    // In a map that is not the outermost: in clear, disclosed, and in the CWT Claims header.
    let inside: [fn(&mut Draft, Digest<'static>); 3] = [
        |draft, digest| put(&mut draft.claims, 501, Value::Map(with_digest(digest))),
        |draft, digest| draft.redact(&content(9, &[Value::Map(with_digest(digest)), Value::Int(501)])),
        |draft, digest| draft.raw.protected = Some(with_header_claims(draft, |map| *map = with_digest(digest))),
    ];
    for (n, place) in inside.into_iter().enumerate() {
        let with = |content: &[u8]| {
            Draft::with(|draft| {
                let digest = draft.hide(content);
                place(draft, digest);
            })
        };
        assert_eq!(with(&element).refused(), Code::DisclosureMalformed, "{n}");
        assert_eq!((with(&claim).verify().err(), with(&decoy).verify().err()), (None, None), "{n}");
    }
}

/// A map with nothing but this digest.
fn with_digest(digest: Digest<'static>) -> Map<'static> {
    let mut map = Map::new();
    map.redacted.push(digest);
    map
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
    // Keys are compared by value, not by spelling: 19 01f4 and 1a 000001f4.
    let spelled = Draft::with(|draft| draft.redact(&[&hex("83 50")[..], &[1; 16], &hex("f5 1a 000001f4")].concat()));
    assert_eq!(spelled.refused(), Code::ClaimCollision);
    let small = Draft::with(|draft| {
        put(&mut draft.claims, 12, Value::Null);
        draft.redact(&[&hex("83 50")[..], &[1; 16], &hex("f5 18 0c")].concat());
    });
    assert_eq!(small.refused(), Code::ClaimCollision);
    // In a map that is not the outermost, in clear, disclosed or in the CWT Claims header: a clear claim, and another disclosed one.
    let inside: [fn(&mut Draft, Map<'static>); 3] = [
        |draft, map| put(&mut draft.claims, 502, Value::Map(map)),
        |draft, map| draft.redact(&content(9, &[Value::Map(map), Value::Int(502)])),
        |draft, claims| draft.raw.protected = Some(with_header_claims(draft, |map| *map = claims)),
    ];
    for (n, place) in inside.into_iter().enumerate() {
        let with = |clear: i128, disclosed: &[i128]| {
            Draft::with(|draft| {
                let mut inner = map(vec![(clear, Value::from("a"))]);
                for (salt, key) in (1..).zip(disclosed) {
                    inner.redacted.push(draft.hide(&content(salt, &[Value::from("b"), Value::Int(*key)])));
                }
                place(draft, inner);
            })
        };
        assert_eq!(with(700, &[701, 702]).verify().err(), None, "{n}");
        assert_eq!(with(700, &[701, 700]).refused(), Code::ClaimCollision, "{n}");
        assert_eq!(with(700, &[701, 701]).refused(), Code::ClaimCollision, "{n}");
    }
    // The same key in another map is another claim, and a text is no number.
    let elsewhere = Draft::with(|draft| {
        let mut inner = Map::new();
        inner.redacted.push(draft.hide(&content(1, &[Value::Int(7), Value::Int(500)])));
        put(&mut draft.claims, 501, Value::Map(inner));
        draft.redact(&content(2, &[Value::Int(8), Value::from("500")]));
    });
    let claims = elsewhere.verify().unwrap();
    assert_eq!(claims.at(&"501.500".parse().unwrap()), Some(&Value::Int(7)));
    assert_eq!((claims.int(500), claims.text("500")), (Some(&Value::from(true)), Some(&Value::Int(8))));
}

/// CWT-V-020, CWT-V-021, CWT-V-025, CWT-V-027, CWT-P-004, CWT-P-005: any order, to any depth; a child without its parent is lost;
/// what stays redacted leaves no trace but an emptied array.
#[test]
fn nested_disclosures_in_any_order() {
    let draft = Draft::with(|draft| {
        let region = draft.hide(&content(1, &[Value::from("ca"), Value::from("region")]));
        let mut location = Map::from_entries(vec![(Key::from("country"), Value::from("us"))]).unwrap();
        location.redacted = vec![region, Digest::copied(&[7; 32])];
        let element = draft.disclose(&content(2, &[Value::Map(location)]));
        draft.redact(&content(3, &[array(vec![element, Value::Redacted(Digest::copied(&[8; 32]))]), Value::Int(503)]));
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

/// CWT-V-021, CWT-E-027: ten thousand disclosures, each inside the next, and the time of ten thousand.
#[test]
fn a_long_chain_is_too_deep() {
    let draft = Draft::with(|draft| {
        let mut inner = Value::from("x");
        for n in 0..10_000_u32 {
            let salt = [&n.to_be_bytes()[..], &[0; 12]].concat();
            let content = mimicred_cose::cbor::write(&array(vec![bytes(&salt), inner])).unwrap();
            inner = array(vec![draft.disclose(&content)]);
        }
        put(&mut draft.claims, 501, inner);
    });
    let started = std::time::Instant::now();
    assert_eq!(draft.refused(), Code::Limit);
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

/// CWT-V-022: the rules hold inside disclosed values.
#[test]
fn disclosed_values_obey_the_rules() {
    let text_key = |len: usize| format!("a1 79 {len:04x} {} 00", "61".repeat(len));
    assert_eq!(with_element(&[&hex("82 50")[..], &[1; 16], &hex(&text_key(255))].concat()).verify().err(), None);
    for (value, code) in [
        ("a1 41 01 00".to_owned(), Code::CborForbidden),
        ("d8 3a 00".to_owned(), Code::CborForbidden),
        ("81 d8 3e 01".to_owned(), Code::CborForbidden),
        ("a1 01 d8 3c 41 00".to_owned(), Code::CborForbidden),
        (text_key(256), Code::CborForbidden),
        ("a1 60 00".to_owned(), Code::CborForbidden),
        ("5f ff".to_owned(), Code::CborForbidden),
        ("a2 01 00 01 00".to_owned(), Code::CborMalformed),
        ("61 ff".to_owned(), Code::CborMalformed),
        ("81 d8 3c 41 00".to_owned(), Code::Structure),
    ] {
        let element = [&hex("82 50")[..], &[1; 16], &hex(&value)].concat();
        assert_eq!(with_element(&element).refused(), code, "{value}");
    }
}
