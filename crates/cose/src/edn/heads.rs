//! Any well-formed CBOR, head by head: what the printer reads. The strict reader for tokens is [`crate::cbor::Reader`].

use mimicred_error::At;

use super::width::Width;
use crate::{Code, Error};

/// Octets that are being read.
#[derive(Clone, Copy)]
pub(super) struct Octets<'a> {
    input: &'a [u8],
    position: usize,
    /// How many items may still be read.
    pub(super) items: usize,
}

/// The first octets of an item.
#[derive(Clone, Copy)]
pub(super) struct Head {
    pub(super) major: u8,
    pub(super) width: Width,
    pub(super) argument: u64,
}

impl Head {
    /// Whether it is a simple value, among what is of major type 7.
    pub(super) fn is_simple(&self) -> bool {
        self.major == 7 && matches!(self.width, Width::Immediate | Width::One)
    }
}

impl<'a> Octets<'a> {
    pub(super) fn new(input: &'a [u8], items: usize) -> Self {
        Self { input, position: 0, items }
    }

    /// The next head; a break is none.
    pub(super) fn head(&mut self) -> Result<Head, Error> {
        self.items = self.items.checked_sub(1).ok_or_else(|| self.fail(Code::Limit, "too many items"))?;
        let start = *self;
        let [first] = self.octets()?;
        let (major, info) = (first >> 5, first & 0x1f);
        let (width, argument) = match info {
            0..=23 => (Width::Immediate, u64::from(info)),
            24 => (Width::One, u64::from(u8::from_be_bytes(self.octets()?))),
            25 => (Width::Two, u64::from(u16::from_be_bytes(self.octets()?))),
            26 => (Width::Four, u64::from(u32::from_be_bytes(self.octets()?))),
            27 => (Width::Eight, u64::from_be_bytes(self.octets()?)),
            31 if (2..=5).contains(&major) => (Width::Indefinite, 0),
            31 if major == 7 => return Err(start.fail(Code::CborMalformed, "a break that ends nothing")),
            _ => return Err(start.fail(Code::CborMalformed, "no item begins like this")),
        };
        if major == 7 && width == Width::One && argument < 32 {
            return Err(start.fail(Code::CborMalformed, "a simple value below 32 in two octets"));
        }
        Ok(Head { major, width, argument })
    }

    /// The next head, without reading it.
    pub(super) fn peek(mut self) -> Option<Head> {
        self.head().ok()
    }

    /// The number that comes next, without reading it.
    pub(super) fn peek_int(self) -> Option<i128> {
        let head = self.peek()?;
        match head.major {
            0 => Some(head.argument.into()),
            1 => Some(-1 - i128::from(head.argument)),
            _ => None,
        }
    }

    /// Passes over a break, if there is one.
    pub(super) fn is_at_break(&mut self) -> bool {
        let is_break = self.input.get(self.position) == Some(&0xff);
        if is_break {
            self.position += 1;
        }
        is_break
    }

    /// The content of a string.
    pub(super) fn take(&mut self, len: u64) -> Result<&'a [u8], Error> {
        let rest = self.input.get(self.position..).unwrap_or_default();
        let taken = usize::try_from(len).ok().and_then(|len| rest.get(..len));
        let taken = taken.ok_or_else(|| self.fail(Code::CborMalformed, "the input is cut off"))?;
        self.position += taken.len();
        Ok(taken)
    }

    /// The content of a text string.
    pub(super) fn text(&mut self, len: u64) -> Result<&'a str, Error> {
        let start = *self;
        std::str::from_utf8(self.take(len)?).map_err(|_| start.fail(Code::CborMalformed, "text that is not UTF-8"))
    }

    /// Refuses what follows the item.
    pub(super) fn finish(&self) -> Result<(), Error> {
        if self.position >= self.input.len() {
            return Ok(());
        }
        Err(self.fail(Code::CborMalformed, "something follows the item"))
    }

    pub(super) fn fail(&self, code: Code, note: &'static str) -> Error {
        Error::new(code).at(At::Offset(self.position)).note(note)
    }

    fn octets<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let rest = self.input.get(self.position..).unwrap_or_default();
        let octets = rest.first_chunk().ok_or_else(|| self.fail(Code::CborMalformed, "the input is cut off"))?;
        self.position += N;
        Ok(*octets)
    }
}
