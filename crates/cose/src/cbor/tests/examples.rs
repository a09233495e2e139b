//! What is read.

use super::*;

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
