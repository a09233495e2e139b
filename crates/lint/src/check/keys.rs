//! B-4, B-22 and B-20: keys that come back, in whatever encoding and format.

use std::collections::HashMap;

use super::{Batch, counted};
use crate::finding::FindingKind;
use crate::report::Findings;
use crate::seen::{KeyOf, Seen, SeenKey};
use crate::trap::Trap;

/// Where a key stands.
#[derive(Clone, Copy)]
struct Place<'s> {
    seen: &'s Seen,
    key: &'s SeenKey,
}

pub(super) fn check(batch: &Batch<'_>, out: &mut Findings) {
    let holders = batch.items.iter().filter(|seen| seen.keys.iter().any(|key| key.of == KeyOf::Holder)).count();
    let packages = batch.items.iter().filter(|seen| seen.keys.iter().any(|key| key.of == KeyOf::Package)).count();
    out.look(Trap::B4, holders);
    out.look(Trap::B22, if has_formats(batch) { holders } else { 0 });
    out.look(Trap::B20, packages);

    let mut places: HashMap<[u8; 32], Vec<Place<'_>>> = HashMap::new();
    for seen in &batch.items {
        for key in &seen.keys {
            key.tags.iter().for_each(|tag| places.entry(*tag).or_default().push(Place { seen, key }));
        }
    }
    // A key may be named by itself in some places and by a thumbprint in others: what one tag does not bring together another one does.
    let mut groups: Vec<Vec<Place<'_>>> = places.into_values().filter(|places| places.len() > 1).collect();
    groups.sort_by_key(|places| (std::cmp::Reverse(places.len()), items(places)));
    let mut told: HashMap<usize, usize> = HashMap::new();
    let mut reused: Vec<(FindingKind, Vec<usize>, String)> = Vec::new();
    for places in groups {
        let Some(kind) = judge(&places) else { continue };
        let items = items(&places);
        if kind != FindingKind::PackageKeyReused && is_told(&told, &reused, &items) {
            continue;
        }
        told.extend(items.iter().map(|item| (*item, reused.len())));
        reused.push((kind, items, paths(&places)));
    }
    for kind in [FindingKind::KeyReused, FindingKind::KeyAcrossNames, FindingKind::PackageKeyReused] {
        let found: Vec<&(FindingKind, Vec<usize>, String)> = reused.iter().filter(|(found, ..)| *found == kind).collect();
        let mut fields: Vec<&str> = found.iter().map(|(_, _, field)| field.as_str()).collect();
        fields.sort_unstable();
        fields.dedup();
        for field in fields {
            let of_field: Vec<&Vec<usize>> = found.iter().filter(|(_, _, at)| at == field).map(|(_, items, _)| items).collect();
            let items = of_field.iter().copied().flatten().copied().collect();
            let values = of_field.iter().map(|items| format!("one key in items {}", list(items))).collect();
            out.push(kind, field, format!("{}: {}", kind.sentence(), counted(of_field.len(), "key")), items, values);
        }
    }
    known(batch, out);
}

fn has_formats(batch: &Batch<'_>) -> bool {
    batch.items.windows(2).any(|pair| matches!(pair, [a, b] if a.format != b.format))
}

/// What it means that one key stands in these places.
fn judge(places: &[Place<'_>]) -> Option<FindingKind> {
    if places.iter().any(|place| place.key.of == KeyOf::Package) {
        return Some(FindingKind::PackageKeyReused);
    }
    let items = items(places);
    if items.len() < 2 {
        return None;
    }
    let mut formats: HashMap<&str, usize> = HashMap::new();
    let is_repeated = places.iter().any(|place| {
        let item = place.seen.item;
        *formats.entry(&place.seen.format).or_insert(item) != item
    });
    if is_repeated {
        return Some(FindingKind::KeyReused);
    }
    // In several formats: fine for one pseudonym, for a credential that names nobody, and for one that names the user on purpose.
    let mut pseudonyms = places.iter().map(|place| place.seen.pseudonyms()).filter(|names| !names.is_empty());
    let first = pseudonyms.next()?;
    pseudonyms.any(|others| others != first).then_some(FindingKind::KeyAcrossNames)
}

fn items(places: &[Place<'_>]) -> Vec<usize> {
    let mut items: Vec<usize> = places.iter().map(|place| place.seen.item).collect();
    items.sort_unstable();
    items.dedup();
    items
}

/// Whether a larger group of these items was told: one key has several tags, and all of them bring together some of its places.
fn is_told(told: &HashMap<usize, usize>, groups: &[(FindingKind, Vec<usize>, String)], items: &[usize]) -> bool {
    let before = items.first().and_then(|first| told.get(first)).and_then(|n| groups.get(*n));
    before.is_some_and(|(_, before, _)| items.iter().all(|item| before.binary_search(item).is_ok()))
}

fn paths(places: &[Place<'_>]) -> String {
    let mut paths: Vec<&str> = places.iter().map(|place| place.key.path.as_str()).collect();
    paths.sort_unstable();
    paths.dedup();
    paths.join(", ")
}

fn list(items: &[usize]) -> String {
    const SHOWN: usize = 6;
    let mut text = items.iter().take(SHOWN).map(|item| (item + 1).to_string()).collect::<Vec<_>>().join(", ");
    if items.len() > SHOWN {
        text.push_str(&format!(" and {} more", items.len() - SHOWN));
    }
    text
}

/// A key of somebody else.
fn known(batch: &Batch<'_>, out: &mut Findings) {
    let known: std::collections::HashSet<&[u8; 32]> =
        batch.known.iter().flat_map(|seen| &seen.keys).flat_map(|key| &key.tags).collect();
    let mut fields: std::collections::BTreeMap<&str, Vec<usize>> = std::collections::BTreeMap::new();
    for seen in &batch.items {
        for key in seen.keys.iter().filter(|key| key.tags.iter().any(|tag| known.contains(tag))) {
            fields.entry(&key.path).or_default().push(seen.item);
        }
    }
    for (field, items) in fields {
        out.push(FindingKind::KeyKnown, field, FindingKind::KeyKnown.sentence().to_owned(), items, Vec::new());
    }
}
