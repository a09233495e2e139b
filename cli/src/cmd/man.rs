//! `mimicred man [VERB..]`.

use clap::CommandFactory;

use crate::args::Cli;
use crate::error::{Code, Done, Error, Failure};
use crate::out::Out;

#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The command to describe, such as `issue` or `key generate`; without it, mimicred as a whole.
    verb: Vec<String>,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    let mut command = Cli::command();
    command.build();
    for verb in &args.verb {
        let found = command.find_subcommand(verb).cloned();
        command = found.ok_or_else(|| Failure::note(Code::Usage, format!("there is no command {verb}")))?;
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page).map_err(|e| Error::new(Code::OutputFailed).because(e))?;
    out.octets(&page)?;
    Ok(Done::Accepted)
}
