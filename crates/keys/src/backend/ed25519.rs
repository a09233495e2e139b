//! Ed25519 public keys and verification.
//!
//! The cofactored equation of ZIP 215 is the one rule for single and batch verification: a strict single check and a batch
//! check disagree about signatures with a component of small order, and then two members of one room reach two verdicts.

use curve25519_dalek::edwards::CompressedEdwardsY;
use ed25519_zebra::{Signature, VerificationKey};

/// Why 32 octets are no public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ed25519Fault {
    /// Not the canonical encoding of a point.
    Encoding,
    /// A point of small order.
    SmallOrder,
}

/// A public key, decompressed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ed25519Verifier(VerificationKey);

impl Ed25519Verifier {
    /// ZIP 215 would take non-canonical encodings of the key; we do not, so that equal octets mean equal points.
    pub(crate) fn new(octets: [u8; 32]) -> Result<Self, Ed25519Fault> {
        let compressed = CompressedEdwardsY(octets);
        let point = compressed.decompress().ok_or(Ed25519Fault::Encoding)?;
        if point.compress() != compressed {
            return Err(Ed25519Fault::Encoding);
        }
        if point.is_small_order() {
            return Err(Ed25519Fault::SmallOrder);
        }
        VerificationKey::try_from(octets).map(Self).map_err(|_| Ed25519Fault::Encoding)
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let Ok(signature) = <[u8; 64]>::try_from(signature) else { return false };
        self.0.verify(&Signature::from_bytes(&signature), message).is_ok()
    }
}

#[cfg(test)]
mod tests;
