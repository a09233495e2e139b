//! A received SD-CWT, taken apart: what Holder and Verifier check alike.

mod check;
mod claims;
mod headers;
mod issuers;
mod types;

use std::borrow::Cow;

use mimicred_claims::{Content, Digest, Key, Limits, Value};
use mimicred_cose::cbor::{self, Dialect, EncodedBytes, Reader};
use mimicred_cose::header::{self, Header};
use mimicred_cose::sign1::{CwtTag, Sign1};
use mimicred_cose::{AlgorithmId, cwt};
use mimicred_error::At;
use mimicred_keys::{HashAlgorithm, sha256};

use crate::aead::{Cipher, Entry};
use crate::disclosure::{at_disclosure, digest, open_into};
use crate::{Code, Error};

pub(crate) use check::{Checked, Reading};
pub(crate) use claims::{ClaimSets, read_claims};
pub(crate) use issuers::{Signer, Trust};
pub use types::TypeRule;
pub(crate) use types::{TYPE, is_sd_cwt_type};

/// Label of the disclosures, unprotected.
pub(crate) const SD_CLAIMS: i128 = 17;
/// Label of the hash of the disclosures, protected.
pub(crate) const SD_ALG: i128 = 170;
/// Label of the encrypted disclosures, unprotected.
pub(crate) const SD_AEAD_ENCRYPTED_CLAIMS: i128 = 171;
/// Label of their encryption, protected.
pub(crate) const SD_AEAD: i128 = 172;

/// What is read of a token at most. How deep claims may be is the caller's choice, and is checked while they are put together.
pub(crate) const CBOR: cbor::Limits = cbor::Limits { depth: 64, ..cbor::Limits::DEFAULT };

/// Octets and items that one disclosure is reckoned to have: who admits more disclosures than usual admits more of both.
const OCTETS_PER_DISCLOSURE: usize = 256;
const ITEMS_PER_DISCLOSURE: usize = 16;

/// The parts of a token; nothing verified, the claims not yet read.
#[derive(Clone)]
pub(crate) struct Token<'a> {
    pub(crate) sign1: Sign1<'a>,
    pub(crate) protected: Header<'a>,
    pub(crate) unprotected: Header<'a>,
    /// The certificates in the protected header, the Issuer's own first (CWT-I-016).
    pub(crate) x5chain: Vec<&'a [u8]>,
    pub(crate) disclosures: Vec<EncodedBytes<'a>>,
    /// The entries of `sd_aead_encrypted_claims`, still closed.
    pub(crate) encrypted: Vec<Entry<'a>>,
    /// What is read of it at most.
    limits: cbor::Limits,
}

impl<'a> Token<'a> {
    pub(crate) fn parse(octets: &'a [u8], cwt_tag: CwtTag, limits: &Limits) -> Result<Self, Error> {
        let cbor = cbor_limits(limits);
        let lists = [SD_CLAIMS, SD_AEAD_ENCRYPTED_CLAIMS];
        let (sign1, unprotected) = Sign1::parse_with_header(octets, cwt_tag, &lists, &cbor)?;
        let protected = Header::read(sign1.protected(), &[header::CWT_CLAIMS], &cbor)?;
        headers::check(&protected, &unprotected)?;
        let x5chain = headers::x5chain(&protected)?;
        let (disclosures, encrypted) = headers::read_lists(&unprotected, limits.disclosures, &cbor)?;
        Ok(Self { sign1, protected, unprotected, x5chain, disclosures, encrypted, limits: cbor })
    }

    /// The hash of the disclosures (CWT-I-004, CWT-I-005, CWT-V-031).
    pub(crate) fn hash(&self) -> Result<HashAlgorithm, Error> {
        let Some(value) = self.protected.get(SD_ALG) else { return Ok(HashAlgorithm::Sha256) };
        let id = value.as_int().ok_or_else(|| Error::new(Code::Header).at(At::Header(Cow::Borrowed("sd_alg"))))?;
        hash_of(id)
    }

    /// How disclosures are encrypted (CWT-A-005).
    pub(crate) fn cipher(&self) -> Result<Cipher, Error> {
        // That it is a number of two octets is checked (CWT-A-006).
        let id = self.protected.get(SD_AEAD).and_then(Value::as_int);
        Cipher::of(id.and_then(|id| id.try_into().ok()))
    }

