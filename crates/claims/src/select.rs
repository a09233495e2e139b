//! Choosing disclosures by claim path.

mod carriers;

use std::collections::BTreeSet;

use mimicred_error::At;

use crate::pattern::{Node, PathSet, ends, into_index, into_key, into_step};
use crate::{ClaimPath, Code, Disclosed, Error, Map, Value};

/// What the holder discloses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Everything; decoys stay where they are (CWT-D-009).
    All,
    /// Nothing beyond what is always visible.
    None,
    /// The claims at these paths, each with all that is inside it, and whatever is needed to reach it.
    Paths(Vec<ClaimPath>),
}

impl Selection {
    /// The disclosures to send, as ascending positions, each with every disclosure it stands in (JWT-P-001, CWT-P-005).
    ///
    /// `disclosed` and `claims` are the fully restored token. Naming a claim that is visible anyway is fine and adds nothing.
    ///
    /// # Errors
    /// [`Code::PathUnmatched`]: a path names no claim of the token.
    pub fn choose(&self, disclosed: &[Disclosed], claims: &Map<'_>) -> Result<Vec<usize>, Error> {
        let paths = match self {
            Selection::None => return Ok(Vec::new()),
            Selection::All => return Ok(disclosed.iter().filter(|d| !d.decoy).map(|d| d.index).collect()),
            Selection::Paths(paths) => paths,
        };
        let set = PathSet::new(paths);
        let mut found = vec![false; paths.len()];
        mark_map(claims, &set.start(), &mut found);
        if let Some((path, _)) = paths.iter().zip(&found).find(|(_, found)| !**found) {
            return Err(Error::new(Code::PathUnmatched).at(At::Path(path.to_string())));
        }
        let mut chosen = BTreeSet::new();
        for disclosure in disclosed.iter().filter(|d| !d.decoy) {
            if is_wanted(&disclosure.path, &set, claims) {
                let mut next = Some(disclosure);
                while let Some(with_parents) = next {
                    if !chosen.insert(with_parents.index) {
                        break;
                    }
                    next = with_parents.parent.and_then(|parent| disclosed.get(parent));
                }
            }
        }
        Ok(chosen.into_iter().collect())
    }
}

/// Whether the claim at `path` is named, lies inside a named one, or has a named one inside it.
fn is_wanted(path: &ClaimPath, set: &PathSet, claims: &Map<'_>) -> bool {
    let mut places = set.start();
    for step in path.steps() {
        places = into_step(&places, step);
        if ends(&places).next().is_some() {
            return true;
        }
        if places.is_empty() {
            return false;
        }
    }
    claims.at(path).is_some_and(|value| holds_named(value, &places))
}

fn holds_named(value: &Value<'_>, places: &[&Node]) -> bool {
    let named = |places: Vec<&Node>, value: &Value<'_>| {
        ends(&places).next().is_some() || (!places.is_empty() && holds_named(value, &places))
    };
    match value {
        Value::Map(map) => map.iter().any(|(key, value)| named(into_key(places, key), value)),
        Value::Array(elements) => elements.iter().enumerate().any(|(n, value)| named(into_index(places, n), value)),
        Value::Tag(_, inner) => holds_named(inner, places),
        _ => false,
    }
}

fn mark_map(map: &Map<'_>, places: &[&Node], found: &mut [bool]) {
    for (key, value) in map.iter() {
        mark(value, &into_key(places, key), found);
    }
}

/// Notes which paths name a claim.
fn mark(value: &Value<'_>, places: &[&Node], found: &mut [bool]) {
    if places.is_empty() {
        return;
    }
    for path in ends(places) {
        if let Some(found) = found.get_mut(path) {
            *found = true;
        }
    }
    match value {
        Value::Map(map) => mark_map(map, places, found),
        Value::Array(elements) => {
            for (n, element) in elements.iter().enumerate() {
                mark(element, &into_index(places, n), found);
            }
        }
        Value::Tag(_, inner) => mark(inner, places, found),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
