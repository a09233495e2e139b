//! Looking for the needles of several sets in what was seen.

use std::cell::OnceCell;
use std::collections::HashSet;

use super::encoding::{self, Encoding};
use super::index::{Hit, Index};
use super::layer::{self, Buffers, Origin};
use super::{Needle, NeedleSet, Shape};
use crate::record::{Sight, View};
use crate::report::{FindReport, Searched};

/// Encodings inside each other that are undone: what is in a token in a JSON text has two.
const DEPTH: usize = 2;

/// A needle in what somebody saw. Of the same needle in the same encoding and sight only the first is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Find {
    /// The name of the needle's set.
    pub set: String,
    /// The needle's label.
    pub needle: String,
    /// The encoding; of several the outermost comes last: `hex in base64url`.
    pub encoding: String,
    /// Who saw it.
    pub who: String,
    /// In which role.
    pub view: View,
    /// In what.
    pub what: String,
    /// The number of the message that it came with.
    pub message: Option<u32>,
    /// Where it begins, in octets.
    pub offset: usize,
}

impl From<&Find> for FindReport {
    fn from(find: &Find) -> Self {
        Self {
            needle: find.needle.clone(),
            encoding: find.encoding.clone(),
            who: find.who.clone(),
            view: find.view.to_string(),
            what: find.what.clone(),
            message: find.message,
            offset: find.offset,
        }
    }
}

/// Needles, ready to be looked for. Making one is the larger part of the work for small views: make one of all sets, run it once
/// over everything, and ask [`Find::set`], [`Find::who`] and [`Find::view`] afterwards.
#[derive(Debug)]
pub struct Search {
    /// Set and label of each needle.
    names: Vec<(String, String)>,
    /// Needle and encoding of each pattern.
    patterns: Vec<(usize, Encoding)>,
    index: Index,
    /// Octets of the shortest pattern.
    least: usize,
    needles: usize,
}

impl Search {
    /// For the needles of these sets.
    pub fn new<'s>(sets: impl IntoIterator<Item = &'s NeedleSet>) -> Self {
        let sets: Vec<&NeedleSet> = sets.into_iter().collect();
        let named = sets.iter().flat_map(|set| set.needles().iter().map(move |needle| (set.name(), needle)));
        let (mut names, mut patterns, mut forms) = (Vec::new(), Vec::new(), Vec::new());
        for (set, needle) in named.clone() {
            let number = names.len();
            names.push((set.to_owned(), needle.label().to_owned()));
            if needle.shape() == Shape::Whole {
                for (encoding, form) in encoding::forms(needle.octets()) {
                    patterns.push((number, encoding));
                    forms.push(form);
                }
            }
        }
        let mut numbered: Vec<(usize, &[u8])> = forms.iter().map(Vec::as_slice).enumerate().collect();
        for (number, (_, needle)) in named.enumerate() {
            // A needle repeats itself where it is monotonous.
            let distinct: HashSet<&[u8]> = needle.windows().collect();
            for window in distinct {
                numbered.push((patterns.len(), window));
                patterns.push((number, Encoding::Raw));
            }
        }
        let least = numbered.iter().map(|(_, pattern)| pattern.len()).min().unwrap_or_default();
        let needles = sets.iter().map(|set| set.len()).sum();
        Self { names, index: Index::new(&numbered), patterns, least, needles }
    }

    /// What is found in these.
    pub fn run<'r>(&self, sights: impl IntoIterator<Item = &'r Sight>) -> Vec<Find> {
        let mut finds = Vec::new();
        for sight in sights {
            self.look(&sight.octets, |place| {
                let (set, needle) = self.names.get(place.needle).cloned().unwrap_or_default();
                let (who, view, what) = (sight.who.clone(), sight.view.clone(), sight.what.clone());
                let (encoding, message, offset) = (place.encoding, sight.message, place.offset);
                finds.push(Find { set, needle, encoding, who, view, what, message, offset });
            });
        }
        finds
    }

    /// How much a run over these is.
    pub fn extent<'r>(&self, sights: impl IntoIterator<Item = &'r Sight>) -> Searched {
        let nothing = Searched { needles: self.needles, ..Searched::default() };
        sights.into_iter().fold(nothing, |sum, sight| Searched {
            sights: sum.sights + 1,
            octets: sum.octets + sight.octets.len(),
            ..sum
        })
    }

    fn look(&self, octets: &[u8], mut found: impl FnMut(Place)) {
        if self.patterns.is_empty() {
            return;
        }
        let mut seen = HashSet::new();
        let mut buffers = [(); DEPTH].map(|()| Buffers::default());
        self.descend(octets, None, &mut buffers, &mut |frame, hit| {
            let (needle, form) = self.patterns.get(hit.pattern).copied().unwrap_or((usize::MAX, Encoding::Raw));
            if seen.insert((needle, Frame::encodings(frame, form))) {
                found(Frame::place(frame, octets, needle, form, hit));
            }
        });
    }

    /// Searches the octets and all that they can be taken for.
    fn descend(&self, octets: &[u8], frame: Option<&Frame<'_>>, buffers: &mut [Buffers], found: &mut Found<'_>) {
        self.index.scan(octets, &mut |hit| {
            // Undone percent-encoding without an escape in it is what there was before.
            if frame.is_none_or(|frame| frame.changes(hit)) {
                found(frame, hit);
            }
        });
        let Some((buffer, deeper)) = buffers.split_first_mut() else { return };
        layer::decode(octets, self.least, buffer, &mut |piece, origin| {
            let frame = Frame { outer: frame, encoded: octets, origin, escapes: OnceCell::new() };
            self.descend(piece, Some(&frame), deeper, found);
        });
    }
}

