//! The hub's copy of a group: the tree and the room's state, without any secret.

mod entrance;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use mimicred_keys::{LeafKey, Random};
use openmls::group::{ProposalStore, PublicGroup, StagedCommit};
use openmls::messages::external_proposals::ExternalProposal;
use openmls::prelude::{
    LeafNodeIndex, MlsMessageBodyIn, ProcessedMessageContent, Proposal, ProtocolMessage, Sender, SenderExtensionIndex,
};
use openmls_traits::OpenMlsProvider;

use crate::component::KeyPackageUsage;
use crate::error::{Code, Error};
use crate::group::judge::Initial;
use crate::group::key_package::{read_message, usage, write_message};
use crate::group::provider::{LeafSigner, Provider};
use crate::group::receive::leaf_index;
use crate::group::room_state::RoomState;
use crate::group::{app_data, config, judge, leaf};
use crate::handshake::{Handshake, HubKey};
use crate::rules::{Refusal, Rules};
use crate::suite::Suite;
use crate::view::{LeafView, UnreadableLeaf};

/// A group as its hub sees it: it follows PublicMessages ([`Handshakes::Public`](crate::group::Handshakes::Public)) and judges them as
/// the members do, so that it forwards no commit that they would refuse.
///
/// It checks signatures; membership tags and confirmation tags it cannot, having no secret.
///
/// ```
/// use mimicred_keys::{Algorithm, LeafKey, SecretKey, SystemRandom};
/// use mimicred_mls::group::{Handshakes, Hub, HubEvent, Lifetime, Member, RoomState};
/// use mimicred_mls::rules::NoRules;
/// use mimicred_mls::{Credential, Suite};
///
/// let key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
/// let credential = Credential::SdCwt(b"an SD-KBT".to_vec());
/// let alice = Member::new(Suite::X25519Aes128Ed25519, key, credential, NoRules, SystemRandom)?.with_handshakes(Handshakes::Public);
/// let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs();
/// let room = RoomState::new("mimi://hub.example/r/clubhouse".parse()?).with_policy(b"one policy".to_vec());
/// let mut at_alice = alice.create(b"a random group id", &room, &Lifetime::days(now, 28)?)?;
///
/// let mut hub = Hub::open(&at_alice.group_info()?, NoRules)?;
/// let commit = at_alice.set_policy(b"another policy".to_vec())?;
/// assert_eq!(hub.receive(&commit.message)?, HubEvent::Commit { committer: Some(0), epoch: 1, added: vec![] });
/// at_alice.merge()?;
/// assert_eq!(hub.room_state()?, at_alice.room_state()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Hub {
    provider: Provider,
    rules: Arc<dyn Rules>,
    group: PublicGroup,
    /// Leaves that came by a KeyPackage for an initial connection, as far as this hub saw them come.
    initial: BTreeSet<u32>,
    key: Option<HubKey>,
    /// That of the current epoch without its tree, as a member gave it.
    group_info: Option<Vec<u8>>,
    /// SelfRemoves of this epoch, as messages.
    leaving: Vec<Vec<u8>>,
}

/// What a message was to the hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HubEvent {
    /// A commit, which has been followed.
    Commit {
        /// Who made it; nothing if she came in with it.
        committer: Option<u32>,
        /// The epoch that began.
        epoch: u64,
        /// Whose KeyPackages it added: where the Welcome has to go.
        added: Vec<AddedClient>,
    },
    /// A proposal, which is kept for a commit that refers to it.
    Proposal {
        /// Who made it; nothing if it came from outside.
        sender: Option<u32>,
    },
}

/// A commit that the room's rules let through, before it takes effect.
#[derive(Clone, Debug)]
pub struct PendingCommit {
    /// Who made it; nothing if she comes in with it.
    pub committer: Option<u32>,
    /// Who comes in with it by herself, as she will be; her index is not yet known and 0 here.
    pub newcomer: Option<LeafView>,
    /// Whose KeyPackages it adds.
    pub added: Vec<AddedClient>,
}

/// Somebody who was added by a KeyPackage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddedClient {
    /// The KeyPackageRef, by which her Welcome names her.
    pub reference: Vec<u8>,
    /// Her leaf, as it will be; its index is not yet known and 0 here. The host of its user is where her Welcome goes (mimi-mls 3.6.4).
    pub leaf: LeafView,
    /// What her KeyPackage is for.
    pub usage: KeyPackageUsage,
}

