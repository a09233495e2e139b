//! The work itself: disclosures come one by one, and then the claims are walked through.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::BuildHasherDefault;

use mimicred_error::At;

use super::trail::{Below, Place, Trail};
use super::{Content, Landed, Limits, Restored, is_container};
use crate::keyed::{AsItIs, Fingerprint, Keyed};
use crate::path::MAX_TEXT;
use crate::value::repeated_key;
use crate::{Code, Digest, Error, Key, Map, Value};

/// Claims into which disclosures are being put, as a format opens them.
///
/// What discloses a claim at the top level, as most do, finds its place at once; what stands inside something waits until
/// [`Restoring::finish`] walks there.
///
/// ```
/// use mimicred_claims::{Content, Digest, Key, Limits, Map, Restoring, Value};
///
/// let mut token = Map::new();
/// token.redacted.push(Digest::from(b"digest"));
/// let mut restoring = Restoring::new(token, 1, &Limits::DEFAULT)?;
/// restoring.add(Digest::from(b"digest"), Content::Claim(Key::from("email"), Value::from("a@b.example")))?;
/// let restored = restoring.finish()?;
/// assert_eq!(restored.claims().text("email"), Some(&Value::from("a@b.example")));
/// # Ok::<(), mimicred_claims::Error>(())
/// ```
pub struct Restoring<'a, 'l> {
    limits: &'l Limits,
    /// Top-level claims that no disclosure may bring.
    visible: Option<&'l dyn Fn(&Key<'_>) -> bool>,
    /// What is known of a digest. Should two ever have one fingerprint, then one stands twice, so to say.
    known: HashMap<Fingerprint, Standing, BuildHasherDefault<AsItIs>>,
    keyed: Keyed,
    /// The digests at the top level.
    top: Vec<Digest<'a>>,
    /// The claims at the top level; behind those in clear, the disclosed ones as they come.
    claims: Vec<(Key<'a>, Value<'a>)>,
    clear: usize,
    /// The disclosures of the claims behind those in clear.
    sources: Vec<usize>,
    /// What has not found its digest yet, with its position among the disclosures.
    waiting: Vec<(usize, Digest<'a>, Option<Content<'a>>)>,
    landed: Vec<Option<Landed>>,
    trail: Trail<'a>,
    seen: usize,
    undisclosed: usize,
}

/// What is known of a digest.
#[derive(Clone, Copy)]
enum Standing {
    /// It stands at the top level, and nothing has disclosed it yet.
    Top(u32),
    /// Something discloses it, and it has not been met yet.
    Waiting(u32),
    /// It stands in the token, once.
    Met,
}

/// Where the walk is.
#[derive(Clone, Copy)]
struct Here {
    place: Place,
    /// Octets of the names on the way.
    octets: usize,
    /// The disclosure that the walk is inside of.
    parent: Option<usize>,
    depth: usize,
}

/// Deeper than this nothing is restored, whatever the limits say: each level costs stack.
const MAX_DEPTH: usize = 128;

const ROOT: Here = Here { place: Place::Root, octets: 0, parent: None, depth: 0 };

impl<'a, 'l> Restoring<'a, 'l> {
    /// Begins with the claims of a token; `count` disclosures are to come, more or less.
    ///
    /// # Errors
    /// [`Code::DigestDuplicate`], [`Code::Limit`].
    pub fn new(mut root: Map<'a>, count: usize, limits: &'l Limits) -> Result<Self, Error> {
        let top = std::mem::take(&mut root.redacted);
        if top.len() > limits.digests {
            return Err(too_many("digests"));
        }
        let count = count.min(limits.disclosures);
        let keyed = Keyed::new();
        let mut known = HashMap::with_capacity_and_hasher(top.len().max(count), BuildHasherDefault::default());
        for (n, digest) in top.iter().enumerate() {
            if known.insert(keyed.fingerprint(digest), Standing::Top(position(n)?)).is_some() {
                return Err(Code::DigestDuplicate.into());
            }
        }
        let clear = root.len();
        let mut claims = root.into_entries();
        claims.reserve(count.min(top.len()));
        Ok(Self {
            limits,
            visible: None,
            seen: top.len(),
            undisclosed: top.len(),
            known,
            keyed,
            top,
            claims,
            clear,
            sources: Vec::with_capacity(count),
            waiting: Vec::new(),
            landed: Vec::with_capacity(count),
            trail: Trail::default(),
        })
    }

    /// Refuses disclosures of these claims at the top level.
    #[must_use]
    pub fn with_visible(mut self, visible: &'l dyn Fn(&Key<'_>) -> bool) -> Self {
        self.visible = Some(visible);
        self
    }

    /// Adds the next disclosure.
    ///
    /// # Errors
    /// [`Code::DigestDuplicate`], [`Code::DisclosureMisplaced`], [`Code::RedactionForbidden`], [`Code::Limit`].
