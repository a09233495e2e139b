//! The codes of this crate, and what errors of the crates below become here.

use mimicred_error::Report;

mimicred_error::codes! {
    crate "sd-jwt";
    /// The text is not `jwt~disclosures~` with an optional KB-JWT, a JWT has not three parts, or a member of the JSON form is missing or
    /// misplaced.
    Format = "format", Malformed, "JWT-E-001, JWT-E-002, JWT-E-003, JWT-E-004, JWT-J-002, JWT-J-004, JWT-J-009",
        "this is not an SD-JWT", "compact: jwt~, each disclosure followed by ~, and then at most a KB-JWT; in JSON: disclosures and kb_jwt in the first signature's header";
    /// A part is not strict base64url.
    B64Malformed = "b64-malformed", Malformed, "JWT-E-005",
        "a part is not base64url", "use the alphabet A-Z a-z 0-9 - _ without padding, whitespace or stray trailing bits";
    /// A header or payload is not JSON, or an object has a member twice.
    JsonMalformed = "json-malformed", Malformed, "JWT-E-016, RFC 8259",
        "a header, payload or disclosed value is not strict JSON", "write JSON in UTF-8, each member once";
    /// A payload is not an object, or has an empty `_sd` where there must be none.
    Structure = "structure", Malformed, "JWT-E-019, JWT-Y-006",
        "the payload is not an object of the right shape", "the payload of a JWT is an object; a credential with nothing to disclose has no _sd";
    /// A header parameter is not acceptable.
    Header = "header", Malformed, "JWT-E-020, JWT-J-007, JWT-J-008, JWT-K-004, RFC 7515 4.1",
        "a JOSE header is not acceptable", "alg is text; crit is not understood; a KB-JWT brings no key of its own";
    /// The `typ` is not the expected one.
    TypeMismatch = "type-mismatch", Rejected, "JWT-V-022, JWT-V-027, JWT-P-003",
        "the typ header is not the expected one", "an SD-JWT has a type that ends in +sd-jwt, a key binding JWT has kb+jwt";
    /// A signature or hash algorithm is unknown, too weak, or does not fit the key.
    AlgUnsupported = "alg-unsupported", Unsupported, "JWT-V-001, JWT-V-003, JWT-E-015, JWT-K-005",
        "an algorithm is not usable here", "sign with ES256, ES384, ES512, EdDSA or Ed25519; hash with sha-256, sha-384 or sha-512";
    /// The Issuer's signature does not verify.
    SignatureIssuer = "signature-issuer", Rejected, "JWT-V-001",
        "the Issuer's signature does not verify", "the token was changed, or the trusted key is not the one that signed";
    /// The Holder's signature does not verify.
    SignatureHolder = "signature-holder", Rejected, "JWT-V-022, JWT-P-007",
        "the Holder's signature does not verify", "the key binding must be signed with the key named in cnf";
    /// Nobody trusted under that name made this token.
    IssuerUntrusted = "issuer-untrusted", Rejected, "JWT-V-002, JWT-Y-009, JWT-Y-010, JWT-Y-011",
        "the Issuer is not trusted", "compare iss with the names of the trusted issuers, and their keys";
    /// A required claim is missing.
    ClaimMissing = "claim-missing", Rejected, "JWT-P-004",
        "a required claim is missing", "a KB-JWT has iat, aud, nonce and sd_hash";
    /// A claim has the wrong JSON type.
    ClaimType = "claim-type", Malformed, "JWT-P-004, JWT-T-002",
        "a claim has the wrong type", "dates are numbers, iss and nonce are text, aud of a KB-JWT is one text";
    /// A claim that must stay visible was to be redacted.
    RedactionForbidden = "redaction-forbidden", Rejected, "JWT-I-014, JWT-I-015, JWT-Y-003, JWT-Y-004",
        "this claim must stay visible", "leave iss, aud, exp, nbf, cnf, vct and status out of the redaction plan";
    /// A disclosure is not `[salt, name, value]` or `[salt, value]`, or of the wrong kind for its place.
    DisclosureMalformed = "disclosure-malformed", Malformed, "JWT-E-006, JWT-E-007, JWT-E-008, JWT-V-007, JWT-V-008",
        "a disclosure is not of the form that its place asks for", "an object takes [salt, name, value], an array [salt, value]";
    /// A disclosure has no digest in the token.
    DisclosureUnmatched = "disclosure-unmatched", Rejected, "JWT-V-004, JWT-V-015",
        "a disclosure matches no digest", "send each disclosure unchanged, and with the one that it stands in";
    /// A digest, or a disclosure, occurs twice.
    DigestDuplicate = "digest-duplicate", Rejected, "JWT-V-014, JWT-V-016",
        "a digest occurs twice", "every digest stands once in the token, and every disclosure is sent once";
    /// A disclosed claim has the name of another one.
    ClaimCollision = "claim-collision", Rejected, "JWT-V-010",
        "a disclosed claim is already present", "the Issuer must not redact a claim that also stands in clear";
    /// `_sd`, `...` or `_sd_alg` where they do not belong.
    ReservedName = "reserved-name", Rejected, "JWT-E-009, JWT-E-012, JWT-E-013, JWT-E-014, JWT-I-008, JWT-V-009",
        "_sd, ... or _sd_alg is misused", "these names belong to the format; no claim may have them";
    /// Expired, not yet valid, issued in the future, or too old.
    Time = "time", Rejected, "JWT-T-001, JWT-T-003, JWT-V-017, JWT-V-023, JWT-V-026",
        "the token or its key binding is not valid at this time", "the place says which date; compare it with the clock";
    /// The audience is somebody else.
    Audience = "audience", Rejected, "JWT-V-024, JWT-V-017",
        "this is meant for another audience", "present anew for this Verifier";
    /// The nonce is another one.
    Nonce = "nonce", Rejected, "JWT-V-024",
        "the nonce is not the expected one", "present anew with the nonce of this transaction";
    /// `cnf` is missing, unusable, or names another key.
    Confirmation = "confirmation", Rejected, "JWT-K-001, JWT-K-002, JWT-K-003, JWT-I-018",
        "the confirmation key is missing, unusable or another one", "cnf has one public key, as jwk";
    /// `cnf` was given twice.
    ConfirmationTwice = "confirmation-twice", Misuse, "JWT-K-002",
        "the claims hold cnf, and a confirmation key was given besides", "leave cnf out of the claims";
    /// Key binding is required and not there.
    KbMissing = "kb-missing", Rejected, "JWT-V-019",
        "the key binding is missing", "the Holder must sign a KB-JWT for this Verifier";
    /// A KB-JWT stands where none is expected.
    KbUnexpected = "kb-unexpected", Rejected, "JWT-V-020, JWT-H-001",
        "there is a key binding where none is expected", "an Issuer sends none; a Verifier says beforehand whether it expects one";
    /// The KB-JWT is bound to another token or other disclosures.
    SdHash = "sd-hash", Rejected, "JWT-V-025, JWT-P-005",
        "the key binding covers another token or other disclosures", "sd_hash is over everything up to the last tilde, as sent";
    /// A policy of the one who checks refuses the token.
    PolicyRefused = "policy-refused", Rejected, "JWT-H-003, JWT-V-017, JWT-Y-008",
        "a policy of the one who checks refuses the token", "the token is sound; the remark says what the policy does not want";
    /// The status of the token is not good, or not there although it is demanded.
    Status = "status", Rejected, "JWT-S-001, JWT-Y-012",
        "the status of the token is not good or not known", "the cause is named beside this error; a required status must be disclosed";
    /// Too long, too deep, too many.
    Limit = "limit", Rejected, "JWT-E-017, JWT-V-029",
        "the token is too long, too deep or has too many parts", "raise the limit only if you trust where the token comes from";
    /// A claim path names nothing.
    PathUnmatched = "path-unmatched", Misuse, "mimicred claim path",
        "the path matches no claim", "write it as the claims have it; mimicred inspect FILE shows what is in a token";
    /// A value that JSON cannot hold.
    Unwritable = "unwritable", Misuse, "RFC 8259",
        "JSON cannot hold this claim", "leave out byte strings, tags, integer keys and infinite numbers, or issue an SD-CWT";
    /// The signing key is not the one that the token was prepared for.
    KeyMismatch = "key-mismatch", Misuse, "JWT-I-001, JWT-P-007",
        "this is not the key that the token was prepared for", "sign with the key whose public half was given before";
    /// The random source gave the same salt twice.
    SaltRepeated = "salt-repeated", Misuse, "JWT-I-004",
        "the random source repeats itself", "give a real random source: equal salts undo redaction";
    /// The random source or the crypto library failed.
    Keys = "keys", Internal, "mimicred-keys",
        "the random source or a key operation failed", "the cause is named beside this error";
}

