//! JWT-E: the compact form, base64url, disclosures, reserved names, JSON.

use crate::support::*;
use mimicred_error::{At, Report};
use mimicred_sd_jwt::{Code, Expectations, KeyBinding, Limits, TypeRule, UnverifiedPresentation};

fn name() -> String {
    disclosure(r#"["s","name","Alice"]"#)
}

fn with_name() -> (String, String) {
    let name = name();
    (token(&format!(r#""_sd":["{}"]"#, digest(&name)), &[&name]), name)
}

/// JWT-E-001, JWT-E-002, JWT-E-003.
#[test]
fn tildes() {
    let (token, name) = with_name();
    let bound = bind(&token);
    let (jwt, kb) = (token.split('~').next().unwrap(), bound.rsplit('~').next().unwrap());
    assert_eq!(processed(&verify_plain(&format!("{jwt}~")).unwrap()), "{}");
    assert_eq!(processed(&verify_plain(&token).unwrap()), r#"{"name":"Alice"}"#);
    assert_eq!(processed(&verify(&bound).unwrap()), r#"{"name":"Alice"}"#);
    for bad in [
        String::new(),
        "~".to_owned(),
        jwt.to_owned(),
        format!("{jwt}~~"),
        format!("~{token}"),
        format!("~{jwt}~"),
        format!("{jwt}~{name}"),
        format!("{jwt}~{kb}~{name}~"),
        format!("{jwt}~{kb}~{kb}"),
        format!("{jwt}~{name}~~{kb}"),
        format!("{token}~{kb}"),
    ] {
        assert_eq!(refused(verify_plain(&bad)), Code::Format, "{bad}");
        assert_eq!(refused(verify(&bad)), Code::Format, "{bad}");
    }
}

/// JWT-E-004.
#[test]
fn jwts_have_three_parts() {
    let (token, _) = with_name();
    let bound = bind(&token);
    let (jwt, rest) = token.split_once('~').unwrap();
    for bad in [
        format!("{jwt}.{jwt}~{rest}"),
        format!("{}~{rest}", jwt.rsplit_once('.').unwrap().0),
        format!("{}.~", jwt.rsplit_once('.').unwrap().0),
    ] {
        assert_eq!(refused(verify_plain(&bad)), Code::Format, "{bad}");
    }
    for bad in [format!("{bound}.x"), bound.rsplit_once('.').unwrap().0.to_owned(), format!("{token}x"), format!("{token}x.y")] {
        assert_eq!(refused(verify(&bad)), Code::Format, "{bad}");
    }
}

/// JWT-E-005, trap 21, in every part; the error says which disclosure.
#[test]
fn base64url_is_strict() {
    let (token, name) = with_name();
    let bound = bind(&token);
    assert!(name.ends_with("Il0"), "two spare bits at the end");
    for bad in ["=", "+", "\n", " ", "A+", "."] {
        let text = token.replace(&name, &format!("{name}{bad}"));
        let expected = if bad == "." { Code::Format } else { Code::B64Malformed };
        assert_eq!(refused(verify_plain(&text)), expected, "{bad:?}");
        assert_eq!(refused(verify(&format!("{bound}{bad}"))), expected, "{bad:?}");
    }
    let text = token.replace(&name, &name.replace("Il0", "Il1"));
    let error = verify_plain(&text).unwrap_err();
    assert_eq!((error.code(), error.place()), (Code::B64Malformed, &At::Disclosure(0)));
    assert_eq!(refused(verify_plain(&format!("{token}\n"))), Code::Format, "a line end after the last tilde");
    assert_eq!(refused(verify_plain(&format!(" {token}"))), Code::B64Malformed);
}

/// JWT-E-006 to JWT-E-009, JWT-V-007 to JWT-V-009, trap 10, trap 13; pitfalls 64 and 65: signed digests of disclosures that are
/// none.
#[test]
fn malformed_disclosures_are_refused_even_when_signed() {
    let one = |json: &str, place: fn(&str) -> String| {
        let text = disclosure(json);
        refused(verify_plain(&token(&place(&digest(&text)), &[&text])))
    };
    let object: fn(&str) -> String = |digest| format!(r#""_sd":["{digest}"]"#);
    let array: fn(&str) -> String = |digest| format!(r#""a":[{{"...":"{digest}"}}]"#);
    for json in ["{}", "\"x\"", r#"["s"]"#, r#"["s","n",1,2]"#, r#"[1,"n",1]"#, r#"["s",7,1]"#, r#"["s","n",1]]"#] {
        assert_eq!(one(json, object), Code::DisclosureMalformed, "{json}");
        assert_eq!(one(json, array), Code::DisclosureMalformed, "{json}");
    }
    assert_eq!(one(r#"["s","v"]"#, object), Code::DisclosureMalformed, "JWT-V-007");
    assert_eq!(one(r#"["s","n","v"]"#, array), Code::DisclosureMalformed, "JWT-V-008");
    for name in ["_sd", "...", "_sd_alg"] {
        assert_eq!(one(&format!(r#"["s","{name}","v"]"#), object), Code::ReservedName, "JWT-V-009: {name}");
    }
    assert_eq!(one(r#"["s","n",{"a":1,"a":2}]"#, object), Code::JsonMalformed, "JWT-E-016");
}

/// JWT-E-010: the issuer's spelling is what was hashed. Another spelling of the same array has another digest.
#[test]
fn spelling_is_kept() {
    let spaced = disclosure(r#"["_26bc4LT-ac6q2KI6cBW5es", "family_name", "M\u00f6bius"]"#);
    let members = format!(r#""_sd":["{}"]"#, digest(&spaced));
    assert_eq!(processed(&verify_plain(&token(&members, &[&spaced])).unwrap()), r#"{"family_name":"Möbius"}"#);
    for other in
        [r#"["_26bc4LT-ac6q2KI6cBW5es","family_name","M\u00f6bius"]"#, r#"["_26bc4LT-ac6q2KI6cBW5es", "family_name", "Möbius"]"#]
    {
        assert_eq!(refused(verify_plain(&token(&members, &[&disclosure(other)]))), Code::DisclosureUnmatched);
    }
}

/// JWT-E-011, JWT-V-028, trap 1: the digest is over the text and in one spelling; every other form is a digest of nothing.
#[test]
fn digests_are_over_the_text() {
    let name = name();
    let octets = mimicred_keys::sha256(name.as_bytes());
    let hex: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    let decoded = mimicred_jose::base64url::decode(&name).unwrap();
    let over_json = mimicred_jose::base64url::encode(&mimicred_keys::sha256(&decoded));
    for wrong in [hex, over_json, format!("{}=", digest(&name))] {
        let members = format!(r#""_sd":["{wrong}"]"#);
        assert_eq!(refused(verify_plain(&token(&members, &[&name]))), Code::DisclosureUnmatched);
        assert_eq!(processed(&verify_plain(&token(&members, &[])).unwrap()), "{}", "ignored when nothing claims it");
    }
}

/// JWT-E-012, JWT-E-013, JWT-E-014, trap 11, trap 12, anywhere in the payload.
#[test]
fn reserved_names_serve_no_other_purpose() {
    for members in [
        r#""_sd":"x""#,
        r#""_sd":[1]"#,
        r#""_sd":["x",null]"#,
        r#""_sd":{}"#,
        r#""a":{"_sd":"x"}"#,
        r#""a":[{"_sd":7}]"#,
        r#""...":"x""#,
        r#""a":{"...":"x"}"#,
        r#""a":[{"...":5}]"#,
        r#""a":[{"...":"x","b":1}]"#,
        r#""a":[[{"...":null}]]"#,
        r#""_sd_alg":5"#,
        r#""a":{"_sd_alg":"sha-256"}"#,
        r#""a":[{"_sd_alg":"sha-256"}]"#,
    ] {
        assert_eq!(refused(verify_plain(&token(members, &[]))), Code::ReservedName, "{members}");
        // And inside a disclosed value.
        let value = disclosure(&format!(r#"["s","v",{{{members}}}]"#));
        let outer = format!(r#""_sd":["{}"]"#, digest(&value));
        assert_eq!(refused(verify_plain(&token(&outer, &[&value]))), Code::ReservedName, "{members}");
    }
    // Trap 15: an empty list of digests is legal.
    assert_eq!(processed(&verify_plain(&token(r#""_sd":[],"a":{"_sd":[]}"#, &[])).unwrap()), r#"{"a":{}}"#);
}

/// JWT-E-014, JWT-E-015, JWT-V-003, JWT-I-010; pitfall 67.
#[test]
fn hash_names_are_exact_and_strong() {
    for good in ["sha-256", "sha-384", "sha-512"] {
        assert!(verify_plain(&token(&format!(r#""_sd_alg":"{good}""#), &[])).is_ok(), "{good}");
    }
    for bad in ["SHA-256", "sha256", "md5", "sha-1", "sha-256-128", "sha-256-64", "sha-256-32", "sha3-256", ""] {
        assert_eq!(refused(verify_plain(&token(&format!(r#""_sd_alg":"{bad}""#), &[]))), Code::AlgUnsupported, "{bad}");
    }
}

/// JWT-E-016, JWT-E-019, JWT-E-020, trap 20.
#[test]
fn headers_and_payloads_are_strict_json() {
    let with_header = |header: &str| refused(verify_plain(&token_of(header, &payload(""), &[])));
    assert_eq!(with_header(r#"{"alg":"EdDSA","alg":"EdDSA","typ":"x+sd-jwt"}"#), Code::JsonMalformed);
    assert_eq!(with_header(r#"{"alg":"EdDSA","typ":"x+sd-jwt","crit":["x"],"x":1}"#), Code::Header);
    assert_eq!(with_header(r#"{"alg":"EdDSA","typ":"x+sd-jwt","kid":7}"#), Code::Header);
    let with_payload = |payload: &str| refused(verify_plain(&token_of(HEADER, payload, &[])));
    assert_eq!(with_payload(r#"{"exp":1,"exp":2}"#), Code::JsonMalformed);
    assert_eq!(with_payload("{"), Code::JsonMalformed);
    for other in ["[]", "\"text\"", "null", "7"] {
        assert_eq!(with_payload(other), Code::Structure, "{other}");
    }
    let (token, _) = with_name();
    let with_binding = |payload: &str| refused(verify(&(token.clone() + &jwt(KB_HEADER, payload, by_leaf))));
    assert_eq!(with_binding(r#"{"aud":"a","aud":"a"}"#), Code::JsonMalformed);
    assert_eq!(with_binding("[]"), Code::Structure);
}

/// JWT-E-017.
#[test]
fn size_depth_and_number_are_bounded() {
    let deep = |depth: usize| format!(r#"["s","n",{}{}]"#, "[".repeat(depth), "]".repeat(depth));
    let one = |json: &str| {
        let text = disclosure(json);
        verify_plain(&token(&format!(r#""_sd":["{}"]"#, digest(&text)), &[&text]))
    };
    assert!(one(&deep(16)).is_ok());
    for depth in [17, 31, 100, 100_000] {
        assert_eq!(refused(one(&deep(depth))), Code::Limit, "{depth}");
    }
    let unclosed = disclosure(&format!(r#"["s",{}"#, "[".repeat(100_000)));
    assert_eq!(refused(verify_plain(&token("", &[&unclosed]))), Code::Limit);
    assert_eq!(refused(verify_plain(&"a".repeat((4 << 20) + 1))), Code::Limit);
    assert_eq!(refused(verify_plain(&"a".repeat(4 << 20))), Code::Format, "not too long, and no token either");

    let issuers = trusted();
    let (token, _) = with_name();
    let mut expected = expectations(&issuers, KeyBinding::NotExpected);
    expected.limits = Limits { disclosures: 0, ..Limits::DEFAULT };
    assert_eq!(refused(verify_as(&token, TypeRule::AnySdJwt, &expected)), Code::Limit);
    expected.limits.disclosures = 1;
    assert!(verify_as(&token, TypeRule::AnySdJwt, &expected).is_ok());
    // They are counted before any is looked at.
    let (issuer_jwt, rest) = token.split_once('~').unwrap();
    let malformed = format!("{issuer_jwt}~{}~{rest}", disclosure("[]"));
    assert_eq!(refused(verify_as(&malformed, TypeRule::AnySdJwt, &expected)), Code::Limit);
    let many = "x~".repeat(Limits::DEFAULT.disclosures + 1);
    assert_eq!(refused(verify_plain(&format!("a.b.c~{many}"))), Code::Limit);
}

/// JWT-E-017: who admits more disclosures than usual admits more of the values that stand beside them.
#[test]
fn values_are_bounded_by_what_may_be_disclosed() {
    let zeros = vec!["0"; 140_000].join(",");
    let token = token(&format!(r#""a":[{zeros}]"#), &[]);
    let issuers = trusted();
    let verify_within = |limits: Limits| {
        let expected = Expectations { limits, ..expectations(&issuers, KeyBinding::NotExpected) };
        UnverifiedPresentation::parse_within(&token, &limits).unwrap().verify(&expected).map(drop)
    };
    assert_eq!(refused(verify_within(Limits::DEFAULT)), Code::Limit);
    assert!(verify_within(Limits { disclosures: 20_000, ..Limits::DEFAULT }).is_ok());
}

/// JWT-E-018, trap 19: numbers, text and order come through as the issuer wrote them.
#[test]
fn values_come_through_unchanged() {
    let members =
        r#""z":9007199254740993,"a":1e400,"f":0.10,"n":-0,"t":"\ud83d\ude00 é","big":170141183460469231731687303715884105728"#;
    let expected = r#"{"z":9007199254740993,"a":1e400,"f":0.10,"n":-0,"t":"😀 é","big":170141183460469231731687303715884105728}"#;
    assert_eq!(processed(&verify_plain(&token(members, &[])).unwrap()), expected);
    let value = disclosure(&format!(r#"["s","v",{{{members}}}]"#));
    let claims = verify_plain(&token(&format!(r#""_sd":["{}"]"#, digest(&value)), &[&value])).unwrap();
    assert_eq!(processed(&claims), format!(r#"{{"v":{expected}}}"#));
}
