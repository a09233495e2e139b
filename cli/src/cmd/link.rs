//! `mimicred link show|make|qr`: join links, invitations to a room in one line of text (mimi-mls.md 3.6.3).
//!
//! A link is a secret: whoever has it can join. None of these commands prints the private key in it by itself, and no message repeats a
//! link.

mod make;
mod qr;
mod show;

use clap::Subcommand;
use mimicred_mls::{Code, JoinLink};

use crate::error::{Done, Failure};
use crate::io::{Inputs, Source};
use crate::out::Out;
use crate::sniff;

/// What to do with a join link.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Say to which room a link leads, until when, and what its owner may check when she joins.
    Show(show::Args),
    /// Draw a link as a QR code: on the terminal, as SVG or as PNG.
    Qr(qr::Args),
    /// Make a link. The room must list its public key before anybody can join by it.
    Make(make::Args),
}

pub(crate) fn run(verb: &Verb, out: &mut Out) -> Result<Done, Failure> {
    match verb {
        Verb::Show(args) => show::run(args, out),
        Verb::Qr(args) => qr::run(args, out),
        Verb::Make(args) => make::run(args, out),
    }
}

/// What the help of each command that takes a link says.
const SECRET: &str = "\
A link is a secret: whoever has it can join the room. What stands on a command line can be seen by others on the machine, and stays in \
the history of the shell; so better give the link in a FILE, or on standard input.";

/// Reads a link: from the command line, from a file or from standard input.
///
/// # Errors
/// Those of [`Inputs::read`] and [`JoinLink::parse`], or `cli/content-unexpected`.
fn read(inputs: &Inputs, source: &Source) -> Result<JoinLink, Failure> {
    match source {
        // In a message the link would be on the screen.
        Source::Unsupported(uri) if is_meant(uri) => parse(uri).map_err(|failure| failure.reading("the link")),
        source => {
            let input = inputs.read(source, "link")?;
            let link = match input.text() {
                Some(text) if is_meant(text) => parse(text),
                _ => Err(sniff::unexpected(&input, "a join link")),
            };
            link.map_err(|failure| failure.reading(&input.name))
        }
    }
}

fn parse(text: &str) -> Result<JoinLink, Failure> {
    JoinLink::parse(text).map_err(|error| match error.code() {
        Code::Truncated | Code::TrailingOctets => {
            Failure::from(error).hint("the link is not whole: copy it anew, to its last character")
        }
        _ => error.into(),
    })
}

fn is_meant(text: &str) -> bool {
    text.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mimi:"))
}
