//! The room's policy, evaluated on what was presented (mimi-mls.md 3.4.2).
//!
//! Pure: whoever is judged has been verified before, and the points of the specification are taken in their order. The first
//! violation is the overall code; every rule has its own result besides.

mod conflicts;
mod places;
mod points;
mod subject;

use mimicred_claims::Day;
use mimicred_uri::MimiUri;
use serde::Serialize;

use crate::VerdictCode;
use crate::evidence::Evidence;
use crate::policy::{Optionality, RoomDisclosurePolicy, TrustedIssuer};

/// The room's policy as it stands in an epoch.
#[derive(Clone, Debug, PartialEq)]
pub enum PolicyState {
    /// It can be read and satisfied.
    Known(Box<RoomDisclosurePolicy>),
    /// It is there, and says something unknown or contradicts itself.
    Unsupported,
    /// It is not there, or cannot be read.
    Missing,
}

impl PolicyState {
    /// The state that the octets of component 0xD050 leave the room in.
    ///
    /// ```
    /// use mimicred_room::PolicyState;
    ///
    /// assert_eq!(PolicyState::of_component(None), PolicyState::Missing);
    /// assert_eq!(PolicyState::of_component(Some(&[0, 2, 0])), PolicyState::Unsupported);
    /// ```
    pub fn of_component(octets: Option<&[u8]>) -> Self {
        match octets.map(RoomDisclosurePolicy::decode) {
            None => PolicyState::Missing,
            Some(Ok(policy)) => Self::of_policy(policy),
            Some(Err(e)) if e.code() == crate::Code::PolicyVersion => PolicyState::Unsupported,
            Some(Err(_)) => PolicyState::Missing,
        }
    }

    /// The state that a policy leaves the room in.
    pub fn of_policy(policy: RoomDisclosurePolicy) -> Self {
        if policy.unsupported().is_some() || policy.check().is_err() {
            PolicyState::Unsupported
        } else {
            PolicyState::Known(Box::new(policy))
        }
    }

    /// The policy, if it can be satisfied.
    pub fn known(&self) -> Option<&RoomDisclosurePolicy> {
        match self {
            PolicyState::Known(policy) => Some(policy),
            _ => None,
        }
    }
}

/// What a member is, by the order of trust of mimi-mls.md 3.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberKind {
    /// An issuer says that it is a pseudonym.
    Pseudonym,
    /// An issuer says that it is a real identity.
    Real,
    /// Nobody says.
    Unspecified,
}

/// A member whose own credential holds.
#[derive(Clone, Debug)]
pub struct Member {
    /// The user, `/u/` or `/p/`.
    pub user: MimiUri,
    /// The client.
    pub client: Option<MimiUri>,
    /// What it is.
    pub kind: MemberKind,
    /// Its role in the room.
    pub role: Option<u32>,
    /// What its credential shows to everybody.
    pub evidence: Evidence,
}

/// A presentation that holds up to step 7.
#[derive(Clone, Debug)]
pub struct Presented<'a> {
    /// What it shows.
    pub evidence: &'a Evidence,
    /// The room's entries that fit its issuer; none for an issuer that the room does not name.
    pub entries: Vec<&'a TrustedIssuer>,
    /// `ok`, `ok_lapsed`, or the informational code that it has so far.
    pub code: VerdictCode,
    /// When the holder made it.
    pub issued_at: i64,
    /// What the issuer signed, by its hash.
    pub token_hash: [u8; 32],
    /// Who the issuer is: name and key, in any form that tells issuers apart.
    pub issuer: &'a str,
}

impl Presented<'_> {
    pub(crate) fn counts(&self) -> bool {
        matches!(self.code, VerdictCode::Ok | VerdictCode::OkLapsed)
    }

    pub(crate) fn vouches_for(&self, claim_name: &str) -> bool {
        self.entries.iter().any(|entry| entry.vouches_for(claim_name))
    }
}

/// What became of one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleOutcome {
    /// The claim is there as it should be, or is not there as it should not be.
    Kept,
    /// The claim may be there and is not.
    NotShown,
    /// The rule is broken.
    Violated,
    /// The claim is there, and nobody who counts vouches for it. The code says why: `issuer_untrusted` by an issuer who may not
    /// vouch for it, and then it is not shown; the code of a presentation that is there for information only.
    NotVouched,
}

/// One rule and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleReport {
    /// The label.
    pub claim_name: String,
    /// What the rule asks.
    pub presence: &'static str,
    /// What became of it.
    pub outcome: RuleOutcome,
    /// The code of a violation, or why a claim does not count.
    pub code: Option<VerdictCode>,
    /// The presentation that decided it, by its place in the list; nothing for the leaf credential.
    pub presentation: Option<usize>,
}

