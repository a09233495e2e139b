//! Who may come, go and change roles: roles_list and base_room_policy (mimi-mls 2.7, draft-ietf-mimi-room-policy).
//!
//! A room without roles keeps nobody from anything; its base policy counts all the same.
//!
//! Roles go by the user that a leaf's credential claims. That it may claim it has to be seen to before: the hub verifies who comes in and
//! who is added (`SnapshotLeaf::before_entry`).

use std::collections::BTreeSet;

use mimicred_mls::LeafView;
use mimicred_mls::component::{
    BANNED, CAN_ADD_OWN_CLIENT, CAN_ADD_PARTICIPANT, CAN_BAN, CAN_CHANGE_OWN_ROLE, CAN_CHANGE_USER_ROLE, CAN_KICK, CAN_OPEN_JOIN,
    CAN_REMOVE_OWN_CLIENT, CAN_REMOVE_PARTICIPANT, CAN_REMOVE_SELF, CAN_UN_BAN, CAN_USE_JOIN_CODE, NOT_A_PARTICIPANT,
    Participant, ParticipantListUpdate, RolesList,
};
use mimicred_mls::rules::{Actor, MembershipChange, Move, Refusal};
use mimicred_uri::MimiUri;

use super::claimed_user;

pub(super) fn judge(change: &MembershipChange<'_>) -> Result<(), Refusal> {
    limits(change)?;
    let Some(roles) = change.roles else { return Ok(()) };
    let judge = Judge { change, roles };
    for moved in change.moves {
        judge.moved(moved)?;
    }
    for (actor, update) in change.updates {
        judge.updated(*actor, update)?;
    }
    judge.nobody_is_left_over()
}

/// What the base policy says, whoever wants it.
fn limits(change: &MembershipChange<'_>) -> Result<(), Refusal> {
    let Some(base) = change.base_policy else { return Ok(()) };
    let (before, after) = (present(change.before), present(change.after));
    if base.fixed_membership && after.iter().any(|user| !before.contains(user)) {
        return refuse("its membership is fixed");
    }
    let exceeded = |count: usize, limit: Option<u32>| limit.is_some_and(|limit| u32::try_from(count).unwrap_or(u32::MAX) > limit);
    if exceeded(after.len(), base.max_users) && after.len() > before.len() {
        return refuse("it has as many users as it may have");
    }
    let comes = change.moves.iter().any(|moved| matches!(moved, Move::Added { .. } | Move::Came(_)));
    if comes && exceeded(change.leaf_count, base.max_clients) {
        return refuse("it has as many clients as it may have");
    }
    if comes && !base.multi_device {
        let mut seen = BTreeSet::new();
        let users = (change.leaves)().iter().filter_map(|leaf| claimed_user(&leaf.credential)).collect::<Vec<_>>();
        if let Some(twice) = users.iter().find(|user| !seen.insert(user.as_str())) {
            return Err(Refusal(format!("{twice} may have one client only")));
        }
    }
    Ok(())
}

struct Judge<'a> {
    change: &'a MembershipChange<'a>,
    roles: &'a RolesList,
}

