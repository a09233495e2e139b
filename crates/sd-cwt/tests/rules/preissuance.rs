//! Claims sets with marks, tags 58 and 62, as an Issuer is given them.

mod any;

use mimicred_claims::{Key, Value};
use mimicred_sd_cwt::{Code, Held, Preissuance, SdCwt};

use crate::issuance::{Counting, disclosures, hold, issuer, payload};
use crate::tokens::*;

/// A claims set with `iss` and `sub`, and these entries, in hexadecimal.
fn set(entries: u8, hexadecimal: &str) -> Vec<u8> {
    let mut octets = vec![0xa2 + entries];
    octets.extend([0x01, 0x71]);
    octets.extend_from_slice(ISSUER.as_bytes());
    octets.extend(hex("02 6173"));
    octets.extend(hex(hexadecimal));
    octets
}

fn issue(octets: &[u8]) -> Result<SdCwt, Code> {
    let (claims, plan) = Preissuance::parse(octets).map_err(|error| error.code())?.into_parts();
    let prepared = issuer().prepare(claims, holder_key().public(), &plan, &mut Counting(0));
    prepared.and_then(|prepared| prepared.sign(&issuer_key())).map_err(|error| error.code())
}

fn issue_set(entries: u8, hexadecimal: &str) -> SdCwt {
    issue(&set(entries, hexadecimal)).unwrap()
}

fn code(entries: u8, hexadecimal: &str) -> Option<Code> {
    Preissuance::parse(&set(entries, hexadecimal)).map_err(|error| error.code()).err()
}

/// The claims of the Holder but `iss`, `sub` and `cnf`, in diagnostic style.
fn held_claims(held: &Held) -> Vec<(String, Value<'static>)> {
    let others = held.claims().iter().filter(|(key, _)| ![1, 2, 8].into_iter().any(|known| **key == Key::Int(known)));
    others.map(|(key, value)| (key.to_string(), value.clone())).collect()
}

/// Trap 19, CWT-I-023: marks on keys and on elements, in nested places, inside what is redacted itself, and under other tags.
#[test]
fn marks_are_on_keys_and_on_elements() {
    // 58(501): "x"
    let token = issue_set(1, "d83a 1901f5 6178");
    assert_eq!(payload(&token).redacted.len(), 1);
    assert_eq!(held_claims(&hold(&token)), [("501".to_owned(), Value::from("x"))]);
    // 58("a"): 1
    assert_eq!(payload(&issue_set(1, "d83a 6161 01")).redacted.len(), 1);
    // 502: [58(1), 2, 58(3)]
    let token = issue_set(1, "1901f6 83 d83a01 02 d83a03");
    assert!(matches!(
        payload(&token).int(502).unwrap().as_array().unwrap(),
        [Value::Redacted(_), Value::Int(2), Value::Redacted(_)]
    ));
    assert_eq!(held_claims(&hold(&token)), [("502".to_owned(), array(vec![Value::Int(1), Value::Int(2), Value::Int(3)]))]);
    // 503: {58(2): "x", 1: "us", 58(3): 0}; CWT-I-019.
    let token = issue_set(1, "1901f7 a3 d83a02 6178 01 627573 d83a03 00");
    assert_eq!(payload(&token).int(503).unwrap().as_map().unwrap().redacted.len(), 2);
    hold(&token);
    // 58(504): [58({58(1): [58(7)]})]: every level in the disclosure of the one above (CWT-I-012).
    let token = issue_set(1, "d83a 1901f8 81 d83a a1 d83a01 81 d83a07");
    let held = hold(&token);
    assert_eq!(disclosures(&token).len(), 4);
    let parents: Vec<_> = held.disclosed().iter().map(|disclosed| (disclosed.path.to_string(), disclosed.parent)).collect();
    let expected = [("504[0].1[0]", Some(1)), ("504[0].1", Some(2)), ("504[0]", Some(3)), ("504", None)];
    assert_eq!(parents, expected.map(|(path, parent)| (path.to_owned(), parent)));
    // 505: 4([58(-2), 27315]), 506: [4(58...)] is refused below; CWT-E-022.
    let token = issue_set(1, "1901f9 c4 82 d83a21 196ab3");
    let Some(Value::Tag(4, inner)) = payload(&token).int(505).cloned() else { panic!("a tag") };
    assert!(matches!(inner.as_array().unwrap(), [Value::Redacted(_), Value::Int(27315)]));
    hold(&token);
    // 506: [58(4([1, 2]))]
    let token = issue_set(1, "1901fa 81 d83a c4 82 01 02");
    assert!(matches!(payload(&token).int(506).unwrap().as_array().unwrap(), [Value::Redacted(_)]));
    // Nothing is marked.
    let plain = Preissuance::parse(b"\xa1\x01\x02").unwrap();
    assert!(!plain.is_marked() && plain.claims().int(1).is_some());
}

