use mimicred_flows::record::Message;
use mimicred_mls::protocol::{IdentifierRequest, IdentifierResponse, QueryElement, SearchType, UpdateRequest, UpdateResponse};
use mimicred_mls::{MessageView, protocol::FanoutMessage, protocol::FanoutPart};

use super::*;

fn file(kind: &'static str, body: &[u8]) -> Vec<u8> {
    let mut message = Message::new(65, "Alice's phone", "a.example", kind, body.to_vec()).path("POST /x").room("R1");
    message.number = 7;
    Envelope::of(&message).around(body).unwrap()
}

fn shown(kind: &'static str, body: &[u8]) -> String {
    message(&file(kind, body), 1_790_000_000).map(|picture| picture.text()).unwrap()
}

fn code(kind: &'static str, body: &[u8]) -> &'static str {
    message(&file(kind, body), 1_790_000_000).unwrap_err().shown().code
}

#[test]
fn a_message_says_who_sent_it_and_what_is_in_it() {
    let element = QueryElement { search: SearchType::Email, value: "bob@b.example".to_owned() };
    let request = IdentifierRequest { elements: vec![element], ..IdentifierRequest::default() }.encode().unwrap();
    let text = shown("IdentifierRequest", &request);
    for wanted in ["recorded IdentifierRequest", "Alice's phone", "POST /x", "R1", "17 octets", "email", "bob@b.example"] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    let found = IdentifierResponse::found(vec!["mimi://b.example/u/bob".parse().unwrap()]).encode().unwrap();
    assert!(shown("IdentifierResponse", &found).contains("mimi://b.example/u/bob"));
    let text = shown("UpdateResponse", &UpdateResponse::success(1_790_000_000_000).encode().unwrap());
    assert!(text.contains("success") && text.contains("2026-09-21T14:13:20Z"), "{text}");
    assert!(shown("Kept", b"kept").contains("text    kept"));
    assert!(shown("Closed", b"").contains("body of 0 octets"));
}

#[test]
fn handshakes_stay_closed() {
    let sealed = MessageView::decode(b"\x00\x01\xf0\xd1\x03gid\x00\x00\x00\x00\x00\x00\x00\x07\x01k\x01c").unwrap();
    let text = shown("UpdateRequest", &UpdateRequest::Proposals(vec![sealed.clone()]).encode().unwrap());
    assert!(text.contains("handshake sealed to one key") && text.contains("676964") && text.contains("0xf0d1"), "{text}");
    let event = FanoutMessage { timestamp: 5, message: sealed, part: FanoutPart::Handshake { proposals: Vec::new() } };
    let body = [event.encode().unwrap(), event.encode().unwrap()].concat();
    assert!(shown("FanoutMessage", &body).contains("2 events"));
}

/// Places are those in the file, of which the first line is a part.
#[test]
fn a_body_that_is_cut_off_is_an_error_with_its_place() {
    let body = UpdateResponse::success(5).encode().unwrap();
    let cut = file("UpdateResponse", &body[..4]);
    let failure = message(&cut, 0).unwrap_err().shown();
    assert_eq!(failure.code, "mls/truncated");
    assert!(failure.line.contains(&format!("(at octet {})", cut.len() - 2)), "{}", failure.line);
    assert_eq!(code("UpdateResponse", &[&body[..], b"\x00"].concat()), "mls/trailing-octets");
    for kind in [
        "IdentifierRequest",
        "IdentifierResponse",
        "ConsentEntry",
        "KeyMaterialRequest",
        "KeyMaterialResponse",
        "UpdateRequest",
        "UpdateResponse",
        "SubmitMessageRequest",
        "SubmitMessageResponse",
        "FanoutMessage",
        "GroupInfoRequest",
        "GroupInfoResponse",
        "CreateRoom",
        "KeyPackages",
        "JoinLink",
    ] {
        for body in [&b""[..], b"\xff", b"\x00\x01\x02"] {
            assert!(code(kind, body).starts_with("mls/"), "{kind}");
        }
    }
}

#[test]
fn a_join_link_keeps_its_private_key() {
    let link = JoinLink {
        room_uri: "mimi://hub.example/r/clubhouse".parse().unwrap(),
        seed: [9; 32].into(),
        group_id: vec![1; 16],
        inviter_key_hash: [3; 32],
        policy_hash: None,
        not_after: 1_790_000_060,
    };
    let text = shown("JoinLink", link.to_text().unwrap().as_bytes());
    assert!(text.contains("mimi://hub.example/r/clubhouse") && text.contains("not shown"), "{text}");
    assert!(!text.contains("#jl1") && !text.contains(&"09".repeat(8)), "{text}");
}
