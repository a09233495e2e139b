//! What a hub gives out to those who come in by themselves, and has from members: tree, GroupInfo, and who is leaving.

use openmls::prelude::LeafNodeIndex;

use super::Hub;
use crate::error::{Code, Error};
use crate::group::key_package::write_message;
use crate::group::leaf;
use crate::group_info::GroupInfoView;
use crate::protocol::PartialGroupInfo;
use crate::tls::{Reader, Writer};

/// The longest hash of any suite.
const MAX_CONFIRMATION_TAG: usize = 64;

impl Hub {
    /// The ratchet tree, for those who come in by themselves.
    ///
    /// # Errors
    /// None that can happen.
    pub fn ratchet_tree(&self) -> Result<Vec<u8>, Error> {
        write_message(&self.group.export_ratchet_tree())
    }

    /// The GroupInfo of the current epoch without its tree, if a member has given it.
    pub fn group_info(&self) -> Option<&[u8]> {
        self.group_info.as_deref()
    }

    /// The PublicMessages by which members have said in this epoch that they leave.
    pub fn leaving(&self) -> &[Vec<u8>] {
        &self.leaving
    }

    /// The leaves with a key that handshakes can be sealed to, and the key (mimi-mls 3.5.5).
    ///
    /// # Errors
    /// As [`Hub::leaves`].
    pub fn recipients(&self) -> Result<Vec<(u32, Vec<u8>)>, Error> {
        let (leaves, _) = self.leaves()?;
        Ok(leaves.into_iter().filter_map(|leaf| Some((leaf.index, leaf.recipient_key?))).collect())
    }

    /// Takes the GroupInfo of the current epoch from a member: it must be of this group as it is, and signed by a member.
    ///
    /// # Errors
    /// `mls/group-info-invalid`, and those of [`GroupInfoView::decode`].
    pub fn set_group_info(&mut self, octets: &[u8]) -> Result<(), Error> {
        let invalid = |note: &str| Error::new(Code::GroupInfoInvalid).note(note);
        let group_info = GroupInfoView::decode(octets)?;
        if group_info.context_octets() != write_message(self.group.group_context())? {
            return Err(invalid("of another group or epoch"));
        }
        if Writer::new().vector(group_info.confirmation_tag()).finish()? != write_message(self.group.confirmation_tag())? {
            return Err(invalid("with another confirmation tag"));
        }
        let signer =
            self.group.leaf(LeafNodeIndex::new(group_info.signer())).ok_or_else(|| invalid("its signer is not a member"))?;
        group_info.verify_signature_by(&leaf::leaf_key(self.suite()?, signer.signature_key().as_slice())?)?;
        self.group_info = Some(group_info.to_message());
        Ok(())
    }

    /// The same, as the part that a follower of the group lacks, signed by the member at a leaf. Of one who came in by herself, so that
    /// nobody could know her leaf, it is found out.
    ///
    /// # Errors
    /// As [`Hub::set_group_info`].
    pub fn complete_group_info(&mut self, partial: &PartialGroupInfo, signer: Option<u32>) -> Result<(), Error> {
        let context = write_message(self.group.group_context())?;
        let tag = write_message(self.group.confirmation_tag())?;
        let mut reader = Reader::new(&tag);
        let tag = reader.vector(MAX_CONFIRMATION_TAG)?;
        let candidates: Vec<u32> = match signer {
            Some(signer) => vec![signer],
            // The newest leaf is most often the last one.
            None => self.group.members().map(|member| member.index.u32()).collect::<Vec<_>>().into_iter().rev().collect(),
        };
        for signer in candidates {
            let whole = partial.complete(&context, tag, signer)?.to_message();
            if self.set_group_info(&whole).is_ok() {
                return Ok(());
            }
        }
        Err(Error::new(Code::GroupInfoInvalid).note("no member has signed it"))
    }
}
