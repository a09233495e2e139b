use std::fmt;

use proptest::prelude::*;

use super::*;
use crate::message::tests::{APPLICATION, PROPOSAL};

fn code<T: fmt::Debug>(result: Result<T, Error>) -> Code {
    result.unwrap_err().code()
}

fn request() -> SubmitMessageRequest {
    SubmitMessageRequest {
        message: MessageView::decode(APPLICATION).unwrap(),
        sending_user: "mimi://a.example/p/alice1".parse().unwrap(),
    }
}

fn frank() -> Frank {
    Frank { server_frank: [7; 32], cipher_suite: 1, integrity_signature: b"sig".to_vec() }
}

#[test]
fn a_request_has_its_fields_in_order() {
    let octets = [b"\x01", APPLICATION, b"\x19mimi://a.example/p/alice1"].concat();
    assert_eq!(request().encode().unwrap(), octets);
    assert_eq!(SubmitMessageRequest::decode(&octets).unwrap(), request());
    let read = |octets: &[u8]| code(SubmitMessageRequest::decode(octets));
    assert!((0..octets.len()).all(|end| read(&octets[..end]) == Code::Truncated));
    assert_eq!(read(&[&octets[..], &[0]].concat()), Code::TrailingOctets);
    assert_eq!(read(&[&[0], &octets[1..]].concat()), Code::VersionUnsupported);
    assert_eq!(read(&[b"\x01", PROPOSAL, b"\x19mimi://a.example/p/alice1"].concat()), Code::MessageMalformed);
    // A commit in a PrivateMessage.
    let mut commit = octets.clone();
    commit[1 + 16] = 3;
    assert_eq!(read(&commit), Code::MessageMalformed);
    assert_eq!(read(&[b"\x01", APPLICATION, b"\x19mimi://a.example/d/alice1"].concat()), Code::UriInvalid);
}

#[test]
fn what_could_not_be_read_is_not_written() {
    let proposal = MessageView::decode(PROPOSAL).unwrap();
    assert_eq!(code(SubmitMessageRequest { message: proposal, ..request() }.encode()), Code::MessageMalformed);
    let client = "mimi://a.example/d/alice1".parse().unwrap();
    assert_eq!(code(SubmitMessageRequest { sending_user: client, ..request() }.encode()), Code::UriInvalid);
}

#[test]
fn every_answer_has_its_number() {
    let franked = [&b"\x01\x00\x00\x00\x00\x00\x00\x00\x00\x05\x01"[..], &[7; 32], b"\x00\x01\x03sig"].concat();
    for (response, octets) in [
        (SubmitMessageResponse::Accepted { accepted_timestamp: 5, frank: Some(frank()) }, &franked[..]),
        (SubmitMessageResponse::Accepted { accepted_timestamp: 5, frank: None }, b"\x01\x00\x00\x00\x00\x00\x00\x00\x00\x05\x00"),
        (SubmitMessageResponse::NotAllowed, b"\x01\x01"),
        (SubmitMessageResponse::EpochTooOld { current_epoch: 7 }, b"\x01\x02\x00\x00\x00\x00\x00\x00\x00\x07"),
    ] {
        assert_eq!(response.encode().unwrap(), octets);
        assert_eq!(SubmitMessageResponse::decode(octets).unwrap(), response);
        assert!((0..octets.len()).all(|end| code(SubmitMessageResponse::decode(&octets[..end])) == Code::Truncated));
        assert_eq!(code(SubmitMessageResponse::decode(&[octets, &[0]].concat())), Code::TrailingOctets);
    }
    assert_eq!(format!("{:?}", frank()), "Frank(suite 0x0001)");
    assert_eq!(code(SubmitMessageResponse::decode(b"\x01\x03")), Code::ValueUnknown);
    assert_eq!(code(SubmitMessageResponse::decode(b"\x02\x01")), Code::VersionUnsupported);
    assert_eq!(code(SubmitMessageResponse::decode(b"\x01\x00\x00\x00\x00\x00\x00\x00\x00\x05\x02")), Code::FlagInvalid);
}

proptest! {
    #[test]
    fn messages_round_trip(name in "[a-z]{1,70}", accepted_timestamp in any::<u64>(), franked in any::<Option<([u8; 32], u16)>>(), signature in prop::collection::vec(any::<u8>(), 0..72)) {
        let request = SubmitMessageRequest { sending_user: format!("mimi://a.example/u/{name}").parse().unwrap(), ..request() };
        prop_assert_eq!(SubmitMessageRequest::decode(&request.encode().unwrap()).unwrap(), request);
        let frank = franked.map(|(server_frank, cipher_suite)| Frank { server_frank, cipher_suite, integrity_signature: signature });
        let response = SubmitMessageResponse::Accepted { accepted_timestamp, frank };
        prop_assert_eq!(SubmitMessageResponse::decode(&response.encode().unwrap()).unwrap(), response);
    }

    #[test]
    fn never_panics_and_has_one_encoding(at in any::<prop::sample::Index>(), taken in 0usize..3, put in prop::collection::vec(any::<u8>(), 0..3)) {
        let response = SubmitMessageResponse::Accepted { accepted_timestamp: 5, frank: Some(frank()) };
        for whole in [request().encode().unwrap(), response.encode().unwrap()] {
            let mut octets = whole;
            let at = at.index(octets.len());
            let end = (at + taken).min(octets.len());
            octets.splice(at..end, put.clone());
            if let Ok(read) = SubmitMessageRequest::decode(&octets) {
                prop_assert_eq!(&read.encode().unwrap(), &octets);
            }
            if let Ok(read) = SubmitMessageResponse::decode(&octets) {
                prop_assert_eq!(&read.encode().unwrap(), &octets);
            }
        }
    }
}
