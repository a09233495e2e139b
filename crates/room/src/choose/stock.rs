//! What each credential can show for each rule, or why it cannot.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use mimicred_claims::{ClaimPath, Day, Predicate, Selection, Step};

use super::{Attempt, Choosing, Obstacle, steps, tells_birthdate};
use crate::evidence::Evidence;
use crate::policy::{ClaimPredicate, ClaimRule, DisclosureFormat, Optionality, PolicyPath, RoomDisclosurePolicy, TrustedIssuer};
use crate::present::{Contents, Holding, PreparedBundle, RoomContext, entries};

/// All credentials, and what they can do.
pub(super) struct Shelf<'a> {
    /// By holding; nothing for one that cannot be used.
    pub(super) stocks: Vec<Option<Stock<'a>>>,
    /// By rule of the policy.
    pub(super) ways: Vec<Vec<Way>>,
    /// By rule of the policy, for each holding that does not meet it.
    pub(super) against: Vec<Vec<Attempt>>,
    /// The holdings that cannot be used.
    pub(super) unusable: Vec<Attempt>,
}

/// A credential that can be used.
pub(super) struct Stock<'a> {
    pub(super) contents: Contents<'a>,
    /// What each disclosure costs, by its number.
    weights: HashMap<usize, u64>,
    /// What is always visible.
    pub(super) base: u64,
    pub(super) subject: Option<Subject>,
}

/// Whom a credential names, and what it takes to show that.
pub(super) struct Subject {
    /// The name; with its issuer where it is the sender's own URI, which only says that a key is shared.
    pub(super) bond: (String, Option<String>),
    pub(super) part: Part,
}

/// A part of a credential: closed, each disclosure with those that it stands in.
#[derive(Clone, Default)]
pub(super) struct Part {
    /// The paths that select it.
    pub(super) names: Vec<ClaimPath>,
    pub(super) disclosures: Vec<usize>,
}

/// One credential's claim at one path of a rule.
pub(super) struct Way {
    pub(super) rule: usize,
    pub(super) holding: usize,
    /// The place of the path in the rule.
    pub(super) rank: usize,
    pub(super) tells_birthdate: bool,
    /// Whether the value meets the rule and the issuer may vouch for it.
    pub(super) meets: bool,
    /// The place as text.
    pub(super) path: Option<ClaimPath>,
    pub(super) part: Rc<Part>,
}

impl Stock<'_> {
    pub(super) fn weight(&self, disclosure: usize) -> u64 {
        self.weights.get(&disclosure).copied().unwrap_or(1)
    }
}

impl<'a> Shelf<'a> {
    pub(super) fn fill(context: &RoomContext, choosing: &Choosing<'a>, policy: &'a RoomDisclosurePolicy, now: i64) -> Self {
        let rules = policy.claim_rules.len();
        let mut shelf = Self {
            stocks: Vec::new(),
            ways: std::iter::repeat_with(Vec::new).take(rules).collect(),
            against: std::iter::repeat_with(Vec::new).take(rules).collect(),
            unusable: Vec::new(),
        };
        for (holding, held) in choosing.holdings.iter().enumerate() {
            let opened = opened(context, *held, now).and_then(|contents| Opening::new(contents, choosing, policy));
            match opened {
                Ok(opening) => shelf.add(holding, opening, choosing, policy, now),
                Err(obstacle) => {
                    for against in &mut shelf.against {
                        against.push(Attempt { holding, obstacle: obstacle.clone() });
                    }
                    shelf.unusable.push(Attempt { holding, obstacle });
                    shelf.stocks.push(None);
                }
            }
        }
        shelf
    }

