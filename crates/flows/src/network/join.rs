//! Coming into a room by oneself: by a join link, or where it is open.

use mimicred_keys::sha256;
use mimicred_mls::component::{PARTICIPANT_LIST, Participant, ParticipantList, ParticipantListUpdate};
use mimicred_mls::group::{Entrance, Joined};
use mimicred_mls::handshake::SealedHandshake;
use mimicred_mls::protocol::{GroupInfoAndTree, GroupInfoKey, GroupInfoRequest, GroupInfoResponse, SealedGroupInfo};
use mimicred_mls::{EpochView, JoinLink};
use mimicred_room::{SnapshotLeaf, claimed_user};
use mimicred_uri::MimiUri;

use super::client::{host_of, update_body};
use super::persona::{MESSAGE, Persona};
use super::place::{Inviter, Place};
use super::room_setup::{KNOCKER, MEMBER};
use super::{Call, Channel, Network, Sent};
use crate::Error;

const STEP: &str = "somebody comes in";

/// How one comes in.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Joining<'a> {
    /// By a link.
    Link(&'a JoinLink),
    /// To knock.
    Knock,
    /// To take part, where everybody may.
    Open,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Entered {
    /// She is in.
    In,
    /// The hub does not answer her, or does not let her in.
    Refused(String),
    /// What the hub shows is not the room she was invited to; she does not come in.
    Distrusted(String),
    /// Somebody else was faster: again.
    WrongEpoch,
}

/// Everything that a hub has given out, and a client has made of it, before it is sent: so that a second one can be made in between.
pub(crate) struct Attempt {
    joined: Joined,
    persona: String,
    room: MimiUri,
    inviter: Option<Inviter>,
}

impl Network {
    /// A client comes in as one of its personas.
    pub(crate) fn join(&mut self, device: &str, room: &MimiUri, persona: &str, joining: Joining<'_>) -> Result<Entered, Error> {
        match self.attempt(device, room, persona, joining)? {
            Ok(attempt) => self.enter(device, attempt),
            Err(entered) => Ok(entered),
        }
    }

    /// A client does something as somebody else: with the other's credential in its leaf, and its own key. It asks for a GroupInfo with
    /// its own credential or with that of the other.
    pub(crate) fn as_another<T>(
        &mut self,
        (device, persona): (&str, &str),
        (other, copied): (&str, &str),
        asks_as_other: bool,
        act: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let (suite, random) = (self.suite(), self.source.of(device));
        let copied = self.device(other)?.persona(copied)?;
        let (mut user, mut credential) = (copied.user.clone(), copied.credential.clone());
        let own = self.device_mut(device)?.persona_mut(persona)?;
        let mut member = Persona::member(suite, &own.key, &credential, MESSAGE, random)?;
        let mut swap = |own: &mut Persona| {
            std::mem::swap(&mut own.member, &mut member);
            std::mem::swap(&mut own.user, &mut user);
            if asks_as_other {
                std::mem::swap(&mut own.credential, &mut credential);
            }
        };
        swap(own);
        let done = act(self);
        swap(self.device_mut(device)?.persona_mut(persona)?);
        done
    }

    /// Up to the external commit, which is not sent.
    pub(crate) fn attempt(
        &mut self,
        device: &str,
        room: &MimiUri,
        persona: &str,
        joining: Joining<'_>,
    ) -> Result<Result<Attempt, Entered>, Error> {
        if let Joining::Link(link) = joining
            && link.not_after < self.seconds()
        {
            return Ok(Err(Entered::Distrusted("the link has expired".to_owned())));
        }
        let answer_to =
            GroupInfoKey::generate(self.suite(), &mut self.device_mut(device)?.random).map_err(|e| Error::step(STEP, e))?;
        let suite = self.suite();
        let client = self.device(device)?;
        let known = client.persona(persona)?;
        let code = match joining {
            Joining::Link(link) => {
                link.joining_code(known.key.public().octets(), answer_to.public()).map_err(|e| Error::step(STEP, e))?
            }
            Joining::Knock | Joining::Open => Vec::new(),
        };
        let request = GroupInfoRequest::prepare(suite, known.key.public(), &known.credential, &answer_to, &code)
            .and_then(|request| request.sign(&known.key)?.encode());
        let body = request.map_err(|e| Error::step(STEP, e))?;
        let answer = self.ask_group_info(device, room, &body)?;
        let GroupInfoResponse::Success(sealed) = answer else {
            return Ok(Err(Entered::Refused("the hub does not answer".to_owned())));
        };
        let hub_key = sealed.verify_signature().map_err(|e| Error::step(STEP, e))?;
        let content = sealed.open(room, &answer_to).map_err(|e| Error::step(STEP, e))?;

        let client = self.device(device)?;
        let known = client.persona(persona)?;
        let joined = self.enter_locally(known, &content, joining)?;
        let view = joined.group.view().map_err(|e| Error::step(STEP, e))?;
        let hub = joined.group.room_state().map_err(|e| Error::step(STEP, e))?.hub;
        if view.room_uri != *room || hub.is_none_or(|hub| hub.signature_key != hub_key.octets()) {
            return Ok(Err(Entered::Distrusted("another room, or another hub".to_owned())));
        }
        let inviter = match joining {
            Joining::Knock | Joining::Open => None,
            Joining::Link(link) => match self.check_link(device, &view, content.group_info.signer(), link)? {
                Ok(inviter) => Some(inviter),
                Err(why) => return Ok(Err(Entered::Distrusted(why))),
            },
        };
        Ok(Ok(Attempt { joined, persona: persona.to_owned(), room: room.clone(), inviter }))
    }

    /// A client asks the hub for what it needs to come in.
    fn ask_group_info(&mut self, device: &str, room: &MimiUri, body: &[u8]) -> Result<GroupInfoResponse, Error> {
        let (hub, label) = (host_of(room.as_str())?, self.label(room.as_str()));
        let path = format!("POST /groupInfo/{room}");
        let call = Call {
            kind: "GroupInfoRequest",
            answer: "GroupInfoResponse",
            path,
            channel: Channel::Mimi,
            room: Some(&label),
            note: "to come in",
        };
        let answer = self.call(device, &hub, &call, body, |network, body| {
            let step = "a hub answers";
            let request = GroupInfoRequest::decode(body).map_err(|e| Error::step(step, e))?;
            let (now, trust) = (network.seconds(), network.trust.clone());
            let mut random = network.source.of(&hub);
            let server = network.server_mut(&hub)?;
            let answer = match server.room(room.as_str())?.group_info(&request, now, &trust)? {
                Err(_) => GroupInfoResponse::NotAuthorized(room.clone()),
                Ok(content) => {
                    let (key, credential) = (server.signing.public(), server.credential());
                    let prepared = SealedGroupInfo::prepare(&request, room, &content, key, &credential, &mut random);
                    let sealed =
                        prepared.and_then(|prepared| prepared.sign(&server.signing)).map_err(|e| Error::step(step, e))?;
                    GroupInfoResponse::Success(Box::new(sealed))
                }
            };
            answer.encode().map_err(|e| Error::step(step, e))
        })?;
        GroupInfoResponse::decode(&answer).map_err(|e| Error::step(STEP, e))
    }

    /// The external commit, with herself added to the participant list and those taken out who leave.
    fn enter_locally(&self, persona: &Persona, content: &GroupInfoAndTree, joining: Joining<'_>) -> Result<Joined, Error> {
        let extensions = &content.group_info.context().extensions;
        let list = extensions.component(PARTICIPANT_LIST).map_err(|e| Error::step(STEP, e))?;
        let list = list.map(ParticipantList::decode).transpose().map_err(|e| Error::step(STEP, e))?.unwrap_or_default();
        let role_index = match joining {
            Joining::Link(_) | Joining::Open => MEMBER,
            Joining::Knock => KNOCKER,
        };
        let tree = content.tree.tree().map_err(|e| Error::step(STEP, e))?.ok_or_else(|| Error::step(STEP, "no tree"))?;
        let leaves = mimicred_mls::leaves_of_tree(&tree).map_err(|e| Error::step(STEP, e))?;
        let gone: Vec<u32> = content.pending_proposals.iter().filter_map(|it| it.proposal.sender_leaf()).collect();
        let staying = |user: &MimiUri| {
            leaves.iter().any(|(index, leaf)| !gone.contains(index) && claimed_user(leaf.credential()).as_ref() == Some(user))
        };
        let leaving = leaves.iter().filter(|(index, _)| gone.contains(index));
        let leaving = leaving.filter_map(|(_, leaf)| claimed_user(leaf.credential())).filter(|user| !staying(user));
        let mut removed: Vec<u32> = leaving.filter_map(|user| list.index_of(&user)).collect();
        removed.sort_unstable();
        removed.dedup();
        let own = Participant { user: persona.user.clone(), role_index };
        let added = if list.role_of(&persona.user).is_some() { Vec::new() } else { vec![own] };
        let update = ParticipantListUpdate { removed, added, ..Default::default() };
        let proposals: Vec<Vec<u8>> = content.pending_proposals.iter().map(|it| it.proposal.octets().to_vec()).collect();
        let group_info = content.group_info.to_message();
        let entrance = Entrance { group_info: &group_info, ratchet_tree: &tree, leaving: &proposals };
        persona.member.join_external(&entrance, Some(&update)).map_err(|e| Error::step(STEP, e))
    }

    /// mimi-mls 3.6.3: what Bob checks before his external commit.
    fn check_link(&self, device: &str, view: &EpochView, signer: u32, link: &JoinLink) -> Result<Result<Inviter, String>, Error> {
        if view.group_id != link.group_id {
            return Ok(Err("another group than the link's".to_owned()));
        }
        if view.policy.as_deref().map(sha256) != link.policy_hash {
            return Ok(Err("another policy than the link's".to_owned()));
        }
        let mut judge = mimicred_room::Snapshots::new(0);
        let snapshot = judge.enter(view, &self.device(device)?.trust, self.time()).map_err(|e| Error::step(STEP, e))?;
        let invited = view.leaves.iter().find(|leaf| sha256(leaf.signature_key.octets()) == link.inviter_key_hash);
        let Some(inviter) = invited else { return Ok(Err("who invited is not there".to_owned())) };
        if snapshot.leaf(inviter.index).and_then(SnapshotLeaf::member).is_none() {
            return Ok(Err("nobody vouches for who invited".to_owned()));
        }
        Ok(Ok(Inviter { leaf: inviter.index, has_spoken: signer == inviter.index }))
    }

    /// The external commit goes to the hub, sealed.
    pub(crate) fn enter(&mut self, device: &str, attempt: Attempt) -> Result<Entered, Error> {
        let Attempt { joined, persona, room, inviter } = attempt;
        let hub = joined.group.room_state().map_err(|e| Error::step(STEP, e))?.hub;
        let hub = hub.ok_or_else(|| Error::step(STEP, "no hub"))?;
        let place = (joined.group.id(), joined.group.epoch().saturating_sub(1));
        let travelling = if self.faults.clear_handshakes {
            joined.message.clone()
        } else {
            let mut random = self.source.of(device);
            let sealed = SealedHandshake::seal(self.suite(), place, &hub.receiver_key, &joined.message, &mut random);
            sealed.and_then(|sealed| sealed.to_message()).map_err(|e| Error::step(STEP, e))?
        };
        let body = update_body(&travelling, Vec::new(), &joined.group_info)?;
        let (sent, fan) = self.update(device, room.as_str(), &body, "an external commit")?;
        let now = self.time();
        let entered = match sent {
            Sent::Accepted => Entered::In,
            Sent::WrongEpoch => return Ok(Entered::WrongEpoch),
            Sent::Refused(why) => return Ok(Entered::Refused(why)),
        };
        self.fan_out_from(room.as_str(), fan)?;
        let host = self.device(device)?.host.clone();
        self.server_mut(&host)?.present.entry(room.to_string()).or_default().insert(device.to_owned());
        let client = self.device_mut(device)?;
        let (replay, trust) = (client.replay_key()?, client.trust.clone());
        let mut place = Place::new(&persona, joined.group, replay);
        place.inviter = inviter;
        place.enter(&trust, now)?;
        client.places.insert(room.to_string(), place);
        Ok(entered)
    }
}
