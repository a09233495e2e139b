//! The claims as an Issuer is given them in CBOR, with marks for what is to be redacted (tag 58) and for decoys (tag 62).
//!
//! The CDDL of the draft has no place for marks on array elements; its prose and its examples have, and are followed here
//! (trap 19). A mark is a tag on the key of a claim, or on an element of an array; a tag on the value of a claim is refused,
//! although other tools take it for one on the key (trap 18).

use std::collections::HashSet;
use std::fmt;

use mimicred_claims::{DecoyMark, Key, Limits, Map, Marks, Redaction, RedactionPlan, Value};
use mimicred_cose::Code as CoseCode;
use mimicred_cose::cbor::{self, Dialect, Reader};
use mimicred_error::{At, Report};

use crate::{Code, Error};

const TO_BE_REDACTED: u64 = 58;
const REDACTED_CLAIM_ELEMENT: u64 = 60;
const TO_BE_DECOY: u64 = 62;
/// Room made for what is announced but not yet read.
const MAX_RESERVED: usize = 256;

/// A marked claims set, read: the plain claims, and the marks beside them.
///
/// ```
/// use mimicred_claims::Value;
/// use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SystemRandom};
/// use mimicred_sd_cwt::{Issuer, Preissuance};
///
/// # let key = IssuerKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?);
/// # let holder = SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?;
/// // {1: "i", 2: "s", 58(500): [58(true), 62(1)]}
/// let given = b"\xa3\x01\x61i\x02\x61s\xd8\x3a\x19\x01\xf4\x82\xd8\x3a\xf5\xd8\x3e\x01";
/// let (claims, plan) = Preissuance::parse(given)?.into_parts();
/// assert_eq!(claims.int(500), Some(&Value::Array(vec![Value::Bool(true)])));
///
/// let prepared = Issuer::new(key.public()).prepare(claims, holder.public(), &plan, &mut SystemRandom)?;
/// let token = prepared.sign(&key)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Preissuance<'a> {
    claims: Map<'a>,
    marks: Marks,
}

impl<'a> Preissuance<'a> {
    /// Reads exactly one map, within [`cbor::Limits::DEFAULT`] and the depth of [`Limits::DEFAULT`], where marks add no level.
    ///
    /// # Errors
    /// [`Code::Preissue`] for marks out of place (CWT-I-023, CWT-I-024, CWT-E-021), keys that are neither integers nor text of 1 to
    /// 255 octets, a key that stands there twice, marked or not (CWT-I-022), numbers of decoys that are not positive or come twice
    /// (CWT-D-006), a decoy with a value (CWT-D-007), and claims that are redacted already; [`Code::CborMalformed`],
    /// [`Code::CborForbidden`] and [`Code::Limit`] as everywhere. The place is the octet offset.
    pub fn parse(octets: &'a [u8]) -> Result<Self, Error> {
        let mut parser = Parser { reader: Reader::new(octets, &cbor::Limits::DEFAULT)?, numbers: HashSet::new() };
        if parser.reader.is_tag_next() {
            return Err(refused(0, "the claims are a map, which carries no mark itself"));
        }
        if !parser.reader.is_map_next() && !parser.reader.is_at_end() {
            return Err(refused(0, "the claims are no map"));
        }
        let (claims, marks) = parser.map(0)?;
        parser.reader.finish()?;
        Ok(Self { claims, marks })
    }

    /// The claims, without any mark.
    pub fn claims(&self) -> &Map<'a> {
        &self.claims
    }

    /// Whether anything is marked.
    pub fn is_marked(&self) -> bool {
        !self.marks.is_empty()
    }

    /// The claims, and the plan that the marks are.
    pub fn into_parts(self) -> (Map<'a>, RedactionPlan) {
        (self.claims, RedactionPlan::new(Redaction::Marked(self.marks)))
    }
}

/// Keys are names; values stay out of logs.
impl fmt::Debug for Preissuance<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Preissuance").field("claims", &self.claims).finish_non_exhaustive()
    }
}

struct Parser<'a> {
    reader: Reader<'a>,
    /// Numbers of decoys, unique in the whole set (CWT-D-006).
    numbers: HashSet<u64>,
}

