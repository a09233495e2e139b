//! SubmitMessageRequest and its answer (draft-ietf-mimi-protocol, "Submit a Message"): an application message, on the way to the hub.
//!
//! ```
//! use mimicred_mls::MessageView;
//! use mimicred_mls::protocol::{SubmitMessageRequest, SubmitMessageResponse};
//!
//! // A PrivateMessage of the group "gid" in epoch 7.
//! let message = MessageView::decode(b"\x00\x01\x00\x02\x03gid\x00\x00\x00\x00\x00\x00\x00\x07\x01\x00\x01s\x01c")?;
//! let request = SubmitMessageRequest { message, sending_user: "mimi://a.example/p/alice1".parse()? };
//! assert_eq!(SubmitMessageRequest::decode(&request.encode()?)?, request);
//!
//! let response = SubmitMessageResponse::EpochTooOld { current_epoch: 8 };
//! assert_eq!(response.encode()?, b"\x01\x02\x00\x00\x00\x00\x00\x00\x00\x08");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(test)]
mod tests;

use mimicred_error::At;
use mimicred_uri::MimiUri;

use super::{Frank, MLS10, read_protocol, read_user, unknown, write_uri};
use crate::error::{Code, Error};
use crate::message::{ContentType, MessageView};
use crate::tls::{Reader, Writer};

/// `SubmitMessageRequest`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubmitMessageRequest {
    /// A PrivateMessage with application data.
    pub message: MessageView,
    /// The participant that sends it. The hub sees this, and no follower does.
    pub sending_user: MimiUri,
}

/// The answer, by `SubmitResponseCode`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubmitMessageResponse {
    /// 0: accepted, and will be sent to all.
    Accepted {
        /// When, in milliseconds since 1970.
        accepted_timestamp: u64,
        /// The hub's mark, if the message asked for one.
        frank: Option<Frank>,
    },
    /// 1: against the rules of the room.
    NotAllowed,
    /// 2: sent in an epoch that is over.
    EpochTooOld {
        /// The hub's epoch.
        current_epoch: u64,
    },
}

impl SubmitMessageRequest {
    /// Reads a request that fills the whole input.
    ///
    /// # Errors
    /// `mls/version-unsupported`, `mls/message-malformed` for a message that is no application message, `mls/uri-invalid`, and those of
    /// [`Reader`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        read_protocol(&mut reader)?;
        let place = reader.clone();
        let message = MessageView::read_private(&mut reader)?;
        check_application(&message).map_err(|error| error.at(At::Offset(place.offset())))?;
        let sending_user = read_user(&mut reader)?;
        reader.finish()?;
        Ok(Self { message, sending_user })
    }

    /// The encoded request.
    ///
    /// # Errors
    /// `mls/message-malformed` and `mls/uri-invalid` for what could not be read, `mls/limit`.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        check_application(&self.message)?;
        if !self.sending_user.names_user() {
            return Err(Error::new(Code::UriInvalid).at(At::Field("sendingUri".into())));
        }
        write_uri(Writer::new().u8(MLS10).octets(self.message.octets()), &self.sending_user).finish()
    }
}

impl SubmitMessageResponse {
    /// Reads a response that fills the whole input.
    ///
    /// # Errors
    /// `mls/version-unsupported`, `mls/value-unknown`, and those of [`Reader`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        read_protocol(&mut reader)?;
        let place = reader.clone();
        let response = match reader.u8()? {
            // `accepted` in the enumeration, `success` where it is used (mimi-mls 6 row 29).
            0 => Self::Accepted { accepted_timestamp: reader.u64()?, frank: reader.optional(Frank::read)? },
            1 => Self::NotAllowed,
            2 => Self::EpochTooOld { current_epoch: reader.u64()? },
            other => return Err(unknown(&place, "statusCode", other)),
        };
        reader.finish()?;
        Ok(response)
    }

    /// The encoded response.
    ///
    /// # Errors
    /// `mls/limit` for what is longer than any vector.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        let head = |code| Writer::new().u8(MLS10).u8(code);
        match self {
            Self::Accepted { accepted_timestamp, frank } => {
                head(0).u64(*accepted_timestamp).optional(frank.as_ref(), |writer, frank| frank.write(writer))
            }
            Self::NotAllowed => head(1),
            Self::EpochTooOld { current_epoch } => head(2).u64(*current_epoch),
        }
        .finish()
    }
}

/// A PrivateMessage may also hold a handshake, which goes another way.
pub(super) fn check_application(message: &MessageView) -> Result<(), Error> {
    if message.wire_format() == MessageView::PRIVATE && message.content_type() == Some(ContentType::Application) {
        Ok(())
    } else {
        Err(Error::new(Code::MessageMalformed).note("not a PrivateMessage with application data"))
    }
}
