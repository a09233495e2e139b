//! A snapshot for a reveal that lies in files, outside a group (mimi-mls.md 3.5.3): every input is given, or waived on purpose, and
//! a verdict with a waived input is never `ok`.

use std::collections::{BTreeMap, BTreeSet};

use mimicred_keys::{HashAlgorithm, PublicKey};
use mimicred_mls::{Credential, LeafView};
use mimicred_uri::MimiUri;
use serde::Serialize;

use super::leaf::{Room, bound_key};
use super::{EpochSnapshot, NonceSource, SnapshotLeaf};
use crate::evaluate::PolicyState;
use crate::trust::TrustStore;

/// Something that the caller has, or leaves out on purpose.
#[derive(Clone, Debug)]
pub enum Input<T> {
    /// Here it is.
    Given(T),
    /// Do without it.
    Waived,
}

impl<T> Input<T> {
    fn note(self, input: Waivable, waived: &mut BTreeSet<Waivable>) -> Option<T> {
        match self {
            Input::Given(value) => Some(value),
            Input::Waived => {
                waived.insert(input);
                None
            }
        }
    }
}

/// The inputs of a verification on files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Waivable {
    /// The room's URI.
    Room,
    /// The sender's leaf.
    Leaf,
    /// The group.
    GroupId,
    /// The epoch.
    Epoch,
    /// The nonce.
    Nonce,
    /// The room's policy.
    Policy,
    /// The verifier's trust store.
    Trust,
}

impl Waivable {
    /// The name, as in the JSON form.
    pub const fn name(self) -> &'static str {
        match self {
            Waivable::Room => "room",
            Waivable::Leaf => "leaf",
            Waivable::GroupId => "group_id",
            Waivable::Epoch => "epoch",
            Waivable::Nonce => "nonce",
            Waivable::Policy => "policy",
            Waivable::Trust => "trust",
        }
    }
}

/// The sender's leaf, as far as it is given.
#[derive(Clone, Debug)]
pub struct GivenLeaf {
    /// The signature key; without it, the key that the credential is bound to.
    pub key: Option<PublicKey>,
    /// The credential.
    pub credential: Credential,
}

/// What a reveal on files is verified against.
#[derive(Clone, Debug)]
pub struct FileInputs<'t> {
    /// The room's URI.
    pub room: Input<MimiUri>,
    /// The sender's leaf.
    pub leaf: Input<GivenLeaf>,
    /// The group.
    pub group_id: Input<Vec<u8>>,
    /// The epoch.
    pub epoch: Input<u64>,
    /// The nonce that the reveal must have.
    pub nonce: Input<Vec<u8>>,
    /// The room's policy.
    pub policy: Input<PolicyState>,
    /// The verifier's trust store.
    pub trust: Input<&'t TrustStore>,
}

impl EpochSnapshot {
    /// The leaf index under which a reveal on files is sent.
    pub const FILE_SENDER: u32 = 0;

    /// A snapshot of what is given. The sender sits at leaf [`EpochSnapshot::FILE_SENDER`] and is taken to have come at `now`.
    pub fn from_files(inputs: FileInputs<'_>, now: i64) -> Self {
        let mut waived = BTreeSet::new();
        let room_uri = inputs.room.note(Waivable::Room, &mut waived);
        let leaf = inputs.leaf.note(Waivable::Leaf, &mut waived);
        let group_id = inputs.group_id.note(Waivable::GroupId, &mut waived).unwrap_or_default();
        let epoch = inputs.epoch.note(Waivable::Epoch, &mut waived).unwrap_or_default();
        let nonce = inputs.nonce.note(Waivable::Nonce, &mut waived).map_or(NonceSource::Waived, NonceSource::Given);
        let policy = inputs.policy.note(Waivable::Policy, &mut waived).unwrap_or(PolicyState::Missing);
        let nobody = TrustStore::new();
        let trust = inputs.trust.note(Waivable::Trust, &mut waived).unwrap_or(&nobody);

        let room = Room::new(trust, &policy, room_uri.as_ref(), &[]);
        let mut leaves = BTreeMap::new();
        let mut algorithm = None;
        let mut leaf_fault = None;
        if let Some(GivenLeaf { key, credential }) = leaf {
            match key.map_or_else(|| bound_key(&credential, now, &room), Ok) {
                Ok(signature_key) => {
                    algorithm = Some(signature_key.algorithm());
                    let view = LeafView::new(Self::FILE_SENDER, signature_key, credential);
                    leaves.insert(Self::FILE_SENDER, SnapshotLeaf::verify(&view, now, false, &room));
                }
                Err(fault) => leaf_fault = Some(fault.note.unwrap_or_else(|| fault.code.sentence().to_owned())),
            }
        }
        Self {
            group_id,
            epoch,
            hash: HashAlgorithm::Sha256,
            algorithm,
            room_uri,
            policy,
            media_types: Vec::new(),
            roles: None,
            leaves,
            unreadable: BTreeSet::new(),
            nonce,
            waived,
            joined_at: now,
            required_since: None,
            leaf_fault,
        }
    }
}