    fn add(
        &mut self,
        holding: usize,
        mut opening: Opening<'a>,
        choosing: &Choosing<'_>,
        policy: &RoomDisclosurePolicy,
        now: i64,
    ) {
        let day = Day::of(now);
        let places = self.ways.iter_mut().zip(&mut self.against);
        for ((rule, asked), (ways, against)) in policy.claim_rules.iter().enumerate().zip(places) {
            if asked.presence == Optionality::Forbidden {
                continue;
            }
            let (found, obstacle) = opening.ways(asked, day);
            if !found.iter().any(|way| way.meets) {
                against.push(Attempt { holding, obstacle });
            }
            ways.extend(found.into_iter().map(|way| Way { rule, holding, ..way }));
        }
        self.stocks.push(Some(opening.into_stock(choosing)));
    }
}

/// A holding that can be presented now.
fn opened<'a>(context: &RoomContext, holding: Holding<'a>, now: i64) -> Result<Contents<'a>, Obstacle> {
    let why = |e: crate::Error| {
        let cause = std::error::Error::source(&e).map(ToString::to_string);
        Obstacle::Impossible(cause.unwrap_or_else(|| e.to_string()))
    };
    PreparedBundle::new(context.clone()).add(holding, &Selection::None, now).map_err(why)?;
    Contents::of(holding).map_err(why)
}

/// A credential that the room takes, while it is looked through.
struct Opening<'a> {
    contents: Contents<'a>,
    /// With everything disclosed.
    whole: Evidence,
    entries: Vec<&'a TrustedIssuer>,
    /// The disclosures, by the paths of what they disclose.
    places: HashMap<&'a [Step], usize>,
    /// What must not be disclosed, and why.
    withheld: HashMap<usize, Obstacle>,
    parts: HashMap<ClaimPath, Result<Rc<Part>, Obstacle>>,
}

impl<'a> Opening<'a> {
    fn new(contents: Contents<'a>, choosing: &Choosing<'_>, policy: &'a RoomDisclosurePolicy) -> Result<Self, Obstacle> {
        let format = contents.format();
        if !policy.accepted_formats.contains(&format) {
            return Err(Obstacle::FormatNotAccepted);
        }
        let entries = entries(policy, choosing.sender.user.host(), format, contents.issuer);
        if entries.is_empty() {
            return Err(Obstacle::IssuerNotNamed);
        }
        let all: Vec<usize> = contents.disclosures().map(|disclosure| disclosure.index).collect();
        let whole = contents.shown(&all);
        let places = contents.disclosures().map(|disclosure| (disclosure.path.steps(), disclosure.index)).collect();
        let (withheld, parts) = (HashMap::new(), HashMap::new());
        let mut opening = Self { contents, whole, entries, places, withheld, parts };
        for (place, obstacle) in opening.unshowable(choosing, policy) {
            match place {
                Some(disclosure) => _ = opening.withheld.entry(disclosure).or_insert(obstacle),
                None => return Err(obstacle),
            }
        }
        Ok(opening)
    }

    /// The disclosure by which something becomes visible; nothing for what always is.
    fn shown_by(&self, path: &[Step]) -> Option<usize> {
        (1..=path.len()).rev().find_map(|len| self.places.get(path.get(..len)?).copied())
    }

