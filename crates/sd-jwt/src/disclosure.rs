//! Disclosures: the salted clear text of a claim or an array element (RFC 9901 section 4.2).
//!
//! A disclosure is kept as the text received; its digest is over that text and nothing is ever written anew (JWT-E-010).

use mimicred_claims::{Content, Key, Value};
use mimicred_error::At;
use mimicred_jose::base64url::Texts;
use mimicred_jose::{Code as JoseCode, json};

use crate::marks::{MARKS, check_name, mark};
use crate::{Code, Error};

/// Opens the disclosure of these decoded octets.
#[inline]
pub(crate) fn open(octets: &[u8]) -> Result<Content<'_>, Error> {
    read(octets).map_err(refused)?.ok_or_else(|| Code::DisclosureMalformed.into()).and_then(settled)
}

/// `[salt, value]` or `[salt, name, value]`; nothing for any other array, and for what is none.
fn read(octets: &[u8]) -> Result<Option<Content<'_>>, mimicred_jose::Error> {
    let Some(mut elements) = json::Elements::of(octets, &json::Limits::DEFAULT)? else { return Ok(None) };
    if elements.text()?.is_none() {
        return Ok(None);
    }
    let Some(second) = elements.value()? else { return Ok(None) };
    let Some(value) = elements.value()? else { return Ok(Some(Content::Element(second))) };
    let (Value::Text(name), None) = (second, elements.value()?) else { return Ok(None) };
    Ok(Some(Content::Claim(Key::Text(name), value)))
}

/// A repeated member and a limit keep their names; whatever else is not JSON is no disclosure (JWT-E-006, JWT-E-016).
fn refused(error: mimicred_jose::Error) -> Error {
    match error.code() {
        JoseCode::MemberDuplicate | JoseCode::Limit => Error::from(error),
        _ => Error::new(Code::DisclosureMalformed).because(error),
    }
}

/// With the marks inside it, and no name that is reserved.
#[inline]
fn settled(mut content: Content<'_>) -> Result<Content<'_>, Error> {
    if let Content::Claim(Key::Text(name), _) = &content {
        check_name(name)?;
    }
    match &mut content {
        Content::Claim(_, value) | Content::Element(value) => mark(value)?,
        Content::Decoy => {}
    }
    Ok(content)
}

/// Adds to an error which disclosure it is about.
pub(crate) fn at_disclosure(error: Error, index: usize) -> Error {
    Error::new(error.code()).at(At::Disclosure(index)).because(error)
}

/// A salt as it stands in its disclosure: 128 bits in base64url.
pub(crate) type SaltText = [u8; 22];

/// New disclosures, in the order in which they are to stand in the token.
pub(crate) struct Written(Texts);

impl Written {
    /// None yet, with room for so many of them, whose claims have so many octets of JSON.
    pub(crate) fn with_capacity(count: usize, octets: usize) -> Self {
        /// Of one disclosure beside its claim: salt, brackets, commas.
        const DISCLOSURE: usize = 30;
        Self(Texts::with_capacity(b'~', count, octets.saturating_add(count.saturating_mul(DISCLOSURE))))
    }

    /// Writes one and returns its number: of a claim if there is a name, else of an array element.
    #[inline]
    pub(crate) fn write(&mut self, salt: &SaltText, name: Option<&Key<'_>>, value: &Value<'_>) -> Result<usize, Error> {
        self.0.push_with(|json| write_json(salt, name, value, json))
    }

    /// Makes text of all of them: until then they may be JSON still.
    pub(crate) fn encode(&mut self) {
        self.0.encode();
    }

    /// The text of one of them.
    #[inline]
    pub(crate) fn text(&self, n: usize) -> &[u8] {
        self.0.get(n)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// All of them as they stand in a token, each with its tilde.
    pub(crate) fn all(&self) -> &[u8] {
        self.0.all()
    }
}

/// `[salt, name, value]`, or `[salt, value]`.
#[inline]
fn write_json(salt: &SaltText, name: Option<&Key<'_>>, value: &Value<'_>, json: &mut Vec<u8>) -> Result<(), Error> {
    json.extend_from_slice(b"[\"");
    json.extend_from_slice(salt);
    json.extend_from_slice(b"\",");
    if let Some(key) = name {
        let Key::Text(name) = key else { return Err(Error::new(Code::Unwritable).note("an integer key")) };
        json::write_text_into(name, json);
        json.push(b',');
    }
    json::write_marked_into(value, MARKS, json)?;
    json.push(b']');
    Ok(())
}

#[cfg(test)]
mod tests;
