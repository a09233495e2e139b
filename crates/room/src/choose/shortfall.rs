//! Why nothing satisfies a policy. Names of claims, never their values.

use std::fmt;

use crate::{Code, Error, VerdictCode};

/// Why no set of disclosures satisfies the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shortfall {
    /// It is not for the lack of a credential.
    Room {
        /// What every receiver would report.
        code: VerdictCode,
        /// What is particular about it.
        note: Option<String>,
    },
    /// Only some roles may see reveals in this room, and the audience is wider.
    Audience {
        /// The roles.
        roles: Vec<u32>,
    },
    /// These required claims cannot be shown.
    Unmet(Vec<Unmet>),
    /// Every required claim can be shown, but only by credentials that are not about one person. For each the credentials that can.
    MixedSubjects(Vec<(String, Vec<usize>)>),
    /// Some reveal is required, and no credential can be presented.
    Nothing(Vec<Attempt>),
    /// Whatever is shown of what is required breaks another rule.
    Violated {
        /// What receivers would report of the set that came first.
        code: VerdictCode,
        /// The claim.
        note: Option<String>,
    },
    /// There are more ways to answer this policy than were looked at, and none that was satisfies it.
    Undecided,
}

/// A required claim that cannot be shown, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmet {
    /// The rule's label.
    pub claim_name: String,
    /// What stands against each credential.
    pub attempts: Vec<Attempt>,
}

/// A credential, and what stands against it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Its place among the holdings.
    pub holding: usize,
    /// What stands against it.
    pub obstacle: Obstacle,
}

/// What stands against a credential. Of several the last one in this order is told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Obstacle {
    /// It does not have the claim at any path of the rule.
    NoClaim,
    /// It has the claim, and the value does not meet the rule.
    PredicateFailed,
    /// The room does not let its issuer vouch for this claim.
    IssuerNotForClaim,
    /// To show the claim it would have to show this one, which the room forbids.
    ShowsForbidden(String),
    /// To show the claim it would have to show what stands here and is in no rule.
    ShowsUnlisted(String),
    /// Only some roles may see this claim, which would be shown.
    ForSomeRoles(String),
    /// The room does not take credentials of this format.
    FormatNotAccepted,
    /// The room names no issuer that fits it, for the sender's host and this format.
    IssuerNotNamed,
    /// It cannot be presented at all.
    Impossible(String),
}

impl Shortfall {
    /// What receivers would report.
    pub fn verdict(&self) -> VerdictCode {
        match self {
            Shortfall::Room { code, .. } | Shortfall::Violated { code, .. } => *code,
            Shortfall::Unmet(_) | Shortfall::Undecided | Shortfall::Audience { .. } => VerdictCode::MissingRequiredClaim,
            Shortfall::MixedSubjects(_) => VerdictCode::MixedSubjects,
            Shortfall::Nothing(_) => VerdictCode::MissingReveal,
        }
    }

    /// The explanation, a line for each fact, with the caller's names for the credentials.
    pub fn lines(&self, name: impl Fn(usize) -> String) -> Vec<String> {
        let attempts = |label: &str, attempts: &[Attempt]| -> Vec<String> {
            let tell = |attempt: &Attempt| format!("{label}: {} {}", name(attempt.holding), attempt.obstacle);
            match attempts {
                [] => vec![format!("{label}: there is no credential")],
                some => some.iter().map(tell).collect(),
            }
        };
        let of_code = |code: VerdictCode, note: &Option<String>| match note {
            Some(note) => format!("{code}: {} ({note})", code.sentence()),
            None => format!("{code}: {}", code.sentence()),
        };
        match self {
            Shortfall::Room { code, note } => vec![of_code(*code, note)],
            Shortfall::Violated { code, note } => {
                vec![format!("every way to show what is required breaks another rule: {}", of_code(*code, note))]
            }
            Shortfall::Audience { roles } => {
                let roles: Vec<String> = roles.iter().map(u32::to_string).collect();
                vec![format!("in this room only members with roles {} may see reveals", roles.join(", "))]
            }
            Shortfall::Unmet(rules) => rules.iter().flat_map(|rule| attempts(&rule.claim_name, &rule.attempts)).collect(),
            Shortfall::MixedSubjects(rules) => {
                let first = "no credentials about one and the same person have all that is required".to_owned();
                let tell = |(label, holdings): &(String, Vec<usize>)| {
                    format!("{label}: {}", holdings.iter().map(|holding| name(*holding)).collect::<Vec<_>>().join(", "))
                };
                std::iter::once(first).chain(rules.iter().map(tell)).collect()
            }
            Shortfall::Nothing(against) => attempts("a reveal is required", against),
            Shortfall::Undecided => {
                vec!["this policy can be answered in more ways than were tried, and none of those will do".to_owned()]
            }
        }
    }
}

impl fmt::Display for Shortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines(|holding| format!("credential {}", holding.saturating_add(1))).join("; "))
    }
}

impl std::error::Error for Shortfall {}

impl From<Shortfall> for Error {
    fn from(shortfall: Shortfall) -> Self {
        Error::new(Code::RevealRefused).note(shortfall.to_string())
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Obstacle::NoClaim => f.write_str("does not have it"),
            Obstacle::PredicateFailed => f.write_str("has it with a value that the room does not take"),
            Obstacle::IssuerNotForClaim => f.write_str("is by an issuer whose word the room does not take for this claim"),
            Obstacle::ShowsForbidden(label) => write!(f, "would show {label}, which is forbidden"),
            Obstacle::ShowsUnlisted(place) => write!(f, "would show {place}, which is in no rule of the room"),
            Obstacle::ForSomeRoles(label) => write!(f, "would show {label}, which only some roles may see"),
            Obstacle::FormatNotAccepted => f.write_str("is of a format that the room does not take"),
            Obstacle::IssuerNotNamed => f.write_str("is by an issuer that the room does not name for this provider and format"),
            Obstacle::Impossible(why) => write!(f, "cannot be presented: {why}"),
        }
    }
}
