//! Which disclosures hold what is named, as against those that merely lead there.

use std::collections::{BTreeSet, HashMap};

use mimicred_error::At;

use super::Selection;
use crate::pattern::{Node, PathSet, ends, into_index, into_key};
use crate::{Code, Disclosed, Error, Key, Map, Step, Value};

impl Selection {
    /// The disclosures that hold the named claims, and those of everything inside them, as ascending positions. A disclosure that is
    /// only needed to reach a named claim, because the claim has a disclosure of its own inside it, is not among them.
    ///
    /// # Errors
    /// [`Code::PathUnmatched`]: a path names no claim of the token, or one that no disclosure holds anything of.
    ///
    /// ```
    /// use mimicred_claims::{ClaimPath, Disclosed, Key, Map, Selection, Value};
    ///
    /// // Both `address` and `address.street` are disclosures; `address.country` is clear inside the first.
    /// let address = vec![(Key::from("street"), Value::from("Hof 1")), (Key::from("country"), Value::from("DE"))];
    /// let claims = Map::from_entries(vec![(Key::from("address"), Value::Map(Map::from_entries(address)?))])?;
    /// let disclosed = [
    ///     Disclosed { index: 0, path: "address.street".parse()?, parent: Some(1), decoy: false },
    ///     Disclosed { index: 1, path: "address".parse()?, parent: None, decoy: false },
    /// ];
    /// let carriers = |path: &str| Selection::Paths(vec![path.parse().unwrap()]).carriers(&disclosed, &claims).unwrap();
    /// assert_eq!(carriers("address.street"), [0]);
    /// assert_eq!(carriers("address.country"), [1]);
    /// assert_eq!(carriers("address"), [0, 1]);
    /// # Ok::<(), mimicred_claims::Error>(())
    /// ```
    pub fn carriers(&self, disclosed: &[Disclosed], claims: &Map<'_>) -> Result<Vec<usize>, Error> {
        let paths = match self {
            Selection::None => return Ok(Vec::new()),
            Selection::All => return Ok(disclosed.iter().filter(|d| !d.decoy).map(|d| d.index).collect()),
            Selection::Paths(paths) => paths,
        };
        let set = PathSet::new(paths);
        let mut walk = Walk { at: HashMap::new(), path: Vec::new(), found: vec![None; paths.len()], carriers: BTreeSet::new() };
        for disclosure in disclosed.iter().filter(|d| !d.decoy) {
            walk.at.entry(disclosure.path.steps()).or_default().push(disclosure.index);
        }
        walk.map(claims, &set.start(), &Inside { holders: &[], named: false });
        for (path, found) in paths.iter().zip(&walk.found) {
            let note = match found {
                Some(Held::Yes) => continue,
                Some(Held::No) => "it is visible anyway",
                None => "no claim is there",
            };
            return Err(Error::new(Code::PathUnmatched).at(At::Path(path.to_string())).note(note));
        }
        Ok(walk.carriers.into_iter().collect())
    }
}

/// Whether a claim, or anything inside it, is in a disclosure.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Held {
    No,
    Yes,
}

struct Walk<'d> {
    /// The disclosures by the place where each landed; several where two claims sets were restored together.
    at: HashMap<&'d [Step], Vec<usize>>,
    path: Vec<Step>,
    /// What is known of each path given.
    found: Vec<Option<Held>>,
    carriers: BTreeSet<usize>,
}

/// What a claim is inside of.
struct Inside<'w> {
    /// The innermost disclosures around it.
    holders: &'w [usize],
    /// Whether a claim around it is named.
    named: bool,
}

