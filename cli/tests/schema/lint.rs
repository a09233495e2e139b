//! The schema of what lint reports: it admits every report that the tests bring about, and names what the code names.

use std::process::Command;

use mimicred_lint::{FindingKind, Report, Severity, Trap};
use serde_json::Value;

use super::{names, schema, set, validator};

#[test]
fn the_enumerations_are_those_of_the_code() {
    let schema = schema("lint");
    assert_eq!(schema["properties"]["version"]["const"], Report::VERSION);
    assert_eq!(names(&schema, "/$defs/kind/enum"), set(FindingKind::ALL.iter().map(|kind| kind.slug())));
    assert_eq!(names(&schema, "/$defs/trap/enum"), set(Trap::ALL.iter().map(|trap| trap.name())));
    let hidden = Trap::ALL.iter().filter(|trap| trap.hidden().is_some()).map(|trap| trap.name());
    assert_eq!(names(&schema, "/$defs/not_visible/properties/trap/enum"), set(hidden));
    let severities = [Severity::Links, Severity::Narrows, Severity::Note].map(Severity::name);
    assert_eq!(names(&schema, "/$defs/finding/properties/severity/enum"), set(severities));
    // Spelled in JSON as the code says.
    for kind in FindingKind::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.slug());
        assert!(Trap::ALL.contains(&kind.trap()));
    }
    assert!(Trap::ALL.iter().all(|trap| serde_json::to_value(trap).unwrap() == trap.name()));
}

/// The fixtures have credentials of all formats, of which some go together and some do not.
#[test]
fn reports_are_admitted() {
    let validator = validator(&schema("lint"));
    let report = |args: &[&str]| -> Value {
        let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
        let mut command = Command::new(env!("CARGO_BIN_EXE_mimicred"));
        let output = command.arg("lint").args(args).arg("--json").current_dir(fixtures).output().unwrap();
        assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let reports = [
        report(&["."]),
        report(&["leaf.pem", "mallory.pem", "ca.pem"]),
        report(&["alice.sdjwt", "alice.sdcwt", "-k", "2"]),
        report(&["alice.sdjwt-kb", "--known", "alice.sdjwt", "--known", "alice.sdcwt"]),
    ];
    for report in &reports {
        validator.validate(report).unwrap_or_else(|e| panic!("{e} at {}\n{report:#}", e.instance_path()));
    }
    assert!(reports.iter().any(|report| report["findings"].as_array().unwrap().is_empty()));
    assert!(!reports[0]["findings"].as_array().unwrap().is_empty());

    let changes = [("", "version", "2"), ("", "more", "1"), ("/findings/0", "kind", r#""nothing""#), ("/items/0", "name", "1")];
    for (place, key, value) in changes {
        let mut bad = reports[0].clone();
        bad.pointer_mut(place).unwrap()[key] = serde_json::from_str(value).unwrap();
        assert!(!validator.is_valid(&bad), "{place} {key}");
    }
}
