//! The two headers of a COSE message.

use std::borrow::Cow;
use std::collections::HashSet;

use mimicred_claims::{Key, Map, Value};
use mimicred_error::At;

use crate::cbor::{Dialect, Limits, Reader};
use crate::{AlgorithmId, Code, Error};

/// Label of the algorithm.
pub const ALG: i128 = 1;
/// Label of the list of critical labels.
pub const CRIT: i128 = 2;
/// Label of the key identifier.
pub const KID: i128 = 4;
/// Label of a CWT that names the key (RFC 9528): the place of the SD-CWT in a KBT.
pub const KCWT: i128 = 13;
/// Label of the CWT Claims header (RFC 9597).
pub const CWT_CLAIMS: i128 = 15;
/// Label of the type (RFC 9596).
pub const TYP: i128 = 16;
/// Label of a chain of certificates (RFC 9360).
pub const X5CHAIN: i128 = 33;

/// One header: a map with integer and text labels, without redaction (CWT-E-012, CWT-E-030).
///
/// The values of some labels can be kept as the octets received, so that they are neither built twice nor encoded anew.
///
/// ```
/// use mimicred_cose::cbor::Limits;
/// use mimicred_cose::header::Header;
///
/// // {1: -19, 13: ["kept"]}
/// let header = Header::read(b"\xa2\x01\x32\x0d\x81\x64kept", &[13], &Limits::DEFAULT)?;
/// assert_eq!(header.algorithm()?.name(), "Ed25519");
/// assert_eq!(header.raw(13), Some(&b"\x81\x64kept"[..]));
/// # Ok::<(), mimicred_cose::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Header<'a> {
    map: Map<'a>,
    raw: Vec<(i128, &'a [u8])>,
}

impl<'a> Header<'a> {
    /// Reads the encoded map; the values of `raw_labels` are kept as octets, of which no more than the extent is checked.
    ///
    /// # Errors
    /// [`Code::Header`] if there is not a single octet (CWT-E-007), [`Code::Structure`] if it is no map, and those of
    /// [`cbor::parse`](crate::cbor::parse).
    pub fn read(encoded: &'a [u8], raw_labels: &[i128], limits: &Limits) -> Result<Self, Error> {
        if encoded.is_empty() {
            return Err(Error::new(Code::Header).note("an empty header"));
        }
        let mut reader = Reader::new(encoded, limits)?;
        let header = Self::read_next(&mut reader, raw_labels)?;
        reader.finish()?;
        Ok(header)
    }

    /// Reads the map that comes next.
    pub(crate) fn read_next(reader: &mut Reader<'a>, raw_labels: &[i128]) -> Result<Self, Error> {
        let count = reader.map_head()?;
        let (mut entries, mut raw) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let offset = reader.position();
            match reader.key()? {
                Key::Int(label) if raw_labels.contains(&label) => {
                    if raw.iter().any(|(known, _)| *known == label) {
                        return Err(Error::new(Code::CborMalformed).at(At::Offset(offset)).note("a map has the same key twice"));
                    }
                    raw.push((label, reader.skip()?));
                }
                key => entries.push((key, reader.claim(Dialect::Plain)?)),
            }
        }
        Ok(Self { map: Map::from_entries(entries)?, raw })
    }

    /// The value under a label, unless it is kept as octets.
    pub fn get(&self, label: i128) -> Option<&Value<'a>> {
        self.map.int(label)
    }

    /// The octets under one of the labels that are kept so.
    pub fn raw(&self, label: i128) -> Option<&'a [u8]> {
        self.raw.iter().find(|(known, _)| *known == label).map(|(_, octets)| *octets)
    }

    /// Whether the label is there.
    pub fn contains(&self, label: i128) -> bool {
        self.get(label).is_some() || self.raw(label).is_some()
    }

    /// The entries that are not kept as octets.
    pub fn entries(&self) -> &Map<'a> {
        &self.map
    }

    /// The signature algorithm, which must be there as an integer.
    ///
    /// # Errors
    /// [`Code::Header`], [`Code::AlgUnsupported`].
    pub fn algorithm(&self) -> Result<AlgorithmId, Error> {
        let at = || At::Header(Cow::Borrowed("alg"));
        let id = self.get(ALG).and_then(Value::as_int).ok_or_else(|| Error::new(Code::Header).at(at()))?;
        AlgorithmId::from_id(id).map_err(|error| error.at(at()))
    }

    /// The key identifier, a byte string if it is there.
    ///
    /// # Errors
    /// [`Code::Header`].
    pub fn key_id(&self) -> Result<Option<&[u8]>, Error> {
        match self.get(KID) {
            None => Ok(None),
            Some(Value::Bytes(key_id)) => Ok(Some(key_id)),
            Some(_) => Err(Error::new(Code::Header).at(At::Header(Cow::Borrowed("kid"))).note("not a byte string")),
        }
    }

    fn labels(&self) -> impl Iterator<Item = Key<'_>> {
        self.map.iter().map(|(key, _)| key.clone()).chain(self.raw.iter().map(|(label, _)| Key::Int(*label)))
    }
}

