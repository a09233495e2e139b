//! `mimicred batch request|unpack`: the client's part when a provider issues many pseudonyms at once.

mod answer;
mod check;
mod keys;
mod request;
mod unpack;

use clap::Subcommand;

use crate::error::{Done, Failure};
use crate::out::Out;

/// What to do with a batch.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Make fresh keys and, for each of them, a request to the provider.
    Request(request::Args),
    /// Check the answer of the provider, and put what belongs to each pseudonym into a folder of its own.
    Unpack(unpack::Args),
}

pub(crate) fn run(verb: &Verb, out: &mut Out) -> Result<Done, Failure> {
    match verb {
        Verb::Request(args) => request::run(args, out),
        Verb::Unpack(args) => unpack::run(args, out),
    }
}
