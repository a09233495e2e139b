//! Encrypted disclosures by hand.

use mimicred_keys::aead::{Aead, seal};

use super::tokens::bytes;

/// The key of most cases, for AES-128-GCM.
pub(super) const SECRET: [u8; 16] = [0x5a; 16];

/// An entry of `sd_aead_encrypted_claims`.
#[derive(Clone)]
pub(super) struct Sealed {
    pub(super) nonce: Vec<u8>,
    pub(super) ciphertext: Vec<u8>,
    pub(super) tag: Vec<u8>,
    pub(super) context: Option<String>,
}

impl Sealed {
    pub(super) fn of(plaintext: &[u8]) -> Self {
        Self::by(Aead::Aes128Gcm, &SECRET, 1, &[], plaintext)
    }

    /// With a nonce of twelve times the same octet.
    pub(super) fn by(aead: Aead, secret: &[u8], nonce: u8, aad: &[u8], plaintext: &[u8]) -> Self {
        let nonce = vec![nonce; 12];
        let sealed = seal(aead, secret, &nonce, aad, plaintext).unwrap_or_else(|error| unreachable!("{error}"));
        let (ciphertext, tag) = sealed.split_at(plaintext.len());
        Self { nonce, ciphertext: ciphertext.to_vec(), tag: tag.to_vec(), context: None }
    }

    pub(super) fn named(mut self, context: &str) -> Self {
        self.context = Some(context.to_owned());
        self
    }

    fn text(&self) -> String {
        let context = self.context.as_ref().map(|context| format!(", {context}")).unwrap_or_default();
        format!("[{}, {}, {}{context}]", bytes(&self.nonce), bytes(&self.ciphertext), bytes(&self.tag))
    }
}

pub(super) fn entries(all: &[Sealed]) -> String {
    format!("[{}]", all.iter().map(Sealed::text).collect::<Vec<_>>().join(", "))
}
