//! Issuing, in two steps.

mod ca;
mod end_entity;
mod p521;

use std::cell::RefCell;
use std::time::Duration;

use mimicred_keys::{Algorithm, Family, IssuerKey, PublicKey, Random, ToBeSigned};
use rcgen::{CertificateParams, PublicKeyData, SignatureAlgorithm, SigningKey};
use rustls_pki_types::alg_id;
use time::OffsetDateTime;

use crate::certificate::Certificate;
use crate::der;
use crate::error::{Code, Error};
use crate::serial::SerialNumber;
use crate::validity::Validity;

pub use ca::{Ca, CaProfile, prepare_issuing_ca, prepare_root};
pub use end_entity::{IdentityProfile, PseudonymProfile, prepare_identity, prepare_pseudonym};

/// A certificate that lacks nothing but its signature.
///
/// ```
/// use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SystemRandom};
/// use mimicred_x509::{CaProfile, Code, Validity, prepare_root};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let key = IssuerKey::new(SecretKey::generate(Algorithm::P384, &mut SystemRandom)?);
/// let profile = CaProfile::new("a.example MIMI CA", Validity::days(1_790_000_000, 3650)?);
/// let prepared = prepare_root(&profile, key.public(), &mut SystemRandom)?;
/// // Wherever the key lives: an HSM, a service, or here.
/// let signature = key.sign(prepared.to_be_signed())?;
/// let root = prepared.finish(signature.as_bytes())?;
/// assert!(root.inspect_unverified().is_self_issued);
/// assert_eq!(prepared.finish(b"something else").unwrap_err().code(), Code::SignatureInvalid);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct PreparedCertificate {
    to_be_signed: ToBeSigned,
    issuer_key: PublicKey,
    serial: SerialNumber,
}

impl PreparedCertificate {
    /// What the issuer's key has to sign: the tbsCertificate.
    pub fn to_be_signed(&self) -> &ToBeSigned {
        &self.to_be_signed
    }

    /// The serial number that was drawn for it.
    pub fn serial(&self) -> SerialNumber {
        self.serial
    }

    /// The key that has to sign.
    pub fn issuer_key(&self) -> &PublicKey {
        &self.issuer_key
    }

    /// Puts the certificate together, if the signature is the issuer's. ECDSA signatures are DER here.
    ///
    /// # Errors
    /// `x509/signature-invalid`.
    pub fn finish(&self, signature: &[u8]) -> Result<Certificate, Error> {
        self.issuer_key.verify(Family::TbsCertificate, self.to_be_signed.as_bytes(), signature)?;
        self.assemble(signature)
    }

    fn assemble(&self, signature: &[u8]) -> Result<Certificate, Error> {
        Certificate::issued(signed(self.to_be_signed.as_bytes(), self.issuer_key.algorithm(), signature))
    }

    /// Signs with a key that is here.
    ///
    /// # Errors
    /// `x509/issuer-key-mismatch` for any key but the issuer's.
    pub fn sign(&self, key: &IssuerKey) -> Result<Certificate, Error> {
        if *key.public() != self.issuer_key {
            return Err(Code::IssuerKeyMismatch.into());
        }
        // The issuer's own key, by the comparison above: nothing is left to verify.
        self.assemble(key.sign(&self.to_be_signed)?.as_bytes())
    }
}

/// What was signed, with a signature by such a key: a certificate, or a request for one.
pub(crate) fn signed(octets: &[u8], algorithm: Algorithm, signature: &[u8]) -> Vec<u8> {
    der::element(der::SEQUENCE, &[octets, &signature_algorithm(algorithm), &der::bit_string(signature)])
}

/// The AlgorithmIdentifier of signatures by such a key.
pub(crate) fn signature_algorithm(algorithm: Algorithm) -> Vec<u8> {
    let algorithm = match algorithm {
        Algorithm::Ed25519 => alg_id::ED25519,
        Algorithm::P256 => alg_id::ECDSA_SHA256,
        Algorithm::P384 => alg_id::ECDSA_SHA384,
        Algorithm::P521 => alg_id::ECDSA_SHA512,
    };
    der::element(der::SEQUENCE, &[algorithm.as_ref()])
}

