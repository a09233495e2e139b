//! `mimicred interop sd-cwt issue|present|verify|target`: what the interop harness of the SD-CWT working group calls.
//!
//! The names of the arguments, what is on standard input and output and when the exit status is 0 are the contract's (CWT-C rows);
//! what it leaves open is told in the help of each command and in `spec-notes/sd-cwt-interop.md`.

mod issue;
mod issuer;
mod present;
mod verify;

use std::io::{self, IsTerminal};

use clap::{Args, Subcommand};
use mimicred_claims::Clock;

use crate::error::{Code, Done, Failure};
use crate::now::Moment;
use crate::out::Out;

/// Our name to the harness (CWT-C-010): at most 16 of a to z, 0 to 9 and the underscore.
const TARGET: &str = "mimicred";

const AFTER_HELP: &str = "\
Exit status: 0 done, 1 checked and not acceptable, 2 could not be checked. Standard output has something only if it is 0, and always \
what the contract says: --json changes errors only.";

/// Which contract.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// SD-CWT: the contract of INTEROP.md in the draft's repository.
    #[command(subcommand, after_help = AFTER_HELP)]
    SdCwt(SdCwt),
}

/// What the harness asks for.
#[derive(Debug, Subcommand)]
pub(crate) enum SdCwt {
    /// Claims in CBOR on standard input, the SD-CWT on standard output.
    Issue(issue::Args),
    /// The SD-CWT on standard input, a KBT on standard output.
    Present(present::Args),
    /// The KBT on standard input, the validated claims in CBOR on standard output.
    Verify(verify::Args),
    /// Our name, without a line end.
    Target,
}

pub(crate) fn run(verb: &Verb, out: &mut Out) -> Result<Done, Failure> {
    let Verb::SdCwt(verb) = verb;
    let octets = match verb {
        SdCwt::Issue(args) => issue::run(args, out)?,
        SdCwt::Present(args) => present::run(args, out)?,
        SdCwt::Verify(args) => verify::run(args, out)?,
        SdCwt::Target => TARGET.as_bytes().to_vec(),
    };
    out.octets(&octets)?;
    Ok(Done::Accepted)
}

/// Refuses, before anything is done, to write octets to a terminal.
fn check_output() -> Result<(), Failure> {
    if io::stdout().is_terminal() {
        return Err(Failure::new(Code::BinaryTerminal).hint("send standard output to a file or a pipe"));
    }
    Ok(())
}

/// The moment of a command, as the contract spells it (CWT-C-004). There is no leeway.
#[derive(Args, Clone, Copy, Debug)]
struct TimeArgs {
    /// Check all dates as of this moment, in seconds since 1970, and not as of now.
    #[arg(long, value_name = "SECONDS")]
    time: Option<Moment>,
}

impl TimeArgs {
    fn clock(self) -> Result<Clock, Failure> {
        let Moment(now) = self.time.map_or_else(Moment::by_the_clock, Ok)?;
        Ok(Clock { now, leeway: 0 })
    }
}

/// A setting that the contract has no argument for: a variable of the environment, unless it is empty.
fn setting(name: &str) -> Result<Option<String>, Failure> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err(Failure::note(Code::Usage, format!("{name} is no text"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CWT-C-010.
    #[test]
    fn the_name_is_one_that_the_contract_admits() {
        assert!((1..=16).contains(&TARGET.len()));
        assert!(TARGET.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_'));
    }
}
