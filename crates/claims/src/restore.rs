//! Putting disclosures back where their digests are.

use std::collections::{HashMap, HashSet};

use mimicred_error::At;

use crate::path::MAX_TEXT;
use crate::{ClaimPath, Code, Digest, Error, Key, Map, Step, Value};

/// What is accepted at most, checked before and while the claims are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Levels below the claims set: a top-level value is level 1, entering an array, a map or a tag adds one (CWT-E-026).
    pub depth: usize,
    /// Disclosures of one token.
    pub disclosures: usize,
    /// Digests of one token, those inside disclosures included.
    pub digests: usize,
}

impl Limits {
    /// 16 levels, 16384 disclosures, 32768 digests.
    pub const DEFAULT: Limits = Limits { depth: 16, disclosures: 16_384, digests: 32_768 };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// A disclosure, opened by its format: its digest, and what it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened<'a> {
    /// The digest as it would stand in the token.
    pub digest: Digest<'a>,
    /// What it discloses; values inside carry their own redaction marks.
    pub content: Content<'a>,
}

/// What a disclosure holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Content<'a> {
    /// A claim of a map.
    Claim(Key<'a>, Value<'a>),
    /// An element of an array.
    Element(Value<'a>),
    /// Nothing (SD-CWT only).
    Decoy,
}

/// Where a disclosure landed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disclosed {
    /// Its position in the list of disclosures.
    pub index: usize,
    /// The claim it restored. A decoy has the path of the map or array that holds its digest.
    pub path: ClaimPath,
    /// The disclosure inside which its digest stands, if it is not in the token itself.
    pub parent: Option<usize>,
    /// Whether it discloses nothing.
    pub decoy: bool,
}

/// The claims with every disclosure in its place, and without any redaction mark.
#[derive(Clone, Debug, PartialEq)]
pub struct Restored<'a> {
    /// The claims.
    pub claims: Map<'a>,
    /// One entry for each disclosure, in the order given.
    pub disclosed: Vec<Disclosed>,
    /// Digests for which there was no disclosure: redacted claims or decoys, nobody can tell.
    pub undisclosed: usize,
}

/// Puts each disclosure where its digest is, to any depth and in whatever order they come, and removes the digests left over
/// (JWT-V-004 to V-016, CWT-V-014 to V-027). Linear in the size of the input.
///
/// # Errors
/// [`Code::DigestDuplicate`], [`Code::DisclosureMisplaced`], [`Code::ClaimCollision`], [`Code::DisclosureUnmatched`],
/// [`Code::Limit`]; the place is the disclosure where there is one.
///
/// ```
/// use std::borrow::Cow;
/// use mimicred_claims::{Content, Key, Limits, Map, Opened, Value, restore};
///
/// let mut token = Map::new();
/// token.redacted.push(Cow::Borrowed(b"digest"));
/// let email = Opened { digest: Cow::Borrowed(b"digest"), content: Content::Claim(Key::from("email"), Value::from("a@b.example")) };
/// let restored = restore(token, vec![email], &Limits::DEFAULT)?;
/// assert_eq!(restored.claims.text("email"), Some(&Value::from("a@b.example")));
/// assert_eq!(restored.disclosed[0].path.to_string(), "email");
/// # Ok::<(), mimicred_claims::Error>(())
/// ```
pub fn restore<'a>(root: Map<'a>, opened: Vec<Opened<'a>>, limits: &Limits) -> Result<Restored<'a>, Error> {
    if opened.len() > limits.disclosures {
        return Err(Error::new(Code::Limit).note("too many disclosures"));
    }
    let mut by_digest = HashMap::with_capacity(opened.len());
    for (index, disclosure) in opened.into_iter().enumerate() {
        if by_digest.insert(disclosure.digest, (index, disclosure.content)).is_some() {
            return Err(Error::new(Code::DigestDuplicate).at(At::Disclosure(index)));
        }
    }
    let count = by_digest.len();
    let mut walk = Restoring { by_digest, seen: HashSet::new(), disclosed: vec![None; count], undisclosed: 0, limits };
    let claims = walk.map(root, &Place { path: ClaimPath::default(), octets: 0, parent: None, depth: 0 })?;
    let unmatched = walk.disclosed.iter().position(Option::is_none);
    match unmatched {
        Some(index) => Err(Error::new(Code::DisclosureUnmatched).at(At::Disclosure(index))),
        None => Ok(Restored { claims, disclosed: walk.disclosed.into_iter().flatten().collect(), undisclosed: walk.undisclosed }),
    }
}

struct Restoring<'a, 'l> {
    /// What has not found its digest yet.
    by_digest: HashMap<Digest<'a>, (usize, Content<'a>)>,
    seen: HashSet<Digest<'a>>,
    disclosed: Vec<Option<Disclosed>>,
    undisclosed: usize,
    limits: &'l Limits,
}

/// Where the walk is.
struct Place {
    path: ClaimPath,
    /// Octets of the names in the path.
    octets: usize,
    parent: Option<usize>,
    depth: usize,
}

impl Place {
    fn below(&self, step: Step, parent: Option<usize>) -> Result<Place, Error> {
        let name = match &step {
            Step::Key(Key::Text(name)) => name.len(),
            Step::Key(Key::Int(_)) | Step::Index(_) | Step::Every => 0,
        };
        let octets = self.octets.saturating_add(name);
        if octets > MAX_TEXT {
            return Err(Error::new(Code::Limit).note("the names of nested claims are too long"));
        }
        Ok(Place { path: self.path.child(step), octets, parent, depth: self.depth + 1 })
    }
}

