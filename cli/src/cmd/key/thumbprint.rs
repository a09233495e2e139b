//! `mimicred key thumbprint`.

use clap::ValueEnum;
use serde::Serialize;

use crate::error::{Done, Failure};
use crate::io::{Inputs, Source};
use crate::out::Out;
use crate::sniff::key::{KeyFile, Thumbprints};

#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// A key in any form, or a certificate.
    #[arg(value_name = "KEY", default_value = "-")]
    key: Source,
    /// Print this hash alone.
    #[arg(long, value_enum)]
    only: Option<Kind>,
}

/// Which hash.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// RFC 7638, the anchor of SD-JWT issuers.
    Jwk,
    /// RFC 9679, the anchor of SD-CWT issuers.
    Cose,
    /// Hash of the SubjectPublicKeyInfo, the anchor of X.509 issuers.
    Spki,
}

/// The object that `--json` prints.
#[derive(Serialize)]
struct Named {
    /// Kind of key.
    algorithm: &'static str,
    #[serde(flatten)]
    thumbprints: Thumbprints,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    let key = KeyFile::read(&Inputs::default(), &args.key, "key")?;
    let named = Named { algorithm: key.public.algorithm().name(), thumbprints: Thumbprints::of(&key.public) };
    out.result(&named, |Named { thumbprints, .. }| match args.only {
        Some(Kind::Jwk) => format!("{}\n", thumbprints.jwk_thumbprint_sha256),
        Some(Kind::Cose) => format!("{}\n", thumbprints.cose_key_thumbprint_sha256),
        Some(Kind::Spki) => format!("{}\n", thumbprints.spki_sha256),
        None => format!(
            "jwk_thumbprint_sha256       {}\ncose_key_thumbprint_sha256  {}\nspki_sha256                 {}\n",
            thumbprints.jwk_thumbprint_sha256, thumbprints.cose_key_thumbprint_sha256, thumbprints.spki_sha256
        ),
    })?;
    Ok(Done::Accepted)
}
