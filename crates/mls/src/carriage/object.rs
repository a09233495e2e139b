//! One object under its media type: what a message carries alone, or a part of a MIMI content.

use std::fmt;

use mimicred_error::At;

use super::Carried;
use crate::bundle::{BundleItem, DisclosureBundle, Item, ItemType, MAX_BUNDLE};
use crate::credential::{Credential, SdJwt, SdJwtForm};
use crate::error::{Code, Error};
use crate::framing::ApplicationFraming;
use crate::media_type::{CredentialName, MediaType};

/// MLSMessage: version 1 and the wire format of a KeyPackage (RFC 9420 6).
const KEY_PACKAGE_MESSAGE: [u8; 4] = [0, 1, 0, 5];

/// Something that is revealed, or goes with it.
#[derive(Clone, PartialEq, Eq)]
pub enum Object {
    /// `application/mls-credential`: a credential without a proof of possession of its own.
    Credential(Credential),
    /// `application/sd-jwt`: an SD-JWT with its KB-JWT.
    SdJwt(SdJwt),
    /// `application/kb+cwt`: the octets of an SD-KBT.
    SdKbt(Vec<u8>),
    /// `application/mimi-disclosure-bundle`.
    Bundle(DisclosureBundle),
    /// `message/mls`: the octets of an MLSMessage with a KeyPackage.
    KeyPackage(Vec<u8>),
}

/// What sort of object something is, or says that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A credential, of this type if one is named.
    Credential(Option<u16>),
    /// An SD-JWT.
    SdJwt,
    /// An SD-KBT.
    SdKbt,
    /// A bundle.
    Bundle,
    /// A KeyPackage.
    KeyPackage,
}

impl Object {
    /// Reads an object that fills the whole input.
    ///
    /// # Errors
    /// `mls/not-a-reveal` for another media type; `application/sd-cwt` is one, because an SD-CWT without its key binding reveals
    /// nothing. `mls/media-type-mismatch` for a credential of another type than the one named, `mls/key-binding-missing` for an SD-JWT
    /// without KB-JWT, and what else the object's own reader refuses.
    pub fn decode(media_type: &MediaType, octets: &[u8]) -> Result<Self, Error> {
        if octets.len() > MAX_BUNDLE {
            return Err(Error::new(Code::Limit).at(At::Field("content".into())));
        }
        match Kind::of(media_type).ok_or_else(|| not_a_reveal(media_type))? {
            Kind::Credential(_) => media_type.decode_credential(octets).map(Self::Credential),
            Kind::SdJwt => {
                let text = str::from_utf8(octets).map_err(|error| Error::new(Code::TextInvalid).because(error))?;
                SdJwt::new(text, SdJwtForm::Text).map(Self::SdJwt)
            }
            Kind::SdKbt if octets.is_empty() => Err(Error::new(Code::Empty).at(At::Field("content".into()))),
            Kind::SdKbt => Ok(Self::SdKbt(octets.to_vec())),
            Kind::Bundle => DisclosureBundle::decode(octets).map(Self::Bundle),
            Kind::KeyPackage if octets.starts_with(&KEY_PACKAGE_MESSAGE) => Ok(Self::KeyPackage(octets.to_vec())),
            Kind::KeyPackage => Err(Error::new(Code::MessageMalformed).note("no KeyPackage")),
        }
    }

    /// The object for an item of a bundle, if it can travel without one: tokens, which bind themselves, and KeyPackages. A
    /// CredentialPresentation cannot, nor an offer.
    ///
    /// # Errors
    /// The item cannot be opened.
    pub fn of_item(item: &BundleItem) -> Result<Option<Self>, Error> {
        Ok(match item.item_type {
            // Whoever gets it reads it.
            ItemType::KeyPackage => Some(Self::KeyPackage(item.data.clone())),
            ItemType::KeyPackageOffer => None,
            _ => match item.open()? {
                Item::SdJwtKb(token) => Some(Self::SdJwt(SdJwt::new(token.as_str(), SdJwtForm::Text)?)),
                Item::SdKbt(octets) => Some(Self::SdKbt(octets)),
                Item::MlsCredential(_) | Item::KeyPackage(_) | Item::KeyPackageOffer(_) => None,
            },
        })
    }

    /// What sort it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Credential(credential) => Kind::Credential(Some(credential.credential_type())),
            Self::SdJwt(_) => Kind::SdJwt,
            Self::SdKbt(_) => Kind::SdKbt,
            Self::Bundle(_) => Kind::Bundle,
            Self::KeyPackage(_) => Kind::KeyPackage,
        }
    }

    /// Its media type.
    pub fn media_type(&self) -> MediaType {
        match self {
            Self::Credential(credential) => MediaType::for_credential(credential),
            Self::SdJwt(_) => MediaType::SdJwt,
            Self::SdKbt(_) => MediaType::KbCwt,
            Self::Bundle(_) => MediaType::DisclosureBundle,
            Self::KeyPackage(_) => MediaType::MlsMessage,
        }
    }

    /// The encoded object.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        match self {
            Self::Credential(credential) => credential.encode(),
            Self::SdJwt(token) => Ok(token.as_str().as_bytes().to_vec()),
            Self::SdKbt(octets) | Self::KeyPackage(octets) => Ok(octets.clone()),
            Self::Bundle(bundle) => bundle.encode(),
        }
    }

    /// The application data that carry it alone: W1, or W2 for a bundle.
    ///
    /// # Errors
    /// `mls/not-a-reveal` for a KeyPackage, and those of [`Object::encode`].
    pub fn frame(&self) -> Result<ApplicationFraming, Error> {
        let (media_type, content) = (self.media_type(), self.encode()?);
        let Carried::Object(_) = Carried::of_media_type(&media_type, content.clone())? else {
            return Err(not_a_reveal(&media_type));
        };
        Ok(ApplicationFraming { media_type: Some(media_type), content })
    }
}

impl Kind {
    /// What something of this media type says that it is; nothing if that is no object.
    pub fn of(media_type: &MediaType) -> Option<Self> {
        match media_type {
            MediaType::MlsCredential(name) => Some(Self::Credential(name.map(CredentialName::credential_type))),
            MediaType::SdJwt => Some(Self::SdJwt),
            MediaType::KbCwt => Some(Self::SdKbt),
            MediaType::DisclosureBundle => Some(Self::Bundle),
            MediaType::MlsMessage => Some(Self::KeyPackage),
            _ => None,
        }
    }
}

pub(super) fn not_a_reveal(media_type: &MediaType) -> Error {
    Error::new(Code::NotAReveal).note(media_type.to_string())
}

/// Sizes only: the rest are reveals.
impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Credential(credential) => credential.fmt(f),
            Self::SdJwt(token) => token.fmt(f),
            Self::SdKbt(octets) => write!(f, "SdKbt({} octets)", octets.len()),
            Self::Bundle(bundle) => bundle.fmt(f),
            Self::KeyPackage(octets) => write!(f, "KeyPackage({} octets)", octets.len()),
        }
    }
}
