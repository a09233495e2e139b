//! Whether an implementation says what the vectors say.

use mimicred_claims::{Key, Map, Value};

use crate::file::{Case, Expected, Group, VectorFile};
use crate::object::{pretty, same};
use crate::{Answer, Error, answer};

/// How an answer compares with a vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The answer is the vector's.
    Agrees,
    /// Refused as it should be, under another code.
    AgreesOtherwise {
        /// That code.
        code: String,
    },
    /// Not done by this implementation.
    Unsupported,
    /// Accepted, and should be refused.
    WronglyAccepted,
    /// Refused, and should be accepted.
    WronglyRefused {
        /// The code.
        code: String,
        /// In words, if there are any.
        why: Option<String>,
    },
    /// Accepted as it should be, with another output.
    OtherOutput {
        /// The member that differs.
        member: String,
        /// What it should be, as JSON.
        expected: String,
        /// What it is.
        found: String,
    },
}

impl Outcome {
    /// Whether nothing is wrong.
    pub fn is_agreement(&self) -> bool {
        matches!(self, Outcome::Agrees | Outcome::AgreesOtherwise { .. } | Outcome::Unsupported)
    }
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// Codes and the whole output: this implementation.
    Exact,
    /// Whether it is accepted, and those members of the output that the answer has: any other one, which need not know our codes.
    Outside,
}

/// Compares an answer with a case.
pub fn compare(case: &Case, answer: &Answer, strictness: Strictness) -> Outcome {
    match (&case.expected, answer) {
        (_, Answer::Unsupported) => Outcome::Unsupported,
        (Expected::Valid(expected), Answer::Valid(found)) => compare_outputs(expected, found, strictness),
        (Expected::Valid(_), Answer::Refused { code, why }) => Outcome::WronglyRefused { code: code.clone(), why: why.clone() },
        (Expected::Refused(_), Answer::Valid(_)) => Outcome::WronglyAccepted,
        (Expected::Refused(expected), Answer::Refused { code, .. }) if expected == code => Outcome::Agrees,
        (Expected::Refused(_), Answer::Refused { code, .. }) => Outcome::AgreesOtherwise { code: code.clone() },
    }
}

fn compare_outputs(expected: &Map<'_>, found: &Map<'_>, strictness: Strictness) -> Outcome {
    let absent =
        |value: Option<&Value<'_>>| value.map_or_else(|| "absent".to_owned(), |value| pretty(value).trim_end().to_owned());
    let keys = expected.iter().chain(found.iter().filter(|(key, _)| expected.get(key).is_none())).map(|(key, _)| key);
    for key in keys {
        let agree = match (expected.get(key), found.get(key)) {
            (Some(expected), Some(found)) => {
                same(expected, found) || (strictness == Strictness::Outside && alike(expected, found))
            }
            _ => strictness == Strictness::Outside,
        };
        if !agree {
            let (expected, found) = (absent(expected.get(key)), absent(found.get(key)));
            return Outcome::OtherOutput { member: key.to_string(), expected, found };
        }
    }
    Outcome::Agrees
}

/// The same but for the spelling of numbers, which most readers of JSON do not keep.
fn alike(one: &Value<'_>, other: &Value<'_>) -> bool {
    let number = |value: &Value<'_>| -> Option<f64> {
        match value {
            Value::Int(number) => number.to_string().parse().ok(),
            Value::Decimal(spelling) => spelling.parse().ok(),
            _ => None,
        }
    };
    match (one, other) {
        (Value::Int(one), Value::Int(other)) => one == other,
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| alike(one, other))
        }
        (Value::Map(one), Value::Map(other)) => {
            let has = |(key, value): (&Key<'_>, &Value<'_>)| other.get(key).is_some_and(|found| alike(value, found));
            one.len() == other.len() && one.iter().all(has)
        }
        _ => {
            same(one, other)
                || number(one)
                    .zip(number(other))
                    .is_some_and(|(one, other)| one.total_cmp(&other).is_eq() || (one == 0.0 && other == 0.0))
        }
    }
}

/// Runs a case on this implementation.
///
/// # Errors
/// As [`answer`](crate::answer()).
///
/// ```
/// use mimicred_vectors::{Outcome, VectorFile, check};
///
/// let text = r#"{"form":"mimicred-vectors-1","operation":"jose/base64url-decode","about":"a","specifications":[],"groups":[
///     {"about":"b","cases":[{"id":"c","comment":"d","input":{"text":"AA=="},"result":"valid","output":{"octets":"00"}}]}]}"#;
/// let file = VectorFile::parse(text)?;
/// for (group, case) in file.cases() {
///     assert!(matches!(check(&file, group, case)?, Outcome::WronglyRefused { .. }), "base64url has no padding");
/// }
/// # Ok::<(), mimicred_vectors::Error>(())
/// ```
pub fn check(file: &VectorFile, group: &Group, case: &Case) -> Result<Outcome, Error> {
    let outcome = compare(case, &answer(&file.operation, &group.input_of(case))?, Strictness::Exact);
    Ok(outcome)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::parse_object;

    fn outcome(expected: &str, found: &str, strictness: Strictness) -> Outcome {
        let map = |text: &str| parse_object(text, crate::Code::FileMalformed).unwrap().into_owned();
        let case = Case {
            id: String::new(),
            comment: String::new(),
            flags: Vec::new(),
            rules: Vec::new(),
            differs_from: None,
            input: Map::new(),
            expected: Expected::Valid(map(expected)),
            intermediates: Map::new(),
        };
        compare(&case, &Answer::Valid(map(found)), strictness)
    }

    #[test]
    fn programs_of_others_spell_numbers_in_their_way_and_may_say_less() {
        let expected = r#"{"claims":{"x":1.10,"z":-0,"list":[1.5e300]},"more":"text"}"#;
        for (found, agrees) in [
            (expected, true),
            (r#"{"claims":{"list":[1.5E+300],"x":1.1,"z":0}}"#, true),
            (r#"{"claims":{"x":1.2,"z":-0,"list":[1.5e300]}}"#, false),
            (r#"{"claims":{"x":"1.10","z":-0,"list":[1.5e300]}}"#, false),
            (r#"{"claims":{"x":1.10,"z":-0,"list":[]}}"#, false),
            (r#"{"more":"other"}"#, false),
        ] {
            assert_eq!(outcome(expected, found, Strictness::Outside) == Outcome::Agrees, agrees, "{found}");
            assert_eq!(outcome(expected, found, Strictness::Exact) == Outcome::Agrees, found == expected, "{found}");
        }
        // Integers are what they are, however large.
        let large = r#"{"n":9007199254740993}"#;
        assert!(matches!(outcome(large, r#"{"n":9007199254740992}"#, Strictness::Outside), Outcome::OtherOutput { .. }));
    }
}
