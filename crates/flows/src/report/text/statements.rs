//! What was tested, and what it comes to.

use std::fmt::Write;

use super::wrap;
use crate::report::shown::{clock, printable};
use crate::report::{FindReport, FlowReport};

/// Finds of one statement that are told.
const MOST_FINDS: usize = 5;

/// A line for each statement; below it what is learned nevertheless, and where it was found what must not be.
pub fn statements(report: &FlowReport, width: usize) -> String {
    let mut text = String::new();
    for statement in &report.statements {
        let verdict = if statement.holds { "holds" } else { "BROKEN" };
        let lead = format!("  {verdict:6}  {:5}", printable(&statement.id));
        text.push_str(&wrap::paragraph(&printable(&statement.sentence), &lead, indent(width), width));
        if let Some(exception) = &statement.exception {
            text.push_str(&wrap::paragraph(&format!("inherent: {}", printable(exception)), "", indent(width), width));
        }
        for find in statement.finds.iter().take(MOST_FINDS) {
            text.push_str(&wrap::paragraph(&found(find), "", indent(width), width));
        }
        if let Some(more) = statement.finds.len().checked_sub(MOST_FINDS).filter(|more| *more > 0) {
            let _ = writeln!(text, "{:1$}and {more} more", "", indent(width));
        }
    }
    text
}

/// Verdicts and refusals.
pub fn outcomes(report: &FlowReport, width: usize) -> String {
    let mut text = String::new();
    for outcome in &report.outcomes {
        let lead = if outcome.held { "  as it must:" } else { "  NOT AS IT MUST:" };
        let code = outcome.code.as_ref().map(|code| format!(" [{}]", printable(code))).unwrap_or_default();
        text.push_str(&wrap::paragraph(&format!("{}{code}", printable(&outcome.what)), lead, 4, width));
    }
    text
}

/// What it comes to, in one line.
pub fn conclusion(report: &FlowReport) -> String {
    let held = report.statements.iter().filter(|statement| statement.holds).count();
    let as_they_must = report.outcomes.iter().filter(|outcome| outcome.held).count();
    let (from, until) = (report.steps.first().map_or(0, |step| step.at), report.steps.last().map_or(0, |step| step.at));
    format!(
        "{held} of {} statements hold, {as_they_must} of {} outcomes are as they must be; {} messages of {} octets in {}",
        report.statements.len(),
        report.outcomes.len(),
        report.totals.messages,
        report.totals.octets,
        clock(until.saturating_sub(from))
    )
}

fn found(find: &FindReport) -> String {
    let message = find.message.map(|number| format!(", message {number}")).unwrap_or_default();
    format!(
        "found: {} ({}) by {} as {}, in {} at {}{message}",
        printable(&find.needle),
        printable(&find.encoding),
        printable(&find.who),
        printable(&find.view),
        printable(&find.what),
        find.offset
    )
}

fn indent(width: usize) -> usize {
    if width < 60 { 4 } else { 17 }
}
