//! What may change, by whom, and what OpenMLS would let pass.

use openmls::extensions::{AppDataDictionary, AppDataDictionaryExtension, Extension, Extensions, RequiredCapabilitiesExtension};
use openmls::prelude::{CredentialType, ExtensionType, GroupContext, LeafNodeParameters, ProposalType};

use super::*;
use crate::component::{ParticipantListUpdate, ROOM_DISCLOSURE_POLICY};

const SUITE: Suite = Suite::X25519Aes128Ed25519;

/// A policy begins with "policy" and is proposed by a member of role 2 or nobody; a credential's first octet stays; and Mallory does not
/// come in.
struct Picky;

impl Rules for Picky {
    fn policy_change(&self, change: &PolicyChange<'_>) -> Result<(), Refusal> {
        let is_known = change.proposer.is_none() || change.participants.iter().any(|participant| participant.role_index == 2);
        let has_before = change.proposer.is_some() == change.before.is_some();
        if is_known && has_before && change.policy.starts_with(b"policy") { Ok(()) } else { Err(Refusal("odd".into())) }
    }

    fn leaf_change(&self, change: &LeafChange<'_>) -> Result<(), Refusal> {
        let initial = |leaf: &crate::LeafView| match &leaf.credential {
            Credential::SdCwt(token) => token.first().copied(),
            _ => None,
        };
        if initial(change.before) == initial(change.after) { Ok(()) } else { Err(Refusal("somebody else".into())) }
    }

    fn membership(&self, change: &MembershipChange<'_>) -> Result<(), Refusal> {
        let unwanted = change.after.iter().any(|participant| participant.user == super::participant("mallory").user);
        if unwanted { Err(Refusal("not her".into())) } else { Ok(()) }
    }
}

fn picky(name: &str) -> Member {
    let credential = Credential::SdCwt(name.into());
    Member::new(SUITE, leaf_key(SUITE), credential, Picky, SystemRandom).unwrap().with_handshakes(Handshakes::Public)
}

fn lax(name: &str) -> Member {
    member(SUITE, name).with_handshakes(Handshakes::Public)
}

/// Alice, who would send anything, Bob, who looks, and a hub that looks.
fn scene() -> (Vec<Group>, Hub) {
    let mut groups = vec![lax("alice").create(GROUP_ID, &room(), &lifetime()).unwrap()];
    add(&mut groups, &[("bob", picky("bob"))]);
    let hub = Hub::open(&groups[0].group_info().unwrap(), Picky).unwrap();
    (groups, hub)
}

/// Alice's commit is refused by Bob and by the hub, and nothing changes.
fn refused(groups: &mut [Group], hub: &mut Hub, commit: &[u8], expected: Code) {
    let before = groups[1].view().unwrap();
    assert_eq!(code(groups[1].receive(commit)), expected);
    assert_eq!(code(hub.receive(commit)), expected);
    assert_eq!(groups[1].view().unwrap(), before);
    assert_eq!(hub.epoch(), before.epoch);
}

#[test]
fn a_policy_is_judged_by_everybody() {
    let (mut groups, mut hub) = scene();
    let commit = groups[0].set_policy(b"garbage".to_vec()).unwrap();
    refused(&mut groups, &mut hub, &commit.message, Code::PolicyChangeRefused);
    groups[0].discard().unwrap();
    // Who has rules does not even send it.
    assert_eq!(code(groups[1].set_policy(b"garbage".to_vec())), Code::PolicyChangeRefused);
    assert!(!groups[1].has_pending_commit());
    let commit = groups[1].set_policy(b"policy 2".to_vec()).unwrap();
    hub.receive(&commit.message).unwrap();
    groups[1].merge().unwrap();
    follow(&mut groups[..1], &commit.message);
    // Nor begins a room with it.
    let bad = room().with_policy(b"garbage".to_vec());
    assert_eq!(code(picky("bob").create(GROUP_ID, &bad, &lifetime())), Code::PolicyChangeRefused);
    assert!(picky("bob").create(GROUP_ID, &room(), &lifetime()).is_ok());
}

