//! DisclosureBundle: what a member reveals in one message (mimi-mls 3.5.1, carriage W2 of 3.5.4).
//!
//! A bundle is read on the outside only; each item is opened on its own, so that a malformed item is that item's fault and the
//! others can still be judged.
//!
//! ```
//! use mimicred_mls::{BundleItem, DisclosureBundle, Item, ItemType};
//!
//! let bundle = DisclosureBundle {
//!     room_uri: "mimi://hub.example/r/clubhouse".parse()?,
//!     subject_uri: "mimi://a.example/p/crazykoala75".parse()?,
//!     items: vec![BundleItem { item_type: ItemType::SdKbt, data: vec![0xd2, 0x84] }],
//! };
//! let read = DisclosureBundle::decode(&bundle.encode()?)?;
//! assert_eq!(read, bundle);
//! assert_eq!(read.items[0].open()?, Item::SdKbt(vec![0xd2, 0x84]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(test)]
mod tests;

use std::fmt;

use mimicred_error::At;
use mimicred_uri::MimiUri;

use crate::component::read_uri;
use crate::credential::SdJwt;
use crate::error::{Code, Error};
use crate::key_package::KeyPackageView;
use crate::offer::KeyPackageOffer;
use crate::presentation::CredentialPresentation;
use crate::tls::{Reader, Writer};

const VERSION: u16 = 1;
/// The largest bundle that is read.
pub const MAX_BUNDLE: usize = 1024 * 1024;
/// The most items that a bundle may have.
pub const MAX_ITEMS: usize = 32;

/// A set of presentations and KeyPackages that one member sends into one room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisclosureBundle {
    /// The room whose group carries the message.
    pub room_uri: MimiUri,
    /// The sender's user-level URI in that room.
    pub subject_uri: MimiUri,
    /// At least one.
    pub items: Vec<BundleItem>,
}

/// One item, not opened yet.
#[derive(Clone, PartialEq, Eq)]
pub struct BundleItem {
    /// What the data is said to be.
    pub item_type: ItemType,
    /// The item itself.
    pub data: Vec<u8>,
}

/// `BundleItemType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ItemType {
    /// 1: a CredentialPresentation.
    MlsCredential,
    /// 2: an SdJwt structure.
    SdJwtKb,
    /// 3: the octets of an SD-KBT.
    SdKbt,
    /// 4: an MLSMessage with a KeyPackage.
    KeyPackage,
    /// 5: a KeyPackageOffer.
    KeyPackageOffer,
    /// Anything else; such an item cannot be opened.
    Unknown(u8),
}

/// An opened item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A credential with its proof of possession.
    MlsCredential(CredentialPresentation),
    /// An SD-JWT with its KB-JWT.
    SdJwtKb(SdJwt),
    /// The octets of an SD-KBT.
    SdKbt(Vec<u8>),
    /// A KeyPackage; only under an offer does it mean anything (mimi-mls 3.5.1).
    KeyPackage(Box<KeyPackageView>),
    /// An offer of KeyPackages.
    KeyPackageOffer(KeyPackageOffer),
}

impl DisclosureBundle {
    /// Reads a bundle that fills the whole input; does not open the items.
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        if octets.len() > MAX_BUNDLE {
            return Err(Error::new(Code::Limit).at(At::Field("bundle".into())));
        }
        let mut reader = Reader::new(octets);
        let place = reader.clone();
        if reader.u16()? != VERSION {
            return Err(place.error(Code::VersionUnsupported));
        }
        let bundle = Self {
            room_uri: read_uri(&mut reader)?,
            subject_uri: read_uri(&mut reader)?,
            items: reader.list(MAX_BUNDLE, MAX_ITEMS, BundleItem::read)?,
        };
        reader.finish()?;
        bundle.check_filled()?;
        Ok(bundle)
    }

    /// The encoded bundle.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        self.check_filled()?;
        Writer::new()
            .u16(VERSION)
            .vector(self.room_uri.as_str().as_bytes())
            .vector(self.subject_uri.as_str().as_bytes())
            .list(&self.items, |writer, item| writer.u8(item.item_type.number()).vector(&item.data))
            .finish()
    }

    fn check_filled(&self) -> Result<(), Error> {
        if self.items.is_empty() { Err(Error::new(Code::Empty).at(At::Field("items".into()))) } else { Ok(()) }
    }
}

