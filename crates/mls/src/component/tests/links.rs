//! join_links, join_link_policy and external_receivers, by hand.

use mimicred_error::{At, Report};

use super::*;
use crate::credential::{Credential, SdJwt, SdJwtForm};
use crate::join_link::JoinLink;

fn link(number: u8) -> [u8; 32] {
    [number; 32]
}

fn links(numbers: &[u8]) -> JoinLinks {
    JoinLinks::new(numbers.iter().copied().map(link).collect()).unwrap()
}

#[test]
fn links_are_listed_once() {
    let octets = [&b"\x40\x42\x20"[..], &[1; 32], b"\x20", &[2; 32]].concat();
    assert_eq!(links(&[1, 2]).encode().unwrap(), octets);
    assert_eq!(JoinLinks::decode(&octets).unwrap(), links(&[1, 2]));
    let code = |octets: &[u8]| JoinLinks::decode(octets).unwrap_err().code();
    assert!((0..octets.len()).all(|end| code(&octets[..end]) == Code::Truncated));
    assert_eq!(code(&[&octets[..], &[0]].concat()), Code::TrailingOctets);
    assert_eq!(code(&[&b"\x40\x42\x20"[..], &[1; 32], b"\x20", &[1; 32]].concat()), Code::ValueDuplicate);
    assert_eq!(code(&[&b"\x20\x1f"[..], &[1; 31]].concat()), Code::JoinLinkMalformed);
    assert_eq!(code(b"\x01\x00"), Code::JoinLinkMalformed);
    assert_eq!(code(&[&b"\x22\x21"[..], &[1; 33]].concat()), Code::Limit);
    let many = (0u32..4097).map(|number| [[0; 28].as_slice(), &number.to_be_bytes()].concat().try_into().unwrap()).collect();
    assert_eq!(JoinLinks::new(many).unwrap_err().code(), Code::Limit);
}

#[test]
fn an_update_removes_then_appends() {
    let update = JoinLinksUpdate { removed: vec![2, 0], added: vec![link(4), link(5)] };
    let octets = [&b"\x08\x00\x00\x00\x02\x00\x00\x00\x00\x40\x42\x20"[..], &[4; 32], b"\x20", &[5; 32]].concat();
    assert_eq!(update.encode().unwrap(), octets);
    assert_eq!(JoinLinksUpdate::decode(&octets).unwrap(), update);
    assert_eq!(links(&[1, 2, 3]).updated(&update).unwrap(), links(&[2, 4, 5]));
    assert_eq!(links(&[1]).updated(&JoinLinksUpdate::default()).unwrap(), links(&[1]));
    let code = |octets: &[u8]| JoinLinksUpdate::decode(octets).unwrap_err().code();
    assert!((0..octets.len()).all(|end| code(&octets[..end]) == Code::Truncated));
    assert_eq!(code(b"\x00\x00\x00"), Code::TrailingOctets);
    assert_eq!(code(b"\x00\x01\x00"), Code::JoinLinkMalformed);
}

#[test]
fn an_update_must_fit_the_links() {
    for update in [
        JoinLinksUpdate { removed: vec![2], ..Default::default() },
        JoinLinksUpdate { removed: vec![u32::MAX], ..Default::default() },
        JoinLinksUpdate { removed: vec![1, 1], ..Default::default() },
        JoinLinksUpdate { added: vec![link(2)], ..Default::default() },
        JoinLinksUpdate { removed: vec![1], added: vec![link(2)] },
        JoinLinksUpdate { added: vec![link(3), link(3)], ..Default::default() },
    ] {
        assert_eq!(links(&[1, 2]).updated(&update).unwrap_err().code(), Code::JoinLinksUpdateInvalid, "{update:?}");
    }
}

