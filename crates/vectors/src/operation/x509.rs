//! Operations of certificates: chains, requests, revocation lists, issuing.

pub(crate) mod crl;
pub(crate) mod issue;
pub(crate) mod names;
pub(crate) mod request;
pub(crate) mod verify;

use mimicred_keys::ToBeSigned;
use mimicred_x509::Certificate;

use super::Fault;
use crate::object::Input;
use crate::sign::FixedKey;
use crate::{Code, Error};

/// The certificate of a member, in DER.
fn certificate(input: &Input<'_>, name: &str) -> Result<Certificate, Fault> {
    Ok(Certificate::from_der(&input.hex(name)?)?)
}

/// A signature by a key that signs whatever is prepared.
fn signature(key: &FixedKey, to_be_signed: &ToBeSigned) -> Result<Vec<u8>, Error> {
    key.sign(to_be_signed).ok_or_else(|| Error::new(Code::CaseUnusable).note("the key does not sign"))
}
