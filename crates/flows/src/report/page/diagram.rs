//! The sequence: a row for each message, in bands for the phases, under the names of the parties.
//!
//! Each row has its own drawing, so that a printed page can end between two rows. The lifelines are the background of all of them.

use std::fmt::Write;

use super::arrow::{self, Columns};
use crate::report::shown::{Escaped, clock, counted};
use crate::report::{FlowReport, PartyKind, StepReport};

/// Colours that rooms can have; then they begin anew.
const COLOURS: usize = 6;

pub(super) fn section(html: &mut String, report: &FlowReport) {
    if report.steps.is_empty() {
        return;
    }
    let names = names(report);
    let columns = Columns::new(names.len());
    let rooms = rooms(report);
    html.push_str("<section aria-labelledby=\"sequence\">\n<h2 id=\"sequence\">What happens</h2>\n");
    legend(html, &rooms);
    let _ = write!(
        html,
        "<div class=\"sequence\" tabindex=\"0\" role=\"region\" aria-labelledby=\"sequence\" style=\"--width:{}px;--column:{}px;--paper-zoom:{}%\">\n\
         <div class=\"inner\">\n",
        columns.total(),
        columns.width,
        columns.share_of_paper()
    );
    heads(html, report, &names);
    let start = report.steps.first().map_or(0, |step| step.at);
    for steps in report.steps.chunk_by(|a, b| a.phase == b.phase) {
        band(html, report, steps);
        html.push_str("<ol class=\"steps\">\n");
        for step in steps {
            row(html, step, start, &names, &rooms, columns);
        }
        html.push_str("</ol>\n</div>\n");
    }
    html.push_str("</div>\n</div>\n</section>\n");
}

/// The parties, and whoever else sends or receives something.
fn names(report: &FlowReport) -> Vec<&str> {
    let told = report.parties.iter().map(|party| party.name.as_str());
    let seen = report.steps.iter().flat_map(|step| [step.from.as_str(), step.to.as_str()]);
    distinct(told.chain(seen))
}

/// The rooms, in the order in which they appear.
fn rooms(report: &FlowReport) -> Vec<&str> {
    distinct(report.steps.iter().filter_map(|step| step.room.as_deref()))
}

fn distinct<'r>(names: impl Iterator<Item = &'r str>) -> Vec<&'r str> {
    let mut distinct = Vec::new();
    for name in names {
        if !distinct.contains(&name) {
            distinct.push(name);
        }
    }
    distinct
}

/// `r1` for the first room, `r0` for none.
fn class(rooms: &[&str], room: Option<&str>) -> usize {
    let place = room.and_then(|room| rooms.iter().position(|other| *other == room));
    place.map_or(0, |place| place % COLOURS + 1)
}

fn legend(html: &mut String, rooms: &[&str]) {
    if rooms.is_empty() {
        return;
    }
    html.push_str("<ul class=\"legend\">\n");
    let line = "<svg class=\"arrow\" width=\"36\" height=\"10\" aria-hidden=\"true\"><path d=\"M0 5H36\"/></svg>";
    for room in rooms {
        let class = class(rooms, Some(room));
        let _ = writeln!(html, "<li class=\"r{class}\">{line} room {}</li>", Escaped(room));
    }
    let _ = writeln!(html, "<li class=\"r0\">{line} no room</li>\n</ul>");
}

/// The names above the lifelines; the row says the same in words, so nobody need hear them.
fn heads(html: &mut String, report: &FlowReport, names: &[&str]) {
    html.push_str("<div class=\"heads\" aria-hidden=\"true\"><div class=\"corner\"></div><div class=\"names\">");
    for name in names {
        let party = report.parties.iter().find(|party| party.name == *name);
        let class = match party.map(|party| party.kind) {
            Some(PartyKind::Provider) => "provider",
            _ => "client",
        };
        let of = match party {
            Some(party) => party.of.as_ref().map_or("provider".to_owned(), |of| format!("of {of}")),
            None => String::new(),
        };
        let _ = write!(html, "<div class=\"{class}\"><b>{}</b><span>{}</span></div>", Escaped(name), Escaped(&of));
    }
    html.push_str("</div></div>\n");
}

/// The head of a phase; opens its band.
fn band(html: &mut String, report: &FlowReport, steps: &[StepReport]) {
    html.push_str("<div class=\"band\">\n");
    let Some(name) = steps.first().map(|step| step.phase.as_str()).filter(|name| !name.is_empty()) else { return };
    let what = report.phases.iter().find(|phase| phase.name == name).map(|phase| phase.what.as_str());
    let _ = write!(html, "<div class=\"phase\"><div><h3>{}</h3>", Escaped(name));
    super::paragraph(html, "what", what.unwrap_or_default());
    html.push_str("</div></div>\n");
}

fn row(html: &mut String, step: &StepReport, start: u64, names: &[&str], rooms: &[&str], columns: Columns) {
    let place = |name: &str| names.iter().position(|other| *other == name).unwrap_or_default();
    let class = class(rooms, step.room.as_deref());
    let _ = write!(
        html,
        "<li class=\"step r{class}\" id=\"step-{0}\"><div class=\"say\"><b class=\"number\">{0}</b><div class=\"words\">\
         <span class=\"unseen\">{1} to {2}: {3}, {4}{5}.</span>",
        step.number,
        Escaped(&step.from),
        Escaped(&step.to),
        Escaped(step.kind),
        counted(step.octets, "octet", "octets"),
        step.room.as_ref().map(|room| format!(", room {}", Escaped(room))).unwrap_or_default(),
    );
    super::paragraph(html, "note", &step.note);
    // So that the row says something when its arrow is out of sight.
    let _ = write!(html, "<p class=\"aim\" aria-hidden=\"true\">{} → {}</p>", Escaped(&step.from), Escaped(&step.to));
    let (time, path) = (clock(step.at.saturating_sub(start)), Escaped(&step.path));
    let _ = write!(
        html,
        "<p class=\"path\" title=\"{path}\"><span class=\"time\">{time}</span> \
         <span class=\"brief\" aria-hidden=\"true\">{} · {}</span><code>{path}</code></p>",
        Escaped(step.kind),
        counted(step.octets, "octet", "octets")
    );
    html.push_str("</div></div><div class=\"lines\">");
    arrow::draw(html, step, place(&step.from), place(&step.to), columns);
    html.push_str("</div></li>\n");
}
