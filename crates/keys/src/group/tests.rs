use proptest::prelude::*;

use super::*;
use crate::testing::{Given, Stuck, hex};
use crate::{Algorithm, PublicKey, SecretKey};

/// SEC 2 2.4.2.
const ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

fn scalar(text: &str) -> Scalar {
    Scalar::from_octets(&hex(text)).unwrap()
}

fn code<T>(outcome: Result<T, Error>) -> Code {
    outcome.err().expect("refused").code()
}

#[test]
fn a_scalar_is_32_octets_below_the_order() {
    let mut largest = hex(ORDER);
    assert_eq!(code(Scalar::from_octets(&largest)), Code::ScalarMalformed);
    largest[31] -= 1;
    let largest = Scalar::from_octets(&largest).unwrap();
    assert_eq!(largest, Scalar::from_u64(1).negate());
    assert!(largest.add(&Scalar::from_u64(1)).is_zero());
    for octets in [&[0xff; 32][..], &[0; 31], &[0; 33], &[]] {
        assert_eq!(code(Scalar::from_octets(octets)), Code::ScalarMalformed);
    }
    assert!(Scalar::from_octets(&[0; 32]).unwrap().is_zero());
    assert_eq!(code(Scalar::from_u64(0).invert()), Code::ScalarZero);
    // 3 · 2/3 of the way: by hand, (2n + 1) / 3.
    assert_eq!(Scalar::from_u64(3).invert().unwrap(), scalar("aaaaaaaa00000000aaaaaaaaaaaaaaaa7def51c91a0fbf034d26872ca84218e1"));
}

#[test]
fn wide_numbers_are_reduced() {
    let wide = |text: &str| Scalar::from_wide(&hex(text).try_into().unwrap());
    let zeros = "00".repeat(16);
    assert!(wide(&(zeros.clone() + ORDER)).is_zero());
    assert_eq!(wide(&(zeros.clone() + &ORDER.replace("2551", "2558"))), Scalar::from_u64(7));
    // n · 2^128 + 1.
    assert_eq!(wide(&(ORDER.to_owned() + &"00".repeat(15) + "01")), Scalar::from_u64(1));
    // 2^384 - 1 modulo n, computed elsewhere.
    assert_eq!(wide(&"ff".repeat(48)), scalar("431905529c0166ce652e96b7ccca0a99679b73e19ad16947f01cf013fc632550"));
}

#[test]
fn random_scalars_are_reduced_and_not_zero() {
    let mut seven = vec![0; 48];
    seven[47] = 7;
    assert_eq!(Scalar::random(&mut Given(seven)).unwrap(), Scalar::from_u64(7));
    assert_eq!(code(Scalar::random(&mut Stuck(0))), Code::BackendFailed);
}

/// Multiples of the base point, as the other library has them.
#[test]
fn points_are_those_of_another_implementation() {
    for n in [1, 2, 3, 0x1_0001, u64::MAX] {
        for scalar in [Scalar::from_u64(n), Scalar::from_u64(n).negate()] {
            let other = SecretKey::from_octets(Algorithm::P256, &*scalar.to_octets()).unwrap();
            assert_eq!(Point::base(&scalar).unwrap().to_octets(), other.public().octets());
            assert_eq!(Point::generator().mul(&scalar).unwrap().to_octets(), other.public().octets());
        }
    }
    // SEC 2 2.4.2: the base point.
    let base = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
    assert_eq!(Point::generator().x().to_vec(), hex(base));
}

#[test]
fn a_point_is_uncompressed_and_on_the_curve() {
    let point = Point::base(&Scalar::from_u64(5)).unwrap();
    let octets = point.to_octets();
    assert_eq!(Point::from_octets(&octets).unwrap(), point);
    let mut off_curve = octets;
    off_curve[64] ^= 1;
    let mut hybrid = octets;
    hybrid[0] = 6 | (octets[64] & 1);
    let mut compressed = octets[..33].to_vec();
    compressed[0] = 2 | (octets[64] & 1);
    let mut compact = octets;
    compact[0] = 5;
    // x + p, where that fits, is another writing of the same coordinate: x = 5 has a point, and p + 5 is below 2^256.
    let five = PublicKey::from_compressed(Algorithm::P256, &Scalar::from_u64(5).to_octets()[..], crate::YParity::Even).unwrap();
    let mut not_reduced = five.octets().to_vec();
    not_reduced[1..33].copy_from_slice(&hex("ffffffff00000001000000000000000000000001000000000000000000000004"));
    assert!(Point::from_octets(five.octets()).is_ok());
    let all: [&[u8]; 9] =
        [&off_curve, &hybrid, &compressed, &compact, &not_reduced, &octets[..64], &[0], &[0; 65], &[&octets[..], &[0]].concat()];
    for octets in all {
        assert_eq!(code(Point::from_octets(octets)), Code::PublicKeyMalformed, "{octets:?}");
    }
    for bit in 0..8 * 65 {
        let mut changed = octets;
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(Point::from_octets(&changed).is_err(), "{bit}");
    }
}

#[test]
fn the_identity_is_no_point() {
    let (zero, one) = (Scalar::from_u64(0), Scalar::from_u64(1));
    let base = Point::base(&one).unwrap();
    let opposite = Point::base(&one.negate()).unwrap();
    assert_eq!(code(Point::base(&zero)), Code::ScalarZero);
    assert_eq!(code(base.mul(&zero)), Code::ScalarZero);
    assert_eq!(code(base.add(&opposite)), Code::ScalarZero);
    assert_eq!(code(Point::combine(&[])), Code::ScalarZero);
    assert_eq!(Point::combine(&[(&one, &base), (&one, &opposite), (&one, &base)]).unwrap(), base);
}

#[test]
fn debug_shows_nothing() {
    let scalar = Scalar::from_u64(0x1234_5678);
    assert_eq!(format!("{scalar:?}"), "Scalar { .. }");
    assert_eq!(format!("{:?}", Point::base(&scalar).unwrap()), "Point { .. }");
}

fn any_scalar() -> impl Strategy<Value = Scalar> {
    any::<[u8; 32]>().prop_map(|octets| Scalar::hash("a test", &[&octets]).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn scalars_are_a_field(a in any_scalar(), b in any_scalar(), c in any_scalar()) {
        prop_assert_eq!(a.add(&b).mul(&c), a.mul(&c).add(&b.mul(&c)));
        prop_assert_eq!(a.sub(&b), a.add(&b.negate()));
        prop_assert_eq!(a.mul(&a.invert().unwrap()), Scalar::from_u64(1));
        prop_assert_eq!(Scalar::from_octets(&*a.to_octets()).unwrap(), a);
    }

    #[test]
    fn points_follow_their_scalars(a in any_scalar(), b in any_scalar()) {
        let (p, q) = (Point::base(&a).unwrap(), Point::base(&b).unwrap());
        prop_assert_eq!(p.add(&q).unwrap(), Point::base(&a.add(&b)).unwrap());
        prop_assert_eq!(p.mul(&b).unwrap(), q.mul(&a).unwrap());
        prop_assert_eq!(&p, &Point::generator().mul(&a).unwrap());
        prop_assert_eq!(Point::combine(&[(&b, &p), (&a, &q)]).unwrap(), Point::base(&a.mul(&b).add(&a.mul(&b))).unwrap());
        prop_assert_eq!(Point::from_octets(&p.to_octets()).unwrap(), p);
    }
}
