//! `mimicred provider init`.

use std::fs;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use mimicred_escrow::deal;
use mimicred_jose::{base64url, json, jwk};
use mimicred_keys::passphrase::{Cost, protect};
use mimicred_keys::{Algorithm, SystemRandom};
use mimicred_provider::{Config, Escrow, Format, IssuingKeys};
use mimicred_x509::{CaProfile, Validity, prepare_root};
use serde::Serialize;
use zeroize::Zeroizing;

use super::house::{CA, CONFIG, CUSTODY, DESK_KEYS, HouseArgs, ISSUING_KEYS, TOKEN_KEY, open};
use crate::error::{Code, Done, Failure};
use crate::io::output::{Artefact, ArtefactForm, OutputArgs, beside, failed};
use crate::out::Out;

const CA_DAYS: u32 = 3650;

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// The domain that the pseudonyms are of.
    #[arg(long, value_name = "HOST")]
    host: String,
    /// What is kept to get from a pseudonym to its account; what each mode is worth, spec-notes/abuse.md argues.
    #[arg(long, value_enum)]
    escrow: Mode,
    /// What is issued for each pseudonym; may be given several times. All of them if not given.
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Vec<FormatName>,
    /// The kind of the CA's and the tokens' key.
    #[arg(long, value_enum, default_value = "p256")]
    alg: Alg,
    /// Where the store is: a file in the directory, or the URL of a PostgreSQL server without a password.
    #[arg(long, value_name = "FILE|URL")]
    store: Option<String>,
    /// Custodians, for the modes sealed and threshold.
    #[arg(long, value_name = "N", default_value_t = 3)]
    custodians: u8,
    /// How many custodians it takes.
    #[arg(long, value_name = "K", default_value_t = 2)]
    quorum: u8,
}

/// The escrow modes.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Mode {
    /// A table from pseudonym to account.
    Open,
    /// Custodians open one record at a time.
    Sealed,
    /// Actions reach the account, and nobody at the desk learns which it is.
    Blind,
    /// Enough reported pseudonyms open the account.
    Threshold,
    /// Nothing.
    None,
}

/// The formats.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormatName {
    X509,
    SdJwt,
    SdCwt,
}

/// Kinds of keys.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Alg {
    Ed25519,
    P256,
    P384,
    P521,
}

/// The object that `--json` prints.
#[derive(Serialize)]
struct Made {
    directory: String,
    host: String,
    issuer: String,
    escrow: &'static str,
    protects_against: &'static str,
    leaves_open: &'static str,
    /// Files that belong to the custodians, one each, and not here.
    custodians: Vec<String>,
}

pub(super) fn run(args: &Args, house: &HouseArgs, out: &mut Out) -> Result<Done, Failure> {
    let now = house.now()?;
    let escrow = match args.escrow {
        Mode::Open => Escrow::Open,
        Mode::Sealed => Escrow::Sealed,
        Mode::Blind => Escrow::Blind,
        Mode::Threshold => Escrow::Threshold,
        Mode::None => Escrow::None,
    };
    let formats: Vec<Format> = match args.format.as_slice() {
        [] => Format::ALL.to_vec(),
        some => some
            .iter()
            .map(|format| match format {
                FormatName::X509 => Format::X509,
                FormatName::SdJwt => Format::SdJwt,
                FormatName::SdCwt => Format::SdCwt,
            })
            .collect(),
    };
    let algorithm = match args.alg {
        Alg::Ed25519 => Algorithm::Ed25519,
        Alg::P256 => Algorithm::P256,
        Alg::P384 => Algorithm::P384,
        Alg::P521 => Algorithm::P521,
    };
    let config = Config::new(&args.host, formats, escrow);
    let mut config =
        config.map_err(|error| Failure::from(error).hint("--host is a domain name in lower case, like a.example"))?;
    if let Some(store) = &args.store {
        config.store.clone_from(store);
    }
    let is_free = fs::read_dir(&house.dir).map_or_else(|_| !house.dir.exists(), |mut entries| entries.next().is_none());
    if !is_free {
        return Err(Failure::note(Code::DirectoryNotEmpty, house.dir.display().to_string()));
    }
    let passphrase = house.passphrase(true)?;
    let random = &mut SystemRandom;
    let keys = IssuingKeys::generate(algorithm, random)?;
    let profile = CaProfile::new(format!("{} MIMI CA", config.host), Validity::days(now, CA_DAYS)?);
    let ca = prepare_root(&profile, keys.ca_public(), random)?.sign(&keys.ca())?;
    let dealt = if escrow.has_custodians() { Some(deal(args.quorum, args.custodians, random)?) } else { None };

    // Made beside its place, so that nobody ever sees half of it.
    let making =
        tempfile::Builder::new().prefix(".mimicred-").tempdir_in(beside(&house.dir)).map_err(|e| failed(&house.dir, e))?;
    let place = |name: &str| making.path().join(name);
    let mut secret = |name: &str, octets: &[u8]| {
        let text = protect(octets, passphrase.as_bytes(), Cost::DEFAULT, &mut SystemRandom)?;
        write(&place(name), text.as_bytes(), ArtefactForm::SecretText, out)
    };
    secret(ISSUING_KEYS, &keys.to_octets())?;
    secret(DESK_KEYS, &keys.desk()?.to_octets())?;
    let mut custodians = Vec::new();
    if let Some((custody, shares)) = &dealt {
        for (n, share) in shares.iter().enumerate() {
            let name = format!("custodian-{}.keys", n + 1);
            secret(&name, &share.to_octets())?;
            custodians.push(name);
        }
        write(&place(CUSTODY), base64url::encode(custody.to_octets()).as_bytes(), ArtefactForm::Text, out)?;
    }
    write(&place(CONFIG), config.to_toml()?.as_bytes(), ArtefactForm::Text, out)?;
    write(&place(CA), ca.to_pem().as_bytes(), ArtefactForm::Text, out)?;
    let token = Zeroizing::new(json::write_map(&jwk::public_members(keys.token_public()))?);
    write(&place(TOKEN_KEY), token.as_bytes(), ArtefactForm::Text, out)?;
    drop(open(making.path(), &config, &keys.desk()?.key_check())?);
    if house.dir.exists() {
        fs::remove_dir(&house.dir).map_err(|e| failed(&house.dir, e))?;
    }
    fs::rename(making.path(), &house.dir).map_err(|e| failed(&house.dir, e))?;
    // It has another name now, and stays.
    let _ = making.keep();

    let made = Made {
        directory: house.dir.display().to_string(),
        host: config.host.clone(),
        issuer: config.issuer.clone(),
        escrow: escrow.name(),
        protects_against: escrow.protects(),
        leaves_open: escrow.leaves_open(),
        custodians,
    };
    out.result(&made, |made| {
        let mut text = format!(
            "provider {} in {}\nescrow   {}\n  protects against  {}\n  leaves open       {}\n",
            made.host, made.directory, made.escrow, made.protects_against, made.leaves_open
        );
        if !made.custodians.is_empty() {
            text.push_str(&format!(
                "give each custodian her file, and delete it here: {}\nuntil then this machine could open everything\n",
                made.custodians.join(", ")
            ));
        }
        text
    })?;
    Ok(Done::Accepted)
}

fn write(file: &Path, octets: &[u8], form: ArtefactForm, out: &mut Out) -> Result<(), Failure> {
    OutputArgs::to(PathBuf::from(file), false).write(&Artefact { octets, form }, out)
}
