//! What the Holder keeps, and makes presentations of.

use std::fmt;

use mimicred_claims::{Clock, Disclosed, Limits, Map, Selection};
use mimicred_cose::cwt;
use mimicred_cose::sign1::CwtTag;
use mimicred_keys::PublicKey;

use super::PreparedPresentation;
use crate::aead::Split;
use crate::error::about;
use crate::key_binding::{self, Binding, BindingClaims, KeyBinding, Nonce};
use crate::rules::audiences;
use crate::serialization::with_disclosures;
use crate::token::{Reading, Signer, Token};
use crate::verifier::HolderSignature;
use crate::{Code, Error, Expectations, KnownKey, UnverifiedPresentation};

/// A token that the Holder has checked and keeps. It presents nothing by itself: what she believes to be wrong she keeps to herself
/// (CWT-H-019).
#[derive(Clone)]
pub struct Held {
    pub(super) octets: Vec<u8>,
    pub(super) issuer: String,
    /// The Holder's key, and the key identifier that stands for it in `cnf`, if one does.
    pub(super) key: KnownKey,
    pub(super) claims: Map<'static>,
    pub(super) disclosed: Vec<Disclosed>,
    pub(super) reading: Reading,
    pub(super) limits: Limits,
    pub(super) recipients: Recipients,
}

/// To whom a token that has `cnonce` may be presented (CWT-P-022, trap 11): the nonce was between the Holder and the Issuer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Recipients {
    /// To its Issuer, as the audience of the presentation.
    #[default]
    IssuerOnly,
    /// To anyone, nonce and all.
    Anyone,
}

impl Held {
    /// Checks a token from an Issuer and keeps it; see [`UnverifiedSdCwt::accept`](crate::UnverifiedSdCwt::accept).
    ///
    /// # Errors
    /// As [`UnverifiedSdCwt::parse`](crate::UnverifiedSdCwt::parse) and
    /// [`UnverifiedSdCwt::accept`](crate::UnverifiedSdCwt::accept).
    pub fn accept(token: &[u8], expected: &super::AcceptExpectations<'_>) -> Result<Self, Error> {
        super::UnverifiedSdCwt::parse(token)?.accept(expected)
    }

    /// The same token, with another rule for whom it may be presented to if it has `cnonce`.
    #[must_use]
    pub fn with_recipients(mut self, recipients: Recipients) -> Self {
        self.recipients = recipients;
        self
    }

    /// Every claim, the redacted ones included.
    pub fn claims(&self) -> &Map<'static> {
        &self.claims
    }

    /// The claims that may be disclosed or withheld, and the decoys.
    pub fn disclosed(&self) -> &[Disclosed] {
        &self.disclosed
    }

    /// The issuer: by its name in the list of the trusted if the token was accepted in this run; what `iss` claims, checked by
    /// nobody and empty where there is none, if it was taken up again by
    /// [`UnverifiedSdCwt::reopen`](crate::UnverifiedSdCwt::reopen).
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The Holder's key.
    pub fn confirmation_key(&self) -> &PublicKey {
        &self.key.key
    }

    /// The token as received.
    pub fn as_bytes(&self) -> &[u8] {
        &self.octets
    }

    /// Chooses disclosures, each with those it stands in (CWT-P-005), and makes the KBT to be signed.
    ///
    /// # Errors
    /// As [`Held::prepare_with`].
    pub fn prepare(&self, selection: &Selection, binding: &Binding<'_>) -> Result<PreparedPresentation, Error> {
        self.prepare_with(selection, binding, &BindingClaims::new())
    }

    /// The same, with more claims in the KBT. What comes out is what a Verifier would accept then and there, but for the signature:
    /// it is checked like one that was received (CWT-P-023).
    ///
    /// # Errors
    /// [`Code::PathUnmatched`]; [`Code::Time`] if the token is not valid at the time of binding, or the KBT would be when the token
    /// is not (CWT-P-015); [`Code::Limit`] for an audience, nonce or identifier of absurd length; [`Code::Nonce`] for a token with
    /// `cnonce` that is not for its Issuer (CWT-P-022); [`Code::ClaimForbidden`], [`Code::ClaimMissing`], [`Code::ClaimType`],
    /// [`Code::CborForbidden`] for claims that a KBT must not have, or not without others.
    pub fn prepare_with(
        &self,
        selection: &Selection,
        binding: &Binding<'_>,
        claims: &BindingClaims<'_>,
    ) -> Result<PreparedPresentation, Error> {
        let clear = selection.choose(&self.disclosed, &self.claims)?;
        self.bind(&self.token()?, &Split { clear, sealed: Vec::new() }, &[], binding, claims)
    }

    pub(super) fn token(&self) -> Result<Token<'_>, Error> {
        Token::parse(&self.octets, CwtTag::Tolerated, &self.limits)
    }

    /// Puts the token, with what is clear and the encrypted entries, into a KBT.
    pub(super) fn bind(
        &self,
        token: &Token<'_>,
        split: &Split,
        entries: &[Vec<u8>],
        binding: &Binding<'_>,
        claims: &BindingClaims<'_>,
    ) -> Result<PreparedPresentation, Error> {
        let is_for_others = self.recipients == Recipients::IssuerOnly && binding.audience != self.issuer;
        if is_for_others && self.claims.int(cwt::CNONCE).is_some() {
            return Err(about(Code::Nonce, "cnonce").note("a token with the Issuer's nonce is not for others"));
        }
        let key = &self.key.key;
        let clear: Vec<_> = split.clear.iter().filter_map(|n| token.disclosures.get(*n).copied()).collect();
        let kbt = key_binding::prepare(&with_disclosures(token, &clear, entries)?, key, binding, claims)?;
        self.check(&kbt.assemble(&[]), binding)?;
        // A decoy is no claim.
        let claim = |n: usize| self.disclosed.get(n).filter(|disclosed| !disclosed.decoy);
        let path = |n: usize| claim(n).map(|disclosed| disclosed.path.clone());
        let revealed = split.all().into_iter().filter_map(path).collect();
        let encrypted = split.sealed.iter().filter_map(|(n, _)| path(*n)).collect();
        Ok(PreparedPresentation { kbt, revealed, encrypted, key: key.clone() })
    }

    /// Looks at a presentation as its Verifier would, who trusts the Issuer and is whom the Issuer meant.
    fn check(&self, presentation: &[u8], binding: &Binding<'_>) -> Result<(), Error> {
        let known = std::slice::from_ref(&self.key);
        let presentation = UnverifiedPresentation::parse_within(presentation, &self.limits)?
            .with_known_keys(known)
            .reading(self.reading.clone());
        let named = self.claims.int(cwt::AUD).and_then(audiences);
        let expected = Expectations {
            issuers: &[],
            audience_of_token: named.and_then(|named| named.first().copied()),
            key_binding: KeyBinding::Required {
                audience: binding.audience,
                nonce: binding.nonce.map_or(Nonce::Any, Nonce::Exactly),
                max_age: None,
            },
            clock: Clock { now: binding.issued_at, leeway: 0 },
            limits: self.limits,
        };
        let issuer = Signer { name: &self.issuer, key: &self.key.key };
        presentation.judge(&expected, |_| Ok(issuer), HolderSignature::ToCome).map(drop)
    }
}

/// Salts and values stay out of logs.
impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held").field("issuer", &self.issuer).field("claims", &self.claims).finish_non_exhaustive()
    }
}
