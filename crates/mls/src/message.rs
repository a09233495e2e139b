//! MLSMessage, seen from outside (RFC 9420 6): of which kind it is, and for which group and epoch. Nothing in it is opened.
//!
//! ```
//! use mimicred_mls::{ContentType, MessageView};
//!
//! // A PrivateMessage of the group "gid" in epoch 7, with application data.
//! let octets = b"\x00\x01\x00\x02\x03gid\x00\x00\x00\x00\x00\x00\x00\x07\x01\x00\x01s\x01c";
//! let message = MessageView::decode(octets)?;
//! assert_eq!(message.wire_format(), MessageView::PRIVATE);
//! assert_eq!((message.group_id(), message.epoch()), (Some(&b"gid"[..]), Some(7)));
//! assert_eq!(message.content_type(), Some(ContentType::Application));
//! # Ok::<(), mimicred_mls::Error>(())
//! ```

#[cfg(test)]
pub(crate) mod tests;

use std::fmt;

use mimicred_error::At;

use crate::error::{Code, Error};
use crate::leaf_node::between;
use crate::tls::{Reader, Writer};

const MLS10: u16 = 1;
const MAX_GROUP_ID: usize = 256;
const MAX_DATA: usize = 1024 * 1024;
/// The largest message that is read: a Welcome or a GroupInfo with the tree in it.
pub const MAX_MESSAGE: usize = 64 * 1024 * 1024;

/// What a message of a group holds (RFC 9420 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContentType {
    /// 1: application data.
    Application,
    /// 2: a proposal.
    Proposal,
    /// 3: a commit.
    Commit,
}

/// One MLSMessage of version mls10, as received.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MessageView {
    octets: Vec<u8>,
    wire_format: u16,
    head: Option<Head>,
}

/// How PublicMessage and PrivateMessage begin.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Head {
    group_id: Vec<u8>,
    epoch: u64,
    content_type: ContentType,
    /// Of a PublicMessage by a member.
    sender_leaf: Option<u32>,
}

impl ContentType {
    /// The number in RFC 9420.
    pub const fn number(self) -> u8 {
        match self {
            Self::Application => 1,
            Self::Proposal => 2,
            Self::Commit => 3,
        }
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let place = reader.clone();
        match reader.u8()? {
            1 => Ok(Self::Application),
            2 => Ok(Self::Proposal),
            3 => Ok(Self::Commit),
            other => Err(place.error(Code::MessageMalformed).note(format!("content_type {other}"))),
        }
    }
}

impl MessageView {
    /// `mls_public_message`.
    pub const PUBLIC: u16 = 1;
    /// `mls_private_message`.
    pub const PRIVATE: u16 = 2;
    /// `mls_welcome`.
    pub const WELCOME: u16 = 3;
    /// `mls_group_info`.
    pub const GROUP_INFO: u16 = 4;
    /// `mls_key_package`.
    pub const KEY_PACKAGE: u16 = 5;

