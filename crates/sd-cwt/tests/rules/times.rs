//! CWT-T: dates of whole tokens. The rules alone are tested at every boundary beside the code; here each is broken by a token.

use mimicred_claims::{Clock, Value};
use mimicred_sd_cwt::{Code, Expectations, KeyBinding, Nonce};

use crate::tokens::*;

/// Puts two dates into a draft that has none but its KBT's `cti`.
type Place = fn(&mut Draft, Value<'static>, Value<'static>);

const AT_MOST: [bool; 3] = [true, true, false];
const BEFORE: [bool; 3] = [true, false, false];
const AT_LEAST: [bool; 3] = [false, true, true];

/// Each rule that relates two dates, and whether it holds when the first is 999, 1000 or 1001 and the second 1000.
const RULES: [(&str, Place, [bool; 3]); 11] = [
    ("CWT-T-001", |draft, nbf, iat| token(draft, &[(5, nbf), (6, iat)]), AT_MOST),
    ("CWT-T-002", |draft, nbf, exp| token(draft, &[(5, nbf), (4, exp)]), BEFORE),
    ("CWT-T-003", |draft, iat, exp| token(draft, &[(6, iat), (4, exp)]), BEFORE),
    ("CWT-T-006", |draft, nbf, iat| kbt(draft, &[(5, nbf), (6, iat)]), AT_MOST),
    ("CWT-T-007", |draft, iat, exp| kbt(draft, &[(6, iat), (4, exp)]), BEFORE),
    ("CWT-T-008", |draft, exp, of_token| both(draft, &[(6, Value::Int(1)), (4, exp)], &[(4, of_token)]), AT_MOST),
    ("CWT-T-009", |draft, nbf, of_token| both(draft, &[(6, Value::Int(5000)), (5, nbf)], &[(5, of_token)]), AT_LEAST),
    ("CWT-T-010", |draft, iat, of_token| both(draft, &[(6, iat)], &[(6, of_token)]), AT_LEAST),
    // Implied by CWT-T-006 and CWT-T-012, and therefore never broken alone.
    ("CWT-T-011", |draft, nbf, of_token| both(draft, &[(5, nbf.clone()), (6, nbf)], &[(4, of_token)]), BEFORE),
    ("CWT-T-012", |draft, iat, of_token| both(draft, &[(6, iat)], &[(4, of_token)]), BEFORE),
    ("CWT-T-013", |draft, iat, of_token| both(draft, &[(6, iat)], &[(5, of_token)]), AT_LEAST),
];

