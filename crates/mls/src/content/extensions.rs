//! `mimiExtensions`: the only map in a content, and what may stand in it.

use std::cmp::Ordering;
use std::fmt;

use mimicred_claims::{Key, Value};
use mimicred_cose::cbor::{Dialect, Reader};
use mimicred_error::At;

use super::read::{malformed, refused};
use super::{MAX_EXTENSIONS, MAX_TEXT};
use crate::error::{Code, Error};

const SENDER_URI: i64 = 1;
const ROOM_URI: i64 = 2;
/// No integer is as large, nor its negative: a double holds all of them exactly.
const TOO_LARGE: i64 = 1 << 53;
const INEXACT: &str = "a number that a double does not hold exactly";
/// The map itself is on level 1.
const MAX_LEVEL: usize = 4;

/// The extensions of a content.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Extensions {
    /// 1, `senderUri`: who sent the message.
    pub sender_uri: Option<String>,
    /// 2, `roomUri`: where to.
    pub room_uri: Option<String>,
    /// All others, each with the octets of its value, one CBOR item; in the order of their keys when read, and in any when written.
    pub others: Vec<(ExtensionKey, Vec<u8>)>,
}

/// The key of an extension. Positive numbers are registered, negative ones and text are for private use.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum ExtensionKey {
    /// A number other than 0.
    Number(i64),
    /// Text of 1 to 255 octets.
    Text(String),
}

impl Extensions {
    /// Reads the map, of which the caller knows that its keys are in order and each is there once.
    pub(super) fn read(octets: &[u8], reader: &mut Reader<'_>) -> Result<Self, Error> {
        let start = reader.position();
        let count = reader.map_head().map_err(malformed)?;
        if count > MAX_EXTENSIONS {
            return Err(Error::new(Code::Limit).at(At::Offset(start)).note("too many extensions"));
        }
        let mut extensions = Self::default();
        for _ in 0..count {
            let place = reader.position();
            match ExtensionKey::read(reader)? {
                ExtensionKey::Number(SENDER_URI) => extensions.sender_uri = Some(uri(reader)?),
                ExtensionKey::Number(ROOM_URI) => extensions.room_uri = Some(uri(reader)?),
                ExtensionKey::Number(0) => return Err(refused(place, "key 0 is reserved")),
                key => {
                    let start = reader.position();
                    check_value(octets, reader, 2)?;
                    let value = octets.get(start..reader.position()).unwrap_or_default();
                    extensions.others.push((key, value.to_vec()));
                }
            }
        }
        Ok(extensions)
    }

    /// The entries in their order.
    pub(super) fn sorted(&self) -> Result<Vec<&(ExtensionKey, Vec<u8>)>, Error> {
        let mut others: Vec<_> = self.others.iter().collect();
        others.sort_by(|(a, _), (b, _)| a.order(b));
        match others.iter().find(|(key, _)| matches!(key, ExtensionKey::Number(0..=ROOM_URI))) {
            Some(_) => Err(Error::new(Code::ContentExtension).note("0 is reserved, 1 and 2 have fields of their own")),
            None => Ok(others),
        }
    }
}

impl ExtensionKey {
    pub(super) const SENDER_URI: Self = Self::Number(SENDER_URI);
    pub(super) const ROOM_URI: Self = Self::Number(ROOM_URI);

    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let place = reader.position();
        match reader.key() {
            Ok(Key::Int(number)) => exact(number).map(Self::Number).ok_or_else(|| refused(place, INEXACT)),
            Ok(Key::Text(text)) => Ok(Self::Text(text.into_owned())),
            Err(error) if error.code() == mimicred_cose::Code::CborForbidden => {
                Err(refused(place, "a key is a number, or text of 1 to 255 octets").because(error))
            }
            Err(error) => Err(malformed(error)),
        }
    }

    /// The bytewise order of the encodings: positive numbers, negative ones by magnitude, text by length.
    fn order(&self, other: &Self) -> Ordering {
        let rank = |key: &Self| match key {
            Self::Number(number) if *number >= 0 => (0, number.unsigned_abs()),
            Self::Number(number) => (1, number.unsigned_abs()),
            Self::Text(text) => (3, u64::try_from(text.len()).unwrap_or(u64::MAX)),
        };
        rank(self).cmp(&rank(other)).then_with(|| match (self, other) {
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            _ => Ordering::Equal,
        })
    }
}

impl fmt::Debug for ExtensionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for ExtensionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "{text:?}"),
        }
    }
}

fn exact(number: i128) -> Option<i64> {
    i64::try_from(number).ok().filter(|number| number.checked_abs().is_some_and(|size| size < TOO_LARGE))
}

fn uri(reader: &mut Reader<'_>) -> Result<String, Error> {
    let place = reader.position();
    if !reader.is_text_next() {
        return Err(refused(place, "senderUri and roomUri are text"));
    }
    let text = reader.text().map_err(malformed)?;
    if text.len() > MAX_TEXT {
        return Err(Error::new(Code::Limit).at(At::Offset(place)));
    }
    Ok(text.to_owned())
}

/// Passes over a value, if it keeps within the data model of the draft: at most four levels of arrays, maps and tags, keys that are
/// numbers, text or octets, and integers that a double holds exactly. It is known to be in deterministic encoding.
fn check_value(octets: &[u8], reader: &mut Reader<'_>, level: usize) -> Result<(), Error> {
    let place = reader.position();
    let is_nested = reader.is_map_next() || reader.is_array_next() || reader.is_tag_next();
    if !is_nested {
        return check_scalar(octets, reader);
    }
    if level > MAX_LEVEL {
        return Err(refused(place, "nested more than four levels deep"));
    }
    if reader.is_tag_next() {
        reader.tag().map_err(malformed)?;
        return check_value(octets, reader, level + 1);
    }
    if reader.is_array_next() {
        for _ in 0..reader.array().map_err(malformed)? {
            check_value(octets, reader, level + 1)?;
        }
        return Ok(());
    }
    for _ in 0..reader.map_head().map_err(malformed)? {
        let is_bytes = octets.get(reader.position()).is_some_and(|first| first >> 5 == 2);
        if !is_bytes && !reader.is_key_next() {
            return Err(refused(reader.position(), "a key is a number, text or octets"));
        }
        check_scalar(octets, reader)?;
        check_value(octets, reader, level + 1)?;
    }
    Ok(())
}

fn check_scalar(octets: &[u8], reader: &mut Reader<'_>) -> Result<(), Error> {
    let place = reader.position();
    // simple(59) is a mark where claims are read, and here a simple value like others.
    if octets.get(place).is_some_and(|first| first >> 5 == 7) {
        return reader.skip().map(drop).map_err(malformed);
    }
    match reader.item(Dialect::Plain).map_err(malformed)? {
        Value::Int(number) if exact(number).is_none() => Err(refused(place, INEXACT)),
        _ => Ok(()),
    }
}
