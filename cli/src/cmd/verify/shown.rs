//! A verdict for people: what came of it, who says what, and every check; of those that do not hold, by which rule and what to do.

use mimicred_room::verdict::{Acceptable, Check, Outcome, PresentationReport, RevealedClaim, Verdict, VerdictCode};
use mimicred_room::{MemberKind, RuleOutcome, RuleReport};
use owo_colors::{OwoColorize, Style};

use crate::names;
use crate::out::page::Page;
use crate::out::printable;

/// Where a check's own words start, behind what came of it.
const OUTCOME: usize = 15;
const AFTER_OUTCOME: usize = 2 + OUTCOME + 2;
/// Where what stands behind `hint`, `room` and the like starts.
const AFTER_WORD: usize = 10;

/// The verdict as text. Claims, notes and names come from files, so everything but our own words is made harmless.
pub(in crate::cmd) fn verdict(verdict: &Verdict) -> String {
    let mut page = Page::for_stdout();
    head(&mut page, verdict);
    if !verdict.claims.is_empty() {
        claims(&mut page, &verdict.claims);
    }
    if !verdict.key_packages.is_empty() {
        page.line("offered", 0);
    }
    for offered in &verdict.key_packages {
        page.line(&format!("  KeyPackage of {} (item {})", printable(&offered.user), offered.item), 4);
    }
    page.line("checks", 0);
    verdict.checks.iter().for_each(|check| checked(&mut page, check));
    verdict.presentations.iter().for_each(|presentation| item(&mut page, presentation));
    if !verdict.rules.is_empty() {
        page.line("rules", 0);
    }
    verdict.rules.iter().for_each(|report| rule(&mut page, report));
    page.into_text()
}

fn head(page: &mut Page, verdict: &Verdict) {
    let (word, style) = match verdict.acceptable {
        Acceptable::Yes => ("accepted", Style::new().green().bold()),
        Acceptable::Marked => ("accepted with a mark", Style::new().yellow().bold()),
        Acceptable::NotYet => ("not yet", Style::new().yellow().bold()),
        Acceptable::Informational => ("not accepted", Style::new().yellow().bold()),
        Acceptable::No => ("refused", Style::new().red().bold()),
    };
    let note = verdict.note.as_deref().map(|note| format!(": {}", printable(note))).unwrap_or_default();
    page.line(&format!("{}: {}{note} [{}]", word.style(style), verdict.code.sentence(), verdict.slug), 2);
    if !verdict.is_accepted() {
        page.line(&format!("  hint    {}", verdict.code.hint()), AFTER_WORD);
    }
    if let Some(room) = &verdict.room {
        let epoch = verdict.epoch.map(|epoch| format!(", epoch {epoch}")).unwrap_or_default();
        page.line(&format!("  room    {}{epoch}", printable(room)), AFTER_WORD);
    }
    if let Some(sender) = &verdict.sender
        && let Some(user) = &sender.user
    {
        let kind = match sender.kind {
            Some(MemberKind::Pseudonym) => "  (a pseudonym, says its issuer)",
            Some(MemberKind::Real) => "  (a real identity, says its issuer)",
            Some(MemberKind::Unspecified) | None => "",
        };
        page.line(&format!("  sender  {}{kind}", printable(user)), AFTER_WORD);
    }
    if !verdict.waived.is_empty() {
        page.line(&format!("  waived  {}", verdict.waived.join(", ")), AFTER_WORD);
    }
}

fn claims(page: &mut Page, claims: &[RevealedClaim]) {
    page.line("revealed", 0);
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
        page.line(&format!("  {:width$}  {value}  says {}", named(claim), printable(&claim.issuer)), 4);
    }
}

/// What people call the place of a claim: `address.country` for 187.6 in an SD-CWT.
fn name(claim: &RevealedClaim) -> Option<String> {
    if claim.format == "sd_kbt" {
        return claim.path.parse().ok().map(|path| names::to_names(&path).to_string());
    }
    claim.name.map(str::to_owned)
}

fn item(page: &mut Page, presentation: &PresentationReport) {
    let issuer = presentation.issuer.as_deref().map(|issuer| format!(" by {}", printable(issuer))).unwrap_or_default();
    let place = presentation.place();
    page.line(&format!("{place}: {}{issuer}: {}", printable(&presentation.format), presentation.code), 2);
    presentation.checks.iter().for_each(|check| checked(page, check));
    if presentation.pending > 0 {
        page.line(&format!("  encrypted disclosures that stay closed: {}", presentation.pending), 4);
    }
}

fn checked(page: &mut Page, check: &Check) {
    let style = match check.outcome {
        Outcome::Passed => Style::new().green(),
        Outcome::Failed => Style::new().red().bold(),
        Outcome::Marked | Outcome::Waived => Style::new().yellow(),
        Outcome::NotReached | Outcome::NotApplicable => Style::new().dimmed(),
    };
    let code = check.code.map(|code| format!(": {code}")).unwrap_or_default();
    let note = check.note.as_deref().map(|note| format!(" ({})", printable(note))).unwrap_or_default();
    let outcome = check.outcome.name();
    page.line(&format!("  {:OUTCOME$}  {} {}{code}{note}", outcome.style(style), check.step, check.name), AFTER_OUTCOME + 2);
    if let Some(code) = check.code {
        reason(page, check.rule, code);
    }
}

fn rule(page: &mut Page, report: &RuleReport) {
    let style = match report.outcome {
        RuleOutcome::Kept => Style::new().green(),
        RuleOutcome::NotShown => Style::new().dimmed(),
        RuleOutcome::Violated | RuleOutcome::NotVouched => Style::new().red().bold(),
    };
    let code = report.code.map(|code| format!(": {code}")).unwrap_or_default();
    let (outcome, name) = (report.outcome.name(), printable(&report.claim_name));
    page.line(&format!("  {:OUTCOME$}  {name} ({}){code}", outcome.style(style), report.presence), AFTER_OUTCOME + 2);
    if let Some(code) = report.code {
        reason(page, code.rule(), code);
    }
}

/// Below what does not hold: by which rule, and what to do about it.
fn reason(page: &mut Page, rule: &str, code: VerdictCode) {
    let indent = page.indent(AFTER_OUTCOME + 2);
    for (word, text) in [("rule", rule), ("hint", code.hint())] {
        page.line(&format!("{:indent$}{word}  {text}", ""), indent + 6);
    }
}
