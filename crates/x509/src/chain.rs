//! A chain as it comes out of a Credential.

use mimicred_keys::{Algorithm, PublicKey};

use crate::certificate::Certificate;
use crate::error::{Code, Error};
use crate::names::SubjectUris;

/// The most certificates in a chain.
pub const MAX_CHAIN_LEN: usize = 5;
/// The most octets of one certificate.
pub const MAX_CERTIFICATE_LEN: usize = 16_384;

/// Certificates that can be read, the end entity's first, and that nobody has checked.
#[derive(Clone, Debug)]
pub struct UnverifiedChain {
    certificates: Vec<Certificate>,
    subject_key: PublicKey,
    uris: SubjectUris,
}

impl UnverifiedChain {
    /// Reads a chain of 1 to 5 certificates of at most 16384 octets, the end entity's first.
    ///
    /// ```
    /// use mimicred_x509::{Code, UnverifiedChain};
    /// assert_eq!(UnverifiedChain::parse(vec![vec![0x30, 0x00]]).unwrap_err().code(), Code::Malformed);
    /// assert_eq!(UnverifiedChain::parse(vec![vec![]; 6]).unwrap_err().code(), Code::Limit);
    /// ```
    ///
    /// # Errors
    /// `x509/limit`, `x509/malformed`, `x509/alg-unsupported` for the end entity's key, `x509/san-grammar`, and `x509/profile`
    /// when the end entity has more than one user or client URI.
    pub fn parse(certificates: Vec<Vec<u8>>) -> Result<Self, Error> {
        check_sizes(&certificates)?;
        Self::new(certificates.iter().map(|der| Certificate::from_der(der)).collect::<Result<_, _>>()?)
    }

    /// Takes certificates that were read before, the end entity's first.
    ///
    /// # Errors
    /// As [`UnverifiedChain::parse`].
    pub fn new(certificates: Vec<Certificate>) -> Result<Self, Error> {
        Self::expecting(certificates, None)
    }

    /// The same, where the end entity's key is likely to be one that was read before: to find its point anew takes half as long as to
    /// read the certificate.
    pub(crate) fn expecting(certificates: Vec<Certificate>, likely: Option<&PublicKey>) -> Result<Self, Error> {
        if certificates.len() > MAX_CHAIN_LEN {
            return Err(Error::new(Code::Limit).note("the chain is too long"));
        }
        let end_entity = certificates.first().ok_or_else(|| Error::new(Code::Malformed).note("no certificate at all"))?;
        let subject_key = match likely.filter(|key| key.to_spki_der() == end_entity.contents().spki) {
            Some(key) => key.clone(),
            None => end_entity.subject_key()?,
        };
        check_subject_algorithm(&subject_key)?;
        let uris = SubjectUris::read(&end_entity.contents().alternative_names)?;
        Ok(Self { certificates, subject_key, uris })
    }

    /// The key in the end entity's certificate, unverified.
    pub fn subject_key(&self) -> &PublicKey {
        &self.subject_key
    }

    /// The MIMI URIs in the end entity's SAN, unverified.
    pub fn uris(&self) -> &SubjectUris {
        &self.uris
    }

    /// The certificates, the end entity's first.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }
}

/// Before anything is read.
pub(crate) fn check_sizes(certificates: &[Vec<u8>]) -> Result<(), Error> {
    if certificates.len() > MAX_CHAIN_LEN {
        return Err(Error::new(Code::Limit).note("the chain is too long"));
    }
    if certificates.iter().any(|der| der.len() > MAX_CERTIFICATE_LEN) {
        return Err(Error::new(Code::Limit).note("a certificate is too large"));
    }
    Ok(())
}

/// The keys of end entities are those of LeafNodes: P-521 is for issuers only.
pub(crate) fn check_subject_algorithm(key: &PublicKey) -> Result<(), Error> {
    match key.algorithm() {
        Algorithm::Ed25519 | Algorithm::P256 | Algorithm::P384 => Ok(()),
        Algorithm::P521 => Err(Error::new(Code::AlgUnsupported).note("an end entity with a P-521 key")),
    }
}
