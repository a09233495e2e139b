//! The component identity_kind (0xD052), in the dictionary of a leaf: what kind of name the leaf has (mimi-mls 3.3).

use crate::error::{Code, Error};
use crate::tls::{Reader, Writer};

/// `IdentityKindData`: what the leaf's owner says of her own name. It is a hint only; what an issuer says counts.
///
/// ```
/// use mimicred_mls::component::IdentityKind;
///
/// assert_eq!(IdentityKind::Pseudonym.encode()?, b"\x02");
/// assert!(IdentityKind::decode(b"\x04").is_err());
/// # Ok::<(), mimicred_mls::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IdentityKind {
    /// She does not say.
    Unspecified,
    /// Her own.
    Real,
    /// A pseudonym.
    Pseudonym,
    /// A program's.
    Service,
}

impl IdentityKind {
    const ALL: [IdentityKind; 4] = [Self::Unspecified, Self::Real, Self::Pseudonym, Self::Service];

    /// Reads the component.
    ///
    /// # Errors
    /// `mls/value-unknown`, and those of [`Reader`].
    pub fn decode(octets: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(octets);
        let number = reader.u8()?;
        reader.finish()?;
        let known = Self::ALL.into_iter().find(|kind| kind.number() == number);
        known.ok_or_else(|| Error::new(Code::ValueUnknown).note(format!("IdentityKind {number}")))
    }

    /// The component.
    ///
    /// # Errors
    /// None that can happen.
    pub fn encode(self) -> Result<Vec<u8>, Error> {
        Writer::new().u8(self.number()).finish()
    }

    /// The name in the registry.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::Real => "real",
            Self::Pseudonym => "pseudonym",
            Self::Service => "service",
        }
    }

    fn number(self) -> u8 {
        match self {
            Self::Unspecified => 0,
            Self::Real => 1,
            Self::Pseudonym => 2,
            Self::Service => 3,
        }
    }
}
