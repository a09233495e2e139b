mod response;

use mimicred_error::Report;
use mimicred_keys::{Algorithm, LeafKey};
use proptest::prelude::*;

use super::*;
use crate::leaf_node::testing::{leaf_key, sign, vector};

fn code<T: fmt::Debug>(result: Result<T, Error>) -> Code {
    result.unwrap_err().code()
}

fn claim() -> KeyMaterialClaim {
    KeyMaterialClaim {
        requesting_user: "mimi://a.example/p/alice1".parse().unwrap(),
        target_user: "mimi://b.example/u/bob".parse().unwrap(),
        room: Some("mimi://h.example/r/x".parse().unwrap()),
        cipher_suites: vec![1, 2],
        required_capabilities: RequiredCapabilities { extensions: vec![6], proposals: vec![8, 10], credentials: vec![0xf006] },
    }
}

/// Up to the required capabilities.
const CLAIM: &[u8] = b"\x01\x19mimi://a.example/p/alice1\x16mimi://b.example/u/bob\x14mimi://h.example/r/x\
    \x04\x00\x01\x00\x02\x02\x00\x06\x04\x00\x08\x00\x0a\x02\xf0\x06";

fn tbs(key: &LeafKey) -> Vec<u8> {
    [CLAIM, &vector(key.public().octets()), b"\x00\x05\x03kbt"].concat()
}

fn request(key: &LeafKey) -> KeyMaterialRequest {
    KeyMaterialRequest::prepare(&claim(), key.public(), &Credential::SdCwt(b"kbt".to_vec())).unwrap().sign(key).unwrap()
}

#[test]
fn fields_are_in_order_and_signed() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256, Algorithm::P384] {
        let key = leaf_key(algorithm);
        let made = request(&key);
        let octets = made.encode().unwrap();
        assert!(octets.starts_with(&tbs(&key)));
        assert_eq!(KeyMaterialRequest::decode(&octets).unwrap(), made);
        // Made by hand.
        let octets = [tbs(&key), vector(&sign(&key, b"KeyMaterialRequestTBS", &tbs(&key)))].concat();
        let read = KeyMaterialRequest::decode(&octets).unwrap();
        assert_eq!(read.claim(), &claim());
        assert_eq!(read.credential(), &Credential::SdCwt(b"kbt".to_vec()));
        assert_eq!(read.signature_key_octets(), key.public().octets());
        assert_eq!(&read.verify_signature().unwrap(), key.public());
        assert_eq!(read.encode().unwrap(), octets);
    }
}

#[test]
fn the_signature_is_of_this_key_for_this_request() {
    let (key, other) = (leaf_key(Algorithm::Ed25519), leaf_key(Algorithm::Ed25519));
    let verify = |octets: Vec<u8>| KeyMaterialRequest::decode(&octets).unwrap().verify_signature();
    let made = |label: &[u8], by: &LeafKey, over: &[u8]| [tbs(&key), vector(&sign(by, label, over))].concat();
    verify(made(LABEL, &key, &tbs(&key))).unwrap();
    assert_eq!(code(verify(made(LABEL, &other, &tbs(&key)))), Code::ProtocolSignatureInvalid);
    assert_eq!(code(verify(made(LABEL, &key, &tbs(&other)))), Code::ProtocolSignatureInvalid);
    assert_eq!(code(verify(made(b"GroupInfoRequestTBS", &key, &tbs(&key)))), Code::ProtocolSignatureInvalid);
    // A key whose length no algorithm has.
    assert_eq!(code(verify([CLAIM, b"\x03key\x00\x05\x03kbt\x01s"].concat())), Code::LeafKeyForm);

    let prepared = KeyMaterialRequest::prepare(&claim(), key.public(), &Credential::SdCwt(b"kbt".to_vec())).unwrap();
    assert_eq!(prepared.key(), key.public());
    assert!(prepared.to_be_signed().as_bytes().starts_with(b"\x1dMLS 1.0 KeyMaterialRequestTBS"));
    assert!(format!("{prepared:?}").starts_with("Prepared(KeyMaterialRequest { claim"));
    assert_eq!(code(prepared.sign(&other)), Code::ProtocolSignatureInvalid);
}

