//! The native backend: aws-lc-rs.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::signature::{EcdsaKeyPair, EcdsaSigningAlgorithm, EcdsaVerificationAlgorithm, Ed25519KeyPair, ParsedPublicKey};
use aws_lc_rs::{agreement, constant_time, digest as sha2, rand, signature};

use super::{Curve, Encoding};
use crate::hash::{Hash, HashAlgorithm};

pub(crate) fn fill(out: &mut [u8]) -> Option<()> {
    rand::fill(out).ok()
}

pub(crate) fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(a, b).is_ok()
}

fn hash_algorithm(algorithm: HashAlgorithm) -> &'static sha2::Algorithm {
    match algorithm {
        HashAlgorithm::Sha256 => &sha2::SHA256,
        HashAlgorithm::Sha384 => &sha2::SHA384,
        HashAlgorithm::Sha512 => &sha2::SHA512,
    }
}

pub(crate) fn digest(algorithm: HashAlgorithm, data: &[u8]) -> Hash {
    Hash::from_slice(sha2::digest(hash_algorithm(algorithm), data).as_ref())
}

#[derive(Clone)]
pub(crate) struct HashContext(sha2::Context);

impl HashContext {
    pub(crate) fn new(algorithm: HashAlgorithm) -> Self {
        Self(sha2::Context::new(hash_algorithm(algorithm)))
    }

    pub(crate) fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    pub(crate) fn finish(self) -> Hash {
        Hash::from_slice(self.0.finish().as_ref())
    }
}

fn verification(curve: Curve, encoding: Encoding) -> &'static EcdsaVerificationAlgorithm {
    match (curve, encoding) {
        (Curve::P256, Encoding::Der) => &signature::ECDSA_P256_SHA256_ASN1,
        (Curve::P256, Encoding::Fixed) => &signature::ECDSA_P256_SHA256_FIXED,
        (Curve::P384, Encoding::Der) => &signature::ECDSA_P384_SHA384_ASN1,
        (Curve::P384, Encoding::Fixed) => &signature::ECDSA_P384_SHA384_FIXED,
        (Curve::P521, Encoding::Der) => &signature::ECDSA_P521_SHA512_ASN1,
        (Curve::P521, Encoding::Fixed) => &signature::ECDSA_P521_SHA512_FIXED,
    }
}

fn signing(curve: Curve, encoding: Encoding) -> &'static EcdsaSigningAlgorithm {
    match (curve, encoding) {
        (Curve::P256, Encoding::Der) => &signature::ECDSA_P256_SHA256_ASN1_SIGNING,
        (Curve::P256, Encoding::Fixed) => &signature::ECDSA_P256_SHA256_FIXED_SIGNING,
        (Curve::P384, Encoding::Der) => &signature::ECDSA_P384_SHA384_ASN1_SIGNING,
        (Curve::P384, Encoding::Fixed) => &signature::ECDSA_P384_SHA384_FIXED_SIGNING,
        (Curve::P521, Encoding::Der) => &signature::ECDSA_P521_SHA512_ASN1_SIGNING,
        (Curve::P521, Encoding::Fixed) => &signature::ECDSA_P521_SHA512_FIXED_SIGNING,
    }
}

/// A public key on a curve, checked to lie on it, ready for signatures in both encodings.
#[derive(Clone)]
pub(crate) struct EcVerifier {
    der: ParsedPublicKey,
    fixed: ParsedPublicKey,
}

impl EcVerifier {
    /// Reads a SEC 1 point. The library takes every form of point and SPKI too, so the caller has looked at the first octet and
    /// the length.
    pub(crate) fn new(curve: Curve, point: &[u8]) -> Option<Self> {
        Some(Self {
            der: ParsedPublicKey::new(verification(curve, Encoding::Der), point).ok()?,
            fixed: ParsedPublicKey::new(verification(curve, Encoding::Fixed), point).ok()?,
        })
    }

    pub(crate) fn verify(&self, encoding: Encoding, message: &[u8], signature: &[u8]) -> bool {
        let key = match encoding {
            Encoding::Der => &self.der,
            Encoding::Fixed => &self.fixed,
        };
        key.verify_sig(message, signature).is_ok()
    }
}

/// The uncompressed form of a compressed point. The library writes the point into an SPKI, of which it is the tail.
pub(crate) fn decompress(curve: Curve, point: &[u8], uncompressed_len: usize) -> Option<Vec<u8>> {
    let key = ParsedPublicKey::new(verification(curve, Encoding::Der), point).ok()?;
    let spki: PublicKeyX509Der<'_> = key.as_der().ok()?;
    let (_, point) = spki.as_ref().split_at_checked(spki.as_ref().len().checked_sub(uncompressed_len)?)?;
    Some(point.to_vec())
}

/// The point of a scalar, uncompressed; nothing when the scalar is 0 or not below the group order.
pub(crate) fn point_of(curve: Curve, scalar: &[u8]) -> Option<Vec<u8>> {
    let algorithm = match curve {
        Curve::P256 => &agreement::ECDH_P256,
        Curve::P384 => &agreement::ECDH_P384,
        Curve::P521 => &agreement::ECDH_P521,
    };
    let key = agreement::PrivateKey::from_private_key(algorithm, scalar).ok()?;
    Some(key.compute_public_key().ok()?.as_ref().to_vec())
}

/// The public key of an Ed25519 seed.
pub(crate) fn ed25519_public_of(seed: &[u8]) -> Option<Vec<u8>> {
    Some(signature::KeyPair::public_key(&Ed25519KeyPair::from_seed_unchecked(seed).ok()?).as_ref().to_vec())
}

/// An Ed25519 key that signs.
pub(crate) struct Ed25519Signer(Ed25519KeyPair);

impl Ed25519Signer {
    pub(crate) fn new(seed: &[u8]) -> Option<Self> {
        Ed25519KeyPair::from_seed_unchecked(seed).ok().map(Self)
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        Some(self.0.try_sign(message).ok()?.as_ref().to_vec())
    }
}

/// An ECDSA key that signs in both encodings. The library draws the nonces itself and ignores the source it is given.
pub(crate) struct EcSigner {
    der: EcdsaKeyPair,
    fixed: EcdsaKeyPair,
}

impl EcSigner {
    pub(crate) fn new(curve: Curve, scalar: &[u8], point: &[u8]) -> Option<Self> {
        let pair = |encoding| EcdsaKeyPair::from_private_key_and_public_key(signing(curve, encoding), scalar, point).ok();
        Some(Self { der: pair(Encoding::Der)?, fixed: pair(Encoding::Fixed)? })
    }

    pub(crate) fn sign(&self, encoding: Encoding, message: &[u8]) -> Option<Vec<u8>> {
        let pair = match encoding {
            Encoding::Der => &self.der,
            Encoding::Fixed => &self.fixed,
        };
        Some(pair.sign(&rand::SystemRandom::new(), message).ok()?.as_ref().to_vec())
    }
}
