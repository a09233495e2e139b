//! The redaction plan and its execution: what stays visible, what becomes a digest.

use mimicred_error::At;

use crate::pattern::{Node, PathSet, ends, into_index, into_key};
use crate::restore::Limits;
use crate::{ClaimPath, Code, Digest, Error, Key, Map, Value};

/// What the issuer redacts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redaction {
    /// Nothing: every claim stays visible.
    None,
    /// Every claim that may be, each member of each map and each element of each array on its own.
    All,
    /// The claims at these paths, each as a whole; a path below another one is redacted inside it.
    Paths(Vec<ClaimPath>),
}

/// What the issuer redacts, and how many digests each map with redactions has at least.
///
/// ```
/// use mimicred_claims::{Redaction, RedactionPlan};
///
/// let plan = RedactionPlan::new(Redaction::Paths(vec!["email".parse()?, "address.street".parse()?])).with_min_digests(8);
/// # Ok::<(), mimicred_claims::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedactionPlan {
    redaction: Redaction,
    visible: Vec<Key<'static>>,
    min_digests: usize,
}

impl RedactionPlan {
    /// A plan without decoys.
    pub fn new(redaction: Redaction) -> Self {
        Self { redaction, visible: Vec::new(), min_digests: 0 }
    }

    /// The same plan, in which these top-level claims stay visible under [`Redaction::All`]; for example the pseudonym that the
    /// token is about.
    #[must_use]
    pub fn with_visible(mut self, keys: Vec<Key<'static>>) -> Self {
        self.visible = keys;
        self
    }

    /// The same plan, with decoys wherever a map with redactions would have fewer digests than `count`; the top level counts as
    /// having redactions. A minimum hides how many claims there are, a random number of decoys does not.
    #[must_use]
    pub fn with_min_digests(mut self, count: usize) -> Self {
        self.min_digests = count;
        self
    }

    /// What is redacted.
    pub fn redaction(&self) -> &Redaction {
        &self.redaction
    }

    /// How many disclosures this plan makes of these claims at most, decoys of inner maps aside: what a format needs to draw its
    /// salts at once.
    pub fn most_disclosures(&self, claims: &Map<'_>) -> usize {
        match self.redaction {
            Redaction::None => self.min_digests,
            Redaction::All | Redaction::Paths(_) => count(claims).saturating_add(self.min_digests),
        }
    }
}

/// Makes disclosures: the format's part of redaction. Each call keeps the disclosure and answers with its digest.
pub trait Redactor {
    /// The format's error.
    type Error: From<Error>;

    /// A claim of a map; `value` has its own redactions done.
    ///
    /// # Errors
    /// As the format says.
    fn claim(&mut self, key: &Key<'_>, value: Value<'_>) -> Result<Digest<'static>, Self::Error>;

    /// An element of an array; `value` has its own redactions done.
    ///
    /// # Errors
    /// As the format says.
    fn element(&mut self, value: Value<'_>) -> Result<Digest<'static>, Self::Error>;

    /// A digest that stands for nothing.
    ///
    /// # Errors
    /// As the format says.
    fn decoy(&mut self) -> Result<Digest<'static>, Self::Error>;
}

/// Redacts `claims` by the plan, inside out, so that a parent's disclosure holds its children's digests (JWT-I-013, CWT-I-012).
///
/// `keep` says which top-level claims must stay visible: they are passed over by [`Redaction::All`], and naming one of them or
/// something inside it is an error. The digests of each map come out sorted bytewise (JWT-I-007, CWT-I-031).
///
/// # Errors
/// [`Code::RedactionForbidden`], [`Code::PathUnmatched`], [`Code::Limit`], and those of the redactor.
pub fn redact<'a, R: Redactor>(
    claims: Map<'a>,
    plan: &RedactionPlan,
    keep: &dyn Fn(&Key<'_>) -> bool,
    redactor: &mut R,
) -> Result<Map<'a>, R::Error> {
    let paths: &[ClaimPath] = match &plan.redaction {
        Redaction::Paths(paths) => paths,
        Redaction::None | Redaction::All => &[],
    };
    if let Some(path) = paths.iter().find(|path| path.steps().first().is_some_and(|step| is_kept(step, keep))) {
        return Err(Error::new(Code::RedactionForbidden).at(At::Path(path.to_string())).into());
    }
    let set = PathSet::new(paths);
    let mut walk = Walk { plan, matched: vec![false; paths.len()], redactor };
    let redacted = walk.map(claims, &set.start(), Some(keep), 0)?;
    match paths.iter().zip(&walk.matched).find(|(_, matched)| !**matched) {
        Some((path, _)) => Err(Error::new(Code::PathUnmatched).at(At::Path(path.to_string())).into()),
        None => Ok(redacted),
    }
}

