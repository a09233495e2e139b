//! B-2, and B-20 for lifetimes: whether times are rounded, and shared by enough.

use std::collections::BTreeMap;

use super::{Group, part_of, tally};
use crate::finding::FindingKind;
use crate::report::Findings;
use crate::seen::{Seen, TimeOf};
use crate::trap::Trap;

const HOUR: i128 = 3600;
const DAY: i128 = 86_400;

/// A time of one item.
struct At {
    item: usize,
    seconds: i128,
    fraction: bool,
}

pub(super) fn check(group: &Group<'_>, out: &mut Findings) {
    let mut fields: BTreeMap<(&str, bool), Vec<At>> = BTreeMap::new();
    for seen in &group.items {
        for time in &seen.times {
            let at = At { item: seen.item, seconds: time.seconds, fraction: time.fraction };
            fields.entry((&time.path, time.of == TimeOf::KeyPackage)).or_default().push(at);
        }
    }
    for ((path, is_lifetime), times) in fields {
        let trap = if is_lifetime { Trap::B20 } else { Trap::B2 };
        out.look(trap, times.len());
        field(group, path, is_lifetime, &times, out);
    }
}

/// Whether a time is the last one of something, by its name.
fn is_end(path: &str) -> bool {
    ["exp", "notAfter", "not_after"].iter().any(|end| path.ends_with(end))
}

fn field(group: &Group<'_>, path: &str, is_lifetime: bool, times: &[At], out: &mut Findings) {
    let (unrounded, few) = match is_lifetime {
        true => (FindingKind::LifetimeUnrounded, FindingKind::LifetimeFew),
        false => (FindingKind::TimeUnrounded, FindingKind::TimeFew),
    };
    let known = tally(
        group
            .known
            .iter()
            .flat_map(|seen| seen.times.iter().filter(|time| time.path == path).map(|time| (time.seconds, seen.item))),
    );
    let in_known = |seconds: i128| known.iter().find(|(value, _)| *value == seconds).map_or(0, |(_, items)| items.len());
    let counts = tally(times.iter().map(|at| (at.seconds, at.item)));
    let show = |values: &[&(i128, Vec<usize>)]| -> Vec<String> {
        values.iter().map(|(seconds, items)| format!("{seconds} in {}", part_of(items.len(), times.len()))).collect()
    };
    if let Some(needed) = group.needed_known() {
        let alone: Vec<&(i128, Vec<usize>)> = counts.iter().filter(|(seconds, _)| in_known(*seconds) == 0).collect();
        let rare: Vec<&(i128, Vec<usize>)> =
            counts.iter().filter(|(seconds, _)| (1..needed).contains(&in_known(*seconds))).collect();
        for (kind, found) in [(FindingKind::OnlyInBatch, alone), (few, rare)] {
            if !found.is_empty() {
                let items = found.iter().flat_map(|(_, items)| items.clone()).collect();
                out.push_as(kind, few.trap(), path, kind.sentence().to_owned(), items, show(&found));
            }
        }
        return;
    }
    // The last second before a full hour is as good as the hour.
    let is_whole =
        |at: &At, unit: i128| !at.fraction && (at.seconds.rem_euclid(unit) == 0 || (at.seconds + 1).rem_euclid(unit) == 0);
    let odd: Vec<usize> = times.iter().filter(|at| !is_whole(at, HOUR)).map(|at| at.item).collect();
    if !odd.is_empty() {
        let values = tally(times.iter().filter(|at| !is_whole(at, HOUR)).map(|at| (at.seconds, at.item)));
        let what = format!("{}: {}", unrounded.sentence(), part_of(odd.len(), times.len()));
        out.push(unrounded, path, what, odd, show(&values.iter().collect::<Vec<_>>()));
        return;
    }
    let hourly: Vec<usize> = times.iter().filter(|at| !is_whole(at, DAY)).map(|at| at.item).collect();
    if !hourly.is_empty() && !is_lifetime {
        let kind = FindingKind::TimeHourly;
        out.push(kind, path, kind.sentence().to_owned(), hourly, Vec::new());
    }
    // An end follows from the beginning and the distance between them, which is looked at by itself. The beginning may stand behind it:
    // in deterministic CBOR, exp (4) comes before iat (6).
    let starts =
        |seen: &Seen| seen.times.iter().any(|time| (time.of == TimeOf::KeyPackage) == is_lifetime && !is_end(&time.path));
    if times.len() < group.k || (is_end(path) && group.items.iter().all(|seen| starts(seen))) {
        return;
    }
    let small: Vec<&(i128, Vec<usize>)> = counts.iter().filter(|(_, items)| items.len() < group.k).collect();
    if !small.is_empty() {
        let items = small.iter().flat_map(|(_, items)| items.clone()).collect();
        out.push(few, path, format!("{}: fewer than {}", few.sentence(), group.k), items, show(&small));
    }
}
