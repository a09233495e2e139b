//! The GroupInfo of RFC 9420 12.4.3, read without an MLS library: which group, which room, and who is in it.
//!
//! Reading says nothing about who made it; [`GroupInfoView::verify_signature`] says that its signer is in the tree that it holds, and
//! nothing about that tree. Who wants to follow or join a group needs an MLS library (`group::Hub`).
//!
//! ```
//! use mimicred_keys::{Algorithm, LeafKey, SecretKey, SystemRandom};
//! use mimicred_mls::group::{Lifetime, Member, RoomState};
//! use mimicred_mls::rules::NoRules;
//! use mimicred_mls::{Credential, GroupInfoView, Suite};
//!
//! let key = LeafKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?)?;
//! let credential = Credential::SdCwt(b"an SD-KBT".to_vec());
//! let alice = Member::new(Suite::X25519Aes128Ed25519, key, credential.clone(), NoRules, SystemRandom)?;
//! let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs();
//! let room = RoomState::new("mimi://hub.example/r/clubhouse".parse()?);
//! let octets = alice.create(b"a random group id", &room, &Lifetime::days(now, 28)?)?.group_info()?;
//!
//! let group_info = GroupInfoView::decode(&octets)?;
//! group_info.verify_signature()?;
//! assert_eq!(group_info.context().group_id, b"a random group id");
//! assert_eq!(group_info.leaves()?.ok_or("no tree")?[0].1.credential(), &credential);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(test)]
mod tests;

use std::fmt;

use mimicred_error::At;
use mimicred_keys::{Family, LeafKey, PublicKey, ToBeSigned};

use crate::error::{Code, Error};
use crate::leaf_node::{APP_DATA_DICTIONARY, Extensions, LeafNode, MAX_KEY, MAX_SIGNATURE, between};
use crate::signing::sign_content;
use crate::suite::Suite;
use crate::tls::{Reader, Writer};

const LABEL: &[u8] = b"GroupInfoTBS";
const RATCHET_TREE: u16 = 0x0002;
const MLS10: u16 = 1;
/// How an MLSMessage with a GroupInfo begins. A bare GroupInfo with as many octets in common would be of suite 4.
const MESSAGE: [u8; 4] = [0, 1, 0, 4];
const MAX_GROUP_ID: usize = 256;
const MAX_HASH: usize = 64;
/// The largest GroupInfo that is read, tree and all.
pub const MAX_GROUP_INFO: usize = 64 * 1024 * 1024;
/// The most nodes that a tree may have: those of 65 536 members.
const MAX_NODES: usize = 131_072;

/// `GroupContext`, as every member has it.
#[derive(Clone, PartialEq, Eq)]
pub struct GroupContextView {
    /// The number of the suite.
    pub cipher_suite: u16,
    /// The group.
    pub group_id: Vec<u8>,
    /// The epoch.
    pub epoch: u64,
    /// The hash of the tree.
    pub tree_hash: Vec<u8>,
    /// The hash of all commits so far.
    pub confirmed_transcript_hash: Vec<u8>,
    /// The extensions: what makes the group a room is in the app_data_dictionary.
    pub extensions: Extensions,
}

/// A GroupInfo as received, of version mls10.
#[derive(Clone, PartialEq, Eq)]
pub struct GroupInfoView {
    /// As received: the signature covers the first `unsigned` of these octets.
    octets: Vec<u8>,
    /// The GroupContext fills the octets up to here.
    context_end: usize,
    unsigned: usize,
    context: GroupContextView,
    extensions: Extensions,
    confirmation_tag: Vec<u8>,
    signer: u32,
    signature: Vec<u8>,
}

