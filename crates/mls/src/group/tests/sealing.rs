//! Sealed disclosures in real groups.

use super::*;
use crate::bundle::{BundleItem, DisclosureBundle};
use crate::component::IdentityKind;
use crate::sealed::SealedDisclosure;

fn bundle() -> DisclosureBundle {
    DisclosureBundle {
        room_uri: uri("mimi://hub.example/r/clubhouse"),
        subject_uri: uri("mimi://a.example/p/alice"),
        items: vec![BundleItem::sd_kbt(*b"my name is Alice")],
    }
}

#[test]
fn only_those_it_is_sealed_to_can_open_it() {
    for suite in SUITES {
        let mut groups = three(suite);
        let sealed = groups[0].seal(&bundle(), &[2]).unwrap();
        let message = groups[0].send(&sealed.encode().unwrap()).unwrap();
        for reader in [1, 2] {
            let Incoming::Application { sender, epoch, octets } = groups[reader].receive(&message).unwrap() else {
                panic!("not application data")
            };
            // Bob has the message in clear, and all secrets of the epoch.
            let received = SealedDisclosure::decode(&octets).unwrap();
            assert!(!octets.windows(5).any(|part| part == b"Alice"));
            match reader {
                2 => assert_eq!(groups[2].open(&received, sender, epoch).unwrap(), bundle()),
                _ => assert_eq!(code(groups[1].open(&received, sender, epoch)), Code::SealedForOthers),
            }
            assert!(groups[2].open(&received, 1, epoch).is_err(), "of another sender");
            assert_eq!(code(groups[2].open(&received, sender, epoch + 1)), Code::EpochUnavailable);
        }
        assert_eq!(code(groups[0].seal(&bundle(), &[])), Code::SealedNobody);
        assert_eq!(code(groups[0].seal(&bundle(), &[17])), Code::SealedNobody);
    }
}

#[test]
fn it_can_be_opened_after_a_change_of_epoch() {
    let mut groups = three(Suite::X25519Aes128Ed25519);
    let sealed = groups[0].seal(&bundle(), &[1, 2]).unwrap();
    let message = groups[0].send(&sealed.encode().unwrap()).unwrap();
    // Also after the recipient has fresh keys, or another leaf key.
    let commit = groups[2].rotate(leaf_key(Suite::X25519Aes128Ed25519), Credential::SdCwt(b"carol, renewed".to_vec())).unwrap();
    groups[2].merge().unwrap();
    follow(&mut groups[..2], &commit.message);
    let Incoming::Application { sender, epoch, octets } = groups[2].receive(&message).unwrap() else {
        panic!("not application data")
    };
    let received = SealedDisclosure::decode(&octets).unwrap();
    assert_eq!(groups[2].open(&received, sender, epoch).unwrap(), bundle());
}

#[test]
fn leaves_say_what_they_are() {
    let suite = Suite::X25519Aes128Ed25519;
    let mut groups = vec![created(suite)];
    add(&mut groups, &[("bob", member(suite, "bob").with_identity_kind(IdentityKind::Pseudonym))]);
    let view = groups[0].view().unwrap();
    assert_eq!(view.leaf(0).unwrap().identity_kind, None);
    assert_eq!(view.leaf(1).unwrap().identity_kind, Some(IdentityKind::Pseudonym));
    let keys: Vec<_> = view.leaves.iter().map(|leaf| leaf.recipient_key.clone().unwrap()).collect();
    assert!(keys[0] != keys[1] && keys[0].len() == 32);
}
