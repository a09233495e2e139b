//! What one epoch of a group looks like to the rest of the workspace: plain data, no type of an MLS library.

use std::fmt;

use mimicred_keys::PublicKey;
use mimicred_uri::MimiUri;
use zeroize::Zeroizing;

use crate::component::{IdentityKind, Participant, RolesList};
use crate::credential::Credential;
use crate::error::Code;
use crate::media_type::MediaType;
use crate::suite::Suite;

/// Everything that a verifier needs of one epoch, to be taken on entering it (mimi-mls 3.5.2, "Epoch snapshot"): afterwards a
/// leaf index may name somebody else, and the nonce root can no longer be derived.
#[derive(Clone, PartialEq, Eq)]
pub struct EpochView {
    /// The group.
    pub group_id: Vec<u8>,
    /// The epoch.
    pub epoch: u64,
    /// The group's cipher suite.
    pub suite: Suite,
    /// The members, ascending by index; those of [`EpochView::unreadable`] are not among them.
    pub leaves: Vec<LeafView>,
    /// Members whose leaf cannot be used.
    pub unreadable: Vec<UnreadableLeaf>,
    /// From room_metadata: the audience of every reveal.
    pub room_uri: MimiUri,
    /// From participant_list; empty if the group has none.
    pub participants: Vec<Participant>,
    /// From roles_list; without it nobody is kept from anything by her role.
    pub roles: Option<RolesList>,
    /// The octets of room_disclosure_policy, if the room has one.
    pub policy: Option<Vec<u8>>,
    /// From content_media_types; not empty means that application data is framed.
    pub media_types: Vec<MediaType>,
    /// The root of this epoch's disclosure nonces. Servers must not learn it.
    pub nonce_root: Zeroizing<[u8; 32]>,
}

/// One member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeafView {
    /// The leaf index, which is the sender of the member's messages.
    pub index: u32,
    /// The member's key, in the one form that RFC 9420 allows.
    pub signature_key: PublicKey,
    /// The member's credential, not verified.
    pub credential: Credential,
    /// The key to which disclosures for this member alone are sealed, from disclosure_recipients.
    pub recipient_key: Option<Vec<u8>>,
    /// What the member says of her own name, from identity_kind: a hint.
    pub identity_kind: Option<IdentityKind>,
}

/// One member whose key or credential cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnreadableLeaf {
    /// The leaf index.
    pub index: u32,
    /// Why.
    pub code: Code,
}

impl LeafView {
    /// A member of whom nothing is known but key and credential.
    pub fn new(index: u32, signature_key: PublicKey, credential: Credential) -> Self {
        Self { index, signature_key, credential, recipient_key: None, identity_kind: None }
    }
}

impl EpochView {
    /// The member at a leaf index.
    pub fn leaf(&self, index: u32) -> Option<&LeafView> {
        let found = self.leaves.binary_search_by_key(&index, |leaf| leaf.index).ok()?;
        self.leaves.get(found)
    }
}

/// Without the nonce root and the policy.
impl fmt::Debug for EpochView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EpochView")
            .field("room_uri", &self.room_uri)
            .field("epoch", &self.epoch)
            .field("suite", &self.suite)
            .field("leaves", &self.leaves)
            .field("unreadable", &self.unreadable)
            .field("participants", &self.participants)
            .finish_non_exhaustive()
    }
}
