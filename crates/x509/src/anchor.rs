//! Where a path may end.

use rustls_pki_types::{CertificateDer, TrustAnchor};
use webpki::anchor_from_trusted_cert;

use crate::certificate::Certificate;
use crate::error::{Code, Error};

/// A CA certificate that the caller trusts. It may be an intermediate. Its own validity, signature and critical extensions are
/// not checked: trusting it is the caller's decision (RFC 5280 6.1.1 (d)); its name constraints are kept.
#[derive(Clone, Debug)]
pub struct Anchor {
    certificate: Certificate,
    trust_anchor: TrustAnchor<'static>,
}

impl Anchor {
    /// Trusts a CA certificate.
    ///
    /// # Errors
    /// `x509/not-a-ca` unless its basicConstraints and keyUsage let it issue.
    pub fn from_certificate(certificate: &Certificate) -> Result<Self, Error> {
        check_issues(certificate)?;
        let der = CertificateDer::from(certificate.as_der());
        let trust_anchor = anchor_from_trusted_cert(&der).map_err(|error| Error::new(Code::Malformed).because(error))?;
        Ok(Self { certificate: certificate.clone(), trust_anchor: trust_anchor.to_owned() })
    }

    /// Trusts a CA certificate whose key has been pinned.
    ///
    /// # Errors
    /// `x509/anchor-mismatch` when the key is another one, and as [`Anchor::from_certificate`].
    pub fn pinned(spki_sha256: &[u8; 32], certificate: &Certificate) -> Result<Self, Error> {
        if certificate.spki_sha256() != *spki_sha256 {
            return Err(Code::AnchorMismatch.into());
        }
        Self::from_certificate(certificate)
    }

    /// The CA's certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// SHA-256 of the CA's SubjectPublicKeyInfo.
    pub fn spki_sha256(&self) -> [u8; 32] {
        self.certificate.spki_sha256()
    }

    pub(crate) fn trust_anchor(&self) -> &TrustAnchor<'static> {
        &self.trust_anchor
    }
}

/// Whether a certificate is that of a CA that may sign certificates.
pub(crate) fn check_issues(certificate: &Certificate) -> Result<(), Error> {
    let contents = certificate.contents();
    if !contents.basic_constraints.is_some_and(|constraints| constraints.ca) {
        return Err(Error::new(Code::NotACa).note("basicConstraints do not say cA"));
    }
    if contents.key_usage.is_some_and(|usage| !usage.cert_sign) {
        return Err(Error::new(Code::NotACa).note("keyUsage lacks keyCertSign"));
    }
    Ok(())
}
