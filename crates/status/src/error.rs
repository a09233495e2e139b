//! The codes of this crate, and what errors of the crates below become here.

use mimicred_error::{At, Report};

mimicred_error::codes! {
    crate "status";
    /// The `status` claim of a token cannot be read.
    Reference = "reference", Malformed, "CWT-S-003, JWT-S-002",
        "this is not a reference to a status list", "status is {\"status_list\": {\"idx\": 0, \"uri\": \"https://a.example/1\"}}, with text keys";
    /// The `status` claim names other mechanisms only.
    MechanismUnsupported = "mechanism-unsupported", Unsupported, "CWT-S-003, JWT-S-002",
        "the status is not in a status list", "the mechanism status_list is the one that is known here";
    /// Not well-formed, or not the shape of a Status List Token.
    Malformed = "malformed", Malformed, "CWT-S-004, CWT-S-006, JWT-S-004",
        "this is not a Status List Token", "it is tag 18 without tag 61, or a compact JWS; it brings no key, and its status_list has bits and lst";
    /// The `typ` is not the one of a Status List Token.
    TypeMismatch = "type-mismatch", Rejected, "CWT-S-004, JWT-S-003",
        "the typ header is not the expected one", "a CWT has 279 or application/statuslist+cwt, in the protected header; a JWT has statuslist+jwt";
    /// The token is protected by a MAC.
    MacUnsupported = "mac-unsupported", Unsupported, "CWT-S-004, JWT-S-003",
        "Status List Tokens under a MAC are not supported", "sign the list: who can check a MAC can make one";
    /// The signature algorithm is unknown, or fits no trusted key.
    AlgUnsupported = "alg-unsupported", Unsupported, "CWT-S-010, CWT-K-016, JWT-S-003",
        "the algorithm is not usable with the keys trusted for status", "sign with Ed25519 or ECDSA on P-256, P-384 or P-521, and trust that very key";
    /// No key trusted for status made this signature.
    Signature = "signature", Rejected, "CWT-S-010, JWT-S-003",
        "the signature verifies under no key trusted for status", "the list was changed, or somebody else signed it";
    /// A claim of the Status List Token is missing or of the wrong type.
    Claim = "claim", Malformed, "CWT-S-005, JWT-S-003",
        "a claim of the Status List Token is missing or unusable", "it has sub, iat and status_list; ttl is a whole number above 0";
    /// The list is about other tokens.
    Subject = "subject", Rejected, "CWT-S-005, JWT-S-003",
        "this is another status list", "sub must be the uri of the reference, octet for octet";
    /// The list has expired.
    Expired = "expired", Rejected, "CWT-S-005, JWT-S-003",
        "the status list has expired", "fetch a new one";
    /// The list is from the future.
    Premature = "premature", Rejected, "CWT-S-005, JWT-S-003",
        "the status list is not valid yet", "compare its iat and nbf with the clock";
    /// The list is older than the caller accepts.
    Stale = "stale", Rejected, "draft-ietf-oauth-status-list-20 8.3",
        "the status list is too old", "fetch a new one";
    /// The compressed list cannot be decompressed.
    Compression = "compression", Malformed, "CWT-S-007, JWT-S-004",
        "the status list is not compressed as it must be", "use DEFLATE in ZLIB framing, with nothing behind it";
    /// A limit on size is exceeded.
    Limit = "limit", Rejected, "CWT-S-011, JWT-S-008",
        "the status list is too large", "raise the limit only if you trust where the list comes from";
    /// The list has no entry of this number.
    Index = "index", Rejected, "CWT-S-008, JWT-S-006",
        "the status list has no such entry", "the token or the list is wrong: ask the Issuer";
    /// No list of this name is at hand.
    ListMissing = "list-missing", Rejected, "CWT-S-008",
        "the status list of this token is not at hand", "fetch it from the uri of the reference, and verify it";
    /// The status must be known and is not.
    StatusMissing = "status-missing", Rejected, "CWT-S-013",
        "the token shows no status, and one is required", "ask the Holder to disclose it; the Issuer should not redact it";
    /// The token is revoked.
    Invalid = "invalid", Rejected, "CWT-S-009, JWT-S-007",
        "the token is revoked", "its Issuer has taken it back for good";
    /// The token is suspended.
    Suspended = "suspended", Rejected, "CWT-S-009, JWT-S-007",
        "the token is suspended", "its Issuer may reinstate it";
    /// A status whose meaning is up to the application.
    ApplicationSpecific = "application-specific", Rejected, "CWT-S-009, JWT-S-007",
        "the status has a meaning of the Issuer's own", "who knows it reads the value and decides";
    /// A status without a meaning.
    Reserved = "reserved", Rejected, "CWT-S-009, JWT-S-007",
        "the status has no meaning yet", "a later revision may define it";
    /// An entry was to be set that is not there or cannot hold the value.
    Entry = "entry", Misuse, "CWT-S-007, JWT-S-005",
        "the list has no entry for this value", "choose a list that is long enough, and 2 bits for SUSPENDED";
    /// A Status List Token was to be issued that nobody would accept.
    Issue = "issue", Misuse, "CWT-S-005, JWT-S-003",
        "this Status List Token cannot be issued", "the uri is a URI, exp is after iat, ttl is above 0, and the kid of a JWT is text";
    /// The signing key is not the one that the token was prepared for.
    KeyMismatch = "key-mismatch", Misuse, "CWT-S-010, JWT-S-003",
        "this is not the key that the list was prepared for", "sign with the key whose public half was given before";
    /// The crypto library failed.
    Keys = "keys", Internal, "mimicred-keys",
        "a key operation failed", "the cause is named beside this error";
}

impl From<mimicred_cose::Error> for Error {
    fn from(error: mimicred_cose::Error) -> Self {
        use mimicred_cose::Code as Below;
        let code = match error.code() {
            Below::AlgUnsupported => Code::AlgUnsupported,
            Below::SignatureInvalid => Code::Signature,
            Below::Limit => Code::Limit,
            Below::NotEncodable => Code::Issue,
            _ => Code::Malformed,
        };
        Error::new(code).at(error.place().clone()).because(error)
    }
}

impl From<mimicred_keys::Error> for Error {
    fn from(error: mimicred_keys::Error) -> Self {
        Error::new(Code::Keys).because(error)
    }
}

impl From<mimicred_jose::Error> for Error {
    fn from(error: mimicred_jose::Error) -> Self {
        use mimicred_jose::Code as Below;
        let code = match error.code() {
            Below::AlgUnsupported => Code::AlgUnsupported,
            Below::SignatureInvalid => Code::Signature,
            Below::Limit => Code::Limit,
            Below::Unwritable => Code::Issue,
            _ => Code::Malformed,
        };
        Error::new(code).at(error.place().clone()).because(error)
    }
}

/// An error about one header parameter.
pub(crate) fn about_header(code: Code, name: &'static str) -> Error {
    Error::new(code).at(At::Header(name.into()))
}

/// An error about one claim.
pub(crate) fn about(code: Code, claim: &'static str) -> Error {
    Error::new(code).at(At::Field(claim.into()))
}
