//! What is put into a set and taken out again while the search goes on, and what the set tells.

use std::collections::{BTreeMap, BTreeSet};

use super::{Plan, Search, Source};
use crate::choose::stock::{Part, Stock, Way};

/// What is taken of a credential: how often each disclosure is wanted, and how many wanted the credential.
#[derive(Clone, Default)]
pub(super) struct Taken {
    uses: usize,
    pub(super) disclosures: BTreeMap<usize, usize>,
}

/// A set in the making.
#[derive(Default)]
pub(super) struct Tray<'s> {
    pub(super) ways: Vec<&'s Way>,
    pub(super) ranks: Vec<usize>,
    pub(super) birthdates: usize,
    pub(super) weight: u64,
    pub(super) taken: BTreeMap<usize, Taken>,
}

impl<'s> Search<'s, '_> {
    /// What the set would tell more with this.
    pub(super) fn added(&self, plan: &Plan<'s>, tray: &Tray<'s>, way: &Way) -> u64 {
        let Some(stock) = self.shelf.stocks.get(way.holding).and_then(Option::as_ref) else { return 0 };
        let taken = tray.taken.get(&way.holding);
        let is_new = |disclosure: &&usize| taken.is_none_or(|taken| !taken.disclosures.contains_key(disclosure));
        let mut all: BTreeSet<&usize> = way.part.disclosures.iter().collect();
        if taken.is_none() {
            all.extend(subject_part(plan, stock).disclosures.iter());
        }
        let base = if taken.is_none() { stock.base } else { 0 };
        base + all.into_iter().filter(is_new).map(|disclosure| stock.weight(*disclosure)).sum::<u64>()
    }

    pub(super) fn push(&self, plan: &Plan<'s>, tray: &mut Tray<'s>, way: &'s Way) {
        tray.ways.push(way);
        self.take(tray, plan, way.holding, &way.part);
    }

    pub(super) fn pop(&self, plan: &Plan<'s>, tray: &mut Tray<'s>, way: &'s Way) {
        tray.ways.pop();
        self.put_back(tray, plan, way.holding, &way.part);
    }

    pub(super) fn take(&self, tray: &mut Tray<'s>, plan: &Plan<'s>, holding: usize, part: &Part) {
        let Some(stock) = self.shelf.stocks.get(holding).and_then(Option::as_ref) else { return };
        let taken = tray.taken.entry(holding).or_default();
        taken.uses += 1;
        let mut weight = if taken.uses == 1 { stock.base } else { 0 };
        for disclosure in part.disclosures.iter().chain(&subject_part(plan, stock).disclosures) {
            let count = taken.disclosures.entry(*disclosure).or_default();
            *count += 1;
            weight += if *count == 1 { stock.weight(*disclosure) } else { 0 };
        }
        tray.weight += weight;
    }

    fn put_back(&self, tray: &mut Tray<'s>, plan: &Plan<'s>, holding: usize, part: &Part) {
        let Some(stock) = self.shelf.stocks.get(holding).and_then(Option::as_ref) else { return };
        let Some(taken) = tray.taken.get_mut(&holding) else { return };
        taken.uses -= 1;
        let mut weight = if taken.uses == 0 { stock.base } else { 0 };
        for disclosure in part.disclosures.iter().chain(&subject_part(plan, stock).disclosures) {
            let Some(count) = taken.disclosures.get_mut(disclosure) else { continue };
            *count -= 1;
            if *count == 0 {
                taken.disclosures.remove(disclosure);
                weight += stock.weight(*disclosure);
            }
        }
        tray.weight -= weight;
        if taken.uses == 0 {
            tray.taken.remove(&holding);
        }
    }
}

/// What a credential of this source discloses whatever else it does.
fn subject_part<'p>(plan: &Plan<'_>, stock: &'p Stock<'_>) -> &'p Part {
    const NOTHING: &Part = &Part { names: Vec::new(), disclosures: Vec::new() };
    match (&plan.source, &stock.subject) {
        (Source::Joined(_), Some(subject)) => &subject.part,
        _ => NOTHING,
    }
}
