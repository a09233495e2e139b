//! Messages of others.

use openmls::group::{MergeCommitError, ProcessMessageError, StageCommitError, StagedCommit};
use openmls::prelude::{
    ContentType, ProcessedMessageContent, Proposal, ProtocolMessage, Sender, UnresolvedAppDataCommit, ValidationError,
};

use crate::error::{Code, Error};
use crate::group::judge;
use crate::group::key_package::read_message;
use crate::group::{Group, app_data};

/// What a message was.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Incoming {
    /// Application data. Who the sender is says the [`EpochView`](crate::EpochView) of that epoch, not the current one: a leaf
    /// index may have been given to somebody else since.
    Application {
        /// The sender's leaf index, in the epoch of the message.
        sender: u32,
        /// The epoch of the message.
        epoch: u64,
        /// The data.
        octets: Vec<u8>,
    },
    /// A commit, which has been merged. It is time for a new [`EpochView`](crate::EpochView), if this member is still in.
    Commit {
        /// The committer's leaf index in the epoch before; nothing if it came in with this commit.
        committer: Option<u32>,
        /// The epoch that began.
        epoch: u64,
        /// Whether this member is still in the group.
        active: bool,
    },
    /// A proposal, which is kept for a commit of this epoch.
    Proposal {
        /// The leaf index of who proposed it; nothing if it came from outside.
        sender: Option<u32>,
        /// The epoch that it is for.
        epoch: u64,
    },
    /// A message that says it is this member's own, fanned back. It cannot be read, its sender is not authenticated, and a
    /// pending commit is not merged by it.
    Own {
        /// The epoch of the message.
        epoch: u64,
    },
}

impl Group {
    /// Authenticates and decrypts a message, and follows it: a commit is merged, a proposal kept. A handshake that is wrapped for the
    /// members, or sealed to this one, is opened first (mimi-mls 2.8).
    ///
    /// # Errors
    /// `mls/message-malformed`, `mls/message-invalid`, `mls/epoch-unavailable`, `mls/group-inactive`; `mls/handshake-unreadable` for what
    /// is sealed to another member; for what changes the room in
    /// a way that cannot be followed, `mls/component-update-unsupported` and those of the components' codecs; for what may not be,
    /// `mls/policy-change-forbidden`, `mls/policy-change-refused`, `mls/successor-refused`, `mls/credential-type-undeclared`,
    /// `mls/leaf-key-form`, `mls/lifetime-invalid`, `mls/component-unsupported`, `mls/capability-unsupported`,
    /// `mls/room-requirement-missing`; `mls/initial-connection-only` if this member came for an initial connection and the room becomes
    /// more than that: then she leaves. After an error the epoch is what it was before.
    pub fn receive(&mut self, octets: &[u8]) -> Result<Incoming, Error> {
        let opened = self.unwrap(octets)?;
        let message = read_message(opened.as_deref().unwrap_or(octets))?
            .try_into_protocol_message()
            .map_err(|error| Error::new(Code::MessageMalformed).because(error))?;
        if message.group_id() == self.mls.group_id() && message.epoch().as_u64() < self.oldest_epoch() {
            // OpenMLS would only say that it cannot decrypt.
            return Err(Error::new(Code::EpochUnavailable).note(format!("epoch {}", message.epoch().as_u64())));
        }
        if message.content_type() == ContentType::Commit {
            self.offer_proposals(|_| true)?;
        }
        let followed = self.follow(message);
        self.withdraw_proposals()?;
        followed
    }

    fn follow(&mut self, message: ProtocolMessage) -> Result<Incoming, Error> {
        let processed = self.mls.process_message(self.member.provider(), message).map_err(process_error)?;
        let epoch = processed.epoch().as_u64();
        let from = processed.sender().clone();
        let sender = leaf_index(&from);
        match processed.into_content() {
            ProcessedMessageContent::ApplicationMessage(message) => {
                let sender = sender.ok_or(Code::MessageInvalid)?;
                Ok(Incoming::Application { sender, epoch, octets: message.into_bytes() })
            }
            ProcessedMessageContent::ProposalMessage(proposal)
            | ProcessedMessageContent::ExternalJoinProposalMessage(proposal) => {
                if let Proposal::AppDataUpdate(update) = proposal.proposal() {
                    // Kept, it would stand in the way of every commit.
                    judge::proposal(&from, update)?;
                    app_data::changes(self.mls.app_data_dictionary_updater(), [update.as_ref()])?;
                }
                self.keep_proposal(*proposal);
                Ok(Incoming::Proposal { sender, epoch })
            }
            ProcessedMessageContent::StagedCommitMessage(staged) => self.merge_staged(&from, *staged),
            ProcessedMessageContent::UnresolvedAppDataCommit(commit) => {
                let staged = self.resolve(*commit)?;
                self.merge_staged(&from, staged)
            }
            ProcessedMessageContent::OwnPendingCommit | ProcessedMessageContent::OwnPrivateMessage => Ok(Incoming::Own { epoch }),
        }
    }

    /// Computes what the AppDataUpdates of a commit do; the confirmation tag then proves that the committer came to the same.
    fn resolve(&self, commit: UnresolvedAppDataCommit) -> Result<StagedCommit, Error> {
        let changes = app_data::changes(self.mls.app_data_dictionary_updater(), commit.app_data_update_proposals())?;
        self.mls.stage_app_data_commit(self.member.provider(), commit, changes).map_err(|error| match error {
            StageCommitError::LibraryError(error) => super::failed(error),
            other => Error::new(Code::MessageInvalid).because(other),
        })
    }

    fn merge_staged(&mut self, from: &Sender, staged: StagedCommit) -> Result<Incoming, Error> {
        judge::commit(self.mls.public_group(), &staged, from, self.initial, self.member.rules())?;
        let committer = leaf_index(from);
        self.mls
            .merge_staged_commit(self.member.provider(), staged)
            .map_err(|error: MergeCommitError<_>| super::failed(error))?;
        // Another commit won this epoch: ours, if there was one, is gone, and so is what was proposed in it.
        self.next = None;
        self.waiting.clear();
        Ok(Incoming::Commit { committer, epoch: self.epoch(), active: self.is_active() })
    }
}

/// The leaf of a sender, if it has one.
pub(super) fn leaf_index(sender: &Sender) -> Option<u32> {
    match sender {
        Sender::Member(index) => Some(index.u32()),
        Sender::External(_) | Sender::NewMemberProposal | Sender::NewMemberCommit => None,
    }
}

/// Application data may be a reveal: its size only.
impl std::fmt::Debug for Incoming {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Application { sender, epoch, octets } => {
                write!(f, "Application(sender {sender}, epoch {epoch}, {} octets)", octets.len())
            }
            Self::Commit { committer, epoch, active } => {
                write!(f, "Commit(committer {committer:?}, epoch {epoch}, active {active})")
            }
            Self::Proposal { sender, epoch } => write!(f, "Proposal(sender {sender:?}, epoch {epoch})"),
            Self::Own { epoch } => write!(f, "Own(epoch {epoch})"),
        }
    }
}

fn process_error<S: std::error::Error + Send + Sync + 'static>(error: ProcessMessageError<S>) -> Error {
    match error {
        ProcessMessageError::GroupStateError(error) => super::state_error(error),
        ProcessMessageError::ValidationError(error @ ValidationError::WrongEpoch) => {
            Error::new(Code::EpochUnavailable).because(error)
        }
        error @ (ProcessMessageError::LibraryError(_) | ProcessMessageError::StorageError(_)) => super::failed(error),
        other => Error::new(Code::MessageInvalid).because(other),
    }
}
