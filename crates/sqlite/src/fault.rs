//! What can go wrong with a file; each crate that keeps one has its own codes for it.

use std::error::Error as StdError;
use std::fmt;

use rusqlite::ErrorCode;

/// Why a file cannot be used, or not now.
#[derive(Debug)]
#[non_exhaustive]
pub enum Fault {
    /// It is something else, for this reason; nothing in it was changed.
    Foreign(&'static str),
    /// It is no SQLite file: SQLite's own words are the source.
    NotADatabase(rusqlite::Error),
    /// Its pages do not fit together, or a value is of another type or size than its table admits.
    Damaged(rusqlite::Error),
    /// It is of a later version than the newest that is known.
    Newer {
        /// The version of the file.
        found: i64,
        /// The newest known here.
        newest: usize,
    },
    /// It was made with another key.
    KeyWrong,
    /// Others did not let go of it.
    Busy(rusqlite::Error),
    /// A constraint of a table was hurt: something is there already, or not there.
    Constraint(rusqlite::Error),
    /// The file system failed.
    Io(std::io::Error),
    /// It cannot be used, for this reason.
    Unusable(&'static str),
    /// SQLite failed otherwise.
    Sqlite(rusqlite::Error),
}

impl Fault {
    /// Whether trying again may help.
    pub fn is_busy(&self) -> bool {
        matches!(self, Fault::Busy(_))
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(cause: rusqlite::Error) -> Self {
        match &cause {
            rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
                ErrorCode::NotADatabase => Fault::NotADatabase(cause),
                ErrorCode::DatabaseCorrupt => Fault::Damaged(cause),
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => Fault::Busy(cause),
                ErrorCode::ConstraintViolation => Fault::Constraint(cause),
                _ => Fault::Sqlite(cause),
            },
            rusqlite::Error::FromSqlConversionFailure(..) | rusqlite::Error::InvalidColumnType(..) => Fault::Damaged(cause),
            _ => Fault::Sqlite(cause),
        }
    }
}

impl From<std::io::Error> for Fault {
    fn from(cause: std::io::Error) -> Self {
        Fault::Io(cause)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Foreign(why) => write!(f, "a file of another kind: {why}"),
            Fault::NotADatabase(_) => f.write_str("a file of another kind"),
            Fault::Damaged(_) => f.write_str("a damaged file"),
            Fault::Newer { found, newest } => write!(f, "{found}, where {newest} is the newest known"),
            Fault::KeyWrong => f.write_str("a file of another key"),
            Fault::Busy(_) => f.write_str("a file that others hold"),
            Fault::Constraint(_) => f.write_str("a row that the table does not admit"),
            Fault::Io(_) | Fault::Sqlite(_) => f.write_str("a file that cannot be read or written"),
            Fault::Unusable(why) => f.write_str(why),
        }
    }
}

impl StdError for Fault {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Fault::NotADatabase(cause)
            | Fault::Damaged(cause)
            | Fault::Busy(cause)
            | Fault::Constraint(cause)
            | Fault::Sqlite(cause) => Some(cause),
            Fault::Io(cause) => Some(cause),
            _ => None,
        }
    }
}
