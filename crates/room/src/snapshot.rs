//! What a verifier keeps of each epoch (mimi-mls.md 3.5.2): who sat at which leaf with which key, what the room asked, and the root
//! of its nonces. A message is always judged by the snapshot of its own epoch.

mod deadline;
mod files;
mod leaf;

pub use files::{FileInputs, GivenLeaf, Input, Waivable};
pub use leaf::{LeafStanding, SnapshotLeaf};

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;

use mimicred_keys::{Algorithm, HashAlgorithm, PublicKey};
use mimicred_mls::component::RolesList;
use mimicred_mls::nonce::{challenge_nonce, disclosure_nonce};
use mimicred_mls::{EpochView, LeafView, MediaType, PresentationContext};
use mimicred_uri::MimiUri;
use zeroize::Zeroizing;

use crate::evaluate::PolicyState;
use crate::policy::NonceMode;
use crate::present::RoomContext;
use crate::trust::TrustStore;
use crate::{Code, Error, VerdictCode, parallel};

/// One epoch of one room.
pub struct EpochSnapshot {
    group_id: Vec<u8>,
    epoch: u64,
    hash: HashAlgorithm,
    /// The algorithm of the suite; unknown for a reveal on files whose leaf was waived.
    algorithm: Option<Algorithm>,
    room_uri: Option<MimiUri>,
    policy: PolicyState,
    /// The media types that the room lists.
    media_types: Vec<MediaType>,
    /// What the roles may do, if the room says so.
    roles: Option<RolesList>,
    leaves: BTreeMap<u32, SnapshotLeaf>,
    /// Leaves whose key or credential could not even be read.
    unreadable: BTreeSet<u32>,
    nonce: NonceSource,
    waived: BTreeSet<Waivable>,
    /// When we entered the group.
    joined_at: i64,
    /// Since when what is required of a reveal has been required.
    required_since: Option<i64>,
    /// Why the leaf of a reveal on files cannot be used at all.
    leaf_fault: Option<String>,
}

/// Where the nonces of an epoch come from. The root is wiped with the snapshot: whoever reads memory later must not be able to derive
/// nonces of past epochs.
enum NonceSource {
    Root(Zeroizing<[u8; 32]>),
    Given(Vec<u8>),
    Waived,
}

/// A challenge that the verifier has sent, and the member answers.
#[derive(Clone, Copy, Debug)]
pub struct Challenge<'c> {
    /// The nonce of the request.
    pub nonce: &'c [u8],
    /// Until when an answer counts.
    pub not_after: i64,
}

impl EpochSnapshot {
    /// Takes down an epoch on entering it, at `now`. Every leaf's credential is verified (step 0): one that was there before, with
    /// the same key and credential, as of the time when it came; a new one as of this moment. Many leaves are verified on all cores.
    ///
    /// # Errors
    /// `room/snapshot-refused` when `previous` is of another group, or not of an earlier epoch.
    pub fn enter(view: &EpochView, trust: &TrustStore, now: i64, previous: Option<&EpochSnapshot>) -> Result<Self, Error> {
        if previous.is_some_and(|previous| previous.group_id != view.group_id || previous.epoch >= view.epoch) {
            return Err(Code::SnapshotRefused.into());
        }
        let policy = PolicyState::of_component(view.policy.as_deref());
        let joined_at = previous.map_or(now, |previous| previous.joined_at);
        let required_before = previous.and_then(|previous| Some((&previous.policy, previous.required_since?)));
        let required_since = deadline::required_since(&policy, required_before, now);
        let room = leaf::Room::new(trust, &policy, Some(&view.room_uri), &view.participants);
        let leaves = parallel::map(&view.leaves, |seen| {
            let before = previous.and_then(|previous| previous.leaves.get(&seen.index)).filter(|before| before.is_same(seen));
            let since = before.map_or(now, |before| before.joined_at());
            // Leaves that are there when we come may be older than we are.
            let older = before.map_or(previous.is_none(), SnapshotLeaf::is_older_than_me);
            (seen.index, SnapshotLeaf::verify(seen, since, older, &room))
        });
        Ok(Self {
            group_id: view.group_id.clone(),
            epoch: view.epoch,
            hash: view.suite.hash(),
            algorithm: Some(view.suite.signature_algorithm()),
            room_uri: Some(view.room_uri.clone()),
            leaves: leaves.into_iter().collect(),
            unreadable: view.unreadable.iter().map(|leaf| leaf.index).collect(),
            nonce: NonceSource::Root(view.nonce_root.clone()),
            waived: BTreeSet::new(),
            joined_at,
            required_since,
            leaf_fault: None,
            media_types: view.media_types.clone(),
            roles: view.roles.clone(),
            policy,
        })
    }

