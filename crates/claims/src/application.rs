//! What the caller of a format decides by rules of its own, once everything else holds.

mod holder;

use crate::{ClaimPath, Map, Value};

pub use holder::{Container, HolderPolicy, Refused};

/// What somebody asked by a format decides.
///
/// ```
/// use mimicred_claims::Decision;
///
/// assert_eq!(Decision::Accept.or(|note| note), Ok(()));
/// assert_eq!(Decision::Refuse("not here").or(|note| note), Err("not here"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Go on.
    Accept,
    /// Stop; the text becomes the remark of the error. It is fixed, so that no value of a claim gets into it.
    Refuse(&'static str),
}

impl Decision {
    /// The refusal as an error.
    ///
    /// # Errors
    /// The one that is made of the remark.
    pub fn or<E>(self, error: impl FnOnce(&'static str) -> E) -> Result<(), E> {
        match self {
            Self::Accept => Ok(()),
            Self::Refuse(note) => Err(error(note)),
        }
    }
}

/// A rule of the application over the claims (CWT-V-034, JWT-H-003).
pub type ClaimsCheck<'c> = dyn Fn(&Map<'_>) -> Decision + Sync + 'c;

/// Who knows whether a token is still good, by the value of its `status` claim (CWT-S-001, JWT-S-001).
pub type StatusCheck<'c> = dyn Fn(&Value<'_>) -> Result<(), Box<dyn std::error::Error + Send + Sync>> + Sync + 'c;

/// Whether a token must have a status (CWT-S-013).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusRule {
    /// A token without `status`, or whose Holder does not disclose it, is refused.
    Required,
    /// Such a token is accepted: whose Issuer redacted `status` can withhold it (trap 10 of SD-CWT).
    IfPresent,
}

impl Map<'_> {
    /// The first of these paths that names no claim; each is to name one, so that a path with `[]` in it is missing always.
    ///
    /// ```
    /// use mimicred_claims::{ClaimPath, Key, Map, Value};
    ///
    /// let claims = Map::from_entries(vec![(Key::from("name"), Value::from("Alice"))])?;
    /// let wanted: [ClaimPath; 2] = ["name".parse()?, "email".parse()?];
    /// assert_eq!(claims.missing(&wanted), Some(&wanted[1]));
    /// # Ok::<(), mimicred_claims::Error>(())
    /// ```
    pub fn missing<'p>(&self, paths: &'p [ClaimPath]) -> Option<&'p ClaimPath> {
        paths.iter().find(|path| self.at(path).is_none())
    }
}