    /// What must not be seen, and the disclosures that show it.
    fn unshowable(&self, choosing: &Choosing<'_>, policy: &RoomDisclosurePolicy) -> Vec<(Option<usize>, Obstacle)> {
        let mut found = Vec::new();
        let at = |rule: &ClaimRule, obstacle: fn(String) -> Obstacle, found: &mut Vec<_>| {
            for path in rule.paths.iter().filter(|path| !self.whole.at(path).is_empty()) {
                let place = steps(path).and_then(|path| self.shown_by(path.steps()));
                found.push((place, obstacle(rule.claim_name.clone())));
            }
        };
        for rule in policy.claim_rules.iter().filter(|rule| rule.presence == Optionality::Forbidden) {
            at(rule, Obstacle::ShowsForbidden, &mut found);
        }
        let claims = self.whole.subject_claims();
        for rule in choosing.audience.restricted(policy) {
            // Names of the subject are no claims in this sense.
            if claims.iter().any(|claim| rule.paths.iter().any(|path| claim.is_under(path))) {
                at(rule, Obstacle::ForSomeRoles, &mut found);
            }
        }
        if policy.unlisted_claims == Optionality::Forbidden {
            let paths = || policy.claim_rules.iter().flat_map(|rule| &rule.paths).filter(|path| self.is_of_format(path));
            let listed: HashSet<&[Step]> = paths().filter_map(steps).map(ClaimPath::steps).collect();
            for claim in &claims {
                let is_listed = match claim.tree_path() {
                    Some(path) => {
                        (1..=path.steps().len()).any(|n| path.steps().get(..n).is_some_and(|path| listed.contains(path)))
                    }
                    None => paths().any(|path| claim.is_under(path)),
                };
                if !is_listed {
                    let place = claim.tree_path().and_then(|path| self.shown_by(path.steps()));
                    found.push((place, Obstacle::ShowsUnlisted(claim.place.clone())));
                }
            }
        }
        found
    }

    fn is_of_format(&self, path: &PolicyPath) -> bool {
        matches!(
            (self.contents.format(), path),
            (DisclosureFormat::SdJwtKb, PolicyPath::Jwt(_))
                | (DisclosureFormat::SdKbt, PolicyPath::Cwt(_))
                | (DisclosureFormat::MlsCredential, PolicyPath::X509(_))
        )
    }

    /// The ways to show a rule's claim, and what stands against the furthest of those that do not meet it.
    fn ways(&mut self, rule: &ClaimRule, day: Day) -> (Vec<Way>, Obstacle) {
        let predicates: Vec<Predicate<'_>> = rule.predicates.iter().map(ClaimPredicate::predicate).collect();
        let may_vouch = self.entries.iter().any(|entry| entry.vouches_for(&rule.claim_name));
        let (mut ways, mut against, mut seen) = (Vec::new(), Obstacle::NoClaim, HashSet::new());
        for (rank, path) in rule.paths.iter().enumerate() {
            // A path of another format may look the same, and finds nothing here.
            let found = self.whole.at(path);
            // The same path again shows nothing else.
            if found.is_empty() || steps(path).is_some_and(|path| !seen.insert(path)) {
                continue;
            }
            let holds = found.iter().any(|found| predicates.iter().all(|it| it.holds(&found.path, &found.value, day)));
            let meets = holds && may_vouch;
            match steps(path).map_or_else(|| Ok(Rc::new(Part::default())), |path| self.part(path)) {
                // All of a certificate is shown at once: one way is all ways.
                Ok(_) if steps(path).is_none() && (!meets || !ways.is_empty()) => {}
                Ok(part) => ways.push(Way {
                    rule: 0,
                    holding: 0,
                    rank,
                    tells_birthdate: tells_birthdate(rule, path),
                    meets,
                    path: steps(path).cloned(),
                    part,
                }),
                Err(obstacle) if meets => against = against.max(obstacle),
                Err(_) => {}
            }
            against = match (holds, may_vouch) {
                (true, true) => against,
                (true, false) => against.max(Obstacle::IssuerNotForClaim),
                (false, _) => against.max(Obstacle::PredicateFailed),
            };
        }
        (ways, against)
    }

    /// What is disclosed to show the claim at a path.
    fn part(&mut self, path: &ClaimPath) -> Result<Rc<Part>, Obstacle> {
        if let Some(known) = self.parts.get(path) {
            return known.clone();
        }
        let part = self.take_apart(path).map(Rc::new);
        self.parts.insert(path.clone(), part.clone());
        part
    }

