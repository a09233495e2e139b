//! A received KBT.

use std::borrow::Cow;

use mimicred_claims::{Clock, Map, Value};
use mimicred_cose::cbor::{self, Dialect};
use mimicred_cose::header::{self, Header};
use mimicred_cose::sign1::{CwtTag, Sign1};
use mimicred_cose::{AlgorithmId, Code as CoseCode, CoseKey, cwt};
use mimicred_error::At;

use super::{AudienceRule, MEDIA_TYPE, Nonce, TYPE};
use crate::error::about;
use crate::rules::{Registered, audiences};
use crate::times::{Side, Times};
use crate::token::{TypeRule, read_claims};
use crate::{Code, Error};

/// A received KBT, not verified.
#[derive(Clone)]
pub(crate) struct Kbt<'a> {
    pub(crate) sign1: Sign1<'a>,
    pub(crate) protected: Header<'a>,
    pub(crate) claims: Map<'a>,
    /// The SD-CWT, as it stands in the protected header.
    pub(crate) kcwt: &'a [u8],
}

/// A KBT whose signature and claims hold.
#[derive(Clone)]
pub(crate) struct Bound<'a> {
    pub(crate) audience: Cow<'a, str>,
    pub(crate) nonce: Option<Cow<'a, [u8]>>,
    pub(crate) cti: Option<Cow<'a, [u8]>>,
    pub(crate) times: Times,
}

/// What a Verifier demands of it.
#[derive(Clone, Copy)]
pub(crate) struct Demands<'e> {
    pub(crate) audience: &'e str,
    pub(crate) others: AudienceRule,
    pub(crate) nonce: Nonce<'e>,
    pub(crate) max_age: Option<u64>,
}

impl<'a> Kbt<'a> {
    /// Its claims are a Claims Set, whose depth is limited (CWT-E-026).
    pub(crate) fn parse(octets: &'a [u8], limits: &cbor::Limits, max_depth: usize) -> Result<Self, Error> {
        let sign1 = Sign1::parse(octets, CwtTag::Tolerated, limits)?;
        let protected = Header::read(sign1.protected(), &[header::KCWT], limits)?;
        let unprotected = Header::read(sign1.unprotected(), &[], limits)?;
        header::check(&protected, &unprotected, &[header::ALG, header::KID, header::TYP, header::KCWT])?;
        let Some(kcwt) = protected.raw(header::KCWT) else {
            // Most likely an SD-CWT without a KBT around it (CWT-P-001).
            check_type(&protected)?;
            return Err(refused_header("kcwt").note("missing in the protected header"));
        };
        // CWT-P-017.
        if protected.contains(header::CWT_CLAIMS) || unprotected.contains(header::CWT_CLAIMS) {
            return Err(refused_header("CWT Claims"));
        }
        let claims = read_claims(sign1.payload(), Dialect::Plain, &cbor::Limits { depth: max_depth, ..*limits })?;
        Ok(Self { sign1, protected, claims, kcwt })
    }

    /// The type (CWT-Y-002).
    pub(crate) fn check_type(&self) -> Result<(), Error> {
        check_type(&self.protected)
    }

    /// `iat` in whole seconds, if it is one.
    pub(crate) fn issued_at(&self) -> Option<i64> {
        Times::read(&self.claims).ok()?.issued_at()
    }

    /// The Holder's signature, with the key in `cnf` and the algorithm of that key (CWT-V-006, CWT-P-009, CWT-K-005).
    pub(crate) fn check_signature(&self, key: &CoseKey) -> Result<(), Error> {
        let algorithm = self.check_algorithm(key)?;
        self.sign1.verify(algorithm, &key.public).map_err(|error| match error.code() {
            CoseCode::SignatureInvalid => Error::new(Code::SignatureHolder).because(error),
            _ => error.into(),
        })
    }

    /// The algorithm in the header, which the key must not say to be of another curve.
    pub(crate) fn check_algorithm(&self, key: &CoseKey) -> Result<AlgorithmId, Error> {
        let algorithm = self.protected.algorithm()?;
        if key.alg.is_some_and(|alg| alg.algorithm() != algorithm.algorithm()) {
            return Err(about(Code::Confirmation, "alg").note(format!("the key is not for {algorithm}")));
        }
        Ok(algorithm)
    }

    /// `aud`, as claimed; the first of several.
    pub(crate) fn audience(&self) -> Option<&str> {
        audiences(self.claims.int(cwt::AUD)?)?.first().copied()
    }

