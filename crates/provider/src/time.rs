//! Times, as coarse as they are kept.

/// Seconds of an hour.
pub(crate) const HOUR: i64 = 3600;
/// Seconds of a day.
pub(crate) const DAY: i64 = 86_400;

/// The hour of a time, counted from 1970.
pub(crate) fn hour(seconds: i64) -> i64 {
    seconds.div_euclid(HOUR)
}

/// The day of a time, counted from 1970.
pub(crate) fn day(seconds: i64) -> i64 {
    seconds.div_euclid(DAY)
}

/// From when until when a credential is valid that is issued at this time: from the beginning of the period, the same for everybody of it
/// (mimi-mls.md 4.5 B-2). Seconds since 1970.
pub(crate) fn validity(now: i64, period_days: u32, lifetime_days: u32) -> (i64, i64) {
    let period = i64::from(period_days.max(1));
    let from = day(now).div_euclid(period) * period * DAY;
    (from, from.saturating_add(i64::from(lifetime_days) * DAY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_of_a_period_has_one_validity() {
        // 1 790 000 000 is 2026-09-21T14:13:20Z, day 20 717; a week begins with day 20 713.
        assert_eq!(validity(1_790_000_000, 1, 30), (20_717 * DAY, 20_747 * DAY));
        assert_eq!(validity(1_790_000_000, 7, 30), (20_713 * DAY, 20_743 * DAY));
        assert_eq!(validity(20_713 * DAY, 7, 30), validity(20_720 * DAY - 1, 7, 30));
        assert_ne!(validity(20_713 * DAY, 7, 30), validity(20_720 * DAY, 7, 30));
        assert_eq!((hour(7199), day(86_400)), (1, 1));
    }
}
