#[cfg(feature = "openmls")]
mod members;

use mimicred_error::{At, Report};
use mimicred_keys::{LeafKey, sha256};
use proptest::prelude::*;

use super::*;
use crate::credential::Credential;
use crate::leaf_node::testing::{Fields, LIFETIME, UPDATE, leaf_key, sign, vector, written, written_extensions};

fn code(octets: &[u8]) -> Code {
    KeyPackageView::decode(octets).unwrap_err().code()
}

/// kp_context, empty.
const EXTENSIONS: &[u8] = b"\x03\x00\x0b\x00";

fn unsigned(suite: u16, leaf: &[u8]) -> Vec<u8> {
    [&[0, 1][..], &suite.to_be_bytes(), b"\x04init", leaf, EXTENSIONS].concat()
}

fn signed(suite: u16, key: &LeafKey) -> Vec<u8> {
    let unsigned = unsigned(suite, &Fields::signed(key, LIFETIME, b""));
    [unsigned.clone(), vector(&sign(key, b"KeyPackageTBS", &unsigned))].concat()
}

fn unchecked() -> Vec<u8> {
    let leaf = Fields { source: LIFETIME.to_vec(), ..Fields::new() }.octets();
    [unsigned(1, &leaf), vector(b"signature")].concat()
}

fn message(octets: &[u8]) -> Vec<u8> {
    [b"\x00\x01\x00\x05", octets].concat()
}

#[test]
fn fields_are_in_order() {
    let octets = unchecked();
    let read = KeyPackageView::decode(&octets).unwrap();
    assert_eq!(read.octets(), octets);
    assert_eq!((read.cipher_suite(), read.suite().unwrap()), (1, Suite::X25519Aes128Ed25519));
    assert_eq!(read.init_key(), b"init");
    assert_eq!(read.leaf_node().octets(), Fields { source: LIFETIME.to_vec(), ..Fields::new() }.octets());
    assert_eq!(read.leaf_node().credential(), &Credential::SdCwt(b"kbt".to_vec()));
    assert_eq!(read.extensions().get(0x000b), Some(&b""[..]));
    assert_eq!(read.signature(), b"signature");
    assert!(format!("{read:?}").starts_with("KeyPackageView { cipher_suite: 1, leaf_node: LeafNode"));
}

#[test]
fn bare_or_as_a_message() {
    let octets = unchecked();
    let bare = KeyPackageView::decode(&octets).unwrap();
    assert_eq!(KeyPackageView::decode(&message(&octets)).unwrap(), bare);
    // A bare one of suite 5 begins like a message.
    let mut five = octets.clone();
    five[3] = 5;
    assert_eq!(KeyPackageView::decode(&five).unwrap().cipher_suite(), 5);
    assert_eq!(KeyPackageView::decode(&message(&five)).unwrap().cipher_suite(), 5);
    // Offsets count from the start of what was given.
    assert_eq!(KeyPackageView::decode(&message(&octets[..19])).unwrap_err().place(), &At::Offset(4 + 18));
    let mut reader = Reader::new(&octets);
    assert_eq!(KeyPackageView::read(&mut reader).unwrap(), bare);
    assert!(reader.is_empty());
}

#[test]
fn malformed() {
    let octets = unchecked();
    for octets in [octets.clone(), message(&octets)] {
        for end in 0..octets.len() {
            assert_eq!(code(&octets[..end]), Code::Truncated, "{end}");
        }
        assert_eq!(code(&[&octets[..], &[0]].concat()), Code::TrailingOctets);
    }
    let changed = |at: usize, put: &[u8]| [&octets[..at], put, &octets[at + 1..]].concat();
    assert_eq!(code(&changed(1, &[2])), Code::VersionUnsupported);
    assert_eq!(code(&message(&changed(1, &[0]))), Code::VersionUnsupported);
    // Other messages: a version that does not exist, a Welcome.
    assert_eq!(code(&[b"\x00\x02\x00\x05", &octets[..]].concat()), Code::VersionUnsupported);
    assert_eq!(code(&[b"\x00\x01\x00\x03", &octets[..]].concat()), Code::Empty);
    assert_eq!(code(b"\x00\x01\x00\x02\x00"), Code::Empty);
    for (prefix, expected) in
        [(&[0x40, 4][..], Code::LengthNotMinimal), (&[0x80, 0, 0, 4], Code::LengthNotMinimal), (&[0xc4], Code::LengthPrefix)]
    {
        assert_eq!(code(&changed(4, prefix)), expected);
        let signature = octets.len() - 10;
        assert_eq!(octets[signature], 9);
        let mut prefix = prefix.to_vec();
        *prefix.last_mut().unwrap() += 5;
        assert_eq!(code(&changed(signature, &prefix)), expected);
    }
    let twice = [&octets[..octets.len() - 14], b"\x06\x00\x0b\x00\x00\x0b\x00", &octets[octets.len() - 10..]].concat();
    assert_eq!(code(&twice), Code::ExtensionDuplicate);
    let long = [&octets[..4], &vector(&[1; 4097])[..], &octets[9..]].concat();
    assert_eq!(code(&long), Code::Limit);
    let long = [&octets[..octets.len() - 10], &vector(&[1; 8193])[..]].concat();
    assert_eq!(code(&long), Code::Limit);
}

