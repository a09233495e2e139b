//! Point 10: two presentations that give one claim give it one value.
//!
//! Two presentations disagree if they have values at one path and none in common, or values at any paths and none in common: a
//! certificate may give several. The alternatives of an age rule say different things of the same age, `true` and a birthdate for
//! instance, so there only those of one kind are compared across paths.
//!
//! Values are not compared with each other one by one: equal ones get one number, in a table. What is left is a table of who shares
//! a value with whom, for at most as many presentations as a bundle has (32).

use std::collections::HashMap;

use mimicred_claims::{AgeSource, Key, Scalar, Value};

use super::places::{Alternative, Sight};
use super::points::steps;
use crate::policy::ClaimRule;

/// A value that a presentation gives: by equal numbers equal ones.
#[derive(Clone, Copy)]
struct Said {
    presentation: usize,
    path: usize,
    kind: Option<AgeSource>,
    value: usize,
}

/// Whether two presentations contradict each other about a rule's claim.
pub(super) fn is_contradicted(rule: &ClaimRule, paths: &[Alternative], sights: &[Sight<'_>]) -> bool {
    if sights.iter().filter(|sight| sight.shows(paths)).nth(1).is_none() {
        return false;
    }
    let asks_age = rule.predicates.iter().any(|predicate| predicate.is_age());
    let kind = |path: Alternative| match steps(rule, path) {
        Some(steps) if asks_age => AgeSource::of(steps),
        // The whole of a certificate's value is a date, if anything.
        None if asks_age => Some(AgeSource::BirthDate),
        _ => None,
    };
    let mut numbers: HashMap<Canonical<'_>, usize> = HashMap::new();
    let mut said = Vec::new();
    for (presentation, sight) in sights.iter().enumerate() {
        for (path, value) in sight.values(paths) {
            let next = numbers.len();
            let value = *numbers.entry(Canonical::of(value)).or_insert(next);
            said.push(Said { presentation, path: path.number, kind: kind(path), value });
        }
    }
    said.sort_by_key(|said| (said.path, said.value, said.presentation));
    if said.chunk_by(|one, other| one.path == other.path).any(|at_path| nothing_in_common(at_path, sights.len())) {
        return true;
    }
    said.sort_by_key(|said| (said.kind, said.value, said.presentation));
    said.chunk_by(|one, other| one.kind == other.kind).any(|of_kind| nothing_in_common(of_kind, sights.len()))
}

/// Whether two of these presentations share no value; sorted by value.
fn nothing_in_common(said: &[Said], presentations: usize) -> bool {
    // Most often all say the same, or one alone says anything.
    let Some(first) = said.first() else { return false };
    let is_one_voice = said.iter().all(|said| said.value == first.value);
    if is_one_voice || said.iter().all(|said| said.presentation == first.presentation) {
        return false;
    }
    let mut shared = vec![vec![false; presentations]; presentations];
    for of_value in said.chunk_by(|one, other| one.value == other.value) {
        let mut with: Vec<usize> = of_value.iter().map(|said| said.presentation).collect();
        with.dedup();
        for one in &with {
            let Some(row) = shared.get_mut(*one) else { continue };
            with.iter().filter_map(|other| row.get_mut(*other).map(|shares| *shares = true)).count();
        }
    }
    // Who says anything shares it with herself.
    let speaks = |n: usize| shared.get(n).and_then(|row| row.get(n)).copied().unwrap_or_default();
    shared
        .iter()
        .enumerate()
        .any(|(one, row)| speaks(one) && row.iter().enumerate().any(|(other, shares)| speaks(other) && !shares))
}

/// What two values have in common exactly when they are the same: as JSON scalars, whatever their format, or as they are.
#[derive(PartialEq, Eq, Hash)]
enum Canonical<'v> {
    Scalar(Scalar<'v>),
    Tree(Vec<u8>),
}

impl<'v> Canonical<'v> {
    fn of(value: &'v Value<'_>) -> Self {
        match Scalar::from_value(value) {
            Some(scalar) => Canonical::Scalar(scalar),
            None => {
                let mut octets = Vec::new();
                write(value, &mut octets);
                Canonical::Tree(octets)
            }
        }
    }
}

/// Writes a value so that no other one is written alike. The members of a map come in the order of their keys.
fn write(value: &Value<'_>, out: &mut Vec<u8>) {
    let sized = |out: &mut Vec<u8>, kind: u8, octets: &[u8]| {
        out.push(kind);
        out.extend(octets.len().to_be_bytes());
        out.extend(octets);
    };
    let number = |out: &mut Vec<u8>, kind: u8, number: i128| {
        out.push(kind);
        out.extend(number.to_be_bytes());
    };
    match value {
        Value::Null => out.push(0),
        Value::Undefined => out.push(1),
        Value::Bool(b) => out.push(2 + u8::from(*b)),
        Value::Int(n) => number(out, 4, *n),
        Value::Float(float) => number(out, 5, i128::from(float.to_bits())),
        Value::Decimal(text) => sized(out, 6, text.as_bytes()),
        Value::Text(text) => sized(out, 7, text.as_bytes()),
        Value::Bytes(octets) => sized(out, 8, octets),
        Value::Array(elements) => {
            sized(out, 9, &elements.len().to_be_bytes());
            elements.iter().for_each(|element| write(element, out));
        }
        Value::Map(map) => {
            sized(out, 10, &map.len().to_be_bytes());
            let mut members: Vec<_> = map.iter().collect();
            members.sort_by_key(|(key, _)| *key);
            for (key, value) in members {
                match key {
                    Key::Int(n) => number(out, 4, *n),
                    Key::Text(name) => sized(out, 7, name.as_bytes()),
                }
                write(value, out);
            }
        }
        Value::Tag(tag, inner) => {
            number(out, 11, i128::from(*tag));
            write(inner, out);
        }
        Value::Simple(n) => number(out, 12, i128::from(*n)),
        // Neither stands in claims that are restored.
        _ => out.push(13),
    }
}
