//! Salted Disclosed Claims: the salted clear text of a claim, of an array element, or of nothing.
//!
//! The digest is over the encoded byte string, its head included (trap 1), as received; nothing is ever encoded anew. So that
//! there is no second spelling of the same disclosure, its head must be the shortest (trap 2).

use mimicred_claims::{Content, Digest, Key, Value};
use mimicred_cose::cbor::{Dialect, EncodedBytes, Limits, Reader, Writer};
use mimicred_cose::{Code as CoseCode, Error as CoseError};
use mimicred_error::At;
use mimicred_keys::{HashAlgorithm, SALT_LEN, sha256};

use crate::{Code, Error};

/// Opens a disclosure, taking what it reads off the number of items that may still be read. The salt comes with it.
pub(crate) fn open<'a>(
    disclosure: &EncodedBytes<'a>,
    hash: HashAlgorithm,
    limits: &mut Limits,
) -> Result<(&'a [u8], Content<'a>), Error> {
    let mut content = Content::Decoy;
    let salt = open_into(&mut content, disclosure, hash, limits)?;
    Ok((salt, content))
}

/// The same, with a place for the content: of a thousand disclosures, each is moved once less.
#[inline]
pub(crate) fn open_into<'a>(
    content: &mut Content<'a>,
    disclosure: &EncodedBytes<'a>,
    hash: HashAlgorithm,
    limits: &mut Limits,
) -> Result<&'a [u8], Error> {
    let mut reader = Reader::new(disclosure.content, limits)?;
    let fields = reader.array().map_err(shape)?;
    if !(1..=3).contains(&fields) {
        return Err(malformed("not of one to three fields"));
    }
    let salt = reader.bytes().map_err(shape)?;
    // CWT-I-008.
    if salt.len() != SALT_LEN {
        return Err(malformed("the salt has not 16 octets"));
    }
    // Kind by number of fields and nothing else (trap 21); a value of null is a value (trap 20).
    if fields == 3 && reader.is_text_next() {
        // Most claims are text under a text key.
        let value = Value::from(reader.text()?);
        if reader.is_text_next() {
            *content = Content::Claim(Key::from(reader.text_key()?), value);
        } else {
            *content = Content::Claim(read_key(&mut reader)?, value);
        }
    } else if fields == 1 {
        *content = Content::Decoy;
    } else {
        let value = reader.claim(Dialect::Claims { digest_len: hash.len() })?;
        *content = if fields == 2 { Content::Element(value) } else { Content::Claim(read_key(&mut reader)?, value) };
    }
    if !reader.is_at_end() {
        return Err(malformed("something follows"));
    }
    limits.items = reader.items_left();
    Ok(salt)
}

fn read_key<'a>(reader: &mut Reader<'a>) -> Result<Key<'a>, Error> {
    if !reader.is_key_next() && !reader.is_at_end() {
        return Err(malformed("the key is neither an integer nor text"));
    }
    Ok(reader.key()?)
}

#[cold]
fn malformed(note: &'static str) -> Error {
    Error::new(Code::DisclosureMalformed).note(note)
}

/// An item of another type than expected makes the disclosure malformed; other faults keep their names.
pub(crate) fn shape(error: CoseError) -> Error {
    match error.code() {
        CoseCode::Structure => Error::new(Code::DisclosureMalformed).because(error),
        _ => error.into(),
    }
}

/// Adds to an error which disclosure it is about.
pub(crate) fn at_disclosure(error: Error, index: usize) -> Error {
    Error::new(error.code()).at(At::Disclosure(index)).because(error)
}

/// What a disclosure is expected to have, in octets: any number between 24 and 255 is as good.
const USUAL_LEN: usize = 100;

/// New disclosures, written one behind the other as they are to stand in `sd_claims`.
#[derive(Default)]
pub(crate) struct Written {
    /// Behind octets that are left for what stands before them.
    encoded: Writer,
    left: usize,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Written {
    /// None yet, with room for so many of them and for so many octets. `left` octets, as far as can be told now, will stand before
    /// the disclosures.
    pub(crate) fn with_capacity(count: usize, octets: usize, left: usize) -> Self {
        let mut room = Vec::with_capacity(octets);
        room.resize(left, 0);
        Self { encoded: Writer::from(room), left, ends: Vec::with_capacity(count) }
    }

    /// Writes one and returns its number: of a claim if there is a key, of an element if there is a value, else of nothing.
    pub(crate) fn write(
        &mut self,
        salt: &[u8; SALT_LEN],
        value: Option<&Value<'_>>,
        key: Option<&Key<'_>>,
    ) -> Result<usize, Error> {
        self.encoded.bytes_of(USUAL_LEN, |content| {
            content.array(1 + usize::from(value.is_some()) + usize::from(key.is_some()));
            content.bytes(salt);
            value.map_or(Ok(()), |value| content.value(value))?;
            key.map_or(Ok(()), |key| content.key(key))
        })?;
        self.ends.push(self.encoded.as_bytes().len());
        Ok(self.ends.len() - 1)
    }

    /// The encoded byte string of one of them.
    #[inline]
    pub(crate) fn encoded(&self, n: usize) -> &[u8] {
        let start = n.checked_sub(1).map_or(Some(&self.left), |before| self.ends.get(before));
        let place = start.zip(self.ends.get(n)).map(|(start, end)| *start..*end);
        place.and_then(|place| self.encoded.as_bytes().get(place)).unwrap_or_default()
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// All of them behind what stands before.
    pub(crate) fn behind(self, before: &[u8]) -> Writer {
        let mut octets = self.encoded.finish();
        match octets.get_mut(..self.left) {
            Some(left) if left.len() == before.len() => left.copy_from_slice(before),
            _ => drop(octets.splice(..self.left, before.iter().copied())),
        }
        Writer::from(octets)
    }
}

/// The digest over an encoded disclosure (CWT-I-009).
#[inline(always)]
pub(crate) fn digest(hash: HashAlgorithm, encoded: &[u8]) -> Digest<'static> {
    match hash {
        // The usual one, of a length that the compiler knows.
        HashAlgorithm::Sha256 => Digest::copied(&sha256(encoded)),
        _ => Digest::copied(&hash.digest(encoded)),
    }
}

#[cfg(test)]
mod tests;
