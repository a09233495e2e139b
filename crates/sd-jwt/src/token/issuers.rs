//! Who made a token, by what the caller trusts.

use std::borrow::Cow;

use mimicred_claims::{Candidate, Map, NoIssuer, find_issuer};
use mimicred_error::At;
use mimicred_keys::PublicKey;

use super::Token;
use crate::{CertifiedIssuer, Code, Error, TrustedIssuer};

/// Whom the caller trusts.
#[derive(Clone, Copy)]
pub(crate) struct Trust<'i> {
    pub(crate) issuers: &'i [TrustedIssuer],
    pub(crate) certified: &'i [CertifiedIssuer],
}

/// The issuer whose key verified.
#[derive(Clone, Copy)]
pub(crate) struct Signer<'i> {
    /// What it is called, which a disclosed `iss` must agree with; nothing where nobody was asked.
    pub(crate) name: Option<&'i str>,
    pub(crate) key: &'i PublicKey,
}

impl Token<'_> {
    /// Who made the token: a trusted issuer of that name, with one of its keys (JWT-V-001, JWT-V-002), or the one whose certificate
    /// stands in the header (JWT-Y-010, trap 26). A token that names nobody is that of whoever's key verifies it. A key that the
    /// header brings is no licence for anything (JWT-K-004).
    ///
    /// Whether the signature is that of a key is for `verifies` to tell, of the keys that may have made it first.
    pub(crate) fn signer<'i>(
        &self,
        payload: &Map<'_>,
        trust: &Trust<'i>,
        mut verifies: impl FnMut(&PublicKey) -> bool,
    ) -> Result<Signer<'i>, Error> {
        let algorithm = self.header().algorithm()?.algorithm();
        let iss = match payload.text("iss") {
            Some(iss) => Some(iss.as_text().ok_or_else(|| Error::new(Code::ClaimType).at(At::Field(Cow::Borrowed("iss"))))?),
            None => None,
        };
        // Where nobody asks for certificates, whatever is in their place is passed over (trap 30).
        let certificate = match (iss, trust.certified) {
            (Some(_), []) => None,
            _ => self.header().x5c()?.into_iter().next(),
        };
        let place = if iss.is_none() && certificate.is_some() {
            At::Header(Cow::Borrowed("x5c"))
        } else {
            At::Field(Cow::Borrowed("iss"))
        };
        let candidate = |name, key: &'i PublicKey, is_named| Candidate {
            who: Signer { name: Some(name), key },
            is_named,
            fits: key.algorithm() == algorithm,
        };
        let by_name = trust.issuers.iter().map(|issuer| {
            let is_named = iss.map_or(certificate.is_none(), |iss| iss == issuer.issuer);
            candidate(issuer.issuer.as_str(), &issuer.key, is_named)
        });
        let by_certificate = trust.certified.iter().map(|issuer| {
            let is_named = certificate.as_ref() == Some(&issuer.certificate) && iss.is_none_or(|iss| iss == issuer.issuer);
            candidate(issuer.issuer.as_str(), &issuer.key, is_named)
        });
        find_issuer(by_name.chain(by_certificate), |signer| verifies(signer.key)).map_err(|reason| match reason {
            NoIssuer::NotNamed => Error::new(Code::IssuerUntrusted).at(place),
            NoIssuer::NoKeyFits => {
                Error::new(Code::AlgUnsupported).at(At::Header(Cow::Borrowed("alg"))).note("no key of the issuer fits")
            }
            NoIssuer::AnotherSigned => Error::new(Code::IssuerUntrusted).at(place).note("signed with the key of another issuer"),
            NoIssuer::NoKeyVerifies => Code::SignatureIssuer.into(),
        })
    }
}
