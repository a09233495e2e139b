//! Where results and remarks go: results to standard output, everything else to standard error.

pub(crate) mod page;
pub(crate) mod progress;

use std::io::{self, Write};

use anstream::AutoStream;
use mimicred_jose::base64url;
use owo_colors::{OwoColorize, Style};
use serde::Serialize;

use crate::error::{Code, Error, Failure};
use crate::io::output::ArtefactForm;

/// The two streams of a command and the form of its result.
#[derive(Debug)]
pub(crate) struct Out {
    form: Form,
}

/// The form of results and errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Text for people, in colour where the terminal has it and NO_COLOR is not set.
    Human,
    /// One JSON object.
    Json,
}

impl Out {
    pub(crate) fn new(form: Form) -> Self {
        Self { form }
    }

    /// Whether results are JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.form == Form::Json
    }

    /// Prints the result: as one JSON object, or as the text that `human` makes of it.
    ///
    /// # Errors
    /// Standard output cannot be written; a reader that went away is no error.
    pub(crate) fn result<T: Serialize>(&mut self, value: &T, human: impl FnOnce(&T) -> String) -> Result<(), Failure> {
        let text = match self.form {
            Form::Human => human(value),
            Form::Json => {
                let mut text = serde_json::to_string_pretty(value).map_err(|e| Error::new(Code::OutputFailed).because(e))?;
                text.push('\n');
                text
            }
        };
        self.text(&text)
    }

    /// Prints text to standard output, colours stripped where they do not belong.
    ///
    /// # Errors
    /// As [`Out::result`].
    pub(crate) fn text(&mut self, text: &str) -> Result<(), Failure> {
        let mut stdout = AutoStream::auto(io::stdout().lock());
        arrived(stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()))
    }

    /// Writes octets to standard output as they are.
    ///
    /// # Errors
    /// As [`Out::result`].
    pub(crate) fn octets(&mut self, octets: &[u8]) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        arrived(stdout.write_all(octets).and_then(|()| stdout.flush()))
    }

    /// Tells the user something beside the result; silent with `--json`, where the result has it all.
    pub(crate) fn remark(&mut self, line: &str) {
        if self.form == Form::Human {
            // If standard error is gone there is nobody to tell.
            let _ = writeln!(AutoStream::auto(io::stderr().lock()), "{line}");
        }
    }

    /// Tells the user, in either form, what must not be overlooked.
    pub(crate) fn warning(&mut self, line: &str) {
        let _ = writeln!(AutoStream::auto(io::stderr().lock()), "{line}");
    }

    /// Prints why the command failed.
    pub(crate) fn failure(&mut self, failure: &Failure) {
        #[derive(Serialize)]
        struct Object<'a> {
            error: &'a crate::error::Shown,
        }
        let shown = failure.shown();
        let text = match self.form {
            Form::Json => serde_json::to_string_pretty(&Object { error: &shown }).unwrap_or_default(),
            Form::Human => format!(
                "{} {} [{}]\n{}{} {}",
                "error:".style(Style::new().red().bold()),
                printable(&shown.line),
                shown.code,
                shown.details.iter().map(|line| format!("  {}\n", printable(line))).collect::<String>(),
                "hint:".style(Style::new().cyan().bold()),
                printable(&shown.hint)
            ),
        };
        let _ = writeln!(AutoStream::auto(io::stderr().lock()), "{text}");
    }
}

/// A reader that has seen enough is not a failure.
fn arrived(result: io::Result<()>) -> Result<(), Failure> {
    match result {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => Err(Error::new(Code::OutputFailed).because(e).into()),
        _ => Ok(()),
    }
}

/// Text that came from a file, made harmless for a terminal: control characters, separators of lines and marks of direction are
/// escaped.
pub(crate) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        let commands = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || commands {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// An artefact for a JSON object: as text or as base64url, and as neither where a file holds it.
pub(crate) fn carried(wanted: bool, octets: &[u8], form: ArtefactForm) -> (Option<String>, Option<String>) {
    match (wanted, form.is_binary(), std::str::from_utf8(octets)) {
        (false, ..) => (None, None),
        (true, false, Ok(text)) => (Some(text.to_owned()), None),
        _ => (None, Some(base64url::encode(octets))),
    }
}

/// So many of something: `1 order`, `2 orders`.
pub(crate) fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Octets in lower-case hex.
pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_says_cannot_command_the_terminal() {
        assert_eq!(printable("a\u{1b}[31mb\u{202e}ü"), "a\\u{1b}[31mb\\u{202e}ü");
        assert_eq!(printable("a\u{61c}b\u{2028}c"), "a\\u{61c}b\\u{2028}c");
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!([0, 1, 2].map(|count| counted(count, "order")), ["0 orders", "1 order", "2 orders"]);
    }

    #[test]
    fn hex_is_lower_case() {
        assert_eq!(hex(&[0, 0xab]), "00ab");
    }
}