    /// Its claims: what must not be there, what must, audience, nonce, and the dates with each other, with those of the SD-CWT, and
    /// with the clock (CWT-V-032).
    pub(crate) fn check_claims(&self, demands: &Demands<'_>, token: &Times, clock: &Clock) -> Result<Bound<'a>, Error> {
        let claims = Registered::of(&self.claims);
        // CWT-P-010.
        for (claim, name) in [(claims.iss, "iss"), (claims.sub, "sub")] {
            if claim.is_some() {
                return Err(about(Code::ClaimForbidden, name));
            }
        }
        // CWT-P-012, CWT-P-013, CWT-T-004.
        let cti = octets(claims.cti, "cti")?;
        if cti.is_none() && claims.iat.is_none() {
            return Err(about(Code::ClaimMissing, "iat").note("of the KBT, which has no cti either"));
        }
        let audience = check_audience(claims.aud, demands)?;
        let nonce = octets(claims.cnonce, "cnonce")?;
        check_nonce(nonce.as_deref(), demands.nonce)?;
        let times = Times::of(&claims)?;
        times.check_kbt(token)?;
        times.check_clock(clock, Side::Kbt)?;
        times.check_age(clock, demands.max_age)?;
        Ok(Bound { audience, nonce, cti, times })
    }
}

/// `aud`: there, text, and the Verifier, with nobody beside unless that is admitted (CWT-P-011, CWT-V-011, trap 14).
fn check_audience<'a>(aud: Option<&Value<'a>>, demands: &Demands<'_>) -> Result<Cow<'a, str>, Error> {
    let aud = aud.ok_or_else(|| about(Code::ClaimMissing, "aud").note("of the KBT"))?;
    let malformed = || about(Code::ClaimType, "aud").note("of the KBT");
    let named = audiences(aud).ok_or_else(malformed)?;
    let is_meant = |named: &str| demands.others == AudienceRule::Unmatched || named == demands.audience;
    let is_acceptable = match demands.others {
        AudienceRule::Only => named.iter().all(|named| is_meant(named)),
        AudienceRule::Among | AudienceRule::Unmatched => named.iter().any(|named| is_meant(named)),
    };
    if !is_acceptable {
        return Err(about(Code::Audience, "aud").note("of the KBT"));
    }
    let meant = match aud {
        Value::Array(several) => several.iter().find(|one| one.as_text().is_some_and(is_meant)),
        one => Some(one),
    };
    match meant {
        Some(Value::Text(audience)) => Ok(audience.clone()),
        _ => Err(malformed()),
    }
}

/// CWT-V-008, CWT-V-009, trap 12.
fn check_nonce(nonce: Option<&[u8]>, wanted: Nonce<'_>) -> Result<(), Error> {
    let note = match (wanted, nonce) {
        (Nonce::Exactly(wanted), Some(nonce)) if wanted == nonce => return Ok(()),
        (Nonce::Any, _) | (Nonce::Forbidden, None) => return Ok(()),
        (Nonce::Exactly(_), Some(_)) => "another one",
        (Nonce::Exactly(_), None) => "there is none",
        (Nonce::Forbidden, Some(_)) => "there is one, and none is wanted",
    };
    Err(about(Code::Nonce, "cnonce").note(note))
}

/// A claim of the KBT that is a byte string if it is there (CWT-P-013, CWT-P-016).
fn octets<'a>(claim: Option<&Value<'a>>, name: &'static str) -> Result<Option<Cow<'a, [u8]>>, Error> {
    match claim {
        None => Ok(None),
        Some(Value::Bytes(octets)) => Ok(Some(octets.clone())),
        Some(_) => Err(about(Code::ClaimType, name).note("of the KBT")),
    }
}

fn check_type(protected: &Header<'_>) -> Result<(), Error> {
    let typ = protected.get(header::TYP);
    if is_kbt_type(typ) {
        return Ok(());
    }
    let note = if TypeRule::SdCwt.accepts(typ) { "an SD-CWT where a KBT belongs" } else { "that of the KBT" };
    Err(Error::new(Code::TypeMismatch).at(At::Header(Cow::Borrowed("typ"))).note(note))
}

/// Whether this is the `typ` of a KBT.
pub(crate) fn is_kbt_type(typ: Option<&Value<'_>>) -> bool {
    match typ {
        Some(Value::Int(number)) => *number == i128::from(TYPE),
        Some(Value::Text(name)) => name.eq_ignore_ascii_case(MEDIA_TYPE),
        _ => false,
    }
}

fn refused_header(name: &'static str) -> Error {
    Error::new(Code::Header).at(At::Header(Cow::Borrowed(name)))
}