/// What the key of a map entry says.
enum Entry<'a> {
    Visible(Key<'a>),
    ToBeRedacted(Key<'a>),
    Decoy(u64),
}

/// What the tag on an array element says.
enum Element {
    Visible,
    ToBeRedacted,
    Decoy(u64),
}

impl<'a> Parser<'a> {
    fn map(&mut self, level: usize) -> Result<(Map<'a>, Marks), Error> {
        let offset = self.reader.position();
        let count = self.reader.map_head()?;
        let mut entries = Vec::with_capacity(count.min(MAX_RESERVED));
        let mut marks = Marks::default();
        for _ in 0..count {
            let (key, redact) = match self.entry()? {
                Entry::Decoy(number) => {
                    self.null()?;
                    marks.decoys.push(DecoyMark { position: 0, number });
                    continue;
                }
                Entry::ToBeRedacted(key) => (key, true),
                Entry::Visible(key) => (key, false),
            };
            let (value, mut below) = self.value(level + 1)?;
            below.redact = redact;
            if !below.is_empty() {
                marks.keys.insert(key.clone().into_owned(), below);
            }
            entries.push((key, value));
        }
        // CWT-I-022: a key and the same key under tag 58 are one.
        let twice = |error| Error::new(Code::Preissue).at(At::Offset(offset)).because(error);
        Ok((Map::from_entries(entries).map_err(twice)?, marks))
    }

    fn array(&mut self, level: usize) -> Result<(Vec<Value<'a>>, Marks), Error> {
        let count = self.reader.array()?;
        let mut elements = Vec::with_capacity(count.min(MAX_RESERVED));
        let mut marks = Marks::default();
        for _ in 0..count {
            let redact = match self.element()? {
                Element::Decoy(number) => {
                    marks.decoys.push(DecoyMark { position: elements.len(), number });
                    continue;
                }
                Element::ToBeRedacted => true,
                Element::Visible => false,
            };
            let (value, mut below) = self.value(level + 1)?;
            below.redact = redact;
            if !below.is_empty() {
                marks.elements.insert(elements.len(), below);
            }
            elements.push(value);
        }
        Ok((elements, marks))
    }

    /// A value, its own mark read before; other tags are walked through.
    fn value(&mut self, level: usize) -> Result<(Value<'a>, Marks), Error> {
        let offset = self.reader.position();
        if level > Limits::DEFAULT.depth {
            return Err(Error::new(Code::Limit).at(At::Offset(offset)).note("nested too deeply"));
        }
        if self.reader.is_map_next() {
            return self.map(level).map(|(map, marks)| (Value::Map(map), marks));
        }
        if self.reader.is_array_next() {
            return self.array(level).map(|(elements, marks)| (Value::Array(elements), marks));
        }
        if !self.reader.is_tag_next() {
            return Ok((self.reader.claim(Dialect::Plain)?, Marks::default()));
        }
        match self.reader.tag()? {
            mark @ (TO_BE_REDACTED | TO_BE_DECOY) => {
                let note = format!("tag {mark} on what is neither a key nor an element of an array");
                Err(Error::new(Code::Preissue).at(At::Offset(offset)).note(note))
            }
            REDACTED_CLAIM_ELEMENT => Err(refused(offset, "an element that is redacted already")),
            tag => self.value(level + 1).map(|(inner, marks)| (Value::Tag(tag, Box::new(inner)), marks)),
        }
    }

    /// A key carries one tag at most (CWT-I-024, CWT-E-021).
    fn entry(&mut self) -> Result<Entry<'a>, Error> {
        let offset = self.reader.position();
        if !self.reader.is_tag_next() {
            return self.key().map(Entry::Visible);
        }
        match self.reader.tag()? {
            TO_BE_REDACTED => self.key().map(Entry::ToBeRedacted),
            TO_BE_DECOY => self.number().map(Entry::Decoy),
            tag => Err(Error::new(Code::Preissue).at(At::Offset(offset)).note(format!("a key carries no tag {tag}"))),
        }
    }

    fn element(&mut self) -> Result<Element, Error> {
        if !self.reader.is_tag_next() {
            return Ok(Element::Visible);
        }
        let mut ahead = self.reader.clone();
        match ahead.tag()? {
            TO_BE_REDACTED => {
                self.reader = ahead;
                Ok(Element::ToBeRedacted)
            }
            TO_BE_DECOY => {
                self.reader = ahead;
                self.number().map(Element::Decoy)
            }
            _ => Ok(Element::Visible),
        }
    }

    fn key(&mut self) -> Result<Key<'a>, Error> {
        let offset = self.reader.position();
        self.reader.key().map_err(|error| match (error.code(), error.remark()) {
            // Its remark says which form it is.
            (CoseCode::CborForbidden, Some(note)) => Error::new(Code::Preissue).at(At::Offset(offset)).note(note),
            _ => or_refused(error, offset, "a key is an integer or text of 1 to 255 octets"),
        })
    }

    /// The number of a decoy, positive and met for the first time (CWT-D-006).
    fn number(&mut self) -> Result<u64, Error> {
        const NOTE: &str = "the number of a decoy is an integer from 1";
        let offset = self.reader.position();
        let number = self.reader.claim(Dialect::Plain).map_err(|error| or_refused(error, offset, NOTE))?;
        let number = number.as_int().and_then(|number| u64::try_from(number).ok()).filter(|number| *number > 0);
        let number = number.ok_or_else(|| refused(offset, NOTE))?;
        if self.numbers.insert(number) { Ok(number) } else { Err(refused(offset, "the number of a decoy comes twice")) }
    }

    /// The value under a decoy (CWT-D-007).
    fn null(&mut self) -> Result<(), Error> {
        const NOTE: &str = "the value under a decoy is null";
        let offset = self.reader.position();
        match self.reader.claim(Dialect::Plain).map_err(|error| or_refused(error, offset, NOTE))? {
            Value::Null => Ok(()),
            _ => Err(refused(offset, NOTE)),
        }
    }
}

fn refused(offset: usize, note: &'static str) -> Error {
    Error::new(Code::Preissue).at(At::Offset(offset)).note(note)
}

/// What is banned in any CBOR of tokens is here a fault of the Issuer's input.
fn or_refused(error: mimicred_cose::Error, offset: usize, note: &'static str) -> Error {
    match error.code() {
        CoseCode::CborForbidden => refused(offset, note).because(error),
        _ => error.into(),
    }
}
