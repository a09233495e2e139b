//! What the simulation has to tell, as data.

use serde::Serialize;

use super::{Figure, csv, plot};

/// Everything that was found.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Flows simulated for each row.
    pub flows_per_row: u32,
    /// The curve of a day.
    pub activity: String,
    /// The accounts among which the observer can tell rooms apart; 1 if he knows none.
    pub accounts: u32,
    /// What the figures rest on, sentence by sentence.
    pub assumptions: Vec<&'static str>,
    /// One for each share, delay and volume, in this order of nesting.
    pub rows: Vec<Row>,
    /// One for each share and delay.
    pub findings: Vec<Finding>,
}

/// One combination of share, delay and volume. All probabilities are for one flow.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The part of all rooms that come from a bootstrap room.
    pub share: f64,
    /// The law of the delay.
    pub delay: String,
    /// Connection flows from A to B in a day.
    pub flows_per_day: f64,
    /// New rooms between A and B that look alike, in a day.
    pub rooms_per_day: f64,
    /// The probability that the best single guess is right: the mean of what the observer may believe of it. It has figures even where
    /// no guess in thousands is right.
    pub success: Figure,
    /// The part of the simulated guesses that were right; the same but for chance.
    pub counted: Figure,
    /// The same by arithmetic, where the curve of the day is constant.
    pub by_formula: Option<f64>,
    /// The probability for an observer who assigns all rooms of a period at once; none where there are too many of them, or hardly any.
    pub joint: Option<Figure>,
    /// No observer of times has a greater probability.
    pub ceiling: f64,
    /// The probability of a guess that looks at no delay: among all rooms that the longest delay leaves possible.
    pub chance: f64,
    /// What the observer believes of the true room, in the mean.
    pub truth_posterior: f64,
    /// Among how many equally likely rooms the observer would be as uncertain: 2 to the power of the mean entropy.
    pub anonymity_set: f64,
}

/// What the volumes of one share and one delay say together.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// The part of all rooms that come from a bootstrap room.
    pub share: f64,
    /// The law of the delay.
    pub delay: String,
    /// The success at the lowest volume, and at the highest.
    pub at_lowest: f64,
    /// See there.
    pub at_highest: f64,
    /// Where the success falls below one in ten.
    pub below_a_tenth: Threshold,
    /// The time that makes the delay longer or shorter: its mean, its longest, its slot or its median.
    pub scale: Option<&'static str>,
    /// How many rooms are created in this time at the volume, simulated or not, where the success falls below one in ten.
    pub rooms_in_scale: Option<f64>,
    /// What that time would have to be at each volume for the success to be one in ten; empty if nobody chooses it, or with a curve.
    pub needed: Vec<Needed>,
}

/// A volume at which something begins.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "flows_per_day")]
pub enum Threshold {
    /// At every volume that was simulated.
    Everywhere,
    /// From this one on, between two that were.
    From(f64),
    /// At none.
    Nowhere,
}

/// A time that would be needed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Needed {
    /// At this volume.
    pub flows_per_day: f64,
    /// In seconds.
    pub seconds: f64,
}

impl Report {
    /// The rows as comma-separated values (RFC 4180), with a line of names.
    pub fn to_csv(&self) -> String {
        csv::text(self)
    }

    /// The rows as a picture in SVG: flows a day to the right, success upwards, one line for each delay and one panel for each share.
    pub fn to_svg(&self) -> String {
        plot::svg(self)
    }
}
