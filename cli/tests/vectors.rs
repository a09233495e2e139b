//! `mimicred vectors`: what it makes, and how it checks this implementation and others.
#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde::Deserialize;

fn mimicred(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mimicred")).args(args).output().unwrap()
}

fn text(octets: &[u8]) -> String {
    String::from_utf8(octets.to_vec()).unwrap()
}

fn error_of(output: &Output) -> String {
    text(&output.stderr).lines().next().unwrap_or_default().to_owned()
}

#[derive(Deserialize)]
struct Report {
    implementation: String,
    files: Vec<FileReport>,
    remarkable: Vec<Remark>,
}

#[derive(Deserialize)]
struct FileReport {
    agree: usize,
    agree_otherwise: usize,
    unsupported: usize,
    disagree: usize,
    failed: usize,
}

#[derive(Deserialize)]
struct Remark {
    vector: String,
    outcome: String,
    what: String,
}

/// A file of three cases about base64url, one of which is wrong.
const FILE: &str = r#"{"form":"mimicred-vectors-1","operation":"jose/base64url-decode","about":"three","specifications":[],"groups":[
    {"about":"all","cases":[
        {"id":"right","comment":"two octets","input":{"text":"AAE"},"result":"valid","output":{"octets":"0001"}},
        {"id":"padded","comment":"padding","flags":["padding"],"input":{"text":"AAE="},"result":"jose/b64-malformed"},
        {"id":"other","comment":"another octet","input":{"text":"AA"},"result":"valid","output":{"octets":"01"}}]}]}"#;

fn written(folder: &Path) -> PathBuf {
    let path = folder.join("three.json");
    fs::write(&path, FILE).unwrap();
    path
}

fn report(args: &[&str]) -> (Report, i32) {
    let output = mimicred(&[&["--json", "vectors", "check"], args].concat());
    let report = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(&output.stderr)));
    (report, output.status.code().unwrap())
}

fn counts(report: &Report) -> [usize; 5] {
    let [file] = report.files.as_slice() else { panic!("one file") };
    [file.agree, file.agree_otherwise, file.unsupported, file.disagree, file.failed]
}

