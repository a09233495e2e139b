//! The codes of this crate.

mimicred_error::codes! {
    crate "keys";
    /// The octets are not a public key of this algorithm.
    PublicKeyMalformed = "public-key-malformed", Malformed, "RFC 9420 5.1.1, RFC 8032 5.1.3, SEC 1 2.3.4",
        "this is not a public key", "an EC key is 04 X Y with full-length coordinates and lies on its curve; an Ed25519 key is 32 octets";
    /// The public key is a point of small order, for which anybody can make signatures.
    PublicKeyWeak = "public-key-weak", Rejected, "RFC 8032 8.9, ZIP 215",
        "the public key is a point of small order", "no honest key generation makes such a key: refuse its owner";
    /// The octets are not a secret key of this algorithm.
    SecretKeyMalformed = "secret-key-malformed", Malformed, "RFC 8032 5.1.5, SEC 1 3.2.1",
        "this is not a secret key", "an Ed25519 key is a seed of 32 octets; an EC key a full-length number between 1 and the group order";
    /// A file holds a secret key and a public key that do not belong together.
    KeyPairMismatch = "key-pair-mismatch", Malformed, "RFC 5915 3, RFC 5958 2",
        "the public key in the file is not that of the secret key", "write the key file anew from the secret key alone";
    /// The DER of a key is broken or not canonical.
    DerMalformed = "der-malformed", Malformed, "RFC 5280 4.1, RFC 5958 2, RFC 5915 3",
        "this is not the DER of a key", "convert the key with another tool to SPKI or PKCS#8";
    /// The PEM armour is broken.
    PemMalformed = "pem-malformed", Malformed, "RFC 7468 3",
        "this is not a PEM file", "one block of lines of 64 base64 characters between its BEGIN and END lines, and nothing else";
    /// The PEM block holds something else.
    PemLabel = "pem-label", Malformed, "RFC 7468 4, 10, 13",
        "the PEM block holds something else", "a public key is labelled PUBLIC KEY, a secret key PRIVATE KEY or EC PRIVATE KEY";
    /// The secret key is encrypted.
    KeyEncrypted = "key-encrypted", Unsupported, "RFC 7468 11",
        "the secret key is encrypted", "decrypt it first, for example with openssl pkcs8";
    /// The key is of an algorithm that we do not do.
    AlgorithmUnsupported = "algorithm-unsupported", Unsupported, "RFC 9420 17.1",
        "the algorithm of this key is not supported", "use Ed25519, P-256, P-384 or, for issuers, P-521";
    /// The signature does not verify.
    SignatureInvalid = "signature-invalid", Rejected, "RFC 8032 5.1.7, FIPS 186-5 6.4.2",
        "the signature does not verify", "the content was changed, or another key signed it";
    /// The octets do not belong to the family that they were to be signed in.
    FamilyMismatch = "family-mismatch", Misuse, "mimi-mls 5.5",
        "the octets are not of the signing family given", "build the octets with the protocol's own framing; nothing else is ever signed";
    /// This kind of key does not sign this family.
    FamilyNotAllowed = "family-not-allowed", Misuse, "mimi-mls 5.5",
        "this kind of key does not sign this family", "a leaf key signs mls, jws, cose and csr; an issuer key mls, jws, cose, certificates and CRLs";
    /// No MLS LeafNode has a key of this algorithm here.
    LeafAlgorithm = "leaf-algorithm", Misuse, "mimi-mls 1.3",
        "a leaf key cannot be of this algorithm", "use Ed25519, P-256 or P-384";
    /// A ciphertext was not made with this key, nonce and associated data.
    AeadInvalid = "aead-invalid", Rejected, "RFC 5116 2.2, RFC 9180 5.2",
        "the ciphertext does not open", "it was changed, or sealed with another key or for another context";
    /// A key, a nonce or an output has a length that the algorithm does not have.
    LengthInvalid = "length-invalid", Misuse, "RFC 5116 5, RFC 5869 2.3, RFC 9180 7.2.1",
        "the algorithm has no key, nonce or output of this length", "take the lengths from the algorithm";
    /// The random source gave the same salt twice.
    SaltRepeated = "salt-repeated", Misuse, "JWT-I-004, CWT-I-008, CWT-D-002",
        "the random source repeats itself", "give a real random source: equal salts undo redaction";
    /// The octets are not a scalar of the group.
    ScalarMalformed = "scalar-malformed", Malformed, "SEC 1 2.3.6",
        "this is not a scalar", "a scalar is 32 octets, big-endian, and below the order of P-256";
    /// A scalar of zero, or a sum of points that is the identity.
    ScalarZero = "scalar-zero", Rejected, "RFC 9180 7.1.4, SEC 1 3.2.2.1",
        "a scalar is zero or a point is the identity where that gives everything away", "refuse whoever sent the value";
    /// The content of a protected file is not as the format has it.
    ProtectedMalformed = "protected-malformed", Malformed, "RFC 7468 2, RFC 9106 3.1",
        "this is not a file protected by a passphrase", "such a file is a PEM block labelled MIMICRED PROTECTED";
    /// A protected file asks for more work than we do.
    ProtectedCost = "protected-cost", Unsupported, "RFC 9106 4",
        "the protected file asks for too much memory or time", "at most 256 MiB, 16 passes and 4 lanes; protect it anew where it was made";
    /// Wrong passphrase or damaged file: nobody can tell them apart.
    ProtectedRefused = "protected-refused", Rejected, "RFC 8452 4",
        "the passphrase is wrong, or the file is damaged", "try the passphrase again; if it is right, take the file from a backup";
    /// A passphrase of nothing protects nothing.
    PassphraseEmpty = "passphrase-empty", Misuse, "RFC 9106 3.1",
        "the passphrase is empty", "give a passphrase";
    /// The crypto library or the random source failed.
    BackendFailed = "backend-failed", Internal, "mimi-mls 5.3",
        "the crypto library or the random source failed", "try again; if it stays, the random source is broken";
}