#[test]
fn malformed_requests() {
    let octets = request(&leaf_key(Algorithm::Ed25519)).encode().unwrap();
    let read = |octets: &[u8]| code(KeyMaterialRequest::decode(octets));
    assert_eq!(read(&[&octets[..], &[0]].concat()), Code::TrailingOctets);
    assert!((0..octets.len()).all(|end| read(&octets[..end]) == Code::Truncated));
    let with = |from: &[u8], to: &[u8]| {
        let at = octets.windows(from.len()).position(|window| window == from).unwrap();
        [&octets[..at], to, &octets[at + from.len()..]].concat()
    };
    assert_eq!(read(&with(b"\x01\x19", b"\x02\x19")), Code::VersionUnsupported);
    assert_eq!(read(&with(b"/p/alice1", b"/d/alice1")), Code::UriInvalid);
    assert_eq!(read(&with(b"/u/bob", b"/g/bob")), Code::UriInvalid);
    assert_eq!(read(&with(b"/r/x", b"/g/x")), Code::UriInvalid);
    assert_eq!(read(&with(b"\x04\x00\x01\x00\x02", b"\x00")), Code::Empty);
    // Half a number.
    assert_eq!(read(&with(b"\x04\x00\x01\x00\x02", b"\x03\x00\x01\x00")), Code::Truncated);
    assert_eq!(read(&with(b"\x00\x05\x03kbt", b"\x00\x00\x03kbt")), Code::CredentialTypeReserved);
    // Without a room, for consent that is for none.
    let without = KeyMaterialRequest::decode(&with(b"\x14mimi://h.example/r/x", b"\x00")).unwrap();
    assert_eq!(without.claim().room, None);
}

#[test]
fn what_could_not_be_read_is_not_made() {
    let key = leaf_key(Algorithm::Ed25519);
    let prepare = |claim: KeyMaterialClaim| KeyMaterialRequest::prepare(&claim, key.public(), &Credential::SdCwt(vec![1]));
    assert_eq!(code(prepare(KeyMaterialClaim { cipher_suites: vec![], ..claim() })), Code::Empty);
    assert_eq!(code(prepare(KeyMaterialClaim { target_user: claim().room.unwrap(), ..claim() })), Code::UriInvalid);
    assert_eq!(code(prepare(KeyMaterialClaim { room: Some(claim().target_user), ..claim() })), Code::UriInvalid);
}

proptest! {
    #[test]
    fn requests_round_trip(
        name in "[a-z]{1,70}",
        in_a_room in any::<bool>(),
        cipher_suites in prop::collection::vec(any::<u16>(), 1..40),
        extensions in prop::collection::vec(any::<u16>(), 0..4),
        credentials in prop::collection::vec(any::<u16>(), 0..4),
    ) {
        let key = leaf_key(Algorithm::Ed25519);
        let claim = KeyMaterialClaim {
            target_user: format!("mimi://b.example/u/{name}").parse().unwrap(),
            room: claim().room.filter(|_| in_a_room),
            cipher_suites,
            required_capabilities: RequiredCapabilities { extensions, proposals: vec![], credentials },
            ..claim()
        };
        let made = KeyMaterialRequest::prepare(&claim, key.public(), &Credential::Basic(vec![])).unwrap().sign(&key).unwrap();
        let read = KeyMaterialRequest::decode(&made.encode().unwrap()).unwrap();
        prop_assert_eq!(read.claim(), &claim);
        prop_assert_eq!(read, made);
    }

    #[test]
    fn never_panics_and_has_one_encoding(at in any::<prop::sample::Index>(), taken in 0usize..3, put in prop::collection::vec(any::<u8>(), 0..3)) {
        let mut octets = [CLAIM, b"\x03key\x00\x05\x03kbt\x01s"].concat();
        let at = at.index(octets.len());
        let end = (at + taken).min(octets.len());
        octets.splice(at..end, put);
        if let Ok(read) = KeyMaterialRequest::decode(&octets) {
            prop_assert_eq!(read.encode().unwrap(), octets);
        }
    }
}