impl From<mimicred_jose::Error> for Error {
    fn from(e: mimicred_jose::Error) -> Self {
        use mimicred_jose::Code as Below;
        let code = match e.code() {
            Below::Format => Code::Format,
            Below::B64Malformed => Code::B64Malformed,
            Below::JsonMalformed | Below::MemberDuplicate => Code::JsonMalformed,
            Below::Header => Code::Header,
            Below::AlgUnsupported => Code::AlgUnsupported,
            Below::SignatureInvalid => Code::SignatureIssuer,
            Below::Limit => Code::Limit,
            Below::Unwritable => Code::Unwritable,
            // What is left is about a JWK, and the only one in a token is that of cnf.
            _ => Code::Confirmation,
        };
        Error::new(code).at(e.place().clone()).because(e)
    }
}

impl From<mimicred_claims::Error> for Error {
    fn from(e: mimicred_claims::Error) -> Self {
        use mimicred_claims::Code as Below;
        let code = match e.code() {
            Below::PathUnmatched => Code::PathUnmatched,
            Below::RedactionForbidden => Code::RedactionForbidden,
            Below::DisclosureUnmatched => Code::DisclosureUnmatched,
            Below::DisclosureMisplaced => Code::DisclosureMalformed,
            Below::DigestDuplicate => Code::DigestDuplicate,
            Below::ClaimCollision => Code::ClaimCollision,
            Below::Limit => Code::Limit,
            Below::DateMalformed => Code::ClaimType,
            // What is left is a repeated name.
            _ => Code::JsonMalformed,
        };
        Error::new(code).at(e.place().clone()).because(e)
    }
}

impl From<mimicred_keys::Error> for Error {
    fn from(e: mimicred_keys::Error) -> Self {
        use mimicred_keys::Code as Below;
        let code = match e.code() {
            Below::SaltRepeated => Code::SaltRepeated,
            _ => Code::Keys,
        };
        Error::new(code).because(e)
    }
}
