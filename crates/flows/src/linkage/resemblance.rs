//! How two pseudonyms resemble each other, in features that can be counted.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Fields;

/// Periods in seconds at which times may coincide: minute, hour, day.
const PERIODS: [u64; 3] = [60, 3_600, 86_400];
/// The features of one field.
const KINDS: [&str; 8] =
    ["value", "distance", "second of the minute", "second of the hour", "second of the day", "size", "beginning", "end"];

/// Classes of a feature, at most.
pub(super) const CLASSES: usize = 256;

/// What is known of a pseudonym's field.
#[derive(Debug)]
struct Facet {
    value: Vec<u8>,
    number: Option<u64>,
    /// Logarithm of how many pseudonyms have this value.
    frequency: u8,
}

/// The pseudonyms of some users, ready to be compared.
#[derive(Debug)]
pub(super) struct Population {
    names: Vec<String>,
    /// Each with its user and a facet for each name.
    pseudonyms: Vec<(usize, Vec<Option<Facet>>)>,
}

impl Population {
    /// Of these users, by the fields of these names: two populations with the same names have the same features.
    pub(super) fn new<'u>(names: &[String], users: impl IntoIterator<Item = (usize, &'u Vec<Fields>)>) -> Self {
        let mut named: Vec<(usize, BTreeMap<String, &[u8]>)> = Vec::new();
        for (user, pseudonyms) in users {
            named.extend(pseudonyms.iter().map(|fields| (user, by_name(fields))));
        }
        let mut counts: HashMap<(&str, &[u8]), usize> = HashMap::new();
        for (name, value) in named.iter().flat_map(|(_, fields)| fields) {
            *counts.entry((name, value)).or_default() += 1;
        }
        let facet = |name: &String, fields: &BTreeMap<String, &[u8]>| {
            let value = *fields.get(name)?;
            let frequency = counts.get(&(name.as_str(), value)).copied().unwrap_or_default();
            Some(Facet { value: value.to_vec(), number: number(value), frequency: logarithm(frequency) })
        };
        let pseudonyms =
            named.iter().map(|(user, fields)| (*user, names.iter().map(|name| facet(name, fields)).collect())).collect();
        Self { names: names.to_vec(), pseudonyms }
    }

    /// The pairs of pseudonyms of one user, and about so many pairs of pseudonyms of two users; the same at every run.
    pub(super) fn pairs(&self, different: usize) -> Vec<Pair> {
        let count = self.pseudonyms.len();
        let every = u64::try_from(count * count / 2 / different.max(1)).unwrap_or(u64::MAX).max(1);
        let mut pairs = Vec::new();
        let mut number = 0_u64;
        for (first, (user, _)) in self.pseudonyms.iter().enumerate() {
            for (second, (other, _)) in self.pseudonyms.iter().enumerate().skip(first + 1) {
                number += 1;
                // Scattered, so that no period of the data can coincide with one of ours.
                let is_taken = (number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32).is_multiple_of(every);
                if user == other || is_taken {
                    pairs.push(Pair { first, second, same: (user == other).then_some(*user) });
                }
            }
        }
        pairs
    }

    /// In which class of each feature a pair is: the number of the feature times [`CLASSES`], and the class.
    pub(super) fn classes(&self, pair: &Pair) -> Vec<usize> {
        let facets = |at: usize| self.pseudonyms.get(at).map(|(_, facets)| facets.as_slice()).unwrap_or_default();
        let mut classes = Vec::with_capacity(self.feature_count());
        for (field, (first, second)) in facets(pair.first).iter().zip(facets(pair.second)).enumerate() {
            let found = match (first, second) {
                (Some(first), Some(second)) => compare(first, second),
                (None, None) => [Some(0); KINDS.len()],
                _ => [Some(1); KINDS.len()],
            };
            for (kind, class) in found.into_iter().enumerate() {
                classes.extend(class.map(|class| (field * KINDS.len() + kind) * CLASSES + usize::from(class)));
            }
        }
        classes
    }

    /// How many features there are.
    pub(super) fn feature_count(&self) -> usize {
        self.names.len() * KINDS.len()
    }

    /// What a feature is, for people.
    pub(super) fn feature_name(&self, feature: usize) -> String {
        let (field, kind) = (feature / KINDS.len(), feature % KINDS.len());
        let name = self.names.get(field).map(String::as_str).unwrap_or_default();
        format!("{name}: {}", KINDS.get(kind).copied().unwrap_or_default())
    }
}

/// The names of all fields of all users; the second of a name in one pseudonym is `name 2`.
pub(super) fn names(users: &[Vec<Fields>]) -> Vec<String> {
    let names: BTreeSet<String> = users.iter().flatten().flat_map(|fields| by_name(fields).into_keys()).collect();
    names.into_iter().collect()
}

