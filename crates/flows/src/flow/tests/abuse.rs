//! The abuse flow, in every escrow mode, with a store of each run in a directory of its own.

use tempfile::TempDir;

use super::*;

fn with(directory: &TempDir) -> Options<'static> {
    Options { directory: Some(directory.path().to_owned()), ..options() }
}

#[test]
fn the_abuse_flow_holds_in_every_escrow_mode() {
    for escrow in Escrow::ALL {
        let directory = tempfile::tempdir().unwrap();
        let outcome = run(Flow::Abuse, &Options { escrow, ..with(&directory) }, |_| {}).unwrap();
        show(&outcome);
        assert!(outcome.report.holds(), "{}: {:?} {:?}", escrow.name(), broken(&outcome.report), outcomes(&outcome.report));
    }
}

#[test]
fn leaks_with_abuse_are_found() {
    planted(Flow::Abuse, &ABUSE);
}

#[test]
fn the_abuse_flow_needs_a_place_for_its_store() {
    let error = run(Flow::Abuse, &options(), |_| {}).unwrap_err();
    assert_eq!(error.code(), Code::DirectoryMissing);
}
