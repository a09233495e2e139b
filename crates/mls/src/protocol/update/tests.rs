use std::fmt;

use mimicred_error::Report;
use proptest::prelude::*;

use super::super::options::tests::{group_info, group_info_octets};
use super::*;
use crate::message::tests::{APPLICATION, COMMIT, PROPOSAL};
use crate::welcome::tests::MESSAGE as WELCOME;

/// Of a private wire format.
const WRAPPED: &[u8] = b"\x00\x01\xf0\x01wrapped";

fn code<T: fmt::Debug>(result: Result<T, Error>) -> Code {
    result.unwrap_err().code()
}

fn message(octets: &[u8]) -> MessageView {
    MessageView::decode(octets).unwrap()
}

fn halves() -> Vec<Welcome> {
    let welcome = Welcome::decode(WELCOME).unwrap();
    [b"ref1", b"ref2"].into_iter().filter_map(|half| welcome.only(|reference| reference == half)).collect()
}

fn bundle() -> CommitBundle {
    CommitBundle {
        commit: message(COMMIT),
        welcomes: halves(),
        group_info: GroupInfoOption::Full(Box::new(group_info())),
        ratchet_tree: RatchetTreeOption::DistributionService,
    }
}

fn encoded(bundle: CommitBundle) -> Result<Vec<u8>, Error> {
    UpdateRequest::Commit(Box::new(bundle)).encode()
}

#[test]
fn a_commit_has_its_fields_in_order() {
    let octets = encoded(bundle()).unwrap();
    let welcomes = b"\x22\x00\x01\x0b\x04ref1\x02k1\x02c1\x02gi\x00\x01\x0b\x04ref2\x02k2\x02c2\x02gi";
    let by_hand = [b"\x03\x1f", COMMIT, welcomes, b"\x01", &group_info_octets(), b"\x04"].concat();
    assert_eq!(octets, by_hand);
    assert_eq!(UpdateRequest::decode(&octets).unwrap(), UpdateRequest::Commit(Box::new(bundle())));
    let read = |octets: &[u8]| code(UpdateRequest::decode(octets));
    assert!((0..octets.len()).all(|end| read(&octets[..end]) == Code::Truncated));
    assert_eq!(read(&[&octets[..], &[0]].concat()), Code::TrailingOctets);
    assert_eq!(read(&[&[1], &octets[1..]].concat()), Code::ValueUnknown);
    assert_eq!(read(&[&[4], &octets[1..]].concat()), Code::ValueUnknown);
}

#[test]
fn a_commit_may_be_wrapped_and_alone() {
    let bundle = CommitBundle { commit: message(WRAPPED), welcomes: vec![], ..bundle() };
    let octets = encoded(bundle.clone()).unwrap();
    assert!(octets.starts_with(b"\x03\x0b\x00\x01\xf0\x01wrapped\x00\x01"));
    assert_eq!(UpdateRequest::decode(&octets).unwrap(), UpdateRequest::Commit(Box::new(bundle)));
}

#[test]
fn proposals_have_their_fields_in_order() {
    let request = UpdateRequest::Proposals(vec![message(PROPOSAL), message(WRAPPED), message(PROPOSAL)]);
    let octets = [b"\x02\x23", PROPOSAL, b"\x30\x0b", WRAPPED, b"\x23", PROPOSAL].concat();
    assert_eq!(request.encode().unwrap(), octets);
    assert_eq!(UpdateRequest::decode(&octets).unwrap(), request);
    assert!((0..octets.len()).all(|end| code(UpdateRequest::decode(&octets[..end])) == Code::Truncated));
    assert_eq!(code(UpdateRequest::Proposals(vec![]).encode()), Code::Empty);
}

/// By each of the two ways, and for each of the two kinds.
#[test]
fn what_is_sent_is_a_handshake_of_its_kind() {
    let key_package = &b"\x00\x01\x00\x05?"[..];
    for (octets, expected) in [
        (APPLICATION, Code::HandshakePrivate),
        (WELCOME, Code::MessageMalformed),
        (&b"\x00\x01\x00\x04?"[..], Code::MessageMalformed),
        (key_package, Code::MessageMalformed),
        (PROPOSAL, Code::MessageMalformed),
    ] {
        assert_eq!(code(encoded(CommitBundle { commit: message(octets), ..bundle() })), expected);
        let octets = [&[3, octets.len().try_into().unwrap()][..], octets, b"\x00\x02\x00\x00\x00\x04"].concat();
        assert_eq!(code(UpdateRequest::decode(&octets)), expected);
    }
    for (octets, expected) in
        [(APPLICATION, Code::HandshakePrivate), (WELCOME, Code::MessageMalformed), (COMMIT, Code::MessageMalformed)]
    {
        assert_eq!(code(UpdateRequest::Proposals(vec![message(PROPOSAL), message(octets)]).encode()), expected);
        let octets =
            [b"\x02\x0b", WRAPPED, &[u8::try_from(octets.len()).unwrap() + 1, octets.len().try_into().unwrap()], octets].concat();
        let error = UpdateRequest::decode(&octets).unwrap_err();
        assert_eq!((error.code(), error.place()), (expected, &At::Item(1)));
    }
}

