//! The list of checks, in their order: each once, whatever happens.

use mimicred_error::Report;

use crate::credential::Fault;
use crate::verdict::{Check, Outcome, VerdictCode};

/// The checks of one presentation.
const CHECKS: [(u8, &str); 10] = [
    (3, "form"),
    (4, "issuer"),
    (5, "key"),
    (6, "possession"),
    (7, "audience"),
    (7, "nonce"),
    (7, "freshness"),
    (7, "replay"),
    (8, "subject"),
    (9, "status"),
];

/// A check and what came of it.
pub(super) fn check(step: u8, name: &'static str, outcome: Outcome, code: Option<VerdictCode>, note: Option<String>) -> Check {
    let rule = match step {
        0 => "mimi-mls.md 3.5.3 step 0",
        1 => "mimi-mls.md 3.5.3 step 1",
        2 => "mimi-mls.md 3.5.3 step 2",
        3 => "mimi-mls.md 3.5.3 step 3",
        4 => "mimi-mls.md 3.4.3, 3.5.3 step 4",
        5 => "mimi-mls.md 3.5.3 step 5 (D3)",
        6 => "mimi-mls.md 3.5.3 step 6 (D5)",
        7 => "mimi-mls.md 3.5.2, 3.5.3 step 7 (D6)",
        8 => "mimi-mls.md 3.5.3 step 8",
        _ => "mimi-mls.md 3.5.3 step 9",
    };
    Check { step, name, outcome, code, note, rule }
}

/// Something that cannot be read at all.
pub(super) fn malformed(name: &'static str, error: &(dyn Report + 'static)) -> Check {
    check(3, name, Outcome::Failed, Some(VerdictCode::Malformed), Some(format!("{error} [{}]", error.slug())))
}

/// The checks of one presentation, as they are made.
#[derive(Default)]
pub(super) struct Ladder {
    made: Vec<Check>,
    /// The first mark: it stands where `ok` would.
    mark: Option<VerdictCode>,
    failure: Option<VerdictCode>,
}

impl Ladder {
    fn place(&self) -> (u8, &'static str) {
        CHECKS.get(self.made.len()).copied().unwrap_or((9, "status"))
    }

    fn make(&mut self, outcome: Outcome, code: Option<VerdictCode>, note: Option<String>) {
        let (step, name) = self.place();
        self.made.push(check(step, name, outcome, code, note));
    }

    /// The next check holds.
    pub(super) fn pass(&mut self) {
        self.make(Outcome::Passed, None, None);
    }

    /// There is nothing for the next check to look at.
    pub(super) fn skip(&mut self) {
        self.make(Outcome::NotApplicable, None, None);
    }

    /// There is nothing for any further check to look at.
    pub(super) fn skip_rest(&mut self) {
        while self.made.len() < CHECKS.len() {
            self.skip();
        }
    }

    /// The caller waived the next check.
    pub(super) fn waive(&mut self) {
        self.make(Outcome::Waived, None, None);
    }

    /// The next check leaves a mark.
    pub(super) fn mark(&mut self, code: VerdictCode) {
        self.mark.get_or_insert(code);
        self.make(Outcome::Marked, Some(code), None);
    }

    /// The next check fails, and so does the presentation.
    pub(super) fn fail(&mut self, code: VerdictCode, note: Option<String>) {
        self.failure.get_or_insert(code);
        self.make(Outcome::Failed, Some(code), note);
    }

    /// A fault that was found at some step: what comes before that step has held.
    pub(super) fn fault(&mut self, fault: Fault) {
        while self.place().0 < fault.step && self.made.len() < CHECKS.len() {
            self.pass();
        }
        self.fail(fault.code, fault.note);
    }

    /// What it must be taken together with fails: so does this, whatever its own checks said.
    pub(super) fn fail_beside(&mut self, code: VerdictCode, note: String) {
        self.reach_all();
        self.failure.get_or_insert(code);
        let rule = "mimi-mls.md 3.5.4 (W3)";
        self.made.push(Check { rule, ..check(9, "unit", Outcome::Failed, Some(code), Some(note)) });
    }

    /// The code of the failure.
    pub(super) fn failure(&self) -> Option<VerdictCode> {
        self.failure
    }

    /// What the presentation has come to.
    pub(super) fn code(&self) -> VerdictCode {
        self.failure.or(self.mark).unwrap_or(VerdictCode::Ok)
    }

    /// Every check, those that were not reached too.
    pub(super) fn finish(mut self) -> Vec<Check> {
        self.reach_all();
        self.made
    }

    fn reach_all(&mut self) {
        while let Some((step, name)) = CHECKS.get(self.made.len()).copied() {
            self.made.push(check(step, name, Outcome::NotReached, None, None));
        }
    }
}
