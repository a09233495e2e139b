//! The key schedule (RFC 9180 5.1) and the contexts it gives (5.2, 5.3).

use std::fmt;

use zeroize::Zeroizing;

use super::Suite;
use super::kem::{labeled_expand, labeled_extract};
use crate::aead::{Aead, open, seal};
use crate::{Error, HashAlgorithm};

/// Encrypts messages in sequence.
pub struct Sender(Context);

/// Decrypts messages in the sequence in which they were encrypted.
pub struct Receiver(Context);

impl Sender {
    pub(super) fn new(suite: Suite, shared: &[u8], info: &[u8]) -> Result<Self, Error> {
        Context::new(suite, shared, info).map(Self)
    }

    /// Encrypts the next message.
    ///
    /// # Errors
    /// `keys/backend-failed` when the library fails.
    pub fn seal(&mut self, aad: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, Error> {
        let sealed = seal(self.0.suite.aead, &self.0.key, &self.0.nonce(), aad, plaintext)?;
        self.0.sequence += 1;
        Ok(sealed)
    }

    /// A secret for another purpose, the same for both sides.
    ///
    /// # Errors
    /// `keys/length-invalid` for more than 8160 octets.
    pub fn export(&self, exporter_context: &[u8], length: usize) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.0.export(exporter_context, length)
    }
}

impl Receiver {
    pub(super) fn new(suite: Suite, shared: &[u8], info: &[u8]) -> Result<Self, Error> {
        Context::new(suite, shared, info).map(Self)
    }

    /// Decrypts the next message; after a failure the same number is tried again.
    ///
    /// # Errors
    /// `keys/aead-invalid`.
    pub fn open(&mut self, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Error> {
        let plaintext = open(self.0.suite.aead, &self.0.key, &self.0.nonce(), aad, sealed)?;
        self.0.sequence += 1;
        Ok(plaintext)
    }

    /// A secret for another purpose, the same for both sides.
    ///
    /// # Errors
    /// `keys/length-invalid` for more than 8160 octets.
    pub fn export(&self, exporter_context: &[u8], length: usize) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.0.export(exporter_context, length)
    }
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").field("suite", &self.0.suite).finish_non_exhaustive()
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver").field("suite", &self.0.suite).finish_non_exhaustive()
    }
}

struct Context {
    suite: Suite,
    id: [u8; 10],
    key: Zeroizing<Vec<u8>>,
    base_nonce: Zeroizing<Vec<u8>>,
    exporter_secret: Zeroizing<Vec<u8>>,
    /// The limit of RFC 9180 is 2^96 - 1 messages; nobody counts to 2^64.
    sequence: u64,
}

impl Context {
    fn new(suite: Suite, shared: &[u8], info: &[u8]) -> Result<Self, Error> {
        const BASE_MODE: u8 = 0;
        let id = suite.id()?;
        let psk_id_hash = labeled_extract(&id, &[], b"psk_id_hash", &[]);
        let info_hash = labeled_extract(&id, &[], b"info_hash", info);
        let context: [&[u8]; 3] = [&[BASE_MODE], &psk_id_hash, &info_hash];
        let secret = labeled_extract(&id, shared, b"secret", &[]);
        Ok(Self {
            suite,
            id,
            key: labeled_expand(&id, &secret, b"key", &context, suite.aead.key_len())?,
            base_nonce: labeled_expand(&id, &secret, b"base_nonce", &context, Aead::NONCE_LEN)?,
            exporter_secret: labeled_expand(&id, &secret, b"exp", &context, HashAlgorithm::Sha256.len())?,
            sequence: 0,
        })
    }

    /// The base nonce with the sequence number folded into its end.
    fn nonce(&self) -> Vec<u8> {
        let mut nonce = self.base_nonce.to_vec();
        let sequence = self.sequence.to_be_bytes();
        nonce.iter_mut().rev().zip(sequence.iter().rev()).for_each(|(to, octet)| *to ^= octet);
        nonce
    }

    fn export(&self, exporter_context: &[u8], length: usize) -> Result<Zeroizing<Vec<u8>>, Error> {
        labeled_expand(&self.id, &self.exporter_secret, b"sec", &[exporter_context], length)
    }
}
