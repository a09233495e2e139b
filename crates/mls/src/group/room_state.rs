//! What makes a group a room: the components in its GroupContext.

use mimicred_uri::MimiUri;
use openmls::extensions::{AppDataDictionary, AppDataDictionaryExtension, Extension, Extensions, ExternalSender};
use openmls::group::GroupContext;
use tls_codec::Serialize;

use crate::component::{
    APP_COMPONENTS, AppComponents, BANNED, BASE_ROOM_POLICY, BaseRoomPolicy, CONTENT_MEDIA_TYPES, EXTERNAL_RECEIVERS,
    ExternalReceiver, ExternalReceivers, JOIN_LINK_POLICY, JOIN_LINKS, JoinLinkPolicy, JoinLinks, KNOCK_ROOM_POLICY,
    KnockRoomPolicy, PARTICIPANT_LIST, Participant, ParticipantList, ROLES_LIST, ROOM_DISCLOSURE_POLICY, ROOM_METADATA,
    RolesList, RoomMetadata,
};
use crate::credential::Credential;
use crate::error::{Code, Error};
use crate::framing::{decode_media_types, encode_media_types};
use crate::group::app_data::component;
use crate::group::{config, leaf};
use crate::leaf_node::MAX_KEY;
use crate::media_type::MediaType;
use crate::tls::Reader;

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
    /// external_receivers and external_senders: who follows the group, and may propose that somebody is removed.
    pub hub: Option<HubIdentity>,
    /// knock_room_policy, in a room where one knocks for another.
    pub knock: Option<KnockRoomPolicy>,
    /// join_link_policy, in a room that has links.
    pub link_policy: Option<JoinLinkPolicy>,
    /// join_links: the live ones.
    pub links: JoinLinks,
}

/// The hub of a room, as its GroupContext names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubIdentity {
    /// The HPKE key to which handshakes are sealed, of the group's suite.
    pub receiver_key: Vec<u8>,
    /// The SignaturePublicKey of what it signs: proposals, GroupInfoResponses.
    pub signature_key: Vec<u8>,
    /// Its credential.
    pub credential: Credential,
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
            hub: None,
            knock: None,
            link_policy: None,
            links: JoinLinks::default(),
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

    /// The same room at this hub.
    #[must_use]
    pub fn with_hub(self, hub: HubIdentity) -> Self {
        Self { hub: Some(hub), ..self }
    }

    /// The same room, where one knocks for another.
    #[must_use]
    pub fn with_knock(self, knock: KnockRoomPolicy) -> Self {
        Self { knock: Some(knock), ..self }
    }

    /// The same room, which has join links.
    #[must_use]
    pub fn with_link_policy(self, link_policy: JoinLinkPolicy) -> Self {
        Self { link_policy: Some(link_policy), ..self }
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
        if let Some(knock) = &self.knock {
            required.push(KNOCK_ROOM_POLICY);
            dictionary.insert(KNOCK_ROOM_POLICY, knock.encode()?);
        }
        if let Some(link_policy) = &self.link_policy {
            dictionary.insert(JOIN_LINK_POLICY, link_policy.encode()?);
            dictionary.insert(JOIN_LINKS, self.links.encode()?);
        }
        if let Some(hub) = &self.hub {
            dictionary.insert(
                EXTERNAL_RECEIVERS,
                ExternalReceivers::new(vec![ExternalReceiver::new(hub.receiver_key.clone(), hub.credential.clone())?])?
                    .encode()?,
            );
        }
        dictionary.insert(APP_COMPONENTS, AppComponents::from_iter(required).encode()?);
        let mut extensions = vec![
            Extension::RequiredCapabilities(config::required_capabilities()),
            Extension::AppDataDictionary(AppDataDictionaryExtension::new(dictionary)),
        ];
        if let Some(hub) = &self.hub {
            let key = hub.signature_key.clone().into();
            extensions.push(Extension::ExternalSenders(vec![ExternalSender::new(key, leaf::to_openmls(&hub.credential)?)]));
        }
        Extensions::from_vec(extensions).map_err(super::failed)
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
            hub: hub(extensions)?,
            knock: component(KNOCK_ROOM_POLICY).map(KnockRoomPolicy::decode).transpose()?,
            link_policy: component(JOIN_LINK_POLICY).map(JoinLinkPolicy::decode).transpose()?,
            links: component(JOIN_LINKS).map(JoinLinks::decode).transpose()?.unwrap_or_default(),
        })
    }
}

/// The hub is who receives handshakes and is the one external sender.
fn hub(extensions: &Extensions<GroupContext>) -> Result<Option<HubIdentity>, Error> {
    let Some(receivers) = component(extensions, EXTERNAL_RECEIVERS) else { return Ok(None) };
    let receivers = ExternalReceivers::decode(receivers)?;
    let receiver = receivers.only()?;
    let senders = extensions.external_senders().map(Vec::as_slice).unwrap_or_default();
    let [sender] = senders else { return Err(Error::new(Code::HubUnknown).note("it is not the one external sender")) };
    let octets = sender.tls_serialize_detached().map_err(super::failed)?;
    let mut reader = Reader::new(&octets);
    let signature_key = reader.vector(MAX_KEY)?.to_vec();
    let credential = Credential::decode(reader.take_rest())?;
    if credential != *receiver.credential() {
        return Err(Error::new(Code::HubUnknown).note("it receives as one and sends as another"));
    }
    Ok(Some(HubIdentity { receiver_key: receiver.public_key().to_vec(), signature_key, credential }))
}

/// The components that a GroupContext requires of every member; 0xD050 always, if the room has a policy (mimi-mls 3.0).
pub(super) fn required_components(extensions: &Extensions<GroupContext>) -> Result<AppComponents, Error> {
    let listed = component(extensions, APP_COMPONENTS).map(AppComponents::decode).transpose()?.unwrap_or_default();
    let policy = component(extensions, ROOM_DISCLOSURE_POLICY).map(|_| ROOM_DISCLOSURE_POLICY);
    Ok(listed.iter().chain(policy).collect())
}
