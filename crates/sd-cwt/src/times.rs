//! The dates of an SD-CWT and of its KBT, compared exactly, with each other and with the clock (CWT-T-001 to CWT-T-018).

use mimicred_claims::{Clock, Date, Map, Value};

use crate::error::about;
use crate::rules::Registered;
use crate::{Code, Error};

/// The dates of one claims set. Those that are missing take part in no comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Times {
    pub(crate) nbf: Option<Date>,
    pub(crate) iat: Option<Date>,
    pub(crate) exp: Option<Date>,
}

/// Whose dates they are.
#[derive(Clone, Copy)]
pub(crate) enum Side {
    Token,
    Kbt,
}

impl Times {
    /// Reads the dates of a claims set.
    pub(crate) fn read(claims: &Map<'_>) -> Result<Self, Error> {
        Self::of(&Registered::of(claims))
    }

    /// Reads the dates, which are untagged finite numbers (CWT-E-024, CWT-E-025).
    pub(crate) fn of(claims: &Registered<'_, '_>) -> Result<Self, Error> {
        let date = |claim: Option<&Value<'_>>, name| match claim {
            None => Ok(None),
            Some(value) => Date::from_value(value).map(Some).map_err(|error| about(Code::ClaimType, name).because(error)),
        };
        Ok(Self { nbf: date(claims.nbf, "nbf")?, iat: date(claims.iat, "iat")?, exp: date(claims.exp, "exp")? })
    }

    /// The rules within an SD-CWT, also at issue (CWT-I-029).
    pub(crate) fn check_token(&self) -> Result<(), Error> {
        // CWT-T-001, CWT-T-002, CWT-T-003.
        at_most("nbf", self.nbf, self.iat, "the SD-CWT begins after it was issued")?;
        before("nbf", self.nbf, self.exp, "the SD-CWT does not begin before it ends")?;
        before("iat", self.iat, self.exp, "the SD-CWT was not issued before it ends")
    }

    /// The rules within a KBT, and those towards its SD-CWT.
    pub(crate) fn check_kbt(&self, token: &Times) -> Result<(), Error> {
        // CWT-T-005.
        if self.iat.is_none() && (self.exp.is_some() || self.nbf.is_some()) {
            return Err(about(Code::Time, "iat").note("a KBT without iat has neither exp nor nbf"));
        }
        // CWT-T-006, CWT-T-007.
        at_most("nbf", self.nbf, self.iat, "the KBT begins after it was made")?;
        before("iat", self.iat, self.exp, "the KBT was not made before it ends")?;
        // CWT-T-008 to CWT-T-013.
        at_most("exp", self.exp, token.exp, "the KBT ends after its SD-CWT")?;
        at_most("nbf", token.nbf, self.nbf, "the KBT begins before its SD-CWT")?;
        at_most("iat", token.iat, self.iat, "the KBT was made before its SD-CWT was issued")?;
        before("nbf", self.nbf, token.exp, "the KBT does not begin before its SD-CWT ends")?;
        before("iat", self.iat, token.exp, "the KBT was not made before its SD-CWT ends")?;
        at_most("iat", token.nbf, self.iat, "the KBT was made before its SD-CWT begins")
    }

    /// Whether now is before `exp` and not before `nbf` (CWT-T-014, CWT-T-015). Leeway counts here only (CWT-T-017).
    pub(crate) fn check_clock(&self, clock: &Clock, side: Side) -> Result<(), Error> {
        let note = |of_token, of_kbt| match side {
            Side::Token => of_token,
            Side::Kbt => of_kbt,
        };
        if self.exp.is_some_and(|exp| clock.is_expired(exp)) {
            return Err(about(Code::Time, "exp").note(note("the SD-CWT has expired", "the KBT has expired")));
        }
        if self.nbf.is_some_and(|nbf| clock.is_premature(nbf)) {
            return Err(about(Code::Time, "nbf").note(note("the SD-CWT is not valid yet", "the KBT is not valid yet")));
        }
        Ok(())
    }

    /// Whether a KBT of now was not made in the future, nor longer ago than wanted (CWT-T-016). Without `iat` its age is unknown,
    /// and too old for whoever has a limit.
    pub(crate) fn check_age(&self, clock: &Clock, max_age: Option<u64>) -> Result<(), Error> {
        let Some(iat) = self.iat else {
            return match max_age {
                Some(_) => Err(about(Code::ClaimMissing, "iat").note("the age of the KBT is limited and not known")),
                None => Ok(()),
            };
        };
        if clock.is_premature(iat) {
            return Err(about(Code::Time, "iat").note("the KBT was made in the future"));
        }
        if max_age.is_some_and(|max_age| clock.is_older(iat, max_age)) {
            return Err(about(Code::Time, "iat").note("the KBT is too old"));
        }
        Ok(())
    }

    /// `iat` in whole seconds, rounded up so that a Verifier who takes it for its clock is not before it.
    pub(crate) fn issued_at(&self) -> Option<i64> {
        match self.iat? {
            Date::Int(seconds) => i64::try_from(seconds).ok(),
            // Within ±2^53, so the text of the whole number is exact.
            Date::Float(seconds) => format!("{:.0}", seconds.ceil()).parse().ok(),
        }
    }
}

/// Each rule applies only if both dates are there; the note says what is wrong if it is broken.
fn at_most(name: &'static str, first: Option<Date>, second: Option<Date>, note: &'static str) -> Result<(), Error> {
    compare(name, first, second, |first, second| first <= second, note)
}

fn before(name: &'static str, first: Option<Date>, second: Option<Date>, note: &'static str) -> Result<(), Error> {
    compare(name, first, second, |first, second| first < second, note)
}

fn compare(
    name: &'static str,
    first: Option<Date>,
    second: Option<Date>,
    holds: fn(Date, Date) -> bool,
    note: &'static str,
) -> Result<(), Error> {
    match (first, second) {
        (Some(first), Some(second)) if !holds(first, second) => Err(about(Code::Time, name).note(note)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
