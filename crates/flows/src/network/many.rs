//! Many others in a room: for what a flow costs where there are hundreds.

use mimicred_claims::Map;
use mimicred_mls::KeyPackageView;
use mimicred_mls::component::{KeyPackageUsage, Participant};
use mimicred_uri::MimiUri;

use super::{Claims, MEMBER, Named, Network, Persona, Sent};
use crate::Error;

/// What each of them is called as a persona.
pub(crate) const ANOTHER: &str = "another";

impl Network {
    /// Adds so many others, in one commit: clients of all providers in turn.
    pub(crate) fn add_many(&mut self, admin: &str, room: &MimiUri, count: usize) -> Result<(), Error> {
        let step = "many others are added";
        let (mut key_packages, mut participants) = (Vec::with_capacity(count), Vec::with_capacity(count));
        for device in self.make_many(count)? {
            let host = self.device(&device)?.host.clone();
            let marker = self.draw::<32>("a marker")?;
            let persona = self.device(&device)?.persona(ANOTHER)?;
            let user = persona.user.clone();
            let octets = persona.member.key_package_for(&self.lifetime()?, KeyPackageUsage::Offered(marker));
            let octets = octets.map_err(|e| Error::step(step, e))?;
            let view = KeyPackageView::decode_message(&octets).map_err(|e| Error::step(step, e))?;
            let reference = view.reference(self.suite().hash()).map_err(|e| Error::step(step, e))?.to_vec();
            self.server_mut(&host)?.references.insert(reference, device);
            participants.push(Participant { user, role_index: MEMBER });
            key_packages.push((octets, None));
        }
        match self.add(admin, room.as_str(), &key_packages, participants, "adds many others")? {
            Sent::Accepted => Ok(()),
            other => Err(Error::step(step, format!("{other:?}"))),
        }
    }

    /// Clients that are in no room yet, of all providers in turn: their names, each with one persona, `another`.
    pub(crate) fn make_many(&mut self, count: usize) -> Result<Vec<String>, Error> {
        let hosts: Vec<String> = self.providers().map(|provider| provider.host().to_owned()).collect();
        let nothing = Map::default();
        let said = Claims { all: &nothing, certified: &[], careless: &[] };
        let mut devices = Vec::with_capacity(count);
        for (number, host) in (0..count).zip(hosts.iter().cycle()) {
            let device = format!("another client {number}");
            self.add_device(&device, &format!("account of {number}"), host)?;
            let mut random = self.source.of(&device);
            let key = Persona::key(self.suite(), &mut random)?;
            let public = key.public().clone();
            let persona = self.persona(host, ANOTHER, (&key, &public), &Named::Fresh, &said, &mut random)?;
            let client = self.device_mut(&device)?;
            client.is_extra = true;
            client.personas.push(persona);
            devices.push(device);
        }
        Ok(devices)
    }

    /// How many of them are in a room, in its present epoch.
    pub(crate) fn many_in(&self, room: &MimiUri, epoch: u64) -> usize {
        let follows = |device: &&super::Device| {
            device.is_extra && device.places.get(room.as_str()).is_some_and(|place| place.group.epoch() == epoch)
        };
        self.devices.values().filter(follows).count()
    }
}
