//! What an Issuer refuses to sign: claims that no Holder or Verifier would accept.

use std::collections::HashMap;

use mimicred_claims::{Key, Limits, Map, Value};
use mimicred_error::At;

use super::Issuance;
use crate::error::about;
use crate::rules::{Registered, VctRule};
use crate::times::{Side, Times};
use crate::{Code, Error};

/// Longest text key in octets (CWT-E-014).
const MAX_TEXT_KEY: usize = 255;
/// Tags that mark redaction, and the simple value that does (CWT-I-026).
const MARKS: [u64; 3] = [58, 60, 62];
const REDACTED_CLAIM_KEYS: u8 = 59;

/// Checks the claims, `cnf` among them, as they are before anything is redacted.
pub(super) fn check(issuance: &Issuance<'_>, identified_otherwise: bool) -> Result<(), Error> {
    let payload = &issuance.claims;
    check_map(payload, 0)?;
    let mut registered = Registered::of(payload);
    // Claims in the header count like those of the payload (CWT-V-028); cnf alone must be in the payload (CWT-V-029).
    if let Some((in_header, _)) = &issuance.header_claims {
        check_map(in_header, 0)?;
        check_equal(payload, in_header)?;
        registered = registered.or(Registered::of(in_header));
    }
    registered.check_types(VctRule::default())?;
    if registered.iss.is_none() && !identified_otherwise {
        return Err(about(Code::ClaimMissing, "iss"));
    }
    if registered.sub.is_none() {
        return Err(about(Code::ClaimMissing, "sub"));
    }
    let times = Times::of(&registered)?;
    times.check_token()?;
    issuance.clock.map_or(Ok(()), |clock| times.check_clock(&clock, Side::Token))
}

/// A key in both places has one value (CWT-I-027).
fn check_equal(payload: &Map<'_>, header: &Map<'_>) -> Result<(), Error> {
    let payload: HashMap<_, _> = payload.iter().collect();
    for (key, value) in header.iter() {
        // As who receives them compares them; not-a-number is never the same.
        if payload.get(key).is_some_and(|other| *other != value) {
            let at = At::Path(key.to_string());
            return Err(Error::new(Code::ClaimCollision).at(at).note("one value in the payload, another one in the header"));
        }
    }
    Ok(())
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
