//! The codes of this crate.

mimicred_error::codes! {
    crate "claims";
    /// Two entries of one map have the same key.
    DuplicateKey = "duplicate-key", Malformed, "RFC 8259 4, RFC 8949 5.6",
        "a map has the same key twice", "write each claim once";
    /// The text of a claim path cannot be read.
    PathMalformed = "path-malformed", Malformed, "mimicred claim path",
        "this is not a claim path", "write steps like address.country, nationalities[0], cars[].make, 170, or \"a name with dots\"";
    /// A claim path names nothing.
    PathUnmatched = "path-unmatched", Misuse, "mimicred claim path",
        "the path matches no claim", "write it as the claims have it; mimicred inspect FILE shows what is in a token";
    /// A claim that must stay visible was to be redacted.
    RedactionForbidden = "redaction-forbidden", Misuse, "JWT-I-015, CWT-I-018",
        "this claim must stay visible", "leave it out of the redaction plan";
    /// Nothing with this digest is left, or it was never there.
    DisclosureUnmatched = "disclosure-unmatched", Rejected, "JWT-V-015, CWT-V-015",
        "a disclosure matches no digest", "send only disclosures whose digest is in the token or in another disclosure";
    /// The kind of a disclosure does not fit the place of its digest.
    DisclosureMisplaced = "disclosure-misplaced", Rejected, "JWT-V-007, JWT-V-008, CWT-V-018",
        "a disclosure does not fit the place of its digest", "a claim belongs into a map and an element into an array";
    /// One digest occurs more than once.
    DigestDuplicate = "digest-duplicate", Rejected, "JWT-V-014, CWT-V-017",
        "a digest occurs twice", "the issuer must use every digest once";
    /// A disclosed claim has the name of one that is already there.
    ClaimCollision = "claim-collision", Rejected, "JWT-V-010, CWT-V-019",
        "a disclosed claim is already present", "the issuer must not redact a claim that also stands in clear";
    /// A limit on depth or number is exceeded.
    Limit = "limit", Rejected, "JWT-E-017, CWT-E-026",
        "the claims are too deep or too many", "raise the limit only if you trust where the token comes from";
    /// A date is not a finite number, or too large to be compared exactly.
    DateMalformed = "date-malformed", Malformed, "CWT-E-024, CWT-E-025, JWT-T-002",
        "this is not a date in seconds", "write seconds since 1970 as a finite number";
}
