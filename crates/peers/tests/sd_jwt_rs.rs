//! sd-jwt-rs: SD-JWT+KB, each role played by either side, and what keeps the peer out of the trust path.
//!
//! The peer asks the clock itself, wants `iss` and `exp`, and hashes with SHA-256 only. Its tokens have no `typ`, which our Verifier
//! takes only when told to ([`TypeRule::AnyOrNone`]).
#![cfg(test)]
#![allow(clippy::disallowed_types, reason = "the peer's own types")]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken_9::jwk::Jwk as TheirJwk;
use jsonwebtoken_9::{Algorithm as Jwa, DecodingKey, EncodingKey, Header};
use mimicred_claims::{Clock, Limits, Map, Redaction, RedactionPlan, Selection};
use mimicred_jose::{base64url, json, jwk};
use mimicred_keys::{Algorithm, HashAlgorithm, IssuerKey, LeafKey, PublicKey, SecretKey, SystemRandom, sha256};
use mimicred_sd_jwt::{
    AcceptExpectations, Binding, Code, Expectations, Issuer, KeyBinding, TrustedIssuer, TypeRule, UnverifiedPresentation,
    UnverifiedSdJwt,
};
use sd_jwt_rs::{
    ClaimsForSelectiveDisclosureStrategy as Strategy, SDJWTHolder, SDJWTIssuer, SDJWTSerializationFormat, SDJWTVerifier,
};
use serde_json::json;

type Json = serde_json::Value;

const ISSUER: &str = "https://id.a.example";
const ROOM: &str = "mimi://hub.example/r/clubhouse";
const NONCE: &str = "n-0S6_WzA2Mj";
/// Year 2100.
const LATER: u64 = 4_102_444_800;

/// Issuer and Holder, each with a key that both sides can use.
struct Cast {
    issuer: SecretKey,
    holder: SecretKey,
}

impl Cast {
    fn new(issuer: Algorithm, holder: Algorithm) -> Self {
        let key = |algorithm| SecretKey::generate(algorithm, &mut SystemRandom).unwrap();
        Self { issuer: key(issuer), holder: key(holder) }
    }

    /// Both algorithms that the room's members use, in every combination.
    fn all() -> Vec<Self> {
        const BOTH: [Algorithm; 2] = [Algorithm::Ed25519, Algorithm::P256];
        BOTH.into_iter().flat_map(|issuer| BOTH.map(|holder| Self::new(issuer, holder))).collect()
    }

    fn our_issuer(&self) -> IssuerKey {
        IssuerKey::new(self.issuer.clone())
    }

    fn our_holder(&self) -> LeafKey {
        LeafKey::new(self.holder.clone()).unwrap()
    }

    fn trusted(&self) -> [TrustedIssuer; 1] {
        [TrustedIssuer { issuer: ISSUER.to_owned(), key: self.issuer.public().clone() }]
    }
}

fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

fn clock() -> Clock {
    Clock { now: now(), leeway: 5 }
}

fn jwa(algorithm: Algorithm) -> Jwa {
    match algorithm {
        Algorithm::Ed25519 => Jwa::EdDSA,
        Algorithm::P256 => Jwa::ES256,
        Algorithm::P384 => Jwa::ES384,
        Algorithm::P521 => unreachable!("the peer has no ES512"),
    }
}

fn name(algorithm: Algorithm) -> String {
    format!("{:?}", jwa(algorithm))
}

fn their_signing_key(key: &SecretKey) -> EncodingKey {
    match key.algorithm() {
        Algorithm::Ed25519 => EncodingKey::from_ed_der(&key.to_pkcs8_der()),
        _ => EncodingKey::from_ec_der(&key.to_pkcs8_der()),
    }
}

fn their_jwk(key: &PublicKey) -> TheirJwk {
    serde_json::from_str(&json::write_map(&jwk::public_members(key)).unwrap()).unwrap()
}

