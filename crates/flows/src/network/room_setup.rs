//! What a room is from its beginning (mimi-mls 3.6.2).

use mimicred_mls::MediaType;
use mimicred_mls::component::{
    BANNED, BaseRoomPolicy, CAN_ADD_OWN_CLIENT, CAN_ADD_PARTICIPANT, CAN_BAN, CAN_CHANGE_DISCLOSURE_POLICY, CAN_CHANGE_USER_ROLE,
    CAN_CREATE_JOIN_CODE, CAN_DELETE_JOIN_CODE, CAN_KICK, CAN_OPEN_JOIN, CAN_RECEIVE_MESSAGE, CAN_REMOVE_OWN_CLIENT,
    CAN_REMOVE_PARTICIPANT, CAN_REMOVE_SELF, CAN_REPORT_ABUSE, CAN_REVIEW_KNOCK, CAN_SEND_MESSAGE, CAN_SUBMIT_KNOCK, CAN_UN_BAN,
    CAN_USE_JOIN_CODE, CAN_VIEW_RESTRICTED_DISCLOSURES, JoinLinkPolicy, KNOCK_ROOM_POLICY, KnockRoomPolicy, NOT_A_PARTICIPANT,
    Participant, ROOM_DISCLOSURE_POLICY, Role, RoleChange, RolesList,
};
use mimicred_mls::group::{HubIdentity, RoomState};
use mimicred_uri::MimiUri;

use crate::Error;

/// Takes part.
pub(crate) const MEMBER: u32 = 2;
/// Reads knocks, and removes.
pub(crate) const MODERATOR: u32 = 3;
/// Brings in, and sets the policy.
pub(crate) const ADMIN: u32 = 4;
/// Has come to knock.
pub(crate) const KNOCKER: u32 = 5;
/// Takes part, and sends nothing.
pub(crate) const MUTED: u32 = 6;

/// A room to be.
#[derive(Clone, Debug)]
pub(crate) struct RoomSetup {
    /// What the scenario calls it: `R1`.
    pub label: String,
    /// How one comes in.
    pub access: Access,
    /// The TLS form of its disclosure policy.
    pub policy: Vec<u8>,
    /// At most so many users.
    pub max_users: Option<u32>,
    /// Whether it lasts.
    pub persistent: bool,
    /// What it is called; empty in every room that is to say nothing (mimi-mls T-11).
    pub name: String,
}

/// How one comes into a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// By somebody who is in.
    Invited,
    /// By a join link; one link for many or for one.
    Link {
        /// Whether a link serves many.
        multiuser: bool,
    },
    /// By oneself, to knock.
    Knock(KnockRoomPolicy),
    /// By oneself, to take part; moderators mute and ban.
    Open,
}

impl RoomSetup {
    /// A room for those who are invited, that lasts and says nothing about itself.
    pub(crate) fn new(label: &str, policy: Vec<u8>) -> Self {
        let (label, access, name) = (label.to_owned(), Access::Invited, String::new());
        Self { label, access, policy, max_users: None, persistent: true, name }
    }

    /// A room of two in which somebody makes contact: it does not last.
    #[must_use]
    pub(crate) fn bootstrap(self) -> Self {
        Self { max_users: Some(2), persistent: false, ..self }
    }

    /// The same room with another way in.
    #[must_use]
    pub(crate) fn with_access(self, access: Access) -> Self {
        Self { access, ..self }
    }

    /// Its state, with one participant.
    pub(crate) fn state(&self, uri: &MimiUri, hub: HubIdentity, creator: &MimiUri) -> Result<RoomState, Error> {
        let roles = self.roles().map_err(|e| Error::step("a room is set up", e))?;
        let mut policy_component_ids = vec![ROOM_DISCLOSURE_POLICY];
        if matches!(self.access, Access::Knock(_)) {
            policy_component_ids.push(KNOCK_ROOM_POLICY);
        }
        let base = BaseRoomPolicy {
            multi_device: true,
            max_users: self.max_users,
            pseudonyms_allowed: true,
            persistent_room: self.persistent,
            discoverable: matches!(self.access, Access::Knock(_)),
            policy_component_ids,
            ..BaseRoomPolicy::default()
        };
        let mut state = RoomState::new(uri.clone())
            .with_participants(vec![Participant { user: creator.clone(), role_index: ADMIN }])
            .with_policy(self.policy.clone())
            .with_media_types(media_types())
            .with_base_policy(base)
            .with_roles(roles)
            .with_hub(hub);
        state.metadata.room_name.clone_from(&self.name);
        Ok(match &self.access {
            Access::Invited => state,
            Access::Link { multiuser } => {
                state.with_link_policy(JoinLinkPolicy { multiuser: *multiuser, expiration: 86_400, ..JoinLinkPolicy::default() })
            }
            Access::Knock(knock) => state.with_knock(knock.clone()),
            Access::Open => state,
        })
    }

