//! What a Status List Token says, whatever its format.

use std::borrow::Cow;

use mimicred_claims::{Clock, Date, Key, Map, Value};

use crate::error::about;
use crate::reference::is_uri;
use crate::{Bits, Code, Error, Expectations, StatusList};

/// What is accepted at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Octets of the token.
    pub token: usize,
    /// Octets of the list when it is decompressed (CWT-S-011, JWT-S-008).
    pub list: usize,
}

impl Limits {
    /// 4 MiB as received; 16 MiB when decompressed, which are 2^27 entries of 1 bit or 2^24 of 8 bits.
    pub const DEFAULT: Limits = Limits { token: 4 << 20, list: 16 << 20 };

    /// Whether a token of so many octets is looked at.
    pub(crate) fn check_token(&self, octets: usize) -> Result<(), Error> {
        if octets > self.token { Err(Error::new(Code::Limit).note(format!("more than {} octets", self.token))) } else { Ok(()) }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// The content of a Status List Token: a list, under the name by which tokens refer to it, and for how long it is good (CWT-S-005,
/// JWT-S-003).
///
/// The crate's front page has an example.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusListToken {
    uri: String,
    list: StatusList,
    validity: Validity,
    aggregation_uri: Option<String>,
}

/// Since when and for how long a list is good.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Validity {
    issued_at: Date,
    not_before: Option<Date>,
    expires: Option<Date>,
    ttl: Option<u64>,
}

impl StatusListToken {
    /// The list for this URI, which references must have octet for octet, as of this moment. The draft recommends both
    /// [`with_expiry`](Self::with_expiry) and [`with_ttl`](Self::with_ttl).
    pub fn new(uri: impl Into<String>, list: StatusList, issued_at: i64) -> Self {
        let validity = Validity { issued_at: Date::from(issued_at), not_before: None, expires: None, ttl: None };
        Self { uri: uri.into(), list, validity, aggregation_uri: None }
    }

    /// After this moment nobody may rely on the list. Without it, whoever has an old list can show it for ever.
    #[must_use]
    pub fn with_expiry(mut self, exp: i64) -> Self {
        self.validity.expires = Some(Date::from(exp));
        self
    }

    /// For so many seconds a Verifier need not ask again.
    #[must_use]
    pub fn with_ttl(mut self, seconds: u64) -> Self {
        self.validity.ttl = Some(seconds);
        self
    }

    /// Where the URIs of all lists of this Issuer are.
    #[must_use]
    pub fn with_aggregation_uri(mut self, uri: impl Into<String>) -> Self {
        self.aggregation_uri = Some(uri.into());
        self
    }

    /// The name of the list.
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// The list.
    pub fn list(&self) -> &StatusList {
        &self.list
    }

    /// `iat`.
    pub fn issued_at(&self) -> Date {
        self.validity.issued_at
    }

    /// `nbf`.
    pub fn not_before(&self) -> Option<Date> {
        self.validity.not_before
    }

    /// `exp`.
    pub fn expires(&self) -> Option<Date> {
        self.validity.expires
    }

    /// `ttl`, in seconds and above 0.
    pub fn ttl(&self) -> Option<u64> {
        self.validity.ttl
    }

    /// `aggregation_uri`.
    pub fn aggregation_uri(&self) -> Option<&str> {
        self.aggregation_uri.as_deref()
    }

    /// Whether it makes sense to sign this.
    pub(crate) fn check_issue(&self) -> Result<(), Error> {
        let Validity { issued_at, expires, ttl, .. } = self.validity;
        let claim = match () {
            () if !is_uri(&self.uri) => "sub",
            () if self.aggregation_uri.as_deref().is_some_and(|uri| !is_uri(uri)) => "aggregation_uri",
            () if ttl == Some(0) => "ttl",
            () if expires.is_some_and(|exp| exp <= issued_at) => "exp",
            () => return Ok(()),
        };
        Err(about(Code::Issue, claim))
    }

    /// Whether the list counts at this moment.
    pub(crate) fn check_clock(&self, clock: &Clock) -> Result<(), Error> {
        self.validity.check_clock(clock)
    }
}

