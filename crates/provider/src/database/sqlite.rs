//! The store in one SQLite file.
//!
//! Tables have no rowids but random ones, so that nothing counts rows in the order in which they came; there is no write-ahead log; what
//! is deleted is overwritten, if it can be read at all. See [`mimicred_sqlite`] for the settings and for what a crash costs: nothing that was answered.

use std::path::{Path, PathBuf};

use mimicred_sqlite::{Fault, Format};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ToSql, TransactionBehavior, params_from_iter, types::ToSqlOutput};

use super::{Database, Engine, Row, Transaction, Value, Work};
use crate::schema::STEPS;
use crate::{Code, Error};

/// `mmpv`, and the tables.
const FORMAT: Format = Format { application: 0x6d6d_7076, steps: STEPS };
/// So many KiB of pages are in memory at most. Rows that lie by random keys touch many, and a transaction whose pages do not fit writes
/// some of them twice.
const CACHE: u32 = 32 << 10;

/// A store in a file.
pub struct Sqlite {
    connection: Connection,
    path: PathBuf,
}

impl Sqlite {
    /// Opens the store in this file, and makes one if there is none; it is readable by its owner only.
    ///
    /// # Errors
    /// [`Code::StoreForeign`] for a file that is something else, which is not changed; [`Code::StoreKeyWrong`] for a store of other keys;
    /// [`Code::StoreNewer`], [`Code::StoreDamaged`], [`Code::StoreBusy`], [`Code::StoreIo`].
    pub fn open(path: &Path, key_check: &[u8; 32]) -> Result<Self, Error> {
        let connection = mimicred_sqlite::open(path, &FORMAT, key_check)?;
        connection.execute_batch(&format!("PRAGMA cache_size = -{CACHE}")).map_err(Fault::from)?;
        Ok(Self { connection, path: path.to_owned() })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Database for Sqlite {
    fn transact(&mut self, work: &mut Work<'_>) -> Result<(), Error> {
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(Fault::from)?;
        work(&mut Within(&transaction))?;
        Ok(transaction.commit().map_err(Fault::from)?)
    }

    /// Pages that were split keep copies of rows that deleting does not reach, and tell in which order they filled.
    fn tidy(&mut self) -> Result<(), Error> {
        Ok(self.connection.execute_batch("VACUUM").map_err(Fault::from)?)
    }

    fn back_up(&mut self, file: &Path) -> Result<(), Error> {
        let text = file.to_str().ok_or_else(|| Error::new(Code::StoreIo).note("a file name that is no text"))?;
        self.connection.execute("VACUUM INTO ?1", [text]).map_err(Fault::from)?;
        Ok(())
    }

    fn engine(&self) -> Engine {
        Engine::Sqlite
    }
}

struct Within<'c>(&'c Connection);

impl Within<'_> {
    /// Runs a statement for each row, and tells whether it changed anything.
    fn each(&self, statement: &str, rows: &[Vec<Value>]) -> Result<Vec<bool>, Error> {
        let mut statement = self.0.prepare(statement).map_err(Fault::from)?;
        let mut execute = |row: &Vec<Value>| Ok(statement.execute(params_from_iter(row)).map_err(Fault::from)? > 0);
        rows.iter().map(&mut execute).collect()
    }
}

fn insertion(table: &str, columns: &[&str]) -> String {
    let values: Vec<String> = (1..=columns.len()).map(|n| format!("?{n}")).collect();
    format!("INSERT INTO {table} ({}) VALUES ({})", columns.join(", "), values.join(", "))
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Octets(octets) => ValueRef::Blob(octets),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

impl Transaction for Within<'_> {
    fn execute(&mut self, statement: &str, values: &[Value]) -> Result<u64, Error> {
        let mut statement = self.0.prepare(statement).map_err(Fault::from)?;
        let changed = statement.execute(params_from_iter(values)).map_err(Fault::from)?;
        Ok(u64::try_from(changed).unwrap_or(u64::MAX))
    }

    fn insert(&mut self, table: &str, columns: &[&str], rows: &[Vec<Value>]) -> Result<(), Error> {
        self.each(&insertion(table, columns), rows).map(|_| ())
    }

    fn insert_new(&mut self, table: &str, columns: &[&str], key: usize, rows: &[Vec<Value>]) -> Result<Vec<bool>, Error> {
        let key = columns.get(..key).unwrap_or_default().join(", ");
        self.each(&format!("{} ON CONFLICT ({key}) DO NOTHING", insertion(table, columns)), rows)
    }

    fn delete_sealed(&mut self, table: &str, column: &str, is: &[u8]) -> Result<(), Error> {
        // Pages that are given up whole are neither written nor journalled then.
        self.0.execute_batch("PRAGMA secure_delete = FAST").map_err(Fault::from)?;
        let deleted = self.execute(&format!("DELETE FROM {table} WHERE {column} = $1"), &[is.into()]);
        self.0.execute_batch("PRAGMA secure_delete = ON").map_err(Fault::from)?;
        deleted.map(|_| ())
    }

    fn query(&mut self, statement: &str, values: &[Value]) -> Result<Vec<Row>, Error> {
        let mut statement = self.0.prepare(statement).map_err(Fault::from)?;
        let columns = statement.column_count();
        let mut rows = statement.query(params_from_iter(values)).map_err(Fault::from)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(Fault::from)? {
            let value = |n| match row.get_ref(n).map_err(Fault::from)? {
                ValueRef::Integer(number) => Ok(Value::Int(number)),
                ValueRef::Blob(octets) => Ok(octets.into()),
                ValueRef::Text(text) => match std::str::from_utf8(text) {
                    Ok(text) => Ok(text.into()),
                    Err(_) => Err(Error::new(Code::StoreDamaged)),
                },
                ValueRef::Null | ValueRef::Real(_) => Err(Error::new(Code::StoreDamaged)),
            };
            found.push(Row::new((0..columns).map(value).collect::<Result<_, Error>>()?));
        }
        Ok(found)
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Foreign(why) => Self::new(Code::StoreForeign).note(why),
            Fault::NotADatabase(cause) => Self::new(Code::StoreForeign).because(cause),
            Fault::Damaged(cause) => Self::new(Code::StoreDamaged).because(cause),
            newer @ Fault::Newer { .. } => Self::new(Code::StoreNewer).note(newer.to_string()),
            Fault::KeyWrong => Code::StoreKeyWrong.into(),
            Fault::Busy(cause) => Self::new(Code::StoreBusy).because(cause),
            Fault::Constraint(cause) => Self::new(Code::StoreConflict).because(cause),
            Fault::Unusable(why) => Self::new(Code::StoreIo).note(why),
            Fault::Io(cause) => Self::new(Code::StoreIo).because(cause),
            Fault::Sqlite(cause) => Self::new(Code::StoreIo).because(cause),
            other => Self::new(Code::StoreIo).because(other),
        }
    }
}
