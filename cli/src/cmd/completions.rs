//! `mimicred completions SHELL`.

use clap::CommandFactory;

use crate::args::Cli;
use crate::error::{Done, Failure};
use crate::out::Out;

#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The shell to complete in.
    shell: clap_complete::Shell,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "mimicred", &mut script);
    out.octets(&script)?;
    Ok(Done::Accepted)
}
