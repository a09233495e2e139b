//! Authenticated encryption with associated data (RFC 5116).

use crate::{Code, Error, backend};

/// An AEAD with a nonce of 12 octets and a tag of 16.
///
/// ```
/// use mimicred_keys::aead::{Aead, open, seal};
///
/// let sealed = seal(Aead::Aes128Gcm, &[7; 16], &[1; 12], b"header", b"text")?;
/// assert_eq!(open(Aead::Aes128Gcm, &[7; 16], &[1; 12], b"header", &sealed)?, b"text");
/// assert!(open(Aead::Aes128Gcm, &[7; 16], &[1; 12], b"another header", &sealed).is_err());
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Aead {
    /// AES-128-GCM.
    Aes128Gcm,
    /// AES-256-GCM.
    Aes256Gcm,
    /// ChaCha20-Poly1305 (RFC 8439).
    ChaCha20Poly1305,
    /// AES-128-GCM-SIV (RFC 8452): a nonce used twice tells no more than whether the messages were equal.
    Aes128GcmSiv,
    /// AES-256-GCM-SIV (RFC 8452).
    Aes256GcmSiv,
}

impl Aead {
    /// All of them.
    pub const ALL: [Aead; 5] = [Aead::Aes128Gcm, Aead::Aes256Gcm, Aead::ChaCha20Poly1305, Aead::Aes128GcmSiv, Aead::Aes256GcmSiv];
    /// The length of a nonce.
    pub const NONCE_LEN: usize = 12;
    /// The length of the tag, which follows the ciphertext.
    pub const TAG_LEN: usize = 16;

    /// The length of a key.
    pub const fn key_len(self) -> usize {
        match self {
            Aead::Aes128Gcm | Aead::Aes128GcmSiv => 16,
            Aead::Aes256Gcm | Aead::ChaCha20Poly1305 | Aead::Aes256GcmSiv => 32,
        }
    }
}

/// Encrypts `plaintext`; gives the ciphertext with its tag. A nonce must never be used twice with one key.
///
/// # Errors
/// `keys/length-invalid` for a key or nonce of the wrong length.
pub fn seal(algorithm: Aead, key: &[u8], nonce: &[u8], aad: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, Error> {
    let nonce = checked(algorithm, key, nonce)?;
    backend::aead_seal(algorithm, key, nonce, aad, plaintext).ok_or_else(|| Code::BackendFailed.into())
}

/// Decrypts ciphertext with tag.
///
/// # Errors
/// `keys/length-invalid` for a key or nonce of the wrong length; `keys/aead-invalid` when the tag is not right.
pub fn open(algorithm: Aead, key: &[u8], nonce: &[u8], aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Error> {
    let nonce = checked(algorithm, key, nonce)?;
    backend::aead_open(algorithm, key, nonce, aad, sealed).ok_or_else(|| Code::AeadInvalid.into())
}

fn checked(algorithm: Aead, key: &[u8], nonce: &[u8]) -> Result<[u8; Aead::NONCE_LEN], Error> {
    match (key.len() == algorithm.key_len(), nonce.try_into()) {
        (true, Ok(nonce)) => Ok(nonce),
        _ => Err(Code::LengthInvalid.into()),
    }
}

#[cfg(test)]
mod tests;
