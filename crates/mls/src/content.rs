//! The MIMI content format (draft-ietf-mimi-content-08): the container in which rooms exchange messages, and carriage W3 of a
//! reveal (mimi-mls 2.10, 3.5.4).
//!
//! It is an array of seven items in deterministic CBOR, the last of them a tree of parts. There is one encoding of each content, so
//! that what was read can be written again, octet for octet, and its message id be computed from either. Dispositions that are not
//! known are kept as numbers and extensions that are not known as the octets of their value; a cardinality or part semantics that is
//! not known is refused, because nothing could be done with the part.
//!
//! ```
//! use mimicred_mls::content::{Disposition, Extensions, MimiContent, NestedPart, Part};
//!
//! let (sender, room) = ("mimi://a.example/u/alice", "mimi://a.example/r/lobby");
//! let content = MimiContent {
//!     salt: [7; 16],
//!     replaces: None,
//!     topic_id: Vec::new(),
//!     expires: None,
//!     in_reply_to: None,
//!     extensions: Extensions { sender_uri: Some(sender.into()), room_uri: Some(room.into()), others: Vec::new() },
//!     nested_part: NestedPart {
//!         disposition: Disposition::Render,
//!         language: "en".into(),
//!         part: Part::Single { content_type: "text/plain;charset=utf-8".into(), content: b"Good evening".to_vec() },
//!     },
//! };
//! let octets = content.encode()?;
//! assert_eq!(MimiContent::decode(&octets)?, content);
//! assert_eq!(content.message_id(sender, room)?.as_bytes()[0], 1);
//! # Ok::<(), mimicred_mls::Error>(())
//! ```

mod debug;
mod extensions;
mod message_id;
mod part;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use extensions::{ExtensionKey, Extensions};
pub use message_id::MessageId;
pub use part::{Disposition, ExternalPart, NestedPart, Part, PartSemantics, Parts};

use crate::error::Error;

/// The largest content that is read, in octets.
pub const MAX_CONTENT: usize = 4 * 1024 * 1024;
/// The most parts that a content may have, those that only hold others included.
pub const MAX_PARTS: usize = 1024;
/// How deep parts may be nested; the outermost is on level 1.
pub const MAX_DEPTH: usize = 4;
/// The longest topic id, in octets.
pub const MAX_TOPIC_ID: usize = 4096;
/// The longest text: a URI, a content type, a language, a description or a file name, in octets.
pub const MAX_TEXT: usize = 4096;
/// The most extensions.
pub const MAX_EXTENSIONS: usize = 256;

/// A message.
#[derive(Clone, PartialEq, Eq)]
pub struct MimiContent {
    /// Random, and new for each message.
    pub salt: [u8; 16],
    /// The message that this one edits or takes back.
    pub replaces: Option<MessageId>,
    /// What groups messages of one topic; nothing means none.
    pub topic_id: Vec<u8>,
    /// Until when it is to be kept.
    pub expires: Option<Expires>,
    /// The message that this one answers.
    pub in_reply_to: Option<MessageId>,
    /// `mimiExtensions`.
    pub extensions: Extensions,
    /// The body.
    pub nested_part: NestedPart,
}

/// `Expiration`: until when the sender wants the message kept. It binds nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Expires {
    /// So many seconds after it was read.
    Relative(u32),
    /// At this time, in seconds since 1970.
    Absolute(u32),
}

impl Expires {
    /// Whether a message that arrives at `now`, in seconds since 1970, is to be disregarded already. A relative time begins when the
    /// message is read, so that none arrives too late.
    ///
    /// ```
    /// use mimicred_mls::content::Expires;
    ///
    /// assert!(Expires::Absolute(1_644_390_004).is_over(1_644_390_004));
    /// assert!(!Expires::Absolute(1_644_390_004).is_over(1_644_390_003));
    /// assert!(!Expires::Relative(0).is_over(1_644_390_004));
    /// ```
    pub fn is_over(self, now: i64) -> bool {
        matches!(self, Self::Absolute(time) if i64::from(time) <= now)
    }
}

impl MimiContent {
    /// Reads a content that fills the whole input.
    ///
    /// # Errors
    /// `mls/content-not-deterministic` for CBOR that has another encoding, `mls/content-malformed`, `mls/content-extension`,
    /// `mls/content-depth`, `mls/content-parts` and `mls/content-value-unknown` for what is no content, `mls/limit`. The place is the
    /// octet offset.
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        read::content(octets)
    }

    /// The encoded content.
    ///
    /// # Errors
    /// Those of [`MimiContent::decode`]: nothing is written that could not be read.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        let octets = write::content(self)?;
        Self::decode(&octets)?;
        Ok(octets)
    }

    /// Its message id, if it was sent by this user into this room: by whom and where a message was sent says MLS, and the
    /// extensions only repeat it.
    ///
    /// # Errors
    /// Those of [`MimiContent::encode`] and [`MessageId::compute`].
    pub fn message_id(&self, sender_uri: &str, room_uri: &str) -> Result<MessageId, Error> {
        MessageId::compute(sender_uri, room_uri, &self.encode()?, &self.salt)
    }
}
