//! Pseudonym and identity certificates: request, issue, verify, revoke.
//!
//! A provider has a root CA and, below it, at most one issuing CA for all its users. To a key it issues a *pseudonym
//! certificate*, in which nothing but the key, two random URIs and a random serial number differs from anybody else's
//! (mimi-mls.md 1.2, 4.5), and *identity certificates* for the same key, which say who that is.
//!
//! Who wants one asks with a certification request ([`prepare_request`]), which proves to one issuer, for one occasion, that she has the
//! key ([`UnverifiedRequest::verify`]).
//!
//! Issuing takes two steps, so that the CA's key may live elsewhere: [`prepare_pseudonym`] and its sisters give a
//! [`PreparedCertificate`], whose [`PreparedCertificate::to_be_signed`] octets get signed, and
//! [`PreparedCertificate::finish`] checks the signature and makes the [`Certificate`].
//!
//! Verifying starts from octets, as they come out of a Credential: [`UnverifiedChain::parse`], then
//! [`UnverifiedChain::verify`] against anchors, a time and a [`Profile`], which gives a [`VerifiedChain`]. rustls-webpki builds
//! the path; x509-parser reads; the profiles are ours. Signatures in chains are checked by `mimicred-keys`, as all others: by the
//! cofactored rule for Ed25519, and with the keys of CAs in the one form that is read anywhere.
//!
//! What a CA has taken back stands in its revocation list ([`prepare_crl`], [`UnverifiedCrl`]). Verifying a chain asks for none: which
//! lists there are, and what it means if there are none, is for the caller to know.
//!
//! ```
//! use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SystemRandom};
//! use mimicred_uri::{Host, MimiUri};
//! use mimicred_x509::*;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let random = &mut SystemRandom;
//! let now = 1_790_000_000;
//! let ca_key = IssuerKey::new(SecretKey::generate(Algorithm::P256, random)?);
//! let root = CaProfile::new("a.example MIMI CA", Validity::days(now, 3650)?).with_organization("A Example");
//! let root = prepare_root(&root, ca_key.public(), random)?.sign(&ca_key)?;
//! let ca = Ca::from_certificate(&root)?;
//!
//! let leaf_key = SecretKey::generate(Algorithm::Ed25519, random)?;
//! let user: MimiUri = "mimi://a.example/p/crazykoala75".parse()?;
//! let client: MimiUri = "mimi://a.example/d/ClientA1".parse()?;
//! let profile = PseudonymProfile::new(leaf_key.public(), &user, &client, Validity::days(now, 30)?);
//! let certificate = prepare_pseudonym(&ca, &profile, random)?.sign(&ca_key)?;
//!
//! let chain = UnverifiedChain::parse(vec![certificate.as_der().to_vec()])?;
//! let anchors = [Anchor::from_certificate(&root)?];
//! let verified = chain.verify(&Expectations { anchors: &anchors, at: now, profile: Profile::Pseudonym })?;
//! assert_eq!(verified.user_uri(), Some(&user));
//! assert_eq!(verified.subject_key(), leaf_key.public());
//! assert_eq!(verified.identity_mark(&PolicyOids::default()), IdentityMark::Pseudonym);
//! # Ok(())
//! # }
//! ```

mod anchor;
mod attribute;
mod certificate;
mod chain;
mod crl;
mod der;
mod error;
mod issue;
mod names;
mod oid;
mod policy;
mod request;
mod seen;
mod serial;
mod validity;
mod verify;

pub use anchor::Anchor;
pub use attribute::Attribute;
pub use certificate::{Certificate, ExtensionView, Inspection};
pub use chain::{MAX_CERTIFICATE_LEN, MAX_CHAIN_LEN, UnverifiedChain};
pub use crl::{
    Crl, CrlInspection, CrlProfile, MAX_CRL_ENTRIES, MAX_CRL_LEN, PreparedCrl, Revocation, RevocationStatus, UnverifiedCrl,
    VerifiedCrl, prepare_crl,
};
pub use error::{Code, Error};
pub use issue::{
    Ca, CaProfile, IdentityProfile, PreparedCertificate, PseudonymProfile, prepare_identity, prepare_issuing_ca,
    prepare_pseudonym, prepare_root,
};
pub use names::SubjectUris;
pub use oid::Oid;
pub use policy::{IdentityMark, PSEUDONYM_POLICY, PolicyOids, REAL_POLICY};
pub use request::{
    ISSUANCE_BINDING, IssuanceBinding, MAX_REQUEST_LEN, PreparedRequest, Request, UnverifiedRequest, VerifiedRequest,
    prepare_request,
};
pub use seen::Seen;
pub use serial::SerialNumber;
pub use validity::Validity;
pub use verify::{Expectations, Profile, VerifiedChain};
