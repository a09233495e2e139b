//! What the tests share: fixed keys, a counting random source, and tokens put together by hand, so that each can be wrong in
//! exactly one way and still be signed.

use mimicred_claims::{Clock, Limits, Map, Redaction, RedactionPlan, Value};
use mimicred_jose::{base64url, json, jwk, jws};
use mimicred_keys::{
    Algorithm, Error as KeysError, Family, HashAlgorithm, IssuerKey, LeafKey, PublicKey, Random, SecretKey, ToBeSigned,
};
use mimicred_sd_jwt::{
    AcceptExpectations, Code, Error, Expectations, Held, Issuer, KeyBinding, SdJwt, TrustedIssuer, TypeRule,
    UnverifiedPresentation,
};

pub(crate) const ISS: &str = "https://id.a.example";
pub(crate) const ROOM: &str = "mimi://hub.example/r/clubhouse";
pub(crate) const NONCE: &str = "XZOUco1u_gEPknxS78sWWg";
pub(crate) const NOW: i64 = 1_790_000_000;
pub(crate) const HEADER: &str = r#"{"alg":"EdDSA","typ":"mimi-identity+sd-jwt"}"#;
pub(crate) const KB_HEADER: &str = r#"{"alg":"EdDSA","typ":"kb+jwt"}"#;

pub(crate) fn secret(algorithm: Algorithm, octet: u8) -> SecretKey {
    let mut octets = vec![octet; algorithm.coordinate_len()];
    // Below the order of every curve, P-521's 521 bits included.
    octets[0] = 0;
    SecretKey::from_octets(algorithm, &octets).unwrap()
}

pub(crate) fn issuer_key() -> IssuerKey {
    IssuerKey::new(secret(Algorithm::Ed25519, 1))
}

pub(crate) fn leaf_key() -> LeafKey {
    LeafKey::new(secret(Algorithm::Ed25519, 2)).unwrap()
}

pub(crate) fn other_leaf_key() -> LeafKey {
    LeafKey::new(secret(Algorithm::Ed25519, 3)).unwrap()
}

pub(crate) fn trusted() -> Vec<TrustedIssuer> {
    vec![TrustedIssuer { issuer: ISS.to_owned(), key: issuer_key().public().clone() }]
}

pub(crate) fn clock() -> Clock {
    Clock { now: NOW, leeway: 0 }
}

/// A random source that never repeats itself and is the same in every run.
#[derive(Default)]
pub(crate) struct Counting {
    pub(crate) next: u64,
    pub(crate) fills: usize,
}

