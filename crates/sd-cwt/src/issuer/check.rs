//! What an Issuer refuses to sign: claims that no Holder or Verifier would accept.

use mimicred_claims::{Key, Limits, Map, Value};
use mimicred_cose::cwt;
use mimicred_error::At;

use crate::error::about;
use crate::rules::check_types;
use crate::times::Times;
use crate::{Code, Error};

/// Longest text key in octets (CWT-E-014).
const MAX_TEXT_KEY: usize = 255;
/// Tags that mark redaction, and the simple value that does (CWT-I-026).
const MARKS: [u64; 3] = [58, 60, 62];
const REDACTED_CLAIM_KEYS: u8 = 59;

/// Checks claims as the user gave them, before `cnf` is added.
pub(super) fn check(claims: &Map<'_>) -> Result<(), Error> {
    if claims.int(cwt::CNF).is_some() {
        return Err(preissue("cnf is added for the confirmation key"));
    }
    for (key, name) in [(cwt::ISS, "iss"), (cwt::SUB, "sub")] {
        if claims.int(key).is_none() {
            return Err(about(Code::ClaimMissing, name));
        }
    }
    check_map(claims, 0)?;
    check_types(claims)?;
    Times::read(claims)?.check_token()
}

fn check_map(map: &Map<'_>, depth: usize) -> Result<(), Error> {
    if !map.redacted.is_empty() {
        return Err(preissue("marks of redaction"));
    }
    for (key, value) in map.iter() {
        if matches!(key, Key::Text(text) if text.is_empty() || text.len() > MAX_TEXT_KEY) {
            return Err(preissue("a text key has 1 to 255 octets").at(At::Path(key.to_string())));
        }
        check_value(value, depth + 1)?;
    }
    Ok(())
}

fn check_value(value: &Value<'_>, depth: usize) -> Result<(), Error> {
    if depth > Limits::DEFAULT.depth {
        return Err(Error::new(Code::Limit).note("the claims are nested too deeply"));
    }
    match value {
        Value::Map(map) => check_map(map, depth),
        Value::Array(elements) => elements.iter().try_for_each(|element| check_value(element, depth + 1)),
        Value::Tag(tag, _) if MARKS.contains(tag) => Err(preissue("marks of redaction")),
        Value::Tag(_, inner) => check_value(inner, depth + 1),
        Value::Redacted(_) | Value::Simple(REDACTED_CLAIM_KEYS) => Err(preissue("marks of redaction")),
        _ => Ok(()),
    }
}

fn preissue(note: &str) -> Error {
    Error::new(Code::Preissue).note(note)
}
