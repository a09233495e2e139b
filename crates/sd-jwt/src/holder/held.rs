//! What the Holder keeps, and makes presentations of.

use std::fmt;
use std::ops::Range;

use mimicred_claims::{Disclosed, Map, Selection};
use mimicred_keys::{HashAlgorithm, PublicKey};

use super::{AcceptExpectations, PreparedPresentation, UnverifiedSdJwt};
use crate::Error;
use crate::key_binding::{self, Binding};

/// A token that the Holder has checked and keeps.
#[derive(Clone)]
pub struct Held {
    pub(super) text: String,
    /// The Issuer's JWT and each disclosure, with the tilde that follows.
    pub(super) issuer_jwt: Range<usize>,
    pub(super) disclosures: Vec<Range<usize>>,
    pub(super) hash: HashAlgorithm,
    pub(super) issuer: String,
    pub(super) key: PublicKey,
    pub(super) claims: Map<'static>,
    pub(super) disclosed: Vec<Disclosed>,
}

impl Held {
    /// Checks a token from an Issuer and keeps it; see [`UnverifiedSdJwt::accept`].
    ///
    /// # Errors
    /// As [`UnverifiedSdJwt::parse`] and [`UnverifiedSdJwt::accept`].
    pub fn accept(token: &str, expected: &AcceptExpectations<'_>) -> Result<Self, Error> {
        UnverifiedSdJwt::parse(token)?.accept(expected)
    }

    /// Every claim, the redacted ones included.
    pub fn claims(&self) -> &Map<'static> {
        &self.claims
    }

    /// The claims that may be disclosed or withheld.
    pub fn disclosed(&self) -> &[Disclosed] {
        &self.disclosed
    }

    /// The issuer: by its name in the list of the trusted if the token was accepted in this run; what `iss` claims, checked by
    /// nobody and empty where there is none, if it was taken up again by [`UnverifiedSdJwt::reopen`].
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The Holder's key.
    pub fn confirmation_key(&self) -> &PublicKey {
        &self.key
    }

    /// The token as received.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Chooses disclosures, each with those it stands in (JWT-P-001), and makes the key binding to be signed.
    ///
    /// # Errors
    /// [`Code::PathUnmatched`](crate::Code::PathUnmatched); [`Code::Limit`](crate::Code::Limit) for an audience or nonce of absurd length.
    pub fn prepare(&self, selection: &Selection, binding: &Binding<'_>) -> Result<PreparedPresentation, Error> {
        let chosen = selection.choose(&self.disclosed, &self.claims)?;
        let ranges = std::iter::once(&self.issuer_jwt).chain(chosen.iter().filter_map(|n| self.disclosures.get(*n)));
        let text: String = ranges.filter_map(|range| self.text.get(range.clone())).collect();
        let revealed = chosen.iter().filter_map(|n| self.disclosed.get(*n)).map(|disclosed| disclosed.path.clone()).collect();
        let to_be_signed = key_binding::prepare(&text, self.hash, &self.key, binding)?;
        Ok(PreparedPresentation { text, revealed, to_be_signed, key: self.key.clone() })
    }
}

/// Salts and values stay out of logs.
impl fmt::Debug for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Held").field("issuer", &self.issuer).field("claims", &self.claims).finish_non_exhaustive()
    }
}
