mod links;
mod room_policy;
mod usage;

use proptest::prelude::*;

use super::*;
use crate::error::Code;

fn participant(user: &str, role_index: u32) -> Participant {
    Participant { user: format!("mimi://a.example/p/{user}").parse().unwrap(), role_index }
}

fn list(users: &[(&str, u32)]) -> ParticipantList {
    ParticipantList::new(users.iter().map(|(user, role)| participant(user, *role)).collect()).unwrap()
}

#[test]
fn app_components_are_listed_once() {
    assert_eq!(AppComponents::decode(b"\x04\xd0\x50\x00\x22").unwrap(), AppComponents::from_iter([0x22, 0xd050]));
    assert_eq!(AppComponents::decode(b"\x04\x00\x22\x00\x22").unwrap_err().code(), Code::ComponentDuplicate);
    assert_eq!(AppComponents::decode(b"\x03\x00\x22\x00").unwrap_err().code(), Code::Truncated);
    assert_eq!(AppComponents::decode(b"\x00\x00").unwrap_err().code(), Code::TrailingOctets);
    let required = AppComponents::from_iter([0x22, 0xd050]);
    assert_eq!(required.first_missing_in(&AppComponents::from_iter([0x22, 0x23])), Some(0xd050));
    assert_eq!(required.first_missing_in(&AppComponents::from_iter([0x22, 0x23, 0xd050])), None);
}

#[test]
fn room_metadata_has_its_fields_in_order() {
    let mut room = RoomMetadata::new("mimi://a.example/r/x".parse().unwrap());
    room.room_name = "N".into();
    room.room_descriptions =
        vec![RichDescription { media_type: "t/p".into(), language_tag: "de".into(), content: b"D".to_vec() }];
    room.room_avatar = "https://a".into();
    room.room_subject = "S".into();
    room.room_mood = "M".into();
    let octets = room.encode().unwrap();
    assert_eq!(octets, b"\x14mimi://a.example/r/x\x01N\x09\x03t/p\x02de\x01D\x09https://a\x01S\x01M");
    assert_eq!(RoomMetadata::decode(&octets).unwrap(), room);
}

#[test]
fn malformed_room_metadata() {
    let code = |octets: &[u8]| RoomMetadata::decode(octets).unwrap_err().code();
    assert_eq!(code(b"\x14mimi://A.example/r/x\x00\x00\x00\x00\x00"), Code::UriInvalid);
    assert_eq!(code(b"\x00\x00\x00\x00\x00\x00"), Code::UriInvalid);
    assert_eq!(code(b"\x14mimi://a.example/r/x\x01\x00\x00\x00\x00\x00"), Code::TextInvalid);
    assert_eq!(code(b"\x14mimi://a.example/r/x\x01\xff\x00\x00\x00\x00"), Code::TextInvalid);
    assert_eq!(code(b"\x14mimi://a.example/r/x\x00\x00\x00\x00"), Code::Truncated);
    assert_eq!(code(b"\x14mimi://a.example/r/x\x00\x00\x00\x00\x00\x00"), Code::TrailingOctets);
    assert_eq!(code(b"\x40\x14mimi://a.example/r/x\x00\x00\x00\x00\x00"), Code::LengthNotMinimal);
}

#[test]
fn participants_are_listed_once() {
    let octets = b"\x36\x16mimi://a.example/p/one\x00\x00\x00\x02\x16mimi://a.example/p/two\x00\x00\x00\x03";
    let read = ParticipantList::decode(octets).unwrap();
    assert_eq!(read, list(&[("one", 2), ("two", 3)]));
    assert_eq!(read.encode().unwrap(), octets);
    assert_eq!(read.role_of(&participant("two", 0).user), Some(3));
    assert_eq!(read.index_of(&participant("two", 0).user), Some(1));
    assert_eq!(read.role_of(&participant("three", 0).user), None);
    let twice = ParticipantList::new(vec![participant("one", 2), participant("one", 3)]);
    assert_eq!(twice.unwrap_err().code(), Code::ParticipantDuplicate);
}

#[test]
fn an_update_changes_then_removes_then_appends() {
    let before = list(&[("one", 2), ("two", 2), ("three", 2)]);
    let update = ParticipantListUpdate { changed_roles: vec![(2, 5)], removed: vec![0], added: vec![participant("four", 3)] };
    assert_eq!(ParticipantListUpdate::decode(&update.encode().unwrap()).unwrap(), update);
    assert_eq!(before.updated(&update).unwrap(), list(&[("two", 2), ("three", 5), ("four", 3)]));
    assert_eq!(before.updated(&ParticipantListUpdate::default()).unwrap(), before);
}

#[test]
fn an_update_must_fit() {
    let before = list(&[("one", 2), ("two", 2)]);
    let refused = [
        ParticipantListUpdate { changed_roles: vec![(2, 5)], ..Default::default() },
        ParticipantListUpdate { removed: vec![u32::MAX], ..Default::default() },
        ParticipantListUpdate { removed: vec![1, 1], ..Default::default() },
        ParticipantListUpdate { changed_roles: vec![(0, 5)], removed: vec![0], ..Default::default() },
        ParticipantListUpdate { added: vec![participant("two", 3)], ..Default::default() },
        ParticipantListUpdate { removed: vec![1], added: vec![participant("two", 3)], ..Default::default() },
        ParticipantListUpdate { added: vec![participant("new", 3), participant("new", 3)], ..Default::default() },
    ];
    for update in refused {
        assert_eq!(before.updated(&update).unwrap_err().code(), Code::ParticipantUpdateInvalid, "{update:?}");
    }
}

proptest! {
    #[test]
    fn components_never_panic_and_have_one_encoding(octets in prop::collection::vec(any::<u8>(), 0..80)) {
        if let Ok(room) = RoomMetadata::decode(&octets) {
            prop_assert_eq!(room.encode().unwrap(), octets.clone());
        }
        if let Ok(list) = ParticipantList::decode(&octets) {
            prop_assert_eq!(list.encode().unwrap(), octets.clone());
        }
        if let Ok(update) = ParticipantListUpdate::decode(&octets) {
            prop_assert_eq!(update.encode().unwrap(), octets.clone());
        }
        let _ = AppComponents::decode(&octets);
    }

    #[test]
    fn participants_round_trip(users in prop::collection::btree_map("[a-z]{1,80}", any::<u32>(), 0..6)) {
        let list = ParticipantList::new(users.iter().map(|(user, role)| participant(user, *role)).collect()).unwrap();
        prop_assert_eq!(ParticipantList::decode(&list.encode().unwrap()).unwrap(), list);
    }
}
