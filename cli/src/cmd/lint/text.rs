//! What was found, for people: the worst first, a few lines for each, and then what was looked at and what cannot be seen.

use mimicred_lint::{Finding, Report, Severity};
use owo_colors::{OwoColorize, Style};

use crate::out::page::Page;
use crate::out::printable;

/// Where what is said of a finding starts.
const INDENT: usize = 9;
/// Item names that are shown.
const NAMES: usize = 4;

/// The report as text. Names and values come from files, so everything but our own words is made harmless.
pub(super) fn report(report: &Report) -> String {
    let mut page = Page::for_stdout();
    head(&mut page, report);
    for finding in &report.findings {
        page.line("", 0);
        paragraph(&mut page, report, finding);
    }
    page.line("", 0);
    for remark in &report.remarks {
        page.line(&format!("{} {}", "remark:".bold(), printable(remark)), 2);
    }
    let checked: Vec<String> =
        report.checked.iter().map(|checked| format!("{} {}", checked.trap.name(), checked.title)).collect();
    page.line(&format!("looked at: {}", checked.join("; ")), 2);
    page.line("cannot be seen here:", 0);
    for hidden in &report.not_visible {
        page.line(&format!("  {:5} {}: {}", hidden.trap.name(), hidden.title, hidden.why), INDENT);
    }
    page.into_text()
}

fn head(page: &mut Page, report: &Report) {
    let items = counted(report.items.len(), "item");
    let count = |severity: Severity| report.findings.iter().filter(|finding| finding.severity == severity).count();
    let (links, narrows, notes) = (count(Severity::Links), count(Severity::Narrows), count(Severity::Note));
    let known = match report.known {
        0 => String::new(),
        known => format!(", beside {} of others", counted(known, "credential")),
    };
    let notes = if notes == 0 { String::new() } else { format!("; {}", counted(notes, "note")) };
    let line = match report.worst() {
        Some(Severity::Links) => {
            let and = if narrows == 0 { String::new() } else { format!(", {}", doing(narrows, "narrow")) };
            format!("{}: {items}{known}: {}{and}{notes}", "linkable".style(Style::new().red().bold()), doing(links, "link"))
        }
        Some(Severity::Narrows) => {
            format!("{}: {items}{known}: {}{notes}", "narrowed".style(Style::new().yellow().bold()), doing(narrows, "narrow"))
        }
        _ => {
            let clean = "clean".style(Style::new().green().bold());
            format!("{clean}: {items}{known}: nothing that could be seen links or narrows{notes}")
        }
    };
    page.line(&line, 2);
}

fn paragraph(page: &mut Page, report: &Report, finding: &Finding) {
    let style = match finding.severity {
        Severity::Links => Style::new().red().bold(),
        Severity::Narrows => Style::new().yellow().bold(),
        _ => Style::new().bold(),
    };
    let name = finding.severity.name();
    let word = format!("{}{}", name.style(style), " ".repeat(INDENT.saturating_sub(name.len())));
    page.line(&format!("{word}{} {}: {}", finding.trap.name(), finding.kind.slug(), printable(&finding.field)), INDENT);
    let indent = " ".repeat(INDENT);
    page.line(&format!("{indent}{}", printable(&finding.what)), INDENT);
    if finding.items.len() < report.items.len() {
        page.line(&format!("{indent}items: {}", names(report, &finding.items)), INDENT);
    }
    if !finding.values.is_empty() {
        let values: Vec<String> = finding.values.iter().map(|value| printable(value)).collect();
        page.line(&format!("{indent}values: {}", values.join("; ")), INDENT);
    }
}

fn names(report: &Report, items: &[usize]) -> String {
    let named = items.iter().take(NAMES).filter_map(|item| report.items.get(*item)).map(|item| printable(&item.name));
    let mut text = named.collect::<Vec<_>>().join(", ");
    if items.len() > NAMES {
        text.push_str(&format!(" and {} more", items.len() - NAMES));
    }
    text
}

/// So many findings, and what they do.
fn doing(count: usize, verb: &str) -> String {
    if count == 1 { format!("1 finding {verb}s") } else { format!("{count} findings {verb}") }
}

fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
