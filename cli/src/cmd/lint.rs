//! `mimicred lint`: whether a batch of credentials can be linked, as far as octets show.

mod input;
mod text;

use mimicred_lint::{Item, Options};

use crate::error::{Done, Failure};
use crate::io::Source;
use crate::out::Out;
use input::{Batch, Reader};

pub(super) use input::split;

const AFTER_HELP: &str = "\
Credentials are certificates, SD-JWTs, SD-CWTs, MLS Credentials and KeyPackages, of any issuer; nothing is verified. A file holds one of \
them, or many: certificates in PEM, one token a line (an SD-CWT in base64url), or a JSON array of SD-JWTs. Of a folder every file is \
read; what holds no credential is skipped and named. Order counts: give the items in the order in which they were handed out.

What differs within a batch splits it; what is the same in all of it is taken for a template of the provider. Whether it is one, or \
the mark of one user, only credentials of others tell: --known. What is found says how much it tells:
  links    tells items of one user or batch apart from all others, or which item comes from which
  narrows  splits those who could be meant into smaller groups
  note     worth knowing, and no fault by itself
Checks for randomness take chance for a fault in at most one of a thousand million batches. Some traps cannot be seen in octets, and \
are listed: who finds nothing has not shown that there is nothing.

Exit status: 0 nothing links or narrows, 1 something does, 2 could not be read.

  mimicred lint batch/
  mimicred lint batch.pem --known others/ --json";

/// What to look at, and how.
#[derive(clap::Args, Debug)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) struct Args {
    /// Files or folders with the credentials of one batch.
    #[arg(value_name = "FILE", default_value = "-")]
    files: Vec<Source>,
    /// A file or folder with credentials of other users of the same provider; can be given several times.
    #[arg(long, value_name = "FILE")]
    known: Vec<Source>,
    /// The least number of items that must share a value.
    #[arg(short, long, value_name = "NUMBER", default_value_t = 10)]
    k: usize,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    let mut reader = Reader::default();
    let batch = reader.batch(&args.files, "batch")?;
    let known = reader.batch(&args.known, "known credentials")?;
    let (items, others) = (items(&batch), items(&known));
    let mut report = mimicred_lint::lint(&items, &Options { k: args.k, known: &others })?;
    report.remarks.extend(reader.skipped);
    out.result(&report, text::report)?;
    Ok(if report.is_clean() { Done::Accepted } else { Done::Rejected })
}

/// What is looked at, by its names.
pub(super) fn items(batch: &Batch) -> Vec<Item<'_>> {
    batch.iter().map(|(name, octets)| Item { name, octets }).collect()
}