/// Claims as the peer has them, in our hands.
fn ours(claims: &Json) -> Map<'static> {
    let value = json::parse(&claims.to_string(), &json::Limits::DEFAULT).unwrap().into_owned();
    value.as_map().unwrap().clone()
}

/// Verified claims of ours as the peer would have them; the confirmation key is looked at elsewhere.
fn theirs(claims: &Map<'_>) -> Json {
    without_cnf(serde_json::from_str(&json::write_map(claims).unwrap()).unwrap())
}

fn without_cnf(mut claims: Json) -> Json {
    assert!(claims.as_object_mut().unwrap().remove("cnf").is_some(), "there is a confirmation key");
    claims
}

fn claims() -> Json {
    json!({
        "iss": ISSUER,
        "iat": 1_700_000_000,
        "exp": LATER,
        "name": "Zoë \"Z\" Müller",
        "email": "zoe@a.example",
        "email_verified": true,
        "updated_at": -12.5,
        "address": {"country": "DE", "locality": "Köln", "lines": ["Hof 1", "Hinterhaus"]},
        "nationalities": ["DE", "FR", "CH"],
        "cars": [{"make": "Lada", "year": 1984}, {"make": "Trabant"}],
        "nothing": null,
    })
}

/// What the Holder shows: a whole claim, one member of an object, some elements of an array, one member of an element's object.
fn our_choice() -> Selection {
    let paths = ["email", "address.country", "nationalities[0]", "nationalities[2]", "cars[0].make"];
    Selection::Paths(paths.iter().map(|path| path.parse().unwrap()).collect())
}

fn their_choice() -> Json {
    json!({"email": true, "address": {"country": true}, "nationalities": [true, false, true], "cars": [{"make": true}, false]})
}

fn chosen_claims() -> Json {
    json!({
        "iss": ISSUER,
        "exp": LATER,
        "email": "zoe@a.example",
        "address": {"country": "DE"},
        "nationalities": ["DE", "CH"],
        "cars": [{"make": "Lada"}],
    })
}

fn we_issue(cast: &Cast, claims: &Json, plan: &RedactionPlan) -> String {
    let issuer = Issuer::new(cast.issuer.public());
    let prepared = issuer.prepare(ours(claims), Some(cast.holder.public()), plan, &mut SystemRandom).unwrap();
    prepared.sign(&cast.our_issuer()).unwrap().into_string()
}

fn they_issue(cast: &Cast, claims: &Json, strategy: Strategy<'_>) -> String {
    let mut issuer = SDJWTIssuer::new(their_signing_key(&cast.issuer), Some(name(cast.issuer.algorithm())));
    let holder = their_jwk(cast.holder.public());
    issuer.issue_sd_jwt(claims.clone(), strategy, Some(holder), true, SDJWTSerializationFormat::Compact).unwrap()
}

fn we_present(cast: &Cast, token: &str, selection: &Selection) -> String {
    let trusted = cast.trusted();
    let expected = AcceptExpectations { issuers: &trusted, confirmation_key: cast.holder.public(), clock: clock() };
    let held = UnverifiedSdJwt::parse(token).unwrap().with_type_rule(TypeRule::AnyOrNone).accept(&expected).unwrap();
    let binding = Binding { audience: ROOM, nonce: NONCE, issued_at: now() };
    held.prepare(selection, &binding).unwrap().sign(&cast.our_holder()).unwrap().into_string()
}

fn they_present(cast: &Cast, token: &str, choice: &Json) -> String {
    let mut holder = SDJWTHolder::new(token.to_owned(), SDJWTSerializationFormat::Compact).unwrap();
    let (nonce, room) = (Some(NONCE.to_owned()), Some(ROOM.to_owned()));
    let (key, alg) = (their_signing_key(&cast.holder), name(cast.holder.algorithm()));
    holder.create_presentation(choice.as_object().unwrap().clone(), nonce, room, Some(key), Some(alg)).unwrap()
}

