//! Ed25519 public keys and verification.
//!
//! One rule for a signature alone and for many together: A, R and s are canonical, A and R are not of small order, and the cofactored
//! equation holds. With the strict equation a single check and a batch disagree about signatures with a component of small order, and
//! then two members of one room reach two verdicts.

mod batch;

pub(crate) use batch::{Equation, all_hold};

use std::sync::LazyLock;

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::IsIdentity;

use super::HashContext;
use crate::HashAlgorithm;

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
pub(crate) struct Ed25519Verifier {
    octets: [u8; 32],
    /// -A, as the equation has it.
    minus: EdwardsPoint,
}

/// A signature with its message, ready for the equation `[8](sB - kA - R) = 0`.
#[derive(Clone, Copy, Debug)]
struct Opened {
    r: EdwardsPoint,
    s: Scalar,
    k: Scalar,
}

/// The points of small order.
static SMALL_ORDER: LazyLock<[[u8; 32]; 8]> = LazyLock::new(|| EIGHT_TORSION.map(|point| point.compress().to_bytes()));

impl Ed25519Verifier {
    /// The key with this encoding; equal octets mean equal points.
    pub(crate) fn new(octets: [u8; 32]) -> Result<Self, Ed25519Fault> {
        Ok(Self { octets, minus: -point(octets)? })
    }

    /// Takes a signature apart: R is a point like a key's, s is below the group order (RFC 8032 5.1.7).
    fn open(&self, message: &[&[u8]], signature: &[u8]) -> Option<Opened> {
        let (r, s) = signature.split_first_chunk::<32>()?;
        let s = Option::from(Scalar::from_canonical_bytes(s.try_into().ok()?))?;
        let mut hash = HashContext::new(HashAlgorithm::Sha512);
        hash.update(r);
        hash.update(&self.octets);
        message.iter().for_each(|part| hash.update(part));
        let k = reduced(&hash.finish());
        Some(Opened { r: point(*r).ok()?, s, k })
    }

    /// Verifies a signature over the parts, one after the other.
    pub(crate) fn verify(&self, message: &[&[u8]], signature: &[u8]) -> bool {
        self.open(message, signature).is_some_and(|opened| self.holds(&opened))
    }

    fn holds(&self, Opened { r, s, k }: &Opened) -> bool {
        let expected = EdwardsPoint::vartime_double_scalar_mul_basepoint(k, &self.minus, s);
        (expected - r).mul_by_cofactor().is_identity()
    }
}

/// The point of more than small order with this canonical encoding.
///
/// The encoding is judged by its octets, which spares a second decompression: one is most of what reading a point costs.
fn point(octets: [u8; 32]) -> Result<EdwardsPoint, Ed25519Fault> {
    let (y, sign) = without_sign(octets);
    let is_small = |octets: &[u8; 32]| SMALL_ORDER.contains(octets);
    // Only x = 0 has no negative, and its two points are of small order.
    if !is_reduced(y) || (sign && !is_small(&octets) && is_small(&y)) {
        return Err(Ed25519Fault::Encoding);
    }
    if is_small(&octets) {
        return Err(Ed25519Fault::SmallOrder);
    }
    CompressedEdwardsY(octets).decompress().ok_or(Ed25519Fault::Encoding)
}

/// A SHA-512 digest as a scalar, little-endian.
fn reduced(digest: &[u8]) -> Scalar {
    let mut wide = [0; 64];
    wide.iter_mut().zip(digest).for_each(|(to, from)| *to = *from);
    Scalar::from_bytes_mod_order_wide(&wide)
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