#[test]
fn welcomes_are_parts_of_one() {
    let twice = CommitBundle { welcomes: [halves(), halves()].concat(), ..bundle() };
    assert_eq!(code(encoded(twice)), Code::ValueDuplicate);
    let other = Welcome::decode(b"\x00\x01\x00\x03\x00\x01\x0b\x04ref3\x02k2\x02c2\x02gj").unwrap();
    let foreign = CommitBundle { welcomes: [halves(), vec![other]].concat(), ..bundle() };
    let error = encoded(foreign).unwrap_err();
    assert_eq!((error.code(), error.place()), (Code::MessageMalformed, &At::Item(2)));
    let octets = encoded(bundle()).unwrap();
    for (from, to, expected) in [(b"ref2", b"ref1", Code::ValueDuplicate), (b"\x02gi\x01", b"\x02gj\x01", Code::MessageMalformed)]
    {
        let at = octets.windows(4).position(|window| window == from).unwrap();
        assert_eq!(code(UpdateRequest::decode(&[&octets[..at], to, &octets[at + 4..]].concat())), expected);
    }
}

#[test]
fn every_answer_has_its_number() {
    let response = |outcome, description: &str| UpdateResponse { outcome, description: description.into() };
    let invalid =
        |list: &[&[u8]]| UpdateOutcome::InvalidProposal { invalid_proposals: list.iter().map(|it| it.to_vec()).collect() };
    for (response, octets) in [
        (UpdateResponse::success(5), &b"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x05"[..]),
        (response(UpdateOutcome::WrongEpoch { current_epoch: 7 }, "late"), b"\x01\x04late\x00\x00\x00\x00\x00\x00\x00\x07"),
        (response(UpdateOutcome::NotAllowed, "no"), b"\x02\x02no"),
        (response(invalid(&[b"r1", b"r2"]), ""), b"\x03\x00\x06\x02r1\x02r2"),
    ] {
        assert_eq!(response.encode().unwrap(), octets);
        assert_eq!(UpdateResponse::decode(octets).unwrap(), response);
        assert!((0..octets.len()).all(|end| code(UpdateResponse::decode(&octets[..end])) == Code::Truncated));
        assert_eq!(code(UpdateResponse::decode(&[octets, &[0]].concat())), Code::TrailingOctets);
    }
    assert_eq!(code(UpdateResponse::decode(b"\x04\x00")), Code::ValueUnknown);
    assert_eq!(code(UpdateResponse::decode(b"\x03\x00\x00")), Code::Empty);
    assert_eq!(code(response(invalid(&[]), "").encode()), Code::Empty);
    assert_eq!(code(UpdateResponse::decode(b"\x02\x01\x00")), Code::TextInvalid);
    assert_eq!(code(UpdateResponse::decode(b"\x02\x01\xff")), Code::TextInvalid);
    assert_eq!(code(response(UpdateOutcome::NotAllowed, "\0").encode()), Code::TextInvalid);
}

proptest! {
    #[test]
    fn requests_round_trip(proposals in prop::collection::vec(any::<bool>(), 1..5), newcomers in any::<bool>(), tree in prop::collection::vec(any::<u8>(), 1..80)) {
        let welcomes = if newcomers { halves() } else { vec![] };
        let messages = proposals.iter().map(|wrapped| message(if *wrapped { WRAPPED } else { PROPOSAL })).collect();
        let bundle = CommitBundle { welcomes, ratchet_tree: RatchetTreeOption::Full(tree), ..bundle() };
        for request in [UpdateRequest::Proposals(messages), UpdateRequest::Commit(Box::new(bundle))] {
            prop_assert_eq!(UpdateRequest::decode(&request.encode().unwrap()).unwrap(), request);
        }
    }

    #[test]
    fn never_panics_and_has_one_encoding(at in any::<prop::sample::Index>(), taken in 0usize..3, put in prop::collection::vec(any::<u8>(), 0..3)) {
        let proposals = UpdateRequest::Proposals(vec![message(PROPOSAL), message(WRAPPED)]).encode().unwrap();
        for whole in [encoded(bundle()).unwrap(), proposals, b"\x03\x02no\x06\x02r1\x02r2".to_vec()] {
            let mut octets = whole;
            let at = at.index(octets.len());
            let end = (at + taken).min(octets.len());
            octets.splice(at..end, put.clone());
            if let Ok(read) = UpdateRequest::decode(&octets) {
                prop_assert_eq!(&read.encode().unwrap(), &octets);
            }
            if let Ok(read) = UpdateResponse::decode(&octets) {
                prop_assert_eq!(&read.encode().unwrap(), &octets);
            }
        }
    }
}
