use mimicred_error::Report;
use proptest::prelude::*;

use super::*;

/// A PublicMessage by leaf 5 with a proposal: Remove of leaf 2, a signature, a membership tag.
pub(crate) const PROPOSAL: &[u8] =
    b"\x00\x01\x00\x01\x03gid\x00\x00\x00\x00\x00\x00\x00\x07\x01\x00\x00\x00\x05\x02aa\x02\x00\x03\x00\x00\x00\x02\x01s\x01m";
/// The same with an empty commit.
pub(crate) const COMMIT: &[u8] =
    b"\x00\x01\x00\x01\x03gid\x00\x00\x00\x00\x00\x00\x00\x07\x01\x00\x00\x00\x05\x00\x03\x00\x00\x01s\x01t\x01m";
/// A PrivateMessage with application data.
pub(crate) const APPLICATION: &[u8] = b"\x00\x01\x00\x02\x03gid\x00\x00\x00\x00\x00\x00\x00\x07\x01\x02aa\x02sd\x03ct!";

fn code(octets: &[u8]) -> Code {
    MessageView::decode(octets).unwrap_err().code()
}

fn changed(octets: &[u8], at: usize, put: u8) -> Vec<u8> {
    let mut octets = octets.to_vec();
    octets[at] = put;
    octets
}

#[test]
fn what_is_seen_from_outside() {
    for (octets, wire_format, content_type) in [
        (PROPOSAL, MessageView::PUBLIC, ContentType::Proposal),
        (COMMIT, MessageView::PUBLIC, ContentType::Commit),
        (APPLICATION, MessageView::PRIVATE, ContentType::Application),
    ] {
        let message = MessageView::decode(octets).unwrap();
        assert_eq!((message.wire_format(), message.content_type()), (wire_format, Some(content_type)));
        assert_eq!((message.group_id(), message.epoch()), (Some(&b"gid"[..]), Some(7)));
        assert_eq!(message.octets(), octets);
    }
    // Of others, nothing.
    let other = MessageView::decode(b"\x00\x01\xf0\x01???").unwrap();
    assert_eq!((other.wire_format(), other.group_id(), other.epoch(), other.content_type()), (0xf001, None, None, None));
    assert_eq!(format!("{other:?}"), "MessageView(0xf001, 7 octets)");
    let shown = format!("{:?}", MessageView::decode(APPLICATION).unwrap());
    assert_eq!(shown, "MessageView(0x0002, Application of epoch 7, 27 octets)");
}

#[test]
fn malformed_messages() {
    assert_eq!(code(&changed(PROPOSAL, 1, 2)), Code::VersionUnsupported);
    assert_eq!(code(&changed(PROPOSAL, 3, 0)), Code::MessageMalformed);
    // sender_type
    assert_eq!(code(&changed(PROPOSAL, 16, 5)), Code::MessageMalformed);
    assert_eq!(code(&changed(PROPOSAL, 16, 0)), Code::MessageMalformed);
    // content_type: application data is not sent in the clear, and there is no fourth.
    assert_eq!(code(&changed(PROPOSAL, 24, 1)), Code::MessageMalformed);
    assert_eq!(code(&changed(PROPOSAL, 24, 4)), Code::MessageMalformed);
    assert_eq!(code(&changed(APPLICATION, 16, 4)), Code::MessageMalformed);
    assert_eq!(code(&[APPLICATION, &[0]].concat()), Code::TrailingOctets);
    assert!((0..APPLICATION.len()).all(|end| code(&APPLICATION[..end]) == Code::Truncated));
    // A PublicMessage can only be followed as far as its content_type.
    assert!((0..25).all(|end| code(&PROPOSAL[..end]) == Code::Truncated));
}

#[test]
fn every_kind_of_sender() {
    // external: an index; new_member_proposal and new_member_commit: nothing.
    assert!(MessageView::decode(&changed(COMMIT, 16, 2)).is_ok());
    for sender in [3, 4] {
        let octets = [&COMMIT[..16], &[sender], &COMMIT[21..]].concat();
        assert_eq!(MessageView::decode(&octets).unwrap().content_type(), Some(ContentType::Commit));
    }
}

#[test]
fn a_private_message_among_others() {
    let octets = [APPLICATION, b"after"].concat();
    let mut reader = Reader::new(&octets);
    assert_eq!(MessageView::read_private(&mut reader).unwrap(), MessageView::decode(APPLICATION).unwrap());
    assert_eq!(reader.remaining(), b"after");
    let error = MessageView::read_private(&mut Reader::new(PROPOSAL)).unwrap_err();
    assert_eq!((error.code(), error.place()), (Code::MessageMalformed, &At::Offset(0)));
}

proptest! {
    #[test]
    fn never_panics(octets in prop::collection::vec(any::<u8>(), 0..60), wire_format in 0u8..6) {
        if let Ok(read) = MessageView::decode(&octets) {
            prop_assert_eq!(read.octets(), &octets);
        }
        let message = [&[0, 1, 0, wire_format][..], &octets].concat();
        if let Ok(read) = MessageView::decode(&message) {
            prop_assert_eq!(read.octets(), &message);
        }
    }
}