fn token(draft: &mut Draft, dates: &[(i128, Value<'static>)]) {
    dates.iter().for_each(|(key, date)| put(&mut draft.claims, *key, date.clone()));
}

fn kbt(draft: &mut Draft, dates: &[(i128, Value<'static>)]) {
    dates.iter().for_each(|(key, date)| put(&mut draft.kbt_claims, *key, date.clone()));
}

fn both(draft: &mut Draft, of_kbt: &[(i128, Value<'static>)], of_token: &[(i128, Value<'static>)]) {
    kbt(draft, of_kbt);
    token(draft, of_token);
}

/// A draft without dates.
fn undated() -> Draft {
    Draft::with(|draft| {
        [4, 5, 6].into_iter().for_each(|key| take(&mut draft.claims, key));
        take(&mut draft.kbt_claims, 6);
        put(&mut draft.kbt_claims, 7, bytes(b"cti"));
    })
}

/// The clock of somebody to whom no date is early or late: leeway is for the clock only.
fn patient(expected: &mut Expectations<'_>) {
    expected.clock = Clock { now: 1000, leeway: 1_000_000 };
    expected.key_binding = KeyBinding::Required { audience: AUDIENCE, nonce: Nonce::Exactly(NONCE), max_age: None };
}

fn at(draft: &Draft, now: i64, leeway: u32) -> Option<Code> {
    draft.verify_with(|expected| expected.clock = Clock { now, leeway }).err()
}

/// CWT-T-001, CWT-T-002, CWT-T-003, CWT-T-006, CWT-T-007, CWT-T-008, CWT-T-009, CWT-T-010, CWT-T-011, CWT-T-012, CWT-T-013: below,
/// at and above the boundary, as integers, as floats, and mixed. CWT-T-017: whatever the leeway.
#[test]
fn dates_agree_with_each_other() {
    assert_eq!(undated().verify_with(patient).err(), None);
    for (name, place, expected) in RULES {
        let second = [Value::Int(1000), Value::Float(1000.0)];
        for (n, int, float) in [(0, 999, 999.0), (1, 1000, 1000.0), (2, 1001, 1001.0), (0, 999, 999.5), (2, 1001, 1000.5)] {
            for (first, second) in [Value::Int(int), Value::Float(float)].iter().flat_map(|a| second.iter().map(move |b| (a, b)))
            {
                let mut draft = undated();
                place(&mut draft, first.clone(), second.clone());
                let code = if expected[n] { None } else { Some(Code::Time) };
                assert_eq!(draft.verify_with(patient).err(), code, "{name}: {int} or {float}");
            }
        }
    }
    // With one of them alone there is nothing to compare.
    for key in [4, 5, 6] {
        let mut draft = undated();
        token(&mut draft, &[(key, Value::Int(1000))]);
        assert_eq!(draft.verify_with(patient).err(), None, "{key}");
    }
}

/// CWT-T-018: 2^53 is the same number as an integer and as a float, and the next integer is more.
#[test]
fn integers_and_floats_compare_exactly() {
    let large = Value::Float(9_007_199_254_740_992.0);
    let issued_and_expiring = |iat: i128| {
        let mut draft = undated();
        token(&mut draft, &[(6, Value::Int(iat)), (4, large.clone())]);
        draft.verify_with(patient).err()
    };
    assert_eq!(issued_and_expiring((1 << 53) - 1), None);
    assert_eq!(issued_and_expiring(1 << 53), Some(Code::Time));
    assert_eq!(issued_and_expiring((1 << 53) + 1), Some(Code::Time));
    // As `nbf` it may be equal to `iat`, and no more.
    let beginning_and_issued = |nbf: i128| {
        let mut draft = undated();
        token(&mut draft, &[(5, Value::Int(nbf)), (6, large.clone())]);
        let change = |expected: &mut Expectations<'_>| {
            patient(expected);
            expected.clock.now = i64::MAX;
        };
        draft.verify_with(change).err()
    };
    assert_eq!(beginning_and_issued(1 << 53), None);
    assert_eq!(beginning_and_issued((1 << 53) + 1), Some(Code::Time));
}

/// CWT-T-004, CWT-T-005.
#[test]
fn a_kbt_without_iat_has_a_name_and_no_dates() {
    assert_eq!(undated().verify_with(patient).err(), None);
    let with = |change: fn(&mut Draft)| {
        let mut draft = undated();
        change(&mut draft);
        draft.verify_with(patient).err()
    };
    assert_eq!(with(|draft| kbt(draft, &[(6, Value::Int(900))])), None);
    assert_eq!(with(|draft| drop(draft.kbt_claims.remove(&mimicred_claims::Key::Int(7)))), Some(Code::ClaimMissing));
    assert_eq!(with(|draft| kbt(draft, &[(4, Value::Int(1500))])), Some(Code::Time));
    assert_eq!(with(|draft| kbt(draft, &[(5, Value::Int(900))])), Some(Code::Time));
}

/// Trap 13: no rule says that a KBT begins before it ends; it follows from CWT-T-006 and CWT-T-007.
#[test]
fn a_kbt_begins_before_it_ends() {
    let with = |nbf: i128, iat: i128, exp: i128| {
        let mut draft = undated();
        kbt(&mut draft, &[(5, Value::Int(nbf)), (6, Value::Int(iat)), (4, Value::Int(exp))]);
        draft.verify_with(patient).err()
    };
    assert_eq!(with(998, 998, 999), None);
    for iat in [998, 999, 1000] {
        assert_eq!(with(999, iat, 999), Some(Code::Time), "nbf = exp, iat {iat}");
        assert_eq!(with(1000, iat, 999), Some(Code::Time), "nbf > exp, iat {iat}");
    }
}

/// CWT-T-014: the token from 500 to 2000, and the KBT within.
#[test]
fn now_is_within_token_and_kbt() {
    let draft = Draft::with(|draft| {
        take(&mut draft.claims, 6);
        put(&mut draft.kbt_claims, 6, Value::Int(500));
    });
    let unlimited = |draft: &Draft, now, leeway| {
        let change = |expected: &mut Expectations<'_>| {
            patient(expected);
            expected.clock = Clock { now, leeway };
        };
        draft.verify_with(change).err()
    };
    for (now, leeway, expected) in [
        (500, 0, None),
        (1999, 0, None),
        (499, 0, Some(Code::Time)),
        (2000, 0, Some(Code::Time)),
        (490, 10, None),
        (489, 10, Some(Code::Time)),
        (2009, 10, None),
        (2010, 10, Some(Code::Time)),
    ] {
        assert_eq!(unlimited(&draft, now, leeway), expected, "token: now {now}, leeway {leeway}");
    }
    let mut bounded = Draft::new();
    kbt(&mut bounded, &[(5, Value::Int(800)), (6, Value::Int(900)), (4, Value::Int(1200))]);
    for (now, expected) in [(900, None), (1199, None), (1200, Some(Code::Time)), (799, Some(Code::Time))] {
        assert_eq!(unlimited(&bounded, now, 0), expected, "KBT: now {now}");
    }
    // `nbf` of the KBT alone, with the leeway that its `iat` needs.
    assert_eq!(unlimited(&bounded, 800, 100), None);
}

/// CWT-T-014 for the token alone: its KBT has no date that could be early or late, so that no other rule can hide this one.
#[test]
fn now_is_within_the_token() {
    let code = |nbf: Value<'static>, exp: Value<'static>, now, leeway| {
        let mut draft = undated();
        token(&mut draft, &[(5, nbf), (4, exp)]);
        let change = |expected: &mut Expectations<'_>| {
            patient(expected);
            expected.clock = Clock { now, leeway };
        };
        draft.verify_with(change).err()
    };
    let early_or_late = Some(Code::Time);
    for (nbf, exp) in [(Value::Int(500), Value::Int(2000)), (Value::Float(500.0), Value::Float(2000.0))] {
        for (now, leeway, expected) in [
            (499, 0, early_or_late),
            (500, 0, None),
            (501, 0, None),
            (1999, 0, None),
            (2000, 0, early_or_late),
            (2001, 0, early_or_late),
            (490, 10, None),
            (489, 10, early_or_late),
            (2009, 10, None),
            (2010, 10, early_or_late),
        ] {
            assert_eq!(code(nbf.clone(), exp.clone(), now, leeway), expected, "{nbf:?}: now {now}, leeway {leeway}");
        }
    }
    // Fractions count: 500 is before 500.5, and so is 2000 before 2000.5.
    for (now, expected) in [(500, early_or_late), (501, None), (2000, None), (2001, early_or_late)] {
        assert_eq!(code(Value::Float(500.5), Value::Float(2000.5), now, 0), expected, "now {now}");
    }
}

/// CWT-T-015: a KBT that never ends, ends with its token.
#[test]
fn the_token_ends_the_kbt() {
    assert_eq!(Draft::new().kbt_claims.int(4), None);
    let patient_at = |now| {
        let change = |expected: &mut Expectations<'_>| {
            patient(expected);
            expected.clock = Clock { now, leeway: 0 };
        };
        Draft::new().verify_with(change).err()
    };
    assert_eq!((patient_at(1999), patient_at(2000)), (None, Some(Code::Time)));
    // Nor does a fresh KBT save a token that has ended.
    let expired = Draft::with(|draft| {
        put(&mut draft.claims, 4, Value::Int(950));
        put(&mut draft.kbt_claims, 4, Value::Int(5000));
    });
    assert_eq!(expired.refused(), Code::Time);
}

