//! A room that is a real MLS group, on OpenMLS with the draft extensions.
//!
//! A [`Member`] is one client in one room: its leaf key, its credential and its MLS state. It makes KeyPackages, creates a
//! [`Group`] or joins one by a Welcome. The group sends, receives and changes; after every change of epoch the caller takes an
//! [`EpochView`](crate::EpochView), because only then are leaf keys, credentials and the nonce root those of that epoch.
//!
//! What OpenMLS leaves to the application is done here: a newcomer must list its own credential type and the room's components,
//! its key must have the one form of RFC 9420, lifetimes are bounded and rounded, AppDataUpdates are followed, messages are padded
//! to buckets (mimi-mls T-4), handshakes are private unless a [`Hub`] has to follow them, and five past epochs are kept. Every commit
//! is judged before it takes effect, one's own too: by what MLS and the components demand, and by the application's [`Rules`](crate::rules::Rules). What
//! is in a credential is judged elsewhere.
//!
//! Named exception to "no clock": OpenMLS compares lifetimes with the system's time when a KeyPackage or a Welcome is read.
//!
//! ```
//! use mimicred_keys::{Algorithm, LeafKey, SecretKey, SystemRandom};
//! use mimicred_mls::component::Participant;
//! use mimicred_mls::group::{Incoming, Lifetime, Member, RoomState};
//! use mimicred_mls::rules::NoRules;
//! use mimicred_mls::{Credential, Suite};
//!
//! let member = |token: &[u8]| -> Result<Member, Box<dyn std::error::Error>> {
//!     let key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
//!     Ok(Member::new(Suite::X25519Aes128Ed25519, key, Credential::SdCwt(token.to_vec()), NoRules, SystemRandom)?)
//! };
//! let (alice, bob) = (member(b"alice's SD-KBT")?, member(b"bob's SD-KBT")?);
//! let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs();
//! let lifetime = Lifetime::days(now, 28)?;
//!
//! let room = RoomState::new("mimi://hub.example/r/clubhouse".parse()?)
//!     .with_participants(vec![Participant { user: "mimi://a.example/p/one".parse()?, role_index: 2 }]);
//! let mut at_alice = alice.create(b"a random group id", &room, &lifetime)?;
//!
//! let two = Participant { user: "mimi://b.example/p/two".parse()?, role_index: 2 };
//! let commit = at_alice.add(&[&bob.key_package(&lifetime)?], vec![two])?;
//! at_alice.merge()?; // once the hub has accepted the commit
//! let mut at_bob = bob.join(&commit.welcome.ok_or("nobody was added")?)?;
//!
//! assert_eq!(at_alice.view()?, at_bob.view()?);
//! let message = at_alice.send(b"hello")?;
//! let received = at_bob.receive(&message)?;
//! assert_eq!(received, Incoming::Application { sender: 0, epoch: 1, octets: b"hello".to_vec() });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod app_data;
mod change;
mod config;
mod external;
mod handshakes;
mod hub;
mod judge;
mod key_package;
mod leaf;
mod member;
mod proposals;
mod provider;
mod receive;
mod room_state;
mod secrets;
#[cfg(test)]
mod tests;
mod view;

use std::fmt;
use std::sync::Arc;

use mimicred_keys::LeafKey;
use openmls::group::{MlsGroup, QueuedProposal};
use openmls::prelude::{CreateMessageError, LeafNodeIndex, MlsGroupStateError};
use openmls_traits::OpenMlsProvider;

pub use change::{Change, Commit};
pub use config::{Handshakes, Lifetime, MAX_PAST_EPOCHS};
pub use external::{Entrance, Joined};
pub use hub::{AddedClient, Hub, HubEvent, PendingCommit};
use judge::Initial;
pub use key_package::{KeyPackage, UnverifiedKeyPackage};
pub use member::Member;
pub use provider::{LeafSigner, Provider};
pub use receive::Incoming;
pub use room_state::{HubIdentity, RoomState};

use crate::bundle::DisclosureBundle;
use crate::credential::Credential;
use crate::error::{Code, Error};
use crate::sealed::{Recipient, RecipientKey, SealedDisclosure, SealingContext};
use crate::suite::Suite;

/// The largest MLS message that is read.
pub const MAX_MESSAGE: usize = 16 * 1024 * 1024;

/// A group as one member sees it.
pub struct Group {
    member: Member,
    /// What the leaf will be once the pending commit is merged.
    next: Option<(Arc<LeafKey>, Credential)>,
    suite: Suite,
    /// The epoch in which this member came in.
    first_epoch: u64,
    /// Behind the disclosure_recipients of this member's leaf; gone with the group.
    recipient: RecipientKey,
    /// Whether this member came by a KeyPackage for an initial connection.
    initial: Initial,
    /// Proposals of this epoch that somebody may commit to.
    waiting: Vec<QueuedProposal>,
    mls: MlsGroup,
}

impl Group {
    fn new(member: Member, mls: MlsGroup, recipient: RecipientKey, initial: Initial) -> Self {
        let (suite, first_epoch) = (member.suite(), mls.epoch().as_u64());
        Self { suite, member, next: None, first_epoch, recipient, initial, waiting: Vec::new(), mls }
    }

    /// The group's identifier.
    pub fn id(&self) -> &[u8] {
        self.mls.group_id().as_slice()
    }

    /// The current epoch.
    pub fn epoch(&self) -> u64 {
        self.mls.epoch().as_u64()
    }

    /// The oldest epoch whose messages can still be read. Snapshots of older epochs have no use any more.
    pub fn oldest_epoch(&self) -> u64 {
        let kept = u64::try_from(MAX_PAST_EPOCHS).unwrap_or(u64::MAX);
        self.epoch().saturating_sub(kept).max(self.first_epoch)
    }

