//! The TLS presentation language as RFC 9420 section 2.1 uses it, read strictly and written in its only form.
//!
//! Reading borrows from the input and refuses everything that has a second spelling: lengths that are not minimal, the length
//! prefix 11, presence octets other than 0 and 1, and octets that are left over. Every vector has an upper bound given by the
//! caller, checked before anything is taken. `tls_codec` is not used for reading because it knows no bounds and, built with debug
//! assertions, panics on a vector that is cut off; it is the oracle of the tests.
//!
//! ```
//! use mimicred_mls::tls::{Reader, Writer};
//!
//! let octets = Writer::new().u16(1).vector(b"room").flag(true).finish()?;
//! assert_eq!(octets, b"\x00\x01\x04room\x01");
//!
//! let mut reader = Reader::new(&octets);
//! assert_eq!(reader.u16()?, 1);
//! assert_eq!(reader.vector(16)?, b"room");
//! assert!(reader.flag()?);
//! reader.finish()?;
//! # Ok::<(), mimicred_mls::Error>(())
//! ```

#[cfg(test)]
mod tests;

use mimicred_error::At;

use crate::error::{Code, Error};

/// The longest vector that can be written: 2^30 - 1 octets.
pub const MAX_VECTOR: usize = (1 << 30) - 1;

/// Takes fields from the front of an input; errors carry the offset from the start of the whole input.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    /// A reader at the start of `input`.
    pub fn new(input: &'a [u8]) -> Self {
        Self { rest: input, offset: 0 }
    }

    /// How many octets of the whole input lie before the next field.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// What is left, without taking it.
    pub fn remaining(&self) -> &'a [u8] {
        self.rest
    }

    /// Everything that is left.
    pub fn take_rest(&mut self) -> &'a [u8] {
        let rest = self.rest;
        self.offset = self.offset.saturating_add(rest.len());
        self.rest = &[];
        rest
    }

    /// Exactly `length` octets.
    pub fn octets(&mut self, length: usize) -> Result<&'a [u8], Error> {
        let Some((taken, rest)) = self.rest.split_at_checked(length) else {
            return Err(self.error(Code::Truncated));
        };
        self.rest = rest;
        self.offset = self.offset.saturating_add(length);
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let Some((taken, rest)) = self.rest.split_first_chunk::<N>() else {
            return Err(self.error(Code::Truncated));
        };
        self.rest = rest;
        self.offset = self.offset.saturating_add(N);
        Ok(*taken)
    }

    /// One octet.
    pub fn u8(&mut self) -> Result<u8, Error> {
        self.array().map(|[octet]| octet)
    }

    /// Two octets, big-endian.
    pub fn u16(&mut self) -> Result<u16, Error> {
        self.array().map(u16::from_be_bytes)
    }

    /// Four octets, big-endian.
    pub fn u32(&mut self) -> Result<u32, Error> {
        self.array().map(u32::from_be_bytes)
    }

    /// Eight octets, big-endian.
    pub fn u64(&mut self) -> Result<u64, Error> {
        self.array().map(u64::from_be_bytes)
    }

    /// A `bool`: one octet, 0 or 1.
    pub fn flag(&mut self) -> Result<bool, Error> {
        let place = self.clone();
        match self.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(place.error(Code::FlagInvalid)),
        }
    }

    /// `optional<T>`: a presence octet, then `T` if it is 1.
    pub fn optional<T, E: From<Error>>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<Option<T>, E> {
        if self.flag()? { read(self).map(Some) } else { Ok(None) }
    }

    /// `opaque field<V>` of at most `limit` octets.
    pub fn vector(&mut self, limit: usize) -> Result<&'a [u8], Error> {
        let place = self.clone();
        let length = self.length()?;
        if length > limit {
            return Err(place.error(Code::Limit));
        }
        self.octets(length)
    }

    /// `opaque field<V>` that holds UTF-8 text of at most `limit` octets.
    pub fn text(&mut self, limit: usize) -> Result<&'a str, Error> {
        let place = self.clone();
        str::from_utf8(self.vector(limit)?).map_err(|error| place.error(Code::TextInvalid).because(error))
    }

    /// A vector of at most `limit` octets that holds exactly one structure.
    pub fn structure<T, E: From<Error>>(&mut self, limit: usize, read: impl FnOnce(&mut Self) -> Result<T, E>) -> Result<T, E> {
        let content = self.vector(limit)?;
        let mut inner = Reader { rest: content, offset: self.offset.saturating_sub(content.len()) };
        let structure = read(&mut inner)?;
        inner.finish()?;
        Ok(structure)
    }

    /// `T field<V>`: a vector of at most `limit` octets holding at most `count` elements.
    pub fn list<T, E: From<Error>>(
        &mut self,
        limit: usize,
        count: usize,
        mut read: impl FnMut(&mut Self) -> Result<T, E>,
    ) -> Result<Vec<T>, E> {
        let place = self.clone();
        let content = self.vector(limit)?;
        let mut inner = Reader { rest: content, offset: self.offset.saturating_sub(content.len()) };
        let mut elements = Vec::new();
        while !inner.is_empty() {
            if elements.len() >= count {
                return Err(place.error(Code::Limit).into());
            }
            elements.push(read(&mut inner)?);
        }
        Ok(elements)
    }

    /// Ends the structure: nothing may be left.
    pub fn finish(self) -> Result<(), Error> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.error(Code::TrailingOctets)) }
    }

    /// An error at the place of the next field.
    pub fn error(&self, code: Code) -> Error {
        Error::new(code).at(At::Offset(self.offset))
    }

    /// The variable-size length of RFC 9420 section 2.1.2, minimal.
    fn length(&mut self) -> Result<usize, Error> {
        let place = self.clone();
        let first = self.u8()?;
        let low = u32::from(first & 0x3f);
        let (length, least) = match first >> 6 {
            0 => (low, 0),
            1 => ((low << 8) | u32::from(self.u8()?), 1 << 6),
            2 => {
                let [a, b, c] = self.array()?;
                (u32::from_be_bytes([first & 0x3f, a, b, c]), 1 << 14)
            }
            _ => return Err(place.error(Code::LengthPrefix)),
        };
        if length < least {
            return Err(place.error(Code::LengthNotMinimal));
        }
        usize::try_from(length).map_err(|_| place.error(Code::Limit))
    }
}

