//! Errors of the command line, in the look of all other errors.

use std::error::Error as StdError;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::CommandFactory;
use clap::error::{ContextKind, ErrorKind};
use mimicred_error::{At, Entry, Report};

use crate::args::Cli;
use crate::error::{Code, Failure};
use crate::out::{Form, Out};

/// Prints what clap has to say and ends the process: help and version are results, the rest are failures.
pub(crate) fn exit(error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        // A reader that went away is no failure.
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = error.print();
        return ExitCode::from(2);
    }
    let json = std::env::args_os().any(|argument| argument == "--json");
    Out::new(if json { Form::Json } else { Form::Human }).failure(&failure(error));
    ExitCode::from(2)
}

fn failure(error: &clap::Error) -> Failure {
    let rendered = error.render().to_string();
    // The first paragraph is the message; tips and the usage line follow.
    let message = rendered.split("\n\n").next().unwrap_or_default();
    let message = message.strip_prefix("error: ").unwrap_or(message);
    let message = message.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    if let Some(entry) = error.source().and_then(register_entry) {
        return Argument { entry, message }.into();
    }
    let failure = Failure::note(Code::Usage, message);
    match suggestion(error) {
        Some(name) => failure.hint(format!("did you mean {name}?")),
        None => failure.hint(format!("{} --help shows what is expected", command(std::env::args_os().skip(1)))),
    }
}

/// The command that was meant, with the verbs it is nested in.
fn command(arguments: impl Iterator<Item = OsString>) -> String {
    let mut command = Cli::command();
    let mut words = command.get_name().to_owned();
    for argument in arguments.filter(|argument| !argument.as_encoded_bytes().starts_with(b"-")) {
        let Some(verb) = command.find_subcommand(&argument) else { break };
        words = format!("{words} {}", verb.get_name());
        command = verb.clone();
    }
    words
}

/// The register's line for an error that one of our own argument parsers returned.
fn register_entry(source: &(dyn StdError + 'static)) -> Option<Entry> {
    let cli = source.downcast_ref::<crate::error::Error>().map(Report::entry);
    cli.or_else(|| source.downcast_ref::<mimicred_uri::Error>().map(Report::entry))
        .or_else(|| source.downcast_ref::<mimicred_claims::Error>().map(Report::entry))
        .or_else(|| source.downcast_ref::<mimicred_flows::Error>().map(Report::entry))
}

fn suggestion(error: &clap::Error) -> Option<String> {
    const KINDS: [ContextKind; 3] = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    KINDS.into_iter().find_map(|kind| error.get(kind)).map(ToString::to_string)
}

/// An argument that a parser of ours refused: clap's sentence, which names the argument, and our code.
#[derive(Debug)]
struct Argument {
    entry: Entry,
    message: String,
}

impl std::fmt::Display for Argument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Argument {}

impl Report for Argument {
    fn entry(&self) -> Entry {
        self.entry
    }

    fn place(&self) -> &At {
        const WHOLE: &At = &At::Whole;
        WHOLE
    }

    fn remark(&self) -> Option<&str> {
        Some(&self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_that_was_meant_is_found() {
        for (line, meant) in [
            ("", "mimicred"),
            ("--json inspect a b", "mimicred inspect"),
            ("key generate --alg none", "mimicred key generate"),
            ("interop sd-cwt verify --issuer", "mimicred interop sd-cwt verify"),
            ("interop verify", "mimicred interop"),
        ] {
            assert_eq!(command(line.split_whitespace().map(OsString::from)), meant);
        }
    }
}
