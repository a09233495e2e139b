//! Tokens by hand.

use mimicred_claims::Value;
use mimicred_jose::{base64url, json, jwk};
use mimicred_keys::{Algorithm, Family, HashAlgorithm, PublicKey, ToBeSigned};

use crate::cast::{self, ISSUER, NONCE, NOW, ROOM, public_jwk, text_digest};
use crate::object::Object;
use crate::sign::FixedKey;

pub(super) const HEADER: &str = r#"{"alg":"ES256","typ":"mimi-identity+sd-jwt"}"#;
pub(super) const KB_HEADER: &str = r#"{"alg":"ES256","typ":"kb+jwt"}"#;

pub(super) fn issuer() -> FixedKey {
    cast::key(Algorithm::P256, "issuer")
}

pub(super) fn holder() -> FixedKey {
    cast::key(Algorithm::P256, "holder")
}

pub(super) fn mallory(algorithm: Algorithm) -> FixedKey {
    cast::key(algorithm, "mallory")
}

/// Who is trusted, as the input of an operation.
pub(super) fn issuers() -> Value<'static> {
    trusting(issuer().public())
}

pub(super) fn trusting(key: &PublicKey) -> Value<'static> {
    Value::Array(vec![Object::new().text("issuer", ISSUER).with("key", public_jwk(key)).into()])
}

/// What every presentation with key binding is verified with.
pub(super) fn bound() -> Object {
    unbound().text("key_binding", "required").text("audience", ROOM).text("nonce", NONCE).int("max_age", 300)
}

/// What every presentation without is.
pub(super) fn unbound() -> Object {
    Object::new().with("issuers", issuers()).int("now", NOW).text("key_binding", "not-expected")
}

/// Signs a JWS of these texts.
pub(super) fn jwt(header: &str, payload: &str, key: &FixedKey) -> String {
    jwt_of(&base64url::encode(header.as_bytes()), &base64url::encode(payload.as_bytes()), key)
}

/// The same of parts as they stand in it.
pub(super) fn jwt_of(header: &str, payload: &str, key: &FixedKey) -> String {
    let input = format!("{header}.{payload}");
    let signature = ToBeSigned::new(Family::Jws, input.clone()).ok().and_then(|tbs| key.sign(&tbs));
    // What is no signing input nobody signs; such a token has 64 octets of nothing in the place.
    let signature = signature.unwrap_or_else(|| vec![0; 64]);
    format!("{input}.{}", base64url::encode(&signature))
}

/// A disclosure of this JSON text.
pub(super) fn disclosure(json: &str) -> String {
    base64url::encode(json.as_bytes())
}

pub(super) fn digest(text: &str) -> String {
    text_digest(HashAlgorithm::Sha256, text)
}

/// The member of an object with these digests.
pub(super) fn sd(digests: &[&str]) -> String {
    format!(r#""_sd":[{}]"#, digests.iter().map(|digest| format!("\"{digest}\"")).collect::<Vec<_>>().join(","))
}

/// The element of an array in whose place this digest stands.
pub(super) fn element(digest: &str) -> String {
    format!(r#"{{"...":"{digest}"}}"#)
}

/// The `cnf` member for a key.
pub(super) fn cnf(key: &PublicKey) -> String {
    format!(r#""cnf":{{"jwk":{}}}"#, json::write_map(&jwk::public_members(key)).unwrap_or_default())
}

/// `exp` of every token whose dates are not what it is about: 2100, because some implementations want one and look at their own clock.
pub(super) const EXP: i64 = 4_102_444_800;

/// A payload with `iss`, the Holder's key in `cnf`, `exp`, and these members.
pub(super) fn payload(members: &str) -> String {
    let comma = if members.is_empty() { "" } else { "," };
    dated_payload(&format!(r#""exp":{EXP}{comma}{members}"#))
}

/// The same with no other date than those in these members.
pub(super) fn dated_payload(members: &str) -> String {
    let comma = if members.is_empty() { "" } else { "," };
    format!(r#"{{"iss":"{ISSUER}",{}{comma}{members}}}"#, cnf(holder().public()))
}

/// A token whose payload has these members.
pub(super) fn token(members: &str, disclosures: &[&str]) -> String {
    token_of(HEADER, &payload(members), disclosures)
}

pub(super) fn token_of(header: &str, payload: &str, disclosures: &[&str]) -> String {
    with_disclosures(jwt(header, payload, &issuer()), disclosures)
}

pub(super) fn with_disclosures(jwt: String, disclosures: &[&str]) -> String {
    disclosures.iter().fold(jwt + "~", |text, disclosure| text + disclosure + "~")
}

/// The claims of a KB-JWT for this token, each as its JSON text.
pub(super) fn kb_claims(bound: &str) -> Vec<(&'static str, String)> {
    vec![
        ("iat", NOW.to_string()),
        ("aud", format!("\"{ROOM}\"")),
        ("nonce", format!("\"{NONCE}\"")),
        ("sd_hash", format!("\"{}\"", digest(bound))),
    ]
}

pub(super) fn members(members: &[(&str, String)]) -> String {
    format!("{{{}}}", members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect::<Vec<_>>().join(","))
}

/// The token with a key binding that holds.
pub(super) fn bind(token: &str) -> String {
    token.to_owned() + &jwt(KB_HEADER, &members(&kb_claims(token)), &holder())
}

/// The token with a key binding in which one claim is another one, or is not there.
pub(super) fn bind_with(token: &str, name: &'static str, value: Option<&str>) -> String {
    let mut claims = kb_claims(token);
    claims.retain(|(other, _)| *other != name);
    claims.extend(value.map(|value| (name, value.to_owned())));
    token.to_owned() + &jwt(KB_HEADER, &members(&claims), &holder())
}

/// What a presentation is made of, for whoever looks for the step that went wrong.
pub(super) fn anatomy(presentation: &str) -> Object {
    let text = |part: &str| String::from_utf8(base64url::decode(part).unwrap_or_default()).unwrap_or_default();
    let parts: Vec<&str> = presentation.split('~').collect();
    let (first, last) = (parts.first().copied().unwrap_or_default(), parts.last().copied().unwrap_or_default());
    let disclosures = parts.get(1..parts.len().saturating_sub(1)).unwrap_or_default();
    let of = |jwt: &str, n: usize| text(jwt.split('.').nth(n).unwrap_or_default());
    let signed = |jwt: &str| jwt.rsplit_once('.').map(|(input, _)| input.to_owned()).unwrap_or_default();
    let mut anatomy = Object::new()
        .text("header", of(first, 0))
        .text("payload", of(first, 1))
        .text("to_be_signed", signed(first))
        .list("disclosures", disclosures.iter().map(|disclosure| text(disclosure)))
        .list("digests", disclosures.iter().map(|disclosure| digest(disclosure)));
    if last.contains('.') {
        let bound = presentation.get(..presentation.len() - last.len()).unwrap_or_default();
        anatomy = anatomy
            .text("sd_hash", digest(bound))
            .text("key_binding_header", of(last, 0))
            .text("key_binding_payload", of(last, 1))
            .text("key_binding_to_be_signed", signed(last));
    }
    anatomy
}

/// A JWS whose signature has one bit turned over.
pub(super) fn flip_signature(jwt: &str) -> String {
    let (input, signature) = jwt.rsplit_once('.').unwrap_or_default();
    let mut octets = base64url::decode(signature).unwrap_or_default();
    if let Some(last) = octets.last_mut() {
        *last ^= 1;
    }
    format!("{input}.{}", base64url::encode(&octets))
}