    /// Takes a message that fills the whole input. Of a PrivateMessage it looks at every field, of a PublicMessage at what stands before
    /// the content, of others at nothing but their kind.
    ///
    /// # Errors
    /// `mls/version-unsupported`, `mls/message-malformed`, and those of [`Reader`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        if octets.len() > MAX_MESSAGE {
            return Err(Error::new(Code::Limit).at(At::Field("MLSMessage".into())));
        }
        let mut reader = Reader::new(octets);
        let wire_format = read_header(&mut reader)?;
        let head = match wire_format {
            Self::PUBLIC => Some(Head::read_public(&mut reader)?),
            Self::PRIVATE => {
                let head = Head::read_private(&mut reader)?;
                reader.finish()?;
                Some(head)
            }
            0 => return Err(Error::new(Code::MessageMalformed).note("wire_format 0 is reserved")),
            _ => None,
        };
        Ok(Self { octets: octets.to_vec(), wire_format, head })
    }

    /// Reads an MLSMessage with a PrivateMessage that is followed by something else.
    ///
    /// # Errors
    /// `mls/message-malformed` for another message, and those of [`MessageView::decode`].
    pub fn read_private(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let start = reader.clone();
        if read_header(reader)? != Self::PRIVATE {
            return Err(start.error(Code::MessageMalformed).note("not a PrivateMessage"));
        }
        let head = Head::read_private(reader)?;
        Ok(Self { octets: between(&start, reader).to_vec(), wire_format: Self::PRIVATE, head: Some(head) })
    }

    /// `opaque message<V>` with one MLSMessage.
    pub(crate) fn read_in_vector(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let place = reader.clone();
        let octets = reader.vector(MAX_MESSAGE)?;
        // An offset in the message would be taken for one in the whole input.
        Self::decode(octets).map_err(|error| error.at(At::Offset(place.offset())))
    }

    pub(crate) fn write_in_vector(&self, writer: Writer) -> Writer {
        writer.vector(&self.octets)
    }

    /// The number of its wire format.
    pub fn wire_format(&self) -> u16 {
        self.wire_format
    }

    /// The group that it says to be for, if it is a PublicMessage or a PrivateMessage.
    pub fn group_id(&self) -> Option<&[u8]> {
        self.head.as_ref().map(|head| head.group_id.as_slice())
    }

    /// The epoch that it says to be from, as [`MessageView::group_id`].
    pub fn epoch(&self) -> Option<u64> {
        self.head.as_ref().map(|head| head.epoch)
    }

    /// What it says to hold, as [`MessageView::group_id`].
    pub fn content_type(&self) -> Option<ContentType> {
        self.head.as_ref().map(|head| head.content_type)
    }

    /// The leaf of the member that it says to be from, if it is a PublicMessage of a member. A PrivateMessage hides it.
    pub fn sender_leaf(&self) -> Option<u32> {
        self.head.as_ref().and_then(|head| head.sender_leaf)
    }

    /// The message as received.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }
}

impl Head {
    /// FramedContent up to the content (RFC 9420 6). What follows has no end that could be told without reading all of it.
    fn read_public(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let group_id = reader.vector(MAX_GROUP_ID)?.to_vec();
        let epoch = reader.u64()?;
        let place = reader.clone();
        let sender_leaf = match reader.u8()? {
            1 => Some(reader.u32()?),
            // An index into external_senders.
            2 => reader.u32().map(|_| None)?,
            3 | 4 => None,
            other => return Err(place.error(Code::MessageMalformed).note(format!("sender_type {other}"))),
        };
        reader.vector(MAX_DATA)?;
        let place = reader.clone();
        let content_type = ContentType::read(reader)?;
        // RFC 9420 6.2
        if content_type == ContentType::Application {
            return Err(place.error(Code::MessageMalformed).note("application data in a PublicMessage"));
        }
        Ok(Self { group_id, epoch, content_type, sender_leaf })
    }

    /// PrivateMessage (RFC 9420 6.3).
    fn read_private(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let group_id = reader.vector(MAX_GROUP_ID)?.to_vec();
        let epoch = reader.u64()?;
        let content_type = ContentType::read(reader)?;
        reader.vector(MAX_DATA)?;
        reader.vector(MAX_DATA)?;
        reader.vector(MAX_MESSAGE)?;
        Ok(Self { group_id, epoch, content_type, sender_leaf: None })
    }
}

/// Version and wire format.
pub(crate) fn read_header(reader: &mut Reader<'_>) -> Result<u16, Error> {
    let place = reader.clone();
    let version = reader.u16()?;
    if version != MLS10 {
        return Err(place.error(Code::VersionUnsupported).note(format!("MLS version 0x{version:04x}")));
    }
    reader.u16()
}

/// Kind and size.
impl fmt::Debug for MessageView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.octets.len();
        match &self.head {
            Some(Head { epoch, content_type, .. }) => {
                write!(f, "MessageView(0x{:04x}, {content_type:?} of epoch {epoch}, {size} octets)", self.wire_format)
            }
            None => write!(f, "MessageView(0x{:04x}, {size} octets)", self.wire_format),
        }
    }
}
