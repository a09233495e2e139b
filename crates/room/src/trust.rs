//! The verifier's own trust store, and what it and the room's policy come to together (mimi-mls.md 3.4.3).
//!
//! The store says which issuer key may speak for which hosts. It is filled with the client or from provider metadata, never from a
//! room, a token or a reveal. A room's entry restricts; only the store confers.

mod decide;
mod file;

pub use decide::{Decision, Signer, decide, decide_by_name};
pub use file::{Source, TrustFile, TrustFileIssuer};

use mimicred_cose::key as cose_key;
use mimicred_jose::jwk;
use mimicred_keys::PublicKey;
use mimicred_uri::Host;
use mimicred_x509::{Anchor, Certificate};

use crate::Error;
use crate::policy::{AnchorType, IssuerAnchor};

/// What an issuer is known by.
#[derive(Clone, Debug)]
pub enum Authority {
    /// The key with which it signs tokens.
    Key(PublicKey),
    /// The certificate of its CA, whose key may sign tokens too.
    Certificate(Box<Anchor>),
}

/// Whom an issuer gives credentials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Identities {
    /// Pseudonyms and real identities.
    #[default]
    Any,
    /// Real identities only: its credentials count as marked real (mimi-mls.md 3.3).
    Real,
}

/// Whether the certificates of a CA count without a revocation list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CrlUse {
    /// A list that is held counts; without one nothing is known, and that is enough.
    #[default]
    IfHeld,
    /// Every certificate between the CA and the end entity must be found good in a list that is held and good.
    Required,
}

/// One issuer that the verifier trusts.
#[derive(Clone, Debug)]
pub struct TrustEntry {
    /// The `iss` of its tokens; empty for one that makes certificates only.
    pub issuer: String,
    /// What it is known by.
    pub authority: Authority,
    /// The hosts for which it may speak.
    pub hosts: Vec<Host>,
    /// Whom it gives credentials.
    pub identities: Identities,
    /// Where its status lists are.
    pub status_lists: Vec<String>,
    /// Whether its certificates count without a revocation list.
    pub crl: CrlUse,
}

/// The issuers that the verifier trusts.
///
/// ```
/// use mimicred_keys::{Algorithm, SecretKey, SystemRandom};
/// use mimicred_room::{TrustEntry, TrustStore};
///
/// let key = SecretKey::generate(Algorithm::P256, &mut SystemRandom)?;
/// let mut store = TrustStore::new();
/// store.add(TrustEntry::of_key("https://id.a.example", key.public().clone(), &["a.example"])?);
/// assert_eq!(store.entries().len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct TrustStore {
    entries: Vec<TrustEntry>,
}

impl TrustStore {
    /// A store that trusts nobody.
    pub fn new() -> Self {
        Self::default()
    }

    /// Trusts one more issuer.
    pub fn add(&mut self, entry: TrustEntry) {
        self.entries.push(entry);
    }

    /// The issuers.
    pub fn entries(&self) -> &[TrustEntry] {
        &self.entries
    }

    /// The issuers whose tokens have this `iss`.
    pub fn named<'s>(&'s self, issuer: &str) -> impl Iterator<Item = &'s TrustEntry> {
        self.entries.iter().filter(move |entry| !entry.issuer.is_empty() && entry.issuer == issuer)
    }

    /// The CA certificates, in the order of [`TrustStore::entries`].
    pub fn anchors(&self) -> Vec<Anchor> {
        let certificates = self.entries.iter().filter_map(|entry| match &entry.authority {
            Authority::Certificate(anchor) => Some((**anchor).clone()),
            Authority::Key(_) => None,
        });
        certificates.collect()
    }
}

impl Extend<TrustEntry> for TrustStore {
    fn extend<I: IntoIterator<Item = TrustEntry>>(&mut self, entries: I) {
        self.entries.extend(entries);
    }
}

impl TrustEntry {
    /// An issuer of tokens.
    ///
    /// # Errors
    /// `room/value-invalid` for something that is no host name.
    pub fn of_key(issuer: &str, key: PublicKey, hosts: &[&str]) -> Result<Self, Error> {
        Self::new(issuer, Authority::Key(key), hosts)
    }

