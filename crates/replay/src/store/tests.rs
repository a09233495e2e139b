use std::time::Duration;

use super::*;

#[test]
fn hours_are_rounded_up() {
    for (time, hour) in [(0, 0), (1, 3600), (3600, 3600), (3601, 7200), (-1, 0), (-3601, -3600)] {
        assert_eq!(whole_hours(time), hour, "{time}");
    }
    assert_eq!(whole_hours(i64::MAX), i64::MAX);
}

/// Another process that does not let go: nothing is accepted while it has the file, and everything goes on when it is done.
#[test]
fn a_file_that_others_hold_is_busy() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("seen");
    let mut store = SqliteReplayStore::open(&file, ReplayKey::from_octets([1; 32])).unwrap();
    store.connection.busy_timeout(Duration::ZERO).unwrap();
    let once = OneTime { kind: "challenge", thing: b"n", user: b"m" };
    let other = Connection::open(&file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    for failed in [store.use_up(&once, 3600).map(|_| ()), store.forget(0)] {
        let error = failed.unwrap_err();
        assert_eq!(error.code(), mimicred_room::Code::ReplayStore);
        let cause = std::error::Error::source(&error).and_then(|cause| cause.downcast_ref::<Error>()).unwrap();
        assert_eq!(cause.code(), Code::Busy);
    }
    other.execute_batch("COMMIT").unwrap();
    assert_eq!(store.use_up(&once, 3600).unwrap(), Seen::Acceptable);
}