/// Checks what concerns both headers of one message: no label stands in both (CWT-E-011), every critical label is protected and
/// among those the caller understands (CWT-E-029), and a key identifier is a byte string (trap 30).
///
/// # Errors
/// [`Code::Header`].
///
/// ```
/// use mimicred_cose::cbor::Limits;
/// use mimicred_cose::header::{Header, check};
///
/// let protected = Header::read(b"\xa1\x01\x32", &[], &Limits::DEFAULT)?;
/// assert!(check(&protected, &Header::default(), &[]).is_ok());
/// assert!(check(&protected, &protected, &[]).is_err());
/// # Ok::<(), mimicred_cose::Error>(())
/// ```
pub fn check(protected: &Header<'_>, unprotected: &Header<'_>, understood: &[i128]) -> Result<(), Error> {
    let known: HashSet<Key<'_>> = protected.labels().collect();
    if let Some(label) = unprotected.labels().find(|label| known.contains(label)) {
        return Err(Error::new(Code::Header).at(At::Header(Cow::Owned(label.to_string()))).note("in both headers"));
    }
    protected.key_id()?;
    unprotected.key_id()?;
    let crit = || Error::new(Code::Header).at(At::Header(Cow::Borrowed("crit")));
    if unprotected.contains(CRIT) {
        return Err(crit().note("not protected"));
    }
    let Some(critical) = protected.get(CRIT) else { return Ok(()) };
    let critical = critical.as_array().ok_or_else(crit)?;
    let all_understood = critical.iter().all(|label| label.as_int().is_some_and(|label| understood.contains(&label)));
    // No list of distinct labels that we understand is longer, so that a long one costs nothing.
    let is_short = !critical.is_empty() && critical.len() <= understood.len();
    let all_protected = || critical.iter().all(|label| label.as_int().is_some_and(|label| protected.contains(label)));
    if is_short && all_understood && all_protected() {
        Ok(())
    } else {
        Err(crit().note("a critical label is unknown or missing"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(encoded: &[u8]) -> Result<Header<'_>, Error> {
        Header::read(encoded, &[13], &Limits::DEFAULT)
    }

    /// CWT-E-007, CWT-E-010, CWT-E-012: one map, its keys unique whether kept as octets or not.
    #[test]
    fn a_header_is_one_map_with_plain_unique_labels() {
        assert!(read(b"\xa0").is_ok());
        assert_eq!(read(b"").unwrap_err().code(), Code::Header);
        assert_eq!(read(b"\x80").unwrap_err().code(), Code::Structure);
        assert_eq!(read(b"\xa0\x00").unwrap_err().code(), Code::CborMalformed);
        assert_eq!(read(b"\xa2\x0d\x01\x0d\x01").unwrap_err().code(), Code::CborMalformed);
        assert_eq!(read(b"\xa2\x01\x01\x18\x01\x01").unwrap_err().code(), Code::CborMalformed);
        assert_eq!(read(b"\xa1\xf8\x3b\x80").unwrap_err().code(), Code::CborForbidden);
        // CWT-E-030: an unknown label is fine, redaction below it is not.
        assert!(read(b"\xa1\x39\xff\xff\x61x").is_ok());
        assert_eq!(read(b"\xa1\x39\xff\xff\xa1\xf8\x3b\x80").unwrap_err().code(), Code::CborForbidden);
        assert_eq!(read(b"\xa1\x39\xff\xff\x81\xd8\x3c\x40").unwrap_err().code(), Code::CborForbidden);
    }

    #[test]
    fn the_algorithm_is_an_integer_we_know() {
        assert_eq!(read(b"\xa1\x01\x28").unwrap().algorithm().unwrap(), AlgorithmId::Esp256);
        assert_eq!(read(b"\xa0").unwrap().algorithm().unwrap_err().code(), Code::Header);
        assert_eq!(read(b"\xa1\x01\x65ES256").unwrap().algorithm().unwrap_err().code(), Code::Header);
        assert_eq!(read(b"\xa1\x01\x05").unwrap().algorithm().unwrap_err().code(), Code::AlgUnsupported);
    }

    /// Trap 30: in either header, and also if nobody asks for it.
    #[test]
    fn a_key_identifier_is_a_byte_string() {
        let (octets, text, none): (&[u8], &[u8], &[u8]) = (b"\xa1\x04\x41k", b"\xa1\x04\x61k", b"\xa0");
        assert_eq!(read(octets).unwrap().key_id().unwrap(), Some(&b"k"[..]));
        assert_eq!(read(none).unwrap().key_id().unwrap(), None);
        assert_eq!(read(text).unwrap().key_id().unwrap_err().code(), Code::Header);
        let code = |protected, unprotected| {
            check(&read(protected).unwrap(), &read(unprotected).unwrap(), &[]).map_err(|error| error.code())
        };
        assert_eq!((code(octets, none), code(none, octets)), (Ok(()), Ok(())));
        assert_eq!((code(text, none), code(none, text)), (Err(Code::Header), Err(Code::Header)));
    }

    /// CWT-E-011, CWT-E-029.
    #[test]
    fn labels_are_disjoint_and_critical_ones_understood() {
        let code = |protected, unprotected| {
            check(&read(protected).unwrap(), &read(unprotected).unwrap(), &[16]).map_err(|error| error.code())
        };
        assert_eq!(code(b"\xa1\x01\x28", b"\xa1\x02\x80"), Err(Code::Header));
        assert_eq!(code(b"\xa1\x01\x28", b"\xa1\x01\x26"), Err(Code::Header));
        assert_eq!(code(b"\xa1\x0d\x28", b"\xa1\x0d\x26"), Err(Code::Header));
        // crit [16] with 16 there, absent; crit [9999] with 9999 there; crit []; crit 16; crit [16, 16].
        assert_eq!(code(b"\xa2\x02\x81\x10\x10\x00", b"\xa0"), Ok(()));
        assert_eq!(code(b"\xa1\x02\x81\x10", b"\xa0"), Err(Code::Header));
        assert_eq!(code(b"\xa2\x02\x81\x19\x27\x0f\x19\x27\x0f\x00", b"\xa0"), Err(Code::Header));
        assert_eq!(code(b"\xa1\x02\x80", b"\xa0"), Err(Code::Header));
        assert_eq!(code(b"\xa2\x02\x10\x10\x00", b"\xa0"), Err(Code::Header));
        assert_eq!(code(b"\xa2\x02\x82\x10\x10\x10\x00", b"\xa0"), Err(Code::Header));
    }
}
