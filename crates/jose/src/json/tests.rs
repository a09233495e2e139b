use std::borrow::Cow;

use mimicred_claims::{Key, Map, Value};
use mimicred_error::{At, Report};
use proptest::prelude::*;

use super::*;
use crate::Code;

fn read(text: &str) -> Value<'_> {
    parse(text, &Limits::DEFAULT).unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn refused(text: &str) -> (Code, At) {
    let error = parse(text, &Limits::DEFAULT).err().unwrap_or_else(|| panic!("accepted: {text}"));
    (error.code(), error.place().clone())
}

#[test]
fn reads_every_kind_of_value_in_order() {
    let value = read(" {\"b\" : [ true , false , null , { } , [ ] ] ,\r\n\t\"a\" : \"x\" } ");
    let object = value.as_map().unwrap();
    assert_eq!(object.iter().map(|(key, _)| key.to_string()).collect::<Vec<_>>(), ["b", "a"]);
    let array = [Value::Bool(true), Value::Bool(false), Value::Null, Value::Map(Map::new()), Value::Array(vec![])];
    assert_eq!(object.text("b").unwrap().as_array().unwrap(), array);
    assert_eq!(object.text("a"), Some(&Value::from("x")));
}

/// JWT-E-018: no digit is lost, and no spelling changed.
#[test]
fn numbers_keep_their_value() {
    let max = i128::MAX.to_string();
    let beyond = "170141183460469231731687303715884105728";
    for text in ["0", "-1", "9007199254740993", "-9223372036854775809", &max, &i128::MIN.to_string()] {
        assert_eq!(read(text), Value::Int(text.parse().unwrap()), "{text}");
    }
    for text in ["-0", "0.10", "1e400", "1E+2", "-1.5e-3", "1683000000.5", "0e0", beyond] {
        assert_eq!(read(text), Value::Decimal(text.into()), "{text}");
        assert_eq!(write(&read(text)).unwrap(), text);
    }
    for text in ["01", "-", "+1", ".5", "1.", "1e", "1e+", "0x1", "1_0", "Infinity", "NaN", "--1", "1.e1", "-01"] {
        assert_eq!(refused(text).0, Code::JsonMalformed, "{text}");
    }
}

