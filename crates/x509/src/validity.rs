//! From when to when.

use crate::error::{Code, Error};

const DAY: i64 = 86_400;
/// The last second that GeneralizedTime can write.
const LAST: i64 = 253_402_300_799;

/// notBefore and notAfter in seconds since 1970, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    not_before: i64,
    not_after: i64,
}

impl Validity {
    /// A validity with these bounds.
    ///
    /// # Errors
    /// `x509/validity-unusable` if it ends before it starts, starts before 1970 or ends after the year 9999.
    pub fn new(not_before: i64, not_after: i64) -> Result<Self, Error> {
        if not_before < 0 || not_before > not_after || not_after > LAST {
            return Err(Code::ValidityUnusable.into());
        }
        Ok(Self { not_before, not_after })
    }

    /// So many days from the start of the day of `now`.
    ///
    /// ```
    /// use mimicred_x509::Validity;
    /// let validity = Validity::days(1_790_000_000, 7)?;
    /// assert_eq!((validity.not_before(), validity.not_after()), (1_789_948_800, 1_790_553_600));
    /// # Ok::<(), mimicred_x509::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Validity::new`].
    pub fn days(now: i64, days: u32) -> Result<Self, Error> {
        let start = floor(now);
        Self::new(start, start.saturating_add(i64::from(days) * DAY))
    }

    /// notBefore.
    pub fn not_before(&self) -> i64 {
        self.not_before
    }

    /// notAfter.
    pub fn not_after(&self) -> i64 {
        self.not_after
    }

    /// Both bounds rounded down to the day, so that certificates do not tell by their seconds which of them were made together
    /// (mimi-mls.md 4.5 B-2, B-19).
    pub(crate) fn rounded(self) -> Result<Self, Error> {
        let rounded = Self { not_before: floor(self.not_before), not_after: floor(self.not_after) };
        if rounded.not_before >= rounded.not_after {
            return Err(Error::new(Code::ValidityUnusable).note("nothing is left when both ends are rounded down to the day"));
        }
        Ok(rounded)
    }
}

pub(crate) fn floor(seconds: i64) -> i64 {
    seconds - seconds.rem_euclid(DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_are_ordered_and_can_be_written() {
        assert!(Validity::new(0, 0).is_ok());
        assert!(Validity::new(5, LAST).is_ok());
        for (not_before, not_after) in [(1, 0), (-1, 5), (0, LAST + 1), (i64::MIN, i64::MAX)] {
            assert_eq!(Validity::new(not_before, not_after).unwrap_err().code(), Code::ValidityUnusable);
        }
        assert_eq!(Validity::days(i64::MAX, u32::MAX).unwrap_err().code(), Code::ValidityUnusable);
        assert_eq!(Validity::days(-1, 1).unwrap_err().code(), Code::ValidityUnusable);
    }

    #[test]
    fn rounding_goes_down_to_the_day() {
        let rounded = Validity::new(DAY * 3 + 1, DAY * 9 + DAY - 1).unwrap().rounded().unwrap();
        assert_eq!((rounded.not_before, rounded.not_after), (DAY * 3, DAY * 9));
        let rounded = Validity::new(DAY * 3, DAY * 9).unwrap().rounded().unwrap();
        assert_eq!((rounded.not_before, rounded.not_after), (DAY * 3, DAY * 9));
        assert_eq!(Validity::new(DAY + 1, DAY + 5000).unwrap().rounded().unwrap_err().code(), Code::ValidityUnusable);
    }
}
