//! The component room_metadata (0x0023), as in draft-ietf-mimi-protocol, "Room metadata".

use mimicred_uri::MimiUri;

use crate::error::{Code, Error};
use crate::tls::{Reader, Writer};

const MAX_TEXT: usize = 64 * 1024;
const MAX_DESCRIPTIONS: usize = 64;
/// mimi-mls 1.1
const MAX_URI: usize = 1024;

/// `RoomMetaData`. An update of it has the same form and replaces it.
///
/// ```
/// use mimicred_mls::component::RoomMetadata;
///
/// let room = RoomMetadata::new("mimi://hub.example/r/clubhouse".parse()?);
/// let octets = room.encode()?;
/// assert!(octets.starts_with(b"\x1emimi://hub.example/r/clubhouse\x00"));
/// assert_eq!(RoomMetadata::decode(&octets)?, room);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomMetadata {
    /// The room's URI: the audience of every reveal in it.
    pub room_uri: MimiUri,
    /// The room's name for people.
    pub room_name: String,
    /// Descriptions in several languages or media types.
    pub room_descriptions: Vec<RichDescription>,
    /// An https URI of an image, or empty.
    pub room_avatar: String,
    /// The subject of the conversation.
    pub room_subject: String,
    /// The mood of the conversation.
    pub room_mood: String,
}

/// One description of a room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RichDescription {
    /// Empty means `text/plain;charset=utf-8`.
    pub media_type: String,
    /// A language tag, or empty.
    pub language_tag: String,
    /// In the media type given.
    pub content: Vec<u8>,
}

impl RoomMetadata {
    /// A room that says nothing but its URI; what else it says can link rooms (mimi-mls T-11).
    pub fn new(room_uri: MimiUri) -> Self {
        let empty = String::new;
        Self {
            room_uri,
            room_name: empty(),
            room_descriptions: Vec::new(),
            room_avatar: empty(),
            room_subject: empty(),
            room_mood: empty(),
        }
    }

    /// Reads the component.
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let metadata = Self {
            room_uri: read_uri(&mut reader)?,
            room_name: read_text(&mut reader)?,
            room_descriptions: reader.list::<_, Error>(MAX_TEXT, MAX_DESCRIPTIONS, |inner| {
                Ok(RichDescription {
                    media_type: read_text(inner)?,
                    language_tag: read_text(inner)?,
                    content: inner.vector(MAX_TEXT)?.to_vec(),
                })
            })?,
            room_avatar: read_text(&mut reader)?,
            room_subject: read_text(&mut reader)?,
            room_mood: read_text(&mut reader)?,
        };
        reader.finish()?;
        Ok(metadata)
    }

    /// The component.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        Writer::new()
            .vector(self.room_uri.as_str().as_bytes())
            .vector(self.room_name.as_bytes())
            .list(&self.room_descriptions, |writer, description| {
                writer
                    .vector(description.media_type.as_bytes())
                    .vector(description.language_tag.as_bytes())
                    .vector(&description.content)
            })
            .vector(self.room_avatar.as_bytes())
            .vector(self.room_subject.as_bytes())
            .vector(self.room_mood.as_bytes())
            .finish()
    }
}

/// `struct { opaque uri<V>; }` holding a MIMI URI.
pub(crate) fn read_uri(reader: &mut Reader<'_>) -> Result<MimiUri, Error> {
    let place = reader.clone();
    parse_uri(&place, reader.text(MAX_URI)?)
}

/// The same, where an empty one stands for none.
pub(crate) fn read_optional_uri(reader: &mut Reader<'_>) -> Result<Option<MimiUri>, Error> {
    let place = reader.clone();
    match reader.text(MAX_URI)? {
        "" => Ok(None),
        text => parse_uri(&place, text).map(Some),
    }
}

fn parse_uri(place: &Reader<'_>, text: &str) -> Result<MimiUri, Error> {
    MimiUri::parse(text).map_err(|error| place.error(Code::UriInvalid).because(error))
}

/// `UTF8String`: without NUL.
fn read_text(reader: &mut Reader<'_>) -> Result<String, Error> {
    let place = reader.clone();
    let text = reader.text(MAX_TEXT)?;
    if text.contains('\0') { Err(place.error(Code::TextInvalid)) } else { Ok(text.to_owned()) }
}
