//! A presentation before its signature: made here, signed anywhere.

use std::fmt;

use mimicred_claims::ClaimPath;
use mimicred_jose::jws;
use mimicred_keys::{Family, LeafKey, PublicKey, ToBeSigned};

use crate::{Code, Error, Presentation};

/// A presentation that lacks the Holder's signature.
pub struct PreparedPresentation {
    /// Everything up to the last tilde.
    pub(super) text: String,
    pub(super) revealed: Vec<ClaimPath>,
    pub(super) to_be_signed: ToBeSigned,
    pub(super) key: PublicKey,
}

impl PreparedPresentation {
    /// What is to be signed.
    pub fn to_be_signed(&self) -> &ToBeSigned {
        &self.to_be_signed
    }

    /// The claims that it will disclose: what to show before signing.
    pub fn revealed(&self) -> &[ClaimPath] {
        &self.revealed
    }

    /// Completes the presentation with a signature made elsewhere, which is verified.
    ///
    /// # Errors
    /// [`Code::SignatureHolder`].
    pub fn finish(self, signature: &[u8]) -> Result<Presentation, Error> {
        let verified = self.key.verify(Family::Jws, self.to_be_signed.as_bytes(), signature);
        verified.map_err(|e| Error::new(Code::SignatureHolder).because(e))?;
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
        let signature = key.sign(&self.to_be_signed)?;
        Ok(self.assemble(signature.as_bytes()))
    }

    fn assemble(mut self, signature: &[u8]) -> Presentation {
        self.text.push_str(&jws::finish(self.to_be_signed, signature));
        Presentation::new(self.text, self.revealed)
    }
}

/// Disclosed values stay out of logs.
impl fmt::Debug for PreparedPresentation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedPresentation").field("revealed", &self.revealed).finish_non_exhaustive()
    }
}
