//! Issuers with Ed25519, P-256 and P-384 keys, leaves with Ed25519 and P-256 keys, all three formats, by the shell.
#![cfg(test)]
#![cfg(unix)]

use std::path::Path;
use std::process::Command;

#[test]
fn every_key_works_in_every_format() {
    let directory = tempfile::tempdir().unwrap();
    let bin = Path::new(env!("CARGO_BIN_EXE_mimicred")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/every-key.sh");
    let output = Command::new("sh").arg(script).current_dir(directory.path()).env("PATH", path).output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{stdout}{stderr}");
    assert_eq!(stdout.lines().count(), 18);
    for line in stdout.lines() {
        assert!(line.ends_with(": accepted: the reveal holds [room/ok]"), "{line}");
    }
}
