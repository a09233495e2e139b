//! CBOR as text and back: `--edn` and `--cbor`. What goes in is told by its content.

use mimicred_cose::{SymmetricKey, edn};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::error::{Code, Done, Failure};
use crate::io::output::{Artefact, ArtefactForm, OutputArgs};
use crate::io::{Input, Inputs, Source};
use crate::out::{Out, carried};
use crate::sniff::key::{KeyFile, KeyForm};
use crate::sniff::notation::is_notation;
use crate::sniff::{self, Content};

/// What to write instead of the picture.
#[derive(clap::Args, Debug)]
pub(super) struct NotationArgs {
    /// Write CBOR in extended diagnostic notation: every detail of the encoding is in it.
    #[arg(long, conflicts_with = "cbor")]
    edn: bool,
    /// Write the octets that a file in diagnostic notation stands for.
    #[arg(long)]
    cbor: bool,
    #[command(flatten)]
    output: OutputArgs,
}

/// One of the two directions.
#[derive(Debug)]
pub(super) struct Conversion<'a> {
    to: Form,
    output: &'a OutputArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Edn,
    Cbor,
}

/// The object that `--json` prints.
#[derive(Serialize)]
struct Written {
    /// Always false: converting checks nothing.
    verified: bool,
    /// The file that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// The text, if no file was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    edn: Option<String>,
    /// The octets in base64url, if no file was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    cbor_base64url: Option<String>,
}

impl NotationArgs {
    /// What is wanted, if it is not the picture.
    ///
    /// # Errors
    /// `cli/option-missing`, `cli/output-exists`.
    pub(super) fn wanted(&self) -> Result<Option<Conversion<'_>>, Failure> {
        let to = match (self.edn, self.cbor) {
            (true, _) => Form::Edn,
            (false, true) => Form::Cbor,
            (false, false) if self.output.file().is_none() => return Ok(None),
            (false, false) => return Err(Failure::note(Code::OptionMissing, "-o belongs to --edn or --cbor")),
        };
        self.output.check()?;
        Ok(Some(Conversion { to, output: &self.output }))
    }
}

impl Conversion<'_> {
    pub(super) fn run(&self, file: &Source, out: &mut Out) -> Result<Done, Failure> {
        let input = Inputs::default().read(file, "file")?;
        let (made, secret) = self.convert(&input).map_err(|failure| failure.reading(&input.name))?;
        if let Some(secret) = secret {
            out.warning(&format!("note: the {secret} is in it"));
        }
        let form = match (self.to, secret.is_some()) {
            (Form::Edn, false) => ArtefactForm::Text,
            (Form::Edn, true) => ArtefactForm::SecretText,
            (Form::Cbor, false) => ArtefactForm::Binary,
            (Form::Cbor, true) => ArtefactForm::SecretBinary,
        };
        self.output.write(&Artefact { octets: &made, form }, out)?;
        if out.is_json() {
            let file = self.output.file().map(|file| file.display().to_string());
            let (edn, cbor_base64url) = carried(file.is_none(), &made, form);
            out.result(&Written { verified: false, file, edn, cbor_base64url }, |_| String::new())?;
        }
        Ok(Done::Accepted)
    }

    /// What was made, and the secret that is in it.
    fn convert(&self, input: &Input) -> Result<(Zeroizing<Vec<u8>>, Option<&'static str>), Failure> {
        let from_text = read(input)?;
        let cbor = match (&from_text, self.to) {
            (Some(read), _) => read,
            (None, Form::Edn) => input,
            (None, Form::Cbor) => return Err(sniff::unexpected(input, "diagnostic notation")),
        };
        let content = Content::of(cbor);
        let made = match (self.to, edn::print(&cbor.octets)) {
            (Form::Cbor, _) => cbor.octets.clone(),
            (Form::Edn, Ok(text)) => Zeroizing::new(text.into_bytes()),
            (Form::Edn, Err(e)) => {
                return Err(if content.is_none_or(is_cbor) { e.into() } else { sniff::unexpected(input, "CBOR") });
            }
        };
        Ok((made, secret_in(cbor, content)))
    }
}

/// The secret in a COSE_Key.
fn secret_in(cbor: &Input, content: Option<Content>) -> Option<&'static str> {
    if content != Some(Content::Key(KeyForm::Cose)) {
        return None;
    }
    let is_private = KeyFile::parse(cbor).is_ok_and(|key| key.secret.is_some());
    let is_symmetric = SymmetricKey::from_octets(&cbor.octets).is_ok();
    is_private.then_some("private key").or(is_symmetric.then_some("secret key"))
}

/// The octets of a text in diagnostic notation; none if the input is anything else.
///
/// # Errors
/// `cose/edn`, with line and column, for what begins like this notation and like nothing else.
pub(super) fn read(input: &Input) -> Result<Option<Input>, Failure> {
    let is_open = matches!(Content::of(input), None | Some(Content::Claims));
    let Some(text) = input.text().filter(|_| is_open) else { return Ok(None) };
    match edn::parse(text, &edn::Limits::DEFAULT) {
        Ok(octets) => Ok(Some(Input { octets: Zeroizing::new(octets), name: input.name.clone() })),
        Err(e) if begins_like_notation(text) => Err(e.into()),
        Err(_) => Ok(None),
    }
}

/// Brackets, comments, numbers and quotes. A word could be anything, such as octets in hex or base64.
fn begins_like_notation(text: &str) -> bool {
    const SHORTEST: usize = 8;
    let is_word = text.len() >= SHORTEST && text.bytes().all(|c| c.is_ascii_alphanumeric() || b"-_+/=".contains(&c));
    let is_punctuated = text.starts_with(|c: char| c.is_ascii_digit() || "[{(<\"'`/#+-".contains(c)) || text.starts_with("h'");
    is_punctuated && !is_word
}

/// The failure to draw the input, with the way to look at it as CBOR if that is what it is.
pub(super) fn with_hint(failure: Failure, input: &Input) -> Failure {
    if is_notation(input) {
        failure.hint("mimicred inspect FILE --cbor -o NAME writes the octets, whatever they are")
    } else if Content::of(input).is_none_or(is_cbor) && edn::print(&input.octets).is_ok() {
        failure.hint("it is CBOR all the same: mimicred inspect --edn FILE shows it")
    } else {
        failure
    }
}

fn is_cbor(content: Content) -> bool {
    matches!(content, Content::SdCwt | Content::SdKbt | Content::StatusListCwt | Content::Key(KeyForm::Cose))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_in_hex_or_base64_are_no_notation_gone_wrong() {
        for text in ["[1, 2", "{1: 2", "18([", "h'00", "/ a comment", "-1 2", "\"text"] {
            assert!(begins_like_notation(text), "{text}");
        }
        for text in ["0oRZAQ-_", "0oRZ+/==", "84a1030a", "hello", "mimi://hub.example/r/x", ""] {
            assert!(!begins_like_notation(text), "{text}");
        }
    }
}
