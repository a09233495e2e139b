//! From a chain that was received to one that can be relied on.

mod algorithms;
mod diagnose;
mod path;
mod profile;
mod remembering;

use mimicred_keys::PublicKey;
use mimicred_uri::{MimiUri, UriKind};

use crate::anchor::Anchor;
use crate::attribute::{self, Attribute};
use crate::certificate::{Certificate, extension_name};
use crate::chain::UnverifiedChain;
use crate::error::Error;
use crate::names::SubjectUris;
use crate::oid::Oid;
use crate::policy::{IdentityMark, PolicyOids};
use crate::seen::Seen;

/// What the end entity's certificate must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// A pseudonym certificate: nothing in it but what mimi-mls.md 1.2 and 4.5 allow.
    Pseudonym,
    /// An identity certificate: critical keyUsage and basicConstraints, and something said about the subject.
    Identity,
    /// Any end entity that may sign.
    Any,
}

/// What the caller expects.
#[derive(Clone, Copy, Debug)]
pub struct Expectations<'a> {
    /// Where the path may end.
    pub anchors: &'a [Anchor],
    /// When the path must be valid, in seconds since 1970.
    pub at: i64,
    /// What the end entity must look like.
    pub profile: Profile,
}

/// A chain that leads to an anchor and keeps to the profile.
#[derive(Clone, Debug)]
pub struct VerifiedChain {
    path: Vec<Certificate>,
    path_spki_sha256: Vec<[u8; 32]>,
    anchor: usize,
    subject_key: PublicKey,
    uris: SubjectUris,
    attributes: Vec<Attribute>,
    policies: Vec<Oid>,
    not_before: i64,
    not_after: i64,
}

impl UnverifiedChain {
    /// Checks the chain: supported algorithms, order, path to an anchor (RFC 5280 6.1: signatures, times, basicConstraints, name
    /// constraints, critical extensions), keyUsage, and last the end entity's profile. The first failure is the error.
    ///
    /// # Errors
    /// `x509/alg-unsupported`, `x509/chain-order`, `x509/issuer-untrusted`, `x509/signature-invalid`, `x509/expired`,
    /// `x509/not-yet-valid`, `x509/key-usage`, `x509/basic-constraints`, `x509/critical-extension-unknown`,
    /// `x509/name-constraints-unsupported`, `x509/name-constraints-violated`, `x509/profile`, and `x509/malformed` for what only
    /// strict DER refuses.
    pub fn verify(&self, expectations: &Expectations<'_>) -> Result<VerifiedChain, Error> {
        self.verify_among(expectations, &Seen::new())
    }

    /// The same, as one of many chains: what was verified for another of them is not computed again.
    ///
    /// # Errors
    /// As [`UnverifiedChain::verify`].
    pub fn verify_among(&self, expectations: &Expectations<'_>, seen: &Seen) -> Result<VerifiedChain, Error> {
        let certificates = self.certificates();
        path::check_chain(certificates)?;
        let found = path::find(certificates, expectations, seen)?;
        profile::check(certificates, self.uris(), expectations.profile)?;

        let path = found.path;
        let (issued, _) = path.split_at(found.issued);
        let not_before = issued.iter().map(|certificate| certificate.contents().not_before).max();
        let not_after = issued.iter().map(|certificate| certificate.contents().not_after).min();
        let contents = path.first().map(Certificate::contents);
        Ok(VerifiedChain {
            path_spki_sha256: path.iter().map(Certificate::spki_sha256).collect(),
            anchor: found.anchor,
            subject_key: self.subject_key().clone(),
            uris: self.uris().clone(),
            attributes: contents.map(attributes).transpose()?.unwrap_or_default(),
            policies: contents.iter().flat_map(|contents| &contents.policies).map(|policy| policy.oid.clone()).collect(),
            not_before: not_before.unwrap_or(i64::MAX),
            not_after: not_after.unwrap_or(i64::MIN),
            path,
        })
    }

    /// What the end entity's certificate looks like, unverified: keyUsage and the profile alone, and nothing about who signed it.
    ///
    /// # Errors
    /// `x509/key-usage`, `x509/profile`.
    pub fn check_profile(&self, profile: Profile) -> Result<(), Error> {
        profile::check(self.certificates(), self.uris(), profile)
    }
}

impl VerifiedChain {
    /// The key that the issuer vouches for.
    pub fn subject_key(&self) -> &PublicKey {
        &self.subject_key
    }

    /// The user's URI, `/u/` or `/p/`.
    pub fn user_uri(&self) -> Option<&MimiUri> {
        self.uris.user()
    }

    /// The client's URI.
    pub fn client_uri(&self) -> Option<&MimiUri> {
        self.uris.client()
    }

    /// What the certificate says about its subject: attributes of the subject's name, every name in the SAN (MIMI URIs
    /// included), and the values of extensions that we do not know.
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// The index, among the expected anchors, of the one at which the path ends.
    pub fn anchor(&self) -> usize {
        self.anchor
    }

    /// The path: the end entity, the intermediates, the anchor, and those of the expected anchors that have certified that
    /// anchor in turn.
    pub fn path(&self) -> &[Certificate] {
        &self.path
    }

    /// SHA-256 of the SubjectPublicKeyInfo of each certificate of [`VerifiedChain::path`].
    pub fn path_spki_sha256(&self) -> &[[u8; 32]] {
        &self.path_spki_sha256
    }

    /// The latest notBefore of the path up to the anchor.
    pub fn not_before(&self) -> i64 {
        self.not_before
    }

    /// The earliest notAfter of the path up to the anchor.
    pub fn not_after(&self) -> i64 {
        self.not_after
    }

    /// SHA-256 of the end entity's tbsCertificate: the token hash of mimi-mls.md 3.5.2.
    pub fn tbs_sha256(&self) -> [u8; 32] {
        self.path.first().map(Certificate::tbs_sha256).unwrap_or_default()
    }

    /// The policies in the end entity's certificate.
    pub fn policies(&self) -> &[Oid] {
        &self.policies
    }

    /// What the issuer says that this is (mimi-mls.md 3.3, rank 2): a pseudonym by policy or by a `/p/` URI, real by policy.
    pub fn identity_mark(&self, policies: &PolicyOids) -> IdentityMark {
        let named_pseudonym = self.user_uri().is_some_and(|uri| uri.kind() == UriKind::Pseudonym);
        if named_pseudonym || self.policies.contains(&policies.pseudonym) {
            IdentityMark::Pseudonym
        } else if self.policies.contains(&policies.real) {
            IdentityMark::Real
        } else {
            IdentityMark::Unmarked
        }
    }

    /// Whether the certificate is marked as a pseudonym's, by the default policy or a `/p/` URI.
    pub fn is_pseudonym(&self) -> bool {
        self.identity_mark(&PolicyOids::default()) == IdentityMark::Pseudonym
    }
}

fn attributes(contents: &crate::certificate::Contents) -> Result<Vec<Attribute>, Error> {
    let mut attributes = contents.subject_attributes.clone();
    attributes.extend(contents.alternative_names.iter().cloned());
    for extension in &contents.extensions {
        // subjectDirectoryAttributes speak of the subject, all others with a name of the certificate.
        if matches!(extension_name(&extension.oid), None | Some("subjectDirectoryAttributes")) {
            attributes.push(attribute::of_extension(&extension.oid, &extension.value));
        }
    }
    Ok(attributes)
}
