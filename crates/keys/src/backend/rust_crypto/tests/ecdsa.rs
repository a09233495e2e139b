//! Signatures: what one backend signs, what both make of it, and of everything that is nearly it.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{CURVES, changed, minus, native, plus, portable, scalar};
use crate::backend::{Curve, Encoding};
use crate::testing::hex;

const ENCODINGS: [Encoding; 2] = [Encoding::Der, Encoding::Fixed];

/// What both say of a signature; they must agree.
#[track_caller]
pub(super) fn verdict(curve: Curve, point: &[u8], encoding: Encoding, message: &[&[u8]], signature: &[u8], what: &str) -> bool {
    let native = native::EcVerifier::new(curve, point).unwrap().verify(point, encoding, message, signature);
    let portable = portable::EcVerifier::new(curve, point).unwrap().verify(point, encoding, message, signature);
    assert_eq!(portable, native, "{curve:?} {encoding:?} {what}: {signature:02x?} over {message:02x?} by {point:02x?}");
    native
}

/// A key and r and s of its signature over the message.
pub(super) struct Signed {
    pub(super) point: Vec<u8>,
    pub(super) r: Vec<u8>,
    pub(super) s: Vec<u8>,
}

pub(super) fn signed(curve: Curve, seed: u64, message: &[u8]) -> Signed {
    let scalar = scalar(curve, seed);
    let point = native::point_of(curve, &scalar).unwrap();
    let signature = portable::EcSigner::new(curve, &scalar, &point).unwrap().sign(Encoding::Fixed, message).unwrap();
    let (r, s) = signature.split_at(curve.len());
    Signed { point, r: r.to_vec(), s: s.to_vec() }
}

#[test]
fn signing_is_that_of_rfc_6979() {
    // A.2.5 to A.2.7, each with the hash of the curve's size: key, message, r and s.
    let vectors = [
        (
            Curve::P256,
            "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
            "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716
             f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
        ),
        (
            Curve::P384,
            "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5",
            "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46
             99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8",
        ),
        (
            Curve::P521,
            "00fad06daa62ba3b25d2fb40133da757205de67f5bb0018fee8c86e1b68c7e75caa896eb32f1f47c70855836a6d16fcc1466f6d8fbec67db
             89ec0c08b0e996b83538",
            "00c328fafcbd79dd77850370c46325d987cb525569fb63c5d3bc53950e6d4c5f174e25a1ee9017b5d450606add152b534931d7d4e8455cc9
             1f9b15bf05ec36e377fa
             00617cce7cf5064806c467f678d3b4080d6f1cc50af26ca209417308281b68af282623eaa63e5b5c0723d8b8c37ff0777b1a20f8ccb1dccc
             43997f1ee0e44da4a67a",
        ),
    ];
    for (curve, key, signature) in vectors {
        let key = hex(key);
        let point = portable::point_of(curve, &key).unwrap();
        let signer = portable::EcSigner::new(curve, &key, &point).unwrap();
        assert_eq!(signer.sign(Encoding::Fixed, b"sample").unwrap(), hex(signature));
        // Twice the same, in the other form as well.
        let der = signer.sign(Encoding::Der, b"sample").unwrap();
        assert_eq!(signer.sign(Encoding::Der, b"sample").unwrap(), der);
        assert!(verdict(curve, &point, Encoding::Der, &[b"sample"], &der, "DER"));
    }
}

#[test]
fn a_signer_needs_its_own_point() {
    for curve in CURVES {
        let (one, other) = (scalar(curve, 1), native::point_of(curve, &scalar(curve, 2)).unwrap());
        assert!(portable::EcSigner::new(curve, &one, &other).is_none());
        assert!(native::EcSigner::new(curve, &one, &other).is_none());
    }
}

