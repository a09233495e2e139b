//! Strings in quotes, raw strings, literals with a prefix, embedded CBOR, and the joining of all of them by `+`.

use super::{Cursor, Parser, prefix};
use crate::Error;
use crate::edn::width::Width;

/// What is said where something is left out.
pub(super) const ELLIPSIS: &str = "an ellipsis stands for something left out, which has no octets";

/// A part of a string, or what a literal with a prefix stands for.
pub(super) enum Piece {
    Text(Vec<u8>),
    Bytes(Vec<u8>),
    /// An encoded item.
    Item(Vec<u8>),
}

impl Parser<'_> {
    /// A string, or a literal with a prefix.
    pub(super) fn string(&mut self, level: usize) -> Result<(), Error> {
        let at = self.cursor.clone();
        let mut whole = self.piece(level)?;
        let mut width = self.indicator()?;
        while self.is_joined()? {
            if width.is_some() {
                return Err(self.cursor.fail("an encoding indicator stands behind the last part of a string"));
            }
            let at = self.cursor.clone();
            whole = match (whole, self.piece(level)?) {
                (Piece::Text(mut text), Piece::Text(more) | Piece::Bytes(more)) => {
                    text.extend(more);
                    Piece::Text(text)
                }
                (Piece::Bytes(mut octets), Piece::Bytes(more)) => {
                    octets.extend(more);
                    Piece::Bytes(octets)
                }
                (Piece::Bytes(_), Piece::Text(_)) => return Err(at.fail("text cannot be joined to a byte string")),
                _ => return Err(at.fail("only strings can be joined")),
            };
            width = self.indicator()?;
        }
        let (major, content) = match whole {
            Piece::Text(text) if std::str::from_utf8(&text).is_err() => return Err(at.fail("text that is not UTF-8")),
            Piece::Text(text) => (3, text),
            Piece::Bytes(octets) => (2, octets),
            Piece::Item(_) if width.is_some() => return Err(at.fail("no encoding indicator belongs to this literal")),
            Piece::Item(item) => {
                self.out.extend(item);
                return Ok(());
            }
        };
        let start = self.out.len();
        if width == Some(Width::Indefinite) {
            if !content.is_empty() {
                return Err(at.fail("the chunks of a string of indefinite length are written (_ …)"));
            }
            self.insert(&at, start, major, Width::Indefinite, 0)?;
            self.out.push(0xff);
            return Ok(());
        }
        self.insert_sized(&at, start, major, width, content.len())?;
        self.out.extend(content);
        Ok(())
    }

    /// Passes over a `+` with another part of the string behind it, if that is what comes next.
    fn is_joined(&mut self) -> Result<bool, Error> {
        let before = self.cursor.clone();
        self.cursor.blank()?;
        if self.cursor.eat('+') {
            self.cursor.blank()?;
            let mut ahead = self.cursor.clone();
            ahead.word();
            match ahead.peek() {
                Some('"' | '\'' | '`' | '<') => return Ok(true),
                Some('.') if ahead.rest().starts_with("..") => return Err(ahead.fail(ELLIPSIS)),
                _ => {}
            }
        }
        self.cursor = before;
        Ok(false)
    }

    fn piece(&mut self, level: usize) -> Result<Piece, Error> {
        let at = self.cursor.clone();
        match self.cursor.peek() {
            Some('"') => Ok(Piece::Text(self.quoted('"')?.into_bytes())),
            Some('\'') => Ok(Piece::Bytes(self.quoted('\'')?.into_bytes())),
            Some('`') => Ok(Piece::Text(self.raw()?.into_bytes())),
            Some('<') => Ok(Piece::Bytes(self.embedded(level)?)),
            _ => {
                let prefix = self.cursor.word();
                let content = match self.cursor.peek() {
                    Some('\'') => self.quoted('\'')?,
                    Some('`') => self.raw()?,
                    _ => return Err(at.fail("a literal with a prefix continues in quotes here")),
                };
                prefix::meaning(&at, prefix, &content)
            }
        }
    }

    /// `<< 1, 2 >>`.
    fn embedded(&mut self, level: usize) -> Result<Vec<u8>, Error> {
        let start = self.out.len();
        if !self.cursor.eat_text("<<") {
            return Err(self.cursor.fail("embedded CBOR begins with <<"));
        }
        self.cursor.blank()?;
        self.sequence('>', |parser| parser.item(level + 1))?;
        if !self.cursor.eat_text(">>") {
            return Err(self.cursor.fail("embedded CBOR ends with >>"));
        }
        Ok(self.out.split_off(start))
    }

    /// What stands in quotes. A line feed may stand there as it is, a carriage return is ignored.
    fn quoted(&mut self, quote: char) -> Result<String, Error> {
        let start = self.cursor.clone();
        self.cursor.advance();
        let mut text = String::new();
        loop {
            let at = self.cursor.clone();
            match self.cursor.next() {
                None => return Err(start.fail("a string that does not end")),
                Some(c) if c == quote => return Ok(text),
                Some('\\') => text.push(self.escaped(&at, quote)?),
                Some('\r') => {}
                Some(c) if c < ' ' && c != '\n' => return Err(at.fail("a control character in a string: escape it")),
                Some(c) => text.push(c),
            }
        }
    }

    /// What follows a backslash.
    fn escaped(&mut self, at: &Cursor<'_>, quote: char) -> Result<char, Error> {
        Ok(match self.cursor.next() {
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('\\') => '\\',
            Some('/') if quote == '"' => '/',
            Some(c) if c == quote => c,
            Some('u') => {
                let c = self.code_point().ok_or_else(|| at.fail("\\u has four hexadecimal digits, or braces around some"))?;
                // In single quotes what is printable stands for itself, so that a prefix need not care.
                if quote == '\'' && matches!(c, ' '..='~') {
                    return Err(at.fail("a printable character in single quotes is not escaped by \\u"));
                }
                c
            }
            _ => return Err(at.fail("there is no such escape in these quotes")),
        })
    }

    /// `2318`, `{1F073}` or `D83C\uDC73`.
    fn code_point(&mut self) -> Option<char> {
        if self.cursor.eat('{') {
            let digits = self.cursor.take_while(|c| c.is_ascii_hexdigit());
            let digits = digits.trim_start_matches('0').get(..).filter(|rest| !digits.is_empty() && rest.len() <= 6)?;
            let scalar = if digits.is_empty() { 0 } else { u32::from_str_radix(digits, 16).ok()? };
            return char::from_u32(scalar).filter(|_| self.cursor.eat('}'));
        }
        let first = self.four_digits()?;
        let units = match first {
            0xd800..=0xdbff if self.cursor.eat_text("\\u") => vec![first, self.four_digits()?],
            _ => vec![first],
        };
        let mut decoded = char::decode_utf16(units);
        decoded.next()?.ok().filter(|_| decoded.next().is_none())
    }

    fn four_digits(&mut self) -> Option<u16> {
        let digits = self.cursor.rest().get(..4).filter(|digits| digits.bytes().all(|c| c.is_ascii_hexdigit()))?;
        self.cursor.eat_text(digits);
        u16::from_str_radix(digits, 16).ok()
    }

    /// What stands between runs of backquotes: nothing is escaped, one line feed at the beginning is not part of it, and backquotes
    /// beyond those of the beginning belong to the end of the content.
    fn raw(&mut self) -> Result<String, Error> {
        let start = self.cursor.clone();
        let ticks = self.cursor.take_while(|c| c == '`').len();
        if !self.cursor.eat_text("\r\n") {
            self.cursor.eat('\n');
        }
        let mut text = String::new();
        loop {
            let part = self.cursor.take_while(|c| c != '`');
            if part.contains(|c| c < ' ' && !matches!(c, '\r' | '\n')) {
                return Err(start.fail("a control character in a raw string"));
            }
            text.extend(part.chars().filter(|c| *c != '\r'));
            let run = self.cursor.take_while(|c| c == '`');
            if let Some(more) = run.get(ticks..) {
                text.push_str(more);
                break;
            }
            if run.is_empty() {
                return Err(start.fail("a raw string that does not end"));
            }
            text.push_str(run);
        }
        if text.is_empty() { Err(start.fail("an empty raw string: write \"\"")) } else { Ok(text) }
    }
}