    fn roles(&self) -> Result<RolesList, mimicred_mls::Error> {
        let role = |role_index, name: &str, capabilities: &[u16], brings_in: &[u32]| Role {
            role_index,
            role_name: name.to_owned(),
            role_capabilities: capabilities.to_vec(),
            authorized_role_changes: match brings_in {
                [] => Vec::new(),
                targets => vec![RoleChange { from_role_index: NOT_A_PARTICIPANT, target_role_indexes: targets.to_vec() }],
            },
            ..Role::default()
        };
        let (anybody, into): (&[u16], &[u32]) = match self.access {
            Access::Invited => (&[], &[]),
            Access::Link { .. } => (&[CAN_USE_JOIN_CODE], &[MEMBER]),
            Access::Knock(_) => (&[CAN_OPEN_JOIN], &[KNOCKER]),
            Access::Open => (&[CAN_OPEN_JOIN], &[MEMBER]),
        };
        let own = [CAN_ADD_OWN_CLIENT, CAN_REMOVE_OWN_CLIENT, CAN_REMOVE_SELF, CAN_SEND_MESSAGE, CAN_RECEIVE_MESSAGE];
        let moderate = [CAN_KICK, CAN_BAN, CAN_REMOVE_PARTICIPANT, CAN_REVIEW_KNOCK, CAN_VIEW_RESTRICTED_DISCLOSURES];
        let administer = [CAN_ADD_PARTICIPANT, CAN_CHANGE_DISCLOSURE_POLICY, CAN_CREATE_JOIN_CODE, CAN_DELETE_JOIN_CODE];
        if self.access == Access::Open {
            let member = [&own[..], &[CAN_REPORT_ABUSE]].concat();
            let moderator = [&member[..], &moderate, &[CAN_CHANGE_USER_ROLE, CAN_UN_BAN]].concat();
            let change = |from, targets: &[u32]| RoleChange { from_role_index: from, target_role_indexes: targets.to_vec() };
            let changes = vec![change(MEMBER, &[MUTED, BANNED]), change(MUTED, &[MEMBER, BANNED]), change(BANNED, &[MEMBER])];
            let moderating = |role: Role| {
                let authorized_role_changes = [role.authorized_role_changes, changes.clone()].concat();
                Role { authorized_role_changes, ..role }
            };
            let muted = [CAN_ADD_OWN_CLIENT, CAN_REMOVE_OWN_CLIENT, CAN_REMOVE_SELF, CAN_RECEIVE_MESSAGE, CAN_REPORT_ABUSE];
            return RolesList::new(vec![
                role(NOT_A_PARTICIPANT, "none", anybody, into),
                role(BANNED, "banned", &[], &[]),
                role(MEMBER, "member", &member, &[]),
                moderating(role(MODERATOR, "moderator", &moderator, &[])),
                moderating(role(ADMIN, "administrator", &[&moderator[..], &administer].concat(), &[MEMBER, MODERATOR])),
                role(MUTED, "muted", &muted, &[]),
            ]);
        }
        RolesList::new(vec![
            role(NOT_A_PARTICIPANT, "none", anybody, into),
            role(MEMBER, "member", &own, &[]),
            role(MODERATOR, "moderator", &[&own[..], &moderate].concat(), &[]),
            role(ADMIN, "administrator", &[&own[..], &moderate, &administer].concat(), &[MEMBER, MODERATOR]),
            role(KNOCKER, "knocker", &[CAN_SEND_MESSAGE, CAN_REMOVE_SELF, CAN_SUBMIT_KNOCK], &[]),
        ])
    }
}

/// The media types of every pseudonymous room, whether it uses them or not (mimi-mls 3.5.4).
pub(crate) fn media_types() -> Vec<MediaType> {
    vec![MediaType::MimiContent, MediaType::DisclosureBundle, MediaType::DisclosureSealed, MediaType::DisclosureRequest]
}
