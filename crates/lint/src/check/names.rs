//! B-21: how pseudonyms are spelled; B-10: names that come back.

use std::collections::{BTreeMap, HashSet};

use super::{Group, part_of, tally};
use crate::chance::LN_CHECK;
use crate::finding::FindingKind;
use crate::report::Findings;
use crate::seen::{Name, NameOf, Seen, short};
use crate::trap::Trap;

/// Characters of base64url that 128 bits take.
const CHARACTERS: usize = 22;
const BITS: f64 = 128.0;
/// How often letters stand in English text, in hundredths of a percent, a to z.
const ENGLISH: [u32; 26] =
    [817, 149, 278, 425, 1270, 223, 202, 609, 697, 15, 77, 403, 241, 675, 751, 193, 10, 599, 633, 906, 276, 98, 236, 15, 197, 7];
/// Weight of a digit or sign in names: one in fifty characters is one.
const OTHER: u32 = 20;

/// Alphabets, the smallest first.
const ALPHABETS: [fn(u8) -> bool; 6] = [
    |c| matches!(c, b'0'..=b'9' | b'a'..=b'f'),
    |c| c.is_ascii_lowercase(),
    |c| matches!(c, b'a'..=b'z' | b'2'..=b'7'),
    |c| matches!(c, b'a'..=b'z' | b'0'..=b'9'),
    |c| c.is_ascii_alphanumeric(),
    |c| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.' | b'~'),
];

pub(super) fn check(group: &Group<'_>, out: &mut Findings) {
    shared(group, out);
    // Segments of pseudonyms and of their clients, by place; what is the same in all is a template.
    let mut segments: BTreeMap<(&str, usize), Vec<(usize, &str)>> = BTreeMap::new();
    for seen in group.items.iter().filter(|seen| seen.names.iter().all(|name| name.of != NameOf::User)) {
        let pseudonyms: Vec<&str> =
            seen.names.iter().filter(|name| name.of == NameOf::Pseudonym).map(|name| name.id.as_str()).collect();
        for name in &seen.names {
            for (n, segment) in name.id.split('/').enumerate() {
                // A client that is called after its pseudonym adds nothing.
                if name.of == NameOf::Pseudonym || !pseudonyms.contains(&segment) {
                    segments.entry((&name.path, n)).or_default().push((seen.item, segment));
                }
            }
        }
    }
    for ((path, _), values) in segments {
        out.look(Trap::B21, values.len());
        let counts = tally(values.iter().map(|(item, segment)| (*segment, *item)));
        if counts.len() > 1 || values.len() == 1 {
            let distinct: Vec<(usize, &str)> = counts.iter().filter_map(|(text, items)| Some((*items.first()?, *text))).collect();
            spelling(path, &distinct, out);
        }
    }
}

/// One name over several keys.
fn shared(group: &Group<'_>, out: &mut Findings) {
    let mut fields: BTreeMap<&str, Vec<(&Seen, &Name)>> = BTreeMap::new();
    for seen in &group.items {
        seen.names.iter().for_each(|name| fields.entry(&name.path).or_default().push((seen, name)));
    }
    for (path, names) in fields {
        out.look(Trap::B10, names.len());
        let repeated: Vec<(&str, Vec<usize>)> = tally(names.iter().map(|(seen, name)| (name.uri.as_str(), seen.item)))
            .into_iter()
            .filter(|(_, items)| items.len() > 1)
            .collect();
        if !repeated.is_empty() {
            let kind = FindingKind::NameShared;
            let items: Vec<usize> = repeated.iter().flat_map(|(_, items)| items.clone()).collect();
            let what = format!("{}: {}", kind.sentence(), part_of(items.len(), names.len()));
            out.push(kind, path, what, items, repeated.iter().map(|(uri, _)| short(uri)).collect());
        }
    }
}

fn spelling(path: &str, values: &[(usize, &str)], out: &mut Findings) {
    let mut push = |kind: FindingKind, items: Vec<usize>| {
        let shown = values.iter().filter(|(item, _)| items.contains(item)).take(3).map(|(_, text)| short(text)).collect();
        out.push(kind, path, kind.sentence().to_owned(), items, shown);
    };
    let all: Vec<usize> = values.iter().map(|(item, _)| *item).collect();
    let alike = alike(values);
    if alike == Some(Alike::All) {
        return push(FindingKind::PseudonymAlike, all);
    }
    let odd: Vec<usize> = values.iter().filter(|(_, text)| text.len() < CHARACTERS).map(|(item, _)| *item).collect();
    let text: String = values.iter().map(|(_, text)| body(text)).collect();
    let Some((size, ln_words)) = words(&text) else { return };
    if -ln_words <= LN_CHECK - 1.8 {
        return push(FindingKind::PseudonymWords, all);
    }
    if alike.is_some() {
        return push(FindingKind::PseudonymAlike, all);
    }
    if !odd.is_empty() {
        return push(FindingKind::PseudonymShort, odd);
    }
    // A text that could have come out of a larger alphabet by chance is given the benefit: with N characters, the chance that all of
    // them are in a smaller one is (s/64)^N.
    let is_certain = f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX)) * (size / 64.0).ln() <= LN_CHECK - 1.8;
    let short: Vec<usize> = values
        .iter()
        .filter(|(_, text)| f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX)) * size.log2() < BITS)
        .map(|(item, _)| *item)
        .collect();
    if is_certain && !short.is_empty() {
        push(FindingKind::PseudonymShort, short);
    }
}

