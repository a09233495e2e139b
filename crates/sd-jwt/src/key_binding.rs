//! Key binding: the KB-JWT, signed with the confirmation key (RFC 9901 section 4.3).

use std::borrow::Cow;

use mimicred_claims::{Clock, Key, Map, Value};
use mimicred_error::At;
use mimicred_jose::jws::{self, AlgorithmName, Compact};
use mimicred_jose::{Code as JoseCode, json};
use mimicred_keys::{HashAlgorithm, PublicKey, ToBeSigned};

use crate::digest::digest;
use crate::token::{check_times, date, object};
use crate::{Code, Error};

/// The `typ` of a KB-JWT; no other spelling is accepted (JWT-P-003, trap 18).
pub(crate) const TYPE: &str = "kb+jwt";

/// A KB-JWT has four claims (JWT-P-006); this leaves room for what others add.
const LIMITS: json::Limits = json::Limits { octets: 64 * 1024, depth: 8, values: 1024 };

/// Those four.
const CLAIMS: [&str; 4] = ["iat", "aud", "nonce", "sd_hash"];

/// What the Holder binds a presentation to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding<'b> {
    /// The Verifier: in MIMI the URI of the room.
    pub audience: &'b str,
    /// The nonce of the transaction.
    pub nonce: &'b str,
    /// Now, in seconds since 1970.
    pub issued_at: i64,
}

/// Longest audience and nonce that a key is put under: whoever chooses them does not choose how much is signed.
const MAX_CHOSEN: usize = 2048;

/// The KB-JWT to be signed, for everything up to the last tilde as it will be sent (JWT-P-003 to JWT-P-008).
pub(crate) fn prepare(bound: &str, hash: HashAlgorithm, key: &PublicKey, binding: &Binding<'_>) -> Result<ToBeSigned, Error> {
    for (name, text) in [("aud", binding.audience), ("nonce", binding.nonce)] {
        if text.len() > MAX_CHOSEN {
            return Err(Error::new(Code::Limit).at(At::Field(Cow::Borrowed(name))));
        }
    }
    let alg = AlgorithmName::for_key(key.algorithm());
    let header = Map::from_entries(vec![(Key::from("alg"), Value::from(alg.as_str())), (Key::from("typ"), Value::from(TYPE))])?;
    let sd_hash = String::from_utf8_lossy(&digest(hash, bound.as_bytes())).into_owned();
    let payload = Map::from_entries(vec![
        (Key::from("iat"), Value::Int(binding.issued_at.into())),
        (Key::from("aud"), Value::from(binding.audience)),
        (Key::from("nonce"), Value::from(binding.nonce)),
        (Key::from("sd_hash"), Value::from(sd_hash)),
    ])?;
    Ok(jws::prepare(&header, &json::write_map(&payload)?)?)
}

/// What a Verifier demands of the key binding. There is no default: it is decided before looking at the presentation (JWT-V-019).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyBinding<'e> {
    /// A KB-JWT must be there and hold.
    Required {
        /// Who verifies: equal to `aud`, octet for octet.
        audience: &'e str,
        /// The nonce of this transaction.
        nonce: &'e str,
        /// Most seconds since the Holder signed; `None` leaves freshness to the caller.
        max_age: Option<u64>,
    },
    /// A KB-JWT must not be there.
    NotExpected,
    /// A KB-JWT may be there, and is not looked at: who presents the token may be anybody, and nothing in the result says otherwise
    /// (JWT-V-021). It must still be a JWT in form.
    Ignored,
}

/// A received KB-JWT, not verified.
#[derive(Clone)]
pub(crate) struct KbJwt<'a> {
    pub(crate) jws: Compact<'a>,
    pub(crate) claims: Map<'static>,
}

/// A KB-JWT whose signature and claims hold.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bound {
    pub(crate) audience: String,
    pub(crate) nonce: String,
    pub(crate) issued_at: i64,
}

impl<'a> KbJwt<'a> {
    pub(crate) fn parse(text: &'a str) -> Result<Self, Error> {
        let jws = Compact::parse(text)?;
        let claims = object(jws.payload(), &LIMITS)?.into_owned_with(&CLAIMS);
        Ok(Self { jws, claims })
    }

    /// `iat` in whole seconds, rounded up so that a Verifier who takes it for its clock is not before it.
    pub(crate) fn issued_at(&self) -> Option<i64> {
        match date(&self.claims, "iat").ok()?? {
            mimicred_claims::Date::Int(seconds) => i64::try_from(seconds).ok(),
            // Within ±2^53, so the text of the whole number is exact.
            mimicred_claims::Date::Float(seconds) => format!("{:.0}", seconds.ceil()).parse().ok(),
        }
    }

    /// The type, and that the header brings no key (JWT-V-022, JWT-K-004).
    pub(crate) fn check_header(&self) -> Result<(), Error> {
        if self.jws.header().typ() != Some(TYPE) {
            return Err(Error::new(Code::TypeMismatch).at(At::Header(Cow::Borrowed("typ"))).note("of the key binding"));
        }
        let brought = ["jwk", "jku", "x5u", "x5c"].into_iter().find(|name| self.jws.header().members().text(name).is_some());
        match brought {
            Some(name) => Err(Error::new(Code::Header).at(At::Header(Cow::Borrowed(name)))),
            None => Ok(()),
        }
    }

    /// The Holder's signature (JWT-V-022).
    pub(crate) fn verify_signature(&self, key: &PublicKey) -> Result<(), Error> {
        self.jws.verify(key).map_err(|e| match e.code() {
            JoseCode::SignatureInvalid => Error::new(Code::SignatureHolder).because(e),
            _ => e.into(),
        })
    }

    /// Audience, nonce, age, and that it covers `bound`, in this order (JWT-V-023 to JWT-V-026).
    pub(crate) fn verify_claims(
        &self,
        (audience, nonce, max_age): (&str, &str, Option<u64>),
        clock: &Clock,
        (hash, bound): (HashAlgorithm, &str),
    ) -> Result<Bound, Error> {
        let (aud, nonce_claim) = (self.text("aud")?, self.text("nonce")?);
        if aud != audience {
            return Err(refused(Code::Audience, "aud"));
        }
        if nonce_claim != nonce {
            return Err(refused(Code::Nonce, "nonce"));
        }
        let iat = date(&self.claims, "iat")?.ok_or_else(|| refused(Code::ClaimMissing, "iat"))?;
        check_times(&self.claims, clock)?;
        if max_age.is_some_and(|max_age| clock.is_older(iat, max_age)) {
            return Err(refused(Code::Time, "iat").note("the key binding is too old"));
        }
        if self.text("sd_hash")?.as_bytes() != digest(hash, bound.as_bytes()).as_ref() {
            return Err(refused(Code::SdHash, "sd_hash"));
        }
        let issued_at = self.issued_at().ok_or_else(|| refused(Code::ClaimType, "iat"))?;
        Ok(Bound { audience: aud.to_owned(), nonce: nonce_claim.to_owned(), issued_at })
    }

    fn text(&self, name: &'static str) -> Result<&str, Error> {
        let value = self.claims.text(name).ok_or_else(|| refused(Code::ClaimMissing, name))?;
        value.as_text().ok_or_else(|| refused(Code::ClaimType, name))
    }
}

fn refused(code: Code, claim: &'static str) -> Error {
    Error::new(code).at(At::Field(Cow::Borrowed(claim)))
}
