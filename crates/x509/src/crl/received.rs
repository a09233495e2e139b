//! A revocation list as it comes in.

use std::fmt;
use std::sync::Arc;

use mimicred_keys::pem;
use x509_parser::prelude::FromDer;
use x509_parser::x509::X509Name;

use super::parts::{Obstacle, Parts, Tbs};
use super::{LABEL, MAX_CRL_LEN, Revocation};
use crate::attribute::{self, Attribute};
use crate::error::{Code, Error};

/// A revocation list that can be read, and that nobody has checked. Cheap to clone.
#[derive(Clone)]
pub struct UnverifiedCrl(pub(super) Arc<Contents>);

/// What stands in a list, read once and owned.
pub(super) struct Contents {
    pub(super) tbs: Vec<u8>,
    /// The AlgorithmIdentifier.
    pub(super) algorithm: Vec<u8>,
    pub(super) signature: Vec<u8>,
    /// The DER of the issuer's Name.
    pub(super) issuer: Vec<u8>,
    pub(super) this_update: i64,
    pub(super) next_update: i64,
    /// In the order of the serial numbers.
    pub(super) entries: Vec<Revocation>,
    /// Filled up with zeros in front, so that they compare as numbers.
    pub(super) number: [u8; 20],
    pub(super) authority_key: Vec<u8>,
    pub(super) obstacle: Option<Obstacle>,
}

/// What an unverified list says. Nobody has vouched for any of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrlInspection {
    /// The attributes of the issuer's name, in order.
    pub issuer: Vec<Attribute>,
    /// thisUpdate in seconds since 1970.
    pub this_update: i64,
    /// nextUpdate in seconds since 1970.
    pub next_update: i64,
    /// cRLNumber in hex.
    pub number: String,
    /// The key identifier of the issuer, in hex.
    pub authority_key: String,
    /// Why the list could not be used, whoever signed it; nothing if it could.
    pub obstacle: Option<Code>,
    /// The certificates that it takes back, in the order of their serial numbers.
    pub revocations: Vec<Revocation>,
}

impl UnverifiedCrl {
    /// Reads a list of version 2 with entries in the order of their serial numbers.
    ///
    /// # Errors
    /// `x509/crl-limit` above 16777215 octets, 250000 entries, or 32 extensions of the list or of an entry; `x509/crl-malformed`, `x509/crl-order`, `x509/crl-duplicate`.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        if der.len() > MAX_CRL_LEN {
            return Err(Error::new(Code::CrlLimit).note("too many octets"));
        }
        let parts = Parts::read(der)?;
        let tbs = Tbs::read(parts.tbs)?;
        if tbs.algorithm != parts.algorithm {
            return Err(Error::new(Code::CrlMalformed).note("the signature algorithm differs inside and outside"));
        }
        let mut number = [0; 20];
        for (place, octet) in number.iter_mut().rev().zip(tbs.number.iter().rev()) {
            *place = *octet;
        }
        Ok(Self(Arc::new(Contents {
            tbs: parts.tbs.to_vec(),
            algorithm: parts.algorithm.to_vec(),
            signature: parts.signature.to_vec(),
            issuer: tbs.issuer.to_vec(),
            this_update: tbs.this_update,
            next_update: tbs.next_update,
            entries: tbs.entries,
            number,
            authority_key: tbs.authority_key.to_vec(),
            obstacle: tbs.obstacle,
        })))
    }

    /// Reads the one list of a PEM file.
    ///
    /// # Errors
    /// As [`UnverifiedCrl::from_der`]; any other kind of block is `x509/crl-malformed`.
    pub fn from_pem(text: &str) -> Result<Self, Error> {
        let block = pem::parse(text).map_err(|error| Error::new(Code::CrlMalformed).because(error))?;
        match block.label() {
            LABEL => Self::from_der(block.der()),
            label => Err(Error::new(Code::CrlMalformed).note(format!("a PEM block {label}"))),
        }
    }

    /// thisUpdate in seconds since 1970, unverified.
    pub fn this_update(&self) -> i64 {
        self.0.this_update
    }

    /// Whether a list that says this could be used at this time, in seconds since 1970, if its issuer signed it: complete, understood, and
    /// in date.
    ///
    /// # Errors
    /// `x509/crl-scope`, `x509/critical-extension-unknown`, `x509/crl-not-yet-valid`, `x509/crl-expired`.
    pub fn check_usable(&self, at: i64) -> Result<(), Error> {
        self.0.check_scope()?;
        self.0.check_time(at)
    }

    /// Everything the list says, unverified.
    pub fn inspect_unverified(&self) -> CrlInspection {
        let contents = &self.0;
        let name = X509Name::from_der(&contents.issuer).ok().and_then(|(_, name)| attribute::of_name(&name).ok());
        let hex = |octets: &[u8]| attribute::hex(octets).trim_start_matches('#').to_owned();
        let number = hex(&contents.number);
        CrlInspection {
            issuer: name.unwrap_or_default(),
            this_update: contents.this_update,
            next_update: contents.next_update,
            number: Some(number.trim_start_matches('0')).filter(|number| !number.is_empty()).unwrap_or("0").to_owned(),
            authority_key: hex(&contents.authority_key),
            obstacle: contents.check_scope().err().map(|error| error.code()),
            revocations: contents.entries.clone(),
        }
    }
}

impl Contents {
    /// Both ends count.
    pub(super) fn check_time(&self, at: i64) -> Result<(), Error> {
        if at < self.this_update {
            return Err(Code::CrlNotYetValid.into());
        }
        if at > self.next_update {
            return Err(Code::CrlExpired.into());
        }
        Ok(())
    }

    /// Whether the list is for all certificates of its issuer, and understood.
    pub(super) fn check_scope(&self) -> Result<(), Error> {
        match &self.obstacle {
            None => Ok(()),
            Some(Obstacle::Scope(note)) => Err(Error::new(Code::CrlScope).note(*note)),
            Some(Obstacle::Critical(entry, oid)) => {
                let place = entry.map_or(mimicred_error::At::Whole, mimicred_error::At::Item);
                Err(Error::new(Code::CriticalExtensionUnknown).at(place).note(oid.clone()))
            }
        }
    }
}

impl fmt::Debug for UnverifiedCrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnverifiedCrl").field("entries", &self.0.entries.len()).finish_non_exhaustive()
    }
}
