//! B-26: formats and algorithms. Several formats for each key split nobody; a format or algorithm of its own does.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Batch, part_of, tally};
use crate::finding::FindingKind;
use crate::report::Findings;
use crate::seen::{KeyOf, Seen};
use crate::trap::Trap;

pub(super) fn check(batch: &Batch<'_>, out: &mut Findings) {
    out.look(Trap::B26, batch.items.len());
    // Items that share a name of a key belong together: a token may have a thumbprint where a certificate has the key.
    let mut holder_of: HashMap<[u8; 32], usize> = HashMap::new();
    let mut holders: BTreeMap<usize, Vec<&Seen>> = BTreeMap::new();
    for seen in &batch.items {
        let tags: Vec<[u8; 32]> =
            seen.keys.iter().filter(|key| key.of == KeyOf::Holder).flat_map(|key| key.tags.clone()).collect();
        let holder = tags.iter().find_map(|tag| holder_of.get(tag).copied()).unwrap_or(seen.item);
        for tag in tags {
            holder_of.entry(tag).or_insert(holder);
        }
        holders.entry(holder).or_default().push(seen);
    }
    let combination = |items: &[&Seen]| -> String {
        let names: BTreeSet<String> = items.iter().map(|seen| one(batch, seen, items)).collect();
        names.into_iter().collect::<Vec<_>>().join(" and ")
    };
    let sets = tally(holders.iter().map(|(holder, items)| (combination(items), *holder)));
    if sets.len() < 2 {
        return;
    }
    let few: Vec<&(String, Vec<usize>)> = sets.iter().filter(|(_, holders)| holders.len() < batch.k).collect();
    // In a small batch the most usual one counts as that of all.
    let few: Vec<_> = if few.len() == sets.len() { few.into_iter().skip(1).collect() } else { few };
    if few.is_empty() {
        return;
    }
    let of = |found: &[usize]| -> Vec<usize> {
        found.iter().filter_map(|holder| holders.get(holder)).flatten().map(|seen| seen.item).collect()
    };
    let items = few.iter().flat_map(|(_, found)| of(found)).collect();
    let values = sets.iter().map(|(name, found)| format!("{name}: {}", part_of(of(found).len(), batch.items.len()))).collect();
    let kind = FindingKind::FormatFew;
    out.push(kind, "format and algorithms", kind.sentence().to_owned(), items, values);
}

/// Format, issuer's and holder's algorithm of one item; what it does not tell of its key, another one for the same key does.
fn one(batch: &Batch<'_>, seen: &Seen, of_holder: &[&Seen]) -> String {
    let told = of_holder.iter().find_map(|other| other.holder_algorithm.as_deref());
    let holder = match told.unwrap_or_else(|| batch.holder_algorithm(seen)) {
        "" => String::new(),
        algorithm => format!(" for {algorithm}"),
    };
    format!("{} by {}{holder}", seen.format, seen.issuer_algorithm)
}
