//! Who made a token, by what the caller trusts.

use std::borrow::Cow;

use mimicred_claims::{Candidate, NoIssuer, find_issuer};
use mimicred_error::At;
use mimicred_keys::{Family, PublicKey};

use super::Token;
use crate::error::about;
use crate::rules::Registered;
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
    pub(crate) name: &'i str,
    pub(crate) key: &'i PublicKey,
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
        let candidate = |name, key: &'i PublicKey, is_named| Candidate {
            who: Signer { name, key },
            is_named,
            fits: key.algorithm() == algorithm.algorithm(),
        };
        let by_name = trust.issuers.iter().map(|issuer| candidate(&issuer.issuer, &issuer.key, iss == Some(&issuer.issuer)));
        let by_certificate = trust.certified.iter().map(|issuer| {
            let is_named = certificate == Some(&issuer.certificate) && iss.is_none_or(|iss| iss == issuer.issuer);
            candidate(&issuer.issuer, &issuer.key, is_named)
        });
        find_issuer(by_name.chain(by_certificate), |signer| verifies(signer.key)).map_err(|reason| match reason {
            NoIssuer::NotNamed => Error::new(Code::IssuerUntrusted).at(place),
            NoIssuer::NoKeyFits => {
                let note = format!("{algorithm} fits no key of the issuer");
                Error::new(Code::AlgUnsupported).at(At::Header(Cow::Borrowed("alg"))).note(note)
            }
            NoIssuer::AnotherSigned => Error::new(Code::IssuerUntrusted).at(place).note("signed with the key of another issuer"),
            NoIssuer::NoKeyVerifies => Code::SignatureIssuer.into(),
        })
    }

    /// Whether the signature is that of this key.
    pub(crate) fn is_signed_by(&self, key: &PublicKey) -> bool {
        key.verify_parts(Family::Cose, &self.sign1.signed().parts(), self.sign1.signature()).is_ok()
    }
}
