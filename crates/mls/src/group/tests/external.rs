//! Handshakes that only members and hub can read, coming in by oneself, and leaving.

use super::*;
use crate::component::ParticipantListUpdate;
use crate::handshake::{Handshake, HubKey, SealedHandshake};

/// A room at a hub, which follows it by what is wrapped and sealed for it.
struct Hosted {
    hub: Hub,
    key: LeafKey,
    groups: Vec<Group>,
    suite: Suite,
}

fn open(suite: Suite, name: &str) -> Member {
    member(suite, name).with_handshakes(Handshakes::Public)
}

impl Hosted {
    fn new(suite: Suite) -> Self {
        let key = leaf_key(suite);
        let receiver = HubKey::generate(suite, &mut SystemRandom).unwrap();
        let identity = HubIdentity {
            receiver_key: receiver.public().to_vec(),
            signature_key: key.public().octets().to_vec(),
            credential: Credential::Basic(b"mimi://hub.example".to_vec()),
        };
        let room = room().with_hub(identity.clone());
        let alice = open(suite, "alice").create(GROUP_ID, &room, &lifetime()).unwrap();
        assert_eq!(alice.room_state().unwrap().hub, Some(identity));
        let hub = Hub::open(&alice.group_info().unwrap(), NoRules).unwrap().with_key(receiver);
        let mut hosted = Self { hub, key, groups: vec![alice], suite };
        for name in ["bob", "carol"] {
            let newcomer = open(suite, name);
            let key_package = newcomer.key_package(&lifetime()).unwrap();
            let commit = hosted.groups[0].add(&[&key_package], vec![participant(name)]).unwrap();
            hosted.commit(0, commit.clone());
            hosted.groups.push(newcomer.join(&commit.welcome.unwrap()).unwrap());
        }
        hosted
    }

    /// A member's commit on its way.
    fn commit(&mut self, committer: usize, commit: Commit) -> HubEvent {
        let wrapped = self.groups[committer].wrap(&commit.message).unwrap();
        let event = self.hub.receive(&wrapped).unwrap();
        self.hub.set_group_info(&commit.group_info.unwrap()).unwrap();
        self.groups[committer].merge().unwrap();
        for (index, group) in self.groups.iter_mut().enumerate() {
            if index != committer && group.is_active() {
                assert!(matches!(group.receive(&wrapped).unwrap(), Incoming::Commit { .. }));
            }
        }
        event
    }

    /// A member's proposal on its way.
    fn propose(&mut self, proposer: usize, message: &[u8]) {
        let wrapped = self.groups[proposer].wrap(message).unwrap();
        self.hub.receive(&wrapped).unwrap();
        for (index, group) in self.groups.iter_mut().enumerate() {
            if index != proposer && group.is_active() {
                assert!(matches!(group.receive(&wrapped).unwrap(), Incoming::Proposal { .. }));
            }
        }
    }

    /// What the hub says to every member.
    fn tell(&mut self, recipients: &[(u32, Vec<u8>)], epoch: u64, message: &[u8]) {
        for group in self.groups.iter_mut().filter(|group| group.is_active()) {
            let (_, key) = recipients.iter().find(|(leaf, _)| *leaf == group.own_index()).unwrap();
            let place = (GROUP_ID, epoch);
            let sealed = SealedHandshake::seal(self.suite, place, key, message, &mut SystemRandom).unwrap();
            group.receive(&sealed.to_message().unwrap()).unwrap();
        }
    }

    fn enter(&mut self, who: &Member, update: Option<&ParticipantListUpdate>) -> Result<Joined, Error> {
        let group_info = self.hub.group_info().unwrap().to_vec();
        let (tree, leaving) = (self.hub.ratchet_tree().unwrap(), self.hub.leaving().to_vec());
        who.join_external(&Entrance { group_info: &group_info, ratchet_tree: &tree, leaving: &leaving }, update)
    }

