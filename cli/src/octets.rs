//! Octets on the command line: hex, or base64url without padding.

use std::str::FromStr;

use mimicred_jose::base64url;

use crate::error::{Code, Error};

/// Octets, one at least.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Octets(pub(crate) Vec<u8>);

/// The nonce of a reveal: 32 octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Nonce(pub(crate) [u8; 32]);

impl FromStr for Octets {
    type Err = Error;

    /// Hex where it can be hex.
    fn from_str(text: &str) -> Result<Self, Error> {
        match decode_hex(text) {
            Some(octets) if octets.is_empty() => Err(Error::new(Code::OctetsMalformed).note("there are none")),
            Some(octets) => Ok(Self(octets)),
            None => base64url::decode(text).map(Self).map_err(|e| Error::new(Code::OctetsMalformed).because(e)),
        }
    }
}

impl FromStr for Nonce {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let Octets(octets) = text.parse()?;
        let length = octets.len();
        octets.try_into().map(Self).map_err(|_| Error::new(Code::NonceLength).note(format!("this one has {length}")))
    }
}

impl Nonce {
    /// The nonce as JSON Web Tokens carry it.
    pub(crate) fn text(&self) -> String {
        base64url::encode(&self.0)
    }
}

/// Hex of either case to octets.
pub(crate) fn decode_hex(text: &str) -> Option<Vec<u8>> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    let digit = |c: u8| char::from(c).to_digit(16).and_then(|d| u8::try_from(d).ok());
    pairs.iter().map(|&[high, low]| Some(digit(high)? << 4 | digit(low)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_whole_octets_and_comes_first() {
        assert_eq!(decode_hex("00fF"), Some(vec![0, 0xff]));
        for bad in ["0", "0g", "+1", "é"] {
            assert_eq!(decode_hex(bad), None, "{bad}");
        }
        assert_eq!("abcd".parse::<Octets>().unwrap(), Octets(vec![0xab, 0xcd]));
        assert_eq!("_-8".parse::<Octets>().unwrap(), Octets(vec![0xff, 0xef]));
        for bad in ["ab=", ""] {
            assert_eq!(bad.parse::<Octets>().unwrap_err().code(), Code::OctetsMalformed, "{bad:?}");
        }
    }

    #[test]
    fn a_nonce_has_32_octets() {
        let nonce = Nonce([0xaa; 32]);
        assert_eq!("aa".repeat(32).parse::<Nonce>().unwrap(), nonce);
        assert_eq!(nonce.text().parse::<Nonce>().unwrap(), nonce);
        assert_eq!("aa".repeat(31).parse::<Nonce>().unwrap_err().code(), Code::NonceLength);
    }
}
