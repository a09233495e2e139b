//! Maps: the entries of a claims set or of a value in it, each key once.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{Hash, Hasher};

use mimicred_error::At;

use super::step_names;
use crate::keyed::Keyed;
use crate::{ClaimPath, Code, Digest, Error, Key, Step, Value};

/// A map: entries in the order received, and the digests of redacted claims. Two maps are equal whatever the order of their entries.
#[derive(Clone, Default)]
pub struct Map<'a> {
    entries: Vec<(Key<'a>, Value<'a>)>,
    /// Digests of the claims redacted from this map, in the order received.
    pub redacted: Vec<Digest<'a>>,
}

impl<'a> Map<'a> {
    /// An empty map.
    pub fn new() -> Self {
        Self::default()
    }

    /// A map of these entries, in this order; refuses a repeated key in linear time.
    ///
    /// # Errors
    /// [`Code::DuplicateKey`].
    pub fn from_entries(entries: Vec<(Key<'a>, Value<'a>)>) -> Result<Self, Error> {
        match repeated_key(&entries).and_then(|n| entries.get(n)) {
            Some((key, _)) => Err(Error::new(Code::DuplicateKey).note(key.to_string())),
            None => Ok(Self { entries, redacted: Vec::new() }),
        }
    }

    /// A map of entries whose keys are known to differ.
    pub(crate) fn from_unique(entries: Vec<(Key<'a>, Value<'a>)>) -> Self {
        Self { entries, redacted: Vec::new() }
    }

    /// Adds an entry at the end; looks through the map, so build large ones with [`Map::from_entries`].
    ///
    /// # Errors
    /// [`Code::DuplicateKey`].
    pub fn insert(&mut self, key: Key<'a>, value: Value<'a>) -> Result<(), Error> {
        if self.get(&key).is_some() {
            return Err(Error::new(Code::DuplicateKey).note(key.to_string()));
        }
        self.entries.push((key, value));
        Ok(())
    }

    /// The value under a key.
    pub fn get(&self, key: &Key<'_>) -> Option<&Value<'a>> {
        self.entries.iter().find(|(k, _)| k == key).map(|(_, value)| value)
    }

    /// The value under a text key.
    pub fn text(&self, name: &str) -> Option<&Value<'a>> {
        self.entries.iter().find(|(key, _)| matches!(key, Key::Text(text) if text == name)).map(|(_, value)| value)
    }

    /// The values under several text keys, found by looking through the map once.
    ///
    /// ```
    /// use mimicred_claims::{Key, Map, Value};
    ///
    /// let claims = Map::from_entries(vec![(Key::from("iat"), Value::Int(1)), (Key::from("exp"), Value::Int(2))])?;
    /// assert_eq!(claims.texts(["exp", "nbf"]), [Some(&Value::Int(2)), None]);
    /// # Ok::<(), mimicred_claims::Error>(())
    /// ```
    pub fn texts<const N: usize>(&self, names: [&str; N]) -> [Option<&Value<'a>>; N] {
        let mut found = [None; N];
        for (key, value) in &self.entries {
            let Key::Text(text) = key else { continue };
            // Each key stands once.
            if let Some((_, found)) = names.iter().zip(&mut found).find(|(name, _)| text == *name) {
                *found = Some(value);
            }
        }
        found
    }

