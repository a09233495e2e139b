//! Ed25519 public keys and verification.
//!
//! The cofactored equation of ZIP 215 is the one rule for single and batch verification: a strict single check and a batch
//! check disagree about signatures with a component of small order, and then two members of one room reach two verdicts.

use std::sync::LazyLock;

use curve25519_dalek::constants::EIGHT_TORSION;
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

/// The points of small order.
static SMALL_ORDER: LazyLock<[[u8; 32]; 8]> = LazyLock::new(|| EIGHT_TORSION.map(|point| point.compress().to_bytes()));

impl Ed25519Verifier {
    /// ZIP 215 would take non-canonical encodings of the key; we do not, so that equal octets mean equal points.
    ///
    /// The encoding is judged by its octets, which spares a second decompression: one is most of what reading a key costs.
    pub(crate) fn new(octets: [u8; 32]) -> Result<Self, Ed25519Fault> {
        let (y, sign) = without_sign(octets);
        let is_small = |octets: &[u8; 32]| SMALL_ORDER.contains(octets);
        // Only x = 0 has no negative, and its two points are of small order.
        if !is_reduced(y) || (sign && !is_small(&octets) && is_small(&y)) {
            return Err(Ed25519Fault::Encoding);
        }
        if is_small(&octets) {
            return Err(Ed25519Fault::SmallOrder);
        }
        VerificationKey::try_from(octets).map(Self).map_err(|_| Ed25519Fault::Encoding)
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let Ok(signature) = <[u8; 64]>::try_from(signature) else { return false };
        self.0.verify(&Signature::from_bytes(&signature), message).is_ok()
    }
}

/// The y coordinate, and whether x is the odd one of two.
fn without_sign(mut octets: [u8; 32]) -> ([u8; 32], bool) {
    let [.., last] = &mut octets;
    let sign = *last & 0x80 != 0;
    *last &= 0x7f;
    (octets, sign)
}

/// Whether the number is below 2^255 - 19.
fn is_reduced(y: [u8; 32]) -> bool {
    let [first, middle @ .., last] = y;
    last != 0x7f || first < 0xed || middle.iter().any(|octet| *octet != 0xff)
}

#[cfg(test)]
mod tests;