/// CWT-T-016: made at 900, good for 600 seconds.
#[test]
fn a_kbt_is_neither_from_the_future_nor_old() {
    let draft = Draft::new();
    for (now, leeway, expected) in [
        (900, 0, None),
        (899, 0, Some(Code::Time)),
        (899, 1, None),
        (1500, 0, None),
        (1501, 0, Some(Code::Time)),
        (1501, 1, None),
    ] {
        assert_eq!(at(&draft, now, leeway), expected, "now {now}, leeway {leeway}");
    }
    // Made at 900.5.
    let fraction = Draft::with(|draft| put(&mut draft.kbt_claims, 6, Value::Float(900.5)));
    for (now, expected) in [(900, Some(Code::Time)), (901, None), (1500, None), (1501, Some(Code::Time))] {
        assert_eq!(at(&fraction, now, 0), expected, "now {now}");
    }
    let future = Draft::with(|draft| put(&mut draft.kbt_claims, 6, Value::Int(1000 + 3600)));
    assert_eq!(future.verify_with(|expected| expected.clock.leeway = 60).unwrap_err(), Code::Time);
}

/// CWT-T-017: the leeway does not help a contradiction.
#[test]
fn leeway_is_for_the_clock_only() {
    let contradiction = Draft::with(|draft| put(&mut draft.claims, 5, Value::Int(601)));
    assert_eq!(at(&contradiction, 1000, 0), Some(Code::Time));
    assert_eq!(at(&contradiction, 1000, 60), Some(Code::Time));
}

