//! What a command may read and write, where a file of a fixed content could not show it.
#![cfg(test)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn mimicred(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mimicred")).args(arguments).current_dir(directory).stdin(Stdio::null()).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn too_large_is_an_error_by_name() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("large"), vec![b'x'; (1 << 20) + 1]).unwrap();
    for arguments in [
        ["key", "public", "large", "-o", "out"].as_slice(),
        &["policy", "encode", "large", "-o", "out"],
        &["inspect", "large"],
        &["issue", "--format", "sd-jwt", "--issuer-key", "large", "--holder", "large", "--claims", "large", "-o", "out"],
    ] {
        let output = mimicred(directory.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).starts_with("error: large: the file is too large: more than 1 MiB [cli/file-too-large]\nhint: "));
        assert!(output.stdout.is_empty());
    }
    assert!(!directory.path().join("out").exists());
}

/// Every prefix of every fixture is refused, by a code and without a panic: 0 and 1 would mean that it was read.
#[test]
fn what_is_cut_off_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    for name in ["leaf.jwk", "ca.pem", "alice.sdjwt-kb", "alice.sdcwt", "alice.sdkbt", "alice.presentation"] {
        let whole = fs::read(fixtures.join(name)).unwrap();
        for end in [0, 1, 2, whole.len() / 3, whole.len() / 2, whole.len() - 12] {
            fs::write(directory.path().join("cut"), &whole[..end]).unwrap();
            let output = mimicred(directory.path(), &["inspect", "cut"]);
            assert_eq!(output.status.code(), Some(2), "{name} cut at {end}: {}", String::from_utf8_lossy(&output.stdout));
            let lines = stderr(&output);
            assert!(lines.starts_with("error: cut: ") && lines.lines().count() == 2, "{name} cut at {end}: {lines}");
        }
    }
}

#[cfg(unix)]
#[test]
fn keys_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let mode = |name: &str| fs::metadata(directory.path().join(name)).unwrap().permissions().mode() & 0o777;
    for (form, name) in [("jwk", "a"), ("pem", "b"), ("cose", "c")] {
        assert!(mimicred(directory.path(), &["key", "generate", "--format", form, "-o", name]).status.success());
        assert_eq!(mode(name), 0o600);
    }
    assert!(mimicred(directory.path(), &["key", "convert", "a", "--to", "der", "-o", "d"]).status.success());
    assert_eq!(mode("d"), 0o600);
    fs::write(directory.path().join("open"), "").unwrap();
    fs::set_permissions(directory.path().join("open"), fs::Permissions::from_mode(0o644)).unwrap();
    assert!(mimicred(directory.path(), &["key", "generate", "-o", "open", "--force"]).status.success());
    assert_eq!(mode("open"), 0o600, "overwriting does not keep the old permissions");
    let names = fs::read_dir(directory.path()).unwrap().count();
    assert_eq!(names, 5, "no temporary file is left");
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_unreadable() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("locked");
    fs::write(&file, "x").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&file).is_ok() {
        // Straight to the stream: the test harness swallows what passing tests print.
        let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("skipped: permissions do not bind this user\n"));
        return;
    }
    let output = mimicred(directory.path(), &["inspect", "locked"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).starts_with("error: locked: the file cannot be read: permission denied [cli/file-unreadable]"));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let directory = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_mimicred"))
        .args(["completions", "bash"])
        .current_dir(directory.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
}

/// Text from a pipe has a line end, and pasted text has blanks: the tool takes them off.
#[test]
fn pasted_white_space_is_no_part_of_a_token() {
    let directory = tempfile::tempdir().unwrap();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let token = fs::read_to_string(fixtures.join("alice.sdjwt")).unwrap();
    fs::write(directory.path().join("pasted"), format!("\n  {}\r\n\n", token.trim())).unwrap();
    assert!(mimicred(directory.path(), &["inspect", "pasted"]).status.success());
}

/// What is no file is written to: a device or a pipe is never replaced by a file of its name, --force or not.
#[cfg(unix)]
#[test]
fn a_pipe_is_written_to_and_stays_one() {
    use std::os::unix::fs::FileTypeExt;
    let directory = tempfile::tempdir().unwrap();
    let pipe = directory.path().join("pipe");
    if !Command::new("mkfifo").arg(&pipe).status().is_ok_and(|status| status.success()) {
        println!("skipped: no mkfifo");
        return;
    }
    for arguments in [["key", "generate", "-o", "pipe"].as_slice(), &["key", "generate", "-o", "pipe", "--force"]] {
        let reader = std::thread::spawn({
            let pipe = pipe.clone();
            move || fs::read_to_string(pipe).unwrap()
        });
        let output = mimicred(directory.path(), arguments);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        assert!(reader.join().unwrap().contains("\"kty\""), "{arguments:?}");
        assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo(), "{arguments:?}");
    }
    let output = mimicred(directory.path(), &["key", "generate", "-o", ".", "--force"]);
    assert_eq!(output.status.code(), Some(2));
}
