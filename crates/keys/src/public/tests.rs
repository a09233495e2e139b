use proptest::prelude::*;

use super::*;
use crate::testing::hex;
use crate::{SecretKey, SystemRandom};

fn code(outcome: Result<PublicKey, Error>) -> Code {
    outcome.unwrap_err().code()
}

/// RFC 6979 A.2.5, A.2.6, A.2.7: secret key, and the signature of "sample" with the curve's own hash.
const RFC_6979: [(Algorithm, &str, &str); 3] = [
    (
        Algorithm::P256,
        "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
        "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716\
         f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
    ),
    (
        Algorithm::P384,
        "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5",
        "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46\
         99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8",
    ),
    (
        Algorithm::P521,
        "00fad06daa62ba3b25d2fb40133da757205de67f5bb0018fee8c86e1b68c7e75caa896eb32f1f47c70855836a6d16fcc\
         1466f6d8fbec67db89ec0c08b0e996b83538",
        "00c328fafcbd79dd77850370c46325d987cb525569fb63c5d3bc53950e6d4c5f174e25a1ee9017b5d450606add152b53\
         4931d7d4e8455cc91f9b15bf05ec36e377fa\
         00617cce7cf5064806c467f678d3b4080d6f1cc50af26ca209417308281b68af282623eaa63e5b5c0723d8b8c37ff077\
         7b1a20f8ccb1dccc43997f1ee0e44da4a67a",
    ),
];

/// An INTEGER of a number given by its octets.
fn integer(octets: &[u8]) -> Vec<u8> {
    let start = octets.iter().position(|octet| *octet != 0).unwrap_or(octets.len() - 1);
    let mut content = octets[start..].to_vec();
    if content[0] & 0x80 != 0 {
        content.insert(0, 0);
    }
    crate::der::element(2, &[&content])
}

#[test]
fn rfc_6979_signatures_verify_in_both_encodings() {
    for (algorithm, secret, signature) in RFC_6979 {
        let key = SecretKey::from_octets(algorithm, &hex(secret)).unwrap().public().clone();
        let fixed = hex(signature);
        assert_eq!(fixed.len(), algorithm.signature_len());
        let (r, s) = fixed.split_at(algorithm.coordinate_len());
        let der = crate::der::element(0x30, &[&integer(r), &integer(s)]);
        for family in [Family::Jws, Family::Cose] {
            key.verify(family, b"sample", &fixed).unwrap();
            assert_eq!(key.verify(family, b"sample", &der).unwrap_err().code(), Code::SignatureInvalid);
        }
        for family in [Family::Mls, Family::Csr, Family::TbsCertificate, Family::TbsCrl] {
            key.verify(family, b"sample", &der).unwrap();
            assert_eq!(key.verify(family, b"sample", &fixed).unwrap_err().code(), Code::SignatureInvalid);
        }
        assert!(key.verify(Family::Jws, b"samples", &fixed).is_err());
        for index in [0, 1, algorithm.coordinate_len(), fixed.len() - 1] {
            let mut changed = fixed.clone();
            changed[index] ^= 1;
            assert!(key.verify(Family::Jws, b"sample", &changed).is_err());
        }
        // Shortened, padded, and with numbers that are none.
        let zeros = vec![0; algorithm.coordinate_len()];
        for bad in [&fixed[1..], &[&[0], fixed.as_slice()].concat(), &[r, &zeros].concat(), &[&zeros, s].concat(), &[]] {
            assert!(key.verify(Family::Jws, b"sample", bad).is_err());
        }
        // DER that is not canonical: an octet after, a number with a needless zero or read as negative, a padded length.
        let padded = crate::der::element(2, &[&[0], &integer(r)[2..]]);
        let long = [
            &[0x30, 0x82, 0, u8::try_from(der.len() - 2 - usize::from(der[1] == 0x81)).unwrap()],
            &der[2 + usize::from(der[1] == 0x81)..],
        ];
        for bad in [
            [der.as_slice(), &[0]].concat(),
            crate::der::element(0x30, &[&padded, &integer(s)]),
            crate::der::element(0x30, &[&crate::der::element(2, &[r]), &crate::der::element(2, &[s])]),
            long.concat(),
            crate::der::element(0x30, &[&integer(r)]),
        ] {
            assert!(key.verify(Family::Mls, b"sample", &bad).is_err(), "{algorithm} {bad:02x?}");
        }
    }
}

