//! A presentation between choosing and signing.

use std::fmt;

use mimicred_claims::ClaimPath;
use mimicred_keys::{Family, LeafKey, PublicKey, ToBeSigned};

use crate::key_binding::PreparedKbt;
use crate::{Code, Error, Presentation};

/// A presentation that lacks the Holder's signature.
pub struct PreparedPresentation {
    pub(super) kbt: PreparedKbt,
    pub(super) revealed: Vec<ClaimPath>,
    pub(super) encrypted: Vec<ClaimPath>,
    pub(super) key: PublicKey,
}

impl PreparedPresentation {
    /// What is to be signed.
    pub fn to_be_signed(&self) -> &ToBeSigned {
        self.kbt.to_be_signed()
    }

    /// The claims that it will disclose, in the clear or to those who have a key: what to show before signing.
    pub fn revealed(&self) -> &[ClaimPath] {
        &self.revealed
    }

    /// Those among them that are encrypted.
    pub fn encrypted(&self) -> &[ClaimPath] {
        &self.encrypted
    }

    /// Completes the presentation with a signature made elsewhere, which is verified.
    ///
    /// # Errors
    /// [`Code::SignatureHolder`].
    pub fn finish(self, signature: &[u8]) -> Result<Presentation, Error> {
        let verified = self.key.verify(Family::Cose, self.kbt.to_be_signed().as_bytes(), signature);
        verified.map_err(|error| Error::new(Code::SignatureHolder).because(error))?;
        Ok(self.assemble(signature))
    }

    /// Signs with a local key and completes the presentation.
    ///
    /// # Errors
    /// [`Code::KeyMismatch`] for another key than that of `cnf`.
    pub fn sign(self, key: &LeafKey) -> Result<Presentation, Error> {
        if *key.public() != self.key {
            return Err(Code::KeyMismatch.into());
        }
        let signature = key.sign(self.kbt.to_be_signed())?;
        Ok(self.assemble(signature.as_bytes()))
    }

    fn assemble(self, signature: &[u8]) -> Presentation {
        Presentation::new(self.kbt.assemble(signature), self.revealed)
    }
}

/// Disclosed values stay out of logs.
impl fmt::Debug for PreparedPresentation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedPresentation")
            .field("revealed", &self.revealed)
            .field("encrypted", &self.encrypted)
            .finish_non_exhaustive()
    }
}
