//! B-7: places in status lists.
//!
//! A random place in a list of N >= 2^17 is uniform. Gaps between random places are negatively associated, so that bounds for independent
//! events hold for the number of small ones.

use std::collections::HashMap;

use super::{Group, counted, part_of, tally};
use crate::chance::{LN_CHECK, ln_at_least, ln_at_most, real};
use crate::finding::FindingKind;
use crate::report::Findings;
use crate::seen::{Seen, Status, short};
use crate::trap::Trap;

/// The least number of places of a list that hides its users.
const PLACES: f64 = 131_072.0;
/// Gaps at which it looks; each has a fourth of what the check may err, and the part of a list the last.
const NEAR: [u64; 2] = [1, 16];
const FAR: u64 = 256;
const LN_PART: f64 = LN_CHECK - 1.4;
/// A provider that draws from more lists than this has few items in each, and nothing is said of smaller numbers.
const MOST_LISTS: usize = 16;

pub(super) fn check(group: &Group<'_>, out: &mut Findings) {
    let found: Vec<(&Seen, &Status)> = group.items.iter().filter_map(|seen| Some((*seen, seen.status.as_ref()?))).collect();
    out.look(Trap::B7, found.len());
    let Some((_, first)) = found.first() else { return };
    let lists = tally(found.iter().enumerate().map(|(n, (_, status))| (status.uri.as_str(), n)));
    for (uri, members) in &lists {
        let mut indexes: Vec<(u64, usize)> =
            members.iter().filter_map(|n| found.get(*n)).map(|(seen, status)| (status.index, seen.item)).collect();
        indexes.sort_unstable();
        places(&first.path, uri, &indexes, out);
    }
    let numbered: Vec<(&str, Vec<usize>)> = lists
        .iter()
        .map(|(uri, members)| (*uri, members.iter().filter_map(|n| found.get(*n)).map(|(seen, _)| seen.item).collect()))
        .collect();
    shared(group, &format!("{}.uri", first.path), &numbered, out);
}

/// The places in one list.
fn places(path: &str, uri: &str, indexes: &[(u64, usize)], out: &mut Findings) {
    let field = format!("{path}.idx");
    let mut push = |kind: FindingKind, items: Vec<usize>, detail: String, values: Vec<String>| {
        out.push(kind, field.as_str(), format!("{} ({}): {detail}", kind.sentence(), short(uri)), items, values);
    };
    let repeated: Vec<(u64, Vec<usize>)> =
        tally(indexes.iter().copied()).into_iter().filter(|(_, items)| items.len() > 1).collect();
    if !repeated.is_empty() {
        let items = repeated.iter().flat_map(|(_, items)| items.clone()).collect();
        let values = repeated.iter().map(|(index, _)| index.to_string()).collect();
        push(FindingKind::StatusRepeated, items, counted(repeated.len(), "place"), values);
    }
    let n = indexes.len();
    let (Some(low), Some(high)) = (indexes.first(), indexes.last()) else { return };
    let places = PLACES.max(size(high.0) + 1.0);
    let close = |gap: u64| -> Option<Vec<&[(u64, usize)]>> {
        // One gap is at most d with a chance below n d / N.
        let probability = (real(n) * size(gap) / places).min(1.0);
        let near: Vec<&[(u64, usize)]> =
            indexes.windows(2).filter(|pair| matches!(pair, [a, b] if a.0 != b.0 && b.0 - a.0 <= gap)).collect();
        (ln_at_least(near.len(), n.saturating_sub(1), probability) <= LN_PART).then_some(near)
    };
    // All of n in a stretch of S out of N places: n (S/N)^(n-1); or all of them below a place: (M/N)^n.
    let stretch = real(n).ln() + real(n.saturating_sub(1)) * ((size(high.0 - low.0) + 1.0) / places).ln();
    let below = real(n) * ((size(high.0) + 1.0) / places).ln();
    // Whoever leaves out the first places of a long list takes no small part of it, however unlikely chance alone makes that.
    let is_small = size(high.0 - low.0) + 1.0 <= places / 2.0;
    let is_narrow = n > 1 && (below <= LN_PART - 0.7 || (is_small && stretch <= LN_PART - 0.7));
    let found = NEAR.into_iter().find_map(|gap| Some((gap, close(gap)?)));
    let found = found.or_else(|| if is_narrow { None } else { close(FAR).map(|near| (FAR, near)) });
    if let Some((gap, near)) = found {
        let items = near.iter().flat_map(|pair| pair.iter().map(|(_, item)| *item)).collect();
        let values = near.iter().map(|pair| pair.iter().map(|(index, _)| index.to_string()).collect::<Vec<_>>().join(" "));
        push(FindingKind::StatusClose, items, format!("{} at most {gap} apart", counted(near.len(), "pair")), values.collect());
    } else if is_narrow {
        let items = indexes.iter().map(|(_, item)| *item).collect();
        push(FindingKind::StatusNarrow, items, format!("{} to {}", low.0, high.0), Vec::new());
    }
}

