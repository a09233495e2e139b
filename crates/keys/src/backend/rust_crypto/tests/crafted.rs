//! Signatures that nobody meets by chance, made from the equation backwards: of a nonce point whose x coordinate is not below the group
//! order, and of one that is no point at all.

use super::ecdsa::verdict;
use super::encodings::der;
use super::{CURVES, native, plus};
use crate::backend::{Curve, Encoding};
use crate::hash::HashAlgorithm;

/// A public key, r and s.
struct Crafted {
    point: Vec<u8>,
    r: Vec<u8>,
    s: Vec<u8>,
}

/// The same two functions for each curve; no type is common to them.
macro_rules! crafted {
    ($name:ident) => {
        mod $name {
            use ::$name::elliptic_curve::ff::PrimeField;
            use ::$name::elliptic_curve::sec1::{FromSec1Point, ToSec1Point};
            use ::$name::{AffinePoint, ProjectivePoint, Scalar, Sec1Point};

            use super::Crafted;

            fn scalar(octets: &[u8]) -> Scalar {
                let mut repr = Scalar::ZERO.to_repr();
                let start = repr.len() - octets.len();
                repr[start..].copy_from_slice(octets);
                Option::from(Scalar::from_repr(repr)).unwrap()
            }

            /// The key for which r and s over this digest mean this nonce point.
            pub(super) fn key_for(nonce: &[u8], r: u8, digest: &[u8]) -> Crafted {
                let nonce = AffinePoint::from_sec1_point(&Sec1Point::from_bytes(nonce).unwrap()).unwrap();
                let (r, s) = (scalar(&[r]), scalar(&[7, 9]));
                let key = (ProjectivePoint::from(nonce) * s - ProjectivePoint::GENERATOR * scalar(digest)) * r.invert().unwrap();
                let point = key.to_affine().to_sec1_point(false).as_bytes().to_vec();
                Crafted { point, r: r.to_repr().to_vec(), s: s.to_repr().to_vec() }
            }

            /// A signature by the key of scalar 5 whose nonce point comes out as the identity, and one where the two multiples that are
            /// added are the same point.
            pub(super) fn degenerate(digest: &[u8]) -> [Crafted; 2] {
                let (key, e) = (scalar(&[5]), scalar(digest));
                let point = (ProjectivePoint::GENERATOR * key).to_affine().to_sec1_point(false).as_bytes().to_vec();
                let r = e * key.invert().unwrap();
                [-r, r].map(|r| Crafted { point: point.clone(), r: r.to_repr().to_vec(), s: scalar(&[3]).to_repr().to_vec() })
            }
        }
    };
}

crafted!(p256);
crafted!(p384);
crafted!(p521);

fn digest(curve: Curve) -> Vec<u8> {
    let algorithm = match curve {
        Curve::P256 => HashAlgorithm::Sha256,
        Curve::P384 => HashAlgorithm::Sha384,
        Curve::P521 => HashAlgorithm::Sha512,
    };
    algorithm.digest(b"message").to_vec()
}

fn both(curve: Curve, crafted: &Crafted, what: &str) -> [bool; 2] {
    let Crafted { point, r, s } = crafted;
    [(Encoding::Fixed, [&r[..], s].concat()), (Encoding::Der, der(r, s))]
        .map(|(encoding, signature)| verdict(curve, point, encoding, &[b"message"], &signature, what))
}

/// r is the x coordinate modulo the order, so that a small r may stand for a large coordinate; the large number itself is out of range.
#[test]
fn an_x_coordinate_beyond_the_order_counts_modulo_the_order() {
    for curve in CURVES {
        let digest = digest(curve);
        let large = (1..=255).find_map(|r| {
            let x = plus(&curve.order(), &[r])?;
            Some((r, native::decompress(curve, &[&[2], &x[..]].concat(), 1 + 2 * curve.len())?, x))
        });
        let (r, nonce, x) = large.unwrap();
        let mut crafted = match curve {
            Curve::P256 => p256::key_for(&nonce, r, &digest),
            Curve::P384 => p384::key_for(&nonce, r, &digest),
            Curve::P521 => p521::key_for(&nonce, r, &digest),
        };
        assert_eq!(both(curve, &crafted, "small r, large x"), [true; 2]);
        crafted.r = x;
        assert_eq!(both(curve, &crafted, "large r, large x"), [false; 2]);
    }
}

#[test]
fn a_nonce_point_that_is_none_is_refused_by_both() {
    for curve in CURVES {
        let digest = digest(curve);
        let crafted = match curve {
            Curve::P256 => p256::degenerate(&digest),
            Curve::P384 => p384::degenerate(&digest),
            Curve::P521 => p521::degenerate(&digest),
        };
        for crafted in crafted {
            assert_eq!(both(curve, &crafted, "degenerate"), [false; 2]);
        }
    }
}