/// Two pseudonyms.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    first: usize,
    second: usize,
    /// The user, if both are of one.
    pub(super) same: Option<usize>,
}

fn by_name(fields: &Fields) -> BTreeMap<String, &[u8]> {
    let mut named = BTreeMap::new();
    for (name, value) in fields {
        let free = (2..).map(|number| format!("{name} {number}"));
        let name = std::iter::once(name.clone()).chain(free).find(|name| !named.contains_key(name));
        named.insert(name.unwrap_or_default(), value.as_slice());
    }
    named
}

/// Classes from 2 on; 0 and 1 are for fields that are missing.
fn compare(first: &Facet, second: &Facet) -> [Option<u8>; KINDS.len()] {
    // That two have a rare value says more than that they have a frequent one.
    let value = if first.value == second.value { 3 + first.frequency } else { 2 };
    let numbers = first.number.zip(second.number);
    let distance = numbers.map(|(a, b)| 2 + bits(a.abs_diff(b)));
    let [minute, hour, day] = PERIODS.map(|period| numbers.map(|(a, b)| if a % period == b % period { 3 } else { 2 }));
    let size = 2 + logarithm(first.value.len().abs_diff(second.value.len()));
    let alike = |pairs: &mut dyn Iterator<Item = (&u8, &u8)>| {
        let count = pairs.take_while(|(a, b)| a == b).count();
        2 + u8::try_from(count).unwrap_or(u8::MAX).min(200)
    };
    let beginning = alike(&mut first.value.iter().zip(&second.value));
    let end = alike(&mut first.value.iter().rev().zip(second.value.iter().rev()));
    [Some(value), distance, minute, hour, day, Some(size), Some(beginning), Some(end)]
}

/// Decimal digits, or up to eight octets in network order.
fn number(value: &[u8]) -> Option<u64> {
    let digits = std::str::from_utf8(value).ok().filter(|text| text.bytes().all(|octet| octet.is_ascii_digit()));
    let decimal = digits.and_then(|digits| digits.parse().ok());
    let octets = || value.iter().fold(0, |number, octet| (number << 8) | u64::from(*octet));
    decimal.or_else(|| (1..=8).contains(&value.len()).then(octets))
}

fn logarithm(count: usize) -> u8 {
    bits(u64::try_from(count).unwrap_or(u64::MAX))
}

/// How many bits a number has.
fn bits(number: u64) -> u8 {
    u8::try_from(u64::BITS - number.leading_zeros()).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_digits_or_octets() {
        assert_eq!(number(b"1764531234"), Some(1_764_531_234));
        assert_eq!(number(&[1, 0]), Some(256));
        assert_eq!(number(b"007"), Some(7));
        assert_eq!(number(&[9; 8]), Some(0x0909_0909_0909_0909));
        assert_eq!(number(&[9; 9]), None);
        assert_eq!(number(b""), None);
    }

    /// Distance 3 has two bits; 61 and 1 are of the same second of a minute; both begin with one common octet and end with none.
    #[test]
    fn features_of_two_numbers() {
        let facet = |value: &str| Facet { value: value.into(), number: number(value.as_bytes()), frequency: 1 };
        assert_eq!(compare(&facet("64"), &facet("61")), [Some(2), Some(4), Some(2), Some(2), Some(2), Some(2), Some(3), Some(2)]);
        assert_eq!(compare(&facet("61"), &facet("1")), [Some(2), Some(8), Some(3), Some(2), Some(2), Some(3), Some(2), Some(3)]);
        assert_eq!(compare(&facet("x"), &facet("x"))[0], Some(4));
    }

    #[test]
    fn repeated_names_are_numbered() {
        let fields: Fields = vec![("san".into(), vec![1]), ("san".into(), vec![2]), ("san".into(), vec![3])];
        assert_eq!(by_name(&fields).into_keys().collect::<Vec<_>>(), ["san", "san 2", "san 3"]);
    }

    /// Three users with two pseudonyms: 15 pairs, three of them of one user.
    #[test]
    fn pairs_of_one_user_are_all_there() {
        let users = vec![vec![Fields::new(); 2]; 3];
        let population = Population::new(&names(&users), users.iter().enumerate());
        let pairs = population.pairs(1000);
        assert_eq!(pairs.len(), 15);
        assert_eq!(pairs.iter().filter_map(|pair| pair.same).collect::<Vec<_>>(), [0, 1, 2]);
        let few = population.pairs(3);
        assert_eq!(few.iter().filter(|pair| pair.same.is_some()).count(), 3);
        assert!(few.len() < 15);
    }
}
