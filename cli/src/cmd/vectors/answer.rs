//! `mimicred vectors answer`: what `check --exec` asks of a program, done by this implementation.

use crate::error::{Done, Failure};
use crate::io::{Inputs, Source};
use crate::out::Out;

const AFTER_HELP: &str = "\
The case is one JSON object with operation and input (id may be there, too). The answer is one JSON object: result is valid, a code of \
mimicred (invalid will do from a program that has none), or unsupported; output is what came of it. The exit status is 0 whenever there \
is an answer.

  mimicred vectors check test-vectors --exec \"mimicred vectors answer\"";

#[derive(clap::Args, Debug)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The case.
    #[arg(value_name = "FILE", default_value = "-")]
    file: Source,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    let input = Inputs::default().read(&args.file, "case")?;
    let malformed = || mimicred_vectors::Error::new(mimicred_vectors::Code::CaseUnusable).note("not text");
    let text = input.text().ok_or_else(malformed)?;
    let answer = mimicred_vectors::answer_text(text).map_err(|error| Failure::from(error).reading(&input.name))?;
    out.text(&answer)?;
    Ok(Done::Accepted)
}
