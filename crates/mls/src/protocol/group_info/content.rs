//! What the answer to a GroupInfoRequest holds, sealed to the requester.

use std::fmt;

use mimicred_keys::Random;
use mimicred_keys::hpke::Sealed;
use mimicred_uri::MimiUri;

use super::super::options::{RatchetTreeOption, read_group_info, write_group_info};
use super::GroupInfoKey;
use crate::error::{Code, Error};
use crate::group_info::GroupInfoView;
use crate::message::{ContentType, MAX_MESSAGE, MessageView};
use crate::signing::sign_content;
use crate::suite::Suite;
use crate::tls::{Reader, Writer};

const LABEL: &[u8] = b"GroupInfo and ratchet_tree encryption";
const MAX_PROPOSALS: usize = 4096;

/// `GroupInfoRatchetTreeTBE`: the group, and what waits to be committed in it.
#[derive(Clone, PartialEq, Eq)]
pub struct GroupInfoAndTree {
    /// The GroupInfo of the current epoch, without the tree.
    pub group_info: GroupInfoView,
    /// The tree, or where it is.
    pub tree: RatchetTreeOption,
    /// What the hub has accepted in this epoch and nobody has committed. An external commit carries the SelfRemoves among them
    /// (mimi-mls 3.6.5).
    pub pending_proposals: Vec<PendingProposal>,
}

/// One proposal. A newcomer has no key to unwrap it with, so it stands here as the PublicMessage that it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingProposal {
    /// A PublicMessage with a proposal.
    pub proposal: MessageView,
    /// When the hub accepted it, in milliseconds since 1970.
    pub hub_accepted_time: u64,
}

impl GroupInfoAndTree {
    /// Reads the structure that fills the whole input.
    ///
    /// # Errors
    /// `mls/message-malformed` for a GroupInfo with the tree in it or a message that is no public proposal, and those of
    /// [`GroupInfoView::decode`], [`RatchetTreeOption::read`] and [`MessageView::decode`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let group_info = read_group_info(&mut reader)?;
        let tree = RatchetTreeOption::read(&mut reader)?;
        let pending_proposals = reader.list(MAX_MESSAGE, MAX_PROPOSALS, |inner| {
            let place = inner.clone();
            let proposal = MessageView::read_in_vector(inner)?;
            if !is_public_proposal(&proposal) {
                return Err(place.error(Code::MessageMalformed).note("not a PublicMessage with a proposal"));
            }
            Ok(PendingProposal { proposal, hub_accepted_time: inner.u64()? })
        })?;
        reader.finish()?;
        Ok(Self { group_info, tree, pending_proposals })
    }

    /// The encoded structure.
    ///
    /// # Errors
    /// `mls/message-malformed` for what could not be read, `mls/limit`.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        if !self.pending_proposals.iter().all(|pending| is_public_proposal(&pending.proposal)) {
            return Err(Error::new(Code::MessageMalformed).note("not a PublicMessage with a proposal"));
        }
        let writer = write_group_info(Writer::new(), &self.group_info)?;
        self.tree
            .write(writer)?
            .list(&self.pending_proposals, |writer, pending| {
                pending.proposal.write_in_vector(writer).u64(pending.hub_accepted_time)
            })
            .finish()
    }

    /// `EncryptWithLabel(groupInfoPublicKey, "GroupInfo and ratchet_tree encryption", room_id, …)` (RFC 9420 5.1.3).
    ///
    /// # Errors
    /// `mls/crypto` for a key that is not of the suite, and those of [`GroupInfoAndTree::encode`].
    pub fn seal(&self, suite: Suite, group_info_key: &[u8], room: &MimiUri, random: &mut dyn Random) -> Result<Sealed, Error> {
        Ok(suite.hpke().seal(group_info_key, &info(room)?, b"", &self.encode()?, random)?)
    }

    /// Opens what was sealed to a key, for a room.
    ///
    /// # Errors
    /// `mls/group-info-seal-invalid`, and those of [`GroupInfoAndTree::decode`].
    pub fn open(suite: Suite, key: &GroupInfoKey, room: &MimiUri, sealed: &Sealed) -> Result<Self, Error> {
        let opened = suite.hpke().open(key.secret(), &info(room)?, b"", sealed);
        Self::decode(&opened.map_err(|error| Error::new(Code::GroupInfoSealInvalid).because(error))?)
    }
}

fn is_public_proposal(message: &MessageView) -> bool {
    message.wire_format() == MessageView::PUBLIC && message.content_type() == Some(ContentType::Proposal)
}

/// The EncryptContext, which has the shape of a SignContent; its context is the room's URI.
fn info(room: &MimiUri) -> Result<Vec<u8>, Error> {
    sign_content(LABEL, room.as_str().as_bytes())
}

impl fmt::Debug for GroupInfoAndTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GroupInfoAndTree")
            .field("epoch", &self.group_info.context().epoch)
            .field("tree", &self.tree)
            .field("pending_proposals", &self.pending_proposals)
            .finish_non_exhaustive()
    }
}
