//! The Status Issuer: a list becomes a Status List Token, signed in two steps.

use std::fmt;

use mimicred_claims::{Date, Key, Map, Value};
use mimicred_cose::cbor::Writer;
use mimicred_cose::sign1::PreparedSign1;
use mimicred_cose::{AlgorithmId, cwt, header};
use mimicred_keys::{Family, IssuerKey, PublicKey, ToBeSigned};

use crate::cwt::MEDIA_TYPE;
use crate::reference::distinct;
use crate::{Code, Error, StatusListCwt, StatusListToken};

/// Makes Status List Tokens under one key.
///
/// The crate's front page has an example.
#[derive(Clone, Debug)]
pub struct StatusIssuer {
    key: PublicKey,
    kid: Option<Vec<u8>>,
}

impl StatusIssuer {
    /// A Status Issuer with this key, and the fully specified algorithm of that key.
    pub fn new(key: &PublicKey) -> Self {
        Self { key: key.clone(), kid: None }
    }

    /// Names the key in the header.
    #[must_use]
    pub fn with_kid(mut self, kid: impl Into<Vec<u8>>) -> Self {
        self.kid = Some(kid.into());
        self
    }

    /// Makes what is to be signed for a CWT (CWT-S-004 to CWT-S-007).
    ///
    /// # Errors
    /// [`Code::Issue`] for a token that no Verifier would accept.
    ///
    /// ```
    /// use mimicred_keys::{Algorithm, IssuerKey, SecretKey, SystemRandom};
    /// use mimicred_status::{Bits, Code, StatusIssuer, StatusList, StatusListToken};
    ///
    /// let key = IssuerKey::new(SecretKey::generate(Algorithm::P384, &mut SystemRandom)?);
    /// let token = StatusListToken::new("https://a.example/status/1", StatusList::new(Bits::Two, 1000), 1_790_000_000);
    /// let issuer = StatusIssuer::new(key.public()).with_kid("status");
    ///
    /// // An HSM would be given prepared.to_be_signed().as_bytes().
    /// let prepared = issuer.prepare_cwt(&token)?;
    /// let signature = key.sign(prepared.to_be_signed())?;
    /// assert!(prepared.finish(signature.as_bytes())?.as_bytes().starts_with(&[0xd2, 0x84]));
    ///
    /// assert_eq!(issuer.prepare_cwt(&token.with_ttl(0)).unwrap_err().code(), Code::Issue);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn prepare_cwt(&self, token: &StatusListToken) -> Result<PreparedStatusListCwt, Error> {
        token.check_issue()?;
        let (mut protected, mut payload) = (Writer::new(), Writer::new());
        protected.entries(&self.header())?;
        payload.entries(&claims(token)?)?;
        let message = PreparedSign1::new(&protected.finish(), &payload.finish())?;
        Ok(PreparedStatusListCwt { message, key: self.key.clone() })
    }

    fn header(&self) -> Map<'static> {
        let algorithm = AlgorithmId::for_key(self.key.algorithm());
        let alg = (Key::Int(header::ALG), Value::Int(algorithm.id().into()));
        let typ = (Key::Int(header::TYP), Value::from(MEDIA_TYPE));
        match &self.kid {
            Some(kid) => distinct([alg, typ, (Key::Int(header::KID), Value::Bytes(kid.clone().into()))]),
            None => distinct([alg, typ]),
        }
    }
}

/// The claims set (CWT-S-005, CWT-S-006).
fn claims(token: &StatusListToken) -> Result<Map<'static>, Error> {
    let mut list = distinct([
        (Key::from("bits"), Value::Int(token.list().bits().number().into())),
        (Key::from("lst"), Value::Bytes(token.list().compress().into())),
    ]);
    let mut claims =
        distinct([(Key::Int(cwt::SUB), Value::from(token.uri().to_owned())), (Key::Int(cwt::IAT), date(token.issued_at()))]);
    let add = |map: &mut Map<'static>, key, value| map.insert(key, value).map_err(|error| Error::new(Code::Issue).because(error));
    if let Some(uri) = token.aggregation_uri() {
        add(&mut list, Key::from("aggregation_uri"), Value::from(uri.to_owned()))?;
    }
    if let Some(exp) = token.expires() {
        add(&mut claims, Key::Int(cwt::EXP), date(exp))?;
    }
    if let Some(ttl) = token.ttl() {
        add(&mut claims, Key::Int(cwt::TTL), Value::Int(ttl.into()))?;
    }
    add(&mut claims, Key::Int(cwt::STATUS_LIST), Value::Map(list))?;
    Ok(claims)
}

fn date(date: Date) -> Value<'static> {
    match date {
        Date::Int(seconds) => Value::Int(seconds),
        Date::Float(seconds) => Value::Float(seconds),
    }
}

/// A Status List Token that lacks its signature.
pub struct PreparedStatusListCwt {
    message: PreparedSign1,
    key: PublicKey,
}

impl PreparedStatusListCwt {
    /// What is to be signed.
    pub fn to_be_signed(&self) -> &ToBeSigned {
        self.message.to_be_signed()
    }

    /// Completes the token with a signature made elsewhere, which is verified.
    ///
    /// # Errors
    /// [`Code::Signature`].
    ///
    /// [`StatusIssuer::prepare_cwt`] has an example.
    pub fn finish(self, signature: &[u8]) -> Result<StatusListCwt, Error> {
        let verified = self.key.verify(Family::Cose, self.to_be_signed().as_bytes(), signature);
        verified.map_err(|error| Error::new(Code::Signature).because(error))?;
        Ok(self.assemble(signature))
    }

    /// Signs with a local key and completes the token.
    ///
    /// # Errors
    /// [`Code::KeyMismatch`] for another key than the one it was prepared for.
    pub fn sign(self, key: &IssuerKey) -> Result<StatusListCwt, Error> {
        if *key.public() != self.key {
            return Err(Code::KeyMismatch.into());
        }
        let signature = key.sign(self.to_be_signed())?;
        Ok(self.assemble(signature.as_bytes()))
    }

    /// Tag 18, and no tag 61 before it.
    fn assemble(&self, signature: &[u8]) -> StatusListCwt {
        const EMPTY_MAP: &[u8] = &[0xa0];
        StatusListCwt::new(self.message.encode(EMPTY_MAP, signature))
    }
}

impl fmt::Debug for PreparedStatusListCwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedStatusListCwt")
            .field("key", &self.key)
            .field("payload", &self.message.payload().len())
            .finish_non_exhaustive()
    }
}
