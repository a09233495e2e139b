//! The search: rule by rule, the ways to meet it, cheapest first; a branch ends where it cannot become smaller than the best set.
//!
//! What ties the credentials of a set together is fixed beforehand: it is taken from one of them, or from those about one subject.
//! Other rules can still break when everything is shown together (an optional claim, a conflict). Sometimes showing more mends that.

mod tray;

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use mimicred_claims::Selection;

use super::stock::{Part, Shelf, Stock, Way};
use super::{Choice, Choosing, ChosenItem, Effort, MetRule, Shortfall, Unmet};
use crate::VerdictCode;
use crate::evaluate::Evaluation;
use crate::evidence::Evidence;
use crate::policy::{Optionality, RoomDisclosurePolicy};
use crate::present::{Offered, forecast, shown_to_too_many};

use tray::{Taken, Tray};

/// Work that is done on one policy, in comparisons or so: a second at most.
const WORK: u64 = 1_000_000;
/// The part of it that each combination of credentials gets at least.
const LEAST_SHARE: u64 = 200_000;

pub(super) struct Search<'s, 'a> {
    choosing: &'s Choosing<'a>,
    policy: &'s RoomDisclosurePolicy,
    shelf: &'s Shelf<'a>,
    now: i64,
    /// The required rules.
    required: Vec<usize>,
    /// What one evaluation costs, for each presentation.
    paths: u64,
    left: u64,
    effort: Effort,
    best: Option<Best<'s>>,
    /// What was wrong with the first set that was complete.
    breach: Option<Evaluation>,
}

/// How small a set is; see the module above.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Cost {
    birthdates: usize,
    ranks: Vec<usize>,
    credentials: usize,
    weight: u64,
}

struct Best<'s> {
    cost: Cost,
    ways: Vec<&'s Way>,
    shown: BTreeMap<usize, Taken>,
}

/// Whose credentials a set is taken from.
enum Source {
    /// One holding.
    One(usize),
    /// Holdings about one subject, which they disclose.
    Joined(Vec<usize>),
}

/// One source with what its rules can be met by.
struct Plan<'s> {
    source: Source,
    /// By required rule.
    ways: Vec<Vec<&'s Way>>,
    /// The fewest birthdates from each rule on.
    birthdates: Vec<usize>,
    /// The first rank of each rule.
    ranks: Vec<usize>,
}

impl<'s, 'a> Search<'s, 'a> {
    pub(super) fn new(choosing: &'s Choosing<'a>, policy: &'s RoomDisclosurePolicy, shelf: &'s Shelf<'a>, now: i64) -> Self {
        let rules = policy.claim_rules.iter().enumerate();
        let required = rules.filter(|(_, rule)| rule.presence == Optionality::Required).map(|(n, _)| n).collect();
        let paths = policy.claim_rules.iter().map(|rule| rule.paths.len()).sum::<usize>();
        let paths = u64::try_from(paths).unwrap_or(u64::MAX);
        Self { choosing, policy, shelf, now, required, paths, left: 0, effort: Effort::Exhaustive, best: None, breach: None }
    }

    pub(super) fn run(mut self) -> Result<Choice, Shortfall> {
        let plans: Vec<Plan<'s>> = self.sources().into_iter().filter_map(|source| self.plan(source)).collect();
        let share = WORK / u64::try_from(plans.len().max(1)).unwrap_or(u64::MAX);
        for plan in &plans {
            self.left = share.max(LEAST_SHARE);
            let mut tray = Tray::default();
            if let Source::One(holding) = plan.source {
                self.take(&mut tray, plan, holding, &Part::default());
            }
            self.descend(plan, &mut tray);
        }
        match self.best {
            Some(ref best) => Ok(self.choice(best)),
            None => Err(self.shortfall(plans.is_empty())),
        }
    }

    fn sources(&self) -> Vec<Source> {
        let usable = || self.shelf.stocks.iter().enumerate().filter_map(|(n, stock)| Some((n, stock.as_ref()?)));
        let mut sources: Vec<Source> = usable().map(|(n, _)| Source::One(n)).collect();
        let mut joined: BTreeMap<&(String, Option<String>), Vec<usize>> = BTreeMap::new();
        for (n, stock) in usable() {
            if let Some(subject) = &stock.subject {
                joined.entry(&subject.bond).or_default().push(n);
            }
        }
        if self.required.len() > 1 {
            sources.extend(joined.into_values().filter(|holdings| holdings.len() > 1).map(Source::Joined));
        }
        sources
    }

