//! A message as the demo records it in a file: one line of ASCII that says who sent what to whom, then the body as it went over the wire.
//!
//! ```text
//! mimicred message {"number":7,"at":1790000065,"kind":"UpdateRequest","from":"Alice's phone","to":"a.example","path":"POST /update/…","room":"R1"}
//! ```
//!
//! `tail -n +2 FILE` gives the body.

pub(crate) mod directory;

use std::fmt::Write;

use mimicred_flows::record::Message;
use serde::{Deserialize, Serialize};

use crate::error::{Code, Error, Failure};

/// How every such file begins.
const MARK: &[u8] = b"mimicred message ";
/// The longest line that is read, in octets.
const MAX_LINE: usize = 8192;

/// What the first line says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Envelope {
    /// Its place in the flow, counted from 1.
    pub(crate) number: u32,
    /// When it was sent, in seconds since 1970 by the clock of the flow.
    pub(crate) at: u64,
    /// What it is: `UpdateRequest`.
    pub(crate) kind: String,
    /// Who sent it.
    pub(crate) from: String,
    /// Who received it.
    pub(crate) to: String,
    /// How it travels; empty if that says nothing.
    pub(crate) path: String,
    /// The label of the room that it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) room: Option<String>,
}

impl Envelope {
    /// That of a message.
    pub(crate) fn of(message: &Message) -> Self {
        Self {
            number: message.number,
            at: message.at,
            kind: message.kind.to_owned(),
            from: message.from.clone(),
            to: message.to.clone(),
            path: message.path.clone(),
            room: message.room.clone(),
        }
    }

    /// A file: the line and the body.
    ///
    /// # Errors
    /// `cli/output-failed`, which does not happen.
    pub(crate) fn around(&self, body: &[u8]) -> Result<Vec<u8>, Failure> {
        let json = serde_json::to_string(self).map_err(|e| Error::new(Code::OutputFailed).because(e))?;
        Ok([MARK, ascii(&json).as_bytes(), b"\n", body].concat())
    }
}

/// Whether a file begins like a recorded message.
pub(crate) fn begins_message(octets: &[u8]) -> bool {
    octets.starts_with(MARK)
}

/// The first line and the body of a file.
///
/// # Errors
/// `cli/message-malformed`.
pub(crate) fn parse(octets: &[u8]) -> Result<(Envelope, &[u8]), Failure> {
    let malformed = |note: &str| Failure::note(Code::MessageMalformed, note);
    let rest = octets.strip_prefix(MARK).ok_or_else(|| malformed("another first line"))?;
    let end =
        rest.iter().take(MAX_LINE).position(|octet| *octet == b'\n').ok_or_else(|| malformed("the first line has no end"))?;
    let (line, body) = rest.split_at(end);
    let envelope =
        serde_json::from_slice(line).map_err(|e| Error::new(Code::MessageMalformed).note("the first line").because(e))?;
    Ok((envelope, body.get(1..).unwrap_or_default()))
}

/// JSON in ASCII: what is none of it is escaped, which is the same text for every reader of JSON.
fn ascii(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() {
            text.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a String cannot fail.
            let _ = write!(text, "\\u{unit:04x}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(octets: &[u8]) -> &'static str {
        parse(octets).unwrap_err().shown().code
    }

    #[test]
    fn a_line_and_a_body_are_read_again() {
        let message = Message::new(65, "Zoë's phone 📱\n", "a.example", "UpdateRequest", b"\nmimicred message \xff".to_vec());
        for message in [message.clone(), message.path("POST /update/x").room("R1")] {
            let file = Envelope::of(&message).around(&message.octets).unwrap();
            let line = file.split(|octet| *octet == b'\n').next().unwrap();
            assert!(line.is_ascii() && begins_message(&file));
            assert_eq!(parse(&file).unwrap(), (Envelope::of(&message), message.octets.as_slice()));
        }
    }

    #[test]
    fn other_first_lines_are_refused() {
        let line = r#"mimicred message {"number":1,"at":0,"kind":"Ok","from":"a","to":"b","path":""}"#;
        assert_eq!(parse(format!("{line}\n").as_bytes()).unwrap().1, b"");
        assert_eq!(code(line.as_bytes()), "cli/message-malformed");
        assert_eq!(code(b"mimicred message \n"), "cli/message-malformed");
        assert_eq!(code(format!("{}\n", line.replace("\"at\":0,", "")).as_bytes()), "cli/message-malformed");
        assert_eq!(code(format!("{}\n", line.replace("{", "{\"more\":1,")).as_bytes()), "cli/message-malformed");
        assert_eq!(code(format!("{}{}\n", &line[..20], "x".repeat(9000)).as_bytes()), "cli/message-malformed");
    }
}
