//! A received SD-CWT, taken apart: what Holder and Verifier check alike.

mod types;

use std::borrow::Cow;

use mimicred_claims::{Clock, Key, Limits, Map, Opened, Restored, Step, Value, restore};
use mimicred_cose::cbor::{self, Dialect, EncodedBytes, Reader};
use mimicred_cose::header::{self, Header};
use mimicred_cose::sign1::{CwtTag, Sign1};
use mimicred_cose::{AlgorithmId, cwt};
use mimicred_error::At;
use mimicred_keys::{HashAlgorithm, sha256};

use crate::disclosure::{at_disclosure, open};
use crate::error::about;
use crate::rules::{check_types, check_visible, is_never_redacted};
use crate::times::Times;
use crate::{Code, Error, TrustedIssuer};

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

/// The parts of a token; nothing verified, the claims not yet read.
#[derive(Clone)]
pub(crate) struct Token<'a> {
    pub(crate) sign1: Sign1<'a>,
    pub(crate) protected: Header<'a>,
    pub(crate) unprotected: Header<'a>,
    pub(crate) disclosures: Vec<EncodedBytes<'a>>,
}

/// The claims after the Issuer's signature is verified, with their redaction marks.
pub(crate) struct Checked<'a, 'i> {
    pub(crate) payload: Map<'a>,
    pub(crate) hash: HashAlgorithm,
    pub(crate) issuer: &'i TrustedIssuer,
    pub(crate) times: Times,
}

impl<'a> Token<'a> {
    pub(crate) fn parse(octets: &'a [u8], cwt_tag: CwtTag, max_disclosures: usize) -> Result<Self, Error> {
        let sign1 = Sign1::parse(octets, cwt_tag, &CBOR)?;
        let protected = Header::read(sign1.protected(), &[], &CBOR)?;
        let unprotected = Header::read(sign1.unprotected(), &[SD_CLAIMS, SD_AEAD_ENCRYPTED_CLAIMS], &CBOR)?;
        header::check(&protected, &unprotected, &[header::ALG, header::KID, header::TYP, SD_ALG, SD_AEAD])?;
        check_buckets(&protected, &unprotected)?;
        let disclosures = match unprotected.raw(SD_CLAIMS) {
            Some(list) => read_disclosures(list, max_disclosures)?,
            None => Vec::new(),
        };
        if let Some(list) = unprotected.raw(SD_AEAD_ENCRYPTED_CLAIMS) {
            check_not_empty(Reader::new(list, &CBOR)?.array()?, "sd_aead_encrypted_claims")?;
        }
        Ok(Self { sign1, protected, unprotected, disclosures })
    }

    /// The hash of the disclosures (CWT-I-004, CWT-I-005, CWT-V-031).
    pub(crate) fn hash(&self) -> Result<HashAlgorithm, Error> {
        let at = || At::Header(Cow::Borrowed("sd_alg"));
        let Some(value) = self.protected.get(SD_ALG) else { return Ok(HashAlgorithm::Sha256) };
        let id = value.as_int().ok_or_else(|| Error::new(Code::Header).at(at()))?;
        let found = HashAlgorithm::ALL.into_iter().find(|hash| i128::from(hash_id(*hash)) == id);
        found.ok_or_else(|| Error::new(Code::AlgUnsupported).at(at()).note(format!("hash {id}")))
    }

