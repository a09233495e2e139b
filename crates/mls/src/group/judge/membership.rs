//! Who comes and goes with a commit: gathered here, judged by the application.

use openmls::group::{PublicGroup, StagedCommit};
use openmls::prelude::{AppDataUpdateOperation, LeafNodeIndex, Proposal, Sender};

use super::{leaving, room_state_of};
use crate::component::{PARTICIPANT_LIST, ParticipantList, ParticipantListUpdate};
use crate::error::{Code, Error};
use crate::group::leaf;
use crate::rules::{Actor, MembershipChange, Move, Rules};
use crate::suite::Suite;
use crate::view::LeafView;

/// A sender with the leaf that it has, or will have.
enum Who {
    Member(Box<LeafView>),
    Newcomer,
    Hub,
}

/// A move with the leaf that it is about.
enum Moved {
    Added(Who, Box<LeafView>),
    Came,
    Removed(Who, Option<Box<LeafView>>),
    Left(Box<LeafView>),
}

/// # Errors
/// `mls/membership-refused`, and those of the components' codecs.
pub(super) fn judge(
    suite: Suite,
    before: &PublicGroup,
    staged: &StagedCommit,
    committer: &Sender,
    rules: &dyn Rules,
) -> Result<(), Error> {
    let member = |index: LeafNodeIndex| -> Result<Box<LeafView>, Error> {
        let node = before.leaf(index).ok_or(Code::MessageInvalid)?;
        leaf::view(suite, index, node).map(Box::new)
    };
    let who = |sender: &Sender| match sender {
        Sender::Member(index) => member(*index).map(Who::Member),
        Sender::NewMemberCommit => Ok(Who::Newcomer),
        Sender::External(_) => Ok(Who::Hub),
        Sender::NewMemberProposal => Err(Code::MessageInvalid.into()),
    };
    let newcomer = match (committer, staged.update_path_leaf_node()) {
        (Sender::NewMemberCommit, Some(node)) => Some(leaf::view(suite, LeafNodeIndex::new(0), node)?),
        (Sender::NewMemberCommit, None) => return Err(Code::MessageInvalid.into()),
        _ => None,
    };

    let (mut moved, mut wanted) = (Vec::new(), Vec::new());
    if newcomer.is_some() {
        moved.push(Moved::Came);
    }
    for queued in staged.queued_proposals() {
        match queued.proposal() {
            Proposal::Add(add) => {
                let node = add.key_package().leaf_node();
                let leaf = leaf::view(suite, LeafNodeIndex::new(0), node)?;
                moved.push(Moved::Added(who(queued.sender())?, Box::new(leaf)));
            }
            // One that could not be read may be removed by whoever may remove anybody.
            Proposal::Remove(remove) => moved.push(Moved::Removed(who(queued.sender())?, member(remove.removed()).ok())),
            Proposal::SelfRemove => {
                if let Who::Member(leaf) = who(queued.sender())? {
                    moved.push(Moved::Left(leaf));
                }
            }
            Proposal::AppDataUpdate(update) if update.component_id() == PARTICIPANT_LIST => {
                if let AppDataUpdateOperation::Update(octets) = update.operation() {
                    wanted.push((who(queued.sender())?, ParticipantListUpdate::decode(octets.as_slice())?));
                }
            }
            _ => {}
        }
    }
    if moved.is_empty() && wanted.is_empty() {
        return Ok(());
    }

    let room = room_state_of(before)?;
    let list = |extensions| {
        let octets = super::component(extensions, PARTICIPANT_LIST);
        octets.map(ParticipantList::decode).transpose().map(Option::unwrap_or_default)
    };
    let after = list(staged.group_context().extensions())?;
    let gone = leaving(staged);
    let added = moved.iter().filter(|moved| matches!(moved, Moved::Added(..) | Moved::Came)).count();
    let staying = || before.members().filter(|member| !gone.contains(&member.index.u32()));
    let leaves = || {
        let old = staying().filter_map(|it| leaf::view(suite, it.index, before.leaf(it.index)?).ok());
        let new = moved.iter().filter_map(|moved| match moved {
            Moved::Added(_, leaf) => Some((**leaf).clone()),
            Moved::Came => newcomer.clone(),
            Moved::Removed(..) | Moved::Left(_) => None,
        });
        old.chain(new).collect()
    };
    let actor = |who| actor(who, newcomer.as_ref());
    let updates: Vec<_> = wanted.iter().map(|(who, update)| Ok((actor(who)?, update.clone()))).collect::<Result<_, Error>>()?;
    let moves: Vec<_> = moved
        .iter()
        .map(|moved| {
            Ok(match moved {
                Moved::Added(who, leaf) => Move::Added { by: actor(who)?, leaf },
                Moved::Came => Move::Came(newcomer.as_ref().ok_or(Code::MessageInvalid)?),
                Moved::Removed(who, leaf) => Move::Removed { by: actor(who)?, leaf: leaf.as_deref() },
                Moved::Left(leaf) => Move::Left(leaf),
            })
        })
        .collect::<Result<_, Error>>()?;
    let change = MembershipChange {
        base_policy: room.base_policy.as_ref(),
        roles: room.roles.as_ref(),
        before: &room.participants,
        after: after.as_slice(),
        updates: &updates,
        moves: &moves,
        leaf_count: staying().count() + added,
        leaves: &leaves,
    };
    rules.membership(&change).map_err(|refusal| Error::new(Code::MembershipRefused).note(refusal.0))
}

fn actor<'a>(who: &'a Who, newcomer: Option<&'a LeafView>) -> Result<Actor<'a>, Error> {
    Ok(match who {
        Who::Member(leaf) => Actor::Member(leaf),
        Who::Newcomer => Actor::Newcomer(newcomer.ok_or(Code::MessageInvalid)?),
        Who::Hub => Actor::Hub,
    })
}
