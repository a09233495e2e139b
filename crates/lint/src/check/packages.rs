//! B-20: GREASE that is drawn once for all. Shape, keys and lifetimes of KeyPackages are looked at with those of other formats.

use super::Group;
use crate::finding::FindingKind;
use crate::report::Findings;
use crate::trap::Trap;

/// There are 15 values: that n lists of g values each are the same has a chance of 15^(-g(n-1)), below 10^-9 from 8 on.
const NEEDED: usize = 8;

pub(super) fn check(group: &Group<'_>, out: &mut Findings) {
    let with: Vec<_> = group.items.iter().filter(|seen| !seen.grease.is_empty()).collect();
    out.look(Trap::B20, with.len());
    let Some(first) = with.first() else { return };
    let stable = with.len() == group.items.len() && with.iter().all(|seen| seen.grease == first.grease);
    // What others have too is no mark.
    let is_known = group.known.iter().any(|seen| seen.grease == first.grease);
    if stable && !is_known && first.grease.len().saturating_mul(with.len() - 1) >= NEEDED {
        let values = first.grease.iter().map(|number| format!("0x{number:04x}")).collect();
        let items = with.iter().map(|seen| seen.item).collect();
        let kind = FindingKind::GreaseStable;
        out.push(kind, "leaf_node.capabilities", kind.sentence().to_owned(), items, values);
    }
}
