//! DHKEM (RFC 9180 4.1) over X25519 and P-256, both with HKDF-SHA256.

use std::fmt;

use zeroize::Zeroizing;

use super::VERSION;
use crate::backend::Agreement;
use crate::{Code, Error, HashAlgorithm, Random, hkdf_expand, hkdf_extract};

/// A key encapsulation mechanism.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kem {
    /// DHKEM(X25519, HKDF-SHA256).
    X25519,
    /// DHKEM(P-256, HKDF-SHA256).
    P256,
}

/// A key pair of a KEM, not for signing. The secret is wiped when dropped.
#[derive(Clone)]
pub struct KeyPair {
    secret: Zeroizing<Vec<u8>>,
    public: Vec<u8>,
}

impl KeyPair {
    /// The secret key.
    pub fn secret(&self) -> &[u8] {
        &self.secret
    }

    /// The public key: 32 octets for X25519, `04 X Y` for P-256.
    pub fn public(&self) -> &[u8] {
        &self.public
    }

    pub(super) fn into_public(self) -> Vec<u8> {
        self.public
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPair").field("public", &self.public).finish_non_exhaustive()
    }
}

/// The length of a secret key and of a shared secret, the same for both.
const SECRET_LEN: usize = 32;

impl Kem {
    /// The length of a public key and of an encapsulated key.
    pub const fn public_len(self) -> usize {
        match self {
            Kem::X25519 => 32,
            Kem::P256 => 65,
        }
    }

    /// DeriveKeyPair (RFC 9180 7.1.3): a key pair from keying material of at least 32 octets of entropy.
    ///
    /// # Errors
    /// `keys/backend-failed` with a probability too small to be seen.
    pub fn derive_key_pair(self, material: &[u8]) -> Result<KeyPair, Error> {
        let key = self.labeled_extract(b"dkp_prk", material);
        match self {
            Kem::X25519 => self.key_pair(self.labeled_expand(&key, b"sk", &[], SECRET_LEN)?),
            Kem::P256 => {
                for counter in 0..=255u8 {
                    let candidate = self.labeled_expand(&key, b"candidate", &[&[counter]], SECRET_LEN)?;
                    if let Ok(pair) = self.key_pair(candidate) {
                        return Ok(pair);
                    }
                }
                Err(Code::BackendFailed.into())
            }
        }
    }

    /// The key pair of a secret key.
    ///
    /// # Errors
    /// `keys/secret-key-malformed`.
    ///
    /// ```
    /// use mimicred_keys::SystemRandom;
    /// use mimicred_keys::hpke::Kem;
    ///
    /// let pair = Kem::P256.generate_key_pair(&mut SystemRandom)?;
    /// assert_eq!(Kem::P256.key_pair_of(pair.secret())?.public(), pair.public());
    /// # Ok::<(), mimicred_keys::Error>(())
    /// ```
    pub fn key_pair_of(self, secret: &[u8]) -> Result<KeyPair, Error> {
        self.key_pair(Zeroizing::new(secret.to_vec()))
    }

    /// A key pair from fresh randomness.
    ///
    /// # Errors
    /// `keys/backend-failed` when the source fails.
    pub fn generate_key_pair(self, random: &mut dyn Random) -> Result<KeyPair, Error> {
        let mut material = Zeroizing::new([0; SECRET_LEN]);
        random.fill(&mut *material)?;
        self.derive_key_pair(&*material)
    }

    pub(super) fn encapsulate(self, ephemeral: &KeyPair, recipient: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let secret = self.agree(&self.agreement(&ephemeral.secret)?, recipient)?;
        self.extract_and_expand(&secret, &ephemeral.public, recipient)
    }

    pub(super) fn decapsulate(self, secret: &[u8], encapsulated: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let key = self.agreement(secret)?;
        let public = key.public().ok_or(Code::SecretKeyMalformed)?;
        let secret = self.agree(&key, encapsulated)?;
        self.extract_and_expand(&secret, encapsulated, &public)
    }

    pub(super) const fn id(self) -> u8 {
        match self {
            Kem::X25519 => 0x20,
            Kem::P256 => 0x10,
        }
    }

    fn key_pair(self, secret: Zeroizing<Vec<u8>>) -> Result<KeyPair, Error> {
        let public = self.agreement(&secret)?.public().ok_or(Code::SecretKeyMalformed)?;
        Ok(KeyPair { secret, public })
    }

    fn agreement(self, secret: &[u8]) -> Result<Agreement, Error> {
        let key = match self {
            Kem::X25519 => Agreement::x25519(secret),
            Kem::P256 => Agreement::p256(secret),
        };
        key.ok_or_else(|| Code::SecretKeyMalformed.into())
    }

    /// The Diffie-Hellman value, after the checks of RFC 9180 7.1.1 and 7.1.4.
    fn agree(self, key: &Agreement, public: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let well_formed = match self {
            Kem::X25519 => public.len() == self.public_len(),
            Kem::P256 => public.len() == self.public_len() && public.first() == Some(&4),
        };
        if !well_formed {
            return Err(Code::PublicKeyMalformed.into());
        }
        // What X25519 refuses is a shared secret of zero, which only a point of small order gives.
        let fault = match self {
            Kem::X25519 => Code::PublicKeyWeak,
            Kem::P256 => Code::PublicKeyMalformed,
        };
        key.agree(public).ok_or_else(|| fault.into())
    }

    /// The shared secret of a Diffie-Hellman value and the public keys that it belongs to.
    pub(super) fn extract_and_expand(
        self,
        secret: &[u8],
        encapsulated: &[u8],
        recipient: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        let key = self.labeled_extract(b"eae_prk", secret);
        self.labeled_expand(&key, b"shared_secret", &[encapsulated, recipient], SECRET_LEN)
    }

    fn labeled_extract(self, label: &[u8], material: &[u8]) -> Zeroizing<Vec<u8>> {
        labeled_extract(&self.suite_id(), &[], label, material)
    }

    fn labeled_expand(self, key: &[u8], label: &[u8], info: &[&[u8]], length: usize) -> Result<Zeroizing<Vec<u8>>, Error> {
        labeled_expand(&self.suite_id(), key, label, info, length)
    }

    fn suite_id(self) -> [u8; 5] {
        [b'K', b'E', b'M', 0, self.id()]
    }
}

pub(super) fn labeled_extract(suite_id: &[u8], salt: &[u8], label: &[u8], material: &[u8]) -> Zeroizing<Vec<u8>> {
    let input = Zeroizing::new([VERSION, suite_id, label, material].concat());
    hkdf_extract(HashAlgorithm::Sha256, salt, &input)
}

pub(super) fn labeled_expand(
    suite_id: &[u8],
    key: &[u8],
    label: &[u8],
    info: &[&[u8]],
    length: usize,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let octets = u16::try_from(length).map_err(|_| Code::LengthInvalid)?.to_be_bytes();
    let mut input = [&octets, VERSION, suite_id, label].concat();
    info.iter().for_each(|part| input.extend_from_slice(part));
    hkdf_expand(HashAlgorithm::Sha256, key, &input, length)
}
