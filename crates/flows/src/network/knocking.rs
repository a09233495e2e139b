//! What a hub does about those who stay, and what comes to whom by some other way.

use mimicred_room::claimed_user;
use mimicred_uri::MimiUri;

use super::Network;
use super::client::host_of;
use super::place::Delivered;
use crate::Error;
use crate::record::View;

impl Network {
    /// A hub proposes that somebody is removed who has come to knock and has stayed too long (mimi-mls 3.6.5): who it is. One at a time,
    /// and nobody who has said that she leaves: OpenMLS cannot hold both proposals about one leaf.
    pub(crate) fn sweep(&mut self, room: &str) -> Result<Option<MimiUri>, Error> {
        let step = "a hub sweeps";
        let (hub, now) = (host_of(room)?, self.seconds());
        let server = self.server_mut(&hub)?;
        let hosted = server.rooms.get_mut(room).ok_or_else(|| Error::step(step, room.to_owned()))?;
        let state = hosted.hub.room_state().map_err(|e| Error::step(step, e))?;
        let Some(knock) = state.knock.filter(|knock| knock.max_stay_seconds > 0) else { return Ok(None) };
        let (leaves, _) = hosted.hub.leaves().map_err(|e| Error::step(step, e))?;
        let leaving = hosted.leaving();
        let mut overdue: Vec<(u32, MimiUri)> = Vec::new();
        for leaf in &leaves {
            let Some(user) = claimed_user(&leaf.credential) else { continue };
            let role = state.participants.iter().find(|it| it.user == user).map(|it| it.role_index);
            let came = hosted.came.get(leaf.signature_key.octets());
            let is_over = came.is_some_and(|came| came + u64::from(knock.max_stay_seconds) < now);
            if is_over && !leaving.contains(&leaf.index) && !role.is_some_and(|role| knock.moderator_roles.contains(&role)) {
                overdue.push((leaf.index, user));
            }
        }
        overdue.sort_unstable();
        let Some((leaf, user)) = overdue.into_iter().next() else { return Ok(None) };
        self.propose_removal(room, leaf)?;
        Ok(Some(user))
    }

    /// A message comes to a member by some other way than from her provider.
    pub(crate) fn leak(&mut self, device: &str, room: &str, message: &[u8]) -> Result<(), Error> {
        let (now, label) = (self.time(), self.label(room));
        let client = self.device_mut(device)?;
        let trust = client.trust.clone();
        let Some(place) = client.places.get_mut(room) else { return Ok(()) };
        // Whatever she cannot read is no fault of the flow.
        if let Ok(Delivered::Application(octets)) = place.receive(message, &trust, now) {
            for octets in &octets {
                self.sees(device, View::Member(label.clone()), "application data that leaked", None, octets);
            }
        }
        Ok(())
    }

    /// A client gives up its place, whatever the others think.
    pub(crate) fn forget(&mut self, device: &str, room: &str) -> Result<(), Error> {
        let client = self.device_mut(device)?;
        client.places.remove(room);
        let host = client.host.clone();
        if let Some(present) = self.server_mut(&host)?.present.get_mut(room) {
            present.remove(device);
        }
        Ok(())
    }
}
