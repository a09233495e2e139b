//! Commits: policy, participants, keys, credentials; and what is not followed.

use openmls::prelude::AppDataUpdateProposal;

use super::*;
use crate::component::{ParticipantListUpdate, ROOM_DISCLOSURE_POLICY, ROOM_METADATA, RoomMetadata};
use crate::media_type::MediaType;

#[test]
fn the_policy_travels_in_the_group_context_and_changes_by_commit() {
    for suite in SUITES {
        let mut groups = three(suite);
        let policy = vec![0x55; 5000];
        let commit = groups[2].set_policy(policy.clone()).unwrap();
        groups[2].merge().unwrap();
        follow(&mut groups[..2], &commit.message);
        for group in &groups {
            assert_eq!(group.view().unwrap().policy, Some(policy.clone()));
            assert_eq!(group.view().unwrap(), groups[0].view().unwrap());
        }
        // Newcomers get it with the Welcome.
        add(&mut groups, &[("dave", member(suite, "dave"))]);
        assert_eq!(groups[3].room_state().unwrap().policy, Some(policy));
    }
}

#[test]
fn a_room_may_have_no_policy_and_frame_its_data() {
    let media_types = vec![MediaType::MimiContent, MediaType::DisclosureBundle];
    let room = RoomState::new(uri("mimi://hub.example/r/x")).with_media_types(media_types.clone());
    let suite = Suite::X25519Aes128Ed25519;
    let mut groups = vec![member(suite, "alice").create(GROUP_ID, &room, &lifetime()).unwrap()];
    add(&mut groups, &[("bob", member(suite, "bob"))]);
    let view = groups[1].view().unwrap();
    assert_eq!((view.policy, view.media_types), (None, media_types));
    let commit = groups[0].set_policy(b"a first one".to_vec()).unwrap();
    follow(&mut groups[1..], &commit.message);
    assert_eq!(groups[1].view().unwrap().policy.as_deref(), Some(&b"a first one"[..]));
}

#[test]
fn one_commit_may_do_several_things() {
    let suite = Suite::X25519Aes128Ed25519;
    let mut groups = three(suite);
    let dave = member(suite, "dave");
    let key_package = UnverifiedKeyPackage::parse(&dave.key_package(&lifetime()).unwrap()).unwrap();
    let mut metadata = RoomMetadata::new(uri("mimi://hub.example/r/clubhouse"));
    metadata.room_subject = "cats".into();
    let update = ParticipantListUpdate { changed_roles: vec![(0, 9)], removed: vec![1], added: vec![participant("dave")] };
    let change = Change {
        add: vec![key_package.verify(&Provider::new(SystemRandom)).unwrap()],
        remove: vec![1],
        participants: Some(update),
        metadata: Some(metadata.clone()),
        ..Change::default()
    };
    let commit = groups[0].commit(change).unwrap();
    groups[0].merge().unwrap();
    assert_eq!(groups[1].receive(&commit.message).unwrap(), Incoming::Commit { committer: Some(0), epoch: 3, active: false });
    assert!(!groups[1].is_active());
    follow(&mut groups[2..], &commit.message);
    let at_dave = dave.join(&commit.welcome.unwrap()).unwrap();
    let view = at_dave.view().unwrap();
    assert_eq!(view, groups[0].view().unwrap());
    assert_eq!(view, groups[2].view().unwrap());
    assert_eq!(at_dave.own_index(), 1);
    let roles: Vec<_> = view.participants.iter().map(|one| (one.user.as_str(), one.role_index)).collect();
    assert_eq!(roles, [("mimi://a.example/p/alice", 9), ("mimi://a.example/p/carol", 2), ("mimi://a.example/p/dave", 2)]);
    assert_eq!(at_dave.room_state().unwrap().metadata, metadata);

    // Whoever is out has no view, and cannot speak or change anything.
    assert_eq!(code(groups[1].view()), Code::GroupInactive);
    assert_eq!(code(groups[1].send(b"hello")), Code::GroupInactive);
    assert_eq!(code(groups[1].update()), Code::GroupInactive);
    let message = groups[0].send(b"hello").unwrap();
    assert_eq!(code(groups[1].receive(&message)), Code::GroupInactive);
}

#[test]
fn key_and_credential_rotate_together() {
    for suite in SUITES {
        let mut groups = three(suite);
        let key = Arc::new(leaf_key(suite));
        let old = groups[1].member().key().public().clone();
        let credential = Credential::SdCwt(b"bob, renewed".to_vec());
        let commit = groups[1].rotate(key.clone(), credential.clone()).unwrap();
        assert_eq!(*groups[1].member().key().public(), old, "not before the hub has accepted it");
        groups[1].merge().unwrap();
        assert_eq!(groups[1].member().key().public(), key.public());
        for group in [0, 2] {
            follow(&mut groups[group..=group], &commit.message);
            let view = groups[group].view().unwrap();
            assert_eq!(view.leaf(1).unwrap().signature_key, *key.public());
            assert_eq!(view.leaf(1).unwrap().credential, credential);
        }
        // Messages are signed with the new key now.
        let message = groups[1].send(b"hello").unwrap();
        assert!(groups[0].receive(&message).is_ok());
    }
}

