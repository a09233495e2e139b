//! The flows, and every statement about them.

use std::time::{SystemTime, UNIX_EPOCH};

use super::*;

fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

/// The same octets every time: what is found by chance is found never, or always.
fn options() -> Options<'static> {
    Options { source: Source::seeded([7; 32]), ..Options::builtin(now()).unwrap() }
}

fn told(flow: Flow) -> Outcome {
    run(flow, &options(), |_| {}).unwrap()
}

/// A mistake is planted, and the statement that is about it must not hold any more.
fn planted(flow: Flow, faults: &[(Faults, &str)]) {
    let mut others = None;
    for (faults, expected) in faults {
        let options = Options { faults: *faults, ..options() };
        let Outcome { report, .. } = run_among(flow, &options, |_| {}, &mut others).unwrap();
        assert!(broken(&report).contains(expected), "{faults:?}: {:?}", broken(&report));
    }
}

/// What was found, with the octets around it.
fn show(outcome: &Outcome) {
    let Outcome { report, record } = outcome;
    println!("{}", crate::report::text::outcomes(report, 120));
    println!("{}", crate::report::text::matrix(report, 140));
    println!("{}", crate::report::text::statements(report, 120));
    for find in report.statements.iter().flat_map(|it| &it.finds) {
        let is_it = |it: &&crate::record::Sight| {
            it.who == find.who && it.view.to_string() == find.view && it.what == find.what && it.message == find.message
        };
        let octets = record.sights().iter().find(is_it).and_then(|sight| sight.octets.get(find.offset..find.offset + 24));
        println!("{} in {} at {}: {octets:02x?}", find.needle, find.what, find.offset);
    }
}

/// Statements that do not hold.
fn broken(report: &FlowReport) -> Vec<&str> {
    report.statements.iter().filter(|statement| !statement.holds).map(|statement| statement.id.as_str()).collect()
}

#[test]
fn the_connection_flow_holds() {
    let outcome = told(Flow::Connection);
    show(&outcome);
    assert!(outcome.report.holds());
    assert!(outcome.record.totals().messages > 100);
}

/// mimi-mls 4.4: every mistake that can be planted in a connection breaks the statement that is about it.
#[test]
fn leaks_in_a_connection_are_found() {
    let none = Faults::default();
    planted(
        Flow::Connection,
        &[
            (Faults { clear_handshakes: true, ..none }, "C-6"),
            (Faults { clear_tree: true, ..none }, "C-6"),
            (Faults { claims_in_leaf: true, ..none }, "C-1"),
            (Faults { outsized_reveal: true, ..none }, "C-11"),
            (Faults { no_delay: true, ..none }, "C-11b"),
            (Faults { claims_in_request: true, ..none }, "C-4"),
            (Faults { names_in_room: true, ..none }, "C-1"),
            (Faults { marked_key_package: true, ..none }, "T-23"),
            (Faults { offered_key_package_kept: true, ..none }, "C-7b"),
            (Faults { one_key: true, ..none }, "C-2"),
            (Faults { human_name: true, ..none }, "C-1"),
        ],
    );
}

#[test]
fn the_join_link_flow_holds() {
    let outcome = told(Flow::JoinLink);
    show(&outcome);
    assert!(outcome.report.holds());
}

#[test]
fn leaks_with_a_join_link_are_found() {
    let none = Faults::default();
    planted(
        Flow::JoinLink,
        &[
            (Faults { clear_handshakes: true, ..none }, "L-3"),
            (Faults { claims_in_leaf: true, ..none }, "L-1"),
            (Faults { link_in_room: true, ..none }, "L-2"),
            (Faults { names_in_room: true, ..none }, "L-1"),
            (Faults { human_name: true, ..none }, "L-1"),
        ],
    );
}

#[test]
fn the_knock_flow_holds() {
    let outcome = told(Flow::Knock);
    show(&outcome);
    assert!(outcome.report.holds());
}

#[test]
fn leaks_with_a_knock_are_found() {
    let none = Faults::default();
    planted(
        Flow::Knock,
        &[
            (Faults { clear_handshakes: true, ..none }, "K-5"),
            (Faults { clear_tree: true, ..none }, "K-5"),
            (Faults { claims_in_leaf: true, ..none }, "K-1"),
            (Faults { names_in_room: true, ..none }, "K-1"),
            (Faults { human_name: true, ..none }, "K-1"),
            (Faults { one_key: true, ..none }, "K-2"),
            (Faults { open_knock: true, ..none }, "K-3"),
        ],
    );
}
