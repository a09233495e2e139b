//! The codes of this crate.

mimicred_error::codes! {
    crate "lint";
    /// An item that is none of the credentials that are read here.
    Unrecognised = "unrecognised", Malformed, "mimi-mls.md 4.5",
        "this is no credential that can be looked at",
        "certificates, SD-JWTs, SD-CWTs, MLS Credentials and KeyPackages are read; mimicred inspect FILE tells what a file holds";
    /// An item that is meant to be a credential and cannot be read.
    Unreadable = "unreadable", Malformed, "mimi-mls.md 4.5",
        "this credential cannot be read", "it may be cut off or of a later version; the cause is named beside it";
    /// More than is looked at in one run.
    Limit = "limit", Malformed, "mimi-mls.md 4.5",
        "this is more than one run looks at", "a run takes up to 100000 items of 1 MiB each, and 256 MiB in all; split the batch";
    /// Nothing to look at.
    Empty = "empty", Misuse, "mimi-mls.md 4.5",
        "there is no credential to look at", "name files with credentials, or folders that have some";
    /// A smallest group that makes no sense.
    GroupSize = "group-size", Misuse, "mimi-mls.md 4.5 B-2",
        "the smallest group must have two items at least", "a value that one item alone has hides nobody; 10 is usual";
}
