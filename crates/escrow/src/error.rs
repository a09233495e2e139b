//! The codes of this crate.

mimicred_error::codes! {
    crate "escrow";
    /// A threshold or a number of custodians that makes no custody.
    ParametersInvalid = "parameters-invalid", Misuse, "abuse.md custody",
        "no custody has this threshold and number of custodians", "at least 2 of at most 16, or 1 of 1 where nobody shares";
    /// The octets are not a custody file.
    CustodyMalformed = "custody-malformed", Malformed, "abuse.md custody",
        "this is not the public part of a custody", "take it as it was written when the shares were dealt";
    /// The public shares do not belong to the public key.
    CustodyInconsistent = "custody-inconsistent", Rejected, "abuse.md custody",
        "the shares of this custody do not belong to its public key", "nothing sealed to it could be opened: deal anew";
    /// The octets are not a custodian's share.
    ShareMalformed = "share-malformed", Malformed, "abuse.md custody",
        "this is not a custodian's share", "take it as it was written when the shares were dealt";
    /// A share of another custody.
    ShareForeign = "share-foreign", Misuse, "abuse.md custody",
        "the share does not belong to this custody", "use the custody file that was dealt with this share";
    /// Content that does not fit into a record.
    ContentTooLong = "content-too-long", Misuse, "abuse.md records",
        "the content does not fit into a record", "a record holds 127 octets, so that all records are of one size";
    /// The octets are not a sealed record.
    RecordMalformed = "record-malformed", Malformed, "abuse.md records",
        "this is not a sealed record", "a record has 274 octets: version, encapsulated key, ciphertext, proof";
    /// Who sealed the record did not know its ephemeral key, or sealed it to another row.
    RecordUnproven = "record-unproven", Rejected, "abuse.md records",
        "the record is not proven for this custody and row", "it was changed, belongs to another row, or was made from another record";
    /// The record does not open although all partial decryptions are right.
    RecordInvalid = "record-invalid", Rejected, "RFC 9180 5.2",
        "the record does not open", "whoever sealed it wrote something else than a record for this custody";
    /// The octets are not a partial decryption.
    PartialMalformed = "partial-malformed", Malformed, "abuse.md openings",
        "this is not a partial decryption", "it has 163 octets: version, custodian, record, point, proof";
    /// A custodian's partial decryption is wrong.
    PartialInvalid = "partial-invalid", Rejected, "abuse.md openings",
        "the proof of a partial decryption does not hold", "the custodian named made it with another share, or it was changed";
    /// A partial decryption of another record.
    PartialForeign = "partial-foreign", Rejected, "abuse.md openings",
        "the partial decryption is of another record", "collect those that the custodians gave for this one";
    /// Two partial decryptions of one custodian.
    PartialRepeated = "partial-repeated", Rejected, "abuse.md openings",
        "a custodian's partial decryption is there twice", "leave one of them out: it counts once";
    /// Fewer partial decryptions than the threshold.
    PartialsLacking = "partials-lacking", Rejected, "abuse.md openings",
        "there are not enough partial decryptions", "ask more custodians";
    /// The octets are not an entry of the log.
    EntryMalformed = "entry-malformed", Malformed, "abuse.md log",
        "this is not an entry of the opening log", "number, previous head, full hour, record, purpose, and a case of at most 64 octets";
    /// A case reference that is too long.
    CaseTooLong = "case-too-long", Misuse, "abuse.md log",
        "the reference to the case is too long", "at most 64 octets, without anything that is nobody's business";
    /// The text is not a log.
    LogMalformed = "log-malformed", Malformed, "abuse.md log",
        "this is not an opening log", "each line is an entry and its countersignatures, with single spaces between";
    /// The log is longer than we read.
    LogLimit = "log-limit", Rejected, "abuse.md log",
        "the opening log is too long", "an opening is an exception: 65536 of them are not";
    /// An entry does not follow from the one before.
    LogBroken = "log-broken", Rejected, "abuse.md log",
        "the entries of the opening log are not a chain", "an entry was changed, left out or put in: compare with the custodians' copies";
    /// The log ends before an entry that the custodian has signed.
    LogRolledBack = "log-rolled-back", Rejected, "abuse.md log",
        "the opening log ends before what this custodian has signed", "entries were dropped: find out who did it before anything is opened";
    /// The log has another entry where the custodian has signed one.
    LogForked = "log-forked", Rejected, "abuse.md log",
        "the opening log is another one than this custodian has signed", "there are two logs: find out who wrote them before anything is opened";
    /// The log has no such entry.
    EntryMissing = "entry-missing", Rejected, "abuse.md log",
        "the opening log has no such entry", "enter the opening first, then have it countersigned";
    /// The entry is about another record.
    EntryForeign = "entry-foreign", Rejected, "abuse.md log",
        "the entry of the opening log names another record", "enter an opening of this record";
    /// The text is not a countersignature.
    CountersignatureMalformed = "countersignature-malformed", Malformed, "abuse.md log",
        "this is not a countersignature", "a JWS in compact form of type escrow-head+jws, as the custodian wrote it";
    /// A countersignature that is not the custodian's, or of another head.
    CountersignatureInvalid = "countersignature-invalid", Rejected, "abuse.md log",
        "a countersignature does not hold", "it is of another custody, another entry or another key, or was changed";
    /// Fewer countersignatures than the threshold.
    CountersignaturesLacking = "countersignatures-lacking", Rejected, "abuse.md log",
        "not enough custodians have countersigned the entry", "have it countersigned first: nothing is opened before";
    /// The octets are not a memory of the log.
    MemoryMalformed = "memory-malformed", Malformed, "abuse.md log",
        "this is not a custodian's memory of the log", "take it as it was returned; whoever begins without one cannot see what was dropped before";
    /// The octets are not a row of threshold mode.
    RowMalformed = "row-malformed", Malformed, "abuse.md threshold",
        "this is not a row of threshold mode", "80 octets: tag, x that is not zero, and y";
    /// Fewer reports than the threshold.
    ReportsLacking = "reports-lacking", Rejected, "abuse.md threshold",
        "there are not enough reports", "the account stays closed until there are as many as the threshold";
    /// Rows of different accounts.
    TagDifferent = "tag-different", Rejected, "abuse.md threshold",
        "the reported pseudonyms are of different accounts", "bring together those with one tag";
    /// A pseudonym that counts twice.
    PseudonymRepeated = "pseudonym-repeated", Rejected, "abuse.md threshold",
        "a pseudonym is reported twice", "each counts once: another pseudonym is needed";
    /// A room that counts twice.
    RoomRepeated = "room-repeated", Rejected, "abuse.md threshold",
        "two of the reports are from one room", "each room counts once: a report from another room is needed";
    /// A reporter who counts twice.
    ReporterRepeated = "reporter-repeated", Rejected, "abuse.md threshold",
        "two of the reports are by one reporter", "each reporter counts once: a report by another one is needed";
    /// More points than needed, and not on one polynomial.
    PointStray = "point-stray", Rejected, "abuse.md threshold",
        "a point does not lie where the others do", "one of the rows was made for another account or threshold, or changed";
    /// What comes out is no account.
    AccountUnchecked = "account-unchecked", Rejected, "abuse.md threshold",
        "the points give no account", "a row was made for another account or threshold, or changed";
    /// The cryptography below failed.
    CryptoFailed = "crypto-failed", Internal, "abuse.md",
        "the cryptography below failed", "try again; if it stays, the random source is broken";
}

/// What fails below without being expected to: a random source without octets, a scalar that is zero once in 2^256.
impl From<mimicred_keys::Error> for Error {
    fn from(error: mimicred_keys::Error) -> Self {
        Self::new(Code::CryptoFailed).because(error)
    }
}
