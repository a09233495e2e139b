//! The answer, and what is sealed in it.

use mimicred_uri::MimiUri;

use super::super::super::options::RatchetTreeOption;
use super::super::super::options::tests::{group_info, group_info_octets};
use super::super::response::*;
use super::*;
use crate::group_info::GroupInfoView;
use crate::message::MessageView;
use crate::message::tests::{APPLICATION, COMMIT, PROPOSAL};

fn room() -> MimiUri {
    "mimi://h.example/r/x".parse().unwrap()
}

fn content() -> GroupInfoAndTree {
    let pending = |time| PendingProposal { proposal: MessageView::decode(PROPOSAL).unwrap(), hub_accepted_time: time };
    GroupInfoAndTree {
        group_info: group_info(),
        tree: RatchetTreeOption::full(b"\x02\x01\x00").unwrap(),
        pending_proposals: vec![pending(5), pending(6)],
    }
}

struct Scene {
    hub: LeafKey,
    answer_to: GroupInfoKey,
    request: GroupInfoRequest,
}

impl Scene {
    fn new(suite: Suite) -> Self {
        let [key, hub] = [(); 2].map(|()| leaf_key(suite.signature_algorithm()));
        let answer_to = GroupInfoKey::generate(suite, &mut SystemRandom).unwrap();
        let request = GroupInfoRequest::prepare(suite, key.public(), &credential(), &answer_to, b"code").unwrap();
        Self { request: request.sign(&key).unwrap(), hub, answer_to }
    }

    fn prepare(&self, content: &GroupInfoAndTree) -> Result<Prepared<SealedGroupInfo>, Error> {
        SealedGroupInfo::prepare(&self.request, &room(), content, self.hub.public(), &credential(), &mut SystemRandom)
    }

    fn answer(&self) -> SealedGroupInfo {
        self.prepare(&content()).unwrap().sign(&self.hub).unwrap()
    }
}

#[test]
fn what_is_sealed_has_its_fields_in_order() {
    let pending = |time: u8| [&[PROPOSAL.len().try_into().unwrap()][..], PROPOSAL, &[0, 0, 0, 0, 0, 0, 0, time]].concat();
    let octets = [group_info_octets(), b"\x01\x02\x01\x00".to_vec(), vector(&[pending(5), pending(6)].concat())].concat();
    assert_eq!(content().encode().unwrap(), octets);
    assert_eq!(GroupInfoAndTree::decode(&octets).unwrap(), content());
    let read = |octets: &[u8]| code(GroupInfoAndTree::decode(octets));
    assert!((0..octets.len()).all(|end| read(&octets[..end]) == Code::Truncated));
    assert_eq!(read(&[&octets[..], &[0]].concat()), Code::TrailingOctets);
    let shown = format!("{:?}", content());
    let proposal = "MessageView(0x0001, Proposal of epoch 7, 35 octets)";
    assert!(
        shown.starts_with("GroupInfoAndTree { epoch: 7, tree: Full(2 octets), pending_proposals: [PendingProposal {"),
        "{shown}"
    );
    assert!(shown.contains(proposal), "{shown}");
}

#[test]
fn only_proposals_are_pending_and_the_tree_stands_beside() {
    for message in [COMMIT, APPLICATION, &b"\x00\x01\xf0\x01?"[..]] {
        let mut content = content();
        content.pending_proposals[1].proposal = MessageView::decode(message).unwrap();
        assert_eq!(code(content.encode()), Code::MessageMalformed);
        let pending = [vector(message), vec![0; 8]].concat();
        let octets = [group_info_octets(), b"\x04".to_vec(), vector(&pending)].concat();
        assert_eq!(code(GroupInfoAndTree::decode(&octets)), Code::MessageMalformed);
    }
    let with_tree = b"\x00\x01\x00\x01\x03gid\x00\x00\x00\x00\x00\x00\x00\x07\x02th\x02ct\x00\x05\x00\x02\x02\x01t\x03tag\x00\x00\x00\x03\x03sig";
    let content = GroupInfoAndTree { group_info: GroupInfoView::decode(with_tree).unwrap(), ..content() };
    assert_eq!(code(content.encode()), Code::MessageMalformed);
    assert_eq!(code(GroupInfoAndTree::decode(&[&with_tree[..], b"\x04\x00"].concat())), Code::MessageMalformed);
}

