use rusqlite::types::FromSql;

use super::*;

#[test]
fn hours_are_rounded_up() {
    for (time, hour) in [(0, 0), (1, 3600), (3600, 3600), (3601, 7200), (-1, 0), (-3601, -3600)] {
        assert_eq!(whole_hours(time), hour, "{time}");
    }
    assert_eq!(whole_hours(i64::MAX), i64::MAX);
}

/// What the promises of the crate rest on, as SQLite says it.
#[test]
fn the_settings_are_in_force() {
    let directory = tempfile::tempdir().unwrap();
    let store = SqliteReplayStore::open(directory.path().join("seen"), ReplayKey::from_octets([1; 32])).unwrap();
    fn of<T: FromSql>(store: &SqliteReplayStore, name: &str) -> T {
        store.connection.pragma_query_value(None, name, |row| row.get(0)).unwrap()
    }
    assert_eq!(of::<String>(&store, "journal_mode"), "truncate");
    assert_eq!(of::<i64>(&store, "synchronous"), 3, "EXTRA");
    assert_eq!(of::<i64>(&store, "secure_delete"), 1);
    assert_eq!(of::<i64>(&store, "temp_store"), 2, "MEMORY");
    assert_eq!(of::<i64>(&store, "trusted_schema"), 0);
    assert_eq!(of::<i64>(&store, "busy_timeout"), 10_000);
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

/// In opening, others are waited for, and nothing else is tried twice.
#[test]
fn opening_waits_for_others() {
    let mut answers = vec![Ok(()), Err(Code::Busy.into()), Err(Code::Busy.into())];
    assert!(patiently(|| answers.pop().unwrap()).is_ok());
    let mut answers = vec![Ok(()), Err(Code::KeyWrong.into()), Err(Code::Busy.into())];
    assert_eq!(patiently(|| answers.pop().unwrap()).unwrap_err().code(), Code::KeyWrong);
}
