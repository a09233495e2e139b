//! Real groups on both kinds of suite.

mod changes;
mod epochs;
mod external;
mod hub;
mod newcomers;
mod offers;
mod rules;
mod sealing;

use std::time::{SystemTime, UNIX_EPOCH};

use mimicred_keys::{LeafKey, SecretKey, SystemRandom};
use mimicred_uri::MimiUri;

use super::*;
use crate::component::Participant;
use crate::credential::{SdJwt, SdJwtForm};
use crate::rules::{LeafChange, MembershipChange, NoRules, PolicyChange, Refusal, Rules};

const SUITES: [Suite; 3] = Suite::ALL;
const GROUP_ID: &[u8] = b"0123456789abcdef";

fn leaf_key(suite: Suite) -> LeafKey {
    LeafKey::new(SecretKey::generate(suite.signature_algorithm(), &mut SystemRandom).unwrap()).unwrap()
}

fn member(suite: Suite, token: &str) -> Member {
    Member::new(suite, leaf_key(suite), Credential::SdCwt(token.into()), NoRules, SystemRandom).unwrap()
}

fn lifetime() -> Lifetime {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    Lifetime::days(now, 28).unwrap()
}

fn uri(text: &str) -> MimiUri {
    text.parse().unwrap()
}

fn participant(name: &str) -> Participant {
    Participant { user: uri(&format!("mimi://a.example/p/{name}")), role_index: 2 }
}

fn room() -> RoomState {
    RoomState::new(uri("mimi://hub.example/r/clubhouse"))
        .with_participants(vec![participant("alice")])
        .with_policy(b"policy 1".to_vec())
}

fn created(suite: Suite) -> Group {
    member(suite, "alice").create(GROUP_ID, &room(), &lifetime()).unwrap()
}

/// Adds members one by one; all of `groups` follow, and the newcomers are appended.
fn add(groups: &mut Vec<Group>, newcomers: &[(&str, Member)]) {
    for (name, newcomer) in newcomers {
        let key_package = newcomer.key_package(&lifetime()).unwrap();
        let commit = groups[0].add(&[&key_package], vec![participant(name)]).unwrap();
        groups[0].merge().unwrap();
        follow(&mut groups[1..], &commit.message);
        groups.push(newcomer.join(&commit.welcome.unwrap()).unwrap());
    }
}

fn follow(groups: &mut [Group], message: &[u8]) {
    for group in groups {
        let incoming = group.receive(message).unwrap();
        assert!(matches!(incoming, Incoming::Commit { active: true, .. }), "{incoming:?}");
    }
}

/// Alice, Bob and Carol.
fn three(suite: Suite) -> Vec<Group> {
    let mut groups = vec![created(suite)];
    add(&mut groups, &[("bob", member(suite, "bob")), ("carol", member(suite, "carol"))]);
    groups
}

fn code<T>(result: Result<T, Error>) -> Code {
    match result {
        Ok(_) => panic!("not refused"),
        Err(error) => error.code(),
    }
}

#[test]
fn members_talk() {
    for suite in SUITES {
        let mut groups = three(suite);
        let message = groups[1].send(b"hello").unwrap();
        for reader in [0, 2] {
            let read = groups[reader].receive(&message).unwrap();
            assert_eq!(read, Incoming::Application { sender: 1, epoch: 2, octets: b"hello".to_vec() });
        }
        assert_eq!(groups[1].receive(&message).unwrap(), Incoming::Own { epoch: 2 });
        // Once only.
        assert_eq!(code(groups[0].receive(&message)), Code::MessageInvalid);
    }
}

#[test]
fn messages_are_padded_to_buckets() {
    let mut alice = created(Suite::X25519Aes128Ed25519);
    let lengths: Vec<usize> =
        [0, 1, 400, 500, 900, 1900, 8000, 9000].map(|length| alice.send(&vec![7; length]).unwrap().len()).to_vec();
    // What frames the ciphertext has a constant size, but for the length of its length.
    let frame = lengths[0] - 512;
    let padded: Vec<usize> = lengths.iter().map(|length| length - frame).collect();
    assert_eq!(padded[..6], [512, 512, 512, 1024, 1024, 2048]);
    assert!(padded[6] >= 8192 && padded[6] < 8200);
    assert!(padded[7] >= 16384 && padded[7] < 16392);
}

