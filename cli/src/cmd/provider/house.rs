//! The directory of a provider, and what is in it.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use mimicred_escrow::Custody;
use mimicred_jose::base64url;
use mimicred_keys::{Random, SystemRandom, passphrase};
use mimicred_provider::database::Database;
use mimicred_provider::database::postgres::{Postgres, ServerTrust};
use mimicred_provider::database::sqlite::Sqlite;
use mimicred_provider::{Config, Desk, DeskKeys, IssuingKeys, Provider};
use mimicred_uri::{MimiUri, UriKind};
use mimicred_x509::Certificate;
use zeroize::Zeroizing;

use crate::error::{Code, Error, Failure};
use crate::io::{Inputs, Source};
use crate::now::Moment;

pub(super) const CONFIG: &str = "provider.toml";
pub(super) const CA: &str = "ca.pem";
pub(super) const TOKEN_KEY: &str = "token.jwk";
pub(super) const ISSUING_KEYS: &str = "issuing.keys";
pub(super) const DESK_KEYS: &str = "desk.keys";
pub(super) const CUSTODY: &str = "custody";
/// Who is to be believed that a database server is the one that was meant.
const SERVER_CA: &str = "server-ca.pem";

/// Where the provider is, and how to open its keys.
#[derive(clap::Args, Debug)]
pub(crate) struct HouseArgs {
    /// The directory of the provider.
    #[arg(long, value_name = "DIR", default_value = ".", global = true, help_heading = "Provider")]
    pub(super) dir: PathBuf,
    /// The passphrase of the keys is the first line of this file; without it, it is asked for.
    #[arg(long, value_name = "FILE", global = true, help_heading = "Provider")]
    passphrase_file: Option<Source>,
    /// Take this for the present moment: seconds since 1970, or a date like 2026-09-21T12:00:00Z.
    #[arg(long, value_name = "TIME", help_heading = "Time", global = true)]
    now: Option<Moment>,
    /// Append a line about this command to FILE: what was done and how it ended, in JSON, and nobody's names (mimicred schema provider-log).
    #[arg(long, value_name = "FILE", global = true, help_heading = "Provider")]
    pub(super) log: Option<PathBuf>,
}