/// Numbers out of range, in both encodings. High s is a signature like any other.
#[test]
fn numbers_out_of_range_are_refused_by_both() {
    let message: &[&[u8]] = &[b"message"];
    for curve in CURVES {
        let Signed { point, r, s } = signed(curve, 3, b"message");
        let (zero, order) = (vec![0; curve.len()], curve.order());
        let one = [&zero[1..], &[1]].concat();
        let (all, above) = (vec![0xff; curve.len()], plus(&order, &one).unwrap());
        let mut cases = vec![
            ("as signed", r.clone(), s.clone(), true),
            ("the other s", r.clone(), minus(&order, &s), true),
            ("the other r", minus(&order, &r), s.clone(), false),
            ("r and s changed over", s.clone(), r.clone(), false),
            ("r and s are 1", one.clone(), one.clone(), false),
        ];
        for (name, odd) in [("zero", &zero), ("the order", &order), ("above the order", &above), ("all ones", &all)] {
            cases.push((name, odd.clone(), s.clone(), false));
            cases.push((name, r.clone(), odd.clone(), false));
            cases.push((name, odd.clone(), odd.clone(), false));
        }
        // The same numbers modulo the order, where they fit: P-521 has seven bits to spare.
        cases.extend(plus(&r, &order).map(|r| ("r and the order", r, s.clone(), false)));
        cases.extend(plus(&s, &order).map(|s| ("s and the order", r.clone(), s, false)));
        for (name, r, s, valid) in cases {
            assert_eq!(verdict(curve, &point, Encoding::Fixed, message, &[&r[..], &s].concat(), name), valid, "{name}");
            let der = super::encodings::der(&r, &s);
            assert_eq!(verdict(curve, &point, Encoding::Der, message, &der, name), valid, "{name}");
        }
    }
}

#[test]
fn other_lengths_of_the_fixed_form_are_refused_by_both() {
    for curve in CURVES {
        let Signed { point, r, s } = signed(curve, 4, b"message");
        let fixed = [&r[..], &s].concat();
        let of = |signature: &[u8], what| verdict(curve, &point, Encoding::Fixed, &[b"message"], signature, what);
        assert!(of(&fixed, "as it is"));
        for length in 0..fixed.len() {
            assert!(!of(&fixed[..length], "cut"));
        }
        assert!(!of(&[&fixed[..], &[0]].concat(), "followed"));
        assert!(!of(&[&[0], &fixed[..]].concat(), "preceded"));
        // A leading zero before each number, as another curve's width would have it.
        assert!(!of(&[&[0], &r[..], &[0], &s].concat(), "wider"));
        assert!(!of(&super::encodings::der(&r, &s), "in DER"));
        assert!(!verdict(curve, &point, Encoding::Der, &[b"message"], &fixed, "not in DER"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn what_one_signs_the_other_verifies(seed in any::<u64>(), parts in vec(vec(any::<u8>(), 0..100), 0..4)) {
        let whole = parts.concat();
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        for curve in CURVES {
            let scalar = scalar(curve, seed);
            let point = native::point_of(curve, &scalar).unwrap();
            let portable = portable::EcSigner::new(curve, &scalar, &point).unwrap();
            let native = native::EcSigner::new(curve, &scalar, &point).unwrap();
            for encoding in ENCODINGS {
                for signature in [portable.sign(encoding, &whole).unwrap(), native.sign(encoding, &whole).unwrap()] {
                    prop_assert!(verdict(curve, &point, encoding, &parts, &signature, "in parts"));
                    prop_assert!(verdict(curve, &point, encoding, &[&whole], &signature, "whole"));
                    prop_assert!(!verdict(curve, &point, encoding, &[&whole, b"."], &signature, "more"));
                }
            }
        }
    }

    #[test]
    fn what_is_nearly_a_signature_is_judged_alike(
        (seed, place, how) in (any::<u64>(), any::<usize>(), 0..20u8),
        (second, other) in (any::<usize>(), 0..20u8),
    ) {
        for curve in CURVES {
            let Signed { point, r, s } = signed(curve, seed, b"message");
            let (fixed, der) = ([&r[..], &s].concat(), super::encodings::der(&r, &s));
            for (encoding, signature) in [(Encoding::Fixed, fixed), (Encoding::Der, der)] {
                let once = changed(&signature, place, how);
                let twice = changed(&once, second, other);
                prop_assert!(!verdict(curve, &point, encoding, &[b"message"], &once, "changed"));
                let same = twice == signature;
                prop_assert_eq!(verdict(curve, &point, encoding, &[b"message"], &twice, "changed twice"), same);
            }
        }
    }

    #[test]
    fn octets_without_sense_are_judged_alike(seed in any::<u64>(), octets in vec(any::<u8>(), 0..140)) {
        for curve in CURVES {
            let point = native::point_of(curve, &scalar(curve, seed)).unwrap();
            for encoding in ENCODINGS {
                prop_assert!(!verdict(curve, &point, encoding, &[b"message"], &octets, "nonsense"));
            }
        }
    }
}
