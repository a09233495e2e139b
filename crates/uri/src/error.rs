//! The codes of this crate.

mimicred_error::codes! {
    crate "uri";
    /// Fewer than 8 or more than 1024 octets.
    Length = "length", Malformed, "mimi-mls.md 1.1 total",
        "a MIMI URI has 8 to 1024 octets", "check that the whole URI was passed, and nothing else";
    /// The URI does not start with `mimi://`.
    Scheme = "scheme", Malformed, "mimi-mls.md 1.1 scheme",
        "a MIMI URI starts with mimi://", "write the scheme in lower case, as in mimi://a.example/u/alice";
    /// The host is not a host name in lower case.
    Host = "host", Malformed, "mimi-mls.md 1.1 authority",
        "the host is not a host name in lower case",
        "write letters, digits, hyphens and dots (xn-- labels for other scripts), without user, port, address or trailing dot";
    /// The first segment is none of the known type letters.
    Kind = "kind", Malformed, "mimi-mls.md 1.1 types",
        "the type letter is unknown", "after the host write /u/, /p/, /d/, /r/, /g/ or /t/ and an identifier, or nothing at all";
    /// The identifier has no segment, more than four, or one that is empty, too long, `.` or `..`.
    Path = "path", Malformed, "mimi-mls.md 1.1 path, forbidden",
        "the identifier is not 1 to 4 segments", "each segment has 1 to 255 octets and is neither . nor ..";
    /// A character that needs escaping, or that starts a query or a fragment.
    Character = "character", Malformed, "mimi-mls.md 1.1 path, forbidden",
        "the identifier has a character that is not allowed", "percent-encode it; a query or a fragment cannot be part of a MIMI URI";
    /// A percent sign without two digits in upper case, or before what needs no escape.
    Escape = "escape", Malformed, "mimi-mls.md 1.1 path, forbidden",
        "a percent-encoding is not in its only form",
        "use two upper-case hex digits, and none for letters, digits, hyphen, dot, underscore and tilde";
}