impl<'a> Restoring<'a, '_> {
    /// The disclosure for a digest of the token, if there is one; a digest met twice is an error even if nothing discloses it.
    fn take(&mut self, digest: Digest<'a>) -> Result<Option<(usize, Content<'a>)>, Error> {
        if self.seen.len() >= self.limits.digests {
            return Err(Error::new(Code::Limit).note("too many digests"));
        }
        let found = self.by_digest.remove(&digest);
        if !self.seen.insert(digest) {
            return Err(Error::new(Code::DigestDuplicate));
        }
        self.undisclosed += usize::from(found.is_none());
        Ok(found)
    }

    fn landed(&mut self, index: usize, path: ClaimPath, parent: Option<usize>, decoy: bool) {
        if let Some(slot) = self.disclosed.get_mut(index) {
            *slot = Some(Disclosed { index, path, parent, decoy });
        }
    }

    fn map(&mut self, mut map: Map<'a>, place: &Place) -> Result<Map<'a>, Error> {
        let digests = std::mem::take(&mut map.redacted);
        let has_containers = map.iter().any(|(_, value)| is_container(value));
        if digests.is_empty() && !has_containers {
            return self.check_depth(place.depth + usize::from(!map.is_empty())).map(|()| map);
        }
        let mut entries = Vec::with_capacity(map.len() + digests.len());
        for (key, value) in map.into_entries() {
            let value = if is_container(&value) {
                let below = place.below(Step::Key(key.clone().into_owned()), place.parent)?;
                self.value(value, &below)?
            } else {
                self.check_depth(place.depth + 1)?;
                value
            };
            entries.push((key, value));
        }
        let clear = entries.len();
        let mut sources = Vec::with_capacity(digests.len());
        for digest in digests {
            match self.take(digest)? {
                Some((index, Content::Claim(key, value))) => {
                    let below = place.below(Step::Key(key.clone().into_owned()), Some(index))?;
                    let value = self.value(value, &below)?;
                    self.landed(index, below.path, place.parent, false);
                    sources.push(index);
                    entries.push((key, value));
                }
                Some((index, Content::Decoy)) => self.landed(index, place.path.clone(), place.parent, true),
                Some((index, Content::Element(_))) => {
                    return Err(Error::new(Code::DisclosureMisplaced).at(At::Disclosure(index)));
                }
                None => {}
            }
        }
        if sources.is_empty() {
            return Map::from_entries(entries);
        }
        let mut names = HashSet::with_capacity(entries.len());
        if let Some(n) = entries.iter().position(|(key, _)| !names.insert(key)) {
            let culprit = n.checked_sub(clear).and_then(|n| sources.get(n).copied());
            return Err(Error::new(Code::ClaimCollision).at(culprit.map_or(At::Whole, At::Disclosure)));
        }
        Ok(Map::from_unique(entries))
    }

    fn value(&mut self, value: Value<'a>, place: &Place) -> Result<Value<'a>, Error> {
        self.check_depth(place.depth)?;
        Ok(match value {
            Value::Map(map) => Value::Map(self.map(map, place)?),
            Value::Array(elements) => Value::Array(self.array(elements, place)?),
            Value::Tag(tag, inner) => {
                let below =
                    Place { path: place.path.clone(), octets: place.octets, parent: place.parent, depth: place.depth + 1 };
                Value::Tag(tag, Box::new(self.value(*inner, &below)?))
            }
            // A mark outside an array is a fault of the format crate's reader; it discloses nothing.
            Value::Redacted(_) => return Err(Error::new(Code::DisclosureMisplaced)),
            leaf => leaf,
        })
    }

    fn array(&mut self, elements: Vec<Value<'a>>, place: &Place) -> Result<Vec<Value<'a>>, Error> {
        let mut kept = Vec::with_capacity(elements.len());
        for element in elements {
            match element {
                Value::Redacted(digest) => match self.take(digest)? {
                    Some((index, Content::Element(value))) => {
                        let below = place.below(Step::Index(kept.len()), Some(index))?;
                        let value = self.value(value, &below)?;
                        self.landed(index, below.path, place.parent, false);
                        kept.push(value);
                    }
                    Some((index, Content::Decoy)) => self.landed(index, place.path.clone(), place.parent, true),
                    Some((index, Content::Claim(..))) => {
                        return Err(Error::new(Code::DisclosureMisplaced).at(At::Disclosure(index)));
                    }
                    None => {}
                },
                clear if is_container(&clear) => {
                    let below = place.below(Step::Index(kept.len()), place.parent)?;
                    kept.push(self.value(clear, &below)?);
                }
                leaf => {
                    self.check_depth(place.depth + 1)?;
                    kept.push(leaf);
                }
            }
        }
        Ok(kept)
    }

    fn check_depth(&self, depth: usize) -> Result<(), Error> {
        if depth > self.limits.depth { Err(Error::new(Code::Limit).note("the claims are nested too deeply")) } else { Ok(()) }
    }
}

fn is_container(value: &Value<'_>) -> bool {
    matches!(value, Value::Map(_) | Value::Array(_) | Value::Tag(..) | Value::Redacted(_))
}

#[cfg(test)]
mod tests;
