//! What should be the same in all: any difference splits the batch.

use std::collections::{BTreeMap, HashMap};

use super::{Group, part_of, tally};
use crate::finding::FindingKind;
use crate::report::Findings;
use crate::seen::{Constant, Seen};

pub(super) fn check(group: &Group<'_>, out: &mut Findings) {
    let mut fields: BTreeMap<(&str, FindingKind), Vec<(usize, &Constant)>> = BTreeMap::new();
    for seen in &group.items {
        for constant in &seen.constants {
            fields.entry((&constant.path, constant.kind)).or_default().push((seen.item, constant));
        }
    }
    let mut known: HashMap<(&str, [u8; 32]), usize> = HashMap::new();
    for constant in group.known.iter().flat_map(|seen| &seen.constants) {
        *known.entry((&constant.path, constant.hash)).or_default() += 1;
    }
    let paths: Vec<&str> = fields.keys().map(|(path, _)| *path).collect();
    for ((path, kind), found) in &fields {
        // The length of what is not there is not there either.
        if has_parent(path, &paths) && found.len() < group.items.len() {
            continue;
        }
        field(group, path, *kind, found, &known, out);
    }
}

/// Whether a field says more of another one that is told by itself: `sub (length)` is there where `sub (provider)` is, and
/// `status.uri (length)` where `status (form)` is.
fn has_parent(path: &str, paths: &[&str]) -> bool {
    let Some((base, which)) = path.rsplit_once(" (") else { return false };
    which == "length)"
        && paths.iter().any(|other| match other.rsplit_once(" (") {
            Some((of, "form)")) => base.strip_prefix(of).is_some_and(|rest| rest.starts_with('.')),
            Some((of, _)) => *other != path && of == base,
            None => false,
        })
}

fn field(
    group: &Group<'_>,
    path: &str,
    kind: FindingKind,
    found: &[(usize, &Constant)],
    known: &HashMap<(&str, [u8; 32]), usize>,
    out: &mut Findings,
) {
    let mut values = tally(found.iter().map(|(item, constant)| ((constant.hash, constant.shown.as_str()), *item)));
    let total = group.items.len();
    let show = |(hash_shown, items): &(([u8; 32], &str), Vec<usize>)| {
        let text = if hash_shown.1.is_empty() { "empty" } else { hash_shown.1 };
        format!("{text}: {}", part_of(items.len(), total))
    };
    if let Some(needed) = group.needed_known() {
        let count = |hash: &[u8; 32]| known.get(&(path, *hash)).copied().unwrap_or_default();
        let alone: Vec<_> = values.iter().filter(|((hash, _), _)| count(hash) == 0).collect();
        if !alone.is_empty() {
            let items = alone.iter().flat_map(|(_, items)| items.clone()).collect();
            let only = FindingKind::OnlyInBatch;
            out.push_as(only, kind.trap(), path, only.sentence().to_owned(), items, alone.iter().map(|it| show(it)).collect());
        }
        // What enough others have is no mark, however it splits this batch.
        values.retain(|((hash, _), _)| count(hash) > 0 && count(hash) < needed);
        if !values.is_empty() {
            let items = values.iter().flat_map(|(_, items)| items.clone()).collect();
            out.push(kind, path, format!("{}: few others have it", kind.sentence()), items, values.iter().map(show).collect());
        }
        return;
    }
    let missing = absent(&group.items, found);
    if values.len() + usize::from(!missing.is_empty()) < 2 {
        return;
    }
    let mut shown: Vec<String> = values.iter().map(show).collect();
    let mut odd: Vec<usize> = values.iter().skip(1).flat_map(|(_, items)| items.clone()).collect();
    if !missing.is_empty() {
        shown.push(format!("absent: {}", part_of(missing.len(), total)));
        // The smaller part is the odd one.
        odd.extend(if missing.len() * 2 > total {
            values.iter().flat_map(|(_, items)| items.clone()).collect()
        } else {
            missing
        });
    }
    out.push(kind, path, format!("{}: {} ways", kind.sentence(), shown.len()), odd, shown);
}

/// The items without the field.
fn absent(items: &[&Seen], found: &[(usize, &Constant)]) -> Vec<usize> {
    if found.len() >= items.len() {
        return Vec::new();
    }
    let have: std::collections::HashSet<usize> = found.iter().map(|(item, _)| *item).collect();
    items.iter().map(|seen| seen.item).filter(|item| !have.contains(item)).collect()
}
