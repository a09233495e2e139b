//! Issuers by certificate (JWT-Y-010, trap 26), what an Issuer may override, and what a Verifier may want (JWT-V-017, JWT-V-021).

use crate::support::*;
use mimicred_claims::{ClaimPath, Map};
use mimicred_error::{At, Report};
use mimicred_jose::base64url;
use mimicred_keys::{Algorithm, IssuerKey, PublicKey};
use mimicred_sd_jwt::{
    CertifiedIssuer, Code, Decision, Error, Issuer, KeyBinding, TrustedIssuer, TypeRule, UnverifiedPresentation, VC_TYPE,
};

const CERTIFICATE: &[u8] = b"a certificate, which somebody else has looked at";

fn certified(certificate: &[u8], issuer: &str, key: &PublicKey) -> [CertifiedIssuer; 1] {
    [CertifiedIssuer { certificate: certificate.to_vec(), issuer: issuer.to_owned(), key: key.clone() }]
}

/// A token whose header has these certificates.
fn with_chain(claims: &str, chain: &[&[u8]]) -> String {
    let key = issuer_key();
    let issuer = Issuer::new(key.public()).with_x5c(chain.iter().map(|certificate| certificate.to_vec()).collect());
    let prepared = issuer.prepare(read(claims), Some(leaf_key().public()), &plan(&[]), &mut Counting::default());
    prepared.unwrap().sign(&key).unwrap().into_string()
}

fn verify_by(token: &str, certified: &[CertifiedIssuer], issuers: &[TrustedIssuer]) -> Result<String, Error> {
    let presentation = UnverifiedPresentation::parse(token)?.with_certified_issuers(certified);
    Ok(presentation.verify(&expectations(issuers, KeyBinding::NotExpected))?.issuer().to_owned())
}