impl Validity {
    /// CWT-S-005, JWT-S-003: not expired, and neither valid later nor made in the future.
    fn check_clock(&self, clock: &Clock) -> Result<(), Error> {
        if self.expires.is_some_and(|exp| clock.is_expired(exp)) {
            return Err(about(Code::Expired, "exp"));
        }
        if clock.is_premature(self.issued_at) {
            return Err(about(Code::Premature, "iat"));
        }
        if self.not_before.is_some_and(|nbf| clock.is_premature(nbf)) {
            return Err(about(Code::Premature, "nbf"));
        }
        Ok(())
    }
}

/// The claims of a received token, its list still compressed.
pub(crate) struct Claims<'a> {
    uri: Cow<'a, str>,
    validity: Validity,
    list: Compressed<'a>,
}

/// The value of `status_list`.
struct Compressed<'a> {
    bits: Bits,
    octets: Cow<'a, [u8]>,
    aggregation_uri: Option<String>,
}

impl<'a> Claims<'a> {
    /// Takes the claims that `take` finds by their names in JWT; `octets` makes the octets of `lst`, which is where the forms differ.
    pub(crate) fn read(
        mut take: impl FnMut(&'static str) -> Option<Value<'a>>,
        octets: impl FnOnce(Value<'a>) -> Result<Cow<'a, [u8]>, Error>,
    ) -> Result<Self, Error> {
        let missing = |claim: &'static str| about(Code::Claim, claim);
        let uri = match take("sub") {
            Some(Value::Text(uri)) => uri,
            _ => return Err(missing("sub")),
        };
        let mut date = |claim| match take(claim) {
            None => Ok(None),
            Some(value) => Date::from_value(&value).map(Some).map_err(|error| about(Code::Claim, claim).because(error)),
        };
        let issued_at = date("iat")?.ok_or_else(|| missing("iat"))?;
        let (not_before, expires) = (date("nbf")?, date("exp")?);
        let ttl = match take("ttl") {
            None => None,
            Some(Value::Int(seconds @ 1..)) => Some(u64::try_from(seconds).unwrap_or(u64::MAX)),
            Some(_) => return Err(about(Code::Claim, "ttl").note("it is no whole number above 0")),
        };
        let Some(Value::Map(list)) = take("status_list") else { return Err(missing("status_list")) };
        let validity = Validity { issued_at, not_before, expires, ttl };
        Ok(Self { uri, validity, list: Compressed::read(list, octets)? })
    }

    /// The name of the list.
    pub(crate) fn uri(&self) -> &str {
        &self.uri
    }

    /// Whether it is the list expected, and counts now (CWT-S-005, JWT-S-003).
    pub(crate) fn check(&self, expected: &Expectations<'_>) -> Result<(), Error> {
        if self.uri != expected.uri {
            return Err(about(Code::Subject, "sub"));
        }
        self.validity.check_clock(&expected.clock)?;
        match expected.max_age {
            Some(max_age) if expected.clock.is_older(self.validity.issued_at, max_age) => Err(about(Code::Stale, "iat")),
            _ => Ok(()),
        }
    }

    /// The whole content.
    pub(crate) fn decompress(self, limits: &Limits) -> Result<StatusListToken, Error> {
        let Self { uri, validity, list: Compressed { bits, octets, aggregation_uri } } = self;
        let list = StatusList::decompress(bits, &octets, limits)?;
        Ok(StatusListToken { uri: uri.into_owned(), list, validity, aggregation_uri })
    }
}

impl<'a> Compressed<'a> {
    /// CWT-S-006, JWT-S-004.
    fn read(mut list: Map<'a>, octets: impl FnOnce(Value<'a>) -> Result<Cow<'a, [u8]>, Error>) -> Result<Self, Error> {
        let malformed = |member: &'static str| about(Code::Malformed, member);
        let bits = list.text("bits").and_then(Value::as_int).and_then(Bits::from_number);
        let bits = bits.ok_or_else(|| malformed("bits").note("they are 1, 2, 4 or 8"))?;
        let aggregation_uri = match list.remove(&Key::from("aggregation_uri")) {
            None => None,
            Some(Value::Text(uri)) => Some(uri.into_owned()),
            Some(_) => return Err(malformed("aggregation_uri")),
        };
        let lst = list.remove(&Key::from("lst")).ok_or_else(|| malformed("lst"))?;
        Ok(Self { bits, octets: octets(lst)?, aggregation_uri })
    }
}
