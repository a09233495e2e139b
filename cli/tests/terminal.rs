//! A verdict on terminals: lines fit them, colours are only where they belong, and a reveal cannot write to them.
#![cfg(test)]

use std::path::{Path, PathBuf};
use std::process::Command;

use mimicred_room::VerdictCode;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// A verdict with failed checks and broken rules, as text.
fn refused(environment: &[(&str, &str)]) -> String {
    let arguments = "verify alice.sdkbt --policy room.toml --trust trust --room mimi://hub.example/r/elsewhere --leaf leaf.pem --epoch 7 \
                     --group-id 01010101010101010101010101010101 --now 1790000010 \
                     --nonce aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let mut command = Command::new(env!("CARGO_BIN_EXE_mimicred"));
    command.args(arguments.split_whitespace()).current_dir(fixtures());
    for name in ["COLUMNS", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    let output = command.envs(environment.iter().copied()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stdout).unwrap()
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[test]
fn lines_fit_the_terminal() {
    let unlimited = refused(&[]);
    assert!(unlimited.lines().any(|line| line.chars().count() > 60), "{unlimited}");
    for columns in [40, 60, 80, 120] {
        let text = refused(&[("COLUMNS", &columns.to_string())]);
        assert_eq!(words(&text), words(&unlimited), "nothing but line breaks differs");
        for line in text.lines().filter(|line| line.chars().count() > columns) {
            // Only a word that is longer than the line itself may stick out, and it has the line for itself.
            assert_eq!(words(line).len(), 1, "{columns}: {line}");
        }
    }
    for nonsense in ["", "0", "-1", "many"] {
        assert_eq!(refused(&[("COLUMNS", nonsense)]), unlimited);
    }
}

/// Of what does not hold, rule and hint stand below it.
#[test]
fn failed_checks_have_their_rule_and_hint() {
    let text = refused(&[]);
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let failed = lines.iter().position(|line| line.starts_with("failed") && line.contains("audience_mismatch")).unwrap();
    assert_eq!(lines[failed + 1], "rule  mimi-mls.md 3.5.2, 3.5.3 step 7 (D6)");
    assert_eq!(lines[failed + 2], format!("hint  {}", VerdictCode::AudienceMismatch.hint()));
    assert!(lines.iter().any(|line| line.starts_with("not reached")), "{text}");
}

#[test]
fn pipes_have_no_colours_and_no_color_is_honoured() {
    assert!(!refused(&[]).contains('\u{1b}'));
    let forced = refused(&[("CLICOLOR_FORCE", "1")]);
    assert!(forced.contains("\u{1b}["), "colours can be had: {forced}");
    assert!(!refused(&[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "0")]).contains('\u{1b}'));
}

/// A name that would clear the screen, write a second verdict and turn the line round is shown for what it is.
#[test]
fn a_claim_cannot_write_to_the_terminal() {
    let directory = tempfile::tempdir().unwrap();
    let claims =
        r#"{"iss":"https://id.a.example","sub":"mimi://a.example/u/eve","name":"\u001b[2JEve\n accepted\u202e\u2028\u009b"}"#;
    std::fs::write(directory.path().join("claims.json"), claims).unwrap();
    let room = "--room mimi://hub.example/r/clubhouse --nonce aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    let fixtures = fixtures().display().to_string();
    let commands = [
        format!(
            "issue --format sd-jwt --no-possession-proof --claims claims.json --now 1790000000 -o credential --issuer-key \
             {fixtures}/issuer.jwk --holder {fixtures}/leaf.jwk"
        ),
        format!("present credential --all --now 1790000000 -o reveal --holder-key {fixtures}/leaf.jwk {room}"),
        format!(
            "verify reveal --policy {fixtures}/room.toml --trust {fixtures}/trust --leaf {fixtures}/leaf.pem --epoch 7 --group-id \
             01010101010101010101010101010101 --now 1790000010 {room}"
        ),
    ];
    let mut printed = String::new();
    for command in commands {
        let mut tool = Command::new(env!("CARGO_BIN_EXE_mimicred"));
        let output = tool.args(command.split_whitespace()).current_dir(directory.path()).output().unwrap();
        printed = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(output.status.success(), "{printed}");
        let commanding = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202e}' | '\u{2028}');
        assert!(!printed.contains(commanding), "{printed:?}");
    }
    assert!(printed.contains(r"\u001b[2JEve\n accepted\u202e\u2028\u009b"), "{printed}");
    assert!(!printed.lines().any(|line| line.starts_with(" accepted")), "{printed}");
}

/// `explain` prints the register's entry of every code that a verdict can have, by either name.
#[test]
fn every_code_is_explained() {
    for code in VerdictCode::ALL {
        for name in [code.name(), code.slug()] {
            let output = Command::new(env!("CARGO_BIN_EXE_mimicred")).args(["explain", name]).output().unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            let expected = [code.slug(), code.sentence(), code.hint(), code.rule()];
            assert!(output.status.success() && expected.iter().all(|part| text.contains(part)), "{name}: {text}");
        }
    }
}