impl Walk<'_> {
    fn map(&mut self, map: &Map<'_>, places: &[&Node], inside: &Inside<'_>) -> Held {
        let mut held = Held::No;
        for (key, value) in map.iter() {
            let places = into_key(places, key);
            held = held.or(self.below(|| step(key), value, &places, inside));
        }
        held
    }

    fn below(&mut self, step: impl FnOnce() -> Step, value: &Value<'_>, places: &[&Node], inside: &Inside<'_>) -> Held {
        if places.is_empty() && !inside.named {
            return Held::No;
        }
        self.path.push(step());
        let own = self.at.get(self.path.as_slice()).cloned();
        let named = inside.named || ends(places).next().is_some();
        let inside = Inside { holders: own.as_deref().unwrap_or(inside.holders), named };
        if named {
            self.carriers.extend(inside.holders);
        }
        let mut held = if inside.holders.is_empty() { Held::No } else { Held::Yes };
        held = held.or(self.content(value, places, &inside));
        self.path.pop();
        for path in ends(places) {
            if let Some(found) = self.found.get_mut(path) {
                *found = Some(found.unwrap_or(Held::No).or(held));
            }
        }
        held
    }

    fn content(&mut self, value: &Value<'_>, places: &[&Node], inside: &Inside<'_>) -> Held {
        match value {
            Value::Map(map) => self.map(map, places, inside),
            Value::Array(elements) => {
                let mut held = Held::No;
                for (n, element) in elements.iter().enumerate() {
                    let places = into_index(places, n);
                    held = held.or(self.below(|| Step::Index(n), element, &places, inside));
                }
                held
            }
            Value::Tag(_, inner) => self.content(inner, places, inside),
            _ => Held::No,
        }
    }
}

impl Held {
    fn or(self, other: Self) -> Self {
        if self == Held::Yes { self } else { other }
    }
}

fn step(key: &Key<'_>) -> Step {
    Step::Key(key.clone().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::tests::{Toy, person};
    use crate::{ClaimPath, Limits, Redaction, RedactionPlan, redact, restore};

    fn carriers(redaction: Redaction, texts: &[&str]) -> Result<Vec<String>, Code> {
        let mut toy = Toy::default();
        let plan = RedactionPlan::new(redaction).with_min_digests(5);
        let redacted = redact(person(), &plan, |key| *key == Key::from("iss"), &mut toy).unwrap();
        let restored = restore(redacted, toy.opened, &Limits::DEFAULT).unwrap();
        let disclosed = restored.disclosed();
        let selection = Selection::Paths(texts.iter().map(|text| text.parse().unwrap()).collect());
        let carriers = selection.carriers(&disclosed, restored.claims()).map_err(|error| error.code())?;
        assert!(carriers.is_sorted());
        assert!(
            selection.choose(&disclosed, restored.claims()).unwrap().iter().any(|n| carriers.contains(n)) || texts.is_empty()
        );
        let mut paths: Vec<_> = carriers.into_iter().map(|n| disclosed[n].path.to_string()).collect();
        paths.sort();
        Ok(paths)
    }

    fn paths(texts: &[&str]) -> Redaction {
        Redaction::Paths(texts.iter().map(|text| text.parse::<ClaimPath>().unwrap()).collect())
    }

    #[test]
    fn a_parent_is_no_carrier_of_what_has_its_own_disclosure() {
        assert_eq!(carriers(Redaction::All, &["address.country"]).unwrap(), ["address.country"]);
        assert_eq!(carriers(Redaction::All, &["nationalities[1]", "name"]).unwrap(), ["name", "nationalities[1]"]);
    }

    #[test]
    fn a_claim_without_its_own_is_carried_by_what_it_is_in() {
        assert_eq!(carriers(paths(&["address"]), &["address.country"]).unwrap(), ["address"]);
        let both = carriers(paths(&["address", "address.street"]), &["address.street", "address.country"]);
        assert_eq!(both.unwrap(), ["address", "address.street"]);
        assert_eq!(carriers(paths(&["address", "address.street"]), &["address.street"]).unwrap(), ["address.street"]);
    }

    #[test]
    fn a_named_claim_brings_all_that_is_inside() {
        assert_eq!(carriers(Redaction::All, &["address"]).unwrap(), ["address", "address.country", "address.street"]);
        // Visible itself, with something inside that is not.
        assert_eq!(carriers(paths(&["address.street"]), &["address"]).unwrap(), ["address.street"]);
        assert_eq!(carriers(paths(&["nationalities[0]"]), &["nationalities[]"]).unwrap(), ["nationalities[0]"]);
    }

    #[test]
    fn what_nothing_carries_is_an_error() {
        for text in ["iss", "nickname", "address.zip"] {
            assert_eq!(carriers(Redaction::All, &["name", text]), Err(Code::PathUnmatched), "{text}");
        }
        assert_eq!(carriers(paths(&["address.street"]), &["address.country"]), Err(Code::PathUnmatched));
        assert!(carriers(Redaction::All, &[]).unwrap().is_empty());
    }
}