    /// Somebody comes in by herself.
    fn come(&mut self, who: &Member, update: &ParticipantListUpdate) {
        let (recipients, epoch) = (self.hub.recipients().unwrap(), self.hub.epoch());
        let Joined { group, message, group_info } = self.enter(who, Some(update)).unwrap();
        let hub_key = self.hub.room_state().unwrap().hub.unwrap().receiver_key;
        let sealed = SealedHandshake::seal(self.suite, (GROUP_ID, epoch), &hub_key, &message, &mut SystemRandom).unwrap();
        let event = self.hub.receive(&sealed.to_message().unwrap()).unwrap();
        assert_eq!(event, HubEvent::Commit { committer: None, epoch: epoch + 1, added: vec![] });
        self.hub.set_group_info(&group_info).unwrap();
        self.tell(&recipients, epoch, &message);
        self.groups.push(group);
    }

    fn agree(&self) {
        for group in self.groups.iter().filter(|group| group.is_active()) {
            let view = group.view().unwrap();
            assert_eq!(self.hub.epoch(), view.epoch);
            assert_eq!(self.hub.leaves().unwrap(), (view.leaves, view.unreadable));
            assert_eq!(self.hub.room_state().unwrap(), group.room_state().unwrap());
        }
    }
}

fn named(name: &str) -> ParticipantListUpdate {
    ParticipantListUpdate { added: vec![participant(name)], ..Default::default() }
}

/// mimi-mls 2.8, T-1: members and hub read a wrapped handshake; nothing of a leaf is in what travels.
#[test]
fn followers_see_no_leaf() {
    for suite in SUITES {
        let mut hosted = Hosted::new(suite);
        let dave = open(suite, "a pseudonym of dave's");
        let commit = hosted.groups[1].add(&[&dave.key_package(&lifetime()).unwrap()], vec![participant("dave")]).unwrap();
        let wrapped = hosted.groups[1].wrap(&commit.message).unwrap();
        for needle in [&b"a pseudonym of dave's"[..], dave.key().public().octets()] {
            assert!(commit.message.windows(needle.len()).any(|window| window == needle));
            assert!(!wrapped.windows(needle.len()).any(|window| window == needle));
        }
        let HubEvent::Commit { committer: Some(1), added, .. } = hosted.commit(1, commit.clone()) else { panic!() };
        let [added] = added.as_slice() else { panic!() };
        assert_eq!(added.leaf.credential, *dave.credential());
        let welcome = commit.welcome.unwrap();
        assert!(welcome.windows(added.reference.len()).any(|window| window == added.reference));
        hosted.groups.push(dave.join(&welcome).unwrap());
        hosted.agree();
    }
}

/// RFC 9420 12.4.3.2, mimi-mls 2.8: by the hub's GroupInfo without a tree, its tree, and a commit sealed to it.
#[test]
fn somebody_comes_in_by_herself() {
    for suite in SUITES {
        let mut hosted = Hosted::new(suite);
        hosted.come(&open(suite, "dave"), &named("dave"));
        hosted.agree();
        let view = hosted.groups[0].view().unwrap();
        assert_eq!(view.participants.last(), Some(&participant("dave")));
        assert_eq!(view.leaves.len(), 4);
        let hello = hosted.groups[3].send(b"hello").unwrap();
        assert!(matches!(hosted.groups[0].receive(&hello).unwrap(), Incoming::Application { sender: 3, .. }));
        // And another after her: by the GroupInfo that she gave.
        hosted.come(&open(suite, "erin"), &named("erin"));
        hosted.agree();
        // Her leaf can be sealed to.
        assert!(hosted.hub.recipients().unwrap().iter().any(|(leaf, _)| *leaf == 4));
    }
}

