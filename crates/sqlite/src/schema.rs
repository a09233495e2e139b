//! What is in a file: of which format and version it is, under which key; and how one version becomes the next.

use rusqlite::{Connection, TransactionBehavior};

use crate::Fault;

/// What a file is.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// The application_id, by which `file` and others can tell it; not 0.
    pub application: i64,
    /// How a file becomes what it is: the first step makes version 1 of an empty one, each further step the next version of that. A step
    /// never changes once it was released. The first begins with [`KEY_CHECK`]; nothing but `CREATE` statements, and those as SQLite
    /// keeps them, so that a file with other tables is told from ours.
    pub steps: &'static [&'static [&'static str]],
}

/// The table that every format begins with: an HMAC under the key over a constant, so that a wrong key is told from an empty file.
pub const KEY_CHECK: &str =
    "CREATE TABLE store (key_check BLOB NOT NULL PRIMARY KEY CHECK (length(key_check) = 32)) STRICT, WITHOUT ROWID";

/// Makes an empty file one of the format, brings one of an earlier version up to date, and refuses everything else.
///
/// # Errors
/// As [`crate::open`].
pub(crate) fn settle(connection: &mut Connection, format: &Format, key_check: &[u8; 32]) -> Result<(), Fault> {
    upgrade(connection, format, key_check)?;
    // More tables, or triggers: then it would do what we do not know. What has no text is the index of a constraint in one that has.
    let mut statement = connection.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY sql")?;
    let found = statement.query_map([], |row| row.get(0)).and_then(Iterator::collect);
    let found: Vec<Option<String>> = found?;
    let mut known: Vec<&str> = format.steps.iter().flat_map(|step| step.iter().copied()).collect();
    known.sort_unstable();
    if found.iter().map(Option::as_deref).eq(known.into_iter().map(Some)) {
        Ok(())
    } else {
        Err(Fault::Foreign("it has other tables"))
    }
}

/// Takes the steps that the file has not seen, all or none.
fn upgrade(connection: &mut Connection, format: &Format, key_check: &[u8; 32]) -> Result<(), Fault> {
    let newest = format.steps.len();
    let version = version(connection, format)?;
    if version > 0 {
        check_key(connection, key_check)?;
    }
    if version == newest {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have been here since.
    let version = self::version(&transaction, format)?;
    for step in format.steps.iter().skip(version) {
        for statement in *step {
            transaction.execute(statement, [])?;
        }
    }
    if version == 0 {
        transaction.execute("INSERT INTO store (key_check) VALUES (?1)", [key_check])?;
    }
    let newest = i64::try_from(newest).map_err(|_| Fault::Unusable("it has too many versions"))?;
    transaction.pragma_update(None, "application_id", format.application)?;
    transaction.pragma_update(None, "user_version", newest)?;
    transaction.commit()?;
    check_key(connection, key_check)
}

/// The version of the file, 0 for an empty one.
fn version(connection: &Connection, format: &Format) -> Result<usize, Fault> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    let newest = format.steps.len();
    if application == 0 && version == 0 && number("schema_version")? == 0 {
        // Nothing was ever made in it.
        return Ok(0);
    }
    if application != format.application || version <= 0 {
        return Err(Fault::Foreign("another program's SQLite file"));
    }
    usize::try_from(version).ok().filter(|version| *version <= newest).ok_or(Fault::Newer { found: version, newest })
}

fn check_key(connection: &Connection, key_check: &[u8; 32]) -> Result<(), Fault> {
    let mut statement = connection.prepare("SELECT key_check FROM store")?;
    let found = statement.query_map([], |row| row.get(0)).and_then(Iterator::collect);
    let found: Vec<[u8; 32]> = found?;
    match found.as_slice() {
        [one] if one == key_check => Ok(()),
        [_] => Err(Fault::KeyWrong),
        _ => Err(Fault::Foreign("it has not one key")),
    }
}

#[cfg(test)]
mod tests;