    /// The value under an integer key.
    pub fn int(&self, number: i128) -> Option<&Value<'a>> {
        self.entries.iter().find(|(key, _)| matches!(key, Key::Int(n) if *n == number)).map(|(_, value)| value)
    }

    /// Takes an entry out.
    pub fn remove(&mut self, key: &Key<'_>) -> Option<Value<'a>> {
        let position = self.entries.iter().position(|(k, _)| k == key)?;
        Some(self.entries.remove(position).1)
    }

    /// The entries of both maps, none of which has redactions; an entry of both is there once, at its place in `self`.
    ///
    /// # Errors
    /// [`Code::ClaimCollision`] for a key whose values differ.
    pub(crate) fn merged(mut self, other: Map<'a>) -> Result<Self, Error> {
        let known: HashMap<&Key<'a>, &Value<'a>> = self.entries.iter().map(|(key, value)| (key, value)).collect();
        let mut more = Vec::with_capacity(other.len());
        for (key, value) in other.entries {
            match known.get(&key) {
                None => more.push((key, value)),
                Some(ours) if **ours == value => {}
                Some(_) => return Err(Error::new(Code::ClaimCollision).at(At::Path(key.to_string())).note("it differs")),
            }
        }
        self.entries.extend(more);
        Ok(self)
    }

    /// The entries, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Key<'a>, &Value<'a>)> + Clone {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// The key of the entry at this position.
    pub(crate) fn key_at(&self, position: usize) -> Option<&Key<'a>> {
        self.entries.get(position).map(|(key, _)| key)
    }

    /// The values, to change in place.
    pub fn values_mut(&mut self) -> impl Iterator<Item = (&Key<'a>, &mut Value<'a>)> {
        self.entries.iter_mut().map(|(key, value)| (&*key, value))
    }

    /// Keeps the entries for which the answer is yes, until the first error.
    pub(crate) fn try_retain<E>(&mut self, mut keep: impl FnMut(&Key<'a>, &mut Value<'a>) -> Result<bool, E>) -> Result<(), E> {
        let mut failed = None;
        self.entries.retain_mut(|(key, value)| {
            if failed.is_some() {
                return true;
            }
            keep(key, value).unwrap_or_else(|error| {
                failed = Some(error);
                true
            })
        });
        failed.map_or(Ok(()), Err)
    }

    /// The entries, given away.
    pub fn into_entries(self) -> Vec<(Key<'a>, Value<'a>)> {
        self.entries
    }

    /// Number of entries, digests not counted.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Number of entries and of elements, those inside of others too: of what can be redacted.
    pub fn members(&self) -> usize {
        fn below(value: &Value<'_>) -> usize {
            match value {
                Value::Map(map) => map.members(),
                Value::Array(elements) => elements.iter().map(|element| 1 + below(element)).sum(),
                Value::Tag(_, inner) => below(inner),
                _ => 0,
            }
        }
        self.iter().map(|(_, value)| 1 + below(value)).sum()
    }

    /// The value at a path without [`Step::Every`]; a number step finds the text key of a JSON object too.
    pub fn at(&self, path: &ClaimPath) -> Option<&Value<'a>> {
        let (first, rest) = path.steps().split_first()?;
        let mut value = self.step(first)?;
        for step in rest {
            value = value.step(step)?;
        }
        Some(value)
    }

    pub(super) fn step(&self, step: &Step) -> Option<&Value<'a>> {
        match step {
            Step::Key(key) => self.iter().find(|(k, _)| step_names(key, k)).map(|(_, value)| value),
            Step::Index(_) | Step::Every => None,
        }
    }

    /// The same, where text that is one of these, the name or the value of an entry, is not copied.
    ///
    /// ```
    /// use mimicred_claims::{Key, Map, Value};
    ///
    /// let received = String::from("alg");
    /// let header = Map::from_entries(vec![(Key::from(received.as_str()), Value::from("ES256"))])?;
    /// assert_eq!(header.clone().into_owned_with(&["alg"]), header);
    /// # Ok::<(), mimicred_claims::Error>(())
    /// ```
    pub fn into_owned_with(self, known: &[&'static str]) -> Map<'static> {
        let find = |text: &str| known.iter().find(|known| **known == text).copied();
        let key = |key: Key<'_>| match key {
            Key::Text(text) => Key::Text(find(&text).map_or_else(|| Cow::Owned(text.into_owned()), Cow::Borrowed)),
            Key::Int(number) => Key::Int(number),
        };
        let value = |value: Value<'_>| match value.as_text().and_then(find) {
            Some(known) => Value::from(known),
            None => value.into_owned(),
        };
        Map {
            entries: self.entries.into_iter().map(|(k, v)| (key(k), value(v))).collect(),
            redacted: self.redacted.into_iter().map(Digest::into_owned).collect(),
        }
    }

    /// A copy that borrows nothing.
    pub fn into_owned(self) -> Map<'static> {
        Map {
            entries: self.entries.into_iter().map(|(key, value)| (key.into_owned(), value.into_owned())).collect(),
            redacted: self.redacted.into_iter().map(Digest::into_owned).collect(),
        }
    }
}

impl PartialEq for Map<'_> {
    fn eq(&self, other: &Self) -> bool {
        if self.len() != other.len() || self.redacted != other.redacted {
            return false;
        }
        // Most often the order is the same too. Which it is, keys alone decide: were values compared twice, then maps inside maps
        // would be compared twice as often with each level.
        if self.iter().zip(other.iter()).all(|((ours, _), (theirs, _))| ours == theirs) {
            return self.iter().zip(other.iter()).all(|((_, ours), (_, theirs))| ours == theirs);
        }
        let known: HashMap<&Key<'_>, &Value<'_>> = other.iter().collect();
        self.iter().all(|(key, value)| known.get(key).is_some_and(|theirs| *theirs == value))
    }
}

