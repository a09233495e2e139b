use std::fmt;

use mimicred_error::Report;
use proptest::prelude::*;

use super::*;
use crate::component::{KEY_PACKAGE_OFFER, UsageKind};
use crate::leaf_node::testing::{Fields, LIFETIME, vector};

fn code<T: fmt::Debug>(result: Result<T, Error>) -> Code {
    result.unwrap_err().code()
}

fn key_package(number: u8) -> Vec<u8> {
    let leaf = Fields { source: LIFETIME.to_vec(), ..Fields::new() }.octets();
    [b"\x00\x01\x00\x01\x01", &[number][..], &leaf, b"\x00\x01s"].concat()
}

fn grant(numbers: &[u8]) -> ConsentOperation {
    let view = |number: &u8| KeyPackageView::decode(&key_package(*number)).unwrap();
    ConsentOperation::Grant { key_packages: numbers.iter().map(view).collect() }
}

fn entry(operation: ConsentOperation) -> ConsentEntry {
    ConsentEntry {
        operation,
        requester: "mimi://a.example/p/alice1".parse().unwrap(),
        target: "mimi://b.example/u/bob".parse().unwrap(),
        room: None,
        extensions: AppDataDictionary::default(),
    }
}

fn usage(any_requester_at_domain: bool) -> AppDataDictionary {
    let usage = ConsentUsage { usages: vec![UsageKind::InitialConnection], any_requester_at_domain };
    AppDataDictionary::from_iter([(CONSENT_USAGE, usage.encode().unwrap())])
}

const URIS: &[u8] = b"\x19mimi://a.example/p/alice1\x16mimi://b.example/u/bob";

#[test]
fn every_operation_has_its_number() {
    let key_packages = vector(&[key_package(1), key_package(2)].concat());
    for (operation, octets) in [
        (ConsentOperation::Cancel, [&b"\x00"[..], URIS, b"\x00\x00"].concat()),
        (ConsentOperation::Request, [b"\x01", URIS, b"\x00\x00"].concat()),
        (grant(&[1, 2]), [b"\x02", URIS, b"\x00", &key_packages, b"\x00"].concat()),
        (grant(&[]), [b"\x02", URIS, b"\x00\x00\x00"].concat()),
        (ConsentOperation::Revoke, [b"\x03", URIS, b"\x00\x00"].concat()),
    ] {
        let entry = entry(operation);
        assert_eq!(entry.encode().unwrap(), octets);
        assert_eq!(ConsentEntry::decode(&octets).unwrap(), entry);
        assert!((0..octets.len()).all(|end| code(ConsentEntry::decode(&octets[..end])) == Code::Truncated));
        assert_eq!(code(ConsentEntry::decode(&[&octets[..], &[0]].concat())), Code::TrailingOctets);
    }
    assert_eq!(code(ConsentEntry::decode(&[b"\x04", URIS, b"\x00\x00"].concat())), Code::ValueUnknown);
}

#[test]
fn room_and_extensions_have_their_place() {
    let room = Some("mimi://h.example/r/x".parse().unwrap());
    let extensions = AppDataDictionary::from_iter([(KEY_PACKAGE_OFFER, b"offer".to_vec())]);
    let entry = ConsentEntry { room, extensions, ..entry(ConsentOperation::Request) };
    let octets = [b"\x01", URIS, b"\x01\x14mimi://h.example/r/x\x08\xd0\x57\x05offer"].concat();
    assert_eq!(entry.encode().unwrap(), octets);
    assert_eq!(ConsentEntry::decode(&octets).unwrap(), entry);
    let shown = format!("{entry:?}");
    assert!(shown.ends_with("extensions: AppDataDictionary{53335: 5} }"), "{shown}");
    let read = |octets: &[u8]| code(ConsentEntry::decode(&[b"\x01", URIS, octets].concat()));
    assert_eq!(read(b"\x02\x00"), Code::FlagInvalid);
    assert_eq!(read(b"\x01\x00\x00"), Code::UriInvalid);
    assert_eq!(read(b"\x01\x14mimi://h.example/g/x\x00"), Code::UriInvalid);
    assert_eq!(read(b"\x00\x06\xd0\x57\x00\xd0\x50\x00"), Code::ComponentOrder);
    assert_eq!(read(b"\x00\x06\xd0\x57\x00\xd0\x57\x00"), Code::ComponentDuplicate);
    assert_eq!(read(b"\x00\x05\xd0\x56\x02\x01\x01"), Code::Truncated);
    let error = ConsentEntry::decode(&[b"\x01", URIS, b"\x00\x06\xd0\x56\x03\x01\x09\x01"].concat()).unwrap_err();
    assert_eq!((error.code(), error.place()), (Code::ValueUnknown, &At::Field("consent_usage".into())));
}

