//! The patterns of a search, to be found in one pass over the octets.
//!
//! Each pattern is filed under some octets of it that follow each other, its key: 16, or fewer if it is shorter. Patterns often share
//! beginnings, as URIs do, or ends, as addresses do, so the key is taken where fewest others have it. At every place the last four
//! octets are looked up in a bit map, which nearly always says no; only then the keys are looked at.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::WINDOW;

/// Lengths of keys. A pattern has the longest that fits it.
const KEYS: [usize; 4] = [WINDOW, 8, 4, SHORT];
/// Keys of this length are too short for the bit map.
const SHORT: usize = 2;
/// The bit map has so many places for each key, within bounds: of as many lookups one is in vain.
const BITS_FOR_A_KEY: usize = 16;
const LEAST_BITS: u32 = 12;
const MOST_BITS: u32 = 26;

/// What is found: the number of a pattern and where it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) pattern: usize,
    pub(super) begin: usize,
    pub(super) end: usize,
}

/// Patterns, each with a number that its caller gives it.
#[derive(Debug)]
pub(super) struct Index {
    gate: Gate,
    tiers: Vec<Tier>,
    short: Tier,
}

impl Index {
    /// Of these patterns; those of fewer than two octets are never found.
    pub(super) fn new(patterns: &[(usize, &[u8])]) -> Self {
        let mut longer = usize::MAX;
        let mut tiers = Vec::new();
        for length in KEYS {
            let fits = |pattern: &&(usize, &[u8])| (length..longer).contains(&pattern.1.len());
            tiers.push(Tier::new(length, patterns.iter().filter(fits)));
            longer = length;
        }
        let short = tiers.pop().unwrap_or_default();
        tiers.retain(|tier| !tier.candidates.is_empty());
        Self { gate: Gate::new(&tiers), tiers, short }
    }

    /// Tells of every occurrence of every pattern.
    pub(super) fn scan(&self, octets: &[u8], found: &mut dyn FnMut(Hit)) {
        let (bits, shift) = (self.gate.bits.as_slice(), self.gate.shift);
        let (mut high, mut low) = (0_u64, 0_u64);
        for (at, octet) in octets.iter().enumerate() {
            high = (high << 8) | (low >> 56);
            low = (low << 8) | u64::from(*octet);
            let place = (low & 0xffff_ffff).wrapping_mul(MIX) >> shift;
            if let Ok(word) = usize::try_from(place >> 6)
                && let Some(word) = bits.get(word)
                && (word >> (place & 63)) & 1 == 1
            {
                self.tiers.iter().for_each(|tier| tier.compare(octets, at + 1, (high, low), found));
            }
        }
        if !self.short.candidates.is_empty() {
            for (at, pair) in octets.windows(SHORT).enumerate() {
                self.short.compare(octets, at + SHORT, key(pair), found);
            }
        }
    }
}

/// An odd number without a pattern: the golden ratio.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// A bit map of the last four octets of all keys.
#[derive(Debug)]
struct Gate {
    bits: Vec<u64>,
    shift: u32,
}

impl Gate {
    fn new(tiers: &[Tier]) -> Self {
        let keys: usize = tiers.iter().map(|tier| tier.candidates.len()).sum();
        let wanted = keys.saturating_mul(BITS_FOR_A_KEY).next_power_of_two().trailing_zeros();
        let width = wanted.clamp(LEAST_BITS, MOST_BITS);
        let (mut bits, shift) = (vec![0_u64; 1 << (width - 6)], 64 - width);
        for (_, low) in tiers.iter().flat_map(|tier| tier.candidates.keys()) {
            let place = (low & 0xffff_ffff).wrapping_mul(MIX) >> shift;
            if let Some(word) = usize::try_from(place >> 6).ok().and_then(|word| bits.get_mut(word)) {
                *word |= 1 << (place & 63);
            }
        }
        Self { bits, shift }
    }
}

/// The last octets as two numbers, those before them shifted out.
type Key = (u64, u64);

/// The patterns whose keys have the same length.
#[derive(Debug, Default)]
struct Tier {
    length: usize,
    candidates: Candidates,
}

type Candidates = HashMap<Key, Vec<Candidate>, BuildHasherDefault<Mixer>>;

#[derive(Debug)]
struct Candidate {
    pattern: usize,
    /// What is before and behind the key in the pattern.
    before: Vec<u8>,
    behind: Vec<u8>,
}

