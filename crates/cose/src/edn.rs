//! Extended diagnostic notation (EDN): CBOR as text that people read, write and paste into bug reports.
//!
//! The notation is that of RFC 8949 section 8 and RFC 8610 appendix G in the form of draft-ietf-cbor-edn-literals: encoding
//! indicators (`1_0`, `[_ 1]`), embedded CBOR (`<< {1: -19} >>`), byte strings as `h'…'`, `b64'…'` or `'text'`, joined by `+`,
//! raw strings, comments (`/ … /`, `/* … */`, `# …`, `// …`), separators that may be commas or white space; `float'7e01'` for a NaN
//! with a payload and `dt'2026-11-23T08:00:00Z'` for a date. Not here: `...`, as something left out has no octets, and the other
//! literals with a prefix.
//!
//! [`print()`] takes encoded octets, not a value, so that every detail of the encoding survives: [`parse()`] gives the very same
//! octets back, for every well-formed item, wide heads, indefinite lengths, unsorted and repeated keys included. What the strict
//! reader of [`cbor`](crate::cbor) refuses can therefore be looked at here, and cases that break one rule can be written as text.
//!
//! ```
//! use mimicred_cose::edn;
//!
//! let octets = b"\xd2\x84\x43\xa1\x01\x32\xa0\x49\xa1\x01\x66issuer\x41\xff";
//! let text = edn::print(octets)?;
//! assert_eq!(text, "\
//! / COSE_Sign1 / 18([
//!   / protected / << {
//!     / alg / 1: -19 / Ed25519 /
//!   } >>,
//!   / unprotected / {},
//!   / payload / << {
//!     / iss / 1: \"issuer\"
//!   } >>,
//!   / signature / h'ff'
//! ])
//! ");
//! assert_eq!(edn::parse(&text, &edn::Limits::DEFAULT)?, octets);
//! # Ok::<(), mimicred_cose::Error>(())
//! ```

mod date;
mod heads;
mod layout;
mod literal;
mod parse;
mod place;
mod print;
mod width;

pub use parse::parse;
pub use print::{Comments, Printer, print};

/// What is read at most, in either direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Octets of CBOR or of text.
    pub size: usize,
    /// Levels of nesting: arrays, maps, tags and embedded CBOR count. Values above 128 count as 128.
    pub depth: usize,
    /// Items, map keys, tags and chunks included.
    pub items: usize,
}

impl Limits {
    /// 16 MiB, 64 levels, 262144 items.
    pub const DEFAULT: Limits = Limits { size: 16 << 20, depth: 64, items: 1 << 18 };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Deeper than this neither direction goes, whatever the limits say.
const MAX_DEPTH: usize = 128;

#[cfg(test)]
mod tests;
