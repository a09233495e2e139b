//! What only an SD-CWT has: a confirmation key that is named and not there, and disclosures under a key that some receivers have.

use mimicred_claims::{Clock, Selection, Value};
use mimicred_cose::SymmetricKey;
use mimicred_keys::{LeafKey, SystemRandom};
use mimicred_sd_cwt::{Binding, Confirmation, DisclosureKey, Encryption, Held, UnverifiedSdCwt};

use super::pipeline::{assert_step, scene};
use crate::testing::*;
use crate::{NoStatusLists, Reveal, Verdict, VerdictCode};

fn held(provider: &Provider, holder: Confirmation<'_>, key: &LeafKey, said: &Said) -> Held {
    let token = sd_cwt_octets_for(provider, holder, said, NOW + YEAR);
    UnverifiedSdCwt::parse(&token).unwrap().reopen(key.public(), Clock { now: NOW, leeway: 0 }).unwrap()
}

fn paths(paths: &[&str]) -> Selection {
    Selection::Paths(paths.iter().map(|path| path.parse().unwrap()).collect())
}

/// The presentation in this world's room and epoch, with the claims at some paths encrypted.
fn present(world: &World, held: &Held, encrypted: &[&str], with: &DisclosureKey, key: &LeafKey) -> Vec<u8> {
    let nonce = world.context(0).nonce;
    let binding = Binding { audience: ROOM, nonce: Some(&nonce), issued_at: NOW };
    let encrypted = paths(encrypted);
    let encryption = Encryption { selection: &encrypted, key: with };
    let prepared = held.prepare_encrypted(&paths(&["170"]), &[encryption], &binding, &mut SystemRandom).unwrap();
    prepared.sign(key).unwrap().as_bytes().to_vec()
}

fn room_key(octet: u8) -> DisclosureKey {
    DisclosureKey::new(SymmetricKey::new(&[octet; 16]))
}

fn receive(world: &mut World, kbt: &[u8]) -> Verdict {
    world.judge(0, 7, Reveal::SdKbt(kbt), None, &NoStatusLists)
}

/// CWT-K-007, CWT-K-008: a receiver has the key whose thumbprint `cnf` has, since it is that of the sender's leaf.
#[test]
fn cnf_may_be_the_thumbprint_of_the_leaf() {
    let (provider, person, mut world) = scene();
    let by_thumbprint = Confirmation::thumbprint_of(person.key.public());
    let kbt = present(&world, &held(&provider, by_thumbprint, &person.key, &alice()), &[], &room_key(1), &person.key);
    assert_eq!(receive(&mut world, &kbt).code, VerdictCode::Ok);

    // Somebody else's token, with her own proof.
    let other = Person::new(&provider, 3).key;
    let by_thumbprint = Confirmation::thumbprint_of(other.public());
    let kbt = present(&world, &held(&provider, by_thumbprint, &other, &alice()), &[], &room_key(1), &other);
    assert_step(&receive(&mut world, &kbt), 5, VerdictCode::KeyMismatch);
}

/// CWT-A-015, CWT-A-017, trap 27: who has the key sees and judges what others do not know of.
#[test]
fn an_encrypted_disclosure_is_for_those_who_have_its_key() {
    let (provider, person, mut world) = scene();
    let held = held(&provider, Confirmation::Key(person.key.public()), &person.key, &alice());
    let seen = |verdict: &Verdict| {
        assert_eq!(verdict.code, VerdictCode::Ok, "{verdict}");
        let names: Vec<_> = verdict.claims.iter().filter_map(|claim| claim.name).collect();
        (names.join(" "), verdict.presentations[0].pending)
    };
    let kbt = present(&world, &held, &["179"], &room_key(1), &person.key);
    let verdict = receive(&mut world, &kbt);
    assert_eq!(seen(&verdict), ("name".to_owned(), 1));
    assert!(verdict.to_string().contains("encrypted disclosures that stay closed: 1"), "{verdict}");

    world.disclosure_keys = vec![room_key(1)];
    let kbt = present(&world, &held, &["179"], &room_key(1), &person.key);
    assert_eq!(seen(&receive(&mut world, &kbt)), ("name email".to_owned(), 0));
}

/// CWT-A-016: a key that should open a disclosure and does not is no want of a key.
#[test]
fn a_key_that_does_not_open_is_a_fault() {
    let (provider, person, mut world) = scene();
    let held = held(&provider, Confirmation::Key(person.key.public()), &person.key, &alice());
    world.disclosure_keys = vec![room_key(2)];
    let kbt = present(&world, &held, &["179"], &room_key(1), &person.key);
    assert_step(&receive(&mut world, &kbt), 3, VerdictCode::Malformed);
}

/// The room's rules are kept by what a receiver can see.
#[test]
fn what_is_opened_is_judged_by_the_policy() {
    let (provider, person, mut world) = scene();
    let mut said = alice();
    said.retain(|(name, _)| *name != "email");
    said.push(("email", Value::from("alice@elsewhere.example")));
    let held = held(&provider, Confirmation::Key(person.key.public()), &person.key, &said);
    let kbt = present(&world, &held, &["179"], &room_key(1), &person.key);
    assert_eq!(receive(&mut world, &kbt).code, VerdictCode::Ok);

    world.disclosure_keys = vec![room_key(1)];
    let kbt = present(&world, &held, &["179"], &room_key(1), &person.key);
    let verdict = receive(&mut world, &kbt);
    assert_eq!(verdict.code, VerdictCode::PredicateFailed, "{verdict}");
    assert!(verdict.claims.is_empty(), "{verdict}");
}
