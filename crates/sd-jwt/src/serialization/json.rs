//! The JWS JSON serialization, flattened and general (RFC 9901 section 8, RFC 7515 section 7.2).
//!
//! Reading gives the compact text, which is what signatures and `sd_hash` are over in this form too (JWT-J-005): everything else is
//! the same then (JWT-J-006).

use std::borrow::Cow;
use std::fmt;

use mimicred_claims::{Key, Limits, Map, Value};
use mimicred_error::At;
use mimicred_jose::{base64url, json};

use super::Parts;
use crate::token::json_limits;
use crate::{Code, Error};

const DISCLOSURES: &str = "disclosures";
const KB_JWT: &str = "kb_jwt";

/// Which of the two forms (JWT-J-001).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonForm {
    /// One signature, its members at the top.
    Flattened,
    /// An array of signatures, the Issuer's first.
    General,
}

/// An SD-JWT or SD-JWT+KB in JSON serialization, taken apart. Nothing about it is verified.
///
/// ```
/// use mimicred_sd_jwt::serialization::{JsonForm, JsonSdJwt};
///
/// let text = r#"{"payload":"e30","protected":"eyJhbGciOiJFUzI1NiJ9","signature":"AAAA","header":{"disclosures":["WyJzIiwxXQ"]}}"#;
/// let read = JsonSdJwt::parse(text)?;
/// assert_eq!(read.form(), JsonForm::Flattened);
/// assert_eq!(read.as_compact(), "eyJhbGciOiJFUzI1NiJ9.e30.AAAA~WyJzIiwxXQ~");
/// # Ok::<(), mimicred_sd_jwt::Error>(())
/// ```
#[derive(Clone)]
pub struct JsonSdJwt {
    form: JsonForm,
    compact: String,
    others: Vec<String>,
}

impl JsonSdJwt {
    /// Reads either form, within [`Limits::DEFAULT`].
    ///
    /// # Errors
    /// [`Code::JsonMalformed`], [`Code::Limit`]; [`Code::Format`] for members that are missing, of the wrong type or in the wrong
    /// place (JWT-J-002, JWT-J-004, JWT-J-009); [`Code::Header`] for a parameter that is in both headers of a signature, or `alg` in
    /// the unprotected one (JWT-J-007, JWT-J-008); [`Code::B64Malformed`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::parse_within(text, &Limits::DEFAULT)
    }

    /// The same within these limits.
    ///
    /// # Errors
    /// As [`JsonSdJwt::parse`].
    pub fn parse_within(text: &str, limits: &Limits) -> Result<Self, Error> {
        let read = json::parse(text, &json_limits(limits))?;
        let object = read.as_map().ok_or_else(|| format("not an object"))?;
        if object.text(DISCLOSURES).is_some() {
            return Err(misplaced(DISCLOSURES).note("drafts before RFC 9901 had them here"));
        }
        let payload = part(object, "payload")?;
        let (form, first, others) = match (object.text("signature"), object.text("signatures")) {
            (Some(_), None) => (JsonForm::Flattened, object, &[][..]),
            (None, Some(Value::Array(signatures))) => {
                let (first, others) = signatures.split_first().ok_or_else(|| misplaced("signatures").note("empty"))?;
                let members = ["protected", "header"].into_iter().find(|name| object.text(name).is_some());
                if let Some(name) = members {
                    return Err(misplaced(name).note("beside signatures"));
                }
                (JsonForm::General, first.as_map().ok_or_else(|| misplaced("signatures"))?, others)
            }
            (None, _) => return Err(misplaced("signatures").note("neither a signature nor an array of them")),
            (Some(_), Some(_)) => return Err(misplaced("signatures").note("beside signature")),
        };

        let mut compact = jws(first, payload)?;
        compact.push('~');
        if let Some(header) = unprotected(first)? {
            read_disclosures(header, limits, &mut compact)?;
            if let Some(kb_jwt) = header.text(KB_JWT) {
                compact.push_str(key_binding(kb_jwt)?);
            }
        }
        let others = others.iter().map(|other| read_other(other, payload)).collect::<Result<_, _>>()?;
        Ok(Self { form, compact, others })
    }

    /// The form that it has.
    pub fn form(&self) -> JsonForm {
        self.form
    }

    /// The same in compact form, for [`UnverifiedPresentation`](crate::UnverifiedPresentation) and
    /// [`UnverifiedSdJwt`](crate::UnverifiedSdJwt): the first signature is the Issuer's (JWT-J-011), the other unprotected parameters
    /// are nobody's word (JWT-J-007).
    pub fn as_compact(&self) -> &str {
        &self.compact
    }

    /// The same in compact form.
    pub fn into_compact(self) -> String {
        self.compact
    }

    /// The JWS of each further signature over the same payload, in compact form. What they are worth is the caller's policy (trap
    /// 23): verify them with [`mimicred_jose::jws::Compact`].
    pub fn other_signatures(&self) -> &[String] {
        &self.others
    }
}

/// The shape only: disclosures hold undisclosed values.
impl fmt::Debug for JsonSdJwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonSdJwt").field("form", &self.form).field("octets", &self.compact.len()).finish_non_exhaustive()
    }
}