#[test]
fn a_discarded_rotation_leaves_the_old_key() {
    let suite = Suite::X25519Aes128Ed25519;
    let mut groups = three(suite);
    let old = groups[1].member().key().public().clone();
    groups[1].rotate(leaf_key(suite), Credential::SdCwt(b"new".to_vec())).unwrap();
    let message = groups[1].send(b"still the old key").unwrap();
    assert!(groups[0].receive(&message).is_ok());
    assert_eq!(code(groups[1].update()), Code::CommitPending);
    groups[1].discard().unwrap();
    assert_eq!(code(groups[1].discard()), Code::NoCommitPending);
    assert_eq!(code(groups[1].merge()), Code::NoCommitPending);
    let message = groups[1].send(b"hello").unwrap();
    assert!(groups[0].receive(&message).is_ok());

    // Another member's commit wins over a pending one.
    groups[1].rotate(leaf_key(suite), Credential::SdCwt(b"new".to_vec())).unwrap();
    let commit = groups[0].update().unwrap();
    groups[0].merge().unwrap();
    follow(&mut groups[1..], &commit.message);
    assert!(!groups[1].has_pending_commit());
    assert_eq!(*groups[1].member().key().public(), old);
    let message = groups[1].send(b"hello").unwrap();
    assert!(groups[0].receive(&message).is_ok());
}

#[test]
fn keys_belong_to_the_suite() {
    let p256 = || leaf_key(Suite::P256Aes128P256);
    let credential = || Credential::Basic(vec![]);
    assert_eq!(
        code(Member::new(Suite::X25519Aes128Ed25519, p256(), credential(), NoRules, SystemRandom)),
        Code::SuiteKeyMismatch
    );
    let mut alice = created(Suite::X25519Aes128Ed25519);
    assert_eq!(code(alice.rotate(p256(), credential())), Code::SuiteKeyMismatch);
    // A credential that no client lists, and one that is not one vector.
    let other = Credential::Other { credential_type: 0xf0aa, body: vec![0] };
    assert_eq!(code(alice.rotate(leaf_key(alice.suite()), other.clone())), Code::CredentialTypeUndeclared);
    assert_eq!(
        code(Member::new(alice.suite(), leaf_key(alice.suite()), other, NoRules, SystemRandom)),
        Code::CredentialTypeUndeclared
    );
    let shapeless = Credential::Other { credential_type: 0xf0aa, body: vec![9] };
    assert_eq!(code(Member::new(alice.suite(), leaf_key(alice.suite()), shapeless, NoRules, SystemRandom)), Code::Truncated);
}

#[test]
fn proposals_wait_for_a_commit() {
    let mut groups = three(Suite::X25519Aes128Ed25519);
    let Group { member, mls, .. } = &mut groups[1];
    let proposal =
        mls.propose_self_update(member.provider(), &LeafSigner(member.key()), openmls::prelude::LeafNodeParameters::default());
    let proposal = proposal.unwrap().0.to_bytes().unwrap();
    for group in [0, 2] {
        assert_eq!(groups[group].receive(&proposal).unwrap(), Incoming::Proposal { sender: Some(1), epoch: 2 });
    }
    // Nobody is silenced by it (mimi-mls T-24).
    assert_eq!((groups[0].waiting_proposals(), groups[2].waiting_proposals()), (1, 1));
    let hello = groups[0].send(b"hello").unwrap();
    groups[2].receive(&hello).unwrap();
    groups[2].receive(&proposal).unwrap_err();
    let Group { member, mls, .. } = &mut groups[1];
    mls.clear_pending_proposals(member.provider().storage()).unwrap();
    let hello = groups[1].send(b"hello").unwrap();
    groups[2].receive(&hello).unwrap();
    let commit = groups[0].update().unwrap();
    groups[0].merge().unwrap();
    follow(&mut groups[2..], &commit.message);
    assert_eq!((groups[0].waiting_proposals(), groups[2].waiting_proposals()), (0, 0));
    // Who has not received the proposal cannot follow the commit; here it is who made it, behind our back.
    assert_eq!(code(groups[1].receive(&commit.message)), Code::MessageInvalid);
    groups.remove(1);
    assert_eq!(groups[1].view().unwrap(), groups[0].view().unwrap());
    assert!(groups[0].send(b"hello").is_ok());
}

