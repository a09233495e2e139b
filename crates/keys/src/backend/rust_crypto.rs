//! The backend of wasm32: RustCrypto's crates and curve25519-dalek, all of them pure Rust and in constant time by design.
//!
//! There is no operating system to ask for randomness, so there is no `fill` here, and nothing needs it: the nonce of an ECDSA signature
//! comes from the key and the message (RFC 6979). Keys and the states of hashes are wiped when dropped; what passes through the stack
//! of these crates is not, and neither is a copy that the WebAssembly engine makes.
//!
//! The tests of this module run on the native target, where both backends are there, and hold this one to the judgements of the other.

mod agreement;
mod ec;

pub(crate) use agreement::Agreement;
pub(crate) use ec::{EcSigner, EcVerifier, decompress, point_of};

use aes_gcm::aead::{Aead as _, KeyInit, Payload};
use aes_gcm::{Aes128Gcm, Aes256Gcm};
use aes_gcm_siv::{Aes128GcmSiv, Aes256GcmSiv};
use chacha20poly1305::ChaCha20Poly1305;
use ed25519_dalek::{Signer, SigningKey};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256, Sha384, Sha512};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::aead::Aead;
use crate::hash::{Hash, HashAlgorithm};

pub(crate) fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}

pub(crate) fn digest(algorithm: HashAlgorithm, data: &[u8]) -> Hash {
    let mut context = HashContext::new(algorithm);
    context.update(data);
    context.finish()
}

#[inline]
pub(crate) fn sha256(data: &[u8]) -> [u8; 32] {
    Sha256::digest(data).into()
}

#[derive(Clone)]
pub(crate) enum HashContext {
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl HashContext {
    pub(crate) fn new(algorithm: HashAlgorithm) -> Self {
        match algorithm {
            HashAlgorithm::Sha256 => Self::Sha256(Sha256::new()),
            HashAlgorithm::Sha384 => Self::Sha384(Sha384::new()),
            HashAlgorithm::Sha512 => Self::Sha512(Sha512::new()),
        }
    }

    pub(crate) fn update(&mut self, data: &[u8]) {
        match self {
            Self::Sha256(context) => context.update(data),
            Self::Sha384(context) => context.update(data),
            Self::Sha512(context) => context.update(data),
        }
    }

    pub(crate) fn finish(self) -> Hash {
        match self {
            Self::Sha256(context) => Hash::from_slice(&context.finalize()),
            Self::Sha384(context) => Hash::from_slice(&context.finalize()),
            Self::Sha512(context) => Hash::from_slice(&context.finalize()),
        }
    }
}

/// A key for HMAC, ready for many messages; nothing inside only if the library refuses a key, which it does for no length.
pub(crate) struct HmacKey(HmacState);

enum HmacState {
    Sha256(Option<Hmac<Sha256>>),
    Sha384(Option<Hmac<Sha384>>),
    Sha512(Option<Hmac<Sha512>>),
}

impl HmacKey {
    pub(crate) fn new(algorithm: HashAlgorithm, key: &[u8]) -> Self {
        Self(match algorithm {
            HashAlgorithm::Sha256 => HmacState::Sha256(Hmac::new_from_slice(key).ok()),
            HashAlgorithm::Sha384 => HmacState::Sha384(Hmac::new_from_slice(key).ok()),
            HashAlgorithm::Sha512 => HmacState::Sha512(Hmac::new_from_slice(key).ok()),
        })
    }

    /// The tag over the parts, one after the other.
    pub(crate) fn sign(&self, parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
        match &self.0 {
            HmacState::Sha256(key) => tag(key, parts),
            HmacState::Sha384(key) => tag(key, parts),
            HmacState::Sha512(key) => tag(key, parts),
        }
    }
}

fn tag(key: &Option<impl Mac + Clone>, parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    let Some(mut mac) = key.clone() else { return Zeroizing::default() };
    parts.iter().for_each(|part| mac.update(part));
    Zeroizing::new(mac.finalize().into_bytes().to_vec())
}

/// Ciphertext and tag.
pub(crate) fn aead_seal(algorithm: Aead, key: &[u8], nonce: [u8; 12], aad: &[u8], plaintext: &[u8]) -> Option<Vec<u8>> {
    let (nonce, payload) = (nonce.into(), Payload { msg: plaintext, aad });
    match algorithm {
        Aead::Aes128Gcm => Aes128Gcm::new_from_slice(key).ok()?.encrypt(&nonce, payload),
        Aead::Aes256Gcm => Aes256Gcm::new_from_slice(key).ok()?.encrypt(&nonce, payload),
        Aead::ChaCha20Poly1305 => ChaCha20Poly1305::new_from_slice(key).ok()?.encrypt(&nonce, payload),
        Aead::Aes128GcmSiv => Aes128GcmSiv::new_from_slice(key).ok()?.encrypt(&nonce, payload),
        Aead::Aes256GcmSiv => Aes256GcmSiv::new_from_slice(key).ok()?.encrypt(&nonce, payload),
    }
    .ok()
}

/// The plaintext of ciphertext and tag.
pub(crate) fn aead_open(algorithm: Aead, key: &[u8], nonce: [u8; 12], aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, payload) = (nonce.into(), Payload { msg: sealed, aad });
    match algorithm {
        Aead::Aes128Gcm => Aes128Gcm::new_from_slice(key).ok()?.decrypt(&nonce, payload),
        Aead::Aes256Gcm => Aes256Gcm::new_from_slice(key).ok()?.decrypt(&nonce, payload),
        Aead::ChaCha20Poly1305 => ChaCha20Poly1305::new_from_slice(key).ok()?.decrypt(&nonce, payload),
        Aead::Aes128GcmSiv => Aes128GcmSiv::new_from_slice(key).ok()?.decrypt(&nonce, payload),
        Aead::Aes256GcmSiv => Aes256GcmSiv::new_from_slice(key).ok()?.decrypt(&nonce, payload),
    }
    .ok()
}

/// The public key of an Ed25519 seed.
pub(crate) fn ed25519_public_of(seed: &[u8]) -> Option<Vec<u8>> {
    Some(SigningKey::try_from(seed).ok()?.verifying_key().as_bytes().to_vec())
}

/// An Ed25519 key that signs.
pub(crate) struct Ed25519Signer(SigningKey);

impl Ed25519Signer {
    pub(crate) fn new(seed: &[u8]) -> Option<Self> {
        SigningKey::try_from(seed).ok().map(Self)
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        Some(self.0.try_sign(message).ok()?.to_bytes().to_vec())
    }
}

#[cfg(test)]
mod tests;
