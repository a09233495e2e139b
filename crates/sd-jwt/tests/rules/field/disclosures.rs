//! Which disclosures and digests there are, and where they go.

use super::{accepted, answer_to, issued};
use crate::support::*;
use mimicred_sd_jwt::Code;

fn name() -> String {
    disclosure(r#"["s1","name","Alice"]"#)
}

/// JWT-V-015, JWT-P-001: a disclosure that no digest asks for. Pitfall 60. Departed: sd-jwt-rs, sdjwt, PyPI sd-jwt, @sd-jwt/core.
#[test]
fn unreferenced() {
    let (name, stray) = (name(), disclosure(r#"["s2","admin",true]"#));
    assert_eq!(answer_to(&issued(&sd(&[&digest(&name)]), &[&name, &stray])), Err(Code::DisclosureUnmatched));
}

/// JWT-V-016, JWT-H-004: a disclosure sent twice. Pitfall 70. Policy by the RFC; there is no argument that would allow it. Accepted
/// by sdjwt, sd-jwt-payload and @sd-jwt/core.
#[test]
fn sent_twice() {
    let name = name();
    assert_eq!(answer_to(&issued(&sd(&[&digest(&name)]), &[&name, &name])), Err(Code::DigestDuplicate));
}

/// JWT-V-014, JWT-I-006: one digest twice in `_sd`, and it is disclosed. Pitfall 70. Departed: sdjwt, @sd-jwt/core.
#[test]
fn digest_twice_and_disclosed() {
    let name = name();
    assert_eq!(answer_to(&issued(&sd(&[&digest(&name), &digest(&name)]), &[&name])), Err(Code::DigestDuplicate));
}

/// JWT-V-014, JWT-D-005: one decoy twice in `_sd`. Once it is ignored. Pitfall 70. Departed: sdjwt, sd-jwt-payload, @sd-jwt/core.
#[test]
fn decoy_twice() {
    let decoy = digest("nothing");
    assert_eq!(answer_to(&issued(&sd(&[&decoy]), &[])), accepted(""));
    assert_eq!(answer_to(&issued(&sd(&[&decoy, &decoy]), &[])), Err(Code::DigestDuplicate));
}

/// JWT-V-014: one digest in `_sd` and in that of an object inside, disclosed. Departed: sdjwt, @sd-jwt/core.
#[test]
fn digest_at_two_levels() {
    let name = name();
    let inside = |outer: &str, inner: &str| issued(&format!(r#"{},"o":{{{}}}"#, sd(&[outer]), sd(&[inner])), &[&name]);
    assert_eq!(answer_to(&inside("decoy", &digest(&name))), accepted(r#""o":{"name":"Alice"}"#));
    assert_eq!(answer_to(&inside(&digest(&name), &digest(&name))), Err(Code::DigestDuplicate));
}

/// JWT-V-013: an array that the Issuer left empty, in clear. Departed: sd-jwt-rs.
#[test]
fn empty_array_in_clear() {
    assert_eq!(answer_to(&issued(r#""list":[]"#, &[])), accepted(r#""list":[]"#));
}

/// JWT-E-008, JWT-V-011: an empty array as the value of a disclosure. Departed: sd-jwt-rs.
#[test]
fn empty_array_disclosed() {
    let list = disclosure(r#"["s1","list",[]]"#);
    assert_eq!(answer_to(&issued(&sd(&[&digest(&list)]), &[&list])), accepted(r#""list":[]"#));
}

/// JWT-V-011, JWT-I-003: a disclosed element stands where its digest stood. Departed: sdjwt, which moves it to the end.
#[test]
fn element_before_a_plain_one() {
    let first = disclosure(r#"["s1","DE"]"#);
    let members = format!(r#""list":[{},"FR"]"#, element(&digest(&first)));
    assert_eq!(answer_to(&issued(&members, &[&first])), accepted(r#""list":["DE","FR"]"#));
}

/// JWT-V-011, JWT-P-001: the order of disclosures is free, a child may come first. Departed: sdjwt, which loses the child.
#[test]
fn child_before_its_parent() {
    let child = disclosure(r#"["s1","country","DE"]"#);
    let parent = disclosure(&format!(r#"["s2","address",{{{}}}]"#, sd(&[&digest(&child)])));
    let members = sd(&[&digest(&parent)]);
    for order in [[&child, &parent], [&parent, &child]] {
        let token = issued(&members, &order.map(String::as_str));
        assert_eq!(answer_to(&token), accepted(r#""address":{"country":"DE"}"#));
    }
}
