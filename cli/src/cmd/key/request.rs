//! `mimicred key request`.

use mimicred_keys::LeafKey;
use mimicred_x509::{IssuanceBinding, prepare_request};
use serde::Serialize;

use crate::error::{Done, Failure};
use crate::io::output::{Artefact, ArtefactForm, OutputArgs};
use crate::io::{Inputs, Source};
use crate::octets::Octets;
use crate::out::Out;
use crate::sniff::key::{KeyFile, Thumbprints};

#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The private key that the credential is to be for.
    #[arg(value_name = "KEY")]
    key: Source,
    /// The name of the issuer that the request is for.
    #[arg(long, value_name = "NAME")]
    issuer: String,
    /// The nonce that the issuer gave out, in hex or base64url: 16 to 64 octets.
    #[arg(long, value_name = "NONCE")]
    nonce: Octets,
    #[command(flatten)]
    output: OutputArgs,
}

/// The object that `--json` prints.
#[derive(Serialize)]
struct Requested {
    /// Kind of key.
    algorithm: &'static str,
    #[serde(flatten)]
    thumbprints: Thumbprints,
    /// The file that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// The request in PEM, if no file was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<String>,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    args.output.check()?;
    let key = LeafKey::new(KeyFile::read(&Inputs::default(), &args.key, "key")?.into_secret()?)?;
    let binding = IssuanceBinding { issuer: &args.issuer, nonce: &args.nonce.0 };
    let pem = prepare_request(key.public(), &binding)?.sign(&key)?.to_pem();
    args.output.write(&Artefact { octets: pem.as_bytes(), form: ArtefactForm::Text }, out)?;
    if !out.is_json() {
        return Ok(Done::Accepted);
    }
    let file = args.output.file().map(|file| file.display().to_string());
    let request = if file.is_none() { Some(pem) } else { None };
    let (algorithm, thumbprints) = (key.public().algorithm().name(), Thumbprints::of(key.public()));
    out.result(&Requested { algorithm, thumbprints, file, request }, |_| String::new())?;
    Ok(Done::Accepted)
}
