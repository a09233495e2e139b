use super::super::formula;
use super::super::stream::Seed;
use super::*;

fn guess(delay: Delay, activity: Activity, rate: f64, flows: u32) -> Guesses {
    Single::new(&delay, activity, rate, 0.0).guess(flows, &mut Seed(1).stream("single"), &mut || {})
}

/// The interval is of 95 %; here are many, so a third of its width is added.
fn agrees(figure: Figure, expected: f64) -> bool {
    let slack = (figure.high - figure.low) / 3.0;
    (figure.low - slack..=figure.high + slack).contains(&expected)
}

/// 1 / (1 + L m) for an exponential delay, (1 - exp(-L m)) / (L m) for a uniform one and for slots. With L m from 1/10 to 10 000 this
/// goes through cells that are drawn whole and cells that are drawn in parts.
#[test]
fn simulation_and_arithmetic_agree() {
    for many in [0.1_f64, 1.0, 9.0, 100.0, 10_000.0] {
        for (delay, expected) in [
            (Delay::Exponential { mean: 100 }, 1.0 / (1.0 + many)),
            (Delay::Uniform { max: 100 }, (1.0 - (-many).exp()) / many),
            (Delay::Batch { slot: 100 }, (1.0 - (-many).exp()) / many),
            (
                Delay::LogNormal { median: 100, sigma: 2.0 },
                formula::success(&Delay::LogNormal { median: 100, sigma: 2.0 }, many / 100.0),
            ),
        ] {
            let guesses = guess(delay, Activity::Constant, many / 100.0, 400);
            assert!(agrees(guesses.success, expected), "{delay} {many}: {:?} {expected}", guesses.success);
            assert!(agrees(guesses.counted, expected), "{delay} {many}: {:?} {expected}", guesses.counted);
        }
    }
}

/// Nobody else is there.
#[test]
fn one_flow_alone_is_linked() {
    for delay in [Delay::None, Delay::Batch { slot: 3_600 }, Delay::Exponential { mean: 3_600 }] {
        let guesses = guess(delay, Activity::Constant, 1e-12, 50);
        assert!(
            guesses.success.value > 0.999_999 && guesses.counted.value == 1.0 && guesses.anonymity_set < 1.000_001,
            "{delay}"
        );
    }
}

/// Of a uniform delay all rooms are alike: the set has 1 + L m rooms in the mean, as good as all of the same size. The density of an
/// exponential delay has the entropy ln(e m), and with L rooms a second the set has L m e.
#[test]
fn the_anonymity_set_has_its_size() {
    let uniform = guess(Delay::Uniform { max: 1_000 }, Activity::Constant, 20.0, 100).anonymity_set;
    assert!((uniform / 20_001.0 - 1.0).abs() < 0.01, "{uniform}");
    let exponential = guess(Delay::Exponential { mean: 1_000 }, Activity::Constant, 20.0, 400).anonymity_set;
    assert!((exponential / (20_000.0 * std::f64::consts::E) - 1.0).abs() < 0.02, "{exponential}");
}

/// What the observer believes is right: guesses come true as often as he says, at night too, and looking at delays is worth something.
#[test]
fn beliefs_come_true() {
    for delay in
        [Delay::Exponential { mean: 20_000 }, Delay::Batch { slot: 20_000 }, Delay::LogNormal { median: 9_000, sigma: 1.5 }]
    {
        let Guesses { success, counted, truth, chance, .. } = guess(delay, Activity::DayNight, 0.000_1, 1_500);
        assert!(agrees(counted, success.value), "{delay}: {counted:?} {success:?}");
        assert!(chance <= success.value + 1e-5 && truth <= success.value + 1e-5 && chance > 0.0, "{delay}");
    }
}

/// At night there are fewer rooms; an observer who knows it does better than the mean rate lets him.
#[test]
fn a_curve_helps_the_observer() {
    let delay = Delay::Exponential { mean: 1_000 };
    let curved = guess(delay, Activity::DayNight, 0.004, 3_000).success;
    assert!(curved.value < 0.3 && curved.low > 1.0 / 5.0 * 0.8, "{curved:?}");
    // By hand: with 16/16.8 of the flows at 1.4286 times the rate, with the rest at a seventh; the edges of the night are left out.
    let by_hand = 16.0 / 16.8 / (1.0 + 4.0 * 1.428_57) + 0.8 / 16.8 / (1.0 + 4.0 * 0.142_857);
    assert!((curved.value - by_hand).abs() < 0.015, "{curved:?} {by_hand}");
}

#[test]
fn cells_follow_each_other_and_are_monotone() {
    for delay in
        [Delay::None, Delay::Uniform { max: 9 }, Delay::Exponential { mean: 9 }, Delay::LogNormal { median: 9, sigma: 5.0 }]
    {
        let cells = cells(&delay);
        assert_eq!(cells[0].low, 0.0);
        assert!((cells[cells.len() - 1].high - delay.quantile(1.0)).abs() < 1e-9);
        for pair in cells.windows(2) {
            assert_eq!(pair[0].high, pair[1].low);
        }
        for Cell { low, high, rises } in cells {
            let (low, high) = (delay.density(low), delay.density(high));
            assert!(if rises { low <= high } else { low >= high * 0.999_999 }, "{delay}");
        }
    }
}
