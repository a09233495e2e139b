//! Putting disclosures back where their digests are.

mod disclosures;
mod trail;

use mimicred_error::At;

use crate::path::MAX_TEXT;
use crate::value::repeated_key;
use crate::{ClaimPath, Code, Digest, Error, Key, Map, Value};
use trail::{Below, Trail};

pub use disclosures::Disclosures;

/// What is accepted at most, checked before and while the claims are put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Levels below the claims set: a top-level value is level 1, entering an array, a map or a tag adds one (CWT-E-026).
    /// Values above 128 count as 128.
    pub depth: usize,
    /// Disclosures of one token.
    pub disclosures: usize,
    /// Digests of one token, those inside disclosures included.
    pub digests: usize,
}

/// Deeper than this nothing is restored, whatever the limits say: each level costs stack.
const MAX_DEPTH: usize = 128;

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
    /// Digests for which there was no disclosure: redacted claims or decoys, nobody can tell.
    pub undisclosed: usize,
    landed: Vec<Landed>,
    trail: Trail<'a>,
}

impl Restored<'_> {
    /// One entry for each disclosure, in the order given. The paths are written now: who does not ask does not pay.
    pub fn disclosed(&self) -> Vec<Disclosed> {
        let each = self.landed.iter().enumerate();
        each.map(|(index, landed)| Disclosed {
            index,
            path: self.trail.path(landed.place),
            parent: landed.parent,
            decoy: landed.decoy,
        })
        .collect()
    }

    /// How many disclosures there are.
    pub fn disclosures(&self) -> usize {
        self.landed.len()
    }

    /// The disclosures that restored a claim at the top level, by position, each with the key of that claim.
    pub fn disclosed_at_top(&self) -> impl Iterator<Item = (usize, &Key<'_>)> {
        let claims = self.landed.iter().enumerate().filter(|(_, landed)| !landed.decoy);
        claims.filter_map(|(index, landed)| Some((index, self.trail.top_level(landed.place)?)))
    }
}

/// Puts each disclosure where its digest is, to any depth and in whatever order they come, and removes the digests left over
/// (JWT-V-004 to V-016, CWT-V-014 to V-027). Linear in the size of the input.
///
/// # Errors
/// [`Code::DigestDuplicate`], [`Code::DisclosureMisplaced`], [`Code::ClaimCollision`], [`Code::DisclosureUnmatched`],
/// [`Code::Limit`]; the place is the disclosure where there is one.
///
/// ```
/// use mimicred_claims::{Content, Digest, Key, Limits, Map, Opened, Value, restore};
///
/// let mut token = Map::new();
/// token.redacted.push(Digest::from(b"digest"));
/// let email = Opened { digest: Digest::from(b"digest"), content: Content::Claim(Key::from("email"), Value::from("a@b.example")) };
/// let restored = restore(token, vec![email], &Limits::DEFAULT)?;
/// assert_eq!(restored.claims.text("email"), Some(&Value::from("a@b.example")));
/// assert_eq!(restored.disclosed()[0].path.to_string(), "email");
/// # Ok::<(), mimicred_claims::Error>(())
/// ```
pub fn restore<'a>(root: Map<'a>, opened: Vec<Opened<'a>>, limits: &Limits) -> Result<Restored<'a>, Error> {
    Disclosures::of(opened, root.redacted.len(), limits)?.restore(root, limits)
}

/// As [`restore`](fn@restore), for a token with two claims sets that share its disclosures, such as the payload and the CWT Claims
/// header of an SD-CWT. The result is one claims set; a claim that stands in both is there once, and must be the same in both
/// (CWT-V-028).
///
/// # Errors
/// As [`restore`](fn@restore); [`Code::ClaimCollision`] for a claim that differs.
///
/// ```
/// use mimicred_claims::{Key, Limits, Map, Value, restore_with};
///
/// let payload = Map::from_entries(vec![(Key::Int(2), Value::from("alice"))])?;
/// let header = Map::from_entries(vec![(Key::Int(2), Value::from("alice")), (Key::Int(6), Value::Int(1_790_000_000))])?;
/// let restored = restore_with(payload, header, vec![], &Limits::DEFAULT)?;
/// assert_eq!(restored.claims.len(), 2);
/// # Ok::<(), mimicred_claims::Error>(())
/// ```
pub fn restore_with<'a>(root: Map<'a>, also: Map<'a>, opened: Vec<Opened<'a>>, limits: &Limits) -> Result<Restored<'a>, Error> {
    let digests = root.redacted.len().saturating_add(also.redacted.len());
    Disclosures::of(opened, digests, limits)?.restore_with(root, also, limits)
}

