//! Proposals of an epoch, put aside until somebody commits to them.
//!
//! OpenMLS sends nothing while it holds a proposal, so that whoever proposes could silence everybody else (mimi-mls T-24). It is
//! given them for as long as a commit is made or followed.

use openmls::group::QueuedProposal;
use openmls_traits::OpenMlsProvider;

use crate::error::Error;
use crate::group::Group;

impl Group {
    pub(super) fn keep_proposal(&mut self, proposal: QueuedProposal) {
        if !self.waiting.contains(&proposal) {
            self.waiting.push(proposal);
        }
    }

    /// How many proposals of this epoch wait for a commit.
    pub fn waiting_proposals(&self) -> usize {
        self.waiting.len()
    }

    /// Lets OpenMLS see the proposals that are waiting.
    pub(super) fn offer_proposals(&mut self, which: impl Fn(&QueuedProposal) -> bool) -> Result<(), Error> {
        let storage = self.member.provider().storage();
        for proposal in self.waiting.iter().filter(|proposal| which(proposal)) {
            self.mls.store_pending_proposal(storage, proposal.clone()).map_err(super::failed)?;
        }
        Ok(())
    }

    /// And takes them away again. Those that a merged commit has used are gone by then.
    pub(super) fn withdraw_proposals(&mut self) -> Result<(), Error> {
        self.mls.clear_pending_proposals(self.member.provider().storage()).map_err(super::failed)
    }
}
