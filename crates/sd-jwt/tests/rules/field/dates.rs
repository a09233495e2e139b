//! The dates of token and key binding. The clock stands at `NOW`, without leeway.

use super::{accepted, answer_to, good};
use crate::support::*;
use mimicred_claims::Clock;
use mimicred_error::{At, Report};
use mimicred_sd_jwt::{Code, Expectations, KeyBinding, TypeRule, UnverifiedPresentation};

const HOUR: i64 = 3600;
const YEAR: i64 = 365 * 24 * HOUR;

/// The answer to a presentation whose KB-JWT was signed at `iat`, with this limit of age and this leeway.
#[track_caller]
fn bound_at(iat: i64, max_age: Option<u64>, leeway: u32) -> Result<(), (Code, At)> {
    let issuers = trusted();
    let key_binding = KeyBinding::Required { audience: ROOM, nonce: NONCE, max_age };
    let expected = Expectations { clock: Clock { now: NOW, leeway }, ..expectations(&issuers, key_binding) };
    let result = verify_as(&bind_with(&good(), "iat", &iat.to_string()), TypeRule::AnySdJwt, &expected);
    result.map(drop).map_err(|e| (e.code(), e.place().clone()))
}

fn not_at_this_time() -> Result<(), (Code, At)> {
    Err((Code::Time, At::Field("iat".into())))
}

/// JWT-V-023, JWT-T-004: bound a year ago. Policy by the RFC, and here an argument that must be written out: `max_age`. All accept,
/// none of the five bounds the age. Pitfall 61.
#[test]
fn bound_a_year_ago() {
    assert_eq!(bound_at(NOW - YEAR, Some(300), 0), not_at_this_time());
    assert_eq!(bound_at(NOW - YEAR, Some(365 * 86_400 - 1), 0), not_at_this_time());
    assert_eq!(bound_at(NOW - YEAR, Some(365 * 86_400), 0), Ok(()));
    assert_eq!(bound_at(NOW - YEAR, None, 0), Ok(()), "freshness is left to the caller, who says so");
}

/// JWT-V-023, JWT-T-004: bound a year ahead. Policy by the RFC; nothing but the leeway of the clock allows it. All accept.
#[test]
fn bound_a_year_ahead() {
    assert_eq!(bound_at(NOW + YEAR, Some(300), 0), not_at_this_time());
    assert_eq!(bound_at(NOW + YEAR, None, 0), not_at_this_time(), "whatever is said about age");
    assert_eq!(bound_at(NOW + YEAR, None, 60), not_at_this_time());
    assert_eq!(bound_at(NOW + YEAR, None, 365 * 86_400), Ok(()));
}

/// JWT-V-017, JWT-T-001: expired an hour ago. Departed: sd-jwt-payload and PyPI sd-jwt, which leave `exp` to the caller.
#[test]
fn expired_an_hour_ago() {
    assert_eq!(answer_to(&token(&format!(r#""exp":{}"#, NOW - HOUR), &[])), Err(Code::Time));
    assert_eq!(answer_to(&token(&format!(r#""exp":{}"#, NOW + HOUR), &[])), accepted(""));
}

/// JWT-V-017, JWT-V-018: no `exp`, which the RFC leaves optional. Accepted, and the result says that nothing limits it, so that a
/// Verifier who requires one can refuse. sd-jwt-rs and sdjwt require it.
#[test]
fn never_expires() {
    assert_eq!(answer_to(&token("", &[])).as_deref(), Ok("{}"));
    let issuers = trusted();
    let expires = |members: &str| {
        let text = bind(&token(members, &[]));
        UnverifiedPresentation::parse(&text).unwrap().verify(&expectations(&issuers, required())).unwrap().expires()
    };
    assert_eq!(expires(""), None);
    assert_eq!(expires(&format!(r#""exp":{}"#, NOW + HOUR)), Some((NOW + HOUR).into()));
}

/// JWT-V-017, JWT-T-001: valid in an hour. Departed: sd-jwt-rs, sdjwt, sd-jwt-payload, PyPI sd-jwt.
#[test]
fn valid_in_an_hour() {
    let from = |nbf: i64| token(&format!(r#""nbf":{nbf}"#), &[]);
    assert_eq!(answer_to(&from(NOW + HOUR)), Err(Code::Time));
    assert_eq!(answer_to(&from(NOW - HOUR)), Ok(format!(r#"{{"nbf":{}}}"#, NOW - HOUR)));
}
