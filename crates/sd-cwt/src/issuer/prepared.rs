//! A token before its signature: made here, signed anywhere.

use std::fmt;

use mimicred_cose::sign1::PreparedSign1;
use mimicred_keys::{Family, IssuerKey, PublicKey, ToBeSigned};

use crate::disclosure::Written;
use crate::{Code, Error, SdCwt};

/// An SD-CWT that lacks its signature.
pub struct PreparedSdCwt {
    pub(super) message: PreparedSign1,
    pub(super) disclosures: Written,
    pub(super) key: PublicKey,
}

impl PreparedSdCwt {
    /// What is to be signed.
    pub fn to_be_signed(&self) -> &ToBeSigned {
        self.message.to_be_signed()
    }

    /// Completes the token with a signature made elsewhere, which is verified.
    ///
    /// # Errors
    /// [`Code::SignatureIssuer`].
    ///
    /// ```
    /// use mimicred_claims::{Key, Map, Redaction, RedactionPlan, Value};
    /// use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SystemRandom};
    /// use mimicred_sd_cwt::{Code, Issuer};
    ///
    /// let key = IssuerKey::new(SecretKey::generate(Algorithm::P384, &mut SystemRandom)?);
    /// let holder = SecretKey::generate(Algorithm::P256, &mut SystemRandom)?;
    /// let claims = Map::from_entries(vec![(Key::Int(1), Value::from("i.example")), (Key::Int(2), Value::from("s.example"))])?;
    /// let plan = RedactionPlan::new(Redaction::None);
    /// let prepared = Issuer::new(key.public()).prepare(claims.clone(), holder.public(), &plan, &mut SystemRandom)?;
    ///
    /// // An HSM would be given prepared.to_be_signed().as_bytes().
    /// let signature = key.sign(prepared.to_be_signed())?;
    /// let token = prepared.finish(signature.as_bytes())?;
    /// # let prepared = Issuer::new(key.public()).prepare(claims, holder.public(), &plan, &mut SystemRandom)?;
    /// assert_eq!(prepared.finish(&[0; 96]).unwrap_err().code(), Code::SignatureIssuer);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn finish(self, signature: &[u8]) -> Result<SdCwt, Error> {
        let verified = self.key.verify(Family::Cose, self.to_be_signed().as_bytes(), signature);
        verified.map_err(|error| Error::new(Code::SignatureIssuer).because(error))?;
        Ok(self.assemble(signature))
    }

    /// Signs with a local key and completes the token.
    ///
    /// # Errors
    /// [`Code::KeyMismatch`] for another key than the one it was prepared for.
    pub fn sign(self, key: &IssuerKey) -> Result<SdCwt, Error> {
        if *key.public() != self.key {
            return Err(Code::KeyMismatch.into());
        }
        let signature = key.sign(self.to_be_signed())?;
        Ok(self.assemble(signature.as_bytes()))
    }

    fn assemble(self, signature: &[u8]) -> SdCwt {
        SdCwt::new(self.message.protected(), self.disclosures, self.message.payload(), signature)
    }
}

/// Salts and values stay out of logs.
impl fmt::Debug for PreparedSdCwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedSdCwt")
            .field("key", &self.key)
            .field("disclosures", &self.disclosures.len())
            .finish_non_exhaustive()
    }
}
