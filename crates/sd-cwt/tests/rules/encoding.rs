//! CWT-E: the octets.

use mimicred_claims::{Key, Value};
use mimicred_cose::cbor;
use mimicred_keys::Algorithm;
use mimicred_sd_cwt::{Code, UnverifiedPresentation};

use crate::tokens::*;

fn payload_with(entry: &str) -> Draft {
    // The claims of the draft, by hand, with one more entry whose octets are given.
    let mut payload = Draft::new().payload();
    payload[0] += 1;
    payload.extend(hex(entry));
    Draft::with(|draft| draft.raw.payload = Some(payload))
}

#[test]
fn the_draft_token_passes() {
    let claims = Draft::new().verify().unwrap();
    assert_eq!(claims.int(500), Some(&Value::from(true)));
    assert!(Draft::new().accept().is_ok());
}

/// CWT-E-001: none of our lengths is indefinite; all that we write is read by the strict reader, all layers down.
#[test]
fn what_we_write_is_definite() {
    let held = Draft::with(|draft| draft.redact(&content(1, &[Value::from("x"), Value::Int(501)]))).accept().unwrap();
    assert!(cbor::parse(held.as_bytes(), cbor::Dialect::Plain, &cbor::Limits::DEFAULT).is_ok());
}

/// CWT-E-002, at every layer.
#[test]
fn indefinite_lengths_are_refused_at_every_layer() {
    let good = Draft::new();
    let indefinite_map = |octets: &[u8]| [&[0xbf], &octets[1..], &[0xff]].concat();
    let with_raw = |change: fn(&mut Raw, Vec<u8>), octets: Vec<u8>| {
        let mut draft = good.clone();
        change(&mut draft.raw, octets);
        draft.refused()
    };
    let protected = cbor::write(&Value::Map(good.protected.clone())).unwrap();
    let kbt_payload = cbor::write(&Value::Map(good.kbt_claims.clone())).unwrap();
    assert_eq!(with_raw(|raw, octets| raw.payload = Some(octets), indefinite_map(&good.payload())), Code::CborForbidden);
    assert_eq!(with_raw(|raw, octets| raw.protected = Some(octets), indefinite_map(&protected)), Code::CborForbidden);
    assert_eq!(with_raw(|raw, octets| raw.unprotected = Some(octets), hex("bf ff")), Code::CborForbidden);
    assert_eq!(with_raw(|raw, octets| raw.sd_claims = Some(octets), hex("9f 41 00 ff")), Code::CborForbidden);
    assert_eq!(with_raw(|raw, octets| raw.sd_claims = Some(octets), hex("81 5f 41 00 ff")), Code::CborForbidden);
    assert_eq!(with_raw(|raw, octets| raw.kbt_payload = Some(octets), indefinite_map(&kbt_payload)), Code::CborForbidden);
    assert_eq!(payload_with("1903e7 7f 61 61 ff").refused(), Code::CborForbidden);
    let token = good.token();
    let open_array = [&[0xd2, 0x9f], &token[2..], &[0xff]].concat();
    assert_eq!(with_raw(|raw, octets| raw.kcwt = Some(octets), open_array), Code::CborForbidden);
    let disclosure = [&hex("9f 50")[..], &[1; 16], &hex("f5 19 01f5 ff")].concat();
    assert_eq!(Draft::with(|draft| draft.redact(&disclosure)).refused(), Code::CborForbidden);
}

/// CWT-E-003.
#[test]
fn the_input_is_exactly_one_item() {
    let presentation = Draft::new().presentation();
    let code = |octets: &[u8]| verify(octets, |_| {}).unwrap_err();
    assert_eq!(code(&[&presentation[..], &[0]].concat()), Code::CborMalformed);
    assert_eq!(code(&presentation[..presentation.len() - 1]), Code::CborMalformed);
    let token = Draft::new().token();
    assert_eq!(accept(&[&token[..], &[0]].concat(), holder_key().public()).unwrap_err(), Code::CborMalformed);
}

/// CWT-E-004, CWT-E-005: tag 61 before the outermost item only.
#[test]
fn tag_61_is_tolerated_outside_only() {
    let tagged = |octets: Vec<u8>| [&[0xd8, 0x3d], &octets[..]].concat();
    assert!(verify(&tagged(Draft::new().presentation()), |_| {}).is_ok());
    assert!(accept(&tagged(Draft::new().token()), holder_key().public()).is_ok());
    let inside = Draft::with(|draft| draft.raw.kcwt = Some(tagged(Draft::new().token())));
    assert_eq!(inside.refused(), Code::Structure);
    let untagged = Draft::with(|draft| draft.raw.kcwt = Some(Draft::new().token()[1..].to_vec()));
    assert_eq!(untagged.refused(), Code::Structure);
    let counted = Draft::with(|draft| draft.raw.kcwt = Some([&[0xd1], &Draft::new().token()[1..]].concat()));
    assert_eq!(counted.refused(), Code::Structure);
}

