//! The two COSE_Sign1 messages, one in the other: tags and fields.

use mimicred_claims::Value;
use mimicred_cose::cbor::{self, Limits};
use mimicred_cose::sign1::{CwtTag, Sign1};
use mimicred_sd_cwt::Code;

use crate::tokens::*;

/// The four fields of a message, encoded.
pub(super) fn fields(message: &[u8]) -> [Vec<u8>; 4] {
    let message = Sign1::parse(message, CwtTag::Refused, &Limits::DEFAULT).unwrap();
    [bstr(message.protected()), message.unprotected().to_vec(), bstr(message.payload()), bstr(message.signature())]
}

/// The SD-CWT alone, the SD-CWT in a KBT, and the KBT around it: each after this change, and what is said to it.
fn everywhere(change: impl Fn(&[u8]) -> Vec<u8>) -> [Code; 3] {
    let draft = Draft::with(|draft| draft.redact(&content(1, &[Value::from("x"), Value::Int(501)])));
    let alone = accept(&change(&draft.token()), holder_key().public()).map(drop).unwrap_err();
    let inside = Draft::with(|inside| inside.raw.kcwt = Some(change(&draft.token()))).refused();
    [alone, inside, verify(&change(&draft.presentation()), |_| {}).unwrap_err()]
}

#[test]
fn the_draft_token_passes() {
    let claims = Draft::new().verify().unwrap();
    assert_eq!(claims.int(500), Some(&Value::from(true)));
    assert!(Draft::new().accept().is_ok());
}

/// CWT-E-002: what holds the maps; what is in them is tested with the keys, and what is encrypted with the rules of encryption.
#[test]
fn no_layer_has_an_indefinite_length() {
    let good = Draft::with(|draft| draft.redact(&content(1, &[Value::from("x"), Value::Int(501)])));
    let open = |octets: &[u8], head: u8| [&[head], &octets[1..], &[0xff]].concat();
    let with_raw = |change: fn(&mut Raw, Vec<u8>), octets: Vec<u8>| {
        let mut draft = good.clone();
        change(&mut draft.raw, octets);
        draft.refused()
    };
    let encoded = |map: &mimicred_claims::Map<'static>| cbor::write(&Value::Map(map.clone())).unwrap();
    let kbt_protected = with_raw_entry(&good.kbt_protected, 13, Some(&good.token()));
    let disclosure = good.disclosures[0].as_slice();
    let entry = &hex(&format!("83 4c {} 41 00 50 {}", "01".repeat(12), "02".repeat(16)))[..];
    let encrypted = |list: &[u8]| [&hex("a1 18ab")[..], list].concat();
    assert_eq!(Draft::with(|draft| draft.raw.unprotected = Some(encrypted(&[&[0x81], entry].concat()))).verify().err(), None);
    for (code, layer) in [
        (with_raw(|raw, octets| raw.payload = Some(octets), open(&good.payload(), 0xbf)), "payload"),
        (with_raw(|raw, octets| raw.protected = Some(octets), open(&encoded(&good.protected), 0xbf)), "protected"),
        (with_raw(|raw, octets| raw.protected = Some(octets), hex("a3 01 32 10 19 0125 0f bf ff")), "CWT Claims"),
        (with_raw(|raw, octets| raw.unprotected = Some(octets), hex("bf ff")), "unprotected"),
        (with_raw(|raw, octets| raw.sd_claims = Some(octets), [&[0x9f], disclosure, &[0xff]].concat()), "sd_claims"),
        (with_raw(|raw, octets| raw.sd_claims = Some(octets), [&[0x81, 0x5f], disclosure, &[0xff]].concat()), "a disclosure"),
        (with_raw(|raw, octets| raw.unprotected = Some(octets), encrypted(&[&[0x9f], entry, &[0xff]].concat())), "171"),
        (
            with_raw(|raw, octets| raw.unprotected = Some(octets), encrypted(&[&[0x81], &open(entry, 0x9f)[..]].concat())),
            "an entry of 171",
        ),
        (with_raw(|raw, octets| raw.kcwt = Some(octets), open(&good.token()[1..], 0x9f)), "kcwt without a tag"),
        (with_raw(|raw, octets| raw.kcwt = Some(octets), [&[0xd2], &open(&good.token()[1..], 0x9f)[..]].concat()), "kcwt"),
        (with_raw(|raw, octets| raw.kbt_protected = Some(octets), open(&kbt_protected, 0xbf)), "the KBT's protected header"),
        (with_raw(|raw, octets| raw.kbt_unprotected = Some(octets), hex("bf ff")), "the KBT's unprotected header"),
        (with_raw(|raw, octets| raw.kbt_payload = Some(octets), open(&encoded(&good.kbt_claims), 0xbf)), "the KBT's payload"),
    ] {
        assert_eq!(code, Code::CborForbidden, "{layer}");
    }
    // Each field of each message, as a string of one piece.
    for field in [0, 2, 3] {
        let codes = everywhere(|message| {
            let mut fields = fields(message);
            fields[field] = [&[0x5f], &fields[field][..], &[0xff]].concat();
            [hex("d2 84"), fields.concat()].concat()
        });
        assert_eq!(codes, [Code::CborForbidden; 3], "field {field}");
    }
    // Each part of a disclosure, next to its definite twin.
    for (disclosure, expected) in [
        ("83 50 01010101010101010101010101010101 61 78 19 01f6", None),
        ("9f 50 01010101010101010101010101010101 61 78 19 01f6 ff", Some(Code::CborForbidden)),
        ("83 5f 50 01010101010101010101010101010101 ff 61 78 19 01f6", Some(Code::CborForbidden)),
        ("83 50 01010101010101010101010101010101 7f 61 78 ff 19 01f6", Some(Code::CborForbidden)),
        ("83 50 01010101010101010101010101010101 61 78 7f 61 78 ff", Some(Code::CborForbidden)),
    ] {
        assert_eq!(Draft::with(|draft| draft.redact(&hex(disclosure))).verify().err(), expected, "{disclosure}");
        assert_eq!(Draft::with(|draft| draft.redact(&hex(disclosure))).accept().err(), expected, "{disclosure}");
    }
}

