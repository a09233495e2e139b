//! Our SD-JWT.

use mimicred_claims::{Clock, Key, Limits, Map, Redaction, RedactionPlan, Selection, Value};
use mimicred_keys::{Algorithm, HashAlgorithm, IssuerKey, SystemRandom};
use mimicred_sd_jwt::{
    AcceptExpectations, Binding, Expectations, Issuer, KeyBinding, TrustedIssuer, UnverifiedPresentation, UnverifiedSdJwt,
};

use super::{floor, peers};
use crate::cast::{Cast, ISSUER, MAX_AGE, NOW, ROOM};
use crate::claims::Entries;
use crate::floor::{Issued, Presented};
use crate::format::Format;
use crate::timing::Case;

/// Base64url of 32 octets.
pub(super) const NONCE: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";
/// `exp`, in the year 2100: sd-jwt-rs demands one, and asks the clock itself.
pub(super) const EXPIRES: i64 = 4_102_444_800;

/// Room for the largest of them.
pub(super) const LIMITS: Limits = Limits { disclosures: 1 << 20, digests: 1 << 21, ..Limits::DEFAULT };

/// Issuer, Holder and Verifier of SD-JWT.
pub struct SdJwt {
    cast: Cast,
    /// What an Issuer keeps from token to token.
    issuing: (Issuer, RedactionPlan),
    trusted: [TrustedIssuer; 1],
}

impl Format for SdJwt {
    const NAME: &'static str = "SD-JWT";
    type Sent = String;

    fn new(algorithm: Algorithm) -> Self {
        let cast = Cast::new(algorithm);
        let trusted = [TrustedIssuer { issuer: ISSUER.to_owned(), key: cast.issuer.public().clone() }];
        let issuer = Issuer::new(cast.issuer.public()).with_hash(HashAlgorithm::Sha256);
        Self { cast, issuing: (issuer, RedactionPlan::new(Redaction::All)), trusted }
    }

    fn algorithm(algorithm: Algorithm) -> &'static str {
        if algorithm == Algorithm::Ed25519 { "Ed25519" } else { "ES256" }
    }

    fn issuer_key(&self) -> &IssuerKey {
        &self.cast.issuer
    }

    /// No `sub`: sd-jwt-rs would redact it with the others.
    fn visible() -> Entries<'static> {
        vec![(Key::from("iss"), Value::from(ISSUER)), (Key::from("exp"), Value::Int(EXPIRES.into()))]
    }

    fn issue(&self, claims: Map<'_>) -> String {
        let (issuer, plan) = &self.issuing;
        let prepared = issuer.prepare(claims, Some(self.cast.holder.public()), plan, &mut SystemRandom).unwrap();
        prepared.sign(&self.cast.issuer).unwrap().into_string()
    }

    fn present(&self, token: &String, selection: &Selection) -> String {
        let clock = Clock { now: NOW, leeway: 0 };
        let expected = AcceptExpectations { issuers: &self.trusted, confirmation_key: self.cast.holder.public(), clock };
        let held = UnverifiedSdJwt::parse_within(token, &LIMITS).unwrap().accept(&expected).unwrap();
        let binding = Binding { audience: ROOM, nonce: NONCE, issued_at: NOW };
        held.prepare(selection, &binding).unwrap().sign(&self.cast.holder).unwrap().into_string()
    }

    fn verify(&self, presentation: &String) -> usize {
        let expected = Expectations {
            issuers: &self.trusted,
            audience_of_token: None,
            key_binding: KeyBinding::Required { audience: ROOM, nonce: NONCE, max_age: Some(MAX_AGE) },
            clock: Clock { now: NOW, leeway: 0 },
            limits: LIMITS,
        };
        UnverifiedPresentation::parse_within(presentation, &LIMITS).unwrap().verify(&expected).unwrap().claims().len()
    }

    fn presented(&self, presentation: &String) -> Presented {
        floor::presented(presentation, &self.cast)
    }

    fn issued(&self, token: &String) -> Issued {
        floor::issued(token)
    }

    fn verifying_peers(&self, count: usize) -> Vec<Case<'_>> {
        peers::verifying(&self.cast, count)
    }

    fn issuing_peers(&self, count: usize) -> Vec<Case<'_>> {
        peers::issuing(&self.cast, count)
    }
}
