//! The codes of this crate.

use mimicred_error::Report;

mimicred_error::codes! {
    crate "cose";
    /// Not well-formed CBOR, bad UTF-8, something missing or left over, or a map key twice.
    CborMalformed = "cbor-malformed", Malformed, "RFC 8949 5.6, CWT-E-003, CWT-E-010, CWT-E-023, CWT-E-028",
        "this is not well-formed CBOR", "look at the octet named: something is cut off, left over or repeated";
    /// Well-formed CBOR of a form that this format bans.
    CborForbidden = "cbor-forbidden", Malformed, "CWT-E-002, CWT-E-012 to CWT-E-018, CWT-E-020",
        "this CBOR has a form that is banned here",
        "use definite lengths, integer or short text keys, and redaction marks only inside claims";
    /// The wrong number or type of items.
    Structure = "structure", Malformed, "CWT-E-004, CWT-E-017, CWT-E-019",
        "the CBOR items do not have the shape expected", "mimicred inspect FILE shows what the file is";
    /// A header parameter is missing, in the wrong bucket, or of the wrong type.
    Header = "header", Malformed, "RFC 9052 3.1, CWT-E-007, CWT-E-011, CWT-E-029",
        "a header parameter is missing, misplaced or of the wrong type",
        "algorithm and type belong into the protected header, each label once";
    /// The signature algorithm is unknown, or is not one of the key.
    AlgUnsupported = "alg-unsupported", Unsupported, "RFC 9864, CWT-K-016",
        "this algorithm is not supported, or not with this key", "use Ed25519, ESP256, ESP384 or ESP512, each with its own curve";
    /// A COSE_Key that cannot be used.
    Key = "key", Malformed, "RFC 9053 7, CWT-K-003 to CWT-K-006",
        "this is not a usable COSE_Key", "give an EC2 key on P-256, P-384 or P-521, or an OKP key on Ed25519";
    /// The signature does not verify.
    SignatureInvalid = "signature-invalid", Rejected, "RFC 9052 4.4, CWT-E-008",
        "the signature does not verify", "the octets were changed, or signed by another key";
    /// A limit on size, depth or number is exceeded.
    Limit = "limit", Rejected, "CWT-E-026, CWT-E-027",
        "the CBOR is too large, too deep or has too many items", "raise the limit only if you trust where it comes from";
    /// Text that is not diagnostic notation, or stands for nothing that can be encoded.
    Edn = "edn", Malformed, "RFC 8949 8, draft-ietf-cbor-edn-literals",
        "this is not CBOR in diagnostic notation", "look at the line and column named; mimicred inspect --edn FILE prints an example";
    /// A value that has no CBOR form.
    NotEncodable = "not-encodable", Misuse, "RFC 8949 3",
        "this value has no CBOR form", "integers go from -2^64 to 2^64-1, other numbers must be finite";
}

impl From<mimicred_claims::Error> for Error {
    /// All that the claim tree refuses while it is built is a repeated key.
    fn from(error: mimicred_claims::Error) -> Self {
        Error::new(Code::CborMalformed).at(error.place().clone()).because(error)
    }
}
