//! The codes of this crate, and what errors of the crates below become here.

use mimicred_error::Report;

mimicred_error::codes! {
    crate "sd-cwt";
    /// Not well-formed CBOR, or a map has a key twice.
    CborMalformed = "cbor-malformed", Malformed, "CWT-E-003, CWT-E-010, CWT-E-023, CWT-E-028",
        "this is not well-formed CBOR", "look at the octet named: something is cut off, left over or repeated";
    /// Well-formed CBOR of a form that this format bans.
    CborForbidden = "cbor-forbidden", Malformed, "CWT-E-002, CWT-E-012 to CWT-E-018, CWT-E-020, CWT-P-018",
        "this CBOR has a form that is banned here",
        "use definite lengths, integer or short text keys, and redaction marks only inside the claims of the SD-CWT";
    /// The wrong number or type of items.
    Structure = "structure", Malformed, "CWT-E-004, CWT-E-006, CWT-E-019, CWT-P-003, CWT-P-006, CWT-V-004, CWT-V-005",
        "this does not have the shape of an SD-CWT or KBT", "it is tag 18 over four parts; empty lists are left out";
    /// A header parameter is missing, in the wrong bucket, or of the wrong type.
    Header = "header", Malformed, "CWT-E-007, CWT-E-011, CWT-E-029, CWT-P-017, CWT-V-001, CWT-V-031, CWT-A-006",
        "a header parameter is missing, misplaced or of the wrong type",
        "alg, typ, sd_alg and kcwt are protected, sd_claims is not, and a KBT has no CWT Claims header";
    /// The `typ` is not the expected one.
    TypeMismatch = "type-mismatch", Rejected, "CWT-Y-001, CWT-Y-002, CWT-Y-003, CWT-Y-011, CWT-P-007",
        "the typ header is not the expected one", "an SD-CWT has 293 or application/sd-cwt, a KBT 294 or application/kb+cwt";
    /// A signature or hash algorithm is unknown, too weak, or does not fit the key.
    AlgUnsupported = "alg-unsupported", Unsupported, "CWT-I-005, CWT-H-006, CWT-K-016, CWT-P-009, CWT-A-007, CWT-A-008, CWT-A-020",
        "an algorithm is not usable here",
        "sign with Ed25519, ESP256, ESP384 or ESP512; hash with SHA-256, SHA-384 or SHA-512; encrypt with AES-GCM, AES-GCM-SIV or ChaCha20";
    /// The Issuer's signature does not verify.
    SignatureIssuer = "signature-issuer", Rejected, "CWT-H-001, CWT-V-002, CWT-E-008",
        "the Issuer's signature does not verify", "the token was changed, or the trusted key is not the one that signed";
    /// The Holder's signature does not verify.
    SignatureHolder = "signature-holder", Rejected, "CWT-V-006, CWT-V-007, CWT-P-019",
        "the Holder's signature does not verify", "the KBT must be signed with the key named in cnf, and not changed afterwards";
    /// Nobody trusted under that name made this token.
    IssuerUntrusted = "issuer-untrusted", Rejected, "CWT-H-001, CWT-H-002, CWT-V-003, CWT-K-015",
        "the Issuer is not trusted", "compare iss with the names of the trusted issuers, and their keys";
    /// A required claim is missing.
    ClaimMissing = "claim-missing", Rejected,
        "CWT-I-015, CWT-I-016, CWT-I-017, CWT-P-011, CWT-P-012, CWT-T-004, CWT-V-029, CWT-V-030, CWT-V-034",
        "a required claim is missing", "an SD-CWT has iss or a certificate, sub, and cnf in its payload; a KBT has aud, and iat or cti; an application may want more";
    /// A claim that a KBT must not have.
    ClaimForbidden = "claim-forbidden", Rejected, "CWT-P-010",
        "a KBT must not have this claim", "iss and sub belong into the SD-CWT; audience, nonce and date are those of the binding";
    /// A claim has the wrong type.
    ClaimType = "claim-type", Malformed, "CWT-E-024, CWT-E-025, CWT-V-024, CWT-Y-008, CWT-Y-012, CWT-P-011, CWT-P-013, CWT-P-016",
        "a claim has the wrong type", "iss, sub and aud are text, dates finite numbers, cti and cnonce byte strings";
    /// A claim that must stay visible is redacted, was to be, or came by a disclosure.
    RedactionForbidden = "redaction-forbidden", Rejected, "CWT-I-018, CWT-I-020, CWT-V-023, CWT-K-002",
        "this claim must stay visible",
        "iss, aud, exp, nbf, iat, cti, cnf and cnonce are never redacted, and status is only on request";
    /// A disclosure is not `[salt, value, key]`, `[salt, value]` or `[salt]`, or of the wrong kind for its place.
    DisclosureMalformed = "disclosure-malformed", Malformed, "CWT-V-013, CWT-V-018, CWT-H-012",
        "a disclosure is not of the form that its place asks for", "a map takes [salt, value, key], an array [salt, value]; a salt has 16 octets";
    /// A disclosure has no digest in the token.
    DisclosureUnmatched = "disclosure-unmatched", Rejected, "CWT-V-014, CWT-V-015, CWT-H-009",
        "a disclosure matches no digest", "send each disclosure unchanged, and with the one that it stands in";
    /// The Holder lacks a disclosure.
    DigestUnmatched = "digest-unmatched", Rejected, "CWT-H-008, CWT-I-030, CWT-D-004",
        "a digest of the issued token has no disclosure", "the Issuer must send every disclosure, those of decoys too, in the clear";
    /// A digest, or a disclosure, occurs twice.
    DigestDuplicate = "digest-duplicate", Rejected, "CWT-H-011, CWT-V-016, CWT-V-017",
        "a digest occurs twice", "every digest stands once in the token, and every disclosure is sent once";
    /// A disclosed claim has the key of another one.
    ClaimCollision = "claim-collision", Rejected, "CWT-V-019, CWT-V-028, CWT-H-016, CWT-I-027",
        "a claim is there twice", "what is disclosed must not stand in clear too, and payload and CWT Claims header must say the same";
    /// A rule about dates is broken.
    Time = "time", Rejected, "CWT-T-001 to CWT-T-019, CWT-P-014, CWT-P-015, CWT-I-029",
        "the token or its key binding is not valid at this time", "the place says which date; compare it with the others and the clock";
    /// The audience is somebody else.
    Audience = "audience", Rejected, "CWT-V-011, CWT-V-012, CWT-P-020, CWT-H-003",
        "this is meant for another audience", "present anew for this Verifier; if it is the SD-CWT that is for others, only its Issuer can help";
    /// The nonce is another one, missing, or not wanted.
    Nonce = "nonce", Rejected, "CWT-V-008, CWT-V-009, CWT-V-010, CWT-H-007, CWT-P-022",
        "the nonce is not the expected one",
        "a KBT is made anew with the nonce of this transaction; a token with a nonce for its Issuer is presented to nobody else";
    /// The token is about another subject than the Holder expects.
    Subject = "subject", Rejected, "CWT-H-002",
        "the token is about another subject", "ask the Issuer for a token about the right subject; compare sub with the one expected";
    /// The caller's own rules refuse the claims.
    PolicyRefused = "policy-refused", Rejected, "CWT-H-013, CWT-H-014, CWT-H-015, CWT-V-034, CWT-Y-009",
        "a policy of the one who checks refuses the token", "the token is sound; the remark says what the policy does not want";
    /// The status of the token is not good, or not there although it is demanded.
    Status = "status", Rejected, "CWT-S-001, CWT-S-013",
        "the status of the token is not good or not known", "the cause is named beside this error; a required status must be disclosed";
    /// `cnf` is unusable, or names another key.
    Confirmation = "confirmation", Rejected, "CWT-K-001, CWT-K-003 to CWT-K-008, CWT-K-013, CWT-K-014, CWT-H-005",
        "the confirmation key is unusable or another one", "cnf names one key for signatures: a public COSE_Key, or the thumbprint or identifier of a key known otherwise";
    /// A limit on size, depth or number is exceeded.
    Limit = "limit", Rejected, "CWT-E-026, CWT-E-027, CWT-V-021, CWT-V-035",
        "the token is too large, too deep or has too many parts", "raise the limit only if you trust where the token comes from";
    /// An encrypted disclosure is not `[nonce, ciphertext, tag]`, with or without a key context, or a part has the wrong length.
    AeadFormat = "aead-format", Malformed, "CWT-A-003, CWT-A-004, CWT-A-009, CWT-A-010, CWT-A-013",
        "an encrypted disclosure is not of the form that its algorithm asks for",
        "nonce, ciphertext and tag stand apart, every nonce is used once, and a key context is a number, text or byte string";
    /// An encrypted disclosure for which there is a key does not open.
    AeadAuth = "aead-auth", Rejected, "CWT-A-011, CWT-A-016",
        "an encrypted disclosure does not open", "it was changed, or sealed with another key of the same name; name keys to tell them apart";
    /// One disclosure would need two keys.
    EncryptionConflict = "encryption-conflict", Misuse, "CWT-A-002, CWT-A-022",
        "a disclosure would be encrypted under two keys",
        "a claim and what is inside it go under one key; disclose what two claims have around them in the clear";
    /// A claim path names nothing.
    PathUnmatched = "path-unmatched", Misuse, "mimicred claim path",
        "the path matches no claim", "write it as the claims have it; mimicred inspect FILE shows what is in a token";
    /// A salt names no disclosure.
    SaltUnmatched = "salt-unmatched", Misuse, "CWT-C-006",
        "no disclosure of the token has this salt", "take the salts from this very token: another issuance has others";
    /// The claims given to the Issuer cannot be issued.
    Preissue = "preissue", Misuse, "CWT-I-022 to CWT-I-026, CWT-D-006, CWT-D-007, CWT-E-021",
        "these claims cannot be issued",
        "give each claim once, under an integer or a text of 1 to 255 octets; tag 58 marks keys and array elements, 62 a decoy";
    /// A list of salts cannot be read.
    SaltList = "salt-list", Malformed, "CWT-C-002",
        "this is not a list of salts", "one line per salt: a SHA-256 or the number of a decoy, a comma, 16 octets; both in hexadecimal but for the number";
    /// The signing key is not the one that the token was prepared for.
    KeyMismatch = "key-mismatch", Misuse, "CWT-I-003, CWT-P-019",
        "this is not the key that the token was prepared for", "sign with the key whose public half was given before";
    /// The random source gave the same salt twice.
    SaltRepeated = "salt-repeated", Misuse, "CWT-I-008, CWT-D-002, CWT-A-010",
        "the random source repeats itself", "give a real random source: equal salts undo redaction";
    /// The random source or the crypto library failed.
    Keys = "keys", Internal, "mimicred-keys",
        "the random source or a key operation failed", "the cause is named beside this error";
}

