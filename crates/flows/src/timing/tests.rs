use super::*;

fn options(volumes: &[f64], shares: &[f64], delays: &[&str]) -> Options {
    Options {
        volumes: volumes.to_vec(),
        shares: shares.to_vec(),
        delays: delays.iter().map(|delay| delay.parse().unwrap()).collect(),
        flows: 100,
        periods: 0,
        ..Options::builtin()
    }
}

fn simulate(options: &Options) -> Report {
    run(options, &mut Repeatable::new(1), &mut |_, _| {}).unwrap()
}

/// The same seed, the same figures; and a row does not depend on its neighbours.
#[test]
fn a_seed_repeats_itself() {
    let wide = Options { periods: 5, ..options(&[10.0, 1_000.0], &[1.0, 0.5], &["exp:1m", "batch:10m"]) };
    let report = simulate(&wide);
    assert_eq!(report.to_csv(), simulate(&wide).to_csv());
    assert_eq!(report.rows.len(), 8);
    let narrow = simulate(&Options { periods: 5, ..options(&[1_000.0], &[0.5], &["batch:10m"]) });
    assert_eq!(narrow.rows[0].success, report.rows[7].success);
    assert_eq!(narrow.rows[0].joint, report.rows[7].joint);
    let other = run(&wide, &mut Repeatable::new(2), &mut |_, _| {}).unwrap();
    assert_ne!(other.to_csv(), report.to_csv());
}

#[test]
fn success_falls_with_volume_and_chance_is_no_better() {
    let report = simulate(&options(
        &[1.0, 100.0, 10_000.0, 1_000_000.0],
        &[1.0, 0.05],
        &["none", "exp:1h", "lognormal:1h:2", "uniform:6h"],
    ));
    for rows in report.rows.chunks(4) {
        for pair in rows.windows(2) {
            assert!(pair[0].success.value > pair[1].success.value - 1e-9, "{pair:?}");
        }
    }
    for row in &report.rows {
        assert!(row.chance > 0.0 && row.chance <= 1.0 && row.chance <= row.success.value + 0.02, "{row:?}");
        assert!(row.success.low <= row.success.value && row.success.value <= row.success.high && row.success.high <= 1.0);
        assert!(row.success.low <= row.ceiling + 0.05 && row.ceiling <= 1.0, "{row:?}");
        assert!(row.anonymity_set >= 1.0 && row.truth_posterior <= 1.0);
    }
}

/// With a mean of an hour and all rooms from bootstrap rooms, 1 / (1 + L) is a tenth at 9 rooms in an hour: 216 a day. At a tenth of the
/// volume the mean has to be ten times as long.
#[test]
fn findings_by_hand() {
    let mut wanted = options(&[100.0, 1.0, 1_000.0], &[1.0], &["exp:1h", "exp:30d", "none"]);
    wanted.flows = 200;
    let report = simulate(&wanted);
    let [hour, month, none] = &report.findings[..] else { panic!() };
    let Threshold::From(volume) = hour.below_a_tenth else { panic!("{hour:?}") };
    assert!((volume / 216.0 - 1.0).abs() < 1e-5, "{volume}");
    assert!((hour.rooms_in_scale.unwrap() / 9.0 - 1.0).abs() < 1e-5);
    let needed: Vec<f64> = hour.needed.iter().map(|needed| needed.flows_per_day * needed.seconds / 3_600.0 / volume).collect();
    assert!(needed.len() == 3 && needed.iter().all(|part| (part - 1.0).abs() < 2e-5), "{needed:?}");
    assert!(hour.at_lowest > 0.9 && hour.at_highest < 0.03, "volumes are put in order");
    assert_eq!((month.below_a_tenth, none.below_a_tenth), (Threshold::Everywhere, Threshold::Nowhere));
    assert!(none.rooms_in_scale.is_none() && none.needed.is_empty());
}

/// With a curve there is no formula, and the threshold is read off the figures: between those of day and night alone.
#[test]
fn a_threshold_is_found_without_a_formula() {
    let mut wanted = options(&[10.0, 100.0, 1_000.0], &[1.0], &["exp:1h"]);
    (wanted.activity, wanted.flows) = (Activity::DayNight, 600);
    let report = simulate(&wanted);
    let Threshold::From(volume) = report.findings[0].below_a_tenth else { panic!() };
    assert!((216.0 / 1.43..216.0 * 3.0).contains(&volume), "{volume}");
    assert!(report.rows[0].by_formula.is_none() && report.findings[0].needed.is_empty());
}

