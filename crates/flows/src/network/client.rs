//! What a client does in a room: making it, changing it, saying something, leaving.

use std::collections::BTreeMap;

use mimicred_claims::ClaimPath;
use mimicred_error::Report;
use mimicred_jose::base64url;
use mimicred_mls::content::{Disposition, Extensions, MimiContent, NestedPart, Part};
use mimicred_mls::framing::ApplicationFraming;
use mimicred_mls::group::{Change, Hub, HubIdentity};
use mimicred_mls::handshake::HubKey;
use mimicred_mls::protocol::{
    CommitBundle, GroupInfoOption, PartialGroupInfo, RatchetTreeOption, SubmitMessageRequest, SubmitMessageResponse,
    UpdateOutcome, UpdateRequest, UpdateResponse,
};
use mimicred_mls::{BundleItem, DisclosureBundle, GroupInfoView, MediaType, MessageView, Welcome};
use mimicred_room::{Audience, RoomRules, claimed_user};
use mimicred_uri::MimiUri;

use super::hosted::{Fan, Hosted};
use super::place::Place;
use super::room_setup::RoomSetup;
use super::{Call, Channel, Network};
use crate::Error;
use crate::demo::Format;
use crate::record::View;

/// What became of something that was sent to the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// The hub has accepted it.
    Accepted,
    /// It belongs to an epoch that is over.
    WrongEpoch,
    /// The hub does not allow it.
    Refused(String),
}

impl Network {
    /// A client makes a room at its own provider, with itself as the administrator.
    pub(crate) fn create(&mut self, device: &str, persona: &str, setup: &RoomSetup) -> Result<MimiUri, Error> {
        let step = "a room is made";
        let host = self.device(device)?.host.clone();
        let id = base64url::encode(&self.draw::<16>(&format!("room {}", setup.label))?);
        let uri: MimiUri = format!("mimi://{host}/r/{id}").parse().map_err(|e: mimicred_uri::Error| Error::step(step, e))?;
        self.labels.insert(uri.to_string(), setup.label.clone());
        let group_id = self.draw::<16>(&format!("group {}", setup.label))?;
        let receiver = HubKey::generate(self.suite(), &mut self.source.of(&host)).map_err(|e| Error::step(step, e))?;
        let server = self.server(&host)?;
        let identity = HubIdentity {
            receiver_key: receiver.public().to_vec(),
            signature_key: server.signing.public().octets().to_vec(),
            credential: server.credential(),
        };
        let (lifetime, time) = (self.lifetime()?, self.time());
        let client = self.device(device)?;
        let known = client.persona(persona)?;
        let state = setup.state(&uri, identity, &known.user)?;
        let group = known.member.create(&group_id, &state, &lifetime).map_err(|e| Error::step(step, e))?;
        let body = group.group_info().map_err(|e| Error::step(step, e))?;

        let client = self.device_mut(device)?;
        let (replay, trust) = (client.replay_key()?, client.trust.clone());
        let mut place = Place::new(persona, group, replay);
        place.enter(&trust, time)?;
        client.places.insert(uri.to_string(), place);

        let path = format!("PUT /room/{uri}");
        let note = format!("{} begins", setup.label);
        let hub = Hub::open(&body, RoomRules).map_err(|e| Error::step(step, e))?.with_key(receiver);
        // The room has to be there before its messages are told.
        let mut hosted = Hosted::new(&setup.label, &uri, hub);
        let own = self.device(device)?.place(uri.as_str())?.group.group_info_for_hub().map_err(|e| Error::step(step, e))?;
        hosted.hub.set_group_info(&own).map_err(|e| Error::step(step, e))?;
        let name = device.to_owned();
        let server = self.server_mut(&host)?;
        hosted.followed = server.followed.clone();
        server.rooms.insert(uri.to_string(), hosted);
        server.present.entry(uri.to_string()).or_default().insert(name);
        let call =
            Call { kind: "CreateRoom", answer: "Created", path, channel: Channel::Login, room: Some(&setup.label), note: &note };
        self.call(device, &host, &call, &body, |_, _| Ok(b"created".to_vec()))?;
        self.sees(&host, View::Hub(setup.label.clone()), "GroupInfo and tree", None, &body);
        Ok(uri)
    }

