//! `mimicred policy diff`: what a change of policy changes, for the members who have to agree to it.

use mimicred_room::policy::PolicyDiff;

use crate::error::{Done, Failure};
use crate::io::{Inputs, Source};
use crate::out::page::Page;
use crate::out::{Out, printable};
use crate::sniff;

const AFTER_HELP: &str = "\
Rules are the same by their claim_name, issuers by their name and anchors. Below a change stands what it means for members, where \
that follows from the change alone. Policies whose rules stand in another order, or whose values are spelled in another way, differ: \
members name a policy by the hash of its octets.

Exit status: 0 equal, 1 different, 2 could not compare.";

#[derive(clap::Args, Debug)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) struct Args {
    /// The policy as it was, in TOML, JSON or TLS octets.
    #[arg(value_name = "BEFORE")]
    before: Source,
    /// The policy as it is to be, in any of these forms.
    #[arg(value_name = "AFTER")]
    after: Source,
}

pub(super) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    let inputs = Inputs::default();
    let (before, _) = sniff::policy::read(&inputs, &args.before)?;
    let (after, _) = sniff::policy::read(&inputs, &args.after)?;
    let diff = before.diff(&after);
    out.result(&diff, human)?;
    Ok(if diff.is_empty() { Done::Accepted } else { Done::Rejected })
}

fn human(diff: &PolicyDiff) -> String {
    let mut page = Page::for_stdout();
    if diff.is_empty() {
        page.line("equal", 0);
    }
    for line in diff.to_string().lines() {
        let line = printable(line);
        let indent = line.chars().take_while(|c| *c == ' ').count();
        page.line(&line, indent + 4);
    }
    page.into_text()
}
