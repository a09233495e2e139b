//! Media types of what is revealed and how it travels (mimi-mls 2.11).
//!
//! `application/mls-credential;name=x509` says which credential type is inside; when it disagrees with the content, that is an
//! error. Spellings of older drafts are read and never written.
//!
//! ```
//! use mimicred_mls::MediaType;
//!
//! let media_type: MediaType = "Application/MLS-Credential; name=\"x509\"".parse()?;
//! assert_eq!(media_type.to_string(), "application/mls-credential;name=x509");
//! let alias: MediaType = "application/sd+jwt".parse()?;
//! assert_eq!(alias.to_string(), "application/sd-jwt");
//! # Ok::<(), mimicred_mls::Error>(())
//! ```

#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use mimicred_error::At;

use crate::credential::{self, Credential};
use crate::error::{Code, Error};
use crate::tls::{Reader, Writer};

const MAX_OCTETS: usize = 1024;
const MAX_PARAMETERS: usize = 16;

/// A media type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum MediaType {
    /// `application/mls-credential`: an MLS Credential, of the type named if one is.
    MlsCredential(Option<CredentialName>),
    /// `application/sd-jwt`: SD-JWT or SD-JWT+KB.
    SdJwt,
    /// `application/sd-cwt`.
    SdCwt,
    /// `application/kb+cwt`: an SD-KBT.
    KbCwt,
    /// `message/mls`: an MLSMessage.
    MlsMessage,
    /// `application/mimi-content`.
    MimiContent,
    /// `application/mimi-disclosure-bundle`: a DisclosureBundle.
    DisclosureBundle,
    /// `application/mimi-disclosure-request`.
    DisclosureRequest,
    /// `application/mimi-disclosure-sealed`.
    DisclosureSealed,
    /// Any other.
    Other(OtherMediaType),
}

/// A media type without a meaning here, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OtherMediaType {
    essence: String,
    parameters: Vec<(String, String)>,
}

/// The credential types that `application/mls-credential` can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CredentialName {
    /// `basic`.
    Basic,
    /// `multi`.
    Multi,
    /// `sd_cwt`.
    SdCwt,
    /// `sd_jwt`.
    SdJwt,
    /// `weak-multi`.
    WeakMulti,
    /// `x509`.
    X509,
}

impl MediaType {
    /// Every type that has one spelling and no parameter.
    const PLAIN: [(&'static str, MediaType); 8] = [
        ("application/sd-jwt", MediaType::SdJwt),
        ("application/sd-cwt", MediaType::SdCwt),
        ("application/kb+cwt", MediaType::KbCwt),
        ("message/mls", MediaType::MlsMessage),
        ("application/mimi-content", MediaType::MimiContent),
        ("application/mimi-disclosure-bundle", MediaType::DisclosureBundle),
        ("application/mimi-disclosure-request", MediaType::DisclosureRequest),
        ("application/mimi-disclosure-sealed", MediaType::DisclosureSealed),
    ];
    pub(crate) const MLS_CREDENTIAL: &'static str = "application/mls-credential";

    /// The media type for this credential, with its name if it has one.
    pub fn for_credential(credential: &Credential) -> Self {
        Self::MlsCredential(CredentialName::ALL.into_iter().find(|name| name.credential_type() == credential.credential_type()))
    }

    /// Reads a credential that came under this media type.
    ///
    /// # Errors
    /// `mls/media-type-mismatch` if this is not a credential's media type, or names another type than the one inside.
    pub fn decode_credential(&self, octets: &[u8]) -> Result<Credential, Error> {
        let Self::MlsCredential(name) = self else {
            return Err(Error::new(Code::MediaTypeMismatch).note(self.to_string()));
        };
        let credential = Credential::decode(octets)?;
        match name {
            Some(name) if name.credential_type() != credential.credential_type() => {
                let inside = credential.type_name().unwrap_or("another type");
                Err(Error::new(Code::MediaTypeMismatch).note(format!("{} with {inside} inside", name.as_str())))
            }
            _ => Ok(credential),
        }
    }

    /// Whether a list that has this type admits another: the same one, with these parameters if this one has any.
    ///
    /// ```
    /// use mimicred_mls::MediaType;
    ///
    /// let (any, x509) = ("application/mls-credential".parse::<MediaType>()?, "application/mls-credential;name=x509".parse()?);
    /// assert!(any.admits(&x509) && !x509.admits(&any));
    /// # Ok::<(), mimicred_mls::Error>(())
    /// ```
    pub fn admits(&self, other: &Self) -> bool {
        self == other || (self.essence() == other.essence() && self.parameters().is_empty())
    }

    /// Top-level type and subtype.
    pub fn essence(&self) -> &str {
        match self {
            Self::MlsCredential(_) => Self::MLS_CREDENTIAL,
            Self::Other(other) => &other.essence,
            plain => Self::PLAIN.iter().find(|(_, known)| known == plain).map_or("", |(essence, _)| essence),
        }
    }

    fn parameters(&self) -> Vec<(&str, &str)> {
        match self {
            Self::MlsCredential(Some(name)) => vec![("name", name.as_str())],
            Self::Other(other) => other.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(),
            _ => Vec::new(),
        }
    }

    /// The structure `MediaType` of draft-ietf-mls-extensions, from the front of the input. Nothing at all stands for "the
    /// first type of the room".
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Error> {
        let place = reader.clone();
        let essence = reader.text(MAX_OCTETS)?;
        let parameters = reader.list::<_, Error>(MAX_OCTETS, MAX_PARAMETERS, |inner| {
            Ok((inner.text(MAX_OCTETS)?.to_owned(), inner.text(MAX_OCTETS)?.to_owned()))
        })?;
        if essence.is_empty() && parameters.is_empty() {
            return Ok(None);
        }
        Self::from_parts(essence, parameters).map(Some).map_err(|error| place.error(Code::MediaTypeMalformed).because(error))
    }

    pub(crate) fn write(&self, writer: Writer) -> Writer {
        writer
            .vector(self.essence().as_bytes())
            .list(self.parameters(), |writer, (name, value)| writer.vector(name.as_bytes()).vector(value.as_bytes()))
    }

    fn from_parts(essence: &str, parameters: Vec<(String, String)>) -> Result<Self, Error> {
        let essence = essence.to_ascii_lowercase();
        let (top, sub) = essence.split_once('/').ok_or(Code::MediaTypeMalformed)?;
        if !is_token(top) || !is_token(sub) || parameters.len() > MAX_PARAMETERS {
            return Err(Code::MediaTypeMalformed.into());
        }
        let mut known: Vec<(String, String)> = Vec::with_capacity(parameters.len());
        for (name, value) in parameters {
            let name = name.to_ascii_lowercase();
            let twice = known.iter().any(|(other, _)| *other == name);
            if twice || !is_token(&name) || value.bytes().any(|octet| octet.is_ascii_control()) {
                return Err(Error::new(Code::MediaTypeMalformed).at(At::Field("parameter".into())));
            }
            known.push((name, value));
        }
        if essence == Self::MLS_CREDENTIAL {
            let name = known.into_iter().find(|(name, _)| name == "name");
            return Ok(Self::MlsCredential(name.map(|(_, value)| value.parse()).transpose()?));
        }
        // Older spellings of draft-mahy-mimi-pseudonyms.
        let current = match essence.as_str() {
            "application/sd+jwt" => "application/sd-jwt",
            "application/sd+cwt" => "application/sd-cwt",
            other => other,
        };
        match Self::PLAIN.into_iter().find(|(plain, _)| *plain == current) {
            // RFC 2045 section 1: parameters that are not known are ignored.
            Some((_, media_type)) => Ok(media_type),
            None => Ok(Self::Other(OtherMediaType { essence, parameters: known })),
        }
    }
}

impl CredentialName {
    const ALL: [CredentialName; 6] = [Self::Basic, Self::Multi, Self::SdCwt, Self::SdJwt, Self::WeakMulti, Self::X509];

