//! One module per verb.

pub(crate) mod batch;
pub(crate) mod completions;
pub(crate) mod custodian;
pub(crate) mod demo;
pub(crate) mod explain;
pub(crate) mod inspect;
pub(crate) mod interop;
pub(crate) mod issue;
pub(crate) mod key;
pub(crate) mod link;
pub(crate) mod lint;
pub(crate) mod man;
pub(crate) mod policy;
pub(crate) mod present;
pub(crate) mod provider;
pub(crate) mod revoke;
pub(crate) mod schema;
pub(crate) mod simulate;
pub(crate) mod vectors;
pub(crate) mod verify;

use crate::args::Verb;
use crate::error::{Done, Failure};
use crate::out::Out;

/// Runs one command.
///
/// # Errors
/// Whatever kept it from running to its end.
pub(crate) fn run(verb: Verb, out: &mut Out) -> Result<Done, Failure> {
    match verb {
        Verb::Demo(args) => demo::run(&args, out),
        Verb::Key(verb) => key::run(verb, out),
        Verb::Issue(args) => issue::run(&args, out),
        Verb::Revoke(args) => revoke::run(&args, out),
        Verb::Present(args) => present::run(&args, out),
        Verb::Verify(args) => verify::run(&args, out),
        Verb::Inspect(args) => inspect::run(&args, out),
        Verb::Policy(verb) => policy::run(&verb, out),
        Verb::Lint(args) => lint::run(&args, out),
        Verb::Batch(verb) => batch::run(&verb, out),
        Verb::Link(verb) => link::run(&verb, out),
        Verb::Schema(args) => schema::run(&args, out),
        Verb::Simulate(verb) => simulate::run(&verb, out),
        Verb::Provider(args) => provider::run(&args, out),
        Verb::Custodian(verb) => custodian::run(&verb, out),
        Verb::Interop(verb) => interop::run(&verb, out),
        Verb::Vectors(verb) => vectors::run(&verb, out),
        Verb::Explain(args) => explain::run(&args, out),
        Verb::Completions(args) => completions::run(&args, out),
        Verb::Man(args) => man::run(&args, out),
    }
}