/// CWT-E-006, CWT-E-007: payload and protected header hold exactly one map.
#[test]
fn payload_and_header_are_one_map_each() {
    for (octets, code) in [("", Code::Structure), ("80", Code::Structure), ("a0 00", Code::CborMalformed)] {
        assert_eq!(Draft::with(|draft| draft.raw.payload = Some(hex(octets))).refused(), code, "payload {octets}");
        assert_eq!(Draft::with(|draft| draft.raw.kbt_payload = Some(hex(octets))).refused(), code, "KBT payload {octets}");
    }
    for (octets, code) in [("", Code::Header), ("80", Code::Structure), ("a0 00", Code::CborMalformed)] {
        assert_eq!(Draft::with(|draft| draft.raw.protected = Some(hex(octets))).refused(), code, "protected {octets}");
        assert_eq!(Draft::with(|draft| draft.raw.kbt_protected = Some(hex(octets))).refused(), code, "KBT protected {octets}");
    }
}

/// CWT-E-008, trap 5: the octets received are what is verified, however they are encoded.
#[test]
fn received_octets_are_what_is_verified() {
    let odd = Draft::with(|draft| {
        // Unsorted, with an 8-octet integer and a double where a half would do.
        let mut payload = hex("a8 19 01f4 fb 3ff8000000000000 1b 0000000000000004 1b 00000000000007d0");
        let rest = cbor::write(&Value::Map({
            let mut claims = draft.claims.clone();
            take(&mut claims, 4);
            take(&mut claims, 500);
            put(&mut claims, 501, Value::Null);
            claims
        }));
        payload.extend(&rest.unwrap()[1..]);
        draft.raw.payload = Some({
            payload[0] = 0xa8;
            payload
        });
    });
    assert_eq!(odd.verify().unwrap().int(500), Some(&Value::Float(1.5)));

    // Two entries of the protected map exchanged after signing.
    let swapped = Draft::with(|draft| {
        let token = draft.token();
        let sorted = cbor::write(&Value::Map(draft.protected.clone())).unwrap();
        let at = token.windows(sorted.len()).position(|window| window == sorted).unwrap();
        let (alg, typ) = (&sorted[1..3], &sorted[3..7]);
        let mut changed = token.clone();
        changed[at + 1..at + 7].copy_from_slice(&[typ, alg].concat());
        draft.raw.kcwt = Some(changed);
    });
    assert_eq!(swapped.refused(), Code::SignatureIssuer);
}

/// CWT-E-009: ECDSA signatures are r and s in full length.
#[test]
fn ecdsa_signatures_have_fixed_length() {
    for (algorithm, alg) in [(Algorithm::P256, -9), (Algorithm::P384, -51), (Algorithm::P521, -52)] {
        let mut draft = Draft::with(|draft| draft.issuer = algorithm);
        put(&mut draft.protected, 1, Value::Int(alg));
        assert!(draft.verify_with(|_| {}).is_ok(), "{algorithm}");
        let (token, length) = (draft.token(), algorithm.signature_len());
        let signature = &token[token.len() - length..];
        let mut short = token[..token.len() - length - 2].to_vec();
        short.extend(bstr(&signature[1..]));
        draft.raw.kcwt = Some(short);
        assert_eq!(draft.refused(), Code::SignatureIssuer, "{algorithm}");
    }
}

/// CWT-E-010: in every map there is.
#[test]
fn no_map_repeats_a_key() {
    for entry in ["01 00", "18 01 00", "1903e7 a2 01 00 1801 00", "1903e7 a2 6161 00 6161 00"] {
        assert_eq!(payload_with(entry).refused(), Code::CborMalformed, "{entry}");
    }
    for raw in ["a2 01 00 01 00", "a2 11 81 40 11 81 40"] {
        assert_eq!(Draft::with(|draft| draft.raw.unprotected = Some(hex(raw))).refused(), Code::CborMalformed, "{raw}");
    }
    let kbt = Draft::with(|draft| draft.raw.kbt_payload = Some(hex("a2 03 60 03 60")));
    assert_eq!(kbt.refused(), Code::CborMalformed);
    let cose_key = Draft::with(|draft| {
        let payload = draft.payload();
        // In the COSE_Key, a4 becomes a5 with a second key type.
        let at = payload.windows(3).position(|window| window == [0xa3, 0x01, 0x01]).unwrap();
        draft.raw.payload = Some([&payload[..at], &[0xa4, 0x01, 0x01, 0x01, 0x01], &payload[at + 3..]].concat());
    });
    assert_eq!(cose_key.refused(), Code::CborMalformed);
    let disclosed = [&hex("82 50")[..], &[1; 16], &hex("a2 01 00 01 00")].concat();
    let element = Draft::with(|draft| {
        let digest = draft.disclose(&disclosed);
        put(&mut draft.claims, 501, array(vec![digest]));
    });
    assert_eq!(element.refused(), Code::CborMalformed);
}

