//! Where strict and cofactored rules differ, worked out with curve25519-dalek.

use super::*;

pub(super) fn scalar(parts: &[&[u8]]) -> Scalar {
    let mut hasher = HashAlgorithm::Sha512.hasher();
    parts.iter().for_each(|part| hasher.update(part));
    let mut wide = [0; 64];
    wide.copy_from_slice(&hasher.finish());
    Scalar::from_bytes_mod_order_wide(&wide)
}

/// The signature of `message` by the secret scalar `a` with the nonce `r`, where the public key and the nonce point carry a
/// component of small order each.
pub(super) fn sign(message: &[u8], in_key: EdwardsPoint, in_nonce: EdwardsPoint) -> ([u8; 32], [u8; 64]) {
    let (a, r) = (scalar(&[b"secret"]), scalar(&[b"nonce"]));
    let key = (EdwardsPoint::mul_base(&a) + in_key).compress().to_bytes();
    let nonce = (EdwardsPoint::mul_base(&r) + in_nonce).compress().to_bytes();
    let s = r + scalar(&[&nonce, &key, message]) * a;
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(&nonce);
    signature[32..].copy_from_slice(s.as_bytes());
    (key, signature)
}

/// The equation without the cofactor, [s]B = R + [k]A, which strict single verification computes.
fn strict(key: [u8; 32], message: &[u8], signature: [u8; 64]) -> bool {
    let (nonce, s) = signature.split_at(32);
    let point = |octets: &[u8]| CompressedEdwardsY(octets.try_into().unwrap()).decompress().unwrap();
    let k = scalar(&[nonce, &key, message]);
    let s: Scalar = Scalar::from_canonical_bytes(s.try_into().unwrap()).unwrap();
    EdwardsPoint::mul_base(&s) == point(nonce) + point(&key) * k
}

#[test]
fn the_cofactored_rule_holds_for_every_component_of_small_order() {
    for in_nonce in EIGHT_TORSION {
        let (key, signature) = sign(b"message", EIGHT_TORSION[0], in_nonce);
        let verifier = Ed25519Verifier::new(key).unwrap();
        assert!(verifier.verify(&[b"message"], &signature));
        assert!(!verifier.verify(&[b"massage"], &signature));
        // The rules part ways exactly where the component is not the identity.
        assert_eq!(strict(key, b"message", signature), in_nonce == EIGHT_TORSION[0]);
    }
    for in_key in EIGHT_TORSION {
        let (key, signature) = sign(b"message", in_key, EIGHT_TORSION[0]);
        assert!(Ed25519Verifier::new(key).unwrap().verify(&[b"message"], &signature));
    }
}

#[test]
fn keys_of_small_order_are_refused() {
    for point in EIGHT_TORSION {
        let outcome = Ed25519Verifier::new(point.compress().to_bytes());
        assert_eq!(outcome.unwrap_err(), Ed25519Fault::SmallOrder);
    }
}

#[test]
fn keys_that_are_not_canonical_are_refused() {
    let mut readable = 0;
    // y = p + n for the nineteen n that fit into 255 bits, with either sign.
    for n in 0..19u8 {
        for sign in [0x7f, 0xff] {
            let mut octets = [0xff; 32];
            octets[0] = 0xed + n;
            octets[31] = sign;
            readable += usize::from(CompressedEdwardsY(octets).decompress().is_some_and(|point| !point.is_small_order()));
            assert_eq!(Ed25519Verifier::new(octets).unwrap_err(), Ed25519Fault::Encoding);
        }
    }
    // Without the check these would have been second encodings of good keys.
    assert!(readable > 0);
    // x = 0 has no sign: the identity and the point of order two, written as negative.
    let mut identity = [0; 32];
    identity[0] = 1;
    identity[31] = 0x80;
    assert_eq!(Ed25519Verifier::new(identity).unwrap_err(), Ed25519Fault::Encoding);
    // y = 2 is on no point.
    let mut none = [0; 32];
    none[0] = 2;
    assert_eq!(Ed25519Verifier::new(none).unwrap_err(), Ed25519Fault::Encoding);
}

#[test]
fn s_is_below_the_group_order() {
    let (key, signature) = sign(b"message", EIGHT_TORSION[0], EIGHT_TORSION[0]);
    let verifier = Ed25519Verifier::new(key).unwrap();
    // RFC 8032 5.1: L = 2^252 + 27742317777372353535851937790883648493, little-endian.
    let order: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    let mut malleated = signature;
    let mut carry = 0u16;
    for (octet, add) in malleated[32..].iter_mut().zip(order) {
        let sum = u16::from(*octet) + u16::from(add) + carry;
        *octet = sum.to_be_bytes()[1];
        carry = sum >> 8;
    }
    assert!(verifier.verify(&[b"message"], &signature));
    assert!(!verifier.verify(&[b"message"], &malleated));
}

