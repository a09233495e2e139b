//! One reveal that counts.

use std::fmt;

use crate::policy::{ClaimRule, Optionality, RoomDisclosurePolicy};
use crate::snapshot::EpochSnapshot;
use crate::verdict::{PresentationReport, RevealedClaim, Verdict, VerdictCode};
use crate::{RuleOutcome, verify::Arrival};

/// What one message revealed and still counts, or is shown for information.
#[derive(Clone)]
pub struct RevealInForce {
    epoch: u64,
    received_at: i64,
    code: VerdictCode,
    user: Option<String>,
    sources: Vec<RevealSource>,
    claims: Vec<RevealedClaim>,
    /// Where all claims stood that it showed when it came.
    places: Vec<(usize, String)>,
    kept: Vec<KeptRule>,
}

/// One presentation of a reveal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevealSource {
    /// Its format, by the name in policies.
    pub format: String,
    /// Who vouches for it.
    pub issuer: String,
    /// When the holder made it.
    pub issued_at: Option<i64>,
    /// What it came to on its own.
    pub code: VerdictCode,
}

/// A rule of the policy of the message's epoch that the reveal kept by showing something.
#[derive(Clone)]
struct KeptRule {
    rule: ClaimRule,
    /// The one presentation that did; nothing if that cannot be said.
    by: Option<usize>,
}

impl RevealInForce {
    /// What a verdict lets be kept; nothing if no presentation holds, or none may be shown.
    pub(super) fn of(snapshot: &EpochSnapshot, arrival: &Arrival<'_>, verdict: &Verdict) -> Option<Self> {
        let sources: Vec<RevealSource> = verdict.presentations.iter().filter_map(RevealSource::of).collect();
        if sources.is_empty() || !verdict.code.acceptable().shows_values() {
            return None;
        }
        let kept = snapshot.policy().known().map(|policy| kept_rules(policy, verdict)).unwrap_or_default();
        Some(Self {
            epoch: arrival.epoch,
            received_at: arrival.received_at,
            code: verdict.code,
            user: verdict.sender.as_ref().and_then(|sender| sender.user.clone()),
            sources,
            places: verdict.claims.iter().map(|claim| (claim.presentation, claim.path.clone())).collect(),
            claims: verdict.claims.clone(),
            kept,
        })
    }

    /// The epoch of its message, whose policy has judged it.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// When it came.
    pub fn since(&self) -> i64 {
        self.received_at
    }

    /// What it was judged to be then: `ok`, `ok_lapsed`, or why it is shown for information only.
    pub fn code(&self) -> VerdictCode {
        self.code
    }

    /// Whether it counts for the room's rules, and is not for information only.
    pub fn is_accepted(&self) -> bool {
        matches!(self.code, VerdictCode::Ok | VerdictCode::OkLapsed)
    }

    /// Its presentations, as they were when it came.
    pub fn sources(&self) -> &[RevealSource] {
        &self.sources
    }

    /// What it shows, without what a newer one of this leaf has shown anew.
    pub fn claims(&self) -> &[RevealedClaim] {
        &self.claims
    }

    pub(super) fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// Whether this is the same message, come twice.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let made = |source: &RevealSource| (source.format.clone(), source.issuer.clone(), source.issued_at);
        self.epoch == other.epoch
            && self.places == other.places
            && self.sources.iter().map(made).eq(other.sources.iter().map(made))
    }

    /// Order of messages: by epoch, and within one by when they were made.
    pub(super) fn is_newer_than(&self, other: &Self) -> bool {
        let made = |reveal: &Self| (reveal.epoch, reveal.sources.iter().filter_map(|source| source.issued_at).max());
        made(self) > made(other)
    }

    /// Drops what a newer reveal shows anew. Whether nothing is left, so that it is superseded.
    ///
    /// One that counts less takes nothing from one that counts more: what was `ok` does not become lapsed, or mere information, by
    /// being shown again.
    pub(super) fn give_way_to(&mut self, newer: &Self) -> bool {
        if rank(self.code) > rank(newer.code) {
            return false;
        }
        self.claims.retain(|claim| !newer.claims.iter().any(|shown| stands_in_one_place(shown, claim)));
        self.claims.is_empty()
    }

    /// Whether it meets everything that a policy requires, as far as its own policy required the same: a rule that has changed is
    /// another rule. What this policy newly wants together must come from one presentation, since nobody has looked whether several
    /// are about one person (mimi-mls.md 3.4.2 point 7).
    pub(super) fn meets(&self, policy: &RoomDisclosurePolicy) -> bool {
        let required = policy.claim_rules.iter().filter(|rule| rule.presence == Optionality::Required);
        let kept: Option<Vec<&KeptRule>> = required.map(|rule| self.kept.iter().find(|kept| kept.is(rule))).collect();
        let Some(kept) = kept.filter(|_| self.is_accepted()) else { return false };
        let were_required = kept.iter().all(|kept| kept.rule.presence == Optionality::Required);
        let first = kept.first().and_then(|kept| kept.by);
        were_required || (first.is_some() && kept.iter().all(|kept| kept.by == first))
    }
}

/// The rules that were kept by a presentation that counts; a forbidden claim is kept by showing nothing.
fn kept_rules(policy: &RoomDisclosurePolicy, verdict: &Verdict) -> Vec<KeptRule> {
    let counts = |report: &PresentationReport| matches!(report.code, VerdictCode::Ok | VerdictCode::OkLapsed);
    let mut kept = Vec::new();
    for report in verdict.rules.iter().filter(|report| report.outcome == RuleOutcome::Kept) {
        let Some(rule) = policy.claim_rules.iter().find(|rule| rule.claim_name == report.claim_name) else { continue };
        let Some(item) = report.presentation else { continue };
        // Items of a bundle that is itself a part share a number.
        let mut of_item = verdict.presentations.iter().filter(|found| found.item == item && found.issuer.is_some());
        let by = match (of_item.next(), of_item.next()) {
            (Some(one), None) if counts(one) => Some(item),
            _ => None,
        };
        if by.is_some() || rule.presence == Optionality::Required {
            kept.push(KeptRule { rule: rule.clone(), by });
        }
    }
    kept
}

impl KeptRule {
    /// Whether a rule asks the same; that it may, or must, be shown, is not what is asked of a claim.
    fn is(&self, rule: &ClaimRule) -> bool {
        let asked = |rule: &ClaimRule| (rule.claim_name.clone(), rule.paths.clone(), rule.predicates.clone());
        asked(&self.rule) == asked(rule)
    }
}

impl RevealSource {
    fn of(report: &PresentationReport) -> Option<Self> {
        let issuer = report.issuer.clone()?;
        Some(Self { format: report.format.clone(), issuer, issued_at: report.issued_at, code: report.code })
    }
}

fn rank(code: VerdictCode) -> u8 {
    match code {
        VerdictCode::Ok => 2,
        VerdictCode::OkLapsed => 1,
        _ => 0,
    }
}

fn stands_in_one_place(a: &RevealedClaim, b: &RevealedClaim) -> bool {
    (a.format, &a.issuer, &a.path) == (b.format, &b.issuer, &b.path)
}

/// Without what it shows.
impl fmt::Debug for RevealInForce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RevealInForce")
            .field("epoch", &self.epoch)
            .field("since", &self.received_at)
            .field("code", &self.code)
            .field("sources", &self.sources)
            .field("claims", &self.claims.len())
            .finish_non_exhaustive()
    }
}
