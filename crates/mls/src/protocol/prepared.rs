//! Signing in two steps: a message that lacks only its signature.

use std::fmt;

use mimicred_keys::{Family, LeafKey, PublicKey, ToBeSigned};

use crate::error::{Code, Error};
use crate::leaf_node::public_key;
use crate::signing::sign_content;
use crate::suite::Suite;

/// A message that lacks only its signature. The key may be in hardware: [`Prepared::to_be_signed`] goes there, and the signature comes
/// back through [`Prepared::finish`].
pub struct Prepared<T> {
    message: T,
    to_be_signed: ToBeSigned,
    key: PublicKey,
    signed: fn(T, Vec<u8>) -> T,
}

impl<T> Prepared<T> {
    /// `SignWithLabel(key, label, tbs)`, for a message that takes its signature by `signed`.
    pub(super) fn new(message: T, label: &[u8], tbs: &[u8], key: &PublicKey, signed: fn(T, Vec<u8>) -> T) -> Result<Self, Error> {
        let to_be_signed = ToBeSigned::new(Family::Mls, sign_content(label, tbs)?)?;
        Ok(Self { message, to_be_signed, key: key.clone(), signed })
    }

    /// What the key has to sign.
    pub fn to_be_signed(&self) -> &ToBeSigned {
        &self.to_be_signed
    }

    /// The key that has to sign.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// Takes the signature, in the form of the MLS family, if it verifies.
    ///
    /// # Errors
    /// `mls/protocol-signature-invalid`.
    pub fn finish(self, signature: &[u8]) -> Result<T, Error> {
        self.key.verify(Family::Mls, self.to_be_signed.as_bytes(), signature).map_err(invalid)?;
        Ok((self.signed)(self.message, signature.to_vec()))
    }

    /// Signs with a key at hand.
    ///
    /// # Errors
    /// `mls/protocol-signature-invalid` for another key.
    pub fn sign(self, key: &LeafKey) -> Result<T, Error> {
        let signature = key.sign(&self.to_be_signed)?;
        self.finish(signature.as_bytes())
    }
}

/// Whether the owner of a key, whose algorithm its length tells, signed `tbs` under a label.
pub(super) fn verify(key: &[u8], label: &[u8], tbs: &[u8], signature: &[u8]) -> Result<PublicKey, Error> {
    let key = public_key(key)?;
    key.verify(Family::Mls, &sign_content(label, tbs)?, signature).map_err(invalid)?;
    Ok(key)
}

/// The same, where the key must be of a suite.
pub(super) fn verify_in_suite(suite: Suite, key: &[u8], label: &[u8], tbs: &[u8], signature: &[u8]) -> Result<PublicKey, Error> {
    let key = verify(key, label, tbs, signature)?;
    if key.algorithm() == suite.signature_algorithm() {
        Ok(key)
    } else {
        Err(Error::new(Code::ProtocolSignatureInvalid).note(format!("a key for {} in suite {suite}", key.algorithm())))
    }
}

fn invalid(error: mimicred_keys::Error) -> Error {
    Error::new(Code::ProtocolSignatureInvalid).because(error)
}

impl<T: fmt::Debug> fmt::Debug for Prepared<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Prepared").field(&self.message).finish()
    }
}
