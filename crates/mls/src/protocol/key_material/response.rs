//! KeyMaterialResponse: one KeyPackage for each client of a user, or why there is none.
//!
//! ```
//! use mimicred_mls::protocol::{KeyMaterialResponse, UserStatus};
//!
//! // For whoever is refused and whoever does not exist: the same answer (mimi-mls 3.6.1).
//! let target = "mimi://b.example/u/bob".parse()?;
//! let response = KeyMaterialResponse::failure(UserStatus::NoConsent, target);
//! assert_eq!(response.encode()?, b"\x01\x05\x16mimi://b.example/u/bob\x00");
//! assert_eq!(KeyMaterialResponse::decode(&response.encode()?)?, response);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::collections::HashSet;

use mimicred_error::At;
use mimicred_uri::{MimiUri, UriKind};

use super::super::{MLS10, read_client, read_protocol, read_user, unknown, write_uri};
use crate::error::{Code, Error};
use crate::key_package::KeyPackageView;
use crate::leaf_node::Capabilities;
use crate::tls::{Reader, Writer};

const MAX_OCTETS: usize = 16 * 1024 * 1024;
const MAX_CLIENTS: usize = 1024;

/// What became of the request; `KeyMaterialUserCode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UserStatus {
    /// 0: a KeyPackage for every client.
    Success,
    /// 1: a KeyPackage for some of them.
    PartialSuccess,
    /// 2: the protocol is not spoken there.
    IncompatibleProtocol,
    /// 3: no client has what is asked for.
    NoCompatibleMaterial,
    /// 4: no such user.
    UserUnknown,
    /// 5: no consent; may stand for every other failure, so that nothing is told.
    NoConsent,
    /// 6: no consent for this room.
    NoConsentForThisRoom,
    /// 7: there was such a user once.
    UserDeleted,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyMaterialResponse {
    /// What became of the request.
    pub user_status: UserStatus,
    /// The target of the request.
    pub user: MimiUri,
    /// Each client once; none if the status is a failure other than [`UserStatus::NoCompatibleMaterial`].
    pub clients: Vec<ClientKeyMaterial>,
}

/// One client of the target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientKeyMaterial {
    /// Its URI.
    pub client: MimiUri,
    /// What there is of it.
    pub material: ClientMaterial,
}

/// `KeyMaterialClientCode`, with what belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientMaterial {
    /// 0: a KeyPackage, given away to nobody else.
    KeyPackage(Box<KeyPackageView>),
    /// 1: all are used up.
    Exhausted,
    /// 2: none with what is asked for; and what the client understands, if that may be told.
    NothingCompatible(Option<Capabilities>),
}

impl UserStatus {
    const ALL: [UserStatus; 8] = [
        Self::Success,
        Self::PartialSuccess,
        Self::IncompatibleProtocol,
        Self::NoCompatibleMaterial,
        Self::UserUnknown,
        Self::NoConsent,
        Self::NoConsentForThisRoom,
        Self::UserDeleted,
    ];

    /// The number in the draft.
    pub const fn number(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::PartialSuccess => 1,
            Self::IncompatibleProtocol => 2,
            Self::NoCompatibleMaterial => 3,
            Self::UserUnknown => 4,
            Self::NoConsent => 5,
            Self::NoConsentForThisRoom => 6,
            Self::UserDeleted => 7,
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let place = reader.clone();
        let number = reader.u8()?;
        Self::ALL.into_iter().find(|status| status.number() == number).ok_or_else(|| unknown(&place, "userStatus", number))
    }
}

impl KeyMaterialResponse {
    /// An answer without clients.
    pub fn failure(user_status: UserStatus, user: MimiUri) -> Self {
        Self { user_status, user, clients: Vec::new() }
    }

    /// The KeyPackages in it.
    pub fn key_packages(&self) -> impl Iterator<Item = &KeyPackageView> {
        self.clients.iter().filter_map(ClientKeyMaterial::key_package)
    }

    /// Reads a response that fills the whole input.
    ///
    /// # Errors
    /// `mls/version-unsupported`, `mls/value-unknown`, `mls/uri-invalid`, `mls/status-content` for clients that do not fit the status,
    /// `mls/value-duplicate` for a client that is there twice, and those of [`Reader`] and [`KeyPackageView::read`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        read_protocol(&mut reader)?;
        let response = Self {
            user_status: UserStatus::read(&mut reader)?,
            user: read_user(&mut reader)?,
            clients: reader.list(MAX_OCTETS, MAX_CLIENTS, ClientKeyMaterial::read)?,
        };
        reader.finish()?;
        response.check()?;
        Ok(response)
    }

    /// The encoded response.
    ///
    /// # Errors
    /// As for [`KeyMaterialResponse::decode`], for a response that could not be read.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        self.check()?;
        write_uri(Writer::new().u8(MLS10).u8(self.user_status.number()), &self.user)
            .list(&self.clients, |writer, client| client.write(writer))
            .finish()
    }

    fn check(&self) -> Result<(), Error> {
        let at = || At::Field("clients".into());
        if !self.user.names_user() {
            return Err(Error::new(Code::UriInvalid).at(At::Field("userUri".into())));
        }
        let (found, all) = (self.key_packages().count(), self.clients.len());
        let fits = match self.user_status {
            UserStatus::Success => found > 0 && found == all,
            UserStatus::PartialSuccess => found > 0,
            UserStatus::NoCompatibleMaterial => found == 0,
            _ => all == 0,
        };
        if !fits {
            let note = format!("status {}, {all} clients, {found} KeyPackages", self.user_status.number());
            return Err(Error::new(Code::StatusContent).at(at()).note(note));
        }
        let mut seen = HashSet::new();
        match self.clients.iter().position(|client| !seen.insert(&client.client)) {
            Some(twice) => Err(Error::new(Code::ValueDuplicate).at(At::Item(twice))),
            None if self.clients.iter().any(|client| client.client.kind() != UriKind::Client) => {
                Err(Error::new(Code::UriInvalid).at(at()))
            }
            None => Ok(()),
        }
    }
}

impl ClientKeyMaterial {
    /// Its KeyPackage, if there is one.
    pub fn key_package(&self) -> Option<&KeyPackageView> {
        match &self.material {
            ClientMaterial::KeyPackage(key_package) => Some(key_package),
            ClientMaterial::Exhausted | ClientMaterial::NothingCompatible(_) => None,
        }
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let place = reader.clone();
        let status = reader.u8()?;
        let client = read_client(reader)?;
        let material = match status {
            0 => ClientMaterial::KeyPackage(Box::new(KeyPackageView::read(reader)?)),
            1 => ClientMaterial::Exhausted,
            2 => ClientMaterial::NothingCompatible(reader.optional(Capabilities::read)?),
            other => return Err(unknown(&place, "clientStatus", other)),
        };
        Ok(Self { client, material })
    }

    fn write(&self, writer: Writer) -> Writer {
        let head = |status| write_uri(writer.u8(status), &self.client);
        match &self.material {
            ClientMaterial::KeyPackage(key_package) => head(0).octets(key_package.octets()),
            ClientMaterial::Exhausted => head(1),
            ClientMaterial::NothingCompatible(capabilities) => {
                head(2).optional(capabilities.as_ref(), |writer, capabilities| capabilities.write(writer))
            }
        }
    }
}
