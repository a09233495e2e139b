//! A working directory with the files of one transaction, and the program run in it.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use mimicred_claims::Value;
use mimicred_cose::cbor;
use mimicred_cose::edn;
use mimicred_cose::key::public_members;
use mimicred_cose::sign1::{CwtTag, PreparedSign1, Sign1};
use mimicred_keys::{Algorithm, IssuerKey, PublicKey, SecretKey};
use tempfile::TempDir;

/// Within the dates of [`claims`] and of the published examples.
pub(crate) const NOW: &str = "1725244300";
/// `exp` of both.
pub(crate) const EXPIRED: &str = "1725330600";
/// What `present` writes unless told otherwise.
pub(crate) const AUDIENCE: &str = "https://verifier.example/app";

/// A working directory. With keys it has `issuer_priv.pem`, `issuer_pub.pem` and `holder_priv.pem`.
pub(crate) struct Folder {
    folder: TempDir,
    pub(crate) environment: Vec<(&'static str, &'static str)>,
}

/// What came of a run.
pub(crate) struct Ran {
    status: Option<i32>,
    stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), environment: Vec::new() }
    }

    /// With the keys of an Issuer (P-384) and a Holder (P-256).
    pub(crate) fn with_keys() -> Self {
        Self::with_keys_of(&secret(Algorithm::P384, 1), &secret(Algorithm::P256, 2))
    }

    pub(crate) fn with_keys_of(issuer: &SecretKey, holder: &SecretKey) -> Self {
        let folder = Self::new();
        folder.write("issuer_priv.pem", issuer.to_pem().as_bytes());
        folder.write("issuer_pub.pem", issuer.public().to_pem().as_bytes());
        folder.write("holder_priv.pem", holder.to_pem().as_bytes());
        folder
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, name: &str, octets: &[u8]) {
        fs::write(self.path().join(name), octets).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path().join(name)).unwrap()
    }

    /// The salts that were used, in the order of the disclosures.
    pub(crate) fn salts(&self) -> String {
        String::from_utf8(self.read("nonce_list.out")).unwrap()
    }

    pub(crate) fn has_salts(&self) -> bool {
        self.path().join("nonce_list.out").exists()
    }

    /// Runs `mimicred interop sd-cwt` with what stands in one line.
    pub(crate) fn run(&self, line: &str, stdin: &[u8]) -> Ran {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mimicred"));
        command.args(["interop", "sd-cwt"]).args(line.split_whitespace());
        self.spawn(command, stdin)
    }

    pub(crate) fn spawn(&self, mut command: Command, stdin: &[u8]) -> Ran {
        command.env_remove("MIMICRED_INTEROP_AUDIENCE").env_remove("MIMICRED_INTEROP_KID");
        command.current_dir(self.path()).envs(self.environment.iter().copied());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A program that has seen enough does not read on.
        let _ = child.stdin.take().unwrap().write_all(stdin);
        let output = child.wait_with_output().unwrap();
        Ran { status: output.status.code(), stdout: output.stdout, stderr: String::from_utf8(output.stderr).unwrap() }
    }

    pub(crate) fn issue(&self, claims: &[u8]) -> Vec<u8> {
        self.run(&format!("issue issuer_priv.pem --time {NOW}"), claims).octets()
    }

    pub(crate) fn present(&self, token: &[u8], more: &str) -> Vec<u8> {
        self.run(&format!("present holder_priv.pem --issuer issuer_pub.pem --time {NOW} {more}"), token).octets()
    }

    pub(crate) fn verify(&self, kbt: &[u8], more: &str) -> Ran {
        self.run(&format!("verify --issuer issuer_pub.pem --time {NOW} {more}"), kbt)
    }
}

impl Ran {
    /// What a run that succeeded wrote.
    pub(crate) fn octets(self) -> Vec<u8> {
        assert_eq!(self.status, Some(0), "{}", self.stderr);
        self.stdout
    }

    /// A run that failed, by its own decision, wrote nothing.
    pub(crate) fn failed(&self) {
        assert!(matches!(self.status, Some(1 | 2)), "{:?} {}", self.status, self.stderr);
        assert!(self.stderr.contains("error: "), "{}", self.stderr);
        assert!(self.stdout.is_empty(), "{}", self.stderr);
    }

    /// A run that failed with this code wrote nothing.
    pub(crate) fn refused(&self, code: &str) {
        self.failed();
        assert!(self.stderr.contains(&format!(" [{code}]\nhint: ")), "not {code}: {}", self.stderr);
    }
}

pub(crate) fn secret(algorithm: Algorithm, n: u8) -> SecretKey {
    let mut octets = vec![n; algorithm.coordinate_len()];
    octets[0] = 0;
    SecretKey::from_octets(algorithm, &octets).unwrap()
}

/// The octets of a text in diagnostic notation.
pub(crate) fn cbor_of(text: &str) -> Vec<u8> {
    edn::parse(text, &edn::Limits::DEFAULT).unwrap()
}

/// The same back.
pub(crate) fn text_of(octets: &[u8]) -> String {
    edn::print(octets).unwrap()
}

/// A claims set that can be issued for this key, with these claims more.
pub(crate) fn claims_for(holder: &PublicKey, more: &str) -> Vec<u8> {
    let key = text_of(&cbor::write(&Value::Map(public_members(holder))).unwrap());
    cbor_of(&format!(
        "{{1: \"https://issuer.example\", 2: \"https://device.example\", 4: 1725330600, 5: 1725243900, 6: 1725244200,
          8: {{1: {key}}}, {more}}}"
    ))
}

/// The same for the Holder of [`Folder::with_keys`].
pub(crate) fn claims(more: &str) -> Vec<u8> {
    claims_for(secret(Algorithm::P256, 2).public(), more)
}

/// The parts of a message.
pub(crate) fn parts(octets: &[u8]) -> Sign1<'_> {
    Sign1::parse(octets, CwtTag::Refused, &cbor::Limits::DEFAULT).unwrap()
}

/// The message with another payload, signed anew.
pub(crate) fn with_payload(octets: &[u8], payload: &str, key: &SecretKey) -> Vec<u8> {
    let (parts, payload) = (parts(octets), cbor_of(payload));
    let prepared = PreparedSign1::new(parts.protected(), &payload).unwrap();
    let signature = IssuerKey::new(key.clone()).sign(prepared.to_be_signed()).unwrap();
    prepared.encode(parts.unprotected(), signature.as_bytes())
}

/// Octets in hex.
pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// Whether this text stands among the octets.
pub(crate) fn has_text(octets: &[u8], text: &str) -> bool {
    octets.windows(text.len()).any(|window| window == text.as_bytes())
}
