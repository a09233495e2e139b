//! Reading.

use std::borrow::Cow;

use mimicred_claims::{Key, Map, Value};
use mimicred_error::At;

use super::plain::plain_len;
use crate::{Code, Error};

/// What is read at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Octets of the text.
    pub octets: usize,
    /// Arrays and objects inside one another.
    pub depth: usize,
    /// Values, member names not counted.
    pub values: usize,
}

impl Limits {
    /// 4 MiB, 32 levels, 131072 values.
    pub const DEFAULT: Limits = Limits { octets: 4 << 20, depth: 32, values: 131_072 };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Reads one JSON value; nothing but whitespace may surround it.
///
/// A number without fraction and exponent that fits becomes [`Value::Int`], `-0` excepted; any other keeps its spelling as
/// [`Value::Decimal`].
///
/// # Errors
/// [`Code::JsonMalformed`] and [`Code::MemberDuplicate`] with the offset, [`Code::Limit`].
///
/// ```
/// use mimicred_claims::Value;
/// use mimicred_jose::json::{Limits, parse};
///
/// let value = parse(r#"{"n":9007199254740993,"x":1e400,"t":"\ud83d\ude00"}"#, &Limits::DEFAULT)?;
/// let object = value.as_map().ok_or("an object")?;
/// assert_eq!(object.text("n"), Some(&Value::Int(9_007_199_254_740_993)));
/// assert_eq!(object.text("x"), Some(&Value::Decimal("1e400".into())));
/// assert_eq!(object.text("t"), Some(&Value::from("😀")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn parse<'a>(text: &'a str, limits: &Limits) -> Result<Value<'a>, Error> {
    if text.len() > limits.octets {
        return Err(Error::new(Code::Limit).note("the text is too long"));
    }
    let mut reader = Reader::new(text, limits);
    reader.whitespace();
    let value = reader.value(limits.depth)?;
    reader.whitespace();
    reader.end().map(|()| value)
}

/// Reads one JSON value from octets, which must be UTF-8.
///
/// # Errors
/// As [`parse`].
///
/// ```
/// use mimicred_jose::json::{Limits, parse_octets};
///
/// assert!(parse_octets(b"[true]", &Limits::DEFAULT).is_ok());
/// assert!(parse_octets(b"\"\xff\"", &Limits::DEFAULT).is_err());
/// ```
pub fn parse_octets<'a>(octets: &'a [u8], limits: &Limits) -> Result<Value<'a>, Error> {
    parse(utf8(octets, limits)?, limits)
}

pub(super) fn utf8<'a>(octets: &'a [u8], limits: &Limits) -> Result<&'a str, Error> {
    if octets.len() > limits.octets {
        return Err(Error::new(Code::Limit).note("the text is too long"));
    }
    std::str::from_utf8(octets).map_err(|e| Error::new(Code::JsonMalformed).at(At::Offset(e.valid_up_to())).note("not UTF-8"))
}

