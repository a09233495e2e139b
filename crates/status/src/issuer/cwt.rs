//! A CWT to be signed.

use std::fmt;

use mimicred_claims::{Key, Map, Value};
use mimicred_cose::cbor::Writer;
use mimicred_cose::sign1::PreparedSign1;
use mimicred_cose::{AlgorithmId, cwt, header};
use mimicred_keys::{IssuerKey, PublicKey, ToBeSigned};

use super::{StatusIssuer, check_signature, claims, sign};
use crate::cwt::MEDIA_TYPE;
use crate::reference::distinct;
use crate::{Error, StatusListCwt, StatusListToken};

/// A Status List Token in CWT form that lacks its signature.
pub struct PreparedStatusListCwt {
    message: PreparedSign1,
    key: PublicKey,
}

impl PreparedStatusListCwt {
    pub(super) fn new(issuer: &StatusIssuer, token: &StatusListToken) -> Result<Self, Error> {
        let lst = Value::Bytes(token.list().compress().into());
        let key = |name| cwt::key_for_name(name).map_or(Key::from(name), Key::Int);
        let (mut protected, mut payload) = (Writer::new(), Writer::new());
        protected.entries(&header_of(issuer))?;
        payload.entries(&claims(token, key, lst)?)?;
        let message = PreparedSign1::new(&protected.finish(), &payload.finish())?;
        Ok(Self { message, key: issuer.key.clone() })
    }

    /// What is to be signed.
    pub fn to_be_signed(&self) -> &ToBeSigned {
        self.message.to_be_signed()
    }

    /// Completes the token with a signature made elsewhere, which is verified.
    ///
    /// # Errors
    /// [`Code::Signature`](crate::Code::Signature).
    ///
    /// [`StatusIssuer::prepare_cwt`] has an example.
    pub fn finish(self, signature: &[u8]) -> Result<StatusListCwt, Error> {
        check_signature(&self.key, self.to_be_signed(), signature)?;
        Ok(self.assemble(signature))
    }

    /// Signs with a local key and completes the token.
    ///
    /// # Errors
    /// [`Code::KeyMismatch`](crate::Code::KeyMismatch) for another key than the one it was prepared for.
    ///
    /// The crate's front page has an example.
    pub fn sign(self, key: &IssuerKey) -> Result<StatusListCwt, Error> {
        let signature = sign(&self.key, key, self.to_be_signed())?;
        Ok(self.assemble(signature.as_bytes()))
    }

    /// Tag 18, and no tag 61 before it.
    fn assemble(&self, signature: &[u8]) -> StatusListCwt {
        const EMPTY_MAP: &[u8] = &[0xa0];
        StatusListCwt::new(self.message.encode(EMPTY_MAP, signature))
    }
}

/// The protected header (CWT-S-004).
fn header_of(issuer: &StatusIssuer) -> Map<'static> {
    let algorithm = AlgorithmId::for_key(issuer.key.algorithm());
    let alg = (Key::Int(header::ALG), Value::Int(algorithm.id().into()));
    let typ = (Key::Int(header::TYP), Value::from(MEDIA_TYPE));
    match &issuer.kid {
        Some(kid) => distinct([alg, typ, (Key::Int(header::KID), Value::Bytes(kid.clone().into()))]),
        None => distinct([alg, typ]),
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
