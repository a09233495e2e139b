//! Both backends before the same inputs, good, bad and odd: they must say the same of each, octet for octet where they answer with octets.

mod crafted;
mod ecdsa;
mod encodings;
mod points;

use proptest::collection::vec;
use proptest::prelude::*;

use crate::aead::Aead;
use crate::backend::{Curve, aws_lc as native, rust_crypto as portable};
use crate::hash::HashAlgorithm;
use crate::testing::hex;

const CURVES: [Curve; 3] = [Curve::P256, Curve::P384, Curve::P521];

impl Curve {
    /// The length of a coordinate, and of a scalar.
    fn len(self) -> usize {
        match self {
            Curve::P256 => 32,
            Curve::P384 => 48,
            Curve::P521 => 66,
        }
    }

    /// The group order (SEC 2, 2.4.2, 2.5.1, 2.6.1).
    fn order(self) -> Vec<u8> {
        hex(match self {
            Curve::P256 => "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
            Curve::P384 => {
                "ffffffffffffffffffffffffffffffffffffffffffffffff
                c7634d81f4372ddf581a0db248b0a77aecec196accc52973"
            }
            Curve::P521 => {
                "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa
                51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409"
            }
        })
    }

    /// The prime of the field (in the same places).
    fn prime(self) -> Vec<u8> {
        hex(match self {
            Curve::P256 => "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
            Curve::P384 => {
                "ffffffffffffffffffffffffffffffffffffffffffffffff
                fffffffffffffffeffffffff0000000000000000ffffffff"
            }
            Curve::P521 => {
                "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
                ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
            }
        })
    }
}

/// a + b, of the length of a; nothing where that does not fit.
fn plus(a: &[u8], b: &[u8]) -> Option<Vec<u8>> {
    let mut b = b.iter().rev();
    let (mut out, mut carry) = (a.to_vec(), 0);
    for octet in out.iter_mut().rev() {
        let sum = u16::from(*octet) + u16::from(*b.next().unwrap_or(&0)) + carry;
        (*octet, carry) = (sum.to_be_bytes()[1], sum >> 8);
    }
    (carry == 0).then_some(out)
}

/// a - b for numbers of one length, a not below b.
fn minus(a: &[u8], b: &[u8]) -> Vec<u8> {
    let complement: Vec<u8> = b.iter().map(|octet| !octet).collect();
    // a + (2^k - 1 - b) + 1, without the carry.
    let mut carry = 1;
    let mut out: Vec<u8> = Vec::new();
    for (a, b) in a.iter().zip(&complement).rev() {
        let sum = u16::from(*a) + u16::from(*b) + carry;
        out.push(sum.to_be_bytes()[1]);
        carry = sum >> 8;
    }
    out.into_iter().rev().collect()
}

/// A scalar that is a key on the curve.
fn scalar(curve: Curve, seed: u64) -> Vec<u8> {
    let wide: Vec<u8> =
        (0..2u8).flat_map(|n| HashAlgorithm::Sha512.digest(&[&seed.to_be_bytes()[..], &[n]].concat()).to_vec()).collect();
    let mut scalar = wide[..curve.len()].to_vec();
    // Below the order of any of the curves.
    scalar[0] &= if curve == Curve::P521 { 0 } else { 0x7f };
    scalar
}

/// The octets with one bit turned, one octet more, or one octet less.
fn changed(octets: &[u8], place: usize, how: u8) -> Vec<u8> {
    let mut out = octets.to_vec();
    let place = place % (out.len() + 1);
    match how {
        0..=7 if place < out.len() => out[place] ^= 1 << how,
        8 if place < out.len() => drop(out.remove(place)),
        how => out.insert(place, how),
    }
    out
}

