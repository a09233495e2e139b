//! IdentifierResponse: who was found.

use std::fmt;

use mimicred_error::At;
use mimicred_uri::MimiUri;

use super::super::{read_text, read_user, unknown, write_uri};
use super::{MAX_EXTENSIONS, MAX_NAME};
use crate::dictionary::AppDataDictionary;
use crate::error::{Code, Error};
use crate::tls::{Reader, Writer};

crate::registry! {
    /// Which registry the name of a field comes from. The numbers are those of the same searches.
    FieldSource {
        /// A claim of OpenID Connect.
        OidcStdClaim = 7 "oidcStdClaim",
        /// A property of a vCard.
        VcardField = 8 "vcardField",
    }
}

const MAX_FOUND: usize = 1024;
const MAX_FIELDS: usize = 256;
const MAX_VALUE: usize = 64 * 1024;
const MAX_OCTETS: usize = 4 * 1024 * 1024;

/// What became of the request; `IdentifierQueryCode`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum IdentifierCode {
    /// 0: somebody was found.
    Success,
    /// 1: nobody was found.
    #[default]
    NotFound,
    /// 2: more must be given, or more exactly.
    Ambiguous,
    /// 3: not to be asked, or not like this.
    Forbidden,
    /// 4: one of the fields cannot be asked for.
    UnsupportedField,
}

/// `IdentifierResponse`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdentifierResponse {
    /// What became of the request.
    pub code: IdentifierCode,
    /// Who was found, by URI alone.
    pub uris: Vec<MimiUri>,
    /// Who was found, with what may be told of them.
    pub profiles: Vec<UserProfile>,
    /// What else belongs to it.
    pub extensions: AppDataDictionary,
}

/// `UserProfile`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserProfile {
    /// The user.
    pub user: MimiUri,
    /// What is told of her.
    pub fields: Vec<ProfileField>,
}

/// `ProfileField`.
#[derive(Clone, PartialEq, Eq)]
pub struct ProfileField {
    /// Which registry the name comes from.
    pub source: FieldSource,
    /// The name.
    pub name: String,
    /// Its value, as that registry defines it.
    pub value: Vec<u8>,
}

impl IdentifierCode {
    const ALL: [IdentifierCode; 5] = [Self::Success, Self::NotFound, Self::Ambiguous, Self::Forbidden, Self::UnsupportedField];

    /// The number in the draft.
    pub const fn number(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::NotFound => 1,
            Self::Ambiguous => 2,
            Self::Forbidden => 3,
            Self::UnsupportedField => 4,
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let place = reader.clone();
        let number = reader.u8()?;
        Self::ALL.into_iter().find(|code| code.number() == number).ok_or_else(|| unknown(&place, "responseCode", number))
    }
}

impl IdentifierResponse {
    /// These were found.
    pub fn found(uris: Vec<MimiUri>) -> Self {
        Self { code: IdentifierCode::Success, uris, ..Self::default() }
    }

    /// Nobody, and why.
    pub fn failure(code: IdentifierCode) -> Self {
        Self { code, ..Self::default() }
    }

    /// Reads a response that fills the whole input.
    ///
    /// # Errors
    /// `mls/value-unknown`, `mls/uri-invalid` for what is no user, `mls/status-content` for a success with nobody or a failure with
    /// somebody, and those of [`Reader`] and [`AppDataDictionary::decode`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let response = Self {
            code: IdentifierCode::read(&mut reader)?,
            uris: reader.list(MAX_OCTETS, MAX_FOUND, read_user)?,
            profiles: reader.list(MAX_OCTETS, MAX_FOUND, UserProfile::read)?,
            extensions: AppDataDictionary::read(&mut reader, MAX_EXTENSIONS)?,
        };
        reader.finish()?;
        response.check()?;
        Ok(response)
    }

    /// The encoded response.
    ///
    /// # Errors
    /// As [`IdentifierResponse::decode`], for a response that could not be read.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        self.check()?;
        let writer = Writer::new()
            .u8(self.code.number())
            .list(&self.uris, write_uri)
            .list(&self.profiles, |writer, profile| profile.write(writer));
        self.extensions.write(writer).finish()
    }

    fn check(&self) -> Result<(), Error> {
        let found = !self.uris.is_empty() || !self.profiles.is_empty();
        if found != (self.code == IdentifierCode::Success) {
            return Err(Error::new(Code::StatusContent).at(At::Field("responseCode".into())));
        }
        let mut users = self.uris.iter().chain(self.profiles.iter().map(|profile| &profile.user));
        if !users.all(MimiUri::names_user) {
            return Err(Error::new(Code::UriInvalid).note("not a user or a pseudonym"));
        }
        let mut fields = self.profiles.iter().flat_map(|profile| &profile.fields);
        if fields.any(|field| field.name.contains('\0')) {
            return Err(Error::new(Code::TextInvalid).note("fieldName"));
        }
        Ok(())
    }
}

impl UserProfile {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self { user: read_user(reader)?, fields: reader.list(MAX_OCTETS, MAX_FIELDS, ProfileField::read)? })
    }

    fn write(&self, writer: Writer) -> Writer {
        write_uri(writer, &self.user)
            .list(&self.fields, |writer, field| writer.u8(field.source.code()).vector(field.name.as_bytes()).vector(&field.value))
    }
}

impl ProfileField {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self {
            source: FieldSource::from_code(reader.u8()?),
            name: read_text(reader, MAX_NAME)?,
            value: reader.vector(MAX_VALUE)?.to_vec(),
        })
    }
}

/// Without the value.
impl fmt::Debug for ProfileField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProfileField({:?} {:?}, {} octets)", self.source, self.name, self.value.len())
    }
}
