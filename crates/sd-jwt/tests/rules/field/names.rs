//! What a disclosure may not be called, and what it may not replace.

use super::{accepted, answer_to, issued};
use crate::support::*;
use mimicred_sd_jwt::Code;

/// A token whose `_sd` has the digests of these disclosures, which are all sent.
fn disclosing(jsons: &[&str]) -> String {
    let texts: Vec<_> = jsons.iter().map(|json| disclosure(json)).collect();
    let digests: Vec<_> = texts.iter().map(|text| digest(text)).collect();
    let [texts, digests] = [&texts, &digests].map(|all| all.iter().map(String::as_str).collect::<Vec<_>>());
    issued(&sd(&digests), &texts)
}

/// JWT-V-009, JWT-E-009: a claim by the name of `_sd`. Pitfall 64. Departed: sd-jwt-rs, sdjwt, PyPI sd-jwt, @sd-jwt/core.
#[test]
fn named_sd() {
    assert_eq!(answer_to(&disclosing(&[r#"["s1","_sd",["x"]]"#])), Err(Code::ReservedName));
    assert_eq!(answer_to(&disclosing(&[r#"["s1","_sd2",["x"]]"#])), accepted(r#""_sd2":["x"]"#));
}

/// JWT-V-009, JWT-E-009: a claim by the name of `...`. Pitfall 64. Departed: all five.
#[test]
fn named_dots() {
    assert_eq!(answer_to(&disclosing(&[r#"["s1","...","x"]"#])), Err(Code::ReservedName));
    assert_eq!(answer_to(&disclosing(&[r#"["s1","....","x"]"#])), accepted(r#""....":"x""#));
}

/// JWT-V-010, JWT-I-009: a disclosure that would replace `iss`. Pitfall 63. Departed: sdjwt, and @sd-jwt/core, whose result said
/// `https://evil.example`.
#[test]
fn replacing_iss() {
    assert_eq!(answer_to(&disclosing(&[r#"["s1","iss","https://evil.example"]"#])), Err(Code::ClaimCollision));
}

/// JWT-V-010: two disclosures of one name in one object. Pitfall 63. Departed: sdjwt, and @sd-jwt/core, where the last wins.
#[test]
fn one_name_twice() {
    let twice = disclosing(&[r#"["s1","name","Alice"]"#, r#"["s2","name","Mallory"]"#]);
    assert_eq!(answer_to(&twice), Err(Code::ClaimCollision));
}

/// JWT-E-012, trap 11: `_sd` that is no array. Policy by the RFC, whose algorithm passes over it; read strictly, and there is no
/// argument to read it otherwise. Accepted by sd-jwt-rs, sdjwt, PyPI sd-jwt and @sd-jwt/core.
#[test]
fn sd_is_text() {
    assert_eq!(answer_to(&issued(&format!(r#""_sd":"{}""#, digest("nothing")), &[])), Err(Code::ReservedName));
    assert_eq!(answer_to(&issued(&sd(&[&digest("nothing")]), &[])), accepted(""));
}
