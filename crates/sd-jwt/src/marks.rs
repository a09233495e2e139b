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
        map.redacted.reserve_exact(digests.len());
        for digest in digests {
            map.redacted.push(octets(digest).ok_or_else(|| reserved(SD))?);
        }
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

/// How much there is of claims to be issued.
#[derive(Clone, Copy, Default)]
pub(crate) struct Extent {
    /// As JSON, more or less.
    pub(crate) octets: usize,
    /// What [`Map::members`] counts.
    pub(crate) members: usize,
}

/// Refuses claims to be issued that use a reserved name or carry marks already (JWT-I-008); tells how much there is of them.
pub(crate) fn check_unmarked(map: &Map<'_>) -> Result<Extent, Error> {
    let mut extent = Extent::default();
    measure_map(map, &mut extent)?;
    Ok(extent)
}

fn measure_map(map: &Map<'_>, extent: &mut Extent) -> Result<(), Error> {
    if !map.redacted.is_empty() {
        return Err(reserved(SD));
    }
    extent.octets += 2;
    extent.members += map.len();
    for (key, value) in map.iter() {
        if let Key::Text(name) = key {
            check_name(name)?;
            extent.octets += name.len();
        }
        extent.octets += 4;
        measure(value, extent)?;
    }
    Ok(())
}

#[inline]
fn measure(value: &Value<'_>, extent: &mut Extent) -> Result<(), Error> {
    match value {
        Value::Map(map) => return measure_map(map, extent),
        Value::Array(elements) => {
            extent.octets += 2 + elements.len();
            extent.members += elements.len();
            return elements.iter().try_for_each(|element| measure(element, extent));
        }
        Value::Redacted(_) => return Err(reserved(ELEMENT)),
        Value::Text(text) | Value::Decimal(text) => extent.octets += text.len() + 2,
        _ => extent.octets += 8,
    }
    Ok(())
}
