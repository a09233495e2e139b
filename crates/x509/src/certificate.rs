//! One certificate, read but not trusted.

mod contents;
mod inspect;

use std::fmt;
use std::sync::Arc;

use mimicred_keys::{PublicKey, pem};

use crate::chain::MAX_CERTIFICATE_LEN;
use crate::error::{Code, Error};

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
    contents: Contents,
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
        Ok(Self(Arc::new(Inner { contents: Contents::read(der)?, der: der.to_vec() })))
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
        self.contents().tbs_sha256
    }

    /// Everything the certificate says, unverified.
    pub fn inspect_unverified(&self) -> Inspection {
        inspect::inspect(self.contents())
    }

    pub(crate) fn contents(&self) -> &Contents {
        &self.0.contents
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