impl From<mimicred_cose::Error> for Error {
    fn from(error: mimicred_cose::Error) -> Self {
        use mimicred_cose::Code as Below;
        let code = match error.code() {
            Below::CborMalformed => Code::CborMalformed,
            Below::CborForbidden => Code::CborForbidden,
            Below::Structure => Code::Structure,
            Below::Header => Code::Header,
            Below::AlgUnsupported => Code::AlgUnsupported,
            Below::SignatureInvalid => Code::SignatureIssuer,
            Below::Limit => Code::Limit,
            Below::NotEncodable => Code::Preissue,
            // What is left is about a COSE_Key, and the only one in a token is that of cnf.
            _ => Code::Confirmation,
        };
        Error::new(code).at(error.place().clone()).because(error)
    }
}

impl From<mimicred_claims::Error> for Error {
    fn from(error: mimicred_claims::Error) -> Self {
        use mimicred_claims::Code as Below;
        let code = match error.code() {
            Below::PathUnmatched => Code::PathUnmatched,
            Below::RedactionForbidden => Code::RedactionForbidden,
            Below::DisclosureUnmatched => Code::DisclosureUnmatched,
            Below::DisclosureMisplaced => Code::DisclosureMalformed,
            Below::DigestDuplicate => Code::DigestDuplicate,
            Below::ClaimCollision => Code::ClaimCollision,
            Below::Limit => Code::Limit,
            Below::DateMalformed => Code::ClaimType,
            // What is left is a repeated key.
            _ => Code::CborMalformed,
        };
        Error::new(code).at(error.place().clone()).because(error)
    }
}

impl From<mimicred_keys::Error> for Error {
    fn from(error: mimicred_keys::Error) -> Self {
        use mimicred_keys::Code as Below;
        let code = match error.code() {
            Below::SaltRepeated => Code::SaltRepeated,
            _ => Code::Keys,
        };
        Error::new(code).because(error)
    }
}

/// An error about one claim.
pub(crate) fn about(code: Code, claim: &'static str) -> Error {
    Error::new(code).at(mimicred_error::At::Field(claim.into()))
}

/// A refusal by somebody who was asked, as an error of this code.
pub(crate) fn refusal(code: Code) -> impl FnOnce(&'static str) -> Error {
    move |note| Error::new(code).note(note)
}
