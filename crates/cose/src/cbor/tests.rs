use mimicred_claims::{Key, Map};
use proptest::prelude::*;

use super::*;
use crate::Code;

const CLAIMS: Dialect = Dialect::Claims { digest_len: 2 };

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn read(text: &str) -> Result<Value<'static>, Code> {
    parse(&hex(text), Dialect::Plain, &Limits::DEFAULT).map(Value::into_owned).map_err(|error| error.code())
}

fn read_claims(text: &str) -> Result<Value<'static>, Code> {
    parse(&hex(text), CLAIMS, &Limits::DEFAULT).map(Value::into_owned).map_err(|error| error.code())
}

fn map(entries: Vec<(Key<'static>, Value<'static>)>) -> Value<'static> {
    Value::Map(Map::from_entries(entries).unwrap())
}

/// RFC 8949 appendix A, those items that a token can hold: read as the value, written as the preferred octets.
#[test]
fn the_examples_of_rfc_8949() {
    let int = Value::Int;
    let text = |t: &'static str| Value::from(t);
    let examples = [
        ("00", int(0)),
        ("17", int(23)),
        ("1818", int(24)),
        ("1864", int(100)),
        ("1903e8", int(1000)),
        ("1a000f4240", int(1_000_000)),
        ("1b000000e8d4a51000", int(1_000_000_000_000)),
        ("1bffffffffffffffff", int(18_446_744_073_709_551_615)),
        ("3bffffffffffffffff", int(-18_446_744_073_709_551_616)),
        ("20", int(-1)),
        ("3863", int(-100)),
        ("3903e7", int(-1000)),
        ("f90000", Value::Float(0.0)),
        ("f98000", Value::Float(-0.0)),
        ("f93c00", Value::Float(1.0)),
        ("fb3ff199999999999a", Value::Float(1.1)),
        ("f93e00", Value::Float(1.5)),
        ("f97bff", Value::Float(65504.0)),
        ("fa47c35000", Value::Float(100_000.0)),
        ("fa7f7fffff", Value::Float(3.402_823_466_385_288_6e38)),
        ("fb7e37e43c8800759c", Value::Float(1.0e300)),
        ("f90001", Value::Float(5.960_464_477_539_063e-8)),
        ("f90400", Value::Float(0.000_061_035_156_25)),
        ("f9c400", Value::Float(-4.0)),
        ("fbc010666666666666", Value::Float(-4.1)),
        ("f97c00", Value::Float(f64::INFINITY)),
        ("f9fc00", Value::Float(f64::NEG_INFINITY)),
        ("f4", Value::Bool(false)),
        ("f5", Value::Bool(true)),
        ("f6", Value::Null),
        ("f7", Value::Undefined),
        ("f0", Value::Simple(16)),
        ("f8ff", Value::Simple(255)),
        ("c11a514b67b0", Value::Tag(1, Box::new(int(1_363_896_240)))),
        ("c249010000000000000000", Value::Tag(2, Box::new(Value::Bytes(hex("010000000000000000").into())))),
        ("4401020304", Value::Bytes(hex("01020304").into())),
        ("60", text("")),
        ("6449455446", text("IETF")),
        ("62c3bc", text("\u{fc}")),
        ("64f0908591", text("\u{10151}")),
        ("80", Value::Array(vec![])),
        ("8301820203820405", Value::Array(vec![int(1), Value::Array(vec![int(2), int(3)]), Value::Array(vec![int(4), int(5)])])),
        ("a201020304", map(vec![(Key::Int(1), int(2)), (Key::Int(3), int(4))])),
        ("a26161016162820203", map(vec![(Key::from("a"), int(1)), (Key::from("b"), Value::Array(vec![int(2), int(3)]))])),
    ];
    for (octets, value) in examples {
        assert_eq!(read(octets), Ok(value.clone()), "{octets}");
        assert_eq!(write(&value).unwrap(), hex(octets), "{octets}");
    }
    assert!(matches!(read("f97e00"), Ok(Value::Float(number)) if number.is_nan()));
    assert_eq!(write(&Value::Float(f64::NAN)).unwrap(), hex("f97e00"));
}

/// Trap 5: what is not preferred is read all the same.
#[test]
fn longer_forms_are_read() {
    assert_eq!(read("1800"), Ok(Value::Int(0)));
    assert_eq!(read("1b0000000000000001"), Ok(Value::Int(1)));
    assert_eq!(read("fb3ff8000000000000"), Ok(Value::Float(1.5)));
    assert_eq!(read("fa3fc00000"), Ok(Value::Float(1.5)));
    assert_eq!(read("590001ff"), Ok(Value::Bytes(vec![0xff].into())));
    assert_eq!(read("a203040102"), Ok(map(vec![(Key::Int(3), Value::Int(4)), (Key::Int(1), Value::Int(2))])));
}

