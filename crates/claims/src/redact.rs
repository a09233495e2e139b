//! The redaction plan and its execution: what stays visible, what becomes a digest.

mod guide;
mod marks;

use mimicred_error::At;

use crate::pattern::PathSet;
use crate::restore::Limits;
use crate::{ClaimPath, Code, Digest, Error, Key, Map, NewDigests, Value};
use guide::Guide;

pub use marks::{DecoyMark, Marks};

/// What the issuer redacts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redaction {
    /// Nothing: every claim stays visible.
    None,
    /// Every claim that may be, each member of each map and each element of each array on its own.
    All,
    /// The claims at these paths, each as a whole; a path below another one is redacted inside it.
    Paths(Vec<ClaimPath>),
    /// What the claims set itself marks.
    Marked(Marks),
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

    /// How many disclosures this plan makes at most of claims that have so many members ([`Map::members`]), decoys of inner maps
    /// aside: what a format needs to draw its salts at once.
    pub fn most_disclosures(&self, members: usize) -> usize {
        let most = match &self.redaction {
            Redaction::None => 0,
            Redaction::All | Redaction::Paths(_) => members,
            Redaction::Marked(marks) => marks.count(),
        };
        most.saturating_add(self.min_digests)
    }
}

/// Makes disclosures: the format's part of redaction. Each is kept when it is made, and hashed when its map or array is complete.
pub trait Redactor {
    /// The format's error.
    type Error: From<Error>;
    /// What tells a disclosure that is kept from the others.
    type Kept;

    /// Keeps a claim of a map; `value` has its own redactions done, and is not needed afterwards.
    ///
    /// # Errors
    /// As the format says.
    fn claim(&mut self, key: &Key<'_>, value: &mut Value<'_>) -> Result<Self::Kept, Self::Error>;

    /// Keeps an element of an array; `value` has its own redactions done, and is not needed afterwards.
    ///
    /// # Errors
    /// As the format says.
    fn element(&mut self, value: &mut Value<'_>) -> Result<Self::Kept, Self::Error>;

    /// Keeps what stands for nothing; with the number of its mark, if it has one.
    ///
    /// # Errors
    /// As the format says.
    fn decoy(&mut self, number: Option<u64>) -> Result<Self::Kept, Self::Error>;

    /// The digest of what is kept.
    fn digest(&mut self, kept: Self::Kept) -> Digest<'static>;

    /// The digests of all that is kept of one map, which a format may make more quickly together.
    fn digests(&mut self, kept: Vec<Self::Kept>, digests: &mut NewDigests) {
        kept.into_iter().for_each(|kept| digests.push(&self.digest(kept)));
    }
}

/// Redacts `claims` by the plan, inside out, so that a parent's disclosure holds its children's digests (JWT-I-013, CWT-I-012).
///
/// `keep` says which top-level claims must stay visible: they are passed over by [`Redaction::All`], and naming one of them or
/// something inside it is an error. The digests of each map come out sorted bytewise (JWT-I-007, CWT-I-031).
///
/// # Errors
/// [`Code::RedactionForbidden`], [`Code::PathUnmatched`], [`Code::Limit`], and those of the redactor.
pub fn redact<'a, R: Redactor>(
    mut claims: Map<'a>,
    plan: &RedactionPlan,
    keep: impl Fn(&Key<'_>) -> bool,
    redactor: &mut R,
) -> Result<Map<'a>, R::Error> {
    let paths: &[ClaimPath] = match &plan.redaction {
        Redaction::Paths(paths) => paths,
        Redaction::None | Redaction::All | Redaction::Marked(_) => &[],
    };
    let is_kept = |path: &&ClaimPath| matches!(path.steps().first(), Some(crate::Step::Key(key)) if keep(key));
    if let Some(path) = paths.iter().find(is_kept) {
        return Err(Error::new(Code::RedactionForbidden).at(At::Path(path.to_string())).into());
    }
    let set = PathSet::new(paths);
    let start = match &plan.redaction {
        Redaction::None => Guide::Nothing,
        Redaction::All => Guide::Everything,
        Redaction::Paths(_) => Guide::Paths(set.start()),
        Redaction::Marked(marks) => {
            // The other top-level claims that must stay visible may have no marks inside them either.
            if let Some((key, _)) = marks.keys.iter().find(|(key, below)| keep(key) && !below.is_empty()) {
                return Err(Error::new(Code::RedactionForbidden).at(At::Path(key.to_string())).into());
            }
            if let Some(path) = marks.missing(&claims) {
                return Err(Error::new(Code::PathUnmatched).at(At::Path(path.to_string())).into());
            }
            Guide::Marks(marks)
        }
    };
    let mut walk = Walk { plan, matched: vec![false; paths.len()], redactor };
    walk.map(&mut claims, &start, |key| keep(key), 0)?;
    match paths.iter().zip(&walk.matched).find(|(_, matched)| !**matched) {
        Some((path, _)) => Err(Error::new(Code::PathUnmatched).at(At::Path(path.to_string())).into()),
        None => Ok(claims),
    }
}

