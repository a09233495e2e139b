use super::super::formula;
use super::super::stream::Seed;
use super::*;

/// Flows and cover in a day.
fn guess(delay: Delay, activity: Activity, flows: f64, cover: f64) -> Figure {
    let joint = Joint::new(&delay, activity, cover / DAY, flows / DAY).unwrap();
    joint.guess(8, &mut Seed(1).stream("joint"))
}

/// Without memory, of the rooms that follow a reveal the first is always the likeliest, whatever is known of the others: to look at all
/// flows together gains nothing, and the probability is that of the single guess.
#[test]
fn an_exponential_delay_gives_no_more_away() {
    let delay = Delay::Exponential { mean: 3_600 };
    let Figure { low, high, .. } = guess(delay, Activity::Constant, 12.0, 0.0);
    let single = formula::success(&delay, 12.0 / DAY);
    assert!((low - 0.01..=high + 0.01).contains(&single), "{low} {high} {single}");
}

/// A uniform delay of a day, one flow a day: the single guess is right with 1 - 1/e. That every room has its flow is worth more.
#[test]
fn a_delay_with_an_end_does() {
    let Figure { low, .. } = guess(Delay::Uniform { max: 86_400 }, Activity::Constant, 1.0, 0.0);
    assert!(low > 0.632, "{low}");
}

#[test]
fn alone_in_time_is_linked_and_in_one_slot_nobody_is() {
    assert!(guess(Delay::None, Activity::Constant, 1.0, 0.0).value > 0.99);
    assert!(guess(Delay::None, Activity::DayNight, 1.0, 1.0).value > 0.99);
    // Ten flows in each slot, in the mean: one in ten.
    let slot = guess(Delay::Batch { slot: 3_600 }, Activity::Constant, 240.0, 0.0);
    assert!((slot.value - 0.1).abs() < 0.05, "{slot:?}");
}

/// A thousand flows a day that take a week: some seven thousand rooms for each. And one flow in a thousand million days.
#[test]
fn too_many_rooms_are_left_alone_and_too_few() {
    assert!(Joint::new(&Delay::Exponential { mean: 604_800 }, Activity::Constant, 0.0, 1_000.0 / DAY).is_none());
    assert!(Joint::new(&Delay::Exponential { mean: 604_800 }, Activity::Constant, 0.0, 1e-9 / DAY).is_none());
}
