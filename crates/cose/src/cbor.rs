//! CBOR as tokens need it: a strict reader that borrows from its input, and a deterministic writer.
//!
//! Both work on the claim tree of `mimicred-claims`. The reader takes definite lengths only (CWT-E-002), checks well-formedness and
//! UTF-8, refuses repeated keys by value and not by spelling (CWT-E-010), and takes integers and text of 1 to 255 octets as keys
//! (CWT-E-012 to CWT-E-016). Depth and number of items are bounded before anything is built. Other encodings of the same value
//! (long heads, any float width, any key order) are legal input (SD-CWT demands no deterministic encoding); the writer emits
//! preferred serialization with keys in bytewise order (CWT-E-031).
//!
//! Where a Claims Map is read, and only there, the marks of redaction are understood: see [`Dialect`].

mod deterministic;
pub(crate) mod float;
mod reader;
mod tree;
mod writer;

pub use deterministic::check_deterministic;
pub use reader::{EncodedBytes, Reader};
pub use writer::{Writer, write};

use mimicred_claims::Value;

use crate::Error;

/// Simple value that is the key of a map's redacted claims.
pub(crate) const REDACTED_CLAIM_KEYS: u8 = 59;
/// Tag of a claim that the Issuer is to redact: in input to issuance only.
pub(crate) const TO_BE_REDACTED: u64 = 58;
/// Tag of a redacted array element.
pub(crate) const REDACTED_CLAIM_ELEMENT: u64 = 60;
/// Tag of a place where the Issuer is to put a decoy: in input to issuance only.
pub(crate) const TO_BE_DECOY: u64 = 62;

/// Whether the marks of redaction mean something in what is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// No redaction: simple(59) and the tags 58, 60 and 62 are refused (CWT-E-030, CWT-P-018).
    Plain,
    /// A Claims Map: simple(59) as a key becomes `Map::redacted` and tag 60 in an array `Value::Redacted`; the tags 58 and 62
    /// are refused (CWT-E-017 to CWT-E-020).
    Claims {
        /// Length that each digest must have.
        digest_len: usize,
    },
}

/// What is read at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Octets of the whole input.
    pub size: usize,
    /// Levels: the values of the outermost map are on level 1, and entering an array, a map or a tag adds one (CWT-E-026).
    /// Values above 128 count as 128.
    pub depth: usize,
    /// Items, map keys and tags included.
    pub items: usize,
    /// Digests of what is redacted.
    pub digests: usize,
}

impl Limits {
    /// 4 MiB, 16 levels, 262144 items, 32768 digests.
    pub const DEFAULT: Limits = Limits { size: 4 << 20, depth: 16, items: 1 << 18, digests: 1 << 15 };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Reads exactly one item (CWT-E-003).
///
/// # Errors
/// [`Code::CborMalformed`](crate::Code::CborMalformed), [`Code::CborForbidden`](crate::Code::CborForbidden),
/// [`Code::Structure`](crate::Code::Structure) for digests, [`Code::Limit`](crate::Code::Limit); the place is the octet offset.
///
/// ```
/// use mimicred_claims::Value;
/// use mimicred_cose::cbor::{Dialect, Limits, parse, write};
///
/// let value = parse(b"\xa1\x01\x65alice", Dialect::Plain, &Limits::DEFAULT)?;
/// assert_eq!(value.as_map().and_then(|map| map.int(1)), Some(&Value::from("alice")));
/// assert_eq!(write(&value)?, b"\xa1\x01\x65alice");
/// # Ok::<(), mimicred_cose::Error>(())
/// ```
pub fn parse<'a>(input: &'a [u8], dialect: Dialect, limits: &Limits) -> Result<Value<'a>, Error> {
    let mut reader = Reader::new(input, limits)?;
    let value = reader.item(dialect)?;
    reader.finish()?;
    Ok(value)
}

#[cfg(test)]
mod tests;
