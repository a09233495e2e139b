//! The flows, and every statement about them.

use std::time::{SystemTime, UNIX_EPOCH};

use super::*;

fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

fn told(flow: Flow, change: impl FnOnce(&mut Options<'static>)) -> Outcome {
    let mut options = Options::builtin(now()).unwrap();
    change(&mut options);
    run(flow, &options, |_| {}).unwrap()
}

#[test]
fn the_connection_flow_holds() {
    let Outcome { report, .. } = told(Flow::Connection, |_| {});
    println!("{}", crate::report::text::outcomes(&report, 120));
    println!("{}", crate::report::text::matrix(&report, 140));
    println!("{}", crate::report::text::statements(&report, 120));
    println!("{:?}", report.totals);
    assert!(report.holds());
}
