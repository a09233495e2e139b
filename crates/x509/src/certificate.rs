//! One certificate, read but not trusted.

mod contents;
mod inspect;

use std::fmt;
use std::sync::{Arc, OnceLock};

use mimicred_keys::{Family, PublicKey, pem};

use crate::chain::MAX_CERTIFICATE_LEN;
use crate::error::{Code, Error};
use crate::serial::SerialNumber;

pub(crate) use contents::{ConstrainedNames, Contents};
pub(crate) use inspect::extension_name;
pub use inspect::{ExtensionView, Inspection};

/// The PEM label of certificates (RFC 7468 5).
const LABEL: &str = "CERTIFICATE";

/// The DER of a certificate that can be read; whether to believe it is another question. Cheap to clone.
#[derive(Clone)]
pub struct Certificate(Arc<Inner>);

struct Inner {
    der: Vec<u8>,
    /// Read when it was received; of what was issued here, when somebody asks.
    contents: OnceLock<Contents>,
}

impl Certificate {
    /// Reads one certificate of version 3.
    ///
    /// # Errors
    /// `x509/limit` above 16384 octets, `x509/malformed`, `x509/san-grammar`.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        if der.len() > MAX_CERTIFICATE_LEN {
            return Err(Error::new(Code::Limit).note("the certificate is too large"));
        }
        Ok(Self(Arc::new(Inner { contents: Contents::read(der)?.into(), der: der.to_vec() })))
    }

    /// Takes what was written here and can be read: a provider issues many and looks into none.
    ///
    /// # Errors
    /// `x509/limit` above 16384 octets.
    pub(crate) fn issued(der: Vec<u8>) -> Result<Self, Error> {
        if der.len() > MAX_CERTIFICATE_LEN {
            return Err(Error::new(Code::Limit).note("the certificate is too large"));
        }
        Ok(Self(Arc::new(Inner { contents: OnceLock::new(), der })))
    }

    /// Reads every certificate of a PEM file, in order.
    ///
    /// ```
    /// use mimicred_x509::{Certificate, Code};
    /// let text = "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n";
    /// assert_eq!(Certificate::from_pem(text).unwrap_err().code(), Code::Malformed);
    /// ```
    ///
    /// # Errors
    /// As [`Certificate::from_der`]; any other kind of block is `x509/malformed`.
    pub fn from_pem(text: &str) -> Result<Vec<Self>, Error> {
        let blocks = pem::parse_all(text)?;
        blocks
            .iter()
            .map(|block| match block.label() {
                LABEL => Self::from_der(block.der()),
                label => Err(Error::new(Code::Malformed).note(format!("a PEM block {label}"))),
            })
            .collect()
    }

    /// The certificate as one PEM block.
    pub fn to_pem(&self) -> String {
        pem::write(LABEL, self.as_der()).to_string()
    }

    /// The octets as received or issued.
    pub fn as_der(&self) -> &[u8] {
        &self.0.der
    }

    /// The serial number, by which the issuer speaks of the certificate.
    pub fn serial(&self) -> SerialNumber {
        self.contents().serial
    }

    /// The subject's public key.
    ///
    /// # Errors
    /// `x509/alg-unsupported` for a key of another kind, `x509/malformed` for octets that are no key.
    pub fn subject_key(&self) -> Result<PublicKey, Error> {
        Ok(PublicKey::from_spki_der(&self.contents().spki)?)
    }

    /// SHA-256 of the SubjectPublicKeyInfo as it stands in the certificate.
    pub fn spki_sha256(&self) -> [u8; 32] {
        mimicred_keys::sha256(&self.contents().spki)
    }

    /// SHA-256 of the tbsCertificate: the token hash of mimi-mls.md 3.5.2.
    pub fn tbs_sha256(&self) -> [u8; 32] {
        mimicred_keys::sha256(&self.contents().tbs)
    }

    /// Checks that the other certificate's subject signed this one: names, algorithm and signature, and nothing else. A path is
    /// verified with [`crate::UnverifiedChain::verify`].
    ///
    /// # Errors
    /// `x509/chain-order` for another name, `x509/alg-unsupported` for a signature of another kind than the key's,
    /// `x509/signature-invalid`.
    pub fn check_issuer(&self, issuer: &Certificate) -> Result<(), Error> {
        if self.contents().issuer != issuer.contents().subject {
            return Err(Code::ChainOrder.into());
        }
        self.check_signed_by(issuer)
    }

    /// Whether the issuer's key made the signature, and with the algorithm that belongs to it.
    pub(crate) fn check_signed_by(&self, issuer: &Certificate) -> Result<(), Error> {
        let contents = self.contents();
        let key = issuer.subject_key().map_err(|error| Error::new(Code::AlgUnsupported).because(error))?;
        if contents.signer_algorithm() != Some(key.algorithm()) {
            return Err(Error::new(Code::AlgUnsupported).note("the signature algorithm does not fit the issuer's key"));
        }
        key.verify(Family::TbsCertificate, &contents.tbs, &contents.signature)?;
        Ok(())
    }

    /// Everything the certificate says, unverified.
    pub fn inspect_unverified(&self) -> Inspection {
        inspect::inspect(self.contents())
    }

    pub(crate) fn contents(&self) -> &Contents {
        self.0.contents.get_or_init(|| Contents::read(&self.0.der).unwrap_or_else(|_| Contents::nothing()))
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.as_der() == other.as_der()
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").field("len", &self.as_der().len()).finish_non_exhaustive()
    }
}
