//! `mimicred key public`.

use crate::cmd::key::convert::{Converted, PublicForm, encode_public};
use crate::error::{Done, Failure};
use crate::io::output::OutputArgs;
use crate::io::{Inputs, Source};
use crate::out::Out;
use crate::sniff::key::KeyFile;

#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// A key in any form, or a certificate.
    #[arg(value_name = "KEY", default_value = "-")]
    key: Source,
    /// The form to write; without it, the form of KEY.
    #[arg(long, value_enum)]
    to: Option<PublicForm>,
    #[command(flatten)]
    output: OutputArgs,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    args.output.check()?;
    let key = KeyFile::read(&Inputs::default(), &args.key, "key")?;
    let encoded = encode_public(&key.public, args.to.unwrap_or(key.form.into()))?;
    Converted::write(&key.public, &encoded, &args.output, out)
}
