//! The format's own marks of redaction, to and from those of the claim tree.
//!
//! `_sd` of an object becomes [`Map::redacted`], `{"...": digest}` in an array [`Value::Redacted`]. The reading is strict: the
//! reserved names may serve no other purpose (JWT-E-012 to JWT-E-014), so that no claim can be mistaken for a mark or the other
//! way round.

use std::borrow::Cow;

use mimicred_claims::{Digest, Key, Map, Value};
use mimicred_error::At;
use mimicred_jose::json;

use crate::{Code, Error};

/// The digests of an object.
pub(crate) const SD: &str = "_sd";
/// The digest of an array element.
pub(crate) const ELEMENT: &str = "...";
/// The name of the hash.
pub(crate) const SD_ALG: &str = "_sd_alg";

/// How they are written; nothing redacted, no `_sd` (JWT-I-012).
pub(crate) const MARKS: json::Marks = json::Marks { object: SD, element: ELEMENT };

/// Refuses a name that no claim may have (JWT-E-009, JWT-I-008; `_sd_alg` by the reading of trap 13).
#[inline]
pub(crate) fn check_name(name: &str) -> Result<(), Error> {
    match name {
        SD => Err(reserved(SD)),
        ELEMENT => Err(reserved(ELEMENT)),
        SD_ALG => Err(reserved(SD_ALG)),
        _ => Ok(()),
    }
}

fn reserved(name: &'static str) -> Error {
    Error::new(Code::ReservedName).at(At::Field(Cow::Borrowed(name)))
}

/// Turns the format's marks in an object and everything below it into those of the claim tree. Depth is bounded by the reader.
pub(crate) fn mark_map(map: &mut Map<'_>) -> Result<(), Error> {
    for name in [ELEMENT, SD_ALG] {
        if map.text(name).is_some() {
            return Err(reserved(name));
        }
    }
    if let Some(digests) = map.remove(&Key::from(SD)) {
        let Value::Array(digests) = digests else { return Err(reserved(SD)) };
        map.redacted = digests.into_iter().map(|digest| octets(digest).ok_or_else(|| reserved(SD))).collect::<Result<_, _>>()?;
    }
    map.values_mut().try_for_each(|(_, value)| mark(value))
}

/// As [`mark_map`], for any value.
pub(crate) fn mark(value: &mut Value<'_>) -> Result<(), Error> {
    match value {
        Value::Map(map) => mark_map(map),
        Value::Array(elements) => elements.iter_mut().try_for_each(mark_element),
        _ => Ok(()),
    }
}

fn mark_element(element: &mut Value<'_>) -> Result<(), Error> {
    let Value::Map(map) = element else { return mark(element) };
    if map.text(ELEMENT).is_none() {
        return mark_map(map);
    }
    let digest = if map.len() == 1 { map.remove(&Key::from(ELEMENT)).and_then(octets) } else { None };
    *element = Value::Redacted(digest.ok_or_else(|| reserved(ELEMENT))?);
    Ok(())
}

fn octets<'a>(digest: Value<'a>) -> Option<Digest<'a>> {
    match digest {
        Value::Text(Cow::Borrowed(text)) => Some(Digest::from(text.as_bytes())),
        Value::Text(Cow::Owned(text)) => Some(Digest::from(text.into_bytes())),
        _ => None,
    }
}

/// Whether anything is redacted in this value.
pub(crate) fn has_marks(value: &Value<'_>) -> bool {
    match value {
        Value::Map(map) => !map.redacted.is_empty() || map.iter().any(|(_, value)| has_marks(value)),
        Value::Array(elements) => elements.iter().any(has_marks),
        Value::Redacted(_) => true,
        _ => false,
    }
}

/// Refuses claims to be issued that use a reserved name or carry marks already (JWT-I-008); tells how many octets they will have as
/// JSON, more or less.
pub(crate) fn check_unmarked(map: &Map<'_>) -> Result<usize, Error> {
    if !map.redacted.is_empty() {
        return Err(reserved(SD));
    }
    let mut octets = 2;
    for (key, value) in map.iter() {
        let name = match key {
            Key::Text(name) => {
                check_name(name)?;
                name.len()
            }
            Key::Int(_) => 0,
        };
        octets += name + 4 + check_value(value)?;
    }
    Ok(octets)
}

fn check_value(value: &Value<'_>) -> Result<usize, Error> {
    match value {
        Value::Map(map) => check_unmarked(map),
        Value::Array(elements) => elements.iter().try_fold(2, |octets, element| Ok(octets + 1 + check_value(element)?)),
        Value::Redacted(_) => Err(reserved(ELEMENT)),
        Value::Text(text) | Value::Decimal(text) => Ok(text.len() + 2),
        _ => Ok(8),
    }
}
