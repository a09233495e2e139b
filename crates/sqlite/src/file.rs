//! The file itself, before SQLite sees it: it is for its owner only from the first octet on.

use std::fs::{self, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::Fault;

/// Locks on a file are those of the process, and go when it closes any handle of that file: so nobody of this process may lock a file
/// that another thread has just made and not closed yet, and a file that is there is not opened here.
static MAKING: Mutex<()> = Mutex::new(());

/// No SQLite file is shorter.
const SMALLEST_PAGE: u64 = 512;

/// Sees to it that the file is there, and returns its absolute path: to SQLite `file:..` and `:memory:` would be something else.
///
/// # Errors
/// [`Fault::Io`], [`Fault::Unusable`], [`Fault::Foreign`]
pub(crate) fn present(path: &Path) -> Result<PathBuf, Fault> {
    let path = std::path::absolute(path)?;
    let _making = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    match owners_only().open(&path) {
        Ok(_) => {}
        Err(e) if e.kind() == ErrorKind::AlreadyExists => {
            let found = fs::metadata(&path)?;
            if !found.is_file() {
                return Err(Fault::Unusable("it is not a regular file"));
            }
            match found.len() {
                // Whoever made it, it becomes one of ours now. What is one already has the permissions that its owner gave it.
                0 => close_to_others(&path)?,
                // SQLite takes a file of one octet for an empty one.
                1..SMALLEST_PAGE => return Err(Fault::Foreign("it is too short")),
                _ => {}
            }
        }
        Err(e) => return Err(e.into()),
    }
    Ok(path)
}

/// SQLite gives its journal the permissions of the file.
fn owners_only() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(unix)]
fn close_to_others(path: &Path) -> Result<(), Fault> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(0o600))?)
}

#[cfg(not(unix))]
fn close_to_others(_: &Path) -> Result<(), Fault> {
    Ok(())
}