/// The outcome of an evaluation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// The overall code.
    pub code: VerdictCode,
    /// Where it comes from, if from one claim.
    pub note: Option<String>,
    /// Each rule.
    pub rules: Vec<RuleReport>,
}

impl Evaluation {
    fn only(code: VerdictCode) -> Self {
        Self { code, note: None, rules: Vec::new() }
    }
}

/// Evaluates the policy on a member and what it presented. `absent` is the code for a required reveal that is not there: `pending`,
/// `missing_reveal` or `unknown_to_me`, which depends on when everybody came.
///
/// ```
/// use mimicred_room::{Evidence, Member, MemberKind, PolicyState, VerdictCode, evaluate, policy::RoomDisclosurePolicy};
///
/// let policy = RoomDisclosurePolicy::from_toml(r#"
///     pseudonyms = "optional"
///     identity_reveal = "required"
///     max_presentation_age = 300
///     disclosure_deadline = 3600
/// "#)?;
/// let evidence = Evidence::of_jwt(mimicred_claims::Map::new());
/// let user = "mimi://a.example/p/x".parse()?;
/// let member = Member { user, client: None, kind: MemberKind::Pseudonym, role: None, evidence };
/// let evaluation = evaluate(&PolicyState::of_policy(policy), Some(&member), &[], VerdictCode::Pending);
/// assert_eq!(evaluation.code, VerdictCode::Pending);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn evaluate(policy: &PolicyState, member: Option<&Member>, presented: &[Presented<'_>], absent: VerdictCode) -> Evaluation {
    // Point 1.
    let policy = match policy {
        PolicyState::Known(policy) => policy,
        PolicyState::Missing => return Evaluation::only(VerdictCode::PolicyMissing),
        PolicyState::Unsupported => return Evaluation::only(VerdictCode::PolicyUnsupported),
    };
    let Some(member) = member else {
        return Evaluation::only(VerdictCode::LeafUnverified);
    };
    // Points 2 to 4.
    let early = kind(policy, member.kind).or_else(|| before_rules(policy, presented, absent));
    let found = points::rules(policy, Some(member), presented);
    let code = early.or(found.code).unwrap_or_else(|| accepted(presented));
    Evaluation { code, note: found.note.filter(|_| early.is_none()), rules: found.rules }
}

/// Evaluates the rules alone, on presentations whose sender is not known because the caller waived that check.
pub(crate) fn evaluate_rules(policy: &RoomDisclosurePolicy, presented: &[Presented<'_>]) -> Evaluation {
    let early = before_rules(policy, presented, VerdictCode::MissingReveal);
    let found = points::rules(policy, None, presented);
    let code = early.or(found.code).unwrap_or_else(|| accepted(presented));
    Evaluation { code, note: found.note.filter(|_| early.is_none()), rules: found.rules }
}

/// Point 2. Forbidden asks for a mark that it is none; a mere `/u/` proves nothing.
fn kind(policy: &RoomDisclosurePolicy, kind: MemberKind) -> Option<VerdictCode> {
    match (policy.pseudonyms, kind) {
        (Optionality::Forbidden, MemberKind::Pseudonym | MemberKind::Unspecified) => Some(VerdictCode::PseudonymForbidden),
        (Optionality::Required, MemberKind::Real | MemberKind::Unspecified) => Some(VerdictCode::PseudonymRequired),
        _ => None,
    }
}

/// Points 3 and 4, which are about presentations as such.
fn before_rules(policy: &RoomDisclosurePolicy, presented: &[Presented<'_>], absent: VerdictCode) -> Option<VerdictCode> {
    let is_accepted = |presented: &Presented<'_>| policy.accepted_formats.contains(&presented.evidence.format());
    reveal(policy, presented, absent).or_else(|| (!presented.iter().all(is_accepted)).then_some(VerdictCode::FormatNotAccepted))
}

/// Point 3.
fn reveal(policy: &RoomDisclosurePolicy, presented: &[Presented<'_>], absent: VerdictCode) -> Option<VerdictCode> {
    match (policy.identity_reveal, presented.is_empty()) {
        (Optionality::Required, true) => Some(absent),
        (Optionality::Forbidden, false) => Some(VerdictCode::RevealForbidden),
        _ => None,
    }
}

/// What stands when no rule is broken: of the presentations that count the worst, else what the others are marked with; `ok` where
/// there is none and none is needed.
fn accepted(presented: &[Presented<'_>]) -> VerdictCode {
    let codes = || presented.iter().map(|presented| presented.code);
    let lapsed = codes().find(|code| *code == VerdictCode::OkLapsed);
    lapsed.or_else(|| codes().find(|code| *code == VerdictCode::Ok)).or_else(|| codes().next()).unwrap_or(VerdictCode::Ok)
}

/// The UTC day of a presentation.
fn day(presented: &Presented<'_>) -> Day {
    Day::of(presented.issued_at)
}

#[cfg(test)]
pub(crate) mod tests;