    /// A client commits a change: to the hub, and from there to everybody.
    pub(crate) fn commit(&mut self, device: &str, room: &str, change: Change, note: &str) -> Result<Sent, Error> {
        let step = "a commit is made";
        let mut to_hosts: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
        for key_package in &change.add {
            let user = claimed_user(key_package.credential()).ok_or_else(|| Error::step(step, "a KeyPackage of nobody"))?;
            to_hosts.entry(user.host().to_owned()).or_default().push(key_package.reference().to_vec());
        }
        let clear = self.faults.clear_handshakes;
        let place = self.device_mut(device)?.place_mut(room)?;
        let commit = match place.group.commit(change) {
            Ok(commit) => commit,
            Err(e) => return Ok(Sent::Refused(e.slug().to_owned())),
        };
        let travelling =
            if clear { commit.message.clone() } else { place.group.wrap(&commit.message).map_err(|e| Error::step(step, e))? };
        let mut welcomes = Vec::new();
        if let Some(welcome) = &commit.welcome {
            let whole = Welcome::decode(welcome).map_err(|e| Error::step(step, e))?;
            welcomes.extend(to_hosts.values().filter_map(|references| whole.only(|it| references.iter().any(|own| own == it))));
        }
        let group_info = commit.group_info.ok_or_else(|| Error::step(step, "no GroupInfo"))?;
        let body = update_body(&travelling, welcomes, &group_info)?;
        let (sent, fan) = self.update(device, room, &body, note)?;
        let (now, trust) = (self.time(), self.device(device)?.trust.clone());
        let place = self.device_mut(device)?.place_mut(room)?;
        if sent == Sent::Accepted {
            place.group.merge().map_err(|e| Error::step(step, e))?;
            place.enter(&trust, now)?;
        } else {
            place.group.discard().map_err(|e| Error::step(step, e))?;
        }
        self.fan_out_from(room, fan)?;
        Ok(sent)
    }

    /// A client says that it leaves.
    pub(crate) fn leave(&mut self, device: &str, room: &str) -> Result<Sent, Error> {
        let step = "a member leaves";
        let clear = self.faults.clear_handshakes;
        let place = self.device_mut(device)?.place_mut(room)?;
        let message = place.group.leave().map_err(|e| Error::step(step, e))?;
        let travelling = if clear { message } else { place.group.wrap(&message).map_err(|e| Error::step(step, e))? };
        let proposal = MessageView::decode(&travelling).map_err(|e| Error::step(step, e))?;
        let body = UpdateRequest::Proposals(vec![proposal]).encode().map_err(|e| Error::step(step, e))?;
        let (sent, fan) = self.update(device, room, &body, "SelfRemove")?;
        self.fan_out_from(room, fan)?;
        Ok(sent)
    }

    /// Who made a room ends it: nobody can do anything there any more.
    pub(crate) fn close(&mut self, device: &str, room: &str) -> Result<(), Error> {
        let (hub, label) = (host_of(room)?, self.label(room));
        let note = format!("{label} ends");
        let call = Call {
            kind: "CloseRoom",
            answer: "Closed",
            path: format!("DELETE /room/{room}"),
            channel: Channel::Mimi,
            room: Some(&label),
            note: &note,
        };
        self.call(device, &hub, &call, b"close", |network, _| {
            network.server_mut(&hub)?.room(room)?.closed = true;
            Ok(b"closed".to_vec())
        })?;
        for device in self.devices.values_mut() {
            device.places.remove(room);
        }
        for server in self.servers.values_mut() {
            server.present.remove(room);
        }
        Ok(())
    }

