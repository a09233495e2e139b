//! The Status Issuer: a list becomes a Status List Token, signed in two steps.

mod cwt;
mod jwt;

use mimicred_claims::{Date, Key, Map, Value};
use mimicred_keys::{IssuerKey, PublicKey, Signature, ToBeSigned};

use crate::reference::distinct;
use crate::{Code, Error, StatusListToken};

pub use cwt::PreparedStatusListCwt;
pub use jwt::PreparedStatusListJwt;

/// Makes Status List Tokens under one key.
///
/// The crate's front page has an example.
#[derive(Clone, Debug)]
pub struct StatusIssuer {
    key: PublicKey,
    kid: Option<Vec<u8>>,
}

impl StatusIssuer {
    /// A Status Issuer with this key, and the algorithm of that key: in COSE by its fully specified name, in JOSE by the one that
    /// deployed software knows.
    pub fn new(key: &PublicKey) -> Self {
        Self { key: key.clone(), kid: None }
    }

    /// Names the key in the header. In a JWT that is text.
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
        PreparedStatusListCwt::new(self, token)
    }

    /// Makes what is to be signed for a JWT (JWT-S-003, JWT-S-004).
    ///
    /// # Errors
    /// [`Code::Issue`] for a token that no Verifier would accept, and for a `kid` that is no text.
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
    /// let prepared = issuer.prepare_jwt(&token)?;
    /// let signature = key.sign(prepared.to_be_signed())?;
    /// assert!(prepared.finish(signature.as_bytes())?.as_str().starts_with("eyJ"));
    ///
    /// assert_eq!(issuer.prepare_jwt(&token.with_ttl(0)).unwrap_err().code(), Code::Issue);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn prepare_jwt(&self, token: &StatusListToken) -> Result<PreparedStatusListJwt, Error> {
        token.check_issue()?;
        PreparedStatusListJwt::new(self, token)
    }
}

/// The claims set (CWT-S-005, CWT-S-006, JWT-S-003, JWT-S-004). `key` makes the key of a claim out of its name in JWT; that and `lst`,
/// the compressed list, is where the forms differ.
fn claims(
    token: &StatusListToken,
    key: impl Fn(&'static str) -> Key<'static>,
    lst: Value<'static>,
) -> Result<Map<'static>, Error> {
    let bits = Value::Int(token.list().bits().number().into());
    let mut list = distinct([(Key::from("bits"), bits), (Key::from("lst"), lst)]);
    let add = |map: &mut Map<'static>, key, value| map.insert(key, value).map_err(|error| Error::new(Code::Issue).because(error));
    if let Some(uri) = token.aggregation_uri() {
        add(&mut list, Key::from("aggregation_uri"), Value::from(uri.to_owned()))?;
    }
    let mut claims = distinct([(key("sub"), Value::from(token.uri().to_owned())), (key("iat"), date(token.issued_at()))]);
    for (name, at) in [("nbf", token.not_before()), ("exp", token.expires())] {
        if let Some(at) = at {
            add(&mut claims, key(name), date(at))?;
        }
    }
    if let Some(ttl) = token.ttl() {
        add(&mut claims, key("ttl"), Value::Int(ttl.into()))?;
    }
    add(&mut claims, key("status_list"), Value::Map(list))?;
    Ok(claims)
}

fn date(date: Date) -> Value<'static> {
    match date {
        Date::Int(seconds) => Value::Int(seconds),
        Date::Float(seconds) => Value::Float(seconds),
    }
}

/// Whether a signature made elsewhere is one by this key: nothing is published that nobody could verify.
fn check_signature(key: &PublicKey, to_be_signed: &ToBeSigned, signature: &[u8]) -> Result<(), Error> {
    let verified = key.verify(to_be_signed.family(), to_be_signed.as_bytes(), signature);
    verified.map_err(|error| Error::new(Code::Signature).because(error))
}

/// A signature by a local key, which must be the one that the token was prepared for.
fn sign(prepared_for: &PublicKey, key: &IssuerKey, to_be_signed: &ToBeSigned) -> Result<Signature, Error> {
    if key.public() != prepared_for {
        return Err(Code::KeyMismatch.into());
    }
    Ok(key.sign(to_be_signed)?)
}
