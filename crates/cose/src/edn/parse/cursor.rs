//! A place in the text: characters, white space and comments, and errors with line and column.

use mimicred_error::At;

use crate::{Code, Error};

/// A place in the text.
#[derive(Clone)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    position: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, position: 0 }
    }

    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.position..).unwrap_or_default()
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.position >= self.text.len()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// The next character, which is passed over.
    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.position += c.len_utf8();
        Some(c)
    }

    /// Passes over one character.
    pub(super) fn advance(&mut self) {
        self.next();
    }

    /// Passes over this character, if it comes next.
    pub(super) fn eat(&mut self, c: char) -> bool {
        let is_next = self.peek() == Some(c);
        if is_next {
            self.advance();
        }
        is_next
    }

    /// Passes over this text, if it comes next.
    pub(super) fn eat_text(&mut self, text: &str) -> bool {
        let is_next = self.rest().starts_with(text);
        if is_next {
            self.position += text.len();
        }
        is_next
    }

    /// Passes over all characters up to the first that is not `wanted`.
    pub(super) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let taken = rest.get(..rest.find(|c| !wanted(c)).unwrap_or(rest.len())).unwrap_or_default();
        self.position += taken.len();
        taken
    }

    /// Passes over a word: letters, digits and hyphens.
    pub(super) fn word(&mut self) -> &'t str {
        self.take_while(|c| c.is_ascii_alphanumeric() || c == '-')
    }

    /// Passes over white space and comments; whether there was any.
    pub(super) fn blank(&mut self) -> Result<bool, Error> {
        let start = self.position;
        loop {
            self.take_while(|c| matches!(c, ' ' | '\t' | '\r' | '\n'));
            let before = self.clone();
            let comment = if self.eat('#') || self.eat_text("//") {
                let comment = self.take_while(|c| c != '\n');
                // The text may end here.
                self.eat('\n');
                comment
            } else if self.eat_text("/*") {
                let comment = self.rest().split_once("*/").map(|(comment, _)| comment);
                let comment = comment.ok_or_else(|| before.fail("a comment that does not end"))?;
                self.position += comment.len() + 2;
                comment
            } else if self.eat('/') {
                let comment = self.take_while(|c| c != '/');
                if !self.eat('/') {
                    return Err(before.fail("a comment that does not end"));
                }
                comment
            } else {
                return Ok(self.position > start);
            };
            if comment.contains(|c| matches!(c, '\0'..='\u{1f}') && !matches!(c, '\t' | '\r' | '\n')) {
                return Err(before.fail("a comment with a control character"));
            }
        }
    }

    /// The failure to read what stands here.
    pub(super) fn fail(&self, note: &'static str) -> Error {
        self.error(Code::Edn, note)
    }

    pub(super) fn error(&self, code: Code, note: &'static str) -> Error {
        let before = self.text.get(..self.position).unwrap_or_default();
        let line = before.bytes().filter(|octet| *octet == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Error::new(code).at(At::Line(line, column)).note(note)
    }
}