impl Hub {
    /// Begins to follow a group, with a GroupInfo that holds the ratchet tree ([`Group::group_info`](crate::group::Group::group_info)).
    ///
    /// # Errors
    /// `mls/message-malformed`; `mls/group-info-invalid` if the GroupInfo or its tree does not hold, or is without a tree;
    /// `mls/room-uri-missing` and those of the components' codecs.
    pub fn open(group_info: &[u8], rules: impl Rules + 'static) -> Result<Self, Error> {
        let MlsMessageBodyIn::GroupInfo(group_info) = read_message(group_info)?.extract() else {
            return Err(Error::new(Code::MessageMalformed).note("not a GroupInfo"));
        };
        let provider = Provider::new(NoRandom);
        let tree = group_info.extensions().ratchet_tree().map(|extension| extension.ratchet_tree().clone());
        let tree = tree.ok_or_else(|| Error::new(Code::GroupInfoInvalid).note("without a ratchet tree"))?;
        let (group, _) =
            PublicGroup::from_external(provider.crypto(), provider.storage(), tree, group_info, ProposalStore::new())
                .map_err(|error| Error::new(Code::GroupInfoInvalid).because(error))?;
        config::suite(group.ciphersuite())?;
        RoomState::from_extensions(group.group_context().extensions())?;
        Ok(Self {
            provider,
            rules: Arc::new(rules),
            group,
            initial: BTreeSet::new(),
            key: None,
            group_info: None,
            leaving: Vec::new(),
        })
    }

    /// The same hub with the key to which handshakes are sealed for it (mimi-mls 2.8).
    #[must_use]
    pub fn with_key(self, key: HubKey) -> Self {
        Self { key: Some(key), ..self }
    }

    /// The group's identifier.
    pub fn id(&self) -> &[u8] {
        self.group.group_id().as_slice()
    }

    /// The current epoch.
    pub fn epoch(&self) -> u64 {
        self.group.group_context().epoch().as_u64()
    }

    /// The room's state in the current epoch.
    ///
    /// # Errors
    /// Those of the components' codecs.
    pub fn room_state(&self) -> Result<RoomState, Error> {
        RoomState::from_extensions(self.group.group_context().extensions())
    }

    /// The members, by leaf index; and those whose leaf cannot be read.
    ///
    /// # Errors
    /// None that can happen: the suite was looked at before.
    pub fn leaves(&self) -> Result<(Vec<LeafView>, Vec<UnreadableLeaf>), Error> {
        Ok(leaf::views(config::suite(self.group.ciphersuite())?, &self.group))
    }

    /// The suite.
    ///
    /// # Errors
    /// None that can happen: it was looked at before.
    pub fn suite(&self) -> Result<Suite, Error> {
        config::suite(self.group.ciphersuite())
    }

    /// Opens a handshake that was wrapped or sealed for the hub, after looking whether it is for this group as it is.
    ///
    /// # Errors
    /// `mls/hub-unknown` without a key, `mls/message-invalid`, `mls/epoch-unavailable`, `mls/handshake-unreadable`.
    pub fn open_handshake(&self, octets: &[u8]) -> Result<Vec<u8>, Error> {
        let suite = self.suite()?;
        let here = |group_id: &[u8], epoch: u64| match () {
            () if group_id != self.id() => Err(Error::new(Code::MessageInvalid).note("of another group")),
            () if epoch != self.epoch() => Err(Error::new(Code::EpochUnavailable).note(format!("epoch {epoch}"))),
            () => self.key.as_ref().ok_or_else(|| Error::new(Code::HubUnknown)),
        };
        match Handshake::decode(octets)? {
            Handshake::Clear(octets) => Ok(octets),
            Handshake::Wrapped(wrapped) => wrapped.open_as_hub(suite, here(&wrapped.group_id, wrapped.epoch)?),
            Handshake::Sealed(sealed) => sealed.open_as_hub(suite, here(&sealed.group_id, sealed.epoch)?),
        }
    }

    /// A proposal of the hub itself to remove a member: for the members, each of whom it has to be sealed to, and followed here. The
    /// room names the hub as its external sender.
    ///
    /// # Errors
    /// `mls/hub-unknown` for another key than the room names, `mls/message-invalid` for a leaf that is not there.
    pub fn propose_remove(&mut self, leaf: u32, key: &LeafKey) -> Result<Vec<u8>, Error> {
        let named = self.room_state()?.hub.ok_or(Code::HubUnknown)?;
        if named.signature_key != key.public().octets() {
            return Err(Error::new(Code::HubUnknown).note("the room names another key"));
        }
        let (id, epoch) = (self.group.group_id().clone(), self.group.group_context().epoch());
        let message = ExternalProposal::new_remove::<Provider>(
            LeafNodeIndex::new(leaf),
            id,
            epoch,
            &LeafSigner(key),
            SenderExtensionIndex::new(0),
        );
        let octets = write_message(&message.map_err(super::failed)?)?;
        self.receive(&octets)?;
        Ok(octets)
    }

    /// Follows a handshake: a commit is merged, a proposal kept. One that is wrapped or sealed for the hub is opened first.
    ///
    /// # Errors
    /// `mls/message-malformed`, `mls/message-invalid`, `mls/handshake-private` for a PrivateMessage, and those of
    /// [`Group::receive`](crate::group::Group::receive) and [`Hub::open_handshake`]. After an error the epoch is what it was before.
    pub fn receive(&mut self, octets: &[u8]) -> Result<HubEvent, Error> {
        self.receive_if(octets, |_| Ok(()))
    }

