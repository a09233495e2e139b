//! Disclosures: the salted clear text of a claim or an array element (RFC 9901 section 4.2).
//!
//! A disclosure is kept as the text received; its digest is over that text and nothing is ever written anew (JWT-E-010).

use mimicred_claims::{Content, Key, Opened, Value};
use mimicred_error::{At, Report};
use mimicred_jose::{Code as JoseCode, base64url, json};
use mimicred_keys::{HashAlgorithm, SALT_LEN};

use crate::digest::digest;
use crate::marks::{ELEMENT, MARKS, SD, SD_ALG, is_reserved, mark, reserved};
use crate::{Code, Error};

/// Opens the disclosure with this received text and its decoded octets.
pub(crate) fn open<'a>(text: &str, octets: &'a [u8], hash: HashAlgorithm) -> Result<Opened<'a>, Error> {
    let malformed = || Error::new(Code::DisclosureMalformed);
    // A repeated member and a limit keep their names; whatever else is not JSON is no disclosure (JWT-E-006, JWT-E-016).
    let parsed = json::parse_octets(octets, &json::Limits::DEFAULT).map_err(|e| match e.code() {
        JoseCode::MemberDuplicate | JoseCode::Limit => Error::from(e),
        _ => malformed().because(e),
    })?;
    let Value::Array(fields) = parsed else { return Err(malformed()) };
    let content = match <[Value<'_>; 3]>::try_from(fields) {
        Ok([salt, name, mut value]) => {
            let (Value::Text(_), Value::Text(name)) = (salt, name) else { return Err(malformed()) };
            if is_reserved(&name) {
                let name = [SD, ELEMENT, SD_ALG].into_iter().find(|reserved| *reserved == name);
                return Err(reserved(name.unwrap_or(SD)));
            }
            mark(&mut value)?;
            Content::Claim(Key::Text(name), value)
        }
        Err(fields) => {
            let Ok([Value::Text(_), mut value]) = <[Value<'_>; 2]>::try_from(fields) else { return Err(malformed()) };
            mark(&mut value)?;
            Content::Element(value)
        }
    };
    Ok(Opened { digest: digest(hash, text.as_bytes()), content })
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
    /// None yet, with room for so many of them.
    pub(crate) fn with_capacity(count: usize) -> Self {
        const USUAL_LEN: usize = 128;
        Self { text: Vec::with_capacity(count.saturating_mul(USUAL_LEN)), ends: Vec::with_capacity(count), json: String::new() }
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
