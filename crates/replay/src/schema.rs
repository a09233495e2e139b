//! What is in the file: that it is a store, of which version, under which key; and how one version becomes the next.

use rusqlite::{Connection, TransactionBehavior};

use crate::{Code, Error};

/// `mmrp`: the application_id of a store, by which `file` and others can tell it.
const APPLICATION: i64 = 0x6d6d_7270;

/// How a file becomes what it is: the first step makes version 1 of an empty one, each further step the next version of that. A step
/// never changes once it was released.
const STEPS: &[&[&str]] = &[&[STORE, SEEN]];

/// An HMAC of the key over a constant, so that a wrong key is told from an empty store.
const STORE: &str =
    "CREATE TABLE store (key_check BLOB NOT NULL PRIMARY KEY CHECK (length(key_check) = 32)) STRICT, WITHOUT ROWID";

/// Without a rowid, which would count uses in the order in which they came.
const SEEN: &str = "CREATE TABLE seen (
    tag BLOB NOT NULL PRIMARY KEY CHECK (length(tag) = 32),
    holder BLOB NOT NULL CHECK (length(holder) = 32),
    keep_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID";

/// Makes an empty file a store, brings one of an earlier version up to date, and refuses everything else.
///
/// # Errors
/// [`Code::FileForeign`], [`Code::FileDamaged`], [`Code::VersionNewer`], [`Code::KeyWrong`]; [`Code::Busy`] and [`Code::Io`].
pub(crate) fn settle(connection: &mut Connection, key_check: &[u8; 32]) -> Result<(), Error> {
    upgrade(connection, STEPS, key_check)?;
    // More tables, or triggers: then it would do what we do not know.
    let tables = "SELECT sql FROM sqlite_schema ORDER BY name DESC";
    let mut statement = connection.prepare(tables).map_err(Error::sqlite)?;
    let found = statement.query_map([], |row| row.get(0)).and_then(Iterator::collect);
    let found: Vec<Option<String>> = found.map_err(Error::sqlite)?;
    if found.iter().map(Option::as_deref).eq([Some(STORE), Some(SEEN)]) { Ok(()) } else { Err(foreign("it has other tables")) }
}

/// Takes the steps that the file has not seen, all or none.
fn upgrade(connection: &mut Connection, steps: &[&[&str]], key_check: &[u8; 32]) -> Result<(), Error> {
    let version = version(connection, steps.len())?;
    if version > 0 {
        check_key(connection, key_check)?;
    }
    if version == steps.len() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(Error::sqlite)?;
    // Another process may have been here since.
    let version = self::version(&transaction, steps.len())?;
    for step in steps.iter().skip(version) {
        for statement in *step {
            transaction.execute(statement, []).map_err(Error::sqlite)?;
        }
    }
    if version == 0 {
        transaction.execute("INSERT INTO store (key_check) VALUES (?1)", [key_check]).map_err(Error::sqlite)?;
    }
    let version = i64::try_from(steps.len()).map_err(|_| Error::new(Code::Io))?;
    transaction.pragma_update(None, "application_id", APPLICATION).map_err(Error::sqlite)?;
    transaction.pragma_update(None, "user_version", version).map_err(Error::sqlite)?;
    transaction.commit().map_err(Error::sqlite)?;
    check_key(connection, key_check)
}

/// The version of the file, 0 for an empty one.
fn version(connection: &Connection, newest: usize) -> Result<usize, Error> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).map_err(Error::sqlite);
    let (application, version) = (number("application_id")?, number("user_version")?);
    match application {
        // Nothing was ever made in it.
        0 if version == 0 && number("schema_version")? == 0 => Ok(0),
        APPLICATION if version > 0 => match usize::try_from(version) {
            Ok(version) if version <= newest => Ok(version),
            _ => Err(Error::new(Code::VersionNewer).note(format!("{version}, where {newest} is the newest known"))),
        },
        _ => Err(foreign("another program's SQLite file")),
    }
}

fn check_key(connection: &Connection, key_check: &[u8; 32]) -> Result<(), Error> {
    let mut statement = connection.prepare("SELECT key_check FROM store").map_err(Error::sqlite)?;
    let found = statement.query_map([], |row| row.get(0)).and_then(Iterator::collect);
    let found: Vec<[u8; 32]> = found.map_err(Error::sqlite)?;
    match found.as_slice() {
        [one] if one == key_check => Ok(()),
        [_] => Err(Error::new(Code::KeyWrong)),
        _ => Err(foreign("it has not one key")),
    }
}

fn foreign(note: &str) -> Error {
    Error::new(Code::FileForeign).note(note)
}

#[cfg(test)]
mod tests;
