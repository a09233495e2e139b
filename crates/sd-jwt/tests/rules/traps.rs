//! Places where the specification misleads, by their numbers in the list of traps. Those that one test of a rule holds in full are
//! named in that test's comment; here are the others, and what the tests of the rules leave open.

mod shared_cases;
mod yaml;

use crate::support::*;
use mimicred_claims::Selection;
use mimicred_error::{At, Report};
use mimicred_jose::base64url;
use mimicred_sd_jwt::{Binding, Code};

/// Printed in RFC 9901: one claim in two spellings, and an array element, each with its digest.
const FAMILY_NAME: (&str, &str) =
    ("WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0", "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0");
const FAMILY_NAME_DENSE: (&str, &str) =
    ("WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsImZhbWlseV9uYW1lIiwiTcO2Yml1cyJd", "TZjouOTrBKEwUNjNDs9yeMzBoQn8FFLPaJjRRmAtwrM");
const FR: (&str, &str) = ("WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0", "w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs");

/// What a token with these members and disclosures says, or why it is refused.
fn read_as(members: &str, disclosures: &[&str]) -> Result<String, Code> {
    verify_plain(&token(members, disclosures)).map(|claims| processed(&claims)).map_err(|e| e.code())
}

/// Trap 1: the digest is over the text, and written as base64url of its octets, not of their hexadecimal. JWT-E-011.
#[test]
fn trap_1_what_is_hashed_and_how_it_is_written() {
    for (text, digest) in [FAMILY_NAME, FAMILY_NAME_DENSE] {
        assert_eq!(read_as(&sd(&[digest]), &[text]).as_deref(), Ok(r#"{"family_name":"Möbius"}"#));
        let hex: String = base64url::decode(digest).unwrap().iter().map(|octet| format!("{octet:02x}")).collect();
        assert_eq!(hex.len(), 64);
        for wrong in [hex.clone(), base64url::encode(hex.as_bytes())] {
            assert_eq!(read_as(&sd(&[&wrong]), &[text]), Err(Code::DisclosureUnmatched));
        }
    }
    assert_eq!(read_as(&sd(&[FAMILY_NAME.1]), &[FAMILY_NAME_DENSE.0]), Err(Code::DisclosureUnmatched), "the same JSON");
    assert_eq!(read_as(&format!(r#""list":[{}]"#, element(FR.1)), &[FR.0]).as_deref(), Ok(r#"{"list":["FR"]}"#));
}

/// Trap 5: the Holder refuses a KB-JWT from the Issuer whether it holds or not, and whoever signed it. JWT-H-001.
#[test]
fn trap_5_no_key_binding_from_an_issuer() {
    let plain = token(&sd(&[FAMILY_NAME.1]), &[FAMILY_NAME.0]);
    assert!(accept(&plain).is_ok());
    for kb in [jwt(KB_HEADER, &object(&kb_claims(&plain)), by_leaf), jwt(KB_HEADER, "{}", by_issuer), "k.l.m".to_owned()] {
        assert_eq!(refused(accept(&format!("{plain}{kb}"))), Code::KbUnexpected);
    }
}

/// Trap 7: a digest twice, once where only a disclosure shows it; and between `_sd` and `...` inside one disclosed value. JWT-V-014.
#[test]
fn trap_7_twice_across_disclosures() {
    let holding = |name: &str| disclosure(&format!(r#"["s-{name}","{name}",{{{}}}]"#, sd(&["decoy"])));
    let (a, b) = (holding("a"), holding("b"));
    let members = sd(&[&digest(&a), &digest(&b)]);
    assert_eq!(read_as(&members, &[&a]).as_deref(), Ok(r#"{"a":{}}"#), "the other one is not seen");
    assert_eq!(read_as(&members, &[&b]).as_deref(), Ok(r#"{"b":{}}"#));
    assert_eq!(read_as(&members, &[&a, &b]), Err(Code::DigestDuplicate));
    let both = disclosure(&format!(r#"["s","o",{{{},"list":[{}]}}]"#, sd(&["decoy"]), element("decoy")));
    assert_eq!(read_as(&sd(&[&digest(&both)]), &[&both]), Err(Code::DigestDuplicate));
}

/// Trap 8: whatever stands between a disclosure and the payload must be there. JWT-V-015.
#[test]
fn trap_8_no_link_of_a_chain_is_missing() {
    let child = disclosure(r#"["s1","c",1]"#);
    let parent = disclosure(&format!(r#"["s2","b",{{{}}}]"#, sd(&[&digest(&child)])));
    let grandparent = disclosure(&format!(r#"["s3","a",[{{{}}}]]"#, sd(&[&digest(&parent)])));
    let members = sd(&[&digest(&grandparent)]);
    let [child, parent, grandparent] = [&child, &parent, &grandparent].map(String::as_str);
    assert_eq!(read_as(&members, &[child, parent, grandparent]).as_deref(), Ok(r#"{"a":[{"b":{"c":1}}]}"#));
    assert_eq!(read_as(&members, &[grandparent]).as_deref(), Ok(r#"{"a":[{}]}"#));
    for incomplete in [[child, grandparent].as_slice(), &[child, parent], &[parent], &[child]] {
        assert_eq!(read_as(&members, incomplete), Err(Code::DisclosureUnmatched));
    }
}

/// Trap 9: names clash inside an object just as at the top, also with each other and in what is itself disclosed. JWT-V-010.
#[test]
fn trap_9_clashes_at_every_level() {
    let (one, two) = (disclosure(r#"["s1","x",1]"#), disclosure(r#"["s2","x",2]"#));
    let with_clear = format!(r#"{{"x":0,{}}}"#, sd(&[&digest(&one)]));
    let with_another = format!("{{{}}}", sd(&[&digest(&one), &digest(&two)]));
    for (object, disclosures) in [(&with_clear, [&one].as_slice()), (&with_another, &[&one, &two])] {
        let texts: Vec<_> = disclosures.iter().map(|text| text.as_str()).collect();
        assert_eq!(read_as(&format!(r#""o":{object}"#), &texts), Err(Code::ClaimCollision), "{object}");
        assert_eq!(read_as(&format!(r#""list":[{object}]"#), &texts), Err(Code::ClaimCollision), "{object}");
        let parent = disclosure(&format!(r#"["s3","o",{object}]"#));
        let texts = [texts.as_slice(), &[&parent]].concat();
        assert_eq!(read_as(&sd(&[&digest(&parent)]), &texts), Err(Code::ClaimCollision), "{object}");
    }
    // Of two that would clash, one alone is fine.
    assert_eq!(read_as(&format!(r#""o":{with_another}"#), &[&two]).as_deref(), Ok(r#"{"o":{"x":2}}"#));
    // Names are compared as text, not as they are spelled.
    let spelled = disclosure(r#"["s4","\u0078",4]"#);
    assert_eq!(read_as(&format!(r#""x":0,{}"#, sd(&[&digest(&spelled)])), &[&spelled]), Err(Code::ClaimCollision));
}

/// Trap 10: a disclosure of the wrong form for its place is fatal beside good ones, and below a disclosed parent. JWT-V-007,
/// JWT-V-008.
#[test]
fn trap_10_the_wrong_form_is_not_passed_over() {
    let (good, two, three) = (disclosure(r#"["s1","a",1]"#), disclosure(r#"["s2",2]"#), disclosure(r#"["s3","c",3]"#));
    let under_sd = sd(&[&digest(&good), &digest(&two)]);
    let in_list = format!(r#"{},"list":[{}]"#, sd(&[&digest(&good)]), element(&digest(&three)));
    assert_eq!(read_as(&under_sd, &[&good]).as_deref(), Ok(r#"{"a":1}"#));
    assert_eq!(read_as(&under_sd, &[&good, &two]), Err(Code::DisclosureMalformed));
    assert_eq!(read_as(&in_list, &[&good]).as_deref(), Ok(r#"{"list":[],"a":1}"#));
    assert_eq!(read_as(&in_list, &[&good, &three]), Err(Code::DisclosureMalformed));
    let parent = disclosure(&format!(r#"["s4","o",{{{}}}]"#, sd(&[&digest(&two)])));
    assert_eq!(read_as(&sd(&[&digest(&parent)]), &[&parent, &two]), Err(Code::DisclosureMalformed));
}

/// Trap 12, trap 13: `_sd_alg` inside an object, by disclosure and in clear; and one that names the token's own hash. Pitfalls 64
/// and 67. JWT-E-014, JWT-E-009.
#[test]
fn trap_13_sd_alg_is_never_disclosed() {
    let named = disclosure(r#"["s1","_sd_alg","sha-256"]"#);
    let members = sd(&[&digest(&named)]);
    assert_eq!(read_as(&members, &[]).as_deref(), Ok("{}"), "withheld, nobody knows");
    assert_eq!(read_as(&members, &[&named]), Err(Code::ReservedName));
    assert_eq!(read_as(&format!(r#"{members},"_sd_alg":"sha-256""#), &[&named]), Err(Code::ReservedName));
    assert_eq!(read_as(&format!(r#""o":{{{members}}}"#), &[&named]), Err(Code::ReservedName));
    assert_eq!(read_as(r#""o":{"_sd_alg":"sha-256"},"_sd_alg":"sha-256""#, &[]), Err(Code::ReservedName));
    let inside = disclosure(r#"["s2","o",[{"_sd_alg":"sha-512"}]]"#);
    assert_eq!(read_as(&sd(&[&digest(&inside)]), &[&inside]), Err(Code::ReservedName));
}

/// Trap 19: numbers survive the whole way, from the Issuer's claims through Holder and disclosure to the Verifier. JWT-E-018.
#[test]
fn trap_19_numbers_keep_their_digits() {
    // 2^53 + 1 and 2^64 are no doubles; what follows is lost or respelled by a double too.
    let numbers =
        "[9007199254740993,18446744073709551616,-9007199254740993,0.1000,1E+2,1e-7,-0,-0.0,1e400,3.141592653589793238462643]";
    let claims = format!(r#"{{"iss":"{ISS}","n":{numbers},"one":9007199254740993,"list":[1e400]}}"#);
    let held = accept(issue(&claims, &plan(&["n", "n[]", "one", "list[0]"])).as_str()).unwrap();
    let binding = Binding { audience: ROOM, nonce: NONCE, issued_at: NOW };
    let presentation = held.prepare(&Selection::All, &binding).unwrap().sign(&leaf_key()).unwrap();
    let shown = processed(&verify(presentation.as_str()).unwrap());
    for member in [format!(r#""n":{numbers}"#), r#""one":9007199254740993"#.to_owned(), r#""list":[1e400]"#.to_owned()] {
        assert!(shown.contains(&member), "{member} in {shown}");
    }
}

/// Trap 20: members are told apart by their text, not by their spelling; wherever an object stands. JWT-E-016.
#[test]
fn trap_20_one_member_in_two_spellings() {
    assert_eq!(read_as(r#""a":1,"A":2"#, &[]).as_deref(), Ok(r#"{"a":1,"A":2}"#));
    for twice in [r#""a":1,"\u0061":2"#, r#""_sd":[],"_s\u0064":[]"#, r#""o":[[{"a":1,"b":2,"a":1}]]"#, r#""iss":"x""#] {
        assert_eq!(read_as(twice, &[]), Err(Code::JsonMalformed), "{twice}");
    }
    let header = r#"{"alg":"EdDSA","typ":"x+sd-jwt","\u0061lg":"EdDSA"}"#;
    assert_eq!(refused(verify_plain(&token_of(header, &payload(""), &[]))), Code::JsonMalformed);
    let plain = token("", &[]);
    let kb_header = r#"{"alg":"EdDSA","typ":"kb+jwt","typ":"kb+jwt"}"#;
    assert_eq!(refused(verify(&(plain.clone() + &jwt(kb_header, &object(&kb_claims(&plain)), by_leaf)))), Code::JsonMalformed);
    let mut claims = kb_claims(&plain);
    claims.push(("n\\u006fnce", format!("\"{NONCE}\"")));
    assert_eq!(refused(verify(&(plain.clone() + &jwt(KB_HEADER, &object(&claims), by_leaf)))), Code::JsonMalformed);
    let deep = disclosure(r#"["s","v",{"x":[{"a":1,"\u0061":1}]}]"#);
    assert_eq!(read_as(&sd(&[&digest(&deep)]), &[&deep]), Err(Code::JsonMalformed));
}

/// Trap 20, the other way round: a digest is the text that JSON means, whichever way it is spelt, in an object and in an array.
#[test]
fn trap_20_one_digest_in_two_spellings() {
    let spelt = |digest: &str| format!("\\u{:04x}{}", digest.as_bytes()[0], &digest[1..]);
    let (name, one) = (disclosure(r#"["s","name","Alice"]"#), disclosure(r#"["s",1]"#));
    let members = format!(r#"{},"list":[{}]"#, sd(&[&spelt(&digest(&name))]), element(&spelt(&digest(&one))));
    assert_eq!(read_as(&members, &[&name, &one]).as_deref(), Ok(r#"{"list":[1],"name":"Alice"}"#));
}

/// Trap 21: two texts that decode alike have two digests; the odd one is refused although its own digest is signed. JWT-E-005.
#[test]
fn trap_21_one_spelling_of_every_octet() {
    let good = disclosure(r#"["s","n","v"]"#);
    // 13 octets: the last character carries four bits that say nothing.
    assert!(good.len() == 18 && good.ends_with('Q'), "{good}");
    assert_eq!(read_as(&sd(&[&digest(&good)]), &[&good]).as_deref(), Ok(r#"{"n":"v"}"#));
    for stray in ["R", "a", "f", "Q=", "Q==", "Q\n", "QA", "QAAA"] {
        let odd = format!("{}{stray}", good.strip_suffix('Q').unwrap());
        let error = verify_plain(&token(&sd(&[&digest(&odd)]), &[&odd])).unwrap_err();
        // 19 characters are 14 octets in their only spelling, but the last one is no JSON. 21 are no number of octets.
        let expected = if stray == "QA" { Code::DisclosureMalformed } else { Code::B64Malformed };
        assert_eq!((error.code(), error.place()), (expected, &At::Disclosure(0)), "{stray:?}");
    }
}
