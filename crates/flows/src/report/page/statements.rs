//! The statements that were tested: each a line, with what was searched behind it.

use std::fmt::Write;

use crate::report::shown::{Escaped, counted};
use crate::report::{FindReport, FlowReport, StatementReport};

/// Finds of one statement that are told.
const MOST_FINDS: usize = 40;

pub(super) fn section(html: &mut String, report: &FlowReport) {
    if report.statements.is_empty() {
        return;
    }
    html.push_str("<section aria-labelledby=\"statements\">\n<h2 id=\"statements\">What must not be learned</h2>\n");
    html.push_str(
        "<p>Where a statement says that something is never seen, it was looked for in every octet of the views named: as it is, in \
         hexadecimal, base64, percent-encoding and UTF-16, and in one of these inside another.</p>\n<div class=\"statements\">\n",
    );
    // What fails comes first.
    let (held, broken): (Vec<_>, Vec<_>) = report.statements.iter().partition(|statement| statement.holds);
    for statement in broken.into_iter().chain(held) {
        self::statement(html, report, statement);
    }
    html.push_str("</div>\n</section>\n");
}

fn statement(html: &mut String, report: &FlowReport, statement: &StatementReport) {
    let (class, mark, word, open) =
        if statement.holds { ("good", "✓", "holds", "") } else { ("bad", "✗", "does not hold", " open") };
    let but = match statement.exception {
        Some(_) => "<span class=\"but\"><span aria-hidden=\"true\">◐</span> with something inherent beside it</span>",
        None => "",
    };
    let _ = write!(
        html,
        "<details class=\"{class}\"{open}><summary><span class=\"id\">{}</span><span class=\"sentence\">{}{but}</span>\
         <span class=\"verdict\"><span aria-hidden=\"true\">{mark}</span> {word}</span></summary>\n<div class=\"body\">\n<dl>\n",
        Escaped(&statement.id),
        Escaped(&statement.sentence)
    );
    if !statement.tested_on.is_empty() {
        html.push_str("<div><dt>Searched</dt><dd>");
        for view in &statement.tested_on {
            let _ = write!(html, "<code>{}</code> ", Escaped(view));
        }
        let searched = &statement.searched;
        if searched.sights > 0 {
            let _ = write!(
                html,
                "<br>{} in {}, for {}",
                counted(searched.octets, "octet", "octets"),
                counted(searched.sights, "piece", "pieces"),
                counted(searched.needles, "needle", "needles")
            );
        }
        html.push_str("</dd></div>\n");
    }
    if let Some(exception) = &statement.exception {
        let _ = writeln!(html, "<div><dt>Learned nevertheless</dt><dd>{}</dd></div>", Escaped(exception));
    }
    html.push_str("</dl>\n");
    finds(html, report, &statement.finds);
    html.push_str("</div>\n</details>\n");
}

fn finds(html: &mut String, report: &FlowReport, finds: &[FindReport]) {
    if finds.is_empty() {
        return;
    }
    html.push_str("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"What was found\">\n<table>\n<thead><tr>");
    for head in ["Found", "Encoding", "Seen by", "As", "In", "Message", "Offset"] {
        let _ = write!(html, "<th scope=\"col\">{head}</th>");
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    for find in finds.iter().take(MOST_FINDS) {
        html.push_str("<tr>");
        for text in [&find.needle, &find.encoding, &find.who, &find.view, &find.what] {
            let _ = write!(html, "<td>{}</td>", Escaped(text));
        }
        let _ = match find.message {
            Some(number) if report.steps.iter().any(|step| step.number == number) => {
                write!(html, "<td><a href=\"#step-{number}\">{number}</a></td>")
            }
            Some(number) => write!(html, "<td>{number}</td>"),
            None => write!(html, "<td></td>"),
        };
        let _ = writeln!(html, "<td>{}</td></tr>", find.offset);
    }
    html.push_str("</tbody>\n</table>\n</div>\n");
    if let Some(more) = finds.len().checked_sub(MOST_FINDS).filter(|more| *more > 0) {
        let _ = writeln!(html, "<p>And {}.</p>", counted(more, "find more", "finds more"));
    }
}