    /// An UpdateRequest on its way.
    pub(crate) fn update(&mut self, device: &str, room: &str, body: &[u8], note: &str) -> Result<(Sent, Fan), Error> {
        let (hub, label) = (host_of(room)?, self.label(room));
        let path = format!("POST /update/{room}");
        let call =
            Call { kind: "UpdateRequest", answer: "UpdateResponse", path, channel: Channel::Mimi, room: Some(&label), note };
        let mut fan = Fan::default();
        let answer = self.call(device, &hub, &call, body, |network, body| {
            let (now, faults, trust) = (network.seconds(), network.faults, network.trust.clone());
            let mut random = network.source.of(&hub);
            let hosted = network.server_mut(&hub)?.room(room)?;
            let (response, to_send, opened) = hosted.update(body, now, &trust, &faults, &mut random)?;
            let context = hosted.hub.group_info().map(<[u8]>::to_vec).unwrap_or_default();
            let tree = hosted.hub.ratchet_tree().map_err(|e| Error::step("a hub serves a request", e))?;
            fan = to_send;
            for (what, octets) in [("an opened handshake", opened), ("the GroupInfo", context), ("the tree", tree)] {
                network.sees(&hub, View::Hub(label.clone()), what, None, &octets);
            }
            response.encode().map_err(|e| Error::step("a hub answers", e))
        })?;
        let response = UpdateResponse::decode(&answer).map_err(|e| Error::step("a hub answers", e))?;
        let sent = match response.outcome {
            UpdateOutcome::Success { .. } => Sent::Accepted,
            UpdateOutcome::WrongEpoch { .. } => Sent::WrongEpoch,
            _ => Sent::Refused(response.description),
        };
        Ok((sent, fan))
    }

    pub(crate) fn fan_out_from(&mut self, room: &str, fan: Fan) -> Result<(), Error> {
        self.fan_out(&host_of(room)?, room, fan)
    }

    /// A client sends application data.
    pub(crate) fn submit(&mut self, device: &str, room: &str, framed: &ApplicationFraming, note: &str) -> Result<Sent, Error> {
        let step = "a message is sent";
        let octets = framed.encode().map_err(|e| Error::step(step, e))?;
        let client = self.device_mut(device)?;
        let persona = client.place(room)?.persona.clone();
        let user = client.persona(&persona)?.user.clone();
        let place = client.place_mut(room)?;
        let message = place.group.send(&octets).map_err(|e| Error::step(step, e))?;
        let message = MessageView::decode(&message).map_err(|e| Error::step(step, e))?;
        let body = SubmitMessageRequest { message, sending_user: user }.encode().map_err(|e| Error::step(step, e))?;
        let (hub, label) = (host_of(room)?, self.label(room));
        self.sees(device, View::Member(label.clone()), "application data, its own", None, &octets);
        let own = self.device(device)?.host.clone();
        let path = format!("POST /submitMessage/{room}");
        let call = Call {
            kind: "SubmitMessageRequest",
            answer: "SubmitMessageResponse",
            path,
            channel: Channel::Mimi,
            room: Some(&label),
            note,
        };
        let mut fan = Fan::default();
        let answer = self.call(device, &hub, &call, &body, |network, body| {
            let now = network.seconds();
            let (response, to_send) = network.server_mut(&hub)?.room(room)?.submit(&own, body, now)?;
            fan = to_send;
            response.encode().map_err(|e| Error::step("a hub answers", e))
        })?;
        self.fan_out(&hub, room, fan)?;
        match SubmitMessageResponse::decode(&answer).map_err(|e| Error::step("a hub answers", e))? {
            SubmitMessageResponse::Accepted { .. } => Ok(Sent::Accepted),
            SubmitMessageResponse::EpochTooOld { .. } => Ok(Sent::WrongEpoch),
            SubmitMessageResponse::NotAllowed => Ok(Sent::Refused("not allowed".to_owned())),
        }
    }