impl GroupInfoView {
    /// Reads a GroupInfo, or an MLSMessage with one, that fills the whole input.
    ///
    /// # Errors
    /// `mls/version-unsupported`, `mls/limit`, and those of [`Reader`] and [`Extensions::read`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        if octets.len() > MAX_GROUP_INFO {
            return Err(Error::new(Code::Limit).at(At::Field("group_info".into())));
        }
        let mut reader = Reader::new(octets);
        if octets.starts_with(&MESSAGE) {
            reader.octets(MESSAGE.len())?;
        }
        let start = reader.clone();
        let context = GroupContextView::read(&mut reader)?;
        let context_end = between(&start, &reader).len();
        let extensions = Extensions::read_within(&mut reader, MAX_GROUP_INFO)?;
        let confirmation_tag = reader.vector(MAX_HASH)?.to_vec();
        let signer = reader.u32()?;
        let unsigned = between(&start, &reader).len();
        let signature = reader.vector(MAX_SIGNATURE)?.to_vec();
        let octets = between(&start, &reader).to_vec();
        reader.finish()?;
        Ok(Self { octets, context_end, unsigned, context, extensions, confirmation_tag, signer, signature })
    }

    /// The GroupContext.
    pub fn context(&self) -> &GroupContextView {
        &self.context
    }

    /// The extensions of the GroupInfo itself; those of the group are the GroupContext's.
    pub fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// Proves to members that whoever made it has the secrets of the epoch.
    pub fn confirmation_tag(&self) -> &[u8] {
        &self.confirmation_tag
    }

    /// The leaf index of who signed it.
    pub fn signer(&self) -> u32 {
        self.signer
    }

    /// The members, by leaf index, if the GroupInfo holds the tree.
    ///
    /// # Errors
    /// `mls/tree-malformed`, `mls/limit`, and those of [`LeafNode::read`].
    pub fn leaves(&self) -> Result<Option<Vec<(u32, LeafNode)>>, Error> {
        let Some(tree) = self.extensions.get(RATCHET_TREE) else { return Ok(None) };
        // An offset in the tree would be taken for one in the whole input.
        read_tree(tree).map(Some).map_err(|error| error.at(At::Field("ratchet_tree".into())))
    }

    /// Whether the member that it names as its signer, in its own tree, signed it.
    ///
    /// # Errors
    /// `mls/group-info-invalid`, `mls/suite-unsupported`, and those of [`GroupInfoView::leaves`].
    pub fn verify_signature(&self) -> Result<(), Error> {
        let invalid = |note: &str| Error::new(Code::GroupInfoInvalid).note(note);
        let leaves = self.leaves()?.ok_or_else(|| invalid("without a ratchet tree"))?;
        let signer =
            leaves.iter().find(|(index, _)| *index == self.signer).ok_or_else(|| invalid("its signer is not in the tree"))?;
        self.verify_signature_by(&signer.1.signature_key()?)
    }

    /// Whether the owner of this key signed it: for a GroupInfo without a tree, whose signer is looked up elsewhere.
    ///
    /// # Errors
    /// `mls/group-info-invalid`, `mls/suite-unsupported`.
    pub fn verify_signature_by(&self, key: &PublicKey) -> Result<(), Error> {
        let invalid = |note: &str| Error::new(Code::GroupInfoInvalid).note(note);
        if key.algorithm() != Suite::from_number(self.context.cipher_suite)?.signature_algorithm() {
            return Err(invalid("the key of its signer is not of the suite"));
        }
        let tbs = self.octets.get(..self.unsigned).unwrap_or_default();
        key.verify(Family::Mls, &sign_content(LABEL, tbs)?, &self.signature)
            .map_err(|error| Error::new(Code::GroupInfoInvalid).because(error))
    }

    /// The GroupContext as it was signed.
    pub fn context_octets(&self) -> &[u8] {
        self.octets.get(..self.context_end).unwrap_or_default()
    }

    /// The same GroupInfo without its tree, and without the dictionary that only those may see who come in by a Welcome (mimi-mls 3.2):
    /// the form in which a member gives it to the hub, which has the tree. To be signed by the same leaf.
    ///
    /// # Errors
    /// `mls/limit` for what is longer than any vector.
    pub fn prepare_for_hub(&self) -> Result<PreparedGroupInfo, Error> {
        let kept = self.extensions.iter().filter(|it| ![RATCHET_TREE, APP_DATA_DICTIONARY].contains(&it.extension_type));
        let unsigned = Writer::new()
            .octets(self.context_octets())
            .list(kept, |writer, extension| writer.u16(extension.extension_type).vector(&extension.data))
            .vector(&self.confirmation_tag)
            .u32(self.signer)
            .finish()?;
        Ok(PreparedGroupInfo { to_be_signed: ToBeSigned::new(Family::Mls, sign_content(LABEL, &unsigned)?)?, unsigned })
    }

    /// The GroupInfo as an MLSMessage.
    pub fn to_message(&self) -> Vec<u8> {
        [&MESSAGE[..], &self.octets].concat()
    }
}

