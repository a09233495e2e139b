//! The KB-JWT, always signed with the Holder's key.

use super::{accepted, answer, good};
use crate::support::*;
use mimicred_sd_jwt::Code;

/// JWT-V-019, JWT-V-020: none where one is required. Pitfall 62. All refuse, given audience and nonce; with neither, sd-jwt-rs and
/// PyPI sd-jwt never look for one, which is why [`mimicred_sd_jwt::KeyBinding`] has no default.
#[test]
fn missing() {
    assert_eq!(answer(&good()), Err(Code::KbMissing));
    assert_eq!(answer(&bind(&good())), accepted(r#""name":"Alice""#));
}

/// JWT-P-004, JWT-V-023: no `iat`. Pitfall 61. Departed: sd-jwt-rs, sdjwt, PyPI sd-jwt.
#[test]
fn iat_missing() {
    assert_eq!(answer(&bind_with(&good(), "iat", "")), Err(Code::ClaimMissing));
}

/// JWT-V-024: for somebody else. Departed: @sd-jwt/core, which cannot be told an audience.
#[test]
fn aud_wrong() {
    assert_eq!(answer(&bind_with(&good(), "aud", r#""https://other.example""#)), Err(Code::Audience));
}

/// JWT-V-024: of another transaction. Departed: sdjwt, which cannot be told a nonce.
#[test]
fn nonce_wrong() {
    assert_eq!(answer(&bind_with(&good(), "nonce", r#""1234567890""#)), Err(Code::Nonce));
}

/// JWT-P-004, JWT-V-025: no `sd_hash`. Pitfall 61. All refuse.
#[test]
fn sd_hash_missing() {
    assert_eq!(answer(&bind_with(&good(), "sd_hash", "")), Err(Code::ClaimMissing));
}

/// JWT-V-025, JWT-P-005: the hash of something else. Pitfall 61. All refuse.
#[test]
fn sd_hash_wrong() {
    let of_another = format!("\"{}\"", digest("another~"));
    assert_eq!(answer(&bind_with(&good(), "sd_hash", &of_another)), Err(Code::SdHash));
}

/// JWT-P-003, JWT-V-022: `typ` is that of any JWT. Pitfall 61. All refuse.
#[test]
fn typ_is_jwt() {
    let good = good();
    let typed = |typ: &str| good.clone() + &jwt(&KB_HEADER.replace("kb+jwt", typ), &object(&kb_claims(&good)), by_leaf);
    assert_eq!(answer(&typed("kb+jwt")), accepted(r#""name":"Alice""#));
    assert_eq!(answer(&typed("JWT")), Err(Code::TypeMismatch));
}
