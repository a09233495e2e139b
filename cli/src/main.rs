//! `mimicred`: issue, present and verify selectively disclosing credentials for MLS rooms.
//!
//! One file per verb under `cmd/`. Every verb has the same shape: `run(args, out) -> Result<Done, Failure>`. What it made or found
//! goes to standard output through [`out::Out`]; everything else goes to standard error; the exit status is 0 for done or accepted,
//! 1 for checked and rejected, 2 for could not check.

mod args;
mod cmd;
mod error;
mod io;
mod names;
mod now;
mod octets;
mod out;
mod sniff;
mod transcript;
mod usage;

use std::process::ExitCode;

use clap::Parser;

use crate::args::Cli;
use crate::out::{Form, Out};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => return usage::exit(&e),
    };
    let mut out = Out::new(if cli.json { Form::Json } else { Form::Human });
    let status = match cmd::run(cli.verb, &mut out) {
        Ok(done) => done.status(),
        Err(failure) => {
            out.failure(&failure);
            failure.status()
        }
    };
    ExitCode::from(status)
}
