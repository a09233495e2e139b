//! What leads the walk of redaction: the plan, as seen from one place in the claims.

use super::{DecoyMark, Marks};
use crate::Key;
use crate::pattern::{self, Node, ends};

/// What the plan says about the place where the walk is, and about those below it.
pub(super) enum Guide<'g> {
    Nothing,
    Everything,
    Paths(Vec<&'g Node>),
    Marks(&'g Marks),
}

impl<'g> Guide<'g> {
    #[inline]
    pub(super) fn below_key(&self, key: &Key<'_>) -> Guide<'g> {
        match self {
            Guide::Nothing => Guide::Nothing,
            Guide::Everything => Guide::Everything,
            Guide::Paths(places) => Guide::Paths(pattern::into_key(places, key)),
            Guide::Marks(marks) => marked(marks.keys.get(&key.clone().into_owned())),
        }
    }

    pub(super) fn below_index(&self, index: usize) -> Guide<'g> {
        match self {
            Guide::Nothing => Guide::Nothing,
            Guide::Everything => Guide::Everything,
            Guide::Paths(places) => Guide::Paths(pattern::into_index(places, index)),
            Guide::Marks(marks) => marked(marks.elements.get(&index)),
        }
    }

    /// Whether what stands here is redacted; notes which paths have found something.
    #[inline]
    pub(super) fn hits(&self, matched: &mut [bool]) -> bool {
        match self {
            Guide::Nothing => false,
            Guide::Everything => true,
            Guide::Paths(places) => {
                let mut hit = false;
                for path in ends(places) {
                    hit = true;
                    if let Some(matched) = matched.get_mut(path) {
                        *matched = true;
                    }
                }
                hit
            }
            Guide::Marks(marks) => marks.redact,
        }
    }

    /// The decoys that belong into the map or array here.
    pub(super) fn decoys(&self) -> &'g [DecoyMark] {
        match self {
            Guide::Marks(marks) => &marks.decoys,
            _ => &[],
        }
    }
}

fn marked(marks: Option<&Marks>) -> Guide<'_> {
    marks.map_or(Guide::Nothing, Guide::Marks)
}
