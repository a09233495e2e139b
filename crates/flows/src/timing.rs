//! Who can tell from times alone which second room belongs to which first: a simulation of the connection flow.
//!
//! In the connection flow Alice of provider A, as p1, opens a bootstrap room R1 with Bob of provider B and reveals herself; later Bob,
//! as q1, creates the room R2 at B and adds Alice's p2. No octet connects R1 and R2 (mimi-mls 4.2, C-7), but times may (C-4, C-11, T-5;
//! for issuance, B-15). draft-mahy-mimi-pseudonyms-00 says that providers with a large volume of flows hide this, and that small ones
//! and those where few flows use pseudonyms do not. [`run`] puts figures to that.
//!
//! # The model
//!
//! - Connection flows from A to B begin as a Poisson process of `volumes` a day, evenly or by a curve of day and night.
//! - R2 is created one [`Delay`] after the reveal in R1, independently of everything else. Of each law, the longest 0.01 % is cut off.
//! - Other new pseudonymous rooms of two between A and B look the same, size for size. They are a Poisson process too, by the same
//!   curve: `share` of all such rooms come from a bootstrap room, so there are `volume / share` rooms a day.
//! - The observer knows the model and all its parameters (Kerckhoffs), and sees when every reveal happens and when every such room is
//!   created. He sees nothing else: not who fetched which pseudonym, not what people do afterwards.
//!
//! # The observers
//!
//! - [`Row::success`]: for one R1, the room with the likeliest delay (`single`).
//! - [`Row::joint`]: the same for all R1 at once, because no room belongs to two of them (`joint`). A lower bound of what is possible.
//! - [`Row::ceiling`]: an observer who was told which rooms the other flows made. Only cover is left, and nobody who sees times alone does
//!   better: an upper bound. Without cover it is 1 and says nothing.
//! - One provider alone sees both rooms, because A is the hub of R1 and gets the Welcome of R2, and B the other way round: the times are
//!   the same as for an observer of both. It also knows which account is in which room, and then only rooms of that account are left:
//!   [`Options::accounts`] divides all volumes by the number of accounts among which they are spread.
//!
//! # The numbers
//!
//! All randomness comes from one seed; a row has the same figures whatever rows are beside it, on every platform: what the
//! logarithms of the platform's library may change lies beyond the six digits that are given. The generator is no cryptography. Intervals are of 95 %.

mod activity;
mod conclude;
mod csv;
mod delay;
mod figure;
mod formula;
mod joint;
mod normal;
mod plot;
mod report;
mod single;
mod stream;

use mimicred_error::At;
use mimicred_keys::Random;

use crate::{Code, Error};

pub use activity::Activity;
pub use delay::Delay;
pub use figure::Figure;
pub use report::{Finding, Needed, Report, Row, Threshold};
pub use stream::Repeatable;

use activity::DAY;
use figure::six_digits;
use joint::Joint;
use single::Single;
use stream::{Seed, Stream};

/// Every combination of volume, share and delay is a row.
#[derive(Clone, Debug)]
pub struct Options {
    /// Connection flows from A to B in a day: from 0.001 to ten millions.
    pub volumes: Vec<f64>,
    /// The part of all new pseudonymous rooms of two between A and B that come from a bootstrap room: above 0, at most 1.
    pub shares: Vec<f64>,
    /// The laws of the delay.
    pub delays: Vec<Delay>,
    /// The curve of a day.
    pub activity: Activity,
    /// Flows that are simulated for each row: 10 at least.
    pub flows: u32,
    /// Periods in which all flows together are looked at, for each row: none, or from 5 to 1 000.
    pub periods: u32,
    /// The accounts among which an observer who knows accounts can tell volumes apart; 1 for one who knows none.
    pub accounts: u32,
}

/// Flows that are simulated in all rows together, at most, and rows: some minutes of work.
const MAX_FLOWS: u64 = 5_000_000;
const MAX_ROWS: u64 = 500;
/// What every report says of itself.
const ASSUMPTIONS: [&str; 8] = [
    "connection flows begin as a Poisson process, as does cover: rooms that look the same in octets and sizes and have no bootstrap room",
    "cover follows the same curve of the day; both providers are in one time zone",
    "the delay from the reveal to the second room is independent of everything else, and cut off at its longest 0.01 %",
    "the observer knows this model and its numbers, and sees when each reveal happens and each room is created, and nothing else",
    "the guess is the room with the likeliest delay; what is said of all flows together is an attack found by a random walk, so a lower bound",
    "at most: an observer who was told the rooms of all other flows; nobody who sees times alone does better",
    "chance: a guess among all rooms that the longest delay leaves possible; set: 2 to the power of the entropy of what he believes",
    "intervals are of 95 %; nothing is said of what people do afterwards, of repeated contacts, of networks, or of who fetched what",
];
const VOLUMES: std::ops::RangeInclusive<f64> = 0.001..=1e7;
const SHARES: std::ops::RangeInclusive<f64> = 1e-4..=1.0;
/// Values in a list, at most.
const MAX_VALUES: usize = 100;

impl Options {
    /// Six volumes, with and without cover, and seven delays: 84 rows. Among them is the delay of the draft, from seconds to years: of a
    /// log-normal one with a median of a day and a sigma of 4, 95 in 100 are between half a minute and seven years.
    pub fn builtin() -> Self {
        Self {
            volumes: vec![1.0, 10.0, 100.0, 1_000.0, 10_000.0, 100_000.0],
            shares: vec![1.0, 0.05],
            delays: vec![
                Delay::None,
                Delay::Batch { slot: 3_600 },
                Delay::Exponential { mean: 3_600 },
                Delay::LogNormal { median: 3_600, sigma: 2.0 },
                Delay::LogNormal { median: 86_400, sigma: 4.0 },
                Delay::Uniform { max: 86_400 },
                Delay::Exponential { mean: 7 * 86_400 },
            ],
            activity: Activity::Constant,
            flows: 2_000,
            periods: 10,
            accounts: 1,
        }
    }