    /// The cipher suite.
    pub fn suite(&self) -> Suite {
        self.suite
    }

    /// The leaf index of this member.
    pub fn own_index(&self) -> u32 {
        self.mls.own_leaf_index().u32()
    }

    /// The member whose group this is, with its current key and credential.
    pub fn member(&self) -> &Member {
        &self.member
    }

    /// Whether this member is still in the group.
    pub fn is_active(&self) -> bool {
        self.mls.is_active()
    }

    /// Whether a commit of this member waits for [`Group::merge`].
    pub fn has_pending_commit(&self) -> bool {
        self.mls.pending_commit().is_some()
    }

    /// An application message: padded, encrypted and signed by the leaf key. While a commit is pending, it still belongs to the
    /// epoch before.
    ///
    /// # Errors
    /// `mls/group-inactive`.
    pub fn send(&mut self, octets: &[u8]) -> Result<Vec<u8>, Error> {
        let provider = self.member.provider();
        let padding = config::bucket(octets.len()).max(self.member.least_padding());
        let config = config::join(self.member.handshakes(), padding);
        self.mls.set_configuration(provider.storage(), &config).map_err(failed)?;
        let message = self.mls.create_message(provider, &LeafSigner(self.member.key()), octets).map_err(|error| match error {
            CreateMessageError::GroupStateError(state) => state_error(state),
            other => failed(other),
        })?;
        message.to_bytes().map_err(failed)
    }

    /// Seals a bundle to the members at these leaves, for the message that is sent next (mimi-mls 3.5.5). Whether they may see it, and
    /// whether their leaves are who they should be, is for `room` to say.
    ///
    /// # Errors
    /// `mls/sealed-nobody` for a leaf without a recipient key, and those of [`SealedDisclosure::seal`].
    pub fn seal(&self, bundle: &DisclosureBundle, leaves: &[u32]) -> Result<SealedDisclosure, Error> {
        let key = |leaf: &u32| {
            let node = self.mls.public_group().leaf(LeafNodeIndex::new(*leaf));
            let key = node.map(|node| leaf::recipient_key(node.extensions())).transpose()?.flatten();
            key.ok_or_else(|| Error::new(Code::SealedNobody).note(format!("leaf {leaf}")))
        };
        let keys = leaves.iter().map(key).collect::<Result<Vec<_>, _>>()?;
        let recipients: Vec<_> =
            leaves.iter().zip(&keys).map(|(leaf, recipient_key)| Recipient { leaf: *leaf, recipient_key }).collect();
        let context = self.sealing_context(self.own_index(), self.epoch());
        SealedDisclosure::seal(bundle, &context, &recipients, &mut self.member.provider().crypto())
    }

    /// Opens what the member at a leaf has sealed to this one, in a message of this epoch.
    ///
    /// # Errors
    /// Those of [`SealedDisclosure::open`]; `mls/epoch-unavailable` for an epoch that is not held.
    pub fn open(&self, sealed: &SealedDisclosure, sender: u32, epoch: u64) -> Result<DisclosureBundle, Error> {
        if epoch > self.epoch() || epoch < self.oldest_epoch() {
            return Err(Error::new(Code::EpochUnavailable).note(format!("epoch {epoch}")));
        }
        sealed.open(&self.sealing_context(sender, epoch), self.own_index(), &self.recipient)
    }

    fn sealing_context(&self, sender_leaf: u32, epoch: u64) -> SealingContext<'_> {
        SealingContext { suite: self.suite, group_id: self.id(), epoch, sender_leaf }
    }

    /// The GroupInfo of the current epoch with the ratchet tree, for the hub (and for nobody else: all leaves are in it). As an MLSMessage.
    ///
    /// # Errors
    /// `mls/group-inactive`.
    pub fn group_info(&self) -> Result<Vec<u8>, Error> {
        if !self.is_active() {
            return Err(Code::GroupInactive.into());
        }
        let provider = self.member.provider();
        let message = self.mls.export_group_info(provider.crypto(), &LeafSigner(self.member.key()), true).map_err(failed)?;
        message.to_bytes().map_err(failed)
    }

    /// The GroupInfo of the current epoch without the ratchet tree, for the hub, which has the tree. As an MLSMessage.
    ///
    /// # Errors
    /// `mls/group-inactive`.
    pub fn group_info_for_hub(&self) -> Result<Vec<u8>, Error> {
        if !self.is_active() {
            return Err(Code::GroupInactive.into());
        }
        let provider = self.member.provider();
        let message = self.mls.export_group_info(provider.crypto(), &LeafSigner(self.member.key()), false).map_err(failed)?;
        message.to_bytes().map_err(failed)
    }
}

impl fmt::Debug for Group {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Group").field("epoch", &self.epoch()).field("member", &self.member).finish_non_exhaustive()
    }
}

/// OpenMLS failed where nothing that was handed in can be at fault.
fn failed(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(Code::GroupFailed).because(error)
}

fn state_error(error: MlsGroupStateError) -> Error {
    let code = match error {
        MlsGroupStateError::UseAfterEviction => Code::GroupInactive,
        MlsGroupStateError::PendingCommit => Code::CommitPending,
        MlsGroupStateError::NoPendingCommit => Code::NoCommitPending,
        MlsGroupStateError::LibraryError(_)
        | MlsGroupStateError::PendingProposal
        | MlsGroupStateError::PendingProposalNotFound => Code::GroupFailed,
    };
    Error::new(code).because(error)
}
