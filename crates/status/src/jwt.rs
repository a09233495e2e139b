//! The Status List Token as a JWT: reading and verifying.

use std::borrow::Cow;
use std::fmt;

use mimicred_claims::{Key, Map, Value};
use mimicred_jose::jws::Compact;
use mimicred_jose::{base64url, json};

use crate::error::{about, about_header};
use crate::token::Claims;
use crate::{Code, Error, Expectations, Limits, StatusListToken, VerifiedStatusList};

/// `typ`, as it is written and the only spelling that is read.
pub(crate) const TYPE: &str = "statuslist+jwt";
/// The algorithms of JOSE that are MACs (RFC 7518 section 3.1).
const MACS: [&str; 3] = ["HS256", "HS384", "HS512"];
/// Header parameters by which a token would bring the key to verify it with. `x5c` is not among them: issuers of lists send their
/// certificates along for those who follow them, and to us they are as good as nothing.
const OWN_KEYS: [&str; 3] = ["jwk", "jku", "x5u"];

/// The text of a Status List Token, as it is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusListJwt(String);

impl StatusListJwt {
    pub(crate) fn new(text: String) -> Self {
        Self(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The octets of the text.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The text.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl AsRef<str> for StatusListJwt {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for StatusListJwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A received Status List Token. Nothing about it is verified.
///
/// ```
/// use mimicred_claims::Clock;
/// use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SystemRandom};
/// use mimicred_status::{
///     Bits, Expectations, Limits, StatusIssuer, StatusList, StatusListToken, StatusReference, UnverifiedStatusListJwt,
/// };
///
/// let key = IssuerKey::new(SecretKey::generate(Algorithm::Ed25519, &mut SystemRandom)?);
/// let uri = "https://a.example/status/1";
/// let token = StatusListToken::new(uri, StatusList::new(Bits::One, 1000), 1_790_000_000).with_ttl(43_200);
/// let published = StatusIssuer::new(key.public()).prepare_jwt(&token)?.sign(&key)?;
///
/// let (keys, clock) = ([key.public().clone()], Clock { now: 1_790_000_100, leeway: 60 });
/// let expected = Expectations { keys: &keys, uri, clock, max_age: Some(86_400), limits: Limits::DEFAULT };
/// let list = UnverifiedStatusListJwt::parse(published.as_str())?.verify(&expected)?;
/// assert!(list.check(&StatusReference::new(uri, 999)?, &clock).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct UnverifiedStatusListJwt<'a> {
    jws: Compact<'a>,
    limits: json::Limits,
}

impl<'a> UnverifiedStatusListJwt<'a> {
    /// Whether this `typ` is that of a Status List Token: `statuslist+jwt`, and no other spelling of the same media type (JWT-S-003).
    ///
    /// ```
    /// use mimicred_status::UnverifiedStatusListJwt;
    ///
    /// assert!(UnverifiedStatusListJwt::is_type(Some("statuslist+jwt")));
    /// assert!(!UnverifiedStatusListJwt::is_type(Some("application/statuslist+jwt")));
    /// ```
    pub fn is_type(typ: Option<&str>) -> bool {
        typ == Some(TYPE)
    }

    /// Takes a token apart, within [`Limits::DEFAULT`].
    ///
    /// # Errors
    /// [`Code::Limit`], [`Code::Malformed`], [`Code::MacUnsupported`], and [`Code::AlgUnsupported`] for `none`.
    pub fn parse(text: &'a str) -> Result<Self, Error> {
        Self::parse_within(text, &Limits::DEFAULT)
    }

    /// Takes a token apart, within these limits: a JWS in compact form, with nothing around it.
    ///
    /// # Errors
    /// As [`UnverifiedStatusListJwt::parse`].
    pub fn parse_within(text: &'a str, limits: &Limits) -> Result<Self, Error> {
        limits.check_token(text.len())?;
        let jws = Compact::parse(text)?;
        if MACS.contains(&jws.header().alg()) {
            return Err(about_header(Code::MacUnsupported, "alg"));
        }
        Ok(Self { jws, limits: json::Limits { octets: limits.token, ..json::Limits::DEFAULT } })
    }

    /// `sub`, as claimed: the name of the list.
    ///
    /// # Errors
    /// [`Code::Limit`], [`Code::Malformed`], [`Code::Claim`].
    pub fn subject(&self) -> Result<String, Error> {
        Ok(self.claims()?.uri().to_owned())
    }

    /// The header, as claimed.
    pub fn header(&self) -> &Map<'static> {
        self.jws.header().members()
    }

    /// The content, to look at and not to rely on.
    ///
    /// # Errors
    /// As far as the content cannot be read.
    pub fn inspect(&self, limits: &Limits) -> Result<StatusListToken, Error> {
        self.claims()?.decompress(limits)
    }

    /// Checks everything, in this order: type, that the header brings no key, signature, claims, name, dates, and the list, which is
    /// decompressed only when the rest is believed. The first failure is the error.
    ///
    /// # Errors
    /// [`Code::TypeMismatch`], [`Code::AlgUnsupported`], [`Code::Signature`], [`Code::Malformed`], [`Code::Claim`],
    /// [`Code::Subject`], [`Code::Expired`], [`Code::Premature`], [`Code::Stale`], [`Code::Compression`], [`Code::Limit`].
    pub fn verify(&self, expected: &Expectations<'_>) -> Result<VerifiedStatusList, Error> {
        let header = self.jws.header();
        if !Self::is_type(header.typ()) {
            return Err(about_header(Code::TypeMismatch, "typ"));
        }
        if let Some(name) = OWN_KEYS.into_iter().find(|name| header.members().text(name).is_some()) {
            return Err(about_header(Code::Malformed, name).note("a list brings no key of its own"));
        }
        let name = header.algorithm()?;
        let key = expected.signer(name.algorithm(), name, |key| self.jws.verify(key).is_ok())?;
        VerifiedStatusList::conclude(self.claims()?, key, expected)
    }

    /// The claims. A member that stands twice, at any depth, is refused by the reader of JSON.
    fn claims(&self) -> Result<Claims<'_>, Error> {
        let Value::Map(mut claims) = json::parse_octets(self.jws.payload(), &self.limits)? else {
            return Err(Error::new(Code::Malformed).note("the payload is no object"));
        };
        Claims::read(|name| claims.remove(&Key::from(name)), octets)
    }
}

/// The octets of `lst`, which is strict base64url without padding (JWT-S-004).
fn octets(lst: Value<'_>) -> Result<Cow<'_, [u8]>, Error> {
    let text = lst.as_text().ok_or_else(|| about(Code::Malformed, "lst").note("it is no text"))?;
    let octets = base64url::decode(text).map_err(|error| about(Code::Malformed, "lst").because(error))?;
    Ok(Cow::Owned(octets))
}
