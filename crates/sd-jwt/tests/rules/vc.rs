//! SD-JWT VC, JWT-Y-001 to JWT-Y-010, JWT-Y-012, JWT-Y-014 and traps 15, 25 to 28.

use crate::support::*;
use mimicred_claims::Map;
use mimicred_error::{At, Report};
use mimicred_jose::jwk;
use mimicred_sd_jwt::{
    AlsoKnownAs, Code, Error, IssuerMetadata, KeyBinding, StatusRule, TypeRule, UnverifiedPresentation, UnverifiedSdJwt, VcRules,
    VcTypes, metadata_url,
};

const VC: &str = r#"{"alg":"EdDSA","typ":"dc+sd-jwt"}"#;
const VCT: &str = r#""vct":"https://a.example/membership""#;

fn verify_vc(token: &str, rules: VcRules<'_>) -> Result<Map<'static>, Error> {
    let presentation = UnverifiedPresentation::parse(token)?.with_vc_rules(rules);
    let verified = presentation.verify(&expectations(&trusted(), KeyBinding::NotExpected))?;
    Ok(verified.into_claims().into_owned())
}

fn vc(members: &str, disclosures: &[&str]) -> String {
    token_of(VC, &payload(members), disclosures)
}

fn check(members: &str, disclosures: &[&str]) -> Result<(), Code> {
    verify_vc(&vc(members, disclosures), VcRules::default()).map(drop).map_err(|error| error.code())
}

/// JWT-Y-001, JWT-Y-002, trap 27: a credential says so, and its old name only counts where that is wanted.
#[test]
fn a_credential_has_the_type_of_credentials() {
    let of = |header: &str, types| {
        let token = token_of(header, &payload(VCT), &[]);
        verify_vc(&token, VcRules { types, ..VcRules::default() }).map(drop).map_err(|error| error.code())
    };
    let typ = |typ: &str| format!(r#"{{"alg":"EdDSA","typ":"{typ}"}}"#);
    for typ in [typ("dc+sd-jwt"), typ("application/dc+sd-jwt")] {
        assert_eq!(of(&typ, VcTypes::Current), Ok(()));
        assert_eq!(of(&typ, VcTypes::EarlyToo), Ok(()));
    }
    assert_eq!(of(&typ("vc+sd-jwt"), VcTypes::Current), Err(Code::TypeMismatch));
    assert_eq!(of(&typ("vc+sd-jwt"), VcTypes::EarlyToo), Ok(()));
    for wrong in [typ("JWT"), typ("example+sd-jwt"), r#"{"alg":"EdDSA"}"#.to_owned()] {
        assert_eq!(of(&wrong, VcTypes::EarlyToo), Err(Code::TypeMismatch), "{wrong}");
    }
}

/// JWT-Y-003: `vct` is there, is text, and is in clear.
#[test]
fn a_credential_has_a_type_of_its_own() {
    assert_eq!(check(VCT, &[]), Ok(()));
    assert_eq!(check(r#""vct":"urn:example:membership""#, &[]), Ok(()));
    assert_eq!(check("", &[]), Err(Code::ClaimMissing));
    for wrong in ["1", "null", "[\"a\"]", "\"\""] {
        assert_eq!(check(&format!(r#""vct":{wrong}"#), &[]), Err(Code::ClaimType), "{wrong}");
    }
    let hidden = disclosure(r#"["s1","vct","https://a.example/membership"]"#);
    assert_eq!(check(&format!(r#""_sd":["{}"]"#, digest(&hidden)), &[&hidden]), Err(Code::RedactionForbidden));
    assert_eq!(check(&format!(r#""_sd":["{}"]"#, digest(&hidden)), &[]), Err(Code::ClaimMissing));
}

/// JWT-Y-004, JWT-K-006, trap 25: none of these comes from a disclosure, and nothing inside them does.
#[test]
fn what_matters_is_never_disclosed() {
    for (name, value) in [
        ("iss", r#""x""#),
        ("nbf", "1"),
        ("exp", "1900000000"),
        ("cnf", "{}"),
        ("vct", r#""y""#),
        ("vct#integrity", r#""z""#),
        ("aka_vcts", r#"["a"]"#),
        ("status", "{}"),
    ] {
        let hidden = disclosure(&format!(r#"["s1","{name}",{value}]"#));
        // Without the one in clear, so that it is no collision.
        let members = if name == "vct" { String::new() } else { format!("{VCT},") };
        let members = format!(r#"{members}"_sd":["{}"]"#, digest(&hidden));
        let payload = match name {
            "iss" => format!(r#"{{{},{members}}}"#, cnf(leaf_key().public())),
            "cnf" => format!(r#"{{"iss":"{ISS}",{members}}}"#),
            _ => payload(&members),
        };
        let refused = verify_vc(&token_of(VC, &payload, &[&hidden]), VcRules::default()).unwrap_err();
        assert_eq!((refused.code(), refused.place()), (Code::RedactionForbidden, &At::Disclosure(0)), "{name}");
    }
    for fine in ["sub", "iat"] {
        let hidden = disclosure(&format!(r#"["s1","{fine}",{}]"#, if fine == "iat" { "1700000000" } else { "\"a\"" }));
        assert_eq!(check(&format!(r#"{VCT},"_sd":["{}"]"#, digest(&hidden)), &[&hidden]), Ok(()), "{fine}");
    }
    for inside in
        [r#""aka_vcts":["a",{"...":"YQ"}]"#, r#""status":{"_sd":["YQ"]}"#, r#""status":{"status_list":{"idx":1,"_sd":["YQ"]}}"#]
    {
        assert_eq!(check(&format!("{VCT},{inside}"), &[]), Err(Code::RedactionForbidden), "{inside}");
    }
    let members = jwk::public_members(leaf_key().public());
    let jwk = mimicred_jose::json::write_map(&members).unwrap();
    let in_cnf = format!(r#"{{"iss":"{ISS}",{VCT},"cnf":{{"jwk":{jwk},"_sd":["YQ"]}}}}"#);
    assert_eq!(refused(verify_vc(&token_of(VC, &in_cnf, &[]), VcRules::default())), Code::RedactionForbidden);
    // The names mean nothing further down.
    let deep = disclosure(r#"["s1","exp","never"]"#);
    assert_eq!(check(&format!(r#"{VCT},"address":{{"_sd":["{}"]}}"#, digest(&deep)), &[&deep]), Ok(()));
}

/// JWT-Y-005: where key binding is required there must be a key to bind to.
#[test]
fn key_binding_needs_a_key() {
    let without = format!(r#"{{"iss":"{ISS}",{VCT}}}"#);
    assert!(verify_vc(&token_of(VC, &without, &[]), VcRules::default()).is_ok());
    let bound = bind(&token_of(VC, &without, &[]));
    let presentation = UnverifiedPresentation::parse(&bound).unwrap().with_vc_rules(VcRules::default());
    assert_eq!(refused(presentation.verify(&expectations(&trusted(), required()))), Code::Confirmation);
    let bound = bind(&vc(VCT, &[]));
    let presentation = UnverifiedPresentation::parse(&bound).unwrap().with_vc_rules(VcRules::default());
    assert!(presentation.verify(&expectations(&trusted(), required())).is_ok());
}

/// JWT-Y-006, trap 15: a credential with nothing to disclose has no `_sd`; any other token may have an empty one.
#[test]
fn nothing_to_disclose_leaves_no_trace() {
    assert_eq!(check(VCT, &[]), Ok(()));
    assert_eq!(check(&format!(r#"{VCT},"_sd":[]"#), &[]), Err(Code::Structure));
    assert!(verify_plain(&token(r#""_sd":[]"#, &[])).is_ok());
    // With digests that nobody discloses it is not empty.
    assert_eq!(check(&format!(r#"{VCT},"_sd":["YQ"]"#), &[]), Ok(()));
}

/// JWT-Y-007: other names of the type are texts, at least one, none of them `vct` itself.
#[test]
fn other_names_of_the_type_are_other_names() {
    assert_eq!(check(&format!(r#"{VCT},"aka_vcts":["https://a.example/other"]"#), &[]), Ok(()));
    for wrong in ["[]", r#"["https://a.example/membership"]"#, r#""a""#, "[1]", r#"["a",null]"#] {
        assert_eq!(check(&format!(r#"{VCT},"aka_vcts":{wrong}"#), &[]), Err(Code::ClaimType), "{wrong}");
    }
}

/// JWT-Y-008, JWT-Y-014, trap 28: the wanted type is compared character for character and never followed; other names count where
/// the Verifier says so.
#[test]
fn the_wanted_type_is_compared() {
    let token = vc(&format!(r#"{VCT},"aka_vcts":["https://a.example/other"]"#), &[]);
    let check = |vct, also_known_as| {
        let rules = VcRules { vct: Some(vct), also_known_as, ..VcRules::default() };
        verify_vc(&token, rules).map(drop).map_err(|error| error.code())
    };
    for also_known_as in [AlsoKnownAs::Ignored, AlsoKnownAs::Counts] {
        assert_eq!(check("https://a.example/membership", also_known_as), Ok(()));
        for other in ["https://a.example/Membership", "https://a.example/membership/", ""] {
            assert_eq!(check(other, also_known_as), Err(Code::PolicyRefused), "{other}");
        }
    }
    assert_eq!(check("https://a.example/other", AlsoKnownAs::Ignored), Err(Code::PolicyRefused));
    assert_eq!(check("https://a.example/other", AlsoKnownAs::Counts), Ok(()));
}

/// JWT-Y-009: the key is that of a trusted issuer, or there is no credential.
#[test]
fn the_key_is_one_that_is_trusted() {
    let presentation = vc(VCT, &[]);
    let presentation = UnverifiedPresentation::parse(&presentation).unwrap().with_vc_rules(VcRules::default());
    let nobody = expectations(&[], KeyBinding::NotExpected);
    assert_eq!(refused(presentation.verify(&nobody)), Code::IssuerUntrusted);
    assert!(presentation.verify(&expectations(&trusted(), KeyBinding::NotExpected)).is_ok());
}

/// JWT-Y-011: where an Issuer's keys are told, and what of the answer is believed.
#[test]
fn metadata_is_that_of_the_issuer() {
    for (iss, url) in [
        ("https://example.com/tenant/1234", "https://example.com/.well-known/jwt-vc-issuer/tenant/1234"),
        ("https://example.com/tenant/1234/", "https://example.com/.well-known/jwt-vc-issuer/tenant/1234"),
        ("https://example.com", "https://example.com/.well-known/jwt-vc-issuer"),
        ("https://example.com/", "https://example.com/.well-known/jwt-vc-issuer"),
        ("https://example.com:8443/a", "https://example.com:8443/.well-known/jwt-vc-issuer/a"),
    ] {
        assert_eq!(metadata_url(iss).unwrap(), url);
    }
    let long = format!("https://example.com/{}", "a".repeat(4096));
    for wrong in [
        "http://example.com",
        "example.com",
        "https://",
        "https:///a",
        "https://a.example?x=1",
        "https://a.example/b#c",
        "https://user@a.example",
        "https://a.example/b c",
        "did:example:1",
        "",
        &long,
    ] {
        assert_eq!(refused(metadata_url(wrong)), Code::IssuerUntrusted, "{wrong}");
    }

    let iss = "https://a.example";
    let ours = mimicred_jose::json::write_map(&jwk::public_members(issuer_key().public())).unwrap();
    let rsa = r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#;
    let read = |members: &str| IssuerMetadata::parse(&format!(r#"{{"issuer":"{iss}"{members}}}"#), iss);
    let with_keys = read(&format!(r#","jwks":{{"keys":[{rsa},{ours}]}}"#)).unwrap();
    assert_eq!(
        with_keys.trusted().iter().map(|issuer| (issuer.issuer.as_str(), &issuer.key)).collect::<Vec<_>>(),
        [(iss, issuer_key().public())]
    );
    let elsewhere = read(r#","jwks_uri":"https://a.example/keys""#).unwrap();
    assert!(elsewhere.trusted().is_empty());
    assert_eq!(elsewhere.read_key_set(&format!(r#"{{"keys":[{ours}]}}"#)).unwrap(), with_keys);
    // A token of that Issuer is verified by what it says of its keys.
    let token = token_of(VC, &format!(r#"{{"iss":"{iss}",{VCT}}}"#), &[]);
    let presentation = UnverifiedPresentation::parse(&token).unwrap().with_vc_rules(VcRules::default());
    assert!(presentation.verify(&expectations(&with_keys.trusted(), KeyBinding::NotExpected)).is_ok());

    let private = format!(r#","jwks":{{"keys":[{}]}}"#, *jwk::secret_text(&secret(mimicred_keys::Algorithm::Ed25519, 2)));
    for wrong in [
        "",
        r#","jwks":{"keys":[]},"jwks_uri":"https://a.example/keys""#,
        r#","jwks":[]"#,
        r#","jwks":{"keys":1}"#,
        r#","jwks_uri":"http://a.example/keys""#,
        r#","jwks_uri":1"#,
        &private,
    ] {
        assert_eq!(refused(read(wrong)), Code::IssuerUntrusted, "{wrong}");
    }
    for other in [r#"{"issuer":"https://b.example","jwks":{"keys":[]}}"#, r#"{"jwks":{"keys":[]}}"#, "[]"] {
        assert_eq!(refused(IssuerMetadata::parse(other, iss)), Code::IssuerUntrusted, "{other}");
    }
    assert_eq!(refused(IssuerMetadata::parse("{", iss)), Code::JsonMalformed);
    let many = format!(r#","jwks":{{"keys":[{}]}}"#, vec!["{}"; 65].join(","));
    assert_eq!(refused(read(&many)), Code::Limit);
}

/// JWT-Y-013: a credential may be in JSON serialization like any other token.
#[test]
fn a_credential_may_be_in_json() {
    let compact = vc(VCT, &[]);
    for form in [mimicred_sd_jwt::JsonForm::Flattened, mimicred_sd_jwt::JsonForm::General] {
        let text = mimicred_sd_jwt::serialization::to_json(&compact, form).unwrap();
        let read = mimicred_sd_jwt::JsonSdJwt::parse(&text).unwrap();
        assert!(verify_vc(read.as_compact(), VcRules::default()).is_ok());
    }
}

/// JWT-Y-012, JWT-S-001: the status is looked up where the Verifier does so, and for no credential that fails otherwise.
#[test]
fn the_status_is_asked_for_last() {
    let asked = std::sync::atomic::AtomicUsize::new(0);
    let good = |_: &mimicred_claims::Value<'_>| {
        asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Ok(())
    };
    let revoked = |_: &mimicred_claims::Value<'_>| Err("revoked".into());
    let with = |members: &str, rule, check: &mimicred_sd_jwt::StatusCheck<'_>, key_binding| {
        let token = vc(members, &[]);
        let presentation = UnverifiedPresentation::parse(&token).unwrap().with_vc_rules(VcRules::default());
        presentation.with_status_check(rule, check).verify(&expectations(&trusted(), key_binding)).map(drop).map_err(|e| e.code())
    };
    let status = format!(r#"{VCT},"status":{{"status_list":{{"idx":0,"uri":"https://a.example/1"}}}}"#);
    assert_eq!(with(&status, StatusRule::Required, &good, KeyBinding::NotExpected), Ok(()));
    assert_eq!(asked.load(std::sync::atomic::Ordering::Relaxed), 1);
    assert_eq!(with(&status, StatusRule::IfPresent, &revoked, KeyBinding::NotExpected), Err(Code::Status));
    assert_eq!(with(VCT, StatusRule::IfPresent, &revoked, KeyBinding::NotExpected), Ok(()));
    assert_eq!(with(VCT, StatusRule::Required, &good, KeyBinding::NotExpected), Err(Code::Status));
    assert_eq!(with(&status, StatusRule::Required, &good, required()), Err(Code::KbMissing));
    assert_eq!(asked.load(std::sync::atomic::Ordering::Relaxed), 1, "nobody is asked about a token that fails");
}

/// The Holder of a credential holds it to the same rules (JWT-H-002, JWT-Y-003).
#[test]
fn the_holder_checks_a_credential_as_one() {
    let (issuers, leaf) = (trusted(), leaf_key());
    let expected = mimicred_sd_jwt::AcceptExpectations { issuers: &issuers, confirmation_key: leaf.public(), clock: clock() };
    let accept = |token: &str, rules: Option<VcRules<'_>>| {
        let received = UnverifiedSdJwt::parse(token).unwrap().with_type_rule(TypeRule::AnySdJwt);
        let received = match rules {
            Some(rules) => received.with_vc_rules(rules),
            None => received,
        };
        received.accept(&expected).map(drop).map_err(|error| error.code())
    };
    assert_eq!(accept(&vc("", &[]), None), Ok(()));
    assert_eq!(accept(&vc("", &[]), Some(VcRules::default())), Err(Code::ClaimMissing));
    assert_eq!(accept(&vc(VCT, &[]), Some(VcRules::default())), Ok(()));
}
