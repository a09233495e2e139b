//! The simulation's report for people. Writing to a String cannot fail.

mod verdict;

use std::fmt::Write;

use mimicred_flows::timing::{Figure, Finding, Report, Row, Threshold};
use owo_colors::OwoColorize;

pub(super) fn report(report: &Report, verbose: bool) -> String {
    let mut text = String::new();
    let mut shares: Vec<f64> = Vec::new();
    for row in &report.rows {
        if !shares.contains(&row.share) {
            shares.push(row.share);
        }
    }
    for share in &shares {
        let rows: Vec<&Row> = report.rows.iter().filter(|row| row.share == *share).collect();
        let _ = writeln!(text, "{}", of_share(*share).bold());
        if verbose {
            every_row(&mut text, &rows)
        } else {
            matrix(&mut text, &rows)
        }
        text.push('\n');
    }
    let _ = writeln!(text, "{}", "what that says".bold());
    for finding in &report.findings {
        let _ = writeln!(text, "  {}", sentence(finding, shares.len() > 1));
    }
    let _ = writeln!(
        text,
        "\n{}",
        "the draft's sentence: large volumes hide the link, low ones and few pseudonymous rooms do not".bold()
    );
    for line in verdict::lines(report) {
        let _ = writeln!(text, "  {line}");
    }
    let _ = writeln!(text, "\n{}", "assumed".bold());
    for assumption in &report.assumptions {
        let _ = writeln!(text, "  {assumption}");
    }
    text
}

fn of_share(share: f64) -> String {
    match share < 1.0 {
        true => format!("{} of the new rooms come from a bootstrap room: the best guess is right", percent(share)),
        false => "all new rooms come from a bootstrap room: the best guess is right".to_owned(),
    }
}

/// Volumes downwards, delays to the right.
fn matrix(text: &mut String, rows: &[&Row]) {
    let (mut volumes, mut delays): (Vec<f64>, Vec<&str>) = (Vec::new(), Vec::new());
    for row in rows {
        if !volumes.contains(&row.flows_per_day) {
            volumes.push(row.flows_per_day);
        }
        if !delays.contains(&row.delay.as_str()) {
            delays.push(&row.delay);
        }
    }
    let width = |delay: &str| delay.len().max(7) + 2;
    let head: String = delays.iter().map(|delay| format!("{delay:>0$}", width(delay))).collect();
    let _ = writeln!(text, "  {:>11}{head}", "flows a day");
    for volume in volumes {
        let mut line = format!("  {volume:>11}");
        for delay in &delays {
            let row = rows.iter().find(|row| row.flows_per_day == volume && row.delay == *delay);
            let value = row.map(|row| percent(row.success.value)).unwrap_or_default();
            let _ = write!(line, "{value:>0$}", width(delay));
        }
        let _ = writeln!(text, "{line}");
    }
}

fn every_row(text: &mut String, rows: &[&Row]) {
    let width = rows.iter().map(|row| row.delay.len()).max().unwrap_or_default();
    let _ = writeln!(
        text,
        "  {:width$} {:>11} {:>9} {:>20} {:>22} {:>22} {:>8} {:>8} {:>10}",
        "delay", "flows a day", "success", "95 %", "counted", "all together", "at most", "chance", "set"
    );
    for row in rows {
        let figure =
            |figure: Option<Figure>| figure.map_or("-".to_owned(), |it| format!("{} {}", percent(it.value), interval(&it)));
        let _ = writeln!(
            text,
            "  {:width$} {:>11} {:>9} {:>20} {:>22} {:>22} {:>8} {:>8} {:>10}",
            row.delay,
            row.flows_per_day,
            percent(row.success.value),
            interval(&row.success),
            figure(Some(row.counted)),
            figure(row.joint),
            percent(row.ceiling),
            percent(row.chance),
            three_digits(row.anonymity_set)
        );
    }
}

fn interval(figure: &Figure) -> String {
    format!("({}-{})", percent(figure.low).trim_end_matches(" %"), percent(figure.high))
}

/// From the lowest volume to the highest, if there is more than one.
fn ends(finding: &Finding) -> String {
    match (percent(finding.at_lowest), percent(finding.at_highest)) {
        (lowest, highest) if lowest == highest => lowest,
        (lowest, highest) => format!("from {lowest} to {highest}"),
    }
}

/// What one delay comes to.
fn sentence(finding: &Finding, name_share: bool) -> String {
    let of = match name_share {
        true => format!("{}, share {}", finding.delay, percent(finding.share)),
        false => finding.delay.clone(),
    };
    let (below, until) = match finding.below_a_tenth {
        Threshold::Everywhere => return format!("{of}: {}, below 10 % at every volume", ends(finding)),
        Threshold::Nowhere => ("at none".to_owned(), f64::INFINITY),
        Threshold::From(volume) => (format!("from {} flows a day on", three_digits(volume)), volume),
    };
    let line = format!("{of}: {}, below 10 % {below}", ends(finding));
    let not_yet = finding.needed.iter().filter(|needed| needed.flows_per_day < until);
    let needed: Vec<String> =
        not_yet.map(|needed| format!("{} at {} a day", duration(needed.seconds), needed.flows_per_day)).collect();
    match (&finding.scale, needed.is_empty()) {
        (Some(scale), false) => format!("{line}; for that the {scale} would have to be {}", needed.join(", ")),
        _ => line,
    }
}

/// A probability in three digits.
fn percent(probability: f64) -> String {
    match probability * 100.0 {
        percent if percent <= 0.0 => "0 %".to_owned(),
        percent if percent < 0.001 => "<0.001 %".to_owned(),
        percent if percent >= 99.95 => "100 %".to_owned(),
        percent => format!("{} %", three_digits(percent)),
    }
}

/// Three digits, or all of a larger whole number.
fn three_digits(value: f64) -> String {
    let places = match value {
        value if value >= 100.0 => 0,
        value if value >= 10.0 => 1,
        value if value >= 1.0 => 2,
        _ => 3,
    };
    let text = format!("{value:.places$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// In the unit that fits.
fn duration(seconds: f64) -> String {
    const UNITS: [(f64, &str); 3] = [(86_400.0, "d"), (3_600.0, "h"), (60.0, "min")];
    let (unit, name) = UNITS.into_iter().find(|(unit, _)| seconds >= *unit).unwrap_or((1.0, "s"));
    format!("{} {name}", three_digits(seconds / unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits() {
        for (probability, expected) in [
            (0.0, "0 %"),
            (0.000_001, "<0.001 %"),
            (0.012_34, "1.23 %"),
            (0.000_24, "0.024 %"),
            (0.196, "19.6 %"),
            (0.999_6, "100 %"),
        ] {
            assert_eq!(percent(probability), expected);
        }
        assert_eq!(
            (three_digits(190_074.8).as_str(), three_digits(9.087).as_str(), three_digits(20.0).as_str()),
            ("190075", "9.09", "20")
        );
        assert_eq!(duration(785_160.0), "9.09 d");
        assert_eq!(duration(3_600.0), "1 h");
        assert_eq!(duration(91.0), "1.52 min");
        assert_eq!(duration(7.85), "7.85 s");
    }
}
