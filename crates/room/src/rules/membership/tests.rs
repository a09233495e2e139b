//! mimi-mls 2.7: one case that each rule lets through, and one that breaks just that rule.

use mimicred_mls::Credential;
use mimicred_mls::component::{BaseRoomPolicy, Role, RoleChange};
use mimicred_mls::rules::Rules;

use super::*;
use crate::rules::RoomRules;
use crate::testing::{Person, Provider};

const MEMBER: u32 = 2;
const MODERATOR: u32 = 3;
const ADMIN: u32 = 4;

/// Alice administers, Bob moderates, Carol and Dora take part; Erin is kept out, Frank is nobody yet.
struct Cast {
    people: Vec<Person>,
}

const ALICE: usize = 0;
const BOB: usize = 1;
const CAROL: usize = 2;
const DORA: usize = 3;
const ERIN: usize = 4;
const FRANK: usize = 5;

impl Cast {
    fn new() -> Self {
        let provider = Provider::new("a.example", 1);
        Self { people: (10..16).map(|seed| Person::new(&provider, seed)).collect() }
    }

    fn leaf(&self, who: usize) -> LeafView {
        let person = &self.people[who];
        LeafView::new(0, person.key.public().clone(), person.credential.clone())
    }

    fn at(&self, who: usize, role_index: u32) -> Participant {
        Participant { user: self.people[who].user.clone(), role_index }
    }

    fn before(&self) -> Vec<Participant> {
        [(ALICE, ADMIN), (BOB, MODERATOR), (CAROL, MEMBER), (DORA, MEMBER), (ERIN, BANNED)]
            .map(|(who, role)| self.at(who, role))
            .to_vec()
    }

    fn added(&self, who: usize, role: u32) -> ParticipantListUpdate {
        ParticipantListUpdate { added: vec![self.at(who, role)], ..Default::default() }
    }
}

fn removed(position: u32) -> ParticipantListUpdate {
    ParticipantListUpdate { removed: vec![position], ..Default::default() }
}

fn changed(position: u32, role: u32) -> ParticipantListUpdate {
    ParticipantListUpdate { changed_roles: vec![(position, role)], ..Default::default() }
}

fn roles() -> RolesList {
    let role = |role_index, capabilities: &[u16], changes: &[(u32, &[u32])]| Role {
        role_index,
        role_capabilities: capabilities.to_vec(),
        authorized_role_changes: changes
            .iter()
            .map(|(from, to)| RoleChange { from_role_index: *from, target_role_indexes: to.to_vec() })
            .collect(),
        ..Role::default()
    };
    RolesList::new(vec![
        role(NOT_A_PARTICIPANT, &[CAN_OPEN_JOIN], &[(0, &[MEMBER])]),
        role(MEMBER, &[CAN_ADD_OWN_CLIENT, CAN_REMOVE_OWN_CLIENT, CAN_REMOVE_SELF], &[]),
        role(MODERATOR, &[CAN_KICK, CAN_BAN, CAN_UN_BAN], &[(MEMBER, &[BANNED]), (BANNED, &[MEMBER])]),
        role(
            ADMIN,
            &[CAN_ADD_PARTICIPANT, CAN_REMOVE_PARTICIPANT, CAN_CHANGE_USER_ROLE, CAN_CHANGE_OWN_ROLE],
            &[(0, &[MEMBER, MODERATOR]), (MEMBER, &[MODERATOR]), (ADMIN, &[MEMBER])],
        ),
    ])
    .unwrap()
}

