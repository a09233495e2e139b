//! Carriages: how a reveal travels in an application message, by media type (mimi-mls 3.5.4).
//!
//! | name | media type | what is read |
//! | --- | --- | --- |
//! | W1 | `application/mls-credential`, `application/sd-jwt`, `application/kb+cwt` | one [`Object`], alone |
//! | W2 | `application/mimi-disclosure-bundle` | a bundle, which is an [`Object`] too |
//! | W3 | `application/mimi-content` | a [`ContentReveal`]: a tree of objects |
//! | W4 | `application/mimi-disclosure-sealed` | octets, to be opened with the leaf's own key |
//!
//! Only a room that lists its media types has carriages at all: elsewhere nothing says what application data are. Reading says
//! nothing about who made a reveal, nor for which room.
//!
//! ```
//! use mimicred_mls::MediaType;
//! use mimicred_mls::carriage::{Carried, Object};
//! use mimicred_mls::framing::ApplicationFraming;
//!
//! let listed = [MediaType::MimiContent, MediaType::KbCwt];
//! let sent = Object::SdKbt(vec![0xd2, 0x84]).frame()?.encode()?;
//! assert_eq!(sent, b"\x12application/kb+cwt\x00\x02\xd2\x84");
//! let Carried::Object(Object::SdKbt(octets)) = Carried::decode(&sent, &listed)? else { unreachable!() };
//! assert_eq!(octets, [0xd2, 0x84]);
//! // The same octets, in a room that does not list the type.
//! assert!(Carried::decode(&sent, &listed[..1]).is_err());
//! # Ok::<(), mimicred_mls::Error>(())
//! ```

mod compose;
mod content;
mod object;
#[cfg(test)]
mod tests;

pub use compose::{ContentDraft, Group};
pub use content::{ContentItem, ContentReveal, Found};
pub use object::{Kind, Object};

use std::fmt;

use crate::error::{Code, Error};
use crate::framing::ApplicationFraming;
use crate::media_type::MediaType;

/// What application data carry.
pub enum Carried {
    /// W1 and W2.
    Object(Object),
    /// W3.
    Content(ContentReveal),
    /// W4, not opened.
    Sealed(Vec<u8>),
}

impl Carried {
    /// Reads the application data of a message, in a room whose GroupContext lists these media types.
    ///
    /// # Errors
    /// `mls/media-types-missing` and `mls/media-type-unlisted` where the room does not let it be read; `mls/not-a-reveal` for any
    /// other message, which is no fault of its sender; the codes of [`Object::decode`] and [`ContentReveal::decode`].
    pub fn decode(application_data: &[u8], listed: &[MediaType]) -> Result<Self, Error> {
        if listed.is_empty() {
            return Err(Code::MediaTypesMissing.into());
        }
        let framed = ApplicationFraming::decode(application_data)?;
        let media_type = framed.media_type_in(listed)?.clone();
        Self::of_media_type(&media_type, framed.content)
    }

    /// Reads what came under a media type.
    ///
    /// # Errors
    /// As [`Carried::decode`], but for those about the room.
    pub fn of_media_type(media_type: &MediaType, content: Vec<u8>) -> Result<Self, Error> {
        match media_type {
            MediaType::MimiContent => ContentReveal::decode(&content).map(Self::Content),
            MediaType::DisclosureSealed => Ok(Self::Sealed(content)),
            // A KeyPackage is revealed beside something, and by itself offered by nobody.
            MediaType::MlsMessage => Err(object::not_a_reveal(media_type)),
            other => Object::decode(other, &content).map(Self::Object),
        }
    }
}

/// Sizes only.
impl fmt::Debug for Carried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Object(object) => object.fmt(f),
            Self::Content(content) => content.fmt(f),
            Self::Sealed(octets) => write!(f, "Sealed({} octets)", octets.len()),
        }
    }
}
