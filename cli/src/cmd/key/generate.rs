//! `mimicred key generate`.

use clap::ValueEnum;
use mimicred_keys::{Algorithm, SecretKey, SystemRandom};

use crate::cmd::key::convert::{Converted, encode_secret};
use crate::error::{Done, Failure};
use crate::io::output::OutputArgs;
use crate::out::Out;
use crate::sniff::key::KeyForm;

#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The kind of key: a leaf key must be ed25519 or p256, an issuer's may be p384.
    #[arg(long = "alg", value_enum, default_value_t = NewKey::Ed25519)]
    algorithm: NewKey,
    /// The form to write.
    #[arg(long, value_enum, default_value_t = NewForm::Jwk)]
    format: NewForm,
    #[command(flatten)]
    output: OutputArgs,
}

/// Kinds of key that are made.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum NewKey {
    Ed25519,
    P256,
    P384,
}

/// Forms that hold a private key.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum NewForm {
    /// JSON Web Key.
    Jwk,
    /// PKCS#8 in PEM.
    Pem,
    /// COSE_Key.
    Cose,
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    args.output.check()?;
    let algorithm = match args.algorithm {
        NewKey::Ed25519 => Algorithm::Ed25519,
        NewKey::P256 => Algorithm::P256,
        NewKey::P384 => Algorithm::P384,
    };
    let form = match args.format {
        NewForm::Jwk => KeyForm::Jwk,
        NewForm::Pem => KeyForm::Pem,
        NewForm::Cose => KeyForm::Cose,
    };
    let secret = SecretKey::generate(algorithm, &mut SystemRandom)?;
    let encoded = encode_secret(&secret, form)?;
    Converted::write(secret.public(), &encoded, &args.output, out)
}