    /// A CA, which issues certificates, and tokens if it has a name.
    ///
    /// # Errors
    /// `room/value-invalid` for something that is no host name, and for a certificate that may not issue.
    pub fn of_certificate(issuer: &str, certificate: &Certificate, hosts: &[&str]) -> Result<Self, Error> {
        Self::new(issuer, Authority::of_certificate(certificate)?, hosts)
    }

    fn new(issuer: &str, authority: Authority, hosts: &[&str]) -> Result<Self, Error> {
        let hosts = hosts.iter().map(|host| Host::parse(host)).collect::<Result<_, _>>()?;
        let (identities, status_lists, crl) = (Identities::Any, Vec::new(), CrlUse::IfHeld);
        Ok(Self { issuer: issuer.to_owned(), authority, hosts, identities, status_lists, crl })
    }

    /// The key that signs its tokens.
    pub fn key(&self) -> Option<PublicKey> {
        self.authority.key()
    }

    /// Where on a path its CA stands, the end entity counted as 0.
    pub(crate) fn place_in(&self, path: &[Certificate]) -> Option<usize> {
        path.iter().skip(1).rposition(|ca| self.is_authority(ca)).map(|n| n + 1)
    }

    /// Whether this is the certificate that it is known by.
    fn is_authority(&self, ca: &Certificate) -> bool {
        matches!(&self.authority, Authority::Certificate(anchor) if anchor.certificate() == ca)
    }

    /// Whether it may speak for this host; for any, if there is none to compare with.
    pub(crate) fn speaks_for(&self, host: Option<&str>) -> bool {
        host.is_none_or(|host| self.hosts.iter().any(|own| own.as_str() == host))
    }
}

impl Authority {
    /// The authority of a CA certificate.
    ///
    /// # Errors
    /// `room/value-invalid` for a certificate that may not issue.
    pub fn of_certificate(certificate: &Certificate) -> Result<Self, Error> {
        Ok(Authority::Certificate(Box::new(Anchor::from_certificate(certificate)?)))
    }

    /// The key.
    pub fn key(&self) -> Option<PublicKey> {
        match self {
            Authority::Key(key) => Some(key.clone()),
            Authority::Certificate(anchor) => anchor.certificate().subject_key().ok(),
        }
    }
}

/// What a room's policy writes to name an issuer.
impl IssuerAnchor {
    /// By the JWK thumbprint of its key.
    pub fn jwk_thumbprint(key: &PublicKey) -> Self {
        Self { anchor_type: AnchorType::JwkThumbprintSha256, anchor_value: jwk::thumbprint_sha256(key).to_vec() }
    }

    /// By the COSE_Key thumbprint of its key.
    pub fn cose_key_thumbprint(key: &PublicKey) -> Self {
        Self { anchor_type: AnchorType::CoseKeyThumbprintSha256, anchor_value: cose_key::thumbprint_sha256(key).to_vec() }
    }

    /// By the hash of its SubjectPublicKeyInfo.
    pub fn spki_sha256(key: &PublicKey) -> Self {
        Self { anchor_type: AnchorType::SpkiSha256, anchor_value: key.spki_sha256().to_vec() }
    }

    /// By the certificate of its CA.
    pub fn certificate(certificate: &Certificate) -> Self {
        Self { anchor_type: AnchorType::CertificateDer, anchor_value: certificate.as_der().to_vec() }
    }

    /// Whether it names this key. A key is one key in whatever encoding it is hashed, so each of the three hashes serves tokens of
    /// both formats.
    pub fn names_key(&self, key: &PublicKey) -> bool {
        match self.anchor_type {
            AnchorType::JwkThumbprintSha256 => self.anchor_value == jwk::thumbprint_sha256(key),
            AnchorType::CoseKeyThumbprintSha256 => self.anchor_value == cose_key::thumbprint_sha256(key),
            AnchorType::SpkiSha256 => self.anchor_value == key.spki_sha256(),
            AnchorType::CertificateDer | AnchorType::Other(_) => false,
        }
    }

    /// Whether it names this CA.
    pub fn names_certificate(&self, certificate: &Certificate) -> bool {
        match self.anchor_type {
            AnchorType::SpkiSha256 => self.anchor_value == certificate.spki_sha256(),
            AnchorType::CertificateDer => self.anchor_value == certificate.as_der(),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests;
