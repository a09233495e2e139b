//! Other implementations, asked about vectors.
#![allow(clippy::disallowed_types, reason = "the peers' own types")]
#![allow(clippy::indexing_slicing, reason = "such a value is null where nothing is")]

mod josekit;
mod sd_cwt;
mod sd_jwt_rs;
mod webpki;

use mimicred_keys::PublicKey;
use serde_json::{Value, json};

/// What went wrong before the peer could be asked.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The peers that can be asked.
pub const NAMES: [&str; 5] = ["sd-jwt-rs", "josekit", "sd-cwt", "sd-cwt-head", "rustls-webpki"];

/// What a peer says to a case.
enum Answer {
    /// Everything holds, and this came out of it.
    Valid(Value),
    /// It was refused, with these words.
    Invalid(String),
    /// It does not do this, or asks its own clock where the case has another one.
    Unsupported,
}

/// The answer of this peer to a case, both as JSON.
///
/// # Errors
/// There is no such peer, or the case cannot be read.
///
/// ```
/// let case = r#"{"operation":"x509/verify","input":{}}"#;
/// assert_eq!(mimicred_peers::peer::answer("sd-jwt-rs", case)?, r#"{"result":"unsupported"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn answer(name: &str, case: &str) -> Result<String> {
    // Numbers beyond those of a float are no values to serde_json.
    let Ok(case) = serde_json::from_str::<Value>(case) else { return Ok(json!({ "result": "unsupported" }).to_string()) };
    let operation = case["operation"].as_str().ok_or("operation is not there")?;
    let ask = match name {
        "sd-jwt-rs" => sd_jwt_rs::ask,
        "josekit" => josekit::ask,
        "sd-cwt" => sd_cwt::ask,
        "sd-cwt-head" => sd_cwt::ask_with_head,
        "rustls-webpki" => webpki::ask,
        _ => return Err(format!("there is no peer {name}; there are {}", NAMES.join(", ")).into()),
    };
    let answer = match ask(operation, &case["input"])? {
        Answer::Valid(output) => json!({ "result": "valid", "output": output }),
        Answer::Invalid(why) => json!({ "result": "invalid", "why": why }),
        Answer::Unsupported => json!({ "result": "unsupported" }),
    };
    Ok(answer.to_string())
}

/// A member that is text.
fn text<'v>(input: &'v Value, name: &str) -> Result<&'v str> {
    input[name].as_str().ok_or_else(|| format!("{name} is not there, or not text").into())
}

/// Octets from hexadecimal digits.
fn octets(value: &Value) -> Result<Vec<u8>> {
    let digits = value.as_str().ok_or("not text")?;
    let pairs = (0..digits.len()).step_by(2).map(|n| digits.get(n..n + 2).ok_or("an odd number of digits"));
    pairs.map(|pair| Ok(u8::from_str_radix(pair?, 16)?)).collect()
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// A public key out of a JWK.
fn public_key(jwk: &Value) -> Result<PublicKey> {
    let text = jwk.to_string();
    let value = mimicred_jose::json::parse(&text, &mimicred_jose::json::Limits::DEFAULT)?;
    Ok(mimicred_jose::Jwk::parse_public(value.as_map().ok_or("no JWK")?)?.public)
}
