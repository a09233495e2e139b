//! `mimicred simulate timing`: what it writes, and what a program may rely on.
#![cfg(test)]

use std::path::Path;
use std::process::{Command, Output};

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Report {
    flows_per_row: u32,
    activity: String,
    accounts: u32,
    assumptions: Vec<String>,
    rows: Vec<Row>,
    findings: Vec<Finding>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    share: f64,
    delay: String,
    flows_per_day: f64,
    rooms_per_day: f64,
    success: Figure,
    counted: Figure,
    by_formula: Option<f64>,
    joint: Option<Figure>,
    ceiling: f64,
    chance: f64,
    truth_posterior: f64,
    anonymity_set: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Figure {
    value: f64,
    low: f64,
    high: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Finding {
    share: f64,
    delay: String,
    at_lowest: f64,
    at_highest: f64,
    below_a_tenth: Threshold,
    scale: Option<String>,
    rooms_in_scale: Option<f64>,
    needed: Vec<Needed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Threshold {
    is: String,
    flows_per_day: Option<f64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Needed {
    flows_per_day: f64,
    seconds: f64,
}

fn simulate(directory: &Path, arguments: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mimicred"));
    command.args(["simulate", "timing"]).args(arguments.split_whitespace()).current_dir(directory).output().unwrap()
}

/// One flow in a hundred days is linked; at 240 a day and a mean of an hour it is 1 in 1 + 10.
#[test]
fn the_object_has_it_all() {
    let directory = tempfile::tempdir().unwrap();
    let output = simulate(directory.path(), "--json --volumes 0.01,240 --share 1 --delay exp:1h --flows 100 --periods 5");
    assert!(output.status.success() && output.stderr.is_empty());
    let report: Report = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((report.flows_per_row, report.activity.as_str(), report.accounts), (100, "constant", 1));
    assert!(report.assumptions.iter().any(|line| line.contains("Poisson")));
    let [rare, often] = &report.rows[..] else { panic!() };
    assert_eq!((rare.delay.as_str(), rare.flows_per_day, rare.rooms_per_day, rare.share), ("exp:1h", 0.01, 0.01, 1.0));
    assert!(rare.success.value > 0.99 && rare.counted.value > 0.98 && rare.joint.as_ref().unwrap().value > 0.95);
    assert!((often.by_formula.unwrap() - 1.0 / 11.0).abs() < 1e-6);
    assert!(often.success.low < 1.0 / 11.0 * 1.2 && often.success.high > 1.0 / 11.0 * 0.8);
    assert!(often.ceiling == 1.0 && often.chance < often.success.value && often.truth_posterior < often.success.value);
    assert!(often.anonymity_set > 11.0);
    let [finding] = &report.findings[..] else { panic!() };
    assert_eq!((finding.delay.as_str(), finding.share, finding.scale.as_deref()), ("exp:1h", 1.0, Some("mean")));
    assert!(finding.at_lowest > 0.99 && finding.at_highest < 0.12);
    assert_eq!(finding.below_a_tenth.is, "from");
    assert!((finding.below_a_tenth.flows_per_day.unwrap() - 216.0).abs() < 1e-3);
    assert!((finding.rooms_in_scale.unwrap() - 9.0).abs() < 1e-3);
    assert!(finding.needed.iter().all(|needed| (needed.flows_per_day * needed.seconds / 3_600.0 - 216.0).abs() < 1e-3));
}

/// Files appear whole, the same for the same seed, and never over others unless that is wanted.
#[test]
fn files_are_written_and_not_overwritten() {
    let directory = tempfile::tempdir().unwrap();
    let arguments = "--volumes 10 --share 0.5 --delay batch:10m --flows 20 --periods 0 --csv rows.csv --svg rows.svg";
    assert!(simulate(directory.path(), arguments).status.success());
    let read = |name: &str| std::fs::read_to_string(directory.path().join(name)).unwrap();
    let (csv, svg) = (read("rows.csv"), read("rows.svg"));
    assert!(csv.starts_with("share,delay,") && csv.lines().count() == 2 && csv.contains("\r\n0.5,batch:10m,10,20,"));
    assert!(svg.starts_with("<svg ") && svg.contains(">batch:10m<"));
    let refused = simulate(directory.path(), arguments);
    assert_eq!(refused.status.code(), Some(2));
    assert!(refused.stdout.is_empty() && String::from_utf8(refused.stderr).unwrap().contains("[cli/output-exists]"));
    assert!(simulate(directory.path(), &format!("{arguments} --force")).status.success());
    assert_eq!((read("rows.csv"), read("rows.svg")), (csv, svg));
}

/// Nothing is left behind where the command fails.
#[test]
fn a_failure_leaves_no_file() {
    let directory = tempfile::tempdir().unwrap();
    assert_eq!(simulate(directory.path(), "--volumes -1 --csv rows.csv").status.code(), Some(2));
    assert_eq!(simulate(directory.path(), "--flows 1 --csv rows.csv").status.code(), Some(2));
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}
