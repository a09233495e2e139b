//! B-3: identifiers. Those with a version inside are taken at their word; of all others it is asked whether they are random.

mod forms;

use std::collections::{BTreeMap, HashSet};

use super::{Group, part_of, tally};
use crate::chance::{Pattern, pattern};
use crate::finding::FindingKind;
use crate::report::Findings;
use crate::seen::{Id, IdValue, Seen, hex, short};
use crate::trap::Trap;
use forms::{Material, Uuid, ulid_time, written_time};

/// Below this many octets an identifier has fewer than 64 bits.
const MIN_OCTETS: usize = 8;
/// How many identifiers must hold a plausible time, where chance alone may give one of them to a few in a thousand.
const MIN_FOR_TIME: usize = 4;

pub(super) fn check(group: &Group<'_>, out: &mut Findings) {
    let mut fields: BTreeMap<&str, Vec<(&Seen, &Id)>> = BTreeMap::new();
    for seen in &group.items {
        seen.ids.iter().for_each(|id| fields.entry(&id.path).or_default().push((seen, id)));
    }
    for (path, ids) in fields {
        out.look(Trap::B3, ids.len());
        field(path, &ids, out);
    }
}

fn field(path: &str, ids: &[(&Seen, &Id)], out: &mut Findings) {
    let n = ids.len();
    let mut push = |kind: FindingKind, items: Vec<usize>, values: Vec<String>| {
        let what = format!("{}: {}", kind.sentence(), part_of(items.len(), n));
        out.push(kind, path, what, items, values);
    };
    let counts = tally(ids.iter().map(|(seen, id)| (&id.value, seen.item)));
    let repeated: Vec<usize> = counts.iter().filter(|(_, items)| items.len() > 1).flat_map(|(_, items)| items.clone()).collect();
    if !repeated.is_empty() {
        let values = counts.iter().filter(|(_, items)| items.len() > 1).map(|(value, _)| show(value)).collect();
        push(FindingKind::IdRepeated, repeated, values);
    }
    // One of each is enough from here on.
    let mut told = HashSet::new();
    let ids: Vec<(&Seen, &IdValue)> =
        ids.iter().filter(|(_, id)| told.insert(&id.value)).map(|(seen, id)| (*seen, &id.value)).collect();
    let items = || ids.iter().map(|(seen, _)| seen.item).collect::<Vec<_>>();
    let samples = || ids.iter().take(3).map(|(_, value)| show(value)).collect::<Vec<_>>();

    let uuids: Vec<Option<Uuid>> = ids.iter().map(|(_, value)| Uuid::written(value)).collect();
    let of_version = |wanted: fn(&Uuid) -> bool| -> Vec<usize> {
        let found = ids.iter().zip(&uuids).filter(|(_, uuid)| uuid.as_ref().is_some_and(wanted));
        found.map(|((seen, _), _)| seen.item).collect()
    };
    for (kind, found) in
        [(FindingKind::IdTime, of_version(Uuid::has_time)), (FindingKind::IdDerived, of_version(Uuid::is_derived))]
    {
        if !found.is_empty() {
            return push(kind, found, samples());
        }
    }
    if ids.len() >= MIN_FOR_TIME && holds_written_time(&ids) {
        return push(FindingKind::IdTime, items(), samples());
    }
    let material = match uuids.iter().all(Option::is_some) {
        true => Material::Octets(uuids.iter().flatten().map(Uuid::random_part).collect(), 0),
        false => forms::material(&ids.iter().map(|(_, value)| *value).collect::<Vec<_>>()),
    };
    let (octets, fixed) = match material {
        Material::Octets(octets, fixed) => (octets, fixed),
        Material::Text(texts) if forms::share_an_end(&texts) => return push(FindingKind::IdPattern, items(), samples()),
        Material::Text(_) => return,
    };
    let longest = octets.iter().map(Vec::len).max().unwrap_or_default();
    if (1..MIN_OCTETS).contains(&longest) {
        let kind = if is_counted(&octets) { FindingKind::IdSequential } else { FindingKind::IdShort };
        return push(kind, items(), samples());
    }
    let starts: Vec<Option<i128>> = ids.iter().map(|(seen, _)| seen.start()).collect();
    if holds_time(&octets, &starts) {
        return push(FindingKind::IdTime, items(), samples());
    }
    for (_, some) in tally(octets.iter().enumerate().map(|(n, octets)| (octets.len(), n))) {
        let views: Vec<&[u8]> = some.iter().filter_map(|n| octets.get(*n).map(Vec::as_slice)).collect();
        match pattern(&views, fixed) {
            Some(Pattern::Close) => return push(FindingKind::IdSequential, items(), samples()),
            Some(Pattern::Bits) => return push(FindingKind::IdPattern, items(), samples()),
            None => {}
        }
    }
}

