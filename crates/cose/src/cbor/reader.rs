//! The reader: heads and strings one by one, here; whole values in [`super::tree`].

mod ahead;
mod faults;

use mimicred_claims::{Key, Map, Value};
use mimicred_error::At;

use super::tree::{MapKey, Place};
use super::{Dialect, Limits};
use crate::{Code, Error};

pub(super) use faults::{forbidden, malformed};
use faults::{no_head, unexpected};

/// Longest text key in octets (CWT-E-014).
pub(super) const MAX_TEXT_KEY: usize = 255;
/// Deeper than this the reader never goes, whatever its limits say.
const MAX_DEPTH: usize = 128;

/// Reads items one after the other, or the heads of an array, a map or a tag and then what is inside.
///
/// ```
/// use mimicred_cose::cbor::{Limits, Reader};
///
/// let mut reader = Reader::new(b"\x82\x41\xff\x18\x2a", &Limits::DEFAULT)?;
/// assert_eq!(reader.array()?, 2);
/// assert_eq!(reader.bytes()?, [0xff]);
/// assert_eq!(reader.skip()?, [0x18, 0x2a]);
/// reader.finish()?;
/// # Ok::<(), mimicred_cose::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    input: &'a [u8],
    position: usize,
    items: usize,
    digests: usize,
    depth: usize,
}

/// A byte string with the octets of its encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncodedBytes<'a> {
    /// Head and content, as received.
    pub encoded: &'a [u8],
    /// The content.
    pub content: &'a [u8],
    /// Whether the head is the shortest possible.
    pub is_preferred: bool,
}

/// The first octets of an item.
pub(super) struct Head {
    pub(super) offset: usize,
    pub(super) major: u8,
    pub(super) info: u8,
    pub(super) argument: u64,
}

impl<'a> Reader<'a> {
    /// A reader of `input`.
    ///
    /// # Errors
    /// [`Code::Limit`] if the input is too large.
    #[inline]
    pub fn new(input: &'a [u8], limits: &Limits) -> Result<Self, Error> {
        if input.len() > limits.size {
            return Err(Error::new(Code::Limit).note(format!("{} octets, at most {} are read", input.len(), limits.size)));
        }
        Ok(Self { input, position: 0, items: limits.items, digests: limits.digests, depth: limits.depth.min(MAX_DEPTH) })
    }

    /// The offset of the next item.
    pub fn position(&self) -> usize {
        self.position
    }

    /// How many items may still be read.
    pub fn items_left(&self) -> usize {
        self.items
    }

    /// How many digests may still be read.
    pub fn digests_left(&self) -> usize {
        self.digests
    }

    /// Whether everything is read.
    #[inline]
    pub fn is_at_end(&self) -> bool {
        self.position >= self.input.len()
    }

    /// Checks that everything is read.
    ///
    /// # Errors
    /// [`Code::CborMalformed`].
    pub fn finish(&self) -> Result<(), Error> {
        if self.is_at_end() { Ok(()) } else { Err(malformed(self.position, "something follows the item")) }
    }