/// CWT-E-003, CWT-E-010, CWT-E-023, CWT-E-028, RFC 8949 appendix F.
#[test]
fn malformed_input_is_refused() {
    for octets in [
        "",
        "18",
        "19 00",
        "1a 000000",
        "1b 00000000000000",
        "41",
        "61",
        "81",
        "82 00",
        "a1",
        "a1 00",
        "c0",
        "f8",
        "f9 00",
        "fa 000000",
        "fb 00000000000000",
        "5b ffffffffffffffff 010203",
        "9b ffffffffffffffff",
        "bb ffffffffffffffff 00",
        "7b 7fffffffffffffff 010203",
        "00 00",
        "1c",
        "1d",
        "1e",
        "3c",
        "5c",
        "7d",
        "9e",
        "bc",
        "dd",
        "fc",
        "fd",
        "fe",
        "1f",
        "3f",
        "df",
        "ff",
        "f8 00",
        "f8 14",
        "f8 18",
        "f8 1f",
        "62 c328",
        "61 80",
        "63 eda080",
        "64 f4908080",
        "a2 01 00 01 00",
        "a2 01 00 18 01 00",
        "a2 61 61 00 78 01 61 00",
        "81 a2 01 00 01 00",
        "a1 f8 14 00",
        "a1 61 80 00",
    ] {
        assert_eq!(read(octets), Err(Code::CborMalformed), "{octets}");
    }
    assert_eq!(read_claims("a2 f83b 80 f83b 80"), Err(Code::CborMalformed));
    // A repeated key among many.
    let mut many = hex("b818");
    for n in 0..24_u8 {
        many.extend([n.min(22), 0]);
    }
    assert_eq!(parse(&many, Dialect::Plain, &Limits::DEFAULT).unwrap_err().code(), Code::CborMalformed);
}

/// CWT-E-002, CWT-E-012 to CWT-E-016, CWT-E-020, CWT-E-021.
#[test]
fn banned_forms_are_refused() {
    for octets in [
        "5f 41 00 ff",
        "7f 61 61 ff",
        "9f ff",
        "bf ff",
        "81 9f ff",
        "a1 01 bf ff",
        "c1 9f ff",
        "a1 40 00",
        "a1 f93c00 00",
        "a1 f5 00",
        "a1 f6 00",
        "a1 80 00",
        "a1 a0 00",
        "a1 c1 01 00",
        "a1 c24101 00",
        "a1 60 00",
        "a1 f0 00",
        "a1 f83a 00",
        "d83a 00",
        "d83e 01",
        "81 d83a 61 78",
        "a1 d83a 01 00",
        "a1 d83e 01 f6",
        "a1 d83a d83a 01 00",
        "d9003a 00",
    ] {
        assert_eq!(read(octets), Err(Code::CborForbidden), "{octets}");
        assert_eq!(read_claims(octets), Err(Code::CborForbidden), "{octets} in claims");
    }
    let key = |unit: &str, times: usize| {
        let text = unit.repeat(times);
        let mut octets = vec![0xa1, 0x79];
        octets.extend(u16::try_from(text.len()).unwrap().to_be_bytes());
        octets.extend(text.as_bytes());
        octets.push(0);
        parse(&octets, Dialect::Plain, &Limits::DEFAULT).map(|_| ()).map_err(|error| error.code())
    };
    assert_eq!(key("a", 255), Ok(()));
    assert_eq!(key("\u{fc}", 127), Ok(()));
    assert_eq!(key("a", 256), Err(Code::CborForbidden));
    assert_eq!(key("\u{fc}", 128), Err(Code::CborForbidden));
}

