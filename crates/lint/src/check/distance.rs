//! B-2, and B-20 for lifetimes: the same distance between times for everybody.

use std::collections::BTreeMap;

use super::{Group, part_of, tally};
use crate::finding::FindingKind;
use crate::report::Findings;
use crate::seen::{Seen, Time, TimeOf};

pub(super) fn check(group: &Group<'_>, out: &mut Findings) {
    let mut distances: BTreeMap<(String, bool), Vec<(i128, usize)>> = BTreeMap::new();
    for seen in &group.items {
        for (path, of, seconds) in distances_of(seen) {
            distances.entry((path, of == TimeOf::KeyPackage)).or_default().push((seconds, seen.item));
        }
    }
    for ((path, is_lifetime), found) in distances {
        let total = found.len();
        let counts = tally(found);
        if counts.len() < 2 {
            continue;
        }
        let kind = if is_lifetime { FindingKind::LifetimeDistance } else { FindingKind::TimeDistance };
        let values = counts.iter().map(|(seconds, items)| format!("{seconds} s in {}", part_of(items.len(), total))).collect();
        let odd = counts.iter().skip(1).flat_map(|(_, items)| items.clone()).collect();
        out.push(kind, path, kind.sentence().to_owned(), odd, values);
    }
}

/// How far each other time is from the first one of its kind.
fn distances_of(seen: &Seen) -> Vec<(String, TimeOf, i128)> {
    [TimeOf::Credential, TimeOf::KeyPackage]
        .into_iter()
        .flat_map(|of| {
            // In one order, whatever that of the members: the beginning comes first.
            let mut times: Vec<&Time> = seen.times.iter().filter(|time| time.of == of).collect();
            times.sort_by_key(|time| (time.seconds, time.path.as_str()));
            let first = times.first().copied();
            let distance = move |time: &Time| {
                let first = first?;
                Some((format!("{} to {}", first.path, time.path), of, time.seconds.checked_sub(first.seconds)?))
            };
            times.into_iter().skip(1).filter_map(distance).collect::<Vec<_>>()
        })
        .collect()
}
