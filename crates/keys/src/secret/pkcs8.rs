//! PKCS#8 (RFC 5958), SEC 1 EC keys (RFC 5915) and their PEM.

use zeroize::Zeroizing;

use crate::der::{self, BIT_STRING, CONTEXT_0, CONTEXT_1, CONTEXT_1_PRIMITIVE, INTEGER, OCTET_STRING, SEQUENCE};
use crate::public::spki::{identified, identifier};
use crate::{Algorithm, Code, Error, PublicKey, SecretKey, pem};

/// The object identifier of id-ecPublicKey, of which the named curve is what follows in the AlgorithmIdentifier.
const EC_PUBLIC_KEY: &[u8] = b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01";

impl SecretKey {
    /// Reads PKCS#8, version 1 or, with the public key, version 2. Attributes say nothing about the key and are passed over.
    ///
    /// # Errors
    /// `keys/der-malformed`, `keys/algorithm-unsupported`, `keys/secret-key-malformed`,
    /// `keys/key-pair-mismatch` when a public key stands beside the secret one and is not its own.
    pub fn from_pkcs8_der(pkcs8: &[u8]) -> Result<Self, Error> {
        let parts = OneAsymmetricKey::parse(pkcs8).ok_or(Code::DerMalformed)?;
        let algorithm = identified(parts.algorithm)?;
        let key = match algorithm {
            // CurvePrivateKey of RFC 8410 7 is an OCTET STRING in the OCTET STRING.
            Algorithm::Ed25519 => Self::from_octets(algorithm, der::only(OCTET_STRING, parts.key).ok_or(Code::DerMalformed)?)?,
            _ => EcPrivateKey::parse(parts.key).ok_or(Code::DerMalformed)?.into_key(Some(algorithm))?,
        };
        key.matching(parts.public)
    }

    /// Writes PKCS#8 version 1, which everybody reads. An EC key carries its public key inside, as other tools write it.
    pub fn to_pkcs8_der(&self) -> Zeroizing<Vec<u8>> {
        let inner = match self.algorithm() {
            Algorithm::Ed25519 => Zeroizing::new(der::element(OCTET_STRING, &[&self.octets])),
            _ => {
                let secret = Zeroizing::new(der::element(OCTET_STRING, &[&self.octets]));
                let public = der::element(CONTEXT_1, &[&der::element(BIT_STRING, &[&[0], self.public.octets()])]);
                Zeroizing::new(der::element(SEQUENCE, &[&[INTEGER, 1, 1], &secret, &public]))
            }
        };
        let algorithm = der::element(SEQUENCE, &[identifier(self.algorithm())]);
        let key = Zeroizing::new(der::element(OCTET_STRING, &[&inner]));
        Zeroizing::new(der::element(SEQUENCE, &[&[INTEGER, 1, 0], &algorithm, &key]))
    }

    /// Reads a PEM block labelled `PRIVATE KEY` (PKCS#8) or `EC PRIVATE KEY` (SEC 1, with its curve named).
    ///
    /// # Errors
    /// `keys/pem-malformed`, `keys/pem-label`, `keys/key-encrypted`, and those of [`SecretKey::from_pkcs8_der`].
    pub fn from_pem(text: &str) -> Result<Self, Error> {
        let block = pem::parse(text)?;
        match block.label() {
            "PRIVATE KEY" => Self::from_pkcs8_der(block.der()),
            "EC PRIVATE KEY" => EcPrivateKey::parse(block.der()).ok_or(Code::DerMalformed)?.into_key(None),
            "ENCRYPTED PRIVATE KEY" => Err(Code::KeyEncrypted.into()),
            label => Err(Error::new(Code::PemLabel).note(label)),
        }
    }

    /// Writes a PEM block labelled `PRIVATE KEY`.
    pub fn to_pem(&self) -> Zeroizing<String> {
        pem::write("PRIVATE KEY", &self.to_pkcs8_der())
    }

    /// The key, if the public key given beside it, if any, is its own.
    fn matching(self, public: Option<&[u8]>) -> Result<Self, Error> {
        match public {
            Some(public) if PublicKey::from_octets(self.algorithm(), public)? != self.public => Err(Code::KeyPairMismatch.into()),
            _ => Ok(self),
        }
    }
}

/// OneAsymmetricKey.
struct OneAsymmetricKey<'a> {
    algorithm: &'a [u8],
    key: &'a [u8],
    public: Option<&'a [u8]>,
}

impl<'a> OneAsymmetricKey<'a> {
    fn parse(pkcs8: &'a [u8]) -> Option<Self> {
        let mut content = der::only(SEQUENCE, pkcs8)?;
        let version = der::take(INTEGER, &mut content)?;
        let algorithm = der::take(SEQUENCE, &mut content)?;
        let key = der::take(OCTET_STRING, &mut content)?;
        if content.first() == Some(&CONTEXT_0) {
            der::take(CONTEXT_0, &mut content)?;
        }
        // The public key is what makes version 2.
        let public = match version {
            [0] if content.is_empty() => None,
            [1] => Some(der::only(CONTEXT_1_PRIMITIVE, content)?.strip_prefix(&[0])?),
            _ => return None,
        };
        Some(Self { algorithm, key, public })
    }
}

/// ECPrivateKey.
struct EcPrivateKey<'a> {
    secret: &'a [u8],
    curve: Option<&'a [u8]>,
    public: Option<&'a [u8]>,
}

impl<'a> EcPrivateKey<'a> {
    fn parse(input: &'a [u8]) -> Option<Self> {
        let mut content = der::only(SEQUENCE, input)?;
        if der::take(INTEGER, &mut content)? != [1] {
            return None;
        }
        let secret = der::take(OCTET_STRING, &mut content)?;
        let curve = match content.first() {
            Some(&CONTEXT_0) => Some(der::take(CONTEXT_0, &mut content)?),
            _ => None,
        };
        let public = match content.is_empty() {
            true => None,
            false => Some(der::only(BIT_STRING, der::only(CONTEXT_1, content)?)?.strip_prefix(&[0])?),
        };
        Some(Self { secret, curve, public })
    }

    /// The curve is named inside, or by the AlgorithmIdentifier around, or the same by both.
    fn into_key(self, outer: Option<Algorithm>) -> Result<SecretKey, Error> {
        let inner = self.curve.map(|curve| identified(&[EC_PUBLIC_KEY, curve].concat())).transpose()?;
        let algorithm = match (outer, inner) {
            (Some(outer), Some(inner)) if outer != inner => return Err(Code::DerMalformed.into()),
            (outer, inner) => outer.or(inner).ok_or(Code::DerMalformed)?,
        };
        SecretKey::from_octets(algorithm, self.secret)?.matching(self.public)
    }
}

#[cfg(test)]
mod tests;
