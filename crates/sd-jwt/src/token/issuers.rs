//! Who made a token, by what the caller trusts.

use std::borrow::Cow;

use mimicred_claims::Map;
use mimicred_error::At;
use mimicred_keys::PublicKey;

use super::Token;
use crate::{CertifiedIssuer, Code, Error, TrustedIssuer};

/// On how many keys of other issuers a signature is tried that is not that of the issuer named: a forged token costs the same however
/// many issuers are trusted.
const MOST_OTHERS: usize = 16;

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

/// One whom the caller trusts, as far as this token is concerned.
struct Candidate<'i> {
    signer: Signer<'i>,
    /// Whether the token names this one as its issuer.
    is_named: bool,
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
        let untrusted = || Error::new(Code::IssuerUntrusted).at(place.clone());
        let by_name = trust.issuers.iter().map(|issuer| Candidate {
            signer: Signer { name: Some(&issuer.issuer), key: &issuer.key },
            is_named: match iss {
                Some(iss) => iss == issuer.issuer,
                None => certificate.is_none(),
            },
        });
        let by_certificate = trust.certified.iter().map(|issuer| Candidate {
            signer: Signer { name: Some(&issuer.issuer), key: &issuer.key },
            is_named: certificate.as_ref() == Some(&issuer.certificate) && iss.is_none_or(|iss| iss == issuer.issuer),
        });
        let candidates = by_name.chain(by_certificate);
        let named = || candidates.clone().filter(|candidate| candidate.is_named);
        let fits = |candidate: &Candidate<'_>| candidate.signer.key.algorithm() == algorithm;
        if named().next().is_none() {
            return Err(untrusted());
        }
        if !named().any(|candidate| fits(&candidate)) {
            return Err(Error::new(Code::AlgUnsupported).at(At::Header(Cow::Borrowed("alg"))).note("no key of the issuer fits"));
        }
        if let Some(found) = named().filter(fits).find(|candidate| verifies(candidate.signer.key)) {
            return Ok(found.signer);
        }
        // One trusted issuer speaking in the name of another is not a broken signature, and is reported as what it is.
        let others = candidates.clone().filter(|candidate| !candidate.is_named).filter(fits);
        if others.take(MOST_OTHERS).any(|candidate| verifies(candidate.signer.key)) {
            return Err(untrusted().note("signed with the key of another issuer"));
        }
        Err(Code::SignatureIssuer.into())
    }
}
