//! The codes of this crate.

mimicred_error::codes! {
    crate "jose";
    /// Not strict base64url, or not strict base64 in `x5c`.
    B64Malformed = "b64-malformed", Malformed, "JWT-E-005",
        "this is not base64url", "use the alphabet A-Z a-z 0-9 - _ without padding, whitespace or stray trailing bits";
    /// Not JSON, or not UTF-8.
    JsonMalformed = "json-malformed", Malformed, "RFC 8259",
        "this is not JSON", "write JSON in UTF-8, without comments, trailing commas or a byte order mark";
    /// An object names a member twice.
    MemberDuplicate = "member-duplicate", Malformed, "JWT-E-016",
        "a JSON object has the same member twice", "write each member once";
    /// Too long, too deep, or too many values.
    Limit = "limit", Rejected, "JWT-E-017",
        "the JSON text is too long, too deep or holds too many values", "raise the limit only if you trust where the text comes from";
    /// A value that JSON cannot hold.
    Unwritable = "unwritable", Misuse, "RFC 8259",
        "JSON cannot hold this value", "leave out byte strings, tags, integer keys and infinite numbers, or issue a CWT";
    /// Not three base64url parts with dots between.
    Format = "format", Malformed, "JWT-E-004",
        "this is not a JWS in compact form", "a JWS has three non-empty parts: header.payload.signature";
    /// A header parameter is missing, of the wrong type, or critical and not understood.
    Header = "header", Rejected, "JWT-E-020, RFC 7515 4.1",
        "the JOSE header is not acceptable", "it needs alg as text, and no crit, since no extension is understood here";
    /// The algorithm is `none`, unknown, or does not fit the key.
    AlgUnsupported = "alg-unsupported", Unsupported, "JWT-V-001, JWT-K-005, RFC 7518 3.1, RFC 9864",
        "the signature algorithm is not usable here", "use ES256, ES384, ES512, EdDSA or Ed25519 with a key of that kind";
    /// The signature does not verify.
    SignatureInvalid = "signature-invalid", Rejected, "RFC 7515 5.2",
        "the signature does not verify with this key", "check that this is the signer's key and that the text is complete";
    /// A JWK breaks RFC 7517, 7518 or 8037.
    JwkMalformed = "jwk-malformed", Malformed, "RFC 7517 4, RFC 7518 6.2, RFC 8037 2",
        "this is not a usable JWK", "coordinates are full-length base64url; use and key_ops allow signatures; d fits the public key";
    /// A private member stands where a public key is wanted.
    JwkPrivate = "jwk-private", Rejected, "JWT-K-002",
        "a private key stands where only a public key belongs", "remove d, and treat that key as exposed";
    /// A key of a type or curve that is not supported.
    KeyUnsupported = "key-unsupported", Unsupported, "RFC 7518 6.1, RFC 8037 2",
        "this kind of key is not supported", "use Ed25519, P-256, P-384 or P-521";
}
