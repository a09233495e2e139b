//! What members tell a hub about others, and how a hub has somebody removed.
//!
//! A report and a moderator's request name a pseudonym of another provider's user, and go through the provider of whoever makes them. So
//! they are sealed to the hub's key of external_receivers, as a newcomer's handshake is (mimi-mls 2.8, 4.3).

use std::sync::Arc;

use mimicred_mls::component::{CAN_BAN, CAN_REPORT_ABUSE};
use mimicred_mls::handshake::{Handshake, SealedHandshake};
use mimicred_mls::protocol::AbuseReport;
use mimicred_mls::tls::{Reader, Writer};
use mimicred_provider::Signal;
use mimicred_uri::MimiUri;
use mimicred_x509::UnverifiedCrl;

use super::client::host_of;
use super::hosted::{Followed, Hosted, Signalled};
use super::{Call, Channel, Network, Sent};
use crate::Error;
use crate::record::View;

const MAX_URI: usize = 1024;
const ACCEPTED: &[u8] = b"accepted";
const REFUSED: &[u8] = b"not allowed";

impl Network {
    /// A member reports another one to the hub. No message is in it: these rooms are not franked, so that none could be shown to be hers,
    /// and nobody was asked (mimi-mls T-12).
    pub(crate) fn report_abuse(&mut self, device: &str, room: &str, of: &MimiUri, note: &str) -> Result<Sent, Error> {
        let step = "abuse is reported";
        let report = AbuseReport {
            reporting_user: Some(self.own_user(device, room)?),
            alleged_abuser: of.clone(),
            reason: 1,
            note: note.to_owned(),
            messages: Vec::new(),
            extensions: Default::default(),
        };
        let body = report.encode().map_err(|e| Error::step(step, e))?;
        let call = ("AbuseReport", format!("POST /reportAbuse/{room}"), "a report, sealed to the hub");
        self.tell_hub(device, room, call, &body, |hosted, from, body| {
            let report = AbuseReport::decode(body).map_err(|e| Error::step(step, e))?;
            let Some(by) = report.reporting_user else { return Ok(false) };
            if !hosted.allows(&by, from, CAN_REPORT_ABUSE)? {
                return Ok(false);
            }
            hosted.moderated.signal(report.alleged_abuser, Signal::Report, Some(by));
            Ok(true)
        })
    }

    /// A moderator has the hub keep somebody out until some time.
    pub(crate) fn keep_out(&mut self, device: &str, room: &str, user: &MimiUri, until: u64) -> Result<Sent, Error> {
        let step = "somebody is kept out";
        let own = self.own_user(device, room)?;
        let body = Writer::new().vector(own.as_str().as_bytes()).vector(user.as_str().as_bytes()).u64(until).finish();
        let body = body.map_err(|e| Error::step(step, e))?;
        let call = ("KeepOut", format!("POST /keepOut/{room}"), "a ban for a time, sealed to the hub");
        self.tell_hub(device, room, call, &body, |hosted, from, body| {
            let mut reader = Reader::new(body);
            let mut uri = || -> Result<MimiUri, Error> {
                let octets = reader.vector(MAX_URI).map_err(|e| Error::step(step, e))?;
                let text = std::str::from_utf8(octets).map_err(|e| Error::step(step, e))?;
                text.parse().map_err(|e: mimicred_uri::Error| Error::step(step, e))
            };
            let (by, user) = (uri()?, uri()?);
            let until = reader.u64().map_err(|e| Error::step(step, e))?;
            if !hosted.allows(&by, from, CAN_BAN)? {
                return Ok(false);
            }
            hosted.moderated.keep_out(user.clone(), until);
            hosted.moderated.signal(user, Signal::Ban, Some(by));
            Ok(true)
        })
    }

    /// Who a client is in a room.
    fn own_user(&self, device: &str, room: &str) -> Result<MimiUri, Error> {
        let client = self.device(device)?;
        Ok(client.persona(&client.place(room)?.persona)?.user.clone())
    }

