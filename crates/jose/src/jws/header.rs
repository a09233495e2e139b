//! The JOSE header.

use std::borrow::Cow;

use mimicred_claims::{Map, Value};
use mimicred_error::At;

use super::AlgorithmName;
use crate::{Code, Error, base64url, json};

/// Longest header text that is read; room for an `x5c` chain.
const LIMITS: json::Limits = json::Limits { octets: 64 * 1024, depth: 8, values: 1024 };

/// What most headers have, names and values: nothing of them needs to be kept anew.
const KNOWN: [&str; 10] = ["alg", "typ", "kid", "x5c", "kb+jwt", "dc+sd-jwt", "ES256", "EdDSA", "Ed25519", "ES384"];

/// A JOSE header. Parameters that are not known are kept and ignored, as RFC 7515 section 4 asks; none is trusted before the
/// signature is verified, and no key is ever taken from it.
#[derive(Clone)]
pub struct Header {
    members: Map<'static>,
}

impl Header {
    /// Reads the header text.
    ///
    /// # Errors
    /// [`Code::JsonMalformed`], [`Code::MemberDuplicate`], [`Code::Limit`]; [`Code::AlgUnsupported`] for `none`;
    /// [`Code::Header`] if it is no object, if a parameter has the wrong type, or if there is `crit` (JWT-E-020) or `b64`, which
    /// has no meaning without it (RFC 7797 section 6).
    ///
    /// ```
    /// use mimicred_jose::{Code, jws::Header};
    ///
    /// let header = Header::parse(br#"{"alg":"ES256","typ":"kb+jwt"}"#)?;
    /// assert_eq!(header.typ(), Some("kb+jwt"));
    /// assert_eq!(Header::parse(br#"{"alg":"none"}"#).unwrap_err().code(), Code::AlgUnsupported);
    /// # Ok::<(), mimicred_jose::Error>(())
    /// ```
    pub fn parse(octets: &[u8]) -> Result<Self, Error> {
        let Value::Map(members) = json::parse_octets(octets, &LIMITS)? else {
            return Err(Error::new(Code::Header).note("not an object"));
        };
        for name in ["alg", "typ", "kid", "cty"] {
            if members.text(name).is_some_and(|value| value.as_text().is_none()) {
                return Err(refused(name).note("not text"));
            }
        }
        for name in ["crit", "b64"] {
            if members.text(name).is_some() {
                return Err(refused(name).note("not understood"));
            }
        }
        let header = Self { members: members.into_owned_with(&KNOWN) };
        match header.alg() {
            "" => Err(refused("alg").note("missing")),
            none if none.eq_ignore_ascii_case("none") => Err(Error::new(Code::AlgUnsupported).at(At::Header("alg".into()))),
            _ => Ok(header),
        }
    }

    /// `alg` as it stands, known or not.
    pub fn alg(&self) -> &str {
        self.text("alg").unwrap_or_default()
    }

    /// `alg`, if it is one we know.
    ///
    /// # Errors
    /// [`Code::AlgUnsupported`].
    pub fn algorithm(&self) -> Result<AlgorithmName, Error> {
        self.alg().parse::<AlgorithmName>().map_err(|e| e.at(At::Header("alg".into())))
    }

    /// `typ`.
    pub fn typ(&self) -> Option<&str> {
        self.text("typ")
    }

    /// `kid`.
    pub fn kid(&self) -> Option<&str> {
        self.text("kid")
    }

    /// The certificates of `x5c` in DER, the signer's first. Not verified, and nothing follows from them by itself.
    ///
    /// # Errors
    /// [`Code::Header`] if it is not a list of text, [`Code::B64Malformed`].
    pub fn x5c(&self) -> Result<Vec<Vec<u8>>, Error> {
        let Some(chain) = self.members.text("x5c") else { return Ok(Vec::new()) };
        let chain = chain.as_array().filter(|chain| !chain.is_empty()).ok_or_else(|| refused("x5c"))?;
        let certificate = |text: &Value<'_>| {
            let text = text.as_text().ok_or_else(|| refused("x5c"))?;
            base64url::decode_standard(text).map_err(|e| e.at(At::Header(Cow::Borrowed("x5c"))))
        };
        chain.iter().map(certificate).collect()
    }

    /// Every parameter.
    pub fn members(&self) -> &Map<'static> {
        &self.members
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.members.text(name)?.as_text()
    }
}

impl std::fmt::Debug for Header {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Header")
            .field("alg", &self.alg())
            .field("typ", &self.typ())
            .field("kid", &self.kid())
            .finish_non_exhaustive()
    }
}

fn refused(name: &'static str) -> Error {
    Error::new(Code::Header).at(At::Header(Cow::Borrowed(name)))
}
