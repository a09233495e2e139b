//! How far the draft's sentence holds, by the figures.

use mimicred_flows::timing::{Finding, Report, Row};

use super::{percent, three_digits};

/// Below this the observer is said to have lost the trail.
const TENTH: f64 = 0.1;

pub(super) fn lines(report: &Report) -> Vec<String> {
    let volumes = || report.rows.iter().map(|row| row.flows_per_day);
    let (lowest, highest) = (volumes().fold(f64::INFINITY, f64::min), volumes().fold(0.0, f64::max));
    let mut lines = match lowest < highest {
        true => vec![in_short(&report.findings), at_an_end(&report.findings, highest, |finding| finding.at_highest)],
        false => vec!["one volume alone says nothing of it".to_owned()],
    };
    lines.push(at_an_end(&report.findings, lowest, |finding| finding.at_lowest));
    lines.extend(what_decides(&report.findings));
    lines.extend(together(&report.rows));
    lines.extend(at_most(&report.rows));
    lines
}

/// Whether it holds.
fn in_short(findings: &[Finding]) -> String {
    let falls = findings.iter().all(|finding| finding.at_highest < finding.at_lowest);
    let as_written = findings.iter().all(|finding| finding.at_highest < TENTH && finding.at_lowest >= TENTH);
    match (falls, as_written) {
        (_, true) => "it holds for everything simulated here".to_owned(),
        (true, false) => "its direction holds, success falls as volume grows; but volume alone does not decide".to_owned(),
        (false, false) => "nothing follows: success does not fall from the lowest volume to the highest everywhere".to_owned(),
    }
}

/// The rule of thumb behind the figures.
fn what_decides(findings: &[Finding]) -> Option<String> {
    let mut rooms: Vec<(f64, &str)> =
        findings.iter().filter_map(|finding| Some((finding.rooms_in_scale?, finding.delay.as_str()))).collect();
    rooms.sort_by(|one, other| one.0.total_cmp(&other.0));
    let name = |(rooms, delay): &(f64, &str)| format!("{} ({delay})", three_digits(*rooms));
    let rooms = match (name(rooms.first()?), name(rooms.last()?)) {
        (least, most) if least == most => least,
        (least, most) => format!("{least} to {most}"),
    };
    Some(format!(
        "what decides is how many rooms are created in the time by which the delay varies: the guess falls below 10 % at {rooms} of them in \
         the mean of an exponential delay, the longest of a uniform one, a slot, or the median of a log-normal one"
    ))
}

/// How many of the combinations hide the link at the lowest or the highest volume, and which do not.
fn at_an_end(findings: &[Finding], volume: f64, success: impl Fn(&Finding) -> f64) -> String {
    let (open, hidden): (Vec<&Finding>, Vec<&Finding>) = findings.iter().partition(|finding| success(finding) >= TENTH);
    let name = |finding: &&Finding| format!("{} share {} ({})", finding.delay, percent(finding.share), percent(success(finding)));
    let names = |findings: &[&Finding]| findings.iter().map(name).collect::<Vec<_>>().join(", ");
    let line = format!(
        "at a volume of {volume} a day the link is hidden (below 10 %) in {} of {} combinations",
        hidden.len(),
        findings.len()
    );
    // The shorter of the two lists says it all.
    match (open.len(), hidden.len()) {
        (0, _) | (_, 0) => line,
        (open_ones, hidden_ones) if open_ones <= hidden_ones => format!("{line}: not with {}", names(&open)),
        _ => format!("{line}: with {}", names(&hidden)),
    }
}

/// What is gained by looking at all flows together, where it is sure that something is.
fn together(rows: &[Row]) -> Option<String> {
    let compared: Vec<(&Row, f64, bool)> = rows
        .iter()
        .filter_map(|row| row.joint.map(|joint| (row, joint.value - row.success.value, joint.low > row.success.high)))
        .collect();
    let sure = compared.iter().filter(|(.., is_sure)| *is_sure).max_by(|one, other| one.1.total_cmp(&other.1));
    match sure {
        Some((row, gain, _)) => Some(format!(
            "an observer who assigns all rooms at once gains most with {} at a volume of {} a day, share {}: {} points",
            row.delay,
            row.flows_per_day,
            percent(row.share),
            three_digits(gain * 100.0)
        )),
        None if compared.is_empty() => None,
        None => Some("an observer who assigns all rooms at once gains nothing that is larger than the uncertainty".to_owned()),
    }
}

/// How much any observer could gain, as far as cover sets a bound.
fn at_most(rows: &[Row]) -> Option<String> {
    let gain = |row: &&Row| row.ceiling - row.by_formula.unwrap_or(row.success.value);
    let covered = rows.iter().filter(|row| row.share < 1.0);
    let most = covered.max_by(|one, other| gain(one).total_cmp(&gain(other)))?;
    Some(format!(
        "where there is cover, no observer of times gains more than {} points ({} at a volume of {} a day, share {})",
        three_digits(gain(&most).max(0.0) * 100.0),
        most.delay,
        most.flows_per_day,
        percent(most.share)
    ))
}