/// CWT-E-024 in whole tokens, in payload, header 15 and KBT.
#[test]
fn dates_are_untagged_numbers() {
    for bad in [Value::Tag(1, Box::new(Value::Int(2000))), Value::from("2000"), Value::Null, Value::Float(f64::NAN)] {
        assert_eq!(Draft::with(|draft| put(&mut draft.claims, 4, bad.clone())).refused(), Code::ClaimType);
        assert_eq!(Draft::with(|draft| put(&mut draft.kbt_claims, 4, bad.clone())).refused(), Code::ClaimType);
        let in_header = Draft::with(|draft| {
            take(&mut draft.claims, 4);
            put(&mut draft.protected, 15, Value::Map(map(vec![(4, bad)])));
        });
        assert_eq!(in_header.refused(), Code::ClaimType);
    }
}

/// CWT-T-019: dates in the CWT Claims header take part like those of the payload, in each rule, for Verifier and Holder.
#[test]
fn dates_in_header_15_count() {
    let moved = |key: i128, date: i128| {
        Draft::with(|draft| {
            draft.claims.remove(&mimicred_claims::Key::Int(key));
            put(&mut draft.protected, 15, Value::Map(map(vec![(key, Value::Int(date))])));
        })
    };
    for (draft, expected) in [
        (moved(4, 2000), None),
        (moved(4, 1000), Some(Code::Time)), // past
        (moved(4, 600), Some(Code::Time)),  // CWT-T-003
        (moved(5, 500), None),
        (moved(5, 601), Some(Code::Time)),  // CWT-T-001
        (moved(5, 2000), Some(Code::Time)), // CWT-T-002, and not yet
        (moved(6, 900), None),
    ] {
        assert_eq!(draft.verify().err(), expected);
        assert_eq!(draft.accept().err(), expected);
    }
    // CWT-T-010, which is about the KBT.
    assert_eq!(moved(6, 901).refused(), Code::Time);
    let outlived = Draft::with(|draft| {
        take(&mut draft.claims, 4);
        put(&mut draft.protected, 15, Value::Map(map(vec![(4, Value::Int(1500))])));
        put(&mut draft.kbt_claims, 4, Value::Int(1501));
    });
    assert_eq!(outlived.refused(), Code::Time, "CWT-T-008");
}
