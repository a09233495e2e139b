//! Where strict and cofactored rules differ, worked out with curve25519-dalek.

use super::*;

fn scalar(parts: &[&[u8]]) -> Scalar {
    let mut hasher = HashAlgorithm::Sha512.hasher();
    parts.iter().for_each(|part| hasher.update(part));
    let mut wide = [0; 64];
    wide.copy_from_slice(&hasher.finish());
    Scalar::from_bytes_mod_order_wide(&wide)
}

/// The signature of `message` by the secret scalar `a` with the nonce `r`, where the public key and the nonce point carry a
/// component of small order each.
fn sign(message: &[u8], in_key: EdwardsPoint, in_nonce: EdwardsPoint) -> ([u8; 32], [u8; 64]) {
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

/// One for all accepts what each alone accepts, components of small order included, and nothing else.
#[test]
fn a_batch_has_the_same_rule() {
    let pairs: Vec<_> = EIGHT_TORSION.iter().map(|torsion| sign(b"message", EIGHT_TORSION[0], *torsion)).collect();
    let verifiers: Vec<_> = pairs.iter().map(|(key, _)| Ed25519Verifier::new(*key).unwrap()).collect();
    let (message, other): ([&[u8]; 2], [&[u8]; 1]) = ([b"mess", b"age"], [b"massage"]);
    let signed = |n: usize| (&verifiers[n], &message[..], &pairs[n].1[..]);
    for n in 0..EIGHT_TORSION.len() {
        assert!(verify_batch(&[signed(0), signed(n)]));
    }
    assert!(verify_batch(&(0..8).map(signed).collect::<Vec<_>>()));
    for bit in [0, 255, 256, 300, 511] {
        let mut signature = pairs[1].1;
        signature[bit / 8] ^= 1 << (bit % 8);
        assert!(!verify_batch(&[signed(0), (&verifiers[1], &message, &signature)]), "bit {bit}");
    }
    assert!(!verify_batch(&[signed(0), (&verifiers[1], &other, &pairs[1].1)]));
    assert!(!verify_batch(&[signed(0), (&verifiers[1], &message, &pairs[1].1[..63])]));
}

proptest::proptest! {
    /// ed25519-zebra, whose rule ours is, says the same of every key, message and signature, good, broken and made up.
    #[test]
    fn the_rule_is_that_of_zip_215(
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
        let ours = Ed25519Verifier::new(key).unwrap();
        proptest::prop_assert_eq!(ours.verify(&[&message], &signature), theirs);

        let (first, valid) = sign(b"first", EIGHT_TORSION[0], EIGHT_TORSION[0]);
        let first = Ed25519Verifier::new(first).unwrap();
        let batch: [(_, &[&[u8]], &[u8]); 2] = [(&first, &[b"first"], &valid), (&ours, &[&message], &signature)];
        proptest::prop_assert_eq!(verify_batch(&batch), theirs);
    }
}

/// Two signatures that are wrong by as much in opposite directions hold together only if they are not multiplied differently.
#[test]
fn errors_do_not_make_up_for_each_other() {
    let (key, signature) = sign(b"message", EIGHT_TORSION[0], EIGHT_TORSION[0]);
    let verifier = Ed25519Verifier::new(key).unwrap();
    let off_by = |error: Scalar| {
        let mut signature = signature;
        let s: Scalar = Scalar::from_canonical_bytes(signature[32..].try_into().unwrap()).unwrap();
        signature[32..].copy_from_slice((s + error).as_bytes());
        signature
    };
    let (more, less) = (off_by(Scalar::ONE), off_by(-Scalar::ONE));
    let message: [&[u8]; 1] = [b"message"];
    assert!(verify_batch(&[(&verifier, &message, &signature), (&verifier, &message, &signature)]));
    assert!(!verify_batch(&[(&verifier, &message, &more), (&verifier, &message, &less)]));
    assert!(!verify_batch(&[(&verifier, &message, &signature), (&verifier, &message, &more), (&verifier, &message, &less)]));
}

/// The numbers depend on every key, on both halves of every signature, on every message, and on the place.
#[test]
fn coefficients_are_bound_to_everything() {
    let others = [EIGHT_TORSION[0], EIGHT_TORSION[1]];
    let numbers = |keys: [EdwardsPoint; 2], nonces: [EdwardsPoint; 2], errors: [u64; 2], messages: [&[u8]; 2]| {
        let made: Vec<_> = (0..2).map(|n| sign(messages[n], keys[n], nonces[n])).collect();
        let verifiers: Vec<_> = made.iter().map(|(key, _)| Ed25519Verifier::new(*key).unwrap()).collect();
        let signatures: Vec<_> = (0..2)
            .map(|n| {
                let mut signature = made[n].1;
                let s: Scalar = Scalar::from_canonical_bytes(signature[32..].try_into().unwrap()).unwrap();
                signature[32..].copy_from_slice((s + Scalar::from(errors[n])).as_bytes());
                signature
            })
            .collect();
        let parts = [[messages[0]], [messages[1]]];
        let signed: Vec<Claimed<'_>> = (0..2).map(|n| (&verifiers[n], &parts[n][..], &signatures[n][..])).collect();
        let opened: Vec<_> = signed.iter().map(|(key, message, signature)| key.open(message, signature).unwrap()).collect();
        let numbers = coefficients(&signed, &opened);
        assert_eq!(numbers[0], Scalar::ONE);
        assert_eq!(numbers[1].as_bytes()[16..], [0; 16], "128 bits");
        numbers[1]
    };
    let [same, other] = others;
    let reference = numbers([same, same], [same, same], [0, 0], [b"a", b"b"]);
    assert_eq!(reference, numbers([same, same], [same, same], [0, 0], [b"a", b"b"]));
    let changed = [
        numbers([other, same], [same, same], [0, 0], [b"a", b"b"]),
        numbers([same, other], [same, same], [0, 0], [b"a", b"b"]),
        numbers([same, same], [other, same], [0, 0], [b"a", b"b"]),
        numbers([same, same], [same, other], [0, 0], [b"a", b"b"]),
        numbers([same, same], [same, same], [1, 0], [b"a", b"b"]),
        numbers([same, same], [same, same], [0, 1], [b"a", b"b"]),
        numbers([same, same], [same, same], [0, 0], [b"c", b"b"]),
        numbers([same, same], [same, same], [0, 0], [b"a", b"c"]),
        numbers([same, same], [same, same], [0, 0], [b"b", b"a"]),
    ];
    for (n, number) in changed.iter().enumerate() {
        assert_ne!(*number, reference, "change {n}");
        assert!(!changed[..n].contains(number), "change {n}");
    }
}
