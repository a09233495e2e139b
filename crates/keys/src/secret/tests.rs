use super::*;
use crate::SystemRandom;
use crate::testing::{Stuck, hex};

#[test]
fn generation_draws_from_the_source_given() {
    for algorithm in Algorithm::ALL {
        let key = SecretKey::generate(algorithm, &mut Stuck(1)).unwrap();
        assert_eq!(*key.octets(), vec![1; algorithm.coordinate_len()], "{algorithm}");
        let other = SecretKey::generate(algorithm, &mut SystemRandom).unwrap();
        assert_ne!(other.public(), key.public());
    }
}

#[test]
fn a_source_that_gives_nothing_usable_is_an_error() {
    // All zeros is no scalar of any curve; all ones is above every group order.
    for octet in [0x00, 0xff] {
        for algorithm in [Algorithm::P256, Algorithm::P384, Algorithm::P521] {
            let error = SecretKey::generate(algorithm, &mut Stuck(octet)).unwrap_err();
            assert_eq!(error.code(), Code::BackendFailed, "{algorithm} {octet}");
        }
    }
}

#[test]
fn a_failing_source_is_passed_on() {
    struct Broken;
    impl Random for Broken {
        fn fill(&mut self, _: &mut [u8]) -> Result<(), Error> {
            Err(Error::new(Code::BackendFailed).note("unplugged"))
        }
    }
    for algorithm in Algorithm::ALL {
        assert!(SecretKey::generate(algorithm, &mut Broken).unwrap_err().to_string().contains("unplugged"));
    }
}

/// SP 800-186 3.2.1.3 to 3.2.1.5: the orders.
const ORDERS: [(Algorithm, &str); 3] = [
    (Algorithm::P256, "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
    (Algorithm::P384, "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973"),
    (
        Algorithm::P521,
        "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5\
         c9b8899c47aebb6fb71e91386409",
    ),
];

#[test]
fn scalars_are_between_one_and_the_order() {
    for (algorithm, order) in ORDERS {
        let order = hex(order);
        let length = order.len();
        let mut one = vec![0; length];
        one[length - 1] = 1;
        let mut below = order.clone();
        below[length - 1] -= 1;
        // (n - 1)·G = -G: the same x, another y.
        let generator = SecretKey::from_octets(algorithm, &one).unwrap();
        let negative = SecretKey::from_octets(algorithm, &below).unwrap();
        assert_eq!(generator.public().x(), negative.public().x());
        assert_ne!(generator.public().y(), negative.public().y());
        for bad in [vec![0; length], order, vec![0xff; length], vec![1; length - 1], vec![1; length + 1], vec![]] {
            assert_eq!(SecretKey::from_octets(algorithm, &bad).unwrap_err().code(), Code::SecretKeyMalformed);
        }
    }
    // 1·G = G, SP 800-186 3.2.1.3.
    let mut one = [0; 32];
    one[31] = 1;
    let generator = SecretKey::from_octets(Algorithm::P256, &one).unwrap();
    assert_eq!(generator.public().x(), hex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"));
    assert_eq!(generator.public().y().unwrap(), hex("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"));
}

#[test]
fn seeds_are_32_octets() {
    for length in [0, 31, 33, 64] {
        let error = SecretKey::from_octets(Algorithm::Ed25519, &vec![1; length]).unwrap_err();
        assert_eq!(error.code(), Code::SecretKeyMalformed);
    }
    // RFC 8032 7.1, test 1.
    let seed = hex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    let key = SecretKey::from_octets(Algorithm::Ed25519, &seed).unwrap();
    assert_eq!(key.public().octets(), hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"));
}

#[test]
fn debug_shows_no_secret() {
    let key = SecretKey::from_octets(Algorithm::Ed25519, &[0xa5; 32]).unwrap();
    let shown = format!("{key:?}");
    assert!(shown.contains("PublicKey(Ed25519 "), "{shown}");
    assert!(!shown.contains("a5a5") && !shown.contains("165, 165"), "{shown}");
}