    /// The next item, whose own level is 0.
    ///
    /// # Errors
    /// As [`parse`](super::parse).
    pub fn item(&mut self, dialect: Dialect) -> Result<Value<'a>, Error> {
        self.item_at(dialect, 0, Place::Elsewhere)
    }

    /// The next item as the value of a claim, whose own level is 1.
    ///
    /// # Errors
    /// As [`parse`](super::parse).
    #[inline]
    pub fn claim(&mut self, dialect: Dialect) -> Result<Value<'a>, Error> {
        self.item_at(dialect, 1, Place::Elsewhere)
    }

    /// The next item, which must be a map; its values are on level 1.
    ///
    /// # Errors
    /// [`Code::Structure`] for another type, and as [`parse`](super::parse).
    pub fn map(&mut self, dialect: Dialect) -> Result<Map<'a>, Error> {
        let head = self.expect(5, "a map")?;
        self.entries(head.argument, dialect, 0)
    }

    /// The head of an array: the number of elements that follow.
    ///
    /// # Errors
    /// [`Code::Structure`] for another type, and as [`parse`](super::parse).
    #[inline]
    pub fn array(&mut self) -> Result<usize, Error> {
        let head = self.expect(4, "an array")?;
        self.count(head.argument, 1)
    }

    /// The head of a map: the number of entries that follow, each a key and a value.
    ///
    /// # Errors
    /// [`Code::Structure`] for another type, and as [`parse`](super::parse).
    pub fn map_head(&mut self) -> Result<usize, Error> {
        let head = self.expect(5, "a map")?;
        self.count(head.argument, 2)
    }

    /// The number of a tag; the item it is about follows.
    ///
    /// # Errors
    /// [`Code::Structure`] for another type, and as [`parse`](super::parse).
    pub fn tag(&mut self) -> Result<u64, Error> {
        Ok(self.expect(6, "a tag")?.argument)
    }

    /// The content of a byte string.
    ///
    /// # Errors
    /// [`Code::Structure`] for another type, and as [`parse`](super::parse).
    #[inline]
    pub fn bytes(&mut self) -> Result<&'a [u8], Error> {
        Ok(self.encoded_bytes()?.content)
    }

    /// A byte string together with its encoding.
    ///
    /// # Errors
    /// [`Code::Structure`] for another type, and as [`parse`](super::parse).
    #[inline(always)]
    pub fn encoded_bytes(&mut self) -> Result<EncodedBytes<'a>, Error> {
        let head = self.expect(2, "a byte string")?;
        let head_len = self.position - head.offset;
        let content = self.take(head.argument)?;
        let encoded = self.input.get(head.offset..self.position).unwrap_or_default();
        Ok(EncodedBytes { encoded, content, is_preferred: head_len == preferred_len(head.argument) })
    }

    /// The content of a text string.
    ///
    /// # Errors
    /// [`Code::Structure`] for another type, and as [`parse`](super::parse).
    #[inline]
    pub fn text(&mut self) -> Result<&'a str, Error> {
        let head = self.expect(3, "text")?;
        self.utf8(head.argument)
    }

    /// The key of a map entry: an integer, or text of 1 to 255 octets.
    ///
    /// # Errors
    /// [`Code::CborForbidden`] for another type, and as [`parse`](super::parse).
    #[inline]
    pub fn key(&mut self) -> Result<Key<'a>, Error> {
        let offset = self.position;
        match self.map_key(Dialect::Plain)? {
            MapKey::Claim(key) => Ok(key),
            MapKey::Redacted => Err(forbidden(offset, "redacted claims outside a Claims Map")),
        }
    }

    /// A text key of a map entry: 1 to 255 octets.
    ///
    /// # Errors
    /// [`Code::CborForbidden`] for another length, [`Code::Structure`] for another type, and as [`parse`](super::parse).
    #[inline]
    pub fn text_key(&mut self) -> Result<&'a str, Error> {
        let offset = self.position;
        let text = self.text()?;
        // CWT-E-014.
        if text.is_empty() || text.len() > MAX_TEXT_KEY {
            return Err(forbidden(offset, "a text key has 1 to 255 octets"));
        }
        Ok(text)
    }

    /// Passes over one item, checking no more than where it ends, and returns its octets. Nesting costs no stack.
    ///
    /// # Errors
    /// [`Code::CborMalformed`], [`Code::CborForbidden`] for an indefinite length, [`Code::Limit`].
    pub fn skip(&mut self) -> Result<&'a [u8], Error> {
        let start = self.position;
        let mut pending: u64 = 1;
        while let Some(left) = pending.checked_sub(1) {
            let head = self.head()?;
            let inside = match head.major {
                2 | 3 => self.take(head.argument).map(|_| 0)?,
                4 => self.count(head.argument, 1).map(|_| head.argument)?,
                5 => self.count(head.argument, 2).map(|_| head.argument.saturating_mul(2))?,
                6 => 1,
                _ => 0,
            };
            pending = left.saturating_add(inside);
        }
        Ok(self.input.get(start..self.position).unwrap_or_default())
    }

    /// Refuses a level that is too deep.
    #[inline]
    pub(super) fn check_level(&self, level: usize) -> Result<(), Error> {
        if level <= self.depth {
            return Ok(());
        }
        Err(Error::new(Code::Limit).at(At::Offset(self.position)).note("nested too deeply"))
    }

    /// Counts digests that are about to be read (CWT-V-035).
    pub(super) fn count_digests(&mut self, count: usize) -> Result<(), Error> {
        match self.digests.checked_sub(count) {
            Some(left) => {
                self.digests = left;
                Ok(())
            }
            None => Err(Error::new(Code::Limit).at(At::Offset(self.position)).note("too many digests")),
        }
    }

    #[inline(always)]
    fn expect(&mut self, major: u8, what: &'static str) -> Result<Head, Error> {
        let head = self.head()?;
        if head.major == major { Ok(head) } else { Err(unexpected(&head, what)) }
    }

    /// Almost every head is one octet or two, and there are thousands of them: those are read here, the others apart.
    #[inline(always)]
    pub(super) fn head(&mut self) -> Result<Head, Error> {
        let offset = self.position;
        let (Some(items), Some(&first)) = (self.items.checked_sub(1), self.input.get(offset)) else {
            return Err(no_head(self.items, offset));
        };
        self.items = items;
        let (major, info) = (first >> 5, first & 0x1f);
        let (argument, len) = match (info, self.input.get(offset + 1)) {
            (0..24, _) => (u64::from(info), 1),
            (24, Some(&second)) => (u64::from(second), 2),
            _ => self.long_argument(major, info)?,
        };
        self.position = offset + len;
        Ok(Head { offset, major, info, argument })
    }

    /// An argument of more than one octet, and the length of its head.
    fn long_argument(&self, major: u8, info: u8) -> Result<(u64, usize), Error> {
        let rest = self.input.get(self.position + 1..).unwrap_or_default();
        let argument = match info {
            25 => rest.first_chunk().map(|octets| (u64::from(u16::from_be_bytes(*octets)), 3)),
            26 => rest.first_chunk().map(|octets| (u64::from(u32::from_be_bytes(*octets)), 5)),
            27 => rest.first_chunk().map(|octets| (u64::from_be_bytes(*octets), 9)),
            24 => None,
            31 if (2..=5).contains(&major) => return Err(forbidden(self.position, "an indefinite length")),
            _ => return Err(malformed(self.position, "no item begins like this")),
        };
        argument.ok_or_else(|| malformed(self.position, "the input is cut off"))
    }

    /// A number of elements or entries that the input can hold, each of at least `min_len` octets.
    #[inline]
    pub(super) fn count(&self, announced: u64, min_len: usize) -> Result<usize, Error> {
        let left = self.input.len().saturating_sub(self.position);
        match usize::try_from(announced) {
            Ok(count) if count <= left / min_len => Ok(count),
            _ => Err(malformed(self.position, "the input is cut off")),
        }
    }

    #[inline]
    pub(super) fn take(&mut self, len: u64) -> Result<&'a [u8], Error> {
        let rest = self.input.get(self.position..).unwrap_or_default();
        let taken = usize::try_from(len).ok().and_then(|len| rest.get(..len));
        let taken = taken.ok_or_else(|| malformed(self.position, "the input is cut off"))?;
        self.position += taken.len();
        Ok(taken)
    }

    #[inline]
    pub(super) fn utf8(&mut self, len: u64) -> Result<&'a str, Error> {
        let offset = self.position;
        std::str::from_utf8(self.take(len)?).map_err(|_| malformed(offset, "text that is not UTF-8"))
    }
}

/// Length of the shortest head for this argument.
pub(super) fn preferred_len(argument: u64) -> usize {
    match argument {
        0..=23 => 1,
        24..=0xff => 2,
        0x100..=0xffff => 3,
        0x1_0000..=0xffff_ffff => 5,
        _ => 9,
    }
}
