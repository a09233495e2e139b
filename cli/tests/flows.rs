//! `mimicred demo connection|join-link|knock|abuse`: what a program may rely on, and what is kept of a run.
#![cfg(test)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde::Deserialize;

/// Of the report what is relied on here; all of it is described with `FlowReport`.
#[derive(Deserialize)]
struct Report {
    flow: String,
    suite: String,
    seed: Option<String>,
    steps: Vec<Step>,
    facts: Vec<String>,
    matrix: Vec<Row>,
    statements: Vec<Statement>,
    outcomes: Vec<Outcome>,
    totals: Totals,
}

#[derive(Deserialize)]
struct Step {
    number: u32,
    kind: String,
    octets: usize,
}

#[derive(Deserialize)]
struct Row {
    cells: Vec<Cell>,
}

#[derive(Deserialize)]
struct Cell {
    seen: String,
}

#[derive(Deserialize)]
struct Statement {
    id: String,
    holds: bool,
}

#[derive(Deserialize)]
struct Outcome {
    what: String,
    held: bool,
}

#[derive(Deserialize)]
struct Totals {
    messages: usize,
    octets: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Index {
    flow: String,
    suite: String,
    seed: Option<String>,
    messages: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "that there is nothing else is what is tested")]
struct Entry {
    file: String,
    number: u32,
    at: u64,
    kind: String,
    from: String,
    to: String,
    path: String,
    room: Option<String>,
    phase: String,
    note: String,
    octets: usize,
    sha256: String,
}

fn mimicred(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mimicred"));
    command.args(arguments).current_dir(directory).env_remove("COLUMNS").output().unwrap()
}

fn text(octets: Vec<u8>) -> String {
    String::from_utf8(octets).unwrap()
}

/// The files of a directory.
fn files(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap());
    entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
}

/// Runs a flow and looks at its report.
fn report(directory: &Path, flow: &str, arguments: &[&str]) -> Report {
    let output = mimicred(directory, &[&["demo", flow, "--json"], arguments].concat());
    let report: Report = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", text(output.stderr.clone())));
    assert!(output.stderr.is_empty());
    let holds = report.statements.iter().all(|statement| statement.holds) && report.outcomes.iter().all(|outcome| outcome.held);
    assert_eq!(output.status.code(), Some(if holds { 0 } else { 1 }));
    for outcome in &report.outcomes {
        assert!(outcome.held, "{flow}: {}", outcome.what);
    }
    assert_eq!(report.flow, flow);
    assert!(!report.statements.is_empty() && !report.outcomes.is_empty() && !report.matrix.is_empty());
    assert_eq!(report.totals.messages, report.steps.len());
    assert_eq!(report.totals.octets, report.steps.iter().map(|step| step.octets).sum::<usize>());
    for row in &report.matrix {
        assert_eq!(row.cells.len(), report.facts.len());
        assert!(row.cells.iter().all(|cell| ["saw", "not_seen", "inherent"].contains(&cell.seen.as_str())));
    }
    report
}

fn all_hold(report: &Report) {
    for statement in &report.statements {
        assert!(statement.holds, "{}: {}", report.flow, statement.id);
    }
}

/// Every file of a transcript is what the index and the report say, and `inspect` opens it.
fn every_message_is_kept(directory: &Path, name: &str, report: &Report) {
    let kept = files(&directory.join(name));
    let index: Index = serde_json::from_slice(&kept["index.json"]).unwrap();
    assert_eq!((&index.flow, &index.seed), (&report.flow, &report.seed));
    assert!(index.suite.starts_with("MLS_128_"));
    assert_eq!(index.messages.len(), report.steps.len());
    assert_eq!(kept.len(), report.steps.len() + 1);
    for (entry, step) in index.messages.iter().zip(&report.steps) {
        assert_eq!((entry.number, &entry.kind, entry.octets), (step.number, &step.kind, step.octets));
        assert_eq!(entry.file, format!("{:03}-{}.msg", step.number, step.kind));
        let file = &kept[&entry.file];
        let body = &file[file.iter().position(|octet| *octet == b'\n').unwrap() + 1..];
        assert_eq!(body.len(), step.octets);
        let hash = mimicred_keys::sha256(body).iter().map(|octet| format!("{octet:02x}")).collect::<String>();
        assert_eq!(hash, entry.sha256);
        let output = mimicred(directory, &["inspect", &format!("{name}/{}", entry.file)]);
        let shown = text(output.stdout);
        assert!(output.status.success(), "{}: {}", entry.file, text(output.stderr));
        assert!(shown.contains(&format!("recorded {}", entry.kind)) && shown.contains(&entry.from), "{shown}");
        assert!(!shown.contains("unreadable"), "{}: {shown}", entry.file);
    }
}

