//! What the rows say about the draft's sentence.

use super::figure::six_digits;
use super::report::{Finding, Needed, Row, Threshold};
use super::{Activity, DAY, Options, formula};

/// Below this the observer is said to have lost the trail.
const TENTH: f64 = 0.1;

/// One finding for each share and delay.
pub(super) fn findings(options: &Options, rows: &[Row]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for share in &options.shares {
        for delay in &options.delays {
            let name = delay.to_string();
            let mut of_both: Vec<&Row> = rows.iter().filter(|row| row.share == *share && row.delay == name).collect();
            of_both.sort_by(|one, other| one.flows_per_day.total_cmp(&other.flows_per_day));
            let (Some(lowest), Some(highest)) = (of_both.first(), of_both.last()) else { continue };
            let rate = |volume: f64| volume / share / f64::from(options.accounts) / DAY;
            // What the formula says, wherever it is: it needs no figures around it.
            let by_formula = match options.activity {
                Activity::Constant => root(|volume| formula::success(delay, rate(volume))),
                Activity::DayNight => None,
            };
            let below_a_tenth = threshold(&of_both, by_formula);
            let (scale, scale_name) = delay.scale().unzip();
            let read_off = match below_a_tenth {
                Threshold::From(volume) => Some(volume),
                Threshold::Everywhere | Threshold::Nowhere => by_formula,
            };
            let rooms_in_scale = read_off.zip(scale).map(|(volume, scale)| rate(volume) * scale);
            // All laws only stretch with their scale: a delay k times as long does at a volume what this one does at k times the volume.
            // With a curve of the day that is not so.
            let needed = by_formula.zip(scale).map_or_else(Vec::new, |(volume, scale)| {
                let at = |row: &&Row| Needed {
                    flows_per_day: row.flows_per_day,
                    seconds: six_digits(scale * volume / row.flows_per_day),
                };
                of_both.iter().map(at).collect()
            });
            findings.push(Finding {
                share: *share,
                delay: name,
                at_lowest: lowest.success.value,
                at_highest: highest.success.value,
                below_a_tenth,
                scale: scale_name,
                rooms_in_scale: rooms_in_scale.map(six_digits),
                needed,
            });
        }
    }
    findings
}

/// Where the success falls below a tenth: where the formula has it, or else between two volumes on a straight line through odds and
/// volumes, both by their logarithms.
fn threshold(rows: &[&Row], by_formula: Option<f64>) -> Threshold {
    let success = |row: &Row| row.by_formula.unwrap_or(row.success.value);
    let Some(after) = rows.iter().position(|row| success(row) < TENTH) else { return Threshold::Nowhere };
    let pair = after.checked_sub(1).and_then(|before| rows.get(before)).zip(rows.get(after));
    let Some((above, below)) = pair else { return Threshold::Everywhere };
    if let Some(volume) = by_formula {
        return Threshold::From(six_digits(volume));
    }
    // Odds, not probabilities: those of an exponential delay are a straight line.
    let odds = |success: f64| (1.0 / success.clamp(1e-12, 1.0 - 1e-12) - 1.0).ln();
    let part = (odds(TENTH) - odds(success(above))) / (odds(success(below)) - odds(success(above)));
    let (from, to) = (above.flows_per_day.ln(), below.flows_per_day.ln());
    Threshold::From(six_digits((from + (to - from) * part.clamp(0.0, 1.0)).exp()))
}

/// The volume at which a success that falls with it comes to a tenth, if it does between these bounds.
fn root(success: impl Fn(f64) -> f64) -> Option<f64> {
    let (mut from, mut to) = (1e-9_f64.ln(), 1e15_f64.ln());
    if success(from.exp()) < TENTH || success(to.exp()) >= TENTH {
        return None;
    }
    // Halving: 60 times leave nothing of the interval.
    for _ in 0..60 {
        let middle = f64::midpoint(from, to);
        if success(middle.exp()) < TENTH { to = middle } else { from = middle }
    }
    Some(to.exp())
}
