//! Opening a file, with the settings that the promises of this crate rest on.

use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::schema::{self, Format};
use crate::{Fault, file};

/// How long one process waits for another.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// The same in opening, where SQLite does not always wait by itself: so often so long.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(100);

/// Forgotten rows are overwritten, nothing temporary gets into other files, and an answer waits for the disk.
/// The journal is emptied and not deleted: that it is over needs no second look at the directory after a power cut.
const SETTINGS: &str = "
    PRAGMA secure_delete = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA trusted_schema = OFF;
    PRAGMA synchronous = EXTRA;
    PRAGMA fullfsync = ON;
";
const JOURNAL: &str = "PRAGMA journal_mode = TRUNCATE";

/// Opens a file of this format, and makes one if there is no file or an empty one; a new file is readable by its owner only.
///
/// `key_check` is derived from the key that the file belongs to, and tells nothing of it.
///
/// # Errors
/// [`Fault::Foreign`] and [`Fault::NotADatabase`] for a file that is something else, which is not changed; [`Fault::KeyWrong`],
/// [`Fault::Newer`], [`Fault::Damaged`], [`Fault::Busy`] when others hold it; [`Fault::Io`] and its like.
pub fn open(path: &Path, format: &Format, key_check: &[u8; 32]) -> Result<Connection, Fault> {
    let path = file::present(path)?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::ZERO)?;
    patiently(|| {
        connection.execute_batch(SETTINGS)?;
        schema::settle(&mut connection, format, key_check)?;
        let journal: String = connection.query_row(JOURNAL, [], |row| row.get(0))?;
        if journal == "truncate" { Ok(()) } else { Err(Fault::Unusable("it cannot have a rollback journal")) }
    })?;
    connection.busy_timeout(PATIENCE)?;
    Ok(connection)
}

/// Tries again while another process is in the way.
fn patiently(mut step: impl FnMut() -> Result<(), Fault>) -> Result<(), Fault> {
    for _ in 0..TRIES {
        match step() {
            Err(fault) if fault.is_busy() => sleep(PAUSE),
            done => return done,
        }
    }
    step()
}

#[cfg(test)]
mod tests;