impl Random for Counting {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), KeysError> {
        self.fills += 1;
        for chunk in out.chunks_mut(8) {
            self.next += 1;
            chunk.copy_from_slice(&self.next.to_be_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

// Tokens by hand.

/// Signs a JWS of these texts.
pub(crate) fn jwt(header: &str, payload: &str, sign: impl Fn(&ToBeSigned) -> Vec<u8>) -> String {
    let input = format!("{}.{}", base64url::encode(header.as_bytes()), base64url::encode(payload.as_bytes()));
    let to_be_signed = ToBeSigned::new(Family::Jws, input).unwrap();
    let signature = sign(&to_be_signed);
    jws::finish(to_be_signed, &signature)
}

pub(crate) fn by_issuer(to_be_signed: &ToBeSigned) -> Vec<u8> {
    issuer_key().sign(to_be_signed).unwrap().into_bytes()
}

pub(crate) fn by_leaf(to_be_signed: &ToBeSigned) -> Vec<u8> {
    leaf_key().sign(to_be_signed).unwrap().into_bytes()
}

/// The `cnf` member for a key.
pub(crate) fn cnf(key: &PublicKey) -> String {
    format!(r#""cnf":{{"jwk":{}}}"#, json::write_map(&jwk::public_members(key)).unwrap())
}

/// A disclosure of this JSON text.
pub(crate) fn disclosure(json: &str) -> String {
    base64url::encode(json.as_bytes())
}

/// The digest of a disclosure text.
pub(crate) fn digest(text: &str) -> String {
    base64url::encode(&HashAlgorithm::Sha256.digest(text.as_bytes()))
}

/// The member of an object with these digests.
pub(crate) fn sd(digests: &[&str]) -> String {
    format!(r#""_sd":[{}]"#, digests.iter().map(|digest| format!("\"{digest}\"")).collect::<Vec<_>>().join(","))
}

/// The element of an array in whose place this digest stands.
pub(crate) fn element(digest: &str) -> String {
    format!(r#"{{"...":"{digest}"}}"#)
}

/// A payload with `iss`, the leaf key in `cnf`, and these members.
pub(crate) fn payload(members: &str) -> String {
    let comma = if members.is_empty() { "" } else { "," };
    format!(r#"{{"iss":"{ISS}",{}{comma}{members}}}"#, cnf(leaf_key().public()))
}

/// A token, without key binding, whose payload has these members.
pub(crate) fn token(members: &str, disclosures: &[&str]) -> String {
    token_of(HEADER, &payload(members), disclosures)
}

pub(crate) fn token_of(header: &str, payload: &str, disclosures: &[&str]) -> String {
    let mut text = jwt(header, payload, by_issuer) + "~";
    for disclosure in disclosures {
        text += disclosure;
        text += "~";
    }
    text
}

/// The claims of a KB-JWT for this token, in order, each as its JSON text.
pub(crate) fn kb_claims(bound: &str) -> Vec<(&'static str, String)> {
    vec![
        ("iat", NOW.to_string()),
        ("aud", format!("\"{ROOM}\"")),
        ("nonce", format!("\"{NONCE}\"")),
        ("sd_hash", format!("\"{}\"", digest(bound))),
    ]
}

pub(crate) fn object(members: &[(&str, String)]) -> String {
    format!("{{{}}}", members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect::<Vec<_>>().join(","))
}

/// The token with a key binding that holds.
pub(crate) fn bind(token: &str) -> String {
    token.to_owned() + &jwt(KB_HEADER, &object(&kb_claims(token)), by_leaf)
}

/// The token with a key binding in which one claim is changed, or removed by an empty text.
pub(crate) fn bind_with(token: &str, name: &'static str, value: &str) -> String {
    let mut claims = kb_claims(token);
    claims.retain(|(other, _)| *other != name);
    if !value.is_empty() {
        claims.push((name, value.to_owned()));
    }
    token.to_owned() + &jwt(KB_HEADER, &object(&claims), by_leaf)
}

// Verifying.

pub(crate) fn required() -> KeyBinding<'static> {
    KeyBinding::Required { audience: ROOM, nonce: NONCE, max_age: Some(300) }
}

pub(crate) fn expectations<'e>(issuers: &'e [TrustedIssuer], key_binding: KeyBinding<'e>) -> Expectations<'e> {
    Expectations { issuers, audience_of_token: None, key_binding, clock: clock(), limits: Limits::DEFAULT }
}

/// Verifies a text with these expectations; the claims, or the error.
pub(crate) fn verify_as(text: &str, types: TypeRule, expected: &Expectations<'_>) -> Result<Map<'static>, Error> {
    let presentation = UnverifiedPresentation::parse(text)?.with_type_rule(types);
    Ok(presentation.verify(expected)?.into_claims().into_owned())
}

/// Verifies an SD-JWT+KB.
pub(crate) fn verify(text: &str) -> Result<Map<'static>, Error> {
    verify_as(text, TypeRule::AnySdJwt, &expectations(&trusted(), required()))
}

/// Verifies an SD-JWT without key binding.
pub(crate) fn verify_plain(text: &str) -> Result<Map<'static>, Error> {
    verify_as(text, TypeRule::AnySdJwt, &expectations(&trusted(), KeyBinding::NotExpected))
}

#[track_caller]
pub(crate) fn refused<T>(result: Result<T, Error>) -> Code {
    match result {
        Ok(_) => panic!("accepted"),
        Err(error) => error.code(),
    }
}

/// The processed payload as JSON, without `iss` and `cnf`.
pub(crate) fn processed(claims: &Map<'static>) -> String {
    let entries = claims.clone().into_entries();
    let rest = entries.into_iter().filter(|(key, _)| !["iss", "cnf"].contains(&key.to_string().as_str())).collect();
    json::write_map(&Map::from_entries(rest).unwrap()).unwrap()
}

// Issuing and holding.

pub(crate) fn read(json_text: &str) -> Map<'static> {
    match json::parse(json_text, &json::Limits::DEFAULT).unwrap() {
        Value::Map(map) => map.into_owned(),
        _ => panic!("an object"),
    }
}

pub(crate) fn plan(paths: &[&str]) -> RedactionPlan {
    RedactionPlan::new(Redaction::Paths(paths.iter().map(|path| path.parse().unwrap()).collect()))
}

pub(crate) fn issue(claims: &str, plan: &RedactionPlan) -> SdJwt {
    try_issue(claims, plan).unwrap()
}

pub(crate) fn try_issue(claims: &str, plan: &RedactionPlan) -> Result<SdJwt, Error> {
    let key = issuer_key();
    let claims = read(claims);
    Issuer::new(key.public()).prepare(claims, Some(leaf_key().public()), plan, &mut Counting::default())?.sign(&key)
}

pub(crate) fn accept(token: &str) -> Result<Held, Error> {
    let leaf = leaf_key();
    Held::accept(token, &AcceptExpectations { issuers: &trusted(), confirmation_key: leaf.public(), clock: clock() })
}

/// The decoded payload and disclosures of a token or presentation, as text.
pub(crate) fn decoded(token: &str) -> (String, Vec<String>) {
    let text = |part: &str| String::from_utf8(base64url::decode(part).unwrap()).unwrap();
    let mut parts = token.split('~');
    let payload = text(parts.next().unwrap().split('.').nth(1).unwrap());
    (payload, parts.filter(|part| !part.is_empty() && !part.contains('.')).map(text).collect())
}

/// The redacted digests of an object of a decoded payload.
pub(crate) fn digests(object: &Map<'_>) -> Vec<String> {
    match object.text("_sd") {
        Some(Value::Array(digests)) => digests.iter().map(|digest| digest.as_text().unwrap().to_owned()).collect(),
        None => Vec::new(),
        Some(_) => panic!("_sd is an array"),
    }
}
