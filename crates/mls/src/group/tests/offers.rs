//! A KeyPackage handed over in one room, used for another: who adds it proves that it was she to whom it was offered.

use super::*;
use crate::component::{KeyPackageProofs, KeyPackageUsage};
use crate::{KeyPackageOffer, KeyPackageView, OfferContext};

const SALT: [u8; 16] = [7; 16];

/// Bob, in the room of the offer and elsewhere; Alice, who adds him elsewhere.
fn offered(suite: Suite) -> (Member, Vec<u8>, Group) {
    let room = uri("mimi://hub.example/r/clubhouse");
    let here = leaf_key(suite);
    let context = OfferContext { room_uri: Some(&room), offerer_key: here.public() };
    let bob = member(suite, "bob");
    let octets = bob.offered_key_package(&lifetime(), &context, SALT).unwrap();
    let view = KeyPackageView::decode(&octets).unwrap();
    let offer = KeyPackageOffer::prepare(&context, 1_790_600_000, &[&view], SALT).unwrap().sign(&[bob.key()]).unwrap();
    offer.verify(&context, 1_790_000_000, &[&view]).unwrap();
    (bob, octets, created(suite))
}

fn added(alice: &mut Group, octets: &[u8], salt: Option<[u8; 16]>) -> Commit {
    let key_package = UnverifiedKeyPackage::parse(octets).unwrap().verify(&Provider::new(SystemRandom)).unwrap();
    let key_package = match salt {
        Some(salt) => key_package.under_offer(salt),
        None => key_package,
    };
    alice.commit(Change { add: vec![key_package], ..Change::default() }).unwrap()
}

#[test]
fn who_has_the_offer_can_add() {
    for suite in SUITES {
        let (bob, octets, mut alice) = offered(suite);
        let commit = added(&mut alice, &octets, Some(SALT));
        alice.merge().unwrap();
        let at_bob = bob.join(&commit.welcome.unwrap()).unwrap();
        assert_eq!(at_bob.view().unwrap(), alice.view().unwrap());
        // The proof is for Bob alone: a GroupInfo for the hub does not hold it.
        let reference = KeyPackageView::decode(&octets).unwrap().reference(suite.hash()).unwrap();
        let mut proofs = KeyPackageProofs::default();
        proofs.add(&SALT, &reference, alice.id(), alice.member().key().public()).unwrap();
        let proofs = proofs.encode().unwrap();
        let (_, proof) = proofs.split_last_chunk::<32>().unwrap();
        assert!(!alice.group_info().unwrap().windows(proof.len()).any(|octets| octets == proof));
    }
}

#[test]
fn who_has_not_is_an_unknown_adder() {
    for salt in [None, Some([8; 16])] {
        let (bob, octets, mut alice) = offered(Suite::X25519Aes128Ed25519);
        let commit = added(&mut alice, &octets, salt);
        assert_eq!(code(bob.join(&commit.welcome.unwrap())), Code::AdderUnknown);
    }
    // A Welcome of one group does not serve for another: the proof names group and adder.
    let (bob, octets, mut alice) = offered(Suite::X25519Aes128Ed25519);
    let welcome = added(&mut alice, &octets, Some(SALT)).welcome.unwrap();
    assert!(bob.join(&welcome).is_ok());
    assert_eq!(code(bob.join(&welcome)), Code::WelcomeInvalid);
}

#[test]
fn key_packages_of_a_pool_look_alike_and_need_no_proof() {
    let suite = Suite::X25519Aes128Ed25519;
    let (_, offered, mut alice) = offered(suite);
    let pooled = member(suite, "bob");
    let octets = pooled.key_package_for(&lifetime(), KeyPackageUsage::Offered([9; 32])).unwrap();
    assert_eq!(octets.len(), offered.len());
    let key_package = UnverifiedKeyPackage::parse(&octets).unwrap().verify(&Provider::new(SystemRandom)).unwrap();
    assert_eq!(key_package.usage(), KeyPackageUsage::Offered([9; 32]));
    let commit = added(&mut alice, &octets, None);
    assert!(pooled.join(&commit.welcome.unwrap()).is_ok());

    let plain = UnverifiedKeyPackage::parse(&member(suite, "x").key_package(&lifetime()).unwrap()).unwrap();
    assert_eq!(plain.verify(&Provider::new(SystemRandom)).unwrap().usage(), KeyPackageUsage::Any);
    let first = member(suite, "x").key_package_for(&lifetime(), KeyPackageUsage::InitialConnection).unwrap();
    assert!(KeyPackageView::decode(&first).unwrap().extensions().component(0xd051).unwrap() == Some(b"\x01\x00\x00"));
}

#[test]
fn some_are_offered_and_some_are_not() {
    let suite = Suite::X25519Aes128Ed25519;
    let (bob, octets, mut alice) = offered(suite);
    let carol = member(suite, "carol");
    let verified = |octets: &[u8]| UnverifiedKeyPackage::parse(octets).unwrap().verify(&Provider::new(SystemRandom)).unwrap();
    let plain = verified(&carol.key_package(&lifetime()).unwrap());
    let change = Change { add: vec![verified(&octets).under_offer(SALT), plain], ..Change::default() };
    let welcome = alice.commit(change).unwrap().welcome.unwrap();
    assert!(bob.join(&welcome).is_ok());
    assert!(carol.join(&welcome).is_ok());
}
