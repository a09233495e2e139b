//! Our SD-CWT.

use mimicred_claims::{Clock, Key, Limits, Map, Redaction, RedactionPlan, Selection, Value};
use mimicred_keys::{Algorithm, HashAlgorithm, IssuerKey, SystemRandom};
use mimicred_sd_cwt::{
    AcceptExpectations, Binding, Expectations, Issuer, KeyBinding, Nonce, TrustedIssuer, UnverifiedPresentation, UnverifiedSdCwt,
};

use super::{floor, peer};
use crate::cast::{Cast, ISSUER, MAX_AGE, NOW, ROOM};
use crate::claims::Entries;
use crate::floor::{Issued, Presented};
use crate::format::Format;
use crate::timing::Case;

pub(super) const SUBJECT: &str = "mimi://a.example/p/crazykoala75";
pub(super) const NONCE: &[u8] = &[7; 32];
/// Room for the largest of them.
const LIMITS: Limits = Limits { disclosures: 1 << 20, digests: 1 << 21, ..Limits::DEFAULT };

/// Issuer, Holder and Verifier of SD-CWT.
pub struct SdCwt {
    cast: Cast,
    /// What an Issuer keeps from token to token.
    issuing: (Issuer, RedactionPlan),
    trusted: [TrustedIssuer; 1],
}

impl Format for SdCwt {
    const NAME: &'static str = "SD-CWT";

    type Sent = Vec<u8>;

    fn new(algorithm: Algorithm) -> Self {
        let cast = Cast::new(algorithm);
        let trusted = [TrustedIssuer { issuer: ISSUER.to_owned(), key: cast.issuer.public().clone() }];
        // `iss` and `sub` stay, everything else is redacted.
        let plan = RedactionPlan::new(Redaction::All).with_visible(vec![Key::Int(2)]);
        let issuing = (Issuer::new(cast.issuer.public()).with_hash(HashAlgorithm::Sha256), plan);
        Self { cast, issuing, trusted }
    }

    fn algorithm(algorithm: Algorithm) -> &'static str {
        if algorithm == Algorithm::Ed25519 { "Ed25519" } else { "ESP256" }
    }

    fn issuer_key(&self) -> &IssuerKey {
        &self.cast.issuer
    }

    fn visible() -> Entries<'static> {
        vec![(Key::Int(1), Value::from(ISSUER)), (Key::Int(2), Value::from(SUBJECT))]
    }

    fn issue(&self, claims: Map<'_>) -> Vec<u8> {
        let (issuer, plan) = &self.issuing;
        let prepared = issuer.prepare(claims, self.cast.holder.public(), plan, &mut SystemRandom).unwrap();
        prepared.sign(&self.cast.issuer).unwrap().into_bytes()
    }

    fn present(&self, token: &Vec<u8>, selection: &Selection) -> Vec<u8> {
        let clock = Clock { now: NOW, leeway: 0 };
        let expected = AcceptExpectations { issuers: &self.trusted, confirmation_key: self.cast.holder.public(), clock };
        let held = UnverifiedSdCwt::parse_within(token, &LIMITS).unwrap().accept(&expected).unwrap();
        let binding = Binding { audience: ROOM, nonce: Some(NONCE), issued_at: NOW };
        held.prepare(selection, &binding).unwrap().sign(&self.cast.holder).unwrap().into_bytes()
    }

    fn verify(&self, presentation: &Vec<u8>) -> usize {
        let expected = Expectations {
            issuers: &self.trusted,
            audience_of_token: None,
            key_binding: KeyBinding::Required { audience: ROOM, nonce: Nonce::Exactly(NONCE), max_age: Some(MAX_AGE) },
            clock: Clock { now: NOW, leeway: 0 },
            limits: LIMITS,
        };
        UnverifiedPresentation::parse_within(presentation, &LIMITS).unwrap().verify(&expected).unwrap().claims().len()
    }

    fn presented(&self, presentation: &Vec<u8>) -> Presented {
        floor::presented(presentation, &self.cast)
    }

    fn issued(&self, token: &Vec<u8>) -> Issued {
        floor::issued(token)
    }

    fn verifying_peers(&self, count: usize) -> Vec<Case<'_>> {
        let token = peer::issue(peer::claims(count, &self.cast), count, &self.cast.issuer);
        let presentation = peer::present(&token, &self.cast.holder);
        vec![Case::new("sd-cwt 0.3 with cose2, on its own presentation", move || peer::verify(&presentation, &self.cast))]
    }

    fn issuing_peers(&self, count: usize) -> Vec<Case<'_>> {
        let marked = peer::claims(count, &self.cast);
        let issue = move |marked| peer::issue(marked, count, &self.cast.issuer);
        vec![Case::with_input("sd-cwt 0.3 with cose2", move || marked.clone(), issue)]
    }
}
