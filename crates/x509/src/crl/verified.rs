//! From a list that was received to one that can be relied on.

use std::cmp::Ordering;

use mimicred_keys::Family;

use super::{Revocation, UnverifiedCrl};
use crate::certificate::Certificate;
use crate::error::{Code, Error};
use crate::issue::signature_algorithm;
use crate::serial::SerialNumber;

/// A list whose issuer is known. It tells the status of every certificate of that issuer.
#[derive(Clone, Debug)]
pub struct VerifiedCrl {
    received: UnverifiedCrl,
    issuer: Certificate,
}

/// Whether a certificate was taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RevocationStatus {
    /// It is not in the list.
    NotRevoked,
    /// It is in the list, for whatever reason.
    Revoked {
        /// Since when, in seconds since 1970, as the list has it.
        since: i64,
    },
}

impl UnverifiedCrl {
    /// Whether the list claims to be that of this CA: name, and key identifier where the CA has one. Nothing is verified.
    pub fn is_of(&self, issuer: &Certificate) -> bool {
        let (list, ca) = (&self.0, issuer.contents());
        list.issuer == ca.subject && ca.subject_key_id.as_ref().is_none_or(|key_id| *key_id == list.authority_key)
    }

    /// Checks that the list is complete, of this CA, signed with its key, and good at this time, in seconds since 1970. That the CA itself
    /// is to be trusted is for the caller to know.
    ///
    /// # Errors
    /// `x509/crl-scope`, `x509/critical-extension-unknown`, `x509/crl-issuer`, `x509/key-usage` for a CA without cRLSign,
    /// `x509/alg-unsupported`, `x509/crl-signature-invalid`, `x509/crl-not-yet-valid`, `x509/crl-expired`.
    pub fn verify(&self, issuer: &Certificate, at: i64) -> Result<VerifiedCrl, Error> {
        let contents = &self.0;
        contents.check_scope()?;
        if !self.is_of(issuer) {
            return Err(Code::CrlIssuer.into());
        }
        // RFC 5280 6.3.3 (f)
        if issuer.contents().key_usage.is_some_and(|usage| !usage.crl_sign) {
            return Err(Error::new(Code::KeyUsage).note("the issuer of the revocation list lacks cRLSign"));
        }
        let key = issuer.subject_key()?;
        if contents.algorithm != signature_algorithm(key.algorithm()) {
            return Err(
                Error::new(Code::AlgUnsupported).note("the signature algorithm of the revocation list does not fit the key")
            );
        }
        let verified = key.verify(Family::TbsCrl, &contents.tbs, &contents.signature);
        verified.map_err(|error| Error::new(Code::CrlSignatureInvalid).because(error))?;
        let list = VerifiedCrl { received: self.clone(), issuer: issuer.clone() };
        list.check_time(at)?;
        Ok(list)
    }
}

impl VerifiedCrl {
    /// Whether the list is good at this time, in seconds since 1970; both ends count.
    ///
    /// # Errors
    /// `x509/crl-not-yet-valid`, `x509/crl-expired`.
    pub fn check_time(&self, at: i64) -> Result<(), Error> {
        self.received.0.check_time(at)
    }

    /// The status of the issuer's certificate with this serial number, found by halving.
    pub fn status(&self, serial: &SerialNumber) -> RevocationStatus {
        let entries = &self.received.0.entries;
        let found = entries.binary_search_by_key(serial, |entry| entry.serial).ok().and_then(|n| entries.get(n));
        found.map_or(RevocationStatus::NotRevoked, |entry| RevocationStatus::Revoked { since: entry.at })
    }

    /// The CA whose list it is.
    pub fn issuer(&self) -> &Certificate {
        &self.issuer
    }

    /// Orders lists of one issuer by their numbers: the greater is the newer.
    pub fn cmp_number(&self, other: &Self) -> Ordering {
        self.received.0.number.cmp(&other.received.0.number)
    }

    /// Until when the list is good, in seconds since 1970.
    pub fn next_update(&self) -> i64 {
        self.received.0.next_update
    }

    /// The number of the list, if it is one that we count ourselves.
    pub fn number(&self) -> Option<u64> {
        let (high, low) = self.received.0.number.split_last_chunk::<8>()?;
        high.iter().all(|octet| *octet == 0).then(|| u64::from_be_bytes(*low))
    }

    /// Whether the certificate with this serial number is in the list.
    pub fn holds(&self, serial: &SerialNumber) -> bool {
        self.status(serial) != RevocationStatus::NotRevoked
    }

    /// Everything that it takes back, in the order of the serial numbers.
    pub fn revocations(&self) -> &[Revocation] {
        &self.received.0.entries
    }

    /// How many certificates it takes back.
    pub fn len(&self) -> usize {
        self.received.0.entries.len()
    }

    /// Whether it takes back none.
    pub fn is_empty(&self) -> bool {
        self.received.0.entries.is_empty()
    }
}
