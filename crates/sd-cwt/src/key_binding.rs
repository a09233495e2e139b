//! Key binding: the confirmation key in `cnf` (RFC 8747), and the KBT signed with it, which holds the SD-CWT in its protected
//! header.

use std::borrow::Cow;

use mimicred_claims::{Clock, Date, Map, Value};
use mimicred_cose::cbor::{self, Dialect, Writer};
use mimicred_cose::header::{self, Header};
use mimicred_cose::sign1::{self, CwtTag, Sign1};
use mimicred_cose::{AlgorithmId, Code as CoseCode, CoseKey, cwt};
use mimicred_error::At;
use mimicred_keys::{PublicKey, ToBeSigned};

use crate::error::about;
use crate::rules::audiences;
use crate::times::Times;
use crate::token::read_claims;
use crate::{Code, Error};

/// `typ` of a KBT, as a CoAP content format.
pub(crate) const TYPE: i64 = 294;
/// The same as a media type; no other spelling is accepted (CWT-P-007).
const MEDIA_TYPE: &str = "application/kb+cwt";

/// Longest audience and nonce that a key is put under: whoever chooses them does not choose how much is signed.
const MAX_CHOSEN: usize = 2048;

/// What the Holder binds a presentation to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding<'b> {
    /// The Verifier: in MIMI the URI of the room.
    pub audience: &'b str,
    /// The nonce of the transaction, as the Verifier gave it (CWT-P-016).
    pub nonce: Option<&'b [u8]>,
    /// Now, in seconds since 1970.
    pub issued_at: i64,
}

/// What a Verifier demands of the key binding. An SD-CWT is always presented inside a KBT, so there is no way to demand none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyBinding<'e> {
    /// The KBT must hold.
    Required {
        /// Who verifies: equal to `aud`, octet for octet.
        audience: &'e str,
        /// The nonce.
        nonce: Nonce<'e>,
        /// Most seconds since the Holder signed; `None` leaves freshness to the caller.
        max_age: Option<u64>,
    },
}

/// What a Verifier demands of `cnonce` (CWT-V-008, CWT-V-009, trap 12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nonce<'e> {
    /// It must be there and be this.
    Exactly(&'e [u8]),
    /// Any, or none: replays are kept away by other means.
    Any,
    /// It must not be there.
    Forbidden,
}

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
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bound {
    pub(crate) audience: String,
    pub(crate) nonce: Option<Vec<u8>>,
    pub(crate) issued_at: Option<i64>,
    pub(crate) expires: Option<Date>,
}

impl<'a> Kbt<'a> {
    pub(crate) fn parse(octets: &'a [u8], limits: &cbor::Limits) -> Result<Self, Error> {
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
        let claims = read_claims(sign1.payload(), Dialect::Plain, limits)?;
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
        let algorithm = self.protected.algorithm()?;
        if key.alg.is_some_and(|alg| alg.algorithm() != algorithm.algorithm()) {
            return Err(about(Code::Confirmation, "alg").note(format!("the key is not for {algorithm}")));
        }
        self.sign1.verify(algorithm, &key.public).map_err(|error| match error.code() {
            CoseCode::SignatureInvalid => Error::new(Code::SignatureHolder).because(error),
            _ => error.into(),
        })
    }

    /// `aud`: there, text, and nobody but the Verifier. An array of other recipients besides would let them reuse it.
    pub(crate) fn check_audience(&self, audience: &str) -> Result<(), Error> {
        let aud = self.claims.int(cwt::AUD).ok_or_else(|| about(Code::ClaimMissing, "aud").note("of the KBT"))?;
        let audiences = audiences(aud).ok_or_else(|| about(Code::ClaimType, "aud").note("of the KBT"))?;
        if audiences.iter().all(|named| *named == audience) {
            return Ok(());
        }
        Err(about(Code::Audience, "aud").note("of the KBT"))
    }

