//! The command line: one definition for parsing, help, completions and manual pages.

use clap::{Parser, Subcommand};

use crate::cmd;

/// Pseudonyms and provable identity for MLS rooms
///
/// Issue credentials whose claims can be disclosed one by one, present chosen claims to one room, and verify what others present
/// against the room's disclosure policy. Formats: X.509, SD-JWT (RFC 9901) and SD-CWT.
#[derive(Debug, Parser)]
#[command(name = "mimicred", version, max_term_width = 100, after_long_help = AFTER_HELP)]
pub(crate) struct Cli {
    /// Print results as one JSON object on standard output, and errors as one on standard error.
    #[arg(long, global = true, display_order = 900)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

const AFTER_HELP: &str = "\
Files are recognised by what is in them, never by their names. A missing file argument or - means standard input.
Exit status: 0 done or accepted, 1 checked and rejected, 2 could not check.
Every error has a code; `mimicred explain CODE` tells more.";

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Run the main job on real MLS groups: issue, reveal, judge, and refuse every attack; or a flow between providers.
    Demo(cmd::demo::Args),
    /// Make, convert and name keys.
    #[command(subcommand)]
    Key(cmd::key::Verb),
    /// Ask a provider for pseudonyms, many at once, and take up what it answers.
    #[command(subcommand)]
    Batch(cmd::batch::Verb),
    /// Issue a credential for a key: a certificate, an SD-JWT or an SD-CWT.
    Issue(cmd::issue::Args),
    /// Take certificates back: make the revocation list of a CA.
    Revoke(cmd::revoke::Args),
    /// Show a credential, or chosen claims of it, to one room.
    Present(cmd::present::Args),
    /// Judge what somebody presented, as a member of the room would.
    Verify(cmd::verify::Args),
    /// Look into a file: token, certificate, revocation list, MLS credential, bundle, policy, key or recorded message. Checks nothing.
    Inspect(cmd::inspect::Args),
    /// Tell whether a batch of credentials can be linked, as far as their octets show.
    Lint(cmd::lint::Args),
    /// Check, convert and compare room disclosure policies.
    #[command(subcommand)]
    Policy(cmd::policy::Verb),
    /// Show, draw and make join links.
    #[command(subcommand)]
    Link(cmd::link::Verb),
    /// Print the JSON Schema of a policy, of a verdict, of what lint reports, of what a provider logs or of a file of vectors.
    Schema(cmd::schema::Args),
    /// Simulate what cannot be seen in octets: what times tell.
    #[command(subcommand)]
    Simulate(cmd::simulate::Verb),
    /// Run a provider: accounts, batches of pseudonyms, reports, remedies, status.
    Provider(cmd::provider::Args),
    /// Do a custodian's part: sign the log of openings, help to open one record.
    #[command(subcommand)]
    Custodian(cmd::custodian::Verb),
    /// Make interop vectors, and check this implementation or another one against them.
    #[command(subcommand)]
    Vectors(cmd::vectors::Verb),
    /// Run as the programs that an interop harness calls.
    #[command(subcommand)]
    Interop(cmd::interop::Verb),
    /// Tell what an error code means.
    Explain(cmd::explain::Args),
    /// Print a completion script for a shell.
    Completions(cmd::completions::Args),
    /// Print a manual page.
    Man(cmd::man::Args),
}
