//! What the tests are about, and processes to do it in.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use mimicred_keys::{Algorithm, PublicKey};
use mimicred_replay::SqliteReplayStore;
use mimicred_room::{Origin, ReplayKey, Use};
use rusqlite::Connection;
use tempfile::TempDir;

pub(crate) const KEY: [u8; 32] = *b"the key of these tests, 32 long.";
pub(crate) const ROOM: &str = "mimi://hub.example/r/clubhouse";
pub(crate) const HOUR: i64 = 3600;
/// Long after everything that a test forgets.
pub(crate) const LATE: i64 = 1_000_000 * HOUR;

/// The public key of RFC 8032 7.1 test 1.
pub(crate) const LEAF_KEY: [u8; 32] = [
    0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a, 0x0e, 0xe1, 0x72, 0xf3, 0xda,
    0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a,
];

pub(crate) fn key() -> ReplayKey {
    ReplayKey::from_octets(KEY)
}

pub(crate) fn leaf_key() -> PublicKey {
    PublicKey::from_octets(Algorithm::Ed25519, &LEAF_KEY).unwrap()
}

/// The parts of the n-th use that are its own.
pub(crate) struct Parts {
    nonce: [u8; 32],
    token_hash: [u8; 32],
    leaf_key: PublicKey,
}

impl Parts {
    pub(crate) fn new(n: u32) -> Self {
        let own = |label: &str| mimicred_keys::sha256(format!("{label} {n}").as_bytes());
        Self { nonce: own("nonce"), token_hash: own("token"), leaf_key: leaf_key() }
    }

    pub(crate) fn as_use(&self) -> Use<'_> {
        Use { audience: ROOM, nonce: &self.nonce, token_hash: &self.token_hash, leaf_key: &self.leaf_key }
    }
}

pub(crate) fn at(epoch: u64) -> Origin {
    Origin { epoch, leaf: 3 }
}

/// A directory with a store in it.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.0.path().join("seen")
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.0.path().join("seen-journal")
    }

    pub(crate) fn open(&self) -> SqliteReplayStore {
        SqliteReplayStore::open(self.file(), key()).unwrap()
    }

    /// The file, as anybody has it who has SQLite.
    pub(crate) fn raw(&self) -> Connection {
        Connection::open(self.file()).unwrap()
    }

    pub(crate) fn rows(&self) -> usize {
        let rows: i64 = self.raw().query_row("SELECT count(*) FROM seen", [], |row| row.get(0)).unwrap();
        usize::try_from(rows).unwrap()
    }

    pub(crate) fn has(&self, presented: &Use<'_>) -> bool {
        let tag = key().tag(presented).unwrap();
        self.raw().query_row("SELECT count(*) FROM seen WHERE tag = ?1", [tag], |row| row.get(0)).unwrap()
    }

    /// All octets of all files in the directory.
    pub(crate) fn octets(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.0.path()).unwrap();
        files.flat_map(|file| std::fs::read(file.unwrap().path()).unwrap()).collect()
    }
}

/// What tells a test that it is the other process, and which file is meant.
const OTHER: &str = "MIMICRED_REPLAY_TEST_FILE";

/// The file, in the other process.
pub(crate) fn in_other_process() -> Option<PathBuf> {
    std::env::var_os(OTHER).map(PathBuf::from)
}

/// This test once more, in another process and on this file; `before` are the words before the command, such as a shell with its own.
pub(crate) fn other_process(test: &str, file: &Path, before: &[&str]) -> Command {
    let this = std::env::current_exe().unwrap();
    let words: Vec<&OsStr> =
        before.iter().map(OsStr::new).chain([this.as_os_str(), OsStr::new("--exact"), OsStr::new(test)]).collect();
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).arg("--nocapture").env(OTHER, file).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// Numbers without a pattern, the same from the same seed (xorshift64).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}
