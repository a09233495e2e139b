//! A flow for people: each message as it happens, then what came of it. Writing to a String cannot fail.

use std::fmt::Write;

use mimicred_flows::flow::Flow;
use mimicred_flows::record::Message;
use mimicred_flows::report::{FlowReport, text};
use owo_colors::{OwoColorize, Style};

use crate::out::page::{Page, stdout_columns};
use crate::out::printable;

/// Columns where lines may have any length.
const UNLIMITED: usize = 4096;
/// Columns of a party's name, until a longer one comes.
const NAME: usize = 13;
/// Columns between a line and what stands behind it.
const GAP: usize = 2;

/// What the flow is about, before its first message.
pub(super) fn title(flow: Flow) -> String {
    let what = match flow {
        Flow::Connection => "somebody makes contact with somebody whose name she knows",
        Flow::JoinLink => "somebody comes by a link",
        Flow::Knock => "somebody knocks",
        Flow::Abuse => "somebody abuses her pseudonyms, and is stopped",
    };
    format!("{}\n", format!("{}: {what}", flow.name()).bold())
}

/// The messages, line by line.
pub(super) struct Live {
    width: usize,
    /// Columns of the longest name so far.
    names: usize,
    /// Columns of the longest line so far, without what stands behind it.
    longest: usize,
    phase: String,
    /// When the first message was sent.
    begin: Option<u64>,
}

impl Live {
    pub(super) fn for_stdout() -> Self {
        Self { width: width(), names: NAME, longest: 0, phase: String::new(), begin: None }
    }

    /// A message, below the heading of its phase if it is the first of it.
    pub(super) fn step(&mut self, message: &Message) -> String {
        let mut lines = String::new();
        if message.phase != self.phase {
            self.phase.clone_from(&message.phase);
            let _ = writeln!(lines, "\n{}", printable(&self.phase).bold());
        }
        let names = [&message.from, &message.to].map(|name| printable(name).chars().count());
        self.names = names.into_iter().fold(self.names, usize::max);
        let begin = *self.begin.get_or_insert(message.at);
        let since = Message { at: message.at.saturating_sub(begin), ..message.clone() };
        let line = text::step_line(&since, self.names, self.width);
        // What it does stands behind the line where there is room for both.
        let note = printable(&message.note);
        let (is_whole, length) = (!line.contains('\n'), line.chars().count());
        if is_whole {
            self.longest = self.longest.max(length);
        }
        if is_whole && self.longest + GAP + note.chars().count() <= self.width {
            let _ = match self.longest + GAP - length {
                _ if note.is_empty() => writeln!(lines, "{line}"),
                padding => writeln!(lines, "{line}{:padding$}{}", "", note.dimmed()),
            };
            return lines;
        }
        let _ = writeln!(lines, "{line}");
        for line in text::step_note(message, self.width).lines() {
            let _ = writeln!(lines, "{}", line.dimmed());
        }
        lines
    }
}

/// What is to be said when it is over.
pub(super) fn report(report: &FlowReport) -> String {
    let width = width();
    let mut page = format!("\n{}\n", printable(&report.title).bold());
    page.push_str(&text::parties(report, width));
    let _ = writeln!(page, "  {}", printable(&report.suite));
    part(&mut page, "what came about", &text::outcomes(report, width));
    part(&mut page, "who saw what", &text::matrix(report, width));
    part(&mut page, "what must not be learned", &text::statements(report, width));
    part(&mut page, "how much went over the wire", &totals(report));
    let style = if report.holds() { Style::new().green().bold() } else { Style::new().red().bold() };
    let mut last = Page::for_stdout();
    last.line(&text::conclusion(report), 2);
    page.push('\n');
    for line in last.into_text().lines() {
        let _ = writeln!(page, "{}", line.style(style));
    }
    page
}

fn part(page: &mut String, heading: &str, lines: &str) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(page, "\n{}", heading.bold());
    for line in lines.lines() {
        let _ = writeln!(page, "{}", coloured(line));
    }
}

/// The verdict that a line begins with, in its colour.
fn coloured(line: &str) -> String {
    const VERDICTS: [(&str, Style); 4] = [
        ("  holds", Style::new().green()),
        ("  as it must:", Style::new().green()),
        ("  BROKEN", Style::new().red().bold()),
        ("  NOT AS IT MUST:", Style::new().red().bold()),
    ];
    VERDICTS
        .into_iter()
        .find_map(|(verdict, style)| Some(format!("{}{}", verdict.style(style), line.strip_prefix(verdict)?)))
        .unwrap_or_else(|| line.to_owned())
}

/// A line for each kind of message.
fn totals(report: &FlowReport) -> String {
    let longest = report.totals.by_kind.iter().map(|total| total.kind.len()).max().unwrap_or_default();
    let mut lines = String::new();
    for total in &report.totals.by_kind {
        let messages = if total.messages == 1 { "message" } else { "messages" };
        let _ = writeln!(lines, "  {:longest$}  {:4} {messages:8}  {:8} octets", total.kind, total.messages, total.octets);
    }
    lines
}

fn width() -> usize {
    stdout_columns().unwrap_or(UNLIMITED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    fn step(live: &mut Live, phase: &str, from: &str) -> String {
        let mut message = Message::new(1_790_000_005, from, "b.example", "UpdateRequest", vec![0; 9]).note("it asks");
        (message.number, message.phase) = (7, phase.to_owned());
        plain(&live.step(&message))
    }

    #[test]
    fn phases_are_headings_and_names_stand_in_columns() {
        let mut live = Live { width: 78, names: 5, longest: 0, phase: String::new(), begin: None };
        let line = "  7     0:00  a.example -> b.example  UpdateRequest                9 octets\n              it asks\n";
        assert_eq!(step(&mut live, "One", "a.example"), format!("\nOne\n{line}"));
        assert_eq!(step(&mut live, "One", "a.example"), line);
        live.width = 120;
        let longer = "  7     0:00  longer.example -> b.example       UpdateRequest                9 octets  it asks\n";
        assert_eq!(step(&mut live, "Two\u{1b}", "longer.example"), format!("\nTwo\\u{{1b}}\n{longer}"));
        assert!(step(&mut live, "Two\u{1b}", "a.example").contains("       a.example -> b.example       Up"));
    }

    #[test]
    fn verdicts_have_colours() {
        assert_eq!(coloured("  holds   C-1"), "\u{1b}[32m  holds\u{1b}[0m   C-1");
        assert!(coloured("  BROKEN  C-1").starts_with("\u{1b}[31"));
        assert_eq!(coloured("    holds"), "    holds");
    }
}