/// Trap 18, CWT-I-023, CWT-I-024, CWT-I-025, CWT-E-021: marks anywhere else, each with its place.
#[test]
fn marks_elsewhere_are_refused() {
    for (what, entries, set) in [
        ("501: 58(\"x\")", 1, "1901f5 d83a 6178"),
        (
            "2: 58([15.78, \"EUR\"]) in a map, as the interop case shipping_manifest4 has it",
            1,
            "19012c a1 02 d83a 82 fb402f8f5c28f5c28f 63455552",
        ),
        ("58(501): 58(1)", 1, "d83a 1901f5 d83a 01"),
        ("501: 62(1)", 1, "1901f5 d83e 01"),
        ("501: 4(58(1))", 1, "1901f5 c4 d83a 01"),
        ("501: [4(58(1))]", 1, "1901f5 81 c4 d83a 01"),
        ("501: [58(58(1))]", 1, "1901f5 81 d83a d83a 01"),
        ("501: [58(62(1))]", 1, "1901f5 81 d83a d83e 01"),
        ("501: [62(58(1))]", 1, "1901f5 81 d83e d83a 01"),
        ("58(h'01'): 1", 1, "d83a 4101 01"),
        ("58(1.5): 1", 1, "d83a f93e00 01"),
        ("58(null): 1", 1, "d83a f6 01"),
        ("58([]): 1", 1, "d83a 80 01"),
        ("h'01': 1", 1, "4101 01"),
        ("58(58(500)): 1", 1, "d83a d83a 1901f4 01"),
        ("58(62(1)): 1", 1, "d83a d83e 01 f6"),
        ("62(58(1)): 1", 1, "d83e d83a 01 f6"),
        ("1(500): 1", 1, "c1 1901f4 01"),
        ("58(\"\"): 1", 1, "d83a 60 01"),
        ("simple(59): []", 1, "f83b 80"),
        ("501: [60(h'00')]", 1, "1901f5 81 d83c 4100"),
        ("501: 60(h'00')", 1, "1901f5 d83c 4100"),
    ] {
        assert_eq!(code(entries, set), Some(Code::Preissue), "{what}");
    }
    // The whole set, and what is no set at all.
    for whole in ["d83a a0", "d83e 01", "d83d a0", "80", "01", "f6"] {
        assert_eq!(Preissuance::parse(&hex(whole)).unwrap_err().code(), Code::Preissue, "{whole}");
    }
    let error = Preissuance::parse(&set(1, "1901f5 d83a 6178")).unwrap_err();
    assert!(error.to_string().contains("at octet 26"), "{error}");
}

/// CWT-I-022: a key and the same key under tag 58 are one, at any depth and however they are spelled.
#[test]
fn a_key_stands_once_marked_or_not() {
    for (what, entries, set) in [
        ("500 and 58(500)", 2, "1901f4 01 d83a 1901f4 02"),
        ("58(500) and 58(500)", 2, "d83a 1901f4 01 d83a 1901f4 02"),
        ("500 and 500", 2, "1901f4 01 1901f4 01"),
        ("58(2), where sub is", 1, "d83a 02 6178"),
        ("\"a\" and 58(\"a\") in a map", 1, "1901f4 a2 6161 01 d83a 6161 01"),
        ("in a map in an array in a map that is redacted", 1, "d83a 1901f4 81 d83a a2 1901f4 01 d83a 1901f4 01"),
        ("500 and 58(500) with a longer head", 2, "1901f4 01 d83a 1a000001f4 02"),
        ("nine and one more", 10, "03 00 04 00 05 00 06 00 07 00 08 00 09 00 0a 00 0b 00 d83a 0b 00"),
    ] {
        assert_eq!(code(entries, set), Some(Code::Preissue), "{what}");
    }
    // 500 and 58("500") are two.
    assert_eq!(code(2, "1901f4 01 d83a 63353030 02"), None);
}

