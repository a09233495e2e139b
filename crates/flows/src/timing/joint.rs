//! All flows together: an R2 that belongs to one R1 belongs to no other.
//!
//! The observer sees the times of a whole period and looks for assignments of rooms to flows. Each is as likely as the product of the
//! densities of its delays; the best guess for one R1 is the room that it has in most assignments, counted by their likelihood. To
//! count all of them is out of reach, so a random walk through them is taken, which visits each as often as it is likely
//! (Metropolis-Hastings): one flow after the other draws a room by the weights of its delays; if that room is another flow's, both
//! change rooms, as far as the other's delay is likely too. The walk begins where a greedy observer ends, and knows nothing of the
//! truth. That its length is finite costs the observer a little: this attack is a lower bound of what can be done.
//!
//! The period is a circle, so that it has no edges: what is late at its end is early at its beginning.

mod walk;

use super::activity::DAY;
use super::figure::{Figure, student};
use super::stream::{Stream, float, size};
use super::{Activity, Delay};
use walk::Walk;

/// Rooms are looked for among so many of the delays.
const CONSIDERED: f64 = 0.999;
/// Flows in a period, at least and in the mean.
const FLOWS: f64 = 100.0;
/// The pairs of an R1 and a room in a period that are walked through, at most.
const MAX_PAIRS: f64 = 80_000.0;
/// In seconds: at its end a number tells thousandths of them apart.
const LONGEST_PERIOD: f64 = 1e13;

/// The period of a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Joint<'a> {
    delay: &'a Delay,
    activity: Activity,
    /// Per second.
    cover: f64,
    flows: f64,
    /// In seconds.
    length: f64,
    /// The longest delay that is considered.
    longest: f64,
}

/// A moment at which a room is created; of a tie, the order is that of the second number, which is random. Then, whose it is.
type Room = (f64, f64, Option<usize>);

impl<'a> Joint<'a> {
    /// With cover and other flows at these rates per second. Nothing if there are too many rooms for it, or so few that a period would
    /// be longer than seconds can be told apart in.
    pub(super) fn new(delay: &'a Delay, activity: Activity, cover: f64, flows: f64) -> Option<Self> {
        let longest = match delay {
            Delay::Uniform { max: span } | Delay::Batch { slot: span } => f64::from(*span),
            _ => delay.quantile(CONSIDERED),
        };
        let mut length = (FLOWS / flows).max(2.0 * longest);
        // The circle must close in the middle of no slot and at the hour at which it began.
        if let Delay::Batch { slot } = delay {
            length = (length / f64::from(*slot)).ceil() * f64::from(*slot);
        }
        if activity != Activity::Constant {
            length = (length / DAY).ceil() * DAY;
        }
        let pairs = flows * length * (flows + cover) * longest;
        (pairs <= MAX_PAIRS && length <= LONGEST_PERIOD).then_some(Self { delay, activity, cover, flows, length, longest })
    }

    /// The probability that the guess for one flow is right, from so many periods that know nothing of each other.
    pub(super) fn guess(&self, count: u32, stream: &mut Stream) -> Figure {
        let periods: Vec<(f64, f64)> = (0..count).map(|_| self.period(stream)).collect();
        let mean = |values: &mut dyn Iterator<Item = f64>| values.sum::<f64>() / f64::from(count);
        let hits = mean(&mut periods.iter().map(|(hits, _)| *hits));
        let flows = mean(&mut periods.iter().map(|(_, flows)| *flows)).max(1.0);
        // A ratio of two means, with the interval of its linear part.
        let value = hits / flows;
        let off = |(hits, flows): &(f64, f64)| (hits - value * flows) * (hits - value * flows);
        let freedom = f64::from(count.saturating_sub(1).max(1));
        let variance = periods.iter().map(off).sum::<f64>() / (f64::from(count) * freedom);
        let half = student(freedom) * variance.sqrt() / flows;
        Figure::probability(value, value - half, value + half)
    }

    /// One period: how many guesses were right, of how many flows.
    fn period(&self, stream: &mut Stream) -> (f64, f64) {
        let count = stream.poisson(self.flows * self.length);
        let mut reveals: Vec<f64> = (0..count).map(|_| self.activity.moment(self.length, stream)).collect();
        reveals.sort_by(f64::total_cmp);
        let mut rooms: Vec<Room> = Vec::new();
        for (flow, reveal) in reveals.iter().enumerate() {
            let created = match self.delay {
                Delay::Batch { .. } => self.slotted(*reveal),
                delay => (reveal + delay.quantile(stream.unit())).rem_euclid(self.length),
            };
            rooms.push((created, stream.unit(), Some(flow)));
        }
        for _ in 0..stream.poisson(self.cover * self.length) {
            let created = self.slotted(self.activity.moment(self.length, stream));
            rooms.push((created, stream.unit(), None));
        }
        rooms.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.total_cmp(&other.1)));

        let mut walk = Walk::new(rooms.len());
        for reveal in &reveals {
            let first = rooms.partition_point(|(created, ..)| created <= reveal);
            let later = rooms.iter().skip(first).chain(rooms.iter().take(first));
            let delays = later.map(|(created, ..)| (created, self.since(*reveal, *created)));
            let seen = delays.take_while(|(_, delay)| *delay <= self.longest);
            let weights = seen.map(|(created, delay)| self.delay.density(delay) / self.company(*created));
            walk.add_flow(first, weights, self.missing());
        }
        let guesses = walk.run(stream);
        let right = guesses.iter().enumerate().filter(|(flow, guess)| {
            let guessed = guess.and_then(|room| rooms.get(room));
            guessed.is_some_and(|(.., whose)| *whose == Some(*flow))
        });
        (size(right.count()), float(count))
    }

    /// The end of the slot, if there are slots.
    fn slotted(&self, moment: f64) -> f64 {
        match self.delay {
            Delay::Batch { slot } => ((moment / f64::from(*slot)).floor() + 1.0) * f64::from(*slot) % self.length,
            _ => moment,
        }
    }

    /// The time from a reveal to a room, round the circle. A room at the moment itself is one round away.
    fn since(&self, reveal: f64, created: f64) -> f64 {
        let delay = created - reveal;
        if delay > 0.0 { delay } else { delay + self.length }
    }

    /// What a room that is no flow's would be explained by: the more cover there is at a moment, the less it says.
    fn company(&self, created: f64) -> f64 {
        match self.delay {
            _ if self.cover <= 0.0 => 1.0,
            Delay::Batch { .. } => 1.0,
            _ => self.activity.at(created),
        }
    }

    /// The weight of having no room among those considered: the tail of the delay, at the rate of what takes the room's place.
    fn missing(&self) -> f64 {
        (1.0 - CONSIDERED) * self.cover.max(0.01 * self.flows)
    }
}

#[cfg(test)]
mod tests;