#[test]
fn proposals_that_cannot_be_followed_are_not_kept() {
    let mut groups = three(Suite::X25519Aes128Ed25519);
    let Group { member, mls, .. } = &mut groups[1];
    let mut proposed = |component: u16, octets: &[u8]| {
        let (provider, signer) = (member.provider(), LeafSigner(member.key()));
        let operation = openmls::prelude::AppDataUpdateOperation::Update(octets.to_vec().into());
        let (message, _) = mls.propose_app_data_update(provider, &signer, component, operation).unwrap();
        message.to_bytes().unwrap()
    };
    let bad = [proposed(0xd056, b"x"), proposed(ROOM_METADATA, b"x")];
    let good = proposed(ROOM_DISCLOSURE_POLICY, b"policy 2");
    assert_eq!(code(groups[0].receive(&bad[0])), Code::ComponentUpdateUnsupported);
    assert_eq!(code(groups[0].receive(&bad[1])), Code::Truncated);
    assert!(groups[0].send(b"hello").is_ok());
    groups[0].receive(&good).unwrap();
    groups[2].receive(&good).unwrap();
    let commit = groups[0].update().unwrap();
    groups[0].merge().unwrap();
    follow(&mut groups[2..], &commit.message);
    assert_eq!(groups[2].view().unwrap().policy.as_deref(), Some(&b"policy 2"[..]));
    assert_eq!(groups[2].view().unwrap(), groups[0].view().unwrap());
}

#[test]
fn changes_that_do_not_fit_are_refused_before_they_are_sent() {
    let mut alice = created(Suite::X25519Aes128Ed25519);
    let twice = Change {
        participants: Some(ParticipantListUpdate { added: vec![participant("alice")], ..Default::default() }),
        ..Change::default()
    };
    assert_eq!(code(alice.commit(twice)), Code::ParticipantUpdateInvalid);
    assert_eq!(code(alice.remove(&[0])), Code::CommitRefused);
    assert_eq!(code(alice.remove(&[17])), Code::CommitRefused);
    assert!(!alice.has_pending_commit());
    assert!(alice.update().is_ok());
}

/// A commit of another implementation that changes what we do not understand.
#[test]
fn unknown_components_cannot_change_unnoticed() {
    let mut groups = three(Suite::X25519Aes128Ed25519);
    let committed = |group: &mut Group, proposal: AppDataUpdateProposal, value: Option<&[u8]>| {
        let component = proposal.component_id();
        let Group { member, mls, .. } = group;
        let provider = member.provider();
        let mut builder = mls
            .commit_builder()
            .add_proposal(openmls::prelude::Proposal::AppDataUpdate(Box::new(proposal)))
            .load_psks(provider.storage())
            .unwrap();
        let mut updater = builder.app_data_dictionary_updater();
        match value {
            Some(octets) => updater.set(openmls::component::ComponentData::from_parts(component, octets.to_vec().into())),
            None => updater.remove(&component),
        }
        let changes = updater.changes();
        builder.with_app_data_dictionary_updates(changes);
        let (rand, crypto) = (provider.rand(), provider.crypto());
        let bundle = builder.build(rand, crypto, &LeafSigner(member.key()), |_| true).unwrap().stage_commit(provider).unwrap();
        let message = bundle.into_commit().to_bytes().unwrap();
        mls.clear_pending_commit(provider.storage()).unwrap();
        message
    };
    let before = groups[1].view().unwrap();
    let cases = [
        (AppDataUpdateProposal::update(0xd056, b"x".to_vec()), Some(&b"x"[..]), Code::ComponentUpdateUnsupported),
        (AppDataUpdateProposal::remove(ROOM_METADATA), None, Code::ComponentUpdateUnsupported),
        (AppDataUpdateProposal::update(ROOM_METADATA, b"\x01x".to_vec()), Some(&b"\x01x"[..]), Code::UriInvalid),
        // The proposal says one thing and the committer computed another.
        (AppDataUpdateProposal::update(ROOM_DISCLOSURE_POLICY, b"x".to_vec()), Some(&b"y"[..]), Code::MessageInvalid),
    ];
    for (proposal, value, expected) in cases {
        let message = committed(&mut groups[0], proposal, value);
        assert_eq!(code(groups[1].receive(&message)), expected);
        assert_eq!(groups[1].view().unwrap(), before);
    }
    // mimi-mls 3.4.1: a policy cannot be taken away.
    let message = committed(&mut groups[0], AppDataUpdateProposal::remove(ROOM_DISCLOSURE_POLICY), None);
    assert_eq!(code(groups[1].receive(&message)), Code::PolicyChangeForbidden);
    assert_eq!(groups[1].view().unwrap(), before);
}
