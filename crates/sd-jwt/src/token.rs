//! A received token, taken apart: what Holder and Verifier check alike (RFC 9901 section 7.1).

mod issuers;

use std::borrow::Cow;
use std::sync::OnceLock;

use mimicred_claims::{Clock, Date, Digest, Limits, Map, Restored, Restoring, Value};
use mimicred_error::At;
use mimicred_jose::base64url::Decoded;
use mimicred_jose::json;
use mimicred_jose::jws::{Compact, Header};
use mimicred_keys::{HashAlgorithm, PublicKey, sha256};

use crate::digest::{self, take_hash};
use crate::disclosure::{at_disclosure, open};
use crate::marks::mark_map;
use crate::serialization::Parts;
use crate::vc::{self, VcRules};
use crate::{Code, Error};

pub(crate) use issuers::{Signer, Trust};

/// Which `typ` of the Issuer's JWT is accepted (JWT-V-027). A KB-JWT never passes for a token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum TypeRule {
    /// Any type that ends in `+sd-jwt`.
    #[default]
    AnySdJwt,
    /// This one, `dc+sd-jwt` for instance.
    Exactly(String),
    /// Any, and none at all: RFC 9901 only recommends a type, and some software sets none or `JWT`. Only for issuers that sign
    /// nothing else with the same key.
    AnyOrNone,
}

impl TypeRule {
    fn accepts(&self, typ: Option<&str>) -> bool {
        match (self, typ) {
            (_, Some(typ)) if is_type(typ, "kb+jwt") => false,
            (TypeRule::AnySdJwt, Some(typ)) => is_sd_jwt_type(typ),
            (TypeRule::Exactly(wanted), Some(typ)) => is_type(typ, wanted),
            (TypeRule::AnySdJwt | TypeRule::Exactly(_), None) => false,
            (TypeRule::AnyOrNone, _) => true,
        }
    }
}

/// Media type names are compared without regard to case, and `application/` may be left out (RFC 7515 section 4.1.9).
pub(crate) fn is_type(typ: &str, wanted: &str) -> bool {
    bare_type(typ).eq_ignore_ascii_case(bare_type(wanted))
}

pub(crate) fn is_sd_jwt_type(typ: &str) -> bool {
    const SUFFIX: &str = "+sd-jwt";
    let bare = bare_type(typ);
    let suffix = bare.len().checked_sub(SUFFIX.len()).and_then(|start| bare.get(start..));
    bare.len() > SUFFIX.len() && suffix.is_some_and(|suffix| suffix.eq_ignore_ascii_case(SUFFIX))
}

fn bare_type(typ: &str) -> &str {
    const PREFIX: &str = "application/";
    match typ.get(..PREFIX.len()) {
        Some(prefix) if prefix.eq_ignore_ascii_case(PREFIX) => typ.get(PREFIX.len()..).unwrap_or_default(),
        _ => typ,
    }
}

/// Octets and values that one disclosure is reckoned to have: who admits more disclosures than usual admits more of both.
const OCTETS_PER_DISCLOSURE: usize = 256;
const VALUES_PER_DISCLOSURE: usize = 8;

/// What is read of a token at most, in either serialization and of the payload inside it, by what its claims may be at most
/// (JWT-E-017): 4 MiB by default.
pub(crate) fn json_limits(limits: &Limits) -> json::Limits {
    json::Limits {
        octets: json::Limits::DEFAULT.octets.max(limits.disclosures.saturating_mul(OCTETS_PER_DISCLOSURE)),
        values: json::Limits::DEFAULT.values.max(limits.disclosures.saturating_mul(VALUES_PER_DISCLOSURE)),
        ..json::Limits::DEFAULT
    }
}

