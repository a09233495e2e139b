//! The ways into the claim tree that a walk has taken, kept so that the path to any of them can be told later.

use crate::{ClaimPath, Key, Map, Step};

/// One step down.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Below<'a> {
    Key(Key<'a>),
    Index(usize),
}

/// A place in the claim tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The claims set itself.
    Root,
    /// The claim at this position at the top level, which is where most are: nothing needs to be kept of the way to it.
    Top(usize),
    /// One that the trail knows.
    Deep(usize),
}

/// Places in the claim tree; each knows the one above it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Trail<'a> {
    places: Vec<(Place, Below<'a>)>,
}

impl<'a> Trail<'a> {
    /// The place one step below another.
    pub(super) fn push(&mut self, above: Place, step: Below<'a>) -> Place {
        self.places.push((above, step));
        Place::Deep(self.places.len() - 1)
    }

    /// The path from the top, for claims that are complete.
    pub(super) fn path(&self, place: Place, claims: &Map<'_>) -> ClaimPath {
        let mut steps = Vec::new();
        let mut next = place;
        loop {
            match next {
                Place::Root => break,
                Place::Top(position) => {
                    steps.extend(claims.key_at(position).map(|key| Step::Key(key.clone().into_owned())));
                    break;
                }
                Place::Deep(n) => {
                    let Some((above, step)) = self.places.get(n) else { break };
                    steps.push(match step {
                        Below::Key(key) => Step::Key(key.clone().into_owned()),
                        Below::Index(index) => Step::Index(*index),
                    });
                    next = *above;
                }
            }
        }
        steps.reverse();
        ClaimPath::new(steps)
    }
}