#[test]
fn rfc_8032_signatures_verify_in_every_family() {
    // 7.1, test 2 and test 3.
    for (key, message, signature) in [
        (
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
             085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac\
             18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ] {
        let key = PublicKey::from_octets(Algorithm::Ed25519, &hex(key)).unwrap();
        for family in Family::ALL {
            key.verify(family, &hex(message), &hex(signature)).unwrap();
        }
        for index in 0..64 {
            let mut changed = hex(signature);
            changed[index] ^= 1;
            assert_eq!(key.verify(Family::Jws, &hex(message), &changed).unwrap_err().code(), Code::SignatureInvalid);
        }
        assert!(key.verify(Family::Jws, b"another", &hex(signature)).is_err());
        assert!(key.verify(Family::Jws, &hex(message), &hex(signature)[..63]).is_err());
        assert!(key.verify(Family::Jws, &hex(message), &[]).is_err());
    }
}

#[test]
fn only_the_mls_form_is_read() {
    for algorithm in [Algorithm::P256, Algorithm::P384, Algorithm::P521] {
        let key = SecretKey::generate(algorithm, &mut SystemRandom).unwrap().public().clone();
        let octets = key.octets();
        assert_eq!(octets.len(), algorithm.public_len());
        let parity = octets[octets.len() - 1] & 1;
        let with_first = |first: u8, rest: &[u8]| [&[first], rest].concat();
        let mut off_curve = octets.to_vec();
        *off_curve.last_mut().unwrap() ^= 1;
        for bad in [
            with_first(2 | parity, key.x()),
            with_first(6 | parity, &octets[1..]),
            with_first(7 ^ parity, &octets[1..]),
            with_first(0, &octets[1..]),
            octets[1..].to_vec(),
            octets[..octets.len() - 1].to_vec(),
            with_first(4, octets),
            key.to_spki_der(),
            with_first(4, &vec![0; octets.len() - 1]),
            with_first(4, &vec![0xff; octets.len() - 1]),
            off_curve,
            vec![0],
            vec![],
        ] {
            assert_eq!(code(PublicKey::from_octets(algorithm, &bad)), Code::PublicKeyMalformed, "{algorithm} {bad:02x?}");
        }
    }
    for length in [0, 31, 33, 44] {
        assert_eq!(code(PublicKey::from_octets(Algorithm::Ed25519, &vec![2; length])), Code::PublicKeyMalformed);
    }
}

#[test]
fn ed25519_keys_of_small_order_have_their_own_code() {
    let mut identity = [0; 32];
    identity[0] = 1;
    assert_eq!(code(PublicKey::from_octets(Algorithm::Ed25519, &identity)), Code::PublicKeyWeak);
    identity[0] = 2;
    assert_eq!(code(PublicKey::from_octets(Algorithm::Ed25519, &identity)), Code::PublicKeyMalformed);
}

#[test]
fn coordinates_have_their_full_length() {
    for algorithm in [Algorithm::P256, Algorithm::P384, Algorithm::P521] {
        let key = SecretKey::generate(algorithm, &mut SystemRandom).unwrap().public().clone();
        let (x, y) = (key.x(), key.y().unwrap());
        assert_eq!(PublicKey::from_coordinates(algorithm, x, y).unwrap(), key);
        let parity = if y[y.len() - 1] & 1 == 0 { YParity::Even } else { YParity::Odd };
        assert_eq!(PublicKey::from_compressed(algorithm, x, parity).unwrap(), key);
        let (short, padded) = (&x[1..], [&[0], x].concat());
        for bad in [short, &padded, &[]] {
            assert_eq!(code(PublicKey::from_coordinates(algorithm, bad, y)), Code::PublicKeyMalformed);
            assert_eq!(code(PublicKey::from_coordinates(algorithm, x, bad)), Code::PublicKeyMalformed);
            assert_eq!(code(PublicKey::from_compressed(algorithm, bad, parity)), Code::PublicKeyMalformed);
        }
    }
    let ed25519 = SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom).unwrap().public().clone();
    assert_eq!((ed25519.x(), ed25519.y()), (ed25519.octets(), None));
    assert_eq!(code(PublicKey::from_coordinates(Algorithm::Ed25519, ed25519.x(), &[])), Code::PublicKeyMalformed);
    assert_eq!(code(PublicKey::from_compressed(Algorithm::Ed25519, ed25519.x(), YParity::Even)), Code::PublicKeyMalformed);
}

