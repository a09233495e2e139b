//! Whether something occurs in what a party saw, in whatever encoding.
//!
//! A statement "X never sees S" of mimi-mls 4.2 is a search: no element of the needle set S is a part of any octet string in the
//! view X. A [`NeedleSet`] has the elements, a [`Search`] looks for those of several sets at once, a [`Find`] says what was found
//! and where. What the credentials of many users have in common says nothing about one of them; [`Constant`] takes it out.
//!
//! Needles are found as they are, in hexadecimal, in base64 and base64url at every alignment, percent-encoded and in UTF-16; and in
//! any of these inside another. That is done by undoing the encodings of what was seen: a needle that begins anywhere in a longer
//! encoded text is found too, and so is one in mixed case or with line breaks.
//!
//! ```
//! use mimicred_flows::needle::{NeedleSet, Search};
//! use mimicred_flows::record::{Record, View};
//!
//! # fn main() -> Result<(), mimicred_flows::Error> {
//! let mut alice = NeedleSet::new("ID(Alice)");
//! alice.whole("her e-mail address", "alice@a.example")?;
//!
//! let mut record = Record::new();
//! record.saw("b.example", View::Provider, "a message", Some(1), b"{\"to\":\"Ym9ic2FsaWNlQGEuZXhhbXBsZQ\"}".to_vec());
//! let finds = Search::new([&alice]).run(record.entity("b.example"));
//! assert_eq!(finds.len(), 1);
//! assert_eq!((finds[0].needle.as_str(), finds[0].encoding.as_str()), ("her e-mail address", "base64"));
//! # Ok(())
//! # }
//! ```

mod constant;
mod encoding;
mod index;
mod layer;
mod search;

use crate::{Code, Error};

pub use constant::Constant;
pub use search::{Find, Search};

/// Octets in a window.
pub const WINDOW: usize = 16;

/// A needle of fewer octets than this turns up anywhere by chance.
const SHORTEST: usize = 4;
/// Unless the caller insists, and then this is the least.
const SHORTEST_STATED: usize = 2;

/// What of a needle must occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// All of it, in one piece.
    Whole,
    /// Any [`WINDOW`] octets of it that follow each other.
    Windows,
}

/// An element of a needle set.
#[derive(Clone, PartialEq, Eq)]
pub struct Needle {
    label: String,
    octets: Vec<u8>,
    shape: Shape,
    /// Where windows begin that say nothing about its owner; ascending.
    constant: Vec<usize>,
}

impl Needle {
    /// What it is, for people: `Alice's e-mail address`.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// What of it must occur.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Its octets.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// The windows that are searched for; of a needle that must occur whole there are none.
    pub fn windows(&self) -> impl Iterator<Item = &[u8]> {
        let windows = match self.shape {
            Shape::Whole => [].windows(WINDOW),
            Shape::Windows => self.octets.windows(WINDOW),
        };
        let is_constant = |at: &usize| self.constant.binary_search(at).is_ok();
        windows.enumerate().filter(move |(at, _)| !is_constant(at)).map(|(_, window)| window)
    }
}

/// Without the octets: a needle may be a secret.
impl std::fmt::Debug for Needle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Needle")
            .field("label", &self.label)
            .field("shape", &self.shape)
            .field("octets", &self.octets.len())
            .field("constant", &self.constant.len())
            .finish()
    }
}

/// What a party must not see: ID(u), PS(u,i).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeedleSet {
    name: String,
    needles: Vec<Needle>,
}

impl NeedleSet {
    /// An empty set of this name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), needles: Vec::new() }
    }

    /// Adds what must occur whole.
    ///
    /// # Errors
    /// [`Code::NeedleTooShort`] below 4 octets.
    pub fn whole(&mut self, label: impl Into<String>, octets: impl Into<Vec<u8>>) -> Result<(), Error> {
        self.add(label.into(), octets.into(), Shape::Whole, SHORTEST)
    }

    /// Adds what must occur whole, though it is so short that it may turn up by chance: a handle of three letters, say.
    ///
    /// # Errors
    /// [`Code::NeedleTooShort`] below 2 octets.
    pub fn whole_though_short(&mut self, label: impl Into<String>, octets: impl Into<Vec<u8>>) -> Result<(), Error> {
        self.add(label.into(), octets.into(), Shape::Whole, SHORTEST_STATED)
    }

    /// Adds what must not occur even in part: a credential, a disclosure.
    ///
    /// # Errors
    /// [`Code::NeedleTooShort`] below the 16 octets of one window.
    pub fn windows(&mut self, label: impl Into<String>, octets: impl Into<Vec<u8>>) -> Result<(), Error> {
        self.add(label.into(), octets.into(), Shape::Windows, WINDOW)
    }

    /// Adds all needles of another set.
    pub fn include(&mut self, other: &NeedleSet) {
        self.needles.extend(other.needles.iter().cloned());
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its needles.
    pub fn needles(&self) -> &[Needle] {
        &self.needles
    }

    /// How much is searched for: needles that must occur whole, and windows of the others.
    pub fn len(&self) -> usize {
        let patterns = |needle: &Needle| match needle.shape {
            Shape::Whole => 1,
            Shape::Windows => needle.windows().count(),
        };
        self.needles.iter().map(patterns).sum()
    }

    /// Whether nothing is searched for. A statement about such a set says nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The set without what says nothing about its owner.
    #[must_use]
    pub fn without(&self, constant: &Constant) -> NeedleSet {
        constant.taken_from(self)
    }

    fn add(&mut self, label: String, octets: Vec<u8>, shape: Shape, shortest: usize) -> Result<(), Error> {
        if octets.len() < shortest {
            return Err(Error::new(Code::NeedleTooShort).note(format!("{label}: {} octets of {shortest}", octets.len())));
        }
        self.needles.push(Needle { label, octets, shape, constant: Vec::new() });
        Ok(())
    }
}

#[cfg(test)]
mod tests;
