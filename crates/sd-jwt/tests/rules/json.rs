//! The JSON serialization, JWT-J-001 to JWT-J-011 and traps 22 and 23: the same token in all three forms, and each member in a wrong
//! place.

use crate::support::{
    ISS, NONCE, NOW, ROOM, accept, bind, by_issuer, digest, disclosure, expectations, issue, jwt, leaf_key, payload, plan,
    processed, refused, token, trusted, verify, verify_as, verify_plain,
};
use mimicred_claims::{Limits, Map, Selection};
use mimicred_jose::base64url;
use mimicred_keys::PublicKey;
use mimicred_sd_jwt::serialization::to_json;
use mimicred_sd_jwt::{Binding, Code, Error, JsonForm, JsonSdJwt, KeyBinding, TypeRule};

const FORMS: [JsonForm; 2] = [JsonForm::Flattened, JsonForm::General];

/// A bound token with one disclosed claim and one that is not.
fn bound() -> String {
    let shown = disclosure(r#"["c2FsdA","name","Alice"]"#);
    bind(&token(&format!(r#""_sd":["{}","{}"]"#, digest(&shown), digest("hidden")), &[&shown]))
}

fn in_json(compact: &str, form: JsonForm) -> String {
    to_json(compact, form).unwrap()
}

fn verify_json(text: &str) -> Result<Map<'static>, Error> {
    verify(JsonSdJwt::parse(text)?.as_compact())
}

/// The parts of a flattened token: the unprotected header, and the three parts of the JWS.
fn parts(compact: &str) -> (String, [String; 3]) {
    let (jwt, _) = compact.split_once('~').unwrap();
    let parts: Vec<String> = jwt.split('.').map(str::to_owned).collect();
    let text = in_json(compact, JsonForm::Flattened);
    let header = text.strip_prefix(r#"{"header":"#).unwrap().split_once(r#","payload""#).unwrap().0;
    (header.to_owned(), parts.try_into().unwrap())
}

fn flattened(header: &str, [protected, payload, signature]: &[String; 3], more: &str) -> String {
    format!(r#"{{"payload":"{payload}","protected":"{protected}","signature":"{signature}","header":{header}{more}}}"#)
}

/// JWT-J-001, JWT-J-006: all three forms have the same processed payload.
#[test]
fn all_three_forms_say_the_same() {
    let compact = bound();
    let expected = processed(&verify(&compact).unwrap());
    assert_eq!(expected, r#"{"name":"Alice"}"#);
    for form in FORMS {
        let text = in_json(&compact, form);
        let read = JsonSdJwt::parse(&text).unwrap();
        assert_eq!((read.form(), read.as_compact()), (form, compact.as_str()));
        assert_eq!(processed(&verify_json(&text).unwrap()), expected);
        assert_eq!(read.into_compact(), compact);
    }
}

/// JWT-J-001: what Issuer and Holder made is the same text however it is asked for, and is written in either form from there.
#[test]
fn what_was_made_is_one_text() {
    let issued = issue(r#"{"iss":"https://id.a.example","name":"Alice"}"#, &plan(&["name"]));
    let (compact, jwts) = (issued.as_str().to_owned(), |text: &str| text.matches('.').count() / 2);
    assert_eq!((compact.matches('~').count(), jwts(&compact)), (2, 1));
    assert_eq!((issued.as_ref(), issued.to_string()), (compact.as_str(), compact.clone()));
    for form in FORMS {
        assert_eq!(issued.to_json(form).unwrap(), in_json(&compact, form));
    }
    let binding = Binding { audience: ROOM, nonce: NONCE, issued_at: NOW };
    let made = accept(&issued.into_string()).unwrap().prepare(&Selection::All, &binding).unwrap().sign(&leaf_key()).unwrap();
    assert!(verify(made.as_str()).is_ok());
    assert_eq!(made.revealed(), ["name".parse().unwrap()]);
    let compact = made.as_str().to_owned();
    assert_eq!((jwts(&compact), made.as_ref(), made.to_string()), (2, compact.as_str(), compact.clone()));
    for form in FORMS {
        assert_eq!(made.to_json(form).unwrap(), in_json(&compact, form));
    }
    assert_eq!(made.into_string(), compact);
}

/// JWT-J-001: writing asks for no limits, which are for what is received.
#[test]
fn any_number_of_disclosures_is_written() {
    let many = format!("YQ.YQ.YQ~{}", "YQ~".repeat(Limits::DEFAULT.disclosures + 1));
    for form in FORMS {
        assert_eq!(in_json(&many, form).matches("\"YQ\"").count(), Limits::DEFAULT.disclosures + 1 + 3);
    }
}

/// JWT-J-005, trap 22: `sd_hash` is over the compact form made of the members, so that whitespace and order of the JSON text do not
/// count, and a hash of that text does.
#[test]
fn the_binding_covers_the_compact_form() {
    let compact = bound();
    let (header, parts) = parts(&compact);
    let loose = flattened(&header, &parts, "").replace(',', " ,\n ").replace('{', "{\t");
    assert!(verify_json(&loose).is_ok());

    let bare = token("", &[]);
    let text = in_json(&bare, JsonForm::Flattened);
    let over_text = crate::support::bind_with(&bare, "sd_hash", &format!("\"{}\"", digest(&text)));
    assert_eq!(refused(verify_json(&in_json(&over_text, JsonForm::Flattened))), Code::SdHash);
    assert!(verify_json(&in_json(&bind(&bare), JsonForm::Flattened)).is_ok());
}

/// JWT-J-002: disclosures are an array of text in the unprotected header, and nowhere else.
#[test]
fn disclosures_have_one_place() {
    let compact = bound();
    let (header, jws) = parts(&compact);
    assert!(verify_json(&flattened(&header, &jws, "")).is_ok());
    let refused = |text: &str| refused(JsonSdJwt::parse(text));
    assert_eq!(refused(&flattened(&header, &jws, r#","disclosures":[]"#)), Code::Format);
    for wrong in [r#"{"disclosures":"WyJhIiwxXQ"}"#, r#"{"disclosures":{}}"#, r#"{"disclosures":[1]}"#, r#"{"disclosures":null}"#]
    {
        assert_eq!(refused(&flattened(wrong, &jws, "")), Code::Format, "{wrong}");
    }
    for [name, value] in [["disclosures", "[]"], ["kb_jwt", "\"a.b.c\""]] {
        let protected = format!(r#"{{"alg":"EdDSA","typ":"mimi-identity+sd-jwt","{name}":{value}}}"#);
        let signed = jwt(&protected, &payload(""), by_issuer);
        let jws: Vec<String> = signed.split('.').map(str::to_owned).collect();
        assert_eq!(refused(&flattened("{}", &jws.try_into().unwrap(), "")), Code::Format, "{name}");
    }
}

/// JWT-J-003: `kb_jwt` is in the unprotected header; elsewhere it is none.
#[test]
fn the_key_binding_has_one_place() {
    let compact = bound();
    let (header, jws) = parts(&compact);
    let (before, kb_jwt) = header.split_once(r#","kb_jwt":"#).unwrap();
    let moved = flattened(&format!("{before}}}"), &jws, &format!(r#","kb_jwt":{}"#, kb_jwt.trim_end_matches('}')));
    assert_eq!(refused(verify_json(&moved)), Code::KbMissing);
    for wrong in ["1", "\"\"", "\"a.b~c\"", "\"a..c\""] {
        assert_eq!(refused(JsonSdJwt::parse(&flattened(&format!(r#"{{"kb_jwt":{wrong}}}"#), &jws, ""))), Code::Format, "{wrong}");
    }
}

/// One signature of the general form.
fn signature(header: Option<&str>, [protected, _, signature]: &[String; 3]) -> String {
    let header = header.map_or(String::new(), |header| format!(r#","header":{header}"#));
    format!(r#"{{"protected":"{protected}","signature":"{signature}"{header}}}"#)
}

fn general(payload: &str, signatures: &[String]) -> String {
    format!(r#"{{"payload":"{payload}","signatures":[{}]}}"#, signatures.join(","))
}

/// JWT-J-004: with other signatures than the first there are no disclosures and no key binding.
#[test]
fn other_signatures_have_neither() {
    let (header, jws) = parts(&bound());
    let of = |other: &str| JsonSdJwt::parse(&general(&jws[1], &[signature(Some(&header), &jws), signature(Some(other), &jws)]));
    assert!(of(r#"{"kid":"second"}"#).is_ok());
    for other in [r#"{"disclosures":[]}"#, r#"{"kb_jwt":"a.b.c"}"#] {
        assert_eq!(refused(of(other)), Code::Format, "{other}");
    }
}

/// JWT-J-007: what is not protected is not believed: not `alg`, and a `kid` there names nothing.
#[test]
fn the_unprotected_header_is_nobodys_word() {
    let compact = bound();
    let (header, jws) = parts(&compact);
    let with = |member: &str| flattened(&header.replacen('{', &format!("{{{member},"), 1), &jws, "");
    assert!(verify_json(&with(r#""kid":"some""#)).is_ok());
    assert_eq!(refused(JsonSdJwt::parse(&with(r#""alg":"EdDSA""#))), Code::Header);

    let without_alg = [base64url::encode(br#"{"typ":"mimi-identity+sd-jwt"}"#), jws[1].clone(), jws[2].clone()];
    assert_eq!(refused(verify_json(&flattened(&header, &without_alg, ""))), Code::Header);
}

/// JWT-J-008: nothing is in both headers.
#[test]
fn a_parameter_is_in_one_header() {
    let signed = jwt(r#"{"alg":"EdDSA","typ":"mimi-identity+sd-jwt","kid":"a"}"#, &payload(""), by_issuer);
    let jws: [String; 3] = signed.split('.').map(str::to_owned).collect::<Vec<_>>().try_into().unwrap();
    assert!(JsonSdJwt::parse(&flattened(r#"{"x5t":"a"}"#, &jws, "")).is_ok());
    assert_eq!(refused(JsonSdJwt::parse(&flattened(r#"{"kid":"a"}"#, &jws, ""))), Code::Header);
    // However long the protected one is.
    let kid = "a".repeat(8000);
    let signed = jwt(&format!(r#"{{"alg":"EdDSA","typ":"mimi-identity+sd-jwt","kid":"{kid}"}}"#), &payload(""), by_issuer);
    let jws: [String; 3] = signed.split('.').map(str::to_owned).collect::<Vec<_>>().try_into().unwrap();
    assert_eq!(refused(JsonSdJwt::parse(&flattened(r#"{"kid":"a"}"#, &jws, ""))), Code::Header);
}

/// JWT-J-009: one signature at the top or several in an array, not both, not none; each part is text.
#[test]
fn there_is_a_signature_and_one_way_to_write_it() {
    let (header, jws) = parts(&bound());
    let one = signature(Some(&header), &jws);
    assert!(JsonSdJwt::parse(&general(&jws[1], std::slice::from_ref(&one))).is_ok());
    let refused = |text: &str| refused(JsonSdJwt::parse(text));
    for wrong in [
        general(&jws[1], &[]),
        general(&jws[1], &["1".to_owned()]),
        flattened(&header, &jws, &format!(r#","signatures":[{one}]"#)),
        general(&jws[1], std::slice::from_ref(&one)).replacen('{', r#"{"protected":"e30","#, 1),
        format!(r#"{{"payload":"{}"}}"#, jws[1]),
        format!(r#"{{"payload":"{}","signatures":{{}}}}"#, jws[1]),
        format!(r#"{{"signatures":[{one}]}}"#),
        flattened(&header, &jws, "").replacen("\"payload\":\"", "\"payload\":1,\"other\":\"", 1),
        flattened("1", &jws, ""),
        "[]".to_owned(),
    ] {
        assert_eq!(refused(&wrong), Code::Format, "{wrong}");
    }
    assert_eq!(refused("{"), Code::JsonMalformed);
    assert_eq!(refused(&flattened(&header, &jws, r#","payload":"e30""#)), Code::JsonMalformed);
}

/// JWT-J-010: no disclosures and an empty array of them are the same.
#[test]
fn no_disclosures_are_an_empty_list() {
    let compact = token("", &[]);
    let (_, jws) = parts(&compact);
    for header in ["{}", r#"{"disclosures":[]}"#] {
        let read = JsonSdJwt::parse(&flattened(header, &jws, "")).unwrap();
        assert_eq!(read.as_compact(), compact);
        assert!(verify_plain(read.as_compact()).is_ok());
    }
    let bare = flattened("{}", &jws, "").replace(r#","header":{}"#, "");
    assert_eq!(JsonSdJwt::parse(&bare).unwrap().as_compact(), compact);
}

/// JWT-J-011, trap 23: the first signature is the Issuer's and must verify; another one is there for whoever knows its key.
#[test]
fn the_first_signature_counts() {
    let other_key = mimicred_keys::IssuerKey::new(crate::support::secret(mimicred_keys::Algorithm::P256, 9));
    let header = r#"{"alg":"ES256","typ":"mimi-identity+sd-jwt"}"#;
    let by_other = jwt(header, &payload(""), |to_be_signed| other_key.sign(to_be_signed).unwrap().into_bytes());
    let jws_of = |text: &str| -> [String; 3] { text.split('.').map(str::to_owned).collect::<Vec<_>>().try_into().unwrap() };
    let (ours, theirs) = (jws_of(token("", &[]).trim_end_matches('~')), jws_of(&by_other));
    let verify_first = |first: &[String; 3], second: &[String; 3], issuer: &PublicKey| {
        let read = JsonSdJwt::parse(&general(&first[1], &[signature(None, first), signature(None, second)])).unwrap();
        let issuers = [mimicred_sd_jwt::TrustedIssuer { issuer: ISS.to_owned(), key: issuer.clone() }];
        let expected = expectations(&issuers, KeyBinding::NotExpected);
        verify_as(read.as_compact(), TypeRule::AnySdJwt, &expected).map(|_| read.other_signatures().to_vec())
    };
    let others = verify_first(&ours, &theirs, &trusted()[0].key).unwrap();
    let other = mimicred_jose::jws::Compact::parse(&others[0]).unwrap();
    assert!(other.verify(other_key.public()).is_ok());
    assert!(verify_first(&theirs, &ours, other_key.public()).is_ok());

    let mut broken = ours.clone();
    broken[2] = base64url::encode(&[0; 64]);
    assert_eq!(refused(verify_first(&broken, &ours, &trusted()[0].key)), Code::SignatureIssuer);
}

/// JWT-E-017: as in compact form; and no member brings a separator of its own.
#[test]
fn members_are_bounded_and_bring_no_separators() {
    let compact = bound();
    let (header, jws) = parts(&compact);
    for n in 0..3 {
        for wrong in ["", "a~b", "a.b", "a b", "YQ==", "\\u007e"] {
            let mut jws = jws.clone();
            jws[n] = wrong.to_owned();
            assert_eq!(refused(JsonSdJwt::parse(&flattened(&header, &jws, ""))), Code::B64Malformed, "{n} {wrong}");
        }
    }
    for wrong in ["", "a~b", "a.b.c", "YQ=="] {
        let header = format!(r#"{{"disclosures":["{wrong}"]}}"#);
        assert_eq!(refused(JsonSdJwt::parse(&flattened(&header, &jws, ""))), Code::B64Malformed, "{wrong}");
    }
    let few = Limits { disclosures: 1, ..Limits::DEFAULT };
    assert!(JsonSdJwt::parse_within(&flattened(r#"{"disclosures":["YQ"]}"#, &jws, ""), &few).is_ok());
    let two = flattened(r#"{"disclosures":["YQ","Yg"]}"#, &jws, "");
    assert_eq!(refused(JsonSdJwt::parse_within(&two, &few)), Code::Limit);
    assert_eq!(refused(JsonSdJwt::parse(&" ".repeat(5 << 20))), Code::Limit);
}
