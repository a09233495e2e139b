//! A provider with its root and issuing CA, a user's key, and what is signed in her chain.

use mimicred_keys::{Algorithm, IssuerKey, PublicKey, SecretKey, SystemRandom};
use mimicred_uri::MimiUri;
use mimicred_x509::{
    Anchor, Ca, CaProfile, Certificate, IdentityProfile, PseudonymProfile, REAL_POLICY, Validity, prepare_identity,
    prepare_issuing_ca, prepare_root,
};
use rustls_pki_types::SignatureVerificationAlgorithm;
use webpki::aws_lc_rs as algorithms;

pub use crate::cast::NOW;

pub const NAME: &str = "Alice Meier";
pub const EMAIL: &str = "alice@a.example";
pub const USER: &str = "mimi://a.example/u/alice";
const PSEUDONYM: &str = "mimi://a.example/p/AAAAAAAAAAAAAAAAAAAAAA";
pub const CLIENT: &str = "mimi://a.example/d/BBBBBBBBBBBBBBBBBBBBBA";

/// A provider and one of its users.
pub struct Provider {
    root: Certificate,
    issuing: Certificate,
    ca: Ca,
    secret: SecretKey,
    key: IssuerKey,
    leaf: PublicKey,
    identity: Certificate,
}

/// A message that is signed, for the algorithm that checks it.
pub struct Signed {
    algorithm: &'static dyn SignatureVerificationAlgorithm,
    key: Vec<u8>,
    message: Vec<u8>,
    signature: Vec<u8>,
}

impl Signed {
    pub fn verify(&self) {
        self.algorithm.verify_signature(&self.key, &self.message, &self.signature).unwrap();
    }

    fn of(certificate: &Certificate, issuer: &PublicKey) -> Self {
        let (message, signature) = parts(certificate.as_der());
        let algorithm = match issuer.algorithm() {
            Algorithm::Ed25519 => algorithms::ED25519,
            Algorithm::P256 => algorithms::ECDSA_P256_SHA256,
            Algorithm::P384 => algorithms::ECDSA_P384_SHA384,
            Algorithm::P521 => algorithms::ECDSA_P521_SHA512,
        };
        Self { algorithm, key: issuer.octets().to_vec(), message, signature }
    }
}

impl Provider {
    /// With these algorithms for root, issuing CA and user.
    pub fn new([root, issuing, leaf]: [Algorithm; 3]) -> Self {
        let secret = |algorithm| SecretKey::generate(algorithm, &mut SystemRandom).unwrap();
        let root_key = IssuerKey::new(secret(root));
        let profile = CaProfile::new("A Example Root", Validity::days(NOW, 3650).unwrap()).with_organization("A Example");
        let root = prepare_root(&profile, root_key.public(), &mut SystemRandom).unwrap().sign(&root_key).unwrap();
        let secret_key = secret(issuing);
        let key = IssuerKey::new(secret_key.clone());
        let profile = CaProfile::new("A Example users", Validity::days(NOW, 365).unwrap()).with_organization("A Example");
        let above = Ca::from_certificate(&root).unwrap();
        let issuing = prepare_issuing_ca(&above, &profile, key.public(), &mut SystemRandom).unwrap().sign(&root_key).unwrap();
        let ca = Ca::from_certificate(&issuing).unwrap();
        let leaf = secret(leaf).public().clone();
        let identity = prepare_identity(&ca, &identity_of(&leaf), &mut SystemRandom).unwrap().sign(&key).unwrap();
        Self { root, issuing, ca, secret: secret_key, key, leaf, identity }
    }

    pub fn ca(&self) -> &Ca {
        &self.ca
    }

    pub fn issuing(&self) -> &Certificate {
        &self.issuing
    }

    pub fn key(&self) -> &IssuerKey {
        &self.key
    }

    /// The same key, for a peer that signs by itself.
    pub fn secret(&self) -> &SecretKey {
        &self.secret
    }

    pub fn leaf(&self) -> &PublicKey {
        &self.leaf
    }

    pub fn anchor(&self) -> Anchor {
        Anchor::from_certificate(&self.root).unwrap()
    }

    /// Leaf and issuing CA, as they are sent.
    pub fn chain(&self) -> Vec<Vec<u8>> {
        vec![self.identity.as_der().to_vec(), self.issuing.as_der().to_vec()]
    }

    /// What has to be verified of the chain.
    pub fn signed(&self) -> [Signed; 2] {
        [Signed::of(&self.identity, self.key.public()), Signed::of(&self.issuing, &self.root.subject_key().unwrap())]
    }

    pub fn identity(&self) -> IdentityProfile {
        identity_of(&self.leaf)
    }

    pub fn pseudonym(&self) -> PseudonymProfile {
        PseudonymProfile::new(&self.leaf, &uri(PSEUDONYM), &uri(CLIENT), Validity::days(NOW, 30).unwrap())
    }
}

fn identity_of(leaf: &PublicKey) -> IdentityProfile {
    IdentityProfile::new(leaf, Validity::days(NOW, 30).unwrap())
        .with_display_name(NAME)
        .with_email(EMAIL)
        .with_user(&uri(USER))
        .with_client(&uri(CLIENT))
        .with_policy(REAL_POLICY.parse().unwrap())
}

fn uri(text: &str) -> MimiUri {
    text.parse().unwrap()
}

/// The tbsCertificate and the signature: the first and last element of a SEQUENCE.
fn parts(der: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let inside = element(der).1;
    let (tbs, _, rest) = element(inside);
    let (_, _, rest) = element(rest);
    // After the octet that counts unused bits.
    (tbs.to_vec(), element(rest).1[1..].to_vec())
}

/// An element, its contents, and what comes after it.
fn element(der: &[u8]) -> (&[u8], &[u8], &[u8]) {
    let (header, length) = match der[1] {
        length @ 0..=0x7f => (2, usize::from(length)),
        0x81 => (3, usize::from(der[2])),
        _ => (4, usize::from(der[2]) << 8 | usize::from(der[3])),
    };
    (&der[..header + length], &der[header..header + length], &der[header + length..])
}
