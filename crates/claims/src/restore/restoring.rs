//! The work itself: disclosures come one by one, and then the claims are walked through.

mod walk;

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
use walk::ROOT;

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
/// restoring.add(&Digest::from(b"digest"), Content::Claim(Key::from("email"), Value::from("a@b.example")))?;
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
    waiting: Vec<(usize, Digest<'static>, Option<Content<'a>>)>,
    landed: Vec<Option<Landed>>,
    trail: Trail<'a>,
    seen: usize,
    /// How many of the digests at the top level nothing has disclosed yet.
    top_left: usize,
    /// Where others are that nothing discloses, and how many in each place.
    unknown: Vec<(Place, usize)>,
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
            top_left: top.len(),
            unknown: Vec::new(),
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
    pub fn add(&mut self, digest: &Digest<'_>, content: Content<'a>) -> Result<(), Error> {
        let index = self.landed.len();
        if index >= self.limits.disclosures {
            return Err(too_many("disclosures"));
        }
        let twice = || Error::new(Code::DigestDuplicate).at(At::Disclosure(index));
        match self.known.entry(self.keyed.fingerprint(digest)) {
            Entry::Vacant(vacant) => {
                vacant.insert(Standing::Waiting(position(self.waiting.len())?));
                self.waiting.push((index, digest.clone().into_owned(), Some(content)));
                self.landed.push(None);
                Ok(())
            }
            Entry::Occupied(mut known) => match *known.get() {
                Standing::Top(n) if self.top.get(index_of(n)) == Some(digest) => {
                    known.insert(Standing::Met);
                    self.top_left -= 1;
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
        self.note_unknown(Place::Root, self.top_left);
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
        Ok(Restored { claims, unknown: self.unknown, landed, trail: self.trail })
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
