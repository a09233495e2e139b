//! Files that people write: TOML and JSON, read into one tree with places, and written from it.
//!
//! Read by hand rather than by serde because a policy is a security setting: an unknown key gets its place and a suggestion, a
//! number keeps every digit, and both forms are held to the very same rules.

mod read;
mod suggest;
mod write;

pub(crate) use read::Cursor;

use std::fmt;

use mimicred_claims::Value;
use mimicred_error::At;
use mimicred_jose::json;
use toml::de::{DeTable, DeValue};

use crate::{Code, Error};

/// Largest file that is read.
const MAX_OCTETS: usize = 4 << 20;
/// Tables and arrays inside one another.
const MAX_DEPTH: usize = 32;

/// A value and where it stands in its TOML file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    line: Option<(usize, usize)>,
    kind: Kind,
}

/// What TOML and JSON have in common.
#[derive(Clone, PartialEq)]
pub(crate) enum Kind {
    Text(String),
    /// In the spelling of JSON.
    Number(String),
    Bool(bool),
    Array(Vec<Node>),
    Table(Vec<(String, Node)>),
    /// JSON's null and TOML's dates, infinities and the like: named, to be refused where they stand.
    Other(&'static str),
}

/// A trust file may hold a secret by mistake: no content in Debug.
impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Kind {
    /// What to call it in a message.
    fn name(&self) -> &'static str {
        match self {
            Kind::Text(_) => "a text",
            Kind::Number(_) => "a number",
            Kind::Bool(_) => "true or false",
            Kind::Array(_) => "a list",
            Kind::Table(_) => "a table",
            Kind::Other(name) => name,
        }
    }
}

impl From<Kind> for Node {
    fn from(kind: Kind) -> Self {
        Self { line: None, kind }
    }
}

impl Node {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Kind::Text(text.into()).into()
    }

    pub(crate) fn number(number: impl fmt::Display) -> Self {
        Kind::Number(number.to_string()).into()
    }

    pub(crate) fn bool(b: bool) -> Self {
        Kind::Bool(b).into()
    }

    pub(crate) fn array(elements: impl IntoIterator<Item = Node>) -> Self {
        Kind::Array(elements.into_iter().collect()).into()
    }

    pub(crate) fn table(entries: impl IntoIterator<Item = (&'static str, Node)>) -> Self {
        Kind::Table(entries.into_iter().map(|(key, node)| (key.to_owned(), node)).collect()).into()
    }

    /// Reads a TOML file.
    pub(crate) fn from_toml(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_OCTETS {
            return Err(Error::new(Code::FileMalformed).note("the file is too large"));
        }
        let lines = Lines::new(text);
        let table = DeTable::parse(text).map_err(|e| {
            let malformed = Error::new(Code::FileMalformed).note(e.message().to_owned());
            match e.span() {
                Some(span) => {
                    let (line, column) = lines.place(span.start);
                    malformed.at(At::Line(line, column))
                }
                None => malformed,
            }
        })?;
        of_toml(&DeValue::Table(table.into_inner()), (1, 1), &lines, MAX_DEPTH)
    }

    /// Reads a JSON file.
    pub(crate) fn from_json(text: &str) -> Result<Self, Error> {
        let limits = json::Limits { octets: MAX_OCTETS, depth: MAX_DEPTH, ..json::Limits::DEFAULT };
        let value = json::parse(text, &limits).map_err(|e| {
            let malformed = Error::new(Code::FileMalformed).at(mimicred_error::Report::place(&e).clone());
            malformed.because(e)
        })?;
        Ok(of_json(value))
    }

    /// The value of a key of a table.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    /// The keys and values of a table, in their order; of anything else none.
    pub(crate) fn entries(&self) -> &[(String, Node)] {
        match &self.kind {
            Kind::Table(entries) => entries,
            _ => &[],
        }
    }

    /// The elements, if it is a list.
    pub(crate) fn elements(&self) -> Option<&[Node]> {
        match &self.kind {
            Kind::Array(elements) => Some(elements),
            _ => None,
        }
    }

    /// Writes JSON with one key per line.
    pub(crate) fn to_json(&self) -> String {
        write::json(self)
    }

    /// Writes TOML: plain keys first, then lists of tables as `[[key]]`.
    pub(crate) fn to_toml(&self) -> String {
        write::toml(self)
    }

    /// Writes a value as it stands behind a key in TOML, on one line.
    pub(crate) fn to_toml_value(&self) -> String {
        write::toml_value(self)
    }
}

/// Finds lines and columns of octet offsets.
struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(n, _)| n + 1)).collect();
        Self { text, starts }
    }

    fn place(&self, offset: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let column = self.text.get(start..offset).map_or(0, |before| before.chars().count());
        (line, column + 1)
    }
}

fn of_toml(value: &DeValue<'_>, line: (usize, usize), lines: &Lines<'_>, depth: usize) -> Result<Node, Error> {
    let Some(depth) = depth.checked_sub(1) else {
        return Err(Error::new(Code::FileMalformed).at(At::Line(line.0, line.1)).note("too deep"));
    };
    let kind = match value {
        DeValue::String(text) => Kind::Text(text.clone().into_owned()),
        DeValue::Boolean(b) => Kind::Bool(*b),
        DeValue::Integer(number) if number.radix() == 10 => number_kind(number.as_str()),
        DeValue::Integer(_) => Kind::Other("a number that is not decimal"),
        DeValue::Float(number) => number_kind(number.as_str()),
        DeValue::Datetime(_) => Kind::Other("a date (write it as a text, in quotes)"),
        DeValue::Array(elements) => {
            let elements =
                elements.iter().map(|element| of_toml(element.get_ref(), lines.place(element.span().start), lines, depth));
            Kind::Array(elements.collect::<Result<_, _>>()?)
        }
        DeValue::Table(table) => {
            // In the order of the file, so that the first mistake is the one that is reported.
            let mut entries: Vec<_> = table.iter().collect();
            entries.sort_by_key(|(key, _)| key.span().start);
            let entries = entries.into_iter().map(|(key, value)| {
                let node = of_toml(value.get_ref(), lines.place(key.span().start), lines, depth)?;
                Ok((key.get_ref().clone().into_owned(), node))
            });
            Kind::Table(entries.collect::<Result<_, Error>>()?)
        }
    };
    Ok(Node { line: Some(line), kind })
}

/// TOML writes numbers that JSON does not: `+1`, `inf`.
fn number_kind(text: &str) -> Kind {
    let unsigned = text.strip_prefix('+').unwrap_or(text);
    match mimicred_claims::Number::parse(unsigned) {
        Some(_) => Kind::Number(unsigned.to_owned()),
        None => Kind::Other("a number that JSON cannot write"),
    }
}

fn of_json(value: Value<'_>) -> Node {
    let kind = match value {
        Value::Text(text) => Kind::Text(text.into_owned()),
        Value::Bool(b) => Kind::Bool(b),
        Value::Int(number) => Kind::Number(number.to_string()),
        Value::Decimal(text) => Kind::Number(text.into_owned()),
        Value::Array(elements) => Kind::Array(elements.into_iter().map(of_json).collect()),
        Value::Map(map) => {
            let entries = map.into_entries().into_iter().map(|(key, value)| {
                let key = match key {
                    mimicred_claims::Key::Text(text) => text.into_owned(),
                    mimicred_claims::Key::Int(number) => number.to_string(),
                };
                (key, of_json(value))
            });
            Kind::Table(entries.collect())
        }
        _ => Kind::Other("null"),
    };
    kind.into()
}

#[cfg(test)]
mod tests;
