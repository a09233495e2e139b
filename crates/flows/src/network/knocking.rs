//! What a hub does about those who stay, and what comes to whom by some other way.

use mimicred_mls::component::KnockRoomPolicy;
use mimicred_room::claimed_user;

use super::Network;
use super::client::host_of;
use super::place::Delivered;
use crate::Error;
use crate::record::View;

impl Network {
    /// A hub proposes that everybody is removed who has come to knock and has stayed too long (mimi-mls 3.6.5); how many.
    pub(crate) fn sweep(&mut self, room: &str) -> Result<usize, Error> {
        let step = "a hub sweeps";
        let (hub, now) = (host_of(room)?, self.seconds());
        let mut random = self.source.of(&hub);
        let mut fans = Vec::new();
        {
            let server = self.server_mut(&hub)?;
            let signing = &server.signing;
            let hosted = server.rooms.get_mut(room).ok_or_else(|| Error::step(step, room.to_owned()))?;
            let state = hosted.hub.room_state().map_err(|e| Error::step(step, e))?;
            let knock: KnockRoomPolicy = state.knock.unwrap_or_default();
            let (leaves, _) = hosted.hub.leaves().map_err(|e| Error::step(step, e))?;
            let leaving: Vec<u32> = hosted.leaving();
            let role =
                |user: &mimicred_uri::MimiUri| state.participants.iter().find(|it| it.user == *user).map(|it| it.role_index);
            let stays = |key: &[u8]| hosted.came.get(key).is_some_and(|came| came + u64::from(knock.max_stay_seconds) < now);
            let moderates = |user: Option<mimicred_uri::MimiUri>| {
                user.and_then(|user| role(&user)).is_some_and(|role| knock.moderator_roles.contains(&role))
            };
            let overdue: Vec<u32> = leaves
                .iter()
                .filter(|leaf| !moderates(claimed_user(&leaf.credential)) && stays(leaf.signature_key.octets()))
                .map(|leaf| leaf.index)
                .filter(|index| knock.max_stay_seconds > 0 && !leaving.contains(index))
                .collect();
            for leaf in overdue {
                let proposal = hosted.hub.propose_remove(leaf, signing).map_err(|e| Error::step(step, e))?;
                let epoch = hosted.hub.epoch();
                fans.push(hosted.tell_members(&proposal, epoch, now, &mut random)?);
            }
        }
        let count = fans.len();
        for fan in fans {
            self.fan_out(&hub, room, fan)?;
        }
        Ok(count)
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