#[test]
fn the_other_parity_is_the_other_point_and_some_x_have_none() {
    let x = hex("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296");
    let even = PublicKey::from_compressed(Algorithm::P256, &x, YParity::Even).unwrap();
    let odd = PublicKey::from_compressed(Algorithm::P256, &x, YParity::Odd).unwrap();
    // SP 800-186 3.2.1.3: the y of the generator ends in f5.
    assert_eq!(odd.y().unwrap()[31], 0xf5);
    assert_ne!(even, odd);
    let none = (0..=255u8).filter(|last| {
        let mut x = [0; 32];
        x[31] = *last;
        PublicKey::from_compressed(Algorithm::P256, &x, YParity::Even).is_err()
    });
    // About half of all numbers are no x coordinate.
    assert!((90..170).contains(&none.count()));
}

#[test]
fn spki_is_strict() {
    for algorithm in Algorithm::ALL {
        let key = SecretKey::generate(algorithm, &mut SystemRandom).unwrap().public().clone();
        let spki = key.to_spki_der();
        for length in 0..spki.len() {
            assert_eq!(code(PublicKey::from_spki_der(&spki[..length])), Code::DerMalformed);
        }
        assert_eq!(code(PublicKey::from_spki_der(&[spki.as_slice(), &[0]].concat())), Code::DerMalformed);
        // Unused bits in the BIT STRING.
        let mut bits = spki.clone();
        let at = spki.len() - key.octets().len() - 1;
        bits[at] = 1;
        assert_eq!(code(PublicKey::from_spki_der(&bits)), Code::DerMalformed);
    }
    // Ed25519 with an EC-looking key, X25519, secp256k1.
    let mut x25519 = hex("302a300506032b6570032100");
    x25519.extend_from_slice(&[9; 32]);
    x25519[8] = 0x6e;
    assert_eq!(code(PublicKey::from_spki_der(&x25519)), Code::AlgorithmUnsupported);
    let secp256k1 = "-----BEGIN PUBLIC KEY-----
MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEdusuh+DwNYHGT0tgQ4e+S/2sUXtGuYlb
iOidBMp80dsa0WO6Ei02OnQApTtrFGJkJapD3/J8Bd6ITxiYbF/jww==
-----END PUBLIC KEY-----
";
    assert_eq!(code(PublicKey::from_pem(secp256k1)), Code::AlgorithmUnsupported);
}

#[test]
fn order_and_debug_follow_algorithm_and_octets() {
    let key =
        PublicKey::from_octets(Algorithm::Ed25519, &hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
    let key = key.unwrap();
    assert_eq!(format!("{key:?}"), "PublicKey(Ed25519 3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c)");
    let ec = SecretKey::from_octets(Algorithm::P256, &[1; 32]).unwrap().public().clone();
    assert!(key < ec);
    assert_eq!(std::collections::HashSet::from([key.clone(), ec.clone(), key]).len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn anything_never_panics(input in prop::collection::vec(any::<u8>(), 0..200), which in 0..4usize) {
        let _ = PublicKey::from_octets(Algorithm::ALL[which], &input);
        let _ = PublicKey::from_spki_der(&input);
        let mut spki = SecretKey::from_octets(Algorithm::ALL[which], &vec![1; Algorithm::ALL[which].coordinate_len()])
            .unwrap().public().to_spki_der();
        let length = spki.len();
        for (at, octet) in input.iter().take(2).zip(input.iter().skip(2)) {
            spki[usize::from(*at) % length] = *octet;
        }
        // One encoding per key: what is read would be written the same.
        if let Ok(key) = PublicKey::from_spki_der(&spki) {
            prop_assert_eq!(key.to_spki_der(), spki);
        }
    }

    #[test]
    fn no_signature_panics(signature in prop::collection::vec(any::<u8>(), 0..150), which in 0..4usize) {
        let algorithm = Algorithm::ALL[which];
        let key = SecretKey::from_octets(algorithm, &vec![1; algorithm.coordinate_len()]).unwrap();
        for family in Family::ALL {
            prop_assert!(key.public().verify(family, b"message", &signature).is_err());
        }
    }
}
