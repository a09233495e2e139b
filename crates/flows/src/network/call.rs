//! A request of a client, on its way through its own provider to the server that serves it, and the answer on its way back.

use super::Network;
use crate::Error;
use crate::record::{Message, View};

/// What is called, and how it is told.
pub(crate) struct Call<'a> {
    /// The request: `UpdateRequest`.
    pub(crate) kind: &'static str,
    /// The answer: `UpdateResponse`.
    pub(crate) answer: &'static str,
    /// `POST /update/…`
    pub(crate) path: String,
    /// Whether it is a message of the MIMI protocol, or one between a client and its own provider that no other ever sees.
    pub(crate) channel: Channel,
    /// The label of the room, if the server serves as its hub.
    pub(crate) room: Option<&'a str>,
    /// What it does, for people.
    pub(crate) note: &'a str,
}

impl Network {
    /// A client calls a server.
    pub(crate) fn call(
        &mut self,
        device: &str,
        host: &str,
        call: &Call<'_>,
        body: &[u8],
        serve: impl FnOnce(&mut Self, &[u8]) -> Result<Vec<u8>, Error>,
    ) -> Result<Vec<u8>, Error> {
        let own = self.device(device)?.host.clone();
        self.hop(device, &own, call, body, Way::There)?;
        if own != host {
            self.hop(&own, host, call, body, Way::There)?;
        }
        let answer = serve(self, body)?;
        if own != host {
            self.hop(host, &own, call, &answer, Way::Back)?;
        }
        self.hop(&own, device, call, &answer, Way::Back)?;
        Ok(answer)
    }

    /// A provider calls another.
    pub(crate) fn call_between(
        &mut self,
        from: &str,
        host: &str,
        call: &Call<'_>,
        body: &[u8],
        serve: impl FnOnce(&mut Self, &[u8]) -> Result<Vec<u8>, Error>,
    ) -> Result<Vec<u8>, Error> {
        self.hop(from, host, call, body, Way::There)?;
        let answer = serve(self, body)?;
        self.hop(host, from, call, &answer, Way::Back)?;
        Ok(answer)
    }

    /// One message between two parties, and who sees it in which role.
    fn hop(&mut self, from: &str, to: &str, call: &Call<'_>, octets: &[u8], way: Way) -> Result<(), Error> {
        let (kind, note) = match way {
            Way::There => (call.kind, call.note),
            Way::Back => (call.answer, ""),
        };
        let mut message = Message::new(self.now, from, to, kind, octets.to_vec()).path(call.path.clone()).note(note);
        if let Some(room) = call.room {
            message = message.room(room);
        }
        let number = self.record.message(message);
        // The path of a request is in clear for whoever carries it.
        let seen = match way {
            Way::There => [call.path.as_bytes(), b"\n", octets].concat(),
            Way::Back => octets.to_vec(),
        };
        let account = [from, to].iter().find_map(|party| self.devices.get(*party)).map(|device| device.account.clone());
        for party in [from, to] {
            if !self.servers.contains_key(party) {
                continue;
            }
            if let Some(account) = &account {
                let login = [account.as_bytes(), b": ", &seen].concat();
                self.record.saw(party, View::Login, format!("a {kind} of an account"), Some(number), login);
            }
            let role = match (call.channel, call.room) {
                (_, Some(room)) if self.hosts(party, room) => View::Hub(room.to_owned()),
                (Channel::Mimi, _) => View::Provider,
                (Channel::Login, _) => continue,
            };
            self.record.saw(party, role, format!("a {kind}"), Some(number), seen.clone());
        }
        self.record.saw(
            "outside",
            View::Outside,
            format!("the size of a {kind}"),
            Some(number),
            octets.len().to_string().into_bytes(),
        );
        Ok(())
    }

    /// Whether a server is the hub of a room.
    pub(crate) fn hosts(&self, host: &str, room: &str) -> bool {
        self.servers.get(host).is_some_and(|server| server.rooms.values().any(|hosted| hosted.label == room))
    }
}

/// Where a message belongs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Channel {
    /// The MIMI protocol.
    Mimi,
    /// Between a client and its provider.
    Login,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    There,
    Back,
}
