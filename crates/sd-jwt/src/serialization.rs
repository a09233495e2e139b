//! The compact form (RFC 9901 section 4): `jwt~disclosure~…~`, and a KB-JWT after the last tilde if there is one. The JSON
//! serialization is read to it and written from it.

mod json;

use std::fmt;

use mimicred_claims::{ClaimPath, Limits};
use mimicred_error::At;
use mimicred_jose::jws;
use mimicred_keys::ToBeSigned;

use crate::disclosure::Written;
use crate::token::json_limits;
use crate::{Code, Error};

pub use json::{JsonForm, JsonSdJwt, to_json};

/// The parts of a compact SD-JWT, as slices of the text.
#[derive(Clone, PartialEq, Eq)]
pub struct Parts<'a> {
    /// Everything up to and including the last tilde: what `sd_hash` covers.
    pub bound: &'a str,
    /// The Issuer's JWT.
    pub issuer_jwt: &'a str,
    /// The disclosures, in their order.
    pub disclosures: Vec<&'a str>,
    /// The KB-JWT.
    pub key_binding: Option<&'a str>,
}

impl<'a> Parts<'a> {
    /// Splits the text within these limits, of which the number of disclosures counts; the length of the text is bounded by it too.
    ///
    /// # Errors
    /// [`Code::Format`], [`Code::Limit`].
    ///
    /// ```
    /// use mimicred_sd_jwt::Limits;
    /// use mimicred_sd_jwt::serialization::Parts;
    ///
    /// let parts = Parts::split("a.b.c~d1~d2~k.l.m", &Limits::DEFAULT)?;
    /// assert_eq!(parts.issuer_jwt, "a.b.c");
    /// assert_eq!(parts.disclosures, ["d1", "d2"]);
    /// assert_eq!(parts.bound, "a.b.c~d1~d2~");
    /// assert_eq!(parts.key_binding, Some("k.l.m"));
    /// assert!(Parts::split("a.b.c", &Limits::DEFAULT).is_err(), "the last tilde is never left out");
    /// # Ok::<(), mimicred_sd_jwt::Error>(())
    /// ```
    pub fn split(text: &'a str, limits: &Limits) -> Result<Self, Error> {
        if text.len() > json_limits(limits).octets {
            return Err(Error::new(Code::Limit).note("the token is too long"));
        }
        let format = |note: &str| Error::new(Code::Format).note(note);
        let octets = text.as_bytes();
        let first = memchr::memchr(b'~', octets).ok_or_else(|| format("no tilde"))?;
        let (issuer_jwt, rest) = (text.get(..first).unwrap_or_default(), text.get(first + 1..).unwrap_or_default());
        if issuer_jwt.is_empty() {
            return Err(format("no JWT before the first tilde"));
        }
        // Room for as many as most tokens have, so that it grows for few of them.
        let mut disclosures = Vec::with_capacity(limits.disclosures.min(32));
        let (mut start, mut dotted) = (0, false);
        for place in memchr::memchr2_iter(b'~', b'.', rest.as_bytes()) {
            if rest.as_bytes().get(place) == Some(&b'.') {
                dotted = true;
                continue;
            }
            if disclosures.len() >= limits.disclosures {
                return Err(Error::new(Code::Limit).note("too many disclosures"));
            }
            // An empty one is two tildes in a row; one with a dot is a JWT that stands too early (JWT-E-002).
            let disclosure = rest.get(start..place).filter(|disclosure| !disclosure.is_empty() && !dotted);
            disclosures.push(disclosure.ok_or_else(|| format("this is no disclosure").at(At::Disclosure(disclosures.len())))?);
            start = place + 1;
        }
        let (before, last) = (first + 1 + start, rest.get(start..).unwrap_or_default());
        let bound = text.get(..before).unwrap_or_default();
        Ok(Self { bound, issuer_jwt, disclosures, key_binding: (!last.is_empty()).then_some(last) })
    }
}

/// Only the shape is printed: disclosures hold undisclosed values.
impl fmt::Debug for Parts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parts")
            .field("issuer_jwt", &self.issuer_jwt.len())
            .field("disclosures", &self.disclosures.len())
            .field("key_binding", &self.key_binding.map(str::len))
            .finish()
    }
}

/// An issued SD-JWT with all its disclosures: what the Holder gets and keeps to herself.
#[derive(Clone, PartialEq, Eq)]
pub struct SdJwt(String);

impl SdJwt {
    /// From what was signed and the disclosures.
    pub(crate) fn new(signed: ToBeSigned, signature: &[u8], disclosures: &Written) -> Self {
        let mut text = jws::finish_octets(signed, signature);
        text.push(b'~');
        text.extend_from_slice(disclosures.all());
        // All of it is base64url, dots and tildes.
        Self(String::from_utf8(text).unwrap_or_default())
    }

    /// The compact text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The compact text.
    pub fn into_string(self) -> String {
        self.0
    }

    /// The same in JSON serialization (JWT-J-001).
    ///
    /// # Errors
    /// None that can happen: it is a compact text by construction.
    pub fn to_json(&self, form: JsonForm) -> Result<String, Error> {
        to_json(&self.0, form)
    }
}

impl AsRef<str> for SdJwt {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SdJwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Salts and values stay out of logs.
impl fmt::Debug for SdJwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SdJwt({} octets)", self.0.len())
    }
}

/// An SD-JWT+KB: the token, the chosen disclosures, and the Holder's key binding.
#[derive(Clone, PartialEq, Eq)]
pub struct Presentation {
    text: String,
    revealed: Vec<ClaimPath>,
}

impl Presentation {
    pub(crate) fn new(text: String, revealed: Vec<ClaimPath>) -> Self {
        Self { text, revealed }
    }

    /// The compact text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The compact text as octets.
    pub fn as_bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// The compact text.
    pub fn into_string(self) -> String {
        self.text
    }

    /// The same in JSON serialization (JWT-J-001, JWT-J-003).
    ///
    /// # Errors
    /// None that can happen: it is a compact text by construction.
    pub fn to_json(&self, form: JsonForm) -> Result<String, Error> {
        to_json(&self.text, form)
    }

    /// The claims that are disclosed by it, beside those that are always visible.
    pub fn revealed(&self) -> &[ClaimPath] {
        &self.revealed
    }
}

impl AsRef<str> for Presentation {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Presentation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Values stay out of logs.
impl fmt::Debug for Presentation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presentation").field("octets", &self.text.len()).field("revealed", &self.revealed).finish()
    }
}
