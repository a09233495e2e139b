//! Who made a token, by what the caller trusts.

use std::borrow::Cow;

use mimicred_error::At;
use mimicred_keys::{Family, PublicKey};

use super::Token;
use crate::error::about;
use crate::rules::Registered;
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
    pub(crate) name: &'i str,
    pub(crate) key: &'i PublicKey,
}

/// One whom the caller trusts, as far as this token is concerned.
struct Candidate<'i> {
    signer: Signer<'i>,
    /// Whether the token names this one as its issuer.
    is_named: bool,
}

impl Token<'_> {
    /// Who made the token: a trusted issuer of that name, with one of its keys (CWT-V-002, CWT-V-003), or the one whose certificate
    /// stands in the protected header (CWT-I-016, CWT-V-030). The key identifier in the header is no licence for anything
    /// (CWT-K-015).
    ///
    /// Whether the signature is that of a key is for `verifies` to tell, of the keys that may have made it first.
    pub(crate) fn signer<'i>(
        &self,
        registered: &Registered<'_, '_>,
        trust: &Trust<'i>,
        mut verifies: impl FnMut(&PublicKey) -> bool,
    ) -> Result<Signer<'i>, Error> {
        let algorithm = self.protected.algorithm()?;
        let iss = match registered.iss {
            Some(iss) => Some(iss.as_text().ok_or_else(|| about(Code::ClaimType, "iss"))?),
            None => None,
        };
        let certificate = self.x5chain.first().copied();
        let place = match (iss, certificate) {
            (Some(_), _) => At::Field(Cow::Borrowed("iss")),
            (None, Some(_)) => At::Header(Cow::Borrowed("x5chain")),
            (None, None) => return Err(about(Code::ClaimMissing, "iss").note("and no certificate in the protected header")),
        };
        let untrusted = || Error::new(Code::IssuerUntrusted).at(place.clone());
        let by_name = trust.issuers.iter().map(|issuer| Candidate {
            signer: Signer { name: &issuer.issuer, key: &issuer.key },
            is_named: iss == Some(&issuer.issuer),
        });
        let by_certificate = trust.certified.iter().map(|issuer| Candidate {
            signer: Signer { name: &issuer.issuer, key: &issuer.key },
            is_named: certificate == Some(&issuer.certificate) && iss.is_none_or(|iss| iss == issuer.issuer),
        });
        let candidates = by_name.chain(by_certificate);
        let named = || candidates.clone().filter(|candidate| candidate.is_named);
        let fits = |candidate: &Candidate<'_>| candidate.signer.key.algorithm() == algorithm.algorithm();
        if named().next().is_none() {
            return Err(untrusted());
        }
        if !named().any(|candidate| fits(&candidate)) {
            let note = format!("{algorithm} fits no key of the issuer");
            return Err(Error::new(Code::AlgUnsupported).at(At::Header(Cow::Borrowed("alg"))).note(note));
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

    /// Whether the signature is that of this key.
    pub(crate) fn is_signed_by(&self, key: &PublicKey) -> bool {
        key.verify_parts(Family::Cose, &self.sign1.signed().parts(), self.sign1.signature()).is_ok()
    }
}
