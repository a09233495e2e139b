//! Keys in any form: JWK, PEM, DER, COSE_Key; for public keys also the certificate that carries one.

use mimicred_cose::CoseKey;
use mimicred_jose::{Jwk, json, jwk};
use mimicred_keys::{PublicKey, SecretKey, pem};
use serde::Serialize;

use crate::error::{Code, Failure};
use crate::io::{Input, Inputs, Source};
use crate::out::hex;
use crate::sniff;

/// A key as it was found in a file.
pub(crate) struct KeyFile {
    pub(crate) public: PublicKey,
    pub(crate) secret: Option<SecretKey>,
    pub(crate) kid: Option<String>,
    pub(crate) form: KeyForm,
    name: String,
}

/// The forms of key files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyForm {
    /// JSON Web Key.
    Jwk,
    /// PKCS#8, SEC 1, SubjectPublicKeyInfo or a certificate, in PEM.
    Pem,
    /// The same in DER.
    Der,
    /// COSE_Key.
    Cose,
}

impl KeyFile {
    /// Reads a key; `role` names what it is to the command.
    ///
    /// # Errors
    /// Those of [`Inputs::read`], those of the form that the file seems to have, or `cli/content-unexpected`.
    pub(crate) fn read(inputs: &Inputs, source: &Source, role: &str) -> Result<Self, Failure> {
        let input = inputs.read(source, role)?;
        let name = input.name.clone();
        Self::parse(&input).map_err(|failure| failure.reading(&name))
    }

    /// Reads a key in whatever form it is.
    ///
    /// # Errors
    /// Those of the form that the file seems to have, or `cli/content-unexpected`.
    pub(crate) fn parse(input: &Input) -> Result<Self, Failure> {
        match KeyForm::seen_in(input) {
            Some(KeyForm::Jwk) => Self::from_jwk(input),
            Some(KeyForm::Pem) => Self::from_pem(input),
            Some(KeyForm::Der) => Self::from_der(input),
            Some(KeyForm::Cose) => {
                let key = CoseKey::from_octets(&input.octets)?;
                Ok(Self { public: key.public, secret: key.secret, kid: None, form: KeyForm::Cose, name: input.name.clone() })
            }
            None => Err(sniff::unexpected(input, "a key")),
        }
    }

    /// The private key.
    ///
    /// # Errors
    /// `cli/secret-missing`.
    pub(crate) fn into_secret(self) -> Result<SecretKey, Failure> {
        self.secret.ok_or_else(|| Failure::new(Code::SecretMissing).reading(&self.name))
    }

    /// The public key, for places where no private one belongs (JWT-K-002).
    ///
    /// # Errors
    /// `cli/secret-unexpected`.
    pub(crate) fn into_public(self) -> Result<PublicKey, Failure> {
        match self.secret {
            Some(_) => Err(Failure::new(Code::SecretUnexpected).reading(&self.name)),
            None => Ok(self.public),
        }
    }

    fn from_jwk(input: &Input) -> Result<Self, Failure> {
        let value = json::parse_octets(input.text().unwrap_or_default().as_bytes(), &json::Limits::DEFAULT)?;
        let map = value.as_map().ok_or_else(|| Failure::note(Code::ContentUnexpected, "JSON, but no JWK"))?;
        let key = Jwk::parse(map)?;
        Ok(Self { public: key.public, secret: key.secret, kid: key.kid, form: KeyForm::Jwk, name: input.name.clone() })
    }

    fn from_pem(input: &Input) -> Result<Self, Failure> {
        let mut text = input.text().unwrap_or_default();
        // OpenSSL writes a block of curve parameters before an EC private key; the key names its curve again.
        if text.starts_with("-----BEGIN EC PARAMETERS") {
            let next = text.match_indices("-----BEGIN ").nth(1).and_then(|(at, _)| text.get(at..));
            text = next.ok_or_else(|| Failure::new(Code::PemUnusable))?;
        }
        let (public, secret) = match pem::parse_all(text)?.first().map(|block| (block.label(), block.der())) {
            Some(("CERTIFICATE", der)) => (certificate_key(der)?, None),
            Some(("X509 CRL", _)) => return Err(sniff::unexpected(input, "a key")),
            Some(("PUBLIC KEY", der)) => (PublicKey::from_spki_der(der)?, None),
            _ => {
                let secret = SecretKey::from_pem(text)?;
                (secret.public().clone(), Some(secret))
            }
        };
        Ok(Self { public, secret, kid: None, form: KeyForm::Pem, name: input.name.clone() })
    }

