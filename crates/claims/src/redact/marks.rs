//! Marks: what an Issuer's own claims set says is to be redacted, place by place.

use std::collections::BTreeMap;

use crate::Key;

/// The marks of one place in a claims set, and of those below it. What is not mentioned stays visible.
///
/// Unlike a claim path, marks name a place exactly: the key `1` and the key `"1"` are two. They see through tags.
///
/// ```
/// use mimicred_claims::{DecoyMark, Key, Marks};
///
/// // Redact claim 501, and let one decoy stand beside it.
/// let redacted = Marks { redact: true, ..Marks::default() };
/// let decoys = vec![DecoyMark { position: 0, number: 1 }];
/// let marks = Marks { keys: [(Key::Int(501), redacted)].into(), decoys, ..Marks::default() };
/// assert!(!marks.is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Whether what stands here is redacted, as a whole, after what is inside.
    pub redact: bool,
    /// The marks below the entries of a map.
    pub keys: BTreeMap<Key<'static>, Marks>,
    /// The marks below the elements of an array, by index.
    pub elements: BTreeMap<usize, Marks>,
    /// The decoys of a map, or of an array by ascending position.
    pub decoys: Vec<DecoyMark>,
}

/// A place for a decoy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecoyMark {
    /// In an array, the index of the element that it is put before, decoys not counted. In a map it means nothing.
    pub position: usize,
    /// What tells it from the other decoys of its claims set.
    pub number: u64,
}

impl Marks {
    /// Whether nothing is marked, here or below.
    pub fn is_empty(&self) -> bool {
        !self.redact && self.decoys.is_empty() && self.below().all(Marks::is_empty)
    }

    /// How many disclosures the marks make, decoys included.
    pub(super) fn count(&self) -> usize {
        usize::from(self.redact) + self.decoys.len() + self.below().map(Marks::count).sum::<usize>()
    }

    fn below(&self) -> impl Iterator<Item = &Marks> {
        self.keys.values().chain(self.elements.values())
    }
}