/// CWT-E-003: nothing after the item, and nothing of it missing.
#[test]
fn the_input_is_exactly_one_item() {
    let draft = Draft::with(|draft| draft.redact(&content(1, &[Value::from("x"), Value::Int(501)])));
    let (token, presentation) = (draft.token(), draft.presentation());
    assert_eq!((draft.verify().err(), draft.accept().err()), (None, None));
    for more in [&[0][..], &[0xff], &[0xf6], &presentation] {
        assert_eq!(verify(&[&presentation, more].concat(), |_| {}).unwrap_err(), Code::CborMalformed);
        assert_eq!(accept(&[&token, more].concat(), holder_key().public()).map(drop), Err(Code::CborMalformed));
    }
    for len in 0..presentation.len() {
        assert_eq!(verify(&presentation[..len], |_| {}).unwrap_err(), Code::CborMalformed, "{len} octets");
    }
    for len in 0..token.len() {
        assert_eq!(accept(&token[..len], holder_key().public()).map(drop), Err(Code::CborMalformed), "{len} octets");
    }
}

/// The fields of a message put together in another way.
type Change = fn([Vec<u8>; 4]) -> Vec<u8>;

/// CWT-E-004: tag 18 over octets, map, octets, octets.
#[test]
fn both_messages_are_tag_18_over_four_fields() {
    let changes: [(&str, Change); 13] = [
        ("untagged", |fields| [hex("84"), fields.concat()].concat()),
        ("COSE_Mac0", |fields| [hex("d1 84"), fields.concat()].concat()),
        ("COSE_Sign", |fields| [hex("d8 62 84"), fields.concat()].concat()),
        ("COSE_Encrypt0", |fields| [hex("d0 84"), fields.concat()].concat()),
        ("tagged twice", |fields| [hex("d2 d2 84"), fields.concat()].concat()),
        ("three fields", |fields| [hex("d2 83"), fields[..3].concat()].concat()),
        ("five fields", |fields| [hex("d2 85"), fields.concat(), hex("40")].concat()),
        ("a map", |fields| [hex("d2 a2"), fields.concat()].concat()),
        ("protected not wrapped", |fields| [hex("d2 84"), hex("a1 01 32"), fields[1..].concat()].concat()),
        ("unprotected wrapped", |fields| {
            [hex("d2 84"), fields[0].clone(), bstr(&fields[1]), fields[2].clone(), fields[3].clone()].concat()
        }),
        ("unprotected an array", |fields| {
            [&hex("d2 84"), &fields[0], &hex("80"), &fields[2], &fields[3]].map(Vec::as_slice).concat()
        }),
        ("payload text", |fields| [&hex("d2 84"), &fields[0], &fields[1], &hex("61 61"), &fields[3]].map(Vec::as_slice).concat()),
        ("signature nil", |fields| [&hex("d2 84"), &fields[0], &fields[1], &fields[2], &hex("f6")].map(Vec::as_slice).concat()),
    ];
    for (name, change) in changes {
        assert_eq!(everywhere(|message| change(fields(message))), [Code::Structure; 3], "{name}");
    }
    assert!(accept(&[hex("d2 84"), fields(&Draft::new().token()).concat()].concat(), holder_key().public()).is_ok());
}