/// mimi-mls 3.6.5: two at a time; the second has to come again.
#[test]
fn of_two_in_one_epoch_the_second_comes_again() {
    let suite = Suite::X25519Aes128Ed25519;
    let mut hosted = Hosted::new(suite);
    let (dave, erin) = (open(suite, "dave"), open(suite, "erin"));
    let late = hosted.enter(&erin, Some(&named("erin"))).unwrap();
    let place = (GROUP_ID, hosted.hub.epoch());
    let hub_key = hosted.hub.room_state().unwrap().hub.unwrap().receiver_key;
    let late = SealedHandshake::seal(suite, place, &hub_key, &late.message, &mut SystemRandom).unwrap().to_message().unwrap();
    hosted.come(&dave, &named("dave"));
    assert_eq!(code(hosted.hub.receive(&late)), Code::EpochUnavailable);
    hosted.come(&erin, &named("erin"));
    hosted.agree();
}

/// draft-ietf-mls-extensions SelfRemove, mimi-mls 3.6.5: in the group until somebody else commits, be it a newcomer.
#[test]
fn whoever_leaves_is_taken_out_by_the_next_commit() {
    for suite in SUITES {
        for by_newcomer in [false, true] {
            let mut hosted = Hosted::new(suite);
            let leaving = hosted.groups[2].leave().unwrap();
            hosted.propose(2, &leaving);
            assert_eq!(hosted.hub.leaving(), [leaving]);
            // She still reads, the others can send all the same, and she cannot commit to it herself.
            let hello = hosted.groups[0].send(b"hello").unwrap();
            hosted.groups[2].receive(&hello).unwrap();
            assert_eq!(hosted.groups[0].waiting_proposals(), 1);
            let out = ParticipantListUpdate { removed: vec![2], ..Default::default() };
            if by_newcomer {
                hosted.come(&open(suite, "dave"), &ParticipantListUpdate { added: vec![participant("dave")], ..out });
            } else {
                let commit = hosted.groups[1].commit(Change { participants: Some(out), ..Change::default() }).unwrap();
                hosted.commit(1, commit);
            }
            assert!(!hosted.groups[2].is_active());
            assert!(hosted.hub.leaving().is_empty());
            hosted.agree();
            let later = hosted.groups[0].send(b"not for her").unwrap();
            assert!(hosted.groups[2].receive(&later).is_err());
        }
    }
}

/// mimi-mls 3.6.5: the hub proposes that somebody goes, and a member commits to it.
#[test]
fn a_hub_has_somebody_removed() {
    for suite in SUITES {
        let mut hosted = Hosted::new(suite);
        let (recipients, epoch) = (hosted.hub.recipients().unwrap(), hosted.hub.epoch());
        assert_eq!(code(hosted.hub.propose_remove(1, &leaf_key(suite))), Code::HubUnknown);
        assert_eq!(code(hosted.hub.propose_remove(9, &hosted.key)), Code::MessageInvalid);
        let proposal = hosted.hub.propose_remove(1, &hosted.key).unwrap();
        hosted.tell(&recipients, epoch, &proposal);
        let commit = hosted.groups[0].update().unwrap();
        hosted.commit(0, commit);
        assert!(!hosted.groups[1].is_active());
        hosted.agree();
    }
}

