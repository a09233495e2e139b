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
