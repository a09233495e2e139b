//! Codes side by side: a column for each format. What most carriages have in common is in the cell, the rest in notes below.

use std::collections::BTreeMap;
use std::fmt::Write;

use mimicred_flows::demo::{Attack, AttackReport, Carriage, Format, Report, RevealReport};
use owo_colors::{OwoColorize, Style};

/// A column is wide enough for the longest code and a blank.
const WIDTH: usize = 25;
const NAMES: usize = 30;

/// A row for each carriage.
pub(super) fn reveals(reveals: &[&RevealReport]) -> String {
    let formats = formats(reveals.iter().map(|reveal| reveal.format));
    let mut text = header(&formats);
    for carriage in Carriage::ALL {
        let row: Vec<&&RevealReport> = reveals.iter().filter(|reveal| reveal.carriage == carriage).collect();
        if row.is_empty() {
            continue;
        }
        let _ = write!(text, "  {:NAMES$}", carriage.name());
        for format in &formats {
            let found = row.iter().find(|reveal| reveal.format == *format);
            let style = match found {
                Some(reveal) if reveal.accepted => Style::new().green(),
                Some(reveal) if reveal.as_expected => Style::new().yellow(),
                _ => Style::new().red().bold(),
            };
            cell(&mut text, found.map_or("", |reveal| code(reveal)), style);
        }
        end(&mut text);
        let kept_out = row.first().map(|reveal| reveal.kept_out.join(" and ")).unwrap_or_default();
        if !kept_out.is_empty() {
            let _ = writeln!(text, "    {kept_out} cannot read it");
        }
    }
    text
}

/// What somebody finds who does not find what she should; otherwise what everybody finds.
fn code(reveal: &RevealReport) -> &'static str {
    let codes = || reveal.heard.iter().map(|heard| heard.verdict.code.name());
    codes().find(|code| *code != reveal.expected).or_else(|| codes().next()).unwrap_or("nobody")
}

/// A row for each attack.
pub(super) fn attacks(report: &Report) -> String {
    let formats = formats(report.attacks.iter().map(|attack| attack.format));
    let mut text = header(&formats);
    for attack in Attack::ALL {
        let tried: Vec<&AttackReport> = report.attacks.iter().filter(|tried| tried.attack == attack.name()).collect();
        if tried.is_empty() {
            continue;
        }
        let usual: Vec<Option<&AttackReport>> = formats.iter().map(|format| usual(&tried, *format)).collect();
        let _ = write!(text, "  {:NAMES$}", attack.name());
        for attack in &usual {
            match attack {
                Some(attack) if attack.refused => cell(&mut text, attack.code, Style::new().green()),
                Some(_) => cell(&mut text, "NOT REFUSED", Style::new().red().bold()),
                None => cell(&mut text, "-", Style::new().dimmed()),
            }
        }
        end(&mut text);
        let _ = writeln!(text, "    {}", attack.sentence().dimmed());
        let notes = notes(&tried, &usual, report);
        if !notes.is_empty() {
            let _ = writeln!(text, "    {}", notes.join("; "));
        }
    }
    text
}

/// The result that stands for a format: the one in a bundle, or the first that there is.
fn usual<'r>(tried: &[&'r AttackReport], format: Format) -> Option<&'r AttackReport> {
    let of_format = || tried.iter().copied().filter(|attack| attack.format == format);
    of_format().find(|attack| attack.carriage == Carriage::Bundle).or_else(|| of_format().next())
}

/// Where carriages differ from the cells, and where there is no such attack.
fn notes(tried: &[&AttackReport], usual: &[Option<&AttackReport>], report: &Report) -> Vec<String> {
    let Some(name) = tried.first().map(|attack| attack.attack) else { return Vec::new() };
    let formats: Vec<Format> = usual.iter().flatten().map(|attack| attack.format).collect();
    let mut differing: BTreeMap<String, Vec<Cell>> = BTreeMap::new();
    for attack in tried {
        let cell = usual.iter().flatten().find(|usual| usual.format == attack.format);
        if cell.is_none_or(|usual| usual.code != attack.code || usual.refused != attack.refused) {
            let verb = if attack.refused { "" } else { "NOT REFUSED, " };
            differing.entry(format!("{verb}{}", attack.code)).or_default().push((attack.carriage, attack.format));
        }
    }
    let mut notes: Vec<String> = differing.iter().map(|(code, cells)| format!("{}: {code}", places(cells, &formats))).collect();
    let none: Vec<Cell> =
        report.not_applicable.iter().filter(|none| none.attack == name).map(|none| (none.carriage, none.format)).collect();
    if none.is_empty() {
        return notes;
    }
    let there: Vec<Cell> = tried.iter().map(|attack| (attack.carriage, attack.format)).collect();
    // The shorter of the two lists.
    if there.len() < none.len() {
        notes.push(format!("only {}", places(&there, &formats)));
    } else {
        notes.push(format!("not {}", places(&none, &formats)));
    }
    notes
}

type Cell = (Carriage, Format);

/// `bare, sealed`; with the formats where it is not all of them: `mls_credential bare`.
fn places(cells: &[Cell], formats: &[Format]) -> String {
    let mut places = Vec::new();
    for carriage in Carriage::ALL {
        let here: Vec<Format> = cells.iter().filter(|cell| cell.0 == carriage).map(|cell| cell.1).collect();
        if here.is_empty() {
            continue;
        }
        if formats.iter().all(|format| here.contains(format)) {
            places.push(carriage.name().to_owned());
        } else {
            places.extend(here.iter().map(|format| format!("{} {}", carriage.name(), format.name())));
        }
    }
    places.join(", ")
}

/// The formats that there are, in the order of the demo.
fn formats(there: impl Iterator<Item = Format>) -> Vec<Format> {
    let there: Vec<Format> = there.collect();
    Format::ALL.into_iter().filter(|format| there.contains(format)).collect()
}

fn header(formats: &[Format]) -> String {
    let mut text = format!("  {:NAMES$}", "");
    for format in formats {
        cell(&mut text, format.name(), Style::new().bold());
    }
    end(&mut text);
    text
}

fn cell(text: &mut String, content: &str, style: Style) {
    let padding = WIDTH.saturating_sub(content.len());
    let _ = write!(text, "{}{:padding$}", content.style(style), "");
}

/// Lines have no blanks at their end.
fn end(text: &mut String) {
    text.truncate(text.trim_end().len());
    text.push('\n');
}
