use mimicred_keys::{Algorithm, SecretKey, SystemRandom, sha256};
use proptest::prelude::*;

use super::*;

const CREDENTIAL: &[u8] = b"\x00\x02\x06\x05\x30\x03\x02\x01\x00";

fn room() -> MimiUri {
    "mimi://hub.example/r/clubhouse".parse().unwrap()
}

fn context(room: &MimiUri) -> PresentationContext<'_> {
    PresentationContext { room_uri: room, group_id: &[1; 16], epoch: 7, hash: HashAlgorithm::Sha256 }
}

fn leaf_key(algorithm: Algorithm) -> LeafKey {
    LeafKey::new(SecretKey::generate(algorithm, &mut SystemRandom).unwrap()).unwrap()
}

fn presented(key: &LeafKey) -> CredentialPresentation {
    let room = room();
    let credential = Credential::decode(CREDENTIAL).unwrap();
    let prepared =
        CredentialPresentation::prepare(credential, &context(&room), 1_790_000_000, &[0xaa; 32], key.public()).unwrap();
    assert_eq!(prepared.to_be_signed().family(), Family::Mls);
    prepared.sign(key).unwrap()
}

/// The vector of mimi-mls 3.5.1.
#[test]
fn vector_of_the_octets_signed() {
    let room = room();
    let tbs = Tbs {
        context: &context(&room),
        issued_at: 1_790_000_000,
        nonce: &[0xaa; 32],
        signature_key: &[2; 32],
        credential_hash: &sha256(CREDENTIAL),
    }
    .encode()
    .unwrap();
    assert_eq!(tbs.len(), 165);
    let content = safe_sign_content(CREDENTIAL_PRESENTATION, LABEL, &tbs).unwrap();
    assert_eq!(content.len(), 218);
    assert!(content.starts_with(b"\x32MLS 1.0 \x0dMLS Component\xd0\x53\x19CredentialPresentationTBS\x40\xa5\x00\x01"));
    let digest: String = sha256(&content).iter().map(|octet| format!("{octet:02x}")).collect();
    assert_eq!(digest, "58bbb848f371b7a4e928cc8bf73f800cf3d91be3bcac3c22ad66496c4b673dfc");
}

#[test]
fn verifies_for_its_key_room_group_epoch_and_hash_only() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
        let key = leaf_key(algorithm);
        let presentation = CredentialPresentation::decode(&presented(&key).encode().unwrap()).unwrap();
        assert_eq!((presentation.issued_at(), presentation.nonce()), (1_790_000_000, &[0xaa; 32][..]));
        assert_eq!(presentation.credential_octets(), CREDENTIAL);
        let room = room();
        let here = context(&room);
        presentation.verify(key.public(), &here).unwrap();

        let other_room = "mimi://hub.example/r/other".parse().unwrap();
        let elsewhere = [
            PresentationContext { room_uri: &other_room, ..here },
            PresentationContext { group_id: &[2; 16], ..here },
            PresentationContext { epoch: 8, ..here },
            PresentationContext { hash: HashAlgorithm::Sha384, ..here },
        ];
        for context in elsewhere {
            let error = presentation.verify(key.public(), &context).unwrap_err();
            assert_eq!(error.code(), Code::PresentationSignatureInvalid, "{context:?}");
        }
        let error = presentation.verify(leaf_key(algorithm).public(), &here).unwrap_err();
        assert_eq!(error.code(), Code::PresentationSignatureInvalid);
    }
}

#[test]
fn a_changed_field_breaks_the_signature() {
    let key = leaf_key(Algorithm::Ed25519);
    let room = room();
    let good = presented(&key);
    let changed = [
        CredentialPresentation { issued_at: good.issued_at + 1, ..good.clone() },
        CredentialPresentation { nonce: vec![0xab; 32], ..good.clone() },
        CredentialPresentation { credential_octets: b"\x00\x02\x06\x05\x30\x03\x02\x01\x01".to_vec(), ..good.clone() },
        CredentialPresentation { signature: vec![0; 64], ..good.clone() },
        CredentialPresentation { signature: Vec::new(), ..good.clone() },
    ];
    for presentation in changed {
        let error = presentation.verify(key.public(), &context(&room)).unwrap_err();
        assert_eq!(error.code(), Code::PresentationSignatureInvalid);
    }
}

#[test]
fn finish_takes_only_a_signature_of_the_leaf_key() {
    let (key, other) = (leaf_key(Algorithm::P256), leaf_key(Algorithm::P256));
    let room = room();
    let credential = Credential::decode(CREDENTIAL).unwrap();
    let prepared = CredentialPresentation::prepare(credential.clone(), &context(&room), 1, &[0xaa; 32], key.public()).unwrap();
    assert_eq!(prepared.clone().sign(&other).unwrap_err().code(), Code::PresentationSignatureInvalid);
    assert_eq!(prepared.finish(&[1; 64]).unwrap_err().code(), Code::PresentationSignatureInvalid);
    let long = CredentialPresentation::prepare(credential, &context(&room), 1, &[0xaa; 65], key.public());
    assert_eq!(long.unwrap_err().code(), Code::Limit);
}

#[test]
fn malformed_presentations() {
    let code = |octets: &[u8]| CredentialPresentation::decode(octets).unwrap_err().code();
    let good = presented(&leaf_key(Algorithm::Ed25519)).encode().unwrap();
    assert_eq!(code(&good[..good.len() - 1]), Code::Truncated);
    assert_eq!(code(&[&good[..], &[0]].concat()), Code::TrailingOctets);
    assert_eq!(code(b"\x0a\x0a\x00"), Code::CredentialShapeUnknown);
    let long_nonce = [CREDENTIAL, &[0; 8], &[0x40, 65], &[0; 65], &[0]].concat();
    assert_eq!(code(&long_nonce), Code::Limit);
    let long_signature = [CREDENTIAL, &[0; 8], &[0], &[0x41, 0x01], &[0; 257]].concat();
    assert_eq!(code(&long_signature), Code::Limit);
}

/// Each bit of a presentation counts, on each kind of key: it cannot be read any more, or its signature fails.
#[test]
fn every_flipped_bit_is_refused() {
    for algorithm in [Algorithm::Ed25519, Algorithm::P256] {
        let (key, room) = (leaf_key(algorithm), room());
        let octets = presented(&key).encode().unwrap();
        for at in 0..octets.len() * 8 {
            let mut flipped = octets.clone();
            flipped[at / 8] ^= 1 << (at % 8);
            let outcome = CredentialPresentation::decode(&flipped).and_then(|it| it.verify(key.public(), &context(&room)));
            assert!(outcome.is_err(), "{algorithm} bit {at}");
        }
    }
}

proptest! {
    #[test]
    fn never_panics_and_has_one_encoding(octets in prop::collection::vec(any::<u8>(), 0..60)) {
        let octets = [CREDENTIAL, &octets].concat();
        if let Ok(presentation) = CredentialPresentation::decode(&octets) {
            prop_assert_eq!(presentation.encode().unwrap(), octets);
        }
    }
}
