//! `verify --replay-store`: what a run forgets, and where the files are for their owner only. What is refused is in `cmd/`.

#![cfg(test)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use mimicred_cose::SymmetricKey;
use mimicred_keys::{Algorithm, SecretKey, SystemRandom};
use mimicred_replay::SqliteReplayStore;
use mimicred_room::{Origin, ReplayKey, ReplayStore, Seen, Use};

const KEY: [u8; 32] = [7; 32];
const HOUR: i64 = 3600;
const ONE_EPOCH: Origin = Origin { epoch: 1, leaf: 0 };
const ANOTHER: Origin = Origin { epoch: 2, leaf: 0 };

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// Judges Alice's reveal in this directory; the key of the store comes by standard input, as a keyring would give it.
fn verify(directory: &Path, more: &[&str]) -> Output {
    let given = [
        ("--policy", fixture("room.toml")),
        ("--trust", fixture("trust")),
        ("--leaf", fixture("leaf.pem")),
        ("--room", "mimi://hub.example/r/clubhouse".into()),
        ("--group-id", "01".repeat(16).into()),
        ("--epoch", "7".into()),
        ("--nonce", "aa".repeat(32).into()),
        ("--replay-store", "seen".into()),
        ("--replay-key", "-".into()),
    ];
    let mut command = Command::new(env!("CARGO_BIN_EXE_mimicred"));
    command.arg("verify").arg(fixture("alice.sdkbt")).args(more).current_dir(directory);
    given.iter().for_each(|(option, value)| {
        command.arg(option).arg(value);
    });
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let key = SymmetricKey::new(&KEY).to_octets();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), &key).unwrap();
    child.wait_with_output().unwrap()
}

/// A run by the system's clock forgets what is over, and a run at a supposed moment nothing, be it ever so late.
#[test]
fn only_the_clock_makes_it_forget() {
    let directory = tempfile::tempdir().unwrap();
    let leaf = SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom).unwrap();
    let of = |nonce| Use { audience: "mimi://hub.example/r/one", nonce, token_hash: &[7; 32], leaf_key: leaf.public() };
    let (over, lasting) = (of(b"over"), of(b"lasting"));
    let open = || SqliteReplayStore::open(directory.path().join("seen"), ReplayKey::from_octets(KEY)).unwrap();
    let mut store = open();
    for (presented, keep_until) in [(&over, HOUR), (&lasting, 1_000_000_000 * HOUR)] {
        assert_eq!(store.record(presented, ONE_EPOCH, keep_until).unwrap(), Seen::Acceptable);
    }
    drop(store);

    let supposed = verify(directory.path(), &["--now", "1790000010"]);
    assert_eq!(supposed.status.code(), Some(0), "{}", String::from_utf8_lossy(&supposed.stderr));
    assert_eq!(open().record(&over, ANOTHER, 0).unwrap(), Seen::Replayed);

    // Whatever the clock says of the reveal, it is later than 1970.
    assert_ne!(verify(directory.path(), &[]).status.code(), Some(2));
    assert_eq!(open().record(&lasting, ANOTHER, 0).unwrap(), Seen::Replayed);
    assert_eq!(open().record(&over, ANOTHER, 0).unwrap(), Seen::Acceptable);
}

/// The file with the store and the one with the key.
#[cfg(unix)]
#[test]
fn the_files_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_mimicred"));
    let made = command.current_dir(directory.path()).args(["key", "generate", "--alg", "hmac256", "-o", "replay.key"]).output();
    assert!(made.unwrap().status.success());
    assert_eq!(verify(directory.path(), &["--now", "1790000010"]).status.code(), Some(0));
    for file in ["replay.key", "seen"] {
        let mode = std::fs::metadata(directory.path().join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    let key = SymmetricKey::from_octets(&std::fs::read(directory.path().join("replay.key")).unwrap()).unwrap();
    assert_eq!(key.secret().len(), 32);
}
