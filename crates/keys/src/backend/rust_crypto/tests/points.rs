//! Points and scalars: what is one, in which form, and what comes of two of them.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{CURVES, changed, minus, native, plus, portable, scalar};
use crate::backend::Curve;
use crate::testing::hex;

/// Whether both read a point; they must agree. Callers have looked at the first octet and the length, so this does, too.
#[track_caller]
fn is_point(curve: Curve, octets: &[u8], what: &str) -> bool {
    if octets.len() != 1 + 2 * curve.len() || octets[0] != 4 {
        return false;
    }
    let native = native::EcVerifier::new(curve, octets).is_some();
    assert_eq!(portable::EcVerifier::new(curve, octets).is_some(), native, "{curve:?} {what}: {octets:02x?}");
    native
}

/// The uncompressed form by both; they must agree.
#[track_caller]
fn decompressed(curve: Curve, compressed: &[u8], what: &str) -> Option<Vec<u8>> {
    let length = 1 + 2 * curve.len();
    let native = native::decompress(curve, compressed, length);
    assert_eq!(portable::decompress(curve, compressed, length), native, "{curve:?} {what}: {compressed:02x?}");
    native
}

#[track_caller]
fn point_of(curve: Curve, scalar: &[u8], what: &str) -> Option<Vec<u8>> {
    let native = native::point_of(curve, scalar);
    assert_eq!(portable::point_of(curve, scalar), native, "{curve:?} {what}: {scalar:02x?}");
    native
}

#[test]
fn scalars_have_a_range_and_a_length() {
    for curve in CURVES {
        let (zero, order) = (vec![0; curve.len()], curve.order());
        let one = [&zero[1..], &[1]].concat();
        let last = minus(&order, &one);
        assert!(point_of(curve, &one, "1").is_some());
        // The last is the negative of the first: the same x, the other y.
        let (first, last) = (point_of(curve, &one, "1").unwrap(), point_of(curve, &last, "n - 1").unwrap());
        assert_eq!(first[..=curve.len()], last[..=curve.len()]);
        assert_ne!(first, last);
        let (above, ones) = (plus(&order, &one).unwrap(), vec![0xff; curve.len()]);
        for (what, scalar) in [("0", &zero), ("n", &order), ("n + 1", &above), ("ones", &ones)] {
            assert_eq!(point_of(curve, scalar, what), None, "{what}");
        }
        let key = scalar(curve, 1);
        for length in 0..key.len() {
            assert_eq!(point_of(curve, &key[..length], "cut"), None);
            assert_eq!(point_of(curve, &key[key.len() - length..], "without its front"), None);
        }
        assert_eq!(point_of(curve, &[&[0], &key[..]].concat(), "filled up"), None);
    }
}

/// x and y below the prime, and nothing but x and y.
#[test]
fn coordinates_have_one_form() {
    for curve in CURVES {
        let (length, prime) = (curve.len(), curve.prime());
        let zero = vec![0; length];
        assert!(!is_point(curve, &[&[4], &zero[..], &zero].concat(), "0, 0"));
        assert!(!is_point(curve, &[&[4], &prime[..], &prime].concat(), "p, p"));
        assert!(!is_point(curve, &[0xff; 133][..=2 * length], "ones"));
        // Points whose x is small, so that x + p fits into as many octets.
        let mut seen = 0;
        for x in 0..40u8 {
            let x = [&zero[1..], &[x]].concat();
            let larger = plus(&x, &prime);
            for sign in [2, 3] {
                if let Some(larger) = &larger {
                    assert_eq!(decompressed(curve, &[&[sign], &larger[..]].concat(), "x + p"), None);
                }
                let Some(point) = decompressed(curve, &[&[sign], &x[..]].concat(), "small x") else { continue };
                assert!(is_point(curve, &point, "small x"));
                let (x, y) = point[1..].split_at(length);
                assert!(!is_point(curve, &[&[4], y, x].concat(), "y, x"));
                if let Some(larger) = &larger {
                    assert!(!is_point(curve, &[&[4], &larger[..], y].concat(), "x + p"));
                    seen += 1;
                }
                if let Some(larger) = plus(y, &prime) {
                    assert!(!is_point(curve, &[&[4], x, &larger[..]].concat(), "y + p"));
                }
            }
        }
        assert!(seen > 10, "{curve:?}");
    }
}