/// All that is verified, but for the confirmation key.
fn we_verify(cast: &Cast, presentation: &str, room: &str, nonce: &str) -> Result<Json, Code> {
    let trusted = cast.trusted();
    let received = UnverifiedPresentation::parse(presentation).map_err(|e| e.code())?.with_type_rule(TypeRule::AnyOrNone);
    let expected = Expectations {
        issuers: &trusted,
        audience_of_token: None,
        key_binding: KeyBinding::Required { audience: room, nonce, max_age: Some(60) },
        clock: clock(),
        limits: Limits::DEFAULT,
    };
    let verified = received.verify(&expected).map_err(|e| e.code())?;
    assert_eq!(verified.confirmation_key(), Some(cast.holder.public()));
    Ok(theirs(verified.claims()))
}

fn they_verify(cast: &Cast, presentation: &str, room: &str, nonce: &str) -> Result<Json, sd_jwt_rs::error::Error> {
    let key = their_jwk(cast.issuer.public());
    let issuer_key = Box::new(move |_: &str, _: &Header| DecodingKey::from_jwk(&key).unwrap());
    let (room, nonce) = (Some(room.to_owned()), Some(nonce.to_owned()));
    let format = SDJWTSerializationFormat::Compact;
    let verifier = SDJWTVerifier::new(presentation.to_owned(), issuer_key, room, nonce, format)?;
    Ok(without_cnf(verifier.verified_claims))
}

#[test]
fn what_we_issue_and_present_whole_the_peer_verifies_with_equal_claims() {
    for cast in Cast::all() {
        for redaction in [Redaction::All, Redaction::None] {
            let plan = RedactionPlan::new(redaction).with_min_digests(5);
            let presentation = we_present(&cast, &we_issue(&cast, &claims(), &plan), &Selection::All);
            assert_eq!(they_verify(&cast, &presentation, ROOM, NONCE).unwrap(), claims());
        }
    }
}

#[test]
fn what_we_issue_and_present_in_part_the_peer_verifies_with_just_the_chosen_claims() {
    for cast in Cast::all() {
        let plan = RedactionPlan::new(Redaction::All);
        let presentation = we_present(&cast, &we_issue(&cast, &claims(), &plan), &our_choice());
        assert_eq!(they_verify(&cast, &presentation, ROOM, NONCE).unwrap(), chosen_claims());
    }
}

/// Redactions inside claims that stay visible: members and elements, the object around them in clear.
#[test]
fn what_we_redact_by_path_the_peer_restores_in_its_place() {
    let cast = Cast::new(Algorithm::P256, Algorithm::Ed25519);
    let paths = ["address.locality", "address.lines[1]", "nationalities[1]", "cars[].make"];
    let plan = RedactionPlan::new(Redaction::Paths(paths.iter().map(|path| path.parse().unwrap()).collect()));
    let token = we_issue(&cast, &claims(), &plan);
    let all = we_present(&cast, &token, &Selection::All);
    assert_eq!(they_verify(&cast, &all, ROOM, NONCE).unwrap(), claims());

    let none = we_present(&cast, &token, &Selection::None);
    let mut expected = claims();
    expected["address"] = json!({"country": "DE", "lines": ["Hof 1"]});
    expected["nationalities"] = json!(["DE", "CH"]);
    expected["cars"] = json!([{"year": 1984}, {}]);
    assert_eq!(they_verify(&cast, &none, ROOM, NONCE).unwrap(), expected);
}

#[test]
fn what_the_peer_issues_and_presents_whole_we_verify_with_equal_claims() {
    let everything = json!({
        "name": true, "email": true, "email_verified": true, "updated_at": true, "nothing": true,
        "address": {"country": true, "locality": true, "lines": [true, true]},
        "nationalities": [true, true, true],
        "cars": [{"make": true, "year": true}, {"make": true}],
    });
    for cast in Cast::all() {
        let presentation = they_present(&cast, &they_issue(&cast, &claims(), Strategy::AllLevels), &everything);
        assert_eq!(we_verify(&cast, &presentation, ROOM, NONCE).unwrap(), claims());
    }
}

