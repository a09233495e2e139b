//! The matrix: who learned what. Each cell says it in a word; where and why is in notes below, each told once.

use std::fmt::Write;

use crate::report::shown::Escaped;
use crate::report::{Cell, FlowReport, Seen};

pub(super) fn section(html: &mut String, report: &FlowReport) {
    if report.matrix.is_empty() || report.facts.is_empty() {
        return;
    }
    html.push_str("<section aria-labelledby=\"matrix\">\n<h2 id=\"matrix\">Who learned what</h2>\n");
    html.push_str(
        "<ul class=\"legend\">\n\
         <li><span class=\"mark saw\">● saw</span> it is in what the party sent or received</li>\n\
         <li><span class=\"mark inherent\">◐ inherent</span> it follows from what the party is for</li>\n\
         <li><span class=\"mark not-seen\">○ not seen</span> it is in nothing that the party saw, in no encoding</li>\n</ul>\n",
    );
    html.push_str("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"matrix\">\n<table class=\"matrix\">\n");
    html.push_str("<thead><tr><th scope=\"col\">Party</th>");
    for fact in &report.facts {
        let _ = write!(html, "<th scope=\"col\">{}</th>", Escaped(fact));
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    let mut notes: Vec<&str> = Vec::new();
    for row in &report.matrix {
        let _ = write!(html, "<tr><th scope=\"row\">{}</th>", Escaped(&row.party));
        for cell in &row.cells {
            self::cell(html, cell, &mut notes);
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody>\n</table>\n</div>\n");
    if !notes.is_empty() {
        html.push_str("<ol class=\"notes\">\n");
        for (at, note) in notes.iter().enumerate() {
            let _ = writeln!(html, "<li id=\"note-{}\">{}</li>", at + 1, Escaped(note));
        }
        html.push_str("</ol>\n");
    }
    html.push_str("</section>\n");
}

fn cell<'r>(html: &mut String, cell: &'r Cell, notes: &mut Vec<&'r str>) {
    let (class, mark, word, note) = match &cell.seen {
        Seen::Saw { how } => ("saw", "●", "saw", how.as_str()),
        Seen::Inherent { why } => ("inherent", "◐", "inherent", why.as_str()),
        Seen::NotSeen => ("not-seen", "○", "not seen", ""),
    };
    let _ = write!(html, "<td class=\"{class}\"><span aria-hidden=\"true\">{mark}</span> {word}");
    if !note.is_empty() {
        let known = notes.iter().position(|other| *other == note);
        let place = known.unwrap_or_else(|| {
            notes.push(note);
            notes.len() - 1
        });
        let number = place + 1;
        let _ = write!(html, "<sup><a href=\"#note-{number}\" aria-label=\"note {number}\">{number}</a></sup>");
    }
    html.push_str("</td>");
}