#[inline]
    pub fn add(&mut self, digest: Digest<'a>, content: Content<'a>) -> Result<(), Error> {
        let index = self.landed.len();
        if index >= self.limits.disclosures {
            return Err(too_many("disclosures"));
        }
        let twice = || Error::new(Code::DigestDuplicate).at(At::Disclosure(index));
        match self.known.entry(self.keyed.fingerprint(&digest)) {
            Entry::Vacant(vacant) => {
                vacant.insert(Standing::Waiting(position(self.waiting.len())?));
                self.waiting.push((index, digest, Some(content)));
                self.landed.push(None);
                Ok(())
            }
            Entry::Occupied(mut known) => match *known.get() {
                Standing::Top(n) if self.top.get(index_of(n)) == Some(&digest) => {
                    known.insert(Standing::Met);
                    self.undisclosed -= 1;
                    self.land_at_top(index, content)
                }
                _ => Err(twice()),
            },
        }
    }

#[inline]
    fn land_at_top(&mut self, index: usize, content: Content<'a>) -> Result<(), Error> {
        let (place, decoy) = match content {
            Content::Claim(key, value) => {
                if self.visible.is_some_and(|visible| visible(&key)) {
                    return Err(Error::new(Code::RedactionForbidden).at(At::Disclosure(index)));
                }
                if name_len(&key) > MAX_TEXT {
                    return Err(names_too_long());
                }
                let place = Place::Top(self.claims.len());
                self.claims.push((key, value));
                self.sources.push(index);
                (place, false)
            }
            Content::Decoy => (Place::Root, true),
            Content::Element(_) => return Err(Error::new(Code::DisclosureMisplaced).at(At::Disclosure(index))),
        };
        self.landed.push(Some(Landed { place, parent: None, decoy }));
        Ok(())
    }

    /// Puts what waits into its place, and removes what is left of redaction.
    ///
    /// # Errors
    /// As [`restore`](fn@crate::restore).
    pub fn finish(mut self) -> Result<Restored<'a>, Error> {
        let claims = self.finish_top()?;
        self.complete(claims)
    }

    /// The same for a token with two claims sets, of which this is the other; see [`restore_with`](crate::restore_with).
    ///
    /// # Errors
    /// As [`restore_with`](crate::restore_with).
    pub fn finish_with(mut self, also: Map<'a>) -> Result<Restored<'a>, Error> {
        let claims = self.finish_top()?;
        let also = self.map(also, ROOT)?;
        self.complete(claims.merged(also)?)
    }

    fn finish_top(&mut self) -> Result<Map<'a>, Error> {
        let mut claims = std::mem::take(&mut self.claims);
        self.check_depth(usize::from(!claims.is_empty()))?;
        for (n, (key, value)) in claims.iter_mut().enumerate() {
            if is_container(value) {
                let parent = n.checked_sub(self.clear).and_then(|n| self.sources.get(n).copied());
                let here = self.below(ROOT, Below::Key(key.clone()), parent)?;
                self.value(value, here)?;
            }
        }
        let sources = std::mem::take(&mut self.sources);
        check_collision(&claims, self.clear, &sources)?;
        Ok(Map::from_unique(claims))
    }

    fn complete(self, claims: Map<'a>) -> Result<Restored<'a>, Error> {
        let landed: Vec<_> = self.landed.into_iter().map_while(|landed| landed).collect();
        // The first that did not land ends the list.
        if self.waiting.iter().any(|(_, _, content)| content.is_some()) {
            return Err(Error::new(Code::DisclosureUnmatched).at(At::Disclosure(landed.len())));
        }
        Ok(Restored { claims, undisclosed: self.undisclosed, landed, trail: self.trail })
    }

    /// The disclosure for a digest met below the top level, if there is one; a digest met twice is an error even if nothing
    /// discloses it.
    fn take(&mut self, digest: Digest<'a>) -> Result<Option<(usize, Content<'a>)>, Error> {
        if self.seen >= self.limits.digests {
            return Err(too_many("digests"));
        }
        self.seen += 1;
        let n = match self.known.entry(self.keyed.fingerprint(&digest)) {
            Entry::Vacant(vacant) => {
                vacant.insert(Standing::Met);
                self.undisclosed += 1;
                return Ok(None);
            }
            Entry::Occupied(mut known) => match known.insert(Standing::Met) {
                Standing::Waiting(n) => index_of(n),
                Standing::Top(_) | Standing::Met => return Err(Code::DigestDuplicate.into()),
            },
        };
        match self.waiting.get_mut(n) {
            Some((index, waiting, content)) if *waiting == digest => Ok(content.take().map(|content| (*index, content))),
            _ => Err(Code::DigestDuplicate.into()),
        }
    }

    fn landed(&mut self, index: usize, place: Place, parent: Option<usize>, decoy: bool) {
        if let Some(slot) = self.landed.get_mut(index) {
            *slot = Some(Landed { place, parent, decoy });
        }
    }

    /// The place one step further down.
    fn below(&mut self, here: Here, step: Below<'a>, parent: Option<usize>) -> Result<Here, Error> {
        let name = match &step {
            Below::Key(key) => name_len(key),
            Below::Index(_) => 0,
        };
        let octets = here.octets.saturating_add(name);
        if octets > MAX_TEXT {
            return Err(names_too_long());
        }
        Ok(Here { place: self.trail.push(here.place, step), octets, parent, depth: here.depth + 1 })
    }

    fn map(&mut self, mut map: Map<'a>, here: Here) -> Result<Map<'a>, Error> {
        self.check_depth(here.depth + usize::from(!map.is_empty()))?;
        for (key, value) in map.values_mut() {
            if is_container(value) {
                let below = self.below(here, Below::Key(key.clone()), here.parent)?;
                self.value(value, below)?;
            }
        }
        let digests = std::mem::take(&mut map.redacted);
        if digests.is_empty() {
            return Ok(map);
        }
        let clear = map.len();
        let mut entries = map.into_entries();
        let mut sources = Vec::new();
        for digest in digests {
            match self.take(digest)? {
                Some((index, Content::Claim(key, mut value))) => {
                    if here.place == Place::Root && self.visible.is_some_and(|visible| visible(&key)) {
                        return Err(Error::new(Code::RedactionForbidden).at(At::Disclosure(index)));
                    }
                    let below = self.below(here, Below::Key(key.clone()), Some(index))?;
                    self.value(&mut value, below)?;
                    self.landed(index, below.place, here.parent, false);
                    sources.push(index);
                    entries.push((key, value));
                }
                Some((index, Content::Decoy)) => self.landed(index, here.place, here.parent, true),
                Some((index, Content::Element(_))) => {
                    return Err(Error::new(Code::DisclosureMisplaced).at(At::Disclosure(index)));
                }
                None => {}
            }
        }
        check_collision(&entries, clear, &sources)?;
        Ok(Map::from_unique(entries))
    }

    fn value(&mut self, value: &mut Value<'a>, here: Here) -> Result<(), Error> {
        self.check_depth(here.depth)?;
        match value {
            Value::Map(map) => *map = self.map(std::mem::take(map), here)?,
            Value::Array(elements) => *elements = self.array(std::mem::take(elements), here)?,
            Value::Tag(_, inner) => self.value(inner, Here { depth: here.depth + 1, ..here })?,
            // A mark outside an array is a fault of the format crate's reader; it discloses nothing.
            Value::Redacted(_) => return Err(Error::new(Code::DisclosureMisplaced)),
            _ => {}
        }
        Ok(())
    }

    fn array(&mut self, elements: Vec<Value<'a>>, here: Here) -> Result<Vec<Value<'a>>, Error> {
        self.check_depth(here.depth + usize::from(!elements.is_empty()))?;
        let mut kept = Vec::with_capacity(elements.len());
        for mut element in elements {
            let Value::Redacted(digest) = element else {
                if is_container(&element) {
                    let below = self.below(here, Below::Index(kept.len()), here.parent)?;
                    self.value(&mut element, below)?;
                }
                kept.push(element);
                continue;
            };
            match self.take(digest)? {
                Some((index, Content::Element(mut value))) => {
                    let below = self.below(here, Below::Index(kept.len()), Some(index))?;
                    self.value(&mut value, below)?;
                    self.landed(index, below.place, here.parent, false);
                    kept.push(value);
                }
                Some((index, Content::Decoy)) => self.landed(index, here.place, here.parent, true),
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

/// Refuses a disclosed claim whose key stands before it already (CWT-V-019, JWT-V-010).
fn check_collision(entries: &[(Key<'_>, Value<'_>)], clear: usize, sources: &[usize]) -> Result<(), Error> {
    let Some(n) = (if sources.is_empty() { None } else { repeated_key(entries) }) else { return Ok(()) };
    let culprit = n.checked_sub(clear).and_then(|n| sources.get(n).copied());
    Err(Error::new(Code::ClaimCollision).at(culprit.map_or(At::Whole, At::Disclosure)))
}

#[inline]
fn name_len(key: &Key<'_>) -> usize {
    match key {
        Key::Text(name) => name.len(),
        Key::Int(_) => 0,
    }
}

fn names_too_long() -> Error {
    Error::new(Code::Limit).note("the names of nested claims are too long")
}

#[inline]
fn position(n: usize) -> Result<u32, Error> {
    u32::try_from(n).map_err(|_| too_many("digests"))
}

#[inline]
fn index_of(position: u32) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

fn too_many(what: &str) -> Error {
    Error::new(Code::Limit).note(format!("too many {what}"))
}
