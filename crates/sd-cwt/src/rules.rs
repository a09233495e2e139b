//! What claims must be, whichever role looks at them.

use mimicred_claims::{Key, Map, Value};
use mimicred_cose::cwt;

use crate::error::about;
use crate::{Code, Error};

/// Largest `vct` that is a number (CWT-Y-008).
const MAX_VCT: i128 = 65535;

/// Claims that are never redacted at the top level (CWT-I-018, CWT-V-023).
pub(crate) const NEVER_REDACTED: [(i128, &str); 8] = [
    (cwt::ISS, "iss"),
    (cwt::AUD, "aud"),
    (cwt::EXP, "exp"),
    (cwt::NBF, "nbf"),
    (cwt::IAT, "iat"),
    (cwt::CTI, "cti"),
    (cwt::CNF, "cnf"),
    (cwt::CNONCE, "cnonce"),
];

/// Whether this top-level claim is never redacted.
pub(crate) fn is_never_redacted(key: &Key<'_>) -> bool {
    matches!(key, Key::Int(number) if NEVER_REDACTED.iter().any(|(never, _)| never == number))
}

/// Refuses redaction inside the claims that are never redacted; `cnf` among them (CWT-K-002).
pub(crate) fn check_visible(claims: &Map<'_>) -> Result<(), Error> {
    for (key, name) in NEVER_REDACTED {
        if claims.int(key).is_some_and(has_marks) {
            return Err(about(Code::RedactionForbidden, name));
        }
    }
    Ok(())
}

/// The types of the registered claims, as far as they are there (CWT-V-024, CWT-Y-008, CWT-Y-012); dates are read elsewhere.
pub(crate) fn check_types(claims: &Map<'_>) -> Result<(), Error> {
    let is_text = |value: &Value<'_>| value.as_text().is_some();
    let is_bytes = |value: &Value<'_>| value.as_bytes().is_some();
    check_type(claims, cwt::ISS, "iss", is_text)?;
    check_type(claims, cwt::SUB, "sub", is_text)?;
    check_type(claims, cwt::AUD, "aud", |value| audiences(value).is_some())?;
    check_type(claims, cwt::CTI, "cti", is_bytes)?;
    check_type(claims, cwt::CNONCE, "cnonce", is_bytes)?;
    check_type(claims, cwt::VCT, "vct", |value| match value {
        Value::Int(number) => (0..=MAX_VCT).contains(number),
        other => is_text(other),
    })
}

/// The texts of an `aud`: one text, or a non-empty array of texts.
pub(crate) fn audiences<'m>(aud: &'m Value<'_>) -> Option<Vec<&'m str>> {
    match aud {
        Value::Array(several) if !several.is_empty() => several.iter().map(Value::as_text).collect(),
        one => one.as_text().map(|one| vec![one]),
    }
}

/// Whether anything is redacted in this value.
pub(crate) fn has_marks(value: &Value<'_>) -> bool {
    match value {
        Value::Map(map) => !map.redacted.is_empty() || map.iter().any(|(_, value)| has_marks(value)),
        Value::Array(elements) => elements.iter().any(has_marks),
        Value::Tag(_, inner) => has_marks(inner),
        Value::Redacted(_) => true,
        _ => false,
    }
}

fn check_type(claims: &Map<'_>, key: i128, name: &'static str, is_right: impl Fn(&Value<'_>) -> bool) -> Result<(), Error> {
    match claims.int(key) {
        Some(value) if !is_right(value) => Err(about(Code::ClaimType, name)),
        _ => Ok(()),
    }
}
