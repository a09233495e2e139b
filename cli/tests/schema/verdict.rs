//! The schema of verdicts: it admits every verdict that the command tests bring about, and names what the code names.

use std::path::Path;
use std::process::{Command, Output};

use mimicred_room::verdict::{Acceptable, Outcome, Verdict};
use mimicred_room::{MemberKind, RuleOutcome, VerdictCode, Waivable};
use serde::Serialize;
use serde_json::Value;

use super::{names, schema, set, validator};

#[test]
fn the_enumerations_are_those_of_the_code() {
    let schema = schema("verdict");
    assert_eq!(names(&schema, "/$defs/code/enum"), set(VerdictCode::ALL.iter().map(|code| code.name())));
    assert_eq!(names(&schema, "/properties/slug/enum"), set(VerdictCode::ALL.iter().map(|code| code.slug())));
    assert_eq!(schema["properties"]["version"]["const"], Verdict::VERSION);
    // A variant that is added is missing in one of these lists, or in the schema.
    let every = |values: &[Value]| -> std::collections::BTreeSet<String> {
        values.iter().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    use Acceptable::{Informational, Marked, No, NotYet, Yes};
    let acceptable = [Yes, Marked, NotYet, Informational, No];
    assert!(VerdictCode::ALL.iter().all(|code| acceptable.contains(&code.acceptable())));
    assert_eq!(names(&schema, "/properties/acceptable/enum"), every(&acceptable.map(written)));
    let outcomes =
        [Outcome::Passed, Outcome::Failed, Outcome::Marked, Outcome::NotReached, Outcome::Waived, Outcome::NotApplicable];
    assert_eq!(names(&schema, "/$defs/check/properties/outcome/enum"), every(&outcomes.map(written)));
    let kept = [RuleOutcome::Kept, RuleOutcome::NotShown, RuleOutcome::Violated, RuleOutcome::NotVouched];
    assert_eq!(names(&schema, "/$defs/rule/properties/outcome/enum"), every(&kept.map(written)));
    let kinds = [MemberKind::Pseudonym, MemberKind::Real, MemberKind::Unspecified];
    assert_eq!(names(&schema, "/$defs/sender/properties/kind/enum"), every(&kinds.map(written)));
    use Waivable::{Epoch, GroupId, Leaf, Nonce, Policy, Room, Trust};
    let waived = [Room, Leaf, GroupId, Epoch, Nonce, Policy, Trust].map(Waivable::name);
    assert_eq!(names(&schema, "/properties/waived/items/enum"), set(waived));
    let formats = set(mimicred_room::policy::DisclosureFormat::NAMES.iter().copied());
    assert_eq!(names(&schema, "/$defs/claim/properties/format/enum"), formats);
    let presences = set(mimicred_room::policy::Optionality::NAMES.iter().copied());
    assert_eq!(names(&schema, "/$defs/rule/properties/presence/enum"), presences);
}

fn written(value: impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

/// The commands of a test in `cmd/`, one a line.
fn commands(test: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(test).unwrap();
    text.lines().filter_map(|line| line.strip_prefix("$ ")).map(str::to_owned).collect()
}

fn run(command: &str, directory: &Path) -> Output {
    let bin = Path::new(env!("CARGO_BIN_EXE_mimicred")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    Command::new("sh").args(["-c", command]).current_dir(directory).env("PATH", path).output().unwrap()
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir(&target).unwrap();
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Every command test that verifies is run again, with `--json` this time.
#[cfg(unix)]
#[test]
fn every_verdict_of_the_command_tests_is_admitted() {
    let validator = validator(&schema("verdict"));
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut seen = std::collections::BTreeMap::<String, usize>::new();
    for entry in std::fs::read_dir(tests.join("cmd")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let commands = if name.ends_with(".md") { commands(&path) } else { continue };
        if !commands.iter().any(|command| command.contains("mimicred verify")) {
            continue;
        }
        let directory = tempfile::tempdir().unwrap();
        copy(&tests.join("fixtures"), directory.path());
        for command in commands {
            let verifies = command.starts_with("mimicred verify") && !command.contains("--help");
            let command = if verifies { format!("{command} --json") } else { command };
            let output = run(&command.replace("--json --json", "--json"), directory.path());
            // What could not be judged has no verdict.
            if !verifies || output.stdout.is_empty() {
                continue;
            }
            let verdict: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{command}: {e}"));
            validator.validate(&verdict).unwrap_or_else(|e| panic!("{command}: {e} at {}\n{verdict:#}", e.instance_path()));
            *seen.entry(verdict["code"].as_str().unwrap().to_owned()).or_default() += 1;
            // A check that has a code has its rule and hint beside it.
            let items = verdict["presentations"].as_array().unwrap().iter().flat_map(|item| item["checks"].as_array().unwrap());
            for check in verdict["checks"].as_array().unwrap().iter().chain(items) {
                let code = check["code"].as_str().map(|name| VerdictCode::from_name(name).unwrap());
                assert_eq!(check["hint"].as_str(), code.map(VerdictCode::hint));
                assert!(!check["rule"].as_str().unwrap().is_empty());
            }
        }
    }
    assert!(seen.len() >= 10 && seen.contains_key("ok") && seen.contains_key("check_waived"), "{seen:?}");
}

/// What the schema is for: a program that reads something else notices.
#[test]
fn other_objects_are_no_verdicts() {
    let validator = validator(&schema("verdict"));
    for text in ["{}", r#"{"version":1,"code":"ok"}"#, r#"{"error":{"code":"cli/usage"}}"#, "[]"] {
        assert!(!validator.is_valid(&serde_json::from_str(text).unwrap()), "{text}");
    }
}
