//! Steps 8 and 9: whom a presentation is about, and status.

use std::sync::atomic::{AtomicUsize, Ordering};

use mimicred_claims::{Map, Selection, Value};

use super::pipeline::{assert_step, scene};
use crate::policy::DisclosureFormat;
use crate::testing::*;
use crate::{Reveal, Status, StatusLists, VerdictCode};

/// Step 8: whom the presentation may be about.
#[test]
fn the_subject_is_the_sender_or_her_real_self() {
    let cases = [
        ("mimi://a.example/u/alice", VerdictCode::Ok),
        ("mimi://a.example/p/person2", VerdictCode::Ok),
        ("mimi://a.example/d/anyclient", VerdictCode::Ok),
        ("4711", VerdictCode::Ok),
        ("mimi://a.example/p/person3", VerdictCode::SubjectMismatch),
        ("mimi://b.example/u/alice", VerdictCode::SubjectMismatch),
    ];
    for (sub, code) in cases {
        for format in [DisclosureFormat::SdJwtKb, DisclosureFormat::SdKbt] {
            let (provider, person, mut world) = scene();
            let mut said = alice();
            said[0].1 = Value::from(sub);
            let owned = identity(format, &provider, person.key.public(), &said, NOW + YEAR);
            let verdict = world.receive(0, &bundle(world.context(0), &owned, &Selection::All, &person.key));
            if code == VerdictCode::Ok {
                assert_eq!(verdict.code, code, "{sub} {verdict}");
            } else {
                assert_step(&verdict, 8, code);
            }
        }
    }
}

/// An issuer that both let speak for another host may name somebody there.
#[test]
fn another_host_is_fine_where_the_issuer_has_it_too() {
    let (provider, person, _) = scene();
    let mut wanted = policy(&[(&provider, "a.example")]);
    wanted.trusted_issuers[0].subject_domains.push("b.example".to_owned());
    let mut world = World::new(&wanted, vec![provider.trusted_for(&["a.example", "b.example"])], &[&person]);
    let mut said = alice();
    said[0].1 = Value::from("mimi://b.example/u/alice");
    let owned = identity(DisclosureFormat::SdJwtKb, &provider, person.key.public(), &said, NOW + YEAR);
    let verdict = world.receive(0, &bundle(world.context(0), &owned, &Selection::All, &person.key));
    assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
}

/// The issuer's list, in which all tokens have one status.
const LIST: &str = "https://id.a.example/status/1";

/// A `status` claim that points into it.
fn status(idx: i128) -> Value<'static> {
    let map = |entries: Vec<(&'static str, Value<'static>)>| {
        Value::Map(Map::from_entries(entries.into_iter().map(|(key, value)| (key.into(), value)).collect()).unwrap())
    };
    map(vec![("status_list", map(vec![("idx", Value::Int(idx)), ("uri", Value::from(LIST))]))])
}

struct Lists(Option<Status>);

impl StatusLists for Lists {
    fn status(&self, uri: &str, index: u64, _at: i64) -> Option<Status> {
        assert_eq!((uri, index), (LIST, 7));
        self.0
    }
}

/// Step 9: a token with a status needs a pinned list that says it is valid.
#[test]
fn status_is_asked_of_pinned_lists_only() {
    for format in [DisclosureFormat::SdJwtKb, DisclosureFormat::SdKbt] {
        let cases = [
            (7, true, Some(Status::Valid), VerdictCode::Ok),
            (7, true, Some(Status::Revoked), VerdictCode::Revoked),
            (7, true, Some(Status::Suspended), VerdictCode::Revoked),
            (7, true, None, VerdictCode::StatusUntrusted),
            (7, false, Some(Status::Valid), VerdictCode::StatusUntrusted),
            (-1, true, Some(Status::Valid), VerdictCode::StatusUntrusted),
        ];
        for (index, pinned, says, code) in cases {
            let provider = Provider::new("a.example", 1);
            let person = Person::new(&provider, 2);
            let mut trusted = provider.trusted_for(&["a.example"]);
            trusted.status_lists.extend(pinned.then(|| LIST.to_owned()));
            let mut world = World::new(&policy(&[(&provider, "a.example")]), vec![trusted], &[&person]);
            let mut said = alice();
            said.push(("status", status(index)));
            let owned = identity(format, &provider, person.key.public(), &said, NOW + YEAR);
            let octets = bundle(world.context(0), &owned, &Selection::All, &person.key).encode().unwrap();
            let verdict = world.judge(0, 7, Reveal::Bundle(&octets), None, &Lists(says));
            if code == VerdictCode::Ok {
                assert_eq!(verdict.code, code, "{verdict}");
            } else {
                assert_step(&verdict, 9, code);
            }
        }
    }
}

