//! Policies that come as octets from a group whose members know more than we do.
#![cfg(test)]

use std::path::Path;
use std::process::{Command, Output};

use mimicred_room::policy::RoomDisclosurePolicy;

fn fixture(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name).display().to_string()
}

fn octets(name: &str) -> Vec<u8> {
    RoomDisclosurePolicy::from_toml(&std::fs::read_to_string(fixture(name)).unwrap()).unwrap().encode().unwrap()
}

fn mimicred(directory: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } =
        Command::new(env!("CARGO_BIN_EXE_mimicred")).args(arguments).current_dir(directory).output().unwrap();
    (status.code(), String::from_utf8([stdout, stderr].concat()).unwrap())
}

/// Shown and compared by its number, and never called usable.
#[test]
fn an_unknown_value_is_shown_and_compared() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("later.tls"), octets("later.toml")).unwrap();
    let room = fixture("room.toml");
    let (status, text) = mimicred(directory.path(), &["policy", "decode", "later.tls"]);
    assert!(status == Some(0) && text.contains("nonce_mode = 3\n"), "{text}");
    let (status, text) = mimicred(directory.path(), &["policy", "diff", &room, "later.tls"]);
    assert!(status == Some(1) && text.starts_with("nonce_mode: \"group_exporter\" -> 3\nnote: "), "{text}");
    let (status, text) = mimicred(directory.path(), &["policy", "check", "later.tls"]);
    assert!(status == Some(2) && text.contains("(at nonce_mode) [room/policy-value-unknown]"), "{text}");
    let (status, text) = mimicred(directory.path(), &["policy", "diff", &fixture("later.toml"), "later.tls"]);
    assert!(status == Some(0) && text.starts_with("equal\n"), "{text}");
}

/// Nothing of another version is guessed at.
#[test]
fn another_version_is_told_by_its_code() {
    let directory = tempfile::tempdir().unwrap();
    let mut later = octets("room.toml");
    later[1] = 2;
    std::fs::write(directory.path().join("later.tls"), later).unwrap();
    for verb in
        [&["policy", "check", "later.tls"][..], &["policy", "show", "later.tls"], &["policy", "diff", "later.tls", "later.tls"]]
    {
        let (status, text) = mimicred(directory.path(), verb);
        assert!(
            status == Some(2) && text.contains("later.tls: this version") && text.contains("[room/policy-version]"),
            "{text}"
        );
    }
}
