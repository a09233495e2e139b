//! Dates, as octets: in the token and in the KBT.

use mimicred_claims::Map;
use mimicred_cose::cbor;
use mimicred_sd_cwt::Code;

use crate::tokens::*;

/// exp, nbf and iat.
const DATES: [i64; 3] = [4, 5, 6];

/// The map with this date, whose octets are given.
fn dated(claims: &Map<'static>, key: i64, value: &str) -> Vec<u8> {
    let mut claims = claims.clone();
    claims.remove(&mimicred_claims::Key::Int(key.into()));
    with_raw_entry(&claims, key, Some(&hex(value)))
}

fn of_token(key: i64, value: &str) -> Draft {
    Draft::with(|draft| draft.raw.payload = Some(dated(&draft.claims, key, value)))
}

/// The date in the CWT Claims of the header.
fn of_header(key: i64, value: &str) -> Draft {
    Draft::with(|draft| {
        draft.claims.remove(&mimicred_claims::Key::Int(key.into()));
        draft.raw.protected = Some(with_raw_entry(&draft.protected, 15, Some(&dated(&Map::new(), key, value))));
    })
}

fn of_kbt(key: i64, value: &str) -> Draft {
    Draft::with(|draft| draft.raw.kbt_payload = Some(dated(&draft.kbt_claims, key, value)))
}

#[track_caller]
fn refused(values: &[&str]) {
    for key in DATES {
        for value in values {
            assert_eq!(of_token(key, value).refused(), Code::ClaimType, "{key}: {value} in the token");
            assert_eq!(of_token(key, value).accept().map(drop), Err(Code::ClaimType), "{key}: {value} for the Holder");
            assert_eq!(of_header(key, value).refused(), Code::ClaimType, "{key}: {value} in the header of the token");
            assert_eq!(of_kbt(key, value).refused(), Code::ClaimType, "{key}: {value} in the KBT");
        }
    }
}

/// CWT-E-024: numbers of any width, finite and without a tag.
#[test]
fn dates_are_finite_numbers() {
    refused(&["f9 7e00", "fa 7fc00000", "fb 7ff8000000000000", "fb 7ff0000000000001"]);
    refused(&["f9 7c00", "f9 fc00", "fa 7f800000", "fa ff800000", "fb 7ff0000000000000", "fb fff0000000000000"]);
    refused(&["61 31", "60", "41 05", "f6", "f5", "81 05", "a0", "c1 19 03e8", "c1 f9 5fd0", "c2 42 03e8", "c0 61 31", "f8 64"]);

    // 500 as a half, 600 as a single, 2000 as a double; and before 1970.
    for (key, value) in [(5, "f9 5fd0"), (6, "fa 44160000"), (4, "fb 409f400000000000"), (5, "39 03e7"), (5, "f9 c400")] {
        assert_eq!(of_token(key, value).verify().err(), None, "{key}: {value}");
        assert_eq!(of_token(key, value).accept().err(), None, "{key}: {value}");
        assert_eq!(of_header(key, value).verify().err(), None, "{key}: {value}");
    }
    // 900 as a half, 1500 as a half; as eight octets.
    for (key, value) in [(6, "f9 6308"), (4, "f9 65dc"), (5, "f9 6308"), (6, "1b 0000000000000384")] {
        assert_eq!(of_kbt(key, value).verify().err(), None, "{key}: {value}");
    }
}

/// CWT-E-025: a float is exact to the second, an integer always is.
#[test]
fn float_dates_lie_within_two_to_the_53() {
    refused(&["fb 4340000000000001", "fb c340000000000001", "fb 7fefffffffffffff", "fa 7f7fffff", "fa 5a800001"]);
    // 2^53 as a double and as a single, 2^60 and the largest integer.
    for value in ["fb 4340000000000000", "fa 5a000000", "1b 1000000000000000", "1b ffffffffffffffff"] {
        assert_eq!(of_token(4, value).verify().err(), None, "{value}");
    }
    for value in ["fb c340000000000000", "fa da000000", "3b 0fffffffffffffff", "3b ffffffffffffffff"] {
        assert_eq!(of_token(5, value).verify().err(), None, "{value}");
    }
    // The KBT ends with the token at the latest.
    let late = Draft::with(|draft| {
        draft.raw.payload = Some(dated(&draft.claims, 4, "fb 4340000000000000"));
        draft.raw.kbt_payload = Some(dated(&draft.kbt_claims, 4, "1b 0020000000000000"));
    });
    assert_eq!(late.verify().err(), None);
    let octets = cbor::write(&mimicred_claims::Value::Float(9_007_199_254_740_994.0)).unwrap();
    assert_eq!(octets, hex("fb 4340000000000001"), "2^53 + 2, by hand above");
}
