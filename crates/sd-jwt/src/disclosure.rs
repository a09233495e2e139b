//! Disclosures: the salted clear text of a claim or an array element (RFC 9901 section 4.2).
//!
//! A disclosure is kept as the text received; its digest is over that text and nothing is ever written anew (JWT-E-010).

use mimicred_claims::{Content, Key, Value};
use mimicred_error::{At, Report};
use mimicred_jose::{Code as JoseCode, base64url, json};
use mimicred_keys::SALT_LEN;

use crate::marks::{ELEMENT, MARKS, SD, SD_ALG, is_reserved, mark, reserved};
use crate::{Code, Error};

/// Opens the disclosure of these decoded octets.
pub(crate) fn open(octets: &[u8]) -> Result<Content<'_>, Error> {
    let malformed = || Error::new(Code::DisclosureMalformed);
    // A repeated member and a limit keep their names; whatever else is not JSON is no disclosure (JWT-E-006, JWT-E-016).
    let parsed = json::parse_array::<3>(octets, &json::Limits::DEFAULT).map_err(|e| match e.code() {
        JoseCode::MemberDuplicate | JoseCode::Limit => Error::from(e),
        _ => malformed().because(e),
    })?;
    let Some(([Value::Text(_), second, third], count)) = parsed else { return Err(malformed()) };
    match count {
        2 => {
            let mut value = second;
            mark(&mut value)?;
            Ok(Content::Element(value))
        }
        3 => {
            let (Value::Text(name), mut value) = (second, third) else { return Err(malformed()) };
            if is_reserved(&name) {
                let name = [SD, ELEMENT, SD_ALG].into_iter().find(|reserved| *reserved == name);
                return Err(reserved(name.unwrap_or(SD)));
            }
            mark(&mut value)?;
            Ok(Content::Claim(Key::Text(name), value))
        }
        _ => Err(malformed()),
    }
}

/// Adds to an error which disclosure it is about.
pub(crate) fn at_disclosure(error: Error, index: usize) -> Error {
    match error.place() {
        At::Disclosure(_) => error,
        _ => Error::new(error.code()).at(At::Disclosure(index)).because(error),
    }
}

/// New disclosures, written one behind the other as they are to stand in the token, each with its tilde.
#[derive(Default)]
pub(crate) struct Written {
    text: Vec<u8>,
    /// Where each ends, before its tilde.
    ends: Vec<usize>,
    /// The JSON text of one.
    json: String,
}

impl Written {
    /// None yet, with room for so many of them, whose claims have so many octets of JSON.
    pub(crate) fn with_capacity(count: usize, octets: usize) -> Self {
        /// Of one disclosure beside its claim: salt, brackets, commas, tilde.
        const DISCLOSURE: usize = 32;
        let octets = octets.saturating_add(count.saturating_mul(DISCLOSURE));
        Self { text: Vec::with_capacity(octets.saturating_add(octets / 3)), ends: Vec::with_capacity(count), json: String::new() }
    }

    /// Writes one and returns its number: of a claim if there is a name, else of an array element.
    pub(crate) fn write(&mut self, salt: &[u8; SALT_LEN], name: Option<&Key<'_>>, value: &Value<'_>) -> Result<usize, Error> {
        let json = &mut self.json;
        json.clear();
        json.push_str("[\"");
        base64url::encode_digest(salt, |text| json.extend(text.iter().map(|octet| char::from(*octet))));
        json.push_str("\",");
        if let Some(key) = name {
            let Key::Text(name) = key else { return Err(Error::new(Code::Unwritable).note("an integer key")) };
            json::write_text_into(name, json);
            json.push(',');
        }
        json::write_marked_into(value, MARKS, json)?;
        json.push(']');
        base64url::encode_into(json.as_bytes(), &mut self.text);
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