impl BundleItem {
    /// The item for a credential with its proof of possession.
    pub fn presentation(presentation: &CredentialPresentation) -> Result<Self, Error> {
        Ok(Self { item_type: ItemType::MlsCredential, data: presentation.encode()? })
    }

    /// The item for an SD-JWT with its KB-JWT.
    pub fn sd_jwt_kb(sd_jwt: &SdJwt) -> Result<Self, Error> {
        Ok(Self { item_type: ItemType::SdJwtKb, data: sd_jwt.encode()? })
    }

    /// The item for an SD-KBT.
    pub fn sd_kbt(octets: impl Into<Vec<u8>>) -> Self {
        Self { item_type: ItemType::SdKbt, data: octets.into() }
    }

    /// The item for a KeyPackage, given as an MLSMessage.
    ///
    /// # Errors
    /// Those of [`KeyPackageView::decode_message`].
    pub fn key_package(octets: impl Into<Vec<u8>>) -> Result<Self, Error> {
        let data = octets.into();
        KeyPackageView::decode_message(&data)?;
        Ok(Self { item_type: ItemType::KeyPackage, data })
    }

    /// The item for an offer of KeyPackages.
    ///
    /// # Errors
    /// Those of [`KeyPackageOffer::encode`].
    pub fn key_package_offer(offer: &KeyPackageOffer) -> Result<Self, Error> {
        Ok(Self { item_type: ItemType::KeyPackageOffer, data: offer.encode()? })
    }

    /// Reads what is inside.
    pub fn open(&self) -> Result<Item, Error> {
        if self.data.is_empty() {
            return Err(Error::new(Code::Empty).at(At::Field("item_data".into())));
        }
        Ok(match self.item_type {
            ItemType::MlsCredential => Item::MlsCredential(CredentialPresentation::decode(&self.data)?),
            ItemType::SdJwtKb => Item::SdJwtKb(SdJwt::decode(&self.data)?),
            ItemType::SdKbt => Item::SdKbt(self.data.clone()),
            ItemType::KeyPackage => Item::KeyPackage(Box::new(KeyPackageView::decode_message(&self.data)?)),
            ItemType::KeyPackageOffer => Item::KeyPackageOffer(KeyPackageOffer::decode(&self.data)?),
            ItemType::Unknown(number) => return Err(Error::new(Code::ItemTypeUnknown).note(format!("type {number}"))),
        })
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        Ok(Self { item_type: ItemType::from_number(reader.u8()?), data: reader.vector(MAX_BUNDLE)?.to_vec() })
    }
}

impl ItemType {
    /// The type of this number.
    pub fn from_number(number: u8) -> Self {
        match number {
            1 => Self::MlsCredential,
            2 => Self::SdJwtKb,
            3 => Self::SdKbt,
            4 => Self::KeyPackage,
            5 => Self::KeyPackageOffer,
            other => Self::Unknown(other),
        }
    }

    /// Its number.
    pub fn number(self) -> u8 {
        match self {
            Self::MlsCredential => 1,
            Self::SdJwtKb => 2,
            Self::SdKbt => 3,
            Self::KeyPackage => 4,
            Self::KeyPackageOffer => 5,
            Self::Unknown(number) => number,
        }
    }
}

/// Sizes only: the data holds disclosures.
impl fmt::Debug for BundleItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BundleItem({:?}, {} octets)", self.item_type, self.data.len())
    }
}
