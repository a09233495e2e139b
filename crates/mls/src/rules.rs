//! What the application judges of a change before it takes effect. MLS leaves it to her, and all members and the hub have to come to
//! the same answer: whoever refuses a commit that the others accept is no longer in the same group.

use crate::component::{BaseRoomPolicy, Participant, RolesList};
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
