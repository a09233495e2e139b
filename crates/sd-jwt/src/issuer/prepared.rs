//! A token before its signature: made here, signed anywhere.

use std::fmt;

use mimicred_keys::{Family, IssuerKey, PublicKey, ToBeSigned};

use crate::disclosure::Written;
use crate::{Code, Error, SdJwt};

/// An SD-JWT that lacks its signature.
pub struct PreparedSdJwt {
    pub(super) to_be_signed: ToBeSigned,
    pub(super) disclosures: Written,
    pub(super) key: PublicKey,
}

impl PreparedSdJwt {
    /// What is to be signed.
    pub fn to_be_signed(&self) -> &ToBeSigned {
        &self.to_be_signed
    }

    /// Completes the token with a signature made elsewhere, which is verified.
    ///
    /// # Errors
    /// [`Code::SignatureIssuer`].
    ///
    /// ```
    /// use mimicred_claims::{Map, Redaction, RedactionPlan};
    /// use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SystemRandom};
    /// use mimicred_sd_jwt::{Code, Issuer};
    ///
    /// let key = IssuerKey::new(SecretKey::generate(Algorithm::P384, &mut SystemRandom)?);
    /// let plan = RedactionPlan::new(Redaction::None);
    /// let prepared = Issuer::new(key.public()).prepare(Map::new(), None, &plan, &mut SystemRandom)?;
    ///
    /// // An HSM would be given prepared.to_be_signed().as_bytes().
    /// let signature = key.sign(prepared.to_be_signed())?;
    /// let token = prepared.finish(signature.as_bytes())?;
    /// # let prepared = Issuer::new(key.public()).prepare(Map::new(), None, &plan, &mut SystemRandom)?;
    /// assert_eq!(prepared.finish(&[0; 96]).unwrap_err().code(), Code::SignatureIssuer);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn finish(self, signature: &[u8]) -> Result<SdJwt, Error> {
        let verified = self.key.verify(Family::Jws, self.to_be_signed.as_bytes(), signature);
        verified.map_err(|e| Error::new(Code::SignatureIssuer).because(e))?;
        Ok(self.assemble(signature))
    }

    /// Signs with a local key and completes the token.
    ///
    /// # Errors
    /// [`Code::KeyMismatch`] for another key than the one it was prepared for.
    pub fn sign(self, key: &IssuerKey) -> Result<SdJwt, Error> {
        if *key.public() != self.key {
            return Err(Code::KeyMismatch.into());
        }
        let signature = key.sign(&self.to_be_signed)?;
        Ok(self.assemble(signature.as_bytes()))
    }

    fn assemble(self, signature: &[u8]) -> SdJwt {
        SdJwt::new(self.to_be_signed, signature, &self.disclosures)
    }
}

/// Salts and values stay out of logs.
impl fmt::Debug for PreparedSdJwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedSdJwt")
            .field("key", &self.key)
            .field("disclosures", &self.disclosures.len())
            .finish_non_exhaustive()
    }
}
