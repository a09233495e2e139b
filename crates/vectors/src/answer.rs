//! One case, answered: what `--exec` programs do, done by this implementation.

use std::borrow::Cow;

use mimicred_claims::{Map, Value};

use crate::object::{Input, Object, parse_object, pretty};
use crate::operation::{self, Fault};
use crate::{Code, Error};

/// What an implementation says to a case.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Everything holds, and this came out of it.
    Valid(Map<'static>),
    /// It was refused.
    Refused {
        /// The code, or `invalid` from a program that has none of ours.
        code: String,
        /// In words, if there are any.
        why: Option<String>,
    },
    /// The program does not do this.
    Unsupported,
}

/// What this implementation says to an operation on an input.
///
/// # Errors
/// [`Code::OperationUnknown`], [`Code::CaseUnusable`].
///
/// ```
/// use mimicred_claims::Map;
/// use mimicred_vectors::{Code, answer};
///
/// assert_eq!(answer("sd-jwt/forge", &Map::new()).unwrap_err().code(), Code::OperationUnknown);
/// assert_eq!(answer("sd-jwt/verify", &Map::new()).unwrap_err().code(), Code::CaseUnusable);
/// ```
pub fn answer(operation: &str, input: &Map<'_>) -> Result<Answer, Error> {
    let operation = operation::find(operation)?;
    match (operation.run)(&Input::of(operation, input)?) {
        Ok(output) => Ok(Answer::Valid(output.map())),
        Err(Fault::Refused { code, why }) => Ok(Answer::Refused { code: code.to_owned(), why: Some(why.into_owned()) }),
        Err(Fault::Unusable(error)) => Err(error),
    }
}

/// The same from text to text: the contract of `mimicred vectors check --exec`.
///
/// # Errors
/// As [`answer`], and [`Code::CaseUnusable`] for what is not such an object.
///
/// ```
/// let case = r#"{"operation":"jose/base64url-decode","input":{"text":"AAE"}}"#;
/// assert_eq!(mimicred_vectors::answer_text(case)?, "{ \"result\": \"valid\", \"output\": { \"octets\": \"0001\" } }\n");
/// let case = r#"{"operation":"jose/base64url-decode","input":{"text":"AAE="}}"#;
/// assert!(mimicred_vectors::answer_text(case)?.starts_with("{ \"result\": \"jose/b64-malformed\""));
/// # Ok::<(), mimicred_vectors::Error>(())
/// ```
pub fn answer_text(case: &str) -> Result<String, Error> {
    let case = parse_object(case, Code::CaseUnusable)?;
    let unusable = |note: &'static str| Error::new(Code::CaseUnusable).note(note);
    let name = case.text("operation").and_then(Value::as_text).ok_or_else(|| unusable("operation is not there, or not text"))?;
    let input = case.text("input").and_then(Value::as_map).ok_or_else(|| unusable("input is not there, or not an object"))?;
    Ok(pretty(&answer(name, input)?.into_object().into()))
}

impl Answer {
    /// What an outside program printed.
    ///
    /// # Errors
    /// [`Code::AnswerMalformed`].
    ///
    /// ```
    /// use mimicred_vectors::Answer;
    ///
    /// assert_eq!(Answer::parse(r#"{"result":"unsupported"}"#)?, Answer::Unsupported);
    /// assert!(Answer::parse("yes").is_err());
    /// # Ok::<(), mimicred_vectors::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, Error> {
        let answer = parse_object(text, Code::AnswerMalformed)?;
        let malformed = |note: &'static str| Error::new(Code::AnswerMalformed).note(note);
        let result =
            answer.text("result").and_then(Value::as_text).ok_or_else(|| malformed("result is not there, or not text"))?;
        match (result, answer.text("output")) {
            ("valid", None) => Ok(Answer::Valid(Map::new())),
            ("valid", Some(Value::Map(output))) => Ok(Answer::Valid(output.clone().into_owned())),
            ("valid", Some(_)) => Err(malformed("output is not an object")),
            ("unsupported", _) => Ok(Answer::Unsupported),
            (code, _) => {
                let why = answer.text("why").and_then(Value::as_text).map(str::to_owned);
                Ok(Answer::Refused { code: code.to_owned(), why })
            }
        }
    }

    /// The result, as in a vector.
    pub fn result(&self) -> &str {
        match self {
            Answer::Valid(_) => "valid",
            Answer::Refused { code, .. } => code,
            Answer::Unsupported => "unsupported",
        }
    }

    fn into_object(self) -> Object {
        let object = Object::new().text("result", self.result());
        match self {
            Answer::Valid(output) if output.is_empty() => object,
            Answer::Valid(output) => object.with("output", Value::Map(output)),
            Answer::Refused { why, .. } => object.with_some("why", why.map(|why| Value::Text(Cow::Owned(why)))),
            Answer::Unsupported => object,
        }
    }
}
