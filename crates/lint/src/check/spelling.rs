//! B-12: the same shape, written in different ways.

use std::collections::{BTreeMap, HashMap};

use super::{Group, part_of, tally};
use crate::finding::FindingKind;
use crate::report::Findings;
use crate::trap::Trap;

/// Items by what they say and how they write it.
type Ways = Vec<([u8; 32], usize)>;
/// How many others write it in each way.
type Counts = HashMap<[u8; 32], usize>;

pub(super) fn check(group: &Group<'_>, out: &mut Findings) {
    let mut shapes: BTreeMap<(&str, [u8; 32]), Ways> = BTreeMap::new();
    for seen in &group.items {
        for (path, shape, spelling) in &seen.spellings {
            shapes.entry((path, *shape)).or_default().push((*spelling, seen.item));
        }
    }
    out.look(Trap::B12, group.items.len());
    let mut known: HashMap<(&str, [u8; 32]), Counts> = HashMap::new();
    for (path, shape, spelling) in group.known.iter().flat_map(|seen| &seen.spellings) {
        *known.entry((path, *shape)).or_default().entry(*spelling).or_default() += 1;
    }
    for ((path, shape), ways) in shapes {
        let total = ways.len();
        let ways = tally(ways);
        let values = ways.iter().enumerate().map(|(n, (_, items))| format!("way {}: {}", n + 1, part_of(items.len(), total)));
        let values: Vec<String> = values.collect();
        let mut push = |kind: FindingKind, found: Vec<&([u8; 32], Vec<usize>)>, detail: &str| {
            if !found.is_empty() {
                let items = found.iter().flat_map(|(_, items)| items.clone()).collect();
                out.push_as(kind, Trap::B12, path, format!("{}: {detail}", kind.sentence()), items, values.clone());
            }
        };
        // Another shape than that of others is told by what makes it another.
        match known.get(&(path, shape)).zip(group.needed_known()) {
            Some((known, needed)) => {
                let count = |spelling: &[u8; 32]| known.get(spelling).copied().unwrap_or_default();
                let of = |which: &dyn Fn(usize) -> bool| ways.iter().filter(|(spelling, _)| which(count(spelling))).collect();
                // Of a shape that few others have, few can have a spelling.
                let needed = needed.min(known.values().sum());
                push(FindingKind::OnlyInBatch, of(&|count| count == 0), "order of members, spaces or escapes");
                push(FindingKind::EncodingDiffers, of(&|count| (1..needed).contains(&count)), "few others write it so");
            }
            None => push(FindingKind::EncodingDiffers, ways.iter().skip(1).collect(), "order of members, spaces or escapes"),
        }
    }
}
