//! `mimicred key generate|public|convert|thumbprint`.

mod convert;
mod generate;
mod public;
mod symmetric;
mod thumbprint;

use clap::Subcommand;

use crate::error::{Done, Failure};
use crate::out::Out;

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Make a key pair, or a key to encrypt disclosures with.
    Generate(generate::Args),
    /// Take the public key out of a key pair.
    Public(public::Args),
    /// Write a key in another form.
    Convert(convert::Args),
    /// Name a key by its hashes, as policies and trust stores do.
    Thumbprint(thumbprint::Args),
}

pub(crate) fn run(verb: Verb, out: &mut Out) -> Result<Done, Failure> {
    match verb {
        Verb::Generate(args) => generate::run(&args, out),
        Verb::Public(args) => public::run(&args, out),
        Verb::Convert(args) => convert::run(&args, out),
        Verb::Thumbprint(args) => thumbprint::run(&args, out),
    }
}
