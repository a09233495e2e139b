//! The codes of this crate, and which of them a fault of the file is.

use mimicred_sqlite::Fault;

mimicred_error::codes! {
    crate "replay";
    /// A file that was never a replay store, or is not one any more.
    FileForeign = "file-foreign", Malformed, "mimi-mls.md 3.5.2",
        "this file is no replay store", "nothing in it was changed; check the name, a store is made where no file is yet";
    /// A replay store whose pages do not fit together.
    FileDamaged = "file-damaged", Malformed, "mimi-mls.md 3.5.2",
        "the replay store is damaged",
        "what it knew is lost: put it aside, begin a new one, and accept nothing from an epoch that began before";
    /// A replay store under another key.
    KeyWrong = "key-wrong", Misuse, "mimi-mls.md 3.5.2",
        "the replay store was made with another key", "under another key it would know nothing: give the key that it was made with";
    /// A replay store of a later mimicred.
    VersionNewer = "version-newer", Unsupported, "mimi-mls.md 3.5.2",
        "the replay store is of a newer version", "use the mimicred that wrote it, or a later one";
    /// Other users of the file did not let go of it.
    Busy = "busy", Misuse, "mimi-mls.md 3.5.2",
        "the replay store is in use for too long", "several may use it at once, but one seems to hang: try again, or end that one";
    /// The file cannot be made, opened, read or written.
    Io = "io", Misuse, "mimi-mls.md 3.5.2",
        "the replay store cannot be read or written",
        "check that its directory exists on a local disk, is writable and has room";
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Foreign(why) => Self::new(Code::FileForeign).note(why),
            Fault::NotADatabase(cause) => Self::new(Code::FileForeign).because(cause),
            Fault::Damaged(cause) => Self::new(Code::FileDamaged).because(cause),
            newer @ Fault::Newer { .. } => Self::new(Code::VersionNewer).note(newer.to_string()),
            Fault::KeyWrong => Code::KeyWrong.into(),
            Fault::Busy(cause) => Self::new(Code::Busy).because(cause),
            Fault::Unusable(why) => Self::new(Code::Io).note(why),
            Fault::Io(cause) => Self::new(Code::Io).because(cause),
            Fault::Constraint(cause) | Fault::Sqlite(cause) => Self::new(Code::Io).because(cause),
            other => Self::new(Code::Io).because(other),
        }
    }
}

/// In use, a store fails as every other does; the cause is beside it.
impl From<Error> for mimicred_room::Error {
    fn from(error: Error) -> Self {
        Self::new(mimicred_room::Code::ReplayStore).because(error)
    }
}
