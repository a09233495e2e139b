//! What one token is made of.

use std::fmt;

use mimicred_claims::{Clock, Map, RedactionPlan};

use super::Confirmation;

/// What one token says, about whom, and what of it is redacted.
///
/// ```
/// use mimicred_claims::{Clock, Key, Map, Redaction, RedactionPlan, Value};
/// use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SystemRandom};
/// use mimicred_sd_jwt::{Code, Confirmation, Issuance, Issuer};
///
/// # let key = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom)?);
/// # let holder = SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?;
/// let claims = Map::from_entries(vec![(Key::from("exp"), Value::Int(1_790_000_000)), (Key::from("sub"), Value::from("alice"))])?;
/// let plan = RedactionPlan::new(Redaction::All);
/// let issuance = Issuance::new(claims, Confirmation::thumbprint_of(holder.public()), &plan);
///
/// // Whoever has a clock learns at once that nobody would accept this token any more.
/// let late = issuance.clone().with_clock(Clock { now: 1_790_000_000, leeway: 0 });
/// let issuer = Issuer::new(key.public());
/// assert_eq!(issuer.prepare_issuance(late, &mut SystemRandom).unwrap_err().code(), Code::Time);
/// let token = issuer.prepare_issuance(issuance, &mut SystemRandom)?.sign(&key)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Issuance<'a> {
    pub(super) claims: Map<'a>,
    pub(super) confirmation: Confirmation<'a>,
    pub(super) plan: &'a RedactionPlan,
    pub(super) clock: Option<Clock>,
}

impl<'a> Issuance<'a> {
    /// Claims for the payload, the Holder's key, and the plan. `cnf` is added for the key; everything else is as given.
    pub fn new(claims: Map<'a>, confirmation: impl Into<Confirmation<'a>>, plan: &'a RedactionPlan) -> Self {
        Self { claims, confirmation: confirmation.into(), plan, clock: None }
    }

    /// Refuses claims that are not valid at this time: expired, not yet to be used, or issued later (JWT-T-001, JWT-T-003).
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }
}

/// Keys are names; values stay out of logs.
impl fmt::Debug for Issuance<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuance").field("claims", &self.claims).field("confirmation", &self.confirmation).finish_non_exhaustive()
    }
}
