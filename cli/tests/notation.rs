//! CBOR as text and back, by the command: the same octets, whatever they are.
#![cfg(test)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn mimicred(args: &[&str], directory: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mimicred")).args(args).current_dir(directory).output().unwrap()
}

fn succeed(args: &[&str], directory: &Path) {
    let output = mimicred(args, directory);
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Writes the octets to a file, has them written as text and the text as octets, and looks at them again.
fn there_and_back(octets: &[u8]) {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    std::fs::write(directory.join("first"), octets).unwrap();
    succeed(&["inspect", "first", "--edn", "-o", "text"], directory);
    succeed(&["inspect", "text", "--cbor", "-o", "second"], directory);
    assert_eq!(std::fs::read(directory.join("second")).unwrap(), octets);
    // The text of a text is the same text.
    succeed(&["inspect", "text", "--edn", "-o", "again"], directory);
    assert_eq!(std::fs::read(directory.join("again")).unwrap(), std::fs::read(directory.join("text")).unwrap());
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)).unwrap()
}

/// A file of the working group's examples, or a note that it is not there.
fn example(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors/ietf-sd-cwt").join(name);
    if path.exists() {
        return Some(path);
    }
    // Straight to the stream: the test harness swallows what passing tests print.
    let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("skipped: {name} not present\n"));
    None
}

#[test]
fn what_is_written_as_text_comes_back() {
    for name in ["alice.sdcwt", "alice.sdkbt"] {
        there_and_back(&fixture(name));
    }
    // What no token may be: wide heads, indefinite lengths, keys out of order and repeated, a NaN with a payload.
    there_and_back(b"\xd8\x12\x9f\x5f\x41\x00\xff\xbf\x18\x02\x01\x01\x1b\0\0\0\0\0\0\0\x07\x01\xf9\x7e\x01\xff\x7f\xff\xff");
    // A COSE_Key, a number, a text.
    there_and_back(b"\xa2\x01\x01\x20\x06");
    there_and_back(b"\x1a\0\0\0\x01");
    there_and_back("\u{78}\u{3}\"\\\u{1}".as_bytes());
}

#[test]
fn the_published_examples_come_back() {
    for name in ["issuer_cwt", "kbt"] {
        let (Some(text), Some(cbor)) = (example(&format!("{name}.edn")), example(&format!("{name}.cbor"))) else { return };
        let octets = std::fs::read(cbor).unwrap();
        there_and_back(&octets);
        let directory = tempfile::tempdir().unwrap();
        succeed(&["inspect", text.to_str().unwrap(), "--cbor", "-o", "octets"], directory.path());
        assert_eq!(std::fs::read(directory.path().join("octets")).unwrap(), octets);
        // The picture is the same whichever of the two it is drawn from.
        let pictures = [text, example(&format!("{name}.cbor")).unwrap()].map(|file| {
            let output = mimicred(&["inspect", file.to_str().unwrap(), "--now", "1725244300"], directory.path());
            assert!(output.status.success());
            output.stdout
        });
        assert_eq!(pictures[0], pictures[1]);
    }
}

/// Garbage, a token cut off anywhere, and a token with more behind it: an error with its code, status 2, and nothing on stdout.
#[test]
fn what_cannot_be_read_is_said_so() {
    let token = fixture("alice.sdkbt");
    let cuts = [1, 2, 3, 10, 100, token.len() - 1].map(|len| token[..len].to_vec());
    let others = [[&token[..], &[0]].concat(), vec![0xff; 40], b"hello world".to_vec(), b"18([".to_vec(), b"/".to_vec()];
    let directory = tempfile::tempdir().unwrap();
    for octets in cuts.into_iter().chain(others) {
        std::fs::write(directory.path().join("file"), &octets).unwrap();
        for args in [&["inspect", "file"][..], &["inspect", "file", "--edn"], &["inspect", "file", "--cbor", "-o", "-"]] {
            let output = mimicred(args, directory.path());
            let stderr = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{args:?} {octets:02x?}: {stderr}");
            assert!(stderr.starts_with("error: file: ") && stderr.contains("\nhint: "), "{stderr}");
            assert!(output.stdout.is_empty());
        }
    }
}

/// A private key leaves in a file for its owner only, and not without a word.
#[test]
#[cfg(unix)]
fn a_private_key_stays_private() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    std::fs::write(directory.join("leaf.jwk"), fixture("leaf.jwk")).unwrap();
    succeed(&["key", "convert", "leaf.jwk", "--to", "cose", "-o", "leaf.cose"], directory);
    for (args, made) in [
        (&["inspect", "leaf.cose", "--edn", "-o", "leaf.edn"], "leaf.edn"),
        (&["inspect", "leaf.edn", "--cbor", "-o", "again.cose"], "again.cose"),
    ] {
        let output = mimicred(args, directory);
        assert!(String::from_utf8_lossy(&output.stderr).contains("the private key is in it"));
        assert_eq!(std::fs::metadata(directory.join(made)).unwrap().permissions().mode() & 0o777, 0o600, "{made}");
    }
    let shown = mimicred(&["inspect", "leaf.edn"], directory);
    assert!(shown.status.success() && !String::from_utf8_lossy(&shown.stdout).contains("baafbcc3"));
}
