use super::*;

const CHECK: [u8; 32] = [5; 32];
/// What a later version might do.
const LATER: &[&[&str]] = &[&[STORE, SEEN], &["CREATE TABLE later (x INT) STRICT", "INSERT INTO later VALUES (1)"]];
const BROKEN: &[&[&str]] = &[&[STORE, SEEN], &["CREATE TABLE later (x INT) STRICT", "INSERT INTO nowhere VALUES (1)"]];

fn count(connection: &Connection, table: &str) -> i64 {
    connection.query_row("SELECT count(*) FROM sqlite_schema WHERE name = ?1", [table], |row| row.get(0)).unwrap()
}

#[test]
fn an_empty_file_becomes_a_store_and_stays_one() {
    let mut connection = Connection::open_in_memory().unwrap();
    assert_eq!(version(&connection, 1).unwrap(), 0);
    for _ in 0..2 {
        settle(&mut connection, &CHECK).unwrap();
        assert_eq!(version(&connection, 1).unwrap(), 1);
    }
    let rows: i64 = connection.query_row("SELECT count(*) FROM store", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 1);
}

/// An earlier version takes the steps that it lacks, keeps what it has, and takes none at all if one of them fails.
#[test]
fn an_earlier_version_is_brought_up_to_date() {
    let mut connection = Connection::open_in_memory().unwrap();
    settle(&mut connection, &CHECK).unwrap();
    let seen = ([1; 32], [2; 32], 3600);
    connection.execute("INSERT INTO seen (tag, holder, keep_until) VALUES (?1, ?2, ?3)", seen).unwrap();

    assert_eq!(upgrade(&mut connection, LATER, &[6; 32]).unwrap_err().code(), Code::KeyWrong);
    assert_eq!(upgrade(&mut connection, BROKEN, &CHECK).unwrap_err().code(), Code::Io);
    assert_eq!((version(&connection, 2).unwrap(), count(&connection, "later")), (1, 0));

    for _ in 0..2 {
        upgrade(&mut connection, LATER, &CHECK).unwrap();
    }
    assert_eq!((version(&connection, 2).unwrap(), count(&connection, "later")), (2, 1));
    let kept: i64 = connection.query_row("SELECT keep_until FROM seen", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 3600);

    // And what knows one version only leaves the second alone.
    assert_eq!(settle(&mut connection, &CHECK).unwrap_err().code(), Code::VersionNewer);
}

/// Both steps at once, for a file that is new.
#[test]
fn a_new_file_takes_all_steps() {
    let mut connection = Connection::open_in_memory().unwrap();
    upgrade(&mut connection, LATER, &CHECK).unwrap();
    assert_eq!((version(&connection, 2).unwrap(), count(&connection, "seen"), count(&connection, "later")), (2, 1, 1));
}
