//! UpdateRequest and its answer (draft-ietf-mimi-protocol, "Update Room State"): a commit or proposals, on the way to the hub.
//!
//! Differences to the draft (mimi-mls 2.8): the handshake stands in a vector, behind an octet that says which content type it has, because
//! a wrapped one shows neither its end nor its content; and there is one Welcome for each provider in the place of one for all.
//!
//! ```
//! use mimicred_mls::protocol::{UpdateRequest, UpdateResponse};
//! use mimicred_mls::MessageView;
//!
//! // A proposal, wrapped: of a private wire format.
//! let proposal = MessageView::decode(b"\x00\x01\xf0\x01wrapped")?;
//! let request = UpdateRequest::Proposals(vec![proposal]);
//! assert_eq!(request.encode()?, b"\x02\x0b\x00\x01\xf0\x01wrapped\x00");
//! assert_eq!(UpdateRequest::decode(&request.encode()?)?, request);
//!
//! let response = UpdateResponse::success(1_790_000_000_000);
//! assert_eq!(response.encode()?, b"\x00\x00\x00\x00\x01\xa0\xc4\x50\x6c\x00");
//! # Ok::<(), mimicred_mls::Error>(())
//! ```

mod response;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use mimicred_error::At;

pub use response::{UpdateOutcome, UpdateResponse};

use super::options::{GroupInfoOption, RatchetTreeOption};
use crate::error::{Code, Error};
use crate::message::{ContentType, MAX_MESSAGE, MessageView};
use crate::tls::{Reader, Writer};
use crate::welcome::Welcome;

const MAX_WELCOMES: usize = 1024;
pub(super) const MAX_PROPOSALS: usize = 4096;

/// `HandshakeBundle`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UpdateRequest {
    /// A commit with what belongs to it.
    Commit(Box<CommitBundle>),
    /// Proposals, at least one.
    Proposals(Vec<MessageView>),
}

/// A commit, and what the new epoch's followers and newcomers need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitBundle {
    /// The commit: a PublicMessage, or one wrapped for the members and the hub.
    pub commit: MessageView,
    /// The Welcome, in one part for each provider with clients among the newcomers; none if there are no newcomers.
    pub welcomes: Vec<Welcome>,
    /// The GroupInfo of the new epoch.
    pub group_info: GroupInfoOption,
    /// The tree of the new epoch.
    pub ratchet_tree: RatchetTreeOption,
}

impl UpdateRequest {
    /// Reads a request that fills the whole input.
    ///
    /// # Errors
    /// `mls/value-unknown` for a content type that is no handshake, `mls/handshake-private` for a PrivateMessage, `mls/message-malformed` for
    /// a message of another kind or Welcomes of two commits, `mls/value-duplicate` for a newcomer in two Welcomes, and those of [`Reader`],
    /// [`Welcome::read`], [`GroupInfoOption::read`] and [`RatchetTreeOption::read`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let place = reader.clone();
        let content_type = reader.u8()?;
        let message = MessageView::read_in_vector(&mut reader)?;
        let request = match content_type {
            2 => {
                let more = reader.list(MAX_MESSAGE, MAX_PROPOSALS, MessageView::read_in_vector)?;
                Self::Proposals([vec![message], more].concat())
            }
            3 => Self::Commit(Box::new(CommitBundle {
                commit: message,
                welcomes: reader.list(MAX_MESSAGE, MAX_WELCOMES, Welcome::read)?,
                group_info: GroupInfoOption::read(&mut reader)?,
                ratchet_tree: RatchetTreeOption::read(&mut reader)?,
            })),
            other => return Err(super::unknown(&place, "content_type", other)),
        };
        reader.finish()?;
        request.check()?;
        Ok(request)
    }

    /// The encoded request.
    ///
    /// # Errors
    /// `mls/empty` without proposals, and those of [`UpdateRequest::decode`], for a request that could not be read.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        self.check()?;
        let head = |content_type: ContentType| Writer::new().u8(content_type.number());
        match self {
            Self::Proposals(proposals) => {
                let (first, more) = proposals.split_first().ok_or(Code::Empty)?;
                let writer = first.write_in_vector(head(ContentType::Proposal));
                writer.list(more, |writer, proposal| proposal.write_in_vector(writer)).finish()
            }
            Self::Commit(bundle) => {
                let writer = bundle.commit.write_in_vector(head(ContentType::Commit));
                let writer = writer.list(&bundle.welcomes, |writer, welcome| welcome.write(writer));
                bundle.ratchet_tree.write(bundle.group_info.write(writer)?)?.finish()
            }
        }
    }

    fn check(&self) -> Result<(), Error> {
        match self {
            Self::Proposals(proposals) => check_proposals(proposals),
            Self::Commit(bundle) => {
                check_handshake(&bundle.commit, ContentType::Commit)?;
                check_welcomes(&bundle.welcomes)
            }
        }
    }
}

/// Whether all are proposals, as far as can be seen.
pub(super) fn check_proposals(proposals: &[MessageView]) -> Result<(), Error> {
    proposals.iter().enumerate().try_for_each(|(index, proposal)| {
        check_handshake(proposal, ContentType::Proposal).map_err(|error| error.at(At::Item(index)))
    })
}

/// Whether a message is a handshake of this kind, as far as can be seen: a wrapped one shows nothing.
pub(super) fn check_handshake(message: &MessageView, content_type: ContentType) -> Result<(), Error> {
    match message.wire_format() {
        MessageView::PRIVATE => Err(Code::HandshakePrivate.into()),
        MessageView::PUBLIC if message.content_type() == Some(content_type) => Ok(()),
        MessageView::PUBLIC => Err(Error::new(Code::MessageMalformed).note(format!("not a {content_type:?}"))),
        MessageView::WELCOME | MessageView::GROUP_INFO | MessageView::KEY_PACKAGE => {
            Err(Error::new(Code::MessageMalformed).note("no handshake"))
        }
        _ => Ok(()),
    }
}

/// Whether they are parts of one Welcome, and each newcomer is in one of them.
fn check_welcomes(welcomes: &[Welcome]) -> Result<(), Error> {
    let mut seen = HashSet::new();
    for (index, welcome) in welcomes.iter().enumerate() {
        if welcomes.first().is_some_and(|first| !first.has_group_info_of(welcome)) {
            return Err(Error::new(Code::MessageMalformed).at(At::Item(index)).note("of another Welcome than the first"));
        }
        if !welcome.references().all(|reference| seen.insert(reference)) {
            return Err(Error::new(Code::ValueDuplicate).at(At::Item(index)).note("new_member"));
        }
    }
    Ok(())
}