    /// The name in the registry of credential types.
    pub fn as_str(self) -> &'static str {
        credential::type_name(self.credential_type()).unwrap_or_default()
    }

    /// The number in the registry.
    pub fn credential_type(self) -> u16 {
        match self {
            Self::Basic => credential::BASIC,
            Self::Multi => credential::MULTI,
            Self::SdCwt => credential::SD_CWT,
            Self::SdJwt => credential::SD_JWT,
            Self::WeakMulti => credential::WEAK_MULTI,
            Self::X509 => credential::X509,
        }
    }
}

impl FromStr for CredentialName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|name| name.as_str() == text);
        found.ok_or_else(|| Error::new(Code::MediaTypeMalformed).at(At::Field("name".into())))
    }
}

impl FromStr for MediaType {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_OCTETS {
            return Err(Error::new(Code::Limit).at(At::Field("media type".into())));
        }
        let (essence, mut rest) = text.split_at(text.find(';').unwrap_or(text.len()));
        let mut parameters = Vec::new();
        while let Some(parameter) = rest.strip_prefix(';') {
            let (name, value) = parameter.split_once('=').ok_or(Code::MediaTypeMalformed)?;
            let (value, after) = take_value(value.trim_start_matches(BLANK)).ok_or(Code::MediaTypeMalformed)?;
            parameters.push((name.trim_matches(BLANK).to_owned(), value));
            rest = after.trim_start_matches(BLANK);
        }
        if !rest.is_empty() {
            return Err(Code::MediaTypeMalformed.into());
        }
        Self::from_parts(essence.trim_matches(BLANK), parameters)
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.essence())?;
        for (name, value) in self.parameters() {
            if is_token(value) {
                write!(f, ";{name}={value}")?;
            } else {
                write!(f, ";{name}=\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))?;
            }
        }
        Ok(())
    }
}

const BLANK: [char; 2] = [' ', '\t'];

/// A token, or a quoted string without its quotes; and what follows.
fn take_value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, after) = text.split_at(text.find(|c| c == ';' || BLANK.contains(&c)).unwrap_or(text.len()));
        return is_token(value).then(|| (value.to_owned(), after));
    };
    let mut value = String::new();
    let mut characters = quoted.chars();
    loop {
        match characters.next()? {
            '"' => return Some((value, characters.as_str())),
            '\\' => value.push(characters.next()?),
            other => value.push(other),
        }
    }
}

/// RFC 2045: printable ASCII without specials.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_graphic() && !b"()<>@,;:\\\"/[]?=".contains(&octet))
}
