//! Reading the tree: every refusal names the place.

use mimicred_error::At;
use mimicred_jose::base64url;

use super::suggest::nearest;
use super::{Kind, Node};
use crate::{Code, Error};

/// Octets of a key that a place shows.
const LONGEST_KEY: usize = 64;

/// A node and the path that leads to it.
#[derive(Clone)]
pub(crate) struct Cursor<'n> {
    node: &'n Node,
    path: String,
}

/// The entries of a table, all of them known.
pub(crate) struct Fields<'n> {
    table: Cursor<'n>,
    entries: &'n [(String, Node)],
}

impl<'n> Cursor<'n> {
    pub(crate) fn root(node: &'n Node) -> Self {
        Self { node, path: String::new() }
    }

    /// An error here.
    pub(crate) fn error(&self, code: Code, note: impl Into<String>) -> Error {
        let note = note.into();
        match self.node.line {
            Some((line, column)) if self.path.is_empty() => Error::new(code).note(note).at(At::Line(line, column)),
            Some((line, column)) => Error::new(code).note(format!("{}: {note}", self.path)).at(At::Line(line, column)),
            None if self.path.is_empty() => Error::new(code).note(note),
            None => Error::new(code).note(note).at(At::Path(self.path.clone())),
        }
    }

    fn wanted(&self, wanted: &str) -> Error {
        self.error(Code::ValueInvalid, format!("{wanted} is wanted, not {}", self.node.kind.name()))
    }

    /// A table whose keys are all among `allowed`.
    pub(crate) fn table(&self, allowed: &[&str]) -> Result<Fields<'n>, Error> {
        let Kind::Table(entries) = &self.node.kind else {
            return Err(self.wanted("a table"));
        };
        for (key, node) in entries {
            if !allowed.contains(&key.as_str()) {
                let unknown = self.child(key, node);
                let note = match nearest(key, allowed) {
                    Some(name) => format!("did you mean {name}?"),
                    None => format!("known here: {}", allowed.join(", ")),
                };
                return Err(unknown.error(Code::KeyUnknown, note));
            }
        }
        Ok(Fields { table: self.clone(), entries })
    }

    /// The entries of a table, whatever their keys.
    pub(crate) fn entries(&self) -> Result<Vec<(&'n str, Cursor<'n>)>, Error> {
        match &self.node.kind {
            Kind::Table(entries) => Ok(entries.iter().map(|(key, node)| (key.as_str(), self.child(key, node))).collect()),
            _ => Err(self.wanted("a table")),
        }
    }

    fn child(&self, key: &str, node: &'n Node) -> Cursor<'n> {
        // Ours are short; of somebody else's the beginning will do.
        let key = key.get(..key.floor_char_boundary(LONGEST_KEY)).unwrap_or(key);
        let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        Cursor { node, path }
    }

    pub(crate) fn list(&self) -> Result<Vec<Cursor<'n>>, Error> {
        let Kind::Array(elements) = &self.node.kind else {
            return Err(self.wanted("a list"));
        };
        Ok(elements.iter().enumerate().map(|(n, node)| Cursor { node, path: format!("{}[{n}]", self.path) }).collect())
    }

    /// Every element of a list, read in the same way.
    pub(crate) fn each<T>(&self, read: impl Fn(&Cursor<'n>) -> Result<T, Error>) -> Result<Vec<T>, Error> {
        self.list()?.iter().map(read).collect()
    }

    /// Every element of a list that has no more than so many.
    pub(crate) fn each_of<T>(&self, most: usize, read: impl Fn(&Cursor<'n>) -> Result<T, Error>) -> Result<Vec<T>, Error> {
        match &self.node.kind {
            Kind::Array(elements) if elements.len() > most => {
                Err(self.error(Code::ValueInvalid, format!("more than {most} elements")))
            }
            _ => self.each(read),
        }
    }

    pub(crate) fn text(&self) -> Result<&'n str, Error> {
        match &self.node.kind {
            Kind::Text(text) => Ok(text),
            _ => Err(self.wanted("a text")),
        }
    }

    pub(crate) fn bool(&self) -> Result<bool, Error> {
        match self.node.kind {
            Kind::Bool(b) => Ok(b),
            _ => Err(self.wanted("true or false")),
        }
    }

    /// A whole number of the size that `T` holds.
    pub(crate) fn integer<T: std::str::FromStr>(&self) -> Result<T, Error> {
        match &self.node.kind {
            Kind::Number(text) => text.parse().map_err(|_| self.error(Code::ValueInvalid, "not a whole number that fits here")),
            _ => Err(self.wanted("a whole number")),
        }
    }

    /// The JSON text of a scalar, if this is one.
    pub(crate) fn scalar_json(&self) -> Option<String> {
        match &self.node.kind {
            Kind::Text(text) => Some(mimicred_jose::json::write_text(text)),
            Kind::Number(text) => Some(text.clone()),
            Kind::Bool(b) => Some(b.to_string()),
            _ => None,
        }
    }

    pub(crate) fn is_number(&self) -> bool {
        matches!(self.node.kind, Kind::Number(_))
    }

    pub(crate) fn is_table(&self) -> bool {
        matches!(self.node.kind, Kind::Table(_))
    }

    /// One of some names.
    pub(crate) fn name<T>(&self, names: &[&str], find: impl Fn(&str) -> Option<T>) -> Result<T, Error> {
        let text = self.text()?;
        find(text).ok_or_else(|| {
            let note = match nearest(text, names) {
                Some(name) => format!("did you mean {name}?"),
                None => format!("known here: {}", names.join(", ")),
            };
            self.error(Code::ValueInvalid, note)
        })
    }

    /// Octets: base64url without padding, or `sha256:` and 64 hex digits.
    pub(crate) fn octets(&self) -> Result<Vec<u8>, Error> {
        let text = self.text()?;
        match text.strip_prefix("sha256:") {
            Some(hex) => from_hex(hex)
                .filter(|octets| octets.len() == 32)
                .ok_or_else(|| self.error(Code::ValueInvalid, "sha256: is followed by 64 hex digits")),
            None => base64url::decode(text)
                .map_err(|e| self.error(Code::ValueInvalid, "neither base64url without padding nor sha256: and hex").because(e)),
        }
    }
}

