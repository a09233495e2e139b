//! The codes of this crate.

mimicred_error::codes! {
    crate "x509";
    /// The octets are no certificate, or one that is not strict DER.
    Malformed = "malformed", Malformed, "RFC 5280 4.1",
        "this is not a certificate", "give DER or PEM certificates (version 3), the end entity's first";
    /// The chain is too long or a certificate too large.
    Limit = "limit", Rejected, "mimi-mls.md 3.5.3 step 3",
        "the chain exceeds a limit", "at most 5 certificates of at most 16384 octets each";
    /// The octets are no certification request.
    RequestMalformed = "request-malformed", Malformed, "RFC 2986 4",
        "this is not a certification request", "give a PKCS#10 request in DER or PEM, version 1";
    /// A request that was made for another issuer or another occasion.
    RequestUnbound = "request-unbound", Rejected, "mimi-mls.md 3.1, 5.4",
        "the request is not bound to this issuer and nonce", "ask this issuer for a nonce and make a new request with it";
    /// The octets are no certificate revocation list of version 2.
    CrlMalformed = "crl-malformed", Malformed, "RFC 5280 5.1",
        "this is not a certificate revocation list",
        "give a CRL of version 2 in DER or PEM, with nextUpdate, cRLNumber and authorityKeyIdentifier";
    /// The list is too large.
    CrlLimit = "crl-limit", Rejected, "mimi-mls.md 3.5.3 step 3",
        "the revocation list exceeds a limit", "at most 250000 entries, 32 extensions and 16777215 octets";
    /// The entries are not sorted by serial number.
    CrlOrder = "crl-order", Rejected, "mimi-mls.md 4.5 B-24",
        "the entries are not in the order of their serial numbers", "the issuer must sort them: any other order tells which were revoked together";
    /// A serial number stands in the list more than once.
    CrlDuplicate = "crl-duplicate", Rejected, "RFC 5280 5.1.2.6",
        "a serial number is in the list twice", "each revoked certificate has one entry";
    /// A delta list, an indirect list, or one for some certificates only.
    CrlScope = "crl-scope", Unsupported, "RFC 5280 5.2.4, 5.2.5, 5.3.3",
        "the list is not for all certificates of its issuer", "get the issuer's complete list: delta, indirect and partial lists are not read";
    /// The list is that of another CA.
    CrlIssuer = "crl-issuer", Rejected, "RFC 5280 6.3.3 (b)(1), (f)",
        "the revocation list is of another issuer", "get the list of the CA that issued the certificate: name and key identifier are compared";
    /// The signature of the list does not verify.
    CrlSignatureInvalid = "crl-signature-invalid", Rejected, "RFC 5280 6.3.3 (g)",
        "the signature of the revocation list does not verify", "the list was changed, or another key signed it";
    /// The time is after nextUpdate.
    CrlExpired = "crl-expired", Rejected, "RFC 5280 5.1.2.5",
        "the revocation list is out of date", "get the issuer's latest list";
    /// The time is before thisUpdate.
    CrlNotYetValid = "crl-not-yet-valid", Rejected, "RFC 5280 5.1.2.4",
        "the revocation list is of the future", "check the time that was passed, then the clock of the issuer";
    /// A list that cannot be made.
    CrlUnusable = "crl-unusable", Misuse, "RFC 5280 5.1.2, mimi-mls.md 4.5 B-24",
        "this revocation list cannot be made", "name each serial number once, no revocation later than the list, and at most 250000 of them";
    /// What is to be a serial number is none.
    SerialMalformed = "serial-malformed", Malformed, "RFC 5280 4.1.2.2",
        "this is not a serial number", "it is a positive integer of at most 20 octets; write it in hex";
    /// The text of an object identifier cannot be read.
    OidMalformed = "oid-malformed", Malformed, "X.680 32, X.690 8.19",
        "this is not an object identifier", "write numbers separated by dots, like 2.5.4.3";
    /// A key or signature of an algorithm that is not supported, or a signature algorithm that does not fit the issuer's key.
    AlgUnsupported = "alg-unsupported", Unsupported, "mimi-mls.md 1.3",
        "the algorithm of this key or signature is not supported",
        "use Ed25519, P-256 with SHA-256, P-384 with SHA-384, or P-521 with SHA-512 (end entities: the first three)";
    /// A name in the SAN is not written as its kind demands.
    SanGrammar = "san-grammar", Malformed, "mimi-mls.md 1.1, 1.2, RFC 5280 4.2.1.6",
        "a name in the subjectAltName is not well formed", "MIMI URIs name a user, a pseudonym or a client, in their only spelling";
    /// Each certificate must certify the one before it.
    ChainOrder = "chain-order", Rejected, "RFC 9420 5.3",
        "the chain is not in order", "put the end entity first and after each certificate the one of its issuer";
    /// No anchor stands at the end of the chain.
    IssuerUntrusted = "issuer-untrusted", Rejected, "RFC 5280 6.1, mimi-mls.md 3.4.3",
        "no trusted issuer stands at the end of the chain", "add the issuer's CA certificate to your trust store if you trust it";
    /// A signature in the chain does not verify.
    SignatureInvalid = "signature-invalid", Rejected, "RFC 5280 6.1.3 (a)(1)",
        "a signature in the chain does not verify", "the certificate was changed, or another key signed it";
    /// The time is after a certificate's notAfter.
    Expired = "expired", Rejected, "RFC 5280 6.1.3 (a)(2)",
        "a certificate has expired", "ask the issuer for a new one";
    /// The time is before a certificate's notBefore.
    NotYetValid = "not-yet-valid", Rejected, "RFC 5280 6.1.3 (a)(2)",
        "a certificate is not valid yet", "check the time that was passed, then the clock of the issuer";
    /// keyUsage or extKeyUsage does not allow what the key is used for.
    KeyUsage = "key-usage", Rejected, "RFC 5280 4.2.1.3, 4.2.1.12",
        "the certificate does not allow this use of its key",
        "an end entity needs digitalSignature, an issuer keyCertSign; an extKeyUsage must hold clientAuth";
    /// A CA where an end entity belongs, the other way round, or too many CAs in a row.
    BasicConstraints = "basic-constraints", Rejected, "RFC 5280 4.2.1.9",
        "a certificate stands where its basicConstraints do not allow it",
        "only the first certificate is no CA, and the path must be no longer than its CAs say";
    /// An extension that must be understood and is not.
    CriticalExtensionUnknown = "critical-extension-unknown", Unsupported, "RFC 5280 4.2",
        "a critical extension is not understood", "mimicred inspect FILE lists the extensions; the issuer must leave it out or unmark it";
    /// A CA constrains names of a kind that we do not compare.
    NameConstraintsUnsupported = "name-constraints-unsupported", Unsupported, "RFC 5280 4.2.1.10",
        "the name constraints of a CA are of a kind that is not supported", "use a CA without constraints on URIs, email addresses or directory names";
    /// A CA may not issue for this name.
    NameConstraintsViolated = "name-constraints-violated", Rejected, "RFC 5280 4.2.1.10",
        "the name constraints of a CA do not allow this certificate", "the CA may not issue for this DNS name or address";
    /// A field or extension that the profile forbids, or lacks what it demands.
    Profile = "profile", Rejected, "mimi-mls.md 1.2, 4.5",
        "the certificate does not keep to the profile", "mimicred inspect FILE shows its fields; compare them with the profile";
    /// What is to be an anchor or an issuer is no CA.
    NotACa = "not-a-ca", Misuse, "RFC 5280 4.2.1.9, 4.2.1.3",
        "this certificate may not issue the other", "give a CA certificate (cA, keyCertSign) whose path length allows it";
    /// A pinned SPKI hash is not that of the certificate.
    AnchorMismatch = "anchor-mismatch", Misuse, "mimi-mls.md 3.4.1 spki_sha256",
        "the certificate is not the one that was pinned", "compare the SPKI hash with what mimicred inspect FILE shows";
    /// The key that signs is not the issuer's.
    IssuerKeyMismatch = "issuer-key-mismatch", Misuse, "RFC 5280 6.1.3 (a)(1)",
        "this key is not the issuer's", "sign with the key of the CA certificate, or of the root itself";
    /// The key that signs is not that of the request.
    RequestKeyMismatch = "request-key-mismatch", Misuse, "RFC 2986 4.2",
        "this key is not that of the request", "sign with the key whose public half the request was prepared for";
    /// An issuer name or nonce that no request can have.
    BindingUnusable = "binding-unusable", Misuse, "mimi-mls.md 3.1, 5.5",
        "a request cannot be bound to this", "the issuer has 1 to 255 octets without control characters, the nonce 16 to 64";
    /// A validity that ends before it starts, or beyond what can be written.
    ValidityUnusable = "validity-unusable", Misuse, "RFC 5280 4.1.2.5, mimi-mls.md 4.5 B-2",
        "this validity cannot be used", "end after the start, at least a day later for end entities, before the year 10000 and within the CA's own";
    /// A name that cannot be written into a certificate.
    NameUnusable = "name-unusable", Misuse, "RFC 5280 4.1.2.6, 4.2.1.6, appendix A.1",
        "this name cannot be written into a certificate",
        "names have 1 to 64 characters and no control characters; email addresses and URIs are ASCII";
    /// A URI of a kind that does not belong here.
    UriKind = "uri-kind", Misuse, "mimi-mls.md 1.2",
        "this URI is of the wrong kind", "a pseudonym certificate names one /p/ and one /d/ URI of one provider, an identity certificate a user and a client";
    /// The random source failed.
    RandomFailed = "random-failed", Internal, "mimi-mls.md 4.5 B-1",
        "the random source failed", "try again; if it stays, the random source is broken";
}

use mimicred_keys::Code as Keys;

impl From<mimicred_keys::Error> for Error {
    fn from(error: mimicred_keys::Error) -> Self {
        let code = match error.code() {
            Keys::AlgorithmUnsupported => Code::AlgUnsupported,
            Keys::SignatureInvalid => Code::SignatureInvalid,
            Keys::BackendFailed => Code::RandomFailed,
            _ => Code::Malformed,
        };
        Self::new(code).because(error)
    }
}

impl From<mimicred_uri::Error> for Error {
    fn from(error: mimicred_uri::Error) -> Self {
        Self::new(Code::SanGrammar).because(error)
    }
}
