//! The hub's copy of a group: the tree and the room's state, without any secret.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use mimicred_keys::Random;
use openmls::group::{ProposalStore, PublicGroup, StagedCommit};
use openmls::prelude::{MlsMessageBodyIn, ProcessedMessageContent, Proposal, ProtocolMessage, Sender};
use openmls_traits::OpenMlsProvider;

use crate::component::KeyPackageUsage;
use crate::error::{Code, Error};
use crate::group::judge::Initial;
use crate::group::key_package::{read_message, usage};
use crate::group::provider::Provider;
use crate::group::receive::leaf_index;
use crate::group::room_state::RoomState;
use crate::group::{app_data, config, judge, leaf};
use crate::rules::Rules;
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
/// assert_eq!(hub.receive(&commit.message)?, HubEvent::Commit { committer: Some(0), epoch: 1 });
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
}

/// What a message was to the hub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HubEvent {
    /// A commit, which has been followed.
    Commit {
        /// Who made it; nothing if she came in with it.
        committer: Option<u32>,
        /// The epoch that began.
        epoch: u64,
    },
    /// A proposal, which is kept for a commit that refers to it.
    Proposal {
        /// Who made it; nothing if it came from outside.
        sender: Option<u32>,
    },
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
        Ok(Self { provider, rules: Arc::new(rules), group, initial: BTreeSet::new() })
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

    /// Follows a handshake: a commit is merged, a proposal kept.
    ///
    /// # Errors
    /// `mls/message-malformed`, `mls/message-invalid`, `mls/handshake-private` for a PrivateMessage, and those of
    /// [`Group::receive`](crate::group::Group::receive). After an error the epoch is what it was before.
    pub fn receive(&mut self, octets: &[u8]) -> Result<HubEvent, Error> {
        let message = read_message(octets)?
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
                if let Proposal::AppDataUpdate(update) = proposal.proposal() {
                    judge::proposal(&from, update)?;
                    app_data::changes(self.group.app_data_dictionary_updater(), [update.as_ref()])?;
                }
                self.group.add_proposal(self.provider.storage(), *proposal).map_err(super::failed)?;
                Ok(HubEvent::Proposal { sender: leaf_index(&from) })
            }
            ProcessedMessageContent::StagedCommitMessage(staged) => self.merge(&from, *staged),
            ProcessedMessageContent::UnresolvedAppDataCommit(commit) => {
                let changes = app_data::changes(self.group.app_data_dictionary_updater(), commit.app_data_update_proposals())?;
                let staged = self
                    .group
                    .stage_app_data_commit(self.provider.crypto(), *commit, changes)
                    .map_err(|error| Error::new(Code::MessageInvalid).because(error))?;
                self.merge(&from, staged)
            }
            _ => Err(Error::new(Code::MessageInvalid).note("not a handshake")),
        }
    }

    fn merge(&mut self, from: &Sender, staged: StagedCommit) -> Result<HubEvent, Error> {
        let gone = judge::leaving(&staged);
        let staying = self.initial.difference(&gone).next().is_some();
        let initial = if staying { Initial::Connection } else { Initial::No };
        judge::commit(&self.group, &staged, from, initial, &*self.rules)?;
        let mut keys = Vec::new();
        for proposal in staged.add_proposals() {
            let key_package = proposal.add_proposal().key_package();
            if usage(key_package)? == KeyPackageUsage::InitialConnection {
                keys.push(key_package.leaf_node().signature_key().clone());
            }
        }
        self.group.merge_commit(self.provider.storage(), staged).map_err(super::failed)?;
        let came = self.group.members().filter(|member| keys.iter().any(|key| key.as_slice() == member.signature_key));
        self.initial = self.initial.difference(&gone).copied().chain(came.map(|member| member.index.u32())).collect();
        Ok(HubEvent::Commit { committer: leaf_index(from), epoch: self.epoch() })
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
