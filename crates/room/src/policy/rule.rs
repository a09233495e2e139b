//! What a policy says of single claims.

use std::borrow::Cow;

use mimicred_claims::{Number, Predicate, Scalar, Value};
use mimicred_jose::json;

use super::{Optionality, PolicyPath};
use crate::{Code, Error};

/// What a policy says of one claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimRule {
    /// The label of the claim in this policy.
    pub claim_name: String,
    /// Where the claim may stand, tried in this order.
    pub paths: Vec<PolicyPath>,
    /// Whether it may, must or must not be shown.
    pub presence: Optionality,
    /// What must hold of its value.
    pub predicates: Vec<ClaimPredicate>,
    /// The roles that may see it; none for what the whole policy says.
    pub visible_to_roles: Vec<u32>,
}

/// A condition on a claim's value, as the policy writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClaimPredicate {
    /// The value is this one.
    Equal(PolicyScalar),
    /// The value is less.
    LessThan(PolicyScalar),
    /// The value is less or equal.
    LessThanOrEqual(PolicyScalar),
    /// The value is greater.
    GreaterThan(PolicyScalar),
    /// The value is greater or equal.
    GreaterThanOrEqual(PolicyScalar),
    /// The text contains this one.
    Contains(PolicyScalar),
    /// The text starts with this one.
    StartsWith(PolicyScalar),
    /// The text ends with this one.
    EndsWith(PolicyScalar),
    /// The value is one of these.
    OneOf(Vec<PolicyScalar>),
    /// At least so many years old.
    MinAgeYears(u16),
    /// At most so many years old.
    MaxAgeYears(u16),
    /// The host of the URI or mail address is this one.
    HostEqual(PolicyScalar),
    /// There is a value.
    Exists,
    /// An operation that is not known here.
    Other {
        /// Its octet.
        op: u8,
        /// Its value as it came.
        value: Vec<u8>,
    },
}

