//! How a day goes, and how many rooms are created at each of its moments.

use std::fmt;

use super::Delay;
use super::stream::{Stream, float, whole};

/// A day in seconds.
pub(super) const DAY: f64 = 86_400.0;
const HOUR: f64 = 3_600.0;

/// The daily curve of flows and cover alike; both providers are in one time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activity {
    /// Every moment is like every other.
    Constant,
    /// Sixteen hours of day and eight of night, in which there is a tenth as much.
    DayNight,
}

/// Night ends, and begins, at these seconds of the day.
const MORNING: f64 = 7.0 * HOUR;
const EVENING: f64 = 23.0 * HOUR;
/// What makes the mean of the curve 1: 16 hours of this and 8 of a tenth of it.
const BY_DAY: f64 = 24.0 / 16.8;
const BY_NIGHT: f64 = BY_DAY / 10.0;

impl fmt::Display for Activity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Activity::Constant => "constant",
            Activity::DayNight => "day-night",
        })
    }
}

impl Activity {
    /// How much there is at a moment, 1 in the mean.
    pub(super) fn at(self, moment: f64) -> f64 {
        match self {
            Activity::Constant => 1.0,
            Activity::DayNight => {
                if (MORNING..EVENING).contains(&moment.rem_euclid(DAY)) {
                    BY_DAY
                } else {
                    BY_NIGHT
                }
            }
        }
    }

    /// How much there is at most.
    pub(super) fn peak(self) -> f64 {
        match self {
            Activity::Constant => 1.0,
            Activity::DayNight => BY_DAY,
        }
    }

    /// The integral from moment 0.
    fn until(self, moment: f64) -> f64 {
        match self {
            Activity::Constant => moment,
            Activity::DayNight => {
                let days = (moment / DAY).floor();
                let rest = moment - days * DAY;
                let day = rest.clamp(MORNING, EVENING) - MORNING;
                days * DAY + day * BY_DAY + (rest - day) * BY_NIGHT
            }
        }
    }

    /// The integral between two moments.
    pub(super) fn between(self, from: f64, to: f64) -> f64 {
        self.until(to) - self.until(from)
    }

    /// A moment of this many seconds, drawn by the curve; they begin with a midnight.
    pub(super) fn moment(self, length: f64, stream: &mut Stream) -> f64 {
        loop {
            let moment = stream.between(0.0, length);
            if self == Activity::Constant || stream.happens(self.at(moment) / self.peak()) {
                return moment;
            }
        }
    }
}

/// The quarters of an hour in a day.
const QUARTERS: u32 = 96;

/// How many rooms that are not the true one are created at a moment, per second: cover by the curve, and the rooms of the other flows,
/// which are the curve of their beginnings put off by the delay.
#[derive(Clone, Debug)]
pub(super) struct Intensity {
    activity: Activity,
    cover: f64,
    flows: f64,
    /// Of the curve put off by the delay, in quarters of an hour; empty if it is constant.
    put_off: Vec<f64>,
}

impl Intensity {
    pub(super) fn new(activity: Activity, cover: f64, flows: f64, delay: &Delay) -> Self {
        let mean = |quarter: u32| {
            let middle = (f64::from(quarter) + 0.5) * DAY / f64::from(QUARTERS);
            (0..256).map(|n| activity.at(middle - delay.quantile((f64::from(n) + 0.5) / 256.0))).sum::<f64>() / 256.0
        };
        let put_off = match activity {
            Activity::Constant => Vec::new(),
            Activity::DayNight => (0..QUARTERS).map(mean).collect(),
        };
        Self { activity, cover, flows, put_off }
    }

    pub(super) fn at(&self, moment: f64) -> f64 {
        let quarter = whole(moment.rem_euclid(DAY) / DAY * float(QUARTERS.into()));
        self.cover * self.activity.at(moment) + self.flows * self.put_off.get(quarter).copied().unwrap_or(1.0)
    }

    /// No moment has more.
    pub(super) fn peak(&self) -> f64 {
        (self.cover + self.flows) * self.activity.peak()
    }

    /// How many are expected to wait for the slot that ends then: in a batch nothing is put off but to the slot.
    pub(super) fn in_slot(&self, end: f64, slot: f64) -> f64 {
        (self.cover + self.flows) * self.activity.between(end - slot, end)
    }
}

#[cfg(test)]
mod tests {
    use super::super::stream::Seed;
    use super::*;

    #[test]
    fn a_day_has_a_mean_of_one() {
        let sum: f64 = (0..86_400).map(|second| Activity::DayNight.at(f64::from(second))).sum();
        assert!((sum - DAY).abs() < 1e-6);
        assert!((Activity::DayNight.between(0.0, DAY) - DAY).abs() < 1e-6);
        assert!((Activity::DayNight.between(-HOUR, HOUR) - 2.0 * HOUR * BY_NIGHT).abs() < 1e-6);
        assert!((Activity::DayNight.between(6.0 * HOUR, 8.0 * HOUR) - HOUR * (BY_DAY + BY_NIGHT)).abs() < 1e-6);
    }

    /// 16 of 16.8 parts are in the day.
    #[test]
    fn moments_follow_the_curve() {
        let mut stream = Seed(1).stream("moments");
        let moments: Vec<f64> = (0..4_000).map(|_| Activity::DayNight.moment(3.0 * DAY, &mut stream)).collect();
        let by_day = super::super::stream::size(moments.iter().filter(|moment| Activity::DayNight.at(**moment) > 1.0).count());
        assert!((by_day / 4_000.0 - 16.0 / 16.8).abs() < 0.015, "{by_day}");
    }

    /// A delay that is far longer than a day leaves nothing of the curve; one of seconds leaves all of it.
    #[test]
    fn a_long_delay_smooths_the_curve() {
        let smooth = Intensity::new(Activity::DayNight, 0.0, 1.0, &Delay::Uniform { max: 864_000 });
        let sharp = Intensity::new(Activity::DayNight, 0.0, 1.0, &Delay::None);
        assert!((smooth.at(3.0 * HOUR) - 1.0).abs() < 0.02, "{}", smooth.at(3.0 * HOUR));
        assert!((sharp.at(3.0 * HOUR) - BY_NIGHT).abs() < 1e-9);
        assert!((sharp.at(12.0 * HOUR) - sharp.peak()).abs() < 1e-9);
    }
}
