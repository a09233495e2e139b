//! Reading a content: its encoding first, then its shape.

use mimicred_claims::Value;
use mimicred_cose::cbor::{Dialect, Limits, Reader, check_deterministic};
use mimicred_error::{At, Report};

use super::part::cardinality;
use super::{
    Disposition, Expires, Extensions, ExternalPart, MAX_CONTENT, MAX_DEPTH, MAX_PARTS, MAX_TEXT, MAX_TOPIC_ID, MessageId,
    MimiContent, NestedPart, Part, PartSemantics,
};
use crate::error::{Code, Error};

/// Parts on four levels take eight levels of arrays; a few more, so that what is nested too deeply can be said to be so.
const LIMITS: Limits = Limits { size: MAX_CONTENT, depth: 32, items: 1 << 18, digests: 0 };
const FIELDS: usize = 7;

pub(super) fn content(octets: &[u8]) -> Result<MimiContent, Error> {
    check_deterministic(octets, &LIMITS).map_err(|error| match error.code() {
        mimicred_cose::Code::CborForbidden => at_place_of(error, Code::ContentNotDeterministic),
        _ => malformed(error),
    })?;
    let mut read = Fields { reader: Reader::new(octets, &LIMITS).map_err(malformed)?, parts: MAX_PARTS };
    read.array_of(FIELDS)?;
    let content = MimiContent {
        salt: read.octets_of::<16>("the salt has 16 octets")?,
        replaces: read.message_id()?,
        topic_id: read.bytes(MAX_TOPIC_ID)?,
        expires: read.expires()?,
        in_reply_to: read.message_id()?,
        extensions: Extensions::read(octets, &mut read.reader)?,
        nested_part: read.part(1)?,
    };
    read.reader.finish().map_err(malformed)?;
    Ok(content)
}

/// What CBOR itself refuses.
pub(super) fn malformed(error: mimicred_cose::Error) -> Error {
    match error.code() {
        mimicred_cose::Code::Limit => at_place_of(error, Code::Limit),
        _ => at_place_of(error, Code::ContentMalformed),
    }
}

fn at_place_of(error: mimicred_cose::Error, code: Code) -> Error {
    Error::new(code).at(error.place().clone()).because(error)
}

/// An extension that cannot be.
pub(super) fn refused(place: usize, note: &'static str) -> Error {
    Error::new(Code::ContentExtension).at(At::Offset(place)).note(note)
}

fn fault(place: usize, code: Code) -> Error {
    Error::new(code).at(At::Offset(place))
}

/// Takes field after field.
struct Fields<'a> {
    reader: Reader<'a>,
    /// How many parts may still come.
    parts: usize,
}

