//! How GroupInfo and ratchet tree are told (draft-mahy-mls-ratchet-tree-options-03, as draft-ietf-mimi-protocol-06 uses it): whole, or as
//! much as the receiver lacks.

#[cfg(test)]
pub(super) mod tests;
mod tree;

use std::fmt;

use mimicred_error::At;

pub use tree::RatchetTreeOption;

use super::unknown;
use crate::error::{Code, Error};
use crate::group_info::{GroupInfoView, MAX_GROUP_INFO};
use crate::leaf_node::{Extensions, MAX_SIGNATURE, between};
use crate::tls::{Reader, Writer};

const RATCHET_TREE: u16 = 0x0002;
const MLS10: u16 = 1;
/// How an MLSMessage with a GroupInfo begins.
const MESSAGE: [u8; 4] = [0, 1, 0, 4];
const MAX_GROUP_ID: usize = 256;
const MAX_HASH: usize = 64;

/// `GroupInfoOption`: the GroupInfo of the epoch that a commit begins.
#[derive(Clone, PartialEq, Eq)]
pub enum GroupInfoOption {
    /// 1: the whole GroupInfo, without the tree.
    Full(Box<GroupInfoView>),
    /// 2: what a hub that follows the group does not know.
    Partial(PartialGroupInfo),
}

/// `PartialGroupInfo`: what only the committer can give of a GroupInfo. GroupContext and confirmation tag follow from the commit.
#[derive(Clone, PartialEq, Eq)]
pub struct PartialGroupInfo {
    /// Where the tree is, and was.
    pub ratchet_tree_presence: RatchetTreePresence,
    /// The extensions of the GroupInfo without the tree.
    pub group_info_extensions: Extensions,
    /// The committer's signature over the GroupInfo.
    pub signature: Vec<u8>,
}

/// Whether the tree is an extension of the GroupInfo that was signed, and of the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RatchetTreePresence {
    /// 0: of neither.
    NoRatchetTree,
    /// 1: of both.
    Present,
    /// 2: of the one before.
    Removed,
    /// 3: of this one.
    Added,
}

impl GroupInfoOption {
    /// Reads an option that is followed by something else.
    ///
    /// # Errors
    /// `mls/value-unknown`, `mls/message-malformed` where the tree is among the extensions, and those of [`GroupInfoView::decode`].
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let place = reader.clone();
        match reader.u8()? {
            1 => read_group_info(reader).map(|group_info| Self::Full(Box::new(group_info))),
            2 => PartialGroupInfo::read(reader).map(Self::Partial),
            other => Err(unknown(&place, "GroupInfoRepresentation", other)),
        }
    }

    /// The option.
    ///
    /// # Errors
    /// `mls/message-malformed` where the tree is among the extensions.
    pub fn write(&self, writer: Writer) -> Result<Writer, Error> {
        match self {
            Self::Full(group_info) => write_group_info(writer.u8(1), group_info),
            Self::Partial(partial) => partial.write(writer.u8(2)),
        }
    }
}

impl PartialGroupInfo {
    /// The part of a GroupInfo that a follower of the group lacks.
    ///
    /// # Errors
    /// None that can happen.
    pub fn of(group_info: &GroupInfoView) -> Result<Self, Error> {
        let message = group_info.to_message();
        let mut reader = Reader::new(&message);
        reader.octets(MESSAGE.len())?;
        let parts = Parts::read(&mut reader)?;
        let has_tree = parts.extensions.get(RATCHET_TREE).is_some();
        Ok(Self {
            ratchet_tree_presence: if has_tree { RatchetTreePresence::Present } else { RatchetTreePresence::NoRatchetTree },
            group_info_extensions: parts.extensions.without(RATCHET_TREE),
            signature: parts.signature.to_vec(),
        })
    }

