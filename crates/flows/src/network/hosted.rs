//! A room at its hub: what it follows, whom it lets in, and what it sends on.

mod entrance;
mod followed;
mod moderated;
mod sealing;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use mimicred_error::Report;
use mimicred_keys::Random;
use mimicred_mls::MessageView;
use mimicred_mls::component::{CAN_RECEIVE_MESSAGE, CAN_SEND_MESSAGE, ParticipantList};
use mimicred_mls::group::{AddedClient, Hub, HubEvent, PendingCommit};
use mimicred_mls::handshake::Handshake;
use mimicred_mls::protocol::{
    CommitBundle, FanoutMessage, FanoutPart, GroupInfoOption, RatchetTreeOption, SubmitMessageRequest, SubmitMessageResponse,
    UpdateOutcome, UpdateRequest, UpdateResponse,
};
use mimicred_mls::rules::Refusal;
use mimicred_room::{TrustStore, claimed_user};
use mimicred_uri::MimiUri;

use entrance::{Doorkeeper, is_vouched};
pub(crate) use followed::Followed;
use moderated::Moderated;
pub(crate) use moderated::{LIMIT, Signalled};

use crate::Error;
use crate::faults::Faults;

const STEP: &str = "a hub serves a request";

/// Why a hub refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused(pub String);

/// What the hub has to send to whom.
#[derive(Default)]
pub(crate) struct Fan {
    /// Provider hosts, and an event for each.
    pub(crate) events: Vec<(String, FanoutMessage)>,
}

pub(crate) struct Hosted {
    pub(crate) label: String,
    pub(crate) uri: MimiUri,
    pub(crate) hub: Hub,
    /// Leaf keys whose requests for the GroupInfo were answered, and by which link.
    answered: BTreeMap<Vec<u8>, Option<[u8; 32]>>,
    /// Links by which somebody has come in.
    used: BTreeSet<[u8; 32]>,
    /// KeyPackages that were given for this room: for whom.
    pub(crate) claimed: BTreeMap<Vec<u8>, MimiUri>,
    /// Accepted knocks, by sender.
    knocks: BTreeMap<String, u16>,
    /// When somebody came in by herself, by her leaf key.
    pub(crate) came: BTreeMap<Vec<u8>, u64>,
    /// Whom the hub keeps out, and what it has noticed.
    pub(crate) moderated: Moderated,
    /// What providers have published of their pseudonyms, as far as the hub has fetched it.
    pub(crate) followed: Arc<Followed>,
    /// Whether it has been ended.
    pub(crate) closed: bool,
}

impl Hosted {
    pub(crate) fn new(label: &str, uri: &MimiUri, hub: Hub) -> Self {
        Self {
            label: label.to_owned(),
            uri: uri.clone(),
            hub,
            answered: BTreeMap::new(),
            used: BTreeSet::new(),
            claimed: BTreeMap::new(),
            knocks: BTreeMap::new(),
            came: BTreeMap::new(),
            moderated: Moderated::default(),
            followed: Arc::default(),
            closed: false,
        }
    }

    /// The hosts of all members.
    fn hosts(&self) -> Result<BTreeSet<String>, Error> {
        let (leaves, _) = self.hub.leaves().map_err(|e| Error::step(STEP, e))?;
        Ok(leaves.iter().filter_map(|leaf| claimed_user(&leaf.credential)).map(|user| user.host().to_owned()).collect())
    }

