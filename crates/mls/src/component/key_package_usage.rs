//! The component key_package_usage (0xD051), in the dictionary of a KeyPackage: what the KeyPackage is for (mimi-mls 3.2).

use mimicred_keys::{PublicKey, sha256};
use mimicred_uri::MimiUri;

use crate::error::{Code, Error};
use crate::tls::{Reader, Writer};

/// The length of the salt of an offer.
pub const SALT_LEN: usize = 16;
const COMMITMENT_LEN: usize = 32;

/// `KeyPackageUsage`: a kind of use, without what belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UsageKind {
    /// Any room.
    Any,
    /// A room of two in which somebody makes contact.
    InitialConnection,
    /// A room to which its owner was invited by somebody to whom she offered it.
    Offered,
}

impl UsageKind {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let place = reader.clone();
        match reader.u8()? {
            0 => Ok(Self::Any),
            1 => Ok(Self::InitialConnection),
            2 => Ok(Self::Offered),
            other => Err(place.error(Code::ValueUnknown).note(format!("KeyPackageUsage {other}"))),
        }
    }

    pub(super) fn number(self) -> u8 {
        match self {
            Self::Any => 0,
            Self::InitialConnection => 1,
            Self::Offered => 2,
        }
    }
}

/// `KeyPackageUsageData`. A KeyPackage without the component is for any use.
///
/// ```
/// use mimicred_mls::component::KeyPackageUsage;
///
/// assert_eq!(KeyPackageUsage::InitialConnection.encode()?, b"\x01\x00\x00");
/// assert_eq!(KeyPackageUsage::decode(b"\x00\x00\x00")?, KeyPackageUsage::Any);
/// # Ok::<(), mimicred_mls::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyPackageUsage {
    /// Any room.
    Any,
    /// A room of two, not persistent and not discoverable, in which somebody makes contact.
    InitialConnection,
    /// The mark of every KeyPackage of a pseudonym: the commitment of the offer under which it was handed over, or 32 random octets if
    /// there is none. Nobody can tell the two apart without the salt.
    Offered([u8; COMMITMENT_LEN]),
}

impl KeyPackageUsage {
    /// The usage of a KeyPackage that is offered in a room, by the owner of a leaf key there.
    ///
    /// The commitment is SHA-256("mimi kp usage v1" ‖ V(salt) ‖ V(offering_room_uri) ‖ V(offerer_key)), whatever the suite. The salt is
    /// 16 random octets, fresh for each offer. Without a room (a fresh KeyPackage in answer to a consent request, mimi-mls 3.6.4) its
    /// URI is empty.
    ///
    /// # Errors
    /// None that can happen: the parts are far below the longest vector.
    pub fn offered(salt: &[u8; SALT_LEN], offering_room: Option<&MimiUri>, offerer_key: &PublicKey) -> Result<Self, Error> {
        Ok(Self::Offered(commitment(salt, offering_room, offerer_key.octets())?))
    }

    /// Reads the component.
    ///
    /// # Errors
    /// `mls/value-unknown`, `mls/key-package-usage-invalid` if the commitment does not fit the usage or `reserved` is not empty, and those of [`Reader`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let kind = UsageKind::read(&mut reader)?;
        let place = reader.clone();
        let invalid = || place.error(Code::KeyPackageUsageInvalid);
        let commitment = reader.vector(COMMITMENT_LEN).map_err(|error| invalid().because(error))?;
        let usage = match (kind, commitment) {
            (UsageKind::Any, []) => Self::Any,
            (UsageKind::InitialConnection, []) => Self::InitialConnection,
            (UsageKind::Offered, commitment) => Self::Offered(commitment.try_into().map_err(|_| invalid())?),
            (UsageKind::Any | UsageKind::InitialConnection, [..]) => return Err(invalid()),
        };
        let place = reader.clone();
        reader.vector(0).map_err(|error| match error.code() {
            // Anything at all is too much.
            Code::Limit => place.error(Code::KeyPackageUsageInvalid).because(error),
            _ => error,
        })?;
        reader.finish()?;
        Ok(usage)
    }

    /// The component.
    ///
    /// # Errors
    /// None that can happen.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        let commitment: &[u8] = match self {
            Self::Any | Self::InitialConnection => &[],
            Self::Offered(commitment) => commitment,
        };
        Writer::new().u8(self.kind().number()).vector(commitment).vector(&[]).finish()
    }

    /// What kind of use it is.
    pub fn kind(&self) -> UsageKind {
        match self {
            Self::Any => UsageKind::Any,
            Self::InitialConnection => UsageKind::InitialConnection,
            Self::Offered(_) => UsageKind::Offered,
        }
    }
}

pub(super) fn commitment(salt: &[u8], room: Option<&MimiUri>, offerer_key: &[u8]) -> Result<[u8; COMMITMENT_LEN], Error> {
    let room = room.map(MimiUri::as_str).unwrap_or_default();
    let input = Writer::new().octets(b"mimi kp usage v1").vector(salt).vector(room.as_bytes()).vector(offerer_key).finish()?;
    Ok(sha256(&input))
}
