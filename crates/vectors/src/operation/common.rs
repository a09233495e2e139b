//! What several operations read in the same way.

use mimicred_claims::{ClaimPath, Clock, Map, Redaction, RedactionPlan, Selection, Value};
use mimicred_jose::{Jwk, jwk};
use mimicred_keys::{PublicKey, SecretKey};

use super::{Fault, Form, Member};
use crate::object::Input;
use crate::sign::FixedKey;
use crate::{Code, Error};

pub(super) const NOW: Member = Member::new("now", Form::Integer, "the time of the check, in seconds since 1970");
pub(super) const LEEWAY: Member = Member::optional("leeway", Form::Integer, "how many seconds clocks may differ; 0 if absent");

/// The JWK of a member; that of a vector that is meant to be wrong in something else.
pub(super) fn public_key(input: &Input<'_>, name: &str) -> Result<PublicKey, Error> {
    Ok(read_key(input, name, Jwk::parse_public)?.public)
}

pub(super) fn public_key_if_any(input: &Input<'_>, name: &str) -> Result<Option<PublicKey>, Error> {
    input.get(name).map(|_| public_key(input, name)).transpose()
}

pub(super) fn private_key(input: &Input<'_>, name: &str) -> Result<FixedKey, Error> {
    let secret: Option<SecretKey> = read_key(input, name, Jwk::parse)?.secret;
    secret.map(FixedKey::new).ok_or_else(|| Error::new(Code::CaseUnusable).note(format!("{name} is not private")))
}

fn read_key(input: &Input<'_>, name: &str, read: fn(&Map<'_>) -> Result<Jwk, mimicred_jose::Error>) -> Result<Jwk, Error> {
    read(input.map(name)?).map_err(|error| Error::new(Code::CaseUnusable).note(format!("{name} is not a JWK")).because(error))
}

pub(super) fn thumbprint(key: &PublicKey) -> String {
    jwk::thumbprint(key)
}

pub(super) fn clock(input: &Input<'_>) -> Result<Clock, Error> {
    Ok(Clock { now: input.int("now")?, leeway: input.int_if_any("leeway")?.unwrap_or(0) })
}

pub(super) fn paths(input: &Input<'_>, name: &str) -> Result<Vec<ClaimPath>, Fault> {
    Ok(input.texts(name)?.into_iter().map(str::parse).collect::<Result<_, mimicred_claims::Error>>()?)
}

/// `"all"`, `"none"`, or paths.
pub(super) fn selection(input: &Input<'_>, name: &str) -> Result<Selection, Fault> {
    Ok(match input.get(name).and_then(Value::as_text) {
        Some("all") => Selection::All,
        Some("none") => Selection::None,
        _ => Selection::Paths(paths(input, name)?),
    })
}

/// The same for an Issuer, with the least number of digests.
pub(super) fn plan(input: &Input<'_>) -> Result<RedactionPlan, Fault> {
    let plan = RedactionPlan::new(match selection(input, "redact")? {
        Selection::All => Redaction::All,
        Selection::None => Redaction::None,
        Selection::Paths(paths) => Redaction::Paths(paths),
    });
    Ok(match input.int_if_any("min_digests")? {
        Some(count) => plan.with_min_digests(count),
        None => plan,
    })
}

pub(super) const REDACT: Member = Member::new("redact", Form::Any, "\"all\", \"none\", or an array of claim paths");
pub(super) const MIN_DIGESTS: Member =
    Member::optional("min_digests", Form::Integer, "decoys are added until each set has so many digests");
pub(super) const SEED: Member = Member::new(
    "seed",
    Form::Text,
    "names the source of random octets; salts are drawn from it in the order of the disclosures, 16 octets each, then decoys",
);
pub(super) const DISCLOSE: Member = Member::new("disclose", Form::Any, "\"all\", \"none\", or an array of claim paths");
