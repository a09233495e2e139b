//! How a request travels: under its own media type, or as the one part of a MIMI content, which has a message id that answers name
//! (mimi-mls.md 3.5.4).

use mimicred_mls::content::{Disposition, Extensions, MessageId, MimiContent, NestedPart, Part};
use mimicred_mls::framing::ApplicationFraming;
use mimicred_mls::{DisclosureRequest, MediaType};
use mimicred_uri::MimiUri;

use super::received::malformed;
use crate::snapshot::{EpochSnapshot, SnapshotLeaf};
use crate::{Code, Error};

/// What may hold a request, by how it came.
#[derive(Clone, Copy, Debug)]
pub enum RequestMessage<'a> {
    /// The application data of a message, as the group gave them out, in a room that lists media types.
    ApplicationData(&'a [u8]),
    /// `application/mimi-disclosure-request`.
    Request(&'a [u8]),
}

/// A request as a MIMI content, for rooms whose members answer by reply; its message id is that of
/// [`MimiContent::message_id`], to be kept with [`Room::sent_as`](crate::Room::sent_as). The salt must be random and is used once.
///
/// # Errors
/// `room/request-malformed` for what cannot be written.
///
/// ```
/// use mimicred_mls::DisclosureRequest;
///
/// let request = DisclosureRequest { challenge: Some([7; 32]), claim_names: vec![], formats: vec![], not_after: 1_790_000_600 };
/// let (room, sender) = ("mimi://hub.example/r/clubhouse".parse()?, "mimi://a.example/p/x".parse()?);
/// let content = mimicred_room::request_content(&request, &room, &sender, [9; 16])?;
/// assert_eq!(content.extensions.sender_uri.as_deref(), Some("mimi://a.example/p/x"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn request_content(
    request: &DisclosureRequest,
    room_uri: &MimiUri,
    sender_uri: &MimiUri,
    salt: [u8; 16],
) -> Result<MimiContent, Error> {
    let content = request.encode().map_err(|e| malformed(&e))?;
    Ok(MimiContent {
        salt,
        replaces: None,
        topic_id: Vec::new(),
        expires: None,
        in_reply_to: None,
        extensions: Extensions {
            sender_uri: Some(sender_uri.to_string()),
            room_uri: Some(room_uri.to_string()),
            others: Vec::new(),
        },
        nested_part: NestedPart {
            disposition: Disposition::Unspecified,
            language: String::new(),
            part: Part::Single { content_type: MediaType::DisclosureRequest.to_string(), content },
        },
    })
}

/// A request, taken out of what it came in.
pub(super) struct Unpacked {
    pub(super) octets: Vec<u8>,
    pub(super) message_id: Option<MessageId>,
}

/// The request in a message; nothing if the message is none.
pub(super) fn unpack(message: RequestMessage<'_>, sender: u32, snapshot: &EpochSnapshot) -> Result<Option<Unpacked>, Error> {
    let data = match message {
        RequestMessage::Request(octets) => return Ok(Some(Unpacked { octets: octets.to_vec(), message_id: None })),
        RequestMessage::ApplicationData(data) => data,
    };
    let listed = snapshot.media_types();
    let Ok(framed) = ApplicationFraming::decode(data) else { return Ok(None) };
    let media_type = framed.media_type.as_ref().or(listed.first());
    match media_type {
        Some(MediaType::DisclosureRequest) if framed.media_type_in(listed).is_ok() => {
            Ok(Some(Unpacked { octets: framed.content, message_id: None }))
        }
        Some(MediaType::DisclosureRequest) => {
            Err(Error::new(Code::RequestForbidden).note("the room does not list its media type"))
        }
        Some(MediaType::MimiContent) if framed.media_type_in(listed).is_ok() => of_content(&framed.content, sender, snapshot),
        _ => Ok(None),
    }
}

fn of_content(encoded: &[u8], sender: u32, snapshot: &EpochSnapshot) -> Result<Option<Unpacked>, Error> {
    let Ok(content) = MimiContent::decode(encoded) else { return Ok(None) };
    let Part::Single { content_type, content: octets } = content.nested_part.part else { return Ok(None) };
    if !matches!(content_type.parse(), Ok(MediaType::DisclosureRequest)) {
        return Ok(None);
    }
    let user = snapshot.leaf(sender).and_then(SnapshotLeaf::member).map(|member| member.user.as_str());
    let room = snapshot.room_uri().map(MimiUri::as_str);
    let Extensions { sender_uri, room_uri, .. } = &content.extensions;
    let (Some(user), Some(room)) = (user, room) else {
        return Err(Error::new(Code::RequestForbidden).note("nobody knows who asks"));
    };
    if sender_uri.as_deref() != Some(user) || room_uri.as_deref() != Some(room) {
        return Err(Error::new(Code::RequestMalformed).note("its content is not of this sender and room"));
    }
    let message_id = MessageId::compute(user, room, encoded, &content.salt).map_err(|e| malformed(&e))?;
    Ok(Some(Unpacked { octets, message_id: Some(message_id) }))
}