    /// The claims as they stand, with their redaction marks.
    pub(crate) fn claims(&self) -> Result<ClaimSets<'a>, Error> {
        let mut limits = self.limits;
        self.claims_within(&mut limits)
    }

    /// The same, taking the digests off the number of those that may still be read.
    fn claims_within(&self, limits: &mut cbor::Limits) -> Result<ClaimSets<'a>, Error> {
        let dialect = Dialect::Claims { digest_len: self.hash()?.len() };
        ClaimSets::read(self.sign1.payload(), self.protected.raw(header::CWT_CLAIMS), dialect, limits)
    }

    /// `iss`, as claimed, found without reading the other claims: in the payload, or else among the CWT Claims of the header.
    pub(crate) fn issuer(&self) -> Option<&'a str> {
        let find = |octets: &'a [u8]| match self.find(octets, cwt::ISS)? {
            Value::Text(Cow::Borrowed(issuer)) => Some(issuer),
            _ => None,
        };
        find(self.sign1.payload()).or_else(|| find(self.protected.raw(header::CWT_CLAIMS)?))
    }

    fn find(&self, claims: &'a [u8], wanted: i128) -> Option<Value<'a>> {
        let mut reader = Reader::new(claims, &self.limits).ok()?;
        for _ in 0..reader.map_head().ok()? {
            if !reader.is_key_next() {
                reader.skip().ok()?;
            } else if reader.key().ok()? == Key::Int(wanted) {
                return reader.claim(Dialect::Plain).ok();
            }
            reader.skip().ok()?;
        }
        None
    }

    /// `kid`, as claimed.
    pub(crate) fn key_id(&self) -> Option<&[u8]> {
        self.protected.key_id().ok().flatten().or_else(|| self.unprotected.key_id().ok().flatten())
    }

    /// Opens every disclosure in the clear, within what `limits` leaves of items and digests: salt, digest and content.
    pub(crate) fn open(
        &self,
        hash: HashAlgorithm,
        limits: &mut cbor::Limits,
        mut each: impl FnMut(&'a [u8], &Digest<'static>, Content<'a>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        // Hashed some at a time, and then opened: looking up one digest does not wait for the hash of the next.
        const SOME: usize = 32;
        let mut digests = Vec::with_capacity(SOME);
        let mut content = Content::Decoy;
        for (from, some) in self.disclosures.chunks(SOME).enumerate().map(|(n, some)| (n * SOME, some)) {
            digests.clear();
            digests.extend(some.iter().map(|disclosure| digest(hash, disclosure.encoded)));
            for ((n, disclosure), digest) in (from..).zip(some).zip(&digests) {
                let salt = open_into(&mut content, disclosure, hash, limits).map_err(|error| at_disclosure(error, n))?;
                each(salt, digest, std::mem::replace(&mut content, Content::Decoy))?;
            }
        }
        Ok(())
    }

    /// SHA-256 of what the Issuer signed, without the signature.
    pub(crate) fn hash_of_signed(&self) -> [u8; 32] {
        sha256(&self.sign1.sig_structure())
    }

    /// What is read of it at most.
    pub(crate) fn limits(&self) -> cbor::Limits {
        self.limits
    }

    /// The algorithm of the signature, if it is one we know.
    pub(crate) fn algorithm(&self) -> Option<AlgorithmId> {
        self.protected.algorithm().ok()
    }
}

/// What is read of a token at most, by what its claims may be at most.
pub(crate) fn cbor_limits(limits: &Limits) -> cbor::Limits {
    cbor::Limits {
        size: CBOR.size.max(limits.disclosures.saturating_mul(OCTETS_PER_DISCLOSURE)),
        items: CBOR.items.max(limits.disclosures.saturating_mul(ITEMS_PER_DISCLOSURE)),
        digests: limits.digests,
        ..CBOR
    }
}

/// The hash of this number in the COSE registry, if it is one that we take to be strong (CWT-I-005).
pub(crate) fn hash_of(id: i128) -> Result<HashAlgorithm, Error> {
    let found = HashAlgorithm::ALL.into_iter().find(|hash| i128::from(hash_id(*hash)) == id);
    let unsupported = || Error::new(Code::AlgUnsupported).at(At::Header(Cow::Borrowed("sd_alg")));
    found.ok_or_else(|| unsupported().note(format!("hash {id}")))
}

/// The number of a hash in the COSE registry.
pub(crate) fn hash_id(hash: HashAlgorithm) -> i64 {
    match hash {
        HashAlgorithm::Sha256 => -16,
        HashAlgorithm::Sha384 => -43,
        HashAlgorithm::Sha512 => -44,
    }
}