/// The Issuer's JWT and the disclosures, decoded; nothing verified.
#[derive(Clone)]
pub(crate) struct Token<'a> {
    /// Everything up to and including the last tilde.
    pub(crate) bound: &'a str,
    pub(crate) jws: Compact<'a>,
    pub(crate) disclosures: Vec<&'a str>,
    decoded: Decoded,
    /// What is read of the payload at most.
    limits: json::Limits,
    /// `iss` as claimed, once somebody has asked for it.
    issuer: OnceLock<Option<String>>,
}

/// The payload after the Issuer's signature is verified, with its redaction marks.
pub(crate) struct Checked<'t, 'i> {
    pub(crate) payload: Map<'t>,
    pub(crate) hash: HashAlgorithm,
    pub(crate) signer: Signer<'i>,
}

/// How a token is read.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'r> {
    pub(crate) types: &'r TypeRule,
    /// The rules for credentials, if it is to be one.
    pub(crate) vc: Option<VcRules<'r>>,
}

impl<'a> Token<'a> {
    pub(crate) fn parse(parts: Parts<'a>, limits: &Limits) -> Result<Self, Error> {
        let jws = Compact::parse(parts.issuer_jwt)?;
        let decoded = Decoded::of(&parts.disclosures).map_err(|(n, e)| at_disclosure(e.into(), n))?;
        let (bound, disclosures, limits) = (parts.bound, parts.disclosures, json_limits(limits));
        Ok(Self { bound, jws, disclosures, decoded, limits, issuer: OnceLock::new() })
    }

    pub(crate) fn header(&self) -> &Header {
        self.jws.header()
    }

    /// `iss`, as claimed.
    pub(crate) fn issuer(&self) -> Option<&str> {
        let read = || Some(self.payload().ok()?.text("iss")?.as_text()?.to_owned());
        self.issuer.get_or_init(read).as_deref()
    }

    /// The payload as it stands.
    pub(crate) fn payload(&self) -> Result<Map<'_>, Error> {
        object(self.jws.payload(), &self.limits)
    }

    /// SHA-256 of what the Issuer signed, without the signature.
    pub(crate) fn hash(&self) -> [u8; 32] {
        sha256(self.jws.signing_input().as_bytes())
    }

    /// The disclosures as received, each with its octets.
    pub(crate) fn disclosures(&self) -> impl Iterator<Item = (&'a str, &[u8])> {
        self.disclosures.iter().copied().zip(self.decoded.iter())
    }

    /// Whether the signature is that of this key.
    pub(crate) fn is_signed_by(&self, key: &PublicKey) -> bool {
        self.jws.verify(key).is_ok()
    }

    /// Type, issuer, signature, hash name and shape, in this order, and the dates that are in clear. Who the issuer is, and whether it
    /// is a trusted one, is told by `signer`.
    pub(crate) fn check<'i>(
        &self,
        reading: Reading<'_>,
        signer: impl FnOnce(&Map<'_>) -> Result<Signer<'i>, Error>,
        clock: &Clock,
    ) -> Result<Checked<'_, 'i>, Error> {
        self.check_type(reading)?;
        let mut payload = self.payload()?;
        let signer = signer(&payload)?;
        let hash = take_hash(&mut payload)?;
        if reading.vc.is_some() {
            vc::check_digests(&payload, self.disclosures.len())?;
        }
        mark_map(&mut payload)?;
        if reading.vc.is_some() {
            vc::check_visible(&payload)?;
        }
        check_times(&payload, clock)?;
        Ok(Checked { payload, hash, signer })
    }

    /// A credential has the type of credentials, any other token one that the rule accepts (JWT-V-027, JWT-Y-001).
    pub(crate) fn check_type(&self, reading: Reading<'_>) -> Result<(), Error> {
        if let Some(rules) = reading.vc {
            return rules.check_type(self.header().typ());
        }
        if reading.types.accepts(self.header().typ()) {
            return Ok(());
        }
        Err(Error::new(Code::TypeMismatch).at(At::Header(Cow::Borrowed("typ"))))
    }

    /// Puts the disclosures into the payload (JWT-V-004 to JWT-V-016) and checks what they brought.
    pub(crate) fn restore<'t>(
        &'t self,
        checked: Checked<'t, '_>,
        reading: Reading<'_>,
        clock: &Clock,
        limits: &Limits,
    ) -> Result<Restored<'t>, Error> {
        if self.disclosures.len() > limits.disclosures {
            return Err(Error::new(Code::Limit).note("too many disclosures"));
        }
        let mut restoring = Restoring::new(checked.payload, self.disclosures.len(), limits)?;
        if reading.vc.is_some() {
            restoring = restoring.with_visible(&vc::is_never_disclosed);
        }
        // Hashed some at a time, and then opened: looking up one digest does not wait for the hash of the next.
        const SOME: usize = 32;
        let mut digests = Vec::with_capacity(SOME);
        let mut each = self.disclosures().enumerate();
        for some in self.disclosures.chunks(SOME) {
            digests.clear();
            digest::digests(checked.hash, some.iter().map(|text| text.as_bytes()), |digest| digests.push(Digest::copied(digest)));
            for (digest, (n, (_, octets))) in digests.iter().zip(each.by_ref()) {
                let content = open(octets).map_err(|e| at_disclosure(e, n))?;
                restoring.add(digest, content)?;
            }
        }
        let restored = restoring.finish()?;
        // JWT-V-017: what counts is the processed payload; a date, or iss, may have been a disclosure.
        check_times(restored.claims(), clock)?;
        if let Some(rules) = reading.vc {
            vc::check_claims(restored.claims())?;
            rules.check_vct(restored.claims())?;
        }
        match restored.claims().text("iss") {
            Some(iss) if checked.signer.name.is_some_and(|name| iss.as_text() != Some(name)) => {
                Err(Error::new(Code::IssuerUntrusted).at(At::Field(Cow::Borrowed("iss"))))
            }
            _ => Ok(restored),
        }
    }
}

