//! `mimicred key generate`.

use clap::ValueEnum;
use mimicred_keys::{Algorithm, SecretKey, SystemRandom};

use crate::cmd::key::convert::{Converted, encode_secret};
use crate::cmd::key::symmetric;
use crate::error::{Done, Failure};
use crate::io::output::OutputArgs;
use crate::out::Out;
use crate::sniff::key::KeyForm;

#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// The kind of key: a leaf key must be ed25519 or p256, an issuer's may be p384; aes128 and aes256 encrypt disclosures, hmac256 is for
    /// a replay store.
    #[arg(long = "alg", value_enum, default_value_t = NewKey::Ed25519)]
    algorithm: NewKey,
    /// The form to write: jwk if not given, and always cose for aes128, aes256 and hmac256.
    #[arg(long, value_enum)]
    format: Option<NewForm>,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

impl Args {
    /// Whether another form than this was asked for.
    pub(super) fn wants_other_than(&self, form: NewForm) -> bool {
        self.format.is_some_and(|wanted| wanted != form)
    }
}

/// Kinds of key that are made.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum NewKey {
    Ed25519,
    P256,
    P384,
    Aes128,
    Aes256,
    Hmac256,
}

/// Forms that hold a private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum NewForm {
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
        NewKey::Aes128 => return symmetric::generate::<16>(args, out),
        NewKey::Aes256 | NewKey::Hmac256 => return symmetric::generate::<32>(args, out),
    };
    let form = match args.format {
        None | Some(NewForm::Jwk) => KeyForm::Jwk,
        Some(NewForm::Pem) => KeyForm::Pem,
        Some(NewForm::Cose) => KeyForm::Cose,
    };
    let secret = SecretKey::generate(algorithm, &mut SystemRandom)?;
    let encoded = encode_secret(&secret, form)?;
    Converted::write(secret.public(), &encoded, &args.output, out)
}
