//! The seam between the store and the engine that keeps it: SQLite in a file, or a PostgreSQL server.
//!
//! Statements are written once, with `$1`, `$2`, .. in the order of their first appearance, and mean the same to both engines. What differs
//! is in the two drivers: how tables are made, how transactions are kept apart, how deleted rows are made to disappear.

pub mod postgres;
pub mod sqlite;

use crate::{Code, Error};

/// A value that goes into a statement or comes out of one.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// A 64-bit integer.
    Int(i64),
    /// Octets.
    Octets(Vec<u8>),
    /// Text.
    Text(String),
}

/// Prints no values: some are of an account, or of a pseudonym.
impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Value::Int(_) => "Int(..)",
            Value::Octets(_) => "Octets(..)",
            Value::Text(_) => "Text(..)",
        })
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Value::Int(number)
    }
}

impl From<&[u8]> for Value {
    fn from(octets: &[u8]) -> Self {
        Value::Octets(octets.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Value {
    fn from(octets: &[u8; N]) -> Self {
        Value::Octets(octets.to_vec())
    }
}

impl From<Vec<u8>> for Value {
    fn from(octets: Vec<u8>) -> Self {
        Value::Octets(octets)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::Text(text.to_owned())
    }
}

/// The columns of one row, taken from the left.
pub struct Row(std::vec::IntoIter<Value>);

impl Row {
    pub(crate) fn new(values: Vec<Value>) -> Self {
        Self(values.into_iter())
    }

    /// The next column, an integer.
    ///
    /// # Errors
    /// [`Code::StoreDamaged`] for any other, as with all of these.
    pub fn int(&mut self) -> Result<i64, Error> {
        match self.0.next() {
            Some(Value::Int(number)) => Ok(number),
            _ => Err(damaged()),
        }
    }

    /// The next column, a number that is not negative.
    ///
    /// # Errors
    /// As [`Row::int`].
    pub fn count(&mut self) -> Result<u64, Error> {
        u64::try_from(self.int()?).map_err(|_| damaged())
    }

    /// The next column, octets.
    ///
    /// # Errors
    /// As [`Row::int`].
    pub fn octets(&mut self) -> Result<Vec<u8>, Error> {
        match self.0.next() {
            Some(Value::Octets(octets)) => Ok(octets),
            _ => Err(damaged()),
        }
    }

    /// The next column, so many octets.
    ///
    /// # Errors
    /// As [`Row::int`].
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        self.octets()?.try_into().map_err(|_| damaged())
    }

    /// The next column, text.
    ///
    /// # Errors
    /// As [`Row::int`].
    pub fn text(&mut self) -> Result<String, Error> {
        match self.0.next() {
            Some(Value::Text(text)) => Ok(text),
            _ => Err(damaged()),
        }
    }
}

fn damaged() -> Error {
    Error::new(Code::StoreDamaged).note("a row has another form than its table")
}

/// What can be done within one transaction.
pub trait Transaction {
    /// Runs a statement and tells how many rows it changed.
    ///
    /// # Errors
    /// [`Code::StoreBusy`] if others are in the way; [`Code::StoreConflict`] if the tables do not admit it; [`Code::StoreIo`].
    fn execute(&mut self, statement: &str, values: &[Value]) -> Result<u64, Error>;

    /// Puts rows into a table, each with a value for each of the columns.
    ///
    /// # Errors
    /// As [`Transaction::execute`]; [`Code::StoreConflict`] if one of them is there.
    fn insert(&mut self, table: &str, columns: &[&str], rows: &[Vec<Value>]) -> Result<(), Error>;

    /// Puts those rows into a table that are not there yet, by the first columns, which are its primary key; tells of each whether it was
    /// new.
    ///
    /// # Errors
    /// As [`Transaction::execute`].
    fn insert_new(&mut self, table: &str, columns: &[&str], key: usize, rows: &[Vec<Value>]) -> Result<Vec<bool>, Error>;

    /// Deletes the rows that have this in a column, without overwriting what was in them: for what nobody can read any more, because it
    /// was sealed under a key that is gone.
    ///
    /// # Errors
    /// As [`Transaction::execute`].
    fn delete_sealed(&mut self, table: &str, column: &str, is: &[u8]) -> Result<(), Error>;

    /// Runs a query.
    ///
    /// # Errors
    /// As [`Transaction::execute`]; [`Code::StoreDamaged`].
    fn query(&mut self, statement: &str, values: &[Value]) -> Result<Vec<Row>, Error>;
}

/// What is done in a transaction. It may be called again, when the engine asks for that.
pub type Work<'w> = dyn FnMut(&mut dyn Transaction) -> Result<(), Error> + 'w;

/// An engine. All or nothing of a transaction happens, as if no other ran at the same time, and when it has returned it is on the disk.
pub trait Database: Send {
    /// Runs a transaction.
    ///
    /// # Errors
    /// What the work returned, and then nothing of it has happened; those of [`Transaction`].
    fn transact(&mut self, work: &mut Work<'_>) -> Result<(), Error>;

    /// Makes deleted rows disappear from what is kept, and the order in which rows came with them. Takes time, and room for a copy.
    ///
    /// # Errors
    /// [`Code::StoreBusy`], [`Code::StoreIo`].
    fn tidy(&mut self) -> Result<(), Error>;

    /// Copies everything into a new file that this engine can be restored from.
    ///
    /// # Errors
    /// [`Code::BackupUnsupported`] where the engine has its own tools for that, [`Code::StoreIo`].
    fn back_up(&mut self, file: &std::path::Path) -> Result<(), Error>;

    /// What kind of engine it is.
    fn engine(&self) -> Engine;
}

/// The kinds of engines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

impl Engine {
    /// Its name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        }
    }
}

/// Runs a transaction that gives something.
pub(crate) fn transact<T>(
    database: &mut dyn Database,
    mut work: impl FnMut(&mut dyn Transaction) -> Result<T, Error>,
) -> Result<T, Error> {
    let mut given = None;
    database.transact(&mut |transaction| {
        given = Some(work(transaction)?);
        Ok(())
    })?;
    given.ok_or_else(|| Code::StoreIo.into())
}

/// The octets that come next, in the order in which both engines have them; nothing after the last ones. A table is read piece by piece
/// with it, each from where the one before ended.
pub(crate) fn successor<const N: usize>(mut octets: [u8; N]) -> Option<[u8; N]> {
    for octet in octets.iter_mut().rev() {
        let (next, is_carried) = octet.overflowing_add(1);
        *octet = next;
        if !is_carried {
            return Some(octets);
        }
    }
    None
}

/// The one row of a query, if there is one.
pub(crate) fn first(transaction: &mut dyn Transaction, statement: &str, values: &[Value]) -> Result<Option<Row>, Error> {
    Ok(transaction.query(statement, values)?.into_iter().next())
}

#[cfg(test)]
mod tests {
    use super::successor;

    #[test]
    fn what_comes_next_is_the_next() {
        assert_eq!(successor([0, 0]), Some([0, 1]));
        assert_eq!(successor([0, 255]), Some([1, 0]));
        assert_eq!(successor([255, 255]), None);
    }
}
