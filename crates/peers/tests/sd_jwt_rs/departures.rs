//! What stands against the peer in the trust path, beside its not taking an external signer (its constructor wants the key).

use std::panic::{AssertUnwindSafe, catch_unwind};

use jsonwebtoken_9::Header;
use mimicred_claims::{Redaction, RedactionPlan, Selection};
use mimicred_jose::base64url;
use mimicred_keys::{Algorithm, HashAlgorithm, SecretKey, SystemRandom, sha256};
use mimicred_sd_jwt::{AcceptExpectations, Code, Issuer, TypeRule, UnverifiedSdJwt};
use sd_jwt_rs::ClaimsForSelectiveDisclosureStrategy as Strategy;
use serde_json::json;

use crate::cast::{Cast, ISSUER, Json, LATER, NONCE, ROOM, claims, clock, jwa, now, ours, their_jwk, their_signing_key};
use crate::roles::{they_issue, they_verify, we_present, we_verify};

/// A token with these claims and disclosures, all of it signed as it should be, whatever it says.
fn made(cast: &Cast, mut payload: Json, disclosures: &[Json], kb_claims: &[&str]) -> String {
    let sign = |typ: &str, payload: &Json, key: &SecretKey| {
        let mut header = Header::new(jwa(key.algorithm()));
        header.typ = Some(typ.to_owned());
        jsonwebtoken_9::encode(&header, payload, &their_signing_key(key)).unwrap()
    };
    payload["cnf"] = json!({"jwk": their_jwk(cast.holder.public())});
    let mut text = sign("example+sd-jwt", &payload, &cast.issuer) + "~";
    for disclosure in disclosures {
        text += &(encoded(disclosure) + "~");
    }
    let sd_hash = base64url::encode(&sha256(text.as_bytes()));
    let mut binding = json!({"iat": now(), "aud": ROOM, "nonce": NONCE, "sd_hash": sd_hash});
    binding.as_object_mut().unwrap().retain(|name, _| kb_claims.contains(&name.as_str()));
    text + &sign("kb+jwt", &binding, &cast.holder)
}

fn encoded(disclosure: &Json) -> String {
    base64url::encode(disclosure.to_string().as_bytes())
}

fn digest(disclosure: &Json) -> String {
    base64url::encode(&sha256(encoded(disclosure).as_bytes()))
}

fn they_verify_or_panic(cast: &Cast, presentation: &str) -> Result<Result<Json, String>, ()> {
    let verify = || they_verify(cast, presentation, ROOM, NONCE).map_err(|e| e.to_string());
    catch_unwind(AssertUnwindSafe(verify)).map_err(drop)
}

const ALL: [&str; 4] = ["iat", "aud", "nonce", "sd_hash"];

fn cast() -> Cast {
    Cast::new(Algorithm::P256, Algorithm::P256)
}

#[test]
fn tokens_made_here_are_good_unless_a_test_breaks_them() {
    let (cast, disclosure) = (cast(), json!(["salt-0123456789abcdef", "name", "Zoë"]));
    let payload = json!({"iss": ISSUER, "exp": LATER, "_sd": [digest(&disclosure)], "_sd_alg": "sha-256"});
    let presentation = made(&cast, payload, &[disclosure], &ALL);
    let expected = json!({"iss": ISSUER, "exp": LATER, "name": "Zoë"});
    assert_eq!(we_verify(&cast, &presentation, ROOM, NONCE).unwrap(), expected);
    assert_eq!(they_verify(&cast, &presentation, ROOM, NONCE).unwrap(), expected);
}

/// RFC 9901 section 7.1, JWT-V-015.
#[test]
fn the_peer_accepts_a_disclosure_that_no_digest_refers_to_and_we_do_not() {
    let (cast, stray) = (cast(), json!(["salt-0123456789abcdef", "admin", true]));
    let presentation = made(&cast, json!({"iss": ISSUER, "exp": LATER}), &[stray], &ALL);
    assert!(they_verify(&cast, &presentation, ROOM, NONCE).is_ok());
    assert_eq!(we_verify(&cast, &presentation, ROOM, NONCE), Err(Code::DisclosureUnmatched));
}

