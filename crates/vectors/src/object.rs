//! JSON objects: built member by member, read with the place of what is wrong, and written for people.

use std::borrow::Cow;

use mimicred_claims::{Key, Map, Value};
use mimicred_error::At;
use mimicred_jose::json;

use crate::operation::Operation;
use crate::{Code, Error};

/// A file of vectors is read within these.
pub(crate) const LIMITS: json::Limits = json::Limits { octets: 16 << 20, depth: 48, values: 1 << 20 };

/// A line is not made longer than this by putting things together.
const WIDTH: usize = 132;

/// An object that is being made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Object(Vec<(Key<'static>, Value<'static>)>);

impl Object {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Any value; one of the same name is replaced.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Value<'static>>) -> Self {
        let value = value.into();
        match self.0.iter_mut().find(|(key, _)| *key == Key::from(name)) {
            Some((_, old)) => *old = value,
            None => self.0.push((Key::from(name), value)),
        }
        self
    }

    /// A member if there is something to say.
    pub(crate) fn with_some<V: Into<Value<'static>>>(self, name: &'static str, value: Option<V>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    pub(crate) fn text(self, name: &'static str, text: impl Into<String>) -> Self {
        self.with(name, text.into())
    }

    pub(crate) fn hex(self, name: &'static str, octets: &[u8]) -> Self {
        self.with(name, hex(octets))
    }

    pub(crate) fn int(self, name: &'static str, number: impl Into<i128>) -> Self {
        self.with(name, Value::Int(number.into()))
    }

    pub(crate) fn list<V: Into<Value<'static>>>(self, name: &'static str, elements: impl IntoIterator<Item = V>) -> Self {
        self.with(name, Value::Array(elements.into_iter().map(Into::into).collect()))
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(key, _)| *key != Key::from(name));
        self
    }

    /// The object; the names are known to differ.
    pub(crate) fn map(self) -> Map<'static> {
        Map::from_entries(self.0).unwrap_or_default()
    }
}

impl From<Object> for Value<'static> {
    fn from(object: Object) -> Self {
        Value::Map(object.map())
    }
}

/// Octets as the vectors spell them: lower case hexadecimal digits.
pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// Octets from hexadecimal digits in lower case.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |octet: u8| match octet {
        b'0'..=b'9' => Some(octet - b'0'),
        b'a'..=b'f' => Some(octet - b'a' + 10),
        _ => None,
    };
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    pairs.iter().map(|[high, low]| Some((digit(*high)? << 4) | digit(*low)?)).collect()
}

/// The members that a case gives to its operation. Every way to read one tells its place when it is not so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Input<'v> {
    map: &'v Map<'v>,
    path: &'v str,
}

impl<'v> Input<'v> {
    /// The input of an operation, if it has all members and no others.
    pub(crate) fn of(operation: &Operation, map: &'v Map<'v>) -> Result<Self, Error> {
        for (key, _) in map.iter() {
            if !operation.input.iter().any(|member| Key::from(member.name) == *key) {
                return Err(Error::new(Code::CaseUnusable).at(At::Path(format!("input.{key}"))).note("unknown"));
            }
        }
        Ok(Self { map, path: "input" })
    }

    fn wrong(&self, name: &str, note: &'static str) -> Error {
        Error::new(Code::CaseUnusable).at(At::Path(format!("{}.{name}", self.path))).note(note)
    }

    /// The value, if the member is there.
    pub(crate) fn get(&self, name: &str) -> Option<&'v Value<'v>> {
        self.map.text(name)
    }

    pub(crate) fn value(&self, name: &str) -> Result<&'v Value<'v>, Error> {
        self.get(name).ok_or_else(|| self.wrong(name, "missing"))
    }

