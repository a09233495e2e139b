//! How many pseudonyms an account may have, and how fast it may get them.
//!
//! A token bucket fills by the hour up to its brim and each pseudonym takes one token out; beside that, only so many may be alive at once. An
//! account that is young or of little repute may have fewer. It is all counted in whole numbers, and only counts are kept: not which
//! pseudonyms they were.

use serde::{Deserialize, Serialize};

use crate::Error;

/// Thousandths of a pseudonym, in which a bucket is measured.
const TOKEN: u64 = 1000;
const HOURS_OF_A_DAY: u64 = 24;

/// The limits of a provider, the same for every account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Most pseudonyms of one account that have not expired.
    pub live: u64,
    /// Most pseudonyms that it gets at once, after a rest.
    pub burst: u64,
    /// How many it gets in a day, on and on.
    pub per_day: u64,
    /// Most live pseudonyms of an account that is younger, or of less repute, than it takes for more.
    pub newcomer_live: u64,
    /// The age in days that it takes for more.
    pub minimum_age_days: u64,
    /// The reputation that it takes for more.
    pub minimum_reputation: i64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { live: 200, burst: 50, per_day: 20, newcomer_live: 20, minimum_age_days: 7, minimum_reputation: 0 }
    }
}

impl Limits {
    pub(crate) fn check(&self) -> Result<(), Error> {
        let bounded = |n: u64| n <= 1_000_000;
        if !(bounded(self.live) && bounded(self.burst) && bounded(self.per_day) && bounded(self.newcomer_live)) {
            return Err(Error::config("limits: no limit may be above 1 000 000"));
        }
        if self.newcomer_live > self.live {
            return Err(Error::config("limits: newcomer_live is above live"));
        }
        Ok(())
    }

    /// The bucket of a new account.
    pub fn full(&self, hour: i64) -> Bucket {
        Bucket { tokens: self.burst * TOKEN, refilled: hour }
    }

    /// What a bucket holds at this hour. A clock that went back gives nothing.
    pub fn refill(&self, bucket: Bucket, hour: i64) -> Bucket {
        let hours = u64::try_from(hour.saturating_sub(bucket.refilled)).unwrap_or(0);
        let gained = hours.saturating_mul(self.per_day * TOKEN) / HOURS_OF_A_DAY;
        let tokens = bucket.tokens.saturating_add(gained).min(self.burst * TOKEN);
        // Rounded down, which costs an account less than a thousandth of a pseudonym each time.
        Bucket { tokens, refilled: bucket.refilled.max(hour) }
    }

    /// Takes so many pseudonyms out of a bucket that was refilled, if the account may have them.
    ///
    /// ```
    /// use mimicred_provider::{Limits, Standing};
    ///
    /// let limits = Limits { live: 100, burst: 10, per_day: 24, newcomer_live: 100, minimum_age_days: 0, minimum_reputation: 0 };
    /// let standing = Standing { live: 0, age_days: 3, reputation: 0 };
    /// let bucket = limits.take(limits.full(0), standing, 10).unwrap();
    /// assert!(limits.take(bucket, standing, 1).is_none());
    ///
    /// // One an hour comes back.
    /// let bucket = limits.refill(bucket, 2);
    /// assert!(limits.take(bucket, standing, 3).is_none());
    /// assert!(limits.take(bucket, standing, 2).is_some());
    /// ```
    pub fn take(&self, bucket: Bucket, standing: Standing, pseudonyms: u64) -> Option<Bucket> {
        let is_established = standing.age_days >= self.minimum_age_days && standing.reputation >= self.minimum_reputation;
        let most = if is_established { self.live } else { self.newcomer_live };
        if standing.live.checked_add(pseudonyms)? > most {
            return None;
        }
        let tokens = bucket.tokens.checked_sub(pseudonyms.checked_mul(TOKEN)?)?;
        Some(Bucket { tokens, ..bucket })
    }
}

/// The state of a token bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// What is in it, in thousandths of a pseudonym.
    pub tokens: u64,
    /// The hour up to which it was filled, counted from 1970.
    pub refilled: i64,
}

/// What an account has, beside its bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Pseudonyms that have not expired.
    pub live: u64,
    /// How many days ago it was made.
    pub age_days: u64,
    /// Its reputation.
    pub reputation: i64,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIMITS: Limits =
        Limits { live: 30, burst: 10, per_day: 5, newcomer_live: 4, minimum_age_days: 7, minimum_reputation: 1 };
    const OLD: Standing = Standing { live: 0, age_days: 7, reputation: 1 };

    #[test]
    fn a_bucket_gives_its_burst_and_then_its_rate() {
        let full = LIMITS.full(100);
        assert_eq!(LIMITS.take(full, OLD, 11), None);
        let empty = LIMITS.take(full, OLD, 10).unwrap();
        assert_eq!(LIMITS.take(empty, OLD, 1), None);
        // Five a day: one takes 4.8 hours.
        assert_eq!(LIMITS.take(LIMITS.refill(empty, 104), OLD, 1), None);
        assert!(LIMITS.take(LIMITS.refill(empty, 105), OLD, 1).is_some());
        assert!(LIMITS.take(LIMITS.refill(empty, 124), OLD, 5).is_some());
        assert_eq!(LIMITS.take(LIMITS.refill(empty, 124), OLD, 6), None);
        assert_eq!(LIMITS.refill(empty, 1_000_000).tokens, 10 * TOKEN);
    }

    #[test]
    fn so_many_are_alive_and_no_more() {
        let full = LIMITS.full(0);
        assert!(LIMITS.take(full, Standing { live: 29, ..OLD }, 1).is_some());
        assert_eq!(LIMITS.take(full, Standing { live: 30, ..OLD }, 1), None);
        assert_eq!(LIMITS.take(full, Standing { live: u64::MAX, ..OLD }, 1), None);
    }

    #[test]
    fn newcomers_have_fewer() {
        let full = LIMITS.full(0);
        for newcomer in [Standing { age_days: 6, ..OLD }, Standing { reputation: 0, ..OLD }] {
            assert!(LIMITS.take(full, newcomer, 4).is_some());
            assert_eq!(LIMITS.take(full, newcomer, 5), None);
        }
        assert!(LIMITS.take(full, OLD, 5).is_some());
    }

    #[test]
    fn a_clock_that_goes_back_gives_nothing() {
        let empty = LIMITS.take(LIMITS.full(100), OLD, 10).unwrap();
        let back = LIMITS.refill(empty, 50);
        assert_eq!(back, empty);
        // And what was gained once is not gained again.
        assert_eq!(LIMITS.refill(back, 124), LIMITS.refill(empty, 124));
    }

    proptest! {
        /// Whenever it is refilled in between, an account never gets more than its burst and its rate.
        #[test]
        fn no_sequence_of_requests_gets_more(steps in prop::collection::vec((0_i64..30, 0_u64..12), 0..60)) {
            let (mut hour, mut bucket, mut taken) = (0, LIMITS.full(0), 0);
            for (pause, wanted) in steps {
                hour += pause;
                bucket = LIMITS.refill(bucket, hour);
                if let Some(rest) = LIMITS.take(bucket, OLD, wanted) {
                    bucket = rest;
                    taken += wanted;
                }
                let most = LIMITS.burst * TOKEN + u64::try_from(hour).unwrap() * LIMITS.per_day * TOKEN / HOURS_OF_A_DAY;
                prop_assert!(taken * TOKEN <= most);
            }
        }
    }
}
