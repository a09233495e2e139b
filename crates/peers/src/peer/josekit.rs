//! josekit, which verifies with OpenSSL: JWS and JWK.

use josekit::jwk::Jwk;
use josekit::jwk::alg::ec::EcKeyPair;
use josekit::jwk::alg::ed::EdKeyPair;
use josekit::jws::{self, JwsVerifier};
use serde_json::{Value, json};

use super::{Answer, Result, hex, text};

pub(super) fn ask(operation: &str, input: &Value) -> Result<Answer> {
    match operation {
        "jose/verify-jws" => verify(input),
        "jose/read-jwk" => Ok(read_jwk(text(input, "text")?)),
        _ => Ok(Answer::Unsupported),
    }
}

fn verify(input: &Value) -> Result<Answer> {
    let jwk = Jwk::from_bytes(input["key"].to_string())?;
    let verifier: Box<dyn JwsVerifier> = match jwk.curve() {
        Some("Ed25519") => Box::new(jws::EdDSA.verifier_from_jwk(&jwk)?),
        Some("P-256") => Box::new(jws::ES256.verifier_from_jwk(&jwk)?),
        Some("P-384") => Box::new(jws::ES384.verifier_from_jwk(&jwk)?),
        Some("P-521") => Box::new(jws::ES512.verifier_from_jwk(&jwk)?),
        _ => return Ok(Answer::Unsupported),
    };
    Ok(match jws::deserialize_compact(text(input, "jws")?, &*verifier) {
        Ok((payload, _)) => Answer::Valid(json!({ "payload": hex(&payload) })),
        Err(error) => Answer::Invalid(error.to_string()),
    })
}

/// A JWK that josekit makes a key of.
fn read_jwk(text: &str) -> Answer {
    let read = || {
        let jwk = Jwk::from_bytes(text)?;
        let is_private = jwk.parameter("d").is_some();
        match (jwk.curve(), is_private) {
            (Some("Ed25519"), true) => EdKeyPair::from_jwk(&jwk).map(drop)?,
            (Some("Ed25519"), false) => jws::EdDSA.verifier_from_jwk(&jwk).map(drop)?,
            (Some("P-256"), false) => jws::ES256.verifier_from_jwk(&jwk).map(drop)?,
            (Some("P-384"), false) => jws::ES384.verifier_from_jwk(&jwk).map(drop)?,
            (Some("P-521"), false) => jws::ES512.verifier_from_jwk(&jwk).map(drop)?,
            _ => EcKeyPair::from_jwk(&jwk).map(drop)?,
        }
        Ok::<bool, josekit::JoseError>(is_private)
    };
    match read() {
        Ok(is_private) => Answer::Valid(json!({ "is_private": is_private })),
        Err(error) => Answer::Invalid(error.to_string()),
    }
}
