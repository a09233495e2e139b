//! Which of two faults a token has: a disclosure too many, or one that is missing.

use std::collections::HashMap;

use mimicred_claims::{Content, Digest, Map, Value};
use mimicred_keys::HashAlgorithm;

use crate::token::Token;
use crate::{Code, Error};

/// What to say of a token that has a disclosure without digest: if it also has a digest without disclosure then that, since the
/// Holder cannot keep such a token whatever else is wrong with it (CWT-H-008, CWT-I-009). Both are so when a digest was computed
/// in another way (trap 1).
pub(super) fn or_digest_unmatched(error: Error, token: &Token<'_>, hash: HashAlgorithm) -> Error {
    if error.code() == Code::DisclosureUnmatched && lacks_disclosure(token, hash).unwrap_or(false) {
        return Error::new(Code::DigestUnmatched).because(error);
    }
    error
}

/// Whether a digest that can be reached from the claims has no disclosure. What is read here was read before, without error.
fn lacks_disclosure(token: &Token<'_>, hash: HashAlgorithm) -> Result<bool, Error> {
    let claims = token.claims()?;
    let mut by_digest = HashMap::new();
    token.open(hash, &mut token.limits(), |_, digest, content| {
        by_digest.insert(digest.clone(), content);
        Ok(())
    })?;
    let mut pending = Vec::new();
    digests_of_map(&claims.payload, &mut pending);
    if let Some(header) = &claims.header {
        digests_of_map(header, &mut pending);
    }
    // No digest comes twice, or another error would have been found: the walk ends.
    while let Some(digest) = pending.pop() {
        match by_digest.get(digest) {
            None => return Ok(true),
            Some(Content::Claim(_, value) | Content::Element(value)) => digests_of(value, &mut pending),
            Some(Content::Decoy) => {}
        }
    }
    Ok(false)
}

fn digests_of_map<'m, 'a>(map: &'m Map<'a>, found: &mut Vec<&'m Digest<'a>>) {
    found.extend(&map.redacted);
    map.iter().for_each(|(_, value)| digests_of(value, found));
}

fn digests_of<'m, 'a>(value: &'m Value<'a>, found: &mut Vec<&'m Digest<'a>>) {
    match value {
        Value::Map(map) => digests_of_map(map, found),
        Value::Array(elements) => elements.iter().for_each(|element| digests_of(element, found)),
        Value::Tag(_, inner) => digests_of(inner, found),
        Value::Redacted(digest) => found.push(digest),
        _ => {}
    }
}