proptest::proptest! {
    /// Judging an encoding by its octets is the same as taking the point and writing it again.
    #[test]
    fn an_encoding_is_canonical_if_the_point_is_written_so(octets: [u8; 32]) {
        let fault = |octets: [u8; 32]| match CompressedEdwardsY(octets).decompress() {
            None => Some(Ed25519Fault::Encoding),
            Some(point) if point.compress().to_bytes() != octets => Some(Ed25519Fault::Encoding),
            Some(point) if point.is_small_order() => Some(Ed25519Fault::SmallOrder),
            Some(_) => None,
        };
        let mut candidates = vec![octets];
        // Around 0, 1 and the field's prime, with either sign.
        for low in [0, 1, 2, 0xeb, 0xec, 0xed, 0xee, 0xff] {
            for (middle, last) in [(0, 0), (0, 0x80), (0xff, 0x7f), (0xff, 0xff)] {
                let mut octets = [middle; 32];
                (octets[0], octets[31]) = (low, last);
                candidates.push(octets);
            }
        }
        candidates.extend(EIGHT_TORSION.iter().flat_map(|point| {
            let octets = point.compress().to_bytes();
            let mut negative = octets;
            negative[31] ^= 0x80;
            [octets, negative]
        }));
        for octets in candidates {
            proptest::prop_assert_eq!(Ed25519Verifier::new(octets).err(), fault(octets));
        }
    }
}

proptest::proptest! {
    /// ed25519-zebra, which takes any encoding of R and an R of small order too (ZIP 215), says the same of every other key, message
    /// and signature, good, broken and made up; alone and together with one that holds.
    #[test]
    fn the_rule_is_that_of_zip_215_but_for_strange_points(
        message in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..100),
        (torsion_of_key, torsion_of_nonce) in (0..8_usize, 0..8_usize),
        flips in proptest::collection::vec(0..512_usize, 0..2),
        made_up: [u8; 32],
        (replaced, above) in (0..4_usize, 0..19_u8),
    ) {
        let (key, mut signature) = sign(&message, EIGHT_TORSION[torsion_of_key], EIGHT_TORSION[torsion_of_nonce]);
        flips.iter().for_each(|bit| signature[bit / 8] ^= 1 << (bit % 8));
        match replaced {
            0 => signature[..32].copy_from_slice(&made_up),
            1 => signature[..32].copy_from_slice(EIGHT_TORSION[torsion_of_nonce].compress().as_bytes()),
            // y = p + n, another encoding of y = n.
            2 => {
                signature[..32].fill(0xff);
                (signature[0], signature[31]) = (0xed + above, if torsion_of_nonce < 4 { 0x7f } else { 0xff });
            }
            _ => {}
        }
        let theirs = ed25519_zebra::VerificationKey::try_from(key).unwrap();
        let theirs = theirs.verify(&ed25519_zebra::Signature::from_bytes(&signature), &message).is_ok();
        let r = CompressedEdwardsY(signature[..32].try_into().unwrap());
        let plain = r.decompress().is_some_and(|point| point.compress() == r && !point.is_small_order());
        let ours = Ed25519Verifier::new(key).unwrap();
        proptest::prop_assert_eq!(ours.verify(&[&message], &signature), theirs && plain);

        let (first, valid) = sign(b"first", EIGHT_TORSION[0], EIGHT_TORSION[0]);
        let first = Ed25519Verifier::new(first).unwrap();
        let batch = [Equation::new(&first, &[b"first"], &valid), Equation::new(&ours, &[&message], &signature)];
        let batch: Option<Vec<_>> = batch.iter().map(Option::as_ref).collect();
        proptest::prop_assert_eq!(batch.is_some_and(|batch| all_hold(&batch)), theirs && plain);
    }
}

/// With s = k a the equation holds for R = 0, in ZIP 215 by any of its encodings and for the other points of small order too: such
/// signatures are no honest signer's, and are refused.
#[test]
fn nonce_points_of_small_order_and_second_encodings_are_refused() {
    let a = scalar(&[b"secret"]);
    let key = EdwardsPoint::mul_base(&a).compress().to_bytes();
    let verifier = Ed25519Verifier::new(key).unwrap();
    let theirs = ed25519_zebra::VerificationKey::try_from(key).unwrap();
    let mut encodings: Vec<[u8; 32]> = EIGHT_TORSION.iter().map(|point| point.compress().to_bytes()).collect();
    // y = p + 1, and the identity with a sign.
    let mut above = [0xff; 32];
    (above[0], above[31]) = (0xee, 0x7f);
    let mut signed = [0; 32];
    (signed[0], signed[31]) = (1, 0x80);
    encodings.extend([above, signed]);
    for nonce in encodings {
        let s = scalar(&[&nonce, &key, b"message"]) * a;
        let signature: [u8; 64] = [nonce, s.to_bytes()].concat().try_into().unwrap();
        let by_zip_215 = theirs.verify(&ed25519_zebra::Signature::from_bytes(&signature), b"message");
        assert!(by_zip_215.is_ok(), "{nonce:02x?}");
        assert!(!verifier.verify(&[b"message"], &signature), "{nonce:02x?}");
        assert!(Equation::new(&verifier, &[b"message"], &signature).is_none(), "{nonce:02x?}");
    }
}
