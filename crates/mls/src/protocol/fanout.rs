//! FanoutMessage (draft-ietf-mimi-protocol, "Fanout Messages and Room Events"): what the hub took in, on the way to the other providers.
//!
//! As in an UpdateRequest, the message stands in a vector. What follows it is told by its wire format: a frank behind application data, the
//! tree behind a Welcome, and proposals behind every handshake, of which a wrapped one does not show what it is.
//!
//! ```
//! use mimicred_mls::MessageView;
//! use mimicred_mls::protocol::{FanoutMessage, FanoutPart};
//!
//! let wrapped = MessageView::decode(b"\x00\x01\xf0\x01wrapped")?;
//! let part = FanoutPart::Handshake { proposals: Vec::new() };
//! let event = FanoutMessage { timestamp: 5, message: wrapped, part };
//! assert_eq!(event.encode()?, b"\x00\x00\x00\x00\x00\x00\x00\x05\x0b\x00\x01\xf0\x01wrapped\x00");
//! // One request may hold several events of a room.
//! let body = [event.encode()?, event.encode()?].concat();
//! assert_eq!(FanoutMessage::decode_all(&body)?, [event.clone(), event]);
//! # Ok::<(), mimicred_mls::Error>(())
//! ```

#[cfg(test)]
mod tests;

use mimicred_error::At;

use super::Frank;
use super::options::RatchetTreeOption;
use super::submit::check_application;
use super::update::{MAX_PROPOSALS, check_handshake, check_proposals};
use crate::error::{Code, Error};
use crate::message::{ContentType, MAX_MESSAGE, MessageView};
use crate::tls::{Reader, Writer};
use crate::welcome::Welcome;

const MAX_EVENTS: usize = 4096;

/// One event of a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FanoutMessage {
    /// When the hub accepted it, in milliseconds since 1970.
    pub timestamp: u64,
    /// The message.
    pub message: MessageView,
    /// What belongs to it.
    pub part: FanoutPart,
}

/// What belongs to a message of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FanoutPart {
    /// To a PrivateMessage with application data.
    Application {
        /// The hub's mark, if the message asked for one.
        frank: Option<Frank>,
    },
    /// To a Welcome.
    Welcome {
        /// The tree of the epoch into which it leads.
        ratchet_tree: RatchetTreeOption,
    },
    /// To a commit or a proposal.
    Handshake {
        /// Behind a proposal, the others that were sent with it; behind an external commit, those that the hub makes anew.
        proposals: Vec<MessageView>,
    },
}

impl FanoutMessage {
    /// Reads one event that fills the whole input.
    ///
    /// # Errors
    /// `mls/message-malformed` for a message that is not fanned out, `mls/handshake-private`, and those of [`Reader`], [`Welcome::read`] and
    /// [`RatchetTreeOption::read`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let event = Self::read(&mut reader)?;
        reader.finish()?;
        Ok(event)
    }

    /// Reads the events of one request, in their order, at least one.
    ///
    /// # Errors
    /// As [`FanoutMessage::decode`]; `mls/empty`, `mls/limit`.
    pub fn decode_all(octets: &[u8]) -> Result<Vec<Self>, Error> {
        let (mut reader, mut events) = (Reader::new(octets), Vec::new());
        while !reader.is_empty() {
            if events.len() >= MAX_EVENTS {
                return Err(reader.error(Code::Limit).note("events"));
            }
            events.push(Self::read(&mut reader)?);
        }
        if events.is_empty() { Err(Code::Empty.into()) } else { Ok(events) }
    }

    /// The encoded event.
    ///
    /// # Errors
    /// As [`FanoutMessage::decode`], for an event that could not be read.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        let message = &self.message;
        let writer = message.write_in_vector(Writer::new().u64(self.timestamp));
        match &self.part {
            FanoutPart::Application { frank } => {
                check_application(message)?;
                writer.optional(frank.as_ref(), |writer, frank| frank.write(writer))
            }
            FanoutPart::Welcome { ratchet_tree } => {
                Welcome::decode(message.octets())?;
                ratchet_tree.write(writer)?
            }
            FanoutPart::Handshake { proposals } => {
                check_fanned_out(message)?;
                check_proposals(proposals)?;
                writer.list(proposals, |writer, proposal| proposal.write_in_vector(writer))
            }
        }
        .finish()
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let timestamp = reader.u64()?;
        let place = reader.clone();
        let here = |error: Error| error.at(At::Offset(place.offset()));
        let message = MessageView::read_in_vector(reader)?;
        let part = match message.wire_format() {
            MessageView::PRIVATE if message.content_type() == Some(ContentType::Application) => {
                FanoutPart::Application { frank: reader.optional(Frank::read)? }
            }
            MessageView::WELCOME => {
                Welcome::decode(message.octets()).map_err(here)?;
                FanoutPart::Welcome { ratchet_tree: RatchetTreeOption::read(reader)? }
            }
            _ => {
                check_fanned_out(&message).map_err(here)?;
                let proposals = reader.list(MAX_MESSAGE, MAX_PROPOSALS, MessageView::read_in_vector)?;
                check_proposals(&proposals)?;
                FanoutPart::Handshake { proposals }
            }
        };
        Ok(Self { timestamp, message, part })
    }
}

/// A handshake of either kind.
fn check_fanned_out(message: &MessageView) -> Result<(), Error> {
    check_handshake(message, message.content_type().unwrap_or(ContentType::Commit))
}