/// CWT-D-006, CWT-D-007: numbers of decoys are positive integers, each once in the whole set; the value is null.
#[test]
fn decoys_are_numbered() {
    for (what, entries, set) in [
        ("62(0): null", 1, "d83e 00 f6"),
        ("62(-1): null", 1, "d83e 20 f6"),
        ("62(\"a\"): null", 1, "d83e 6161 f6"),
        ("62(1.0): null", 1, "d83e f93c00 f6"),
        ("62(2(h'01')): null", 1, "d83e c2 4101 f6"),
        ("62(null): null", 1, "d83e f6 f6"),
        ("62(3): 1", 1, "d83e 03 01"),
        ("62(3): undefined", 1, "d83e 03 f7"),
        ("62(3): 58(null)", 1, "d83e 03 d83a f6"),
        ("501: [62(0)]", 1, "1901f5 81 d83e 00"),
        ("501: [62([])]", 1, "1901f5 81 d83e 80"),
        ("62(1) twice in a map", 2, "d83e 01 f6 d83e 01 f6"),
        ("62(1) in two maps", 2, "1901f5 a1 d83e 01 f6 1901f6 a1 d83e 01 f6"),
        ("62(1) in a map and in an array", 2, "d83e 01 f6 1901f6 81 d83e 01"),
        ("62(1) inside what is redacted", 2, "d83e 01 f6 d83a 1901f6 81 d83a 81 d83e 1801"),
    ] {
        assert_eq!(code(entries, set), Some(Code::Preissue), "{what}");
    }
    assert_eq!(code(2, "1901f5 81 d83e 01 d83e 02 f6"), None);
    assert_eq!(code(1, "d83e 1bffffffffffffffff f6"), None);
}

/// CWT-E-001 to CWT-E-003 apply to the Issuer's input too.
#[test]
fn the_input_is_strict_cbor() {
    for (octets, expected) in [
        (vec![], Code::CborMalformed),
        ([set(0, ""), vec![0]].concat(), Code::CborMalformed),
        (set(1, "1901f5"), Code::CborMalformed),
        (set(1, "d83a"), Code::CborMalformed),
        (set(1, "d83e"), Code::CborMalformed),
        (set(1, "1901f5 81 d83e"), Code::CborMalformed),
        (set(1, "1901f5 62c328"), Code::CborMalformed),
        (set(1, "1901f5 9f ff"), Code::CborForbidden),
        (hex("bf 01 02 ff"), Code::CborForbidden),
        (set(1, "1901f5 f83b"), Code::CborForbidden),
        (set(1, &format!("1901f5 {}00", "81".repeat(16))), Code::Limit),
        (set(1, &format!("1901f5 {}00", "81d83a".repeat(5000))), Code::Limit),
        (set(1, &format!("1901f5 {}00", "c1".repeat(16))), Code::Limit),
        (vec![0xa0; (4 << 20) + 1], Code::Limit),
    ] {
        assert_eq!(Preissuance::parse(&octets).unwrap_err().code(), expected, "{:?}", &octets[..octets.len().min(40)]);
    }
    // Sixteen levels, on which marks are none.
    let deep = issue(&set(1, &format!("1901f5 {}00", "81d83a".repeat(15)))).unwrap();
    assert_eq!(hold(&deep).disclosed().len(), 15);
}

/// CWT-I-018, CWT-I-020: claims that stay visible may have no mark, nor any mark inside.
#[test]
fn some_claims_carry_no_mark() {
    for (what, entries, set) in [
        ("58(4): 2000", 1, "d83a 04 1907d0"),
        ("58(8)", 1, "d83a 08 a0"),
        ("58(65535): {}", 1, "d83a 19ffff a0"),
        ("3: [58(\"a\"), \"b\"]", 1, "03 82 d83a 6161 6162"),
        ("3: [62(1), \"b\"]", 1, "03 82 d83e 01 6162"),
        ("65535: {58(\"status_list\"): {}}", 1, "19ffff a1 d83a 6b 7374617475735f6c697374 a0"),
    ] {
        let refused = issue(&self::set(entries, set)).unwrap_err();
        let expected = if what == "58(8)" { Code::Preissue } else { Code::RedactionForbidden };
        assert_eq!(refused, expected, "{what}");
    }
    // iss itself.
    let given = [hex("a2 d83a 01 71"), ISSUER.as_bytes().to_vec(), hex("02 6173")].concat();
    assert_eq!(issue(&given).unwrap_err(), Code::RedactionForbidden);
    // sub may be redacted.
    let given = [hex("a2 01 71"), ISSUER.as_bytes().to_vec(), hex("d83a 02 6173")].concat();
    assert_eq!(hold(&issue(&given).unwrap()).claims().int(2), Some(&Value::from("s")));
}

/// CWT-E-020: in what is received, the marks for the Issuer are banned as keys and as values.
#[test]
fn marks_are_not_for_tokens() {
    let refused = |value: &str| {
        let head = hex("a3 01 71");
        let payload = [head, ISSUER.as_bytes().to_vec(), hex("02 6173"), hex(value)].concat();
        Draft::with(|draft| draft.raw.payload = Some(payload)).accept().unwrap_err()
    };
    for value in ["d83a 1901f5 01", "1901f5 81 d83a 6178", "d83e 01 f6", "1901f5 d83a 6178", "d83a d83a 01 01"] {
        assert_eq!(refused(value), Code::CborForbidden, "{value}");
    }
}