/// Lists that count how often they are asked.
struct Counting(AtomicUsize);

impl StatusLists for Counting {
    fn status(&self, _uri: &str, _index: u64, _at: i64) -> Option<Status> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Some(Status::Valid)
    }
}

/// JWT-S-001, CWT-S-001: a token that is good otherwise is asked about, once; of one that somebody else signed nobody asks. JWT-S-010:
/// nor of one that is over, and VALID would not help it. (The Holder of an SD-CWT binds none that is over.)
#[test]
fn a_token_that_fails_is_not_asked_about() {
    for format in [DisclosureFormat::SdJwtKb, DisclosureFormat::SdKbt] {
        let (provider, forger) = (Provider::new("a.example", 1), Provider::new("a.example", 66));
        let person = Person::new(&provider, 2);
        let mut trusted = provider.trusted_for(&["a.example"]);
        trusted.status_lists.push(LIST.to_owned());
        let mut said = alice();
        said.push(("status", status(7)));
        let judged = |issuer: &Provider, expires: i64| {
            let mut world = World::new(&policy(&[(&provider, "a.example")]), vec![trusted.clone()], &[&person]);
            let owned = identity(format, issuer, person.key.public(), &said, expires);
            let octets = bundle(world.context(0), &owned, &Selection::All, &person.key).encode().unwrap();
            let lists = Counting(AtomicUsize::new(0));
            let verdict = world.judge(0, 7, Reveal::Bundle(&octets), None, &lists);
            (verdict.code, lists.0.load(Ordering::Relaxed))
        };
        assert_eq!(judged(&provider, NOW + YEAR), (VerdictCode::Ok, 1), "{format:?}");
        assert_eq!(judged(&forger, NOW + YEAR), (VerdictCode::IssuerSignatureInvalid, 0), "{format:?}");
        if format == DisclosureFormat::SdJwtKb {
            assert_eq!(judged(&provider, NOW - 10), (VerdictCode::Expired, 0));
        }
    }
}

/// What is dropped at step 9 meets no rule, but does not spoil what others show.
#[test]
fn the_rest_is_evaluated_without_what_was_dropped() {
    let (provider, person, mut world) = scene();
    let mut said = alice();
    said.push(("status", Value::from("unreadable")));
    let revocable = identity(DisclosureFormat::SdJwtKb, &provider, person.key.public(), &said, NOW + YEAR);
    let plain = identity(DisclosureFormat::SdKbt, &provider, person.key.public(), &alice(), NOW + YEAR);
    let mut prepared = crate::PreparedBundle::new(world.context(0));
    prepared.add(revocable.holding(), &select(DisclosureFormat::SdJwtKb, &["name", "email"]), NOW).unwrap();
    prepared.add(plain.holding(), &select(DisclosureFormat::SdKbt, &["name"]), NOW).unwrap();
    let verdict = world.receive(0, &prepared.sign(&person.key).unwrap());
    assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
    assert_eq!(verdict.presentations[0].code, VerdictCode::StatusUntrusted);
    assert!(verdict.claims.iter().all(|claim| claim.presentation == 1), "{verdict}");
    assert_eq!(verdict.rules[0].presentation, Some(1));
}