/// The operations with a single value: octet, name, constructor.
type WithValue = (u8, &'static str, fn(PolicyScalar) -> ClaimPredicate);

impl ClaimPredicate {
    pub(super) const EXISTS: u8 = 244;
    pub(super) const ONE_OF: u8 = 240;
    pub(super) const MIN_AGE_YEARS: u8 = 241;
    pub(super) const MAX_AGE_YEARS: u8 = 242;
    pub(super) const WITH_VALUE: [WithValue; 9] = [
        (0, "equal", ClaimPredicate::Equal),
        (1, "less_than", ClaimPredicate::LessThan),
        (2, "less_than_or_equal", ClaimPredicate::LessThanOrEqual),
        (3, "greater_than", ClaimPredicate::GreaterThan),
        (4, "greater_than_or_equal", ClaimPredicate::GreaterThanOrEqual),
        (7, "contains", ClaimPredicate::Contains),
        (8, "starts_with", ClaimPredicate::StartsWith),
        (9, "ends_with", ClaimPredicate::EndsWith),
        (243, "host_equal", ClaimPredicate::HostEqual),
    ];
    /// The names of all operations.
    pub const NAMES: &'static [&'static str] = &[
        "equal",
        "less_than",
        "less_than_or_equal",
        "greater_than",
        "greater_than_or_equal",
        "contains",
        "starts_with",
        "ends_with",
        "one_of",
        "min_age_years",
        "max_age_years",
        "host_equal",
        "exists",
    ];

    /// The octet of the operation.
    pub fn op(&self) -> u8 {
        match self {
            ClaimPredicate::Equal(_) => 0,
            ClaimPredicate::LessThan(_) => 1,
            ClaimPredicate::LessThanOrEqual(_) => 2,
            ClaimPredicate::GreaterThan(_) => 3,
            ClaimPredicate::GreaterThanOrEqual(_) => 4,
            ClaimPredicate::Contains(_) => 7,
            ClaimPredicate::StartsWith(_) => 8,
            ClaimPredicate::EndsWith(_) => 9,
            ClaimPredicate::OneOf(_) => Self::ONE_OF,
            ClaimPredicate::MinAgeYears(_) => Self::MIN_AGE_YEARS,
            ClaimPredicate::MaxAgeYears(_) => Self::MAX_AGE_YEARS,
            ClaimPredicate::HostEqual(_) => 243,
            ClaimPredicate::Exists => Self::EXISTS,
            ClaimPredicate::Other { op, .. } => *op,
        }
    }

    /// The name of the operation, if it is known.
    pub fn name(&self) -> Option<&'static str> {
        match self {
            ClaimPredicate::OneOf(_) => Some("one_of"),
            ClaimPredicate::MinAgeYears(_) => Some("min_age_years"),
            ClaimPredicate::MaxAgeYears(_) => Some("max_age_years"),
            ClaimPredicate::Exists => Some("exists"),
            other => Self::WITH_VALUE.iter().find(|(op, _, _)| *op == other.op()).map(|(_, name, _)| *name),
        }
    }

    /// The single value, of the operations that have one.
    pub fn value(&self) -> Option<&PolicyScalar> {
        match self {
            ClaimPredicate::Equal(value)
            | ClaimPredicate::LessThan(value)
            | ClaimPredicate::LessThanOrEqual(value)
            | ClaimPredicate::GreaterThan(value)
            | ClaimPredicate::GreaterThanOrEqual(value)
            | ClaimPredicate::Contains(value)
            | ClaimPredicate::StartsWith(value)
            | ClaimPredicate::EndsWith(value)
            | ClaimPredicate::HostEqual(value) => Some(value),
            _ => None,
        }
    }

    /// What to evaluate. An unknown operation holds of nothing: to leave it out would be to take every value.
    pub fn predicate(&self) -> Predicate<'static> {
        match self {
            ClaimPredicate::Equal(value) => Predicate::Equal(value.scalar()),
            ClaimPredicate::LessThan(value) => Predicate::LessThan(value.scalar()),
            ClaimPredicate::LessThanOrEqual(value) => Predicate::LessThanOrEqual(value.scalar()),
            ClaimPredicate::GreaterThan(value) => Predicate::GreaterThan(value.scalar()),
            ClaimPredicate::GreaterThanOrEqual(value) => Predicate::GreaterThanOrEqual(value.scalar()),
            ClaimPredicate::Contains(value) => Predicate::Contains(value.scalar()),
            ClaimPredicate::StartsWith(value) => Predicate::StartsWith(value.scalar()),
            ClaimPredicate::EndsWith(value) => Predicate::EndsWith(value.scalar()),
            ClaimPredicate::OneOf(values) => Predicate::OneOf(values.iter().map(PolicyScalar::scalar).collect()),
            ClaimPredicate::MinAgeYears(years) => Predicate::MinAgeYears(*years),
            ClaimPredicate::MaxAgeYears(years) => Predicate::MaxAgeYears(*years),
            ClaimPredicate::HostEqual(value) => Predicate::HostEqual(value.scalar()),
            ClaimPredicate::Exists => Predicate::Exists,
            ClaimPredicate::Other { .. } => Predicate::OneOf(Vec::new()),
        }
    }

    /// Whether it asks for an age.
    pub fn is_age(&self) -> bool {
        matches!(self, ClaimPredicate::MinAgeYears(_) | ClaimPredicate::MaxAgeYears(_))
    }
}

/// A JSON string, number, `true` or `false`, in the spelling of whoever wrote the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyScalar {
    json: String,
    scalar: Scalar<'static>,
}

impl PolicyScalar {
    /// Reads the JSON text of a scalar.
    ///
    /// # Errors
    /// `room/policy-malformed`.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let malformed = || Error::new(Code::PolicyMalformed).note("a JSON string, number, true or false is wanted");
        let value = json::parse(text, &json::Limits::DEFAULT).map_err(|e| malformed().because(e))?;
        // JSON allows whitespace around a value; here the scalar is all there is.
        if text.trim() != text {
            return Err(malformed());
        }
        let scalar = Scalar::from_value(&value).ok_or_else(malformed)?.into_owned();
        Ok(Self { json: text.to_owned(), scalar })
    }

    /// A text.
    pub fn text(text: &str) -> Self {
        Self { json: json::write_text(text), scalar: Scalar::Text(Cow::Owned(text.to_owned())) }
    }

    /// A whole number.
    pub fn integer(number: i64) -> Self {
        Self { json: number.to_string(), scalar: Scalar::Number(Number::from(i128::from(number))) }
    }

    /// `true` or `false`.
    pub fn bool(b: bool) -> Self {
        Self { json: b.to_string(), scalar: Scalar::from_value(&Value::Bool(b)).map_or(Scalar::Bool(b), Scalar::into_owned) }
    }

    /// The JSON text.
    pub fn as_json(&self) -> &str {
        &self.json
    }

    /// The scalar.
    pub fn scalar(&self) -> Scalar<'static> {
        self.scalar.clone()
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match &self.scalar {
            Scalar::Text(text) => Some(text),
            _ => None,
        }
    }
}
