//! The Status List Token as a CWT: reading and verifying.

use mimicred_claims::{Key, Map, Value};
use mimicred_cose::cbor::{self, Dialect, Reader};
use mimicred_cose::cwt;
use mimicred_cose::header::{self, Header};
use mimicred_cose::sign1::{CwtTag, Sign1};

use crate::error::{about, about_header};
use crate::token::Claims;
use crate::{Code, Error, Expectations, Limits, StatusListToken, VerifiedStatusList};

/// `typ` as a media type: what is written, because the number is not in the draft's text yet.
pub(crate) const MEDIA_TYPE: &str = "application/statuslist+cwt";
/// The same as a CoAP content format.
const CONTENT_FORMAT: i128 = 279;
/// Tag of a COSE_Mac0 message.
const COSE_MAC0: u64 = 17;

/// The octets of a Status List Token, as they are published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusListCwt(Vec<u8>);

impl StatusListCwt {
    pub(crate) fn new(octets: Vec<u8>) -> Self {
        Self(octets)
    }

    /// The octets.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The octets.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl AsRef<[u8]> for StatusListCwt {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// A received Status List Token. Nothing about it is verified.
///
/// The crate's front page has an example.
#[derive(Clone, Debug)]
pub struct UnverifiedStatusListCwt<'a> {
    sign1: Sign1<'a>,
    protected: Header<'a>,
    limits: cbor::Limits,
}

impl<'a> UnverifiedStatusListCwt<'a> {
    /// Whether this `typ` is that of a Status List Token (CWT-S-004). Media types are compared without regard to case, and have no
    /// parameters (CWT-Y-004).
    ///
    /// ```
    /// use mimicred_claims::Value;
    /// use mimicred_status::UnverifiedStatusListCwt;
    ///
    /// assert!(UnverifiedStatusListCwt::is_type(Some(&Value::Int(279))));
    /// assert!(!UnverifiedStatusListCwt::is_type(Some(&Value::from("statuslist+cwt"))));
    /// ```
    pub fn is_type(typ: Option<&Value<'_>>) -> bool {
        match typ {
            Some(Value::Int(number)) => *number == CONTENT_FORMAT,
            Some(Value::Text(name)) => name.eq_ignore_ascii_case(MEDIA_TYPE),
            _ => false,
        }
    }

    /// Takes a token apart, within [`Limits::DEFAULT`].
    ///
    /// # Errors
    /// [`Code::Limit`], [`Code::Malformed`], [`Code::MacUnsupported`].
    pub fn parse(octets: &'a [u8]) -> Result<Self, Error> {
        Self::parse_within(octets, &Limits::DEFAULT)
    }

    /// Takes a token apart, within these limits: tag 18 without tag 61 before it (CWT-S-004).
    ///
    /// # Errors
    /// As [`UnverifiedStatusListCwt::parse`].
    pub fn parse_within(octets: &'a [u8], limits: &Limits) -> Result<Self, Error> {
        let limits = cbor::Limits { size: limits.token, ..cbor::Limits::DEFAULT };
        if Reader::new(octets, &limits)?.tag()? == COSE_MAC0 {
            return Err(Code::MacUnsupported.into());
        }
        let sign1 = Sign1::parse(octets, CwtTag::Refused, &limits)?;
        let protected = Header::read(sign1.protected(), &[], &limits)?;
        let unprotected = Header::read(sign1.unprotected(), &[], &limits)?;
        header::check(&protected, &unprotected, &[header::ALG, header::KID, header::TYP])?;
        Ok(Self { sign1, protected, limits })
    }

    /// `sub`, as claimed: the name of the list.
    ///
    /// # Errors
    /// [`Code::Limit`], [`Code::Malformed`], [`Code::Claim`].
    pub fn subject(&self) -> Result<String, Error> {
        Ok(self.claims()?.uri().to_owned())
    }

    /// The protected header, as claimed.
    pub fn header(&self) -> &Map<'a> {
        self.protected.entries()
    }

    /// The content, to look at and not to rely on.
    ///
    /// # Errors
    /// As far as the content cannot be read.
    pub fn inspect(&self, limits: &Limits) -> Result<StatusListToken, Error> {
        self.claims()?.decompress(limits)
    }

    /// Checks everything, in this order: type, signature, claims, name, dates, and the list, which is decompressed only when the
    /// rest is believed. The first failure is the error.
    ///
    /// # Errors
    /// [`Code::TypeMismatch`], [`Code::AlgUnsupported`], [`Code::Signature`], [`Code::Malformed`], [`Code::Claim`],
    /// [`Code::Subject`], [`Code::Expired`], [`Code::Premature`], [`Code::Stale`], [`Code::Compression`], [`Code::Limit`].
    pub fn verify(&self, expected: &Expectations<'_>) -> Result<VerifiedStatusList, Error> {
        if !Self::is_type(self.protected.get(header::TYP)) {
            return Err(about_header(Code::TypeMismatch, "typ"));
        }
        let id = self.protected.algorithm()?;
        let key = expected.signer(id.algorithm(), id, |key| self.sign1.verify(id, key).is_ok())?;
        VerifiedStatusList::conclude(self.claims()?, key, expected)
    }

    fn claims(&self) -> Result<Claims<'a>, Error> {
        let mut reader = Reader::new(self.sign1.payload(), &self.limits)?;
        let mut claims = reader.map(Dialect::Plain)?;
        reader.finish()?;
        let take = |name| cwt::key_for_name(name).and_then(|key| claims.remove(&Key::Int(key)));
        Claims::read(take, |lst| match lst {
            Value::Bytes(octets) => Ok(octets),
            _ => Err(about(Code::Malformed, "lst").note("it is no byte string")),
        })
    }
}
