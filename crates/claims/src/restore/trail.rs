//! The ways into the claim tree that a walk has taken, kept so that the path to any of them can be told later.

use crate::{ClaimPath, Key, Step};

/// One step down.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Below<'a> {
    Key(Key<'a>),
    Index(usize),
}

/// Places in the claim tree; each knows the one above it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Trail<'a> {
    places: Vec<(usize, Below<'a>)>,
}

impl<'a> Trail<'a> {
    /// The claims set itself.
    pub(super) const TOP: usize = 0;

    pub(super) fn with_capacity(places: usize) -> Self {
        Self { places: Vec::with_capacity(places) }
    }

    /// The place one step below another.
    pub(super) fn push(&mut self, above: usize, step: Below<'a>) -> usize {
        self.places.push((above, step));
        // The top has no entry of its own, so that places count from 1.
        self.places.len()
    }

    fn step(&self, place: usize) -> Option<&(usize, Below<'a>)> {
        self.places.get(place.checked_sub(1)?)
    }

    /// The key of a claim at the top level, if this place is one.
    pub(super) fn top_level(&self, place: usize) -> Option<&Key<'a>> {
        match self.step(place)? {
            (Self::TOP, Below::Key(key)) => Some(key),
            _ => None,
        }
    }

    /// The path from the top.
    pub(super) fn path(&self, place: usize) -> ClaimPath {
        let mut steps = Vec::new();
        let mut next = place;
        while let Some((above, step)) = self.step(next) {
            steps.push(match step {
                Below::Key(key) => Step::Key(key.clone().into_owned()),
                Below::Index(index) => Step::Index(*index),
            });
            next = *above;
        }
        steps.reverse();
        ClaimPath::new(steps)
    }
}