impl HouseArgs {
    /// A file of the directory.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    pub(super) fn now(&self) -> Result<i64, Failure> {
        let Moment(seconds) = self.now.map_or_else(Moment::by_the_clock, Ok)?;
        Ok(seconds)
    }

    /// The passphrase: from its file, or from whoever sits at the terminal, who types a new one twice.
    pub(super) fn passphrase(&self, is_new: bool) -> Result<Zeroizing<String>, Failure> {
        if let Some(source) = &self.passphrase_file {
            let input = Inputs::default().read(source, "passphrase")?;
            let text =
                std::str::from_utf8(&input.octets).map_err(|_| Failure::new(Code::ContentUnexpected).reading(&input.name))?;
            return Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()));
        }
        if !io::stdin().is_terminal() {
            return Err(
                Failure::note(Code::OptionMissing, "--passphrase-file").hint("there is no terminal to ask for the passphrase")
            );
        }
        let ask =
            |prompt: &str| rpassword::prompt_password(prompt).map(Zeroizing::new).map_err(|_| Failure::new(Code::FileUnreadable));
        let first = ask("passphrase of the keys: ")?;
        if is_new && *ask("the same once more: ")? != *first {
            return Err(Failure::note(Code::Usage, "the two passphrases differ"));
        }
        Ok(first)
    }

    pub(super) fn config(&self) -> Result<Config, Failure> {
        let (name, text) = self.text(CONFIG)?;
        Config::from_toml(&text).map_err(|error| Failure::from(error).reading(&name))
    }

    pub(super) fn ca(&self) -> Result<Certificate, Failure> {
        let (name, text) = self.text(CA)?;
        let read = Certificate::from_pem(&text).map_err(|error| Failure::from(error).reading(&name))?;
        read.into_iter().next().ok_or_else(|| Failure::new(Code::PemUnusable).reading(&name))
    }

    /// The public part of the custodians' keys, if there are custodians.
    pub(super) fn custody(&self, config: &Config) -> Result<Option<Custody>, Failure> {
        if !config.escrow.has_custodians() {
            return Ok(None);
        }
        let (name, text) = self.text(CUSTODY)?;
        let octets = base64url::decode(text.trim()).map_err(|error| Failure::from(error).reading(&name))?;
        Ok(Some(Custody::parse(&octets).map_err(|error| Failure::from(error).reading(&name))?))
    }

    /// The process that issues.
    pub(super) fn provider(&self) -> Result<Provider, Failure> {
        let (config, keys) = (self.config()?, self.issuing_keys()?);
        let database = open(&self.dir, &config, &keys.desk()?.key_check())?;
        let custody = self.custody(&config)?;
        Ok(Provider::new(config, keys, &self.ca()?, custody, database)?)
    }

    /// The keys of the process that issues.
    pub(super) fn issuing_keys(&self) -> Result<IssuingKeys, Failure> {
        let octets = self.protected(ISSUING_KEYS)?;
        IssuingKeys::from_octets(&octets).map_err(|error| Failure::from(error).reading(ISSUING_KEYS))
    }

    /// The desk.
    pub(super) fn desk(&self) -> Result<Desk, Failure> {
        let config = self.config()?;
        let octets = self.protected(DESK_KEYS)?;
        let keys = DeskKeys::from_octets(&octets).map_err(|error| Failure::from(error).reading(DESK_KEYS))?;
        let database = open(&self.dir, &config, &keys.key_check())?;
        Ok(Desk::new(config, keys, database))
    }

    fn protected(&self, name: &str) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let (name, text) = self.text(name)?;
        let passphrase = self.passphrase(false)?;
        passphrase::unprotect(&text, passphrase.as_bytes()).map_err(|error| Failure::from(error).reading(&name))
    }

    fn text(&self, name: &str) -> Result<(String, Zeroizing<String>), Failure> {
        let input = Inputs::default()
            .read(&Source::File(self.file(name)), name)
            .map_err(|failure| failure.hint("--dir names the directory of a provider; mimicred provider init makes one"))?;
        let text = std::str::from_utf8(&input.octets).map_err(|_| Failure::new(Code::ContentUnexpected).reading(&input.name))?;
        Ok((input.name.clone(), Zeroizing::new(text.to_owned())))
    }
}

/// The URI of a pseudonym, of any provider.
pub(super) fn pseudonym_uri(text: &str) -> Result<String, Error> {
    let uri = MimiUri::parse(text).map_err(|error| Error::new(Code::PseudonymMalformed).because(error))?;
    if uri.kind() == UriKind::Pseudonym { Ok(text.to_owned()) } else { Err(Code::PseudonymMalformed.into()) }
}

/// Opens the store that a configuration names.
pub(super) fn open(directory: &Path, config: &Config, key_check: &[u8; 32]) -> Result<Box<dyn Database>, Failure> {
    if !is_server(config) {
        let file = directory.join(&config.store);
        let store = Sqlite::open(&file, key_check).map_err(|error| Failure::from(error).reading(&file.display().to_string()))?;
        return Ok(Box::new(store));
    }
    let password = std::env::var("PGPASSWORD").ok().map(Zeroizing::new);
    let trust = match std::fs::read_to_string(directory.join(SERVER_CA)) {
        Ok(pem) => {
            let blocks = mimicred_keys::pem::parse_all(&pem).map_err(|error| Failure::from(error).reading(SERVER_CA))?;
            ServerTrust::Roots(blocks.iter().map(|block| block.der().to_vec()).collect())
        }
        Err(_) => ServerTrust::System,
    };
    Ok(Box::new(Postgres::connect(&config.store, password.as_ref().map(|password| password.as_str()), &trust, key_check)?))
}

/// Whether the store is on a server.
pub(super) fn is_server(config: &Config) -> bool {
    config.store.starts_with("postgres://") || config.store.starts_with("postgresql://") || config.store.contains('=')
}

/// Randomness for each worker: the system's.
pub(super) fn random() -> Box<dyn Random> {
    Box::new(SystemRandom)
}
