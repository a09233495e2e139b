//! A JWT to be signed.

use std::fmt;

use mimicred_claims::{Key, Map, Value};
use mimicred_jose::jws::{self, AlgorithmName};
use mimicred_jose::{base64url, json};
use mimicred_keys::{IssuerKey, PublicKey, ToBeSigned};

use super::{StatusIssuer, check_signature, claims, sign};
use crate::error::about_header;
use crate::jwt::TYPE;
use crate::reference::distinct;
use crate::{Code, Error, StatusListJwt, StatusListToken};

/// A Status List Token in JWT form that lacks its signature.
pub struct PreparedStatusListJwt {
    to_be_signed: ToBeSigned,
    key: PublicKey,
}

impl PreparedStatusListJwt {
    pub(super) fn new(issuer: &StatusIssuer, token: &StatusListToken) -> Result<Self, Error> {
        let lst = Value::from(base64url::encode(&token.list().compress()));
        let payload = json::write_map(&claims(token, Key::from, lst)?)?;
        Ok(Self { to_be_signed: jws::prepare(&header_of(issuer)?, &payload)?, key: issuer.key.clone() })
    }

    /// What is to be signed.
    pub fn to_be_signed(&self) -> &ToBeSigned {
        &self.to_be_signed
    }

    /// Completes the token with a signature made elsewhere, which is verified.
    ///
    /// # Errors
    /// [`Code::Signature`].
    ///
    /// [`StatusIssuer::prepare_jwt`] has an example.
    pub fn finish(self, signature: &[u8]) -> Result<StatusListJwt, Error> {
        check_signature(&self.key, &self.to_be_signed, signature)?;
        Ok(self.assemble(signature))
    }

    /// Signs with a local key and completes the token.
    ///
    /// # Errors
    /// [`Code::KeyMismatch`] for another key than the one it was prepared for.
    ///
    /// [`UnverifiedStatusListJwt`](crate::UnverifiedStatusListJwt) has an example.
    pub fn sign(self, key: &IssuerKey) -> Result<StatusListJwt, Error> {
        let signature = sign(&self.key, key, &self.to_be_signed)?;
        Ok(self.assemble(signature.as_bytes()))
    }

    fn assemble(self, signature: &[u8]) -> StatusListJwt {
        StatusListJwt::new(jws::finish(self.to_be_signed, signature))
    }
}

/// The header (JWT-S-003). `kid` is text in JOSE (RFC 7515 section 4.1.4).
fn header_of(issuer: &StatusIssuer) -> Result<Map<'static>, Error> {
    let algorithm = AlgorithmName::for_key(issuer.key.algorithm());
    let alg = (Key::from("alg"), Value::from(algorithm.as_str()));
    let typ = (Key::from("typ"), Value::from(TYPE));
    let Some(kid) = &issuer.kid else { return Ok(distinct([alg, typ])) };
    let kid = String::from_utf8(kid.clone()).map_err(|error| about_header(Code::Issue, "kid").because(error))?;
    Ok(distinct([alg, typ, (Key::from("kid"), Value::from(kid))]))
}

impl fmt::Debug for PreparedStatusListJwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreparedStatusListJwt")
            .field("key", &self.key)
            .field("to_be_signed", &self.to_be_signed.as_bytes().len())
            .finish_non_exhaustive()
    }
}