#[test]
fn text_is_borrowed_unless_escaped() {
    let Value::Text(Cow::Borrowed(plain)) = read("\"Möbius 😀\"") else { panic!("borrowed") };
    assert_eq!(plain, "Möbius 😀");
    let Value::Text(Cow::Owned(escaped)) = read(r#""\"\\\/\b\f\n\r\tM\u00f6\u0000\uD83D\uDE00z""#) else { panic!("owned") };
    assert_eq!(escaped, "\"\\/\u{8}\u{c}\n\r\tMö\0😀z");
}

#[test]
fn malformed_text_is_refused_where_it_breaks() {
    for (text, offset) in [
        (r#""\ud83d""#, 1),
        (r#""\ud83dx""#, 1),
        (r#""\ud83d\u0041""#, 1),
        (r#""\ude00""#, 1),
        (r#""\ud83d\ud83d""#, 1),
        (r#""\u12g4""#, 1),
        (r#""\u+123""#, 1),
        (r#""\u12"#, 1),
        (r#""\x""#, 1),
        ("\"a\tb\"", 2),
        ("\"a\u{1f}\"", 2),
        ("\"a\0\"", 2),
        ("\"abc", 4),
        ("\"abc\\", 4),
        ("'a'", 0),
    ] {
        assert_eq!(refused(text), (Code::JsonMalformed, At::Offset(offset)), "{text}");
    }
    // DEL and everything beyond ASCII may stand unescaped.
    assert_eq!(read("\"\u{7f}\u{2028}\"").as_text(), Some("\u{7f}\u{2028}"));
}

#[test]
fn malformed_structure_is_refused() {
    for text in [
        "",
        " ",
        "nul",
        "True",
        "truefalse",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[",
        "[1",
        "]",
        "{",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{1:1}",
        "{\"a\" 1}",
        "{\"a\":1 \"b\":2}",
        "1 2",
        "[] x",
        "{}{}",
        "\u{feff}{}",
        "[1]//",
        "/**/1",
        "\u{a0}1",
        "\u{b}1",
    ] {
        assert_eq!(refused(text).0, Code::JsonMalformed, "{text}");
    }
    assert_eq!(parse_octets(b"[\"\xc3\x28\"]", &Limits::DEFAULT).unwrap_err().place(), &At::Offset(2));
    assert_eq!(parse_octets(b"\"\xed\xa0\x80\"", &Limits::DEFAULT).unwrap_err().code(), Code::JsonMalformed);
}

/// JWT-E-016, also when the two names are spelled differently.
#[test]
fn a_member_twice_is_refused() {
    assert_eq!(refused(r#"{"a":1,"b":2,"a":1}"#), (Code::MemberDuplicate, At::Offset(0)));
    assert_eq!(refused(r#"[{"x":{"a":1,"\u0061":2}}]"#), (Code::MemberDuplicate, At::Offset(6)));
    assert!(parse(r#"{"a":{"a":1},"b":{"a":1}}"#, &Limits::DEFAULT).is_ok());
}

/// JWT-E-017.
#[test]
fn limits_come_first() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse(&nested(32), &Limits::DEFAULT).is_ok());
    assert_eq!(refused(&nested(33)), (Code::Limit, At::Offset(32)));
    assert_eq!(refused(&"[".repeat(100_000)).0, Code::Limit);
    assert_eq!(refused(&"{\"a\":".repeat(100_000)).0, Code::Limit);
    let few = Limits { octets: 7, depth: 1, values: 3 };
    assert!(parse("[1,2]", &few).is_ok());
    assert_eq!(parse("[1,2,3]", &few).unwrap_err().code(), Code::Limit);
    assert_eq!(parse("[1,    2]", &few).unwrap_err().code(), Code::Limit);
    assert_eq!(parse_octets(b"[1,    2]", &few).unwrap_err().code(), Code::Limit);
}

#[test]
fn what_json_cannot_hold_is_not_written() {
    let mut marked = Map::new();
    marked.redacted.push(b"digest".into());
    let mut numbered = Map::new();
    numbered.insert(Key::Int(1), Value::Null).unwrap();
    for value in [
        Value::Bytes(Cow::Borrowed(b"x")),
        Value::Undefined,
        Value::Simple(99),
        Value::Tag(1, Box::new(Value::Null)),
        Value::Float(f64::NAN),
        Value::Float(f64::INFINITY),
        Value::Redacted(b"digest".into()),
        Value::Map(marked),
        Value::Map(numbered),
    ] {
        assert_eq!(write(&Value::Array(vec![value])).unwrap_err().code(), Code::Unwritable);
    }
    for (number, text) in [(1.0, "1.0"), (1e300, "1e300"), (-2.5e-9, "-2.5e-9")] {
        assert_eq!(write(&Value::Float(number)).unwrap(), text);
        assert_eq!(read(text), Value::Decimal(text.into()));
    }
}

fn any_value() -> impl Strategy<Value = Value<'static>> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i128>().prop_map(Value::Int),
        "-?(0|[1-9][0-9]{0,3})(\\.[0-9]{1,3}e[+-]?[0-9]{1,3}|\\.[0-9]{1,4})".prop_map(|text| Value::Decimal(text.into())),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::btree_map(any::<String>(), inner, 0..6).prop_map(|entries| {
                let entries = entries.into_iter().map(|(name, value)| (Key::Text(name.into()), value)).collect();
                Value::Map(Map::from_entries(entries).unwrap())
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn values_round_trip(value in any_value()) {
        let text = write(&value).unwrap();
        prop_assert_eq!(parse(&text, &Limits::DEFAULT).unwrap(), value);
    }

    #[test]
    fn never_panics(text in any::<String>(), octets in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = parse(&text, &Limits::DEFAULT);
        let _ = parse_octets(&octets, &Limits::DEFAULT);
    }

    /// Text made of JSON's own pieces gets further than any text; what is read can be written and read again.
    #[test]
    fn pieces_of_json_never_panic(pieces in prop::collection::vec(
        prop::sample::select(vec!["{", "}", "[", "]", ":", ",", "\"", "\"a\"", "\\", "\\u", "d83d", "1", "-", ".", "e", "null", " ", "é"]), 0..16,
    )) {
        let text = pieces.concat();
        if let Ok(value) = parse(&text, &Limits::DEFAULT) {
            let again = write(&value).unwrap();
            prop_assert_eq!(parse(&again, &Limits::DEFAULT).unwrap(), value);
        }
    }
}
