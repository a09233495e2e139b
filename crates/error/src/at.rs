//! Where an error happened.

use std::borrow::Cow;
use std::fmt;

/// The place of an error inside what was read or checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum At {
    /// The object as a whole.
    #[default]
    Whole,
    /// Octet offset from the start of the input.
    Offset(usize),
    /// Line and column of a text file, both counted from 1.
    Line(usize, usize),
    /// A claim path or a path of keys in a configuration file.
    Path(String),
    /// The n-th disclosure, counted from 0 in the order received.
    Disclosure(usize),
    /// A header parameter.
    Header(Cow<'static, str>),
    /// A field or member, by its name in the specification.
    Field(Cow<'static, str>),
    /// The n-th item of a list, counted from 0.
    Item(usize),
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            At::Whole => Ok(()),
            At::Offset(offset) => write!(f, "at octet {offset}"),
            At::Line(line, column) => write!(f, "line {line}, column {column}"),
            At::Path(path) => write!(f, "at {path}"),
            At::Disclosure(index) => write!(f, "disclosure {index}"),
            At::Header(name) => write!(f, "header {name}"),
            At::Field(name) => write!(f, "field {name}"),
            At::Item(index) => write!(f, "item {index}"),
        }
    }
}
