//! What is written, and what cannot be.

use super::*;

/// CWT-E-031, RFC 8949 section 4.2.1: keys in bytewise order of their encoding.
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
