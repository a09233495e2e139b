//! The best single guess: for one R1, which of the new rooms is its R2?
//!
//! Seen from one flow, the other rooms are a Poisson process that knows nothing of it (Slivnyak's theorem, and the displacement theorem
//! for the rooms of the other flows), so that each simulated flow is a world of its own. The observer weighs every room by the density
//! of its delay, divided by how many rooms there are at that moment anyway; divided by their sum, the weights are what he should
//! believe (the posterior).
//!
//! Where there are too many rooms to draw, some stand for many: the delays are divided into cells in which the density only rises or
//! only falls; of a full cell the likeliest room is drawn exactly, and [`DRAWN`] of the rest, which are counted several times.

use super::activity::{DAY, Intensity};
use super::figure::{Figure, Mean};
use super::stream::{Stream, float};
use super::{Activity, Delay};

/// So many rooms of a cell are drawn; if it has no more than twice as many, all of them.
const DRAWN: u64 = 24;

/// What came of all flows of a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guesses {
    /// What the observer believes of his guess, in the mean: the probability that it is right.
    pub(super) success: Figure,
    /// How many guesses were right.
    pub(super) counted: Figure,
    /// What the observer believes of the true room, in the mean.
    pub(super) truth: f64,
    /// The probability of a guess without looking at delays.
    pub(super) chance: f64,
    /// 2 to the power of the mean entropy of what he believes.
    pub(super) anonymity_set: f64,
}

/// A part of all delays.
#[derive(Clone, Copy, Debug)]
struct Cell {
    low: f64,
    high: f64,
    /// Whether its likeliest delay is its longest.
    rises: bool,
}

/// What a row is about, ready to be simulated.
#[derive(Clone, Debug)]
pub(super) struct Single<'a> {
    delay: &'a Delay,
    activity: Activity,
    intensity: Intensity,
    cells: Vec<Cell>,
}

impl<'a> Single<'a> {
    /// With cover and other flows at these rates per second.
    pub(super) fn new(delay: &'a Delay, activity: Activity, cover: f64, flows: f64) -> Self {
        Self { delay, activity, intensity: Intensity::new(activity, cover, flows, delay), cells: cells(delay) }
    }

    /// Simulates so many flows. `tick` is called after each.
    pub(super) fn guess(&self, flows: u32, stream: &mut Stream, tick: &mut dyn FnMut()) -> Guesses {
        let (mut success, mut truth, mut chance, mut entropy) =
            (Mean::default(), Mean::default(), Mean::default(), Mean::default());
        let mut hits = 0;
        for _ in 0..flows {
            let (others, own) = self.flow(stream);
            let sum = others.sum + own;
            success.add(others.best.max(own) / sum);
            truth.add(own / sum);
            chance.add(1.0 / (1.0 + others.count));
            entropy.add((sum.ln() - (others.logarithms + own * own.ln()) / sum) / std::f64::consts::LN_2);
            let is_best = own > others.best || (own >= others.best && stream.happens(1.0 / (1.0 + others.equal)));
            hits += u64::from(is_best);
            tick();
        }
        Guesses {
            success: success.figure(),
            counted: Figure::share(hits, flows.into()),
            truth: truth.value(),
            chance: chance.value(),
            anonymity_set: entropy.value().max(0.0).exp2(),
        }
    }

    /// One flow: the other rooms, and the weight of the true one.
    fn flow(&self, stream: &mut Stream) -> (Others, f64) {
        let reveal = self.activity.moment(DAY, stream);
        let mut others = Others::default();
        if let Delay::Batch { slot } = *self.delay {
            let slot = f64::from(slot);
            let end = ((reveal / slot).floor() + 1.0) * slot;
            let waiting = stream.poisson(self.intensity.in_slot(end, slot));
            others.add(1.0, float(waiting));
            return (others, 1.0);
        }
        let weight = |delay: f64| self.delay.density(delay) / self.intensity.at(reveal + delay);
        let own = weight(self.delay.quantile(stream.unit()));
        let peak = self.intensity.peak();
        // A curve takes away from what a constant peak would give.
        let mut consider = |delay: f64, many: f64, stream: &mut Stream| {
            if self.activity == Activity::Constant || stream.happens(self.intensity.at(reveal + delay) / peak) {
                others.add(weight(delay), many);
            }
        };
        for Cell { low, high, rises } in &self.cells {
            let there = stream.poisson(peak * (high - low));
            if there <= 2 * DRAWN {
                for _ in 0..there {
                    let delay = stream.between(*low, *high);
                    consider(delay, 1.0, stream);
                }
                continue;
            }
            // The distance of the nearest of n points to an end, as a part of the length: 1 - U^(1/n).
            let nearest = 1.0 - (stream.unit().ln() / float(there)).exp();
            let (leader, from, to) = match rises {
                true => (high - nearest * (high - low), *low, high - nearest * (high - low)),
                false => (low + nearest * (high - low), low + nearest * (high - low), *high),
            };
            consider(leader, 1.0, stream);
            for _ in 0..DRAWN {
                let delay = stream.between(from, to);
                consider(delay, float(there - 1) / float(DRAWN), stream);
            }
        }
        (others, own)
    }
}

/// The rooms that are not the true one, as far as they matter.
#[derive(Clone, Copy, Debug, Default)]
struct Others {
    /// How many there are.
    count: f64,
    /// The sum of their weights.
    sum: f64,
    /// The sum of each weight by its logarithm.
    logarithms: f64,
    /// The greatest weight, and how many have it.
    best: f64,
    equal: f64,
}

impl Others {
    fn add(&mut self, weight: f64, many: f64) {
        self.count += many;
        if weight <= 0.0 || many <= 0.0 {
            return;
        }
        self.sum += many * weight;
        self.logarithms += many * weight * weight.ln();
        if weight > self.best {
            (self.best, self.equal) = (weight, many);
        } else if weight >= self.best {
            self.equal += many;
        }
    }
}

/// Cells of about the same probability, finer in the tail, with an edge at the mode.
fn cells(delay: &Delay) -> Vec<Cell> {
    const BODY: u32 = 32;
    let body = (0..BODY).map(|n| f64::from(n) / f64::from(BODY));
    let edges = body.chain([0.001, 0.01, 0.98, 0.99, 0.997, 0.999, 0.9997, 1.0]);
    let mode = delay.mode();
    let mut edges: Vec<f64> = edges.map(|p| delay.quantile(p)).chain([mode]).collect();
    edges.sort_by(f64::total_cmp);
    let pairs = edges.iter().zip(edges.iter().skip(1));
    pairs.filter(|(low, high)| high > low).map(|(low, high)| Cell { low: *low, high: *high, rises: *high <= mode }).collect()
}

#[cfg(test)]
mod tests;