/// Without the last character, which has two bits of 128 only.
fn body(text: &str) -> &str {
    text.char_indices().next_back().and_then(|(last, _)| text.get(..last)).unwrap_or_default()
}

/// Which names have a part in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Alike {
    All,
    Some,
}

/// Whether names share w characters at one end, with 4 bits each in an alphabet of 16 or more: all n of them, 4 w (n-1) > 33, or two of
/// n^2/2 pairs, 4 w > 33 + log2 n^2.
fn alike(values: &[(usize, &str)]) -> Option<Alike> {
    const BITS_EACH: usize = 4;
    let others = values.len().checked_sub(1).filter(|others| *others > 0)?;
    let pairs_bits = usize::try_from((usize::BITS - values.len().leading_zeros()).saturating_mul(2)).unwrap_or(usize::MAX);
    let shared = |a: &[u8], b: &[u8]| a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let mut found = None;
    // In reverse, the last of 22 characters has four values only.
    for (reverse, uncounted) in [(false, 0), (true, 1)] {
        let mut texts: Vec<Vec<u8>> =
            values.iter().map(|(_, text)| if reverse { text.bytes().rev().collect() } else { text.bytes().collect() }).collect();
        texts.sort_unstable();
        let of_all = texts.first().zip(texts.last()).map_or(0, |(first, last)| shared(first, last));
        if of_all.saturating_sub(uncounted) * BITS_EACH * others > 33 {
            return Some(Alike::All);
        }
        let of_pair = texts.windows(2).filter_map(|pair| pair.first().zip(pair.last())).map(|(a, b)| shared(a, b)).max();
        if of_pair.unwrap_or(0).saturating_sub(uncounted) * BITS_EACH > 33 + pairs_bits {
            found = Some(Alike::Some);
        }
    }
    found
}

/// The size of the smallest alphabet that has all characters, and the natural logarithm of how many times likelier they are as English
/// text than as random ones. By Markov's inequality, random text is 1/x times likelier at most once in x: the mean of the ratio is 1.
fn words(text: &str) -> Option<(f64, f64)> {
    let alphabet = ALPHABETS.iter().find(|alphabet| text.bytes().all(**alphabet))?;
    let characters: HashSet<u8> = (0..=u8::MAX).filter(|c| alphabet(*c)).collect();
    let weight = |c: u8| -> f64 {
        let letter = usize::from(c.to_ascii_lowercase().wrapping_sub(b'a'));
        let letter = ENGLISH.get(letter).filter(|_| c.is_ascii_alphabetic());
        // Capitals are rare in names.
        let share = if c.is_ascii_uppercase() && characters.contains(&b'a') { 0.05 } else { 1.0 };
        share * letter.map_or(f64::from(OTHER), |letter| f64::from(*letter))
    };
    let total: f64 = characters.iter().map(|c| weight(*c)).sum();
    let size = f64::from(u32::try_from(characters.len()).unwrap_or(u32::MAX));
    Some((size, text.bytes().map(|c| (weight(c) / total * size).ln()).sum()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_likelier_as_words() {
        let (size, ln) = words("correcthorsebatterystaple").unwrap();
        assert!((size - 26.0).abs() < 0.1 && ln > 5.0, "{size} {ln}");
        let (size, ln) = words("Correct-Horse-Battery-Staple").unwrap();
        assert!((size - 66.0).abs() < 0.1 && ln > 10.0, "{size} {ln}");
        assert!(words("MDEyMzQ1Njc4OWFiY2RlZgzQx-_").unwrap().1 < 0.0);
        assert!(words("ü").is_none());
    }

    #[test]
    fn names_are_alike_when_chance_does_not_explain_it() {
        let alike = |texts: &[&str]| alike(&texts.iter().map(|text| (0, *text)).collect::<Vec<_>>());
        assert_eq!(alike(&["alice-pseudonym-01", "alice-pseudonym-02"]), Some(Alike::All));
        assert_eq!(alike(&["ab1x", "ab2y", "ab3z", "ab4u", "ab5v", "ab6w"]), Some(Alike::All));
        assert_eq!(alike(&["alice-pseudonym-01", "alice-pseudonym-02", "bob"]), Some(Alike::Some));
        assert_eq!([alike(&["ab1x", "ab2y"]), alike(&["alice-pseudonym-01"]), alike(&[])], [None; 3]);
    }
}
