//! The claim tree.
//!
//! One tree serves JSON and CBOR. It borrows its text and octets from the input where it can, keeps the order of entries, refuses
//! duplicate keys, and marks what is redacted: a map has the digests of its redacted claims, an array has [`Value::Redacted`]
//! where an element is redacted.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{Hash, Hasher};

use mimicred_error::At;

use crate::keyed::Keyed;
use crate::{ClaimPath, Code, Digest, Error, Step};

/// The key of a claim. JSON has text keys only.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key<'a> {
    /// An integer claim key, -2^64 to 2^64-1.
    Int(i128),
    /// A text claim key or a member name.
    Text(Cow<'a, str>),
}

/// A claim value.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// `null`.
    Null,
    /// CBOR `undefined`.
    Undefined,
    /// `true` or `false`.
    Bool(bool),
    /// An integer: -2^64 to 2^64-1 in CBOR; in JSON a number without fraction and exponent that fits.
    Int(i128),
    /// A CBOR floating-point number.
    Float(f64),
    /// Any other JSON number, in the issuer's own spelling.
    Decimal(Cow<'a, str>),
    /// Text.
    Text(Cow<'a, str>),
    /// A byte string (CBOR only).
    Bytes(Cow<'a, [u8]>),
    /// An array.
    Array(Vec<Value<'a>>),
    /// A map or object.
    Map(Map<'a>),
    /// A tagged value (CBOR only).
    Tag(u64, Box<Value<'a>>),
    /// An unassigned simple value (CBOR only).
    Simple(u8),
    /// A redacted array element, by its digest. Nowhere but in an array.
    Redacted(Digest<'a>),
}

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

    /// The value at a path without [`Step::Every`]; a number step finds the text key of a JSON object too.
    pub fn at(&self, path: &ClaimPath) -> Option<&Value<'a>> {
        let (first, rest) = path.steps().split_first()?;
        let mut value = self.step(first)?;
        for step in rest {
            value = value.step(step)?;
        }
        Some(value)
    }

    fn step(&self, step: &Step) -> Option<&Value<'a>> {
        match step {
            Step::Key(key) => self.iter().find(|(k, _)| step_names(key, k)).map(|(_, value)| value),
            Step::Index(_) | Step::Every => None,
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

/// Whether a path step written as `step` names the claim key `key`: equal, or a number step for its decimal text.
pub(crate) fn step_names(step: &Key<'_>, key: &Key<'_>) -> bool {
    match (step, key) {
        (Key::Int(number), Key::Text(text)) => {
            *number >= 0 && text.parse() == Ok(*number) && !text.starts_with('+') && number.to_string() == *text
        }
        _ => step == key,
    }
}

impl<'a> Value<'a> {
    /// The text, if it is text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The octets, if it is a byte string.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Value::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The integer, if it is one.
    pub fn as_int(&self) -> Option<i128> {
        match self {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// The map, if it is one.
    pub fn as_map(&self) -> Option<&Map<'a>> {
        match self {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The elements, if it is an array.
    pub fn as_array(&self) -> Option<&[Value<'a>]> {
        match self {
            Value::Array(elements) => Some(elements),
            _ => None,
        }
    }

    pub(crate) fn step(&self, step: &Step) -> Option<&Value<'a>> {
        match (self, step) {
            (Value::Map(map), _) => map.step(step),
            (Value::Array(elements), Step::Index(index)) => elements.get(*index),
            (Value::Tag(_, inner), _) => inner.step(step),
            _ => None,
        }
    }

    /// A copy that borrows nothing.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Undefined => Value::Undefined,
            Value::Bool(b) => Value::Bool(b),
            Value::Int(n) => Value::Int(n),
            Value::Float(x) => Value::Float(x),
            Value::Decimal(text) => Value::Decimal(Cow::Owned(text.into_owned())),
            Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Value::Bytes(bytes) => Value::Bytes(Cow::Owned(bytes.into_owned())),
            Value::Array(elements) => Value::Array(elements.into_iter().map(Value::into_owned).collect()),
            Value::Map(map) => Value::Map(map.into_owned()),
            Value::Tag(tag, inner) => Value::Tag(tag, Box::new(inner.into_owned())),
            Value::Simple(n) => Value::Simple(n),
            Value::Redacted(digest) => Value::Redacted(digest.into_owned()),
        }
    }
}

impl Key<'_> {
    /// A copy that borrows nothing.
    pub fn into_owned(self) -> Key<'static> {
        match self {
            Key::Int(number) => Key::Int(number),
            Key::Text(text) => Key::Text(Cow::Owned(text.into_owned())),
        }
    }
}

impl<'a> From<&'a str> for Key<'a> {
    fn from(text: &'a str) -> Self {
        Key::Text(Cow::Borrowed(text))
    }
}

impl From<i128> for Key<'_> {
    fn from(number: i128) -> Self {
        Key::Int(number)
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::Text(Cow::Owned(text))
    }
}

impl From<i128> for Value<'_> {
    fn from(number: i128) -> Self {
        Value::Int(number)
    }
}

impl From<bool> for Value<'_> {
    fn from(b: bool) -> Self {
        Value::Bool(b)
    }
}

/// The path form of the key: numbers bare, plain names bare, anything else quoted.
impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::Int(number) => write!(f, "{number}"),
            Key::Text(text) => crate::path::write_name(f, text),
        }
    }
}

/// Keys are names, not values: they are printed.
impl fmt::Debug for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Only the shape is printed: a claim value never reaches a log by way of Debug.
impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Array(elements) => f.debug_list().entries(elements).finish(),
            Value::Map(map) => map.fmt(f),
            Value::Tag(tag, inner) => write!(f, "{tag}({inner:?})"),
            Value::Null => f.write_str("null"),
            Value::Undefined => f.write_str("undefined"),
            Value::Bool(_) => f.write_str("bool"),
            Value::Int(_) => f.write_str("int"),
            Value::Float(_) => f.write_str("float"),
            Value::Decimal(_) => f.write_str("number"),
            Value::Text(_) => f.write_str("text"),
            Value::Bytes(_) => f.write_str("bytes"),
            Value::Simple(_) => f.write_str("simple"),
            Value::Redacted(_) => f.write_str("redacted"),
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
    fn debug_shows_the_shape_and_no_value() {
        let map = Map::from_entries(vec![(Key::from("name"), Value::from("Alice"))]).unwrap();
        assert_eq!(format!("{map:?}"), "{name: text}");
    }
}
