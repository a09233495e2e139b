//! What an entry of a status list says.

use std::fmt;

use crate::{Code, Error};

/// A Status Type value: what one entry of a list says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StatusValue(u8);

/// What a value stands for (CWT-S-009, JWT-S-007).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// 0: the token is valid, as far as its status goes.
    Valid,
    /// 1: revoked, for good.
    Invalid,
    /// 2: not valid at the moment.
    Suspended,
    /// 3 and 12 to 15: what the Issuer and its Verifiers agree on.
    ApplicationSpecific,
    /// The others: nothing yet.
    Reserved,
}

impl StatusValue {
    /// The token is valid, as far as its status goes.
    pub const VALID: Self = Self(0);
    /// The token is revoked, for good.
    pub const INVALID: Self = Self(1);
    /// The token is not valid at the moment.
    pub const SUSPENDED: Self = Self(2);

    /// The value of this number.
    pub const fn new(number: u8) -> Self {
        Self(number)
    }

    /// The number.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// What it stands for.
    ///
    /// ```
    /// use mimicred_status::{Meaning, StatusValue};
    ///
    /// assert_eq!(StatusValue::SUSPENDED.meaning(), Meaning::Suspended);
    /// assert_eq!(StatusValue::new(0x0c).meaning(), Meaning::ApplicationSpecific);
    /// assert_eq!(StatusValue::new(4).meaning(), Meaning::Reserved);
    /// ```
    pub const fn meaning(self) -> Meaning {
        match self.0 {
            0 => Meaning::Valid,
            1 => Meaning::Invalid,
            2 => Meaning::Suspended,
            3 | 0x0c..=0x0f => Meaning::ApplicationSpecific,
            _ => Meaning::Reserved,
        }
    }

    /// Nothing if the value is VALID, and an error for every other (CWT-S-009, JWT-S-007). Who knows what an application specific
    /// value means looks at [`StatusValue::number`] instead.
    ///
    /// # Errors
    /// [`Code::Invalid`], [`Code::Suspended`], [`Code::ApplicationSpecific`], [`Code::Reserved`].
    ///
    /// ```
    /// use mimicred_status::{Code, StatusValue};
    ///
    /// assert!(StatusValue::VALID.check().is_ok());
    /// assert_eq!(StatusValue::INVALID.check().unwrap_err().code(), Code::Invalid);
    /// ```
    pub fn check(self) -> Result<(), Error> {
        let code = match self.meaning() {
            Meaning::Valid => return Ok(()),
            Meaning::Invalid => Code::Invalid,
            Meaning::Suspended => Code::Suspended,
            Meaning::ApplicationSpecific => Code::ApplicationSpecific,
            Meaning::Reserved => Code::Reserved,
        };
        Err(Error::new(code).note(format!("status {}", self.0)))
    }
}

/// The registered name, or the number with what it is.
impl fmt::Display for StatusValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.meaning() {
            Meaning::Valid => f.write_str("VALID"),
            Meaning::Invalid => f.write_str("INVALID"),
            Meaning::Suspended => f.write_str("SUSPENDED"),
            Meaning::ApplicationSpecific => write!(f, "{} (application specific)", self.0),
            Meaning::Reserved => write!(f, "{} (reserved)", self.0),
        }
    }
}
