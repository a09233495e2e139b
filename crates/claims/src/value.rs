//! The claim tree.
//!
//! One tree serves JSON and CBOR. It borrows its text and octets from the input where it can, keeps the order of entries, refuses
//! duplicate keys, and marks what is redacted: a map has the digests of its redacted claims, an array has [`Value::Redacted`]
//! where an element is redacted.

mod map;

use std::borrow::Cow;
use std::fmt;

use crate::{Digest, Step};

pub use map::Map;
pub(crate) use map::repeated_key;

/// The key of a claim. JSON has text keys only.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u64)]
pub enum Key<'a> {
    /// An integer claim key, -2^64 to 2^64-1.
    Int(i128),
    /// A text claim key or a member name.
    Text(Cow<'a, str>),
}

/// A claim value.
// What is inside begins at a whole word, so that moving a value takes few steps, none of which waits for one before it.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
#[repr(u64)]
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