/// Who comes and goes is for the rules of whoever follows the room, whatever the committer's own say.
#[test]
fn who_comes_and_goes_is_judged_by_everybody() {
    let (mut groups, mut hub) = scene();
    let adding = |name: &str| {
        let update = ParticipantListUpdate { added: vec![participant(name)], ..Default::default() };
        Change { participants: Some(update), ..Change::default() }
    };
    let commit = groups[0].commit(adding("mallory")).unwrap();
    refused(&mut groups, &mut hub, &commit.message, Code::MembershipRefused);
    groups[0].discard().unwrap();
    assert_eq!(code(groups[1].commit(adding("mallory"))), Code::MembershipRefused);
    let commit = groups[0].commit(adding("carol")).unwrap();
    hub.receive(&commit.message).unwrap();
    groups[0].merge().unwrap();
    follow(&mut groups[1..], &commit.message);
}

/// mimi-mls 3.4.1: "not in a commit that adds participants".
#[test]
fn a_policy_does_not_change_as_participants_come_in() {
    let (mut groups, _) = scene();
    let update = ParticipantListUpdate { added: vec![participant("dave")], ..Default::default() };
    let change = Change { participants: Some(update), policy: Some(b"policy 2".to_vec()), ..Change::default() };
    assert_eq!(code(groups[0].commit(change)), Code::PolicyChangeForbidden);
    let update = ParticipantListUpdate { removed: vec![1], ..Default::default() };
    let change = Change { participants: Some(update), policy: Some(b"policy 2".to_vec()), ..Change::default() };
    assert!(groups[0].commit(change).is_ok());
}

/// RFC 9420 5.3.1: a leaf keeps its identity.
#[test]
fn a_leaf_is_followed_by_a_valid_successor() {
    let (mut groups, mut hub) = scene();
    let commit = groups[0].rotate(leaf_key(SUITE), Credential::SdCwt(b"mallory".to_vec())).unwrap();
    refused(&mut groups, &mut hub, &commit.message, Code::SuccessorRefused);
    groups[0].discard().unwrap();
    let commit = groups[0].rotate(leaf_key(SUITE), Credential::SdCwt(b"alice, renewed".to_vec())).unwrap();
    hub.receive(&commit.message).unwrap();
    groups[0].merge().unwrap();
    follow(&mut groups[1..], &commit.message);
    assert_eq!(code(groups[1].rotate(leaf_key(SUITE), Credential::SdCwt(b"mallory".to_vec()))), Code::SuccessorRefused);
    assert!(!groups[1].has_pending_commit());
    assert!(groups[1].rotate(leaf_key(SUITE), Credential::SdCwt(b"bobby".to_vec())).is_ok());
}

/// A commit by hand, as another implementation might make it; it is pending then.
fn committed(group: &mut Group, extensions: Option<Extensions<GroupContext>>, parameters: LeafNodeParameters) -> Vec<u8> {
    let Group { member, mls, .. } = group;
    let provider = member.provider();
    let mut builder = mls.commit_builder().leaf_node_parameters(parameters).force_self_update(true);
    if let Some(extensions) = extensions {
        builder = builder.propose_group_context_extensions(extensions).unwrap();
    }
    let builder = builder.load_psks(provider.storage()).unwrap();
    let built = builder.build(provider.rand(), provider.crypto(), &LeafSigner(member.key()), |_| true).unwrap();
    built.stage_commit(provider).unwrap().into_commit().to_bytes().unwrap()
}

fn capabilities(credentials: &[u16]) -> LeafNodeParameters {
    let capabilities = openmls::prelude::Capabilities::builder()
        .credentials(credentials.iter().copied().map(CredentialType::from).collect())
        .extensions(vec![ExtensionType::AppDataDictionary])
        .proposals(vec![ProposalType::AppDataUpdate, ProposalType::SelfRemove])
        .ciphersuites(Suite::ALL.map(config::ciphersuite).to_vec())
        .build();
    LeafNodeParameters::builder().with_capabilities(capabilities).build()
}

