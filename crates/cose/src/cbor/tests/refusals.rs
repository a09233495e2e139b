//! What is refused.

use super::*;

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

/// CWT-E-002, CWT-E-012, CWT-E-013, CWT-E-014, CWT-E-015, CWT-E-016, CWT-E-020, CWT-E-021.
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

/// CWT-E-017, CWT-E-018, CWT-E-019, CWT-E-022, trap 18: marks, and nothing like them elsewhere.
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
        ("a1 f83b 81 d83c 42 0102", Code::CborForbidden), // an element in the list
        ("a1 f83b d83c 42 0102", Code::CborForbidden),    // instead of the list
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

/// CWT-E-018, CWT-E-020: a mark is banned even where anything else would be of the wrong shape.
#[test]
fn marks_are_banned_where_something_else_is_expected() {
    let code = |octets: &str, read: fn(&mut Reader<'_>) -> Result<(), Error>| {
        read(&mut Reader::new(&hex(octets), &Limits::DEFAULT).unwrap()).unwrap_err().code()
    };
    for (tag, expected) in [
        ("d8 3a 00", Code::CborForbidden),
        ("d8 3c 41 00", Code::CborForbidden),
        ("d8 3e 01", Code::CborForbidden),
        ("d8 3d 00", Code::Structure),
    ] {
        assert_eq!(code(tag, |reader| reader.map(CLAIMS).map(drop)), expected, "{tag}");
        assert_eq!(code(tag, |reader| reader.array().map(drop)), expected, "{tag}");
        assert_eq!(code(tag, |reader| reader.bytes().map(drop)), expected, "{tag}");
    }
}
