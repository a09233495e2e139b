use mimicred_keys::Algorithm;
use proptest::prelude::*;

use super::*;
use crate::leaf_node::testing::{leaf_key, sign, vector};

/// GroupContext: mls10, suite 1, group "gid", epoch 7, hashes "th" and "ct", one empty extension 0x0A0A.
const CONTEXT: &[u8] = b"\x00\x01\x00\x01\x03gid\x00\x00\x00\x00\x00\x00\x00\x07\x02th\x02ct\x03\x0a\x0a\x00";
/// external_pub, of three octets.
const EXTERNAL_PUB: &[u8] = b"\x06\x00\x04\x03pub";

/// A bare GroupInfo with these extensions, tag "tag", signer 3, signature "sig".
fn bare(extensions: &[u8]) -> Vec<u8> {
    [CONTEXT, extensions, b"\x03tag\x00\x00\x00\x03\x03sig"].concat()
}

pub(in crate::protocol) fn group_info() -> GroupInfoView {
    GroupInfoView::decode(&bare(EXTERNAL_PUB)).unwrap()
}

pub(in crate::protocol) fn group_info_octets() -> Vec<u8> {
    bare(EXTERNAL_PUB)
}

fn info(octets: &[u8]) -> Result<GroupInfoOption, Error> {
    let mut reader = Reader::new(octets);
    let option = GroupInfoOption::read(&mut reader)?;
    reader.finish()?;
    Ok(option)
}

fn tree(octets: &[u8]) -> Result<RatchetTreeOption, Error> {
    let mut reader = Reader::new(octets);
    let option = RatchetTreeOption::read(&mut reader)?;
    reader.finish()?;
    Ok(option)
}

fn written(option: &GroupInfoOption) -> Vec<u8> {
    option.write(Writer::new()).unwrap().finish().unwrap()
}

fn code<T: fmt::Debug>(result: Result<T, Error>) -> Code {
    result.unwrap_err().code()
}

#[test]
fn a_whole_group_info() {
    let option = GroupInfoOption::Full(Box::new(group_info()));
    let octets = [b"\x01", &bare(EXTERNAL_PUB)[..]].concat();
    assert_eq!(written(&option), octets);
    assert_eq!(info(&octets).unwrap(), option);
    assert_eq!(format!("{option:?}"), "Full(epoch 7)");
    assert!((0..octets.len()).all(|end| code(info(&octets[..end])) == Code::Truncated));
    assert_eq!(code(info(&[&octets[..], &[0]].concat())), Code::TrailingOctets);
    assert_eq!(code(info(b"\x00")), Code::ValueUnknown);
    assert_eq!(code(info(b"\x03")), Code::ValueUnknown);
    assert_eq!(code(info(&[b"\x01\x00\x02", &octets[3..]].concat())), Code::VersionUnsupported);
    // With the tree in it.
    let with_tree = bare(b"\x05\x00\x02\x02\x01t");
    assert_eq!(code(info(&[b"\x01", &with_tree[..]].concat())), Code::MessageMalformed);
    let option = GroupInfoOption::Full(Box::new(GroupInfoView::decode(&with_tree).unwrap()));
    assert_eq!(code(option.write(Writer::new())), Code::MessageMalformed);
}

/// A bare GroupInfo of suite 4 begins as an MLSMessage with a GroupInfo does.
#[test]
fn a_group_info_of_suite_4() {
    let mut octets = [b"\x01", &bare(EXTERNAL_PUB)[..]].concat();
    octets[4] = 4;
    let option = info(&octets).unwrap();
    assert!(matches!(&option, GroupInfoOption::Full(it) if it.context().cipher_suite == 4));
    assert_eq!(written(&option), octets);
}

#[test]
fn a_partial_group_info() {
    let partial = PartialGroupInfo::of(&group_info()).unwrap();
    assert_eq!(partial.ratchet_tree_presence, RatchetTreePresence::NoRatchetTree);
    let option = GroupInfoOption::Partial(partial.clone());
    let octets = b"\x02\x00\x06\x00\x04\x03pub\x03sig";
    assert_eq!(written(&option), octets);
    assert_eq!(info(octets).unwrap(), option);
    assert!((0..octets.len()).all(|end| code(info(&octets[..end])) == Code::Truncated));
    for presence in 0..4 {
        let octets = [&[2, presence][..], &octets[2..]].concat();
        assert_eq!(written(&info(&octets).unwrap()), octets);
    }
    assert_eq!(code(info(&[&[2, 4][..], &octets[2..]].concat())), Code::ValueUnknown);
    assert_eq!(code(info(b"\x02\x01\x05\x00\x02\x02\x01t\x03sig")), Code::MessageMalformed);
    let debug = "PartialGroupInfo(NoRatchetTree, Extensions([Extension(0x0004, 3 octets)]))";
    assert_eq!(format!("{option:?}"), debug);
    // The hub makes the whole of it.
    assert_eq!(partial.complete(CONTEXT, b"tag", 3).unwrap(), group_info());
    assert_ne!(partial.complete(CONTEXT, b"tag", 4).unwrap(), group_info());
    let with_tree = PartialGroupInfo::of(&GroupInfoView::decode(&bare(b"\x05\x00\x02\x02\x01t")).unwrap()).unwrap();
    assert_eq!(with_tree.ratchet_tree_presence, RatchetTreePresence::Present);
    assert_eq!(with_tree.group_info_extensions, Extensions::default());
    assert_eq!(code(with_tree.complete(CONTEXT, b"tag", 3)), Code::GroupInfoInvalid);
}

