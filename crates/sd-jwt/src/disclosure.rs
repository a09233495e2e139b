//! Disclosures: the salted clear text of a claim or an array element (RFC 9901 section 4.2).
//!
//! A disclosure is kept as the text received; its digest is over that text and nothing is ever written anew (JWT-E-010).

use std::borrow::Cow;

use mimicred_claims::{Content, Key, Opened, Value};
use mimicred_error::{At, Report};
use mimicred_jose::{Code as JoseCode, base64url, json};
use mimicred_keys::{HashAlgorithm, SALT_LEN};

use crate::digest::digest;
use crate::marks::{ELEMENT, SD, SD_ALG, is_reserved, mark, reserved, unmark};
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
    Ok(Opened { digest: digest(hash, text), content })
}

/// Adds to an error which disclosure it is about.
pub(crate) fn at_disclosure(error: Error, index: usize) -> Error {
    match error.place() {
        At::Disclosure(_) => error,
        _ => Error::new(error.code()).at(At::Disclosure(index)).because(error),
    }
}

/// The text of a new disclosure: of a claim if there is a name, else of an array element.
pub(crate) fn write(salt: &[u8; SALT_LEN], name: Option<&Key<'_>>, mut value: Value<'_>) -> Result<String, Error> {
    unmark(&mut value)?;
    let mut fields = vec![Value::from(base64url::encode(salt))];
    if let Some(key) = name {
        let Key::Text(name) = key else { return Err(Error::new(Code::Unwritable).note("an integer key")) };
        fields.push(Value::Text(Cow::Borrowed(name)));
    }
    fields.push(value);
    Ok(base64url::encode(json::write(&Value::Array(fields))?.as_bytes()))
}

#[cfg(test)]
mod tests;
