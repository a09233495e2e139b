//! Choosing disclosures by claim path.

mod carriers;

use std::collections::HashSet;

use mimicred_error::At;

use crate::pattern::{Node, PathSet, ends, into_index, into_key, into_step};
use crate::{ClaimPath, Code, Disclosed, Error, Map, Step, Value};

/// What the holder discloses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Everything; decoys stay where they are (CWT-D-009).
    All,
    /// Nothing beyond what is always visible.
    None,
    /// The claims at these paths, each with all that is inside it, and whatever is needed to reach it.
    Paths(Vec<ClaimPath>),
}

impl Selection {
    /// The disclosures to send, as ascending positions, each with every disclosure it stands in (JWT-P-001, CWT-P-005).
    ///
    /// `disclosed` and `claims` are the fully restored token. Naming a claim that is visible anyway is fine and adds nothing.
    ///
    /// # Errors
    /// [`Code::PathUnmatched`]: a path names no claim of the token.
    pub fn choose(&self, disclosed: &[Disclosed], claims: &Map<'_>) -> Result<Vec<usize>, Error> {
        let paths = match self {
            Selection::None => return Ok(Vec::new()),
            Selection::All => return Ok(disclosed.iter().filter(|d| !d.decoy).map(|d| d.index).collect()),
            Selection::Paths(paths) => paths,
        };
        let set = PathSet::new(paths);
        let mut walk = Walk { found: vec![false; paths.len()], path: Vec::new(), leading: HashSet::new() };
        walk.map(claims, &set.start());
        if let Some((path, _)) = paths.iter().zip(&walk.found).find(|(_, found)| !**found) {
            return Err(Error::new(Code::PathUnmatched).at(At::Path(path.to_string())));
        }
        // What a disclosure stands in lies on the way to its claim, so that it is wanted too.
        let wanted = disclosed.iter().filter(|disclosure| !disclosure.decoy && walk.wants(&disclosure.path, &set));
        Ok(wanted.map(|disclosure| disclosure.index).collect())
    }
}

/// One walk through the claims with all paths, so that the work does not grow with claims times disclosures.
struct Walk {
    /// Which paths name a claim.
    found: Vec<bool>,
    /// Where the walk is.
    path: Vec<Step>,
    /// The places that have a named claim inside.
    leading: HashSet<Vec<Step>>,
}

impl Walk {
    /// Whether the claim at `path` is named, lies inside a named one, or has a named one inside it.
    fn wants(&self, path: &ClaimPath, set: &PathSet) -> bool {
        let mut places = set.start();
        for step in path.steps() {
            places = into_step(&places, step);
            if ends(&places).next().is_some() {
                return true;
            }
            if places.is_empty() {
                return false;
            }
        }
        self.leading.contains(path.steps())
    }

    /// Whether there is a named claim in this map.
    fn map(&mut self, map: &Map<'_>, places: &[&Node]) -> bool {
        let mut leads = false;
        for (key, value) in map.iter() {
            leads |= self.below(|| Step::Key(key.clone().into_owned()), value, &into_key(places, key));
        }
        leads
    }

    /// Whether the claim one step further down is named, or has a named one inside.
    fn below(&mut self, step: impl FnOnce() -> Step, value: &Value<'_>, places: &[&Node]) -> bool {
        if places.is_empty() {
            return false;
        }
        let mut is_named = false;
        for path in ends(places) {
            is_named = true;
            if let Some(found) = self.found.get_mut(path) {
                *found = true;
            }
        }
        self.path.push(step());
        let leads = self.content(value, places);
        if leads {
            self.leading.insert(self.path.clone());
        }
        self.path.pop();
        is_named || leads
    }

    fn content(&mut self, value: &Value<'_>, places: &[&Node]) -> bool {
        match value {
            Value::Map(map) => self.map(map, places),
            Value::Array(elements) => {
                let mut leads = false;
                for (n, element) in elements.iter().enumerate() {
                    leads |= self.below(|| Step::Index(n), element, &into_index(places, n));
                }
                leads
            }
            Value::Tag(_, inner) => self.content(inner, places),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests;