/// CWT-E-011.
#[test]
fn a_label_stands_in_one_header_only() {
    assert_eq!(Draft::with(|draft| put(&mut draft.unprotected, 1, Value::Int(-9))).refused(), Code::Header);
    assert_eq!(Draft::with(|draft| put(&mut draft.kbt_unprotected, 16, Value::Int(294))).refused(), Code::Header);
}

/// CWT-E-012, CWT-E-030, CWT-P-018: plain keys and values in headers and in the KBT; unknown ones are ignored.
#[test]
fn headers_and_the_kbt_are_plain() {
    let nested = Value::Map(mimicred_claims::Map::from_entries(vec![(Key::from("a"), Value::Int(1))]).unwrap());
    let changes: [fn(&mut Draft, Value<'static>); 5] = [
        |draft, value| put(&mut draft.protected, -65600, value),
        |draft, value| put(&mut draft.unprotected, -65600, value),
        |draft, value| put(&mut draft.kbt_protected, -65600, value),
        |draft, value| put(&mut draft.kbt_unprotected, -65600, value),
        |draft, value| put(&mut draft.kbt_claims, 7000, value),
    ];
    for change in changes {
        assert!(Draft::with(|draft| change(draft, nested.clone())).verify().is_ok());
        let mut marked = mimicred_claims::Map::new();
        marked.redacted.push(vec![0; 32].into());
        assert_eq!(Draft::with(|draft| change(draft, Value::Map(marked))).refused(), Code::CborForbidden);
        let element = array(vec![Value::Redacted(vec![0; 32].into())]);
        assert_eq!(Draft::with(|draft| change(draft, element)).refused(), Code::CborForbidden);
        assert_eq!(Draft::with(|draft| change(draft, Value::Tag(58, Box::new(Value::Null)))).refused(), Code::CborForbidden);
    }
    for key in ["41 01", "f9 3c00", "f6", "80", "c1 01", "f8 3b"] {
        let raw = [hex("a1"), hex(key), hex("80")].concat();
        assert_eq!(Draft::with(|draft| draft.raw.kbt_payload = Some(raw)).refused(), Code::CborForbidden, "{key}");
    }
}

/// CWT-E-013 to CWT-E-023, CWT-E-028 in the payload of a signed token; the forms themselves are tested with the reader.
#[test]
fn forms_that_claims_cannot_have() {
    for (entry, code) in [
        ("41 01 00", Code::CborForbidden),
        ("f5 00", Code::CborForbidden),
        ("f8 3a 00", Code::CborForbidden),
        ("60 00", Code::CborForbidden),
        ("c2 41 01 00", Code::CborForbidden),
        ("d8 3a 19 03e7 00", Code::CborForbidden),
        ("d8 3e 01 f6", Code::CborForbidden),
        ("1903e7 81 d8 3a 61 78", Code::CborForbidden),
        ("1903e7 f8 3b", Code::CborForbidden),
        ("1903e7 d8 3c 41 00", Code::CborForbidden),
        ("1903e7 81 d8 3c 61 78", Code::CborForbidden),
        ("f8 3b 41 00", Code::Structure),
        ("f8 3b 81 41 00", Code::Structure),
        ("1903e7 f8 18", Code::CborMalformed),
        ("1903e7 f8 14", Code::CborMalformed),
        ("1903e7 62 c328", Code::CborMalformed),
    ] {
        assert_eq!(payload_with(entry).refused(), code, "{entry}");
    }
    for entry in ["1903e7 f6", "1903e7 f8 64", "1903e7 f7", "1903e7 c4 82 21 19 6ab3", "1b ffffffffffffffff 00", "f8 3b 80"] {
        assert!(payload_with(entry).verify().is_ok(), "{entry}");
    }
    // CWT-E-019: as long as the hash that sd_alg names.
    for (alg, length, is_right) in [(-16, 32, true), (-16, 31, false), (-16, 48, false), (-43, 48, true), (-44, 64, true)] {
        let mut draft = Draft::with(|draft| put(&mut draft.protected, 170, Value::Int(alg)));
        draft.claims.redacted.push(vec![7; length].into());
        let expected = if is_right { None } else { Some(Code::Structure) };
        assert_eq!(draft.verify().err(), expected, "{alg} {length}");
    }
}

/// CWT-E-022: redaction below a tag counts.
#[test]
fn tags_are_walked_through() {
    let draft = Draft::with(|draft| {
        let digest = draft.disclose(&content(1, &[Value::from("x")]));
        put(&mut draft.claims, 505, Value::Tag(4, Box::new(array(vec![Value::Int(-2), digest]))));
    });
    let expected = Value::Tag(4, Box::new(array(vec![Value::Int(-2), Value::from("x")])));
    assert_eq!(draft.verify().unwrap().int(505), Some(&expected));
    let stray = Draft { claims: Draft::new().claims, ..draft };
    assert_eq!(stray.refused(), Code::DisclosureUnmatched);
}

/// CWT-E-026, CWT-E-027: levels are counted before and after disclosure, and can be chosen; hostile depth is refused early.
#[test]
fn depth_is_limited() {
    let nested = |levels: usize| (1..levels).fold(Value::Null, |inner, _| array(vec![inner]));
    let with_depth = |levels| Draft::with(|draft| put(&mut draft.claims, 501, nested(levels)));
    assert!(with_depth(16).verify().is_ok());
    assert_eq!(with_depth(17).refused(), Code::Limit);
    assert!(with_depth(17).verify_with(|expected| expected.limits.depth = 17).is_ok());
    let hostile = [hex("1903e7"), vec![0x81; 10_000], vec![0]].concat();
    let text: String = hostile.iter().map(|octet| format!("{octet:02x}")).collect();
    assert_eq!(payload_with(&text).refused(), Code::Limit);

    // Disclosures of one level each, one inside the other.
    let chain = |length: usize| {
        Draft::with(|draft| {
            let mut inner = draft.disclose(&content(0, &[Value::Null]));
            for n in 1..length {
                let salt = u8::try_from(n % 256).unwrap();
                inner = draft.disclose(&content(salt, &[array(vec![inner, Value::Int(n.try_into().unwrap())])]));
            }
            put(&mut draft.claims, 501, array(vec![inner]));
        })
    };
    assert!(chain(15).verify().is_ok());
    assert_eq!(chain(16).refused(), Code::Limit);
    // CWT-V-021.
    assert_eq!(chain(10_000).refused(), Code::Limit);
}

/// CWT-V-035: number and size are limited before anything is hashed.
#[test]
fn number_and_size_are_limited() {
    let many = Draft::with(|draft| {
        draft.raw.sd_claims = Some([&hex("9a 000f4240")[..], &[0x40; 1_000_000]].concat());
    });
    assert_eq!(many.refused(), Code::Limit);
    let few = Draft::with(|draft| {
        draft.redact(&content(1, &[]));
        draft.redact(&content(2, &[]));
    });
    assert!(few.verify().is_ok());
    assert_eq!(few.verify_with(|expected| expected.limits.disclosures = 1).unwrap_err(), Code::Limit);
    assert_eq!(few.verify_with(|expected| expected.limits.digests = 1).unwrap_err(), Code::Limit);
    let limits = mimicred_sd_cwt::Limits { disclosures: 1, ..mimicred_sd_cwt::Limits::DEFAULT };
    let octets = few.presentation();
    assert_eq!(UnverifiedPresentation::parse_within(&octets, &limits).unwrap_err().code(), Code::Limit);
    let huge = vec![0; (4 << 20) + 1];
    assert_eq!(UnverifiedPresentation::parse(&huge).unwrap_err().code(), Code::Limit);
}

/// CWT-E-029.
#[test]
fn critical_labels_are_understood() {
    let crit = |label: i128| array(vec![Value::Int(label)]);
    assert!(Draft::with(|draft| put(&mut draft.protected, 2, crit(16))).verify().is_ok());
    assert!(Draft::with(|draft| put(&mut draft.kbt_protected, 2, crit(13))).verify().is_ok());
    let unknown = |draft: &mut Draft| {
        put(&mut draft.protected, 2, crit(9999));
        put(&mut draft.protected, 9999, Value::Int(1));
    };
    assert_eq!(Draft::with(unknown).refused(), Code::Header);
    assert_eq!(Draft::with(|draft| put(&mut draft.unprotected, 2, crit(16))).refused(), Code::Header);
    assert_eq!(Draft::with(|draft| put(&mut draft.kbt_protected, 2, crit(9999))).refused(), Code::Header);
}