struct Walk<'p, R> {
    plan: &'p RedactionPlan,
    /// Which of the plan's paths have found a claim.
    matched: Vec<bool>,
    redactor: &'p mut R,
}

impl<R: Redactor> Walk<'_, R> {
    fn stays_visible(&self, key: &Key<'_>) -> bool {
        matches!(self.plan.redaction, Redaction::All) && self.plan.visible.iter().any(|visible| visible == key)
    }

    /// Redacts in place: what goes becomes a digest where it stands, and nothing else is moved.
    fn map(
        &mut self,
        map: &mut Map<'_>,
        guide: &Guide<'_>,
        keep: impl Fn(&Key<'_>) -> bool,
        depth: usize,
    ) -> Result<(), R::Error> {
        let is_top = depth == 0;
        let mut kept = Vec::with_capacity(if matches!(guide, Guide::Everything) { map.len() } else { 0 });
        map.try_retain(|key, value| {
            if keep(key) || (is_top && self.stays_visible(key)) {
                return Ok::<_, R::Error>(true);
            }
            let hit = if matches!(guide, Guide::Everything) {
                self.value(value, guide, depth + 1)?;
                true
            } else {
                let below = guide.below_key(key);
                let hit = below.hits(&mut self.matched);
                self.value(value, &below, depth + 1)?;
                hit
            };
            if hit {
                kept.push(self.redactor.claim(key, value)?);
            }
            Ok(!hit)
        })?;
        for decoy in guide.decoys() {
            kept.push(self.redactor.decoy(Some(decoy.number))?);
        }
        let before = std::mem::take(&mut map.redacted);
        if !(before.is_empty() && kept.is_empty()) || is_top {
            while before.len() + kept.len() < self.plan.min_digests {
                kept.push(self.redactor.decoy(None)?);
            }
        }
        let mut digests = NewDigests::with_capacity(before.len() + kept.len());
        before.iter().for_each(|digest| digests.push(digest));
        self.redactor.digests(kept, &mut digests);
        map.redacted = digests.sorted();
        Ok(())
    }

    #[inline]
    fn value(&mut self, value: &mut Value<'_>, guide: &Guide<'_>, depth: usize) -> Result<(), R::Error> {
        if depth > Limits::DEFAULT.depth {
            return Err(Error::new(Code::Limit).note("the claims are nested too deeply").into());
        }
        match value {
            Value::Map(map) => self.map(map, guide, |_| false, depth),
            Value::Array(elements) => self.array(elements, guide, depth),
            Value::Tag(_, inner) => self.value(inner, guide, depth + 1),
            _ => Ok(()),
        }
    }

    fn array(&mut self, elements: &mut Vec<Value<'_>>, guide: &Guide<'_>, depth: usize) -> Result<(), R::Error> {
        let mut decoys = guide.decoys().iter().peekable();
        let mut kept = Vec::with_capacity(elements.len());
        for (index, mut element) in std::mem::take(elements).into_iter().enumerate() {
            while let Some(decoy) = decoys.next_if(|decoy| decoy.position <= index) {
                kept.push(self.decoy(decoy)?);
            }
            let below = guide.below_index(index);
            let hit = below.hits(&mut self.matched) && !matches!(element, Value::Redacted(_));
            self.value(&mut element, &below, depth + 1)?;
            if hit {
                let digest = self.redactor.element(&mut element).map(|kept| self.redactor.digest(kept))?;
                element = Value::Redacted(digest);
            }
            kept.push(element);
        }
        for decoy in decoys {
            kept.push(self.decoy(decoy)?);
        }
        *elements = kept;
        Ok(())
    }

    fn decoy(&mut self, mark: &DecoyMark) -> Result<Value<'static>, R::Error> {
        let kept = self.redactor.decoy(Some(mark.number))?;
        Ok(Value::Redacted(self.redactor.digest(kept)))
    }
}

#[cfg(test)]
pub(crate) mod tests;
