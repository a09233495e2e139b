//! By hand, and as OpenMLS makes it.

use mimicred_keys::{Algorithm, LeafKey};
use proptest::prelude::*;

use super::*;
use crate::leaf_node::testing::{COMMIT, Fields, leaf_key, sign, vector};

fn code<T: fmt::Debug>(result: Result<T, Error>) -> Code {
    result.unwrap_err().code()
}

/// GroupContext: mls10, suite 1, group "gid", epoch 7, hashes "th" and "ct", one empty extension 0x0A0A.
const CONTEXT: &[u8] = b"\x00\x01\x00\x01\x03gid\x00\x00\x00\x00\x00\x00\x00\x07\x02th\x02ct\x03\x0a\x0a\x00";

/// Leaves for a tree of two: the second blank, so that nothing but the first is there; or both, with a parent between them.
fn tree(key: &LeafKey, second: Option<&LeafKey>) -> Vec<u8> {
    let leaf = |key: &LeafKey, index: u32| {
        let place = [&vector(b"gid")[..], &index.to_be_bytes()].concat();
        [&b"\x01\x01"[..], &Fields::signed(key, COMMIT, &place)].concat()
    };
    let parent = b"\x01\x02\x02pk\x00\x04\x00\x00\x00\x01";
    match second {
        None => leaf(key, 0),
        Some(second) => [leaf(key, 0), parent.to_vec(), leaf(second, 1)].concat(),
    }
}

fn group_info(nodes: &[u8], signer: u32, key: &LeafKey) -> Vec<u8> {
    let tree = [&b"\x00\x02"[..], &vector(&vector(nodes))].concat();
    let unsigned = [CONTEXT, &vector(&tree), b"\x03tag", &signer.to_be_bytes()].concat();
    [unsigned.clone(), vector(&sign(key, b"GroupInfoTBS", &unsigned))].concat()
}

