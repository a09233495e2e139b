//! `mimicred key generate|public|convert|thumbprint|request`.

mod convert;
mod generate;
mod public;
mod request;
mod symmetric;
mod thumbprint;

use clap::Subcommand;

use crate::error::{Done, Failure};
use crate::out::Out;

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Make a key pair, a key to encrypt disclosures with, or one for a replay store.
    Generate(generate::Args),
    /// Take the public key out of a key pair.
    Public(public::Args),
    /// Write a key in another form.
    Convert(convert::Args),
    /// Name a key by its hashes, as policies and trust stores do.
    Thumbprint(thumbprint::Args),
    /// Ask an issuer for a credential: a certification request (PKCS#10) that proves possession of the key, to this issuer only.
    Request(request::Args),
}

pub(crate) fn run(verb: Verb, out: &mut Out) -> Result<Done, Failure> {
    match verb {
        Verb::Generate(args) => generate::run(&args, out),
        Verb::Public(args) => public::run(&args, out),
        Verb::Convert(args) => convert::run(&args, out),
        Verb::Thumbprint(args) => thumbprint::run(&args, out),
        Verb::Request(args) => request::run(&args, out),
    }
}