    fn take_apart(&self, path: &ClaimPath) -> Result<Part, Obstacle> {
        let mut names: Vec<ClaimPath> = Vec::new();
        for (n, step) in path.steps().iter().enumerate() {
            let (Step::Index(index), Some(array)) = (step, path.steps().get(..n)) else { continue };
            // What stands before it in the array keeps it in its place.
            let before = (0..*index).map(|before| ClaimPath::new([array, &[Step::Index(before)]].concat()));
            names.extend(before.filter(|before| self.places.contains_key(before.steps())));
        }
        names.push(path.clone());
        let disclosures = self.choose(&names)?;
        let paths: HashMap<usize, &ClaimPath> =
            self.contents.disclosures().map(|disclosure| (disclosure.index, &disclosure.path)).collect();
        let mut kept = BTreeSet::new();
        for disclosure in &disclosures {
            let Some(at) = paths.get(disclosure) else { continue };
            match self.withheld_above(at) {
                None => _ = kept.insert(*disclosure),
                Some(why) if names.iter().any(|name| name.steps().starts_with(at.steps())) => return Err(why.clone()),
                Some(_) => {}
            }
        }
        if kept.len() == disclosures.len() {
            return Ok(Part { names, disclosures });
        }
        // All but what must not be seen: by the names of what is innermost.
        let mut sorted: Vec<&ClaimPath> = kept.iter().filter_map(|disclosure| paths.get(disclosure).copied()).collect();
        sorted.sort_unstable();
        let next = sorted.iter().skip(1).map(Some).chain([None]);
        let innermost =
            sorted.iter().zip(next).filter(|(at, next)| !next.is_some_and(|next| next.steps().starts_with(at.steps())));
        let names: Vec<ClaimPath> = innermost.map(|(at, _)| (*at).clone()).collect();
        let disclosures = self.choose(&names)?;
        if disclosures.iter().copied().eq(kept.iter().copied()) {
            return Ok(Part { names, disclosures });
        }
        // Nothing is left inside it to name.
        let why = disclosures.iter().filter_map(|disclosure| self.withheld_above(paths.get(disclosure)?)).next().cloned();
        Err(why.unwrap_or(Obstacle::NoClaim))
    }

    fn choose(&self, names: &[ClaimPath]) -> Result<Vec<usize>, Obstacle> {
        let chosen = self.contents.choose(&Selection::Paths(names.to_vec()));
        chosen.map_err(|e| Obstacle::Impossible(e.to_string()))
    }

    /// Why the disclosure of this place, or one that it stands in, must not be seen.
    fn withheld_above(&self, at: &ClaimPath) -> Option<&Obstacle> {
        let above = (1..=at.steps().len()).filter_map(|len| self.places.get(at.steps().get(..len)?));
        above.into_iter().find_map(|disclosure| self.withheld.get(disclosure))
    }

    fn into_stock(self, choosing: &Choosing<'_>) -> Stock<'a> {
        let (mut weights, mut base) = (HashMap::new(), 0);
        for claim in self.whole.subject_claims() {
            match claim.tree_path().and_then(|path| Some((path, self.shown_by(path.steps())?))) {
                // A disclosure costs one, and one more for each single claim that comes along in it.
                Some((path, disclosure)) if self.places.get(path.steps()) != Some(&disclosure) => {
                    *weights.entry(disclosure).or_insert(1) += 1;
                }
                Some(_) => {}
                None => base += 1,
            }
        }
        let part = match self.contents.subject_path() {
            Some(path) if self.contents.claims().is_some_and(|claims| claims.at(&path).is_some()) => self.take_apart(&path).ok(),
            Some(_) => None,
            None => Some(Part::default()),
        };
        let subject = part.and_then(|part| {
            let name = self.whole.subject()?.to_owned();
            let sender = choosing.sender;
            let own = sender.user.as_str() == name || sender.client.as_ref().is_some_and(|client| client.as_str() == name);
            Some(Subject { bond: (name, own.then(|| self.contents.issuer.to_owned())), part })
        });
        Stock { contents: self.contents, weights, base, subject }
    }
}
