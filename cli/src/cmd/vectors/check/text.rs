//! The report of a check for people.

use std::fmt::Write;

use mimicred_vectors::{Case, Outcome};
use owo_colors::OwoColorize;

use super::{FileReport, Report};
use crate::out::printable;

/// An outcome that is no agreement, in words.
pub(super) fn outcome(case: &Case, outcome: &Outcome) -> String {
    match outcome {
        Outcome::Agrees | Outcome::Unsupported => String::new(),
        Outcome::AgreesOtherwise { code } => format!("refused as {code}, not as {}", case.expected.result()),
        Outcome::WronglyAccepted => format!("accepted, and is {}", case.expected.result()),
        Outcome::WronglyRefused { code, why: Some(why) } => format!("refused, and is valid: {why} [{code}]"),
        Outcome::WronglyRefused { code, why: None } => format!("refused, and is valid [{code}]"),
        Outcome::OtherOutput { member, expected, found } => format!("{member} is {found}, not {expected}"),
    }
}

pub(super) fn report(report: &Report) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    for remark in &report.remarkable {
        let _ = writeln!(text, "{} {}", remark.outcome.red(), remark.vector.bold());
        let _ = writeln!(text, "  case   {}", printable(&remark.comment));
        let _ = writeln!(text, "  answer {}", printable(&remark.what));
        if !remark.rules.is_empty() {
            let _ = writeln!(text, "  rules  {}", remark.rules.join(", "));
        }
    }
    let width = report.files.iter().map(|file| file.file.len()).max().unwrap_or_default().max("all".len());
    let line = |name: &str, columns: [usize; 5]| {
        let [agree, otherwise, unsupported, disagree, failed] = columns;
        format!("{name:width$}  {agree:>6}  {otherwise:>10}  {unsupported:>11}  {disagree:>8}  {failed:>6}\n")
    };
    let _ = writeln!(text, "{}", report.implementation.bold());
    let _ = writeln!(
        text,
        "{:width$}  {:>6}  {:>10}  {:>11}  {:>8}  {:>6}",
        "", "agree", "other code", "unsupported", "disagree", "failed"
    );
    for file in &report.files {
        text.push_str(&line(&file.file, columns(file)));
    }
    let all = report.files.iter().map(columns).fold([0; 5], |sum, columns| {
        std::array::from_fn(|n| sum.get(n).copied().unwrap_or_default() + columns.get(n).copied().unwrap_or_default())
    });
    text.push_str(&line("all", all));
    text
}

fn columns(file: &FileReport) -> [usize; 5] {
    [file.agree, file.agree_otherwise, file.unsupported, file.disagree, file.failed]
}
