//! What the application judges of a change before it takes effect. MLS leaves it to her, and all members and the hub have to come to
//! the same answer: whoever refuses a commit that the others accept is no longer in the same group.

use crate::component::{BaseRoomPolicy, Participant, ParticipantListUpdate, RolesList};
use crate::view::LeafView;

/// Judges changes, by what everybody in the group can see: not by a clock, nor by whom one trusts, nor by what one has seen before.
///
/// ```
/// use mimicred_mls::rules::{LeafChange, PolicyChange, Refusal, Rules};
///
/// /// Policies are short, and nobody changes her credential.
/// struct Strict;
///
/// impl Rules for Strict {
///     fn policy_change(&self, change: &PolicyChange<'_>) -> Result<(), Refusal> {
///         if change.policy.len() < 1000 { Ok(()) } else { Err(Refusal("too long".to_owned())) }
///     }
///
///     fn leaf_change(&self, change: &LeafChange<'_>) -> Result<(), Refusal> {
///         if change.before.credential == change.after.credential { Ok(()) } else { Err(Refusal("not the same".to_owned())) }
///     }
/// }
/// ```
pub trait Rules: Send + Sync {
    /// Whether this may be the room's disclosure policy from now on, or from the beginning (mimi-mls 3.4.1).
    ///
    /// That it is a member who replaces it, and not with a commit that brings in participants, is seen to already.
    ///
    /// # Errors
    /// Why not; the commit is refused then.
    fn policy_change(&self, change: &PolicyChange<'_>) -> Result<(), Refusal>;

    /// Whether a leaf may take the place of another with another key or credential: whether it is a valid successor (RFC 9420 5.3.1).
    ///
    /// # Errors
    /// Why not; the commit is refused then.
    fn leaf_change(&self, change: &LeafChange<'_>) -> Result<(), Refusal>;

    /// Whether these may come and go, and the participant list change like that: roles and the base policy (mimi-mls 2.7).
    ///
    /// # Errors
    /// Why not; the commit is refused then.
    fn membership(&self, change: &MembershipChange<'_>) -> Result<(), Refusal> {
        let _ = change;
        Ok(())
    }
}

/// Why a change is refused, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal(pub String);

/// A policy that is to be in force.
#[derive(Clone, Copy, Debug)]
pub struct PolicyChange<'a> {
    /// The member who wants it, as she was before; nothing when the group is created.
    pub proposer: Option<&'a LeafView>,
    /// The room's base policy, if it has one.
    pub base_policy: Option<&'a BaseRoomPolicy>,
    /// Its roles, if it has any.
    pub roles: Option<&'a RolesList>,
    /// Who takes part.
    pub participants: &'a [Participant],
    /// The octets of the policy before, if there was one.
    pub before: Option<&'a [u8]>,
    /// The octets of the new policy.
    pub policy: &'a [u8],
}

/// A leaf with another key or credential.
#[derive(Clone, Copy, Debug)]
pub struct LeafChange<'a> {
    /// As it was.
    pub before: &'a LeafView,
    /// As it is to be.
    pub after: &'a LeafView,
}

/// Who comes and goes with a commit, and what becomes of the participant list.
pub struct MembershipChange<'a> {
    /// The room's base policy, if it has one.
    pub base_policy: Option<&'a BaseRoomPolicy>,
    /// Its roles, if it has any.
    pub roles: Option<&'a RolesList>,
    /// Who takes part before.
    pub before: &'a [Participant],
    /// Who takes part after.
    pub after: &'a [Participant],
    /// What changes the one into the other, and who wants it. Positions are those of the list before each of them.
    pub updates: &'a [(Actor<'a>, ParticipantListUpdate)],
    /// The leaves that come and go.
    pub moves: &'a [Move<'a>],
    /// How many leaves there are after.
    pub leaf_count: usize,
    /// All leaves after; those that cannot be read are left out. Reading them costs.
    pub leaves: &'a dyn Fn() -> Vec<LeafView>,
}

/// Who wants a change.
#[derive(Clone, Copy, Debug)]
pub enum Actor<'a> {
    /// A member, as she was before.
    Member(&'a LeafView),
    /// Who comes in by an external commit, as she will be.
    Newcomer(&'a LeafView),
    /// The room's external sender: its hub.
    Hub,
}

/// A leaf that comes or goes.
#[derive(Clone, Copy, Debug)]
pub enum Move<'a> {
    /// Somebody adds it.
    Added {
        /// Who.
        by: Actor<'a>,
        /// As it will be.
        leaf: &'a LeafView,
    },
    /// It comes in by itself.
    Came(&'a LeafView),
    /// Somebody removes it.
    Removed {
        /// Who.
        by: Actor<'a>,
        /// As it was; nothing if it could not be read.
        leaf: Option<&'a LeafView>,
    },
    /// It leaves by itself.
    Left(&'a LeafView),
}

/// No rules but those of MLS and of the components: any octets are a policy, and any leaf succeeds another. For tools and tests;
/// `mimicred_room::RoomRules` are those of a room.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoRules;

impl Rules for NoRules {
    fn policy_change(&self, _: &PolicyChange<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    fn leaf_change(&self, _: &LeafChange<'_>) -> Result<(), Refusal> {
        Ok(())
    }
}
