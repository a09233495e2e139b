//! Where rules for Ed25519 differ: points of small order, second encodings, and signatures that only the cofactored equation accepts.
//! No signer of ours makes any of it, so that it is worked out here.

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::edwards::EdwardsPoint;
use curve25519_dalek::scalar::Scalar;
use mimicred_keys::HashAlgorithm;

use crate::object::Object;

/// The group order, little-endian (RFC 8032 5.1).
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0x10,
];

/// The eight points of small order: n times one of order 8.
pub(super) fn small_order() -> [[u8; 32]; 8] {
    EIGHT_TORSION.map(|point| point.compress().to_bytes())
}

/// Encodings that RFC 8032 5.1.3 does not decode: y is not below 2^255 - 19, or x is zero and has a sign, or there is no x.
pub(super) fn not_canonical() -> [(&'static str, &'static str, [u8; 32]); 5] {
    let ends = |first: u8, middle: u8, last: u8| {
        let mut octets = [middle; 32];
        let [head, .., tail] = &mut octets;
        (*head, *tail) = (first, last);
        octets
    };
    [
        ("y-is-p", "y is the prime itself, which is 0 and a point of order 4", ends(0xed, 0xff, 0x7f)),
        ("y-is-p-plus-1", "y is the prime and 1: the neutral point once more", ends(0xee, 0xff, 0x7f)),
        ("y-is-p-plus-3", "y is the prime and 3: a good point once more", ends(0xf0, 0xff, 0x7f)),
        ("zero-with-sign", "the neutral point with the sign of x, which is zero", ends(1, 0, 0x80)),
        ("no-x", "y is 2, for which there is no x", ends(2, 0, 0)),
    ]
}

/// A signature with the points on its way.
pub(super) struct Signed {
    pub(super) key: [u8; 32],
    pub(super) signature: [u8; 64],
}

fn hashed(parts: &[&[u8]]) -> Scalar {
    let mut hasher = HashAlgorithm::Sha512.hasher();
    parts.iter().for_each(|part| hasher.update(part));
    let mut wide = [0; 64];
    wide.iter_mut().zip(hasher.finish().iter()).for_each(|(to, from)| *to = *from);
    Scalar::from_bytes_mod_order_wide(&wide)
}

fn torsion(n: usize) -> EdwardsPoint {
    EIGHT_TORSION.get(n).copied().unwrap_or_default()
}

impl Signed {
    /// A signature by a key `A + T` with a nonce point `R + T'`, where `T` and `T'` are that often a point of order 8. The cofactored
    /// equation holds for it; the other one does if both are zero.
    pub(super) fn with(message: &[u8], in_key: usize, in_nonce: usize) -> Self {
        let by = |n: u8| {
            let r = hashed(&[b"mimicred vectors: nonce", &[n]]);
            let nonce = (EdwardsPoint::mul_base(&r) + torsion(in_nonce)).compress().to_bytes();
            Self::by(message, in_key, nonce, r)
        };
        // An even k would make k T vanish for some T, and then every rule accepts.
        (0..u8::MAX)
            .map(by)
            .find(|signed| signed.k(message).as_bytes().first().is_some_and(|low| low & 1 == 1))
            .unwrap_or_else(|| by(0))
    }

    /// A signature whose nonce point is none but for an encoding of a point of small order: `s = k a`.
    pub(super) fn without_nonce(message: &[u8], nonce: [u8; 32]) -> Self {
        Self::by(message, 0, nonce, Scalar::ZERO)
    }

    fn by(message: &[u8], in_key: usize, nonce: [u8; 32], r: Scalar) -> Self {
        let a = hashed(&[b"mimicred vectors: secret"]);
        let key = (EdwardsPoint::mul_base(&a) + torsion(in_key)).compress().to_bytes();
        let s = r + hashed(&[&nonce, &key, message]) * a;
        let mut signature = [0; 64];
        signature.iter_mut().zip(nonce.iter().chain(s.as_bytes())).for_each(|(to, from)| *to = *from);
        Self { key, signature }
    }

    /// R, s and k, with which the equation is computed: 8 s B = 8 R + 8 k A. All of them are little-endian.
    pub(super) fn parts(&self, message: &[u8]) -> Object {
        let (nonce, s) = self.signature.split_at(32);
        Object::new().hex("r", nonce).hex("s", s).hex("k", self.k(message).as_bytes())
    }

    fn k(&self, message: &[u8]) -> Scalar {
        let (nonce, _) = self.signature.split_at(32);
        hashed(&[nonce, &self.key, message])
    }

    /// The same with the group order added to s, which changes nothing to the equation.
    pub(super) fn malleated(&self) -> [u8; 64] {
        let mut signature = self.signature;
        let mut carry = 0u16;
        for (octet, add) in signature.iter_mut().skip(32).zip(ORDER) {
            let sum = u16::from(*octet) + u16::from(add) + carry;
            [_, *octet] = sum.to_be_bytes();
            carry = sum >> 8;
        }
        signature
    }
}
