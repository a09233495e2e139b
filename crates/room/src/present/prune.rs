//! What stays of a token's claims when only some disclosures are sent.

use std::collections::HashSet;

use mimicred_claims::{ClaimPath, Disclosed, Map, Step, Value};

/// The claims that a receiver will see.
pub(super) fn shown(claims: &Map<'static>, disclosed: &[Disclosed], chosen: &[usize]) -> Map<'static> {
    let chosen: HashSet<usize> = chosen.iter().copied().collect();
    let hidden: HashSet<&ClaimPath> =
        disclosed.iter().filter(|disclosure| !disclosure.decoy && !chosen.contains(&disclosure.index)).map(|d| &d.path).collect();
    map(claims, &ClaimPath::default(), &hidden)
}

fn map(claims: &Map<'static>, at: &ClaimPath, hidden: &HashSet<&ClaimPath>) -> Map<'static> {
    let kept = claims.iter().filter_map(|(key, inner)| {
        let path = at.child(Step::Key(key.clone()));
        (!hidden.contains(&path)).then(|| (key.clone(), value(inner, &path, hidden)))
    });
    // The keys were those of a map before, so none occurs twice.
    Map::from_entries(kept.collect()).unwrap_or_default()
}

fn value(inner: &Value<'static>, at: &ClaimPath, hidden: &HashSet<&ClaimPath>) -> Value<'static> {
    match inner {
        Value::Map(claims) => Value::Map(map(claims, at, hidden)),
        Value::Array(elements) => {
            let kept = elements.iter().enumerate().filter_map(|(n, element)| {
                let path = at.child(Step::Index(n));
                (!hidden.contains(&path)).then(|| value(element, &path, hidden))
            });
            Value::Array(kept.collect())
        }
        Value::Tag(tag, tagged) => Value::Tag(*tag, Box::new(value(tagged, at, hidden))),
        other => other.clone(),
    }
}
