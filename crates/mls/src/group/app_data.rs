//! The components of an app_data_dictionary, and what AppDataUpdates do to those of the room. MLS transports them as diffs; every
//! member has to come to the same result.

use std::collections::BTreeMap;

use openmls::component::ComponentData;
use openmls::extensions::Extensions;
use openmls::group::{AppDataDictionaryUpdater, AppDataUpdates};
use openmls::prelude::{AppDataUpdateOperation, AppDataUpdateProposal};

use crate::component::{
    ComponentId, JOIN_LINK_POLICY, JOIN_LINKS, JoinLinkPolicy, JoinLinks, JoinLinksUpdate, KNOCK_ROOM_POLICY, KnockRoomPolicy,
    PARTICIPANT_LIST, ParticipantList, ParticipantListUpdate, ROOM_DISCLOSURE_POLICY, ROOM_METADATA, RoomMetadata,
};
use crate::error::{Code, Error};

/// The octets of a component, if it is there.
pub(super) fn component<T>(extensions: &Extensions<T>, id: ComponentId) -> Option<&[u8]> {
    extensions.app_data_dictionary().and_then(|extension| extension.dictionary().get(&id))
}

/// The new value of every component that the proposals touch; nothing if they touch none.
///
/// # Errors
/// `mls/component-update-unsupported`, `mls/policy-change-forbidden`, `mls/participant-update-invalid`, and those of the components' codecs.
pub(super) fn changes<'a>(
    mut updater: AppDataDictionaryUpdater<'_>,
    proposals: impl IntoIterator<Item = &'a AppDataUpdateProposal>,
) -> Result<Option<AppDataUpdates>, Error> {
    let mut values: BTreeMap<ComponentId, Vec<u8>> = BTreeMap::new();
    for proposal in proposals {
        let component = proposal.component_id();
        let before = values.get(&component).map(Vec::as_slice).or_else(|| updater.old_value(component));
        let after = match proposal.operation() {
            AppDataUpdateOperation::Update(update) => updated(component, before, update.as_slice())?,
            // mimi-mls 3.4.1
            AppDataUpdateOperation::Remove if component == ROOM_DISCLOSURE_POLICY => {
                return Err(Error::new(Code::PolicyChangeForbidden).note("it cannot be removed"));
            }
            AppDataUpdateOperation::Remove => return Err(unsupported(component)),
        };
        values.insert(component, after);
    }
    for (component, value) in values {
        updater.set(ComponentData::from_parts(component, value.into()));
    }
    Ok(updater.changes())
}

fn updated(component: ComponentId, old: Option<&[u8]>, update: &[u8]) -> Result<Vec<u8>, Error> {
    match component {
        PARTICIPANT_LIST => {
            let list = old.map(ParticipantList::decode).transpose()?.unwrap_or_default();
            list.updated(&ParticipantListUpdate::decode(update)?)?.encode()
        }
        JOIN_LINKS => {
            let links = old.map(JoinLinks::decode).transpose()?.unwrap_or_default();
            links.updated(&JoinLinksUpdate::decode(update)?)?.encode()
        }
        // These are replaced as a whole.
        JOIN_LINK_POLICY => JoinLinkPolicy::decode(update).map(|_| update.to_vec()),
        KNOCK_ROOM_POLICY => KnockRoomPolicy::decode(update).map(|_| update.to_vec()),
        ROOM_METADATA => RoomMetadata::decode(update).map(|_| update.to_vec()),
        ROOM_DISCLOSURE_POLICY => Ok(update.to_vec()),
        other => Err(unsupported(other)),
    }
}

fn unsupported(component: ComponentId) -> Error {
    Error::new(Code::ComponentUpdateUnsupported).note(format!("component 0x{component:04x}"))
}
