//! Hybrid public key encryption, base mode (RFC 9180), with HKDF-SHA256.
//!
//! A [`Suite`] is a KEM and an AEAD. [`Suite::seal`] and [`Suite::open`] are the single-shot forms; [`Suite::sender`] and
//! [`Suite::receiver`] give contexts for more than one message and for exporting secrets. The ephemeral key pair is derived
//! from octets drawn from the caller's source (RFC 9180 4.1: GenerateKeyPair may be DeriveKeyPair), so that a seeded source
//! gives the same output everywhere.

mod kem;
mod schedule;

pub use kem::{Kem, KeyPair};
pub use schedule::{Receiver, Sender};

use zeroize::Zeroizing;

use crate::aead::Aead;
use crate::group::{Point, SCALAR_LEN};
use crate::{Code, Error, Random};

/// A KEM and an AEAD; the KDF is HKDF-SHA256.
///
/// ```
/// use mimicred_keys::SystemRandom;
/// use mimicred_keys::aead::Aead;
/// use mimicred_keys::hpke::{Kem, Suite};
///
/// let suite = Suite { kem: Kem::X25519, aead: Aead::Aes128Gcm };
/// let recipient = suite.kem.generate_key_pair(&mut SystemRandom)?;
///
/// let sealed = suite.seal(recipient.public(), b"info", b"aad", b"text", &mut SystemRandom)?;
/// assert_eq!(suite.open(recipient.secret(), b"info", b"aad", &sealed)?, b"text");
/// assert!(suite.open(recipient.secret(), b"other info", b"aad", &sealed).is_err());
/// # Ok::<(), mimicred_keys::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Suite {
    /// How the key is agreed on.
    pub kem: Kem,
    /// How messages are encrypted.
    pub aead: Aead,
}

/// What [`Suite::seal`] gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The encapsulated key (`enc`): the public key of the ephemeral key pair.
    pub encapsulated: Vec<u8>,
    /// The ciphertext with its tag.
    pub ciphertext: Vec<u8>,
}

impl Suite {
    /// Starts sending to the owner of a public key: the encapsulated key and a context.
    ///
    /// # Errors
    /// `keys/public-key-malformed`, `keys/public-key-weak`, `keys/algorithm-unsupported` for AES-GCM-SIV, `keys/backend-failed`.
    pub fn sender(self, recipient: &[u8], info: &[u8], random: &mut dyn Random) -> Result<(Vec<u8>, Sender), Error> {
        let ephemeral = self.kem.generate_key_pair(random)?;
        let sender = self.sender_with(&ephemeral, recipient, info)?;
        Ok((ephemeral.into_public(), sender))
    }

    /// Starts receiving with a secret key.
    ///
    /// # Errors
    /// `keys/secret-key-malformed`; `keys/public-key-malformed` and `keys/public-key-weak` for the encapsulated key;
    /// `keys/algorithm-unsupported` for AES-GCM-SIV.
    pub fn receiver(self, secret: &[u8], encapsulated: &[u8], info: &[u8]) -> Result<Receiver, Error> {
        let shared = self.kem.decapsulate(secret, encapsulated)?;
        Receiver::new(self, &shared, info)
    }

    /// Starts receiving where the Diffie-Hellman value was computed elsewhere: by several people with shares of the secret key, or by
    /// a device. `dh_x` is the x coordinate of the encapsulated point multiplied by the secret key (RFC 9180 4.1, ExtractAndExpand).
    /// P-256 only.
    ///
    /// # Errors
    /// `keys/algorithm-unsupported` for another KEM and for AES-GCM-SIV; `keys/public-key-malformed` for either point. A value that is
    /// wrong shows when the message does not open.
    ///
    /// ```
    /// use mimicred_keys::SystemRandom;
    /// use mimicred_keys::aead::Aead;
    /// use mimicred_keys::group::{Point, Scalar};
    /// use mimicred_keys::hpke::{Kem, Suite};
    ///
    /// let suite = Suite { kem: Kem::P256, aead: Aead::Aes256Gcm };
    /// let recipient = suite.kem.generate_key_pair(&mut SystemRandom)?;
    /// let sealed = suite.seal(recipient.public(), b"info", b"aad", b"text", &mut SystemRandom)?;
    ///
    /// let point = Point::from_octets(&sealed.encapsulated)?;
    /// let dh = point.mul(&Scalar::from_octets(recipient.secret())?)?;
    /// let mut receiver = suite.receiver_from_dh(&dh.x(), &sealed.encapsulated, recipient.public(), b"info")?;
    /// assert_eq!(receiver.open(b"aad", &sealed.ciphertext)?, b"text");
    /// # Ok::<(), mimicred_keys::Error>(())
    /// ```
    pub fn receiver_from_dh(
        self,
        dh_x: &[u8; SCALAR_LEN],
        encapsulated: &[u8],
        recipient: &[u8],
        info: &[u8],
    ) -> Result<Receiver, Error> {
        if self.kem != Kem::P256 {
            return Err(Error::new(Code::AlgorithmUnsupported).note("only for P-256"));
        }
        Point::from_octets(encapsulated)?;
        Point::from_octets(recipient)?;
        Receiver::new(self, &self.kem.extract_and_expand(dh_x, encapsulated, recipient)?, info)
    }