impl Judge<'_> {
    fn moved(&self, moved: &Move<'_>) -> Result<(), Refusal> {
        match moved {
            Move::Added { by, leaf } => {
                let user = self.expected(leaf)?;
                let capability = if self.is_own(*by, &user) { CAN_ADD_OWN_CLIENT } else { CAN_ADD_PARTICIPANT };
                self.may(*by, &[capability], "add somebody")
            }
            Move::Came(leaf) => {
                let user = self.expected(leaf)?;
                match role_of(self.change.before, &user) {
                    Some(role) if role != BANNED && self.roles.allows(role, CAN_ADD_OWN_CLIENT) => Ok(()),
                    // Her place in the list is judged with it.
                    None => Ok(()),
                    Some(_) => refuse("her role does not let her bring in a client"),
                }
            }
            Move::Removed { by: Actor::Hub, .. } => Ok(()),
            Move::Removed { by, leaf } => {
                let user = leaf.and_then(|leaf| claimed_user(&leaf.credential));
                match (by, user) {
                    // The same key comes in anew (RFC 9420 12.4.3.2).
                    (Actor::Newcomer(newcomer), user) if user.is_some() && user == claimed_user(&newcomer.credential) => Ok(()),
                    (_, Some(user)) if self.is_own(*by, &user) => self.may(*by, &[CAN_REMOVE_OWN_CLIENT], "remove a client"),
                    _ => self.may(*by, &[CAN_REMOVE_PARTICIPANT, CAN_KICK, CAN_BAN], "remove somebody"),
                }
            }
            Move::Left(leaf) => self.may(Actor::Member(leaf), &[CAN_REMOVE_SELF], "leave by herself"),
        }
    }

    /// Whoever comes must be in the list, and not as one of those who are kept out.
    fn expected(&self, leaf: &LeafView) -> Result<MimiUri, Refusal> {
        let user = claimed_user(&leaf.credential).ok_or_else(|| Refusal("a leaf that names no user".to_owned()))?;
        match role_of(self.change.after, &user) {
            Some(NOT_A_PARTICIPANT | BANNED) | None => refuse("somebody comes in who is not in the participant list"),
            Some(_) => Ok(user),
        }
    }

    fn updated(&self, actor: Actor<'_>, update: &ParticipantListUpdate) -> Result<(), Refusal> {
        for Participant { user, role_index } in &update.added {
            match actor {
                Actor::Member(_) => self.may(actor, &[CAN_ADD_PARTICIPANT], "add somebody")?,
                Actor::Newcomer(leaf) => {
                    if claimed_user(&leaf.credential).as_ref() != Some(user) {
                        return refuse("a newcomer brings in somebody else");
                    }
                    let may = [CAN_OPEN_JOIN, CAN_USE_JOIN_CODE].iter().any(|it| self.roles.allows(NOT_A_PARTICIPANT, *it));
                    if !may {
                        return refuse("nobody may come in by herself");
                    }
                }
                Actor::Hub => return refuse("the hub adds nobody"),
            }
            self.authorized(actor, NOT_A_PARTICIPANT, *role_index)?;
        }
        for (position, target) in &update.changed_roles {
            let Some(participant) = at(self.change.before, *position) else { return refuse("there is no such participant") };
            let capability = match (participant.role_index, *target) {
                (_, BANNED) => CAN_BAN,
                (BANNED, _) => CAN_UN_BAN,
                _ if self.is_own(actor, &participant.user) => CAN_CHANGE_OWN_ROLE,
                _ => CAN_CHANGE_USER_ROLE,
            };
            self.may(actor, &[capability], "change a role")?;
            self.authorized(actor, participant.role_index, *target)?;
        }
        for position in &update.removed {
            let Some(participant) = at(self.change.before, *position) else { return refuse("there is no such participant") };
            if participant.role_index == BANNED {
                // Off the list she is kept out no more.
                self.may(actor, &[CAN_UN_BAN], "end a ban")?;
            } else if !self.has_gone(&participant.user) {
                self.may(actor, &[CAN_REMOVE_PARTICIPANT, CAN_KICK], "remove somebody")?;
            }
        }
        Ok(())
    }

    /// Whether a user has left, or the hub has had her removed: then anybody may cross her off the list.
    fn has_gone(&self, user: &MimiUri) -> bool {
        self.change.moves.iter().any(|moved| match moved {
            Move::Left(leaf) | Move::Removed { by: Actor::Hub, leaf: Some(leaf) } => {
                claimed_user(&leaf.credential).as_ref() == Some(user)
            }
            _ => false,
        })
    }

    /// Whoever is crossed off the list, or kept out from now on, has no leaf any more.
    fn nobody_is_left_over(&self) -> Result<(), Refusal> {
        let (before, after) = (present(self.change.before), present(self.change.after));
        let gone: Vec<_> = before.iter().filter(|user| !after.contains(*user)).collect();
        if gone.is_empty() {
            return Ok(());
        }
        let leaves = (self.change.leaves)();
        let users: BTreeSet<String> =
            leaves.iter().filter_map(|leaf| claimed_user(&leaf.credential)).map(|user| user.to_string()).collect();
        match gone.into_iter().find(|user| users.contains(**user)) {
            Some(user) => Err(Refusal(format!("{user} is no participant any more and keeps a client"))),
            None => Ok(()),
        }
    }

    /// Whether an actor may do what one of these capabilities stands for.
    fn may(&self, actor: Actor<'_>, capabilities: &[u16], what: &str) -> Result<(), Refusal> {
        let role = self.role(actor);
        if role.is_some_and(|role| capabilities.iter().any(|capability| self.roles.allows(role, *capability))) {
            Ok(())
        } else {
            Err(Refusal(format!("whoever wants to {what} has no role for that")))
        }
    }

    fn authorized(&self, actor: Actor<'_>, from: u32, target: u32) -> Result<(), Refusal> {
        let role = self.role(actor);
        if role.is_some_and(|role| self.roles.authorizes(role, from, target)) {
            Ok(())
        } else {
            Err(Refusal(format!("nobody of that role may put somebody from role {from} into role {target}")))
        }
    }

    /// The role by which somebody acts: that of nobody, if she is not in yet.
    fn role(&self, actor: Actor<'_>) -> Option<u32> {
        match actor {
            Actor::Member(leaf) => role_of(self.change.before, &claimed_user(&leaf.credential)?),
            Actor::Newcomer(leaf) => {
                let known = claimed_user(&leaf.credential).and_then(|user| role_of(self.change.before, &user));
                Some(known.unwrap_or(NOT_A_PARTICIPANT))
            }
            Actor::Hub => None,
        }
    }

    fn is_own(&self, actor: Actor<'_>, user: &MimiUri) -> bool {
        match actor {
            Actor::Member(leaf) | Actor::Newcomer(leaf) => claimed_user(&leaf.credential).as_ref() == Some(user),
            Actor::Hub => false,
        }
    }
}

/// The users of a list who are in the room.
fn present(participants: &[Participant]) -> BTreeSet<&str> {
    let here = participants.iter().filter(|it| ![NOT_A_PARTICIPANT, BANNED].contains(&it.role_index));
    here.map(|it| it.user.as_str()).collect()
}

fn role_of(participants: &[Participant], user: &MimiUri) -> Option<u32> {
    participants.iter().find(|participant| participant.user == *user).map(|participant| participant.role_index)
}

fn at(participants: &[Participant], position: u32) -> Option<&Participant> {
    usize::try_from(position).ok().and_then(|position| participants.get(position))
}

fn refuse<T>(why: &str) -> Result<T, Refusal> {
    Err(Refusal(why.to_owned()))
}

#[cfg(test)]
mod tests;
