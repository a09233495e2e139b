mod response;

use mimicred_keys::{Algorithm, LeafKey, SystemRandom};
use proptest::prelude::*;

use super::*;
use crate::leaf_node::testing::{leaf_key, sign, vector};

fn code<T: fmt::Debug>(result: Result<T, Error>) -> Code {
    result.unwrap_err().code()
}

fn credential() -> Credential {
    Credential::SdCwt(b"kbt".to_vec())
}

fn unsigned(suite: Suite, key: &LeafKey, answer_to: &[u8], joining_code: &[u8]) -> Vec<u8> {
    let [high, low] = suite.number().to_be_bytes();
    let keys = [vector(key.public().octets()), b"\x00\x05\x03kbt".to_vec(), vector(answer_to), vector(joining_code)];
    [&[1, high, low][..], &keys.concat()].concat()
}

#[test]
fn fields_are_in_order_and_signed() {
    for suite in Suite::ALL {
        let (key, answer_to) = (leaf_key(suite.signature_algorithm()), GroupInfoKey::generate(suite, &mut SystemRandom).unwrap());
        for joining_code in [&b""[..], &[7; 64]] {
            let prepared = GroupInfoRequest::prepare(suite, key.public(), &credential(), &answer_to, joining_code).unwrap();
            assert!(prepared.to_be_signed().as_bytes().starts_with(b"\x1bMLS 1.0 GroupInfoRequestTBS"));
            let made = prepared.sign(&key).unwrap();
            let tbs = unsigned(suite, &key, answer_to.public(), joining_code);
            assert!(made.encode().unwrap().starts_with(&tbs));
            assert_eq!(GroupInfoRequest::decode(&made.encode().unwrap()).unwrap(), made);
            // Made by hand.
            let octets = [tbs.clone(), vector(&sign(&key, b"GroupInfoRequestTBS", &tbs))].concat();
            let read = GroupInfoRequest::decode(&octets).unwrap();
            assert_eq!((read.suite().unwrap(), read.credential()), (suite, &credential()));
            assert_eq!((read.group_info_key(), read.signature_key_octets()), (answer_to.public(), key.public().octets()));
            assert_eq!(read.joining_code(), (!joining_code.is_empty()).then_some(joining_code));
            assert_eq!(&read.verify_signature().unwrap(), key.public());
            assert_eq!(read.encode().unwrap(), octets);
        }
    }
}

#[test]
fn the_signature_is_of_this_key_for_this_request() {
    let suite = Suite::X25519Aes128Ed25519;
    let (key, other) = (leaf_key(Algorithm::Ed25519), leaf_key(Algorithm::Ed25519));
    let tbs = unsigned(suite, &key, &[4; 32], b"code");
    let verify =
        |tbs: &[u8], signature: &[u8]| GroupInfoRequest::decode(&[tbs, &vector(signature)].concat()).unwrap().verify_signature();
    verify(&tbs, &sign(&key, LABEL, &tbs)).unwrap();
    assert_eq!(code(verify(&tbs, &sign(&other, LABEL, &tbs))), Code::ProtocolSignatureInvalid);
    assert_eq!(code(verify(&tbs, &sign(&key, b"KeyMaterialRequestTBS", &tbs))), Code::ProtocolSignatureInvalid);
    // Somebody else's key for the answer.
    let swapped = unsigned(suite, &key, &[5; 32], b"code");
    assert_eq!(code(verify(&swapped, &sign(&key, LABEL, &tbs))), Code::ProtocolSignatureInvalid);
    // A key of another suite, which verifies; a suite that is not spoken.
    for (number, expected) in [(2, Code::ProtocolSignatureInvalid), (4, Code::SuiteUnsupported)] {
        let mut tbs = tbs.clone();
        tbs[2] = number;
        assert_eq!(code(verify(&tbs, &sign(&key, LABEL, &tbs))), expected);
    }
}

#[test]
fn keys_are_of_the_suite() {
    let (ed25519, p256) = (leaf_key(Algorithm::Ed25519), leaf_key(Algorithm::P256));
    let generate = |suite| GroupInfoKey::generate(suite, &mut SystemRandom).unwrap();
    let prepare =
        |suite, key: &LeafKey, answer_to| GroupInfoRequest::prepare(suite, key.public(), &credential(), &answer_to, b"");
    let (one, two) = (Suite::X25519Aes128Ed25519, Suite::P256Aes128P256);
    prepare(one, &ed25519, generate(one)).unwrap();
    prepare(two, &p256, generate(two)).unwrap();
    assert_eq!(code(prepare(one, &p256, generate(one))), Code::SuiteKeyMismatch);
    assert_eq!(code(prepare(one, &ed25519, generate(two))), Code::SuiteKeyMismatch);
    let shown = format!("{:?}", generate(one));
    assert!(!shown.contains("secret: ["), "{shown}");
}

#[test]
fn malformed_requests() {
    let suite = Suite::X25519Aes128Ed25519;
    let key = leaf_key(Algorithm::Ed25519);
    let octets = [unsigned(suite, &key, b"hpke", b"code"), b"\x01s".to_vec()].concat();
    let read = |octets: &[u8]| code(GroupInfoRequest::decode(octets));
    assert_eq!(read(&[&octets[..], &[0]].concat()), Code::TrailingOctets);
    assert!((0..octets.len()).all(|end| read(&octets[..end]) == Code::Truncated));
    assert_eq!(read(&[&[2], &octets[1..]].concat()), Code::VersionUnsupported);
    assert_eq!(read(&[unsigned(suite, &key, b"", b"code"), b"\x01s".to_vec()].concat()), Code::Empty);
    assert_eq!(read(&[unsigned(suite, &key, b"hpke", &[7; 1025]), b"\x01s".to_vec()].concat()), Code::Limit);
    let shown = format!("{:?}", GroupInfoRequest::decode(&octets).unwrap());
    assert_eq!(shown, "GroupInfoRequest { cipher_suite: 1, credential: SdCwt(3 octets), joining_code: Some(4), .. }");
}

proptest! {
    #[test]
    fn requests_round_trip(identity in prop::collection::vec(any::<u8>(), 0..80), joining_code in prop::collection::vec(any::<u8>(), 0..80)) {
        let (suite, key) = (Suite::X25519ChaCha20Ed25519, leaf_key(Algorithm::Ed25519));
        let answer_to = GroupInfoKey::generate(suite, &mut SystemRandom).unwrap();
        let made = GroupInfoRequest::prepare(suite, key.public(), &Credential::Basic(identity), &answer_to, &joining_code);
        let made = made.unwrap().sign(&key).unwrap();
        prop_assert_eq!(GroupInfoRequest::decode(&made.encode().unwrap()).unwrap(), made);
    }

    #[test]
    fn never_panics_and_has_one_encoding(at in any::<prop::sample::Index>(), taken in 0usize..3, put in prop::collection::vec(any::<u8>(), 0..3)) {
        let mut octets = b"\x01\x00\x01\x03key\x00\x05\x03kbt\x04hpke\x04code\x01s".to_vec();
        let at = at.index(octets.len());
        let end = (at + taken).min(octets.len());
        octets.splice(at..end, put);
        if let Ok(read) = GroupInfoRequest::decode(&octets) {
            prop_assert_eq!(read.encode().unwrap(), octets);
        }
    }
}