    /// `cnonce`.
    pub(crate) fn check_nonce(&self, wanted: Nonce<'_>) -> Result<Option<Vec<u8>>, Error> {
        let nonce = match self.claims.int(cwt::CNONCE) {
            None => None,
            Some(Value::Bytes(nonce)) => Some(nonce.to_vec()),
            Some(_) => return Err(about(Code::ClaimType, "cnonce").note("of the KBT")),
        };
        let is_acceptable = match (wanted, &nonce) {
            (Nonce::Exactly(wanted), Some(nonce)) => wanted == nonce,
            (Nonce::Exactly(_), None) | (Nonce::Forbidden, Some(_)) => false,
            (Nonce::Any, _) | (Nonce::Forbidden, None) => true,
        };
        if is_acceptable { Ok(nonce) } else { Err(about(Code::Nonce, "cnonce")) }
    }

    /// The claims that must not, and those that must be there (CWT-P-010, CWT-P-012, CWT-P-013).
    pub(crate) fn check_claims(&self) -> Result<(), Error> {
        for (key, name) in [(cwt::ISS, "iss"), (cwt::SUB, "sub")] {
            if self.claims.int(key).is_some() {
                return Err(about(Code::ClaimForbidden, name));
            }
        }
        match (self.claims.int(cwt::CTI), self.claims.int(cwt::IAT)) {
            (Some(Value::Bytes(_)), _) | (None, Some(_)) => Ok(()),
            (Some(_), _) => Err(about(Code::ClaimType, "cti").note("of the KBT")),
            (None, None) => Err(about(Code::ClaimMissing, "iat").note("of the KBT, which has no cti either")),
        }
    }

    /// The dates, with each other, with those of the SD-CWT, and with the clock.
    pub(crate) fn check_times(&self, token: &Times, clock: &Clock, max_age: Option<u64>) -> Result<Times, Error> {
        let times = Times::read(&self.claims)?;
        times.check_kbt(token)?;
        times.check_clock(clock)?;
        times.check_age(clock, max_age)?;
        Ok(times)
    }
}

fn check_type(protected: &Header<'_>) -> Result<(), Error> {
    let is_kbt = match protected.get(header::TYP) {
        Some(Value::Int(number)) => *number == i128::from(TYPE),
        Some(Value::Text(name)) => name.eq_ignore_ascii_case(MEDIA_TYPE),
        _ => false,
    };
    if is_kbt { Ok(()) } else { Err(Error::new(Code::TypeMismatch).at(At::Header(Cow::Borrowed("typ"))).note("of the KBT")) }
}

fn refused_header(name: &'static str) -> Error {
    Error::new(Code::Header).at(At::Header(Cow::Borrowed(name)))
}

/// A KBT that lacks its signature.
pub(crate) struct PreparedKbt {
    pub(crate) to_be_signed: ToBeSigned,
    protected: Vec<u8>,
    payload: Vec<u8>,
}

/// The KBT around an SD-CWT, its octets put into the header as they are (CWT-P-006 to CWT-P-012, CWT-P-016).
pub(crate) fn prepare(token: &[u8], key: &PublicKey, binding: &Binding<'_>) -> Result<PreparedKbt, Error> {
    let nonce_len = binding.nonce.map_or(0, <[u8]>::len);
    for (name, len) in [("aud", binding.audience.len()), ("cnonce", nonce_len)] {
        if len > MAX_CHOSEN {
            return Err(about(Code::Limit, name));
        }
    }
    let mut protected = Writer::with_capacity(token.len() + 16);
    protected.map(3);
    protected.int(1);
    protected.int(AlgorithmId::for_key(key.algorithm()).id());
    protected.int(13);
    protected.raw(token);
    protected.int(16);
    protected.int(TYPE);
    let protected = protected.finish();

    let mut payload = Writer::new();
    payload.map(2 + usize::from(binding.nonce.is_some()));
    payload.int(3);
    payload.text(binding.audience);
    payload.int(6);
    payload.int(binding.issued_at);
    if let Some(nonce) = binding.nonce {
        payload.int(39);
        payload.bytes(nonce);
    }
    let payload = payload.finish();
    Ok(PreparedKbt { to_be_signed: sign1::to_be_signed(&protected, &payload)?, protected, payload })
}

impl PreparedKbt {
    pub(crate) fn assemble(&self, signature: &[u8]) -> Vec<u8> {
        // An empty unprotected header.
        sign1::encode(&self.protected, &[0xa0], &self.payload, signature)
    }
}
