//! Signed digests of disclosures that are not of the form that their place asks for (pitfall 65).

use super::{accepted, answer_to, issued};
use crate::support::*;
use mimicred_sd_jwt::Code;

/// The answer when the digest of this disclosure stands in `_sd`.
#[track_caller]
fn in_object(json: &str) -> Result<String, Code> {
    let text = disclosure(json);
    answer_to(&issued(&sd(&[&digest(&text)]), &[&text]))
}

/// The answer when it stands in an array.
#[track_caller]
fn in_array(json: &str) -> Result<String, Code> {
    let text = disclosure(json);
    answer_to(&issued(&format!(r#""list":[{}]"#, element(&digest(&text))), &[&text]))
}

/// JWT-E-007, JWT-E-008, JWT-V-007, JWT-V-008: the forms that belong there. All accept.
#[test]
fn three_in_an_object_and_two_in_an_array() {
    assert_eq!(in_object(r#"["s1","name","Alice"]"#), accepted(r#""name":"Alice""#));
    assert_eq!(in_array(r#"["s1","Alice"]"#), accepted(r#""list":["Alice"]"#));
}

/// JWT-V-007: two fields under `_sd`. Pitfall 65. Departed: sd-jwt-rs (panics), @sd-jwt/core.
#[test]
fn two_in_an_object() {
    assert_eq!(in_object(r#"["s1","Alice"]"#), Err(Code::DisclosureMalformed));
}

/// JWT-E-007, JWT-V-007: one field under `_sd`. Pitfall 65. Departed: sd-jwt-rs (panics).
#[test]
fn one_in_an_object() {
    assert_eq!(in_object(r#"["s1"]"#), Err(Code::DisclosureMalformed));
}

/// JWT-E-006, JWT-V-007: an object in the place of the array. Pitfall 65. All refuse.
#[test]
fn no_array_in_an_object() {
    assert_eq!(in_object(r#"{"salt":"s1","name":"name","value":"Alice"}"#), Err(Code::DisclosureMalformed));
}

/// JWT-E-007, JWT-V-007: four fields under `_sd`. Pitfall 65. Departed: sd-jwt-rs.
#[test]
fn four_in_an_object() {
    assert_eq!(in_object(r#"["s1","name","Alice","more"]"#), Err(Code::DisclosureMalformed));
}

/// JWT-V-008: three fields in an array. Pitfall 65. Departed: sd-jwt-rs, @sd-jwt/core.
#[test]
fn three_in_an_array() {
    assert_eq!(in_array(r#"["s1","name","Alice"]"#), Err(Code::DisclosureMalformed));
}

/// JWT-E-008, JWT-V-008: one field in an array. Pitfall 65. Departed: sd-jwt-rs (panics).
#[test]
fn one_in_an_array() {
    assert_eq!(in_array(r#"["s1"]"#), Err(Code::DisclosureMalformed));
}