fn count(map: &Map<'_>) -> usize {
    map.iter().map(|(_, value)| 1 + count_below(value)).sum()
}

fn count_below(value: &Value<'_>) -> usize {
    match value {
        Value::Map(map) => count(map),
        Value::Array(elements) => elements.iter().map(|element| 1 + count_below(element)).sum(),
        Value::Tag(_, inner) => count_below(inner),
        _ => 0,
    }
}

fn is_kept(step: &crate::Step, keep: &dyn Fn(&Key<'_>) -> bool) -> bool {
    matches!(step, crate::Step::Key(key) if keep(key))
}

struct Walk<'p, R> {
    plan: &'p RedactionPlan,
    matched: Vec<bool>,
    redactor: &'p mut R,
}

impl<R: Redactor> Walk<'_, R> {
    fn stays_visible(&self, key: &Key<'_>) -> bool {
        self.plan.redaction == Redaction::All && self.plan.visible.iter().any(|visible| visible == key)
    }

    /// Whether the claim reached at these places is redacted; notes which paths have found a claim.
    fn hit(&mut self, places: &[&Node]) -> bool {
        let mut hit = self.plan.redaction == Redaction::All;
        for path in ends(places) {
            hit = true;
            if let Some(matched) = self.matched.get_mut(path) {
                *matched = true;
            }
        }
        hit
    }

    fn map<'a>(
        &mut self,
        map: Map<'a>,
        places: &[&Node],
        keep: Option<&dyn Fn(&Key<'_>) -> bool>,
        depth: usize,
    ) -> Result<Map<'a>, R::Error> {
        let is_top = depth == 0;
        let mut visible = Vec::with_capacity(map.len());
        let mut digests = map.redacted.clone();
        for (key, value) in map.into_entries() {
            if keep.is_some_and(|keep| keep(&key) || self.stays_visible(&key)) {
                visible.push((key, value));
                continue;
            }
            let reached = into_key(places, &key);
            let hit = self.hit(&reached);
            let value = self.value(value, &reached, depth + 1)?;
            if hit {
                digests.push(self.redactor.claim(&key, value)?);
            } else {
                visible.push((key, value));
            }
        }
        if !digests.is_empty() || is_top {
            while digests.len() < self.plan.min_digests {
                digests.push(self.redactor.decoy()?);
            }
        }
        digests.sort_unstable();
        let mut redacted = Map::from_entries(visible)?;
        redacted.redacted = digests;
        Ok(redacted)
    }

    fn value<'a>(&mut self, value: Value<'a>, places: &[&Node], depth: usize) -> Result<Value<'a>, R::Error> {
        if depth > Limits::DEFAULT.depth {
            return Err(Error::new(Code::Limit).note("the claims are nested too deeply").into());
        }
        Ok(match value {
            Value::Map(map) => Value::Map(self.map(map, places, None, depth)?),
            Value::Array(elements) => {
                let mut kept = Vec::with_capacity(elements.len());
                for (index, element) in elements.into_iter().enumerate() {
                    let reached = into_index(places, index);
                    let hit = self.hit(&reached) && !matches!(element, Value::Redacted(_));
                    let element = self.value(element, &reached, depth + 1)?;
                    kept.push(if hit { Value::Redacted(self.redactor.element(element)?) } else { element });
                }
                Value::Array(kept)
            }
            Value::Tag(tag, inner) => Value::Tag(tag, Box::new(self.value(*inner, places, depth + 1)?)),
            leaf => leaf,
        })
    }
}

#[cfg(test)]
pub(crate) mod tests;
