//! Components of KeyPackages, leaves and knock rooms, with the vectors of mimi-mls 3.2.

use mimicred_keys::{Algorithm, PublicKey, SecretKey, SystemRandom};

use super::*;

const SALT: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
const COMMITMENT: &str = "f82cfff6dc1425e5a24da6eb2435795618bcbd9ad8efd5e41f160e8298d4dde8";
const PROOF: &str = "ed266af3c203de47da7c06aa92c5334fcb923b47088968fbe7f03e2826c8ab9e";

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn key() -> PublicKey {
    SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom).unwrap().public().clone()
}

/// The vector's key, 32 zero octets, is no key that our types hold: the function under them is asked.
#[test]
fn vector_of_the_commitment() {
    let room = "mimi://a.example/r/boot-1".parse().unwrap();
    let commitment = key_package_usage::commitment(&SALT, Some(&room), &[0; 32]).unwrap();
    assert_eq!(commitment.to_vec(), hex(COMMITMENT));
    let component = KeyPackageUsage::Offered(commitment).encode().unwrap();
    assert_eq!(component, [&b"\x02\x20"[..], &commitment, b"\x00"].concat());
    assert_eq!(KeyPackageUsage::decode(&component).unwrap(), KeyPackageUsage::Offered(commitment));
    assert_eq!(KeyPackageUsage::InitialConnection.encode().unwrap(), b"\x01\x00\x00");
}

#[test]
fn everything_counts_in_a_commitment() {
    let (room, other) = ("mimi://a.example/r/one".parse().unwrap(), "mimi://a.example/r/two".parse().unwrap());
    let (key, foreign) = (key(), key());
    let base = KeyPackageUsage::offered(&SALT, Some(&room), &key).unwrap();
    assert_eq!(base, KeyPackageUsage::offered(&SALT, Some(&room), &key).unwrap());
    assert_eq!(base.kind(), UsageKind::Offered);
    for other in [
        KeyPackageUsage::offered(&[7; 16], Some(&room), &key),
        KeyPackageUsage::offered(&SALT, Some(&other), &key),
        KeyPackageUsage::offered(&SALT, None, &key),
        KeyPackageUsage::offered(&SALT, Some(&room), &foreign),
    ] {
        assert_ne!(other.unwrap(), base);
    }
}

#[test]
fn a_usage_has_what_belongs_to_it() {
    let code = |octets: &[u8]| KeyPackageUsage::decode(octets).unwrap_err().code();
    assert_eq!(code(b"\x03\x00\x00"), Code::ValueUnknown);
    assert_eq!(code(b"\x01\x01\x07\x00"), Code::KeyPackageUsageInvalid);
    assert_eq!(code(b"\x02\x00\x00"), Code::KeyPackageUsageInvalid);
    assert_eq!(code(&[&b"\x02\x1f"[..], &[7; 31], b"\x00"].concat()), Code::KeyPackageUsageInvalid);
    assert_eq!(code(&[&b"\x02\x21"[..], &[7; 33], b"\x00"].concat()), Code::KeyPackageUsageInvalid);
    assert_eq!(code(b"\x00\x00\x01\x07"), Code::KeyPackageUsageInvalid);
    assert_eq!(code(b"\x00\x00"), Code::Truncated);
    assert_eq!(code(b"\x00\x00\x00\x00"), Code::TrailingOctets);
}

/// The vector of mimi-mls 3.2; its adder key, 32×03, is a point, so our types hold it.
#[test]
fn vector_of_the_proof() {
    let adder = PublicKey::from_octets(Algorithm::Ed25519, &[3; 32]).unwrap();
    let mut proofs = KeyPackageProofs::default();
    assert!(proofs.is_empty());
    proofs.add(&SALT, &[0xcc; 32], &[1; 16], &adder).unwrap();
    let component = proofs.encode().unwrap();
    assert_eq!(component, [&b"\x21\x20"[..], &hex(PROOF)].concat());
    let read = KeyPackageProofs::decode(&component).unwrap();
    assert!(read.holds(&SALT, &[0xcc; 32], &[1; 16], &adder).unwrap());
    assert!(!read.holds(&[7; 16], &[0xcc; 32], &[1; 16], &adder).unwrap());
    assert!(!read.holds(&SALT, &[0xcd; 32], &[1; 16], &adder).unwrap());
    assert!(!read.holds(&SALT, &[0xcc; 32], &[2; 16], &adder).unwrap());
    assert!(!read.holds(&SALT, &[0xcc; 32], &[1; 16], &key()).unwrap());
}