/// Judges moves and updates in the room of the cast; `here` are the leaves that are there afterwards.
fn judged(
    cast: &Cast,
    (base_policy, roles): (Option<&BaseRoomPolicy>, Option<&RolesList>),
    moves: &[Move<'_>],
    updates: &[(Actor<'_>, ParticipantListUpdate)],
    here: &[usize],
) -> Result<(), String> {
    let before = cast.before();
    let mut after = mimicred_mls::component::ParticipantList::new(before.clone()).unwrap();
    for (_, update) in updates {
        after = after.updated(update).unwrap();
    }
    let leaves = || here.iter().map(|who| cast.leaf(*who)).collect();
    let change = MembershipChange {
        base_policy,
        roles,
        before: &before,
        after: after.as_slice(),
        updates,
        moves,
        leaf_count: here.len(),
        leaves: &leaves,
    };
    RoomRules.membership(&change).map_err(|refusal| refusal.0)
}

const ALL: [usize; 4] = [ALICE, BOB, CAROL, DORA];

/// A ban ends by the hand of whoever may end one, also where its line is struck off the list.
#[test]
fn who_strikes_off_a_ban_may_end_it() {
    let (cast, roles) = (Cast::new(), roles());
    let strikes = |who: usize, position: u32, here: &[usize]| {
        let leaf = cast.leaf(who);
        judged(&cast, (None, Some(&roles)), &[], &[(Actor::Member(&leaf), removed(position))], here)
    };
    // Erin is the fifth of the list, and banned. Alice may remove participants, and Bob may end bans.
    strikes(BOB, 4, &ALL).unwrap();
    assert_eq!(strikes(ALICE, 4, &ALL).unwrap_err(), "whoever wants to end a ban has no role for that");
    strikes(ALICE, 3, &[ALICE, BOB, CAROL]).unwrap();
}

#[test]
fn who_adds_has_a_role_for_it() {
    let (cast, roles) = (Cast::new(), roles());
    let frank = cast.leaf(FRANK);
    let try_as = |who: usize, role: u32| {
        let adder = cast.leaf(who);
        let by = Actor::Member(&adder);
        let here = [ALICE, BOB, CAROL, DORA, FRANK];
        judged(&cast, (None, Some(&roles)), &[Move::Added { by, leaf: &frank }], &[(by, cast.added(FRANK, role))], &here)
    };
    try_as(ALICE, MEMBER).unwrap();
    try_as(ALICE, MODERATOR).unwrap();
    assert!(try_as(BOB, MEMBER).unwrap_err().contains("no role for that"));
    // Alice may not make administrators.
    assert_eq!(try_as(ALICE, ADMIN).unwrap_err(), "nobody of that role may put somebody from role 0 into role 4");
    // A room without roles lets everybody.
    let adder = cast.leaf(CAROL);
    let by = Actor::Member(&adder);
    judged(&cast, (None, None), &[Move::Added { by, leaf: &frank }], &[(by, cast.added(FRANK, ADMIN))], &ALL).unwrap();
}

#[test]
fn whoever_comes_is_in_the_list_and_not_kept_out() {
    let (cast, roles) = (Cast::new(), roles());
    let alice = cast.leaf(ALICE);
    let by = Actor::Member(&alice);
    let (frank, erin) = (cast.leaf(FRANK), cast.leaf(ERIN));
    let room = (None, Some(&roles));
    let unlisted = judged(&cast, room, &[Move::Added { by, leaf: &frank }], &[], &ALL);
    assert_eq!(unlisted.unwrap_err(), "somebody comes in who is not in the participant list");
    assert!(judged(&cast, room, &[Move::Added { by, leaf: &erin }], &[], &ALL).is_err());
    assert!(judged(&cast, room, &[Move::Came(&erin)], &[], &ALL).is_err());
    let nameless = LeafView::new(0, frank.signature_key.clone(), Credential::Basic(b"x".to_vec()));
    assert_eq!(judged(&cast, room, &[Move::Added { by, leaf: &nameless }], &[], &ALL).unwrap_err(), "a leaf that names no user");
}

#[test]
fn a_newcomer_brings_in_herself_and_no_more() {
    let (cast, roles) = (Cast::new(), roles());
    let frank = cast.leaf(FRANK);
    let by = Actor::Newcomer(&frank);
    let here = [ALICE, BOB, CAROL, DORA, FRANK];
    let come = |update, roles: &RolesList| judged(&cast, (None, Some(roles)), &[Move::Came(&frank)], &[(by, update)], &here);
    come(cast.added(FRANK, MEMBER), &roles).unwrap();
    assert!(come(cast.added(FRANK, MODERATOR), &roles).unwrap_err().contains("into role 3"));
    let mut both = cast.added(FRANK, MEMBER);
    let other = Participant { user: "mimi://a.example/p/other".parse().unwrap(), role_index: MEMBER };
    both.added.push(other);
    assert_eq!(come(both, &roles).unwrap_err(), "a newcomer brings in somebody else");
    let mut and_out = cast.added(FRANK, MEMBER);
    and_out.removed = vec![3];
    assert!(come(and_out, &roles).unwrap_err().contains("remove somebody"));
    let mut and_up = cast.added(FRANK, MEMBER);
    and_up.changed_roles = vec![(2, MODERATOR)];
    assert!(come(and_up, &roles).unwrap_err().contains("change a role"));
    // Role 0 may not come by itself in most rooms.
    let closed: Vec<Role> = roles.as_slice().iter().filter(|role| role.role_index != 0).cloned().collect();
    assert_eq!(come(cast.added(FRANK, MEMBER), &RolesList::new(closed).unwrap()).unwrap_err(), "nobody may come in by herself");
}

#[test]
fn clients_of_ones_own() {
    let (cast, roles) = (Cast::new(), roles());
    let room = (None, Some(&roles));
    let (carol, bob, dora) = (cast.leaf(CAROL), cast.leaf(BOB), cast.leaf(DORA));
    let here = [ALICE, BOB, CAROL, CAROL, DORA];
    judged(&cast, room, &[Move::Added { by: Actor::Member(&carol), leaf: &carol }], &[], &here).unwrap();
    judged(&cast, room, &[Move::Came(&carol)], &[], &here).unwrap();
    judged(&cast, room, &[Move::Removed { by: Actor::Member(&carol), leaf: Some(&carol) }], &[], &ALL).unwrap();
    // Moderators have no such capability here, and nobody brings in clients of others by it.
    assert!(judged(&cast, room, &[Move::Added { by: Actor::Member(&bob), leaf: &bob }], &[], &here).is_err());
    assert!(judged(&cast, room, &[Move::Came(&bob)], &[], &here).is_err());
    assert!(judged(&cast, room, &[Move::Added { by: Actor::Member(&carol), leaf: &dora }], &[], &here).is_err());
    assert!(judged(&cast, room, &[Move::Removed { by: Actor::Member(&carol), leaf: Some(&dora) }], &[], &ALL).is_err());
}

#[test]
fn who_removes_has_a_role_for_it_or_somebody_has_left() {
    let (cast, roles) = (Cast::new(), roles());
    let room = (None, Some(&roles));
    let (alice, bob, carol, dora) = (cast.leaf(ALICE), cast.leaf(BOB), cast.leaf(CAROL), cast.leaf(DORA));
    let gone = [ALICE, BOB, CAROL];
    for by in [&alice, &bob] {
        let by = Actor::Member(by);
        judged(&cast, room, &[Move::Removed { by, leaf: Some(&dora) }], &[(by, removed(3))], &gone).unwrap();
        judged(&cast, room, &[Move::Removed { by, leaf: None }], &[], &gone).unwrap();
    }
    let by = Actor::Member(&carol);
    assert!(judged(&cast, room, &[Move::Removed { by, leaf: Some(&dora) }], &[], &gone).is_err());
    assert!(judged(&cast, room, &[], &[(by, removed(3))], &gone).unwrap_err().contains("remove somebody"));
    assert!(judged(&cast, room, &[Move::Removed { by, leaf: None }], &[], &gone).is_err());
    // Dora has left, or the hub had her removed: anybody may cross her off. Alice has no capability to leave by herself.
    judged(&cast, room, &[Move::Left(&dora)], &[(by, removed(3))], &gone).unwrap();
    judged(&cast, room, &[Move::Removed { by: Actor::Hub, leaf: Some(&dora) }], &[(by, removed(3))], &gone).unwrap();
    assert!(judged(&cast, room, &[Move::Left(&alice)], &[], &[BOB, CAROL, DORA]).unwrap_err().contains("leave by herself"));
    // Crossed off, but still there.
    let by = Actor::Member(&alice);
    assert!(judged(&cast, room, &[], &[(by, removed(3))], &ALL).unwrap_err().contains("keeps a client"));
    assert!(judged(&cast, room, &[], &[(Actor::Hub, removed(3))], &gone).is_err());
    assert!(judged(&cast, room, &[], &[(Actor::Hub, cast.added(FRANK, MEMBER))], &gone).is_err());
}

#[test]
fn roles_change_as_they_are_authorized() {
    let (cast, roles) = (Cast::new(), roles());
    let leaf = |who| cast.leaf(who);
    let try_as = |who: usize, position: u32, role: u32, here: &[usize]| {
        let by = leaf(who);
        judged(&cast, (None, Some(&roles)), &[], &[(Actor::Member(&by), changed(position, role))], here)
    };
    try_as(ALICE, 2, MODERATOR, &ALL).unwrap();
    try_as(ALICE, 0, MEMBER, &ALL).unwrap();
    assert!(try_as(ALICE, 2, ADMIN, &ALL).unwrap_err().contains("from role 2 into role 4"));
    assert!(try_as(CAROL, 2, MODERATOR, &ALL).is_err());
    // Banning: by moderators, and who is kept out has no client any more.
    try_as(BOB, 3, BANNED, &[ALICE, BOB, CAROL]).unwrap();
    assert!(try_as(BOB, 3, BANNED, &ALL).unwrap_err().contains("keeps a client"));
    assert!(try_as(ALICE, 3, BANNED, &[ALICE, BOB, CAROL]).unwrap_err().contains("no role for that"));
    assert!(try_as(BOB, 0, BANNED, &[BOB, CAROL, DORA]).unwrap_err().contains("from role 4 into role 1"));
    try_as(BOB, 4, MEMBER, &ALL).unwrap();
    assert!(try_as(ALICE, 4, MEMBER, &ALL).is_err());
}

#[test]
fn the_base_policy_counts_without_roles() {
    let cast = Cast::new();
    let (alice, frank, carol) = (cast.leaf(ALICE), cast.leaf(FRANK), cast.leaf(CAROL));
    let by = Actor::Member(&alice);
    let all_devices = BaseRoomPolicy { multi_device: true, ..BaseRoomPolicy::default() };
    let add = |base: &BaseRoomPolicy| {
        let here = [ALICE, BOB, CAROL, DORA, FRANK];
        judged(&cast, (Some(base), None), &[Move::Added { by, leaf: &frank }], &[(by, cast.added(FRANK, MEMBER))], &here)
    };
    let with = |change: &dyn Fn(&mut BaseRoomPolicy)| {
        let mut base = all_devices.clone();
        change(&mut base);
        base
    };
    add(&all_devices).unwrap();
    assert_eq!(add(&with(&|base| base.fixed_membership = true)).unwrap_err(), "its membership is fixed");
    add(&with(&|base| base.max_users = Some(5))).unwrap();
    assert!(add(&with(&|base| base.max_users = Some(4))).unwrap_err().contains("as many users"));
    add(&with(&|base| base.max_clients = Some(5))).unwrap();
    assert!(add(&with(&|base| base.max_clients = Some(4))).unwrap_err().contains("as many clients"));

    let second = |base: &BaseRoomPolicy| {
        judged(&cast, (Some(base), None), &[Move::Added { by, leaf: &carol }], &[], &[ALICE, BOB, CAROL, DORA, CAROL])
    };
    second(&all_devices).unwrap();
    assert!(second(&with(&|base| base.multi_device = false)).unwrap_err().contains("one client only"));
}