    /// A member tells the hub of a room something that only the hub can read.
    fn tell_hub(
        &mut self,
        device: &str,
        room: &str,
        (kind, path, note): (&'static str, String, &str),
        body: &[u8],
        serve: impl FnOnce(&mut Hosted, &str, &[u8]) -> Result<bool, Error>,
    ) -> Result<Sent, Error> {
        let step = "a hub is told something";
        let (hub, label, from) = (host_of(room)?, self.label(room), self.device(device)?.host.clone());
        let travelling = if self.faults.clear_report {
            body.to_vec()
        } else {
            let mut random = self.source.of(device);
            let group = &self.device(device)?.place(room)?.group;
            let named = group.room_state().map_err(|e| Error::step(step, e))?.hub;
            let key = named.ok_or_else(|| Error::step(step, "no hub"))?.receiver_key;
            let sealed = SealedHandshake::seal(self.suite(), (group.id(), group.epoch()), &key, body, &mut random);
            sealed.and_then(|sealed| sealed.to_message()).map_err(|e| Error::step(step, e))?
        };
        let call = Call { kind, answer: "Answer", path, channel: Channel::Mimi, room: Some(&label), note };
        let answer = self.call(device, &hub, &call, &travelling, |network, body| {
            let hosted = network.server_mut(&hub)?.room(room)?;
            let opened = match Handshake::decode(body) {
                Ok(Handshake::Sealed(_)) => hosted.hub.open_handshake(body).map_err(|e| Error::step(step, e))?,
                _ => body.to_vec(),
            };
            let is_accepted = serve(hosted, &from, &opened)?;
            network.sees(&hub, View::Hub(label.clone()), "what a member told the hub", None, &opened);
            Ok(if is_accepted { ACCEPTED } else { REFUSED }.to_vec())
        })?;
        Ok(if answer == ACCEPTED { Sent::Accepted } else { Sent::Refused("not allowed".to_owned()) })
    }

    /// What the hub of a room knows against somebody.
    pub(crate) fn signals(&mut self, room: &str) -> Result<Vec<Signalled>, Error> {
        let hub = host_of(room)?;
        Ok(self.server_mut(&hub)?.room(room)?.moderated.signals.clone())
    }

    /// A hub has fetched the revocation list of another provider.
    pub(crate) fn follow(&mut self, hub: &str, host: &str, crl: &[u8]) -> Result<(), Error> {
        let list = UnverifiedCrl::from_der(crl).map_err(|e| Error::step("a list is followed", e))?;
        let issuer = self.server(host)?.issuer.ca_certificate().clone();
        let followed = Arc::new(Followed::new(vec![(issuer, list)]));
        let server = self.server_mut(hub)?;
        for hosted in server.rooms.values_mut() {
            hosted.followed = followed.clone();
        }
        server.followed = followed;
        Ok(())
    }

    /// A hub proposes the removal of somebody whose credential was taken back: who it is. One at a time.
    pub(crate) fn propose_taken_back(&mut self, room: &str) -> Result<Option<MimiUri>, Error> {
        let (hub, now) = (host_of(room)?, self.seconds());
        let hosted = self.server_mut(&hub)?.room(room)?;
        let Some((leaf, user)) = hosted.taken_back(now)?.into_iter().next() else { return Ok(None) };
        hosted.moderated.proposed.insert(user.clone());
        self.propose_removal(room, leaf)?;
        Ok(Some(user))
    }

    /// The hub of a room proposes to remove a leaf, and tells every member. It waits for somebody's commit.
    pub(super) fn propose_removal(&mut self, room: &str, leaf: u32) -> Result<(), Error> {
        let step = "a hub proposes a removal";
        let (hub, now) = (host_of(room)?, self.seconds());
        let mut random = self.source.of(&hub);
        let server = self.server_mut(&hub)?;
        let hosted = server.rooms.get_mut(room).ok_or_else(|| Error::step(step, room.to_owned()))?;
        let proposal = hosted.hub.propose_remove(leaf, &server.signing).map_err(|e| Error::step(step, e))?;
        let fan = hosted.tell_members(&proposal, hosted.hub.epoch(), now, &mut random)?;
        self.fan_out(&hub, room, fan)
    }
}
