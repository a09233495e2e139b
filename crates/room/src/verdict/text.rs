//! The Verdict as plain text, for terminals without taste and for logs.

use std::fmt;

use super::shown::harmless;
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

/// With the rule and the hint of what does not hold.
impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.step, self.name, self.outcome.name())?;
        if let Some(code) = self.code {
            write!(f, ", {code}")?;
        }
        if let Some(note) = &self.note {
            write!(f, " ({})", harmless(note))?;
        }
        match self.hint() {
            Some(hint) => write!(f, "; by {}; {hint}", self.rule),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} (acceptable: {})", self.code, self.code.sentence(), self.acceptable.name())?;
        if let Some(note) = &self.note {
            write!(f, ": {}", harmless(note))?;
        }
        writeln!(f)?;
        for check in &self.checks {
            writeln!(f, "  {check}")?;
        }
        for presentation in &self.presentations {
            let issuer = presentation.issuer.as_deref().map(|issuer| format!(" by {}", harmless(issuer))).unwrap_or_default();
            let format = harmless(&presentation.format);
            writeln!(f, "{}, {format}{issuer}: {}", presentation.place(), presentation.code)?;
            for check in &presentation.checks {
                writeln!(f, "  {check}")?;
            }
            if presentation.pending > 0 {
                writeln!(f, "  encrypted disclosures that stay closed: {}", presentation.pending)?;
            }
        }
        for rule in &self.rules {
            let code = rule.code.map(|code| format!(", {code}; by {}; {}", code.rule(), code.hint())).unwrap_or_default();
            writeln!(f, "rule {} ({}): {}{code}", harmless(&rule.claim_name), rule.presence, rule.outcome.name())?;
        }
        for claim in &self.claims {
            let name = claim.name.map(|name| format!(" ({name})")).unwrap_or_default();
            writeln!(f, "claim {}{name} = {}, says {}", harmless(&claim.path), claim.value, harmless(&claim.issuer))?;
        }
        for offered in &self.key_packages {
            writeln!(f, "offered: a KeyPackage of {} (item {})", harmless(&offered.user), offered.item)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::verdict::{Check, Outcome, VerdictCode};

    #[test]
    fn what_does_not_hold_has_its_rule_and_hint() {
        let check = |outcome, code, note: Option<&str>| Check {
            step: 7,
            name: "nonce",
            outcome,
            code,
            note: note.map(str::to_owned),
            rule: "mimi-mls.md 3.5.2",
        };
        assert_eq!(check(Outcome::Passed, None, None).to_string(), "7 nonce: passed");
        assert_eq!(check(Outcome::NotReached, None, None).to_string(), "7 nonce: not reached");
        let hint = VerdictCode::NonceMismatch.hint();
        let failed = check(Outcome::Failed, Some(VerdictCode::NonceMismatch), Some("of another epoch"));
        assert_eq!(
            failed.to_string(),
            format!("7 nonce: failed, nonce_mismatch (of another epoch); by mimi-mls.md 3.5.2; {hint}")
        );
        assert!(check(Outcome::Failed, None, Some("a\u{1b}[2Jb\u{202e}c")).to_string().ends_with("(a\\u001b[2Jb\\u202ec)"));
        let json = serde_json::to_string(&failed).unwrap();
        assert!(json.starts_with(
            r#"{"step":7,"name":"nonce","outcome":"failed","code":"nonce_mismatch","note":"of another epoch","rule":"#
        ));
        assert!(json.ends_with(&format!(r#","hint":"{hint}"}}"#)), "{json}");
    }
}
