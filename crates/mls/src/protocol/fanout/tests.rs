use std::fmt;

use mimicred_error::Report;
use proptest::prelude::*;

use super::*;
use crate::message::tests::{APPLICATION, COMMIT, PROPOSAL};
use crate::welcome::tests::MESSAGE as WELCOME;

const WRAPPED: &[u8] = b"\x00\x01\xf0\x01wrapped";
const TIME: &[u8] = b"\x00\x00\x00\x00\x00\x00\x00\x05";

fn code<T: fmt::Debug>(result: Result<T, Error>) -> Code {
    result.unwrap_err().code()
}

fn message(octets: &[u8]) -> MessageView {
    MessageView::decode(octets).unwrap()
}

fn event(octets: &[u8], part: FanoutPart) -> FanoutMessage {
    FanoutMessage { timestamp: 5, message: message(octets), part }
}

fn handshake(octets: &[u8], proposals: &[&[u8]]) -> FanoutMessage {
    event(octets, FanoutPart::Handshake { proposals: proposals.iter().map(|it| message(it)).collect() })
}

/// One of each kind, with its octets.
fn events() -> Vec<(FanoutMessage, Vec<u8>)> {
    let frank = Frank { server_frank: [7; 32], cipher_suite: 1, integrity_signature: b"sig".to_vec() };
    let mark = [&[1][..], &[7; 32], b"\x00\x01\x03sig"].concat();
    let tree = RatchetTreeOption::full(b"\x01n").unwrap();
    vec![
        (event(APPLICATION, FanoutPart::Application { frank: Some(frank) }), [TIME, b"\x1b", APPLICATION, &mark].concat()),
        (event(APPLICATION, FanoutPart::Application { frank: None }), [TIME, b"\x1b", APPLICATION, b"\x00"].concat()),
        (event(WELCOME, FanoutPart::Welcome { ratchet_tree: tree }), [TIME, b"\x20", WELCOME, b"\x01\x01n"].concat()),
        (handshake(PROPOSAL, &[WRAPPED]), [TIME, b"\x23", PROPOSAL, b"\x0c\x0b", WRAPPED].concat()),
        (handshake(COMMIT, &[PROPOSAL]), [TIME, b"\x1f", COMMIT, b"\x24\x23", PROPOSAL].concat()),
        (handshake(WRAPPED, &[]), [TIME, b"\x0b", WRAPPED, b"\x00"].concat()),
    ]
}

#[test]
fn fields_are_in_order() {
    for (event, octets) in events() {
        assert_eq!(event.encode().unwrap(), octets);
        assert_eq!(FanoutMessage::decode(&octets).unwrap(), event);
        assert!((0..octets.len()).all(|end| code(FanoutMessage::decode(&octets[..end])) == Code::Truncated));
        assert_eq!(code(FanoutMessage::decode(&[&octets[..], &[0]].concat())), Code::TrailingOctets);
        assert!(!format!("{event:?}").contains("119, 114, 97, 112"));
    }
}

#[test]
fn several_events_in_one_request() {
    let (all, octets): (Vec<_>, Vec<_>) = events().into_iter().unzip();
    assert_eq!(FanoutMessage::decode_all(&octets.concat()).unwrap(), all);
    assert_eq!(code(FanoutMessage::decode_all(b"")), Code::Empty);
    assert_eq!(code(FanoutMessage::decode_all(&[&octets.concat()[..], &[0]].concat())), Code::Truncated);
    assert_eq!(code(FanoutMessage::decode_all(&octets[5].repeat(MAX_EVENTS + 1))), Code::Limit);
}

#[test]
fn what_is_not_fanned_out() {
    let mut private_commit = APPLICATION.to_vec();
    private_commit[16] = 3;
    for (octets, expected) in [
        (&private_commit[..], Code::HandshakePrivate),
        (b"\x00\x01\x00\x04?", Code::MessageMalformed),
        (b"\x00\x01\x00\x05?", Code::MessageMalformed),
        // A Welcome for nobody.
        (b"\x00\x01\x00\x03\x00\x01\x00\x00", Code::Empty),
    ] {
        let whole = [TIME, &[octets.len().try_into().unwrap()], octets, b"\x00"].concat();
        let error = FanoutMessage::decode(&whole).unwrap_err();
        assert_eq!((error.code(), error.place()), (expected, &At::Offset(8)), "{octets:?}");
    }
    let stapled = [TIME, b"\x1f", COMMIT, b"\x20\x1f", COMMIT].concat();
    assert_eq!(code(FanoutMessage::decode(&stapled)), Code::MessageMalformed);
}

#[test]
fn every_message_has_its_own_part() {
    let application = FanoutPart::Application { frank: None };
    let welcome = FanoutPart::Welcome { ratchet_tree: RatchetTreeOption::DistributionService };
    assert_eq!(code(event(COMMIT, application.clone()).encode()), Code::MessageMalformed);
    assert_eq!(code(event(WRAPPED, application).encode()), Code::MessageMalformed);
    assert_eq!(code(event(COMMIT, welcome).encode()), Code::MessageMalformed);
    assert_eq!(code(handshake(APPLICATION, &[]).encode()), Code::HandshakePrivate);
    assert_eq!(code(handshake(WELCOME, &[]).encode()), Code::MessageMalformed);
    assert_eq!(code(handshake(COMMIT, &[COMMIT]).encode()), Code::MessageMalformed);
}

proptest! {
    #[test]
    fn events_round_trip(timestamp in any::<u64>(), which in 0usize..6) {
        let event = FanoutMessage { timestamp, ..events()[which].0.clone() };
        prop_assert_eq!(FanoutMessage::decode(&event.encode().unwrap()).unwrap(), event);
    }

    #[test]
    fn never_panics_and_has_one_encoding(which in 0usize..6, at in any::<prop::sample::Index>(), taken in 0usize..3, put in prop::collection::vec(any::<u8>(), 0..3)) {
        let mut octets = events()[which].1.clone();
        let at = at.index(octets.len());
        let end = (at + taken).min(octets.len());
        octets.splice(at..end, put);
        if let Ok(read) = FanoutMessage::decode(&octets) {
            prop_assert_eq!(read.encode().unwrap(), octets);
        }
    }
}
