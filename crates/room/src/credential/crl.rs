//! Revocation lists for certificates (mimi-mls.md 3.5.3 step 9).

use std::sync::OnceLock;

use mimicred_status::VerifiedStatusList;
use mimicred_x509::{Certificate, RevocationStatus, UnverifiedCrl, VerifiedCrl};

use super::status::{Status, StatusLists};

/// What the revocation lists of its issuer say about a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateStatus {
    /// No list of this issuer is held.
    Unknown,
    /// A list of this issuer is held, but none that verifies and is good at this moment.
    Unusable,
    /// The newest list does not have it.
    Valid,
    /// The newest list has it.
    Revoked,
}

/// Revocation lists as they were received. Whose they are shows when a path is at hand: a list is verified once, with the certificate
/// of its issuer in a path that holds.
///
/// ```
/// use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SystemRandom};
/// use mimicred_room::{CertificateStatus, HeldCrls};
/// use mimicred_x509::*;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let now = 1_790_000_000;
/// # let key = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom)?);
/// # let profile = CaProfile::new("a.example MIMI CA", Validity::days(now, 3650)?);
/// # let root = prepare_root(&profile, key.public(), &mut SystemRandom)?.sign(&key)?;
/// # let ca = Ca::from_certificate(&root)?;
/// # let profile = IdentityProfile::new(key.public(), Validity::days(now, 30)?).with_display_name("Alice");
/// # let certificate = prepare_identity(&ca, &profile, &mut SystemRandom)?.sign(&key)?;
/// let mut crls = HeldCrls::new();
/// assert_eq!(crls.status(&certificate, &root, now), CertificateStatus::Unknown);
/// let revoked = Revocation { serial: certificate.serial(), at: now };
/// let crl = prepare_crl(&ca, &CrlProfile::new(1, Validity::days(now, 7)?).with_revocations([revoked]))?.sign(&key)?;
/// crls.add(UnverifiedCrl::from_der(crl.as_der())?);
/// assert_eq!(crls.status(&certificate, &root, now), CertificateStatus::Revoked);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
pub struct HeldCrls(Vec<HeldCrl>);

#[derive(Debug)]
struct HeldCrl {
    received: UnverifiedCrl,
    verified: OnceLock<VerifiedCrl>,
}

impl HeldCrls {
    /// No list at all.
    pub fn new() -> Self {
        Self::default()
    }

    /// Holds one more list. Of several that one issuer made the one with the highest number counts.
    pub fn add(&mut self, crl: UnverifiedCrl) {
        self.0.push(HeldCrl { received: crl, verified: OnceLock::new() });
    }

    /// Which of the lists, in the order in which they were added, have not answered for any certificate: they are of other issuers, or did
    /// not verify.
    pub fn unused(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().filter(|(_, held)| held.verified.get().is_none()).map(|(n, _)| n)
    }

    /// What is known about a certificate that this issuer has signed, at this moment, in seconds since 1970. The issuer's certificate
    /// must be one that is believed.
    pub fn status(&self, certificate: &Certificate, issuer: &Certificate, at: i64) -> CertificateStatus {
        let of_issuer: Vec<&HeldCrl> = self.0.iter().filter(|held| held.received.is_of(issuer)).collect();
        if of_issuer.is_empty() {
            return CertificateStatus::Unknown;
        }
        let usable = of_issuer.into_iter().filter_map(|held| held.usable(issuer, at));
        let Some(newest) = usable.max_by(VerifiedCrl::cmp_number) else {
            return CertificateStatus::Unusable;
        };
        match newest.status(&certificate.serial()) {
            RevocationStatus::NotRevoked => CertificateStatus::Valid,
            RevocationStatus::Revoked { .. } => CertificateStatus::Revoked,
        }
    }
}

impl HeldCrl {
    fn usable(&self, issuer: &Certificate, at: i64) -> Option<VerifiedCrl> {
        if let Some(verified) = self.verified.get().filter(|verified| verified.issuer() == issuer) {
            return verified.check_time(at).is_ok().then(|| verified.clone());
        }
        let verified = self.received.verify(issuer, at).ok()?;
        Some(self.verified.get_or_init(|| verified.clone())).filter(|kept| kept.issuer() == issuer).cloned().or(Some(verified))
    }
}

/// Everything that a verifier holds about what was taken back: status lists for tokens, revocation lists for certificates.
#[derive(Debug, Default)]
pub struct HeldStatus {
    /// The status lists, each verified under a key that its owner trusts for status.
    pub lists: Vec<VerifiedStatusList>,
    /// The revocation lists.
    pub crls: HeldCrls,
}

impl StatusLists for HeldStatus {
    fn status(&self, uri: &str, index: u64, at: i64) -> Option<Status> {
        self.lists.status(uri, index, at)
    }

    fn silence(&self, uri: &str, index: u64, at: i64) -> Option<mimicred_status::Code> {
        self.lists.silence(uri, index, at)
    }

    fn certificate_status(&self, certificate: &Certificate, issuer: &Certificate, at: i64) -> CertificateStatus {
        self.crls.status(certificate, issuer, at)
    }
}