    /// As [`Hub::receive`], but a commit takes effect only if this lets it: by what only the hub knows, whom it has answered and for whom
    /// it got which KeyPackage.
    ///
    /// # Errors
    /// `mls/hub-refused` with its reason, and those of [`Hub::receive`].
    pub fn receive_if(
        &mut self,
        octets: &[u8],
        allow: impl FnOnce(&PendingCommit) -> Result<(), Refusal>,
    ) -> Result<HubEvent, Error> {
        let octets = self.open_handshake(octets)?;
        let message = read_message(&octets)?
            .try_into_protocol_message()
            .map_err(|error| Error::new(Code::MessageMalformed).because(error))?;
        if matches!(message, ProtocolMessage::PrivateMessage(_)) {
            return Err(Code::HandshakePrivate.into());
        }
        let processed = self
            .group
            .process_message(self.provider.crypto(), message)
            .map_err(|error| Error::new(Code::MessageInvalid).because(error))?;
        let from = processed.sender().clone();
        match processed.into_content() {
            ProcessedMessageContent::ProposalMessage(proposal)
            | ProcessedMessageContent::ExternalJoinProposalMessage(proposal) => {
                match proposal.proposal() {
                    Proposal::AppDataUpdate(update) => {
                        judge::proposal(&from, update)?;
                        app_data::changes(self.group.app_data_dictionary_updater(), [update.as_ref()])?;
                    }
                    Proposal::Remove(remove) if self.group.leaf(remove.removed()).is_none() => {
                        return Err(Error::new(Code::MessageInvalid).note("nobody is at this leaf"));
                    }
                    Proposal::SelfRemove => self.leaving.push(octets),
                    _ => {}
                }
                self.group.add_proposal(self.provider.storage(), *proposal).map_err(super::failed)?;
                Ok(HubEvent::Proposal { sender: leaf_index(&from) })
            }
            ProcessedMessageContent::StagedCommitMessage(staged) => self.merge(&from, *staged, allow),
            ProcessedMessageContent::UnresolvedAppDataCommit(commit) => {
                let changes = app_data::changes(self.group.app_data_dictionary_updater(), commit.app_data_update_proposals())?;
                let staged = self
                    .group
                    .stage_app_data_commit(self.provider.crypto(), *commit, changes)
                    .map_err(|error| Error::new(Code::MessageInvalid).because(error))?;
                self.merge(&from, staged, allow)
            }
            _ => Err(Error::new(Code::MessageInvalid).note("not a handshake")),
        }
    }

    fn merge(
        &mut self,
        from: &Sender,
        staged: StagedCommit,
        allow: impl FnOnce(&PendingCommit) -> Result<(), Refusal>,
    ) -> Result<HubEvent, Error> {
        let gone = judge::leaving(&staged);
        let staying = self.initial.difference(&gone).next().is_some();
        let initial = if staying { Initial::Connection } else { Initial::No };
        judge::commit(&self.group, &staged, from, initial, &*self.rules)?;
        let (mut keys, mut added) = (Vec::new(), Vec::new());
        for proposal in staged.add_proposals() {
            let key_package = proposal.add_proposal().key_package();
            let usage = usage(key_package)?;
            if usage == KeyPackageUsage::InitialConnection {
                keys.push(key_package.leaf_node().signature_key().clone());
            }
            let reference = key_package.hash_ref(self.provider.crypto()).map_err(super::failed)?.as_slice().to_vec();
            let leaf = leaf::view(self.suite()?, LeafNodeIndex::new(0), key_package.leaf_node())?;
            added.push(AddedClient { reference, leaf, usage });
        }
        let newcomer = match (from, staged.update_path_leaf_node()) {
            (Sender::NewMemberCommit, Some(node)) => Some(leaf::view(self.suite()?, LeafNodeIndex::new(0), node)?),
            _ => None,
        };
        let pending = PendingCommit { committer: leaf_index(from), newcomer, added };
        allow(&pending).map_err(|refusal| Error::new(Code::HubRefused).note(refusal.0))?;
        self.group.merge_commit(self.provider.storage(), staged).map_err(super::failed)?;
        let came = self.group.members().filter(|member| keys.iter().any(|key| key.as_slice() == member.signature_key));
        self.initial = self.initial.difference(&gone).copied().chain(came.map(|member| member.index.u32())).collect();
        self.group_info = None;
        self.leaving.clear();
        Ok(HubEvent::Commit { committer: leaf_index(from), epoch: self.epoch(), added: pending.added })
    }
}

/// Nothing is drawn: a hub makes no key.
struct NoRandom;

impl Random for NoRandom {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), mimicred_keys::Error> {
        Err(mimicred_keys::Code::BackendFailed.into())
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub").field("epoch", &self.epoch()).finish_non_exhaustive()
    }
}
