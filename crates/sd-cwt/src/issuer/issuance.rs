//! What one token is made of.

use std::borrow::Cow;
use std::fmt;

use mimicred_claims::{Clock, Key, Map, RedactionPlan, Value};
use mimicred_cose::cwt;

use super::Confirmation;
use crate::error::about;
use crate::{Code, Error};

/// What one token says, about whom, and what of it is redacted.
///
/// ```
/// use mimicred_claims::{Key, Map, Redaction, RedactionPlan, Value};
/// use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SystemRandom};
/// use mimicred_sd_cwt::{Confirmation, Issuance, Issuer};
///
/// # let key = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom)?);
/// # let holder = SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?;
/// let claims = Map::from_entries(vec![(Key::Int(1), Value::from("https://i.example")), (Key::Int(2), Value::from("s.example"))])?;
/// let redact_sub = RedactionPlan::new(Redaction::Paths(vec!["2".parse()?]));
/// let in_clear = RedactionPlan::new(Redaction::None);
///
/// // The Issuer in the header too, for who only looks there; the key by its thumbprint; the nonce that the client sent.
/// let issuer = Map::from_entries(vec![(Key::Int(1), Value::from("https://i.example"))])?;
/// let issuance = Issuance::new(claims, Confirmation::thumbprint_of(holder.public()), &redact_sub)
///     .with_header_claims(issuer, &in_clear)
///     .with_cnonce(b"sent by the client");
/// let token = Issuer::new(key.public()).prepare_issuance(issuance, &mut SystemRandom)?.sign(&key)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Issuance<'a> {
    pub(super) claims: Map<'a>,
    pub(super) confirmation: Confirmation<'a>,
    pub(super) plan: &'a RedactionPlan,
    pub(super) header_claims: Option<(Map<'a>, &'a RedactionPlan)>,
    cnonce: Option<&'a [u8]>,
    pub(super) clock: Option<Clock>,
}

impl<'a> Issuance<'a> {
    /// Claims for the payload, the Holder's key, and the plan. `cnf` is added for the key; everything else is as given.
    pub fn new(claims: Map<'a>, confirmation: impl Into<Confirmation<'a>>, plan: &'a RedactionPlan) -> Self {
        Self { claims, confirmation: confirmation.into(), plan, header_claims: None, cnonce: None, clock: None }
    }

    /// Claims for the protected header (CWT Claims, RFC 9597), with a plan of their own. A claim may stand in both places if its
    /// value is the same; whether it is redacted is decided for each place (CWT-I-027).
    #[must_use]
    pub fn with_header_claims(mut self, claims: Map<'a>, plan: &'a RedactionPlan) -> Self {
        self.header_claims = Some((claims, plan));
        self
    }

    /// The nonce that the client sent, given back to it in the payload (CWT-I-021). A Holder will not show such a token to anybody
    /// else (trap 11).
    #[must_use]
    pub fn with_cnonce(mut self, cnonce: &'a [u8]) -> Self {
        self.cnonce = Some(cnonce);
        self
    }

    /// Refuses claims that are not valid at this time, expired or not yet to be used; otherwise the dates only have to agree with each
    /// other.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = Some(clock);
        self
    }

    pub(super) fn settle_cnonce(&mut self) -> Result<(), Error> {
        let Some(cnonce) = self.cnonce else { return Ok(()) };
        let added = self.claims.insert(Key::Int(cwt::CNONCE), Value::Bytes(Cow::Borrowed(cnonce)));
        added.map_err(|_| about(Code::Preissue, "cnonce").note("the claims have one already"))
    }
}

/// Keys are names; values stay out of logs.
impl fmt::Debug for Issuance<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuance")
            .field("claims", &self.claims)
            .field("confirmation", &self.confirmation)
            .field("header_claims", &self.header_claims.as_ref().map(|(claims, _)| claims))
            .finish_non_exhaustive()
    }
}