/// Accounts that can be told apart are as if each had the whole world for itself.
#[test]
fn an_observer_who_knows_accounts_has_fewer_rooms() {
    let mut insider = options(&[10_000.0], &[1.0], &["exp:1h"]);
    insider.accounts = 10_000;
    let by_formula = |options: &Options| simulate(options).rows[0].by_formula.unwrap();
    assert!((by_formula(&insider) - by_formula(&options(&[1.0], &[1.0], &["exp:1h"]))).abs() < 1e-12);
}

#[test]
fn progress_reaches_its_end() {
    let mut told = Vec::new();
    run(&options(&[10.0], &[1.0], &["none", "batch:1h"]), &mut Repeatable::new(1), &mut |done, total| told.push((done, total)))
        .unwrap();
    assert_eq!(told, [(100, 200), (200, 200)]);
}

#[test]
fn parameters_are_checked() {
    let builtin = Options::builtin;
    let refused = |options: Options| run(&options, &mut Repeatable::new(1), &mut |_, _| {}).unwrap_err();
    for (options, field) in [
        (Options { volumes: vec![], ..builtin() }, "volumes"),
        (Options { volumes: vec![f64::NAN], ..builtin() }, "volumes"),
        (Options { volumes: vec![1e9], ..builtin() }, "volumes"),
        (Options { shares: vec![0.0], ..builtin() }, "shares"),
        (Options { shares: vec![1.1], ..builtin() }, "shares"),
        (Options { delays: vec![], ..builtin() }, "delays"),
        (Options { flows: 9, ..builtin() }, "flows"),
        (Options { periods: 4, ..builtin() }, "periods"),
        (Options { accounts: 0, ..builtin() }, "accounts"),
    ] {
        let error = refused(options);
        assert_eq!(error.code(), Code::TimingUnusable);
        assert!(error.to_string().contains(&format!("(field {field})")), "{error}");
    }
    let wrong = Options { delays: vec![Delay::Exponential { mean: 0 }], ..builtin() };
    assert_eq!(refused(wrong).code(), Code::DelayMalformed);
    assert_eq!(refused(Options { flows: 100_000, ..builtin() }).code(), Code::TimingTooLarge);
    assert_eq!(refused(Options { volumes: vec![1.0; 100], ..builtin() }).code(), Code::TimingTooLarge);
}

struct Exhausted;

impl Random for Exhausted {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), mimicred_keys::Error> {
        Err(mimicred_keys::Code::BackendFailed.into())
    }
}

#[test]
fn without_a_seed_nothing_runs() {
    let error = run(&Options::builtin(), &mut Exhausted, &mut |_, _| {}).unwrap_err();
    assert_eq!(error.code(), Code::StepFailed);
}

#[test]
fn the_csv_parses() {
    let report = simulate(&Options { periods: 5, ..options(&[1.0, 1_000.0], &[0.2], &["exp:7d", "exp:1s"]) });
    assert!(report.rows[1].joint.is_none() && report.rows[2].joint.is_some());
    let text = report.to_csv();
    let lines: Vec<Vec<&str>> = text.split_terminator("\r\n").map(|line| line.split(',').collect()).collect();
    assert_eq!(lines.len(), 5);
    let column = |name: &str| lines[0].iter().position(|found| *found == name).unwrap();
    for (line, row) in lines[1..].iter().zip(&report.rows) {
        assert_eq!(line.len(), lines[0].len());
        assert_eq!(line[column("delay")], row.delay);
        assert_eq!(line[column("rooms_per_day")].parse::<f64>().unwrap(), row.flows_per_day * 5.0);
        let success: f64 = line[column("success")].parse().unwrap();
        assert!((success / row.success.value - 1.0).abs() < 1e-3, "{success} {row:?}");
        assert_eq!(line[column("joint")].is_empty(), row.joint.is_none());
    }
}

/// Elements are closed, there is no script, every delay is named in every panel, and nothing lies outside.
#[test]
fn the_picture_is_whole() {
    let svg = simulate(&options(&[3.0, 250.0], &[1.0, 0.05], &["exp:1h", "none"])).to_svg();
    assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</svg>\n") && !svg.contains("<script"));
    for name in ["text", "title", "desc", "style", "svg"] {
        assert_eq!(svg.matches(&format!("<{name}")).count(), svg.matches(&format!("</{name}>")).count(), "{name}");
    }
    assert_eq!(svg.matches(">exp:1h<").count(), 2);
    // Four curves of two points, and four samples beside them.
    assert_eq!(svg.matches("<circle").count(), 16);
    for place in svg.split("cx=\"").skip(1) {
        let x: f64 = place.split('"').next().unwrap().parse().unwrap();
        assert!((64.0..=860.0).contains(&x), "{x}");
    }
    // From 1 to 1 000 flows a day.
    assert!(svg.contains(">1000<") && !svg.contains(">10000<"));
}
