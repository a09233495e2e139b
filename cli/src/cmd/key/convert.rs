//! `mimicred key convert`, and the writing of keys for the other verbs.

use clap::ValueEnum;
use mimicred_cose::key as cose_key;
use mimicred_jose::{json, jwk};
use mimicred_keys::{PublicKey, SecretKey};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::error::{Code, Done, Failure};
use crate::io::output::{Artefact, ArtefactForm, OutputArgs};
use crate::io::{Inputs, Source};
use crate::out::{Out, carried};
use crate::sniff::key::{KeyFile, KeyForm, Thumbprints};

#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// A key in any form; a private key stays private, a public one public.
    #[arg(value_name = "KEY", default_value = "-")]
    key: Source,
    /// The form to write.
    #[arg(long, value_enum)]
    to: PublicForm,
    #[command(flatten)]
    output: OutputArgs,
}

/// Forms that hold a public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PublicForm {
    /// JSON Web Key.
    Jwk,
    /// PKCS#8 or SubjectPublicKeyInfo in PEM.
    Pem,
    /// PKCS#8 or SubjectPublicKeyInfo in DER.
    Der,
    /// COSE_Key.
    Cose,
    /// The octets of an MLS SignaturePublicKey; public keys only.
    Mls,
}

impl From<KeyForm> for PublicForm {
    fn from(form: KeyForm) -> Self {
        match form {
            KeyForm::Jwk => PublicForm::Jwk,
            KeyForm::Pem => PublicForm::Pem,
            KeyForm::Der => PublicForm::Der,
            KeyForm::Cose => PublicForm::Cose,
        }
    }
}

pub(crate) fn run(args: &Args, out: &mut Out) -> Result<Done, Failure> {
    args.output.check()?;
    let key = KeyFile::read(&Inputs::default(), &args.key, "key")?;
    let form = match args.to {
        PublicForm::Jwk => KeyForm::Jwk,
        PublicForm::Pem => KeyForm::Pem,
        PublicForm::Der => KeyForm::Der,
        PublicForm::Cose => KeyForm::Cose,
        PublicForm::Mls if key.secret.is_some() => {
            return Err(Failure::note(Code::Usage, "MLS has no form for a private key").hint("use mimicred key public --to mls"));
        }
        PublicForm::Mls => {
            let encoded = encode_public(&key.public, PublicForm::Mls)?;
            return Converted::write(&key.public, &encoded, &args.output, out);
        }
    };
    let encoded = match &key.secret {
        Some(secret) => encode_secret(secret, form)?,
        None => encode_public(&key.public, args.to)?,
    };
    Converted::write(&key.public, &encoded, &args.output, out)
}

/// A key, encoded.
pub(crate) struct Encoded {
    octets: Zeroizing<Vec<u8>>,
    form: ArtefactForm,
}

impl Encoded {
    fn new(octets: impl Into<Vec<u8>>, form: ArtefactForm) -> Self {
        Self { octets: Zeroizing::new(octets.into()), form }
    }
}

pub(crate) fn encode_public(key: &PublicKey, form: PublicForm) -> Result<Encoded, Failure> {
    Ok(match form {
        PublicForm::Jwk => Encoded::new(json::write_map(&jwk::public_members(key))?, ArtefactForm::Text),
        PublicForm::Pem => Encoded::new(key.to_pem(), ArtefactForm::Text),
        PublicForm::Der => Encoded::new(key.to_spki_der(), ArtefactForm::Binary),
        PublicForm::Cose => Encoded::new(cose_key::public_octets(key), ArtefactForm::Binary),
        PublicForm::Mls => Encoded::new(key.octets(), ArtefactForm::Binary),
    })
}

pub(crate) fn encode_secret(key: &SecretKey, form: KeyForm) -> Result<Encoded, Failure> {
    Ok(match form {
        KeyForm::Jwk => Encoded::new(jwk::secret_text(key).as_bytes(), ArtefactForm::SecretText),
        KeyForm::Pem => Encoded::new(key.to_pem().as_bytes(), ArtefactForm::SecretText),
        KeyForm::Der => Encoded { octets: key.to_pkcs8_der(), form: ArtefactForm::SecretBinary },
        KeyForm::Cose => Encoded { octets: cose_key::secret_octets(key), form: ArtefactForm::SecretBinary },
    })
}

/// The object that `--json` prints.
#[derive(Serialize)]
pub(crate) struct Converted {
    /// Kind of key.
    algorithm: &'static str,
    #[serde(flatten)]
    thumbprints: Thumbprints,
    /// The file that was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// The key, if no file was written and it is text.
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<String>,
    /// The key in base64url, if no file was written and it is octets.
    #[serde(skip_serializing_if = "Option::is_none")]
    key_base64url: Option<String>,
}

impl Converted {
    /// Writes the key, and with `--json` what is to be said about it.
    pub(crate) fn write(public: &PublicKey, encoded: &Encoded, output: &OutputArgs, out: &mut Out) -> Result<Done, Failure> {
        output.write(&Artefact { octets: &encoded.octets, form: encoded.form }, out)?;
        if !out.is_json() {
            return Ok(Done::Accepted);
        }
        let file = output.file().map(|file| file.display().to_string());
        let (key, key_base64url) = carried(file.is_none(), &encoded.octets, encoded.form);
        let thumbprints = Thumbprints::of(public);
        let converted = Converted { algorithm: public.algorithm().name(), thumbprints, file, key, key_base64url };
        out.result(&converted, |_| String::new())?;
        Ok(Done::Accepted)
    }
}