/// Appends fields; whether everything fitted is asked once, in [`Writer::finish`].
#[derive(Clone, Debug, Default)]
pub struct Writer {
    out: Vec<u8>,
    overflow: bool,
}

impl Writer {
    /// An empty writer.
    pub fn new() -> Self {
        Self::default()
    }

    /// One octet.
    #[must_use]
    pub fn u8(mut self, value: u8) -> Self {
        self.out.push(value);
        self
    }

    /// Two octets, big-endian.
    #[must_use]
    pub fn u16(self, value: u16) -> Self {
        self.octets(&value.to_be_bytes())
    }

    /// Four octets, big-endian.
    #[must_use]
    pub fn u32(self, value: u32) -> Self {
        self.octets(&value.to_be_bytes())
    }

    /// Eight octets, big-endian.
    #[must_use]
    pub fn u64(self, value: u64) -> Self {
        self.octets(&value.to_be_bytes())
    }

    /// A `bool`.
    #[must_use]
    pub fn flag(self, value: bool) -> Self {
        self.u8(u8::from(value))
    }

    /// Octets as they are, without a length.
    #[must_use]
    pub fn octets(mut self, octets: &[u8]) -> Self {
        self.out.extend_from_slice(octets);
        self
    }

    /// `optional<T>`.
    #[must_use]
    pub fn optional<T>(self, value: Option<T>, write: impl FnOnce(Self, T) -> Self) -> Self {
        match value {
            None => self.u8(0),
            Some(value) => write(self.u8(1), value),
        }
    }

    /// `opaque field<V>`.
    #[must_use]
    pub fn vector(self, content: &[u8]) -> Self {
        self.length(content.len()).octets(content)
    }

    /// `T field<V>`.
    #[must_use]
    pub fn list<T>(mut self, elements: impl IntoIterator<Item = T>, mut write: impl FnMut(Self, T) -> Self) -> Self {
        let mut inner = Writer::new();
        for element in elements {
            inner = write(inner, element);
        }
        self.overflow |= inner.overflow;
        self.vector(&inner.out)
    }

    /// The octets; `mls/limit` if a vector was longer than [`MAX_VECTOR`].
    pub fn finish(self) -> Result<Vec<u8>, Error> {
        if self.overflow { Err(Error::new(Code::Limit)) } else { Ok(self.out) }
    }

    fn length(mut self, length: usize) -> Self {
        match u32::try_from(length) {
            Ok(short @ 0..0x40) => {
                let [.., octet] = short.to_be_bytes();
                self.u8(octet)
            }
            Ok(middle @ 0x40..0x4000) => {
                let [.., high, low] = middle.to_be_bytes();
                self.octets(&[0x40 | high, low])
            }
            Ok(long @ 0x4000..0x4000_0000) => self.octets(&(0x8000_0000 | long).to_be_bytes()),
            _ => {
                self.overflow = true;
                self
            }
        }
    }
}
