//! A verdict for people: what came of it, who says what, and every check.

use std::fmt::Write;

use mimicred_room::verdict::{Acceptable, Check, Outcome, RevealedClaim, Verdict};
use mimicred_room::{MemberKind, RuleOutcome, RuleReport};
use owo_colors::{OwoColorize, Style};

use crate::names;
use crate::out::printable;

/// The verdict as text. Claims, notes and names come from files, so everything but our own words is made harmless.
pub(in crate::cmd) fn verdict(verdict: &Verdict) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = head(&mut text, verdict);
    if !verdict.claims.is_empty() {
        let _ = claims(&mut text, &verdict.claims);
    }
    if !verdict.key_packages.is_empty() {
        let _ = writeln!(text, "offered");
    }
    for offered in &verdict.key_packages {
        let _ = writeln!(text, "  KeyPackage of {} (item {})", printable(&offered.user), offered.item);
    }
    let _ = writeln!(text, "checks");
    for check in &verdict.checks {
        let _ = writeln!(text, "{}", line(check));
    }
    for presentation in &verdict.presentations {
        let issuer = presentation.issuer.as_deref().map(|issuer| format!(" by {}", printable(issuer))).unwrap_or_default();
        let _ = writeln!(text, "{}: {}{issuer}: {}", presentation.place(), printable(&presentation.format), presentation.code);
        for check in &presentation.checks {
            let _ = writeln!(text, "{}", line(check));
        }
        if presentation.pending > 0 {
            let _ = writeln!(text, "  encrypted disclosures that stay closed: {}", presentation.pending);
        }
    }
    if !verdict.rules.is_empty() {
        let _ = writeln!(text, "rules");
        for report in &verdict.rules {
            let _ = writeln!(text, "{}", rule(report));
        }
    }
    text
}

fn head(text: &mut String, verdict: &Verdict) -> std::fmt::Result {
    let (word, style) = match verdict.acceptable {
        Acceptable::Yes => ("accepted", Style::new().green().bold()),
        Acceptable::Marked => ("accepted with a mark", Style::new().yellow().bold()),
        Acceptable::NotYet => ("not yet", Style::new().yellow().bold()),
        Acceptable::Informational => ("not accepted", Style::new().yellow().bold()),
        Acceptable::No => ("refused", Style::new().red().bold()),
    };
    let note = verdict.note.as_deref().map(|note| format!(": {}", printable(note))).unwrap_or_default();
    writeln!(text, "{}: {}{note} [{}]", word.style(style), verdict.code.sentence(), verdict.slug)?;
    if !verdict.is_accepted() {
        writeln!(text, "  hint    {}", verdict.code.hint())?;
    }
    if let Some(room) = &verdict.room {
        let epoch = verdict.epoch.map(|epoch| format!(", epoch {epoch}")).unwrap_or_default();
        writeln!(text, "  room    {room}{epoch}")?;
    }
    if let Some(sender) = &verdict.sender
        && let Some(user) = &sender.user
    {
        let kind = match sender.kind {
            Some(MemberKind::Pseudonym) => "  (a pseudonym, says its issuer)",
            Some(MemberKind::Real) => "  (a real identity, says its issuer)",
            Some(MemberKind::Unspecified) | None => "",
        };
        writeln!(text, "  sender  {user}{kind}")?;
    }
    if !verdict.waived.is_empty() {
        writeln!(text, "  waived  {}", verdict.waived.join(", "))?;
    }
    Ok(())
}

fn claims(text: &mut String, claims: &[RevealedClaim]) -> std::fmt::Result {
    writeln!(text, "revealed")?;
    let named = |claim: &RevealedClaim| {
        let place = printable(&claim.path);
        match name(claim) {
            Some(name) if name != claim.path => format!("{} ({place})", printable(&name)),
            _ => place,
        }
    };
    let width = claims.iter().map(|claim| named(claim).chars().count()).max().unwrap_or_default();
    for claim in claims {
        let value = printable(&claim.value.to_string());
        writeln!(text, "  {:width$}  {value}  says {}", named(claim), printable(&claim.issuer))?;
    }
    Ok(())
}

/// What people call the place of a claim: `address.country` for 187.6 in an SD-CWT.
fn name(claim: &RevealedClaim) -> Option<String> {
    if claim.format == "sd_kbt" {
        return claim.path.parse().ok().map(|path| names::to_names(&path).to_string());
    }
    claim.name.map(str::to_owned)
}

fn line(check: &Check) -> String {
    let style = match check.outcome {
        Outcome::Passed => Style::new().green(),
        Outcome::Failed => Style::new().red().bold(),
        Outcome::Marked | Outcome::Waived => Style::new().yellow(),
        Outcome::NotReached | Outcome::NotApplicable => Style::new().dimmed(),
    };
    let mut line = format!("  {:15}  {} {}", check.outcome.name().style(style), check.step, check.name);
    if let Some(code) = check.code {
        let _ = write!(line, ": {code}");
    }
    if let Some(note) = &check.note {
        let _ = write!(line, " ({})", printable(note));
    }
    line
}

fn rule(report: &RuleReport) -> String {
    let style = match report.outcome {
        RuleOutcome::Kept => Style::new().green(),
        RuleOutcome::NotShown => Style::new().dimmed(),
        RuleOutcome::Violated | RuleOutcome::NotVouched => Style::new().red().bold(),
    };
    let code = report.code.map(|code| format!(": {code}")).unwrap_or_default();
    format!("  {:15}  {} ({}){code}", report.outcome.name().style(style), printable(&report.claim_name), report.presence)
}
