//! A list that was fetched, in whichever form it came.

use mimicred_error::At;

use crate::{
    Code, Error, Expectations, Limits, StatusListToken, UnverifiedStatusListCwt, UnverifiedStatusListJwt, VerifiedStatusList,
};

/// A received Status List Token in either form. Nothing about it is verified.
///
/// The form says nothing about what the list is good for: a token in one form may point to a list in the other, and what is verified
/// ([`VerifiedStatusList`]) has no form.
///
/// ```
/// use mimicred_claims::Clock;
/// use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SystemRandom};
/// use mimicred_status::{Bits, Expectations, Limits, StatusIssuer, StatusList, StatusListToken, UnverifiedStatusList};
///
/// let key = IssuerKey::new(SecretKey::generate(Algorithm::P256, &mut SystemRandom)?);
/// let uri = "https://a.example/status/1";
/// let token = StatusListToken::new(uri, StatusList::new(Bits::One, 1000), 1_790_000_000);
/// let issuer = StatusIssuer::new(key.public());
/// let jwt = issuer.prepare_jwt(&token)?.sign(&key)?;
/// let cwt = issuer.prepare_cwt(&token)?.sign(&key)?;
///
/// let (keys, clock) = ([key.public().clone()], Clock { now: 1_790_000_100, leeway: 60 });
/// let expected = Expectations { keys: &keys, uri, clock, max_age: None, limits: Limits::DEFAULT };
/// for fetched in [jwt.as_bytes(), cwt.as_bytes()] {
///     let list = UnverifiedStatusList::parse(fetched)?.verify(&expected)?;
///     assert_eq!(*list.token(), token);
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub enum UnverifiedStatusList<'a> {
    /// A CWT.
    Cwt(UnverifiedStatusListCwt<'a>),
    /// A JWT.
    Jwt(UnverifiedStatusListJwt<'a>),
}

impl<'a> UnverifiedStatusList<'a> {
    /// Takes a token apart, within [`Limits::DEFAULT`].
    ///
    /// # Errors
    /// As [`UnverifiedStatusListCwt::parse`] and [`UnverifiedStatusListJwt::parse`].
    pub fn parse(octets: &'a [u8]) -> Result<Self, Error> {
        Self::parse_within(octets, &Limits::DEFAULT)
    }

    /// Takes a token apart, within these limits. The first octet tells the form: a COSE message is an array or has a tag, which begin
    /// with 0x80 and more, and a JWS is ASCII.
    ///
    /// # Errors
    /// As [`UnverifiedStatusList::parse`].
    pub fn parse_within(octets: &'a [u8], limits: &Limits) -> Result<Self, Error> {
        limits.check_token(octets.len())?;
        if octets.first().is_some_and(|first| !first.is_ascii()) {
            return UnverifiedStatusListCwt::parse_within(octets, limits).map(Self::Cwt);
        }
        let text = std::str::from_utf8(octets);
        let text = text.map_err(|error| Error::new(Code::Malformed).at(At::Offset(error.valid_up_to())))?;
        UnverifiedStatusListJwt::parse_within(text, limits).map(Self::Jwt)
    }

    /// `sub`, as claimed: the name of the list.
    ///
    /// # Errors
    /// [`Code::Limit`], [`Code::Malformed`], [`Code::Claim`].
    pub fn subject(&self) -> Result<String, Error> {
        match self {
            Self::Cwt(received) => received.subject(),
            Self::Jwt(received) => received.subject(),
        }
    }

    /// The content, to look at and not to rely on.
    ///
    /// # Errors
    /// As far as the content cannot be read.
    pub fn inspect(&self, limits: &Limits) -> Result<StatusListToken, Error> {
        match self {
            Self::Cwt(received) => received.inspect(limits),
            Self::Jwt(received) => received.inspect(limits),
        }
    }

    /// Checks everything, by the rules of its form.
    ///
    /// # Errors
    /// As [`UnverifiedStatusListCwt::verify`] and [`UnverifiedStatusListJwt::verify`].
    pub fn verify(&self, expected: &Expectations<'_>) -> Result<VerifiedStatusList, Error> {
        match self {
            Self::Cwt(received) => received.verify(expected),
            Self::Jwt(received) => received.verify(expected),
        }
    }
}
