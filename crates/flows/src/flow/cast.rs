//! Who else takes part: what the others have to say about themselves.

use mimicred_claims::{Map, Value};
use mimicred_jose::json;

use crate::Error;

/// What Bob reveals.
pub(super) const BOBS_CLAIMS: &str = include_str!("bob.json");

/// Claims of the built-in files.
pub(super) fn claims_of(text: &'static str) -> Result<Map<'static>, Error> {
    let step = "the built-in files are read";
    match json::parse(text, &json::Limits::DEFAULT).map_err(|e| Error::step(step, e))? {
        Value::Map(claims) => Ok(claims),
        _ => Err(Error::step(step, "not an object")),
    }
}
