//! The native backend: aws-lc-rs.

use std::sync::OnceLock;

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::signature::{EcdsaKeyPair, EcdsaSigningAlgorithm, EcdsaVerificationAlgorithm, Ed25519KeyPair, ParsedPublicKey};
use aws_lc_rs::{aead, agreement, constant_time, digest as sha2, hmac, rand, signature};
use zeroize::Zeroizing;

use super::{Curve, Encoding};
use crate::aead::Aead;
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

#[inline]
pub(crate) fn sha256(data: &[u8]) -> [u8; 32] {
    // The library writes 32 octets.
    sha2::digest(&sha2::SHA256, data).as_ref().first_chunk().copied().unwrap_or_default()
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

/// A key for HMAC, ready for many messages.
pub(crate) struct HmacKey(hmac::Key);

impl HmacKey {
    pub(crate) fn new(algorithm: HashAlgorithm, key: &[u8]) -> Self {
        let algorithm = match algorithm {
            HashAlgorithm::Sha256 => hmac::HMAC_SHA256,
            HashAlgorithm::Sha384 => hmac::HMAC_SHA384,
            HashAlgorithm::Sha512 => hmac::HMAC_SHA512,
        };
        Self(hmac::Key::new(algorithm, key))
    }

    /// The tag over the parts, one after the other.
    pub(crate) fn sign(&self, parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
        let mut context = hmac::Context::with_key(&self.0);
        parts.iter().for_each(|part| context.update(part));
        Zeroizing::new(context.sign().as_ref().to_vec())
    }
}

fn aead_key(algorithm: Aead, key: &[u8]) -> Option<aead::LessSafeKey> {
    let algorithm = match algorithm {
        Aead::Aes128Gcm => &aead::AES_128_GCM,
        Aead::Aes256Gcm => &aead::AES_256_GCM,
        Aead::ChaCha20Poly1305 => &aead::CHACHA20_POLY1305,
        Aead::Aes128GcmSiv => &aead::AES_128_GCM_SIV,
        Aead::Aes256GcmSiv => &aead::AES_256_GCM_SIV,
    };
    aead::UnboundKey::new(algorithm, key).ok().map(aead::LessSafeKey::new)
}

/// Ciphertext and tag.
pub(crate) fn aead_seal(algorithm: Aead, key: &[u8], nonce: [u8; 12], aad: &[u8], plaintext: &[u8]) -> Option<Vec<u8>> {
    let mut buffer = Vec::with_capacity(plaintext.len() + 16);
    buffer.extend_from_slice(plaintext);
    let nonce = aead::Nonce::assume_unique_for_key(nonce);
    aead_key(algorithm, key)?.seal_in_place_append_tag(nonce, aead::Aad::from(aad), &mut buffer).ok()?;
    Some(buffer)
}

/// The plaintext of ciphertext and tag.
pub(crate) fn aead_open(algorithm: Aead, key: &[u8], nonce: [u8; 12], aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let mut buffer = sealed.to_vec();
    let nonce = aead::Nonce::assume_unique_for_key(nonce);
    let length = aead_key(algorithm, key)?.open_in_place(nonce, aead::Aad::from(aad), &mut buffer).ok()?.len();
    buffer.truncate(length);
    Some(buffer)
}

/// A secret key for key agreement.
pub(crate) struct Agreement(agreement::PrivateKey);

impl Agreement {
    pub(crate) fn x25519(secret: &[u8]) -> Option<Self> {
        agreement::PrivateKey::from_private_key(&agreement::X25519, secret).ok().map(Self)
    }

    pub(crate) fn p256(secret: &[u8]) -> Option<Self> {
        agreement::PrivateKey::from_private_key(&agreement::ECDH_P256, secret).ok().map(Self)
    }

    pub(crate) fn public(&self) -> Option<Vec<u8>> {
        Some(self.0.compute_public_key().ok()?.as_ref().to_vec())
    }

    /// The shared secret; nothing for a point that is none, or when X25519 gives zero. The library takes every form of point,
    /// so the caller has looked at the first octet and the length.
    pub(crate) fn agree(&self, public: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let peer = agreement::UnparsedPublicKey::new(self.0.algorithm(), public);
        agreement::agree(&self.0, peer, (), |secret| Ok(Zeroizing::new(secret.to_vec()))).ok()
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
pub(crate) struct EcVerifier {
    curve: Curve,
    fixed: ParsedPublicKey,
    /// Read from the point when the first such signature comes: a key of a token never meets one.
    der: OnceLock<Option<ParsedPublicKey>>,
}

impl EcVerifier {
    /// Reads a SEC 1 point. The library takes every form of point and SPKI too, so the caller has looked at the first octet and
    /// the length.
    pub(crate) fn new(curve: Curve, point: &[u8]) -> Option<Self> {
        let fixed = ParsedPublicKey::new(verification(curve, Encoding::Fixed), point).ok()?;
        Some(Self { curve, fixed, der: OnceLock::new() })
    }

    /// Verifies a signature over the parts, one after the other. `point` is the one the key was read from.
    pub(crate) fn verify(&self, point: &[u8], encoding: Encoding, message: &[&[u8]], signature: &[u8]) -> bool {
        let key = match encoding {
            Encoding::Fixed => Some(&self.fixed),
            Encoding::Der => {
                let read = || ParsedPublicKey::new(verification(self.curve, Encoding::Der), point).ok();
                self.der.get_or_init(read).as_ref()
            }
        };
        key.is_some_and(|key| match message {
            [whole] => key.verify_sig(whole, signature).is_ok(),
            parts => {
                let mut digest = sha2::Context::new(match self.curve {
                    Curve::P256 => &sha2::SHA256,
                    Curve::P384 => &sha2::SHA384,
                    Curve::P521 => &sha2::SHA512,
                });
                parts.iter().for_each(|part| digest.update(part));
                key.verify_digest_sig(&digest.finish(), signature).is_ok()
            }
        })
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
