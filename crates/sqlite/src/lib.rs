//! SQLite files of our own: the replay store of a client and the store of a provider are opened in the same way.
//!
//! A [`Format`] says what a file is and how each version of it becomes the next; [`open`] makes an empty file one of that format, brings
//! an earlier version up to date, and refuses everything else without changing it. A file belongs to one key of its owner, which is not in
//! it: opened under another one it is refused rather than looking empty.
//!
//! What was deleted is overwritten, nothing temporary gets into other files, there is no write-ahead log that would keep one page after
//! the other, and a commit has returned when the disk has it. What the file system or the disk keeps of blocks that were given up is out of
//! reach. The file must be on a local disk.
//!
//! ```
//! use mimicred_sqlite::{Format, KEY_CHECK, open};
//!
//! const NOTES: Format = Format { application: 0x6e6f_7465, steps: &[&[KEY_CHECK, "CREATE TABLE note (line TEXT) STRICT"]] };
//! # let directory = tempfile::tempdir().unwrap();
//! # let file = directory.path().join("notes");
//! let connection = open(&file, &NOTES, &[7; 32])?;
//! connection.execute("INSERT INTO note VALUES ('milk')", []).unwrap();
//! drop(connection);
//! assert!(open(&file, &NOTES, &[7; 32]).is_ok());
//! assert!(open(&file, &NOTES, &[8; 32]).is_err());
//! # Ok::<(), mimicred_sqlite::Fault>(())
//! ```

mod fault;
mod file;
mod open;
mod schema;

pub use fault::Fault;
pub use open::{PATIENCE, open};
pub use schema::{Format, KEY_CHECK};
