//! `mimicred schema policy|verdict|lint|provider-log|vectors`: the JSON Schemas of the files that programs write and read.

use clap::ValueEnum;

use crate::error::{Done, Failure};
use crate::out::Out;

const POLICY: &str = include_str!("../../../schemas/room-disclosure-policy.schema.json");
const VERDICT: &str = include_str!("../../../schemas/verdict.schema.json");
const LINT: &str = include_str!("../../../schemas/lint-report.schema.json");
const PROVIDER_LOG: &str = include_str!("../../../schemas/provider-log.schema.json");

#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// What the schema is of.
    #[arg(value_enum)]
    of: Described,
}

/// What has a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Described {
    /// A room disclosure policy in JSON; a policy in TOML is the same value.
    Policy,
    /// What verify prints with --json.
    Verdict,
    /// What lint prints with --json.
    Lint,
    /// A line of what provider writes with --log.
    ProviderLog,
    /// A file of interop vectors.
    Vectors,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    match args.of {
        Described::Policy => out.text(POLICY),
        Described::Verdict => out.text(VERDICT),
        Described::Lint => out.text(LINT),
        Described::ProviderLog => out.text(PROVIDER_LOG),
        Described::Vectors => out.text(&mimicred_vectors::schema()),
    }?;
    Ok(Done::Accepted)
}
