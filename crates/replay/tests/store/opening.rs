//! What is opened, what is made, and what is refused.

use std::path::Path;

use mimicred_error::Report;
use mimicred_replay::{Code, SqliteReplayStore};
use mimicred_room::{ReplayKey, ReplayStore, Seen};
use rusqlite::Connection;

use crate::made::{HOUR, Parts, Place, at, key};

fn refusal(file: &Path) -> Code {
    SqliteReplayStore::open(file, key()).err().unwrap_or_else(|| panic!("{} opens", file.display())).code()
}

/// Refused, and not an octet of it is another.
fn assert_foreign(file: &Path) {
    let before = std::fs::read(file).unwrap();
    assert_eq!(refusal(file), Code::FileForeign, "{}", file.display());
    assert_eq!(std::fs::read(file).unwrap(), before, "{}", file.display());
}

#[test]
fn a_file_of_another_kind_is_refused_and_left_alone() {
    let place = Place::new();
    let head = b"SQLite format 3\0";
    for content in [&b"x"[..], b"a letter", head, &[0; 511], &[0; 512], &[0; 4096], &[0xff; 5000], &head.repeat(100)] {
        std::fs::write(place.file(), content).unwrap();
        assert_foreign(&place.file());
    }
}

#[test]
fn another_programs_database_is_refused_and_left_alone() {
    for other in [
        "CREATE TABLE bookmarks (url)",
        "PRAGMA application_id = 7",
        "PRAGMA user_version = 1",
        "CREATE TABLE gone (x); DROP TABLE gone",
        // A store by its number only.
        "PRAGMA application_id = 0x6d6d7270; CREATE TABLE seen (x)",
    ] {
        let place = Place::new();
        place.raw().execute_batch(other).unwrap();
        assert_foreign(&place.file());
    }
}

/// A store with something more or less in it is none.
#[test]
fn a_store_that_was_altered_is_refused() {
    for change in [
        "CREATE TABLE leak (x)",
        "CREATE TRIGGER lies AFTER INSERT ON seen BEGIN DELETE FROM seen; END",
        "CREATE INDEX by_time ON seen (keep_until)",
        "DROP TABLE seen",
        "DROP TABLE seen; CREATE TABLE seen (tag PRIMARY KEY, holder, keep_until)",
        "DELETE FROM store",
        "INSERT INTO store VALUES (zeroblob(32))",
        "PRAGMA application_id = 0",
        "PRAGMA user_version = 0",
        "PRAGMA user_version = -1",
    ] {
        let place = Place::new();
        drop(place.open());
        place.raw().execute_batch(change).unwrap();
        assert_foreign(&place.file());
    }
}

#[test]
fn a_later_version_is_refused_by_its_number() {
    let place = Place::new();
    drop(place.open());
    place.raw().execute_batch("PRAGMA user_version = 2").unwrap();
    let error = SqliteReplayStore::open(place.file(), key()).err().unwrap();
    assert_eq!((error.code(), error.remark()), (Code::VersionNewer, Some("2, where 1 is the newest known")));
}

/// Under another key everything would look new.
#[test]
fn another_key_is_told_from_a_new_store() {
    let place = Place::new();
    let parts = Parts::new(1);
    place.open().record(&parts.as_use(), at(1), HOUR).unwrap();
    let other = SqliteReplayStore::open(place.file(), ReplayKey::from_octets([0; 32]));
    assert_eq!(other.err().unwrap().code(), Code::KeyWrong);
    assert_eq!(place.open().record(&parts.as_use(), at(2), HOUR).unwrap(), Seen::Replayed);
}

#[test]
fn a_damaged_store_is_named() {
    let place = Place::new();
    place.open().record(&Parts::new(1).as_use(), at(1), HOUR).unwrap();
    let mut octets = std::fs::read(place.file()).unwrap();
    // The second page: the table of the key.
    octets[4096..8192].fill(0xaa);
    std::fs::write(place.file(), octets).unwrap();
    assert_eq!(refusal(&place.file()), Code::FileDamaged);
}

/// Damage that shows in use only: nothing is accepted, and the cause is told.
#[test]
fn a_store_that_is_damaged_in_use_accepts_nothing() {
    let place = Place::new();
    let mut store = place.open();
    store.record(&Parts::new(1).as_use(), at(1), HOUR).unwrap();
    drop(store);
    let mut octets = std::fs::read(place.file()).unwrap();
    octets[8192..12288].fill(0xaa);
    std::fs::write(place.file(), octets).unwrap();
    let error = place.open().record(&Parts::new(1).as_use(), at(2), HOUR).unwrap_err();
    assert_eq!(error.code(), mimicred_room::Code::ReplayStore);
    let cause = std::error::Error::source(&error).and_then(|cause| cause.downcast_ref::<mimicred_replay::Error>()).unwrap();
    assert_eq!(cause.code(), Code::FileDamaged);
}

#[test]
fn what_is_no_file_is_refused() {
    let place = Place::new();
    assert_eq!(refusal(place.file().parent().unwrap()), Code::Io);
    assert_eq!(refusal(&place.file().join("below nothing")), Code::Io);
    assert_eq!(refusal(Path::new("")), Code::Io);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(place.file(), place.file().with_extension("link")).unwrap();
        assert_eq!(refusal(&place.file().with_extension("link")), Code::Io);
    }
}

/// Names that SQLite would take for something else are names here.
#[test]
fn a_name_is_a_name() {
    let place = Place::new();
    for name in [":memory:", "file:seen?mode=memory", "seen?immutable=1"] {
        let file = place.file().with_file_name(name);
        let open = || SqliteReplayStore::open(&file, key()).unwrap();
        assert_eq!(open().record(&Parts::new(1).as_use(), at(1), HOUR).unwrap(), Seen::Acceptable);
        assert_eq!(open().record(&Parts::new(1).as_use(), at(2), HOUR).unwrap(), Seen::Replayed, "{name}");
        assert!(file.is_file());
    }
}

/// A crash between making the file and making it a store.
#[test]
fn an_empty_file_becomes_a_store() {
    let place = Place::new();
    std::fs::write(place.file(), b"").unwrap();
    drop(place.open());
    assert_eq!(place.rows(), 0);
}

/// One that was given another journal by another tool gets its own back.
#[test]
fn a_write_ahead_log_is_left() {
    let place = Place::new();
    drop(place.open());
    place.raw().execute_batch("PRAGMA journal_mode = WAL").unwrap();
    let mut store = place.open();
    store.record(&Parts::new(1).as_use(), at(1), HOUR).unwrap();
    let mode: String = Connection::open(place.file()).unwrap().query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
    assert_eq!(mode, "delete", "none that lasts");
}