/// mimi-mls C-11: what is short is as long as what is long.
#[test]
fn messages_can_all_be_of_one_size() {
    for suite in SUITES {
        let member = member(suite, "alice").with_messages_of(4000);
        let mut alice = member.create(GROUP_ID, &room(), &lifetime()).unwrap();
        let lengths = [0, 1, 500, 3000, 4000].map(|length| alice.send(&vec![7; length]).unwrap().len());
        assert!(lengths.iter().all(|length| *length == lengths[0]), "{lengths:?}");
        assert!(alice.send(&[7; 5000]).unwrap().len() > lengths[0]);
    }
}

#[test]
fn a_bucket_holds_its_overhead_on_every_suite() {
    for suite in SUITES {
        let mut alice = created(suite);
        let size = |group: &mut Group, length: usize| group.send(&vec![7; length]).unwrap().len();
        let (short, full) = (size(&mut alice, 0), size(&mut alice, 512 - 94));
        assert_eq!(short, full);
    }
}

#[test]
fn broken_messages_are_refused() {
    let mut groups = three(Suite::X25519Aes128Ed25519);
    let message = groups[0].send(b"hello").unwrap();
    assert_eq!(code(groups[1].receive(b"")), Code::MessageMalformed);
    assert_eq!(code(groups[1].receive(&message[..message.len() - 1])), Code::MessageMalformed);
    assert_eq!(code(groups[1].receive(&[&message[..], &[0]].concat())), Code::TrailingOctets);
    assert_eq!(code(groups[1].receive(&vec![0; MAX_MESSAGE + 1])), Code::Limit);
    let mut flipped = message.clone();
    *flipped.last_mut().unwrap() ^= 1;
    assert_eq!(code(groups[1].receive(&flipped)), Code::MessageInvalid);
    let key_package = member(Suite::X25519Aes128Ed25519, "x").key_package(&lifetime()).unwrap();
    assert_eq!(code(groups[1].receive(&key_package)), Code::MessageMalformed);
    // A message of another group.
    let mut other = member(Suite::X25519Aes128Ed25519, "x").create(b"another", &room(), &lifetime()).unwrap();
    assert_eq!(code(groups[1].receive(&other.send(b"hello").unwrap())), Code::MessageInvalid);
    // None of this has changed anything.
    assert!(groups[1].receive(&message).is_ok());
}

#[test]
fn damaged_messages_never_panic() {
    let mut groups = three(Suite::X25519Aes128Ed25519);
    let newcomer = member(Suite::X25519Aes128Ed25519, "dave");
    let key_package = newcomer.key_package(&lifetime()).unwrap();
    let message = groups[0].send(b"hello").unwrap();
    let commit = groups[0].add(&[&key_package], vec![]).unwrap();
    let welcome = commit.welcome.unwrap();
    let mut state = 1u32;
    let mut random = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        usize::try_from(state >> 8).unwrap() % below
    };
    for _ in 0..150 {
        for octets in [&message, &commit.message, &welcome, &key_package] {
            let mut damaged = octets[..random(octets.len() + 1)].to_vec();
            if random(2) == 0 && !damaged.is_empty() {
                damaged = octets.clone();
                let at = random(damaged.len());
                damaged[at] ^= u8::try_from(1 + random(255)).unwrap();
            }
            assert!(groups[1].receive(&damaged).is_err());
            assert!(newcomer.join(&damaged).is_err());
            let _ = UnverifiedKeyPackage::parse(&damaged)
                .map(|key_package| key_package.verify(&Provider::new(SystemRandom)).is_err());
        }
    }
}

#[test]
fn debug_shows_no_secrets() {
    let mut groups = three(Suite::P256Aes128P256);
    let message = groups[0].send(b"my name is").unwrap();
    let received = groups[1].receive(&message).unwrap();
    let shown = format!("{:?} {received:?}", groups[0]);
    assert!(shown.contains("Application(sender 0, epoch 2, 10 octets)"), "{shown}");
    let root = format!("{:?}", groups[0].view().unwrap().nonce_root);
    assert!(!format!("{:?}", groups[0].view().unwrap()).contains(&root));
}
