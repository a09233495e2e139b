//! What comes in: named octets, one credential each.

use mimicred_cose::cbor;
use mimicred_cose::sign1::{CwtTag, Sign1};
use mimicred_mls::{Credential, KeyPackageView};

/// The most octets of one item.
pub const MAX_ITEM: usize = 1 << 20;
/// The most items of one run, known ones included.
pub const MAX_ITEMS: usize = 100_000;
/// The most octets of one run.
pub const MAX_OCTETS: usize = 256 << 20;

/// One credential, with the name by which the report speaks of it.
#[derive(Clone, Copy, Debug)]
pub struct Item<'a> {
    /// A file name, for instance.
    pub name: &'a str,
    /// The credential: a certificate in DER, an SD-JWT in either serialization, an SD-CWT, an MLS Credential or a KeyPackage.
    pub octets: &'a [u8],
}

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// A certificate in DER.
    X509,
    /// An SD-JWT, compact or in JSON, with key binding or without.
    SdJwt,
    /// An SD-CWT, or a key binding token that holds one.
    SdCwt,
    /// An MLS Credential.
    Credential,
    /// An MLS KeyPackage, bare or as an MLSMessage.
    KeyPackage,
}

impl Format {
    /// What these octets are, by their content. The answer says how they are to be read, not that they can be.
    ///
    /// ```
    /// use mimicred_lint::Format;
    /// assert_eq!(Format::of(b"\x30\x82\x01\x00 and so on"), Some(Format::X509));
    /// assert_eq!(Format::of(b"eyJhbGciOiJFUzI1NiJ9.e30.AA~"), Some(Format::SdJwt));
    /// assert_eq!(Format::of(b"\x00\x01\x05alice"), Some(Format::Credential));
    /// assert_eq!(Format::of(b"hello"), None);
    /// ```
    pub fn of(octets: &[u8]) -> Option<Self> {
        match octets {
            [0x30, 0x81..=0x83, ..] => Some(Self::X509),
            [b'e', b'y', b'J', ..] if octets.contains(&b'~') => Some(Self::SdJwt),
            [b'{', ..] if has(octets, b"\"payload\"") && has(octets, b"\"signature") => Some(Self::SdJwt),
            [0x84 | 0xd2 | 0xd8, ..] => Sign1::parse(octets, CwtTag::Tolerated, &cbor::Limits::DEFAULT).ok().map(|_| Self::SdCwt),
            [0, 1, 0, 5, ..] => Some(Self::KeyPackage),
            [0, 1, ..] if KeyPackageView::decode(octets).is_ok() => Some(Self::KeyPackage),
            [0 | 0xf0, ..] => {
                let known = |credential: Credential| !matches!(credential, Credential::Other { .. });
                Credential::decode(octets).is_ok_and(known).then_some(Self::Credential)
            }
            _ => None,
        }
    }
}

fn has(octets: &[u8], needle: &[u8]) -> bool {
    octets.windows(needle.len()).any(|window| window == needle)
}