#[test]
fn proofs_ascend() {
    let list =
        |proofs: &[[u8; 32]]| crate::tls::Writer::new().list(proofs, |writer, proof| writer.vector(proof)).finish().unwrap();
    let code = |octets: &[u8]| KeyPackageProofs::decode(octets).unwrap_err().code();
    assert!(KeyPackageProofs::decode(&list(&[[1; 32], [2; 32]])).is_ok());
    assert_eq!(code(&list(&[[2; 32], [1; 32]])), Code::ValueOrder);
    assert_eq!(code(&list(&[[2; 32], [2; 32]])), Code::ValueDuplicate);
    assert_eq!(code(b"\x02\x01\x07"), Code::KeyPackageProofMalformed);
    assert_eq!(code(b"\x00\x00"), Code::TrailingOctets);
    assert!(KeyPackageProofs::decode(b"\x00").unwrap().is_empty());
}

#[test]
fn identity_kinds_have_their_numbers() {
    let kinds = [IdentityKind::Unspecified, IdentityKind::Real, IdentityKind::Pseudonym, IdentityKind::Service];
    for (number, kind) in (0u8..).zip(kinds) {
        assert_eq!(kind.encode().unwrap(), [number]);
        assert_eq!(IdentityKind::decode(&[number]).unwrap(), kind);
    }
    assert_eq!(kinds.map(IdentityKind::name), ["unspecified", "real", "pseudonym", "service"]);
    assert_eq!(IdentityKind::decode(b"\x04").unwrap_err().code(), Code::ValueUnknown);
    assert_eq!(IdentityKind::decode(b"").unwrap_err().code(), Code::Truncated);
    assert_eq!(IdentityKind::decode(b"\x02\x02").unwrap_err().code(), Code::TrailingOctets);
}

/// The component of the vector of mimi-mls 3.5.5.
#[test]
fn vector_of_a_recipient() {
    let recipient_key = hex("73b2d8b76aa9b53660032bc8f5d8bee3a3ae4e3b3a7fd49ade81f7347a34aa68");
    let component = [&[0x20][..], &recipient_key].concat();
    let recipient = DisclosureRecipient { recipient_key };
    assert_eq!(recipient.encode().unwrap(), component);
    assert_eq!(DisclosureRecipient::decode(&component).unwrap(), recipient);
    assert_eq!(DisclosureRecipient::decode(b"\x00").unwrap_err().code(), Code::Empty);
    assert_eq!(DisclosureRecipient::decode(b"\x01\x07\x00").unwrap_err().code(), Code::TrailingOctets);
}

#[test]
fn a_knock_room_says_how_it_takes_knocks() {
    let policy = KnockRoomPolicy {
        target_room: Some("mimi://a.example/r/t".parse().unwrap()),
        max_messages_per_joiner: 2,
        max_stay_seconds: 600,
        moderator_roles: vec![3, 4],
        target_disclosure_policy: b"policy".to_vec(),
    };
    let octets = b"\x14mimi://a.example/r/t\x00\x02\x00\x00\x02\x58\x08\x00\x00\x00\x03\x00\x00\x00\x04\x06policy";
    assert_eq!(policy.encode().unwrap(), octets);
    assert_eq!(KnockRoomPolicy::decode(octets).unwrap(), policy);
    assert_eq!(KnockRoomPolicy::decode(&octets[..20]).unwrap_err().code(), Code::Truncated);
    assert_eq!(KnockRoomPolicy::decode(&[&octets[..], b"x"].concat()).unwrap_err().code(), Code::TrailingOctets);
    let bad = b"\x14mimi://A.example/r/t\x00\x02\x00\x00\x02\x58\x00\x00";
    assert_eq!(KnockRoomPolicy::decode(bad).unwrap_err().code(), Code::UriInvalid);
}

#[test]
fn consent_lists_each_usage_once() {
    let code = |octets: &[u8]| ConsentUsage::decode(octets).unwrap_err().code();
    let both = ConsentUsage { usages: vec![UsageKind::Any, UsageKind::Offered], any_requester_at_domain: false };
    assert_eq!(both.encode().unwrap(), b"\x02\x00\x02\x00");
    assert_eq!(ConsentUsage::decode(b"\x02\x00\x02\x00").unwrap(), both);
    assert_eq!(code(b"\x02\x01\x01\x00"), Code::ValueDuplicate);
    assert_eq!(code(b"\x01\x07\x00"), Code::ValueUnknown);
    assert_eq!(code(b"\x01\x01\x02"), Code::FlagInvalid);
    assert_eq!(code(b"\x01\x01\x01\x00"), Code::TrailingOctets);
}

proptest! {
    /// What is accepted has one encoding.
    #[test]
    fn components_have_one_encoding(octets in prop::collection::vec(any::<u8>(), 0..80)) {
        macro_rules! check {
            ($($component:ty),+) => {$(
                if let Ok(read) = <$component>::decode(&octets) {
                    prop_assert_eq!(read.encode().unwrap(), &octets[..]);
                }
            )+};
        }
        check!(KeyPackageUsage, KeyPackageProofs, IdentityKind, DisclosureRecipient, KnockRoomPolicy, ConsentUsage);
    }
}