fn show(value: &IdValue) -> String {
    match value {
        IdValue::Text(text) => short(text),
        IdValue::Octets(octets) => hex(octets),
    }
}

/// Numbers that fill a small part of the line: four times as many places as numbers.
fn is_counted(octets: &[Vec<u8>]) -> bool {
    let numbers: Vec<u64> = octets.iter().map(|octets| octets.iter().fold(0, |n, octet| n << 8 | u64::from(*octet))).collect();
    let span = numbers.iter().max().zip(numbers.iter().min()).map_or(0, |(high, low)| high - low);
    numbers.len() > 1 && span < u64::try_from(numbers.len()).unwrap_or(u64::MAX).saturating_mul(4)
}

/// ULIDs, UUIDs without their dashes, and digits that are a date or count seconds or milliseconds.
///
/// Of 26 random characters of base32, the first ten are a time in 2015 to 2045 with a chance of 0.4 %; random octets are a UUID with a
/// time in these years with less than 0.1 %, a random text in hex has digits that pass for a time with less than 0.4 %: four of four
/// are below 10^-9.
fn holds_written_time(ids: &[(&Seen, &IdValue)]) -> bool {
    let texts: Option<Vec<&str>> = ids
        .iter()
        .map(|(_, value)| match value {
            IdValue::Text(text) => Some(text.as_str()),
            IdValue::Octets(_) => None,
        })
        .collect();
    let bare = || {
        let values: Vec<&IdValue> = ids.iter().map(|(_, value)| *value).collect();
        match forms::material(&values) {
            Material::Octets(octets, 0) => {
                octets.iter().all(|octets| Uuid::bare(octets).is_some_and(|uuid| uuid.has_plausible_time()))
            }
            _ => false,
        }
    };
    match texts {
        Some(texts) => texts.iter().all(|text| ulid_time(text)) || texts.iter().all(|text| written_time(text)) || bare(),
        None => bare(),
    }
}

/// Whether, at one place, each of these octet strings holds a time within 32 days of what its item says.
///
/// A random number of 4 octets counts seconds that do with a chance of 64 days / 2^32 s = 0.13 %; milliseconds in 6 octets and
/// nanoseconds in 8 are rarer. At 20 places and 3 widths, four of four are below 10^-9.
pub(crate) fn holds_time(values: &[Vec<u8>], starts: &[Option<i128>]) -> bool {
    const WINDOW: i128 = 32 * 86_400;
    const WIDTHS: [(usize, i128); 3] = [(4, 1), (6, 1000), (8, 1_000_000_000)];
    let length = values.iter().map(Vec::len).min().unwrap_or_default().min(20);
    let holds = |place: usize, width: usize, per_second: i128| {
        values.iter().zip(starts).all(|(value, start)| {
            let number =
                value.get(place..place + width).map(|octets| octets.iter().fold(0_i128, |n, octet| n << 8 | i128::from(*octet)));
            let within = |(number, start): (i128, i128)| (number / per_second - start).abs() <= WINDOW;
            number.zip(*start).is_some_and(within)
        })
    };
    values.len() >= MIN_FOR_TIME
        && WIDTHS.iter().any(|(width, per_second)| (0..length).any(|place| holds(place, *width, *per_second)))
}
