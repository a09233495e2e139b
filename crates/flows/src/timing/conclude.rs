//! What the rows say about the draft's sentence.

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
            let is_constant = options.activity == Activity::Constant;
            let below_a_tenth = threshold(&of_both, is_constant.then_some(|volume| formula::success(delay, rate(volume))));
            let (scale, scale_name) = delay.scale().unzip();
            let (mut rooms_in_scale, mut needed) = (None, Vec::new());
            if let (Threshold::From(volume), Some(scale)) = (below_a_tenth, scale) {
                rooms_in_scale = Some(rate(volume) * scale);
                // All laws only stretch with their scale: a delay k times as long does at a volume what this one does at k times the
                // volume. With a curve of the day that is not so.
                if is_constant {
                    let at =
                        |row: &&Row| Needed { flows_per_day: row.flows_per_day, seconds: scale * volume / row.flows_per_day };
                    needed = of_both.iter().map(at).collect();
                }
            }
            findings.push(Finding {
                share: *share,
                delay: name,
                at_lowest: lowest.success.value,
                at_highest: highest.success.value,
                below_a_tenth,
                scale: scale_name,
                rooms_in_scale,
                needed,
            });
        }
    }
    findings
}

/// Where the success falls below a tenth: between two volumes, as the formula has it, or else on a straight line through odds and volumes,
/// both by their logarithms.
fn threshold(rows: &[&Row], at: Option<impl Fn(f64) -> f64>) -> Threshold {
    let success = |row: &Row| row.by_formula.unwrap_or(row.success.value);
    let Some(after) = rows.iter().position(|row| success(row) < TENTH) else { return Threshold::Nowhere };
    let pair = after.checked_sub(1).and_then(|before| rows.get(before)).zip(rows.get(after));
    let Some((above, below)) = pair else { return Threshold::Everywhere };
    let (mut from, mut to) = (above.flows_per_day.ln(), below.flows_per_day.ln());
    let Some(at) = at else {
        // Odds, not probabilities: those of an exponential delay are a straight line.
        let odds = |success: f64| (1.0 / success.clamp(1e-12, 1.0 - 1e-12) - 1.0).ln();
        let (odds_above, odds_below) = (odds(success(above)), odds(success(below)));
        let part = (odds(TENTH) - odds_above) / (odds_below - odds_above);
        return Threshold::From((from + (to - from) * part.clamp(0.0, 1.0)).exp());
    };
    // Halving: 50 times leave nothing of the interval.
    for _ in 0..50 {
        let middle = f64::midpoint(from, to);
        if at(middle.exp()) < TENTH { to = middle } else { from = middle }
    }
    Threshold::From(to.exp())
}
