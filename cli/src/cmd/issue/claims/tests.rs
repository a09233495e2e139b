use super::*;

fn period(now: i64, lifetime: u32) -> (i64, i64) {
    let period = Period::new(now, lifetime);
    (period.from, period.until)
}

fn input(octets: &[u8]) -> Input {
    Input { name: "claims".to_owned(), octets: octets.to_vec().into() }
}

fn json(text: &str) -> Map<'static> {
    parse(&input(text.as_bytes())).unwrap()
}

#[test]
fn days_are_rounded_outwards_and_hours_are_not() {
    assert_eq!(period(10 * DAY + 5, 86_400), (10 * DAY, 12 * DAY));
    assert_eq!(period(10 * DAY, 86_400), (10 * DAY, 11 * DAY));
    assert_eq!(period(10 * DAY + 5, 3_600), (10 * DAY + 5, 10 * DAY + 3_605));
}

#[test]
fn what_the_claims_say_is_not_changed() {
    for names in [Names::Text, Names::Numbers] {
        let mut claims = Map::new();
        set(&mut claims, names.key("exp"), Value::Int(5)).unwrap();
        add_period(&mut claims, names, Period { from: 1, until: 9 }).unwrap();
        assert_eq!((seconds(&claims, &names.key("iat")), seconds(&claims, &names.key("exp"))), (Some(1), Some(5)));
    }
    assert_eq!(Names::Numbers.key("exp"), Key::Int(4));
    assert_eq!(Names::Numbers.key("mimi_user"), Key::from("mimi_user"));
}

#[test]
fn fractions_become_floats_at_any_depth() {
    let claims = with_binary_numbers(json(r#"{"a":1.5,"b":[{"c":1e2}],"d":7}"#)).unwrap();
    assert_eq!(claims.at(&"a".parse().unwrap()), Some(&Value::Float(1.5)));
    assert_eq!(claims.at(&"b[0].c".parse().unwrap()), Some(&Value::Float(100.0)));
    assert_eq!(claims.at(&"d".parse().unwrap()), Some(&Value::Int(7)));
    assert!(with_binary_numbers(json(r#"{"a":1e999}"#)).is_err());
}

#[test]
fn a_claims_file_is_json_or_cbor_by_its_first_octet() {
    assert!(is_cbor(&input(b"\xa1\x01\x61i")) && is_cbor(&input(b"\xbf\xff")));
    assert!(!is_cbor(&input(b" {}")) && !is_cbor(&input(b"\x80")));
    // {1: "i", 58(500): true}
    let marked = parse_cbor(&input(b"\xa2\x01\x61i\xd8\x3a\x19\x01\xf4\xf5")).unwrap();
    assert!(marked.marks.is_some() && marked.claims.int(500).is_some());
    let plain = parse_cbor(&input(b"\xa1\x01\x61i")).unwrap();
    assert!(plain.marks.is_none());
    assert!(parse_cbor(&input(b"\xa1\x01\xd8\x3a\x01")).is_err());
    assert!(parse(&input(b"\xa1\x01\x61i")).is_err());
    let named = with_numbers(json(r#"{"iss":"i"}"#)).unwrap();
    assert!(named.claims.int(1).is_some() && named.marks.is_none());
}
