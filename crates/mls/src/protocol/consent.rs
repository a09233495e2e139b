//! ConsentEntry (draft-ietf-mimi-protocol, "Convey explicit consent"): asking for consent, giving it and taking it back. Both providers
//! read it, and no hub.
//!
//! ```
//! use mimicred_mls::AppDataDictionary;
//! use mimicred_mls::component::{CONSENT_USAGE, ConsentUsage, UsageKind};
//! use mimicred_mls::protocol::{ConsentEntry, ConsentOperation};
//!
//! // "Anybody at a.example may start a connection room with me."
//! let usage = ConsentUsage { usages: vec![UsageKind::InitialConnection], any_requester_at_domain: true };
//! let entry = ConsentEntry {
//!     operation: ConsentOperation::Grant { key_packages: Vec::new() },
//!     requester: "mimi://a.example".parse()?,
//!     target: "mimi://b.example/u/bob".parse()?,
//!     room: None,
//!     extensions: AppDataDictionary::from_iter([(CONSENT_USAGE, usage.encode()?)]),
//! };
//! let octets = entry.encode()?;
//! assert_eq!(octets, b"\x02\x10mimi://a.example\x16mimi://b.example/u/bob\x00\x00\x06\xd0\x56\x03\x01\x01\x01");
//! assert_eq!(ConsentEntry::decode(&octets)?, entry);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(test)]
mod tests;

use mimicred_error::At;
use mimicred_uri::{MimiUri, UriKind};

use super::{read_room, unknown, write_uri};
use crate::component::{CONSENT_USAGE, ConsentUsage, read_uri};
use crate::dictionary::AppDataDictionary;
use crate::error::{Code, Error};
use crate::key_package::KeyPackageView;
use crate::tls::{Reader, Writer};

const MAX_KEY_PACKAGES: usize = 1024;
const MAX_OCTETS: usize = 16 * 1024 * 1024;
const MAX_EXTENSIONS: usize = 1024 * 1024;

/// `ConsentEntry`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentEntry {
    /// What is done.
    pub operation: ConsentOperation,
    /// Who may fetch KeyPackages, or asks for it; a provider stands for all of its users, where consent_usage says so (mimi-mls 3.6.1).
    pub requester: MimiUri,
    /// Whose KeyPackages.
    pub target: MimiUri,
    /// For one room alone.
    pub room: Option<MimiUri>,
    /// What else belongs to it: consent_usage (0xD056), the room's disclosure policy (0xD050), a KeyPackageOffer (0xD057).
    pub extensions: AppDataDictionary,
}

/// `ConsentOperation`, with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConsentOperation {
    /// 0: an earlier request is taken back.
    Cancel,
    /// 1: the requester asks.
    Request,
    /// 2: the target consents, asked or not.
    Grant {
        /// KeyPackages of the target's clients, so that the requester need not fetch them; may be none.
        key_packages: Vec<KeyPackageView>,
    },
    /// 3: the target consents no more, or never.
    Revoke,
}

impl ConsentOperation {
    /// The number in the draft.
    pub const fn number(&self) -> u8 {
        match self {
            Self::Cancel => 0,
            Self::Request => 1,
            Self::Grant { .. } => 2,
            Self::Revoke => 3,
        }
    }
}

impl ConsentEntry {
    /// Reads an entry that fills the whole input.
    ///
    /// # Errors
    /// `mls/value-unknown`, `mls/uri-invalid` unless requester and target are users or pseudonyms (or the requester a provider, with the
    /// consent_usage that says so) and the room is a room, `mls/value-duplicate` for a KeyPackage that is there twice, and those of
    /// [`Reader`], [`KeyPackageView::read`] and [`AppDataDictionary::decode`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let place = reader.clone();
        let number = reader.u8()?;
        let (requester, target) = (read_uri(&mut reader)?, read_uri(&mut reader)?);
        // `optional<RoomId>`, an IdentifierUri (mimi-mls 6 row 27).
        let room = reader.optional(read_room)?;
        let operation = match number {
            0 => ConsentOperation::Cancel,
            1 => ConsentOperation::Request,
            2 => ConsentOperation::Grant { key_packages: reader.list(MAX_OCTETS, MAX_KEY_PACKAGES, KeyPackageView::read)? },
            3 => ConsentOperation::Revoke,
            other => return Err(unknown(&place, "consentOperation", other)),
        };
        let extensions = AppDataDictionary::read(&mut reader, MAX_EXTENSIONS)?;
        reader.finish()?;
        let entry = Self { operation, requester, target, room, extensions };
        entry.check()?;
        Ok(entry)
    }

    /// The encoded entry.
    ///
    /// # Errors
    /// As [`ConsentEntry::decode`], for an entry that could not be read.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        self.check()?;
        let writer = write_uri(write_uri(Writer::new().u8(self.operation.number()), &self.requester), &self.target);
        let writer = writer.optional(self.room.as_ref(), write_uri);
        let writer = match &self.operation {
            ConsentOperation::Grant { key_packages } => {
                writer.list(key_packages, |writer, key_package| writer.octets(key_package.octets()))
            }
            ConsentOperation::Cancel | ConsentOperation::Request | ConsentOperation::Revoke => writer,
        };
        self.extensions.write(writer).finish()
    }

    /// What the consent is for, if it says so.
    ///
    /// # Errors
    /// Those of [`ConsentUsage::decode`].
    pub fn usage(&self) -> Result<Option<ConsentUsage>, Error> {
        let usage = self.extensions.get(CONSENT_USAGE).map(ConsentUsage::decode).transpose();
        // An offset in the component would be taken for one in the whole input.
        usage.map_err(|error| error.at(At::Field("consent_usage".into())))
    }

    /// Whether two entries are about the same consent: `ConsentScope`. What is cancelled must have the scope of what was requested.
    pub fn has_scope_of(&self, other: &Self) -> bool {
        (&self.requester, &self.target, &self.room) == (&other.requester, &other.target, &other.room)
    }

    fn check(&self) -> Result<(), Error> {
        let invalid = |field: &'static str| Err(Error::new(Code::UriInvalid).at(At::Field(field.into())));
        let any = self.usage()?.is_some_and(|usage| usage.any_requester_at_domain);
        let fits = if any { self.requester.kind() == UriKind::Provider } else { self.requester.names_user() };
        if !fits {
            return invalid("requesterUri");
        }
        if !self.target.names_user() {
            return invalid("targetUri");
        }
        if self.room.as_ref().is_some_and(|room| room.kind() != UriKind::Room) {
            return invalid("roomId");
        }
        let ConsentOperation::Grant { key_packages } = &self.operation else { return Ok(()) };
        let twice =
            key_packages.iter().enumerate().find(|(index, one)| key_packages.iter().take(*index).any(|other| other == *one));
        match twice {
            Some((index, _)) => Err(Error::new(Code::ValueDuplicate).at(At::Item(index)).note("clientKeyPackages")),
            None => Ok(()),
        }
    }
}
