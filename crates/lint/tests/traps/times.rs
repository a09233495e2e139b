//! B-2.

use crate::made::{DAY, Made, batch, expect};

#[test]
fn times_that_are_not_rounded_are_found() {
    for made in Made::TOKENS {
        let shift =
            |seconds: i64| batch(made, move |_, draft| (draft.from, draft.until) = (draft.from + seconds, draft.until + seconds));
        expect(&shift(41_017), &["time-unrounded"]);
        expect(&shift(7200), &["time-hourly"]);
        expect(&batch(made, |n, draft| draft.from += n as i64), &["time-distance", "time-unrounded"]);
    }
    // Certificates are rounded whatever the issuer asks for.
    expect(&batch(Made::X509, |n, draft| draft.from += n as i64), &[]);
}

#[test]
fn a_day_of_ones_own_is_found() {
    for made in Made::ALL {
        let report = expect(
            &batch(made, |n, draft| {
                if n == 9 {
                    (draft.from, draft.until) = (draft.from - DAY, draft.until - DAY);
                }
            }),
            &["time-few"],
        );
        assert_eq!(report.findings[0].items.len(), 1);
        let report = expect(
            &batch(made, |n, draft| {
                if n == 9 {
                    draft.until += DAY;
                }
            }),
            &["time-distance"],
        );
        assert_eq!(report.findings[0].items.len(), 1);
    }
}
