//! Dates of the proleptic Gregorian calendar, for remarks and for `dt'…'`.

const DAY: i64 = 86_400;
/// From 0000-01-01 to 9999-12-31, which RFC 3339 can write.
const YEARS: std::ops::RangeInclusive<i64> = -62_167_219_200..=253_402_300_799;

/// `2026-11-23T08:00:00Z`, unless the year has not four digits.
pub(super) fn write(seconds: i128) -> Option<String> {
    let seconds = i64::try_from(seconds).ok().filter(|seconds| YEARS.contains(seconds))?;
    let (days, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    // Years begin in March, so that a leap day is the last of its year.
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = year_of_era + era * 400 + next;
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    Some(format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"))
}

/// Seconds since 1970 and the digits of the fraction, if there is one, of a date as RFC 3339 writes it. No leap seconds.
pub(super) fn read(text: &str) -> Option<(i64, Option<&str>)> {
    let (date, time) = text.split_once('T')?;
    let [year, month, day] = fields(date, '-', [4, 2, 2])?;
    let (clock, rest) = time.split_at_checked(8)?;
    let [hour, minute, second] = fields(clock, ':', [2, 2, 2])?;
    let (fraction, zone) = match rest.strip_prefix('.') {
        Some(rest) => {
            let end = rest.find(|c: char| !c.is_ascii_digit()).filter(|end| *end > 0)?;
            let (digits, zone) = rest.split_at_checked(end)?;
            (Some(digits), zone)
        }
        None => (None, rest),
    };
    let offset = match zone.split_at_checked(1)? {
        ("Z", "") => 0,
        (sign @ ("+" | "-"), zone) => {
            let [hours, minutes] = fields(zone, ':', [2, 2])?;
            let offset = (hours < 24 && minutes < 60).then_some(hours * 3_600 + minutes * 60)?;
            if sign == "+" { offset } else { -offset }
        }
        _ => return None,
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days_in_month = match month {
        2 => 28 + i64::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    let is_day = (1..=days_in_month).contains(&day) && hour < 24 && minute < 60 && second < 60;
    let seconds = days(year, month, day) * DAY + hour * 3_600 + minute * 60 + second - offset;
    is_day.then_some((seconds, fraction))
}

/// Days since 1970-01-01.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Numbers of so many digits each.
fn fields<const N: usize>(text: &str, separator: char, digits: [usize; N]) -> Option<[i64; N]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; N];
    for (number, digits) in numbers.iter_mut().zip(digits) {
        let part = parts.next().filter(|part| part.len() == digits && part.bytes().all(|c| c.is_ascii_digit()))?;
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Moments whose seconds are known from elsewhere (RFC 3339 5.8, the SD-CWT examples, `date -u -d`).
    #[test]
    fn dates_and_seconds() {
        for (seconds, date) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_725_244_237, "2024-09-02T02:30:37Z"),
            (-14_159_024, "1969-07-21T02:56:16Z"),
            (-62_167_219_200, "0000-01-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(write(seconds.into()).as_deref(), Some(date));
            assert_eq!(read(date), Some((seconds, None)));
        }
        assert_eq!(write(253_402_300_800), None);
        assert_eq!(write(i128::MAX), None);
        // 1996-12-19T16:39:57-08:00 and 1985-04-12T23:20:50.52Z are examples of RFC 3339.
        assert_eq!(read("1996-12-19T16:39:57-08:00"), Some((851_042_397, None)));
        assert_eq!(read("1985-04-12T23:20:50.52Z"), Some((482_196_050, Some("52"))));
    }

    #[test]
    fn what_is_no_date() {
        for bad in [
            "",
            "2026-11-23",
            "2026-11-23T08:00:00",
            "2026-11-23t08:00:00Z",
            "2026-11-23T08:00Z",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:00:60Z",
            "2026-01-01T00:00:00.Z",
            "2026-01-01T00:00:00+0100",
            "2026-01-01T00:00:00+24:00",
            "+026-01-01T00:00:00Z",
            "2026-01-01T00:00:é0Z",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
