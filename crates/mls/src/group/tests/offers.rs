//! A KeyPackage handed over in one room, used for another: who adds it proves that it was she to whom it was offered.

use super::*;
use crate::component::KeyPackageUsage;
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
        let info = crate::GroupInfoView::decode(&alice.group_info().unwrap()).unwrap();
        assert_eq!(info.extensions().component(0xd057).unwrap(), None);
        assert_eq!(info.context().extensions.component(0xd057).unwrap(), None);
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

/// mimi-mls 3.2: not persistent, not discoverable, at most two who are not banned; checked by adder, hub and added client, at the Add
/// and as long as that leaf is there.
#[test]
fn an_initial_connection_stays_one() {
    use crate::component::{BaseRoomPolicy, ParticipantListUpdate};

    let suite = Suite::X25519Aes128Ed25519;
    let state = |base: Option<BaseRoomPolicy>| RoomState {
        base_policy: base,
        ..RoomState::new(uri("mimi://hub.example/r/boot")).with_participants(vec![participant("alice")])
    };
    let open = |name: &str| member(suite, name).with_handshakes(Handshakes::Public);
    let bob = || open("bob");
    let added = |room: &RoomState, bob: &Member| {
        let mut alice = open("alice").create(GROUP_ID, room, &lifetime()).unwrap();
        let hub = Hub::open(&alice.group_info().unwrap(), NoRules).unwrap();
        let octets = bob.key_package_for(&lifetime(), KeyPackageUsage::InitialConnection).unwrap();
        let commit = alice.add(&[&octets], vec![participant("bob")]);
        (alice, hub, commit)
    };
    let base = BaseRoomPolicy { pseudonyms_allowed: true, ..BaseRoomPolicy::default() };
    for wrong in [
        None,
        Some(BaseRoomPolicy { persistent_room: true, ..base.clone() }),
        Some(BaseRoomPolicy { discoverable: true, ..base.clone() }),
    ] {
        let (alice, _, commit) = added(&state(wrong), &bob());
        assert_eq!(code(commit), Code::InitialConnectionOnly);
        assert!(!alice.has_pending_commit());
    }
    for by_herself in [false, true] {
        let joining = bob();
        let (mut alice, mut hub, commit) = added(&state(Some(base.clone())), &joining);
        let commit = commit.unwrap();
        hub.receive(&commit.message).unwrap();
        alice.merge().unwrap();
        let mut at_bob = joining.join(&commit.welcome.unwrap()).unwrap();

        // A third one: Alice, who has forgotten how Bob came, would add her; the hub has not, nor has Bob.
        let carol = open("carol");
        let third = alice.add(&[&carol.key_package(&lifetime()).unwrap()], vec![participant("carol")]).unwrap();
        assert_eq!(code(hub.receive(&third.message)), Code::InitialConnectionOnly);
        assert_eq!(code(at_bob.receive(&third.message)), Code::InitialConnectionOnly);
        alice.discard().unwrap();
        // A banned one does not count, and after Bob has left it is a room like others.
        let banned = ParticipantListUpdate {
            added: vec![Participant { user: uri("mimi://a.example/p/mallory"), role_index: 1 }],
            ..Default::default()
        };
        let commit = alice.commit(Change { participants: Some(banned), ..Change::default() }).unwrap();
        hub.receive(&commit.message).unwrap();
        at_bob.receive(&commit.message).unwrap();
        alice.merge().unwrap();
        let Group { member, mls, .. } = &mut at_bob;
        let leaving = mls.leave_group_via_self_remove(member.provider(), &LeafSigner(member.key())).unwrap().to_bytes().unwrap();
        let commit = if by_herself {
            alice.receive(&leaving).unwrap();
            hub.receive(&leaving).unwrap();
            alice.update().unwrap()
        } else {
            alice.remove(&[1]).unwrap()
        };
        hub.receive(&commit.message).unwrap();
        alice.merge().unwrap();
        assert_eq!(alice.view().unwrap().leaves.len(), 1);
        let third = alice.add(&[&carol.key_package(&lifetime()).unwrap()], vec![participant("carol")]).unwrap();
        hub.receive(&third.message).unwrap();
    }
}
