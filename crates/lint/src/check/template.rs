//! What should be the same in all: any difference splits the batch.

use std::collections::{BTreeMap, HashMap};

use super::{Group, part_of, tally};
use crate::finding::FindingKind;
use crate::report::Findings;
use crate::seen::{Constant, Seen};
use crate::trap::Trap;

pub(super) fn check(group: &Group<'_>, out: &mut Findings) {
    let mut fields: BTreeMap<(&str, FindingKind), Vec<(usize, &Constant)>> = BTreeMap::new();
    for seen in &group.items {
        for constant in &seen.constants {
            fields.entry((&constant.path, constant.kind)).or_default().push((seen.item, constant));
        }
    }
    let mut known = Known::default();
    for constant in group.known.iter().flat_map(|seen| &seen.constants) {
        *known.values.entry((&constant.path, constant.hash)).or_default() += 1;
        *known.fields.entry(&constant.path).or_insert((constant.kind, 0)) = (constant.kind, known.have(&constant.path) + 1);
    }
    let paths: Vec<&str> = fields.keys().map(|(path, _)| *path).collect();
    for ((path, kind), found) in &fields {
        // The length of what is not there is not there either.
        if has_parent(path, &paths) && found.len() < group.items.len() {
            continue;
        }
        field(group, path, *kind, found, &known, out);
    }
    // What others have and nobody here.
    let others: Vec<&str> = known.fields.keys().copied().collect();
    for (path, (kind, _)) in &known.fields {
        if !paths.contains(path) && !has_parent(path, &others) {
            field(group, path, *kind, &[], &known, out);
        }
    }
}

/// What others have: how many of them a value, and how many a field at all.
#[derive(Default)]
struct Known<'s> {
    values: HashMap<(&'s str, [u8; 32]), usize>,
    fields: BTreeMap<&'s str, (FindingKind, usize)>,
}

impl Known<'_> {
    fn have(&self, path: &str) -> usize {
        self.fields.get(path).map_or(0, |(_, count)| *count)
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

fn field(group: &Group<'_>, path: &str, kind: FindingKind, found: &[(usize, &Constant)], known: &Known<'_>, out: &mut Findings) {
    let values = tally(found.iter().map(|(item, constant)| ((constant.hash, constant.shown.as_str()), *item)));
    let total = group.items.len();
    let show = |(hash_shown, items): &(([u8; 32], &str), Vec<usize>)| {
        let text = if hash_shown.1.is_empty() { "empty" } else { hash_shown.1 };
        format!("{text}: {}", part_of(items.len(), total))
    };
    let missing = absent(&group.items, found);
    if let Some(needed) = group.needed_known() {
        // That something is missing is a value like others.
        let without = group.known.len().saturating_sub(known.have(path));
        let mut counted: Vec<(String, usize, &Vec<usize>)> = values
            .iter()
            .map(|value| (show(value), known.values.get(&(path, value.0.0)).copied().unwrap_or_default(), &value.1))
            .collect();
        if !missing.is_empty() {
            counted.push((format!("absent: {}", part_of(missing.len(), total)), without, &missing));
        }
        let mut push = |kind: FindingKind, trap: Trap, what: String, which: &dyn Fn(usize) -> bool| {
            let found: Vec<_> = counted.iter().filter(|(_, count, _)| which(*count)).collect();
            if !found.is_empty() {
                let items = found.iter().flat_map(|(_, _, items)| items.iter().copied()).collect();
                out.push_as(kind, trap, path, what, items, found.iter().map(|(shown, ..)| shown.clone()).collect());
            }
        };
        let only = FindingKind::OnlyInBatch;
        push(only, kind.trap(), only.sentence().to_owned(), &|count| count == 0);
        // What enough others have is no mark, however it splits this batch.
        push(kind, kind.trap(), format!("{}: few others have it", kind.sentence()), &|count| (1..needed).contains(&count));
        return;
    }
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