#[derive(Clone, Debug, PartialEq)]
struct Landed {
    place: usize,
    parent: Option<usize>,
    decoy: bool,
}

struct Restoring<'a, 'l> {
    disclosures: Disclosures<'a>,
    landed: Vec<Option<Landed>>,
    trail: Trail<'a>,
    seen: usize,
    undisclosed: usize,
    limits: &'l Limits,
}

/// Where the walk is.
#[derive(Clone, Copy)]
struct Place {
    /// The place in the trail.
    trail: usize,
    /// Octets of the names on the way.
    octets: usize,
    /// The disclosure that the walk is inside of.
    parent: Option<usize>,
    depth: usize,
}

impl<'a> Disclosures<'a> {
    /// Puts each where its digest is; see [`restore`](fn@restore).
    ///
    /// # Errors
    /// As [`restore`](fn@restore).
    pub fn restore(self, root: Map<'a>, limits: &Limits) -> Result<Restored<'a>, Error> {
        let mut walk = Restoring::new(self, limits)?;
        let claims = walk.root(root)?;
        walk.finish(claims)
    }

    /// Puts each where its digest is in one of two claims sets; see [`restore_with`].
    ///
    /// # Errors
    /// As [`restore_with`].
    pub fn restore_with(self, root: Map<'a>, also: Map<'a>, limits: &Limits) -> Result<Restored<'a>, Error> {
        let mut walk = Restoring::new(self, limits)?;
        let claims = walk.root(root)?;
        let also = walk.root(also)?;
        walk.finish(claims.merged(also)?)
    }
}

impl<'a, 'l> Restoring<'a, 'l> {
    fn new(disclosures: Disclosures<'a>, limits: &'l Limits) -> Result<Self, Error> {
        let count = disclosures.len();
        if count > limits.disclosures {
            return Err(Error::new(Code::Limit).note("too many disclosures"));
        }
        let trail = Trail::with_capacity(count);
        Ok(Self { disclosures, landed: vec![None; count], trail, seen: 0, undisclosed: 0, limits })
    }