/// CWT-E-005, trap 34: tag 61 before the outermost item only, and once.
#[test]
fn tag_61_is_tolerated_outside_only() {
    let tagged = |octets: &[u8]| [&[0xd8, 0x3d], octets].concat();
    let (token, presentation) = (Draft::new().token(), Draft::new().presentation());
    assert!(verify(&tagged(&presentation), |_| {}).is_ok());
    assert!(accept(&tagged(&token), holder_key().public()).is_ok());
    assert_eq!(Draft::with(|draft| draft.raw.kcwt = Some(tagged(&token))).refused(), Code::Structure);
    assert_eq!(everywhere(|message| tagged(&tagged(message))), [Code::Structure; 3]);
    assert_eq!(everywhere(|message| [&[0xd2], &tagged(message)[..]].concat()), [Code::Structure; 3]);
    assert_eq!(everywhere(|message| tagged(&message[1..])), [Code::Structure; 3]);
}

/// CWT-E-006: attached, and one map.
#[test]
fn the_payload_is_one_map() {
    for payload in ["f6", "40", "f7", "a0", "80"] {
        let detached = |message: &[u8]| {
            let [protected, unprotected, _, signature] = fields(message);
            [hex("d2 84"), protected, unprotected, hex(payload), signature].concat()
        };
        assert_eq!(everywhere(detached), [Code::Structure; 3], "{payload}");
    }
    for (octets, code) in [
        ("", Code::Structure),
        ("80", Code::Structure),
        ("f6", Code::Structure),
        ("41 a0", Code::Structure),
        ("c1 a0", Code::Structure),
        ("a0 00", Code::CborMalformed),
        ("a0 a0", Code::CborMalformed),
    ] {
        assert_eq!(Draft::with(|draft| draft.raw.payload = Some(hex(octets))).refused(), code, "{octets}");
        assert_eq!(Draft::with(|draft| draft.raw.payload = Some(hex(octets))).accept().map(drop), Err(code), "{octets}");
        assert_eq!(Draft::with(|draft| draft.raw.kbt_payload = Some(hex(octets))).refused(), code, "{octets} in the KBT");
    }
}

/// CWT-E-007: one map, and never nothing.
#[test]
fn the_protected_header_is_one_map() {
    for (octets, code) in [
        ("", Code::Header),
        ("80", Code::Structure),
        ("41 a0", Code::Structure),
        ("a0 00", Code::CborMalformed),
        ("a1 01", Code::CborMalformed),
    ] {
        assert_eq!(Draft::with(|draft| draft.raw.protected = Some(hex(octets))).refused(), code, "{octets}");
        assert_eq!(Draft::with(|draft| draft.raw.protected = Some(hex(octets))).accept().map(drop), Err(code), "{octets}");
        assert_eq!(Draft::with(|draft| draft.raw.kbt_protected = Some(hex(octets))).refused(), code, "{octets} in the KBT");
    }
    let trailing = |octets: Vec<u8>| [octets, vec![0]].concat();
    let good = Draft::new();
    let protected = trailing(cbor::write(&Value::Map(good.protected.clone())).unwrap());
    assert_eq!(Draft::with(|draft| draft.raw.protected = Some(protected)).refused(), Code::CborMalformed);
    let protected = trailing(with_raw_entry(&good.kbt_protected, 13, Some(&good.token())));
    assert_eq!(Draft::with(|draft| draft.raw.kbt_protected = Some(protected)).refused(), Code::CborMalformed);
}
