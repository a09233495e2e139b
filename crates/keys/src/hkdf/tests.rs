use super::*;
use crate::testing::hex;

/// RFC 5869 appendix A.1 to A.3: input, salt, info, length, pseudorandom key, output.
#[test]
fn rfc_5869_cases() {
    let cases = [
        (
            "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b".to_owned(),
            "000102030405060708090a0b0c".to_owned(),
            "f0f1f2f3f4f5f6f7f8f9".to_owned(),
            "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        ),
        (
            sequence(0x00, 0x4f),
            sequence(0x60, 0xaf),
            sequence(0xb0, 0xff),
            "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c6\
             5e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
        ),
        (
            "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b".to_owned(),
            String::new(),
            String::new(),
            "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
        ),
    ];
    for (input, salt, info, key, output) in cases {
        let extracted = hkdf_extract(HashAlgorithm::Sha256, &hex(&salt), &hex(&input));
        assert_eq!(*extracted, hex(key));
        let output = hex(output);
        assert_eq!(*hkdf_expand(HashAlgorithm::Sha256, &extracted, &hex(&info), output.len()).unwrap(), output);
    }
}

fn sequence(from: u8, to: u8) -> String {
    (from..=to).map(|octet| format!("{octet:02x}")).collect()
}

/// RFC 4231 4.3, test case 2, and 4.7, test case 6 (a key longer than a block).
#[test]
fn rfc_4231_cases() {
    let cases = [
        (
            HashAlgorithm::Sha256,
            b"Jefe".to_vec(),
            "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (
            HashAlgorithm::Sha384,
            b"Jefe".to_vec(),
            "what do ya want for nothing?",
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
        ),
        (
            HashAlgorithm::Sha512,
            b"Jefe".to_vec(),
            "what do ya want for nothing?",
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fd\
             caeab1a34d4a6b4b636e070a38bce737",
        ),
        (
            HashAlgorithm::Sha256,
            vec![0xaa; 131],
            "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
    ];
    for (algorithm, key, data, expected) in cases {
        assert_eq!(*hmac(algorithm, &key, data.as_bytes()), hex(expected), "{algorithm:?}");
    }
}

#[test]
fn output_is_limited_to_255_blocks() {
    for algorithm in [HashAlgorithm::Sha256, HashAlgorithm::Sha384, HashAlgorithm::Sha512] {
        let most = 255 * algorithm.len();
        assert_eq!(hkdf_expand(algorithm, b"key", b"", most).unwrap().len(), most);
        assert_eq!(hkdf_expand(algorithm, b"key", b"", most + 1).unwrap_err().code(), Code::LengthInvalid);
        assert_eq!(hkdf_expand(algorithm, b"key", b"", usize::MAX).unwrap_err().code(), Code::LengthInvalid);
        assert!(hkdf_expand(algorithm, b"key", b"", 0).unwrap().is_empty());
        // Shorter outputs are beginnings of longer ones; a key longer than a block is hashed, not refused.
        let long = hkdf_expand(algorithm, &[1; 200], b"info", 100).unwrap();
        assert_eq!(hkdf_expand(algorithm, &[1; 200], b"info", 33).unwrap()[..], long[..33]);
    }
}