/// mimi-mls 3.6.3: a code verifies under one live public key.
#[test]
fn a_code_is_of_a_live_link() {
    let invitation = |seed: u8| JoinLink {
        room_uri: "mimi://hub.example/r/clubhouse".parse().unwrap(),
        seed: [seed; 32].into(),
        group_id: vec![1; 16],
        inviter_key_hash: [3; 32],
        policy_hash: None,
        not_after: 0,
    };
    let key = |seed: u8| invitation(seed).public_key().unwrap().octets().try_into().unwrap();
    // Among them one that is no key at all.
    let live = JoinLinks::new(vec![key(7), [0xff; 32], key(8)]).unwrap();
    let room = invitation(7).room_uri;
    let verify = |seed: u8, signature_key: &[u8]| {
        let code = invitation(seed).joining_code(&[2; 32], &[4; 32]).unwrap();
        live.verify_joining_code(&room, signature_key, &[4; 32], &code).map_err(|error| error.code())
    };
    assert_eq!((verify(7, &[2; 32]), verify(8, &[2; 32])), (Ok(0), Ok(2)));
    assert_eq!(verify(9, &[2; 32]), Err(Code::JoiningCodeInvalid));
    assert_eq!(verify(8, &[3; 32]), Err(Code::JoiningCodeInvalid));
    let revoked = live.updated(&JoinLinksUpdate { removed: vec![2], added: vec![] }).unwrap();
    let code = invitation(8).joining_code(&[2; 32], &[4; 32]).unwrap();
    let error = revoked.verify_joining_code(&room, &[2; 32], &[4; 32], &code).unwrap_err();
    assert_eq!(error.code(), Code::JoiningCodeInvalid);
}

#[test]
fn a_policy_for_links_has_its_fields_in_order() {
    let policy = JoinLinkPolicy { on_request: true, join_link: "https://a/x".to_owned(), multiuser: true, expiration: 60 };
    let octets = b"\x01\x0bhttps://a/x\x01\x00\x00\x00\x3c";
    assert_eq!(policy.encode().unwrap(), octets);
    assert_eq!(JoinLinkPolicy::decode(octets).unwrap(), policy);
    let code = |octets: &[u8]| JoinLinkPolicy::decode(octets).unwrap_err().code();
    assert!((0..octets.len()).all(|end| code(&octets[..end]) == Code::Truncated));
    assert_eq!(code(&[&octets[..], &[0]].concat()), Code::TrailingOctets);
    assert_eq!(code(b"\x02\x00\x01\x00\x00\x00\x3c"), Code::FlagInvalid);
    assert_eq!(code(b"\x00\x00\x02\x00\x00\x00\x3c"), Code::FlagInvalid);
    for text in [b' ', 0, 0x7f, 0xff] {
        assert_eq!(code(&[0, 1, text, 1, 0, 0, 0, 60]), Code::TextInvalid);
    }
    let bad = JoinLinkPolicy { join_link: "https://a/ä".to_owned(), ..policy };
    assert_eq!(bad.encode().unwrap_err().place(), &At::Field("join_link".into()));
}

fn receiver(key: &[u8]) -> ExternalReceiver {
    ExternalReceiver::new(key.to_vec(), Credential::Basic(b"hub".to_vec())).unwrap()
}

#[test]
fn external_receivers_have_their_fields_in_order() {
    let receivers = ExternalReceivers::new(vec![receiver(b"k1"), receiver(b"k2")]).unwrap();
    let octets = b"\x12\x02k1\x00\x01\x03hub\x02k2\x00\x01\x03hub";
    assert_eq!(receivers.encode().unwrap(), octets);
    assert_eq!(ExternalReceivers::decode(octets).unwrap(), receivers);
    assert_eq!(receivers.only().unwrap_err().code(), Code::Limit);
    let one = ExternalReceivers::decode(b"\x09\x02k1\x00\x01\x03hub").unwrap();
    let hub = one.only().unwrap();
    assert_eq!((hub.public_key(), hub.credential()), (&b"k1"[..], &Credential::Basic(b"hub".to_vec())));
    assert_eq!(format!("{one:?}"), "ExternalReceivers([ExternalReceiver { credential: Basic(3 octets), .. }])");
    let code = |octets: &[u8]| ExternalReceivers::decode(octets).unwrap_err().code();
    assert!((0..octets.len()).all(|end| code(&octets[..end]) == Code::Truncated));
    assert_eq!(code(&[&octets[..], &[0]].concat()), Code::TrailingOctets);
    assert_eq!(code(b"\x00"), Code::Empty);
    assert_eq!(code(b"\x07\x00\x00\x01\x03hub"), Code::Empty);
    assert_eq!(code(b"\x12\x02k1\x00\x01\x03hub\x02k1\x00\x01\x03hub"), Code::ValueDuplicate);
    assert_eq!(code(b"\x09\x02k1\x00\x00\x03hub"), Code::CredentialTypeReserved);
    assert_eq!(code(b"\x09\x02k1\xf1\x00\x03hub"), Code::CredentialShapeUnknown);
    assert_eq!(code(&[&b"\x42\x49"[..], &b"\x02k1\x00\x01\x03hub".repeat(65)].concat()), Code::Limit);
    assert_eq!(ExternalReceivers::new(vec![]).unwrap_err().code(), Code::Empty);
    assert_eq!(ExternalReceivers::new(vec![receiver(b"k"); 65]).unwrap_err().code(), Code::Limit);
    assert_eq!(ExternalReceivers::new(vec![receiver(b"k"); 2]).unwrap_err().code(), Code::ValueDuplicate);
    let empty = ExternalReceiver::new(vec![], Credential::Basic(vec![]));
    assert_eq!(empty.unwrap_err().code(), Code::Empty);
    let other = Credential::Other { credential_type: 0xf100, body: vec![1, 7] };
    assert_eq!(ExternalReceiver::new(vec![1], other).unwrap_err().code(), Code::CredentialShapeUnknown);
}