/// A GroupInfo that waits for the signature of its leaf.
pub struct PreparedGroupInfo {
    to_be_signed: ToBeSigned,
    unsigned: Vec<u8>,
}

impl PreparedGroupInfo {
    /// What the leaf key signs.
    pub fn to_be_signed(&self) -> &ToBeSigned {
        &self.to_be_signed
    }

    /// The GroupInfo with this signature, as an MLSMessage.
    ///
    /// # Errors
    /// `mls/limit` for what is longer than any vector.
    pub fn finish(self, signature: &[u8]) -> Result<Vec<u8>, Error> {
        Writer::new().octets(&MESSAGE).octets(&self.unsigned).vector(signature).finish()
    }

    /// The same with a key that is here.
    ///
    /// # Errors
    /// `mls/crypto`, and those of [`PreparedGroupInfo::finish`].
    pub fn sign(self, key: &LeafKey) -> Result<Vec<u8>, Error> {
        let signature = key.sign(&self.to_be_signed)?;
        self.finish(signature.as_bytes())
    }
}

impl GroupContextView {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let place = reader.clone();
        let version = reader.u16()?;
        if version != MLS10 {
            return Err(place.error(Code::VersionUnsupported).note(format!("MLS version 0x{version:04x}")));
        }
        Ok(Self {
            cipher_suite: reader.u16()?,
            group_id: reader.vector(MAX_GROUP_ID)?.to_vec(),
            epoch: reader.u64()?,
            tree_hash: reader.vector(MAX_HASH)?.to_vec(),
            confirmed_transcript_hash: reader.vector(MAX_HASH)?.to_vec(),
            extensions: Extensions::read_within(reader, MAX_GROUP_INFO)?,
        })
    }
}

/// `optional<Node> ratchet_tree<V>` (RFC 9420 12.4.3.3): leaves at the even places, parents at the odd ones, no blank at the end.
/// The leaves of a ratchet tree, by leaf index, where it comes without a GroupInfo: `optional<Node> ratchet_tree<V>`.
///
/// # Errors
/// `mls/tree-malformed`, `mls/limit`, and those of [`LeafNode::read`].
pub fn leaves_of_tree(octets: &[u8]) -> Result<Vec<(u32, LeafNode)>, Error> {
    read_tree(octets)
}

fn read_tree(octets: &[u8]) -> Result<Vec<(u32, LeafNode)>, Error> {
    let mut reader = Reader::new(octets);
    let (mut leaves, mut position, mut last) = (Vec::new(), 0u32, false);
    reader.list::<_, Error>(MAX_GROUP_INFO, MAX_NODES, |inner| {
        let place = inner.clone();
        let is_leaf = position % 2 == 0;
        let node = inner.optional(|inner| match (inner.u8()?, is_leaf) {
            (1, true) => LeafNode::read(inner).map(Some),
            (2, false) => skip_parent(inner).map(|()| None),
            _ => Err(place.error(Code::TreeMalformed).note("a node of the wrong kind for its place")),
        })?;
        last = node.is_some();
        if let Some(leaf) = node.flatten() {
            leaves.push((position / 2, leaf));
        }
        position = position.saturating_add(1);
        Ok(())
    })?;
    reader.finish()?;
    if last { Ok(leaves) } else { Err(Error::new(Code::TreeMalformed).note("it is empty, or ends with a blank node")) }
}

fn skip_parent(reader: &mut Reader<'_>) -> Result<(), Error> {
    reader.vector(MAX_KEY)?;
    reader.vector(MAX_HASH)?;
    reader.list(4 * MAX_NODES, MAX_NODES, Reader::u32).map(|_| ())
}

/// Sizes, and what is public anyway.
impl fmt::Debug for GroupContextView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GroupContextView")
            .field("cipher_suite", &self.cipher_suite)
            .field("epoch", &self.epoch)
            .field("extensions", &self.extensions)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for GroupInfoView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GroupInfoView")
            .field("context", &self.context)
            .field("extensions", &self.extensions)
            .field("signer", &self.signer)
            .finish_non_exhaustive()
    }
}
