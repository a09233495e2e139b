//! From the hub to the providers of the members, and from these to their clients.

use mimicred_error::Report;
use mimicred_mls::Welcome;
use mimicred_mls::protocol::{FanoutMessage, FanoutPart};

use super::Network;
use super::hosted::Fan;
use super::place::{Delivered, Place};
use crate::Error;
use crate::record::{Message, View};

const STEP: &str = "a message is delivered";

impl Network {
    /// The hub sends what it has accepted; one request to each provider, with all events for it.
    pub(crate) fn fan_out(&mut self, hub: &str, room: &str, fan: Fan) -> Result<(), Error> {
        let label = self.label(room);
        let mut hosts: Vec<String> = fan.events.iter().map(|(host, _)| host.clone()).collect();
        hosts.sort_unstable();
        hosts.dedup();
        for host in hosts {
            let events: Vec<&FanoutMessage> = fan.events.iter().filter(|(to, _)| *to == host).map(|(_, event)| event).collect();
            let bodies = events.iter().map(|event| event.encode()).collect::<Result<Vec<_>, _>>();
            let bodies = bodies.map_err(|e| Error::step(STEP, e))?;
            let path = format!("POST /notify/{room}");
            if host == hub {
                let message = self.record().messages().last().map(|message| message.number);
                for body in &bodies {
                    self.sees(hub, View::Hub(label.clone()), "what is for its own users", message, body);
                }
            } else {
                let body = bodies.concat();
                let message = Message::new(self.now, hub, &*host, "FanoutMessage", body.clone()).path(&*path).room(&*label);
                let number = self.record.message(message);
                let seen = [path.as_bytes(), b"\n", &body].concat();
                self.sees(hub, View::Hub(label.clone()), "a FanoutMessage", Some(number), &seen);
                self.sees(&host, View::Provider, "a FanoutMessage", Some(number), &seen);
                self.sees(
                    "outside",
                    View::Outside,
                    "the size of a FanoutMessage",
                    Some(number),
                    body.len().to_string().as_bytes(),
                );
            }
            for (event, body) in events.into_iter().zip(&bodies) {
                for device in self.targets(&host, room, event)? {
                    self.hand_over(&host, &device, room, event, body)?;
                }
            }
        }
        Ok(())
    }

    /// The clients at a provider to whom an event goes: of a Welcome, those whose KeyPackages it names; of everything else, all that are in
    /// the room.
    fn targets(&mut self, host: &str, room: &str, event: &FanoutMessage) -> Result<Vec<String>, Error> {
        let server = self.server_mut(host)?;
        let FanoutPart::Welcome { .. } = event.part else {
            return Ok(server.present.get(room).into_iter().flatten().cloned().collect());
        };
        let welcome = Welcome::decode(event.message.octets()).map_err(|e| Error::step(STEP, e))?;
        let named = welcome.references().filter_map(|reference| server.references.get(reference)).cloned().collect::<Vec<_>>();
        server.present.entry(room.to_owned()).or_default().extend(named.iter().cloned());
        Ok(named)
    }

    /// A provider gives one of its users' clients an event.
    fn hand_over(&mut self, host: &str, device: &str, room: &str, event: &FanoutMessage, body: &[u8]) -> Result<(), Error> {
        let label = self.label(room);
        let message = Message::new(self.now, host, device, "FanoutMessage", body.to_vec()).room(&*label).note("delivered");
        let number = self.record.message(message);
        let account = self.device(device)?.account.clone();
        let login = [account.as_bytes(), b" is given, from ", room.as_bytes(), b": ", body].concat();
        self.sees(host, View::Login, "what it delivers to an account", Some(number), &login);

        let now = self.time();
        if let FanoutPart::Welcome { .. } = event.part {
            return self.welcome(device, room, event.message.octets(), number);
        }
        let client = self.device_mut(device)?;
        let Some(place) = client.places.get_mut(room) else { return Ok(()) };
        let trust = client.trust.clone();
        let delivered = place.receive(event.message.octets(), &trust, now)?;
        let is_active = place.group.is_active();
        if let Delivered::Application(octets) = &delivered {
            for octets in octets {
                self.sees(device, View::Member(label.clone()), "application data", Some(number), octets);
            }
        }
        if !is_active {
            self.server_mut(host)?.present.entry(room.to_owned()).or_default().remove(device);
        }
        Ok(())
    }

    /// A client is welcomed: it joins as the persona whose KeyPackage it was, or leaves it where nothing holds.
    fn welcome(&mut self, device: &str, room: &str, welcome: &[u8], message: u32) -> Result<(), Error> {
        let now = self.time();
        let client = self.device_mut(device)?;
        let mut why = String::new();
        let mut joined = None;
        for persona in &client.personas {
            match persona.member.join(welcome) {
                Ok(group) => {
                    joined = Some((persona.label.clone(), group));
                    break;
                }
                Err(e) if e.code() == mimicred_mls::Code::WelcomeInvalid => {}
                Err(e) => why = e.slug().to_owned(),
            }
        }
        let Some((persona, group)) = joined else {
            client.turned_down.push(why);
            return Ok(());
        };
        let (replay, trust) = (client.replay_key()?, client.trust.clone());
        let mut place = Place::new(&persona, group, replay);
        place.enter(&trust, now)?;
        let view = place.group.view().map_err(|e| Error::step(STEP, e))?;
        if view.room_uri.as_str() != room || client.places.contains_key(room) {
            // One room URI, one live group (mimi-mls 3.5.2).
            client.turned_down.push("another room than the one it came from".to_owned());
            return Ok(());
        }
        client.places.insert(room.to_owned(), place);
        let label = self.label(room);
        self.sees(device, View::Member(label), "a Welcome", Some(message), welcome);
        Ok(())
    }
}
