use super::*;

const CHECK: [u8; 32] = [5; 32];
const SEEN: &str = "CREATE TABLE seen (tag BLOB NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID";
const FIRST: Format = Format { application: 0x6d6d_7474, steps: &[&[KEY_CHECK, SEEN]] };
/// What a later version might do.
const LATER: Format = Format {
    steps: &[&[KEY_CHECK, SEEN], &["CREATE TABLE later (x INT) STRICT", "CREATE TABLE much_later (x INT) STRICT"]],
    ..FIRST
};
const BROKEN: Format =
    Format { steps: &[&[KEY_CHECK, SEEN], &["CREATE TABLE later (x INT) STRICT", "INSERT INTO nowhere VALUES (1)"]], ..FIRST };

fn count(connection: &Connection, table: &str) -> i64 {
    connection.query_row("SELECT count(*) FROM sqlite_schema WHERE name = ?1", [table], |row| row.get(0)).unwrap()
}

#[test]
fn an_empty_file_becomes_one_of_the_format_and_stays_one() {
    let mut connection = Connection::open_in_memory().unwrap();
    assert_eq!(version(&connection, &FIRST).unwrap(), 0);
    for _ in 0..2 {
        settle(&mut connection, &FIRST, &CHECK).unwrap();
        assert_eq!(version(&connection, &FIRST).unwrap(), 1);
    }
    let rows: i64 = connection.query_row("SELECT count(*) FROM store", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 1);
}

/// An earlier version takes the steps that it lacks, keeps what it has, and takes none at all if one of them fails.
#[test]
fn an_earlier_version_is_brought_up_to_date() {
    let mut connection = Connection::open_in_memory().unwrap();
    settle(&mut connection, &FIRST, &CHECK).unwrap();
    connection.execute("INSERT INTO seen (tag) VALUES (?1)", [[1; 32]]).unwrap();

    assert!(matches!(upgrade(&mut connection, &LATER, &[6; 32]), Err(Fault::KeyWrong)));
    assert!(matches!(upgrade(&mut connection, &BROKEN, &CHECK), Err(Fault::Sqlite(_))));
    assert_eq!((version(&connection, &LATER).unwrap(), count(&connection, "later")), (1, 0));

    for _ in 0..2 {
        settle(&mut connection, &LATER, &CHECK).unwrap();
    }
    assert_eq!((version(&connection, &LATER).unwrap(), count(&connection, "later")), (2, 1));
    let kept: [u8; 32] = connection.query_row("SELECT tag FROM seen", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, [1; 32]);

    // And what knows one version only leaves the second alone.
    let newer = settle(&mut connection, &FIRST, &CHECK);
    assert!(matches!(newer, Err(Fault::Newer { found: 2, newest: 1 })));
}

/// Both steps at once, for a file that is new.
#[test]
fn a_new_file_takes_all_steps() {
    let mut connection = Connection::open_in_memory().unwrap();
    upgrade(&mut connection, &LATER, &CHECK).unwrap();
    assert_eq!((version(&connection, &LATER).unwrap(), count(&connection, "seen"), count(&connection, "later")), (2, 1, 1));
}

#[test]
fn a_file_with_anything_else_in_it_is_foreign() {
    for change in
        ["CREATE TABLE leak (x)", "DROP TABLE seen", "CREATE TRIGGER t AFTER INSERT ON seen BEGIN DELETE FROM seen; END"]
    {
        let mut connection = Connection::open_in_memory().unwrap();
        settle(&mut connection, &FIRST, &CHECK).unwrap();
        connection.execute_batch(change).unwrap();
        assert!(matches!(settle(&mut connection, &FIRST, &CHECK), Err(Fault::Foreign(_))), "{change}");
    }
}