    /// The ways that a source has; nothing if some rule has none.
    fn plan(&self, source: Source) -> Option<Plan<'s>> {
        let is_of = |way: &&Way| match &source {
            Source::One(holding) => way.holding == *holding,
            Source::Joined(holdings) => holdings.contains(&way.holding),
        };
        let mut ways = Vec::with_capacity(self.required.len());
        for rule in &self.required {
            let all = self.shelf.ways.get(*rule)?;
            let meeting: Vec<&'s Way> = all.iter().filter(|way| way.meets).filter(is_of).collect();
            if meeting.is_empty() {
                return None;
            }
            ways.push(meeting);
        }
        let ranks = ways.iter().map(|ways| ways.iter().map(|way| way.rank).min().unwrap_or_default()).collect();
        let mut birthdates = vec![0; ways.len() + 1];
        let mut fewest = 0;
        for (ways, slot) in ways.iter().zip(birthdates.iter_mut()).rev() {
            fewest += usize::from(ways.iter().all(|way| way.tells_birthdate));
            *slot = fewest;
        }
        Some(Plan { source, ways, birthdates, ranks })
    }

    fn descend(&mut self, plan: &Plan<'s>, tray: &mut Tray<'s>) {
        let depth = tray.ranks.len();
        let width = u64::try_from(plan.ranks.len()).unwrap_or(u64::MAX);
        if !self.spend(1 + width / 8) || !self.can_win(plan, tray) {
            return;
        }
        let Some(ways) = plan.ways.get(depth) else {
            return self.settle(plan, tray, None);
        };
        let mut ordered: Vec<&'s Way> = ways.clone();
        ordered.sort_by_key(|way| {
            let is_new = !tray.taken.contains_key(&way.holding);
            (way.tells_birthdate, way.rank, is_new, self.added(plan, tray, way), way.holding)
        });
        for way in ordered {
            self.push(plan, tray, way);
            tray.ranks.push(way.rank);
            tray.birthdates += usize::from(way.tells_birthdate);
            self.descend(plan, tray);
            tray.birthdates -= usize::from(way.tells_birthdate);
            tray.ranks.pop();
            self.pop(plan, tray, way);
        }
    }

    /// Whether what this tray may become can be smaller than the best set.
    fn can_win(&self, plan: &Plan<'s>, tray: &Tray<'s>) -> bool {
        let Some(Best { cost, .. }) = &self.best else { return true };
        let depth = tray.ranks.len();
        let birthdates = tray.birthdates + plan.birthdates.get(depth).copied().unwrap_or_default();
        let ranks = tray.ranks.iter().chain(plan.ranks.iter().skip(depth));
        let order = birthdates.cmp(&cost.birthdates).then_with(|| ranks.cmp(&cost.ranks));
        let order = order.then_with(|| tray.taken.len().cmp(&cost.credentials)).then(tray.weight.cmp(&cost.weight));
        order == Ordering::Less
    }

    /// A complete set: it is kept if the policy is satisfied, or mended if something can mend it.
    fn settle(&mut self, plan: &Plan<'s>, tray: &mut Tray<'s>, mending: Option<(&str, usize)>) {
        let evaluation = self.evaluate(tray);
        if evaluation.code == VerdictCode::Ok {
            let (birthdates, ranks) = (tray.birthdates, tray.ranks.clone());
            let cost = Cost { birthdates, ranks, credentials: tray.taken.len(), weight: tray.weight };
            if self.best.as_ref().is_none_or(|best| cost < best.cost) {
                self.best = Some(Best { cost, ways: tray.ways.clone(), shown: tray.taken.clone() });
            }
            return;
        }
        let about = evaluation.note.clone().unwrap_or_default();
        let mends = self.mends(&evaluation, tray);
        self.breach.get_or_insert(evaluation);
        // What has been tried before need not be tried again in another order.
        let tried = mending.filter(|(before, _)| *before == about).map_or(0, |(_, n)| n);
        for (n, way) in mends.into_iter().enumerate().skip(tried) {
            if self.added(plan, tray, way) == 0 {
                continue;
            }
            self.push(plan, tray, way);
            if self.spend(1) && self.can_win(plan, tray) {
                self.settle(plan, tray, Some((&about, n + 1)));
            }
            self.pop(plan, tray, way);
        }
    }

    /// What may be shown besides, to mend what is wrong: more of the same claim, or what an emptied claim stands for.
    fn mends(&self, evaluation: &Evaluation, tray: &Tray<'s>) -> Vec<&'s Way> {
        let Some(about) = &evaluation.note else { return Vec::new() };
        let is_taken = |way: &&Way| tray.taken.contains_key(&way.holding);
        let labelled = |way: &&Way| self.policy.claim_rules.get(way.rule).is_some_and(|rule| rule.claim_name == *about);
        let inside = |way: &&Way| {
            let steps = way.path.iter().flat_map(|path| (1..path.steps().len()).filter_map(|n| path.steps().get(..n)));
            steps.into_iter().any(|above| mimicred_claims::ClaimPath::new(above.to_vec()).to_string() == *about)
        };
        let all = self.shelf.ways.iter().flatten().filter(is_taken);
        match evaluation.code {
            VerdictCode::PredicateFailed | VerdictCode::ConflictingClaims => all.filter(labelled).collect(),
            VerdictCode::UnlistedClaim => all.filter(inside).collect(),
            _ => Vec::new(),
        }
    }

    fn evaluate(&mut self, tray: &Tray<'s>) -> Evaluation {
        let mut shown: Vec<(&Stock<'a>, Evidence)> = Vec::with_capacity(tray.taken.len());
        for (holding, taken) in &tray.taken {
            let Some(stock) = self.shelf.stocks.get(*holding).and_then(Option::as_ref) else { continue };
            let chosen: Vec<usize> = taken.disclosures.keys().copied().collect();
            shown.push((stock, stock.contents.shown(&chosen)));
        }
        let mut work = 1 + self.paths;
        for (_, evidence) in &shown {
            let claims = u64::try_from(evidence.subject_claims().len()).unwrap_or(u64::MAX);
            let compared = if self.policy.unlisted_claims == Optionality::Forbidden { self.paths } else { 1 };
            work = work.saturating_add(self.paths).saturating_add(claims.saturating_mul(compared));
        }
        self.spend(work);
        let choosing = self.choosing;
        if let Some(note) = shown_to_too_many(self.policy, choosing.audience, shown.iter().map(|(_, evidence)| evidence)) {
            return Evaluation { code: VerdictCode::ForbiddenClaim, note: Some(note), rules: Vec::new() };
        }
        let offered = shown.iter().map(|(stock, evidence)| Offered {
            evidence,
            issuer: stock.contents.issuer,
            token_hash: stock.contents.token_hash,
            issued_at: self.now,
        });
        forecast(&offered.collect::<Vec<_>>(), choosing.policy, choosing.sender)
    }

    /// Whether there is work left to do this.
    fn spend(&mut self, work: u64) -> bool {
        if self.left == 0 {
            self.effort = Effort::CutShort;
            return false;
        }
        self.left = self.left.saturating_sub(work);
        true
    }

    fn choice(&self, best: &Best<'s>) -> Choice {
        let items = best.shown.iter().filter_map(|(holding, taken)| {
            let stock = self.shelf.stocks.get(*holding)?.as_ref()?;
            let mut names: BTreeSet<_> =
                best.ways.iter().filter(|way| way.holding == *holding).flat_map(|way| way.part.names.clone()).collect();
            if best.shown.len() > 1 {
                names.extend(stock.subject.iter().flat_map(|subject| subject.part.names.clone()));
            }
            let selection = match (stock.contents.claims(), taken.disclosures.is_empty()) {
                (None, _) => Selection::All,
                (Some(_), true) => Selection::None,
                (Some(_), false) => Selection::Paths(names.into_iter().collect()),
            };
            Some(ChosenItem { holding: *holding, selection })
        });
        let met = self.required.iter().zip(&best.ways).filter_map(|(rule, way)| {
            let rule = self.policy.claim_rules.get(*rule)?;
            let path = rule.paths.get(way.rank)?.clone();
            Some(MetRule { claim_name: rule.claim_name.clone(), holding: way.holding, path })
        });
        Choice { items: items.collect(), met: met.collect(), effort: self.effort }
    }

    fn shortfall(self, no_plan: bool) -> Shortfall {
        let rules = || self.required.iter().filter_map(|n| Some((self.policy.claim_rules.get(*n)?, *n)));
        let able = |n: usize| -> Vec<usize> {
            let meeting = self.shelf.ways.get(n).into_iter().flatten().filter(|way| way.meets);
            meeting.map(|way| way.holding).collect::<BTreeSet<_>>().into_iter().collect()
        };
        if self.required.is_empty() && no_plan {
            return Shortfall::Nothing(self.shelf.unusable.clone());
        }
        let unmet = rules().filter(|(_, n)| able(*n).is_empty()).map(|(rule, n)| Unmet {
            claim_name: rule.claim_name.clone(),
            attempts: self.shelf.against.get(n).cloned().unwrap_or_default(),
        });
        let unmet: Vec<Unmet> = unmet.collect();
        if !unmet.is_empty() {
            return Shortfall::Unmet(unmet);
        }
        if no_plan {
            return Shortfall::MixedSubjects(rules().map(|(rule, n)| (rule.claim_name.clone(), able(n))).collect());
        }
        match (self.effort, self.breach) {
            (Effort::Exhaustive, Some(Evaluation { code, note, .. })) => Shortfall::Violated { code, note },
            _ => Shortfall::Undecided,
        }
    }
}