/// A payload, which is an object (JWT-E-019).
pub(crate) fn object<'a>(octets: &'a [u8], limits: &json::Limits) -> Result<Map<'a>, Error> {
    match json::parse_octets(octets, limits).map_err(Error::from)? {
        Value::Map(map) => Ok(map),
        _ => Err(Code::Structure.into()),
    }
}

/// A date claim, if there.
pub(crate) fn date(claims: &Map<'_>, name: &'static str) -> Result<Option<Date>, Error> {
    claims.text(name).map(|value| read_date(value, name)).transpose()
}

fn read_date(value: &Value<'_>, name: &'static str) -> Result<Date, Error> {
    Date::from_value(value).map_err(|e| Error::new(Code::ClaimType).at(At::Field(Cow::Borrowed(name))).because(e))
}

/// The dates of a token, in the order in which they are checked.
const DATES: [&str; 3] = ["exp", "nbf", "iat"];

/// The dates of a token are numbers (JWT-T-002).
pub(crate) fn check_dates(claims: &Map<'_>) -> Result<(), Error> {
    let dates = claims.texts(DATES).into_iter().zip(DATES);
    dates.filter_map(|(value, name)| Some((value?, name))).try_for_each(|(value, name)| read_date(value, name).map(drop))
}

/// `exp`, `nbf` and `iat`, where present (JWT-T-001, JWT-T-003, JWT-V-026). The place names the date.
pub(crate) fn check_times(claims: &Map<'_>, clock: &Clock) -> Result<(), Error> {
    for (value, name) in claims.texts(DATES).into_iter().zip(DATES) {
        let Some(value) = value else { continue };
        let date = read_date(value, name)?;
        let is_refused = if name == "exp" { clock.is_expired(date) } else { clock.is_premature(date) };
        if is_refused {
            return Err(Error::new(Code::Time).at(At::Field(Cow::Borrowed(name))));
        }
    }
    Ok(())
}