/// The position of the first entry whose key stands before it already; in linear time.
pub(crate) fn repeated_key(entries: &[(Key<'_>, Value<'_>)]) -> Option<usize> {
    const FEW: usize = 8;
    if entries.len() <= FEW {
        return (1..entries.len())
            .find(|&n| entries.iter().take(n).any(|(key, _)| entries.get(n).is_some_and(|(repeated, _)| repeated == key)));
    }
    let mut seen = HashSet::with_capacity_and_hasher(entries.len(), Keyed::new());
    entries.iter().position(|(key, _)| !seen.insert(Seen(key)))
}

/// A key that hashes in as few steps as it takes; an integer and its octets as text may meet, which is no harm.
#[derive(PartialEq, Eq)]
struct Seen<'k, 'a>(&'k Key<'a>);

impl Hash for Seen<'_, '_> {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.0 {
            Key::Int(number) => state.write_i128(*number),
            Key::Text(text) => state.write(text.as_bytes()),
        }
    }
}

impl fmt::Debug for Map<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        map.entries(self.iter());
        if !self.redacted.is_empty() {
            map.entry(&"redacted", &self.redacted.len());
        }
        map.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// JWT-E-016, CWT-E-010: few entries and many, an integer and a text key of the same spelling are two.
    #[test]
    fn a_key_stands_once_in_a_map() {
        let entries = |n: i128| (0..n).map(|n| (Key::Int(n), Value::Null)).collect::<Vec<_>>();
        for n in [2, 8, 9, 40] {
            assert!(Map::from_entries(entries(n)).is_ok());
            let mut repeated = entries(n);
            repeated.push((Key::Int(n - 1), Value::Null));
            assert_eq!(Map::from_entries(repeated).unwrap_err().code(), Code::DuplicateKey);
        }
        let mut map = Map::from_entries(entries(1)).unwrap();
        assert!(map.insert(Key::from("0"), Value::Null).is_ok());
        assert_eq!(map.insert(Key::Int(0), Value::Null).unwrap_err().code(), Code::DuplicateKey);
    }

    #[test]
    fn the_order_of_entries_makes_no_difference() {
        let map = |entries: &[(i128, i128)]| {
            Map::from_entries(entries.iter().map(|(key, value)| (Key::Int(*key), Value::Int(*value))).collect()).unwrap()
        };
        assert_eq!(map(&[(1, 2), (3, 4)]), map(&[(3, 4), (1, 2)]));
        assert_ne!(map(&[(1, 2), (3, 4)]), map(&[(3, 2), (1, 4)]));
        assert_ne!(map(&[(1, 2)]), map(&[(1, 2), (3, 4)]));
        // Each level in another order than its twin: who compares twice per level is not done within a day.
        let nested = |order: [i128; 2]| {
            (0..60).fold(Value::Null, |inner, _| {
                let entries = [(0, inner), (order[0], Value::Null), (order[1], Value::Null)];
                Value::Map(Map::from_entries(entries.map(|(key, value)| (Key::Int(key), value)).to_vec()).unwrap())
            })
        };
        assert_eq!(nested([1, 2]), nested([2, 1]));
        assert_ne!(nested([1, 2]), nested([3, 1]));
        let mut redacted = map(&[(1, 2)]);
        redacted.redacted.push(Digest::from(b"digest"));
        assert_ne!(map(&[(1, 2)]), redacted);
    }

    #[test]
    fn a_copy_is_equal_whatever_is_known() {
        let entries =
            || vec![(Key::from("a"), Value::from("b")), (Key::Int(1), Value::Int(2)), (Key::from("c"), Value::from("d"))];
        let map = || Map { redacted: vec![Digest::from(b"digest")], ..Map::from_entries(entries()).unwrap() };
        for known in [&[][..], &["a"], &["b"], &["d", "c", "b", "a"], &["x", ""]] {
            assert_eq!(map().into_owned_with(known), map().into_owned());
        }
    }

    #[test]
    fn debug_shows_the_shape_and_no_value() {
        let map = Map::from_entries(vec![(Key::from("name"), Value::from("Alice"))]).unwrap();
        assert_eq!(format!("{map:?}"), "{name: text}");
    }
}
