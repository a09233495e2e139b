//! What is a fault of one item, told once for all items that have it; and key identifiers (B-9), which are one if they are shared.

use std::collections::{BTreeMap, HashSet};

use super::{Group, part_of, tally};
use crate::finding::FindingKind;
use crate::report::Findings;
use crate::seen::hex;
use crate::trap::Trap;

pub(super) fn check(group: &Group<'_>, out: &mut Findings) {
    let total = group.items.len();
    let identifiers = group.items.iter().filter_map(|seen| Some((seen.key_identifier.as_deref()?, seen.item)));
    let shared: Vec<(&[u8], Vec<usize>)> = tally(identifiers).into_iter().filter(|(_, items)| items.len() > 1).collect();
    if !shared.is_empty() {
        let items: Vec<usize> = shared.iter().flat_map(|(_, items)| items.clone()).collect();
        let kind = FindingKind::KeyIdShared;
        let what = format!("{}: {}", kind.sentence(), part_of(items.len(), total));
        out.push(kind, "subjectKeyIdentifier", what, items, shared.iter().map(|(id, _)| hex(id)).collect());
    }
    look(group, out);
    let is_known: HashSet<(FindingKind, &str)> =
        group.known.iter().flat_map(|seen| &seen.faults).map(|fault| (fault.kind, fault.path.as_str())).collect();
    let mut faults: BTreeMap<(FindingKind, &str), Vec<(&str, usize)>> = BTreeMap::new();
    for seen in &group.items {
        for fault in &seen.faults {
            faults.entry((fault.kind, &fault.path)).or_default().push((&fault.shown, seen.item));
        }
    }
    for ((kind, path), found) in faults {
        // What others have in clear too is compared by its value.
        if kind == FindingKind::ClaimVisible && (is_known.contains(&(kind, path)) || !is_common(group, path)) {
            continue;
        }
        let items: Vec<usize> = found.iter().map(|(_, item)| *item).collect();
        let values = tally(found).into_iter().map(|(shown, _)| shown.to_owned()).collect();
        let items = dedup(items);
        out.push(kind, path, format!("{}: {}", kind.sentence(), part_of(items.len(), total)), items, values);
    }
}

/// Whether a claim is there, and the same, in all items; where it differs, that is told.
fn is_common(group: &Group<'_>, path: &str) -> bool {
    let mut values =
        group.items.iter().map(|seen| seen.constants.iter().find(|constant| constant.path == path).map(|it| it.hash));
    let Some(first) = values.next() else { return false };
    group.items.len() > 1 && values.all(|value| value == first)
}

fn dedup(mut items: Vec<usize>) -> Vec<usize> {
    items.sort_unstable();
    items.dedup();
    items
}

/// What there was to look at, by format.
fn look(group: &Group<'_>, out: &mut Findings) {
    let n = group.items.len();
    let is = |format: &str| group.format.contains(format);
    if is("x509") {
        [Trap::B6, Trap::B9, Trap::B10, Trap::B17].into_iter().for_each(|trap| out.look(trap, n));
    }
    if is("sd-jwt") || is("sd-cwt") {
        [Trap::B5, Trap::B10, Trap::B11, Trap::B13, Trap::B14].into_iter().for_each(|trap| out.look(trap, n));
    }
    out.look(Trap::B8, n);
}