    fn root(&mut self, claims: Map<'a>) -> Result<Map<'a>, Error> {
        self.map(claims, Place { trail: Trail::TOP, octets: 0, parent: None, depth: 0 })
    }

    fn finish(self, claims: Map<'a>) -> Result<Restored<'a>, Error> {
        if let Some(index) = self.landed.iter().position(Option::is_none) {
            return Err(Error::new(Code::DisclosureUnmatched).at(At::Disclosure(index)));
        }
        let landed = self.landed.into_iter().flatten().collect();
        Ok(Restored { claims, undisclosed: self.undisclosed, landed, trail: self.trail })
    }

    /// The disclosure for a digest of the token, if there is one; a digest met twice is an error even if nothing discloses it.
    fn take(&mut self, digest: Digest<'a>) -> Result<Option<(usize, Content<'a>)>, Error> {
        if self.seen >= self.limits.digests {
            return Err(Error::new(Code::Limit).note("too many digests"));
        }
        self.seen += 1;
        let found = self.disclosures.take(digest)?;
        self.undisclosed += usize::from(found.is_none());
        Ok(found)
    }

    fn landed(&mut self, index: usize, place: usize, parent: Option<usize>, decoy: bool) {
        if let Some(slot) = self.landed.get_mut(index) {
            *slot = Some(Landed { place, parent, decoy });
        }
    }

    /// The place one step further down.
    fn below(&mut self, place: Place, step: Below<'a>, parent: Option<usize>) -> Result<Place, Error> {
        let name = match &step {
            Below::Key(Key::Text(name)) => name.len(),
            Below::Key(Key::Int(_)) | Below::Index(_) => 0,
        };
        let octets = place.octets.saturating_add(name);
        if octets > MAX_TEXT {
            return Err(Error::new(Code::Limit).note("the names of nested claims are too long"));
        }
        Ok(Place { trail: self.trail.push(place.trail, step), octets, parent, depth: place.depth + 1 })
    }

    fn map(&mut self, mut map: Map<'a>, place: Place) -> Result<Map<'a>, Error> {
        self.check_depth(place.depth + usize::from(!map.is_empty()))?;
        for (key, value) in map.values_mut() {
            if is_container(value) {
                let below = self.below(place, Below::Key(key.clone()), place.parent)?;
                self.value(value, below)?;
            }
        }
        let digests = std::mem::take(&mut map.redacted);
        if digests.is_empty() {
            return Ok(map);
        }
        let clear = map.len();
        let mut entries = map.into_entries();
        entries.reserve(digests.len().min(self.disclosures.len()));
        let mut sources = Vec::with_capacity(digests.len().min(self.disclosures.len()));
        for digest in digests {
            match self.take(digest)? {
                Some((index, Content::Claim(key, mut value))) => {
                    let below = self.below(place, Below::Key(key.clone()), Some(index))?;
                    self.value(&mut value, below)?;
                    self.landed(index, below.trail, place.parent, false);
                    sources.push(index);
                    entries.push((key, value));
                }
                Some((index, Content::Decoy)) => self.landed(index, place.trail, place.parent, true),
                Some((index, Content::Element(_))) => {
                    return Err(Error::new(Code::DisclosureMisplaced).at(At::Disclosure(index)));
                }
                None => {}
            }
        }
        if let Some(n) = if sources.is_empty() { None } else { repeated_key(&entries) } {
            let culprit = n.checked_sub(clear).and_then(|n| sources.get(n).copied());
            return Err(Error::new(Code::ClaimCollision).at(culprit.map_or(At::Whole, At::Disclosure)));
        }
        Ok(Map::from_unique(entries))
    }

    fn value(&mut self, value: &mut Value<'a>, place: Place) -> Result<(), Error> {
        self.check_depth(place.depth)?;
        match value {
            Value::Map(map) => *map = self.map(std::mem::take(map), place)?,
            Value::Array(elements) => *elements = self.array(std::mem::take(elements), place)?,
            Value::Tag(_, inner) => self.value(inner, Place { depth: place.depth + 1, ..place })?,
            // A mark outside an array is a fault of the format crate's reader; it discloses nothing.
            Value::Redacted(_) => return Err(Error::new(Code::DisclosureMisplaced)),
            _ => {}
        }
        Ok(())
    }

    fn array(&mut self, elements: Vec<Value<'a>>, place: Place) -> Result<Vec<Value<'a>>, Error> {
        self.check_depth(place.depth + usize::from(!elements.is_empty()))?;
        let mut kept = Vec::with_capacity(elements.len());
        for mut element in elements {
            let Value::Redacted(digest) = element else {
                if is_container(&element) {
                    let below = self.below(place, Below::Index(kept.len()), place.parent)?;
                    self.value(&mut element, below)?;
                }
                kept.push(element);
                continue;
            };
            match self.take(digest)? {
                Some((index, Content::Element(mut value))) => {
                    let below = self.below(place, Below::Index(kept.len()), Some(index))?;
                    self.value(&mut value, below)?;
                    self.landed(index, below.trail, place.parent, false);
                    kept.push(value);
                }
                Some((index, Content::Decoy)) => self.landed(index, place.trail, place.parent, true),
                Some((index, Content::Claim(..))) => {
                    return Err(Error::new(Code::DisclosureMisplaced).at(At::Disclosure(index)));
                }
                None => {}
            }
        }
        Ok(kept)
    }

    fn check_depth(&self, depth: usize) -> Result<(), Error> {
        if depth > self.limits.depth.min(MAX_DEPTH) {
            Err(Error::new(Code::Limit).note("the claims are nested too deeply"))
        } else {
            Ok(())
        }
    }
}

fn is_container(value: &Value<'_>) -> bool {
    matches!(value, Value::Map(_) | Value::Array(_) | Value::Tag(..) | Value::Redacted(_))
}

#[cfg(test)]
mod tests;