/// A run is repeated from its seed, octet by octet, whatever is printed of it.
#[test]
fn a_join_link_is_kept_and_repeated() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    fs::create_dir(directory.join("empty")).unwrap();
    let report = report(directory, "join-link", &["--seed", "a test", "--transcript", "empty"]);
    assert_eq!(report.seed.as_deref(), Some("a test"));
    all_hold(&report);
    every_message_is_kept(directory, "empty", &report);

    let output = mimicred(directory, &["demo", "join-link", "--seed", "a test", "--transcript", "new", "--report", "page.html"]);
    let printed = text(output.stdout);
    assert_eq!(output.status.code(), Some(0), "{printed}");
    assert_eq!(text(output.stderr), format!("{} messages are in new\n", report.steps.len()));
    assert!(files(&directory.join("empty")) == files(&directory.join("new")), "an Ed25519 run has the same octets");
    for step in &report.steps {
        let line = printed.lines().find(|line| line.starts_with(&format!("{:3}  ", step.number))).unwrap();
        assert!(line.contains(&step.kind) && line.contains(&format!(" {} octets", step.octets)), "{line}");
    }
    for heading in ["what came about", "who saw what", "what must not be learned", "how much went over the wire"] {
        assert!(printed.contains(heading), "{heading}");
    }
    let page = fs::read_to_string(directory.join("page.html")).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"));

    // The link of the flow is a link, and whoever has the file of its message has it whole.
    let step = report.steps.iter().find(|step| step.kind == "JoinLink").unwrap();
    let file = fs::read(directory.join(format!("new/{:03}-JoinLink.msg", step.number))).unwrap();
    fs::write(directory.join("link"), &file[file.iter().position(|octet| *octet == b'\n').unwrap() + 1..]).unwrap();
    let output = mimicred(directory, &["link", "show", "link"]);
    assert!(output.status.success() && text(output.stdout).contains("join link to mimi://a.example/r/"));

    // What is there stays as it is, and nothing is left beside it.
    let before = files(&directory.join("new"));
    let output = mimicred(directory, &["demo", "connection", "--transcript", "new"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(output.stderr).contains("[cli/directory-not-empty]"));
    assert!(files(&directory.join("new")) == before);
    assert_eq!(fs::read_dir(directory).unwrap().count(), 4);
}

#[test]
fn a_connection_is_kept() {
    let directory = tempfile::tempdir().unwrap();
    let report = report(directory.path(), "connection", &["--transcript", "messages"]);
    assert_eq!((report.seed.as_deref(), report.suite.as_str()), (None, "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519"));
    every_message_is_kept(directory.path(), "messages", &report);
}

/// Without custodians and with them; and the store of the provider in it is gone afterwards.
#[test]
fn abuse_is_kept() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let blind = report(directory, "abuse", &["--seed", "1", "--transcript", "messages"]);
    all_hold(&blind);
    every_message_is_kept(directory, "messages", &blind);
    let threshold = report(directory, "abuse", &["--seed", "1", "--escrow", "threshold"]);
    all_hold(&threshold);
    assert!(threshold.outcomes.iter().any(|outcome| outcome.what.contains("the third that was reported")));
    assert!(!blind.outcomes.iter().any(|outcome| outcome.what.contains("custodians")));
    fs::create_dir(directory.join("temporary")).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_mimicred"));
    command.args(["demo", "abuse", "--seed", "1"]).env("TMPDIR", directory.join("temporary"));
    assert!(command.output().unwrap().status.success());
    assert_eq!(fs::read_dir(directory.join("temporary")).unwrap().count(), 0);
}

/// Other formats and algorithms, and somebody's own policy with somebody's own claims.
#[test]
fn flows_run_on_what_they_are_given() {
    let directory = tempfile::tempdir().unwrap();
    let directory = directory.path();
    let claims = r#"{"name":"Zoë Example","email":"zoe@a.example"}"#;
    fs::write(directory.join("claims.json"), claims).unwrap();
    // From a seed, so that nothing is found by chance once in a while.
    all_hold(&report(directory, "connection", &["--format", "x509", "--seed", "1"]));
    all_hold(&report(directory, "knock", &["--format", "sd-jwt", "--claims", "claims.json", "--seed", "1"]));
    // Whose signatures differ from run to run.
    let report = report(directory, "join-link", &["--alg", "p256", "--seed", "1"]);
    assert_eq!(report.suite, "MLS_128_DHKEMP256_AES128GCM_SHA256_P256");
}