    fn from_der(input: &Input) -> Result<Self, Failure> {
        let (public, secret) = match Der::seen_in(&input.octets) {
            Der::PrivateKey => {
                let secret = SecretKey::from_pkcs8_der(&input.octets)?;
                (secret.public().clone(), Some(secret))
            }
            Der::Certificate => (certificate_key(&input.octets)?, None),
            Der::RevocationList => return Err(sniff::unexpected(input, "a key")),
            Der::PublicKey => (PublicKey::from_spki_der(&input.octets)?, None),
        };
        Ok(Self { public, secret, kid: None, form: KeyForm::Der, name: input.name.clone() })
    }
}

impl KeyForm {
    pub(crate) fn name(self) -> &'static str {
        match self {
            KeyForm::Jwk => "JWK",
            KeyForm::Pem => "PEM",
            KeyForm::Der => "DER",
            KeyForm::Cose => "COSE_Key",
        }
    }

    /// The form that the first characters promise, if it is one of a key.
    pub(crate) fn seen_in(input: &Input) -> Option<Self> {
        match input.text() {
            Some(text) if text.starts_with("-----BEGIN ") => return Some(KeyForm::Pem),
            Some(text) if text.starts_with('{') && text.contains("\"kty\"") => return Some(KeyForm::Jwk),
            _ => {}
        }
        match input.octets.first() {
            Some(0x30) if Der::is_plausible(&input.octets) => Some(KeyForm::Der),
            // A definite-length map.
            Some(0xa0..=0xbb) => Some(KeyForm::Cose),
            _ => None,
        }
    }
}

/// What a DER SEQUENCE is, by what stands first in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Der {
    /// PKCS#8: an INTEGER.
    PrivateKey,
    /// SubjectPublicKeyInfo: a SEQUENCE of an OBJECT IDENTIFIER.
    PublicKey,
    /// CertificateList: a SEQUENCE of a version, which is 2, and more.
    RevocationList,
    /// Certificate: a SEQUENCE of something else.
    Certificate,
}

impl Der {
    /// Whether something that begins like a SEQUENCE may be one: a text beginning with 0, such as base64, is none.
    pub(crate) fn is_plausible(octets: &[u8]) -> bool {
        !octets.iter().all(|octet| octet.is_ascii_graphic() || octet.is_ascii_whitespace())
    }

    pub(crate) fn seen_in(octets: &[u8]) -> Self {
        let inner = content(octets);
        match inner.first() {
            Some(0x02) => Der::PrivateKey,
            Some(0x30) if content(inner).first() == Some(&0x06) => Der::PublicKey,
            Some(0x30) if content(inner).starts_with(&[0x02, 1, 1]) => Der::RevocationList,
            _ => Der::Certificate,
        }
    }
}

/// What follows the tag and the length at the start of a DER value.
fn content(octets: &[u8]) -> &[u8] {
    let header = match octets.get(1) {
        Some(long @ 0x81..=0x84) => 2 + usize::from(long & 0x7f),
        _ => 2,
    };
    octets.get(header..).unwrap_or_default()
}

/// The subject key of a certificate of which nothing was verified.
fn certificate_key(der: &[u8]) -> Result<PublicKey, Failure> {
    Ok(mimicred_x509::Certificate::from_der(der)?.subject_key()?)
}

/// A key's names, as the anchors of room policies spell them.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Thumbprints {
    /// RFC 7638.
    pub(crate) jwk_thumbprint_sha256: String,
    /// RFC 9679.
    pub(crate) cose_key_thumbprint_sha256: String,
    /// SHA-256 of the SubjectPublicKeyInfo.
    pub(crate) spki_sha256: String,
}

impl Thumbprints {
    pub(crate) fn of(key: &PublicKey) -> Self {
        let named = |hash: [u8; 32]| format!("sha256:{}", hex(&hash));
        Self {
            jwk_thumbprint_sha256: named(jwk::thumbprint_sha256(key)),
            cose_key_thumbprint_sha256: named(mimicred_cose::key::thumbprint_sha256(key)),
            spki_sha256: named(key.spki_sha256()),
        }
    }
}

#[cfg(test)]
mod tests;
