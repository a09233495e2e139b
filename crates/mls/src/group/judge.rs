//! Whether a commit may take effect: what OpenMLS does not check of one, and what the application's [`Rules`] say. Members judge
//! their own commits and those of others by it, and so does the hub.

mod membership;

use std::collections::BTreeSet;

use mimicred_error::At;
use openmls::extensions::{Extensions, RequiredCapabilitiesExtension};
use openmls::group::{GroupContext, PublicGroup, QueuedProposal, StagedCommit};
use openmls::prelude::{
    AppDataUpdateOperation, AppDataUpdateProposal, Capabilities, LeafNode, LeafNodeIndex, Proposal, ProposalType, Sender,
};

use crate::component::{AppComponents, KeyPackageUsage, PARTICIPANT_LIST, ParticipantListUpdate, ROOM_DISCLOSURE_POLICY};
use crate::error::{Code, Error};
use crate::group::app_data::component;
use crate::group::room_state::{RoomState, required_components};
use crate::group::{Lifetime, config, key_package, leaf};
use crate::rules::{LeafChange, PolicyChange, Rules};
use crate::suite::Suite;
use crate::view::LeafView;

/// Whether the one who judges knows of a member who came by a KeyPackage for an initial connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Initial {
    /// Of one: the room must stay one for that (mimi-mls 3.2).
    Connection,
    /// Of none.
    No,
}

/// Judges a commit by the group as it is before.
///
/// # Errors
/// `mls/credential-type-undeclared`, `mls/leaf-key-form`, `mls/lifetime-invalid`, `mls/component-unsupported`,
/// `mls/capability-unsupported`, `mls/room-requirement-missing`, `mls/policy-change-forbidden`, `mls/policy-change-refused`,
/// `mls/successor-refused`, `mls/membership-refused`, `mls/initial-connection-only`, and those of the components' codecs.
pub(super) fn commit(
    before: &PublicGroup,
    staged: &StagedCommit,
    committer: &Sender,
    initial: Initial,
    rules: &dyn Rules,
) -> Result<(), Error> {
    let suite = config::suite(before.ciphersuite())?;
    let after = staged.group_context().extensions();
    let components = required_components(after)?;

    let mut initial = initial == Initial::Connection;
    for proposal in staged.add_proposals() {
        let key_package = proposal.add_proposal().key_package();
        newcomer(suite, LeafNodeIndex::new(0), key_package.leaf_node(), &components)?;
        Lifetime::new(key_package.life_time().not_before(), key_package.life_time().not_after())?;
        initial |= key_package::usage(key_package)? == KeyPackageUsage::InitialConnection;
    }
    if initial {
        RoomState::from_extensions(after)?.check_initial_connection()?;
    }
    for proposal in staged.update_proposals() {
        let Sender::Member(index) = proposal.sender() else { return Err(Code::MessageInvalid.into()) };
        changed(suite, before, *index, proposal.update_proposal().leaf_node(), &components, rules)?;
    }
    if let Some(node) = staged.update_path_leaf_node() {
        match committer {
            Sender::Member(index) => changed(suite, before, *index, node, &components, rules)?,
            _ => newcomer(suite, LeafNodeIndex::new(0), node, &components).map(|_| ())?,
        }
    }
    requirements(before, staged, after)?;
    policy(suite, before, staged, committer, rules)?;
    membership::judge(suite, before, staged, committer, rules)
}

/// A proposal that comes alone: whether whoever sends it may, before it is kept.
///
/// # Errors
/// `mls/policy-change-forbidden`.
pub(super) fn proposal(sender: &Sender, update: &AppDataUpdateProposal) -> Result<(), Error> {
    let is_policy = update.component_id() == ROOM_DISCLOSURE_POLICY;
    if is_policy && !matches!(sender, Sender::Member(_)) { Err(forbidden("by somebody who is not a member")) } else { Ok(()) }
}

/// The leaf indexes of those who go with this commit: removed by somebody, or by themselves.
pub(super) fn leaving(staged: &StagedCommit) -> BTreeSet<u32> {
    let gone = |queued: &QueuedProposal| match (queued.proposal(), queued.sender()) {
        (Proposal::Remove(remove), _) => Some(remove.removed().u32()),
        (Proposal::SelfRemove, Sender::Member(index)) => Some(index.u32()),
        _ => None,
    };
    staged.queued_proposals().filter_map(gone).collect()
}

/// The policy that a group begins with.
///
/// # Errors
/// `mls/policy-change-refused`.
pub(super) fn first_policy(room: &RoomState, rules: &dyn Rules) -> Result<(), Error> {
    let Some(policy) = &room.policy else { return Ok(()) };
    let before = RoomState { policy: None, ..room.clone() };
    judged(&before, None, policy, rules)
}

/// What every leaf that comes in must be; OpenMLS has checked its signature and what the group requires of it. Whoever does not know
/// its index yet says 0.
fn newcomer(suite: Suite, index: LeafNodeIndex, node: &LeafNode, required: &AppComponents) -> Result<LeafView, Error> {
    leaf::check_own_type(node.capabilities(), node.credential().credential_type())?;
    leaf::check_own_extensions(node)?;
    leaf::check_components(required, &leaf::components(node.extensions())?)?;
    leaf::view(suite, index, node)
}

