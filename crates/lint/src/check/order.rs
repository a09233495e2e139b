//! B-5: values that rise or fall in the order of the items. Unsorted digests are a fault of one item, and told there.

use super::Group;
use crate::chance::{LN_CHECK, ln_inversions, ln_monotone};
use crate::finding::FindingKind;
use crate::report::Findings;
use crate::trap::Trap;

/// Three sequences are looked at in each of two ways: 6 times 10^-10 is below 10^-9.
const LN_ODDS: f64 = LN_CHECK - 2.4;

pub(super) fn check(group: &Group<'_>, out: &mut Findings) {
    let serials: Vec<(usize, &[u8])> = group.items.iter().filter_map(|seen| Some((seen.item, seen.serial.as_deref()?))).collect();
    // As numbers: a shorter one is lower.
    let serials = serials.into_iter().map(|(item, serial)| (item, (serial.len(), serial))).collect();
    sequence("serialNumber", serials, out);
    let times = group.items.iter().filter_map(|seen| Some((seen.item, seen.start()?))).collect();
    sequence("the earliest time", times, out);
    // By list: each counts for itself.
    for (uri, items) in
        super::tally(group.items.iter().enumerate().filter_map(|(n, seen)| Some((seen.status.as_ref()?.uri.as_str(), n))))
    {
        let indexes = items.iter().filter_map(|n| {
            let seen = group.items.get(*n)?;
            Some((seen.item, seen.status.as_ref()?.index))
        });
        sequence(&format!("status index in {}", crate::seen::short(uri)), indexes.collect(), out);
    }
}

fn sequence<T: Ord + Copy>(field: &str, values: Vec<(usize, T)>, out: &mut Findings) {
    out.look(Trap::B5, values.len());
    let sequence: Vec<T> = values.iter().map(|(_, value)| *value).collect();
    let monotone = ln_monotone(&sequence).is_some_and(|ln| ln <= LN_ODDS);
    if monotone || ln_inversions(&sequence) <= LN_ODDS {
        let kind = FindingKind::OrderMonotone;
        let how = if monotone { "all the way" } else { "on the whole" };
        let items = values.iter().map(|(item, _)| *item).collect();
        out.push(kind, field, format!("{}: {how}", kind.sentence()), items, Vec::new());
    }
}
