//! Certificate revocation lists (RFC 5280 5): which of its certificates a CA has taken back.
//!
//! A list says as little as it can (mimi-mls.md 4.5 B-24, B-18): for each certificate its serial number and the day, no reason, and all
//! in the order of the serial numbers, which are random. Whoever revokes the certificates of one account together still shows so by
//! the day: let them expire, or spread them.
//!
//! Issuing takes two steps, as for certificates: [`prepare_crl`] gives a [`PreparedCrl`]. Receiving starts from octets:
//! [`UnverifiedCrl::from_der`], then [`UnverifiedCrl::verify`] against the certificate of its issuer and a time, which gives a
//! [`VerifiedCrl`] that knows the [`RevocationStatus`] of every certificate of that issuer. Lists are never fetched.

mod parts;
mod received;
mod verified;

use mimicred_keys::{Family, IssuerKey, PublicKey, ToBeSigned, pem};
use rcgen::{CertificateRevocationListParams, KeyIdMethod, RevokedCertParams};

use crate::error::{Code, Error};
use crate::issue::{Ca, Recorder, moment, rcgen_serial, signed};
use crate::serial::SerialNumber;
use crate::validity::{Validity, floor};

pub use received::{CrlInspection, UnverifiedCrl};
pub use verified::{RevocationStatus, VerifiedCrl};

/// The most octets of a revocation list.
pub const MAX_CRL_LEN: usize = 0xff_ffff;
/// The most entries of a revocation list.
pub const MAX_CRL_ENTRIES: usize = 250_000;
/// Extensions that a list, or an entry, may have.
const MAX_EXTENSIONS: usize = 32;

/// The PEM label (RFC 7468 section 6).
const LABEL: &str = "X509 CRL";

/// A certificate that was taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// Which.
    pub serial: SerialNumber,
    /// When, in seconds since 1970; the list tells the day only.
    pub at: i64,
}

/// What a revocation list says.
#[derive(Clone, Debug)]
pub struct CrlProfile {
    number: u64,
    validity: Validity,
    revocations: Vec<Revocation>,
}

impl CrlProfile {
    /// A list with this number, higher than that of the list before it, and from when until when it counts; both are rounded down to
    /// the day.
    pub fn new(number: u64, validity: Validity) -> Self {
        Self { number, validity, revocations: Vec::new() }
    }

    /// The same with these revocations added, in any order.
    #[must_use]
    pub fn with_revocations(mut self, revocations: impl IntoIterator<Item = Revocation>) -> Self {
        self.revocations.extend(revocations);
        self
    }

    /// Every entry, sorted and rounded.
    fn entries(&self, validity: Validity) -> Result<Vec<Revocation>, Error> {
        let unusable = |note: &'static str| Err(Error::new(Code::CrlUnusable).note(note));
        if self.revocations.len() > MAX_CRL_ENTRIES {
            return unusable("more than 250000 entries");
        }
        let mut entries = self.revocations.clone();
        entries.sort_unstable_by_key(|entry| entry.serial);
        if entries.iter().zip(entries.iter().skip(1)).any(|(one, next)| one.serial == next.serial) {
            return unusable("a serial number twice");
        }
        if entries.iter().any(|entry| entry.at < 0 || floor(entry.at) > validity.not_before()) {
            return unusable("a certificate is revoked on a day after that of the list");
        }
        entries.iter_mut().for_each(|entry| entry.at = floor(entry.at));
        Ok(entries)
    }
}