proptest! {
    #[test]
    fn hashes_are_the_same(pieces in vec(vec(any::<u8>(), 0..300), 0..5)) {
        let whole = pieces.concat();
        prop_assert_eq!(portable::sha256(&whole), native::sha256(&whole));
        for algorithm in HashAlgorithm::ALL {
            let digest = native::digest(algorithm, &whole);
            prop_assert_eq!(portable::digest(algorithm, &whole), digest);
            let (mut ours, mut theirs) = (portable::HashContext::new(algorithm), native::HashContext::new(algorithm));
            pieces.iter().for_each(|piece| ours.update(piece));
            pieces.iter().for_each(|piece| theirs.update(piece));
            prop_assert_eq!(ours.finish(), digest);
            prop_assert_eq!(theirs.finish(), digest);
        }
    }

    #[test]
    fn tags_of_hmac_are_the_same(key in vec(any::<u8>(), 0..300), parts in vec(vec(any::<u8>(), 0..200), 0..4)) {
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        for algorithm in HashAlgorithm::ALL {
            let tag = portable::HmacKey::new(algorithm, &key).sign(&parts);
            prop_assert_eq!(tag.len(), algorithm.len());
            prop_assert_eq!(tag, native::HmacKey::new(algorithm, &key).sign(&parts));
        }
    }

    #[test]
    fn comparisons_are_the_same(a in vec(0..2u8, 0..4), b in vec(0..2u8, 0..4)) {
        prop_assert_eq!(portable::constant_time_eq(&a, &b), a == b);
        prop_assert_eq!(native::constant_time_eq(&a, &b), a == b);
    }

    #[test]
    fn what_is_sealed_is_the_same_and_opens_alike(
        (key, nonce, place, how) in (vec(any::<u8>(), 32), any::<[u8; 12]>(), any::<usize>(), 0..20u8),
        aad in vec(any::<u8>(), 0..100),
        text in vec(any::<u8>(), 0..200),
    ) {
        for algorithm in Aead::ALL {
            let key = &key[..algorithm.key_len()];
            let sealed = portable::aead_seal(algorithm, key, nonce, &aad, &text).unwrap();
            prop_assert_eq!(&native::aead_seal(algorithm, key, nonce, &aad, &text).unwrap(), &sealed);
            for open in [portable::aead_open, native::aead_open] {
                prop_assert_eq!(&open(algorithm, key, nonce, &aad, &sealed).unwrap(), &text);
                prop_assert_eq!(open(algorithm, key, nonce, &aad, &changed(&sealed, place, how)), None);
                prop_assert_eq!(open(algorithm, key, nonce, &changed(&aad, place, how), &sealed), None);
                prop_assert_eq!(open(algorithm, key, nonce, &aad, &sealed[..place % 16]), None);
            }
        }
    }

    #[test]
    fn signatures_of_ed25519_are_the_same(seed in any::<[u8; 32]>(), message in vec(any::<u8>(), 0..300)) {
        prop_assert_eq!(portable::ed25519_public_of(&seed).unwrap(), native::ed25519_public_of(&seed).unwrap());
        let signature = portable::Ed25519Signer::new(&seed).unwrap().sign(&message).unwrap();
        prop_assert_eq!(signature, native::Ed25519Signer::new(&seed).unwrap().sign(&message).unwrap());
    }
}

#[test]
fn keys_of_another_length_are_refused() {
    let key = [7; 70];
    for length in 0..key.len() {
        let key = &key[..length];
        for algorithm in Aead::ALL {
            let fits = length == algorithm.key_len();
            for seal in [portable::aead_seal, native::aead_seal] {
                assert_eq!(seal(algorithm, key, [1; 12], b"", b"text").is_some(), fits, "{algorithm:?} {length}");
            }
        }
        assert_eq!(portable::Ed25519Signer::new(key).is_some(), length == 32);
        assert_eq!(native::Ed25519Signer::new(key).is_some(), length == 32);
        assert_eq!(portable::Agreement::x25519(key).is_some(), length == 32);
        assert_eq!(native::Agreement::x25519(key).is_some(), length == 32);
        assert_eq!(portable::Agreement::p256(key).is_some(), length == 32);
        assert_eq!(native::Agreement::p256(key).is_some(), length == 32);
    }
}