/// RFC 9420 5.2: Hash over label and value, each a vector.
#[test]
fn the_reference_is_a_hash_of_the_bare_octets() {
    let octets = unchecked();
    let length = u8::try_from(octets.len()).unwrap();
    assert!(length >= 64);
    let input = [b"\x1cMLS 1.0 KeyPackage Reference\x40", &[length][..], &octets].concat();
    for octets in [octets.clone(), message(&octets)] {
        let read = KeyPackageView::decode(&octets).unwrap();
        assert_eq!(read.reference(HashAlgorithm::Sha256).unwrap()[..], sha256(&input));
        assert_eq!(read.reference(HashAlgorithm::Sha384).unwrap(), HashAlgorithm::Sha384.digest(&input));
    }
}

#[test]
fn verifies_with_the_algorithm_of_its_suite() {
    use Algorithm::{Ed25519, P256, P384};
    let verify = |suite, algorithm| {
        let result = KeyPackageView::decode(&signed(suite, &leaf_key(algorithm))).unwrap().verify_signature();
        result.map_err(|error| error.code())
    };
    for (suite, algorithm) in [(1, Ed25519), (2, P256), (3, Ed25519), (7, P384)] {
        assert_eq!(verify(suite, algorithm), Ok(()));
    }
    for (suite, algorithm) in [(1, P256), (2, Ed25519), (3, P384), (7, P256)] {
        assert_eq!(verify(suite, algorithm), Err(Code::KeyPackageInvalid));
    }
    for suite in [0, 4, 5, 6, 8, 0xf001] {
        assert_eq!(verify(suite, Ed25519), Err(Code::SuiteUnsupported));
    }
}

#[test]
fn both_signatures_count() {
    let (key, other) = (leaf_key(Algorithm::Ed25519), leaf_key(Algorithm::Ed25519));
    let verify = |leaf: &[u8], signer: &LeafKey, label: &[u8]| {
        let unsigned = unsigned(1, leaf);
        let octets = [unsigned.clone(), vector(&sign(signer, label, &unsigned))].concat();
        KeyPackageView::decode(&octets).unwrap().verify_signature().map_err(|error| error.code())
    };
    let leaf = Fields::signed(&key, LIFETIME, b"");
    assert_eq!(verify(&leaf, &key, b"KeyPackageTBS"), Ok(()));
    assert_eq!(verify(&leaf, &other, b"KeyPackageTBS"), Err(Code::KeyPackageInvalid));
    assert_eq!(verify(&leaf, &key, b"LeafNodeTBS"), Err(Code::KeyPackageInvalid));
    let mut damaged = leaf;
    *damaged.last_mut().unwrap() ^= 1;
    assert_eq!(verify(&damaged, &key, b"KeyPackageTBS"), Err(Code::LeafSignatureInvalid));
    // RFC 9420 7.3: a leaf that was signed for a group.
    let updated = Fields::signed(&key, UPDATE, b"\x01g\x00\x00\x00\x00");
    assert_eq!(verify(&updated, &key, b"KeyPackageTBS"), Err(Code::KeyPackageInvalid));
    let keyless = Fields { source: LIFETIME.to_vec(), ..Fields::new() }.octets();
    assert_eq!(verify(&keyless, &key, b"KeyPackageTBS"), Err(Code::LeafKeyForm));
}

/// One bit in every octet, and so in every field.
#[test]
fn a_flipped_bit_breaks_it() {
    for (suite, algorithm) in [(1, Algorithm::Ed25519), (2, Algorithm::P256)] {
        let octets = signed(suite, &leaf_key(algorithm));
        for at in 0..octets.len() {
            let mut flipped = octets.clone();
            flipped[at] ^= 1 << (at % 8);
            let verified = KeyPackageView::decode(&flipped).and_then(|key_package| key_package.verify_signature());
            assert!(verified.is_err(), "octet {at}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn never_panics(octets in prop::collection::vec(any::<u8>(), 0..200)) {
        let octets = [b"\x00\x01", &octets[..]].concat();
        if let Ok(key_package) = KeyPackageView::decode(&octets) {
            prop_assert!(octets.ends_with(key_package.octets()));
        }
    }

    #[test]
    fn never_panics_on_a_damaged_one(at in 0usize..110, taken in 0usize..4, put in prop::collection::vec(any::<u8>(), 0..4)) {
        let mut octets = message(&unchecked());
        let at = at.min(octets.len());
        let end = (at + taken).min(octets.len());
        octets.splice(at..end, put);
        if let Ok(key_package) = KeyPackageView::decode(&octets) {
            prop_assert!(octets.ends_with(key_package.octets()));
            prop_assert!(key_package.verify_signature().is_err());
        }
    }

    /// There is one encoding of each KeyPackage: what was read, field by field, is written as it came.
    #[test]
    fn it_is_written_as_it_came(at in 0usize..110, taken in 0usize..3, put in prop::collection::vec(any::<u8>(), 0..3)) {
        let mut octets = unchecked();
        let at = at.min(octets.len());
        let end = (at + taken).min(octets.len());
        octets.splice(at..end, put);
        // A bare one of suite 5 begins like a message.
        if let Ok(read) = KeyPackageView::decode(&octets) && !octets.starts_with(&MESSAGE) {
            let head = Writer::new().u16(MLS10).u16(read.cipher_suite()).vector(read.init_key()).finish().unwrap();
            let tail = Writer::new().octets(&written_extensions(read.extensions())).vector(read.signature()).finish().unwrap();
            let written = written(read.leaf_node()).map(|leaf| [&head[..], &leaf, &tail].concat());
            prop_assert!(written.contains(&octets));
        }
    }
}