impl<'n> Fields<'n> {
    pub(crate) fn get(&self, key: &str) -> Option<Cursor<'n>> {
        self.entries.iter().find(|(name, _)| name == key).map(|(name, node)| self.table.child(name, node))
    }

    pub(crate) fn require(&self, key: &str) -> Result<Cursor<'n>, Error> {
        self.get(key).ok_or_else(|| self.table.error(Code::KeyMissing, key))
    }

    /// The value of a key, or what stands for it when the key is absent.
    pub(crate) fn read_or<T>(&self, key: &str, default: T, read: impl Fn(&Cursor<'n>) -> Result<T, Error>) -> Result<T, Error> {
        self.get(key).map_or(Ok(default), |cursor| read(&cursor))
    }

    /// A list; empty when the key is absent.
    pub(crate) fn each<T>(&self, key: &str, read: impl Fn(&Cursor<'n>) -> Result<T, Error>) -> Result<Vec<T>, Error> {
        self.read_or(key, Vec::new(), |cursor| cursor.each(&read))
    }

    /// A list of no more than so many elements; empty when the key is absent.
    pub(crate) fn each_of<T>(
        &self,
        key: &str,
        most: usize,
        read: impl Fn(&Cursor<'n>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        self.read_or(key, Vec::new(), |cursor| cursor.each_of(most, &read))
    }

    /// The only entry of a table of one of several forms.
    pub(crate) fn only(&self) -> Result<(&'n str, Cursor<'n>), Error> {
        match self.entries {
            [(key, node)] => Ok((key, self.table.child(key, node))),
            _ => Err(self.table.error(Code::ValueInvalid, "a table with exactly one key is wanted")),
        }
    }

    /// An error about the table as a whole.
    pub(crate) fn error(&self, code: Code, note: impl Into<String>) -> Error {
        self.table.error(code, note)
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    Some(digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |octet, digit| octet << 4 | digit)).collect())
}
