//! ApplicationFraming and content_media_types (draft-ietf-mls-extensions): which media type application data has.
//!
//! If the GroupContext has the component content_media_types, all application data is framed; otherwise it is bare, and nothing
//! says what it is. Reveals by media type need the component in the room (mimi-mls 2.4).
//!
//! ```
//! use mimicred_mls::MediaType;
//! use mimicred_mls::framing::ApplicationFraming;
//!
//! let framed = ApplicationFraming { media_type: Some(MediaType::DisclosureBundle), content: b"...".to_vec() };
//! assert_eq!(ApplicationFraming::decode(&framed.encode()?)?, framed);
//! # Ok::<(), mimicred_mls::Error>(())
//! ```

use std::fmt;

use mimicred_error::At;

use crate::error::{Code, Error};
use crate::media_type::MediaType;
use crate::tls::{Reader, Writer};

const MAX_CONTENT: usize = 16 * 1024 * 1024;
const MAX_MEDIA_TYPES: usize = 256;
const MAX_LIST: usize = 64 * 1024;

/// Application data with its media type.
#[derive(Clone, PartialEq, Eq)]
pub struct ApplicationFraming {
    /// Nothing means the first type of the room's list.
    pub media_type: Option<MediaType>,
    /// The data.
    pub content: Vec<u8>,
}

impl ApplicationFraming {
    /// Reads framed application data.
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let framing = Self { media_type: MediaType::read(&mut reader)?, content: reader.vector(MAX_CONTENT)?.to_vec() };
        reader.finish()?;
        Ok(framing)
    }

    /// Framed application data.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        let writer = match &self.media_type {
            Some(media_type) => media_type.write(Writer::new()),
            None => Writer::new().vector(b"").vector(b""),
        };
        writer.vector(&self.content).finish()
    }

    /// The media type, in a room whose GroupContext lists these.
    ///
    /// # Errors
    /// `mls/media-types-missing` if it lists none, because then nothing is framed; `mls/media-type-unlisted` for another type.
    ///
    /// ```
    /// use mimicred_mls::MediaType;
    /// use mimicred_mls::framing::ApplicationFraming;
    ///
    /// let listed = [MediaType::MimiContent, "application/mls-credential".parse()?];
    /// let of = |media_type| ApplicationFraming { media_type, content: Vec::new() };
    /// assert_eq!(of(None).media_type_in(&listed)?, &MediaType::MimiContent);
    /// assert!(of(Some("application/mls-credential;name=x509".parse()?)).media_type_in(&listed).is_ok());
    /// assert!(of(Some(MediaType::SdJwt)).media_type_in(&listed).is_err());
    /// # Ok::<(), mimicred_mls::Error>(())
    /// ```
    pub fn media_type_in<'t>(&'t self, listed: &'t [MediaType]) -> Result<&'t MediaType, Error> {
        let first = listed.first().ok_or(Code::MediaTypesMissing)?;
        match &self.media_type {
            None => Ok(first),
            Some(media_type) if listed.iter().any(|entry| entry.admits(media_type)) => Ok(media_type),
            Some(other) => Err(Error::new(Code::MediaTypeUnlisted).note(other.to_string())),
        }
    }
}

/// Without the content, which may be a reveal.
impl fmt::Debug for ApplicationFraming {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApplicationFraming({:?}, {} octets)", self.media_type, self.content.len())
    }
}

/// Reads the component content_media_types: at least one type, none of them empty.
pub fn decode_media_types(octets: &[u8]) -> Result<Vec<MediaType>, Error> {
    let mut reader = Reader::new(octets);
    let media_types = reader.list::<_, Error>(MAX_LIST, MAX_MEDIA_TYPES, |inner| {
        let place = inner.clone();
        MediaType::read(inner)?.ok_or_else(|| place.error(Code::Empty))
    })?;
    reader.finish()?;
    check_listed(&media_types)?;
    Ok(media_types)
}

/// The component content_media_types.
///
/// ```
/// use mimicred_mls::MediaType;
/// use mimicred_mls::framing::{decode_media_types, encode_media_types};
///
/// let octets = encode_media_types(&[MediaType::MlsMessage])?;
/// assert_eq!(octets, b"\x0d\x0bmessage/mls\x00");
/// assert_eq!(decode_media_types(&octets)?, [MediaType::MlsMessage]);
/// # Ok::<(), mimicred_mls::Error>(())
/// ```
pub fn encode_media_types(media_types: &[MediaType]) -> Result<Vec<u8>, Error> {
    check_listed(media_types)?;
    Writer::new().list(media_types, |writer, media_type| media_type.write(writer)).finish()
}

fn check_listed(media_types: &[MediaType]) -> Result<(), Error> {
    if media_types.is_empty() { Err(Error::new(Code::Empty).at(At::Field("content_media_types".into()))) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn framing_is_type_parameters_content() {
        let media_type: MediaType = "application/mls-credential;name=x509".parse().unwrap();
        let framed = ApplicationFraming { media_type: Some(media_type), content: vec![7] };
        let octets = framed.encode().unwrap();
        assert_eq!(octets, b"\x1aapplication/mls-credential\x0a\x04name\x04x509\x01\x07");
        assert_eq!(ApplicationFraming::decode(&octets).unwrap(), framed);
        let default = ApplicationFraming { media_type: None, content: vec![7] };
        assert_eq!(default.encode().unwrap(), b"\x00\x00\x01\x07");
        assert_eq!(ApplicationFraming::decode(b"\x00\x00\x01\x07").unwrap(), default);
        assert_eq!(format!("{default:?}"), "ApplicationFraming(None, 1 octets)");
    }

    #[test]
    fn malformed_framing() {
        let code = |octets: &[u8]| ApplicationFraming::decode(octets).unwrap_err().code();
        assert_eq!(code(b"\x00\x00\x01\x07\x00"), Code::TrailingOctets);
        assert_eq!(code(b"\x00\x00\x02\x07"), Code::Truncated);
        assert_eq!(code(b"\x01a\x00\x01\x07"), Code::MediaTypeMalformed);
        assert_eq!(code(b"\x00\x04\x01a\x01b\x01\x07"), Code::MediaTypeMalformed);
        assert_eq!(code(b"\x01\xff\x00\x01\x07"), Code::TextInvalid);
        assert_eq!(decode_media_types(b"\x00").unwrap_err().code(), Code::Empty);
        assert_eq!(decode_media_types(b"\x02\x00\x00").unwrap_err().code(), Code::Empty);
        assert_eq!(encode_media_types(&[]).unwrap_err().code(), Code::Empty);
    }
}
