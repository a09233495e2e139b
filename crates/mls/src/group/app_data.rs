//! What AppDataUpdates do to the room's components. MLS transports them as diffs; every member has to come to the same result.

use std::collections::BTreeMap;

use openmls::prelude::{AppDataUpdateOperation, AppDataUpdateProposal};

use crate::component::{
    ComponentId, PARTICIPANT_LIST, ParticipantList, ParticipantListUpdate, ROOM_DISCLOSURE_POLICY, ROOM_METADATA, RoomMetadata,
};
use crate::error::{Code, Error};

/// The new value of every component that the proposals touch; nothing means that it goes.
///
/// # Errors
/// `mls/component-update-unsupported`, `mls/participant-update-invalid`, and those of the components' codecs.
pub(super) fn apply<'a, 'b>(
    old: impl Fn(ComponentId) -> Option<&'b [u8]>,
    proposals: impl Iterator<Item = &'a AppDataUpdateProposal>,
) -> Result<BTreeMap<ComponentId, Option<Vec<u8>>>, Error> {
    let mut values = BTreeMap::new();
    for proposal in proposals {
        let component = proposal.component_id();
        let value: &mut Option<Vec<u8>> = values.entry(component).or_insert_with(|| old(component).map(<[u8]>::to_vec));
        *value = match proposal.operation() {
            AppDataUpdateOperation::Update(update) => Some(updated(component, value.as_deref(), update.as_slice())?),
            AppDataUpdateOperation::Remove if component == ROOM_DISCLOSURE_POLICY => None,
            AppDataUpdateOperation::Remove => return Err(unsupported(component)),
        };
    }
    Ok(values)
}

fn updated(component: ComponentId, old: Option<&[u8]>, update: &[u8]) -> Result<Vec<u8>, Error> {
    match component {
        PARTICIPANT_LIST => {
            let list = old.map(ParticipantList::decode).transpose()?.unwrap_or_default();
            list.updated(&ParticipantListUpdate::decode(update)?)?.encode()
        }
        // Both are replaced as a whole.
        ROOM_METADATA => RoomMetadata::decode(update).map(|_| update.to_vec()),
        ROOM_DISCLOSURE_POLICY => Ok(update.to_vec()),
        other => Err(unsupported(other)),
    }
}

fn unsupported(component: ComponentId) -> Error {
    Error::new(Code::ComponentUpdateUnsupported).note(format!("component 0x{component:04x}"))
}
