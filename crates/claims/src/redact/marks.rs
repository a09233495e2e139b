//! Marks: what an Issuer's own claims set says is to be redacted, place by place.

use std::collections::{BTreeMap, HashMap};

use crate::{ClaimPath, Key, Map, Step, Value};

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

    /// The first place that is marked and not there: a claim somebody means to hide must not go out in clear because of a slip.
    pub(super) fn missing(&self, claims: &Map<'_>) -> Option<ClaimPath> {
        let mut way = Vec::new();
        let is_missing = self.redact || self.misses_in_map(claims, &mut way);
        is_missing.then(|| ClaimPath::new(way))
    }

    /// Goes the way to what is missing, if anything is, and leaves it there.
    fn misses(&self, value: &Value<'_>, way: &mut Vec<Step>) -> bool {
        match value {
            Value::Map(map) => self.misses_in_map(map, way),
            Value::Array(elements) => self.misses_in_array(elements, way),
            Value::Tag(_, inner) => self.misses(inner, way),
            _ => !self.keys.is_empty() || !self.elements.is_empty() || !self.decoys.is_empty(),
        }
    }

    fn misses_in_map(&self, map: &Map<'_>, way: &mut Vec<Step>) -> bool {
        if self.keys.is_empty() {
            return !self.elements.is_empty();
        }
        let values: HashMap<&Key<'_>, &Value<'_>> = map.iter().collect();
        let missing = self.keys.iter().any(|(key, below)| {
            way.push(Step::Key(key.clone()));
            let missing = values.get(key).is_none_or(|value| below.misses(value, way));
            if !missing {
                way.pop();
            }
            missing
        });
        missing || !self.elements.is_empty()
    }

    fn misses_in_array(&self, elements: &[Value<'_>], way: &mut Vec<Step>) -> bool {
        let missing = self.elements.iter().any(|(index, below)| {
            way.push(Step::Index(*index));
            let missing = elements.get(*index).is_none_or(|value| below.misses(value, way));
            if !missing {
                way.pop();
            }
            missing
        });
        missing || !self.keys.is_empty()
    }

    fn below(&self) -> impl Iterator<Item = &Marks> {
        self.keys.values().chain(self.elements.values())
    }
}