/// Prepares a revocation list of this CA.
///
/// ```
/// use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SystemRandom};
/// use mimicred_x509::*;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let now = 1_790_000_000;
/// # let key = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom)?);
/// # let profile = CaProfile::new("a.example MIMI CA", Validity::days(now, 3650)?);
/// # let root = prepare_root(&profile, key.public(), &mut SystemRandom)?.sign(&key)?;
/// let ca = Ca::from_certificate(&root)?;
/// let revoked = Revocation { serial: "4ea88072fa7bcfceb28bc88ead263171".parse()?, at: now };
/// let profile = CrlProfile::new(7, Validity::days(now, 7)?).with_revocations([revoked]);
/// let crl = prepare_crl(&ca, &profile)?.sign(&key)?;
///
/// let verified = UnverifiedCrl::from_der(crl.as_der())?.verify(&root, now)?;
/// let since = 1_789_948_800; // the start of that day
/// assert_eq!(verified.status(&revoked.serial), RevocationStatus::Revoked { since });
/// assert_eq!(verified.status(&"01".parse()?), RevocationStatus::NotRevoked);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// `x509/not-a-ca` when the CA's keyUsage lacks cRLSign, `x509/validity-unusable` when nothing is left of the validity after rounding,
/// `x509/crl-unusable`.
pub fn prepare_crl(ca: &Ca, profile: &CrlProfile) -> Result<PreparedCrl, Error> {
    if ca.certificate().contents().key_usage.is_some_and(|usage| !usage.crl_sign) {
        return Err(Error::new(Code::NotACa).note("keyUsage lacks cRLSign"));
    }
    let validity = profile.validity.rounded()?;
    let entries = profile.entries(validity)?;
    let params = CertificateRevocationListParams {
        this_update: moment(validity.not_before()),
        next_update: moment(validity.not_after()),
        crl_number: profile.number.into(),
        issuing_distribution_point: None,
        revoked_certs: entries.iter().map(revoked).collect(),
        key_identifier_method: KeyIdMethod::PreSpecified(ca.key_id().to_vec()),
    };
    let recorder = Recorder::new(ca.key());
    params.signed_by(&ca.issuer(&recorder)).map_err(|error| Error::new(Code::CrlUnusable).because(error))?;
    let to_be_signed = ToBeSigned::new(Family::TbsCrl, recorder.into_octets(None)?)?;
    Ok(PreparedCrl { to_be_signed, issuer_key: ca.key().clone() })
}

/// Without a reason: it would tell about the account (B-24).
fn revoked(entry: &Revocation) -> RevokedCertParams {
    RevokedCertParams {
        serial_number: rcgen_serial(&entry.serial),
        revocation_time: moment(entry.at),
        reason_code: None,
        invalidity_date: None,
    }
}

/// A revocation list that lacks nothing but its signature.
#[derive(Clone, Debug)]
pub struct PreparedCrl {
    to_be_signed: ToBeSigned,
    issuer_key: PublicKey,
}

impl PreparedCrl {
    /// What the issuer's key has to sign: the tbsCertList.
    pub fn to_be_signed(&self) -> &ToBeSigned {
        &self.to_be_signed
    }

    /// The key that has to sign.
    pub fn issuer_key(&self) -> &PublicKey {
        &self.issuer_key
    }

    /// Puts the list together, if the signature is the issuer's. ECDSA signatures are DER here.
    ///
    /// # Errors
    /// `x509/crl-signature-invalid`.
    pub fn finish(&self, signature: &[u8]) -> Result<Crl, Error> {
        let tbs = self.to_be_signed.as_bytes();
        let verified = self.issuer_key.verify(Family::TbsCrl, tbs, signature);
        verified.map_err(|error| Error::new(Code::CrlSignatureInvalid).because(error))?;
        Ok(Crl(signed(tbs, self.issuer_key.algorithm(), signature)))
    }

    /// Signs with a key that is here.
    ///
    /// # Errors
    /// `x509/issuer-key-mismatch` for any key but the issuer's.
    pub fn sign(&self, key: &IssuerKey) -> Result<Crl, Error> {
        if *key.public() != self.issuer_key {
            return Err(Code::IssuerKeyMismatch.into());
        }
        self.finish(key.sign(&self.to_be_signed)?.as_bytes())
    }
}

/// A revocation list, made here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crl(Vec<u8>);

impl Crl {
    /// The CertificateList in DER.
    pub fn as_der(&self) -> &[u8] {
        &self.0
    }

    /// The same as a PEM block.
    pub fn to_pem(&self) -> String {
        pem::write(LABEL, &self.0).to_string()
    }
}
