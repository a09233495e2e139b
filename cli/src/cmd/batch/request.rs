//! `mimicred batch request`: fresh keys, and a certification request for each of them.

use std::path::PathBuf;

use clap::ValueEnum;
use mimicred_keys::{Algorithm, LeafKey, SecretKey, SystemRandom};
use mimicred_x509::{IssuanceBinding, prepare_request};
use serde::Serialize;

use super::keys::Keys;
use crate::error::{Code, Done, Failure};
use crate::io::output::{Artefact, ArtefactForm, OutputArgs};
use crate::octets::Octets;
use crate::out::{Out, counted};

const AFTER_HELP: &str = "\
The keys go into one new file, which is for its owner only: without it the provider's answer is of no use. Every pseudonym has a key of \
its own; keys and requests are sorted by hashes, so that their order says nothing.

  nonce=..                       as the provider gave it, for this batch
  mimicred batch request 20 --issuer https://id.a.example --nonce $nonce --keys keys.jwks -o requests.pem
  mimicred batch unpack answer.json --keys keys.jwks --ca ca.pem --issuer-key token.jwk --into pseudonyms";

#[derive(clap::Args, Debug)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) struct Args {
    /// How many pseudonyms to ask for.
    #[arg(value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    count: u32,
    /// The name of the provider as issuer: iss of its tokens.
    #[arg(long, value_name = "NAME")]
    issuer: String,
    /// The nonce that the provider gave out for this batch, in hex or base64url: 16 to 64 octets.
    #[arg(long, value_name = "NONCE")]
    nonce: Octets,
    /// The file for the private keys, a JWK Set; it must not exist.
    #[arg(long, value_name = "FILE")]
    keys: PathBuf,
    /// The kind of keys.
    #[arg(long = "alg", value_enum, default_value_t = LeafAlgorithm::Ed25519)]
    algorithm: LeafAlgorithm,
    #[command(flatten)]
    output: OutputArgs,
}

/// Kinds of leaf keys.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum LeafAlgorithm {
    Ed25519,
    P256,
}

/// The object that `--json` prints.
#[derive(Serialize)]
struct Requested {
    /// How many keys were made.
    count: u32,
    algorithm: &'static str,
    /// The file with the keys.
    keys: String,
    /// The file with the requests.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// The requests in PEM, if no file was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    requests: Option<String>,
}

pub(super) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    let keys_output = OutputArgs::to(&args.keys, false);
    if keys_output.file().is_none() {
        return Err(Failure::note(Code::Usage, "private keys are not written to standard output").hint("name a file with --keys"));
    }
    keys_output.check()?;
    args.output.check()?;
    let algorithm = match args.algorithm {
        LeafAlgorithm::Ed25519 => Algorithm::Ed25519,
        LeafAlgorithm::P256 => Algorithm::P256,
    };
    let mut keys = Keys::default();
    for _ in 0..args.count {
        keys.add(SecretKey::generate(algorithm, &mut SystemRandom)?);
    }
    let binding = IssuanceBinding { issuer: &args.issuer, nonce: &args.nonce.0 };
    let mut requests = String::new();
    for (_, key) in keys.iter() {
        let key = LeafKey::new(key.clone())?;
        requests.push_str(&prepare_request(key.public(), &binding)?.sign(&key)?.to_pem());
    }
    // Keys first: a request whose key is lost would be answered in vain.
    keys_output.write(&Artefact { octets: keys.to_text().as_bytes(), form: ArtefactForm::SecretText }, out)?;
    if let Err(failure) = args.output.write(&Artefact { octets: requests.as_bytes(), form: ArtefactForm::Text }, out) {
        // Nobody has asked for anything with these keys; what is no file was there before.
        if args.keys.is_file() {
            let _ = std::fs::remove_file(&args.keys);
        }
        return Err(failure);
    }
    out.remark(&format!("{} in {}", counted(args.count.into(), "key"), args.keys.display()));
    if out.is_json() {
        let file = args.output.file().map(|file| file.display().to_string());
        let requests = if file.is_none() { Some(requests) } else { None };
        let keys = args.keys.display().to_string();
        let requested = Requested { count: args.count, algorithm: algorithm.name(), keys, file, requests };
        out.result(&requested, |_| String::new())?;
    }
    Ok(Done::Accepted)
}