#[derive(Debug)]
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
    values_left: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, limits: &Limits) -> Self {
        Self { text, at: 0, values_left: limits.values }
    }

    /// Whether nothing is left.
    pub(super) fn end(&self) -> Result<(), Error> {
        if self.at < self.text.len() { Err(self.malformed()) } else { Ok(()) }
    }

    fn malformed(&self) -> Error {
        Error::new(Code::JsonMalformed).at(At::Offset(self.at))
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// The text from `start` to here. Both are places next to ASCII characters, so they never split one.
    fn since(&self, start: usize) -> Result<&'a str, Error> {
        self.text.get(start..self.at).ok_or_else(|| self.malformed())
    }

    pub(super) fn whitespace(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Takes this octet if it is next.
    pub(super) fn take(&mut self, octet: u8) -> bool {
        let is_next = self.peek() == Some(octet);
        self.at += usize::from(is_next);
        is_next
    }

    pub(super) fn expect(&mut self, octet: u8) -> Result<(), Error> {
        if self.take(octet) { Ok(()) } else { Err(self.malformed()) }
    }

    /// One value more.
    #[inline]
    pub(super) fn count(&mut self) -> Result<(), Error> {
        let left = self.values_left.checked_sub(1);
        self.values_left = left.ok_or_else(|| Error::new(Code::Limit).at(At::Offset(self.at)).note("too many values"))?;
        Ok(())
    }

    /// One value. Recursion is bounded by `depth`.
    pub(super) fn value(&mut self, depth: usize) -> Result<Value<'a>, Error> {
        self.count()?;
        match self.peek() {
            Some(b'"') => Ok(Value::Text(self.string()?)),
            Some(b'{') => self.object(self.deeper(depth)?),
            Some(b'[') => self.array(self.deeper(depth)?),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Value::Bool(true)),
            Some(b'f') => self.word("false", Value::Bool(false)),
            Some(b'n') => self.word("null", Value::Null),
            _ => Err(self.malformed()),
        }
    }

    pub(super) fn deeper(&self, depth: usize) -> Result<usize, Error> {
        depth.checked_sub(1).ok_or_else(|| Error::new(Code::Limit).at(At::Offset(self.at)).note("nested too deeply"))
    }

    fn word(&mut self, word: &str, value: Value<'a>) -> Result<Value<'a>, Error> {
        if !self.rest().starts_with(word.as_bytes()) {
            return Err(self.malformed());
        }
        self.at += word.len();
        Ok(value)
    }

    fn array(&mut self, depth: usize) -> Result<Value<'a>, Error> {
        self.expect(b'[')?;
        self.whitespace();
        let mut elements = Vec::new();
        if self.take(b']') {
            return Ok(Value::Array(elements));
        }
        loop {
            self.whitespace();
            elements.push(self.value(depth)?);
            self.whitespace();
            if self.take(b']') {
                return Ok(Value::Array(elements));
            }
            self.expect(b',')?;
        }
    }

    fn object(&mut self, depth: usize) -> Result<Value<'a>, Error> {
        let start = self.at;
        self.expect(b'{')?;
        self.whitespace();
        let mut entries = Vec::new();
        if self.take(b'}') {
            return Ok(Value::Map(Map::new()));
        }
        loop {
            self.whitespace();
            let name = self.string()?;
            self.whitespace();
            self.expect(b':')?;
            self.whitespace();
            entries.push((Key::Text(name), self.value(depth)?));
            self.whitespace();
            if self.take(b'}') {
                let map = Map::from_entries(entries);
                return map.map(Value::Map).map_err(|e| Error::new(Code::MemberDuplicate).at(At::Offset(start)).because(e));
            }
            self.expect(b',')?;
        }
    }

    pub(super) fn string(&mut self) -> Result<Cow<'a, str>, Error> {
        self.expect(b'"')?;
        let start = self.at;
        self.plain();
        if self.peek() == Some(b'"') {
            let borrowed = self.since(start)?;
            self.at += 1;
            return Ok(Cow::Borrowed(borrowed));
        }
        let mut owned = self.since(start)?.to_owned();
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Cow::Owned(owned));
                }
                Some(b'\\') => owned.push(self.escape()?),
                // A control character or the end.
                _ => return Err(self.malformed()),
            }
            let start = self.at;
            self.plain();
            owned.push_str(self.since(start)?);
        }
    }

    /// Moves to the next quote, backslash or control character, or to the end.
    fn plain(&mut self) {
        self.at += plain_len(self.rest());
    }

    fn escape(&mut self) -> Result<char, Error> {
        let start = self.at;
        let malformed = || Error::new(Code::JsonMalformed).at(At::Offset(start));
        let [_, kind, ..] = *self.rest() else { return Err(malformed()) };
        self.at += 2;
        Ok(match kind {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = self.four_digits().ok_or_else(malformed)?;
                let scalar = match unit {
                    // A high surrogate stands before an escaped low one, and neither stands alone.
                    0xd800..=0xdbff => {
                        let low = if self.take(b'\\') && self.take(b'u') { self.four_digits() } else { None };
                        let low = low.filter(|low| (0xdc00..=0xdfff).contains(low)).ok_or_else(malformed)?;
                        0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)
                    }
                    _ => unit,
                };
                char::from_u32(scalar).ok_or_else(malformed)?
            }
            _ => return Err(malformed()),
        })
    }

    fn four_digits(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }

    fn number(&mut self) -> Result<Value<'a>, Error> {
        let start = self.at;
        self.take(b'-');
        match self.peek() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits()?,
            _ => return Err(self.malformed()),
        }
        let whole = self.at;
        if self.take(b'.') {
            self.digits()?;
        }
        if self.take(b'e') || self.take(b'E') {
            let _sign = self.take(b'+') || self.take(b'-');
            self.digits()?;
        }
        let spelling = self.since(start)?;
        let integer = if self.at == whole && spelling != "-0" { spelling.parse().ok() } else { None };
        Ok(integer.map_or(Value::Decimal(Cow::Borrowed(spelling)), Value::Int))
    }

    /// One digit or more.
    fn digits(&mut self) -> Result<(), Error> {
        let count = self.rest().iter().take_while(|octet| octet.is_ascii_digit()).count();
        self.at += count;
        if count == 0 { Err(self.malformed()) } else { Ok(()) }
    }
}