    /// The epoch.
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// The group.
    pub fn group_id(&self) -> &[u8] {
        &self.group_id
    }

    /// The room, unless that input was waived.
    pub fn room_uri(&self) -> Option<&MimiUri> {
        self.room_uri.as_ref()
    }

    /// The room's policy.
    pub fn policy(&self) -> &PolicyState {
        &self.policy
    }

    /// The media types of the room's application data, the default first; none if they are not framed.
    pub fn media_types(&self) -> &[MediaType] {
        &self.media_types
    }

    /// The leaf at an index.
    pub fn leaf(&self, index: u32) -> Option<&SnapshotLeaf> {
        self.leaves.get(&index)
    }

    /// Where the member at a leaf makes its reveals in this epoch; for one's own leaf. Nothing for a leaf whose credential does not
    /// hold, for a reveal on files, and, in a room that wants answers to challenges, without one.
    ///
    /// # Errors
    /// `room/snapshot-refused` if the nonce cannot be derived.
    pub fn room_context(&self, leaf: u32, challenge: Option<&Challenge<'_>>) -> Result<Option<RoomContext>, Error> {
        let (Some(leaf), Some(room_uri)) = (self.leaf(leaf), &self.room_uri) else { return Ok(None) };
        let (Some(member), Expected::Nonce(nonce)) = (leaf.member(), self.nonce(Some(leaf.key()), challenge)?) else {
            return Ok(None);
        };
        Ok(Some(RoomContext {
            room_uri: room_uri.clone(),
            subject_uri: member.user.clone(),
            group_id: self.group_id.clone(),
            epoch: self.epoch,
            nonce,
            hash: self.hash,
        }))
    }

    /// The leaves whose credentials hold and whose users have one of these roles: to whom a disclosure may be sealed that only they may
    /// see (mimi-mls.md 3.5.5).
    pub fn leaves_with_roles(&self, roles: &[u32]) -> Vec<u32> {
        let has_role =
            |leaf: &&SnapshotLeaf| leaf.member().and_then(|member| member.role).is_some_and(|role| roles.contains(&role));
        self.leaves().filter(has_role).map(SnapshotLeaf::index).collect()
    }

    /// Whether the member at a leaf may do something, by the number of its capability: her credential holds, and her role allows it;
    /// in a room without roles_list nobody is kept from anything by her role.
    pub fn may(&self, leaf: u32, capability: u16) -> bool {
        let Some(member) = self.leaf(leaf).and_then(SnapshotLeaf::member) else { return false };
        let allows = |roles: &RolesList| member.role.is_some_and(|role| roles.allows(role, capability));
        self.roles.as_ref().is_none_or(allows)
    }

    /// Somebody who is not in the group, by the credential that would be hers as a leaf.
    pub(crate) fn stranger(&self, seen: &LeafView, trust: &TrustStore, now: i64) -> SnapshotLeaf {
        let room = leaf::Room::new(trust, &self.policy, self.room_uri.as_ref(), &[]);
        SnapshotLeaf::verify(seen, now, false, &room)
    }

    /// All leaves, by index.
    pub fn leaves(&self) -> impl Iterator<Item = &SnapshotLeaf> {
        self.leaves.values()
    }

    /// Whether it was taken in a group, where everybody's leaf is known.
    pub(crate) fn knows_members(&self) -> bool {
        matches!(self.nonce, NonceSource::Root(_))
    }

    /// Leaves whose key or credential cannot be read.
    pub(crate) fn unreadable(&self) -> impl Iterator<Item = u32> {
        self.unreadable.iter().copied()
    }

    /// The inputs that the caller waived.
    pub fn waived(&self) -> &BTreeSet<Waivable> {
        &self.waived
    }

    /// The code for a member that has revealed nothing, when a reveal is required (mimi-mls.md 3.4.2, Deadline): the time runs from
    /// the latest of the member's coming, ours, and the epoch in which the last of the rules became required or stricter. Of those
    /// who were there before us we know nothing, unless they left a request of ours unanswered.
    pub fn absent(&self, leaf: &SnapshotLeaf, now: i64, asked: Asked) -> VerdictCode {
        let deadline = self.policy.known().map_or(0, |policy| policy.disclosure_deadline);
        let start = leaf.joined_at().max(self.joined_at).max(self.required_since.unwrap_or(i64::MIN));
        let is_over = deadline > 0 && now > start.saturating_add(i64::from(deadline));
        match (leaf.is_older_than_me(), is_over) {
            (true, true) if asked == Asked::Unanswered => VerdictCode::MissingReveal,
            (true, _) => VerdictCode::UnknownToMe,
            (false, true) => VerdictCode::MissingReveal,
            (false, false) => VerdictCode::Pending,
        }
    }

