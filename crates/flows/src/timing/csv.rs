//! Rows as comma-separated values.

use std::fmt::Write;

use super::{Figure, Report, Row};

const NAMES: &str = "share,delay,flows_per_day,rooms_per_day,success,success_low,success_high,counted,counted_low,counted_high,\
                     by_formula,joint,joint_low,joint_high,ceiling,chance,truth_posterior,anonymity_set";

/// Lines end as RFC 4180 has them. No value needs quotes: delays have letters, digits, colons and points.
pub(super) fn text(report: &Report) -> String {
    let mut text = format!("{NAMES}\r\n");
    for row in &report.rows {
        line(row, &mut text);
    }
    text
}

fn line(row: &Row, text: &mut String) {
    let figure = |figure: Option<Figure>| match figure {
        Some(Figure { value, low, high }) => format!("{},{},{}", digits(value), digits(low), digits(high)),
        None => ",,".to_owned(),
    };
    let values = [
        row.share.to_string(),
        row.delay.clone(),
        row.flows_per_day.to_string(),
        digits(row.rooms_per_day),
        figure(Some(row.success)),
        figure(Some(row.counted)),
        row.by_formula.map(digits).unwrap_or_default(),
        figure(row.joint),
        digits(row.ceiling),
        digits(row.chance),
        digits(row.truth_posterior),
        digits(row.anonymity_set),
    ];
    // Writing to a string does not fail.
    let _ = write!(text, "{}\r\n", values.join(","));
}

/// Four significant digits: no platform's logarithm changes them.
pub(super) fn digits(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let power = value.abs().log10().floor();
    let places = super::stream::whole((3.0 - power).max(0.0));
    let text = format!("{value:.places$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_digits_are_left() {
        for (value, expected) in
            [(0.0, "0"), (1.0, "1"), (0.123_456, "0.1235"), (0.000_012_345_6, "0.00001235"), (20.0, "20"), (12_345.6, "12346")]
        {
            assert_eq!(digits(value), expected);
        }
    }
}
