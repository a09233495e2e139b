//! IdentifierRequest and its answer (draft-ietf-mimi-protocol, "Find internal address"): finding the URI of somebody by a name. Both providers
//! read what is asked for.
//!
//! ```
//! use mimicred_mls::protocol::{IdentifierRequest, IdentifierResponse, QueryElement, SearchType};
//!
//! let element = QueryElement { search: SearchType::OidcStdClaim("given_name".to_owned()), value: "Xavier".to_owned() };
//! let request = IdentifierRequest { elements: vec![element], ..IdentifierRequest::default() };
//! assert_eq!(request.encode()?, b"\x13\x07\x0agiven_name\x06Xavier\x00");
//!
//! let response = IdentifierResponse::found(vec!["mimi://x.example/u/xavier".parse()?]);
//! assert_eq!(response.encode()?, b"\x00\x1a\x19mimi://x.example/u/xavier\x00\x00");
//! assert_eq!(IdentifierResponse::decode(&response.encode()?)?, response);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod response;
#[cfg(test)]
mod tests;

use std::fmt;

use mimicred_error::At;

pub use response::{FieldSource, IdentifierCode, IdentifierResponse, ProfileField, UserProfile};

use super::{read_text, unknown};
use crate::dictionary::AppDataDictionary;
use crate::error::{Code, Error};
use crate::tls::{Reader, Writer};

const MAX_ELEMENTS: usize = 64;
const MAX_NAME: usize = 256;
const MAX_VALUE: usize = 4096;
const MAX_OCTETS: usize = 64 * 1024;
const MAX_EXTENSIONS: usize = 64 * 1024;

/// `IdentifierRequest`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdentifierRequest {
    /// What must match, all of it; at least one.
    pub elements: Vec<QueryElement>,
    /// What else belongs to it.
    pub extensions: AppDataDictionary,
}

/// `QueryElement`.
#[derive(Clone, PartialEq, Eq)]
pub struct QueryElement {
    /// What must match.
    pub search: SearchType,
    /// The text that it must match.
    pub value: String,
}

/// `SearchIdentifierType`, with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchType {
    /// 1: a handle, as a whole.
    Handle,
    /// 2: a nickname, or what a handle has of the user.
    Nick,
    /// 3: a mail address.
    Email,
    /// 4: a telephone number, international, with its `+`.
    Phone,
    /// 5: some part of a name, whatever its case.
    PartialName,
    /// 6: some part of anything that may be searched.
    WholeProfile,
    /// 7: a claim of OpenID Connect, by its name.
    OidcStdClaim(String),
    /// 8: a property of a vCard, by its name.
    VcardField(String),
}

impl SearchType {
    /// The number in the draft.
    pub const fn number(&self) -> u8 {
        match self {
            Self::Handle => 1,
            Self::Nick => 2,
            Self::Email => 3,
            Self::Phone => 4,
            Self::PartialName => 5,
            Self::WholeProfile => 6,
            Self::OidcStdClaim(_) => 7,
            Self::VcardField(_) => 8,
        }
    }

    /// The name of the claim or property, where there is one.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::OidcStdClaim(name) | Self::VcardField(name) => Some(name),
            _ => None,
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let place = reader.clone();
        Ok(match reader.u8()? {
            1 => Self::Handle,
            2 => Self::Nick,
            3 => Self::Email,
            4 => Self::Phone,
            5 => Self::PartialName,
            6 => Self::WholeProfile,
            7 => Self::OidcStdClaim(read_text(reader, MAX_NAME)?),
            8 => Self::VcardField(read_text(reader, MAX_NAME)?),
            other => return Err(unknown(&place, "searchType", other)),
        })
    }
}

impl IdentifierRequest {
    /// Reads a request that fills the whole input.
    ///
    /// # Errors
    /// `mls/empty` without elements or with an empty one, `mls/value-unknown`, and those of [`Reader`] and [`AppDataDictionary::decode`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let elements = reader.list::<_, Error>(MAX_OCTETS, MAX_ELEMENTS, |inner| {
            Ok(QueryElement { search: SearchType::read(inner)?, value: read_text(inner, MAX_VALUE)? })
        })?;
        let extensions = AppDataDictionary::read(&mut reader, MAX_EXTENSIONS)?;
        reader.finish()?;
        let request = Self { elements, extensions };
        request.check()?;
        Ok(request)
    }

    /// The encoded request.
    ///
    /// # Errors
    /// `mls/empty`, `mls/text-invalid` for a text with NUL, `mls/limit`.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        self.check()?;
        let writer = Writer::new().list(&self.elements, |writer, element| {
            let writer = writer.u8(element.search.number());
            let writer = match element.search.field() {
                Some(name) => writer.vector(name.as_bytes()),
                None => writer,
            };
            writer.vector(element.value.as_bytes())
        });
        self.extensions.write(writer).finish()
    }

    /// Nothing would match everybody.
    fn check(&self) -> Result<(), Error> {
        if self.elements.is_empty() {
            return Err(Error::new(Code::Empty).at(At::Field("query_elements".into())));
        }
        for (index, element) in self.elements.iter().enumerate() {
            let mut texts = element.search.field().into_iter().chain([element.value.as_str()]);
            let code = texts.find_map(|text| match text {
                "" => Some(Code::Empty),
                text => text.contains('\0').then_some(Code::TextInvalid),
            });
            if let Some(code) = code {
                return Err(Error::new(code).at(At::Item(index)));
            }
        }
        Ok(())
    }
}

/// Without the value, which is a name of somebody.
impl fmt::Debug for QueryElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QueryElement({:?}, {} octets)", self.search, self.value.len())
    }
}
