//! Components of the app_data_dictionary (draft-ietf-mls-extensions): their numbers, and the content of those that make a
//! group a room, a KeyPackage one for a purpose, or a leaf one to which disclosures can be sealed.
//!
//! The room disclosure policy (0xD050) stays opaque here; the crate `room` knows it.

mod app_components;
mod base_room_policy;
mod consent_usage;
mod disclosure_recipient;
mod external_receivers;
mod identity_kind;
mod join_links;
mod key_package_proofs;
mod key_package_usage;
mod knock_room_policy;
mod participant_list;
mod roles_list;
mod room_metadata;
#[cfg(test)]
mod tests;

pub use app_components::AppComponents;
pub use base_room_policy::BaseRoomPolicy;
pub use consent_usage::ConsentUsage;
pub use disclosure_recipient::DisclosureRecipient;
pub use external_receivers::{ExternalReceiver, ExternalReceivers};
pub use identity_kind::IdentityKind;
pub use join_links::{JoinLinkPolicy, JoinLinks, JoinLinksUpdate, LinkPublicKey};
pub use key_package_proofs::KeyPackageProofs;
pub use key_package_usage::{KeyPackageUsage, SALT_LEN, UsageKind};
pub use knock_room_policy::KnockRoomPolicy;
pub use participant_list::{Participant, ParticipantList, ParticipantListUpdate};
pub use roles_list::{
    BANNED, CAN_ACCEPT_KNOCK, CAN_ADD_OWN_CLIENT, CAN_ADD_PARTICIPANT, CAN_BAN, CAN_CHANGE_DISCLOSURE_POLICY,
    CAN_CHANGE_OTHER_POLICY_ATTRIBUTE, CAN_CHANGE_OWN_ROLE, CAN_CHANGE_USER_ROLE, CAN_CREATE_JOIN_CODE, CAN_DELETE_JOIN_CODE,
    CAN_JOIN_IF_PREAUTHORIZED, CAN_KICK, CAN_KNOCK, CAN_OPEN_JOIN, CAN_RECEIVE_MESSAGE, CAN_REMOVE_OWN_CLIENT,
    CAN_REMOVE_PARTICIPANT, CAN_REMOVE_SELF, CAN_REPORT_ABUSE, CAN_REQUEST_DISCLOSURE, CAN_REVIEW_KNOCK, CAN_SEND_MESSAGE,
    CAN_SUBMIT_KNOCK, CAN_TARGET_MESSAGE, CAN_UN_BAN, CAN_USE_JOIN_CODE, CAN_VIEW_RESTRICTED_DISCLOSURES, NOT_A_PARTICIPANT,
    Role, RoleChange, RolesList,
};
pub use room_metadata::{RichDescription, RoomMetadata};
pub(crate) use room_metadata::{read_optional_uri, read_uri};

/// The number of a component.
pub type ComponentId = u16;

/// Which components are supported (in a leaf) or required (in the GroupContext).
pub const APP_COMPONENTS: ComponentId = 0x0001;
/// Safe AAD.
pub const SAFE_AAD: ComponentId = 0x0002;
/// Which media types are supported or required.
pub const CONTENT_MEDIA_TYPES: ComponentId = 0x0003;
/// Marks a KeyPackage of last resort.
pub const LAST_RESORT_KEY_PACKAGE: ComponentId = 0x0004;
/// To whom outside of the group handshakes are sealed (draft-mahy-mls-semiprivatemessage, suggested).
pub const EXTERNAL_RECEIVERS: ComponentId = 0x0008;
/// Who takes part in the room, and in which role (draft-ietf-mimi-protocol).
pub const PARTICIPANT_LIST: ComponentId = 0x0022;
/// What the room is called; holds the room's URI (draft-ietf-mimi-protocol).
pub const ROOM_METADATA: ComponentId = 0x0023;
/// Roles (draft-ietf-mimi-room-policy).
pub const ROLES_LIST: ComponentId = 0x0025;
/// Base policy of the room (draft-ietf-mimi-room-policy).
pub const BASE_ROOM_POLICY: ComponentId = 0x0027;
/// What join links are like (draft-ietf-mimi-room-policy).
pub const JOIN_LINK_POLICY: ComponentId = 0x0029;
/// The live join links (draft-ietf-mimi-room-policy).
pub const JOIN_LINKS: ComponentId = 0x002A;
/// Private: the room's disclosure policy.
pub const ROOM_DISCLOSURE_POLICY: ComponentId = 0xD050;
/// Private: what a KeyPackage is for.
pub const KEY_PACKAGE_USAGE: ComponentId = 0xD051;
/// Private: whether a leaf is a pseudonym.
pub const IDENTITY_KIND: ComponentId = 0xD052;
/// Private: signs CredentialPresentations.
pub const CREDENTIAL_PRESENTATION: ComponentId = 0xD053;
/// Private: who may read a sealed disclosure.
pub const DISCLOSURE_RECIPIENTS: ComponentId = 0xD054;
/// Private: how the room takes knocks.
pub const KNOCK_ROOM_POLICY: ComponentId = 0xD055;
/// Private: consent by usage.
pub const CONSENT_USAGE: ComponentId = 0xD056;
/// Private: signs KeyPackageOffers; in the GroupInfo of a Welcome, [`KeyPackageProofs`].
pub const KEY_PACKAGE_OFFER: ComponentId = 0xD057;
