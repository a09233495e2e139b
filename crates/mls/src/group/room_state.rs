//! What makes a group a room: the components in its GroupContext.

use mimicred_uri::MimiUri;
use openmls::extensions::{AppDataDictionary, AppDataDictionaryExtension, Extension, Extensions};
use openmls::group::GroupContext;

use crate::component::{
    APP_COMPONENTS, AppComponents, BANNED, BASE_ROOM_POLICY, BaseRoomPolicy, CONTENT_MEDIA_TYPES, PARTICIPANT_LIST, Participant,
    ParticipantList, ROLES_LIST, ROOM_DISCLOSURE_POLICY, ROOM_METADATA, RolesList, RoomMetadata,
};
use crate::error::{Code, Error};
use crate::framing::{decode_media_types, encode_media_types};
use crate::group::app_data::component;
use crate::group::config;
use crate::media_type::MediaType;

/// The state of a room as its GroupContext holds it.
///
/// ```
/// use mimicred_mls::MediaType;
/// use mimicred_mls::group::RoomState;
///
/// let room = RoomState::new("mimi://hub.example/r/clubhouse".parse()?)
///     .with_policy(b"the octets of a RoomDisclosurePolicy".to_vec())
///     .with_media_types(vec![MediaType::MimiContent, MediaType::DisclosureBundle]);
/// assert_eq!(room.metadata.room_uri.as_str(), "mimi://hub.example/r/clubhouse");
/// # Ok::<(), mimicred_uri::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomState {
    /// room_metadata.
    pub metadata: RoomMetadata,
    /// participant_list.
    pub participants: Vec<Participant>,
    /// room_disclosure_policy, as octets.
    pub policy: Option<Vec<u8>>,
    /// content_media_types; empty means that application data is not framed.
    pub media_types: Vec<MediaType>,
    /// base_room_policy.
    pub base_policy: Option<BaseRoomPolicy>,
    /// roles_list; without it nobody is kept from anything by her role.
    pub roles: Option<RolesList>,
}

impl RoomState {
    /// A room with nothing but its URI.
    pub fn new(room_uri: MimiUri) -> Self {
        Self {
            metadata: RoomMetadata::new(room_uri),
            participants: Vec::new(),
            policy: None,
            media_types: Vec::new(),
            base_policy: None,
            roles: None,
        }
    }

    /// The same room with these participants.
    #[must_use]
    pub fn with_participants(self, participants: Vec<Participant>) -> Self {
        Self { participants, ..self }
    }

    /// The same room with this disclosure policy.
    #[must_use]
    pub fn with_policy(self, policy: Vec<u8>) -> Self {
        Self { policy: Some(policy), ..self }
    }

    /// The same room with framed application data of these media types, the first of them the default.
    #[must_use]
    pub fn with_media_types(self, media_types: Vec<MediaType>) -> Self {
        Self { media_types, ..self }
    }

    /// The same room with this base policy.
    #[must_use]
    pub fn with_base_policy(self, base_policy: BaseRoomPolicy) -> Self {
        Self { base_policy: Some(base_policy), ..self }
    }

    /// The same room with these roles.
    #[must_use]
    pub fn with_roles(self, roles: RolesList) -> Self {
        Self { roles: Some(roles), ..self }
    }

    /// Whether somebody may be here who came by a KeyPackage for an initial connection (mimi-mls 3.2): nobody can find the room, it
    /// does not last, and there are two at most.
    ///
    /// # Errors
    /// `mls/initial-connection-only`.
    pub fn check_initial_connection(&self) -> Result<(), Error> {
        let base = self.base_policy.as_ref();
        base.ok_or_else(|| Error::new(Code::InitialConnectionOnly).note("the room does not say what it is"))?
            .check_initial_connection()?;
        let present = self.participants.iter().filter(|participant| participant.role_index != BANNED).count();
        if present > 2 {
            return Err(Error::new(Code::InitialConnectionOnly).note(format!("{present} participants")));
        }
        Ok(())
    }

    /// The GroupContext extensions of a new group.
    pub(super) fn to_extensions(&self) -> Result<Extensions<GroupContext>, Error> {
        let mut required: Vec<_> = vec![PARTICIPANT_LIST, ROOM_METADATA, ROOM_DISCLOSURE_POLICY];
        let mut dictionary = AppDataDictionary::new();
        dictionary.insert(ROOM_METADATA, self.metadata.encode()?);
        dictionary.insert(PARTICIPANT_LIST, ParticipantList::new(self.participants.clone())?.encode()?);
        if let Some(policy) = &self.policy {
            dictionary.insert(ROOM_DISCLOSURE_POLICY, policy.clone());
        }
        if !self.media_types.is_empty() {
            required.push(CONTENT_MEDIA_TYPES);
            dictionary.insert(CONTENT_MEDIA_TYPES, encode_media_types(&self.media_types)?);
        }
        if let Some(base_policy) = &self.base_policy {
            dictionary.insert(BASE_ROOM_POLICY, base_policy.encode()?);
        }
        if let Some(roles) = &self.roles {
            dictionary.insert(ROLES_LIST, roles.encode()?);
        }
        dictionary.insert(APP_COMPONENTS, AppComponents::from_iter(required).encode()?);
        Extensions::from_vec(vec![
            Extension::RequiredCapabilities(config::required_capabilities()),
            Extension::AppDataDictionary(AppDataDictionaryExtension::new(dictionary)),
        ])
        .map_err(super::failed)
    }

    /// The state that a GroupContext holds.
    ///
    /// # Errors
    /// `mls/room-uri-missing` if the group is not a room, else the codes of the components' codecs.
    pub(super) fn from_extensions(extensions: &Extensions<GroupContext>) -> Result<Self, Error> {
        let component = |id| component(extensions, id);
        Ok(Self {
            metadata: RoomMetadata::decode(component(ROOM_METADATA).ok_or(Code::RoomUriMissing)?)?,
            participants: component(PARTICIPANT_LIST)
                .map(ParticipantList::decode)
                .transpose()?
                .map(|list| list.as_slice().to_vec())
                .unwrap_or_default(),
            policy: component(ROOM_DISCLOSURE_POLICY).map(<[u8]>::to_vec),
            media_types: component(CONTENT_MEDIA_TYPES).map(decode_media_types).transpose()?.unwrap_or_default(),
            base_policy: component(BASE_ROOM_POLICY).map(BaseRoomPolicy::decode).transpose()?,
            roles: component(ROLES_LIST).map(RolesList::decode).transpose()?,
        })
    }
}

/// The components that a GroupContext requires of every member; 0xD050 always, if the room has a policy (mimi-mls 3.0).
pub(super) fn required_components(extensions: &Extensions<GroupContext>) -> Result<AppComponents, Error> {
    let listed = component(extensions, APP_COMPONENTS).map(AppComponents::decode).transpose()?.unwrap_or_default();
    let policy = component(extensions, ROOM_DISCLOSURE_POLICY).map(|_| ROOM_DISCLOSURE_POLICY);
    Ok(listed.iter().chain(policy).collect())
}