/// The other forms have other first octets, which callers sort out; of those that reach the backend only two are compressed points.
#[test]
fn compressed_points_are_those_with_02_and_03() {
    for curve in CURVES {
        let point = native::point_of(curve, &scalar(curve, 1)).unwrap();
        let x = &point[1..=curve.len()];
        let of = |first, x: &[u8], what| decompressed(curve, &[&[first], x].concat(), what);
        assert_eq!(point[2 * curve.len()] % 2, (of(3, x, "odd").unwrap() == point).into());
        assert_ne!(of(2, x, "even"), of(3, x, "odd"));
        for length in 0..x.len() {
            assert_eq!(of(2, &x[..length], "cut"), None);
        }
        assert_eq!(of(2, &[x, &[0]].concat(), "followed"), None);
        assert_eq!(of(2, &[0xff; 66][..curve.len()], "ones"), None);
    }
}

#[test]
fn agreement_on_x25519_is_that_of_rfc_7748() {
    // Section 6.1: Bob's secret and public key, Alice's public key, what they share.
    let secret = hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
    let public = hex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    let alice = hex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    let shared = hex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
    let (portable, native) = (portable::Agreement::x25519(&secret).unwrap(), native::Agreement::x25519(&secret).unwrap());
    assert_eq!((portable.public().unwrap(), portable.agree(&alice).unwrap().to_vec()), (public.clone(), shared.clone()));
    assert_eq!((native.public().unwrap(), native.agree(&alice).unwrap().to_vec()), (public, shared));
}

/// Points of small order, each in every encoding, give zero and are refused; the first bit of the last octet counts for nothing
/// (RFC 7748 5), and numbers of p and above are taken modulo p.
#[test]
fn agreement_on_x25519_treats_odd_points_alike() {
    let secret = scalar(Curve::P256, 5);
    let (portable, native) = (portable::Agreement::x25519(&secret).unwrap(), native::Agreement::x25519(&secret).unwrap());
    let of = |public: &[u8]| {
        let shared = portable.agree(public);
        assert_eq!(shared, native.agree(public), "{public:02x?}");
        shared
    };
    let small = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ];
    for point in small.map(hex) {
        assert_eq!(of(&point), None);
        let mut signed = point;
        signed[31] |= 0x80;
        assert_eq!(of(&signed), None);
    }
    // 9 is the base point; 9 + p and 9 with the first bit are the same.
    let nine = [&[9], &[0; 31][..]].concat();
    let beyond = [&[0xf6], &[0xff; 30][..], &[0x7f]].concat();
    let signed = [&[9], &[0; 30][..], &[0x80]].concat();
    assert_eq!(of(&nine).unwrap().as_slice(), native.public().unwrap());
    assert_eq!(of(&beyond), of(&nine));
    assert_eq!(of(&signed), of(&nine));
    for length in (0..32).chain([33]) {
        assert_eq!(of(&[9; 33][..length]), None, "{length}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn points_are_the_same(seed in any::<u64>(), place in any::<usize>(), how in 0..20u8) {
        for curve in CURVES {
            let point = point_of(curve, &scalar(curve, seed), "a key").unwrap();
            prop_assert!(is_point(curve, &point, "a key"));
            prop_assert!(!is_point(curve, &changed(&point, place, how), "changed"));
        }
    }

    #[test]
    fn about_half_of_all_numbers_are_the_x_of_a_point(octets in vec(any::<u8>(), 66), sign in 2..4u8) {
        for curve in CURVES {
            let mut x = octets[..curve.len()].to_vec();
            if curve == Curve::P521 {
                x[0] &= 1;
            }
            if let Some(point) = decompressed(curve, &[&[sign], &x[..]].concat(), "by chance") {
                prop_assert!(is_point(curve, &point, "by chance"));
            }
        }
    }

    #[test]
    fn agreements_are_the_same(secret in any::<u64>(), other in any::<u64>(), octets in any::<[u8; 32]>()) {
        let (secret, other) = (scalar(Curve::P256, secret), scalar(Curve::P256, other));
        let portable = (portable::Agreement::x25519(&secret).unwrap(), portable::Agreement::p256(&secret).unwrap());
        let native = (native::Agreement::x25519(&secret).unwrap(), native::Agreement::p256(&secret).unwrap());
        prop_assert_eq!(portable.0.public(), native.0.public());
        prop_assert_eq!(portable.1.public(), native.1.public());
        // Half of all numbers are no point of the curve itself but of its twist, which X25519 takes, too.
        prop_assert_eq!(portable.0.agree(&octets), native.0.agree(&octets));
        let point = native::point_of(Curve::P256, &other).unwrap();
        prop_assert_eq!(portable.1.agree(&point), native.1.agree(&point));
        prop_assert!(portable.1.agree(&point).is_some());
        let off = [&point[..64], &[point[64] ^ 1]].concat();
        prop_assert!(portable.1.agree(&off).is_none() && native.1.agree(&off).is_none());
    }
}