/// The number of users in whose octets each needle occurs as it is; for [`super::Constant`].
pub(super) fn count_users(needles: &[&Needle], users: &[Vec<Vec<u8>>]) -> Vec<usize> {
    let patterns: Vec<(usize, &[u8])> = needles.iter().map(|needle| needle.octets()).enumerate().collect();
    let index = Index::new(&patterns);
    let mut counts = vec![0; needles.len()];
    for user in users {
        let mut there = vec![false; needles.len()];
        for octets in user {
            index.scan(octets, &mut |hit| there.get_mut(hit.pattern).into_iter().for_each(|there| *there = true));
        }
        counts.iter_mut().zip(there).for_each(|(count, there)| *count += usize::from(there));
    }
    counts
}

type Found<'f> = dyn FnMut(Option<&Frame<'_>>, Hit) + 'f;

/// Where a needle is in a sight.
struct Place {
    needle: usize,
    encoding: String,
    offset: usize,
}

/// An encoding that was undone, and what it is in.
struct Frame<'f> {
    outer: Option<&'f Frame<'f>>,
    encoded: &'f [u8],
    origin: Origin,
    /// Where escapes were, if that was asked: found once, because a needle may be found many times in megabytes.
    escapes: OnceCell<Vec<usize>>,
}

impl Frame<'_> {
    /// Whether what was found looks different when encoded: it has an escape in it, where only those were undone.
    fn changes(&self, hit: Hit) -> bool {
        self.origin.encoding != Encoding::Percent || {
            let escapes = self.escapes.get_or_init(|| layer::escapes(self.encoded));
            let first = escapes.partition_point(|at| *at < hit.begin);
            escapes.get(first).is_some_and(|at| *at < hit.end)
        }
    }

    /// All encodings from the innermost outwards: a form that was looked for as it is counts like one that was undone.
    fn encodings(frame: Option<&Frame<'_>>, form: Encoding) -> [Option<Encoding>; DEPTH + 1] {
        let mut encodings = [None; DEPTH + 1];
        let undone = std::iter::successors(frame, |frame| frame.outer).map(|frame| frame.origin.encoding);
        let all = Some(form).filter(|form| *form != Encoding::Raw).into_iter().chain(undone);
        encodings.iter_mut().zip(all).for_each(|(place, encoding)| *place = Some(encoding));
        encodings
    }

    /// From the innermost outwards.
    fn place(frame: Option<&Frame<'_>>, octets: &[u8], needle: usize, form: Encoding, hit: Hit) -> Place {
        let mut names = Vec::new();
        let (mut begin, mut end) = (hit.begin, hit.end);
        if form != Encoding::Raw || frame.is_none() {
            let within = frame.map_or(octets, |_| &[]);
            names.push(encoding::name(form, within.get(begin..end).unwrap_or_default()));
        }
        for frame in std::iter::successors(frame, |frame| frame.outer) {
            [begin, end] = [begin, end].map(|at| frame.origin.place(frame.encoded, at));
            names.push(encoding::name(frame.origin.encoding, frame.encoded.get(begin..end).unwrap_or_default()));
        }
        Place { needle, encoding: names.join(" in "), offset: begin }
    }
}

#[cfg(test)]
mod tests;