/// mimi-mls 3.6.1: a provider's URI stands for all of its users exactly where the usage says so.
#[test]
fn who_may_be_the_requester() {
    let provider: MimiUri = "mimi://a.example".parse().unwrap();
    let good = ConsentEntry { requester: provider.clone(), extensions: usage(true), ..entry(grant(&[])) };
    assert_eq!(ConsentEntry::decode(&good.encode().unwrap()).unwrap(), good);
    assert_eq!(good.usage().unwrap().map(|usage| usage.any_requester_at_domain), Some(true));
    ConsentEntry { extensions: usage(false), ..entry(grant(&[])) }.encode().unwrap();
    for bad in [
        ConsentEntry { extensions: AppDataDictionary::default(), ..good.clone() },
        ConsentEntry { extensions: usage(false), ..good.clone() },
        ConsentEntry { requester: entry(ConsentOperation::Cancel).requester, ..good.clone() },
        ConsentEntry { requester: "mimi://a.example/d/phone".parse().unwrap(), ..entry(ConsentOperation::Request) },
    ] {
        let error = bad.encode().unwrap_err();
        assert_eq!((error.code(), error.place()), (Code::UriInvalid, &At::Field("requesterUri".into())), "{bad:?}");
    }
    let target = ConsentEntry { target: provider.clone(), ..entry(ConsentOperation::Request) };
    assert_eq!(target.encode().unwrap_err().place(), &At::Field("targetUri".into()));
    let room = ConsentEntry { room: Some(provider), ..entry(ConsentOperation::Request) };
    assert_eq!(room.encode().unwrap_err().place(), &At::Field("roomId".into()));
    assert_eq!(code(ConsentEntry::decode(b"\x01\x10mimi://a.example\x16mimi://b.example/u/bob\x00\x00")), Code::UriInvalid);
}

#[test]
fn a_key_package_is_given_once() {
    let error = entry(grant(&[1, 2, 1])).encode().unwrap_err();
    assert_eq!((error.code(), error.place()), (Code::ValueDuplicate, &At::Item(2)));
    let twice = [b"\x02", URIS, b"\x00", &vector(&key_package(1).repeat(2)), b"\x00"].concat();
    assert_eq!(code(ConsentEntry::decode(&twice)), Code::ValueDuplicate);
}

#[test]
fn a_scope_is_requester_target_and_room() {
    let (asked, revoked) = (entry(ConsentOperation::Request), entry(ConsentOperation::Revoke));
    assert!(asked.has_scope_of(&revoked) && asked.has_scope_of(&ConsentEntry { extensions: usage(false), ..asked.clone() }));
    let room = ConsentEntry { room: Some("mimi://h.example/r/x".parse().unwrap()), ..asked.clone() };
    let target = ConsentEntry { target: "mimi://b.example/u/carol".parse().unwrap(), ..asked.clone() };
    let requester = ConsentEntry { requester: "mimi://a.example/p/alice2".parse().unwrap(), ..asked.clone() };
    assert!([room, target, requester].iter().all(|other| !asked.has_scope_of(other)));
}

proptest! {
    #[test]
    fn entries_round_trip(numbers in prop::collection::btree_set(any::<u8>(), 0..4), name in "[a-z]{1,70}", in_a_room in any::<bool>(), data in prop::collection::vec(any::<u8>(), 0..80)) {
        let numbers: Vec<u8> = numbers.into_iter().collect();
        for operation in [ConsentOperation::Cancel, ConsentOperation::Request, grant(&numbers), ConsentOperation::Revoke] {
            let entry = ConsentEntry {
                target: format!("mimi://b.example/p/{name}").parse().unwrap(),
                room: in_a_room.then(|| "mimi://h.example/r/x".parse().unwrap()),
                extensions: AppDataDictionary::from_iter([(0xd050, data.clone())]),
                ..entry(operation)
            };
            prop_assert_eq!(ConsentEntry::decode(&entry.encode().unwrap()).unwrap(), entry);
        }
    }

    #[test]
    fn never_panics_and_has_one_encoding(at in any::<prop::sample::Index>(), taken in 0usize..3, put in prop::collection::vec(any::<u8>(), 0..3)) {
        let mut octets = ConsentEntry { extensions: usage(false), ..entry(grant(&[1])) }.encode().unwrap();
        let at = at.index(octets.len());
        let end = (at + taken).min(octets.len());
        octets.splice(at..end, put);
        if let Ok(read) = ConsentEntry::decode(&octets) {
            prop_assert_eq!(read.encode().unwrap(), octets);
        }
    }
}