impl Tier {
    fn new<'p>(length: usize, patterns: impl Iterator<Item = &'p (usize, &'p [u8])>) -> Self {
        let mut candidates = Candidates::default();
        for (number, pattern) in patterns {
            let last = pattern.len().saturating_sub(length);
            let load = |at: &usize| candidates.get(&key(part(pattern, *at, length))).map_or(0, Vec::len);
            let at = [last, 0, last / 2].into_iter().min_by_key(load).unwrap_or(0);
            let before = part(pattern, 0, at).to_vec();
            let behind = part(pattern, at + length, usize::MAX).to_vec();
            let filed = candidates.entry(key(part(pattern, at, length))).or_default();
            filed.push(Candidate { pattern: *number, before, behind });
        }
        Self { length, candidates }
    }

    /// Compares the patterns whose key ends here.
    fn compare(&self, octets: &[u8], end: usize, (high, low): Key, found: &mut dyn FnMut(Hit)) {
        let key = match self.length {
            WINDOW => (high, low),
            8 => (0, low),
            4 => (0, low & 0xffff_ffff),
            _ => (0, low & 0xffff),
        };
        let Some(candidates) = self.candidates.get(&key) else { return };
        let begin = end.checked_sub(self.length);
        let (Some(before), Some(behind)) = (begin.and_then(|begin| octets.get(..begin)), octets.get(end..)) else { return };
        for candidate in candidates {
            if before.ends_with(&candidate.before) && behind.starts_with(&candidate.behind) {
                let begin = before.len() - candidate.before.len();
                found(Hit { pattern: candidate.pattern, begin, end: end + candidate.behind.len() });
            }
        }
    }
}

/// Nobody attacks this map, and it is asked at every sixteenth octet or so.
#[derive(Debug, Default)]
struct Mixer(u64);

impl Hasher for Mixer {
    fn write(&mut self, octets: &[u8]) {
        octets.iter().for_each(|octet| self.write_u64(u64::from(*octet)));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(31) ^ number).wrapping_mul(MIX);
    }

    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

fn key(octets: &[u8]) -> Key {
    octets.iter().fold((0, 0), |(high, low), octet| ((high << 8) | (low >> 56), (low << 8) | u64::from(*octet)))
}

fn part(octets: &[u8], at: usize, length: usize) -> &[u8] {
    let end = at.saturating_add(length).min(octets.len());
    octets.get(at..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(patterns: &[&[u8]], octets: &[u8]) -> Vec<(usize, usize, usize)> {
        let numbered: Vec<(usize, &[u8])> = patterns.iter().copied().enumerate().collect();
        let mut hits = Vec::new();
        Index::new(&numbered).scan(octets, &mut |hit| hits.push((hit.pattern, hit.begin, hit.end)));
        hits.sort_unstable();
        hits
    }

    #[test]
    fn every_length_is_found_at_both_ends() {
        let text: Vec<u8> = (0..40).collect();
        for length in 2..=text.len() {
            assert_eq!(hits(&[&text[..length]], &text), [(0, 0, length)], "{length} at the beginning");
            let begin = text.len() - length;
            assert_eq!(hits(&[&text[begin..]], &text), [(0, begin, 40)], "{length} at the end");
            let mut almost = text[begin..].to_vec();
            almost[length / 2] ^= 0x80;
            assert_eq!(hits(&[&almost], &text), [], "{length}, one octet wrong");
        }
    }

    #[test]
    fn patterns_may_overlap_and_be_parts_of_each_other() {
        let patterns: [&[u8]; 4] = [b"abababab", b"abab", b"ba", b"xab"];
        let expected = [(0, 0, 8), (1, 0, 4), (1, 2, 6), (1, 4, 8), (2, 1, 3), (2, 3, 5), (2, 5, 7)];
        assert_eq!(hits(&patterns, b"abababab"), expected);
    }

    /// Leading zeros are no absence of octets.
    #[test]
    fn nothing_is_found_before_the_octets_begin() {
        assert_eq!(hits(&[&[0; 16]], &[0; 15]), []);
        assert_eq!(hits(&[&[0; 16]], &[0; 17]), [(0, 0, 16), (0, 1, 17)]);
        assert_eq!(hits(&[&[0, 0, 0, 1]], &[0, 0, 1]), []);
    }
}