    pub(crate) fn text(&self, name: &str) -> Result<&'v str, Error> {
        self.value(name)?.as_text().ok_or_else(|| self.wrong(name, "not text"))
    }

    pub(crate) fn text_if_any(&self, name: &str) -> Result<Option<&'v str>, Error> {
        self.get(name).map(|_| self.text(name)).transpose()
    }

    pub(crate) fn hex(&self, name: &str) -> Result<Vec<u8>, Error> {
        unhex(self.text(name)?).ok_or_else(|| self.wrong(name, "not hexadecimal digits"))
    }

    pub(crate) fn hex_if_any(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        self.get(name).map(|_| self.hex(name)).transpose()
    }

    /// Octets of a fixed number.
    pub(crate) fn array<const N: usize>(&self, name: &str) -> Result<[u8; N], Error> {
        self.hex(name)?.try_into().map_err(|_| self.wrong(name, "another number of octets"))
    }

    /// An integer that fits.
    pub(crate) fn int<N: TryFrom<i128>>(&self, name: &str) -> Result<N, Error> {
        let number = self.value(name)?.as_int().ok_or_else(|| self.wrong(name, "not an integer"))?;
        number.try_into().map_err(|_| self.wrong(name, "out of range"))
    }

    pub(crate) fn int_if_any<N: TryFrom<i128>>(&self, name: &str) -> Result<Option<N>, Error> {
        self.get(name).map(|_| self.int(name)).transpose()
    }

    pub(crate) fn map(&self, name: &str) -> Result<&'v Map<'v>, Error> {
        self.value(name)?.as_map().ok_or_else(|| self.wrong(name, "not an object"))
    }

    /// The elements of an array; none if the member is not there.
    fn elements(&self, name: &str) -> Result<&'v [Value<'v>], Error> {
        match self.get(name) {
            None => Ok(&[]),
            Some(value) => value.as_array().ok_or_else(|| self.wrong(name, "not an array")),
        }
    }

    pub(crate) fn texts(&self, name: &str) -> Result<Vec<&'v str>, Error> {
        self.elements(name)?.iter().map(|element| element.as_text().ok_or_else(|| self.wrong(name, "not texts"))).collect()
    }

    pub(crate) fn hexes(&self, name: &str) -> Result<Vec<Vec<u8>>, Error> {
        self.texts(name)?.into_iter().map(|text| unhex(text).ok_or_else(|| self.wrong(name, "not hexadecimal digits"))).collect()
    }

    /// The integers of an array, each of which fits.
    pub(crate) fn ints<N: TryFrom<i128>>(&self, name: &str) -> Result<Vec<N>, Error> {
        let number = |value: &Value<'_>| value.as_int().and_then(|number| number.try_into().ok());
        self.elements(name)?.iter().map(|value| number(value).ok_or_else(|| self.wrong(name, "not integers"))).collect()
    }

    /// The objects of an array, each to be read like the input itself.
    pub(crate) fn records(&self, name: &'v str) -> Result<Vec<Input<'v>>, Error> {
        let records = self.elements(name)?.iter();
        records
            .map(|element| match element.as_map() {
                Some(map) => Ok(Input { map, path: name }),
                None => Err(self.wrong(name, "not objects")),
            })
            .collect()
    }

    /// An object to be read like the input itself.
    pub(crate) fn record(&self, name: &'v str) -> Result<Input<'v>, Error> {
        Ok(Input { map: self.map(name)?, path: name })
    }

    /// One of a few words.
    pub(crate) fn choice<T: Copy>(&self, name: &str, choices: &[(&str, T)]) -> Result<T, Error> {
        let text = self.text(name)?;
        let found = choices.iter().find(|(word, _)| *word == text);
        found.map(|(_, choice)| *choice).ok_or_else(|| self.wrong(name, "none of the words that can stand here"))
    }
}

/// Reads one JSON object.
pub(crate) fn parse_object(text: &str, code: Code) -> Result<Map<'_>, Error> {
    match json::parse(text, &LIMITS) {
        Ok(Value::Map(map)) => Ok(map),
        Ok(_) => Err(Error::new(code).note("not a JSON object")),
        Err(error) => Err(Error::new(code).because(error)),
    }
}

/// Two values, whatever the order of members. Numbers are the same if they are spelt the same.
pub(crate) fn same(one: &Value<'_>, other: &Value<'_>) -> bool {
    one == other
}

/// A value as JSON on lines of moderate length: what fits on one line stands on one.
pub(crate) fn pretty(value: &Value<'_>) -> String {
    let mut out = String::new();
    write(value, 0, 0, &mut out);
    out.push('\n');
    out
}

/// `used` is what stands before the value on its line.
fn write(value: &Value<'_>, indent: usize, used: usize, out: &mut String) {
    let short = on_one_line(value);
    if short.chars().count() + used <= WIDTH {
        out.push_str(&short);
        return;
    }
    let (open, close, parts): (char, char, Vec<(Cow<'_, str>, &Value<'_>)>) = match value {
        Value::Map(map) => ('{', '}', map.iter().map(|(key, value)| (Cow::Owned(name(key) + ": "), value)).collect()),
        Value::Array(elements) => ('[', ']', elements.iter().map(|element| (Cow::Borrowed(""), element)).collect()),
        _ => return out.push_str(&short),
    };
    let inner = indent + 2;
    out.push(open);
    for (n, (name, value)) in parts.iter().enumerate() {
        out.push_str(if n == 0 { "\n" } else { ",\n" });
        out.push_str(&" ".repeat(inner));
        out.push_str(name);
        write(value, inner, inner + name.chars().count(), out);
    }
    out.push('\n');
    out.push_str(&" ".repeat(indent));
    out.push(close);
}

fn on_one_line(value: &Value<'_>) -> String {
    let joined = |parts: Vec<String>| parts.join(", ");
    match value {
        Value::Map(map) if map.is_empty() => "{}".to_owned(),
        Value::Map(map) => {
            format!("{{ {} }}", joined(map.iter().map(|(key, value)| name(key) + ": " + &on_one_line(value)).collect()))
        }
        Value::Array(elements) => format!("[{}]", joined(elements.iter().map(on_one_line).collect())),
        // Made from JSON, or by the builder above: nothing else stands here.
        other => json::write(other).unwrap_or_default(),
    }
}

fn name(key: &Key<'_>) -> String {
    match key {
        Key::Text(text) => json::write_text(text),
        Key::Int(number) => format!("\"{number}\""),
    }
}

#[cfg(test)]
mod tests;
