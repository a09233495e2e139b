//! Whole values: the claim tree out of a reader, with the rules for keys and for marks of redaction.

use std::borrow::Cow;

use mimicred_claims::{Digest, Key, Map, Value};
use mimicred_error::At;

use super::reader::{Head, MAX_TEXT_KEY, Reader, forbidden, malformed};
use super::{Dialect, REDACTED_CLAIM_ELEMENT, REDACTED_CLAIM_KEYS, TO_BE_DECOY, TO_BE_REDACTED, float};
use crate::{Code, Error};

/// Room made for elements that are announced but not yet read.
const MAX_RESERVED: usize = 256;

/// Where an item stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Element,
    Elsewhere,
}

pub(super) enum MapKey<'a> {
    Claim(Key<'a>),
    Redacted,
}

impl<'a> Reader<'a> {
    pub(super) fn item_at(&mut self, dialect: Dialect, level: usize, place: Place) -> Result<Value<'a>, Error> {
        self.check_level(level)?;
        let head = self.head()?;
        Ok(match head.major {
            0 => Value::Int(head.argument.into()),
            1 => Value::Int(-1 - i128::from(head.argument)),
            2 => Value::Bytes(Cow::Borrowed(self.take(head.argument)?)),
            3 => Value::Text(Cow::Borrowed(self.utf8(head.argument)?)),
            4 => Value::Array(self.elements(head.argument, dialect, level)?),
            5 => Value::Map(self.entries(head.argument, dialect, level)?),
            6 => self.tagged(&head, dialect, level, place)?,
            _ => simple_or_float(&head)?,
        })
    }

    fn elements(&mut self, count: u64, dialect: Dialect, level: usize) -> Result<Vec<Value<'a>>, Error> {
        let count = self.count(count, 1)?;
        let mut elements = Vec::with_capacity(count.min(MAX_RESERVED));
        for _ in 0..count {
            elements.push(self.item_at(dialect, level + 1, Place::Element)?);
        }
        Ok(elements)
    }

    pub(super) fn entries(&mut self, count: u64, dialect: Dialect, level: usize) -> Result<Map<'a>, Error> {
        let count = self.count(count, 2)?;
        let mut entries = Vec::with_capacity(count.min(MAX_RESERVED));
        let mut redacted = None;
        for _ in 0..count {
            let offset = self.position();
            match self.map_key(dialect)? {
                MapKey::Claim(key) => entries.push((key, self.item_at(dialect, level + 1, Place::Elsewhere)?)),
                MapKey::Redacted => {
                    if redacted.replace(self.digests(dialect)?).is_some() {
                        return Err(malformed(offset, "a map has the same key twice"));
                    }
                }
            }
        }
        let mut map = Map::from_entries(entries)?;
        map.redacted = redacted.unwrap_or_default();
        Ok(map)
    }

    #[inline]
    pub(super) fn map_key(&mut self, dialect: Dialect) -> Result<MapKey<'a>, Error> {
        let head = self.head()?;
        let is_redacted = head.major == 7 && head.info == 24 && head.argument == u64::from(REDACTED_CLAIM_KEYS);
        match head.major {
            0 => Ok(MapKey::Claim(Key::Int(head.argument.into()))),
            1 => Ok(MapKey::Claim(Key::Int(-1 - i128::from(head.argument)))),
            3 => {
                let text = self.utf8(head.argument)?;
                if text.is_empty() || text.len() > MAX_TEXT_KEY {
                    return Err(forbidden(head.offset, "a text key has 1 to 255 octets"));
                }
                Ok(MapKey::Claim(Key::Text(Cow::Borrowed(text))))
            }
            _ if is_redacted && dialect != Dialect::Plain => Ok(MapKey::Redacted),
            _ if is_redacted => Err(forbidden(head.offset, "redacted claims outside a Claims Map")),
            7 => simple_or_float(&head).and(Err(forbidden(head.offset, "a key is an integer or text"))),
            _ => Err(forbidden(head.offset, "a key is an integer or text")),
        }
    }

    /// The value of the key simple(59).
    fn digests(&mut self, dialect: Dialect) -> Result<Vec<Digest<'a>>, Error> {
        let count = self.array()?;
        self.count_digests(count)?;
        let mut digests = Vec::with_capacity(count.min(MAX_RESERVED));
        for _ in 0..count {
            let offset = self.position();
            let digest = self.bytes()?;
            digests.push(sized_digest(digest, dialect, offset)?);
        }
        Ok(digests)
    }

    fn tagged(&mut self, head: &Head, dialect: Dialect, level: usize, place: Place) -> Result<Value<'a>, Error> {
        match head.argument {
            TO_BE_REDACTED | TO_BE_DECOY => Err(forbidden(head.offset, "a mark for the Issuer, tag 58 or 62")),
            REDACTED_CLAIM_ELEMENT if dialect == Dialect::Plain => {
                Err(forbidden(head.offset, "a redacted element outside claims"))
            }
            REDACTED_CLAIM_ELEMENT if place != Place::Element => {
                Err(forbidden(head.offset, "a redacted element that is no element of an array"))
            }
            REDACTED_CLAIM_ELEMENT => {
                let content = self.head()?;
                if content.major != 2 {
                    return Err(forbidden(content.offset, "a redacted element that is no byte string"));
                }
                self.count_digests(1)?;
                let digest = self.take(content.argument)?;
                Ok(Value::Redacted(sized_digest(digest, dialect, content.offset)?))
            }
            tag => Ok(Value::Tag(tag, Box::new(self.item_at(dialect, level + 1, Place::Elsewhere)?))),
        }
    }
}

/// The value of an item of major type 7 that is no mark of redaction.
fn simple_or_float(head: &Head) -> Result<Value<'static>, Error> {
    Ok(match head.info {
        20 => Value::Bool(false),
        21 => Value::Bool(true),
        22 => Value::Null,
        23 => Value::Undefined,
        25 => Value::Float(float::from_half(u16::try_from(head.argument).unwrap_or_default())),
        26 => Value::Float(f32::from_bits(u32::try_from(head.argument).unwrap_or_default()).into()),
        27 => Value::Float(f64::from_bits(head.argument)),
        info => {
            let number = u8::try_from(head.argument).unwrap_or_default();
            if info == 24 && number < 32 {
                return Err(malformed(head.offset, "a simple value below 32 in two octets"));
            }
            if number == REDACTED_CLAIM_KEYS {
                return Err(forbidden(head.offset, "simple(59) that is no key of a map"));
            }
            Value::Simple(number)
        }
    })
}

/// A digest of the right length (CWT-E-019).
fn sized_digest(digest: &[u8], dialect: Dialect, offset: usize) -> Result<Digest<'_>, Error> {
    match dialect {
        Dialect::Claims { digest_len } if digest.len() == digest_len => Ok(Digest::from(digest)),
        _ => Err(Error::new(Code::Structure).at(At::Offset(offset)).note("a digest of the wrong length")),
    }
}
