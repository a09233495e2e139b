//! `spec-notes/errors.md` is the register of codes for people; it must say what the code says.
//!
//! `MIMICRED_BLESS=1 cargo test -p mimicred --test register` writes it anew.

#![cfg(test)]

use std::path::Path;
use std::process::Command;

use mimicred_vectors::{Coverage, ELSEWHERE, VectorFile, generate};
use serde::Deserialize;

#[derive(Deserialize)]
struct Register {
    codes: Vec<Line>,
}

#[derive(Deserialize)]
struct Line {
    code: String,
    kind: String,
    sentence: String,
    hint: String,
    rule: String,
}

const HEAD: &str = "# The register of codes

Written by the test `cli/tests/register.rs` from the tables in the code; `mimicred explain CODE` prints one line of it.

The kinds: *malformed* (the bytes are not what they claim to be), *rejected* (well formed, checked, and not acceptable), *unsupported*
(we cannot), *misuse* (the caller asked for something that makes no sense), *internal* (our fault), *verdict* (what a reveal is judged
to be, by the name that a Verdict prints with underscores).

The last column names the first of the vectors in [test-vectors](../test-vectors/README.md) that are refused under the code; *cannot*
stands where none can show it, for a reason that [their contents](../test-vectors/CONTENTS.md) tell. Codes of kind misuse and internal are
about the caller or about us, and are shown by unit tests.
";

/// What shows a code.
fn shown_by(code: &str, kind: &str, coverage: &Coverage) -> String {
    match coverage.codes.get(code).map(Vec::as_slice) {
        Some([first, ..]) => format!("`{first}`"),
        None | Some([]) if matches!(kind, "misuse" | "internal" | "verdict") => "–".to_owned(),
        None | Some([]) => {
            let is_this = |at: &str| at == code || (at.ends_with('/') && code.starts_with(at));
            assert!(ELSEWHERE.iter().any(|elsewhere| is_this(elsewhere.code)), "{code} has neither a vector nor a reason");
            "cannot".to_owned()
        }
    }
}

fn register() -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_mimicred")).args(["explain", "--json"]).output().unwrap();
    assert!(output.status.success());
    let register: Register = serde_json::from_slice(&output.stdout).unwrap();
    let files = generate().unwrap();
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), VectorFile::parse(text).unwrap())).collect();
    let coverage = Coverage::of(files.iter().map(|(name, file)| (*name, file)));
    let mut text = HEAD.to_owned();
    let mut crate_name = String::new();
    for line in register.codes {
        let (krate, _) = line.code.split_once('/').unwrap();
        let section = if line.kind == "verdict" { format!("{krate}: verdicts") } else { krate.to_owned() };
        if section != crate_name {
            text.push_str(&format!(
                "\n## {section}\n\n| code | kind | sentence | hint | rule | vector |\n| --- | --- | --- | --- | --- | --- |\n"
            ));
            crate_name = section;
        }
        let shown = shown_by(&line.code, &line.kind, &coverage);
        let cells = [format!("`{}`", line.code), line.kind, line.sentence, line.hint, line.rule, shown];
        text.push_str(&format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | ")));
    }
    text
}

#[test]
fn the_register_for_people_says_what_the_code_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../spec-notes/errors.md");
    let register = register();
    if std::env::var_os("MIMICRED_BLESS").is_some() {
        std::fs::write(&path, &register).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap();
    let differing = register.lines().zip(written.lines()).find(|(code, page)| code != page);
    assert_eq!(differing, None, "spec-notes/errors.md is not what the code says; bless it");
    assert_eq!(register.len(), written.len());
}
