//! What a Verifier may read once everything holds.

use std::fmt;

use mimicred_claims::{Date, Disclosed, Map, Restored};
use mimicred_cose::sign1::Sign1;
use mimicred_keys::{PublicKey, sha256};

use super::TrustedIssuer;
use crate::PendingDisclosure;
use crate::key_binding::Bound;

/// A presentation that holds: the only way to its claims.
///
/// What nobody asked for is not checked, and stays the caller's:
///
/// - whether this KBT has been seen before: [`with_replay_check`](crate::UnverifiedPresentation::with_replay_check);
/// - whether the token has been revoked: [`with_status_check`](crate::UnverifiedPresentation::with_status_check);
/// - whether a claim must be there, `exp` among them ([`VerifiedPresentation::expires`]), or a credential be of some type:
///   [`with_required_claims`](crate::UnverifiedPresentation::with_required_claims),
///   [`with_vct`](crate::UnverifiedPresentation::with_vct).
///
/// A claim that is not here may still be in the token: its Holder may have withheld it ([`VerifiedPresentation::undisclosed`]), or
/// encrypted it for others ([`VerifiedPresentation::pending`]).
#[derive(Clone)]
pub struct VerifiedPresentation<'a> {
    pub(super) restored: Restored<'a>,
    pub(super) issuer: TrustedIssuer,
    pub(super) confirmation_key: PublicKey,
    pub(super) bound: Bound<'a>,
    pub(super) expires: Option<Date>,
    pub(super) sign1: Sign1<'a>,
    pub(super) octets: &'a [u8],
    pub(super) pending: Vec<PendingDisclosure>,
}

impl<'a> VerifiedPresentation<'a> {
    /// The Validated Claims Set: visible and disclosed claims together, no trace of the others.
    pub fn claims(&self) -> &Map<'a> {
        self.restored.claims()
    }

    /// The claims, given away.
    pub fn into_claims(self) -> Map<'a> {
        self.restored.into_claims()
    }

    /// The encrypted disclosures that no key was given for (CWT-A-017, trap 27). What they hold may be redacted claims of these, and
    /// who has the key can see them in [`VerifiedPresentation::as_bytes`].
    pub fn pending(&self) -> &[PendingDisclosure] {
        &self.pending
    }

    /// The KBT, whole, as it was received: to be forwarded to a Verifier that has more keys, and who can then check both signatures
    /// for itself (CWT-A-018).
    pub fn as_bytes(&self) -> &'a [u8] {
        self.octets
    }

    /// Which claims were disclosures: those in the clear in the order received, then the encrypted ones that were opened.
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

    /// The key in `cnf`, whose possession was proven; always there.
    pub fn confirmation_key(&self) -> Option<&PublicKey> {
        Some(&self.confirmation_key)
    }

    /// `aud` of the KBT; always there.
    pub fn audience(&self) -> Option<&str> {
        Some(&self.bound.audience)
    }

    /// `cnonce` of the KBT.
    pub fn nonce(&self) -> Option<&[u8]> {
        self.bound.nonce.as_deref()
    }

    /// `cti` of the KBT.
    pub fn binding_cti(&self) -> Option<&[u8]> {
        self.bound.cti.as_deref()
    }

    /// `iat` of the KBT, in whole seconds.
    pub fn issued_at(&self) -> Option<i64> {
        self.bound.times.issued_at()
    }

    /// SHA-256 over what the Issuer signed, the signature left out: ECDSA signatures can be changed into other valid ones.
    pub fn token_hash(&self) -> [u8; 32] {
        sha256(&self.sign1.sig_structure())
    }

    /// `exp` of the SD-CWT.
    pub fn expires(&self) -> Option<Date> {
        self.expires
    }

    /// `exp` of the KBT, which is never later.
    pub fn binding_expires(&self) -> Option<Date> {
        self.bound.times.exp
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