/// CWT-E-017, CWT-E-018, CWT-E-019, CWT-E-022: marks, and nothing like them elsewhere.
#[test]
fn redaction_marks_are_read_in_claims_only() {
    let Ok(Value::Map(claims)) = read_claims("a2 01 82 d83c 42 0a0b 05 f83b 82 42 0102 42 0304") else { panic!("read") };
    assert_eq!(claims.redacted, [hex("0102").into(), hex("0304").into()]);
    assert_eq!(claims.int(1).unwrap().as_array().unwrap()[0], Value::Redacted(hex("0a0b").into()));
    assert_eq!(write(&Value::Map(claims)).unwrap(), hex("a2 01 82 d83c 42 0a0b 05 f83b 82 42 0102 42 0304"));
    // Under a tag the elements of an array are elements still.
    assert!(read_claims("c4 82 01 d83c 42 0000").is_ok());
    // An empty list is legal (trap 17), and is not written back (CWT-I-035).
    assert_eq!(write(&read_claims("a1 f83b 80").unwrap()).unwrap(), hex("a0"));

    for marked in ["a1 f83b 81 42 0102", "81 d83c 42 0102", "a1 f83b 80"] {
        assert!(read_claims(marked).is_ok(), "{marked}");
        assert_eq!(read(marked), Err(Code::CborForbidden), "{marked} outside claims");
    }
    for (octets, code) in [
        ("a1 01 f83b", Code::CborForbidden),           // as a value
        ("f83b", Code::CborForbidden),                 // alone
        ("a1 01 d83c 42 0102", Code::CborForbidden),   // an element that is the value of a key
        ("d83c 42 0102", Code::CborForbidden),         // an element that is all
        ("81 d83c 61 78", Code::CborForbidden),        // an element that is text
        ("81 d83c d83c 42 0102", Code::CborForbidden), // nested
        ("81 c1 d83c 42 0102", Code::CborForbidden),   // below a tag
        ("81 d83c 41 01", Code::Structure),            // a short digest
        ("a1 f83b 81 43 010203", Code::Structure),     // a long digest
        ("a1 f83b 42 0102", Code::Structure),          // no list
        ("a1 f83b a0", Code::Structure),
        ("a1 f83b 81 61 78", Code::Structure), // text in the list
        ("a1 f83b 81 80", Code::Structure),    // a list in the list
        ("a1 f83b 9f ff", Code::CborForbidden),
    ] {
        assert_eq!(read_claims(octets), Err(code), "{octets}");
    }
}

/// CWT-E-026, CWT-E-027: the limit counts containers entered, and hostile nesting costs nothing.
#[test]
fn depth_size_and_number_are_limited() {
    let nested = |levels: usize| [vec![0x81; levels], vec![0]].concat();
    let code = |octets: &[u8], limits: &Limits| parse(octets, Dialect::Plain, limits).map(|_| ()).map_err(|error| error.code());
    assert_eq!(code(&nested(16), &Limits::DEFAULT), Ok(()));
    assert_eq!(code(&nested(17), &Limits::DEFAULT), Err(Code::Limit));
    assert_eq!(code(&nested(100_000), &Limits { depth: usize::MAX, ..Limits::DEFAULT }), Err(Code::Limit));
    assert_eq!(code(&[vec![0xc1; 17], vec![0]].concat(), &Limits::DEFAULT), Err(Code::Limit));
    assert_eq!(code(&nested(3), &Limits { size: 4, ..Limits::DEFAULT }), Ok(()));
    assert_eq!(code(&nested(3), &Limits { size: 3, ..Limits::DEFAULT }), Err(Code::Limit));
    assert_eq!(code(&nested(3), &Limits { items: 4, ..Limits::DEFAULT }), Ok(()));
    assert_eq!(code(&nested(3), &Limits { items: 3, ..Limits::DEFAULT }), Err(Code::Limit));
    // Digests in maps and arrays together; what is passed over is not counted.
    let digests = hex("a2 f83b 82 4101 4102 01 81 d83c 4103");
    let claims = |limits: &Limits| parse(&digests, Dialect::Claims { digest_len: 1 }, limits).map(drop).map_err(|e| e.code());
    assert_eq!(claims(&Limits { digests: 3, ..Limits::DEFAULT }), Ok(()));
    assert_eq!(claims(&Limits { digests: 2, ..Limits::DEFAULT }), Err(Code::Limit));
    assert_eq!(claims(&Limits { digests: 1, ..Limits::DEFAULT }), Err(Code::Limit));
    assert!(Reader::new(&digests, &Limits { digests: 0, ..Limits::DEFAULT }).unwrap().skip().is_ok());
    // Passing over needs no stack.
    let deep = nested(100_000);
    assert_eq!(Reader::new(&deep, &Limits::DEFAULT).unwrap().skip().unwrap(), deep);
    let too_deep_to_write = (0..200).fold(Value::Null, |inner, _| Value::Array(vec![inner]));
    assert_eq!(write(&too_deep_to_write).unwrap_err().code(), Code::Limit);
}

/// RFC 8949 section 4.2.1: keys in bytewise order of their encoding.
#[test]
fn keys_are_written_in_bytewise_order() {
    let keys = [
        Key::Int(10),
        Key::Int(100),
        Key::Int(1_000),
        Key::Int(1 << 40),
        Key::Int(-1),
        Key::Int(-100),
        Key::Int(-70_000),
        Key::from("z"),
        Key::from("aa"),
        Key::from("ab"),
        Key::from("a long name of more than twenty-three"),
    ];
    let encoded: Vec<_> = keys.iter().map(|key| write(&map(vec![(key.clone(), Value::Null)])).unwrap()[1..].to_vec()).collect();
    assert!(encoded.is_sorted());
    let reversed = keys.iter().rev().map(|key| (key.clone(), Value::Null)).collect();
    assert_eq!(write(&map(reversed)).unwrap()[1..], encoded.concat());
}