#[test]
fn fields_are_in_order() {
    let (one, two) = (leaf_key(Algorithm::Ed25519), leaf_key(Algorithm::Ed25519));
    let octets = group_info(&tree(&one, Some(&two)), 1, &two);
    let read = GroupInfoView::decode(&octets).unwrap();
    let context = read.context();
    assert_eq!((context.cipher_suite, &context.group_id[..], context.epoch), (1, &b"gid"[..], 7));
    assert_eq!((&context.tree_hash[..], &context.confirmed_transcript_hash[..]), (&b"th"[..], &b"ct"[..]));
    assert_eq!(context.extensions.get(0x0a0a), Some(&b""[..]));
    assert_eq!((read.confirmation_tag(), read.signer()), (&b"tag"[..], 1));
    let leaves = read.leaves().unwrap().unwrap();
    assert_eq!(leaves.iter().map(|(index, _)| *index).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(leaves[1].1.signature_key_octets(), two.public().octets());
    read.verify_signature().unwrap();
    // The same as an MLSMessage.
    assert_eq!(read.to_message(), [b"\x00\x01\x00\x04", &octets[..]].concat());
    assert_eq!(GroupInfoView::decode(&read.to_message()).unwrap(), read);
}

#[test]
fn the_signer_is_in_the_tree() {
    let (one, two) = (leaf_key(Algorithm::Ed25519), leaf_key(Algorithm::Ed25519));
    let verify = |octets: &[u8]| GroupInfoView::decode(octets).unwrap().verify_signature();
    verify(&group_info(&tree(&one, None), 0, &one)).unwrap();
    assert_eq!(code(verify(&group_info(&tree(&one, None), 0, &two))), Code::GroupInfoInvalid);
    assert_eq!(code(verify(&group_info(&tree(&one, None), 1, &one))), Code::GroupInfoInvalid);
    let p256 = leaf_key(Algorithm::P256);
    assert_eq!(code(verify(&group_info(&tree(&p256, None), 0, &p256))), Code::GroupInfoInvalid);
    let unsigned = [CONTEXT, b"\x00\x03tag\x00\x00\x00\x00"].concat();
    let bare = GroupInfoView::decode(&[unsigned, vector(b"signature")].concat()).unwrap();
    assert_eq!(bare.leaves().unwrap(), None);
    assert_eq!(code(bare.verify_signature()), Code::GroupInfoInvalid);
}

#[test]
fn malformed_trees() {
    let key = leaf_key(Algorithm::Ed25519);
    let leaves = |nodes: &[u8]| GroupInfoView::decode(&group_info(nodes, 0, &key)).unwrap().leaves();
    let good = tree(&key, None);
    assert!(leaves(&good).is_ok());
    assert_eq!(code(leaves(b"")), Code::TreeMalformed);
    assert_eq!(code(leaves(&[&good[..], b"\x00"].concat())), Code::TreeMalformed);
    assert_eq!(code(leaves(&[&good[..], b"\x00", b"\x00"].concat())), Code::TreeMalformed);
    // A parent where a leaf should be, and the other way round.
    assert_eq!(code(leaves(b"\x01\x02\x02pk\x00\x00")), Code::TreeMalformed);
    assert_eq!(code(leaves(&[&good[..], &good[..]].concat())), Code::TreeMalformed);
    assert_eq!(code(leaves(b"\x02")), Code::FlagInvalid);
    assert_eq!(code(leaves(b"\x01\x01\x02")), Code::Truncated);
}

#[test]
fn malformed_group_infos() {
    let key = leaf_key(Algorithm::Ed25519);
    let good = group_info(&tree(&key, None), 0, &key);
    for length in 0..good.len() {
        assert!(GroupInfoView::decode(&good[..length]).is_err(), "{length}");
    }
    assert_eq!(code(GroupInfoView::decode(&[&good[..], b"x"].concat())), Code::TrailingOctets);
    assert_eq!(code(GroupInfoView::decode(&[b"\x00\x02", &good[2..]].concat())), Code::VersionUnsupported);
}

/// What OpenMLS makes, suite by suite.
#[cfg(feature = "openmls")]
#[test]
fn a_real_group_is_read() {
    use mimicred_keys::SystemRandom;

    use crate::component::{ROOM_METADATA, RoomMetadata};
    use crate::credential::Credential;
    use crate::group::{Lifetime, Member, RoomState};
    use crate::rules::NoRules;

    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let lifetime = Lifetime::days(now, 28).unwrap();
    for suite in Suite::ALL {
        let member = |name: &str| {
            let key = leaf_key(suite.signature_algorithm());
            Member::new(suite, key, Credential::SdCwt(name.into()), NoRules, SystemRandom).unwrap()
        };
        let room = RoomState::new("mimi://hub.example/r/clubhouse".parse().unwrap());
        let mut group = member("alice").create(b"gid", &room, &lifetime).unwrap();
        let (bob, carol) = (member("bob"), member("carol"));
        let added = [bob.key_package(&lifetime).unwrap(), carol.key_package(&lifetime).unwrap()];
        group.add(&[&added[0], &added[1]], vec![]).unwrap();
        group.merge().unwrap();
        group.remove(&[1]).unwrap();
        group.merge().unwrap();

        let octets = group.group_info().unwrap();
        let read = GroupInfoView::decode(&octets).unwrap();
        read.verify_signature().unwrap();
        assert_eq!((read.context().cipher_suite, read.context().epoch), (suite.number(), 2));
        let metadata = read.context().extensions.component(ROOM_METADATA).unwrap().unwrap();
        assert_eq!(RoomMetadata::decode(metadata).unwrap(), room.metadata);
        let leaves = read.leaves().unwrap().unwrap();
        let seen: Vec<_> = leaves.iter().map(|(index, leaf)| (*index, leaf.credential().clone())).collect();
        let view = group.view().unwrap();
        let expected: Vec<_> = view.leaves.iter().map(|leaf| (leaf.index, leaf.credential.clone())).collect();
        assert_eq!(seen, expected);
        // Each leaf is signed for its place, or for none.
        for (index, leaf) in &leaves {
            leaf.verify_signature(Some((b"gid", *index))).unwrap();
        }
        let mut flipped = octets.clone();
        *flipped.last_mut().unwrap() ^= 1;
        assert_eq!(code(GroupInfoView::decode(&flipped).unwrap().verify_signature()), Code::GroupInfoInvalid);
    }
}

proptest! {
    #[test]
    fn damaged_group_infos_never_panic(at in any::<prop::sample::Index>(), octet in any::<u8>()) {
        let key = leaf_key(Algorithm::Ed25519);
        let mut octets = group_info(&tree(&key, Some(&key)), 0, &key);
        let at = at.index(octets.len());
        octets[at] = octet;
        if let Ok(read) = GroupInfoView::decode(&octets) {
            let _ = read.leaves();
            prop_assert_eq!(&read.to_message()[4..], octets);
        }
    }
}