fn requiring(group: &Group, proposals: &[ProposalType], credentials: &[CredentialType]) -> Extensions<GroupContext> {
    let mut extensions = group.mls.extensions().clone();
    let required = RequiredCapabilitiesExtension::new(&[ExtensionType::AppDataDictionary], proposals, credentials);
    extensions.add_or_replace(Extension::RequiredCapabilities(required)).unwrap();
    extensions
}

/// OpenMLS asks only the committer whether she supports what is required anew.
#[test]
fn what_is_required_anew_is_supported_by_all() {
    let (mut groups, mut hub) = scene();
    let both = [ProposalType::AppDataUpdate, ProposalType::SelfRemove];
    let extensions = requiring(&groups[0], &both, &[CredentialType::X509]);
    let fine = committed(&mut groups[0], Some(extensions), LeafNodeParameters::default());
    groups[0].merge().unwrap();
    follow(&mut groups[1..], &fine);
    hub.receive(&fine).unwrap();

    // She supports another type; then she requires it of Bob, who does not.
    let wider = committed(&mut groups[0], None, capabilities(&[1, 2, 5, 0xf006, 0xf00a]));
    groups[0].merge().unwrap();
    follow(&mut groups[1..], &wider);
    hub.receive(&wider).unwrap();
    let extensions = requiring(&groups[0], &both, &[CredentialType::Other(0xf00a)]);
    let message = committed(&mut groups[0], Some(extensions), LeafNodeParameters::default());
    refused(&mut groups, &mut hub, &message, Code::CapabilityUnsupported);
}

/// A room with a policy keeps what protects the policy; and no GroupContextExtensions proposal touches it.
#[test]
fn the_policy_s_protection_stays() {
    let (mut groups, mut hub) = scene();
    let extensions = requiring(&groups[0], &[ProposalType::SelfRemove], &[]);
    let message = committed(&mut groups[0], Some(extensions), LeafNodeParameters::default());
    refused(&mut groups, &mut hub, &message, Code::RoomRequirementMissing);
    groups[0].discard().unwrap();

    let mut extensions = groups[0].mls.extensions().clone();
    let mut dictionary = AppDataDictionary::new();
    for (id, octets) in extensions.app_data_dictionary().unwrap().dictionary().entries().map(|it| (it.id(), it.data().to_vec())) {
        dictionary.insert(id, if id == ROOM_DISCLOSURE_POLICY { b"policy of mine".to_vec() } else { octets });
    }
    extensions.add_or_replace(Extension::AppDataDictionary(AppDataDictionaryExtension::new(dictionary))).unwrap();
    let Group { member, mls, .. } = &mut groups[0];
    let provider = member.provider();
    let builder = mls.commit_builder().propose_group_context_extensions(extensions).unwrap();
    let builder = builder.load_psks(provider.storage()).unwrap();
    // OpenMLS refuses to make it, because app_data_update is required.
    assert!(builder.build(provider.rand(), provider.crypto(), &LeafSigner(member.key()), |_| true).is_err());
}

/// OpenMLS lets a member give itself a leaf that does not list its own credential type, which it refuses from others; or one without
/// the room's components.
#[test]
fn a_changed_leaf_is_looked_at() {
    let (mut groups, mut hub) = scene();
    let narrow = committed(&mut groups[0], None, capabilities(&[1, 2]));
    refused(&mut groups, &mut hub, &narrow, Code::MessageInvalid);
    groups[0].discard().unwrap();
    let bare = LeafNodeParameters::builder().with_extensions(Extensions::empty()).build();
    let bare = committed(&mut groups[0], None, bare);
    refused(&mut groups, &mut hub, &bare, Code::ComponentUnsupported);
}
