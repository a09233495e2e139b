//! The claims file, and what is added to it.

use mimicred_claims::{Key, Map, RedactionPlan, Value};
use mimicred_cose::cwt;
use mimicred_error::At;
use mimicred_jose::json;
use mimicred_sd_cwt::Preissuance;

use super::Minted;
use crate::error::{Code, Error, Failure};
use crate::io::{Input, Inputs, Source};
use crate::sniff::Content;
use crate::sniff::notation::with_hint;

const DAY: i64 = 86_400;

/// How a format names the claims that have registered numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    /// By name (SD-JWT).
    Text,
    /// By number (SD-CWT).
    Numbers,
}

impl Names {
    pub(super) fn key(self, name: &'static str) -> Key<'static> {
        match self {
            Names::Text => Key::from(name),
            Names::Numbers => cwt::key_for_name(name).map_or(Key::from(name), Key::Int),
        }
    }
}

/// The claims of a file, under the names of its format.
pub(super) struct Given {
    pub(super) claims: Map<'static>,
    /// The plan that the claims are marked with, if they are.
    pub(super) marks: Option<RedactionPlan>,
}

/// Reads the claims; no file is no claims.
///
/// # Errors
/// The file cannot be read or is not one JSON object.
pub(in crate::cmd) fn read(inputs: &Inputs, source: Option<&Source>) -> Result<Map<'static>, Failure> {
    let Some(source) = source else { return Ok(Map::new()) };
    let input = inputs.read(source, "claims")?;
    parse(&input).map_err(|failure| failure.reading(&input.name))
}

/// Reads the claims of an SD-CWT, which may be CBOR with tags 58 and 62; names of JSON become numbers. No file is no claims.
///
/// # Errors
/// The file cannot be read, or is neither one JSON object nor one CBOR map, rightly marked.
pub(super) fn read_for_sd_cwt(inputs: &Inputs, source: Option<&Source>) -> Result<Given, Failure> {
    let Some(source) = source else { return Ok(Given { claims: Map::new(), marks: None }) };
    let input = inputs.read(source, "claims")?;
    let given = if is_cbor(&input) { parse_cbor(&input) } else { parse(&input).and_then(with_numbers) };
    given.map_err(|failure| failure.reading(&input.name))
}

/// A map begins with one of these octets, and no JSON does.
fn is_cbor(input: &Input) -> bool {
    matches!(input.octets.first(), Some(0xa0..=0xbf))
}

fn parse(input: &Input) -> Result<Map<'static>, Failure> {
    if is_cbor(input) {
        return Err(Failure::note(Code::ClaimsUnusable, "it looks like CBOR, which only an SD-CWT takes"));
    }
    let text = input.text().filter(|text| text.starts_with('{')).ok_or_else(|| nothing_like_claims(input))?;
    let value = json::parse(text, &json::Limits::DEFAULT).map_err(|e| with_hint(e.into(), input))?;
    match value.into_owned() {
        // A private key would end up in a token.
        Value::Map(claims) if claims.text("kty").is_some() => Err(nothing_like_claims(input)),
        Value::Map(claims) => Ok(claims),
        _ => Err(nothing_like_claims(input)),
    }
}

/// The failure for what is something else, by its name if it has one.
fn nothing_like_claims(input: &Input) -> Failure {
    match Content::of(input) {
        Some(content) => Failure::note(Code::ClaimsUnusable, format!("this is {}", content.name())),
        None => with_hint(Failure::note(Code::ClaimsUnusable, "this is nothing like claims"), input),
    }
}

fn parse_cbor(input: &Input) -> Result<Given, Failure> {
    let read = Preissuance::parse(&input.octets)?;
    let is_marked = read.is_marked();
    let (claims, plan) = read.into_parts();
    Ok(Given { claims: claims.into_owned(), marks: is_marked.then_some(plan) })
}

fn with_numbers(claims: Map<'static>) -> Result<Given, Failure> {
    Ok(Given { claims: cwt::from_names(with_binary_numbers(claims)?)?, marks: None })
}

/// JSON numbers with a fraction or an exponent as floating-point numbers, which CBOR has.
fn with_binary_numbers(mut claims: Map<'static>) -> Result<Map<'static>, Failure> {
    for (key, value) in claims.values_mut() {
        to_binary(value)
            .ok_or_else(|| Failure::note(Code::ClaimsUnusable, format!("the number in {key} is too large for CBOR")))?;
    }
    Ok(claims)
}

fn to_binary(value: &mut Value<'static>) -> Option<()> {
    match value {
        Value::Decimal(text) => {
            let number: f64 = text.parse().ok().filter(|number: &f64| number.is_finite())?;
            *value = Value::Float(number);
        }
        Value::Array(elements) => elements.iter_mut().try_for_each(to_binary)?,
        Value::Map(map) => map.values_mut().try_for_each(|(_, value)| to_binary(value))?,
        _ => {}
    }
    Some(())
}

/// Adds the names of a pseudonym: `sub` is the client, `mimi_user` the pseudonym (mimi-mls.md 1.2). Without `iss` the provider's
/// URI stands there.
///
/// # Errors
/// The claims name somebody already.
pub(super) fn add_pseudonym(claims: &mut Map<'static>, names: Names, minted: &Minted) -> Result<(), Failure> {
    if let Some(name) = ["sub", "mimi_user"].into_iter().find(|name| claims.get(&names.key(name)).is_some()) {
        let error = Error::new(Code::ClaimsUnusable).at(At::Field(name.into())).note("--pseudonym mints it");
        return Err(Failure::from(error).hint("leave it out of the claims, or leave --pseudonym out"));
    }
    let iss = names.key("iss");
    if claims.get(&iss).is_none() {
        set(claims, iss, Value::from(format!("mimi://{}", minted.user.host())))?;
    }
    set(claims, names.key("sub"), Value::from(minted.client.to_string()))?;
    set(claims, names.key("mimi_user"), Value::from(minted.user.to_string()))
}

/// When a credential is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cmd) struct Period {
    pub(in crate::cmd) from: i64,
    pub(in crate::cmd) until: i64,
}

impl Period {
    /// From now for a lifetime in seconds. A lifetime of a day or more is rounded outwards to whole days: a second that few share
    /// would link what was issued together (mimi-mls.md 4.5 B-2).
    pub(in crate::cmd) fn new(now: i64, lifetime: u32) -> Self {
        let lifetime = i64::from(lifetime);
        let until = now.saturating_add(lifetime);
        if lifetime < DAY {
            return Self { from: now, until };
        }
        Self { from: now - now.rem_euclid(DAY), until: until.saturating_add((-until).rem_euclid(DAY)) }
    }
}

/// Adds `iat` and `exp` where they are missing; `exp` comes from the claims if it is there.
///
/// # Errors
/// None in practice.
pub(super) fn add_period(claims: &mut Map<'static>, names: Names, period: Period) -> Result<(), Failure> {
    for (name, seconds) in [("iat", period.from), ("exp", period.until)] {
        let key = names.key(name);
        if claims.get(&key).is_none() {
            set(claims, key, Value::Int(seconds.into()))?;
        }
    }
    Ok(())
}

fn set(claims: &mut Map<'static>, key: Key<'static>, value: Value<'static>) -> Result<(), Failure> {
    Ok(claims.insert(key, value)?)
}

/// Whole seconds in a claim.
pub(super) fn seconds(claims: &Map<'_>, key: &Key<'_>) -> Option<i64> {
    claims.get(key).and_then(Value::as_int).and_then(|seconds| i64::try_from(seconds).ok())
}

#[cfg(test)]
mod tests;
