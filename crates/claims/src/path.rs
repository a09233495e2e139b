//! Claim paths: how people and policies name a claim.
//!
//! A path is a list of steps; the text form is for people: `address.country`, `nationalities[0]`, `cars[].make`, `170`,
//! `"a name with dots".x`. A bare number is an integer key (of a CWT), and names the member of that decimal text in JSON too; a
//! quoted name is always text.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use mimicred_error::At;

use crate::{Code, Error, Key};

/// Longest path text that is read, and most octets that the names on the way to a claim may have together: a path is kept for every
/// disclosure, and nobody could write a longer one.
pub(crate) const MAX_TEXT: usize = 4096;
/// Most steps of a path.
const MAX_STEPS: usize = 64;

/// One step down the claim tree.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Into the entry of a map with this key.
    Key(Key<'static>),
    /// Into the n-th element of an array, counted from 0.
    Index(usize),
    /// Into every element of an array.
    Every,
}

/// A path from the top of the claims to one claim, or to several where it has [`Step::Every`].
///
/// ```
/// use mimicred_claims::{ClaimPath, Step};
///
/// let path: ClaimPath = r#"cars[]."licence.plate""#.parse()?;
/// assert_eq!(path.steps().len(), 3);
/// assert_eq!(path.to_string(), r#"cars[]."licence.plate""#);
/// assert!("cars[".parse::<ClaimPath>().is_err());
/// # Ok::<(), mimicred_claims::Error>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClaimPath {
    steps: Vec<Step>,
}

impl ClaimPath {
    /// A path of these steps.
    pub fn new(steps: Vec<Step>) -> Self {
        Self { steps }
    }

    /// The steps, from the top.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The path one step further down.
    #[must_use]
    pub fn child(&self, step: Step) -> Self {
        let mut steps = Vec::with_capacity(self.steps.len() + 1);
        steps.extend_from_slice(&self.steps);
        steps.push(step);
        Self { steps }
    }

    /// Whether this path, with its wildcards and number steps, names the claim at `concrete`.
    pub fn names(&self, concrete: &ClaimPath) -> bool {
        self.steps.len() == concrete.steps.len() && self.is_prefix_of(concrete)
    }

    /// Whether this path names the claim at `concrete` or one above it.
    pub fn is_prefix_of(&self, concrete: &ClaimPath) -> bool {
        self.steps.len() <= concrete.steps.len()
            && self.steps.iter().zip(&concrete.steps).all(|(ours, theirs)| ours.names(theirs))
    }
}

impl Step {
    /// Whether this step, as written by somebody, names the concrete step `other`.
    pub(crate) fn names(&self, other: &Step) -> bool {
        match (self, other) {
            (Step::Every, Step::Index(_)) => true,
            (Step::Key(ours), Step::Key(theirs)) => crate::value::step_names(ours, theirs),
            _ => self == other,
        }
    }
}

impl FromStr for ClaimPath {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let malformed = |offset: usize| Error::new(Code::PathMalformed).at(At::Offset(offset));
        if text.len() > MAX_TEXT {
            return Err(malformed(MAX_TEXT).note("too long"));
        }
        let mut steps = Vec::new();
        let mut rest = text;
        let mut key_expected = true;
        while key_expected || !rest.is_empty() {
            let offset = text.len() - rest.len();
            if steps.len() == MAX_STEPS {
                return Err(malformed(offset).note("too many steps"));
            }
            if key_expected {
                let (key, after) = read_key(rest).ok_or_else(|| malformed(offset))?;
                steps.push(Step::Key(key));
                rest = after;
            } else if let Some(after) = rest.strip_prefix('[') {
                let (index, after) = after.split_once(']').ok_or_else(|| malformed(offset))?;
                steps.push(if index.is_empty() {
                    Step::Every
                } else {
                    Step::Index(decimal(index).ok_or_else(|| malformed(offset))?)
                });
                rest = after;
            } else {
                return Err(malformed(offset));
            }
            key_expected = match rest.strip_prefix('.') {
                Some(after) => {
                    rest = after;
                    true
                }
                None => false,
            };
        }
        Ok(Self { steps })
    }
}

/// A key at the start of `text`, and what follows it.
fn read_key(text: &str) -> Option<(Key<'static>, &str)> {
    if let Some(quoted) = text.strip_prefix('"') {
        let mut name = String::new();
        let mut characters = quoted.char_indices();
        loop {
            match characters.next()? {
                (end, '"') => return Some((Key::Text(Cow::Owned(name)), quoted.get(end + 1..)?)),
                (_, '\\') => match characters.next()?.1 {
                    escaped @ ('"' | '\\') => name.push(escaped),
                    _ => return None,
                },
                (_, other) => name.push(other),
            }
        }
    }
    let end = text.find(|c| !is_bare(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end)?;
    let key = match integer(name) {
        Some(number) => Key::Int(number),
        None if name.is_empty() => return None,
        None => Key::Text(Cow::Owned(name.to_owned())),
    };
    Some((key, rest))
}

fn is_bare(c: char) -> bool {
    !matches!(c, '.' | '[' | ']' | '"' | '\\') && !c.is_whitespace() && !c.is_control()
}

/// A number in its only spelling: no sign but `-`, no leading zero.
fn integer(text: &str) -> Option<i128> {
    text.parse::<i128>().ok().filter(|number| number.to_string() == text)
}

fn decimal(text: &str) -> Option<usize> {
    text.parse::<usize>().ok().filter(|number| number.to_string() == text)
}

/// Writes a text key so that it reads back as this text key.
pub(crate) fn write_name(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    if !name.is_empty() && name.chars().all(is_bare) && integer(name).is_none() {
        return f.write_str(name);
    }
    f.write_str("\"")?;
    for c in name.chars() {
        if matches!(c, '"' | '\\') {
            f.write_str("\\")?;
        }
        write!(f, "{c}")?;
    }
    f.write_str("\"")
}

impl fmt::Display for ClaimPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, step) in self.steps.iter().enumerate() {
            match step {
                Step::Key(key) if n == 0 => write!(f, "{key}")?,
                Step::Key(key) => write!(f, ".{key}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Every => f.write_str("[]")?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for ClaimPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests;