impl Fields<'_> {
    fn place(&self) -> usize {
        self.reader.position()
    }

    fn array(&mut self) -> Result<usize, Error> {
        self.reader.array().map_err(malformed)
    }

    /// An array of so many items.
    fn array_of(&mut self, count: usize) -> Result<(), Error> {
        let place = self.place();
        match self.array()? {
            found if found == count => Ok(()),
            found => Err(fault(place, Code::ContentMalformed).note(format!("{found} items where {count} belong"))),
        }
    }

    fn bytes(&mut self, most: usize) -> Result<Vec<u8>, Error> {
        let place = self.place();
        let bytes = self.reader.bytes().map_err(malformed)?;
        if bytes.len() > most { Err(fault(place, Code::Limit)) } else { Ok(bytes.to_vec()) }
    }

    fn octets_of<const N: usize>(&mut self, note: &'static str) -> Result<[u8; N], Error> {
        let place = self.place();
        let octets = self.reader.bytes().map_err(malformed)?;
        octets.try_into().map_err(|_| fault(place, Code::ContentMalformed).note(note))
    }

    fn text(&mut self) -> Result<String, Error> {
        let place = self.place();
        let text = self.reader.text().map_err(malformed)?;
        if text.len() > MAX_TEXT { Err(fault(place, Code::Limit)) } else { Ok(text.to_owned()) }
    }

    fn number<N: TryFrom<i128>>(&mut self) -> Result<N, Error> {
        let place = self.place();
        let value = self.reader.item(Dialect::Plain).map_err(malformed)?;
        let number = value.as_int().and_then(|number| N::try_from(number).ok());
        let note = || format!("an unsigned number of at most {} octets belongs here", size_of::<N>());
        number.ok_or_else(|| fault(place, Code::ContentMalformed).note(note()))
    }

    fn is_null(&mut self) -> Result<bool, Error> {
        let mut ahead = self.reader.clone();
        // What is nested is not taken: it is no null, whatever it is.
        if ahead.skip().map_err(malformed)? != NULL {
            return Ok(false);
        }
        self.reader = ahead;
        Ok(true)
    }

    fn message_id(&mut self) -> Result<Option<MessageId>, Error> {
        if self.is_null()? {
            return Ok(None);
        }
        let place = self.place();
        let octets = self.octets_of::<32>("a message id has 32 octets")?;
        MessageId::from_octets(octets).map(Some).map_err(|error| error.at(At::Offset(place)))
    }

    fn expires(&mut self) -> Result<Option<Expires>, Error> {
        if self.is_null()? {
            return Ok(None);
        }
        self.array_of(2)?;
        let place = self.place();
        match self.reader.item(Dialect::Plain).map_err(malformed)? {
            Value::Bool(true) => self.number().map(Expires::Relative).map(Some),
            Value::Bool(false) => self.number().map(Expires::Absolute).map(Some),
            _ => Err(fault(place, Code::ContentMalformed).note("whether the time is relative is true or false")),
        }
    }

    fn part(&mut self, level: usize) -> Result<NestedPart, Error> {
        if level > MAX_DEPTH {
            return Err(fault(self.place(), Code::ContentDepth));
        }
        let place = self.place();
        self.parts = self.parts.checked_sub(1).ok_or_else(|| fault(place, Code::Limit).note("too many parts"))?;
        let items = self.array()?;
        let disposition = Disposition::from_number(self.number()?);
        let language = self.text()?;
        let kind_at = self.place();
        let cardinality: u8 = self.number()?;
        let expected = match cardinality {
            cardinality::NULL => 3,
            cardinality::SINGLE | cardinality::MULTI => 5,
            cardinality::EXTERNAL => 15,
            other => return Err(fault(kind_at, Code::ContentValueUnknown).note(format!("cardinality {other}"))),
        };
        if items != expected {
            return Err(fault(place, Code::ContentMalformed).note(format!("{items} items where {expected} belong")));
        }
        let part = match cardinality {
            cardinality::NULL => Part::Null,
            cardinality::SINGLE => Part::Single { content_type: self.text()?, content: self.bytes(MAX_CONTENT)? },
            cardinality::EXTERNAL => Part::External(Box::new(self.external()?)),
            _ => self.multi(level)?,
        };
        Ok(NestedPart { disposition, language, part })
    }

    fn external(&mut self) -> Result<ExternalPart, Error> {
        Ok(ExternalPart {
            content_type: self.text()?,
            url: self.text()?,
            expires: self.number()?,
            size: self.number()?,
            enc_alg: self.number()?,
            key: self.bytes(MAX_TEXT)?,
            nonce: self.bytes(MAX_TEXT)?,
            aad: self.bytes(MAX_TEXT)?,
            hash_alg: self.number()?,
            content_hash: self.bytes(MAX_TEXT)?,
            description: self.text()?,
            filename: self.text()?,
        })
    }

    fn multi(&mut self, level: usize) -> Result<Part, Error> {
        let place = self.place();
        let number: u8 = self.number()?;
        let unknown = || fault(place, Code::ContentValueUnknown).note(format!("part semantics {number}"));
        let semantics = PartSemantics::from_number(number).ok_or_else(unknown)?;
        let place = self.place();
        let count = self.array()?;
        if count < 2 {
            return Err(fault(place, Code::ContentParts));
        }
        let mut parts = Vec::new();
        for _ in 0..count {
            parts.push(self.part(level + 1)?);
        }
        Ok(Part::Multi { semantics, parts })
    }
}

/// `null`.
pub(super) const NULL: [u8; 1] = [0xf6];