    /// The claims as they stand, with their redaction marks.
    pub(crate) fn payload(&self) -> Result<Map<'a>, Error> {
        read_claims(self.sign1.payload(), Dialect::Claims { digest_len: self.hash()?.len() })
    }

    /// `iss`, as claimed, found without reading the other claims.
    pub(crate) fn issuer(&self) -> Option<&'a str> {
        let mut reader = Reader::new(self.sign1.payload(), &CBOR).ok()?;
        for _ in 0..reader.map_head().ok()? {
            if !reader.is_key_next() {
                reader.skip().ok()?;
            } else if reader.key().ok()? == Key::Int(cwt::ISS) {
                return match reader.claim(Dialect::Plain).ok()? {
                    Value::Text(Cow::Borrowed(issuer)) => Some(issuer),
                    _ => None,
                };
            }
            reader.skip().ok()?;
        }
        None
    }

    /// `kid`, as claimed.
    pub(crate) fn key_id(&self) -> Option<&[u8]> {
        self.protected.key_id().ok().flatten().or_else(|| self.unprotected.key_id().ok().flatten())
    }

    /// SHA-256 of what the Issuer signed, without the signature.
    pub(crate) fn token_hash(&self) -> [u8; 32] {
        sha256(&self.sign1.sig_structure())
    }

    /// Type, what is supported, claims, issuer, signature, dates, in this order.
    pub(crate) fn check<'i>(
        &self,
        types: &TypeRule,
        issuers: &'i [TrustedIssuer],
        clock: &Clock,
    ) -> Result<Checked<'a, 'i>, Error> {
        self.check_as(types, |payload| self.check_issuer(payload, issuers), clock)
    }

    /// The same, with another way to tell the issuer.
    pub(crate) fn check_as<'i>(
        &self,
        types: &TypeRule,
        issuer: impl FnOnce(&Map<'_>) -> Result<&'i TrustedIssuer, Error>,
        clock: &Clock,
    ) -> Result<Checked<'a, 'i>, Error> {
        self.check_type(types)?;
        if self.unprotected.contains(SD_AEAD_ENCRYPTED_CLAIMS) {
            return Err(Code::EncryptedUnsupported.into());
        }
        if self.protected.contains(header::CWT_CLAIMS) {
            return Err(Code::CwtClaimsUnsupported.into());
        }
        let (hash, payload) = (self.hash()?, self.payload()?);
        let issuer = issuer(&payload)?;
        check_visible(&payload)?;
        let times = Times::read(&payload)?;
        times.check_token()?;
        times.check_clock(clock)?;
        Ok(Checked { payload, hash, issuer, times })
    }

    pub(crate) fn check_type(&self, types: &TypeRule) -> Result<(), Error> {
        if types.accepts(self.protected.get(header::TYP)) {
            return Ok(());
        }
        Err(Error::new(Code::TypeMismatch).at(At::Header(Cow::Borrowed("typ"))).note("of the SD-CWT"))
    }

    /// Who made the token: a trusted issuer of that name, with one of its keys (CWT-V-002, CWT-V-003). The key identifier in the
    /// header is no licence for anything (CWT-K-015).
    fn check_issuer<'i>(&self, payload: &Map<'_>, issuers: &'i [TrustedIssuer]) -> Result<&'i TrustedIssuer, Error> {
        let algorithm = self.protected.algorithm()?;
        let iss = payload.int(cwt::ISS).ok_or_else(|| about(Code::ClaimMissing, "iss"))?;
        let iss = iss.as_text().ok_or_else(|| about(Code::ClaimType, "iss"))?;
        let is_named = |issuer: &&TrustedIssuer| iss == issuer.issuer;
        if !issuers.iter().any(|issuer| is_named(&issuer)) {
            return Err(about(Code::IssuerUntrusted, "iss"));
        }
        let fitting = |issuer: &&TrustedIssuer| issuer.key.algorithm() == algorithm.algorithm();
        if !issuers.iter().filter(is_named).any(|issuer| fitting(&issuer)) {
            let note = format!("{algorithm} fits no key of the issuer");
            return Err(Error::new(Code::AlgUnsupported).at(At::Header(Cow::Borrowed("alg"))).note(note));
        }
        let verified = |issuer: &&TrustedIssuer| self.sign1.verify(algorithm, &issuer.key).is_ok();
        if let Some(found) = issuers.iter().filter(is_named).filter(fitting).find(verified) {
            return Ok(found);
        }
        // One trusted issuer speaking in the name of another is not a broken signature, and is reported as what it is.
        if issuers.iter().filter(|issuer| !is_named(issuer)).filter(fitting).any(|issuer| verified(&issuer)) {
            return Err(about(Code::IssuerUntrusted, "iss").note("signed with the key of another issuer"));
        }
        Err(Code::SignatureIssuer.into())
    }

    /// Opens every disclosure; each with its salt.
    pub(crate) fn open(&self, hash: HashAlgorithm) -> Result<Vec<(&'a [u8], Opened<'a>)>, Error> {
        let mut limits = CBOR;
        let each = self.disclosures.iter().enumerate();
        each.map(|(n, disclosure)| open(disclosure, hash, &mut limits).map_err(|error| at_disclosure(error, n))).collect()
    }

    /// Puts the disclosures into the claims (CWT-V-014 to CWT-V-022) and checks what they brought.
    pub(crate) fn restore(&self, payload: Map<'a>, opened: Vec<Opened<'a>>, limits: &Limits) -> Result<Restored<'a>, Error> {
        let restored = restore(payload, opened, limits)?;
        // CWT-V-023: at the top level only; the same keys inside other maps are other claims (trap 7).
        let never = restored.disclosed.iter().find(|disclosed| match disclosed.path.steps() {
            [Step::Key(key)] => !disclosed.decoy && is_never_redacted(key),
            _ => false,
        });
        if let Some(disclosed) = never {
            return Err(Error::new(Code::RedactionForbidden).at(At::Disclosure(disclosed.index)));
        }
        check_types(&restored.claims)?;
        // CWT-I-017: where something is still redacted it may be sub, and nobody can tell (trap 8).
        if restored.claims.int(cwt::SUB).is_none() && restored.undisclosed == 0 {
            return Err(about(Code::ClaimMissing, "sub"));
        }
        Ok(restored)
    }

    /// The algorithm of the signature, if it is one we know.
    pub(crate) fn algorithm(&self) -> Option<AlgorithmId> {
        self.protected.algorithm().ok()
    }
}

