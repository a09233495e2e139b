//! The Verdict as plain text, for terminals without taste and for logs.

use std::fmt;

use super::{Check, Outcome, Verdict};
use crate::evaluate::RuleOutcome;

impl Outcome {
    /// In words.
    pub const fn name(self) -> &'static str {
        match self {
            Outcome::Passed => "passed",
            Outcome::Failed => "failed",
            Outcome::Marked => "marked",
            Outcome::NotReached => "not reached",
            Outcome::Waived => "waived",
            Outcome::NotApplicable => "not applicable",
        }
    }
}

impl RuleOutcome {
    /// In words.
    pub const fn name(self) -> &'static str {
        match self {
            RuleOutcome::Kept => "kept",
            RuleOutcome::NotShown => "not shown",
            RuleOutcome::Violated => "violated",
            RuleOutcome::NotVouched => "not vouched for",
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.step, self.name, self.outcome.name())?;
        if let Some(code) = self.code {
            write!(f, ", {code}")?;
        }
        if let Some(note) = &self.note {
            write!(f, " ({note})")?;
        }
        Ok(())
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} (acceptable: {})", self.code, self.code.sentence(), self.acceptable.name())?;
        if let Some(note) = &self.note {
            write!(f, ": {note}")?;
        }
        writeln!(f)?;
        for check in &self.checks {
            writeln!(f, "  {check}")?;
        }
        for presentation in &self.presentations {
            let issuer = presentation.issuer.as_deref().map(|issuer| format!(" by {issuer}")).unwrap_or_default();
            writeln!(f, "{}, {}{issuer}: {}", presentation.place(), presentation.format, presentation.code)?;
            for check in &presentation.checks {
                writeln!(f, "  {check}")?;
            }
            if presentation.pending > 0 {
                writeln!(f, "  encrypted disclosures that stay closed: {}", presentation.pending)?;
            }
        }
        for rule in &self.rules {
            let code = rule.code.map(|code| format!(", {code}")).unwrap_or_default();
            writeln!(f, "rule {} ({}): {}{code}", rule.claim_name, rule.presence, rule.outcome.name())?;
        }
        for claim in &self.claims {
            let name = claim.name.map(|name| format!(" ({name})")).unwrap_or_default();
            writeln!(f, "claim {}{name} = {}, says {}", claim.path, claim.value, claim.issuer)?;
        }
        for offered in &self.key_packages {
            writeln!(f, "offered: a KeyPackage of {} (item {})", offered.user, offered.item)?;
        }
        Ok(())
    }
}
