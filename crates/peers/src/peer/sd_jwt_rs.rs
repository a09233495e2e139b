//! sd-jwt-rs: its Verifier. It asks the system's clock, knows one key for whatever `iss` says, and has no argument for age or type.

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken_9::{DecodingKey, Header, jwk::Jwk};
use sd_jwt_rs::{SDJWTSerializationFormat, SDJWTVerifier};
use serde_json::{Value, json};

use super::{Answer, Result, text};

/// Members that the peer has no argument for.
const UNKNOWN: [&str; 7] = ["leeway", "audience_of_token", "type", "vct", "known_keys", "required_claims", "status"];

pub(super) fn ask(operation: &str, input: &Value) -> Result<Answer> {
    if operation != "sd-jwt/verify" || UNKNOWN.iter().any(|name| input.get(name).is_some()) {
        return Ok(Answer::Unsupported);
    }
    let presentation = text(input, "presentation")?;
    let is_json = presentation.trim_start().starts_with('{');
    if is_json || !same_clock(presentation, input["now"].as_i64().unwrap_or_default())? {
        return Ok(Answer::Unsupported);
    }
    let issuer = input["issuers"][0].clone();
    let key: Jwk = match serde_json::from_value(issuer["key"].clone()) {
        Ok(key) => key,
        // P-521 is not a curve that it knows.
        Err(_) => return Ok(Answer::Unsupported),
    };
    let Ok(decoding) = DecodingKey::from_jwk(&key) else { return Ok(Answer::Unsupported) };
    let name = text(&issuer, "issuer")?.to_owned();
    // Whoever is not trusted gets a key that nothing verifies under.
    let by_name =
        Box::new(move |iss: &str, _: &Header| if iss == name { decoding.clone() } else { DecodingKey::from_secret(&[]) });
    let (audience, nonce) = match text(input, "key_binding")? {
        "required" => (Some(text(input, "audience")?.to_owned()), Some(text(input, "nonce")?.to_owned())),
        _ => (None, None),
    };
    let format = SDJWTSerializationFormat::Compact;
    Ok(match SDJWTVerifier::new(presentation.to_owned(), by_name, audience, nonce, format) {
        Ok(verified) => Answer::Valid(json!({ "claims": verified.verified_claims })),
        Err(error) => Answer::Invalid(error.to_string()),
    })
}

/// Whether the dates of the token and its key binding say the same at the system's time as at the case's.
fn same_clock(presentation: &str, now: i64) -> Result<bool> {
    let system = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?;
    let payloads = presentation.split('~').filter(|part| part.contains('.')).filter_map(|jwt| jwt.split('.').nth(1));
    let dates = payloads.flat_map(|payload| {
        let octets = openssl_decode(payload).unwrap_or_default();
        let payload: Value = serde_json::from_slice(&octets).unwrap_or_default();
        ["exp", "nbf"].map(|name| payload[name].as_f64()).into_iter().flatten().collect::<Vec<_>>()
    });
    // The comparison needs no more than the seconds that a float holds exactly.
    let (now, system) = (float(now), float(system));
    Ok(dates.into_iter().all(|date| (date > now) == (date > system)))
}

fn float(seconds: i64) -> f64 {
    seconds.to_string().parse().unwrap_or_default()
}

fn openssl_decode(text: &str) -> Option<Vec<u8>> {
    let standard: String = text
        .chars()
        .map(|c| match c {
            '-' => '+',
            '_' => '/',
            c => c,
        })
        .collect();
    let padded = format!("{standard}{}", "=".repeat((4 - standard.len() % 4) % 4));
    openssl::base64::decode_block(&padded).ok()
}
