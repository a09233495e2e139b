//! A hub follows what members do, and judges it alike.

use super::*;
use crate::component::KnockRoomPolicy;

fn open_members(suite: Suite) -> Vec<Group> {
    let open = |name| member(suite, name).with_handshakes(Handshakes::Public);
    let mut groups = vec![open("alice").create(GROUP_ID, &room(), &lifetime()).unwrap()];
    add(&mut groups, &[("bob", open("bob")), ("carol", open("carol"))]);
    groups
}

fn agree(hub: &Hub, groups: &[Group]) {
    for group in groups {
        let view = group.view().unwrap();
        assert_eq!((hub.id(), hub.epoch()), (group.id(), view.epoch));
        assert_eq!(hub.room_state().unwrap(), group.room_state().unwrap());
        assert_eq!(hub.leaves().unwrap(), (view.leaves, view.unreadable));
    }
}

#[test]
fn sender_receivers_and_hub_agree_on_the_policy() {
    for suite in SUITES {
        let mut groups = open_members(suite);
        let mut hub = Hub::open(&groups[1].group_info().unwrap(), NoRules).unwrap();
        agree(&hub, &groups);
        let commit = groups[2].set_policy(b"policy 2".to_vec()).unwrap();
        assert_eq!(hub.receive(&commit.message).unwrap(), HubEvent::Commit { committer: Some(2), epoch: 3, added: vec![] });
        groups[2].merge().unwrap();
        follow(&mut groups[..2], &commit.message);
        agree(&hub, &groups);
        assert_eq!(hub.room_state().unwrap().policy.as_deref(), Some(&b"policy 2"[..]));

        // Newcomers, rotations and leavers too.
        let dave = member(suite, "dave").with_handshakes(Handshakes::Public);
        let commit = groups[0].add(&[&dave.key_package(&lifetime()).unwrap()], vec![participant("dave")]).unwrap();
        hub.receive(&commit.message).unwrap();
        groups[0].merge().unwrap();
        follow(&mut groups[1..], &commit.message);
        groups.push(dave.join(&commit.welcome.unwrap()).unwrap());
        agree(&hub, &groups);
        let commit = groups[3].rotate(leaf_key(suite), Credential::SdCwt(b"dave, renewed".to_vec())).unwrap();
        hub.receive(&commit.message).unwrap();
        groups[3].merge().unwrap();
        follow(&mut groups[..3], &commit.message);
        agree(&hub, &groups);
        let commit = groups[0].remove(&[3]).unwrap();
        hub.receive(&commit.message).unwrap();
        groups[0].merge().unwrap();
        groups.pop();
        follow(&mut groups[1..], &commit.message);
        agree(&hub, &groups);
    }
}

#[test]
fn a_proposal_of_a_policy_is_committed_by_another_member() {
    let mut groups = open_members(Suite::X25519Aes128Ed25519);
    let mut hub = Hub::open(&groups[0].group_info().unwrap(), NoRules).unwrap();
    let Group { member, mls, .. } = &mut groups[1];
    let update = openmls::prelude::AppDataUpdateOperation::Update(b"policy 2".to_vec().into());
    let (proposal, _) = mls.propose_app_data_update(member.provider(), &LeafSigner(member.key()), 0xd050, update).unwrap();
    let proposal = proposal.to_bytes().unwrap();
    assert_eq!(hub.receive(&proposal).unwrap(), HubEvent::Proposal { sender: Some(1) });
    groups[0].receive(&proposal).unwrap();
    groups[2].receive(&proposal).unwrap();
    let commit = groups[0].update().unwrap();
    hub.receive(&commit.message).unwrap();
    groups[0].merge().unwrap();
    follow(&mut groups[1..], &commit.message);
    agree(&hub, &groups);
    assert_eq!(hub.room_state().unwrap().policy.as_deref(), Some(&b"policy 2"[..]));
}

#[test]
fn knock_room_policies_are_replaced_as_a_whole() {
    let mut groups = open_members(Suite::X25519Aes128Ed25519);
    let mut hub = Hub::open(&groups[0].group_info().unwrap(), NoRules).unwrap();
    let policy = KnockRoomPolicy { moderator_roles: vec![3], ..KnockRoomPolicy::default() };
    let mut proposed = |octets: Vec<u8>| {
        let Group { member, mls, .. } = &mut groups[1];
        let update = openmls::prelude::AppDataUpdateOperation::Update(octets.into());
        let made = mls.propose_app_data_update(member.provider(), &LeafSigner(member.key()), 0xd055, update);
        made.unwrap().0.to_bytes().unwrap()
    };
    let (bad, good) = (proposed(b"x".to_vec()), proposed(policy.encode().unwrap()));
    assert_eq!(code(hub.receive(&bad)), Code::Truncated);
    assert!(hub.receive(&good).is_ok());
}

#[test]
fn a_hub_reads_handshakes_only() {
    let mut groups = open_members(Suite::X25519Aes128Ed25519);
    let mut hub = Hub::open(&groups[0].group_info().unwrap(), NoRules).unwrap();
    let message = groups[0].send(b"hello").unwrap();
    assert_eq!(code(hub.receive(&message)), Code::HandshakePrivate);
    assert_eq!(code(hub.receive(b"")), Code::MessageMalformed);
    let mut flipped = groups[0].update().unwrap().message;
    let at = flipped.len() / 2;
    flipped[at] ^= 1;
    assert!(hub.receive(&flipped).is_err());
    assert_eq!(hub.epoch(), 2);
    assert_eq!(format!("{hub:?}"), "Hub { epoch: 2, .. }");
    // The private kind is the default.
    let mut alice = created(Suite::X25519Aes128Ed25519);
    let mut hub = Hub::open(&alice.group_info().unwrap(), NoRules).unwrap();
    assert_eq!(code(hub.receive(&alice.update().unwrap().message)), Code::HandshakePrivate);
}

#[test]
fn a_group_info_holds_or_is_refused() {
    let groups = open_members(Suite::P256Aes128P256);
    let octets = groups[0].group_info().unwrap();
    assert!(Hub::open(&octets, NoRules).is_ok());
    let mut flipped = octets.clone();
    *flipped.last_mut().unwrap() ^= 1;
    assert_eq!(code(Hub::open(&flipped, NoRules)), Code::GroupInfoInvalid);
    assert_eq!(code(Hub::open(&octets[..100], NoRules)), Code::MessageMalformed);
    let key_package = member(Suite::P256Aes128P256, "x").key_package(&lifetime()).unwrap();
    assert_eq!(code(Hub::open(&key_package, NoRules)), Code::MessageMalformed);
    let group = &groups[0];
    let bare = group.mls.export_group_info(group.member.provider().crypto(), &LeafSigner(group.member.key()), false);
    assert_eq!(code(Hub::open(&bare.unwrap().to_bytes().unwrap(), NoRules)), Code::GroupInfoInvalid);
}
