//! The MLS Credential (RFC 9420 5.3, draft-mahy-mls-sd-cwt-credential): basic, x509, sd_cwt and sd_jwt; multi, weak-multi
//! (draft-ietf-mls-extensions) and pseudonymous (draft-ietf-mimi-protocol), which are read and never trusted; and any other type as
//! opaque octets.
//!
//! A credential stands in three places, and where it ends is known differently in each:
//!
//! - alone, as `application/mls-credential`: the rest of the input is the body ([`Credential::decode`]),
//! - inside another structure ([`Credential::read`]): the type must have a shape we know,
//! - in a LeafNode of OpenMLS, which knows only bodies that are one vector: sd_jwt, whose body begins with a Bool, travels there
//!   under the private type 0xF006 ([`Credential::encode_for_leaf`]). Both types are read as the same credential; a
//!   CredentialBinding, where the draft's shape can stand, has the first only.
//!
//! ```
//! use mimicred_mls::Credential;
//!
//! let octets = b"\x00\x02\x06\x05\x30\x03\x02\x01\x00";
//! let credential = Credential::decode(octets)?;
//! assert_eq!(credential, Credential::X509(vec![b"\x30\x03\x02\x01\x00".to_vec()]));
//! assert_eq!(credential.encode()?, octets);
//! # Ok::<(), mimicred_mls::Error>(())
//! ```

mod multi;
mod pseudonymous;
mod sd_jwt;
#[cfg(test)]
mod tests;

use std::fmt;

use mimicred_error::At;

pub use multi::CredentialBinding;
pub use pseudonymous::PseudonymousCredential;
pub use sd_jwt::{SdJwt, SdJwtForm};

use crate::error::{Code, Error};
use crate::tls::{Reader, Writer};

/// `basic`.
pub const BASIC: u16 = 0x0001;
/// `x509`.
pub const X509: u16 = 0x0002;
/// `multi` (draft-ietf-mls-extensions).
pub const MULTI: u16 = 0x0003;
/// `weak-multi` (draft-ietf-mls-extensions).
pub const WEAK_MULTI: u16 = 0x0004;
/// `sd_cwt` (draft-mahy-mls-sd-cwt-credential).
pub const SD_CWT: u16 = 0x0005;
/// `sd_jwt` (draft-mahy-mls-sd-cwt-credential).
pub const SD_JWT: u16 = 0x0006;
/// Private: sd_jwt inside one vector, for LeafNodes.
pub const SD_JWT_VEC: u16 = 0xF006;
/// Private: PseudonymousCredential inside one vector.
pub const PSEUDONYMOUS_VEC: u16 = 0xF007;

/// The largest encoded credential that is read.
pub const MAX_CREDENTIAL: usize = 256 * 1024;
/// The most certificates that a chain may have.
pub const MAX_CHAIN: usize = 16;
/// The most credentials that may be bound together.
pub const MAX_BINDINGS: usize = 16;

/// What a member shows as its identity.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Credential {
    /// An identity of the application's making; never authenticated.
    Basic(Vec<u8>),
    /// An X.509 chain in DER, end entity first.
    X509(Vec<Vec<u8>>),
    /// One SD-KBT, as received.
    SdCwt(Vec<u8>),
    /// An SD-JWT with its key binding.
    SdJwt(SdJwt),
    /// Several credentials, each of whose keys vouches for the leaf key; all of them must be understood.
    Multi(Vec<CredentialBinding>),
    /// The same, of which one must be understood.
    WeakMulti(Vec<CredentialBinding>),
    /// A pseudonym whose real identity is encrypted.
    Pseudonymous(PseudonymousCredential),
    /// Any other type, with its body as it stands.
    Other {
        /// The number in the registry.
        credential_type: u16,
        /// Everything after the number.
        body: Vec<u8>,
    },
}

