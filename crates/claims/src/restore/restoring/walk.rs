//! The walk through claims, to what stands inside something.

use std::collections::hash_map::Entry;

use mimicred_error::At;

use super::{Restoring, Standing, check_collision, index_of, name_len, names_too_long, too_many};
use crate::path::MAX_TEXT;
use crate::restore::trail::{Below, Place};
use crate::restore::{Content, Landed, is_container};
use crate::{Code, Digest, Error, Map, Value};

/// Where the walk is.
#[derive(Clone, Copy)]
pub(super) struct Here {
    place: Place,
    /// Octets of the names on the way.
    octets: usize,
    /// The disclosure that the walk is inside of.
    parent: Option<usize>,
    depth: usize,
}

/// Deeper than this nothing is restored, whatever the limits say: each level costs stack.
const MAX_DEPTH: usize = 128;

pub(super) const ROOT: Here = Here { place: Place::Root, octets: 0, parent: None, depth: 0 };

impl<'a> Restoring<'a, '_> {
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

    /// So many of the digests at this place nobody discloses.
    pub(super) fn note_unknown(&mut self, place: Place, count: usize) {
        if count > 0 {
            self.unknown.push((place, count));
        }
    }

    fn landed(&mut self, index: usize, place: Place, parent: Option<usize>, decoy: bool) {
        if let Some(slot) = self.landed.get_mut(index) {
            *slot = Some(Landed { place, parent, decoy });
        }
    }

    /// The place one step further down.
    pub(super) fn below(&mut self, here: Here, step: Below<'a>, parent: Option<usize>) -> Result<Here, Error> {
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

    pub(super) fn map(&mut self, mut map: Map<'a>, here: Here) -> Result<Map<'a>, Error> {
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
        let (mut sources, mut unknown) = (Vec::new(), 0);
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
                None => unknown += 1,
            }
        }
        self.note_unknown(here.place, unknown);
        check_collision(&entries, clear, &sources)?;
        Ok(Map::from_unique(entries))
    }

    pub(super) fn value(&mut self, value: &mut Value<'a>, here: Here) -> Result<(), Error> {
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
        let (mut kept, mut unknown) = (Vec::with_capacity(elements.len()), 0);
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
                None => unknown += 1,
            }
        }
        self.note_unknown(here.place, unknown);
        Ok(kept)
    }

    pub(super) fn check_depth(&self, depth: usize) -> Result<(), Error> {
        if depth > self.limits.depth.min(MAX_DEPTH) {
            Err(Error::new(Code::Limit).note("the claims are nested too deeply"))
        } else {
            Ok(())
        }
    }
}
