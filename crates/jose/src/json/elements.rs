//! An array whose elements are asked for one by one, by who knows what to expect of each.

use std::borrow::Cow;

use mimicred_claims::Value;

use super::Limits;
use super::read::{Reader, utf8};
use crate::Error;

/// The elements of a JSON array that is all of a text. Nothing about an element is known before it is asked for, and whether the text
/// ends as it must only behind the last one.
///
/// ```
/// use mimicred_claims::Value;
/// use mimicred_jose::json::{Elements, Limits};
///
/// let mut elements = Elements::of(br#"["salt", 7]"#, &Limits::DEFAULT)?.ok_or("an array")?;
/// assert_eq!(elements.text()?.as_deref(), Some("salt"));
/// assert_eq!(elements.value()?, Some(Value::Int(7)));
/// assert_eq!(elements.value()?, None);
/// assert!(Elements::of(b"{}", &Limits::DEFAULT)?.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Elements<'a> {
    reader: Reader<'a>,
    depth: usize,
    next: Next,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    First,
    Other,
    Nothing,
}

impl<'a> Elements<'a> {
    /// Begins with these octets, which must be UTF-8; nothing if they are no array.
    ///
    /// # Errors
    /// [`Code::Limit`](crate::Code::Limit); [`Code::JsonMalformed`](crate::Code::JsonMalformed) for other octets than UTF-8.
    pub fn of(octets: &'a [u8], limits: &Limits) -> Result<Option<Self>, Error> {
        let mut reader = Reader::new(utf8(octets, limits)?, limits);
        let depth = reader.deeper(limits.depth)?;
        reader.whitespace();
        let is_array = reader.take(b'[');
        Ok(is_array.then_some(Self { reader, depth, next: Next::First }))
    }

    /// The next element; nothing behind the last one.
    ///
    /// # Errors
    /// As [`parse`](super::parse).
    pub fn value(&mut self) -> Result<Option<Value<'a>>, Error> {
        if self.advance()? { self.reader.value(self.depth).map(Some) } else { Ok(None) }
    }

    /// The next element if it is text; nothing behind the last one, and for anything else, which cannot be asked for again.
    ///
    /// # Errors
    /// As [`parse`](super::parse).
    pub fn text(&mut self) -> Result<Option<Cow<'a, str>>, Error> {
        if !self.advance()? || self.reader.peek() != Some(b'"') {
            return Ok(None);
        }
        self.reader.count()?;
        self.reader.string().map(Some)
    }

    /// Moves to the next element, and behind the last one to the end.
    #[inline]
    fn advance(&mut self) -> Result<bool, Error> {
        if self.next == Next::Nothing {
            return Ok(false);
        }
        self.reader.whitespace();
        if self.reader.take(b']') {
            self.next = Next::Nothing;
            self.reader.whitespace();
            return self.reader.end().map(|()| false);
        }
        if self.next == Next::Other {
            self.reader.expect(b',')?;
            self.reader.whitespace();
        }
        self.next = Next::Other;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    fn all(text: &str) -> Result<Vec<Value<'_>>, Error> {
        let mut elements = Elements::of(text.as_bytes(), &Limits::DEFAULT)?.expect("an array");
        std::iter::from_fn(|| elements.value().transpose()).collect()
    }

    #[test]
    fn elements_are_those_of_the_whole_array() {
        for text in ["[]", " [ ] ", "[1]", "[ \"a\" , [2,{}] ,\tnull ]\n", "[[[]]]"] {
            let whole = super::super::parse(text, &Limits::DEFAULT).unwrap();
            assert_eq!(all(text).unwrap(), *whole.as_array().unwrap(), "{text}");
        }
        for text in ["[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1]]", "[1],", "[] x", "[tru]", "[\"a]"] {
            assert_eq!(all(text).unwrap_err().code(), Code::JsonMalformed, "{text}");
        }
        assert!(Elements::of(b"7", &Limits::DEFAULT).unwrap().is_none());
        assert_eq!(Elements::of(b"[\xff]", &Limits::DEFAULT).unwrap_err().code(), Code::JsonMalformed);
    }

    #[test]
    fn text_is_text() {
        let mut elements = Elements::of(b"[\"\\u0061\",7,\"b\"]", &Limits::DEFAULT).unwrap().unwrap();
        assert_eq!(elements.text().unwrap().as_deref(), Some("a"));
        assert_eq!(elements.text().unwrap(), None);
        let mut none = Elements::of(b"[]", &Limits::DEFAULT).unwrap().unwrap();
        assert_eq!(none.text().unwrap(), None);
    }

    /// JWT-E-017: the array itself is one level.
    #[test]
    fn limits_are_those_of_the_whole_array() {
        let within = |depth, values| {
            let limits = Limits { octets: 9, depth, values };
            let mut elements = Elements::of(b"[[1],[2]]", &limits)?.expect("an array");
            while elements.value()?.is_some() {}
            Ok::<_, Error>(())
        };
        assert!(within(2, 4).is_ok());
        assert_eq!(within(1, 4).unwrap_err().code(), Code::Limit);
        assert_eq!(within(0, 4).unwrap_err().code(), Code::Limit);
        assert_eq!(within(2, 3).unwrap_err().code(), Code::Limit);
        let mut two = Elements::of(b"[\"a\",\"b\"]", &Limits { values: 1, ..Limits::DEFAULT }).unwrap().unwrap();
        assert!(two.text().unwrap().is_some());
        assert_eq!(two.text().unwrap_err().code(), Code::Limit);
        assert_eq!(Elements::of(b"[[1],[2] ]", &Limits { octets: 9, ..Limits::DEFAULT }).unwrap_err().code(), Code::Limit);
    }
}