impl Credential {
    /// Reads a credential that fills the whole input.
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        if octets.len() > MAX_CREDENTIAL {
            return Err(Error::new(Code::Limit).at(At::Field("credential".into())));
        }
        let mut reader = Reader::new(octets);
        let credential_type = reader.u16()?;
        let credential = match Self::read_known(credential_type, &mut reader)? {
            Some(credential) => credential,
            None => Self::Other { credential_type, body: reader.take_rest().to_vec() },
        };
        reader.finish()?;
        Ok(credential)
    }

    /// Reads a credential that is followed by something else; `mls/credential-shape-unknown` if its end cannot be told.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let place = reader.clone();
        let credential_type = reader.u16()?;
        match Self::read_known(credential_type, reader)? {
            Some(credential) => Ok(credential),
            None => Err(place.error(Code::CredentialShapeUnknown).note(format!("type 0x{credential_type:04x}"))),
        }
    }

    fn read_known(credential_type: u16, reader: &mut Reader<'_>) -> Result<Option<Self>, Error> {
        let place = reader.clone();
        let credential = match credential_type {
            0 => return Err(place.error(Code::CredentialTypeReserved)),
            BASIC => Self::Basic(reader.vector(MAX_CREDENTIAL)?.to_vec()),
            X509 => Self::X509(reader.list(MAX_CREDENTIAL, MAX_CHAIN, |inner| inner.vector(MAX_CREDENTIAL).map(<[u8]>::to_vec))?),
            SD_CWT => Self::SdCwt(reader.vector(MAX_CREDENTIAL)?.to_vec()),
            SD_JWT => Self::SdJwt(SdJwt::read(reader)?),
            SD_JWT_VEC => Self::SdJwt(reader.structure(MAX_CREDENTIAL, SdJwt::read)?),
            MULTI => Self::Multi(reader.list(MAX_CREDENTIAL, MAX_BINDINGS, CredentialBinding::read)?),
            WEAK_MULTI => Self::WeakMulti(reader.list(MAX_CREDENTIAL, MAX_BINDINGS, CredentialBinding::read)?),
            PSEUDONYMOUS_VEC => Self::Pseudonymous(reader.structure(MAX_CREDENTIAL, PseudonymousCredential::read)?),
            _ => return Ok(None),
        };
        credential.check_filled()?;
        Ok(Some(credential))
    }

    /// The encoded credential, for `application/mls-credential` and inside our own structures.
    pub fn encode(&self) -> Result<Vec<u8>, Error> {
        self.check_filled()?;
        let writer = Writer::new().u16(self.credential_type());
        match self {
            Self::Basic(octets) | Self::SdCwt(octets) => writer.vector(octets),
            Self::X509(chain) => writer.list(chain, |writer, certificate| writer.vector(certificate)),
            Self::SdJwt(sd_jwt) => writer.octets(&sd_jwt.encode()?),
            Self::Multi(bindings) | Self::WeakMulti(bindings) => {
                let bindings = bindings.iter().map(CredentialBinding::encode).collect::<Result<Vec<_>, _>>()?;
                writer.vector(&bindings.concat())
            }
            Self::Pseudonymous(pseudonymous) => writer.vector(&pseudonymous.encode()?),
            Self::Other { body, .. } => writer.octets(body),
        }
        .finish()
    }

    /// The encoded credential for a LeafNode, where the body must be one vector: sd_jwt becomes 0xF006.
    pub fn encode_for_leaf(&self) -> Result<Vec<u8>, Error> {
        match self {
            Self::SdJwt(sd_jwt) => Writer::new().u16(SD_JWT_VEC).vector(&sd_jwt.encode()?).finish(),
            other => other.encode(),
        }
    }

    /// The number in the registry.
    pub fn credential_type(&self) -> u16 {
        match self {
            Self::Basic(_) => BASIC,
            Self::X509(_) => X509,
            Self::SdCwt(_) => SD_CWT,
            Self::SdJwt(_) => SD_JWT,
            Self::Multi(_) => MULTI,
            Self::WeakMulti(_) => WEAK_MULTI,
            Self::Pseudonymous(_) => PSEUDONYMOUS_VEC,
            Self::Other { credential_type, .. } => *credential_type,
        }
    }

    /// The name in the registry, if it has one there.
    pub fn type_name(&self) -> Option<&'static str> {
        type_name(self.credential_type())
    }

    /// A chain has certificates, a token octets, and somebody is bound; an identity may be empty.
    fn check_filled(&self) -> Result<(), Error> {
        let filled = match self {
            Self::X509(chain) => !chain.is_empty() && chain.iter().all(|certificate| !certificate.is_empty()),
            Self::SdCwt(token) => !token.is_empty(),
            Self::Multi(bindings) | Self::WeakMulti(bindings) => !bindings.is_empty(),
            Self::Basic(_) | Self::SdJwt(_) | Self::Pseudonymous(_) | Self::Other { .. } => true,
        };
        if filled { Ok(()) } else { Err(Error::new(Code::Empty).at(At::Field(self.type_name().unwrap_or("credential").into()))) }
    }
}

/// The registry's name of a credential type.
pub fn type_name(credential_type: u16) -> Option<&'static str> {
    Some(match credential_type {
        BASIC => "basic",
        X509 => "x509",
        MULTI => "multi",
        WEAK_MULTI => "weak-multi",
        SD_CWT => "sd_cwt",
        SD_JWT => "sd_jwt",
        SD_JWT_VEC => "sd_jwt_vec",
        PSEUDONYMOUS_VEC => "pseudonymous_vec",
        _ => return None,
    })
}

/// Sizes only: a credential may carry disclosures.
impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Basic(identity) => write!(f, "Basic({} octets)", identity.len()),
            Self::X509(chain) => write!(f, "X509({} certificates)", chain.len()),
            Self::SdCwt(token) => write!(f, "SdCwt({} octets)", token.len()),
            Self::SdJwt(sd_jwt) => sd_jwt.fmt(f),
            Self::Multi(bindings) => write!(f, "Multi({bindings:?})"),
            Self::WeakMulti(bindings) => write!(f, "WeakMulti({bindings:?})"),
            Self::Pseudonymous(pseudonymous) => pseudonymous.fmt(f),
            Self::Other { credential_type, body } => write!(f, "Other(0x{credential_type:04x}, {} octets)", body.len()),
        }
    }
}
