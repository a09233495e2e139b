//! What a presentation becomes once everything about it holds.

use std::fmt;

use mimicred_claims::{Date, Disclosed, Map, Restored};
use mimicred_keys::PublicKey;

use crate::TrustedIssuer;
use crate::key_binding::Bound;
use crate::token::Token;

/// A presentation that holds: the only way to its claims.
///
/// What nobody asked for is not checked, and stays the caller's:
///
/// - whether this key binding has been seen before: [`with_replay_check`](crate::UnverifiedPresentation::with_replay_check);
/// - whether the token has been revoked: [`with_status_check`](crate::UnverifiedPresentation::with_status_check);
/// - whether a claim must be there, `exp` or `aud` among them ([`VerifiedPresentation::expires`]), or a credential be of some type:
///   [`with_required_claims`](crate::UnverifiedPresentation::with_required_claims),
///   [`with_vc_rules`](crate::UnverifiedPresentation::with_vc_rules).
#[derive(Clone)]
pub struct VerifiedPresentation<'p> {
    pub(super) restored: Restored<'p>,
    pub(super) issuer: TrustedIssuer,
    pub(super) confirmation_key: Option<PublicKey>,
    pub(super) bound: Option<Bound>,
    pub(super) expires: Option<Date>,
    pub(super) token: &'p Token<'p>,
}

impl<'p> VerifiedPresentation<'p> {
    /// The processed payload: visible and disclosed claims together, no trace of the others.
    pub fn claims(&self) -> &Map<'p> {
        self.restored.claims()
    }

    /// The claims, given away.
    pub fn into_claims(self) -> Map<'p> {
        self.restored.into_claims()
    }

    /// Which claims were disclosures, in the order received.
    pub fn disclosed(&self) -> Vec<Disclosed> {
        self.restored.disclosed()
    }

    /// How many digests were not disclosed; decoys count.
    pub fn undisclosed(&self) -> usize {
        self.restored.undisclosed()
    }

    /// The issuer that vouches for the claims, by its name in the list of the trusted.
    pub fn issuer(&self) -> &str {
        &self.issuer.issuer
    }

    /// The Assertion Key that verified.
    pub fn issuer_key(&self) -> &PublicKey {
        &self.issuer.key
    }

    /// Whether the possession of the confirmation key was proven. It was if key binding was required, and not otherwise (JWT-V-021).
    pub fn is_bound(&self) -> bool {
        self.bound.is_some()
    }

    /// The key in `cnf`. Its possession was proven if key binding was required, and not otherwise.
    pub fn confirmation_key(&self) -> Option<&PublicKey> {
        self.confirmation_key.as_ref()
    }

    /// `aud` of the key binding.
    pub fn audience(&self) -> Option<&str> {
        self.bound.as_ref().map(|bound| bound.audience.as_str())
    }

    /// `nonce` of the key binding.
    pub fn nonce(&self) -> Option<&str> {
        self.bound.as_ref().map(|bound| bound.nonce.as_str())
    }

    /// `iat` of the key binding, in whole seconds.
    pub fn issued_at(&self) -> Option<i64> {
        self.bound.as_ref().map(|bound| bound.issued_at)
    }

    /// SHA-256 over what the Issuer signed, the signature left out: ECDSA signatures can be changed into other valid ones.
    pub fn token_hash(&self) -> [u8; 32] {
        self.token.hash()
    }

    /// `exp` of the token.
    pub fn expires(&self) -> Option<Date> {
        self.expires
    }
}

/// Claim values stay out of logs.
impl fmt::Debug for VerifiedPresentation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedPresentation")
            .field("issuer", &self.issuer.issuer)
            .field("claims", self.restored.claims())
            .finish_non_exhaustive()
    }
}
