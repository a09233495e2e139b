use rusqlite::types::FromSql;

use super::*;
use crate::KEY_CHECK;

const FORMAT: Format = Format { application: 0x6d6d_7474, steps: &[&[KEY_CHECK]] };

/// What the promises of the crate rest on, as SQLite says it.
#[test]
fn the_settings_are_in_force() {
    let directory = tempfile::tempdir().unwrap();
    let connection = open(&directory.path().join("file"), &FORMAT, &[1; 32]).unwrap();
    fn of<T: FromSql>(connection: &Connection, name: &str) -> T {
        connection.pragma_query_value(None, name, |row| row.get(0)).unwrap()
    }
    assert_eq!(of::<String>(&connection, "journal_mode"), "truncate");
    assert_eq!(of::<i64>(&connection, "synchronous"), 3, "EXTRA");
    assert_eq!(of::<i64>(&connection, "secure_delete"), 1);
    assert_eq!(of::<i64>(&connection, "temp_store"), 2, "MEMORY");
    assert_eq!(of::<i64>(&connection, "trusted_schema"), 0);
    assert_eq!(of::<i64>(&connection, "busy_timeout"), 10_000);
}

/// In opening, others are waited for, and nothing else is tried twice.
#[test]
fn opening_waits_for_others() {
    let busy = || {
        let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
        Err(Fault::from(rusqlite::Error::SqliteFailure(code, None)))
    };
    let mut answers = vec![Ok(()), busy(), busy()];
    assert!(patiently(|| answers.pop().unwrap()).is_ok());
    let mut answers = vec![Ok(()), Err(Fault::KeyWrong), busy()];
    assert!(matches!(patiently(|| answers.pop().unwrap()), Err(Fault::KeyWrong)));
}
