//! The two forms of a time (RFC 5280 4.1.2.5).

use super::{GENERALIZED_TIME, UTC_TIME, take};

const DAY: i64 = 86_400;

/// Takes a Time, in seconds since 1970: a UTCTime until 2049 and a GeneralizedTime after that, both to the second and in UTC.
pub(crate) fn take_time(input: &mut &[u8]) -> Option<i64> {
    let (year, rest) = if input.first() == Some(&UTC_TIME) {
        let contents = take(input, UTC_TIME)?.contents;
        let (year, rest) = contents.split_at_checked(2)?;
        let year = number(year)?;
        (if year < 50 { 2000 + year } else { 1900 + year }, rest)
    } else {
        let contents = take(input, GENERALIZED_TIME)?.contents;
        let (year, rest) = contents.split_at_checked(4)?;
        (Some(number(year)?).filter(|year| *year >= 2050)?, rest)
    };
    let rest = rest.strip_suffix(b"Z")?;
    let mut pairs = rest.chunks(2).map(number);
    let mut next = || pairs.next().flatten();
    let (month, day, hour, minute, second) = (next()?, next()?, next()?, next()?, next()?);
    let in_range = rest.len() == 10
        && (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    in_range.then(|| days_to(year, month, day) * DAY + hour * 3600 + minute * 60 + second)
}

fn number(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0')))
}

fn days_in(year: i64, month: i64) -> i64 {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970 to this one, in the Gregorian calendar: years begin in March here, so that the leap day is the last.
fn days_to(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::super::element;
    use super::*;

    fn read(tag: u8, text: &str) -> Option<i64> {
        let written = element(tag, &[text.as_bytes()]);
        let mut input = written.as_slice();
        let time = take_time(&mut input)?;
        assert!(input.is_empty());
        Some(time)
    }

    /// The seconds are those of `date -u +%s`.
    #[test]
    fn times_are_read_to_the_second() {
        assert_eq!(read(UTC_TIME, "700101000000Z"), Some(0));
        assert_eq!(read(UTC_TIME, "691231235959Z"), Some(-1));
        assert_eq!(read(UTC_TIME, "500101000000Z"), Some(-631_152_000));
        assert_eq!(read(UTC_TIME, "260921141320Z"), Some(1_790_000_000));
        assert_eq!(read(UTC_TIME, "000229120000Z"), Some(951_825_600));
        assert_eq!(read(UTC_TIME, "491231235959Z"), Some(2_524_607_999));
        assert_eq!(read(GENERALIZED_TIME, "20500101000000Z"), Some(2_524_608_000));
        assert_eq!(read(GENERALIZED_TIME, "99991231235959Z"), Some(253_402_300_799));
    }

    /// RFC 5280 4.1.2.5: no other form, and no time that is in no calendar.
    #[test]
    fn nothing_else_is_a_time() {
        for text in [
            "",
            "Z",
            "2609211413Z",
            "260921141320",
            "260921141320+0000",
            "260921141320.5Z",
            "261321141320Z",
            "260021141320Z",
            "260931141320Z",
            "270229000000Z",
            "260900141320Z",
            "260921241320Z",
            "260921146020Z",
            "260921141360Z",
            "26092114132 Z",
            "2609211413200Z",
        ] {
            assert_eq!(read(UTC_TIME, text), None, "{text}");
        }
        for text in ["20490101000000Z", "20500101000000", "20500101000000.0Z", "2050010100Z", "21000229000000Z"] {
            assert_eq!(read(GENERALIZED_TIME, text), None, "{text}");
        }
        assert_eq!(read(0x16, "260921141320Z"), None);
    }
}
