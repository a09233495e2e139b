//! `mimicred vectors generate|check|list|answer`: interop vectors, made and checked.

mod answer;
mod check;
mod exec;
mod files;
mod generate;
mod list;

use clap::Subcommand;

use crate::error::{Done, Failure};
use crate::out::Out;

/// What to do with vectors.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Write all vectors into a folder, with their JSON Schema: the same octets every time.
    Generate(generate::Args),
    /// Check this implementation, or another one, against vectors.
    Check(check::Args),
    /// Count vectors, and tell what they cover; or list the operations they are about.
    List(list::Args),
    /// Answer one case from standard input, as the programs that check --exec runs.
    Answer(answer::Args),
}

pub(crate) fn run(verb: &Verb, out: &mut Out) -> Result<Done, Failure> {
    match verb {
        Verb::Generate(args) => generate::run(args, out),
        Verb::Check(args) => check::run(args, out),
        Verb::List(args) => list::run(args, out),
        Verb::Answer(args) => answer::run(args, out),
    }
}
