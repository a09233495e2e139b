//! What claims must be, whichever role looks at them.

use mimicred_claims::{Key, Map, Value};
use mimicred_cose::cwt;

use crate::error::about;
use crate::{Code, Error};

/// Largest `vct` that is a number (CWT-Y-008).
const MAX_VCT: i128 = 65535;

/// What `vct` may be (trap 9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VctRule {
    /// Text, or a number up to 65535, as the prose of the draft says.
    #[default]
    NumberOrText,
    /// Also a byte string, as its CDDL and the registry say (CWT-Y-010).
    ByteStringToo,
}

/// The registered claims of a claims set, found in one pass.
#[derive(Clone, Copy, Default)]
pub(crate) struct Registered<'m, 'a> {
    pub(crate) iss: Option<&'m Value<'a>>,
    pub(crate) sub: Option<&'m Value<'a>>,
    pub(crate) aud: Option<&'m Value<'a>>,
    pub(crate) exp: Option<&'m Value<'a>>,
    pub(crate) nbf: Option<&'m Value<'a>>,
    pub(crate) iat: Option<&'m Value<'a>>,
    pub(crate) cti: Option<&'m Value<'a>>,
    pub(crate) cnf: Option<&'m Value<'a>>,
    pub(crate) vct: Option<&'m Value<'a>>,
    pub(crate) cnonce: Option<&'m Value<'a>>,
    pub(crate) status: Option<&'m Value<'a>>,
}

impl<'m, 'a> Registered<'m, 'a> {
    pub(crate) fn of(claims: &'m Map<'a>) -> Self {
        let mut found = Self::default();
        for (key, value) in claims.iter() {
            let Key::Int(number) = key else { continue };
            let slot = match *number {
                cwt::ISS => &mut found.iss,
                cwt::SUB => &mut found.sub,
                cwt::AUD => &mut found.aud,
                cwt::EXP => &mut found.exp,
                cwt::NBF => &mut found.nbf,
                cwt::IAT => &mut found.iat,
                cwt::CTI => &mut found.cti,
                cwt::CNF => &mut found.cnf,
                cwt::VCT => &mut found.vct,
                cwt::CNONCE => &mut found.cnonce,
                cwt::STATUS => &mut found.status,
                _ => continue,
            };
            *slot = Some(value);
        }
        found
    }

    /// These claims, and from another claims set those that are missing here.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            iss: self.iss.or(other.iss),
            sub: self.sub.or(other.sub),
            aud: self.aud.or(other.aud),
            exp: self.exp.or(other.exp),
            nbf: self.nbf.or(other.nbf),
            iat: self.iat.or(other.iat),
            cti: self.cti.or(other.cti),
            cnf: self.cnf.or(other.cnf),
            vct: self.vct.or(other.vct),
            cnonce: self.cnonce.or(other.cnonce),
            status: self.status.or(other.status),
        }
    }

    /// Refuses redaction inside the claims that are never redacted; `cnf` among them (CWT-K-002).
    pub(crate) fn check_visible(&self) -> Result<(), Error> {
        let never = [
            (self.iss, "iss"),
            (self.aud, "aud"),
            (self.exp, "exp"),
            (self.nbf, "nbf"),
            (self.iat, "iat"),
            (self.cti, "cti"),
            (self.cnf, "cnf"),
            (self.cnonce, "cnonce"),
        ];
        match never.into_iter().find(|(claim, _)| claim.is_some_and(has_marks)) {
            Some((_, name)) => Err(about(Code::RedactionForbidden, name)),
            None => Ok(()),
        }
    }

    /// The types of the claims, as far as they are there (CWT-V-024, CWT-Y-008, CWT-Y-010, CWT-Y-012); dates are read elsewhere.
    pub(crate) fn check_types(&self, vct: VctRule) -> Result<(), Error> {
        let is_text = |value: &Value<'_>| matches!(value, Value::Text(_));
        let is_bytes = |value: &Value<'_>| matches!(value, Value::Bytes(_));
        let is_vct = |value: &Value<'_>| match value {
            Value::Int(number) => (0..=MAX_VCT).contains(number),
            Value::Bytes(_) => vct == VctRule::ByteStringToo,
            other => is_text(other),
        };
        let rules = [
            ("iss", self.iss.is_none_or(is_text)),
            ("sub", self.sub.is_none_or(is_text)),
            ("aud", self.aud.is_none_or(|aud| audiences(aud).is_some())),
            ("cti", self.cti.is_none_or(is_bytes)),
            ("cnonce", self.cnonce.is_none_or(is_bytes)),
            ("vct", self.vct.is_none_or(is_vct)),
        ];
        match rules.into_iter().find(|(_, is_right)| !is_right) {
            Some((name, _)) => Err(about(Code::ClaimType, name)),
            None => Ok(()),
        }
    }
}

/// Whether this claim is never redacted at the top level (CWT-I-018, CWT-V-023).
pub(crate) fn is_never_redacted(key: &Key<'_>) -> bool {
    use cwt::{AUD, CNF, CNONCE, CTI, EXP, IAT, ISS, NBF};
    matches!(key, Key::Int(ISS | AUD | EXP | NBF | IAT | CTI | CNF | CNONCE))
}

/// The texts of an `aud`: one text, or a non-empty array of texts (trap 14).
pub(crate) fn audiences<'m>(aud: &'m Value<'_>) -> Option<Vec<&'m str>> {
    match aud {
        Value::Array(several) if !several.is_empty() => several.iter().map(Value::as_text).collect(),
        one => one.as_text().map(|one| vec![one]),
    }
}

/// Whether anything is redacted in this value.
pub(crate) fn has_marks(value: &Value<'_>) -> bool {
    match value {
        Value::Map(map) => !map.redacted.is_empty() || map.iter().any(|(_, value)| has_marks(value)),
        Value::Array(elements) => elements.iter().any(has_marks),
        Value::Tag(_, inner) => has_marks(inner),
        Value::Redacted(_) => true,
        _ => false,
    }
}