/// A compact SD-JWT or SD-JWT+KB in JSON serialization; the members in the order in which RFC 9901 prints them.
///
/// # Errors
/// As [`Parts::split`]; [`Code::Format`] for a JWT without three parts.
///
/// ```
/// use mimicred_sd_jwt::serialization::{JsonForm, JsonSdJwt, to_json};
///
/// let compact = "eyJhbGciOiJFUzI1NiJ9.e30.AAAA~WyJzIiwxXQ~";
/// for form in [JsonForm::Flattened, JsonForm::General] {
///     assert_eq!(JsonSdJwt::parse(&to_json(compact, form)?)?.as_compact(), compact);
/// }
/// # Ok::<(), mimicred_sd_jwt::Error>(())
/// ```
pub fn to_json(compact: &str, form: JsonForm) -> Result<String, Error> {
    let parts = Parts::split(compact, &Limits { disclosures: usize::MAX, ..Limits::DEFAULT })?;
    let jwt: Vec<&str> = parts.issuer_jwt.split('.').collect();
    let [protected, payload, signature] = jwt.as_slice() else { return Err(format("a JWT has three parts")) };
    let text = |name: &'static str, text| (Key::from(name), Value::Text(Cow::Borrowed(text)));
    let disclosures = parts.disclosures.iter().map(|disclosure| Value::from(*disclosure)).collect();
    let mut header = vec![(Key::from(DISCLOSURES), Value::Array(disclosures))];
    header.extend(parts.key_binding.map(|kb_jwt| text(KB_JWT, kb_jwt)));
    let header = (Key::from("header"), Value::Map(Map::from_entries(header)?));
    let object = match form {
        JsonForm::Flattened => {
            vec![header, text("payload", payload), text("protected", protected), text("signature", signature)]
        }
        JsonForm::General => {
            let first = Map::from_entries(vec![header, text("protected", protected), text("signature", signature)])?;
            vec![text("payload", payload), (Key::from("signatures"), Value::Array(vec![Value::Map(first)]))]
        }
    };
    Ok(json::write_map(&Map::from_entries(object)?)?)
}

/// The JWS of one signature in compact form.
fn jws(signature: &Map<'_>, payload: &str) -> Result<String, Error> {
    Ok([part(signature, "protected")?, payload, part(signature, "signature")?].join("."))
}

/// A part of a JWS: text of the base64url alphabet and nothing else, so that no part brings a separator.
fn part<'m>(object: &'m Map<'_>, name: &'static str) -> Result<&'m str, Error> {
    let text = object.text(name).and_then(Value::as_text).ok_or_else(|| misplaced(name).note("missing, or not text"))?;
    if is_base64url(text) { Ok(text) } else { Err(Error::new(Code::B64Malformed).at(At::Field(Cow::Borrowed(name)))) }
}

fn is_base64url(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'_'))
}

/// The unprotected header of a signature. What is there is not protected: `alg` may not be, and nothing may be in both.
fn unprotected<'m>(signature: &'m Map<'_>) -> Result<Option<&'m Map<'m>>, Error> {
    let header = match signature.text("header") {
        Some(header) => Some(header.as_map().ok_or_else(|| misplaced("header").note("not an object"))?),
        None => None,
    };
    let refused = |name: &str| Error::new(Code::Header).at(At::Header(name.to_owned().into()));
    if header.is_some_and(|header| header.text("alg").is_some()) {
        return Err(refused("alg").note("in the unprotected header"));
    }
    let octets = base64url::decode(part(signature, "protected")?)?;
    // What cannot be read here is refused under its name when the JWS is parsed.
    let protected = json::parse_octets(&octets, &json::Limits::DEFAULT);
    let Ok(Value::Map(protected)) = protected else { return Ok(header) };
    for name in [DISCLOSURES, KB_JWT] {
        if protected.text(name).is_some() {
            return Err(misplaced(name).note("in the protected header"));
        }
    }
    let twice = header.and_then(|header| header.iter().find(|(key, _)| protected.get(key).is_some()));
    twice.map_or(Ok(header), |(key, _)| Err(refused(&key.to_string()).note("in both headers")))
}

/// Writes the disclosures, each with its tilde (JWT-J-002, JWT-J-010).
fn read_disclosures(header: &Map<'_>, limits: &Limits, compact: &mut String) -> Result<(), Error> {
    let Some(disclosures) = header.text(DISCLOSURES) else { return Ok(()) };
    let disclosures = disclosures.as_array().ok_or_else(|| misplaced(DISCLOSURES).note("not an array"))?;
    if disclosures.len() > limits.disclosures {
        return Err(Error::new(Code::Limit).note("too many disclosures"));
    }
    for (n, disclosure) in disclosures.iter().enumerate() {
        let text = disclosure.as_text().ok_or_else(|| format("a disclosure is text").at(At::Disclosure(n)))?;
        if !is_base64url(text) {
            return Err(Error::new(Code::B64Malformed).at(At::Disclosure(n)));
        }
        compact.push_str(text);
        compact.push('~');
    }
    Ok(())
}

/// A compact JWS, without a tilde that would make it something else.
fn key_binding<'m>(kb_jwt: &'m Value<'_>) -> Result<&'m str, Error> {
    let text = kb_jwt.as_text().filter(|text| !text.is_empty() && text.split('.').all(is_base64url));
    text.ok_or_else(|| misplaced(KB_JWT).note("not a JWS in compact form"))
}

/// A further signature: it has no disclosures and no key binding (JWT-J-004).
fn read_other(signature: &Value<'_>, payload: &str) -> Result<String, Error> {
    let signature = signature.as_map().ok_or_else(|| misplaced("signatures"))?;
    if let Some(header) = unprotected(signature)? {
        for name in [DISCLOSURES, KB_JWT] {
            if header.text(name).is_some() {
                return Err(misplaced(name).note("with another signature than the first"));
            }
        }
    }
    jws(signature, payload)
}

fn format(note: &'static str) -> Error {
    Error::new(Code::Format).note(note)
}

fn misplaced(name: &'static str) -> Error {
    Error::new(Code::Format).at(At::Field(Cow::Borrowed(name)))
}