/// The signature goes over into the part, and holds over what is made of it.
#[test]
fn a_signature_outlives_the_parting() {
    let key = leaf_key(Algorithm::Ed25519);
    let unsigned = [CONTEXT, EXTERNAL_PUB, b"\x03tag\x00\x00\x00\x03"].concat();
    let signature = sign(&key, b"GroupInfoTBS", &unsigned);
    let whole = GroupInfoView::decode(&[&unsigned[..], &vector(&signature)].concat()).unwrap();
    let partial = PartialGroupInfo::of(&whole).unwrap();
    assert_eq!(partial.signature, signature);
    assert_eq!(partial.complete(CONTEXT, b"tag", 3).unwrap(), whole);
}

#[test]
fn where_the_tree_is() {
    let https = RatchetTreeOption::HttpsUri { url: "https://a.example/t".into(), tree_signature: b"sig".to_vec() };
    for (option, octets) in [
        (RatchetTreeOption::full(b"\x02\x01\x00").unwrap(), &b"\x01\x02\x01\x00"[..]),
        (https, b"\x02\x13https://a.example/t\x03sig"),
        (RatchetTreeOption::OutOfBand { tree_signature: b"sig".to_vec() }, b"\x03\x03sig"),
        (RatchetTreeOption::DistributionService, b"\x04"),
    ] {
        assert_eq!(option.write(Writer::new()).unwrap().finish().unwrap(), octets);
        assert_eq!(tree(octets).unwrap(), option);
        assert!((0..octets.len()).all(|end| code(tree(&octets[..end])) == Code::Truncated));
        let shown = format!("{option:?}");
        assert!(!shown.contains("example") && !shown.contains("115"), "{shown}");
    }
    assert_eq!(RatchetTreeOption::DistributionService.tree().unwrap(), None);
    assert_eq!(code(tree(b"\x00")), Code::ValueUnknown);
    assert_eq!(code(tree(b"\x05")), Code::ValueUnknown);
    assert_eq!(code(tree(b"\x01\x00")), Code::Empty);
    assert_eq!(code(tree(b"\x02\x14http://a.example/xyz\x00")), Code::UriInvalid);
    assert_eq!(code(tree(b"\x02\x0ahttps://\x00a\x00")), Code::UriInvalid);
    assert_eq!(code(RatchetTreeOption::full(b"\x02\x01\x00\x00")), Code::TrailingOctets);
    let write = |option: RatchetTreeOption| code(option.write(Writer::new()).map(|_| ()));
    assert_eq!(write(RatchetTreeOption::Full(vec![])), Code::Empty);
    assert_eq!(write(RatchetTreeOption::HttpsUri { url: "http://a.example".into(), tree_signature: vec![] }), Code::UriInvalid);
}

proptest! {
    #[test]
    fn options_round_trip(nodes in prop::collection::vec(any::<u8>(), 1..99), tag in prop::collection::vec(any::<u8>(), 0..33), epoch in any::<u64>()) {
        let option = RatchetTreeOption::Full(nodes);
        prop_assert_eq!(tree(&option.write(Writer::new()).unwrap().finish().unwrap()).unwrap(), option);
        let context = [&CONTEXT[..8], &epoch.to_be_bytes(), &CONTEXT[16..]].concat();
        let whole = PartialGroupInfo::of(&group_info()).unwrap().complete(&context, &tag, 1).unwrap();
        let option = GroupInfoOption::Full(Box::new(whole));
        prop_assert_eq!(info(&written(&option)).unwrap(), option);
    }

    #[test]
    fn options_have_one_encoding(octets in prop::collection::vec(any::<u8>(), 0..40), at in any::<prop::sample::Index>(), put in any::<u8>()) {
        let mut changed = [b"\x01", &bare(EXTERNAL_PUB)[..]].concat();
        let at = at.index(changed.len());
        changed[at] = put;
        for octets in [&octets, &changed] {
            if let Ok(read) = info(octets) {
                prop_assert_eq!(&written(&read), octets);
            }
            if let Ok(read) = tree(octets) {
                prop_assert_eq!(&read.write(Writer::new()).unwrap().finish().unwrap(), octets);
            }
        }
    }
}