#[test]
fn what_is_not_for_this_room_or_epoch_is_refused() {
    let suite = Suite::X25519Aes128Ed25519;
    let mut hosted = Hosted::new(suite);
    let old = hosted.groups[1].update().unwrap();
    let wrapped = hosted.groups[1].wrap(&old.message).unwrap();
    hosted.groups[1].discard().unwrap();
    let commit = hosted.groups[0].update().unwrap();
    hosted.commit(0, commit.clone());
    assert_eq!(code(hosted.hub.receive(&wrapped)), Code::EpochUnavailable);
    assert_eq!(code(hosted.groups[2].receive(&wrapped)), Code::EpochUnavailable);
    // A GroupInfo of an epoch gone by, one of somebody who is no member, and one that is damaged.
    assert_eq!(code(hosted.hub.set_group_info(&old.group_info.unwrap())), Code::GroupInfoInvalid);
    let stranger = open(suite, "mallory").create(GROUP_ID, &room(), &lifetime()).unwrap();
    assert_eq!(code(hosted.hub.set_group_info(&stranger.group_info_for_hub().unwrap())), Code::GroupInfoInvalid);
    let mut damaged = commit.group_info.clone().unwrap();
    *damaged.last_mut().unwrap() ^= 1;
    assert_eq!(code(hosted.hub.set_group_info(&damaged)), Code::GroupInfoInvalid);
    assert_eq!(hosted.hub.group_info(), commit.group_info.as_deref());
    // Another group's.
    let elsewhere = Hosted::new(suite);
    let message = elsewhere.groups[0].wrap(b"\x00\x01\x00\x01").unwrap();
    assert!(hosted.hub.receive(&message).is_err());
    assert!(hosted.groups[0].receive(&message).is_err());
    // A room without a hub has nobody to wrap for.
    let group = open(suite, "alice").create(b"another", &room(), &lifetime()).unwrap();
    assert_eq!(code(group.wrap(b"x")), Code::HubUnknown);
    let Handshake::Wrapped(_) = Handshake::decode(&message).unwrap() else { panic!() };
}

/// mimi-mls 3.6.3: the external commit comes from the key that the hub answered, or it is not let through.
#[test]
fn a_hub_lets_in_whom_it_knows() {
    let suite = Suite::X25519Aes128Ed25519;
    let mut hosted = Hosted::new(suite);
    let dave = open(suite, "dave");
    let Joined { message, .. } = hosted.enter(&dave, Some(&named("dave"))).unwrap();
    let known = leaf_key(suite);
    let allow = |key: &mimicred_keys::PublicKey| {
        let key = key.clone();
        move |pending: &PendingCommit| match &pending.newcomer {
            Some(newcomer) if newcomer.signature_key == key => Ok(()),
            _ => Err(Refusal("nobody asked with this key".into())),
        }
    };
    assert_eq!(code(hosted.hub.receive_if(&message, allow(known.public()))), Code::HubRefused);
    let epoch = hosted.hub.epoch();
    hosted.hub.receive_if(&message, allow(dave.key().public())).unwrap();
    assert_eq!(hosted.hub.epoch(), epoch + 1);
}

/// GroupInfo and tree must belong together, and a damaged entrance is no panic.
#[test]
fn a_broken_entrance_is_refused() {
    let suite = Suite::X25519Aes128Ed25519;
    let mut hosted = Hosted::new(suite);
    let dave = open(suite, "dave");
    let group_info = hosted.hub.group_info().unwrap().to_vec();
    let tree = hosted.hub.ratchet_tree().unwrap();
    let commit = hosted.groups[0].update().unwrap();
    hosted.commit(0, commit);
    let newer = hosted.hub.ratchet_tree().unwrap();
    let entrance = |group_info: &[u8], ratchet_tree: &[u8], leaving: &[Vec<u8>]| {
        dave.join_external(&Entrance { group_info, ratchet_tree, leaving }, Some(&named("dave"))).map(|_| ())
    };
    assert_eq!(code(entrance(&group_info, &newer, &[])), Code::GroupInfoInvalid);
    assert_eq!(code(entrance(&newer, &tree, &[])), Code::MessageMalformed);
    assert_eq!(code(entrance(&group_info, b"\xff", &[])), Code::TreeMalformed);
    assert_eq!(code(entrance(&group_info, &[&tree[..], &[0]].concat(), &[])), Code::TrailingOctets);
    assert_eq!(code(entrance(&group_info, &tree, &[b"x".to_vec()])), Code::MessageMalformed);
    for (index, octet) in group_info.iter().enumerate().step_by(7) {
        let mut damaged = group_info.clone();
        damaged[index] = octet ^ 1;
        assert!(entrance(&damaged, &tree, &[]).is_err(), "{index}");
    }
    for cut in (0..tree.len()).step_by(11) {
        assert!(entrance(&group_info, &tree[..cut], &[]).is_err(), "{cut}");
    }
    entrance(&group_info, &tree, &[]).unwrap();
}
