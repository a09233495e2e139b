use mimicred_claims::{Key, Value};

use super::*;

fn date(value: f64) -> Option<Date> {
    Some(Date::Float(value))
}

fn int(value: i128) -> Option<Date> {
    Some(Date::Int(value))
}

const NONE: Times = Times { nbf: None, iat: None, exp: None };

fn ok(result: Result<(), Error>) -> bool {
    match result {
        Ok(()) => true,
        Err(error) => {
            assert_eq!(error.code(), Code::Time);
            false
        }
    }
}

/// A rule that relates two dates: its name, how to put them in, and whether it holds when the first is one below, equal to, and one
/// above the second.
type Rule = (&'static str, fn(Option<Date>, Option<Date>) -> bool, [bool; 3]);

fn token(times: Times) -> bool {
    ok(times.check_token())
}

fn kbt(kbt: Times, token: Times) -> bool {
    ok(kbt.check_kbt(&token))
}

const AT_MOST: [bool; 3] = [true, true, false];
const BEFORE: [bool; 3] = [true, false, false];
const AT_LEAST: [bool; 3] = [false, true, true];

const RULES: [Rule; 11] = [
    ("CWT-T-001", |a, b| token(Times { nbf: a, iat: b, ..NONE }), AT_MOST),
    ("CWT-T-002", |a, b| token(Times { nbf: a, exp: b, ..NONE }), BEFORE),
    ("CWT-T-003", |a, b| token(Times { iat: a, exp: b, ..NONE }), BEFORE),
    ("CWT-T-006", |a, b| kbt(Times { nbf: a, iat: b, ..NONE }, NONE), AT_MOST),
    ("CWT-T-007", |a, b| kbt(Times { iat: a, exp: b, ..NONE }, NONE), BEFORE),
    ("CWT-T-008", |a, b| kbt(Times { iat: int(0), exp: a, ..NONE }, Times { exp: b, ..NONE }), AT_MOST),
    ("CWT-T-009", |a, b| kbt(Times { nbf: a, iat: int(1 << 80), ..NONE }, Times { nbf: b, ..NONE }), AT_LEAST),
    ("CWT-T-010", |a, b| kbt(Times { iat: a, ..NONE }, Times { iat: b, ..NONE }), AT_LEAST),
    ("CWT-T-011", |a, b| kbt(Times { nbf: a, iat: a, ..NONE }, Times { exp: b, ..NONE }), BEFORE),
    ("CWT-T-012", |a, b| kbt(Times { iat: a, ..NONE }, Times { exp: b, ..NONE }), BEFORE),
    ("CWT-T-013", |a, b| kbt(Times { iat: a, ..NONE }, Times { nbf: b, ..NONE }), AT_LEAST),
];

/// CWT-T-001 to CWT-T-013: below, at and above the boundary, as integers, as floats, and mixed; and only if both dates are there.
#[test]
fn every_rule_at_its_boundary() {
    for (name, holds, expected) in RULES {
        for (n, first) in [99_i32, 100, 101].into_iter().enumerate() {
            let (as_int, as_float) = (int(first.into()), date(first.into()));
            for (first, second) in [(as_int, int(100)), (as_float, date(100.0)), (as_int, date(100.0)), (as_float, int(100))] {
                assert_eq!(holds(first, second), expected[n], "{name}: {first:?} {second:?}");
            }
        }
        // A KBT that has nbf or exp without iat breaks CWT-T-005 instead.
        if !["CWT-T-006", "CWT-T-007"].contains(&name) {
            assert!(holds(None, int(100)) && holds(int(50), None), "{name}");
        }
        // A fraction counts.
        assert_eq!(holds(date(99.5), int(100)), expected[0], "{name}");
        assert_eq!(holds(date(100.5), int(100)), expected[2], "{name}");
        // CWT-T-018: 2^53 as an integer and as a float are equal, one more is more.
        let large = date(9_007_199_254_740_992.0);
        assert_eq!(holds(int(1 << 53), large), expected[1], "{name}");
        assert_eq!(holds(int((1 << 53) + 1), large), expected[2], "{name}");
        assert_eq!(holds(int((1 << 53) - 1), large), expected[0], "{name}");
    }
}

/// CWT-T-005, CWT-P-014.
#[test]
fn a_kbt_without_iat_has_no_other_date() {
    assert!(kbt(NONE, NONE));
    assert!(!kbt(Times { exp: int(100), ..NONE }, NONE));
    assert!(!kbt(Times { nbf: int(100), ..NONE }, NONE));
}

/// CWT-T-014, CWT-T-016, CWT-T-017.
#[test]
fn the_clock_and_its_leeway() {
    let at = |now, leeway| Clock { now, leeway };
    let times = Times { nbf: int(100), iat: None, exp: int(200) };
    for (now, leeway, valid) in [
        (99, 0, false),
        (100, 0, true),
        (199, 0, true),
        (200, 0, false),
        (90, 10, true),
        (89, 10, false),
        (209, 10, true),
        (210, 10, false),
    ] {
        for side in [Side::Token, Side::Kbt] {
            assert_eq!(ok(times.check_clock(&at(now, leeway), side)), valid, "now {now}, leeway {leeway}");
        }
    }
    let made = Times { iat: int(100), ..NONE };
    assert!(ok(made.check_age(&at(100, 0), Some(0))));
    assert!(!ok(made.check_age(&at(99, 0), None)));
    assert!(ok(made.check_age(&at(99, 1), None)));
    assert!(ok(made.check_age(&at(160, 0), Some(60))));
    assert!(!ok(made.check_age(&at(161, 0), Some(60))));
    assert!(ok(made.check_age(&at(161, 1), Some(60))));
    assert!(ok(made.check_age(&at(i64::MAX, 0), None)));
    assert_eq!(NONE.check_age(&at(0, 0), Some(60)).unwrap_err().code(), Code::ClaimMissing);
}

/// Whoever is refused reads whose date it is, and what is wrong with it.
#[test]
fn errors_name_the_date_and_its_token() {
    let (early, late) = (int(100), int(200));
    let clock = Clock { now: 150, leeway: 0 };
    let (ended, to_come) = (Times { exp: early, ..NONE }, Times { nbf: late, ..NONE });
    for (error, expected) in [
        (ended.check_clock(&clock, Side::Token), "the SD-CWT has expired (field exp)"),
        (ended.check_clock(&clock, Side::Kbt), "the KBT has expired (field exp)"),
        (to_come.check_clock(&clock, Side::Token), "the SD-CWT is not valid yet (field nbf)"),
        (to_come.check_clock(&clock, Side::Kbt), "the KBT is not valid yet (field nbf)"),
        (Times { iat: early, ..to_come }.check_token(), "the SD-CWT begins after it was issued (field nbf)"),
        (Times { iat: early, exp: late, ..NONE }.check_kbt(&ended), "the KBT ends after its SD-CWT (field exp)"),
        (Times { iat: early, ..NONE }.check_kbt(&to_come), "the KBT was made before its SD-CWT begins (field iat)"),
    ] {
        let printed = error.unwrap_err().to_string();
        assert!(printed.ends_with(expected), "{printed}");
    }
}

#[test]
fn issued_at_is_rounded_up() {
    let rounded = |iat| Times { iat, ..NONE }.issued_at();
    assert_eq!(rounded(int(7)), Some(7));
    assert_eq!(rounded(date(7.0)), Some(7));
    assert_eq!(rounded(date(7.1)), Some(8));
    assert_eq!(rounded(date(-7.9)), Some(-7));
    assert_eq!(rounded(int(1 << 70)), None);
    assert_eq!(rounded(None), None);
}

/// CWT-E-024, CWT-E-025.
#[test]
fn dates_are_untagged_finite_numbers() {
    let read = |value| Times::read(&Map::from_entries(vec![(Key::Int(4), value)]).unwrap()).map_err(|error| error.code());
    for good in [Value::Int(-5), Value::Int(1 << 60), Value::Float(1.5), Value::Float(-9_007_199_254_740_992.0)] {
        assert!(read(good).is_ok());
    }
    for bad in [
        Value::Float(f64::NAN),
        Value::Float(f64::NEG_INFINITY),
        Value::Float(9_007_199_254_740_994.0),
        Value::Float(-9_007_199_254_740_994.0),
        Value::from("1"),
        Value::Null,
        Value::Tag(1, Box::new(Value::Int(1))),
        Value::Tag(2, Box::new(Value::Bytes(vec![1].into()))),
    ] {
        assert_eq!(read(bad).unwrap_err(), Code::ClaimType);
    }
}
