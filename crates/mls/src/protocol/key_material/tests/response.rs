//! Answers with KeyPackages made by hand.

use mimicred_error::At;

use super::super::response::*;
use super::*;
use crate::key_package::KeyPackageView;
use crate::leaf_node::Capabilities;
use crate::leaf_node::testing::{CAPABILITIES, Fields, LIFETIME};
use crate::tls::Reader;

fn key_package(number: u8) -> Vec<u8> {
    let leaf = Fields { source: LIFETIME.to_vec(), ..Fields::new() }.octets();
    [b"\x00\x01\x00\x01\x01", &[number][..], &leaf, b"\x00\x01s"].concat()
}

fn view(number: u8) -> ClientMaterial {
    ClientMaterial::KeyPackage(Box::new(KeyPackageView::decode(&key_package(number)).unwrap()))
}

fn client(name: &str, material: ClientMaterial) -> ClientKeyMaterial {
    ClientKeyMaterial { client: format!("mimi://b.example/d/{name}").parse().unwrap(), material }
}

fn capabilities() -> Capabilities {
    Capabilities::read(&mut Reader::new(CAPABILITIES)).unwrap()
}

fn response(user_status: UserStatus, clients: Vec<ClientKeyMaterial>) -> KeyMaterialResponse {
    KeyMaterialResponse { user_status, user: "mimi://b.example/u/bob".parse().unwrap(), clients }
}

fn decode(octets: &[u8]) -> Code {
    code(KeyMaterialResponse::decode(octets))
}

#[test]
fn one_of_each_kind() {
    let clients = vec![
        client("one", view(1)),
        client("two", ClientMaterial::Exhausted),
        client("three", ClientMaterial::NothingCompatible(Some(capabilities()))),
        client("four", ClientMaterial::NothingCompatible(None)),
    ];
    let response = response(UserStatus::PartialSuccess, clients);
    let inner = [
        &b"\x00\x16mimi://b.example/d/one"[..],
        &key_package(1),
        b"\x01\x16mimi://b.example/d/two\x02\x18mimi://b.example/d/three\x01",
        CAPABILITIES,
        b"\x02\x17mimi://b.example/d/four\x00",
    ]
    .concat();
    let octets = [&b"\x01\x01\x16mimi://b.example/u/bob"[..], &vector(&inner)].concat();
    assert_eq!(response.encode().unwrap(), octets);
    assert_eq!(KeyMaterialResponse::decode(&octets).unwrap(), response);
    assert_eq!(response.key_packages().map(KeyPackageView::init_key).collect::<Vec<_>>(), [[1]]);
    assert!((0..octets.len()).all(|end| decode(&octets[..end]) == Code::Truncated));
    assert_eq!(decode(&[&octets[..], &[0]].concat()), Code::TrailingOctets);
    let with = |from: &[u8], to: &[u8]| {
        let at = octets.windows(from.len()).position(|window| window == from).unwrap();
        [&octets[..at], to, &octets[at + from.len()..]].concat()
    };
    assert_eq!(decode(&with(b"\x01\x01\x16", b"\x00\x01\x16")), Code::VersionUnsupported);
    assert_eq!(decode(&with(b"\x01\x01\x16", b"\x01\x08\x16")), Code::ValueUnknown);
    assert_eq!(decode(&with(b"\x01\x16mimi://b.example/d", b"\x03\x16mimi://b.example/d")), Code::ValueUnknown);
    assert_eq!(decode(&with(b"/u/bob", b"/d/bob")), Code::UriInvalid);
    assert_eq!(decode(&with(b"/d/two", b"/u/two")), Code::UriInvalid);
    assert_eq!(decode(&with(b"/d/two", b"/d/one")), Code::ValueDuplicate);
}

/// The numbers of the draft, each alone.
#[test]
fn every_status_has_its_number() {
    for number in [2, 3, 4, 5, 6, 7] {
        let octets = [b"\x01", &[number][..], b"\x16mimi://b.example/u/bob\x00"].concat();
        let read = KeyMaterialResponse::decode(&octets).unwrap();
        assert_eq!((read.user_status.number(), read.encode().unwrap()), (number, octets));
    }
}

#[test]
fn clients_fit_the_status() {
    let (with, without) = (|| client("one", view(1)), || client("two", ClientMaterial::Exhausted));
    let good = [
        response(UserStatus::Success, vec![with()]),
        response(UserStatus::PartialSuccess, vec![with()]),
        response(UserStatus::PartialSuccess, vec![without(), with()]),
        response(UserStatus::NoCompatibleMaterial, vec![]),
        response(UserStatus::NoCompatibleMaterial, vec![without()]),
    ];
    for response in good {
        assert_eq!(KeyMaterialResponse::decode(&response.encode().unwrap()).unwrap(), response);
    }
    let bad = [
        (UserStatus::Success, vec![]),
        (UserStatus::Success, vec![with(), without()]),
        (UserStatus::PartialSuccess, vec![without()]),
        (UserStatus::NoCompatibleMaterial, vec![with()]),
        (UserStatus::NoConsent, vec![without()]),
        (UserStatus::UserUnknown, vec![with()]),
    ];
    for (status, clients) in bad {
        let response = response(status, clients);
        let error = response.encode().unwrap_err();
        assert_eq!((error.code(), error.place()), (Code::StatusContent, &At::Field("clients".into())), "{response:?}");
    }
    assert_eq!(decode(b"\x01\x05\x16mimi://b.example/u/bob\x18\x01\x16mimi://b.example/d/two"), Code::StatusContent);
    assert_eq!(decode(b"\x01\x00\x16mimi://b.example/u/bob\x00"), Code::StatusContent);
}

#[test]
fn what_could_not_be_read_is_not_written() {
    let mut twice = response(UserStatus::Success, vec![client("one", view(1)), client("one", view(2))]);
    assert_eq!(code(twice.encode()), Code::ValueDuplicate);
    twice.clients.pop();
    twice.clients[0].client = "mimi://b.example/u/one".parse().unwrap();
    assert_eq!(code(twice.encode()), Code::UriInvalid);
    let failure = KeyMaterialResponse::failure(UserStatus::NoConsent, "mimi://b.example/r/room".parse().unwrap());
    assert_eq!(code(failure.encode()), Code::UriInvalid);
}

proptest! {
    #[test]
    fn responses_round_trip(names in prop::collection::btree_set("[a-z]{1,70}", 1..5), kinds in any::<[u8; 4]>()) {
        let material = |kind: u8| match kind % 4 {
            0 => view(kind),
            1 => ClientMaterial::Exhausted,
            2 => ClientMaterial::NothingCompatible(None),
            _ => ClientMaterial::NothingCompatible(Some(capabilities())),
        };
        let clients: Vec<_> = names.iter().zip(kinds).map(|(name, kind)| client(name, material(kind))).collect();
        let some = clients.iter().any(|client| client.key_package().is_some());
        let response = response(if some { UserStatus::PartialSuccess } else { UserStatus::NoCompatibleMaterial }, clients);
        prop_assert_eq!(KeyMaterialResponse::decode(&response.encode().unwrap()).unwrap(), response);
    }

    #[test]
    fn never_panics_and_has_one_response(at in any::<prop::sample::Index>(), put in any::<u8>()) {
        let mut octets = response(UserStatus::PartialSuccess, vec![client("one", view(1)), client("two", ClientMaterial::Exhausted)]).encode().unwrap();
        let at = at.index(octets.len());
        octets[at] = put;
        if let Ok(read) = KeyMaterialResponse::decode(&octets) {
            prop_assert_eq!(read.encode().unwrap(), octets);
        }
    }
}
