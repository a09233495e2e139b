//! The report as a page for a browser: one file, without scripts, that asks nobody for anything.
//!
//! What the report holds may have been written by others, so every text is escaped; the page's own policy forbids
//! everything but its style sheet besides. Writing to a String cannot fail.

mod arrow;
mod diagram;
mod matrix;
mod statements;

use std::fmt::Write;

use super::shown::{Escaped, grouped};
use super::{FlowReport, PartyKind};

const STYLE: &str = include_str!("page/page.css");

/// The whole page.
///
/// ```
/// # use mimicred_flows::{record::Totals, report::{FlowReport, page}};
/// # let (parties, phases, steps, outcomes, facts) = (vec![], vec![], vec![], vec![], vec![]);
/// # let (matrix, statements, totals) = (vec![], vec![], Totals::default());
/// let report = FlowReport {
///     flow: "connection",
///     title: "Alice & Bob".into(),
///     // ..
/// #   what: String::new(), suite: String::new(), seed: None, parties, phases, steps, outcomes, facts, matrix, statements, totals,
/// };
/// assert!(page::html(&report).contains("<h1>Alice &amp; Bob</h1>"));
/// ```
pub fn html(report: &FlowReport) -> String {
    let mut html = String::with_capacity(65_536);
    let title = Escaped(&report.title);
    let _ = write!(
        html,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>{title} · mimicred</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n\
         <p class=\"kicker\">mimicred demo {}</p>\n<h1>{title}</h1>\n",
        Escaped(report.flow)
    );
    paragraph(&mut html, "lead", &report.what);
    result(&mut html, report);
    run(&mut html, report);
    html.push_str("</header>\n<main>\n");
    parties(&mut html, report);
    diagram::section(&mut html, report);
    outcomes(&mut html, report);
    matrix::section(&mut html, report);
    statements::section(&mut html, report);
    totals(&mut html, report);
    html.push_str("</main>\n</body>\n</html>\n");
    html
}

/// A paragraph, if there is something to say.
fn paragraph(html: &mut String, class: &str, text: &str) {
    if !text.is_empty() {
        let _ = writeln!(html, "<p class=\"{class}\">{}</p>", Escaped(text));
    }
}

/// What it comes to, in a line.
fn result(html: &mut String, report: &FlowReport) {
    let broken = report.statements.iter().filter(|statement| !statement.holds).count();
    let missed = report.outcomes.iter().filter(|outcome| !outcome.held).count();
    let statements = report.statements.len();
    let mut told = Vec::new();
    match (statements, broken) {
        (0, _) => {}
        (1, 0) => told.push("The one statement about who must not learn what holds.".to_owned()),
        (_, 0) => told.push(format!("All {statements} statements about who must not learn what hold.")),
        (_, 1) => told.push(format!("1 of {statements} statements does not hold.")),
        _ => told.push(format!("{broken} of {statements} statements do not hold.")),
    }
    match (report.outcomes.len(), missed) {
        (0, _) => {}
        (_, 0) => told.push("Everything came out as it must.".to_owned()),
        (outcomes, 1) => told.push(format!("1 of {outcomes} outcomes is not what it must be.")),
        (outcomes, _) => told.push(format!("{missed} of {outcomes} outcomes are not what they must be.")),
    }
    if !told.is_empty() {
        let (class, mark) = if report.holds() { ("good", "✓") } else { ("bad", "✗") };
        let _ = writeln!(html, "<p class=\"result {class}\"><b aria-hidden=\"true\">{mark}</b> {}</p>", told.join(" "));
    }
}

/// What was run, and how large it was.
fn run(html: &mut String, report: &FlowReport) {
    html.push_str("<dl class=\"run\">\n");
    let mut item = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(html, "<div><dt>{name}</dt><dd>{}</dd></div>", Escaped(value));
        }
    };
    item("Cipher suite", &report.suite);
    item("Seed", report.seed.as_deref().unwrap_or_default());
    item("Messages", &grouped(report.totals.messages));
    item("Octets", &grouped(report.totals.octets));
    html.push_str("</dl>\n");
}

fn parties(html: &mut String, report: &FlowReport) {
    if report.parties.is_empty() {
        return;
    }
    html.push_str("<section aria-labelledby=\"parties\">\n<h2 id=\"parties\">Who takes part</h2>\n<ul class=\"parties\">\n");
    for party in &report.parties {
        let (class, kind) = match party.kind {
            PartyKind::Client => ("client", "client"),
            PartyKind::Provider => ("provider", "provider"),
        };
        let of = party.of.as_ref().map(|of| format!(" of {}", Escaped(of))).unwrap_or_default();
        let _ = write!(html, "<li class=\"{class}\"><h3>{}</h3><p class=\"kind\">{kind}{of}</p>", Escaped(&party.name));
        if !party.what.is_empty() {
            let _ = write!(html, "<p>{}</p>", Escaped(&party.what));
        }
        html.push_str("</li>\n");
    }
    html.push_str("</ul>\n</section>\n");
}

fn outcomes(html: &mut String, report: &FlowReport) {
    if report.outcomes.is_empty() {
        return;
    }
    html.push_str("<section aria-labelledby=\"outcomes\">\n<h2 id=\"outcomes\">What came of it</h2>\n<ul class=\"outcomes\">\n");
    for outcome in &report.outcomes {
        let (class, mark, word) = if outcome.held { ("good", "✓", "As it must:") } else { ("bad", "✗", "Not as it must:") };
        let _ = write!(
            html,
            "<li class=\"{class}\"><b aria-hidden=\"true\">{mark}</b><span><span class=\"{}\">{word}</span> {}",
            if outcome.held { "unseen" } else { "word" },
            Escaped(&outcome.what)
        );
        if let Some(code) = &outcome.code {
            let _ = write!(html, " <code>{}</code>", Escaped(code));
        }
        html.push_str("</span></li>\n");
    }
    html.push_str("</ul>\n</section>\n");
}

/// Messages and octets of each kind, with a bar for the octets.
fn totals(html: &mut String, report: &FlowReport) {
    let totals = &report.totals;
    if totals.by_kind.is_empty() {
        return;
    }
    let most = totals.by_kind.iter().map(|kind| kind.octets).max().unwrap_or_default().max(1);
    html.push_str("<section aria-labelledby=\"totals\">\n<h2 id=\"totals\">What went over the wire</h2>\n");
    html.push_str("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"totals\">\n<table class=\"totals\">\n");
    html.push_str("<thead><tr><th scope=\"col\">Kind</th><th scope=\"col\">Messages</th><th scope=\"col\">Octets</th>");
    html.push_str("<td class=\"bar\"></td></tr></thead>\n<tbody>\n");
    for kind in &totals.by_kind {
        let _ = writeln!(
            html,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td class=\"bar\"><svg width=\"100%\" height=\"10\" aria-hidden=\"true\">\
             <rect width=\"{}%\" height=\"10\" rx=\"2\"/></svg></td></tr>",
            Escaped(kind.kind),
            grouped(kind.messages),
            grouped(kind.octets),
            (kind.octets.saturating_mul(100) / most).max(1)
        );
    }
    let _ = writeln!(
        html,
        "</tbody>\n<tfoot><tr><th scope=\"row\">All</th><td>{}</td><td>{}</td><td class=\"bar\"></td></tr></tfoot>\n</table>\n</div>",
        grouped(totals.messages),
        grouped(totals.octets)
    );
    html.push_str("</section>\n");
}

#[cfg(test)]
mod tests;