    /// A client says something.
    pub(crate) fn say(&mut self, device: &str, room: &str, text: &str) -> Result<Sent, Error> {
        let salt = self.draw::<16>("a message")?;
        let part = Part::Single { content_type: "text/plain;charset=utf-8".to_owned(), content: text.as_bytes().to_vec() };
        let content = MimiContent {
            salt,
            replaces: None,
            topic_id: Vec::new(),
            expires: None,
            in_reply_to: None,
            extensions: Extensions::default(),
            nested_part: NestedPart { disposition: Disposition::Render, language: String::new(), part },
        };
        let content = content.encode().map_err(|e| Error::step("a message is written", e))?;
        self.submit(device, room, &ApplicationFraming { media_type: Some(MediaType::MimiContent), content }, "a message")
    }

    /// A client reveals: these paths of its token in one format, with further items, to all or to some roles. It signs only while the
    /// room holds just those users whom it expects, if it expects any (mimi-mls 3.5.6).
    pub(crate) fn reveal(&mut self, device: &str, room: &str, what: &Revealing<'_>) -> Result<Sent, Error> {
        let step = "a reveal is made";
        let now = self.time();
        let client = self.device(device)?;
        let place = client.place(room)?;
        let persona = client.persona(&place.persona)?;
        if !place.may_reveal() {
            return Ok(Sent::Refused("nobody who invited is there".to_owned()));
        }
        let snapshot = place.snapshot()?;
        let context = snapshot.room_context(place.group.own_index(), None).map_err(|e| Error::step(step, e))?;
        let context = context.ok_or_else(|| Error::step(step, "the own leaf does not hold"))?;
        let (room_uri, subject_uri) = (context.room_uri.clone(), context.subject_uri.clone());
        let prepared = persona.tokens.prepare(what.format, what.paths, (context, now), &persona.key)?;
        let audience = if what.roles.is_empty() { Audience::Room } else { Audience::Roles(what.roles) };
        let proposed = match prepared.propose(snapshot, place.group.own_index(), audience) {
            Ok(proposed) => proposed,
            Err(e) => return Ok(Sent::Refused(e.slug().to_owned())),
        };
        let proposed = match what.expecting {
            None => proposed,
            Some(users) => match proposed.expecting(users) {
                Ok(proposed) => proposed,
                Err(e) => return Ok(Sent::Refused(e.slug().to_owned())),
            },
        };
        let mut items = proposed.confirm().sign(&persona.key, snapshot).map_err(|e| Error::step(step, e))?.items;
        items.extend(what.items.iter().cloned());
        let bundle = DisclosureBundle { room_uri, subject_uri, items };
        let framed = place.frame(&bundle, what.roles)?;
        self.submit(device, room, &framed, what.note)
    }
}

/// What is revealed, and to whom.
pub(crate) struct Revealing<'a> {
    pub(crate) format: Format,
    pub(crate) paths: &'a [ClaimPath],
    /// Further items of the bundle: KeyPackages and their offer.
    pub(crate) items: &'a [BundleItem],
    /// To the holders of these roles; none for everybody.
    pub(crate) roles: &'a [u32],
    /// The only users who may be there.
    pub(crate) expecting: Option<&'a [MimiUri]>,
    pub(crate) note: &'a str,
}

/// A commit with what belongs to it.
pub(crate) fn update_body(commit: &[u8], welcomes: Vec<Welcome>, group_info: &[u8]) -> Result<Vec<u8>, Error> {
    let encode = || -> Result<Vec<u8>, mimicred_mls::Error> {
        let bundle = CommitBundle {
            commit: MessageView::decode(commit)?,
            welcomes,
            group_info: GroupInfoOption::Partial(PartialGroupInfo::of(&GroupInfoView::decode(group_info)?)?),
            ratchet_tree: RatchetTreeOption::DistributionService,
        };
        UpdateRequest::Commit(Box::new(bundle)).encode()
    };
    encode().map_err(|e| Error::step("a commit is sent", e))
}

/// The hub of a room: the host of its URI.
pub(crate) fn host_of(room: &str) -> Result<String, Error> {
    let uri = MimiUri::parse(room).map_err(|e| Error::step("a room is looked up", e))?;
    Ok(uri.host().to_owned())
}
