//! The codes of this crate.

mimicred_error::codes! {
    crate "provider";
    /// A file that was never a provider's store, or is not one any more.
    StoreForeign = "store-foreign", Malformed, "provider store",
        "this is no store of a provider", "nothing in it was changed; check the name";
    /// A store whose pages or rows do not fit together.
    StoreDamaged = "store-damaged", Malformed, "provider store",
        "the store is damaged", "put it aside and restore the last backup";
    /// A store of other keys.
    StoreKeyWrong = "store-key-wrong", Misuse, "provider store",
        "the store belongs to other keys", "keys and store of a provider belong together: give those that it was made with";
    /// A store of a later mimicred.
    StoreNewer = "store-newer", Unsupported, "provider store",
        "the store is of a newer version", "use the mimicred that wrote it, or a later one";
    /// Other users of the store did not let go of it.
    StoreBusy = "store-busy", Misuse, "provider store",
        "the store is in use for too long", "several may use it at once, but one seems to hang: try again, or end that one";
    /// A row that the tables do not admit.
    StoreConflict = "store-conflict", Internal, "provider store",
        "the store does not admit this", "report this with the command that led to it";
    /// The store cannot be made, opened, read or written.
    StoreIo = "store-io", Misuse, "provider store",
        "the store cannot be read or written", "check that it exists, is writable and has room; a file must be on a local disk";
    /// The server of the store cannot be reached, or does not let us in.
    StoreUnreachable = "store-unreachable", Misuse, "provider store",
        "the database server cannot be used", "check the URL, the password (in PGPASSWORD) and the certificate of the server";
    /// A backup is asked of an engine that has its own tools for it.
    BackupUnsupported = "backup-unsupported", Unsupported, "provider store",
        "this engine is not backed up by mimicred", "use pg_dump for a PostgreSQL server, and keep keys and configuration beside it";
    /// A configuration that cannot be read or does not make sense.
    ConfigMalformed = "config-malformed", Malformed, "provider.toml",
        "the configuration cannot be used", "mimicred provider init writes one that can; every key is explained in it";
    /// A file of keys that holds something else.
    KeysMalformed = "keys-malformed", Malformed, "provider keys",
        "these are not the keys of a provider", "give the file that mimicred provider init wrote";
    /// An account that does not exist.
    AccountUnknown = "account-unknown", Rejected, "provider accounts",
        "there is no such account", "mimicred provider account list shows those that there are";
    /// An account that exists already.
    AccountExists = "account-exists", Rejected, "provider accounts",
        "there is such an account already", "choose another name";
    /// A name or a claim that no account can have.
    AccountUnusable = "account-unusable", Malformed, "provider accounts",
        "an account cannot be like this",
        "a name has 1 to 64 letters, digits, dots, hyphens and underscores; claims are one JSON object of at most 8 KiB";
    /// A nonce that was not given out, was used, or has expired.
    NonceUnknown = "nonce-unknown", Rejected, "mimi-mls.md 3.1",
        "this nonce was not given out, or not any more", "mimicred provider nonce ACCOUNT gives one, for one batch";
    /// A proof of possession that is none, or is for another issuer or batch.
    ProofInvalid = "proof-invalid", Rejected, "mimi-mls.md 3.1, 5.4",
        "nobody has proven to have this key", "make the request for this issuer and with the nonce that it gave for this batch";
    /// A request that cannot be read.
    ProofMalformed = "proof-malformed", Malformed, "mimi-mls.md 3.1",
        "this is no request for a pseudonym", "requests are certification requests in PEM, or key proofs as JWTs, one in a line";
    /// One key twice, or a key that had a pseudonym before.
    KeyReused = "key-reused", Rejected, "mimi-mls.md 4.5 B-4",
        "a key had a pseudonym before, or is in the batch twice", "make a fresh key for every pseudonym";
    /// More than a batch may have, or nothing at all.
    BatchSize = "batch-size", Rejected, "provider.toml batch",
        "a batch of this size is not issued", "ask for at least one, and for no more than the provider allows in one batch";
    /// The same nonce with other keys.
    BatchDiffers = "batch-differs", Rejected, "mimi-mls.md 3.1",
        "this nonce began a batch of other keys", "continue that batch with its own requests, or get another nonce";
    /// The account may not have so many, or not now; or not at all.
    Refused = "refused", Rejected, "mimi-mls.md 4.5 B-16, B-23",
        "no pseudonyms are issued to this account now", "mimicred provider account show tells the operator why";
    /// A pseudonym that this provider knows nothing of.
    PseudonymUnknown = "pseudonym-unknown", Rejected, "abuse.md remedies",
        "there is no such pseudonym", "it was never issued here, or has expired and was forgotten";
    /// A report that cannot be read, or is not for this provider.
    ReportUnusable = "report-unusable", Malformed, "abuse.md remedies",
        "this is no report about a pseudonym", "mimicred provider report make writes one";
    /// A report that nobody vouches for who may.
    ReportUntrusted = "report-untrusted", Rejected, "abuse.md remedies",
        "nobody who may report stands behind this report", "the key of a hub that is to be believed belongs into --hub-key";
    /// A report that the desk does not have.
    ReportUnknown = "report-unknown", Rejected, "abuse.md remedies",
        "there is no such report", "mimicred provider report list shows those that are open";
    /// What the escrow mode of the provider does not have.
    EscrowUnsupported = "escrow-unsupported", Rejected, "abuse.md",
        "the escrow mode of this provider cannot do this", "spec-notes/abuse.md says what each mode can do";
    /// Custodians, or what they sent, do not open a record.
    OpeningRefused = "opening-refused", Rejected, "abuse.md openings",
        "this record is not opened", "mimicred explain tells what the reason means";
    /// What the escrow kept of a pseudonym does not open.
    EscrowDamaged = "escrow-damaged", Malformed, "abuse.md",
        "what is kept of this pseudonym cannot be opened", "keys and store of a provider belong together: restore both from one backup";
    /// A credential could not be made.
    IssueFailed = "issue-failed", Internal, "provider batches",
        "a credential could not be made", "nothing was handed out; run the command again, it continues";
    /// Randomness, or another part of cryptography, failed.
    CryptoFailed = "crypto-failed", Internal, "provider batches",
        "a cryptographic operation failed", "nothing was changed; run the command again";
}

impl Error {
    pub(crate) fn config(note: impl Into<String>) -> Self {
        Self::new(Code::ConfigMalformed).note(note)
    }
}

impl From<mimicred_keys::Error> for Error {
    fn from(cause: mimicred_keys::Error) -> Self {
        Self::new(Code::CryptoFailed).because(cause)
    }
}
