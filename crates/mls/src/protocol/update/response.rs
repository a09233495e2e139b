//! The hub's answer to an UpdateRequest; `UpdateRoomResponse`.

use super::super::{MAX_TEXT, read_text, unknown};
use crate::error::{Code, Error};
use crate::tls::{Reader, Writer};

/// The longest hash of any suite.
const MAX_REFERENCE: usize = 64;
const MAX_REFERENCES: usize = 4096;

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateResponse {
    /// What became of the request.
    pub outcome: UpdateOutcome,
    /// For people; may be empty.
    pub description: String,
}

/// `UpdateResponseCode`, with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UpdateOutcome {
    /// 0: accepted, and will be sent to all.
    Success {
        /// When, in milliseconds since 1970.
        accepted_timestamp: u64,
    },
    /// 1: made for another epoch than the hub's.
    WrongEpoch {
        /// The hub's.
        current_epoch: u64,
    },
    /// 2: against the rules of the room.
    NotAllowed,
    /// 3: at least one proposal is not valid.
    InvalidProposal {
        /// Their ProposalRefs, at least one.
        invalid_proposals: Vec<Vec<u8>>,
    },
}

impl UpdateResponse {
    /// Accepted, at a time in milliseconds since 1970.
    pub fn success(accepted_timestamp: u64) -> Self {
        Self { outcome: UpdateOutcome::Success { accepted_timestamp }, description: String::new() }
    }

    /// Reads a response that fills the whole input.
    ///
    /// # Errors
    /// `mls/value-unknown`, `mls/empty` for no invalid proposals, and those of [`Reader`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let place = reader.clone();
        let code = reader.u8()?;
        let description = read_text(&mut reader, MAX_TEXT)?;
        let outcome = match code {
            0 => UpdateOutcome::Success { accepted_timestamp: reader.u64()? },
            1 => UpdateOutcome::WrongEpoch { current_epoch: reader.u64()? },
            2 => UpdateOutcome::NotAllowed,
            3 => {
                let read = |inner: &mut Reader<'_>| inner.vector(MAX_REFERENCE).map(<[u8]>::to_vec);
                UpdateOutcome::InvalidProposal {
                    invalid_proposals: reader.list(MAX_REFERENCES * (MAX_REFERENCE + 2), MAX_REFERENCES, read)?,
                }
            }
            other => return Err(unknown(&place, "responseCode", other)),
        };
        reader.finish()?;
        let response = Self { outcome, description };
        response.check()?;
        Ok(response)
    }

    /// The encoded response.
    ///
    /// # Errors
    /// `mls/empty` for no invalid proposals, `mls/text-invalid`, `mls/limit`.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        self.check()?;
        let head = |code| Writer::new().u8(code).vector(self.description.as_bytes());
        match &self.outcome {
            UpdateOutcome::Success { accepted_timestamp } => head(0).u64(*accepted_timestamp),
            UpdateOutcome::WrongEpoch { current_epoch } => head(1).u64(*current_epoch),
            UpdateOutcome::NotAllowed => head(2),
            UpdateOutcome::InvalidProposal { invalid_proposals } => {
                head(3).list(invalid_proposals, |writer, reference| writer.vector(reference))
            }
        }
        .finish()
    }

    fn check(&self) -> Result<(), Error> {
        if self.description.contains('\0') {
            return Err(Error::new(Code::TextInvalid).note("errorDescription"));
        }
        match &self.outcome {
            UpdateOutcome::InvalidProposal { invalid_proposals } if invalid_proposals.is_empty() => {
                Err(Error::new(Code::Empty).note("invalidProposals"))
            }
            _ => Ok(()),
        }
    }
}