/// A number of places to reckon with.
fn size(number: u64) -> f64 {
    let low = u32::try_from(number & u64::from(u32::MAX)).unwrap_or_default();
    let high = u32::try_from(number >> 32).unwrap_or_default();
    f64::from(high) * 4_294_967_296.0 + f64::from(low)
}

/// The natural logarithm of C(n,c) / C(n+m,c).
fn ln_all_here(c: usize, n: usize, m: usize) -> f64 {
    (0..c.min(n)).map(|taken| (real(n - taken) / real(n + m - taken)).ln()).sum()
}

/// How many share a list.
fn shared(group: &Group<'_>, field: &str, lists: &[(&str, Vec<usize>)], out: &mut Findings) {
    let total: usize = lists.iter().map(|(_, items)| items.len()).sum();
    let mut push = |kind: FindingKind, few: Vec<&(&str, Vec<usize>)>, detail: String| {
        let items = few.iter().flat_map(|(_, items)| items.clone()).collect();
        let values = few.iter().map(|(uri, items)| format!("{} in {}", short(uri), part_of(items.len(), total))).collect();
        out.push(kind, field, format!("{}: {detail}", kind.sentence()), items, values);
    };
    let known = group.known.iter().filter_map(|seen| seen.status.as_ref()).map(|status| status.uri.as_str());
    let known: HashMap<&str, usize> = known.fold(HashMap::new(), |mut known, uri| {
        *known.entry(uri).or_default() += 1;
        known
    });
    let others: usize = known.values().sum();
    if others > 0 {
        // Lists are drawn at random. That all c items of a list are in this batch of n and none among m others has a chance of
        // C(n,c) / C(n+m,c), for each list.
        let all_here = |uri: &str, here: usize| {
            !known.contains_key(uri) && ln_all_here(here, total, others) + real(lists.len()).ln() <= LN_CHECK
        };
        let alone: Vec<_> = lists.iter().filter(|(uri, items)| all_here(uri, items.len())).collect();
        if !alone.is_empty() {
            let items = alone.iter().flat_map(|(_, items)| items.clone()).collect();
            let values = alone.iter().map(|(uri, _)| short(uri)).collect();
            let kind = FindingKind::OnlyInBatch;
            out.push_as(kind, Trap::B7, field, kind.sentence().to_owned(), items, values);
        }
        return;
    }
    if lists.len() < 2 || total < group.k {
        return;
    }
    // Several lists drawn at random are what B-7 asks for; more of them than that, and hardly two items in each, are not.
    if lists.len() > MOST_LISTS && total < lists.len().saturating_mul(2) {
        return push(
            FindingKind::StatusListFew,
            lists.iter().collect(),
            format!("{} for {total} items", counted(lists.len(), "list")),
        );
    }
    // Each list has its share of the items, but for chance.
    let share = 1.0 / real(lists.len());
    let few: Vec<&(&str, Vec<usize>)> = lists
        .iter()
        .filter(|(_, items)| items.len() < group.k && ln_at_most(items.len(), total, share) + real(lists.len()).ln() <= LN_CHECK)
        .collect();
    if !few.is_empty() {
        push(FindingKind::StatusListFew, few, format!("fewer than {} where others have more", group.k));
    }
}