/// RFC 9420 5.1.3 by hand: HPKE with the EncryptContext as info and nothing beside it.
#[test]
fn it_is_encrypted_with_label() {
    for suite in Suite::ALL {
        let key = GroupInfoKey::generate(suite, &mut SystemRandom).unwrap();
        let sealed = content().seal(suite, key.public(), &room(), &mut SystemRandom).unwrap();
        let info = b"\x2dMLS 1.0 GroupInfo and ratchet_tree encryption\x14mimi://h.example/r/x";
        let opened = suite.hpke().open(key.secret(), info, b"", &sealed).unwrap();
        assert_eq!(opened, content().encode().unwrap());
        let by_hand = suite.hpke().seal(key.public(), info, b"", &opened, &mut SystemRandom).unwrap();
        assert_eq!(GroupInfoAndTree::open(suite, &key, &room(), &by_hand).unwrap(), content());
    }
}

#[test]
fn it_opens_for_the_requester_and_for_the_room() {
    let suite = Suite::X25519Aes128Ed25519;
    let [key, other] = [(); 2].map(|()| GroupInfoKey::generate(suite, &mut SystemRandom).unwrap());
    let sealed = content().seal(suite, key.public(), &room(), &mut SystemRandom).unwrap();
    let open = |key, room: &str| GroupInfoAndTree::open(suite, key, &room.parse().unwrap(), &sealed);
    open(&key, "mimi://h.example/r/x").unwrap();
    assert_eq!(code(open(&other, "mimi://h.example/r/x")), Code::GroupInfoSealInvalid);
    assert_eq!(code(open(&key, "mimi://h.example/r/y")), Code::GroupInfoSealInvalid);
    assert_eq!(code(content().seal(Suite::P256Aes128P256, key.public(), &room(), &mut SystemRandom)), Code::Crypto);
}

#[test]
fn an_answer_has_its_fields_in_order() {
    for suite in Suite::ALL {
        let scene = Scene::new(suite);
        let answer = scene.answer();
        let octets = GroupInfoResponse::Success(Box::new(answer.clone())).encode().unwrap();
        let [high, low] = suite.number().to_be_bytes();
        let head = [b"\x01\x14mimi://h.example/r/x\x01", &[high, low][..], &vector(scene.hub.public().octets())].concat();
        assert!(octets.starts_with(&[&head[..], b"\x00\x05\x03kbt"].concat()));
        let read = GroupInfoResponse::decode(&octets).unwrap();
        assert_eq!((&read, read.room()), (&GroupInfoResponse::Success(Box::new(answer.clone())), &room()));
        assert_eq!(&answer.verify_signature().unwrap(), scene.hub.public());
        assert_eq!((answer.suite().unwrap(), answer.room(), answer.hub_credential()), (suite, &room(), &credential()));
        assert_eq!(answer.hub_key_octets(), scene.hub.public().octets());
        assert_eq!(answer.open(&room(), &scene.answer_to).unwrap(), content());
        assert_eq!(code(answer.open(&"mimi://h.example/r/y".parse().unwrap(), &scene.answer_to)), Code::GroupInfoSealInvalid);
    }
}

#[test]
fn the_hub_signs_all_of_it() {
    let scene = Scene::new(Suite::X25519Aes128Ed25519);
    let octets = GroupInfoResponse::Success(Box::new(scene.answer())).encode().unwrap();
    let signature = octets.len() - 66;
    let verify = |octets: &[u8]| match GroupInfoResponse::decode(octets).unwrap() {
        GroupInfoResponse::Success(answer) => answer.verify_signature(),
        other => panic!("{other:?}"),
    };
    verify(&octets).unwrap();
    // The last letter of the room, the last octet of the ciphertext, one of the signature.
    for (at, put) in [(21, b'y'), (signature - 1, !octets[signature - 1]), (signature + 9, !octets[signature + 9])] {
        let mut changed = octets.clone();
        changed[at] = put;
        assert_eq!(code(verify(&changed)), Code::ProtocolSignatureInvalid, "{at}");
    }
    let prepared = scene.prepare(&content()).unwrap();
    assert!(prepared.to_be_signed().as_bytes().starts_with(b"\x1cMLS 1.0 GroupInfoResponseTBS"));
    assert_eq!(code(prepared.sign(&leaf_key(Algorithm::Ed25519))), Code::ProtocolSignatureInvalid);
    let p256 = leaf_key(Algorithm::P256);
    let prepared = SealedGroupInfo::prepare(&scene.request, &room(), &content(), p256.public(), &credential(), &mut SystemRandom);
    assert_eq!(code(prepared), Code::SuiteKeyMismatch);
}