    /// Why there is no leaf to look at, if somebody sits there all the same.
    pub(crate) fn leaf_fault(&self, index: u32) -> Option<&str> {
        let unreadable = self.unreadable.contains(&index).then_some("its key or credential cannot be read");
        unreadable.or(self.leaf_fault.as_deref())
    }

    pub(crate) fn algorithm(&self) -> Option<Algorithm> {
        self.algorithm
    }

    /// Where presentations of certificates are made. Nothing if group or epoch were waived: the signature covers them.
    pub(crate) fn context<'a>(&'a self, room_uri: &'a MimiUri) -> Option<PresentationContext<'a>> {
        if self.waived.contains(&Waivable::GroupId) || self.waived.contains(&Waivable::Epoch) {
            return None;
        }
        Some(PresentationContext { room_uri, group_id: &self.group_id, epoch: self.epoch, hash: self.hash })
    }

    /// The nonce that a leaf must use.
    pub(crate) fn nonce(&self, leaf_key: Option<&PublicKey>, challenge: Option<&Challenge<'_>>) -> Result<Expected, Error> {
        let root = match &self.nonce {
            NonceSource::Waived => return Ok(Expected::Waived),
            NonceSource::Given(nonce) => return Ok(Expected::Nonce(nonce.clone())),
            NonceSource::Root(root) => root,
        };
        let Some(key) = leaf_key else { return Ok(Expected::Waived) };
        let mode = self.policy.known().map(|policy| policy.nonce_mode);
        let nonce = match (mode, challenge) {
            (Some(NonceMode::Challenge), None) => return Ok(Expected::NotAsked),
            (Some(NonceMode::Challenge), Some(challenge)) => {
                challenge_nonce(&self.group_id, self.epoch, challenge.nonce, key.octets()).map_err(refused)?
            }
            _ => disclosure_nonce(self.hash, root, key.octets()).map_err(refused)?,
        };
        Ok(Expected::Nonce(nonce.to_vec()))
    }
}

fn refused(source: mimicred_mls::Error) -> Error {
    Error::new(Code::SnapshotRefused).because(source)
}

/// What is expected as a nonce.
pub(crate) enum Expected {
    Nonce(Vec<u8>),
    /// The room wants answers to challenges, and we sent none.
    NotAsked,
    Waived,
}

/// What came of a request for a reveal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Asked {
    /// None was sent, or it may still be answered.
    #[default]
    NotYet,
    /// It ran out.
    Unanswered,
}

/// Neither nonce root nor policy.
impl fmt::Debug for EpochSnapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EpochSnapshot")
            .field("room_uri", &self.room_uri)
            .field("epoch", &self.epoch)
            .field("leaves", &self.leaves.len())
            .field("waived", &self.waived)
            .finish_non_exhaustive()
    }
}

/// The snapshots of one room's recent epochs: as many as the group keeps message secrets.
#[derive(Debug)]
pub struct Snapshots {
    kept: VecDeque<EpochSnapshot>,
    capacity: usize,
}

impl Snapshots {
    /// Room for the current epoch and `past_epochs` before it: what the group keeps of message secrets.
    pub fn new(past_epochs: usize) -> Self {
        Self { kept: VecDeque::new(), capacity: past_epochs.saturating_add(1) }
    }

    /// The one snapshot of a reveal on files.
    pub fn only(snapshot: EpochSnapshot) -> Self {
        Self { kept: VecDeque::from([snapshot]), capacity: 1 }
    }

    /// Takes down the epoch that was just entered, and drops what has become too old.
    ///
    /// # Errors
    /// `room/snapshot-refused` for another group, and for an epoch that is not later than the last one.
    pub fn enter(&mut self, view: &EpochView, trust: &TrustStore, now: i64) -> Result<&EpochSnapshot, Error> {
        let snapshot = EpochSnapshot::enter(view, trust, now, self.kept.back())?;
        self.kept.push_back(snapshot);
        while self.kept.len() > self.capacity {
            self.kept.pop_front();
        }
        self.kept.back().ok_or_else(|| Code::SnapshotRefused.into())
    }

    /// The snapshot of an epoch.
    pub fn of(&self, epoch: u64) -> Option<&EpochSnapshot> {
        self.kept.iter().find(|snapshot| snapshot.epoch == epoch)
    }

    /// The latest one.
    pub fn current(&self) -> Option<&EpochSnapshot> {
        self.kept.back()
    }
}

#[cfg(test)]
mod tests;
