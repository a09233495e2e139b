//! What a format has to offer to be measured.

use mimicred_claims::{Map, Selection};
use mimicred_keys::{Algorithm, IssuerKey};

use crate::claims::Entries;
use crate::floor::{Issued, Presented};
use crate::timing::Case;

/// A format with an Issuer, a Holder and a Verifier.
pub trait Format: Sized {
    const NAME: &'static str;

    /// A token or a presentation, as it is sent.
    type Sent: AsRef<[u8]>;

    fn new(algorithm: Algorithm) -> Self;

    /// The algorithm, as the format names it.
    fn algorithm(algorithm: Algorithm) -> &'static str;

    fn issuer_key(&self) -> &IssuerKey;

    /// The claims that are never redacted, without the Holder's key.
    fn visible() -> Entries<'static>;

    /// From claims to a token with the Holder's key in it.
    fn issue(&self, claims: Map<'_>) -> Self::Sent;

    /// Accepts a token and presents some of it.
    fn present(&self, token: &Self::Sent, selection: &Selection) -> Self::Sent;

    /// From what was sent to claims that may be relied on, with audience, nonce, age, dates and the Holder's key; says how many.
    fn verify(&self, presentation: &Self::Sent) -> usize;

    /// The floor under verifying this presentation.
    fn presented(&self, presentation: &Self::Sent) -> Presented;

    /// The floor under issuing this token.
    fn issued(&self, token: &Self::Sent) -> Issued;

    /// Peers that verify a presentation of so many flat claims, each its own.
    fn verifying_peers(&self, count: usize) -> Vec<Case<'_>>;

    /// Peers that issue so many flat claims.
    fn issuing_peers(&self, count: usize) -> Vec<Case<'_>>;
}
