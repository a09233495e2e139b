use super::*;
use crate::testing::hex;

/// FIPS 180-4: the one-block and two-block examples published with it, and the empty message.
#[test]
fn fips_180_examples() {
    const TWO_BLOCKS: &[u8] = b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    let cases: [(HashAlgorithm, &[u8], &str); 5] = [
        (HashAlgorithm::Sha256, b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (HashAlgorithm::Sha256, TWO_BLOCKS, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
        (HashAlgorithm::Sha256, b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (
            HashAlgorithm::Sha384,
            b"abc",
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
        ),
        (
            HashAlgorithm::Sha512,
            b"abc",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd\
             454d4423643ce80e2a9ac94fa54ca49f",
        ),
    ];
    for (algorithm, data, expected) in cases {
        let expected = hex(expected);
        assert_eq!(*algorithm.digest(data), expected);
        assert_eq!(algorithm.len(), expected.len());
        for cut in 0..=data.len() {
            let mut hasher = algorithm.hasher();
            hasher.update(&data[..cut]);
            hasher.update(&data[cut..]);
            assert_eq!(*hasher.finish(), expected);
        }
    }
    assert_eq!(sha256(b"abc")[..], *HashAlgorithm::Sha256.digest(b"abc"));
}

#[test]
fn debug_is_hexadecimal() {
    assert!(format!("{:?}", HashAlgorithm::Sha256.digest(b"abc")).starts_with("ba7816bf"));
}