    /// An UpdateRequest: the answer, what to send on, and the handshake as the hub has opened it.
    pub(crate) fn update(
        &mut self,
        body: &[u8],
        now: u64,
        trust: &TrustStore,
        faults: &Faults,
        random: &mut dyn Random,
    ) -> Result<(UpdateResponse, Fan, Vec<u8>), Error> {
        let request = UpdateRequest::decode(body).map_err(|e| Error::step(STEP, e))?;
        let handshake = match &request {
            UpdateRequest::Commit(bundle) => bundle.commit.octets(),
            UpdateRequest::Proposals(proposals) => proposals.first().map_or(&[][..], |first| first.octets()),
        };
        if self.closed {
            let response = UpdateResponse { outcome: UpdateOutcome::NotAllowed, description: "the room has ended".to_owned() };
            return Ok((response, Fan::default(), Vec::new()));
        }
        let (hosts, recipients) = (self.hosts()?, self.hub.recipients().map_err(|e| Error::step(STEP, e))?);
        let (leaves, _) = self.hub.leaves().map_err(|e| Error::step(STEP, e))?;
        let place = (self.hub.id().to_vec(), self.hub.epoch());
        let opened = match self.hub.open_handshake(handshake) {
            Ok(opened) => opened,
            Err(e) => return Ok((self.refusal(&e), Fan::default(), Vec::new())),
        };
        let user_at = |index: u32| leaves.iter().find(|leaf| leaf.index == index).and_then(|leaf| claimed_user(&leaf.credential));
        let state = self.hub.room_state().map_err(|e| Error::step(STEP, e))?;
        let links = &state.link_policy;
        let (answered, claimed, used) = (&self.answered, &self.claimed, &self.used);
        let doorkeeper = Doorkeeper { moderated: &self.moderated, followed: &self.followed };
        let single = links.as_ref().is_some_and(|policy| !policy.multiuser);
        let allow = |pending: &PendingCommit| {
            for leaf in pending.newcomer.iter().chain(pending.added.iter().map(|added| &added.leaf)) {
                let vouched = is_vouched(leaf, &state, trust, now);
                let wanted = if vouched { Ok(()) } else { Err("a credential that nobody vouches for") };
                wanted.and_then(|()| doorkeeper.may_come(leaf, now)).map_err(|why| Refusal(why.to_owned()))?;
            }
            if let Some(newcomer) = &pending.newcomer {
                let link = answered.get(newcomer.signature_key.octets());
                let link = link.ok_or_else(|| Refusal("nobody asked with this key".to_owned()))?;
                if single && link.is_some_and(|link| used.contains(&link)) {
                    return Err(Refusal("this link has been used".to_owned()));
                }
            }
            let adder = pending.committer.and_then(user_at);
            for added in &pending.added {
                if claimed.get(&added.reference).is_some_and(|for_whom| Some(for_whom) != adder.as_ref()) {
                    return Err(Refusal("a KeyPackage that was given to somebody else".to_owned()));
                }
            }
            Ok(())
        };
        let mut newcomer = None;
        let event = self.hub.receive_if(&opened, |pending| {
            newcomer = pending.newcomer.as_ref().map(|leaf| leaf.signature_key.octets().to_vec());
            allow(pending)
        });
        let event = match event {
            Ok(event) => event,
            Err(e) => return Ok((self.refusal(&e), Fan::default(), opened)),
        };
        if let Some(key) = newcomer {
            if let Some(Some(link)) = self.answered.get(&key) {
                self.used.insert(*link);
            }
            self.came.insert(key, now);
        }
        let timestamp = now.saturating_mul(1000);
        let mut fan = Fan::default();
        let sealed = matches!(Handshake::decode(handshake), Ok(Handshake::Sealed(_)));
        if sealed && !faults.clear_handshakes {
            self.seal_to_members(&mut fan, (&place.0, place.1), &leaves, &recipients, &opened, timestamp, random)?;
        } else {
            for host in &hosts {
                let travelling = if faults.clear_handshakes { &opened } else { handshake };
                fan.events.push((host.clone(), handshake_event(travelling, timestamp)?));
            }
        }
        if let (HubEvent::Commit { committer, added, .. }, UpdateRequest::Commit(bundle)) = (event, request) {
            let after = self.hub.room_state().map_err(|e| Error::step(STEP, e))?.participants;
            self.moderated.follow(&state.participants, &after, committer.and_then(user_at));
            self.take_group_info(&bundle, committer)?;
            self.route_welcomes(&mut fan, &bundle, &added, timestamp, faults)?;
        }
        Ok((UpdateResponse::success(timestamp), fan, opened))
    }

    fn take_group_info(&mut self, bundle: &CommitBundle, committer: Option<u32>) -> Result<(), Error> {
        let step = "a hub takes a GroupInfo";
        match &bundle.group_info {
            GroupInfoOption::Full(group_info) => self.hub.set_group_info(&group_info.to_message()),
            GroupInfoOption::Partial(partial) => self.hub.complete_group_info(partial, committer),
        }
        .map_err(|e| Error::step(step, e))
    }