/// JWT-Y-010, trap 26: the certificate says who the Issuer is, with and without `iss`, once the caller has verified its chain.
#[test]
fn an_issuer_may_be_known_by_its_certificate() {
    let key = issuer_key();
    let ours = certified(CERTIFICATE, "https://id.a.example", key.public());
    let (with_iss, without) = (format!(r#"{{"iss":"{ISS}"}}"#), "{}");
    for claims in [with_iss.as_str(), without] {
        let token = with_chain(claims, &[CERTIFICATE, b"its issuer"]);
        assert_eq!(verify_by(&token, &ours, &[]).unwrap(), ISS, "{claims}");
        // A chain that nobody has verified is nobody's.
        assert_eq!(refused(verify_by(&token, &[], &[])), Code::IssuerUntrusted, "{claims}");
        assert_eq!(
            refused(verify_by(&token, &certified(b"another one", ISS, key.public()), &[])),
            Code::IssuerUntrusted,
            "{claims}"
        );
    }
    // The error tells what named the Issuer: its name where there is one, else the certificate where there is one.
    let named_by = |token: &str, certified: &[CertifiedIssuer]| verify_by(token, certified, &[]).unwrap_err().place().clone();
    let (by_iss, by_certificate) = (At::Field("iss".into()), At::Header("x5c".into()));
    assert_eq!(named_by(&with_chain(&with_iss, &[CERTIFICATE]), &[]), by_iss);
    assert_eq!(named_by(&with_chain(&with_iss, &[b"another"]), &ours), by_iss);
    assert_eq!(named_by(&with_chain(without, &[b"another"]), &ours), by_certificate);
    assert_eq!(named_by(&token_of(HEADER, without, &[]), &ours), by_iss);
    // The certificate is of one Issuer, the claims are of another.
    let other = certified(CERTIFICATE, "https://other.example", key.public());
    assert_eq!(refused(verify_by(&with_chain(&with_iss, &[CERTIFICATE]), &other, &[])), Code::IssuerUntrusted);
    // The certificate is somebody's who did not sign.
    let stranger = IssuerKey::new(secret(Algorithm::Ed25519, 9));
    let not_signed = certified(CERTIFICATE, ISS, stranger.public());
    assert_eq!(refused(verify_by(&with_chain(without, &[CERTIFICATE]), &not_signed, &[])), Code::SignatureIssuer);
    // Who is trusted by name is so whatever certificates there are.
    assert_eq!(verify_by(&with_chain(&with_iss, &[b"whatever"]), &[], &trusted()).unwrap(), ISS);
}

/// JWT-K-004: a chain that cannot be read is no chain; one that nobody asks for is passed over (trap 30).
#[test]
fn a_chain_is_strict_where_it_counts() {
    let header = |x5c: &str| format!(r#"{{"alg":"EdDSA","typ":"mimi-identity+sd-jwt","x5c":{x5c}}}"#);
    let ours = certified(CERTIFICATE, ISS, issuer_key().public());
    let good = format!("[\"{}\"]", base64url::encode_standard(CERTIFICATE));
    assert_eq!(verify_by(&token_of(&header(&good), "{}", &[]), &ours, &[]).unwrap(), ISS);
    for (wrong, code) in [("7", Code::Header), ("[]", Code::Header), ("[7]", Code::Header), (r#"["a-b="]"#, Code::B64Malformed)] {
        assert_eq!(refused(verify_by(&token_of(&header(wrong), "{}", &[]), &ours, &[])), code, "{wrong}");
        assert!(verify_by(&token_of(&header(wrong), &payload(""), &[]), &[], &trusted()).is_ok(), "{wrong}");
    }
    let empty: [Vec<Vec<u8>>; 2] = [vec![], vec![vec![]]];
    for chain in empty {
        let issuer = Issuer::new(issuer_key().public()).with_x5c(chain);
        assert_eq!(refused(issuer.prepare(Map::new(), None, &plan(&[]), &mut Counting::default())), Code::Header);
    }
}

/// JWT-I-015, JWT-Y-004: what must be visible is redacted only where the Issuer says so by name, and in a credential never.
#[test]
fn what_must_be_visible_can_be_overridden_by_name() {
    let issue = |typ: &str, redactable: &[&str], paths: &[&str]| {
        let issuer = Issuer::new(issuer_key().public()).with_type(typ).with_redactable(redactable.iter().copied());
        let claims = read(&format!(r#"{{"iss":"{ISS}","exp":1900000000,"aud":"v","vct":"t"}}"#));
        let prepared = issuer.prepare(claims, None, &plan(paths), &mut Counting::default())?;
        prepared.sign(&issuer_key())
    };
    assert_eq!(refused(issue("a+sd-jwt", &[], &["exp"])), Code::RedactionForbidden);
    assert_eq!(refused(issue("a+sd-jwt", &["exp"], &["aud"])), Code::RedactionForbidden);
    let token = issue("a+sd-jwt", &["exp"], &["exp"]).unwrap();
    assert!(!decoded(token.as_str()).0.contains("exp"), "{token}");
    assert_eq!(refused(issue(VC_TYPE, &["exp"], &["exp"])), Code::RedactionForbidden);
    assert!(issue(VC_TYPE, &["aud"], &["aud"]).is_ok(), "which a credential may redact");

    let all = mimicred_claims::RedactionPlan::new(mimicred_claims::Redaction::All);
    let issuer = Issuer::new(issuer_key().public()).with_redactable(["exp"]);
    let prepared = issuer.prepare(read(r#"{"exp":1900000000,"a":1}"#), None, &all, &mut Counting::default()).unwrap();
    assert!(decoded(prepared.sign(&issuer_key()).unwrap().as_str()).0.contains(r#""exp":1900000000"#));
}

/// JWT-Y-003: what is no credential is not issued as one.
#[test]
fn a_credential_is_issued_as_one() {
    let issue = |claims: &str| {
        let issuer = Issuer::new(issuer_key().public()).with_type(VC_TYPE);
        issuer.prepare(read(claims), None, &plan(&[]), &mut Counting::default()).map(drop).map_err(|error| error.code())
    };
    assert_eq!(issue(r#"{"vct":"t"}"#), Ok(()));
    assert_eq!(issue("{}"), Err(Code::ClaimMissing));
    assert_eq!(issue(r#"{"vct":1}"#), Err(Code::ClaimType));
    assert_eq!(issue(r#"{"vct":"t","aka_vcts":["t"]}"#), Err(Code::ClaimType));
}

/// JWT-V-017: a claim that the Verifier needs is missing whether it was never there or the Holder withholds it.
#[test]
fn a_required_claim_is_not_withheld() {
    let exp = disclosure(r#"["s1","exp",1900000000]"#);
    let members = format!(r#""_sd":["{}"]"#, digest(&exp));
    let required: [ClaimPath; 1] = ["exp".parse().unwrap()];
    let check = |disclosures: &[&str]| {
        let token = token(&members, disclosures);
        let presentation = UnverifiedPresentation::parse(&token).unwrap().with_required_claims(&required);
        presentation.verify(&expectations(&trusted(), KeyBinding::NotExpected)).map(drop)
    };
    assert!(check(&[&exp]).is_ok());
    let refused = check(&[]).unwrap_err();
    assert_eq!((refused.code(), refused.place()), (Code::ClaimMissing, &At::Path("exp".to_owned())));
    assert!(verify_plain(&token(&members, &[])).is_ok(), "for who does not need it");
}

/// JWT-H-003 for the Verifier: a rule of the application over what was verified, and over nothing else.
#[test]
fn the_application_has_the_last_word() {
    let adults = |claims: &Map<'_>| match claims.text("age").and_then(mimicred_claims::Value::as_int) {
        Some(18..) => Decision::Accept,
        _ => Decision::Refuse("not of age"),
    };
    let check = |members: &str| {
        let token = token(members, &[]);
        let presentation = UnverifiedPresentation::parse(&token).unwrap().with_claims_check(&adults);
        presentation.verify(&expectations(&trusted(), KeyBinding::NotExpected)).map(drop).map_err(|error| error.code())
    };
    assert_eq!(check(r#""age":18"#), Ok(()));
    assert_eq!(check(r#""age":17"#), Err(Code::PolicyRefused));
    // One that fails otherwise does so by its own name.
    assert_eq!(check(r#""age":17,"exp":1"#), Err(Code::Time));
}

/// A key binding is asked about once, by what tells it from others; where none is verified nobody is asked.
#[test]
fn a_replay_is_refused() {
    let seen = std::sync::Mutex::new(std::collections::HashSet::new());
    let first = |use_of: &mimicred_sd_jwt::Occurrence<'_>| {
        let id = (use_of.audience.to_owned(), use_of.nonce.to_owned(), use_of.token_hash);
        if seen.lock().unwrap().insert(id) { Decision::Accept } else { Decision::Refuse("seen before") }
    };
    let bound = bind(&token("", &[]));
    let verify = |text: &str, key_binding| {
        let presentation = UnverifiedPresentation::parse(text).unwrap().with_replay_check(&first);
        presentation.verify(&expectations(&trusted(), key_binding)).map(drop).map_err(|error| error.code())
    };
    // What does not hold is not remembered.
    assert_eq!(verify(&bind_with(&token("", &[]), "nonce", "\"other\""), required()), Err(Code::Nonce));
    assert!(seen.lock().unwrap().is_empty());
    assert_eq!(verify(&bound, required()), Ok(()));
    assert_eq!(verify(&bound, required()), Err(Code::Nonce));
    assert_eq!(verify(&token("", &[]), KeyBinding::NotExpected), Ok(()));
    assert_eq!(seen.lock().unwrap().len(), 1);
}

/// JWT-V-021: a key binding that is tolerated is not looked at, and the result says that nothing is proven.
#[test]
fn a_tolerated_key_binding_proves_nothing() {
    let token = token("", &[]);
    let forged = bind_with(&token, "nonce", "\"other\"");
    for text in [token.as_str(), &bind(&token), &forged] {
        let presentation = UnverifiedPresentation::parse(text).unwrap();
        let verified = presentation.verify(&expectations(&trusted(), KeyBinding::Ignored)).unwrap();
        assert!(!verified.is_bound());
        assert_eq!((verified.audience(), verified.nonce(), verified.issued_at()), (None, None, None));
    }
    let bound = bind(&token);
    let presentation = UnverifiedPresentation::parse(&bound).unwrap();
    assert!(presentation.verify(&expectations(&trusted(), required())).unwrap().is_bound());
    assert_eq!(
        refused(verify_as(&bound, TypeRule::AnySdJwt, &expectations(&trusted(), KeyBinding::NotExpected))),
        Code::KbUnexpected
    );
}
