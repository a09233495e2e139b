//! From text to octets: the grammar of the notation, by recursive descent. The octets of an item are written as soon as it is read;
//! the head of an array, a map or embedded CBOR is put before its content when its size is known.

mod cursor;
mod number;
mod prefix;
mod string;

use cursor::Cursor;

use super::width::{self, Width};
use super::{Limits, MAX_DEPTH};
use crate::{Code, Error};

/// The octets of exactly one item in diagnostic notation.
///
/// What carries no encoding indicator is encoded in preferred serialization with definite lengths, entries in the order in which they
/// are written. What is well-formed but not valid elsewhere, such as a key that stands twice, can be written: this is for looking and
/// for testing, and no verifier reads it.
///
/// # Errors
/// [`Code::Edn`], [`Code::Limit`]; the place is line and column.
///
/// ```
/// use mimicred_cose::edn::{Limits, parse};
/// use mimicred_error::Report;
///
/// assert_eq!(parse("{ / alg / 1: -19, 4: 'key' + h'00' }", &Limits::DEFAULT)?, b"\xa2\x01\x32\x04\x44key\x00");
/// assert_eq!(parse("[_ 1_0, <<[true]>>, 1.5_3]", &Limits::DEFAULT)?, b"\x9f\x18\x01\x42\x81\xf5\xfb\x3f\xf8\x00\x00\x00\x00\x00\x00\xff");
/// assert_eq!(parse("[1,\n  ...]", &Limits::DEFAULT).unwrap_err().place().to_string(), "line 2, column 3");
/// # Ok::<(), mimicred_cose::Error>(())
/// ```
pub fn parse(text: &str, limits: &Limits) -> Result<Vec<u8>, Error> {
    if text.len() > limits.size {
        return Err(Error::new(Code::Limit).note(format!("{} octets of text, at most {} are read", text.len(), limits.size)));
    }
    let mut parser =
        Parser { cursor: Cursor::new(text), items: limits.items, depth: limits.depth.min(MAX_DEPTH), out: Vec::new() };
    parser.cursor.blank()?;
    parser.item(0)?;
    parser.cursor.blank()?;
    if parser.cursor.is_at_end() { Ok(parser.out) } else { Err(parser.cursor.fail("something follows the item")) }
}

struct Parser<'t> {
    cursor: Cursor<'t>,
    items: usize,
    depth: usize,
    out: Vec<u8>,
}

