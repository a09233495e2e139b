//! Ed25519 public keys and verification.
//!
//! The cofactored equation of ZIP 215 is the one rule for single and batch verification: a strict single check and a batch
//! check disagree about signatures with a component of small order, and then two members of one room reach two verdicts.

use std::sync::LazyLock;

use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::{IsIdentity, VartimeMultiscalarMul};

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
struct Opened {
    r: EdwardsPoint,
    s: Scalar,
    k: Scalar,
}

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
        let point = CompressedEdwardsY(octets).decompress().ok_or(Ed25519Fault::Encoding)?;
        Ok(Self { octets, minus: -point })
    }

    /// Takes a signature apart: R is any encoding of a point (ZIP 215), s is below the group order (RFC 8032 5.1.7).
    fn open(&self, message: &[&[u8]], signature: &[u8]) -> Option<Opened> {
        let (r, s) = signature.split_first_chunk::<32>()?;
        let s = Option::from(Scalar::from_canonical_bytes(s.try_into().ok()?))?;
        let mut hash = HashContext::new(HashAlgorithm::Sha512);
        hash.update(r);
        hash.update(&self.octets);
        message.iter().for_each(|part| hash.update(part));
        let k = reduced(&hash.finish());
        Some(Opened { r: CompressedEdwardsY(*r).decompress()?, s, k })
    }

    /// Verifies a signature over the parts, one after the other.
    pub(crate) fn verify(&self, message: &[&[u8]], signature: &[u8]) -> bool {
        self.open(message, signature).is_some_and(|Opened { r, s, k }| {
            let expected = EdwardsPoint::vartime_double_scalar_mul_basepoint(&k, &self.minus, &s);
            (expected - r).mul_by_cofactor().is_identity()
        })
    }
}

/// A key, a message in parts, and a signature.
pub(crate) type Claimed<'s> = (&'s Ed25519Verifier, &'s [&'s [u8]], &'s [u8]);

/// Whether all of these signatures verify: by one equation, the sum of theirs, each but the first multiplied by a number that
/// depends on all of them. It holds if each of theirs does, and otherwise but for one chance in 2^128.
pub(crate) fn verify_batch(signed: &[Claimed<'_>]) -> bool {
    let opened: Option<Vec<_>> = signed.iter().map(|(key, message, signature)| key.open(message, signature)).collect();
    let Some(opened) = opened else { return false };
    let (mut base, mut scalars, mut points) = (Scalar::ZERO, Vec::new(), Vec::new());
    let each = signed.iter().zip(&opened);
    for (((key, ..), Opened { r, s, k }), z) in each.zip(coefficients(signed, &opened)) {
        base += z * s;
        scalars.extend([z * k, -z]);
        points.extend([key.minus, *r]);
    }
    scalars.push(base);
    points.push(ED25519_BASEPOINT_POINT);
    EdwardsPoint::vartime_multiscalar_mul(&scalars, &points).mul_by_cofactor().is_identity()
}

/// What each equation is multiplied by: 1 for the first, for the others numbers of 128 bits that nobody knows before he has chosen
/// every key, signature and message, so that none of them can make up for another.
fn coefficients(signed: &[Claimed<'_>], opened: &[Opened]) -> Vec<Scalar> {
    let mut all = HashContext::new(HashAlgorithm::Sha512);
    all.update(b"mimicred Ed25519 batch");
    for ((key, _, signature), opened) in signed.iter().zip(opened) {
        // R and s are the signature; k stands for the message.
        [key.octets.as_slice(), signature, opened.k.as_bytes()].into_iter().for_each(|part| all.update(part));
    }
    let all = all.finish();
    let of = |(n, _): (u64, &Opened)| {
        let mut hash = HashContext::new(HashAlgorithm::Sha512);
        hash.update(&all);
        hash.update(&n.to_be_bytes());
        let number = hash.finish().first_chunk().map_or(0, |octets| u128::from_be_bytes(*octets));
        if n == 0 { Scalar::ONE } else { Scalar::from(number) }
    };
    (0..).zip(opened).map(of).collect()
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
