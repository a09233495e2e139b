//! Disclosures: the salted clear text of a claim or an array element (RFC 9901 section 4.2).
//!
//! A disclosure is kept as the text received; its digest is over that text and nothing is ever written anew (JWT-E-010).

use mimicred_claims::{Content, Key, Value};
use mimicred_error::{At, Report};
use mimicred_jose::{Code as JoseCode, base64url, json};

use crate::marks::{ELEMENT, MARKS, SD, SD_ALG, is_reserved, mark, reserved};
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
    match &mut content {
        Content::Claim(Key::Text(name), _) if is_reserved(name) => {
            let name = [SD, ELEMENT, SD_ALG].into_iter().find(|reserved| reserved == name);
            return Err(reserved(name.unwrap_or(SD)));
        }
        Content::Claim(_, value) | Content::Element(value) => mark(value)?,
        Content::Decoy => {}
    }
    Ok(content)
}

/// Adds to an error which disclosure it is about.
pub(crate) fn at_disclosure(error: Error, index: usize) -> Error {
    match error.place() {
        At::Disclosure(_) => error,
        _ => Error::new(error.code()).at(At::Disclosure(index)).because(error),
    }
}

/// A salt as it stands in its disclosure: 128 bits in base64url.
pub(crate) type SaltText = [u8; 22];

/// New disclosures, written one behind the other as they are to stand in the token, each with its tilde.
#[derive(Default)]
pub(crate) struct Written {
    text: Vec<u8>,
    /// Where each ends, before its tilde.
    ends: Vec<usize>,
    /// The JSON of one.
    json: Vec<u8>,
}

impl Written {
    /// None yet, with room for so many of them, whose claims have so many octets of JSON.
    pub(crate) fn with_capacity(count: usize, octets: usize) -> Self {
        /// Of one disclosure beside its claim: salt, brackets, commas, tilde.
        const DISCLOSURE: usize = 32;
        let octets = octets.saturating_add(count.saturating_mul(DISCLOSURE));
        Self { text: Vec::with_capacity(octets.saturating_add(octets / 3)), ends: Vec::with_capacity(count), json: Vec::new() }
    }

    /// Writes one and returns its number: of a claim if there is a name, else of an array element.
    pub(crate) fn write(&mut self, salt: &SaltText, name: Option<&Key<'_>>, value: &Value<'_>) -> Result<usize, Error> {
        let json = &mut self.json;
        json.clear();
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
        base64url::encode_into(json, &mut self.text);
        self.ends.push(self.text.len());
        self.text.push(b'~');
        Ok(self.ends.len() - 1)
    }

    /// The text of one of them.
    pub(crate) fn text(&self, n: usize) -> &[u8] {
        let start = n.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).map(|end| end + 1));
        let place = start.zip(self.ends.get(n)).map(|(start, end)| start..*end);
        place.and_then(|place| self.text.get(place)).unwrap_or_default()
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// All of them, each with its tilde.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.text
    }
}

#[cfg(test)]
mod tests;
