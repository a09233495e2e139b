//! What a Holder may know and want beside [`AcceptExpectations`](crate::AcceptExpectations).

use mimicred_claims::Clock;

use super::UnverifiedSdCwt;
use crate::error::about;
use crate::rules::{Registered, VctRule, audiences};
use crate::token::{Checked, TypeRule};
use crate::{CertifiedIssuer, Code, Error, HolderPolicy, KnownKey};

/// What a Holder may expect beside [`AcceptExpectations`].
#[derive(Clone, Copy, Default)]
pub(super) struct Wishes<'a> {
    pub(super) certified: &'a [CertifiedIssuer],
    pub(super) known_keys: &'a [KnownKey],
    pub(super) subject: Option<&'a str>,
    pub(super) audiences: Option<&'a [&'a str]>,
    pub(super) client_nonces: &'a [ClientNonce<'a>],
    pub(super) policy: Option<&'a (dyn HolderPolicy + Sync)>,
}

/// A nonce that the Holder gave an Issuer when she asked for a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientNonce<'n> {
    /// Whom she gave it: the name among the trusted.
    pub issuer: &'n str,
    /// The nonce.
    pub nonce: &'n [u8],
    /// The last second in which it is fresh, since 1970.
    pub fresh_until: i64,
}

impl<'a> UnverifiedSdCwt<'a> {
    /// The same token, judged by another rule for `typ`.
    #[must_use]
    pub fn with_type_rule(mut self, types: TypeRule) -> Self {
        self.reading.types = types;
        self
    }

    /// The same token, judged by another rule for `vct`.
    #[must_use]
    pub fn with_vct_rule(mut self, vct: VctRule) -> Self {
        self.reading.vct = vct;
        self
    }

    /// Trusts issuers by their certificates too, for a token whose protected header has one.
    #[must_use]
    pub fn with_certified_issuers(mut self, issuers: &'a [CertifiedIssuer]) -> Self {
        self.wishes.certified = issuers;
        self
    }

    /// Knows the Holder's key by a key identifier too, for a token whose `cnf` has no more than that.
    #[must_use]
    pub fn with_known_keys(mut self, keys: &'a [KnownKey]) -> Self {
        self.wishes.known_keys = keys;
        self
    }

    /// Expects a token about this subject (CWT-H-002). Otherwise there must be one, and any will do.
    #[must_use]
    pub fn with_subject(mut self, subject: &'a str) -> Self {
        self.wishes.subject = Some(subject);
        self
    }

    /// Accepts a token for these audiences only: its `aud`, if it has one, must name one of them (CWT-H-003). Otherwise any will
    /// do.
    #[must_use]
    pub fn with_audiences(mut self, audiences: &'a [&'a str]) -> Self {
        self.wishes.audiences = Some(audiences);
        self
    }

    /// Expects `cnonce` to be one of these, given to the very Issuer, and fresh (CWT-H-007). Without any, a token with `cnonce` is
    /// refused; with some, one without.
    #[must_use]
    pub fn with_client_nonces(mut self, nonces: &'a [ClientNonce<'a>]) -> Self {
        self.wishes.client_nonces = nonces;
        self
    }

    /// Asks a policy whether the claims are acceptable, which can refuse them with [`Code::PolicyRefused`].
    #[must_use]
    pub fn with_policy(mut self, policy: &'a (dyn HolderPolicy + Sync)) -> Self {
        self.wishes.policy = Some(policy);
        self
    }

    /// CWT-H-007.
    pub(super) fn check_client_nonce(&self, checked: &Checked<'_, '_>, clock: &Clock) -> Result<(), Error> {
        let refused = |note: &str| Err(about(Code::Nonce, "cnonce").note(note));
        let given = self.wishes.client_nonces;
        let nonce = match checked.claims.registered().cnonce {
            None if given.is_empty() => return Ok(()),
            None => return refused("missing, though the Issuer was given one"),
            Some(nonce) => nonce.as_bytes().ok_or_else(|| about(Code::ClaimType, "cnonce"))?,
        };
        let issuer = checked.signer.name;
        match given.iter().find(|given| given.nonce == nonce && given.issuer == issuer) {
            None => refused("not one that was given to this Issuer"),
            Some(given) if clock.is_expired(given.fresh_until.saturating_add(1).into()) => refused("no longer fresh"),
            Some(_) => Ok(()),
        }
    }

    /// CWT-H-003.
    pub(super) fn check_audience(&self, registered: &Registered<'_, '_>) -> Result<(), Error> {
        let (Some(aud), Some(acceptable)) = (registered.aud, self.wishes.audiences) else { return Ok(()) };
        let named = audiences(aud).ok_or_else(|| about(Code::ClaimType, "aud"))?;
        if named.iter().any(|named| acceptable.contains(named)) {
            return Ok(());
        }
        Err(about(Code::Audience, "aud").note("of the SD-CWT"))
    }
}