    fn check(&self) -> Result<(), Error> {
        let unusable =
            |field: &'static str, note: &str| Err(Error::new(Code::TimingUnusable).at(At::Field(field.into())).note(note));
        let in_list = |count: usize| (1..=MAX_VALUES).contains(&count);
        if !in_list(self.volumes.len()) || !self.volumes.iter().all(|volume| VOLUMES.contains(volume)) {
            return unusable("volumes", "from 1 to 100 volumes, each from 0.001 to 10000000 flows a day");
        }
        if !in_list(self.shares.len()) || !self.shares.iter().all(|share| SHARES.contains(share)) {
            return unusable("shares", "from 1 to 100 shares, each from 0.0001 to 1");
        }
        if !in_list(self.delays.len()) {
            return unusable("delays", "from 1 to 100 delays");
        }
        self.delays.iter().try_for_each(Delay::check)?;
        if self.flows < 10 {
            return unusable("flows", "at least 10");
        }
        if self.periods != 0 && !(5..=1_000).contains(&self.periods) {
            return unusable("periods", "none, or from 5 to 1000");
        }
        if self.accounts == 0 {
            return unusable("accounts", "at least 1");
        }
        if self.rows() > MAX_ROWS || self.total() > MAX_FLOWS {
            let note = format!("{} rows with {} flows; {MAX_ROWS} and {MAX_FLOWS} are the most", self.rows(), self.total());
            return Err(Error::new(Code::TimingTooLarge).note(note));
        }
        Ok(())
    }

    fn rows(&self) -> u64 {
        let lists = [self.volumes.len(), self.shares.len(), self.delays.len()];
        lists.into_iter().map(|count| u64::try_from(count).unwrap_or(u64::MAX)).fold(1, u64::saturating_mul)
    }

    /// The flows of all rows.
    fn total(&self) -> u64 {
        self.rows().saturating_mul(self.flows.into())
    }
}

/// Runs the simulation. `progress` is told now and then how many of how many flows are done.
///
/// # Errors
/// [`Code::TimingUnusable`] with the option as its place, [`Code::DelayMalformed`], [`Code::TimingTooLarge`]; [`Code::StepFailed`] if
/// `random` gives nothing.
///
/// ```
/// use mimicred_flows::timing::{self, Delay, Options, Repeatable};
///
/// # fn main() -> Result<(), mimicred_flows::Error> {
/// let delays = vec![Delay::Exponential { mean: 3_600 }];
/// let options = Options { volumes: vec![24.0], shares: vec![1.0], delays, flows: 200, ..Options::builtin() };
/// let report = timing::run(&options, &mut Repeatable::new(1), &mut |_, _| {})?;
/// // One other room is expected in an hour: 1 / (1 + 1).
/// assert_eq!(report.rows[0].by_formula, Some(0.5));
/// assert!((report.rows[0].success.value - 0.5).abs() < 0.1);
/// # Ok(())
/// # }
/// ```
pub fn run(options: &Options, random: &mut dyn Random, progress: &mut dyn FnMut(u64, u64)) -> Result<Report, Error> {
    options.check()?;
    let seed = Seed::draw(random)?;
    let (mut done, total) = (0, options.total());
    let mut tick = || {
        done += 1;
        if done % 100 == 0 || done == total {
            progress(done, total);
        }
    };
    let mut rows = Vec::new();
    for share in &options.shares {
        for delay in &options.delays {
            for volume in &options.volumes {
                let name = format!("{volume} {share} {delay} {}", options.activity);
                rows.push(row(options, *volume, *share, delay, &mut seed.stream(&name), &mut tick));
            }
        }
    }
    let findings = conclude::findings(options, &rows);
    Ok(Report {
        flows_per_row: options.flows,
        activity: options.activity.to_string(),
        accounts: options.accounts,
        assumptions: ASSUMPTIONS.to_vec(),
        rows,
        findings,
    })
}

fn row(options: &Options, volume: f64, share: f64, delay: &Delay, stream: &mut Stream, tick: &mut dyn FnMut()) -> Row {
    let Options { activity, flows: count, periods, accounts, .. } = *options;
    // Per second, of what the observer cannot tell from the flow he is after.
    let flows = volume / f64::from(accounts) / DAY;
    let cover = flows * (1.0 - share) / share;
    let guesses = Single::new(delay, activity, cover, flows).guess(count, stream, tick);
    let is_constant = activity == Activity::Constant;
    let ceiling = match cover > 0.0 {
        true if is_constant => formula::success(delay, cover),
        true => Single::new(delay, activity, cover, 0.0).guess(count, stream, &mut || {}).success.value,
        false => 1.0,
    };
    let joint = Joint::new(delay, activity, cover, flows).filter(|_| periods > 0);
    let joint = joint.map(|joint| joint.guess(periods, stream));
    let by_formula = is_constant.then(|| formula::success(delay, flows + cover));
    Row {
        share,
        delay: delay.to_string(),
        flows_per_day: volume,
        rooms_per_day: six_digits(volume / share),
        success: guesses.success,
        counted: guesses.counted,
        by_formula: by_formula.map(six_digits),
        joint,
        ceiling: six_digits(ceiling),
        chance: six_digits(guesses.chance),
        truth_posterior: six_digits(guesses.truth),
        anonymity_set: six_digits(guesses.anonymity_set),
    }
}

#[cfg(test)]
mod tests;
