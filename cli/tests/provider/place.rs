//! A provider in a directory, and the command that runs it.

use std::collections::HashSet;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use mimicred_keys::{Algorithm, LeafKey, SecretKey, SystemRandom, passphrase};
use mimicred_provider::database::sqlite::Sqlite;
use mimicred_provider::{Config, IssuingKeys, Provider, prepare_proof};
use mimicred_x509::{Certificate, IssuanceBinding, prepare_request};
use serde::Deserialize;
use tempfile::TempDir;

pub(crate) const ISSUER: &str = "https://id.a.example";
pub(crate) const NOW: &str = "2026-09-21T12:00:00Z";

/// A directory with a provider in it.
pub(crate) struct Place(TempDir);

#[derive(Deserialize)]
pub(crate) struct Answer {
    pub(crate) issuer: String,
    pub(crate) credentials: Vec<Credential>,
    pub(crate) padding: String,
}

#[derive(Deserialize)]
pub(crate) struct Credential {
    pub(crate) user: String,
    pub(crate) x509: Option<String>,
    #[serde(rename = "sd-jwt")]
    pub(crate) sd_jwt: Option<String>,
    #[serde(rename = "sd-cwt")]
    pub(crate) sd_cwt: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Account {
    pub(crate) live: u64,
    pub(crate) ready: u64,
    pub(crate) state: String,
}

#[derive(Deserialize)]
pub(crate) struct Status {
    pub(crate) pseudonyms: u64,
    pub(crate) suspended_pseudonyms: u64,
    pub(crate) batches: u64,
    pub(crate) credentials_to_make: u64,
}

impl Place {
    pub(crate) fn new(escrow: &str) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        std::fs::write(place.file("pass"), "correct horse\n").unwrap();
        place.done(&["init", "--host", "a.example", "--escrow", escrow]);
        let config = std::fs::read_to_string(place.file("a/provider.toml")).unwrap();
        let config = ["live", "burst", "newcomer_live"].iter().fold(config, |config, name| {
            let line = config.lines().find(|line| line.starts_with(&format!("{name} = "))).unwrap().to_owned();
            config.replace(&format!("\n{line}\n"), &format!("\n{name} = 100000\n"))
        });
        std::fs::write(place.file("a/provider.toml"), config).unwrap();
        std::fs::write(place.file("alice.json"), r#"{"name": "Alice Meier", "email": "alice@a.example"}"#).unwrap();
        place.done(&["account", "add", "alice", "--claims", &place.text("alice.json")]);
        place
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn text(&self, name: &str) -> String {
        self.file(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mimicred"));
        command.args(["provider", "--dir", &self.text("a"), "--passphrase-file", &self.text("pass")]).args(arguments);
        if !arguments.contains(&"--now") {
            command.args(["--now", NOW]);
        }
        command.stdin(Stdio::null());
        command
    }

    /// The provider as the library has it.
    pub(crate) fn provider(&self) -> Provider {
        let text = |name: &str| std::fs::read_to_string(self.file("a").join(name)).unwrap();
        let config = Config::from_toml(&text("provider.toml")).unwrap();
        let ca = Certificate::from_pem(&text("ca.pem")).unwrap().remove(0);
        let keys = self.issuing_keys();
        let store = Sqlite::open(&self.file("a/store.sqlite"), &keys.desk().unwrap().key_check()).unwrap();
        Provider::new(config, keys, &ca, None, Box::new(store)).unwrap()
    }

    pub(crate) fn issuing_keys(&self) -> IssuingKeys {
        let file = std::fs::read_to_string(self.file("a/issuing.keys")).unwrap();
        IssuingKeys::from_octets(&passphrase::unprotect(&file, b"correct horse").unwrap()).unwrap()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    pub(crate) fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn refused(&self, arguments: &[&str], status: i32, code: &str) {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {said}");
        assert!(said.contains(&format!("[{code}]")) && said.contains("hint: "), "{said}");
    }

    pub(crate) fn json<T: for<'de> Deserialize<'de>>(&self, arguments: &[&str]) -> T {
        serde_json::from_str(&self.done(&[arguments, &["--json"]].concat())).unwrap()
    }

    pub(crate) fn nonce(&self) -> String {
        self.done(&["nonce", "alice"]).trim().to_owned()
    }

    /// Requests for fresh keys in a file, and the keys.
    pub(crate) fn requests(&self, name: &str, nonce: &str, count: usize) -> HashSet<Vec<u8>> {
        let nonce: Vec<u8> = (0..nonce.len()).step_by(2).map(|n| u8::from_str_radix(&nonce[n..n + 2], 16).unwrap()).collect();
        let binding = IssuanceBinding { issuer: ISSUER, nonce: &nonce };
        let mut text = String::new();
        let mut keys = HashSet::new();
        for n in 0..count {
            let leaf = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom).unwrap()).unwrap();
            if n % 2 == 0 {
                text.push_str(&prepare_request(leaf.public(), &binding).unwrap().sign(&leaf).unwrap().to_pem());
            } else {
                text.push_str(&prepare_proof(leaf.public(), &binding, 0).unwrap().sign(&leaf).unwrap());
                text.push('\n');
            }
            keys.insert(leaf.public().octets().to_vec());
        }
        std::fs::write(self.file(name), text).unwrap();
        keys
    }

    /// A custodian's part in an opening, into a file.
    pub(crate) fn custodian(&self, verb: &str, n: u32, opening: &str, to: &str) -> Output {
        let (share, memory) = (self.text(&format!("a/custodian-{n}.keys")), self.text(&format!("memory-{n}")));
        let mut command = Command::new(env!("CARGO_BIN_EXE_mimicred"));
        command.args(["custodian", verb, opening, "--share", &share, "--memory", &memory]);
        command.args(["--passphrase-file", &self.text("pass"), "-o", &self.text(to)]).output().unwrap()
    }

    pub(crate) fn answer(&self, name: &str) -> Answer {
        serde_json::from_slice(&std::fs::read(self.file(name)).unwrap()).unwrap()
    }

    pub(crate) fn issue(&self, count: usize) -> Answer {
        let nonce = self.nonce();
        self.requests("requests", &nonce, count);
        let _ = std::fs::remove_file(self.file("answer"));
        self.done(&["issue", "--nonce", &nonce, &self.text("requests"), "-o", &self.text("answer")]);
        self.answer("answer")
    }
}