    /// Starts sending with an ephemeral key pair that the caller has chosen and knows: for who must also prove that she does. Its public
    /// key is the encapsulated key. It must be random, and for one context only: used twice, it gives one key twice.
    ///
    /// # Errors
    /// As [`Suite::sender`].
    ///
    /// ```
    /// use mimicred_keys::SystemRandom;
    /// use mimicred_keys::aead::Aead;
    /// use mimicred_keys::hpke::{Kem, Suite};
    ///
    /// let suite = Suite { kem: Kem::P256, aead: Aead::Aes256Gcm };
    /// let recipient = suite.kem.generate_key_pair(&mut SystemRandom)?;
    /// let ephemeral = suite.kem.generate_key_pair(&mut SystemRandom)?;
    /// let ciphertext = suite.sender_with(&ephemeral, recipient.public(), b"info")?.seal(b"aad", b"text")?;
    /// let mut receiver = suite.receiver(recipient.secret(), ephemeral.public(), b"info")?;
    /// assert_eq!(receiver.open(b"aad", &ciphertext)?, b"text");
    /// # Ok::<(), mimicred_keys::Error>(())
    /// ```
    pub fn sender_with(self, ephemeral: &KeyPair, recipient: &[u8], info: &[u8]) -> Result<Sender, Error> {
        Sender::new(self, &self.kem.encapsulate(ephemeral, recipient)?, info)
    }

    /// Encrypts one message to the owner of a public key.
    ///
    /// # Errors
    /// As [`Suite::sender`].
    pub fn seal(
        self,
        recipient: &[u8],
        info: &[u8],
        aad: &[u8],
        plaintext: &[u8],
        random: &mut dyn Random,
    ) -> Result<Sealed, Error> {
        let (encapsulated, mut sender) = self.sender(recipient, info, random)?;
        Ok(Sealed { encapsulated, ciphertext: sender.seal(aad, plaintext)? })
    }

    /// Decrypts one message.
    ///
    /// # Errors
    /// As [`Suite::receiver`], and `keys/aead-invalid`.
    pub fn open(self, secret: &[u8], info: &[u8], aad: &[u8], sealed: &Sealed) -> Result<Vec<u8>, Error> {
        self.receiver(secret, &sealed.encapsulated, info)?.open(aad, &sealed.ciphertext)
    }

    /// Sends nothing but a key: the encapsulated key and the exported secret.
    ///
    /// # Errors
    /// As [`Suite::sender`], and `keys/length-invalid` for more than 8160 octets.
    pub fn send_export(
        self,
        recipient: &[u8],
        info: &[u8],
        exporter_context: &[u8],
        length: usize,
        random: &mut dyn Random,
    ) -> Result<(Vec<u8>, Zeroizing<Vec<u8>>), Error> {
        let (encapsulated, sender) = self.sender(recipient, info, random)?;
        Ok((encapsulated, sender.export(exporter_context, length)?))
    }

    /// The other side of [`Suite::send_export`].
    ///
    /// # Errors
    /// As [`Suite::receiver`], and `keys/length-invalid` for more than 8160 octets.
    pub fn receive_export(
        self,
        secret: &[u8],
        encapsulated: &[u8],
        info: &[u8],
        exporter_context: &[u8],
        length: usize,
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.receiver(secret, encapsulated, info)?.export(exporter_context, length)
    }

    /// `suite_id` of the key schedule (RFC 9180 5.1).
    fn id(self) -> Result<[u8; 10], Error> {
        let aead = match self.aead {
            Aead::Aes128Gcm => 1,
            Aead::Aes256Gcm => 2,
            Aead::ChaCha20Poly1305 => 3,
            Aead::Aes128GcmSiv | Aead::Aes256GcmSiv => {
                return Err(Error::new(Code::AlgorithmUnsupported).note("HPKE has no number for this AEAD"));
            }
        };
        Ok([b'H', b'P', b'K', b'E', 0, self.kem.id(), 0, 1, 0, aead])
    }
}

/// The label in front of everything (RFC 9180 4).
const VERSION: &[u8] = b"HPKE-v1";

#[cfg(test)]
mod tests;
