//! SubjectPublicKeyInfo (RFC 5280 4.1) and its PEM.

use crate::der::{self, BIT_STRING, SEQUENCE};
use crate::{Algorithm, Code, Error, PublicKey, YParity, pem, sha256};

/// The content of the AlgorithmIdentifier: RFC 8410 3 for Ed25519, id-ecPublicKey with a named curve (RFC 5480 2.1) otherwise.
pub(crate) const fn identifier(algorithm: Algorithm) -> &'static [u8] {
    match algorithm {
        Algorithm::Ed25519 => &[0x06, 0x03, 0x2b, 0x65, 0x70],
        Algorithm::P256 => b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07",
        Algorithm::P384 => b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22",
        Algorithm::P521 => b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x23",
    }
}

/// The algorithm with this AlgorithmIdentifier.
pub(crate) fn identified(content: &[u8]) -> Result<Algorithm, Error> {
    let found = Algorithm::ALL.into_iter().find(|algorithm| identifier(*algorithm) == content);
    found.ok_or_else(|| Code::AlgorithmUnsupported.into())
}

impl PublicKey {
    /// Reads SubjectPublicKeyInfo. The point of an EC key may be compressed, here and nowhere else.
    ///
    /// # Errors
    /// `keys/der-malformed`, `keys/algorithm-unsupported`, and those of [`PublicKey::from_octets`].
    pub fn from_spki_der(spki: &[u8]) -> Result<Self, Error> {
        let (algorithm, key) = split(spki).ok_or(Code::DerMalformed)?;
        let algorithm = identified(algorithm)?;
        match key.split_first() {
            Some((2, x)) if algorithm != Algorithm::Ed25519 => Self::from_compressed(algorithm, x, YParity::Even),
            Some((3, x)) if algorithm != Algorithm::Ed25519 => Self::from_compressed(algorithm, x, YParity::Odd),
            _ => Self::from_octets(algorithm, key),
        }
    }

    /// Writes SubjectPublicKeyInfo, with an uncompressed point.
    pub fn to_spki_der(&self) -> Vec<u8> {
        let algorithm = der::element(SEQUENCE, &[identifier(self.algorithm())]);
        let key = der::element(BIT_STRING, &[&[0], self.octets()]);
        der::element(SEQUENCE, &[&algorithm, &key])
    }

    /// The SHA-256 digest of [`PublicKey::to_spki_der`], the same however the key was encoded.
    pub fn spki_sha256(&self) -> [u8; 32] {
        sha256(&self.to_spki_der())
    }

    /// Reads a PEM block labelled `PUBLIC KEY`.
    ///
    /// # Errors
    /// `keys/pem-malformed`, `keys/pem-label`, and those of [`PublicKey::from_spki_der`].
    pub fn from_pem(text: &str) -> Result<Self, Error> {
        let block = pem::parse(text)?;
        match block.label() {
            "PUBLIC KEY" => Self::from_spki_der(block.der()),
            label => Err(Error::new(Code::PemLabel).note(label)),
        }
    }

    /// Writes a PEM block labelled `PUBLIC KEY`.
    pub fn to_pem(&self) -> String {
        pem::write("PUBLIC KEY", &self.to_spki_der()).to_string()
    }
}

fn split(spki: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut content = der::only(SEQUENCE, spki)?;
    let algorithm = der::take(SEQUENCE, &mut content)?;
    let key = der::only(BIT_STRING, content)?.strip_prefix(&[0])?;
    Some((algorithm, key))
}
