//! Where a claim stands, in each family of credentials.

use std::borrow::Cow;

use mimicred_claims::{ClaimPath, Key, Map, Step, Value};
use mimicred_cose::cbor;
use mimicred_jose::json;
use mimicred_x509::Oid;

use crate::{Code, Error};

/// Extension subjectAltName, the only one whose path has a tag.
pub(crate) const SUBJECT_ALT_NAME: &str = "2.5.29.17";
/// Most steps of a path.
const MAX_STEPS: usize = 32;

/// The place of a claim in one family of credentials.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyPath {
    /// In an SD-JWT.
    Jwt(JwtPath),
    /// In an SD-CWT.
    Cwt(CwtPath),
    /// In a certificate.
    X509(X509Path),
    /// In a family that is not known here.
    Other {
        /// The family's octet.
        family: u8,
        /// The path as it came.
        path: Vec<u8>,
    },
}

/// Member names, and positions in arrays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JwtPath {
    text: String,
    steps: ClaimPath,
}

/// Map keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CwtPath {
    octets: Vec<u8>,
    steps: ClaimPath,
}

/// An attribute of the subject's name, a kind of name in the SAN, or an extension.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct X509Path {
    /// The attribute type or extension.
    pub oid: Oid,
    /// For the SAN (2.5.29.17) the kind of name: 1 email, 2 dns, 6 uri.
    pub general_name_tag: Option<u8>,
}

impl PolicyPath {
    /// The octet of the family.
    pub fn family(&self) -> u8 {
        match self {
            PolicyPath::X509(_) => 1,
            PolicyPath::Jwt(_) => 2,
            PolicyPath::Cwt(_) => 3,
            PolicyPath::Other { family, .. } => *family,
        }
    }
}

impl JwtPath {
    /// Reads the TLS form: the text of a JSON array of strings and non-negative integers below 2^32, at least one. The text is kept
    /// as it is.
    ///
    /// # Errors
    /// `room/policy-malformed`.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let malformed = || Error::new(Code::PolicyMalformed).note("a jwt path is a JSON array of names and positions");
        let value = json::parse(text, &json::Limits::DEFAULT).map_err(|e| malformed().because(e))?;
        let steps = value.as_array().filter(|steps| !steps.is_empty() && steps.len() <= MAX_STEPS).ok_or_else(malformed)?;
        let steps = steps.iter().map(|step| match step {
            Value::Text(name) => Some(Step::Key(Key::Text(Cow::Owned(name.clone().into_owned())))),
            // The same on every machine, and in every form of the policy (mimi-mls.md 3.4.4).
            Value::Int(index) => u32::try_from(*index).ok().and_then(|index| usize::try_from(index).ok()).map(Step::Index),
            _ => None,
        });
        let steps = steps.collect::<Option<Vec<_>>>().ok_or_else(malformed)?;
        Ok(Self { text: text.to_owned(), steps: ClaimPath::new(steps) })
    }

    /// A path of member names.
    ///
    /// # Errors
    /// `room/policy-malformed` when there is none, or too many.
    pub fn of_names(names: &[&str]) -> Result<Self, Error> {
        let names = Value::Array(names.iter().map(|name| Value::from(*name)).collect());
        Self::from_json(&json::write(&names).map_err(|e| Error::new(Code::PolicyMalformed).because(e))?)
    }

    /// The JSON text.
    pub fn as_json(&self) -> &str {
        &self.text
    }

    /// The steps.
    pub fn steps(&self) -> &ClaimPath {
        &self.steps
    }

    /// The value at this path: a name is the name of a member, a position is that of an element.
    pub fn find<'v, 'a>(&self, claims: &'v Map<'a>) -> Option<&'v Value<'a>> {
        find(self.steps.steps(), claims)
    }
}

impl CwtPath {
    /// Reads the TLS form: a deterministically encoded CBOR array of map keys (integers and texts), at least one.
    ///
    /// # Errors
    /// `room/policy-malformed`.
    pub fn from_cbor(octets: &[u8]) -> Result<Self, Error> {
        let malformed = || Error::new(Code::PolicyMalformed).note("a cwt path is a deterministic CBOR array of map keys");
        let value = cbor::parse(octets, cbor::Dialect::Plain, &cbor::Limits::DEFAULT).map_err(|e| malformed().because(e))?;
        if cbor::write(&value).map_err(|e| malformed().because(e))? != octets {
            return Err(malformed());
        }
        let keys = value.as_array().filter(|keys| !keys.is_empty() && keys.len() <= MAX_STEPS).ok_or_else(malformed)?;
        let steps = keys.iter().map(|key| match key {
            Value::Int(number) => Some(Step::Key(Key::Int(*number))),
            Value::Text(name) => Some(Step::Key(Key::Text(Cow::Owned(name.clone().into_owned())))),
            _ => None,
        });
        let steps = steps.collect::<Option<Vec<_>>>().ok_or_else(malformed)?;
        Ok(Self { octets: octets.to_vec(), steps: ClaimPath::new(steps) })
    }

    /// A path of these keys.
    ///
    /// # Errors
    /// `room/policy-malformed` when there is none, too many, or one that CBOR cannot hold.
    pub fn of_keys(keys: &[Key<'_>]) -> Result<Self, Error> {
        let keys = keys.iter().map(|key| match key {
            Key::Int(number) => Value::Int(*number),
            Key::Text(name) => Value::Text(name.clone()),
        });
        let octets = cbor::write(&Value::Array(keys.collect())).map_err(|e| Error::new(Code::PolicyMalformed).because(e))?;
        Self::from_cbor(&octets)
    }

    /// The CBOR octets.
    pub fn as_cbor(&self) -> &[u8] {
        &self.octets
    }

    /// The steps, all of them keys.
    pub fn steps(&self) -> &ClaimPath {
        &self.steps
    }

    /// The value at this path; an integer key and the text of its digits are two different keys.
    pub fn find<'v, 'a>(&self, claims: &'v Map<'a>) -> Option<&'v Value<'a>> {
        find(self.steps.steps(), claims)
    }
}

/// Follows steps exactly: unlike the paths that people type, those of a policy do not take a number for a text.
fn find<'v, 'a>(steps: &[Step], claims: &'v Map<'a>) -> Option<&'v Value<'a>> {
    let (first, rest) = steps.split_first()?;
    let Step::Key(key) = first else { return None };
    let mut value = claims.get(key)?;
    for step in rest {
        while let Value::Tag(_, inner) = value {
            value = inner;
        }
        value = match (value, step) {
            (Value::Map(map), Step::Key(key)) => map.get(key)?,
            (Value::Array(elements), Step::Index(index)) => elements.get(*index)?,
            _ => return None,
        };
    }
    Some(value)
}
