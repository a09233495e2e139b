//! The report as text for a terminal: without colours, which are for the tool, and never wider than it is told if its words fit.
//!
//! A character is taken for one column. What others may have written has its control characters escaped.

mod matrix;
mod statements;
mod wrap;

use crate::record::Message;

use super::FlowReport;
use super::shown::{clock, printable};

pub use matrix::matrix;
pub use statements::{conclusion, outcomes, statements};

/// Columns of number and time in front of a step.
const FRONT: usize = 13;
/// Columns of a kind: the longest of MIMI is `SubmitMessageResponse`.
const KIND: usize = 22;

/// A message in one line, or in two where one does not fit: number, time, who to whom, what, how many octets, room. `names` is the
/// length of the longest name of a party, so that the lines of a flow stand in columns.
///
/// ```
/// use mimicred_flows::record::Message;
/// use mimicred_flows::report::text;
///
/// let mut message = Message::new(65, "b.example", "a.example", "UpdateRequest", vec![0; 1234]).room("R1");
/// message.number = 7;
/// let line = "  7     1:05  b.example -> a.example  UpdateRequest             1234 octets  R1";
/// assert_eq!(text::step_line(&message, 9, 80), line);
/// ```
pub fn step_line(message: &Message, names: usize, width: usize) -> String {
    let front = format!("{:3}  {:>7}", message.number, clock(message.at));
    let [from, to] = [&message.from, &message.to].map(|name| printable(name));
    let room = message.room.as_deref().map(printable).unwrap_or_default();
    let octets = message.octets.len();
    let line = format!("{front}  {from:>names$} -> {to:names$}  {:KIND$} {octets:7} octets  {room}", message.kind);
    let line = line.trim_end();
    if line.chars().count() <= width {
        return line.to_owned();
    }
    let room = if room.is_empty() { room } else { format!(", {room}") };
    let indent = indent(width);
    format!("{front}  {from} -> {to}\n{:indent$}{}, {octets} octets{room}", "", message.kind)
}

/// What a message does, to stand below its line; empty if the scenario does not say.
pub fn step_note(message: &Message, width: usize) -> String {
    let indent = indent(width);
    wrap::paragraph(&printable(&message.note), "", indent, width)
}

/// Words below a step stand below its names, where there is room.
fn indent(width: usize) -> usize {
    if width < 60 { 5 } else { FRONT + 1 }
}

/// Below the heading of the report: what happens and who takes part.
pub fn parties(report: &FlowReport, width: usize) -> String {
    let mut text = wrap::paragraph(&printable(&report.what), "", 0, width);
    let longest = report.parties.iter().map(|party| printable(&party.name).chars().count()).max().unwrap_or_default();
    let column = if width < 60 { 4 } else { longest + 4 };
    for party in &report.parties {
        let of = party.of.as_ref().map(|of| format!(", client of {}", printable(of))).unwrap_or_default();
        let what = printable(&party.what);
        let what = if what.is_empty() { of.trim_start_matches(", ").to_owned() } else { format!("{what}{of}") };
        text.push_str(&wrap::paragraph(&what, &format!("  {:longest$}", printable(&party.name)), column, width));
    }
    text
}

#[cfg(test)]
mod tests;
