use mimicred_keys::{Algorithm, Family, SystemRandom};

use super::*;
use crate::testing::secret;

fn store() -> MemoryReplayStore {
    MemoryReplayStore::new(ReplayKey::from_octets([1; 32]))
}

const HERE: Origin = Origin { epoch: 7, leaf: 2 };

#[test]
fn the_same_pair_is_idempotent_and_any_other_a_replay() {
    let key = secret(Algorithm::Ed25519, 2);
    let presented = Use { audience: "room", nonce: b"n", token_hash: &[7; 32], leaf_key: key.public() };
    let mut store = store();
    for _ in 0..2 {
        assert_eq!(store.record(&presented, HERE, 100).unwrap(), Seen::Acceptable);
    }
    for elsewhere in [Origin { epoch: 8, ..HERE }, Origin { leaf: 3, ..HERE }] {
        assert_eq!(store.record(&presented, elsewhere, 100).unwrap(), Seen::Replayed);
    }
    assert_eq!(store.len(), 1);
}

/// Every part of a use is part of its tag, and the parts cannot be shifted into each other.
#[test]
fn uses_differ_in_every_part() {
    let (a, b) = (secret(Algorithm::Ed25519, 2), secret(Algorithm::Ed25519, 3));
    let presented = Use { audience: "room", nonce: b"n", token_hash: &[7; 32], leaf_key: a.public() };
    let others = [
        Use { audience: "rooms", ..presented },
        Use { nonce: b"m", ..presented },
        Use { token_hash: &[8; 32], ..presented },
        Use { leaf_key: b.public(), ..presented },
        Use { audience: "roomn", nonce: b"", ..presented },
    ];
    let mut store = store();
    assert_eq!(store.record(&presented, HERE, 100).unwrap(), Seen::Acceptable);
    for (n, other) in others.iter().enumerate() {
        let origin = Origin { leaf: 50 + u32::try_from(n).unwrap(), ..HERE };
        assert_eq!(store.record(other, origin, 100).unwrap(), Seen::Acceptable);
    }
}

/// Computed with Python's hmac: key 32 x 01, message 04 "room" 01 "n" 20 07.. 20 and the key of RFC 8032 7.1 test 1.
#[test]
fn the_tag_is_the_specified_hmac() {
    let hex =
        |text: &str| (0..text.len()).step_by(2).map(|n| u8::from_str_radix(&text[n..n + 2], 16).unwrap()).collect::<Vec<_>>();
    let octets = hex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    let key = PublicKey::from_octets(Algorithm::Ed25519, &octets).unwrap();
    let presented = Use { audience: "room", nonce: b"n", token_hash: &[7; 32], leaf_key: &key };
    let expected = hex("25643742822d87d17bbd399049bbfec955ea76914fc9bd78cde336701da4d7aa");
    assert_eq!(ReplayKey::from_octets([1; 32]).tag(&presented).unwrap().to_vec(), expected);
    assert_ne!(ReplayKey::from_octets([2; 32]).tag(&presented).unwrap().to_vec(), expected);
}

/// A batch is answered as its uses would be one by one, also where one use comes twice in it.
#[test]
fn a_batch_says_what_a_loop_would() {
    let (a, b) = (secret(Algorithm::Ed25519, 2), secret(Algorithm::Ed25519, 3));
    let first = Use { audience: "room", nonce: b"n", token_hash: &[7; 32], leaf_key: a.public() };
    let second = Use { leaf_key: b.public(), ..first };
    let elsewhere = Origin { epoch: 8, ..HERE };
    let mut store = store();
    let said = store.record_all(&[(first, HERE, 100), (second, elsewhere, 200), (first, elsewhere, 300), (first, HERE, 100)]);
    assert_eq!(said.unwrap(), [Seen::Acceptable, Seen::Acceptable, Seen::Replayed, Seen::Acceptable]);
    assert_eq!(store.record(&second, HERE, 100).unwrap(), Seen::Replayed);
    assert_eq!(store.record_all(&[]).unwrap(), []);
    // A replay, too, makes that the use is kept for longer.
    store.forget(300).unwrap();
    assert_eq!(store.len(), 1);
}

/// mimi-mls.md 3.5.2: a challenge is used up by the first message in which it answers, whose presentations share it.
#[test]
fn what_counts_once_is_its_first_users() {
    let mut store = store();
    let once = OneTime { kind: "challenge", thing: b"bb", user: b"message 1" };
    for _ in 0..2 {
        assert_eq!(store.use_up(&once, 100).unwrap(), Seen::Acceptable);
    }
    assert_eq!(store.use_up(&OneTime { user: b"message 2", ..once }, 100).unwrap(), Seen::Replayed);
    for other in [OneTime { thing: b"b", ..once }, OneTime { kind: "challengeb", thing: b"b", user: b"x" }] {
        assert_eq!(store.use_up(&OneTime { user: b"message 2", ..other }, 100).unwrap(), Seen::Acceptable);
    }
    store.forget(101).unwrap();
    assert_eq!(store.use_up(&OneTime { user: b"message 2", ..once }, 200).unwrap(), Seen::Acceptable);
}

/// Computed with Python's hmac: key 32 x 01, message 14 "mimicred one-time v1" 09 "challenge" 02 "bb".
#[test]
fn the_tag_of_what_counts_once_is_an_hmac() {
    let once = OneTime { kind: "challenge", thing: b"bb", user: b"" };
    let tag = ReplayKey::from_octets([1; 32]).one_time_tag(&once).unwrap();
    let hex: String = tag.iter().map(|octet| format!("{octet:02x}")).collect();
    assert_eq!(hex, "6bc6cab768e2ecab17493c247a3ca86b5b9e5e764d52be947b3380d3a50d5819");
}

#[test]
fn what_is_over_can_be_forgotten() {
    let key = secret(Algorithm::Ed25519, 2);
    let presented = Use { audience: "room", nonce: b"n", token_hash: &[7; 32], leaf_key: key.public() };
    let mut store = store();
    store.record(&presented, HERE, 100).unwrap();
    store.record(&presented, HERE, 90).unwrap();
    store.forget(100).unwrap();
    assert_eq!(store.len(), 1);
    store.forget(101).unwrap();
    assert!(store.is_empty());
}

struct Broken;

impl Random for Broken {
    fn fill(&mut self, _out: &mut [u8]) -> Result<(), mimicred_keys::Error> {
        // Any error of the crate will do.
        Err(secret(Algorithm::Ed25519, 1).public().verify(Family::Mls, b"", b"").unwrap_err())
    }
}

#[test]
fn a_key_needs_randomness() {
    assert_eq!(ReplayKey::generate(&mut Broken).err().unwrap().code(), Code::ReplayStore);
    assert_ne!(ReplayKey::generate(&mut SystemRandom).unwrap().octets(), &[0; 32]);
}
