//! The claims file, and what is added to it.

use mimicred_claims::{Key, Map, Value};
use mimicred_error::At;
use mimicred_jose::json;

use super::Minted;
use crate::error::{Code, Error, Failure};
use crate::io::{Input, Inputs, Source};

const DAY: i64 = 86_400;

/// Reads the claims; no file is no claims.
///
/// # Errors
/// The file cannot be read or is not one JSON object.
pub(in crate::cmd) fn read(inputs: &Inputs, source: Option<&Source>) -> Result<Map<'static>, Failure> {
    let Some(source) = source else { return Ok(Map::new()) };
    let input = inputs.read(source, "claims")?;
    parse(&input).map_err(|failure| failure.reading(&input.name))
}

fn parse(input: &Input) -> Result<Map<'static>, Failure> {
    let text = input.text().ok_or_else(|| Failure::new(Code::ClaimsUnusable))?;
    if !text.starts_with('{') {
        return Err(Failure::new(Code::ClaimsUnusable));
    }
    let value = json::parse(text, &json::Limits::DEFAULT)?;
    match value.into_owned() {
        Value::Map(claims) => Ok(claims),
        _ => Err(Failure::new(Code::ClaimsUnusable)),
    }
}

/// Adds the names of a pseudonym: `sub` is the client, `mimi_user` the pseudonym (mimi-mls.md 1.2). Without `iss` the provider's
/// URI stands there.
///
/// # Errors
/// The claims name somebody already.
pub(super) fn add_pseudonym(claims: &mut Map<'static>, minted: &Minted) -> Result<(), Failure> {
    if let Some(name) = ["sub", "mimi_user"].into_iter().find(|name| claims.text(name).is_some()) {
        let error = Error::new(Code::ClaimsUnusable).at(At::Field(name.into())).note("--pseudonym mints it");
        return Err(Failure::from(error).hint("leave it out of the claims, or leave --pseudonym out"));
    }
    if claims.text("iss").is_none() {
        set(claims, "iss", Value::from(format!("mimi://{}", minted.user.host())))?;
    }
    set(claims, "sub", Value::from(minted.client.to_string()))?;
    set(claims, "mimi_user", Value::from(minted.user.to_string()))
}

/// When a credential is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    pub(super) from: i64,
    pub(super) until: i64,
}

impl Period {
    /// From now for a lifetime in seconds. A lifetime of a day or more is rounded outwards to whole days: a second that few share
    /// would link what was issued together (mimi-mls.md 4.5 B-2).
    pub(super) fn new(now: i64, lifetime: u32) -> Self {
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
pub(super) fn add_period(claims: &mut Map<'static>, period: Period) -> Result<(), Failure> {
    for (name, seconds) in [("iat", period.from), ("exp", period.until)] {
        if claims.text(name).is_none() {
            set(claims, name, Value::Int(seconds.into()))?;
        }
    }
    Ok(())
}

fn set(claims: &mut Map<'static>, name: &'static str, value: Value<'static>) -> Result<(), Failure> {
    Ok(claims.insert(Key::from(name), value)?)
}

/// Whole seconds in a claim.
pub(super) fn seconds(claims: &Map<'_>, name: &str) -> Option<i64> {
    claims.text(name).and_then(Value::as_int).and_then(|seconds| i64::try_from(seconds).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(now: i64, lifetime: u32) -> (i64, i64) {
        let period = Period::new(now, lifetime);
        (period.from, period.until)
    }

    #[test]
    fn days_are_rounded_outwards_and_hours_are_not() {
        assert_eq!(period(10 * DAY + 5, 86_400), (10 * DAY, 12 * DAY));
        assert_eq!(period(10 * DAY, 86_400), (10 * DAY, 11 * DAY));
        assert_eq!(period(10 * DAY + 5, 3_600), (10 * DAY + 5, 10 * DAY + 3_605));
    }

    #[test]
    fn what_the_claims_say_is_not_changed() {
        let mut claims = Map::new();
        set(&mut claims, "exp", Value::Int(5)).unwrap();
        add_period(&mut claims, Period { from: 1, until: 9 }).unwrap();
        assert_eq!((seconds(&claims, "iat"), seconds(&claims, "exp")), (Some(1), Some(5)));
    }
}
