//! Who learned what: as a table if it fits, with numbered columns if only that fits, as a list otherwise.

use std::fmt::Write;

use super::wrap;
use crate::report::shown::printable;
use crate::report::{FlowReport, Seen};

/// The widest word of a cell, and the narrowest column that facts are written in.
const WORD: usize = 8;
const FACT: usize = 12;
/// A wider column says no more.
const WIDEST_FACT: usize = 20;
/// Between columns.
const GAP: usize = 2;

/// The matrix in at most so many columns, and below it why what is inherent is.
pub fn matrix(report: &FlowReport, width: usize) -> String {
    let facts: Vec<String> = report.facts.iter().map(|fact| printable(fact)).collect();
    if facts.is_empty() || report.matrix.is_empty() {
        return String::new();
    }
    let names: Vec<String> = report.matrix.iter().map(|row| printable(&row.party)).collect();
    let name = names.iter().map(|name| name.chars().count()).max().unwrap_or_default();
    let each = width.saturating_sub(2 + name) / facts.len();
    let mut text = if each >= FACT + GAP {
        table(report, &names, &facts, name, (each - GAP).min(WIDEST_FACT))
    } else if each >= WORD + GAP {
        numbered(report, &names, &facts, name, width)
    } else {
        return list(report, &names, &facts, width);
    };
    inherent(&mut text, report, &names, &facts, width);
    text
}

const fn word(seen: &Seen) -> &'static str {
    match seen {
        Seen::Saw { .. } => "saw",
        Seen::Inherent { .. } => "inherent",
        Seen::NotSeen => "-",
    }
}

/// Facts above their columns, broken into lines that end at the bottom.
fn table(report: &FlowReport, names: &[String], facts: &[String], name: usize, column: usize) -> String {
    let heads: Vec<Vec<String>> = facts.iter().map(|fact| wrap::lines(fact, column)).collect();
    let height = heads.iter().map(Vec::len).max().unwrap_or_default();
    let column = heads.iter().flatten().map(|line| line.chars().count()).max().unwrap_or_default().max(WORD);
    let mut text = String::new();
    for line in 0..height {
        let cells = heads.iter().map(|head| {
            let above = height - head.len();
            line.checked_sub(above).and_then(|line| head.get(line)).map_or("", String::as_str)
        });
        row(&mut text, "", name, cells, column);
    }
    rows(&mut text, report, names, name, column);
    text
}

/// Facts in a list, their numbers above the columns.
fn numbered(report: &FlowReport, names: &[String], facts: &[String], name: usize, width: usize) -> String {
    let mut text = String::new();
    for (at, fact) in facts.iter().enumerate() {
        text.push_str(&wrap::paragraph(fact, &format!("  {:2}", at + 1), 6, width));
    }
    let numbers: Vec<String> = (1..=facts.len()).map(|number| number.to_string()).collect();
    row(&mut text, "", name, numbers.iter().map(String::as_str), WORD);
    rows(&mut text, report, names, name, WORD);
    text
}

fn rows(text: &mut String, report: &FlowReport, names: &[String], name: usize, column: usize) {
    for (party, matrix_row) in names.iter().zip(&report.matrix) {
        row(text, party, name, matrix_row.cells.iter().map(|cell| word(&cell.seen)), column);
    }
}

fn row<'c>(text: &mut String, party: &str, name: usize, cells: impl Iterator<Item = &'c str>, column: usize) {
    let mut line = format!("  {party:name$}");
    for cell in cells {
        let _ = write!(line, "{:GAP$}{cell:column$}", "");
    }
    text.push_str(line.trim_end());
    text.push('\n');
}

/// A party and below it a line for each fact.
fn list(report: &FlowReport, names: &[String], facts: &[String], width: usize) -> String {
    let mut text = String::new();
    for (party, row) in names.iter().zip(&report.matrix) {
        let _ = writeln!(text, "{party}");
        for (fact, cell) in facts.iter().zip(&row.cells) {
            let (lead, why) = match &cell.seen {
                Seen::Saw { .. } => ("  saw", ""),
                Seen::NotSeen => ("  not seen", ""),
                Seen::Inherent { why } => ("  inherent", why.as_str()),
            };
            text.push_str(&wrap::paragraph(fact, lead, 12, width));
            text.push_str(&wrap::paragraph(&printable(why), "", 14, width));
        }
    }
    text
}

/// Each reason once, with everybody and everything that it is the reason for.
fn inherent(text: &mut String, report: &FlowReport, names: &[String], facts: &[String], width: usize) {
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for (party, row) in names.iter().zip(&report.matrix) {
        for (fact, cell) in facts.iter().zip(&row.cells) {
            let Seen::Inherent { why } = &cell.seen else { continue };
            let place = format!("{party}, {fact}");
            match reasons.iter_mut().find(|(reason, _)| reason == why) {
                Some((_, places)) => places.push(place),
                None => reasons.push((why, vec![place])),
            }
        }
    }
    for (reason, places) in reasons {
        let told = format!("{}: {}", places.join("; "), printable(reason));
        text.push_str(&wrap::paragraph(&told, "  inherent:", 4, width));
    }
}