#[test]
fn what_the_peer_issues_and_presents_in_part_we_verify_with_just_the_chosen_claims() {
    for cast in Cast::all() {
        let presentation = they_present(&cast, &they_issue(&cast, &claims(), Strategy::AllLevels), &their_choice());
        // The peer never redacts iat, we do under "all".
        let mut expected = chosen_claims();
        expected["iat"] = json!(1_700_000_000);
        assert_eq!(we_verify(&cast, &presentation, ROOM, NONCE).unwrap(), expected);
    }
}

#[test]
fn what_the_peer_issues_we_hold_and_present_back_to_it() {
    for cast in Cast::all() {
        let paths = vec!["$.email", "$.address.country", "$.nationalities[0]", "$.nationalities[1]", "$.cars[1]"];
        let token = they_issue(&cast, &claims(), Strategy::Custom(paths));
        let chosen = ["address.country", "nationalities[1]"].iter().map(|path| path.parse().unwrap()).collect();
        let presentation = we_present(&cast, &token, &Selection::Paths(chosen));
        let mut expected = claims();
        expected.as_object_mut().unwrap().remove("email");
        expected["nationalities"] = json!(["FR", "CH"]);
        expected["cars"] = json!([{"make": "Lada", "year": 1984}]);
        assert_eq!(they_verify(&cast, &presentation, ROOM, NONCE).unwrap(), expected);
        assert_eq!(we_verify(&cast, &presentation, ROOM, NONCE).unwrap(), expected);
    }
}

#[test]
fn what_we_issue_the_peer_holds_and_presents_back_to_us() {
    for cast in Cast::all() {
        let token = we_issue(&cast, &claims(), &RedactionPlan::new(Redaction::All));
        let presentation = they_present(&cast, &token, &their_choice());
        assert_eq!(we_verify(&cast, &presentation, ROOM, NONCE).unwrap(), chosen_claims());
        assert_eq!(they_verify(&cast, &presentation, ROOM, NONCE).unwrap(), chosen_claims());
    }
}

/// JWT-V-019, JWT-V-022, JWT-V-024, JWT-V-025: here both agree.
#[test]
fn both_sides_refuse_a_key_binding_that_is_missing_or_meant_for_another() {
    let cast = Cast::new(Algorithm::P256, Algorithm::Ed25519);
    let token = we_issue(&cast, &claims(), &RedactionPlan::new(Redaction::All));
    let presentation = we_present(&cast, &token, &our_choice());
    let (bound, kb_jwt) = presentation.rsplit_once('~').unwrap();
    let mut disclosures: Vec<&str> = bound.split('~').collect();
    disclosures.pop();
    let one_less = format!("{}~{kb_jwt}", disclosures.join("~"));
    let stripped = format!("{bound}~");
    let other_key = they_present(
        &Cast { issuer: cast.issuer.clone(), ..Cast::new(Algorithm::P256, Algorithm::Ed25519) },
        &token,
        &their_choice(),
    );

    let room = "mimi://hub.example/r/other";
    for (presentation, room, nonce, code) in [
        (&presentation, room, NONCE, Code::Audience),
        (&presentation, ROOM, "another", Code::Nonce),
        (&stripped, ROOM, NONCE, Code::KbMissing),
        (&one_less, ROOM, NONCE, Code::SdHash),
        (&other_key, ROOM, NONCE, Code::SignatureHolder),
    ] {
        assert_eq!(we_verify(&cast, presentation, room, nonce), Err(code));
        assert!(they_verify(&cast, presentation, room, nonce).is_err(), "{code:?}");
    }
    assert!(they_verify(&cast, &presentation, ROOM, NONCE).is_ok());
}

/// What stands against the peer in the trust path, beside its not taking an external signer (its constructor wants the key).
mod departures {
    use super::*;

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

    /// JWT-I-016 and JWT-V-027 ask for explicit typing, and issuers that rotate keys need `kid`; the peer's API has a place for neither.
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
}
