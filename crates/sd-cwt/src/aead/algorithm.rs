//! `sd_aead`: algorithms by their numbers in the IANA registry of AEAD algorithms, which are not those of COSE.

use std::borrow::Cow;

use mimicred_error::At;
use mimicred_keys::aead::Aead;

use super::Entry;
use crate::{Code, Error};

/// Shortest tag of any algorithm that may be used (CWT-A-007).
const MIN_TAG_LEN: usize = 16;
/// Tag of the AEGIS algorithms with an X in their name, of which only this variant may be used (CWT-A-009).
const AEGIS_X_TAG_LEN: usize = 32;

/// How the encrypted disclosures of a token are encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cipher {
    /// One that we know.
    Known(Aead),
    /// One that may be used, but not by us: what is encrypted stays closed.
    Other(u16),
}

impl Cipher {
    /// By the number in the protected header, where there is one (CWT-A-005).
    ///
    /// # Errors
    /// [`Code::AlgUnsupported`] for the numbers that must never be used (CWT-A-007, CWT-A-008, trap 24).
    pub(crate) fn of(id: Option<u16>) -> Result<Self, Error> {
        let Some(id) = id else { return Ok(Cipher::Known(Aead::Aes128Gcm)) };
        // The first of these have tags below 16 octets, and CCM stands among them with tags of 16 too.
        if matches!(id, 3..=14 | 18 | 19 | 21 | 22 | 24 | 25 | 27 | 28) {
            return Err(unsupported().note(format!("AEAD {id} must not be used")));
        }
        let known = Aead::ALL.into_iter().find(|aead| number(*aead) == id);
        Ok(known.map_or(Cipher::Other(id), Cipher::Known))
    }

    /// The algorithm.
    ///
    /// # Errors
    /// [`Code::AlgUnsupported`] if we do not know it; AES-SIV among them, whose parts the three fields do not fit (trap 25).
    pub(crate) fn aead(self) -> Result<Aead, Error> {
        match self {
            Cipher::Known(aead) => Ok(aead),
            Cipher::Other(id) => Err(unsupported().note(format!("AEAD {id}"))),
        }
    }

    /// Whether nonce and tag have the lengths of the algorithm, as far as it is known (CWT-A-009, CWT-A-010, CWT-A-013).
    pub(super) fn fits(self, entry: &Entry<'_>) -> bool {
        let (nonce, tag) = (entry.nonce.len(), entry.tag.len());
        match self {
            Cipher::Known(_) => nonce == Aead::NONCE_LEN && tag == Aead::TAG_LEN,
            // AEGIS-128X2, AEGIS-128X4, AEGIS-256X2 and AEGIS-256X4.
            Cipher::Other(34..=37) => nonce > 0 && tag == AEGIS_X_TAG_LEN,
            Cipher::Other(_) => nonce > 0 && tag >= MIN_TAG_LEN,
        }
    }

    /// What it is called.
    pub(crate) fn name(self) -> String {
        match self {
            Cipher::Known(Aead::Aes128Gcm) => "AES-128-GCM".to_owned(),
            Cipher::Known(Aead::Aes256Gcm) => "AES-256-GCM".to_owned(),
            Cipher::Known(Aead::ChaCha20Poly1305) => "ChaCha20-Poly1305".to_owned(),
            Cipher::Known(Aead::Aes128GcmSiv) => "AES-128-GCM-SIV".to_owned(),
            Cipher::Known(Aead::Aes256GcmSiv) => "AES-256-GCM-SIV".to_owned(),
            Cipher::Other(id) => format!("AEAD {id}"),
        }
    }
}

/// The number of an algorithm in the registry.
pub(crate) fn number(aead: Aead) -> u16 {
    match aead {
        Aead::Aes128Gcm => 1,
        Aead::Aes256Gcm => 2,
        Aead::ChaCha20Poly1305 => 29,
        Aead::Aes128GcmSiv => 30,
        Aead::Aes256GcmSiv => 31,
    }
}

fn unsupported() -> Error {
    Error::new(Code::AlgUnsupported).at(At::Header(Cow::Borrowed("sd_aead")))
}