#[test]
fn what_cbor_cannot_hold_is_refused() {
    let code = |value: Value<'_>| write(&value).map_err(|error| error.code());
    assert_eq!(code(Value::Int(1 << 64)), Err(Code::NotEncodable));
    assert_eq!(code(Value::Int(-(1 << 64) - 1)), Err(Code::NotEncodable));
    assert_eq!(code(Value::Decimal("1e400".into())), Err(Code::NotEncodable));
    assert_eq!(code(Value::Simple(24)), Err(Code::NotEncodable));
    assert_eq!(code(map(vec![(Key::Int(1 << 64), Value::Null)])), Err(Code::NotEncodable));
    assert_eq!(code(Value::Decimal("1.5".into())), Ok(hex("f93e00")));
}

#[test]
fn byte_strings_come_with_their_encoding() {
    let octets = hex("42 0102 58 01 ff");
    let mut reader = Reader::new(&octets, &Limits::DEFAULT).unwrap();
    let short = reader.encoded_bytes().unwrap();
    assert_eq!((short.encoded, short.content, short.is_preferred), (&octets[..3], &octets[1..3], true));
    let long = reader.encoded_bytes().unwrap();
    assert_eq!((long.encoded, long.content, long.is_preferred), (&octets[3..], &[0xff][..], false));
    assert!(reader.is_at_end());
}

fn any_value() -> impl Strategy<Value = Value<'static>> {
    let int = prop_oneof![any::<i64>().prop_map(i128::from), any::<u64>().prop_map(i128::from), -300_i128..300];
    let leaf = prop_oneof![
        Just(Value::Null),
        Just(Value::Undefined),
        any::<bool>().prop_map(Value::from),
        int.clone().prop_map(Value::Int),
        any::<f64>().prop_filter("a NaN equals nothing", |x| !x.is_nan()).prop_map(Value::Float),
        any::<f32>().prop_filter("a NaN equals nothing", |x| !x.is_nan()).prop_map(|x| Value::Float(x.into())),
        any::<i16>().prop_map(|x| Value::Float(f64::from(x) / 8.0)),
        ".{0,6}".prop_map(Value::from),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(|bytes| Value::Bytes(bytes.into())),
        (60_u8..=255).prop_map(Value::Simple),
    ];
    let key = prop_oneof![int.prop_map(Key::Int), ".{1,4}".prop_map(|text| Key::Text(text.into()))];
    let digest = || prop::collection::vec(any::<u8>(), 2).prop_map(mimicred_claims::Digest::from);
    leaf.prop_recursive(3, 32, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(prop_oneof![4 => inner.clone(), 1 => digest().prop_map(Value::Redacted)], 0..5)
                .prop_map(Value::Array),
            (prop::collection::btree_map(key.clone(), inner.clone(), 0..5), prop::collection::vec(digest(), 0..3)).prop_map(
                |(entries, redacted)| {
                    let mut map = Map::from_entries(entries.into_iter().collect()).unwrap();
                    map.redacted = redacted;
                    Value::Map(map)
                }
            ),
            (63_u64..100_000, inner).prop_map(|(tag, inner)| Value::Tag(tag, Box::new(inner))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Writing is deterministic and reading is its inverse.
    #[test]
    fn writing_and_reading_is_the_identity(value in any_value()) {
        let octets = write(&value).unwrap();
        let read = parse(&octets, CLAIMS, &Limits::DEFAULT).unwrap();
        prop_assert_eq!(write(&read).unwrap(), octets.clone());
        let mut reader = Reader::new(&octets, &Limits::DEFAULT).unwrap();
        prop_assert_eq!(reader.skip().unwrap(), &octets[..]);
        // Every shorter input is cut off.
        for len in 0..octets.len().min(48) {
            prop_assert!(parse(&octets[..len], CLAIMS, &Limits::DEFAULT).is_err());
        }
    }

    /// Any octets give a value or an error, and what is read can be written.
    #[test]
    fn any_octets_are_read_or_refused(octets in prop::collection::vec(any::<u8>(), 0..64)) {
        for dialect in [Dialect::Plain, CLAIMS] {
            if let Ok(value) = parse(&octets, dialect, &Limits::DEFAULT) {
                prop_assert!(write(&value).is_ok());
            }
        }
        let _ = Reader::new(&octets, &Limits::DEFAULT).unwrap().skip();
    }

    /// The same for input that looks more like CBOR.
    #[test]
    fn damaged_items_are_read_or_refused(value in any_value(), at in any::<prop::sample::Index>(), bit in 0_u32..8) {
        let mut octets = write(&value).unwrap();
        let at = at.index(octets.len());
        octets[at] ^= 1_u8 << bit;
        for dialect in [Dialect::Plain, CLAIMS] {
            if let Ok(value) = parse(&octets, dialect, &Limits::DEFAULT) {
                prop_assert!(write(&value).is_ok());
            }
        }
    }
}
