//! B-1: serial numbers of certificates.

use super::{Group, part_of, tally};
use crate::chance::{Pattern, pattern};
use crate::check::ids::holds_time;
use crate::finding::FindingKind;
use crate::report::Findings;
use crate::seen::{Seen, hex};
use crate::trap::Trap;

/// Below this many octets a serial number has fewer than 64 bits.
const MIN_OCTETS: usize = 8;
/// The two highest bits are what makes a number positive and of one length.
const FIXED_BITS: u32 = 2;
const FIELD: &str = "serialNumber";

pub(super) fn check(group: &Group<'_>, out: &mut Findings) {
    let serials: Vec<(&Seen, &[u8])> = group.items.iter().filter_map(|seen| Some((*seen, seen.serial.as_deref()?))).collect();
    out.look(Trap::B1, serials.len());
    let n = serials.len();
    let all: Vec<usize> = serials.iter().map(|(seen, _)| seen.item).collect();
    let mut push = |kind: FindingKind, items: Vec<usize>, detail: String, values: Vec<String>| {
        out.push(kind, FIELD, format!("{}: {detail}", kind.sentence()), items, values);
    };
    let repeated: Vec<(&[u8], Vec<usize>)> =
        tally(serials.iter().map(|(seen, serial)| ((seen.serial_issuer, *serial), seen.item)))
            .into_iter()
            .map(|((_, serial), items)| (serial, items))
            .filter(|(_, items)| items.len() > 1)
            .collect();
    if !repeated.is_empty() {
        let items: Vec<usize> = repeated.iter().flat_map(|(_, items)| items.clone()).collect();
        let values = repeated.iter().map(|(serial, _)| hex(serial)).collect();
        push(FindingKind::SerialRepeated, items.clone(), part_of(items.len(), n), values);
    }
    let lengths = tally(serials.iter().map(|(seen, serial)| (serial.len(), seen.item)));
    let longest = lengths.iter().map(|(length, _)| *length).max().unwrap_or_default();
    if longest < MIN_OCTETS && n > 0 {
        // A number that is counted has few values between the first and the last.
        let numbers: Vec<u64> = serials.iter().map(|(_, serial)| number(serial)).collect();
        let span = numbers.iter().max().zip(numbers.iter().min()).map_or(0, |(high, low)| high - low);
        let counted = n > 1 && span < u64::try_from(n).unwrap_or(u64::MAX).saturating_mul(4);
        let kind = if counted { FindingKind::SerialSequential } else { FindingKind::SerialShort };
        push(kind, all, format!("at most {longest} octets"), samples(&serials));
        return;
    }
    let has_differing_lengths = lengths.len() > 1;
    if has_differing_lengths {
        let values = lengths.iter().map(|(length, items)| format!("{length} octets in {}", part_of(items.len(), n))).collect();
        let odd: Vec<usize> = lengths.iter().skip(1).flat_map(|(_, items)| items.clone()).collect();
        push(FindingKind::SerialLength, odd, "16 random octets that begin with the bits 01 always have 16".to_owned(), values);
    }
    // Numbers of one width; what repeats is told above.
    let mut padded: Vec<Vec<u8>> =
        serials.iter().map(|(_, serial)| [vec![0; longest.saturating_sub(serial.len())], serial.to_vec()].concat()).collect();
    let starts: Vec<Option<i128>> = serials.iter().map(|(seen, _)| seen.start()).collect();
    if holds_time(&padded, &starts) {
        push(FindingKind::SerialTime, all, part_of(n, n), samples(&serials));
        return;
    }
    // A number that is shorter has zeros before it: they are told as its length.
    if has_differing_lengths {
        padded.iter_mut().for_each(|serial| drop(serial.drain(..1)));
    }
    padded.sort_unstable();
    padded.dedup();
    let views: Vec<&[u8]> = padded.iter().map(Vec::as_slice).collect();
    match pattern(&views, FIXED_BITS) {
        Some(Pattern::Close) => push(FindingKind::SerialSequential, all, part_of(n, n), samples(&serials)),
        Some(Pattern::Bits) => push(FindingKind::SerialPattern, all, part_of(n, n), samples(&serials)),
        None => {}
    }
}

fn number(serial: &[u8]) -> u64 {
    serial.iter().fold(0, |number, octet| number << 8 | u64::from(*octet))
}

fn samples(serials: &[(&Seen, &[u8])]) -> Vec<String> {
    serials.iter().take(3).map(|(_, serial)| hex(serial)).collect()
}
