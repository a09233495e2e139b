//! The store: one transaction for each record, or for a batch of them.

use std::path::Path;

use mimicred_keys::{HashAlgorithm, hmac, sha256};
use mimicred_room::{OneTime, Origin, ReplayKey, ReplayStore, Seen, Use};
use mimicred_sqlite::{Fault, Format, KEY_CHECK};
use rusqlite::{Connection, TransactionBehavior};

use crate::{Code, Error};

/// `mmrp`, and the tables.
const FORMAT: Format = Format { application: 0x6d6d_7270, steps: &[&[KEY_CHECK, SEEN]] };

/// Without a rowid, which would count uses in the order in which they came.
const SEEN: &str = "CREATE TABLE seen (
    tag BLOB NOT NULL PRIMARY KEY CHECK (length(tag) = 32),
    holder BLOB NOT NULL CHECK (length(holder) = 32),
    keep_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID";

/// Files a tag, or finds who holds it; either way it is kept long enough.
const FILE: &str = "INSERT INTO seen (tag, holder, keep_until) VALUES (?1, ?2, ?3)
    ON CONFLICT (tag) DO UPDATE SET keep_until = max(keep_until, excluded.keep_until)
    RETURNING holder";
const FORGET: &str = "DELETE FROM seen WHERE keep_until < ?1";

/// A replay store in a file.
///
/// Times until when uses are kept are rounded up to the hour. See the [crate] for what the file tells whom.
pub struct SqliteReplayStore {
    connection: Connection,
    key: ReplayKey,
}

/// One row.
struct Filed {
    tag: [u8; 32],
    holder: [u8; 32],
    keep_until: i64,
}

impl SqliteReplayStore {
    /// Opens the store in this file, and makes one if there is no file or an empty one; a new file is readable by its owner only.
    ///
    /// # Errors
    /// [`Code::FileForeign`] for a file that is something else, which is not changed; [`Code::KeyWrong`] for a store that was made with
    /// another key; [`Code::VersionNewer`]; [`Code::FileDamaged`]; [`Code::Busy`] when others hold it; [`Code::Io`].
    pub fn open(path: impl AsRef<Path>, key: ReplayKey) -> Result<Self, Error> {
        let key_check = keyed(&key, &[b"mimicred replay store v1"])?;
        let connection = mimicred_sqlite::open(path.as_ref(), &FORMAT, &key_check)?;
        Ok(Self { connection, key })
    }

    /// Files all or nothing.
    fn file(&mut self, rows: &[Filed]) -> Result<Vec<Seen>, Error> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(Fault::from)?;
        let mut statement = transaction.prepare(FILE).map_err(Fault::from)?;
        let mut said = Vec::with_capacity(rows.len());
        for Filed { tag, holder, keep_until } in rows {
            let held: [u8; 32] = statement.query_row((tag, holder, keep_until), |row| row.get(0)).map_err(Fault::from)?;
            said.push(if held == *holder { Seen::Acceptable } else { Seen::Replayed });
        }
        drop(statement);
        transaction.commit().map_err(Fault::from)?;
        Ok(said)
    }

    fn drop_before(&mut self, now: i64) -> Result<(), Error> {
        if self.connection.execute(FORGET, [now]).map_err(Fault::from)? > 0 {
            self.connection.execute_batch("VACUUM").map_err(Fault::from)?;
        }
        Ok(())
    }

    fn file_one(&mut self, row: Filed) -> Result<Seen, mimicred_room::Error> {
        let said = self.file(&[row])?;
        said.first().copied().ok_or_else(|| Error::new(Code::Io).into())
    }

    fn of_use(&self, presented: &Use<'_>, origin: Origin, keep_until: i64) -> Result<Filed, mimicred_room::Error> {
        let tag = self.key.tag(presented)?;
        let parts: [&[u8]; 4] = [b"mimicred replay origin v1", &tag, &origin.epoch.to_be_bytes(), &origin.leaf.to_be_bytes()];
        Ok(Filed { tag, holder: keyed(&self.key, &parts)?, keep_until: whole_hours(keep_until) })
    }
}

impl ReplayStore for SqliteReplayStore {
    fn record(&mut self, presented: &Use<'_>, origin: Origin, keep_until: i64) -> Result<Seen, mimicred_room::Error> {
        let row = self.of_use(presented, origin, keep_until)?;
        self.file_one(row)
    }

    /// In one transaction: on an error, none of them is filed.
    fn record_all(&mut self, uses: &[(Use<'_>, Origin, i64)]) -> Result<Vec<Seen>, mimicred_room::Error> {
        let rows = uses.iter().map(|(presented, origin, keep_until)| self.of_use(presented, *origin, *keep_until));
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        Ok(self.file(&rows)?)
    }

    fn use_up(&mut self, once: &OneTime<'_>, keep_until: i64) -> Result<Seen, mimicred_room::Error> {
        let tag = self.key.one_time_tag(once)?;
        let holder = keyed(&self.key, &[b"mimicred replay user v1", &tag, &sha256(once.user)])?;
        self.file_one(Filed { tag, holder, keep_until: whole_hours(keep_until) })
    }

    /// Overwrites what is dropped, and writes the file anew when that was anything: pages that were split keep copies of rows that
    /// deleting does not reach, and tell in which order they filled. Once an hour is enough.
    fn forget(&mut self, now: i64) -> Result<(), mimicred_room::Error> {
        Ok(self.drop_before(now)?)
    }
}

/// An HMAC under the key. What goes in begins with a text of its own, and then all has its length; no tag is the same, because `mi`,
/// read as the length of an audience, announces more than there is.
fn keyed(key: &ReplayKey, parts: &[&[u8]]) -> Result<[u8; 32], Error> {
    let mac = hmac(HashAlgorithm::Sha256, key.octets(), &parts.concat());
    mac.as_slice().try_into().map_err(|_| Error::new(Code::Io))
}

/// Rounds up, so that a time tells less.
fn whole_hours(time: i64) -> i64 {
    const HOUR: i64 = 3600;
    match time.checked_add(HOUR - 1) {
        Some(time) => time.div_euclid(HOUR) * HOUR,
        None => time,
    }
}

#[cfg(test)]
mod tests;