#[test]
fn malformed_answers() {
    let octets = GroupInfoResponse::Success(Box::new(Scene::new(Suite::X25519Aes128Ed25519).answer())).encode().unwrap();
    let read = |octets: &[u8]| code(GroupInfoResponse::decode(octets));
    assert!((0..octets.len()).all(|end| read(&octets[..end]) == Code::Truncated));
    assert_eq!(read(&[&octets[..], &[0]].concat()), Code::TrailingOctets);
    for (octets, expected) in [
        (&b"\x00\x14mimi://h.example/r/x\x02"[..], Code::VersionUnsupported),
        (b"\x01\x14mimi://h.example/g/x\x02", Code::UriInvalid),
        (b"\x01\x00\x02", Code::UriInvalid),
        (b"\x01\x14mimi://h.example/r/x\x00", Code::ValueUnknown),
        (b"\x01\x14mimi://h.example/r/x\x04", Code::ValueUnknown),
        (b"\x01\x14mimi://h.example/r/x\x02\x00", Code::TrailingOctets),
    ] {
        assert_eq!(read(octets), expected);
    }
}

#[test]
fn refusals() {
    for (response, octets) in [
        (GroupInfoResponse::NotAuthorized(room()), b"\x01\x14mimi://h.example/r/x\x02"),
        (GroupInfoResponse::NoSuchRoom(room()), b"\x01\x14mimi://h.example/r/x\x03"),
    ] {
        assert_eq!(response.encode().unwrap(), octets);
        assert_eq!(GroupInfoResponse::decode(octets).unwrap(), response);
        assert_eq!(response.room(), &room());
    }
    let elsewhere = GroupInfoResponse::NoSuchRoom("mimi://h.example/g/x".parse().unwrap());
    assert_eq!(code(elsewhere.encode()), Code::UriInvalid);
}

proptest! {
    #[test]
    fn contents_round_trip(nodes in prop::collection::vec(any::<u8>(), 1..80), times in prop::collection::vec(any::<u64>(), 0..4)) {
        let pending = |time: &u64| PendingProposal { proposal: MessageView::decode(PROPOSAL).unwrap(), hub_accepted_time: *time };
        let pending_proposals = times.iter().map(pending).collect();
        let content = GroupInfoAndTree { tree: RatchetTreeOption::Full(nodes), pending_proposals, ..content() };
        prop_assert_eq!(GroupInfoAndTree::decode(&content.encode().unwrap()).unwrap(), content);
    }

    #[test]
    fn never_panics_and_has_one_answer(at in any::<prop::sample::Index>(), taken in 0usize..3, put in prop::collection::vec(any::<u8>(), 0..3)) {
        let answer = b"\x01\x14mimi://h.example/r/x\x01\x00\x01\x03hub\x00\x05\x03kbt\x03enc\x02ct\x01s";
        for whole in [&answer[..], &content().encode().unwrap()] {
            let mut octets = whole.to_vec();
            let at = at.index(octets.len());
            let end = (at + taken).min(octets.len());
            octets.splice(at..end, put.clone());
            if let Ok(read) = GroupInfoResponse::decode(&octets) {
                prop_assert_eq!(&read.encode().unwrap(), &octets);
            }
            if let Ok(read) = GroupInfoAndTree::decode(&octets) {
                prop_assert_eq!(&read.encode().unwrap(), &octets);
            }
        }
    }
}
