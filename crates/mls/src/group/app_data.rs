//! What AppDataUpdates do to the room's components. MLS transports them as diffs; every member has to come to the same result.

use std::collections::BTreeMap;

use openmls::prelude::{AppDataUpdateOperation, AppDataUpdateProposal};

use crate::component::{
    ComponentId, KNOCK_ROOM_POLICY, KnockRoomPolicy, PARTICIPANT_LIST, ParticipantList, ParticipantListUpdate,
    ROOM_DISCLOSURE_POLICY, ROOM_METADATA, RoomMetadata,
};
use crate::error::{Code, Error};

/// The new value of every component that the proposals touch.
///
/// # Errors
/// `mls/component-update-unsupported`, `mls/policy-change-forbidden`, `mls/participant-update-invalid`, and those of the components' codecs.
pub(super) fn apply<'a, 'b>(
    old: impl Fn(ComponentId) -> Option<&'b [u8]>,
    proposals: impl Iterator<Item = &'a AppDataUpdateProposal>,
) -> Result<BTreeMap<ComponentId, Vec<u8>>, Error> {
    let mut values = BTreeMap::new();
    for proposal in proposals {
        let component = proposal.component_id();
        let before = values.get(&component).map(Vec::as_slice).or_else(|| old(component));
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
    Ok(values)
}

fn updated(component: ComponentId, old: Option<&[u8]>, update: &[u8]) -> Result<Vec<u8>, Error> {
    match component {
        PARTICIPANT_LIST => {
            let list = old.map(ParticipantList::decode).transpose()?.unwrap_or_default();
            list.updated(&ParticipantListUpdate::decode(update)?)?.encode()
        }
        // These are replaced as a whole.
        KNOCK_ROOM_POLICY => KnockRoomPolicy::decode(update).map(|_| update.to_vec()),
        ROOM_METADATA => RoomMetadata::decode(update).map(|_| update.to_vec()),
        ROOM_DISCLOSURE_POLICY => Ok(update.to_vec()),
        other => Err(unsupported(other)),
    }
}

fn unsupported(component: ComponentId) -> Error {
    Error::new(Code::ComponentUpdateUnsupported).note(format!("component 0x{component:04x}"))
}