/// Who issues: a name and key identifier as rcgen takes them, and the key.
struct Issuer<'a> {
    params: &'a CertificateParams,
    key: &'a PublicKey,
}

/// Has rcgen write the tbsCertificate.
fn prepare(params: &CertificateParams, subject_key: &PublicKey, issuer: &Issuer<'_>) -> Result<PreparedCertificate, Error> {
    let recorder = Recorder::new(issuer.key);
    params
        .signed_by(&KeyData(subject_key), &rcgen::Issuer::from_params(issuer.params, &recorder))
        .map_err(|error| Error::new(Code::NameUnusable).because(error))?;
    let to_be_signed = ToBeSigned::new(Family::TbsCertificate, recorder.into_octets(Some(subject_key))?)?;
    let serial = params
        .serial_number
        .as_ref()
        .map_or(Err(Code::SerialMalformed.into()), |serial| SerialNumber::from_contents(serial.as_ref()))?;
    Ok(PreparedCertificate { to_be_signed, issuer_key: issuer.key.clone(), serial })
}

/// A public key as rcgen takes it.
struct KeyData<'a>(&'a PublicKey);

impl PublicKeyData for KeyData<'_> {
    fn der_bytes(&self) -> &[u8] {
        self.0.octets()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        match self.0.algorithm() {
            Algorithm::Ed25519 => &rcgen::PKCS_ED25519,
            Algorithm::P256 => &rcgen::PKCS_ECDSA_P256_SHA256,
            // P-521 gets its own name afterwards.
            Algorithm::P384 | Algorithm::P521 => &rcgen::PKCS_ECDSA_P384_SHA384,
        }
    }
}

/// Stands where rcgen wants a signing key, and keeps what it is asked to sign.
pub(crate) struct Recorder<'a> {
    key: KeyData<'a>,
    to_be_signed: RefCell<Vec<u8>>,
}

impl<'a> Recorder<'a> {
    pub(crate) fn new(key: &'a PublicKey) -> Self {
        Self { key: KeyData(key), to_be_signed: RefCell::default() }
    }

    /// What is to be signed: a TBSCertificate for this subject's key, or a TBSCertList.
    pub(crate) fn into_octets(self, subject: Option<&PublicKey>) -> Result<Vec<u8>, Error> {
        p521::named(self.to_be_signed.into_inner(), self.key.0, subject)
    }
}

impl PublicKeyData for Recorder<'_> {
    fn der_bytes(&self) -> &[u8] {
        self.key.der_bytes()
    }

    fn algorithm(&self) -> &'static SignatureAlgorithm {
        self.key.algorithm()
    }
}

impl SigningKey for Recorder<'_> {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, rcgen::Error> {
        *self.to_be_signed.borrow_mut() = message.to_vec();
        Ok(Vec::new())
    }
}

/// The fields that rcgen would fill with defaults of its own: a serial number made from the key and a validity of 2000 years.
fn base_params(validity: Validity, random: &mut dyn Random) -> Result<CertificateParams, Error> {
    // B-1: 16 octets whose top bits are 01, so that the INTEGER is positive and always 16 octets long.
    let mut serial = [0; 16];
    random.fill(&mut serial)?;
    if let Some(first) = serial.first_mut() {
        *first = (*first & 0x3f) | 0x40;
    }
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.serial_number = Some(rcgen::SerialNumber::from_slice(&serial));
    params.not_before = moment(validity.not_before());
    params.not_after = moment(validity.not_after());
    Ok(params)
}

/// A time as rcgen takes it, from seconds since 1970 that are within a [`Validity`]'s bounds.
pub(crate) fn moment(seconds: i64) -> OffsetDateTime {
    rcgen::date_time_ymd(1970, 1, 1) + Duration::from_secs(seconds.unsigned_abs())
}

pub(crate) fn rcgen_serial(serial: &SerialNumber) -> rcgen::SerialNumber {
    rcgen::SerialNumber::from_slice(serial.contents())
}

/// A name of 1 to 64 characters (ub-common-name, ub-organization-name), nothing invisible in it.
fn check_text(text: &str) -> Result<(), Error> {
    if text.is_empty() || text.chars().count() > 64 || text.chars().any(char::is_control) {
        return Err(Code::NameUnusable.into());
    }
    Ok(())
}
