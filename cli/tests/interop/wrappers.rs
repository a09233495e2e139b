//! The scripts that a harness calls.
#![cfg(unix)]

use std::path::Path;
use std::process::Command;

use crate::tool::*;

/// `scripts/interop/NAME`, with the program where the shell finds it.
fn script(name: &str, line: &str) -> Command {
    let bin = Path::new(env!("CARGO_BIN_EXE_mimicred")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let mut command = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/interop").join(name));
    command.args(line.split_whitespace()).env("PATH", path);
    command
}

/// CWT-C-001, CWT-C-005, CWT-C-007, CWT-C-010: one script per program of the contract, and nothing else is needed.
#[test]
fn a_harness_calls_four_scripts() {
    let folder = Folder::with_keys();
    let run = |name: &str, line: &str, stdin: &[u8]| folder.spawn(script(name, line), stdin);
    assert_eq!(run("target", "", b"").octets(), b"mimicred");
    let token = run("issue", &format!("issuer_priv.pem --time {NOW}"), &claims("58(501): \"x\"")).octets();
    let line = format!("holder_priv.pem --issuer issuer_pub.pem --disclose_all --time {NOW}");
    let kbt = run("present", &line, &token).octets();
    let validated = run("verify", &format!("--issuer issuer_pub.pem --audience {AUDIENCE} --time {NOW}"), &kbt).octets();
    assert_eq!(validated, claims("501: \"x\""));
    // Failures come through.
    run("verify", &format!("--issuer issuer_pub.pem --time {EXPIRED}"), &kbt).refused("sd-cwt/time");
}
