//! `mimicred simulate timing`: what cannot be tested on octets is simulated.

pub(crate) mod timing;

use clap::Subcommand;

use crate::error::{Done, Failure};
use crate::out::Out;

/// What to simulate.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Tell with what probability an observer of times links a bootstrap room to the room that follows it.
    Timing(timing::Args),
}

pub(crate) fn run(verb: &Verb, out: &mut Out) -> Result<Done, Failure> {
    match verb {
        Verb::Timing(args) => timing::run(args, out),
    }
}
