//! The checks, one file for each theme. All of them look at one [`Group`] at a time, items of one format and one choice of algorithms,
//! but for those of keys, salts and formats, which look across.

mod distance;
mod faults;
mod formats;
mod ids;
mod keys;
mod names;
mod order;
mod packages;
mod salts;
mod serials;
mod sizes;
mod spelling;
mod status;
mod template;
mod times;

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use crate::report::Findings;
use crate::seen::{Role, Seen};

/// Everything that is compared.
pub(crate) struct Batch<'s> {
    /// The items of the batch, without issuers.
    pub(crate) items: Vec<&'s Seen>,
    /// Credentials of other users.
    pub(crate) known: Vec<&'s Seen>,
    /// The least number of items that must share a value.
    pub(crate) k: usize,
    /// The most usual algorithm of holders' keys, by format.
    usual: HashMap<&'s str, &'s str>,
}

/// Items that should look alike.
pub(crate) struct Group<'s> {
    /// What they are.
    pub(crate) format: String,
    pub(crate) items: Vec<&'s Seen>,
    pub(crate) known: Vec<&'s Seen>,
    pub(crate) k: usize,
}

/// Format and algorithms.
type Combination = (String, String, String);

impl<'s> Batch<'s> {
    pub(crate) fn new(items: &'s [Seen], known: &'s [Seen], k: usize) -> Self {
        let holders = |seen: &'s [Seen]| seen.iter().filter(|seen| seen.role != Role::Authority).collect();
        let items: Vec<&'s Seen> = holders(items);
        let mut usual: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
        for seen in &items {
            if let Some(algorithm) = &seen.holder_algorithm {
                *usual.entry(&seen.format).or_default().entry(algorithm).or_default() += 1;
            }
        }
        let most =
            |(format, counts): (&'s str, BTreeMap<&'s str, usize>)| Some((format, counts.into_iter().max_by_key(|(_, n)| *n)?.0));
        Self { usual: usual.into_iter().filter_map(most).collect(), known: holders(known), items, k }
    }

    /// The algorithm of the holder's key. Where a credential does not tell, it counts as the most usual one of its format: what differs
    /// then is the form of `cnf`.
    pub(crate) fn holder_algorithm<'b>(&'b self, seen: &'b Seen) -> &'b str {
        let told = seen.holder_algorithm.as_deref();
        told.or_else(|| self.usual.get(seen.format.as_str()).copied()).unwrap_or_default()
    }

    /// The items by format and algorithms.
    pub(crate) fn groups(&self) -> Vec<Group<'s>> {
        let combination = |seen: &Seen| -> Combination {
            (seen.format.clone(), seen.issuer_algorithm.clone(), self.holder_algorithm(seen).to_owned())
        };
        let mut groups: BTreeMap<Combination, Group<'s>> = BTreeMap::new();
        for seen in &self.items {
            let key = combination(seen);
            let format = key.0.clone();
            let empty = || Group { format, items: Vec::new(), known: Vec::new(), k: self.k };
            groups.entry(key).or_insert_with(empty).items.push(seen);
        }
        for seen in &self.known {
            if let Some(group) = groups.get_mut(&combination(seen)) {
                group.known.push(seen);
            }
        }
        groups.into_values().collect()
    }
}

impl Group<'_> {
    /// How many known credentials must share a value so that it counts as everybody's; nothing if there is nothing to compare with.
    pub(crate) fn needed_known(&self) -> Option<usize> {
        self.needed_of(self.known.len())
    }

    /// The same where only so many of the known credentials have something to compare.
    pub(crate) fn needed_of(&self, known: usize) -> Option<usize> {
        match known {
            0 => None,
            // Too few to demand more.
            few if few < self.k => Some(1),
            _ => Some(self.k),
        }
    }
}

/// Everything that can be found.
pub(crate) fn all(batch: &Batch<'_>, out: &mut Findings) {
    for group in &batch.groups() {
        serials::check(group, out);
        times::check(group, out);
        distance::check(group, out);
        ids::check(group, out);
        order::check(group, out);
        status::check(group, out);
        names::check(group, out);
        packages::check(group, out);
        spelling::check(group, out);
        faults::check(group, out);
        template::check(group, out);
        sizes::check(group, out);
    }
    keys::check(batch, out);
    salts::check(batch, out);
    formats::check(batch, out);
}

/// Values with the items that have them, the most frequent first, and then in the order of the items.
pub(crate) fn tally<V: Hash + Eq, I: IntoIterator<Item = (V, usize)>>(values: I) -> Vec<(V, Vec<usize>)> {
    let mut found: HashMap<V, Vec<usize>> = HashMap::new();
    for (value, item) in values {
        found.entry(value).or_default().push(item);
    }
    let mut found: Vec<(V, Vec<usize>)> = found.into_iter().collect();
    found.sort_by_key(|(_, items)| (std::cmp::Reverse(items.len()), items.first().copied()));
    found
}

/// A count with its noun.
pub(crate) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// All of several, or so many of them.
pub(crate) fn part_of(some: usize, all: usize) -> String {
    if some == all { format!("all {all} items") } else { format!("{some} of {all} items") }
}