impl Parser<'_> {
    fn item(&mut self, level: usize) -> Result<(), Error> {
        if level > self.depth {
            return Err(self.cursor.error(Code::Limit, "nested too deeply"));
        }
        self.count()?;
        match self.cursor.peek() {
            Some('[') => self.list(4, ']', level),
            Some('{') => self.list(5, '}', level),
            Some('(') => self.stream(level),
            Some('"' | '\'' | '`' | '<') => self.string(level),
            Some('.') if self.cursor.rest().starts_with("..") => Err(self.cursor.fail(string::ELLIPSIS)),
            Some('0'..='9' | '+' | '-' | '.') => self.number(level),
            Some('a'..='z' | 'A'..='Z') => self.word(level),
            Some(_) => Err(self.cursor.fail("no item begins like this")),
            None => Err(self.cursor.fail("an item is missing")),
        }
    }

    fn count(&mut self) -> Result<(), Error> {
        self.items = self.items.checked_sub(1).ok_or_else(|| self.cursor.error(Code::Limit, "too many items"))?;
        Ok(())
    }

    /// An array or a map.
    fn list(&mut self, major: u8, close: char, level: usize) -> Result<(), Error> {
        let (at, start) = (self.cursor.clone(), self.out.len());
        self.cursor.advance();
        let width = self.indicator()?;
        let is_apart = self.cursor.blank()?;
        if width.is_some() && !is_apart && self.cursor.peek() != Some(close) {
            return Err(self.cursor.fail("white space is missing behind the encoding indicator"));
        }
        let entries = self.sequence(close, |parser| {
            parser.item(level + 1)?;
            if major == 5 {
                parser.cursor.blank()?;
                if !parser.cursor.eat(':') {
                    return Err(parser.cursor.fail("a colon is missing behind the key"));
                }
                parser.cursor.blank()?;
                parser.item(level + 1)?;
            }
            Ok(())
        })?;
        self.cursor.eat(close);
        if width == Some(Width::Indefinite) {
            self.insert(&at, start, major, Width::Indefinite, 0)?;
            self.out.push(0xff);
            return Ok(());
        }
        self.insert_sized(&at, start, major, width, entries)
    }

    /// Items between commas or white space up to `close`, which is not passed over; their number.
    fn sequence(&mut self, close: char, mut entry: impl FnMut(&mut Self) -> Result<(), Error>) -> Result<usize, Error> {
        let mut entries = 0;
        while self.cursor.peek() != Some(close) {
            entry(self)?;
            entries += 1;
            let is_apart = self.cursor.blank()?;
            let has_comma = self.cursor.eat(',');
            if has_comma {
                self.cursor.blank()?;
            }
            match self.cursor.peek() {
                None => return Err(self.cursor.fail("the text ends in the middle of an item")),
                Some(c) if c != close && !is_apart && !has_comma => {
                    return Err(self.cursor.fail("a comma or white space is missing here"));
                }
                Some(_) => {}
            }
        }
        Ok(entries)
    }

    /// `(_ chunk, chunk)`: a string of indefinite length.
    fn stream(&mut self, level: usize) -> Result<(), Error> {
        let at = self.cursor.clone();
        let start = self.out.len();
        if !self.cursor.eat_text("(_") || !self.cursor.blank()? {
            return Err(at.fail("a parenthesis opens a string in chunks, which begins with (_ and white space"));
        }
        let mut kind = None;
        let chunks = self.sequence(')', |parser| {
            parser.count()?;
            let (at, first) = (parser.cursor.clone(), parser.out.len());
            match parser.cursor.peek() {
                Some('"' | '\'' | '`' | '<' | 'a'..='z' | 'A'..='Z') => parser.string(level)?,
                _ => return Err(at.fail("a chunk must be a string")),
            }
            let head = parser.out.get(first).copied().unwrap_or_default();
            let (major, is_definite) = (head >> 5, head & 0x1f != 31);
            if !is_definite || !matches!(major, 2 | 3) || *kind.get_or_insert(major) != major {
                return Err(at.fail("the chunks must be strings of one kind with a length"));
            }
            Ok(())
        })?;
        self.cursor.eat(')');
        match kind {
            Some(major) if chunks > 0 => {
                self.insert(&at, start, major, Width::Indefinite, 0)?;
                self.out.push(0xff);
                Ok(())
            }
            _ => Err(at.fail("a string without chunks is written ''_ or \"\"_")),
        }
    }

    /// `true`, `simple(59)`, `NaN`, and literals with a prefix.
    fn word(&mut self, level: usize) -> Result<(), Error> {
        let at = self.cursor.clone();
        let word = self.cursor.word();
        if matches!(self.cursor.peek(), Some('\'' | '`')) || self.cursor.rest().starts_with("<<") {
            self.cursor = at;
            return self.string(level);
        }
        let simple = match word {
            "false" => 20,
            "true" => 21,
            "null" => 22,
            "undefined" => 23,
            "simple" => return self.simple(),
            "Infinity" | "NaN" => {
                let value = if word == "NaN" { f64::NAN } else { f64::INFINITY };
                return self.float(&at, value);
            }
            _ => return Err(at.fail("an item cannot begin with this word")),
        };
        self.out.push(0xe0 | simple);
        Ok(())
    }

    fn simple(&mut self) -> Result<(), Error> {
        let at = self.cursor.clone();
        let number = if self.cursor.eat('(') {
            self.cursor.blank()?;
            let digits = self.cursor.take_while(|c| c.is_ascii_digit());
            self.cursor.blank()?;
            let is_plain = digits == "0" || !digits.starts_with('0');
            digits.parse::<u8>().ok().filter(|_| is_plain && self.cursor.eat(')'))
        } else {
            None
        };
        match number {
            Some(number @ 0..=23) => self.out.push(0xe0 | number),
            Some(number @ 32..) => self.out.extend([0xf8, number]),
            _ => return Err(at.fail("a simple value is written simple(0) to simple(23) or simple(32) to simple(255)")),
        }
        Ok(())
    }

    /// An encoding indicator, if there is one.
    fn indicator(&mut self) -> Result<Option<Width>, Error> {
        let at = self.cursor.clone();
        if !self.cursor.eat('_') {
            return Ok(None);
        }
        let name = self.cursor.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
        match Width::of_indicator(name) {
            Some(width) => Ok(Some(width)),
            None => Err(at.fail("an encoding indicator is one of _ _i _0 _1 _2 _3")),
        }
    }

    /// Puts the head before what was written since `start`.
    fn insert(&mut self, at: &Cursor<'_>, start: usize, major: u8, width: Width, argument: u64) -> Result<(), Error> {
        let head = width::head(major, width, argument).ok_or_else(|| at.fail("the encoding indicator is too small"))?;
        self.out.splice(start..start, head);
        Ok(())
    }

    /// The same, with the width named or the preferred one.
    fn insert_sized(&mut self, at: &Cursor<'_>, start: usize, major: u8, width: Option<Width>, size: usize) -> Result<(), Error> {
        let argument = u64::try_from(size).unwrap_or(u64::MAX);
        self.insert(at, start, major, width.unwrap_or(Width::preferred(argument)), argument)
    }
}
