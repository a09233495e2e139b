//! Serial numbers, by which a CA speaks of its certificates.

use std::fmt;
use std::str::FromStr;

use crate::error::{Code, Error};

/// The most octets of a serial number (RFC 5280 4.1.2.2).
const MAX_LEN: usize = 20;

/// A serial number: a positive integer of at most 20 octets. The order is that of the numbers.
///
/// ```
/// use mimicred_x509::SerialNumber;
/// let (small, large): (SerialNumber, SerialNumber) = ("7f".parse()?, "0100".parse()?);
/// assert!(small < large);
/// // What begins with a high bit has a zero before it in DER, and as it is shown.
/// assert_eq!("FF".parse::<SerialNumber>()?.to_string(), "00ff");
/// # Ok::<(), mimicred_x509::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SerialNumber([u8; MAX_LEN]);

impl SerialNumber {
    /// No serial number: that of a certificate which cannot be read.
    pub(crate) const NONE: Self = Self([0; MAX_LEN]);

    /// Takes the contents octets of the DER INTEGER, which are minimal and of a positive number.
    ///
    /// # Errors
    /// `x509/serial-malformed`.
    pub fn from_contents(contents: &[u8]) -> Result<Self, Error> {
        let is_minimal = match contents {
            [] | [0] => false,
            [0, second, ..] => *second >= 0x80,
            [first, ..] => *first < 0x80,
        };
        if !is_minimal || contents.len() > MAX_LEN {
            return Err(Code::SerialMalformed.into());
        }
        let mut octets = [0; MAX_LEN];
        for (place, octet) in octets.iter_mut().rev().zip(contents.iter().rev()) {
            *place = *octet;
        }
        Ok(Self(octets))
    }

    /// The contents octets of the DER INTEGER.
    pub fn contents(&self) -> &[u8] {
        let zeros = self.0.iter().take_while(|octet| **octet == 0).count();
        let magnitude = self.0.get(zeros..).unwrap_or_default();
        let is_high = magnitude.first().is_some_and(|first| *first >= 0x80);
        self.0.get(zeros.saturating_sub(usize::from(is_high))..).unwrap_or_default()
    }
}

impl FromStr for SerialNumber {
    type Err = Error;

    /// Reads hex digits, in either case and with or without zeros before them, as `mimicred inspect` and others write them.
    fn from_str(text: &str) -> Result<Self, Error> {
        let digits = text.trim_start_matches('0');
        if digits.is_empty() || digits.len() > 2 * MAX_LEN {
            return Err(Code::SerialMalformed.into());
        }
        let mut octets = [0; MAX_LEN];
        for (place, pair) in octets.iter_mut().rev().zip(digits.as_bytes().rchunks(2)) {
            for digit in pair {
                let value = char::from(*digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
                *place = *place << 4 | value.ok_or(Code::SerialMalformed)?;
            }
        }
        // A number whose highest bit stands in the first octet would need 21.
        if octets.first().is_some_and(|first| *first >= 0x80) {
            return Err(Code::SerialMalformed.into());
        }
        Ok(Self(octets))
    }
}

impl fmt::Display for SerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.contents().iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for SerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SerialNumber({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 5280 4.1.2.2: positive, at most 20 octets, in DER's only spelling.
    #[test]
    fn a_serial_number_has_one_spelling() {
        let longest = [&[0x7f][..], &[0xff; 19]].concat();
        for contents in [&[1][..], &[0x7f], &[0, 0x80], &[1, 0], &[0, 0xff, 0], &longest] {
            let serial = SerialNumber::from_contents(contents).unwrap();
            assert_eq!(serial.contents(), contents);
            assert_eq!(serial.to_string().parse::<SerialNumber>().unwrap(), serial);
        }
        let too_long = [&[1][..], &[0; 20]].concat();
        let padded = [&[0][..], &[0xff; 20]].concat();
        for contents in [&[][..], &[0], &[0x80], &[0xff, 1], &[0, 0x7f], &[0, 0, 0x80], &too_long, &padded] {
            assert_eq!(SerialNumber::from_contents(contents).unwrap_err().code(), Code::SerialMalformed, "{contents:02x?}");
        }
    }

    #[test]
    fn hex_is_read_in_either_case() {
        for (text, contents) in [("1", &[1][..]), ("0A", &[10]), ("a0b", &[10, 11]), ("0000ff", &[0, 0xff]), ("FF", &[0, 0xff])] {
            assert_eq!(text.parse::<SerialNumber>().unwrap().contents(), contents);
        }
        for text in ["", "0", "00", "g", "0x1", "1 ", "-1", "+1", "é", &"f".repeat(40), &"1".repeat(41)] {
            assert_eq!(text.parse::<SerialNumber>().unwrap_err().code(), Code::SerialMalformed, "{text}");
        }
    }

    #[test]
    fn the_order_is_that_of_the_numbers() {
        let of = |contents: &[u8]| SerialNumber::from_contents(contents).unwrap();
        assert!(of(&[0x7f]) < of(&[0, 0x80]) && of(&[0, 0xff]) < of(&[1, 0]) && of(&[1, 0]) < of(&[1, 1]));
    }
}