    /// The GroupInfo that was signed, from the encoded GroupContext and the confirmation tag of the epoch and the committer's leaf index.
    /// Whether it is the one, its signature tells.
    ///
    /// # Errors
    /// `mls/group-info-invalid` if the tree was in it, because nothing says where among the extensions; those of
    /// [`GroupInfoView::decode`].
    pub fn complete(&self, group_context: &[u8], confirmation_tag: &[u8], signer: u32) -> Result<GroupInfoView, Error> {
        if matches!(self.ratchet_tree_presence, RatchetTreePresence::Present | RatchetTreePresence::Added) {
            return Err(Error::new(Code::GroupInfoInvalid).note("signed with the tree in it"));
        }
        let writer = self.group_info_extensions.write(Writer::new().octets(&MESSAGE).octets(group_context));
        GroupInfoView::decode(&writer.vector(confirmation_tag).u32(signer).vector(&self.signature).finish()?)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let place = reader.clone();
        let ratchet_tree_presence = match reader.u8()? {
            0 => RatchetTreePresence::NoRatchetTree,
            1 => RatchetTreePresence::Present,
            2 => RatchetTreePresence::Removed,
            3 => RatchetTreePresence::Added,
            other => return Err(unknown(&place, "RatchetTreePresence", other)),
        };
        let place = reader.clone();
        let group_info_extensions = Extensions::read(reader)?;
        without_tree(&group_info_extensions).map_err(|error| error.at(At::Offset(place.offset())))?;
        Ok(Self { ratchet_tree_presence, group_info_extensions, signature: reader.vector(MAX_SIGNATURE)?.to_vec() })
    }

    fn write(&self, writer: Writer) -> Result<Writer, Error> {
        without_tree(&self.group_info_extensions)?;
        let presence = match self.ratchet_tree_presence {
            RatchetTreePresence::NoRatchetTree => 0,
            RatchetTreePresence::Present => 1,
            RatchetTreePresence::Removed => 2,
            RatchetTreePresence::Added => 3,
        };
        Ok(self.group_info_extensions.write(writer.u8(presence)).vector(&self.signature))
    }
}

/// The fields of a bare GroupInfo (RFC 9420 12.4.3), which tell where it ends.
struct Parts<'a> {
    octets: &'a [u8],
    extensions: Extensions,
    signature: &'a [u8],
}

impl<'a> Parts<'a> {
    fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        let start = reader.clone();
        if reader.u16()? != MLS10 {
            return Err(start.error(Code::VersionUnsupported).note("GroupContext"));
        }
        reader.u16()?;
        reader.vector(MAX_GROUP_ID)?;
        reader.u64()?;
        reader.vector(MAX_HASH)?;
        reader.vector(MAX_HASH)?;
        Extensions::read_within(reader, MAX_GROUP_INFO)?;
        let extensions = Extensions::read_within(reader, MAX_GROUP_INFO)?;
        reader.vector(MAX_HASH)?;
        reader.u32()?;
        let signature = reader.vector(MAX_SIGNATURE)?;
        Ok(Self { octets: between(&start, reader), extensions, signature })
    }
}

/// A bare GroupInfo without the tree.
pub(super) fn read_group_info(reader: &mut Reader<'_>) -> Result<GroupInfoView, Error> {
    let place = reader.clone();
    let parts = Parts::read(reader)?;
    let here = |error: Error| error.at(At::Offset(place.offset()));
    without_tree(&parts.extensions).map_err(here)?;
    // With its header, since a bare one of suite 4 begins like a message.
    GroupInfoView::decode(&[&MESSAGE[..], parts.octets].concat()).map_err(here)
}

pub(super) fn write_group_info(writer: Writer, group_info: &GroupInfoView) -> Result<Writer, Error> {
    without_tree(group_info.extensions())?;
    Ok(writer.octets(group_info.to_message().get(MESSAGE.len()..).unwrap_or_default()))
}

/// The tree has a place of its own.
fn without_tree(extensions: &Extensions) -> Result<(), Error> {
    match extensions.get(RATCHET_TREE) {
        None => Ok(()),
        Some(_) => Err(Error::new(Code::MessageMalformed).note("a GroupInfo with the ratchet_tree in it")),
    }
}

impl fmt::Debug for GroupInfoOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(group_info) => write!(f, "Full(epoch {})", group_info.context().epoch),
            Self::Partial(partial) => partial.fmt(f),
        }
    }
}

impl fmt::Debug for PartialGroupInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PartialGroupInfo({:?}, {:?})", self.ratchet_tree_presence, self.group_info_extensions)
    }
}
