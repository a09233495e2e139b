//! Tokens from the field: correctly signed by Issuer and Holder, and odd in exactly one thing. Each was shown to five other
//! implementations; "departed" names those whose answer was not that of RFC 9901 (in their versions sd-jwt-rs 0.7.1, sdjwt 0.8.1,
//! sd-jwt-payload 0.5.1, sd-jwt 0.10.4 of PyPI, @sd-jwt/core 0.19.0 of npm). Where the RFC leaves the answer to policy, the test
//! says what the safe default is and which argument changes it.

mod binding;
mod dates;
mod disclosures;
mod names;
mod shapes;

use crate::support::*;
use mimicred_sd_jwt::Code;

/// The `exp` of every token here that says nothing else.
const EXP: i64 = NOW + 3600;

/// A token with `exp` and `_sd_alg`, as all five can read it, and with these members.
fn issued(members: &str, disclosures: &[&str]) -> String {
    let comma = if members.is_empty() { "" } else { "," };
    token(&format!(r#""exp":{EXP},"_sd_alg":"sha-256"{comma}{members}"#), disclosures)
}

/// The token that nothing is wrong with, which those of the key binding start from.
fn good() -> String {
    let name = disclosure(r#"["s1","name","Alice"]"#);
    issued(&sd(&[&digest(&name)]), &[&name])
}

/// The answer to a presentation: its claims without `iss` and `cnf`, or why not.
fn answer(presentation: &str) -> Result<String, Code> {
    verify(presentation).map(|claims| processed(&claims)).map_err(|e| e.code())
}

/// The answer to a token, which is the same from the Holder and from a Verifier to whom she presents it (JWT-H-002).
#[track_caller]
fn answer_to(token: &str) -> Result<String, Code> {
    let verifier = answer(&bind(token));
    let holder = accept(token).map(|held| processed(held.claims())).map_err(|e| e.code());
    assert_eq!(holder, verifier, "Holder and Verifier differ");
    verifier
}

/// What an accepted token of [`issued`] says besides.
fn accepted(members: &str) -> Result<String, Code> {
    let comma = if members.is_empty() { "" } else { "," };
    Ok(format!(r#"{{"exp":{EXP}{comma}{members}}}"#))
}

/// JWT-E-001, JWT-V-011: the control. All accept.
#[test]
fn valid() {
    assert_eq!(answer_to(&good()), accepted(r#""name":"Alice""#));
}

/// JWT-V-002: `iss` is optional, and the Issuer is whoever's key verifies. Pitfall 74. Departed: sd-jwt-rs (panics before it looks
/// at the signature).
#[test]
fn iss_missing() {
    let payload = format!(r#"{{"exp":{EXP},{}}}"#, cnf(leaf_key().public()));
    let token = token_of(HEADER, &payload, &[]);
    assert_eq!(answer_to(&token), accepted(""));
    let text = bind(&token);
    let presentation = mimicred_sd_jwt::UnverifiedPresentation::parse(&text).unwrap();
    assert_eq!(presentation.issuer(), None);
    assert_eq!(presentation.verify(&expectations(&trusted(), required())).unwrap().issuer(), ISS, "by its key");
}

/// JWT-V-003, JWT-I-010: without `_sd_alg` the hash is sha-256. Departed: sdjwt.
#[test]
fn sd_alg_missing() {
    let name = disclosure(r#"["s1","name","Alice"]"#);
    let token = token(&format!(r#""exp":{EXP},{}"#, sd(&[&digest(&name)])), &[&name]);
    assert_eq!(answer_to(&token), accepted(r#""name":"Alice""#));
}

/// JWT-V-001, JWT-I-001: `none` is refused although a signature is there, and it holds. Pitfall 66. Departed: sd-jwt-payload and
/// @sd-jwt/core, which leave `alg` to the caller.
#[test]
fn alg_none_beside_a_signature() {
    let with_alg = |alg: &str| token_of(&HEADER.replace("EdDSA", alg), &payload(&format!(r#""exp":{EXP}"#)), &[]);
    assert_eq!(answer_to(&with_alg("EdDSA")), accepted(""));
    assert_eq!(answer_to(&with_alg("none")), Err(Code::AlgUnsupported));
}

/// JWT-P-002, JWT-I-012: nothing redacted, nothing disclosed. All accept.
#[test]
fn no_sd_at_all() {
    assert_eq!(answer_to(&issued(r#""name":"Alice""#, &[])), accepted(r#""name":"Alice""#));
}