#[test]
fn what_is_generated_is_what_is_published_and_holds() {
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("made");
    let output = mimicred(&["vectors", "generate", made.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let published = Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-vectors");
    let (made_files, mut published_files) = (files(&made), files(&published));
    published_files.retain(|(name, _)| name != "README.md");
    let names = |files: &[(String, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&made_files), names(&published_files));
    for ((name, made), (_, published)) in made_files.iter().zip(&published_files) {
        assert!(made == published, "{name} is not what mimicred vectors generate --force test-vectors writes");
    }
    let again = mimicred(&["vectors", "generate", made.to_str().unwrap()]);
    assert_eq!((again.status.code(), error_of(&again).contains("[cli/directory-not-empty]")), (Some(2), true));

    let output = mimicred(&["--json", "vectors", "check", published.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output.stdout));
}

/// Every file below a folder, by its name there, in order.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    fn walk(top: &Path, folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(top, &path, files);
            } else {
                files.push((path.strip_prefix(top).unwrap().to_str().unwrap().to_owned(), fs::read(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, folder, &mut found);
    found.sort();
    found
}

/// The published schema describes the published files, and not ones with a member too many or of another form.
#[test]
fn the_schema_is_that_of_the_files() {
    let schema = serde_json::from_slice(&mimicred(&["schema", "vectors"]).stdout).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let published = Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-vectors");
    let files = files(&published).into_iter().filter(|(name, _)| name.contains('/') && name.ends_with(".json"));
    for (name, octets) in files {
        let error = schema.iter_errors(&serde_json::from_slice(&octets).unwrap()).next().map(|error| error.to_string());
        assert_eq!(error, None, "{name}");
    }
    for (old, new) in [
        ("\"about\":\"three\"", "\"about\":3"),
        ("\"comment\":\"padding\"", "\"coment\":\"padding\""),
        ("{\"text\":\"AAE\"}", "{\"txt\":\"AAE\"}"),
        ("\"0001\"", "\"0X01\""),
        ("\"result\":\"jose/b64-malformed\"", "\"result\":\"jose/b64-malformed\",\"output\":{}"),
        ("jose/base64url-decode", "jose/decode"),
    ] {
        assert!(FILE.contains(old), "{old}");
        assert!(!schema.is_valid(&serde_json::from_str(&FILE.replacen(old, new, 1)).unwrap()), "{new}");
    }
    assert!(schema.is_valid(&serde_json::from_str(FILE).unwrap()));
}

#[test]
fn a_vector_that_is_wrong_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let file = written(folder.path());
    let file = file.to_str().unwrap();
    let (found, status) = report(&[file]);
    assert_eq!((counts(&found), status), ([2, 0, 0, 1, 0], 1));
    assert_eq!(found.implementation, "mimicred");
    let [remark] = found.remarkable.as_slice() else { panic!("one") };
    assert!(remark.vector.ends_with("three other"), "{}", remark.vector);
    assert_eq!((remark.outcome.as_str(), remark.what.as_str()), ("disagree", "octets is \"00\", not \"01\""));

    let (found, status) = report(&[file, "--flag", "padding"]);
    assert_eq!((counts(&found), status), ([1, 0, 0, 0, 0], 0));
    let (found, status) = report(&[file, "--result", "valid"]);
    assert_eq!((counts(&found), status), ([1, 0, 0, 1, 0], 1));
    let shown = mimicred(&["vectors", "check", file]);
    assert_eq!(shown.status.code(), Some(1));
    assert!(text(&shown.stdout).contains("answer octets is \"00\", not \"01\""), "{}", text(&shown.stdout));
}

/// Outside programs: the contract, and every way in which a program can fail.
#[cfg(unix)]
#[test]
fn programs_are_asked_case_by_case() {
    let folder = tempfile::tempdir().unwrap();
    let file = written(folder.path());
    let file = file.to_str().unwrap();
    let exec = |command: &str| {
        let (found, status) = report(&[file, "--exec", command, "--patience", "5"]);
        let why = found.remarkable.first().map(|remark| remark.what.clone()).unwrap_or_default();
        (counts(&found), status, why)
    };
    let ours = format!("'{}' vectors answer", env!("CARGO_BIN_EXE_mimicred"));
    assert_eq!(exec(&ours), ([2, 0, 0, 1, 0], 1, "octets is \"00\", not \"01\"".to_owned()));
    let refuses = exec(r#"echo '{"result":"invalid","why":"never"}'"#);
    assert_eq!(refuses, ([0, 1, 0, 2, 0], 1, "refused, and is valid: never [invalid]".to_owned()));
    // Whoever gives no output is not asked about it.
    let accepts = exec(r#"echo '{"result":"valid"}'"#);
    assert_eq!(accepts, ([2, 0, 0, 1, 0], 1, "accepted, and is jose/b64-malformed".to_owned()));
    assert_eq!(exec(r#"echo '{"result":"unsupported"}'"#), ([0, 0, 3, 0, 0], 0, String::new()));
    for (command, why) in [
        ("echo yes", "this is not an answer to a case"),
        ("true", "exit status: 0: no answer"),
        (r#"echo '{"result":"valid"}'; echo out of order >&2; exit 3"#, "exit status: 3: out of order"),
        ("cat", "this is not an answer to a case: result is not there, or not text"),
    ] {
        let (counts, status, found) = exec(command);
        assert_eq!((counts, status), ([0, 0, 0, 0, 3], 1), "{command}");
        assert!(found.starts_with(why), "{command}: {found}");
    }
    let (found, _) = report(&[file, "--exec", "sleep 60", "--patience", "1", "--flag", "padding"]);
    assert_eq!(found.remarkable[0].what, "no answer within 1 s");
}

#[test]
fn what_is_no_vector_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.json");
    for (old, new, error) in [
        (
            "mimicred-vectors-1",
            "mimicred-vectors-9",
            "this form of vectors is not known: mimicred-vectors-9 [vectors/form-unsupported]",
        ),
        ("\"comment\":\"padding\",", "", "missing (at groups[0].cases[1].comment) [vectors/file-malformed]"),
        ("\"id\":\"padded\"", "\"id\":\"right\"", "of another case, too (at groups[0].cases[1].id) [vectors/file-malformed]"),
        (
            "\"cases\"",
            "\"input\":{\"text\":\"\"},\"cases\"",
            "in the group, too (at groups[0].cases[0].input.text) [vectors/file-malformed]",
        ),
        ("\"about\":\"three\",", "\"about\":\"three\",\"more\":1,", "unknown (at more) [vectors/file-malformed]"),
    ] {
        fs::write(&path, FILE.replacen(old, new, 1)).unwrap();
        let output = mimicred(&["vectors", "check", path.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(2), "{new}");
        assert!(error_of(&output).ends_with(error), "{}", error_of(&output));
    }
    let empty = mimicred(&["vectors", "list", folder.path().join("none").to_str().unwrap()]);
    assert!(error_of(&empty).contains("[cli/file-unreadable]"));
    for (old, new, error) in [
        ("jose/base64url-decode", "jose/forge", "this operation is not known: jose/forge"),
        (
            "{\"text\":\"AAE\"}",
            "{\"txt\":\"AAE\"}",
            "the input of this case is not what its operation takes: unknown (at input.txt)",
        ),
    ] {
        fs::write(&path, FILE.replacen(old, new, 1)).unwrap();
        let (found, status) = report(&[path.to_str().unwrap()]);
        assert_eq!((status, found.remarkable[0].what.as_str()), (1, error));
    }
}
/// Nothing that needs a vector is without one.
#[test]
fn every_code_has_a_vector_or_a_reason() {
    #[derive(Deserialize)]
    struct Listing {
        codes_needed: usize,
        codes_covered: usize,
        codes_elsewhere: std::collections::BTreeMap<String, String>,
        codes_missing: Vec<String>,
    }
    let listing: Listing = serde_json::from_slice(&mimicred(&["--json", "vectors", "list"]).stdout).unwrap();
    assert_eq!(listing.codes_missing, [""; 0]);
    assert_eq!(listing.codes_covered + listing.codes_elsewhere.len(), listing.codes_needed);
}
