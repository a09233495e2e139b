//! Provider hosts.

use std::fmt;
use std::str::FromStr;

use crate::error::{Code, Error};

#[cfg(test)]
mod tests;

/// A provider's host name: lower case, letters, digits and hyphens, in A-label form.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Host(String);

impl Host {
    /// Reads a host name.
    ///
    /// ```
    /// use mimicred_uri::Host;
    /// assert_eq!(Host::parse("xn--bcher-kva.example")?.as_str(), "xn--bcher-kva.example");
    /// assert!(Host::parse("a.example:8443").is_err());
    /// assert!(Host::parse("192.0.2.1").is_err());
    /// # Ok::<(), mimicred_uri::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, Error> {
        check(text)?;
        Ok(Self(text.to_owned()))
    }

    /// The host as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Host {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

impl AsRef<str> for Host {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// The authority row of mimi-mls.md 1.1. LDH alone shuts out userinfo, port and bracketed addresses; a trailing dot shows as an
/// empty label.
pub(crate) fn check(text: &str) -> Result<(), Error> {
    if text.is_empty() || text.len() > 253 {
        return Err(Error::new(Code::Host).note("a host name has 1 to 253 octets"));
    }
    for label in text.split('.') {
        if label.is_empty() || label.len() > 63 {
            return Err(Error::new(Code::Host).note("a label has 1 to 63 octets"));
        }
        if label.starts_with('-') || label.ends_with('-') {
            return Err(Error::new(Code::Host).note("a label neither starts nor ends with a hyphen"));
        }
        if !label.bytes().all(|octet| matches!(octet, b'a'..=b'z' | b'0'..=b'9' | b'-')) {
            return Err(Error::new(Code::Host));
        }
    }
    if text.rsplit('.').next().is_some_and(reads_as_number) {
        return Err(Error::new(Code::Host).note("this would be read as an IP address"));
    }
    Ok(())
}

/// URL parsers take a host whose last label is a number, decimal or `0x` hexadecimal, for an IPv4 address.
fn reads_as_number(label: &str) -> bool {
    let hexadecimal = |digits: &str| digits.bytes().all(|octet| octet.is_ascii_hexdigit());
    label.bytes().all(|octet| octet.is_ascii_digit()) || label.strip_prefix("0x").is_some_and(hexadecimal)
}