    /// Each newcomer's Welcome goes to the host of her user's URI (mimi-mls 3.6.4).
    fn route_welcomes(
        &self,
        fan: &mut Fan,
        bundle: &CommitBundle,
        added: &[AddedClient],
        timestamp: u64,
        faults: &Faults,
    ) -> Result<(), Error> {
        let host = |reference: &[u8]| {
            let client = added.iter().find(|client| client.reference == reference)?;
            claimed_user(&client.leaf.credential).map(|user| user.host().to_owned())
        };
        for welcome in &bundle.welcomes {
            let Some(host) = welcome.references().find_map(host) else { continue };
            let message = welcome.to_message().map_err(|e| Error::step(STEP, e))?;
            let message = MessageView::decode(&message).map_err(|e| Error::step(STEP, e))?;
            let tree = self.hub.ratchet_tree().map_err(|e| Error::step(STEP, e))?;
            let ratchet_tree = if faults.clear_tree {
                RatchetTreeOption::full(&tree).map_err(|e| Error::step(STEP, e))?
            } else {
                // It is in the Welcome, encrypted (mimi-mls T-2).
                RatchetTreeOption::OutOfBand { tree_signature: Vec::new() }
            };
            fan.events.push((host, FanoutMessage { timestamp, message, part: FanoutPart::Welcome { ratchet_tree } }));
        }
        Ok(())
    }

    /// An application message: who may send it, how often, and to whose providers it goes.
    pub(crate) fn submit(&mut self, from: &str, body: &[u8], now: u64) -> Result<(SubmitMessageResponse, Fan), Error> {
        let request = SubmitMessageRequest::decode(body).map_err(|e| Error::step(STEP, e))?;
        let state = self.hub.room_state().map_err(|e| Error::step(STEP, e))?;
        let (list, roles) = (ParticipantList::new(state.participants), state.roles.unwrap_or_default());
        let list = list.map_err(|e| Error::step(STEP, e))?;
        let role = list.role_of(&request.sending_user);
        let refused = || Ok((SubmitMessageResponse::NotAllowed, Fan::default()));
        // A provider sends for its own users; which of them it is, it knows by their login.
        let is_theirs = request.sending_user.host() == from;
        if self.closed
            || !is_theirs
            || !role.is_some_and(|role| roles.allows(role, CAN_SEND_MESSAGE))
            || request.message.group_id() != Some(self.hub.id())
        {
            return refused();
        }
        if request.message.epoch() != Some(self.hub.epoch()) {
            return Ok((SubmitMessageResponse::EpochTooOld { current_epoch: self.hub.epoch() }, Fan::default()));
        }
        if self.is_taken_back(&request.sending_user, now)? {
            return refused();
        }
        if let (Some(knock), Some(role)) = (&state.knock, role) {
            let sent = self.knocks.entry(request.sending_user.to_string()).or_default();
            if !knock.moderator_roles.contains(&role) {
                if *sent >= knock.max_messages_per_joiner {
                    return refused();
                }
                // Only what is accepted counts (mimi-mls 3.6.5).
                *sent += 1;
            }
        }
        self.moderated.sent(&request.sending_user, now);
        let timestamp = now.saturating_mul(1000);
        let receiving = list.as_slice().iter().filter(|it| roles.allows(it.role_index, CAN_RECEIVE_MESSAGE));
        let hosts: BTreeSet<&str> = receiving.map(|participant| participant.user.host()).collect();
        let event = |host: &str| {
            let part = FanoutPart::Application { frank: None };
            (host.to_owned(), FanoutMessage { timestamp, message: request.message.clone(), part })
        };
        let fan = Fan { events: hosts.into_iter().map(event).collect() };
        Ok((SubmitMessageResponse::Accepted { accepted_timestamp: timestamp, frank: None }, fan))
    }

    /// How a refusal is told: another epoch, or not allowed, with the code.
    fn refusal(&self, error: &mimicred_mls::Error) -> UpdateResponse {
        let outcome = if error.code() == mimicred_mls::Code::EpochUnavailable {
            UpdateOutcome::WrongEpoch { current_epoch: self.hub.epoch() }
        } else {
            UpdateOutcome::NotAllowed
        };
        UpdateResponse { outcome, description: format!("{error} [{}]", error.slug()) }
    }
}

fn handshake_event(octets: &[u8], timestamp: u64) -> Result<FanoutMessage, Error> {
    let message = MessageView::decode(octets).map_err(|e| Error::step(STEP, e))?;
    Ok(FanoutMessage { timestamp, message, part: FanoutPart::Handshake { proposals: Vec::new() } })
}