/// `iss` is optional (RFC 7519 section 4.1.1); the peer panics before any signature is looked at, so anybody can make it.
#[test]
fn the_peer_panics_on_a_token_without_iss_and_we_do_not() {
    let cast = cast();
    let presentation = made(&cast, json!({"exp": LATER}), &[], &ALL);
    assert!(they_verify_or_panic(&cast, &presentation).is_err());
    assert_eq!(we_verify(&cast, &presentation, ROOM, NONCE), Ok(json!({"exp": LATER})));
}

/// JWT-V-007: what stands under `_sd` has three elements.
#[test]
fn the_peer_panics_on_a_disclosure_that_is_too_short_and_we_refuse_it() {
    let (cast, short) = (cast(), json!(["salt-0123456789abcdef", "name"]));
    let payload = json!({"iss": ISSUER, "exp": LATER, "_sd": [digest(&short)]});
    let presentation = made(&cast, payload, &[short], &ALL);
    assert!(they_verify_or_panic(&cast, &presentation).is_err());
    assert_eq!(we_verify(&cast, &presentation, ROOM, NONCE), Err(Code::DisclosureMalformed));
}

/// JWT-P-004: without `iat` a key binding never gets old.
#[test]
fn the_peer_accepts_a_key_binding_without_iat_and_we_do_not() {
    let cast = cast();
    let presentation = made(&cast, json!({"iss": ISSUER, "exp": LATER}), &[], &["aud", "nonce", "sd_hash"]);
    assert!(they_verify(&cast, &presentation, ROOM, NONCE).is_ok());
    assert_eq!(we_verify(&cast, &presentation, ROOM, NONCE), Err(Code::ClaimMissing));
}

/// JWT-T-001: too early is not valid.
#[test]
fn the_peer_accepts_a_token_before_its_nbf_and_we_do_not() {
    let cast = cast();
    let presentation = made(&cast, json!({"iss": ISSUER, "exp": LATER, "nbf": LATER - 1}), &[], &ALL);
    assert!(they_verify(&cast, &presentation, ROOM, NONCE).is_ok());
    assert_eq!(we_verify(&cast, &presentation, ROOM, NONCE), Err(Code::Time));
}

/// Our default for P-384 is SHA-384, which a recipient may well understand (JWT-V-003).
#[test]
fn the_peer_knows_no_hash_but_sha_256() {
    let cast = Cast::new(Algorithm::P384, Algorithm::P256);
    let issue = |issuer: Issuer| {
        let plan = RedactionPlan::new(Redaction::All);
        let prepared = issuer.prepare(ours(&claims()), Some(cast.holder.public()), &plan, &mut SystemRandom).unwrap();
        we_present(&cast, prepared.sign(&cast.our_issuer()).unwrap().as_str(), &Selection::All)
    };
    let with_sha_384 = issue(Issuer::new(cast.issuer.public()));
    assert!(they_verify(&cast, &with_sha_384, ROOM, NONCE).unwrap_err().to_string().contains("sha-384"));
    assert_eq!(we_verify(&cast, &with_sha_384, ROOM, NONCE), Ok(claims()));

    let with_sha_256 = issue(Issuer::new(cast.issuer.public()).with_hash(HashAlgorithm::Sha256));
    assert_eq!(they_verify(&cast, &with_sha_256, ROOM, NONCE).unwrap(), claims());
}

/// JWT-I-016 and JWT-V-027 ask for explicit typing, and issuers that rotate keys need `kid`; the peer's API has a place for
/// neither.
#[test]
fn the_peer_writes_no_header_parameter_but_alg_and_we_take_that_only_when_told_to() {
    let cast = cast();
    let token = they_issue(&cast, &claims(), Strategy::AllLevels);
    let header = base64url::decode(token.split('.').next().unwrap()).unwrap();
    assert_eq!(serde_json::from_slice::<Json>(&header).unwrap(), json!({"alg": "ES256"}));

    let trusted = cast.trusted();
    let expected = AcceptExpectations { issuers: &trusted, confirmation_key: cast.holder.public(), clock: clock() };
    let received = UnverifiedSdJwt::parse(&token).unwrap();
    assert_eq!(received.accept(&expected).unwrap_err().code(), Code::TypeMismatch);
    assert!(received.with_type_rule(TypeRule::AnyOrNone).accept(&expected).is_ok());
}
