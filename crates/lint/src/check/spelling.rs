//! B-12: the same shape, written in different ways.

use std::collections::BTreeMap;

use super::{Group, part_of, tally};
use crate::finding::FindingKind;
use crate::report::Findings;
use crate::trap::Trap;

/// Items by what they say and how they write it.
type Ways = Vec<([u8; 32], usize)>;

pub(super) fn check(group: &Group<'_>, out: &mut Findings) {
    let mut shapes: BTreeMap<(&str, [u8; 32]), Ways> = BTreeMap::new();
    for seen in &group.items {
        for (path, shape, spelling) in &seen.spellings {
            shapes.entry((path, *shape)).or_default().push((*spelling, seen.item));
        }
    }
    out.look(Trap::B12, group.items.len());
    for ((path, _), ways) in shapes {
        let total = ways.len();
        let ways = tally(ways);
        if ways.len() > 1 {
            let kind = FindingKind::EncodingDiffers;
            let values = ways.iter().enumerate().map(|(n, (_, items))| format!("way {}: {}", n + 1, part_of(items.len(), total)));
            let items = ways.iter().skip(1).flat_map(|(_, items)| items.clone()).collect();
            let what = format!("{}: order of members, spaces or escapes", kind.sentence());
            out.push(kind, path, what, items, values.collect());
        }
    }
}