/// An sd_jwt credential has two numbers; each is written as it was read.
#[test]
fn a_receiver_keeps_the_octets_of_its_credential() {
    let credential = Credential::SdJwt(SdJwt::new("e30.e30.AA~e30.e30.AA", SdJwtForm::Text).unwrap());
    let of = |credential: Vec<u8>| {
        let inner = [&b"\x02k1"[..], &credential].concat();
        let octets = [&[u8::try_from(inner.len()).unwrap()][..], &inner].concat();
        let read = ExternalReceivers::decode(&octets).unwrap();
        assert_eq!(read.encode().unwrap(), octets);
        read
    };
    let (drafted, ours) = (of(credential.encode().unwrap()), of(credential.encode_for_leaf().unwrap()));
    assert_eq!(drafted.as_slice()[0].credential(), ours.as_slice()[0].credential());
    let made = ExternalReceiver::new(b"k1".to_vec(), credential).unwrap();
    assert_eq!(ours.as_slice(), [made]);
}

proptest! {
    #[test]
    fn link_components_have_one_encoding(octets in prop::collection::vec(any::<u8>(), 0..80), length in 0u8..40) {
        let list = [&[length + 1, length][..], &octets].concat();
        for octets in [&octets, &list] {
            if let Ok(read) = JoinLinks::decode(octets) {
                prop_assert_eq!(&read.encode().unwrap(), octets);
            }
            if let Ok(read) = JoinLinksUpdate::decode(octets) {
                prop_assert_eq!(&read.encode().unwrap(), octets);
            }
            if let Ok(read) = JoinLinkPolicy::decode(octets) {
                prop_assert_eq!(&read.encode().unwrap(), octets);
            }
            if let Ok(read) = ExternalReceivers::decode(octets) {
                prop_assert_eq!(&read.encode().unwrap(), octets);
            }
        }
    }

    #[test]
    fn link_components_round_trip(
        numbers in prop::collection::btree_set(any::<[u8; 32]>(), 0..5),
        removed in prop::collection::vec(any::<u32>(), 0..4),
        flags in any::<(bool, bool)>(),
        join_link in "[!-~]{0,80}",
        keys in prop::collection::btree_set(prop::collection::vec(any::<u8>(), 1..70), 1..4),
    ) {
        let added: Vec<[u8; 32]> = numbers.into_iter().collect();
        let list = JoinLinks::new(added.clone()).unwrap();
        prop_assert_eq!(JoinLinks::decode(&list.encode().unwrap()).unwrap(), list);
        let update = JoinLinksUpdate { removed, added };
        prop_assert_eq!(JoinLinksUpdate::decode(&update.encode().unwrap()).unwrap(), update);
        let policy = JoinLinkPolicy { on_request: flags.0, join_link, multiuser: flags.1, expiration: 7 };
        prop_assert_eq!(JoinLinkPolicy::decode(&policy.encode().unwrap()).unwrap(), policy);
        let receivers = ExternalReceivers::new(keys.iter().map(|key| receiver(key)).collect()).unwrap();
        prop_assert_eq!(ExternalReceivers::decode(&receivers.encode().unwrap()).unwrap(), receivers);
    }
}