/// A leaf in the place of another: the same, and a valid successor.
fn changed(
    suite: Suite,
    before: &PublicGroup,
    index: LeafNodeIndex,
    node: &LeafNode,
    required: &AppComponents,
    rules: &dyn Rules,
) -> Result<(), Error> {
    let here = |error: Error| error.at(At::Field("leaf".into())).note(format!("leaf {}", index.u32()));
    let after = newcomer(suite, index, node, required).map_err(here)?;
    let Some(old) = before.leaf(index) else { return Err(Code::MessageInvalid.into()) };
    if old.credential() == node.credential() && old.signature_key() == node.signature_key() {
        return Ok(());
    }
    // Whatever could not be read had no identity that somebody could succeed to.
    let Ok(before) = leaf::view(suite, index, old) else { return Ok(()) };
    rules
        .leaf_change(&LeafChange { before: &before, after: &after })
        .map_err(|refusal| here(Error::new(Code::SuccessorRefused)).note(refusal.0))
}

/// What the group requires from now on, if that is more: OpenMLS asks only the committer whether she supports credential and proposal
/// types that are required anew.
fn requirements(before: &PublicGroup, staged: &StagedCommit, after: &Extensions<GroupContext>) -> Result<(), Error> {
    let has_policy = component(after, ROOM_DISCLOSURE_POLICY).is_some();
    let required = after.required_capabilities();
    if has_policy && !required.is_some_and(|it| it.proposal_types().contains(&ProposalType::AppDataUpdate)) {
        // Otherwise a GroupContextExtensions proposal could change the policy (mimi-mls 3.4.1).
        return Err(Error::new(Code::RoomRequirementMissing).note("app_data_update"));
    }
    let Some(required) = required else { return Ok(()) };
    if before.required_capabilities() == Some(required) {
        return Ok(());
    }
    let gone = leaving(staged);
    let staying = before.members().filter(|member| !gone.contains(&member.index.u32()));
    for node in staying.filter_map(|member| before.leaf(member.index)) {
        supports(node.capabilities(), required)?;
    }
    for proposal in staged.add_proposals() {
        supports(proposal.add_proposal().key_package().leaf_node().capabilities(), required)?;
    }
    Ok(())
}

fn supports(capabilities: &Capabilities, required: &RequiredCapabilitiesExtension) -> Result<(), Error> {
    let missing = |what: &str, number: u16| Error::new(Code::CapabilityUnsupported).note(format!("{what} 0x{number:04x}"));
    let credential = required.credential_types().iter().find(|it| !capabilities.credentials().contains(it));
    if let Some(credential) = credential {
        return Err(missing("credential type", u16::from(*credential)));
    }
    // The types of RFC 9420 itself, 1 to 7, are not listed by anybody.
    let lacks = |it: &&ProposalType| u16::from(**it) > 7 && !capabilities.proposals().contains(it);
    match required.proposal_types().iter().find(lacks) {
        Some(proposal) => Err(missing("proposal type", u16::from(*proposal))),
        None => Ok(()),
    }
}

/// mimi-mls 3.4.1: the policy is replaced by a member, as a whole, in a commit that adds no participants; it is never removed.
fn policy(suite: Suite, before: &PublicGroup, staged: &StagedCommit, committer: &Sender, rules: &dyn Rules) -> Result<(), Error> {
    let mut added = false;
    let mut updates = Vec::new();
    let queued: Vec<_> = staged.app_data_update_proposals().collect();
    for queued in &queued {
        let update = queued.app_data_update_proposal();
        match (update.component_id(), update.operation()) {
            (ROOM_DISCLOSURE_POLICY, AppDataUpdateOperation::Update(octets)) => updates.push((queued.sender(), octets)),
            (ROOM_DISCLOSURE_POLICY, AppDataUpdateOperation::Remove) => return Err(forbidden("it cannot be removed")),
            (PARTICIPANT_LIST, AppDataUpdateOperation::Update(octets)) => {
                added |= !ParticipantListUpdate::decode(octets.as_slice())?.added.is_empty();
            }
            _ => {}
        }
    }
    let old = before.group_context().extensions();
    if updates.is_empty() {
        // A GroupContextExtensions proposal may not touch it.
        let changed =
            component(old, ROOM_DISCLOSURE_POLICY) != component(staged.group_context().extensions(), ROOM_DISCLOSURE_POLICY);
        return if changed { Err(forbidden("it changes by AppDataUpdate only")) } else { Ok(()) };
    }
    if added {
        return Err(forbidden("the same commit adds participants"));
    }
    if !matches!(committer, Sender::Member(_)) {
        return Err(forbidden("by somebody who is not a member"));
    }
    let room = room_state_of(before)?;
    for (sender, octets) in updates {
        let Sender::Member(index) = sender else { return Err(forbidden("by somebody who is not a member")) };
        // Never without: no proposer means that the room begins, when nobody's role is asked for.
        let proposer = leaf::view(suite, *index, before.leaf(*index).ok_or(Code::MessageInvalid)?)?;
        judged(&room, Some(&proposer), octets.as_slice(), rules)?;
    }
    Ok(())
}

fn judged(room: &RoomState, proposer: Option<&LeafView>, policy: &[u8], rules: &dyn Rules) -> Result<(), Error> {
    let change = PolicyChange {
        proposer,
        base_policy: room.base_policy.as_ref(),
        roles: room.roles.as_ref(),
        participants: &room.participants,
        before: room.policy.as_deref(),
        policy,
    };
    rules.policy_change(&change).map_err(|refusal| Error::new(Code::PolicyChangeRefused).note(refusal.0))
}

fn room_state_of(group: &PublicGroup) -> Result<RoomState, Error> {
    RoomState::from_extensions(group.group_context().extensions())
}

fn forbidden(note: &str) -> Error {
    Error::new(Code::PolicyChangeForbidden).note(note)
}