/// The number of a hash in the COSE registry.
pub(crate) fn hash_id(hash: HashAlgorithm) -> i64 {
    match hash {
        HashAlgorithm::Sha256 => -16,
        HashAlgorithm::Sha384 => -43,
        HashAlgorithm::Sha512 => -44,
    }
}

/// A whole claims set: exactly one map (CWT-E-006).
pub(crate) fn read_claims(octets: &[u8], dialect: Dialect) -> Result<Map<'_>, Error> {
    let mut reader = Reader::new(octets, &CBOR)?;
    let claims = reader.map(dialect)?;
    reader.finish()?;
    Ok(claims)
}

/// What is protected where it need not be is harmless, what is unprotected where it must not be is not.
fn check_buckets(protected: &Header<'_>, unprotected: &Header<'_>) -> Result<(), Error> {
    let refused = |name: &'static str| Err(Error::new(Code::Header).at(At::Header(Cow::Borrowed(name))));
    for (label, name) in [(SD_CLAIMS, "sd_claims"), (SD_AEAD_ENCRYPTED_CLAIMS, "sd_aead_encrypted_claims")] {
        if protected.contains(label) {
            return refused(name);
        }
    }
    for (label, name) in [(SD_ALG, "sd_alg"), (SD_AEAD, "sd_aead"), (header::CWT_CLAIMS, "CWT Claims")] {
        if unprotected.contains(label) {
            return refused(name);
        }
    }
    // CWT-A-006: a number of two octets.
    match protected.get(SD_AEAD) {
        Some(Value::Int(0..=0xffff)) | None => Ok(()),
        Some(_) => refused("sd_aead"),
    }
}

/// CWT-V-004, CWT-V-005, and the shortest head for each (trap 2).
fn read_disclosures(list: &[u8], max_disclosures: usize) -> Result<Vec<EncodedBytes<'_>>, Error> {
    let mut reader = Reader::new(list, &CBOR)?;
    let count = reader.array()?;
    check_not_empty(count, "sd_claims")?;
    if count > max_disclosures {
        return Err(Error::new(Code::Limit).note("too many disclosures"));
    }
    let mut disclosures = Vec::with_capacity(count);
    for n in 0..count {
        let disclosure = reader.encoded_bytes().map_err(|error| at_disclosure(error.into(), n))?;
        if !disclosure.is_preferred {
            return Err(Error::new(Code::CborForbidden).at(At::Disclosure(n)).note("its head is not the shortest"));
        }
        disclosures.push(disclosure);
    }
    Ok(disclosures)
}

fn check_not_empty(count: usize, name: &'static str) -> Result<(), Error> {
    if count > 0 { Ok(()) } else { Err(Error::new(Code::Structure).at(At::Header(Cow::Borrowed(name))).note("an empty list")) }
}
