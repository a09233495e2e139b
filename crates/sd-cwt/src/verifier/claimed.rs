//! What a presentation says of itself, before anything is verified: what to look for, and nothing to rely on.

use mimicred_keys::Algorithm;

use super::UnverifiedPresentation;
use crate::{Error, InspectedClaims, Inspection, NamedKey};

impl<'a> UnverifiedPresentation<'a> {
    /// The octets, whole, as they were given.
    pub fn as_bytes(&self) -> &'a [u8] {
        self.octets
    }

    /// `iss`, as claimed.
    pub fn issuer(&self) -> Option<&str> {
        self.token.issuer()
    }

    /// `kid` of the SD-CWT, as claimed.
    pub fn key_id(&self) -> Option<&[u8]> {
        self.token.key_id()
    }

    /// The algorithm of the Issuer's signature, as claimed, if it is one we know.
    pub fn algorithm(&self) -> Option<Algorithm> {
        self.token.algorithm().map(|id| id.algorithm())
    }

    /// The algorithm of the Holder's signature, as claimed, if it is one we know.
    pub fn key_binding_algorithm(&self) -> Option<Algorithm> {
        self.kbt.protected.algorithm().ok().map(|id| id.algorithm())
    }

    /// The certificates in the protected header of the SD-CWT, as claimed, the Issuer's own first; empty where there are none.
    pub fn x5chain(&self) -> &[&'a [u8]] {
        &self.token.x5chain
    }

    /// What `cnf` names the confirmation key by, as claimed.
    ///
    /// # Errors
    /// [`Code::ClaimMissing`](crate::Code::ClaimMissing), [`Code::Confirmation`](crate::Code::Confirmation), and as far as the claims
    /// cannot be read.
    pub fn confirmation(&self) -> Result<NamedKey, Error> {
        NamedKey::of(self.token.claims()?.registered().cnf)
    }

    /// `aud` of the KBT, as claimed; the first of several. Who verifies for whomever the presentation is meant expects this one.
    pub fn audience(&self) -> Option<&str> {
        self.kbt.audience()
    }

    /// `iat` of the KBT, as claimed, in whole seconds.
    pub fn bound_at(&self) -> Option<i64> {
        self.kbt.issued_at()
    }

    /// The content, to look at and not to rely on.
    ///
    /// # Errors
    /// As far as the content cannot be read.
    pub fn inspect(&self) -> Result<Inspection, Error> {
        Inspection::of(&self.token, Some(&self.kbt))
    }

    /// The claims that are in clear and what `cnf` names, to look at and not to rely on; far less work than
    /// [`UnverifiedPresentation::inspect`].
    ///
    /// # Errors
    /// As [`UnverifiedPresentation::confirmation`].
    pub fn inspect_claims(&self) -> Result<InspectedClaims<'a>, Error> {
        InspectedClaims::of(&self.token)
    }
}
